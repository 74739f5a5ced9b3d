"""Where texts merely name a model that is used elsewhere."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from licscan.core.finding import FileKind
from licscan.core.issue import Issue
from licscan.core.location import Location
from licscan.core.message import mark
from licscan.core.selection import SelectedFile
from licscan.util.regular_files import read_regular
from licscan.workers import LIGHT_SIZE, RunWork, Work, run_here

_MAX_FILE = 1024 * 1024
# So many places are told of one model; the first ones of a file are enough to find the others.
_TOLD = 50
# Longer names are paths of the tree that nobody writes down.
_LONGEST = 300
# From so many owners on the text is looked through at once, not for each owner.
_FEW = 50

Found = tuple[tuple[str, int], ...]
"""Names, each with the line where it stands."""


class CluesWork(Work[SelectedFile, Found]):
    """Looks for ``names`` (``owner/name``) in texts."""

    name = mark("the search for names of models")
    batch = 256

    def __init__(self, names: Iterable[str]) -> None:
        self._rests: dict[str, set[str]] = defaultdict(set)
        for name in names:
            owner, _, rest = name.partition("/")
            self._rests[owner].add(rest)
        self._lengths = sorted({len(owner) for owner in self._rests}, reverse=True)
        self._rest_lengths = {owner: sorted(map(len, rests), reverse=True) for owner, rests in self._rests.items()}
        self._rest_lengths = {owner: list(dict.fromkeys(lengths)) for owner, lengths in self._rest_lengths.items()}
        self._owners = [f"{owner}/".encode("utf-8", "replace") for owner in sorted(self._rests)]

    def do(self, item: SelectedFile) -> Found:
        try:
            content = read_regular(item.location, _MAX_FILE)
        except OSError:
            return ()  # selection tells of files that cannot be read
        if len(self._owners) <= _FEW and not any(owner in content for owner in self._owners):
            return ()  # told from the bytes, many times quicker than from the text
        return tuple(self._in_text(content.decode("utf-8", "replace")))

    def path(self, item: SelectedFile) -> str:
        return item.file.path

    def is_light(self, item: SelectedFile) -> bool:
        return item.file.size <= LIGHT_SIZE

    def refused(self, item: SelectedFile, issue: Issue) -> Found:
        return ()  # a clue proves nothing: the model itself stands with what loads or holds it

    def _in_text(self, text: str) -> Iterator[tuple[str, int]]:
        ends: list[int] = []
        told: dict[str, int] = defaultdict(int)
        after = 0
        slash = text.find("/")
        while slash >= 0:
            if name := self._name_around(text, slash, after):
                start = slash - name.index("/")
                after = start + len(name)
                ends = ends or _line_ends(text)
                if told[name] < _TOLD:
                    told[name] += 1
                    yield name, bisect_left(ends, start) + 1
            slash = text.find("/", max(after, slash + 1))

    def _name_around(self, text: str, slash: int, after: int) -> str | None:
        """Return the name that has its first slash at ``slash`` and begins at ``after`` or later, the longest first."""
        for length in self._lengths:
            owner = text[slash - length : slash] if slash - length >= after else ""
            if owner not in self._rests:
                continue
            for rest_length in self._rest_lengths[owner]:
                rest = text[slash + 1 : slash + 1 + rest_length]
                if rest in self._rests[owner]:
                    return f"{owner}/{rest}"
        return None


def find_clues(
    files: Sequence[SelectedFile], ids: Iterable[str], run: RunWork = run_here
) -> Mapping[str, tuple[Location, ...]]:
    """Return, by id, where texts name a model that is used or held elsewhere."""
    names = {name.removeprefix("path:"): name for name in ids if "/" in name and len(name) <= _LONGEST}
    if not names:
        return {}
    read = [
        selected
        for selected in files
        if selected.file.kind not in (FileKind.BINARY, FileKind.EMPTY) and selected.file.size <= _MAX_FILE
    ]
    found: dict[str, dict[Location, None]] = defaultdict(dict)
    for selected, places in zip(read, run(CluesWork(names), read), strict=True):
        for name, line in places:
            told = found[names[name]]
            if len(told) < _TOLD:
                told[Location(path=selected.file.path, start_line=line, end_line=line)] = None
    return {name: tuple(places) for name, places in found.items()}


def _line_ends(text: str) -> list[int]:
    ends, at = [], text.find("\n")
    while at >= 0:
        ends.append(at)
        at = text.find("\n", at + 1)
    return ends or [len(text)]
