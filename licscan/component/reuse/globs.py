"""The globs of REUSE.toml and of ``.reuse/dep5``, matched in time that no pattern can stretch.

A pattern becomes a short program of literals and stars. Its literal beginning and ending decide most paths; the rest is run on
a set of states kept in the bits of one integer, so that many stars cost no more than few.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct

# Steps of a pattern: a text of one character, or one of these.
ANY = "**"  # any characters, slashes too
SEGMENT = "*"  # any characters but slashes
ONE = "?"  # one character


class Glob(Struct, frozen=True):
    """A pattern as ``steps``; ``head`` and ``tail`` are what every matching path begins and ends with."""

    steps: tuple[tuple[str, bool], ...]  # what is matched, and whether it is a wildcard
    head: str
    tail: str

    @classmethod
    def of(cls, steps: Iterable[tuple[str, bool]]) -> Glob:
        every = tuple(_merged(steps))
        wild = [number for number, (_, is_wild) in enumerate(every) if is_wild]
        head = every[: wild[0]] if wild else every
        tail = every[wild[-1] + 1 :] if wild else ()
        return cls(every, "".join(text for text, _ in head), "".join(text for text, _ in tail))

    @property
    def literal(self) -> str | None:
        """The one path that matches, where there is no wildcard."""
        return self.head if len(self.head) == len(self.steps) else None

    def matches(self, path: str) -> bool:
        if self.literal is not None:
            return path == self.literal
        if len(path) < len(self.head) + len(self.tail):
            return False
        if not path.startswith(self.head) or not path.endswith(self.tail):
            return False
        middle = self.steps[len(self.head) : len(self.steps) - len(self.tail)]
        between = path[len(self.head) : len(path) - len(self.tail)]
        if middle == ((ANY, True),):
            return True
        if middle == ((SEGMENT, True),):
            return "/" not in between
        return _run(middle, between)


def toml_glob(pattern: str) -> Glob:
    """Return a path of REUSE.toml: ``*`` stops at slashes, ``**`` and ``**/`` do not, a backslash takes the next character as it is."""
    return Glob.of(_toml_steps(pattern))


def dep5_glob(pattern: str) -> Glob:
    """Return a pattern of a ``Files`` field: ``*`` matches slashes too, ``?`` one character; a backslash escapes either and itself."""
    return Glob.of(_dep5_steps(pattern))


def _toml_steps(pattern: str) -> Iterator[tuple[str, bool]]:
    for step in re.findall(r"\\.|\*\*+/?|\*|.", pattern, re.DOTALL):
        if step.startswith("**"):
            yield ANY, True
        elif step == "*":
            yield SEGMENT, True
        else:
            yield step[-1], False


def _dep5_steps(pattern: str) -> Iterator[tuple[str, bool]]:
    for step in re.findall(r"\\[*?\\]|.", pattern, re.DOTALL):
        if step == "*":
            yield ANY, True
        elif step == "?":
            yield ONE, True
        else:
            yield step[-1], False


def _merged(steps: Iterable[tuple[str, bool]]) -> Iterator[tuple[str, bool]]:
    """Leave out stars that follow stars: the freer of them says it all."""
    last: tuple[str, bool] | None = None
    for step in steps:
        stars = {(ANY, True), (SEGMENT, True)}
        if last in stars and step in stars:
            last = (ANY, True) if (ANY, True) in (last, step) else last
            continue
        if last is not None:
            yield last
        last = step
    if last is not None:
        yield last


def _run(steps: tuple[tuple[str, bool], ...], text: str) -> bool:
    """Whether ``steps`` match the whole of ``text``. Bit ``n`` of ``states`` is set while ``n`` steps are behind."""
    stay, stay_in_segment, one = 0, 0, 0
    literal: dict[str, int] = {}
    for number, (what, is_wild) in enumerate(steps):
        bit = 1 << number
        if not is_wild:
            literal[what] = literal.get(what, 0) | bit
        elif what == ONE:
            one |= bit
        elif what == ANY:
            stay |= bit
        else:
            stay_in_segment |= bit
    skip = _skipper(stay | stay_in_segment)
    states = skip(1)
    for character in text:
        moving = (states & (literal.get(character, 0) | one)) << 1
        staying = states & (stay if character == "/" else stay | stay_in_segment)
        states = skip(moving | staying)
        if not states:
            return False
    return bool(states >> len(steps) & 1)


def _skipper(stars: int) -> Callable[[int], int]:
    """Return what adds to states those behind a star, which may match nothing; no two stars follow each other."""
    return lambda states: states | (states & stars) << 1
