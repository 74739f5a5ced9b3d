"""What large files cost: made texts of some megabytes, two of a kind at once, licscan alone.

    python benchmarks/large_texts.py                         2 and 9 MB of every kind (this takes minutes)
    python benchmarks/large_texts.py changed --megabytes 2

``licences`` are the licence texts of the installed ScanCode in a row, ``changed`` the same with every twelfth word another, ``prose`` words of
these texts at random, ``entries`` an SPDX document with two licences an entry, ``tags`` one SPDX tag a line, ``notices`` one notice again and
again, ``lines`` short lines of numbers. ``given up`` counts the files that had not time or memory enough.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import random
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle
from pathlib import Path

import commands
from measure import run_measured

_COLUMNS = "{:<10} {:>4} {:>9} {:>9} {:>9} {:>9}"
# licscan sends files to its workers by the eight: so many small ones stand between two large ones.
_BETWEEN = 7
_TIMEOUT = 120
_IDS = ("MIT", "Apache-2.0", "GPL-2.0-only", "BSD-3-Clause", "ISC", "LGPL-2.1-or-later")


def main() -> int:
    options = _options()
    cache = ("--cache-dir", str(options.cache_dir)) if options.cache_dir else ()
    # The index is built before anything is measured.
    subprocess.run([sys.executable, "-m", "licscan", "cache", "warm", *cache], check=True, capture_output=True)
    print(_COLUMNS.format("two of", "MB", "wall s", "CPU s", "peak MB", "given up"))
    with tempfile.TemporaryDirectory() as temporary:
        for size in options.megabytes:
            for kind in options.kinds or _KINDS:
                _measure(Path(temporary) / f"{kind}{size}", kind, size, options.jobs, cache)
    return 0


def _measure(folder: Path, kind: str, size: int, jobs: int, cache: Sequence[str]) -> None:
    folder.mkdir()
    for seed in (1, 2):
        (folder / f"{seed}0.txt").write_text(
            _text(_KINDS[kind](random.Random(seed)), size * 1_000_000), encoding="utf-8"
        )
        for number in range(1, _BETWEEN + 1):
            (folder / f"{seed}{number}.txt").write_text(f"number {number}\n")
    result = folder.with_suffix(".json")
    command = commands.licscan(folder, result, "--no-cache", *cache, jobs=jobs, timeout=_TIMEOUT)
    figure = run_measured(command)
    given_up = sum(bool(file["scan_errors"]) for file in json.loads(result.read_bytes())["files"])
    row = (f"{figure.wall:.1f}", f"{figure.cpu:.1f}", f"{figure.memory / 1e6:,.0f}", given_up)
    print(_COLUMNS.format(kind, size, *row), flush=True)


def _text(pieces: Iterator[str], size: int) -> str:
    """Return as many of the pieces as there is room for."""
    taken: list[str] = []
    for piece in pieces:
        size -= len(piece.encode())
        if size < 0:
            break
        taken.append(piece)
    return "".join(taken)


def _licences(chance: random.Random) -> Iterator[str]:
    spec = importlib.util.find_spec("licensedcode")
    if spec is None or spec.origin is None:
        raise SystemExit("ScanCode is not installed")
    files = sorted((Path(spec.origin).parent / "data" / "licenses").glob("*.LICENSE"))
    chance.shuffle(files)
    for file in cycle(files):
        yield file.read_text(encoding="utf-8").split("---\n", 2)[-1]


def _changed(chance: random.Random) -> Iterator[str]:
    words = ("alpha", "brown", "server", "nothing", "table", "copy", "licence", "whatever", "using", "people")
    for text in _licences(chance):
        yield re.sub(r"\w+", lambda word: chance.choice(words) if chance.randrange(12) == 0 else word[0], text)


def _prose(chance: random.Random) -> Iterator[str]:
    words = sorted(set(re.findall(r"[a-z]+", _text(_licences(chance), 1_000_000).lower())))
    while True:
        yield f"{' '.join(chance.choices(words, k=12))}\n"


def _entries(chance: random.Random) -> Iterator[str]:
    number = 0
    while True:
        number += 1
        concluded, seen = chance.choices(_IDS, k=2)
        yield (
            f"FileName: ./src/file{number}.c\nSPDXID: SPDXRef-File-{number}\nFileChecksum: SHA1: {chance.getrandbits(160):040x}\n"
            f"LicenseConcluded: {concluded}\nLicenseInfoInFile: {seen}\nFileCopyrightText: NOASSERTION\n\n"
        )


def _tags(chance: random.Random) -> Iterator[str]:
    while True:
        yield f"/* SPDX-License-Identifier: {chance.choice(_IDS)} */\n"


def _notices(chance: random.Random) -> Iterator[str]:
    return cycle([f"This file is licensed under the GPL version {chance.choice((2, 3))}\n"])


def _lines(chance: random.Random) -> Iterator[str]:
    while True:
        yield f"{chance.randrange(10)}\n"


_KINDS: dict[str, Callable[[random.Random], Iterator[str]]] = {
    "licences": _licences,
    "changed": _changed,
    "prose": _prose,
    "entries": _entries,
    "tags": _tags,
    "notices": _notices,
    "lines": _lines,
}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=f"{', '.join(_KINDS)} (all of them)")
    parser.add_argument("--megabytes", type=int, nargs="+", default=[2, 9], metavar="N")
    parser.add_argument("--jobs", type=int, default=2, help="processes (2)")
    parser.add_argument("--cache-dir", type=Path, help="where licscan's index is kept (the usual folder)")
    options = parser.parse_args()
    if unknown := sorted(set(options.kinds) - set(_KINDS)):
        parser.error(f"no such kind: {', '.join(unknown)}")
    return options


if __name__ == "__main__":
    sys.exit(main())
