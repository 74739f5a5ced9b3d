"""Mutations that need no coverage to guide them: the same number always gives the same inputs."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

# What parsers stumble over: ends of numbers, half characters, brackets and quotes that nobody closes, names of nothing.
TOKENS = (
    b"", b"\0", b"\xff", b"\xff\xfe", b"\n", b"\r", b" " * 40, b"\t", b'"', b"'", b'"""', b"\\", b"\\ud800", b"/", b"//", b"..", b"../" * 8, b":", b"=", b",",
    b"{", b"}", b"[", b"]", b"(", b")", b"<", b">", b"<!--", b"-->", b"&a ", b"*a", b"<<: *a", b"---\n", b"...", b"#", b"!", b"@", b"$", b"${x}", b"%", b"%s",
    b"null", b"true", b"0", b"-1", b"1e999", b"9" * 400, b"NaN", b"\x7f", b"\xc2\x85", b"\xe2\x80\xa8", b"a." * 60, b"a" * 600, b"A AND B OR ", b"WITH", b"license",
    b"name", b"version", b"dependencies", b"\x80\x04", b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b",
)  # fmt: skip


def mutations(seeds: Sequence[bytes], seed: int) -> Iterator[bytes]:
    """Yield inputs made from ``seeds`` without end."""
    chance = random.Random(seed)
    while True:
        data = bytearray(chance.choice(seeds) if seeds else b"")
        for _ in range(chance.choice((1, 1, 1, 2, 3, 6))):
            _mutate(data, seeds, chance)
        yield bytes(data[:65_536])


def _mutate(data: bytearray, seeds: Sequence[bytes], chance: random.Random) -> None:
    at = chance.randint(0, len(data))
    end = min(len(data), at + chance.choice((1, 1, 2, 4, 16, 64, 512)))
    kind = chance.randrange(9)
    if kind == 0 and data:
        data[at % len(data)] = chance.randrange(256)
    elif kind == 1:
        del data[at:end]
    elif kind in (2, 3):
        data[at : at if kind == 2 else end] = chance.choice(TOKENS)
    elif kind == 4:
        data[at:at] = data[at:end] * chance.choice((1, 2, 10, 100))
    elif kind == 5 and seeds:
        other = chance.choice(seeds)
        start = chance.randint(0, len(other))
        data[at:end] = other[start : start + chance.choice((4, 32, 256))]
    elif kind == 8:
        # Whatever a reader does for each of many times grows with their square where it looks at the rest again.
        piece = bytes(data[at:end]) if chance.randrange(2) else chance.choice(TOKENS)
        data[at:at] = piece * (chance.choice((1_000, 20_000, 60_000)) // max(1, len(piece)))
    elif kind == 6:
        _in_words(data, chance)
    else:
        data[at:end] = bytes(chance.randrange(256) for _ in range(chance.choice((1, 2, 4, 8))))


def _in_words(data: bytearray, chance: random.Random) -> None:
    """Put a token in the place of a word, or between two: structure stays, and its values go."""
    words = [number for number, byte in enumerate(data) if byte in b'"\n :,=[]{}<>']
    if words:
        start = chance.randrange(len(words))
        stop = min(start + 1, len(words) - 1)
        data[words[start] + 1 : max(words[stop], words[start] + 1)] = chance.choice(TOKENS)
