"""Find the files that a source reads, and read them: readings in the order of paths, trouble as issues."""

from __future__ import annotations

import fnmatch
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from msgspec.structs import replace

from licscan.component.base import Reading, base_of
from licscan.component.bounds import within_limits
from licscan.component.formats import BrokenManifest
from licscan.component.source import Source
from licscan.component.tree import Tree, UnreadableFile
from licscan.core.issue import Issue, IssueCode
from licscan.core.location import Location
from licscan.core.message import Message, joined_problems, message
from licscan.workers import LIGHT_SIZE, RunWork, Work, run_here

_WILD = re.compile(r"[*?\[]")
_AFTER_WILD = re.compile(r"[^*?\]]*\Z")


class Matcher:
    """Tells which sources read a path: by its exact name at once, by patterns otherwise."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._names: dict[str, list[int]] = defaultdict(list)
        self._patterns: dict[int, list[tuple[str, bool]]] = defaultdict(
            list
        )  # expression, whether it is of a whole path
        self._sources = sources
        endings: set[str] = set()
        open_ended: list[str] = []
        for number, source in enumerate(sources):
            for pattern in source.patterns:
                if _WILD.search(pattern) or "/" in pattern:
                    whole = pattern if pattern.startswith("*") else f"*/{pattern}"
                    expression = fnmatch.translate(whole if "/" in pattern else pattern)
                    self._patterns[number].append((expression, "/" in pattern))
                    ending = _AFTER_WILD.findall(pattern)[0]
                    if ending:
                        endings.add(ending)
                    else:
                        open_ended.append(expression)
                else:
                    self._names[pattern].append(number)
        # What a path that matches must end with, so that most need no expression; a pattern that ends in a wildcard stands alone.
        self._endings = tuple(endings)
        self._any = _any_of(expression for some in self._patterns.values() for expression, _ in some)
        self._any_open = _any_of(open_ended)
        self._of_source = cache(self._compiled)

    def sources(self, path: str) -> list[Source]:
        """Return the sources for ``path``, in the order of the registry."""
        name = base_of(path)
        numbers = set(self._names.get(name, ()))
        rooted = f"/{path}"  # so that a pattern with a folder also matches at the root
        likely = self._any if rooted.endswith(self._endings) else self._any_open
        if likely.match(rooted) or likely.match(name):
            for number in self._patterns:
                of_path, of_name = self._of_source(number)
                if of_path.match(rooted) or of_name.match(name):
                    numbers.add(number)
        return [self._sources[number] for number in sorted(numbers)]

    def _compiled(self, number: int) -> tuple[re.Pattern[str], re.Pattern[str]]:
        """Return what matches the paths, and the names, of one source: most trees have files of few."""
        joined = (
            "|".join(expression for expression, on_path in self._patterns[number] if on_path is kind)
            for kind in (True, False)
        )
        of_path, of_name = (re.compile(expression or "(?!)") for expression in joined)
        return of_path, of_name


def _any_of(expressions: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{expression})" for expression in expressions) or "(?!)")


class ManifestWork(Work[tuple[str, int], Reading]):
    """Reads what a file of ``tree`` says, by the source of that number: an item is (path, number)."""

    def __init__(self, tree: Tree, sources: Sequence[Source]) -> None:
        self._tree = tree
        self._sources = sources

    def do(self, item: tuple[str, int]) -> Reading:
        path, number = item
        try:
            return within_limits(self._sources[number].read(self._tree, path), path, self._tree.size(path))
        except UnreadableFile as error:
            return Reading(issues=(error.issue,))
        except BrokenManifest as error:
            return Reading(issues=(broken(error.problem, path, error.line),))

    def path(self, item: tuple[str, int]) -> str:
        return item[0]

    def is_light(self, item: tuple[str, int]) -> bool:
        # What SQLite reads is a program's own structure, and not for this process.
        return self._tree.size(item[0]) <= LIGHT_SIZE and not item[0].endswith(".sqlite")

    def refused(self, item: tuple[str, int], issue: Issue) -> Reading:
        return Reading(
            issues=(replace(issue, hint=joined_problems([_UNKNOWN, *([issue.hint] if issue.hint else [])])),)
        )


def read_all(tree: Tree, sources: Sequence[Source], run: RunWork = run_here) -> Iterator[Reading]:
    """Yield what each file says that a source reads; a file that does not parse gives an issue, with its line."""
    matcher = Matcher(sources)
    numbers = {id(source): number for number, source in enumerate(sources)}
    items = [(path, numbers[id(source)]) for path in tree.paths() for source in matcher.sources(path)]
    yield from run(ManifestWork(tree, sources), items)


_UNKNOWN = message("hint.packages-unknown", "its packages are unknown until it can be read")


def broken(what: Message, path: str, line: int | None) -> Issue:
    """Return the issue of a manifest that does not parse."""
    return Issue(
        code=IssueCode.BROKEN_MANIFEST,
        message=what,
        location=Location(path=path, start_line=line),
        hint=message(
            "hint.correct-manifest",
            "its packages are unknown until it can be read: correct the file, or leave it out with --exclude",
        ),
    )


def join_readings(readings: Iterable[Reading]) -> Reading:
    """Return everything that the readings say, in their order."""
    every = list(readings)
    return Reading(
        packages=tuple(item for reading in every for item in reading.packages),
        edges=tuple(item for reading in every for item in reading.edges),
        requirements=tuple(item for reading in every for item in reading.requirements),
        locks=tuple(item for reading in every for item in reading.locks),
        issues=tuple(item for reading in every for item in reading.issues),
    )
