"""Find the files that a source reads, and read them: readings in the order of paths, trouble as issues."""

from __future__ import annotations

import fnmatch
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from licscan.component.base import Reading, Source, base_of
from licscan.component.formats import BrokenManifest
from licscan.component.tree import Tree, UnreadableFile
from licscan.core.issue import Issue, IssueCode
from licscan.core.location import Location

_WILD = re.compile(r"[*?\[]")


class Matcher:
    """Tells which sources read a path: by its exact name at once, by patterns otherwise."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._names: dict[str, list[int]] = defaultdict(list)
        self._patterns: list[tuple[str, bool, int]] = []  # expression, whether it is of a whole path, number
        self._sources = sources
        for number, source in enumerate(sources):
            for pattern in source.patterns:
                if _WILD.search(pattern) or "/" in pattern:
                    whole = pattern if pattern.startswith("*") else f"*/{pattern}"
                    expression = fnmatch.translate(whole if "/" in pattern else pattern)
                    self._patterns.append((expression, "/" in pattern, number))
                else:
                    self._names[pattern].append(number)
        self._any = re.compile("|".join(f"(?:{expression})" for expression, _, _ in self._patterns) or "(?!)")

    def sources(self, path: str) -> list[Source]:
        """Return the sources for ``path``, in the order of the registry."""
        name = base_of(path)
        numbers = set(self._names.get(name, ()))
        rooted = f"/{path}"  # so that a pattern with a folder also matches at the root
        if self._any.match(rooted) or self._any.match(name):
            numbers |= {
                number
                for expression, on_path, number in self._patterns
                if re.match(expression, rooted if on_path else name)  # kept by ``re``; most trees need none of them
            }
        return [self._sources[number] for number in sorted(numbers)]


def read_all(tree: Tree, sources: Sequence[Source]) -> Iterator[Reading]:
    """Yield what each file says that a source reads; a file that does not parse gives an issue, with its line."""
    matcher = Matcher(sources)
    for path in tree.paths():
        for source in matcher.sources(path):
            yield _read(source, tree, path)


def _read(source: Source, tree: Tree, path: str) -> Reading:
    try:
        return source.read(tree, path)
    except UnreadableFile as error:
        return Reading(issues=(error.issue,))
    except BrokenManifest as error:
        return Reading(issues=(_issue(IssueCode.BROKEN_MANIFEST, error.what, path, error.line),))
    except Exception as error:  # noqa: BLE001 - the boundary: a slip in one parser must not cost the whole scan
        what = f"the reader of {source.name} failed: {type(error).__name__}: {error}"
        return Reading(issues=(_issue(IssueCode.CRASHED, what, path, None),))


def _issue(code: IssueCode, what: str, path: str, line: int | None) -> Issue:
    return Issue(
        code=code,
        message=what,
        location=Location(path=path, start_line=line),
        hint="its packages are unknown until it can be read: mend the file, or leave it out with --exclude",
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
