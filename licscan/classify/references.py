"""Where a text points to for its licence, beyond what ScanCode's second pass follows: "the same licence as the package", and
a file that has another ending, lies further up, or is written in other letters.
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatchcase

from msgspec import Struct

from licscan.classify.legal import own_license_files
from licscan.core.component import ClaimSource, Component, ComponentKind
from licscan.core.expression import AllOf, all_of, keys, parse, parsed
from licscan.core.finding import FileKind, Match
from licscan.core.result import Inventory
from licscan.statements.context import context_of
from licscan.statements.pointers import Pointer, pointers, spoken_pointers
from licscan.statements.unspecific import UNSPECIFIC
from licscan.util.lazy_pattern import lazy

# What ScanCode's rules write for "the same terms as the package": its own package scan resolves it in this way too.
_SAME_AS_PACKAGE = "INHERIT_LICENSE_FROM_PACKAGE"

_SHORT_NAMES = {
    "MIT": "mit",
    "BSD": "bsd-new",
    "ISC": "isc",
    "WTFPL": "wtfpl-2.0",
    "WTFPLV2": "wtfpl-2.0",
    "ZLIB": "zlib",
}
_NAMED = lazy(
    r"\bunder\s+(?:(?:a|an|the)\s+)?(?:(?:permissive|standard)\s+)?(?P<name>MIT|BSD|ISC|WTFPL(?:[ -]?v?2)?|zlib)(?:\s+licen[cs]e)?(?:\.(?:\s|$)|\s*$|\n(?!\s*(?:[,/&|]|(?:and|or|with|plus)\b)))",
    re.IGNORECASE,
)
_SAME_TERMS = lazy(
    r"\bsame\s+(?:licen[cs](?:e|ing)\s+)?(?:terms(?:\s+and\s+conditions)?|licen[cs]es?|conditions)\s+as\s+"
    r"(?:(?P<self>(?:this|the)\s+(?:rest|package|project|program|software|module|distribution|library|main\s+\w+))|(?:the\s+)?(?P<name>[\w.+-]*\w))",
    re.IGNORECASE,
)
_MAX_LINE = 1_000  # characters; a bundle on one line may be megabytes


class Answer(Struct, frozen=True):
    """What a reference leads to: the licence, and the place that says it."""

    expression: str
    place: str


# What a file of the tree is concluded to be under, in ScanCode's keys; None for nothing, or while that is being found out.
Concluded = Callable[[str], str | None]


class References(Struct, frozen=True):
    """Answers references from the files of the tree. ``paths`` holds the files by their path in small letters, ``names`` those of each
    folder, ``legal`` the licence files of each folder."""

    paths: Mapping[str, str]
    names: Mapping[str, frozenset[str]]  # folder -> names
    legal: Mapping[str, tuple[str, ...]]  # folder -> its licence files
    project: str = ""  # what the scanned tree is called

    @classmethod
    def of(cls, inventory: Inventory) -> References:
        names: dict[str, list[str]] = defaultdict(list)
        legal: dict[str, list[str]] = defaultdict(list)
        for file in inventory.files:
            folder, name = posixpath.split(file.path)
            names[folder.lower()].append(name.lower())
            if file.kind is FileKind.LEGAL:
                legal[folder].append(name)
        return cls(
            {finding.path.lower(): finding.path for finding in inventory.findings},
            {folder: frozenset(found) for folder, found in names.items()},
            {
                folder: tuple(posixpath.join(folder, name) for name in sorted(own_license_files(found)))
                for folder, found in legal.items()
            },
            re.sub(r"-\d[\w.+~-]*$", "", inventory.run.root),
        )

    def answer(self, match: Match, owner: Component | None, concluded: Concluded) -> Answer | None:
        """Return what ``match``, in a file of ``owner``, points to; ``None`` when it leads nowhere.

        Where it points to several files, each of them has to be there and to name a licence.
        """
        if not match.references and not spoken_pointers(match):
            return self._same_terms(match, owner, concluded) or _named_there(match)
        if _SAME_AS_PACKAGE in match.references:
            return self._package(owner, concluded)
        found: dict[str, Answer] = {}
        for pointer in pointers(match) if match.references else spoken_pointers(match):
            paths = self._pointed(pointer, match.path.lower(), owner)
            answers = [answer for path in paths if (answer := self._file(path, concluded))]
            if not paths or len(answers) < len(paths):
                return None
            found |= {answer.place: answer for answer in answers}
        joined = all_of(parse(answer.expression) for answer in found.values())
        return Answer(str(joined), ", ".join(found))

    def _same_terms(self, match: Match, owner: Component | None, concluded: Concluded) -> Answer | None:
        """Return the licence of the package where the words say "the same terms as" it, by its name or as "this program"."""
        context = context_of(match)
        found = _SAME_TERMS.search(" ".join((*context.own, *context.after[:1]))[:_MAX_LINE]) if context.whole else None
        if found is None:
            return None
        name = (found["name"] or "").lower()
        names = {self.project.lower(), *((owner.name.lower(),) if owner else ())}
        return self._package(owner, concluded) if found["self"] or name in names else None

    def _pointed(self, pointer: Pointer, path: str, owner: Component | None) -> tuple[str, ...]:
        """Return the file that ``pointer`` in ``path`` means, the nearest of those that there are; a pattern may mean several."""
        for folder in _folders(path, owner):
            for name in pointer:
                inside, last = posixpath.split(posixpath.normpath(posixpath.join(folder, name.lower())))
                found = [posixpath.join(inside, each) for each in _called(last, self.names.get(inside, frozenset()))]
                if others := tuple(each for each in found if each != path):
                    return others
        return ()

    def _package(self, owner: Component | None, concluded: Concluded) -> Answer | None:
        claims = [
            claim
            for claim in (owner.claims if owner else ())
            if claim.source is ClaimSource.DECLARED and claim.expression
        ]
        if claims:
            joined = all_of(parse(claim.expression) for claim in claims if claim.expression)
            return Answer(str(joined), claims[0].origin)
        folder = owner.directory or "" if owner else ""
        return next(
            (answer for path in self.legal.get(folder, ()) if (answer := self._file(path.lower(), concluded))), None
        )

    def _file(self, name: str, concluded: Concluded) -> Answer | None:
        """Return which licences the file names; what it leaves open itself is judged there, and not once more here."""
        path = self.paths.get(name)
        expression = concluded(path) if path is not None else None
        tree = parsed(expression) if expression else None
        if path is None or tree is None:
            return None
        named = [
            each for each in (tree.args if isinstance(tree, AllOf) else (tree,)) if not set(keys(each)) <= UNSPECIFIC
        ]
        joined = all_of(named)
        return Answer(str(joined), path) if joined else None


def _named_there(match: Match) -> Answer | None:
    """Return the licence that an introduction names by one short word, on its own line: ScanCode has no rule for "under BSD"."""
    context = context_of(match)
    if match.kind != "intro" or not context.whole:
        return None
    named = _NAMED.search("\n".join((*context.own, *context.after[:1]))[:_MAX_LINE])
    return Answer(_SHORT_NAMES[named["name"].upper()], f'"{named["name"]}" beside it') if named else None


def _folders(path: str, owner: Component | None) -> Iterator[str]:
    """Yield the folders that a reference in ``path`` may start from: the file's own first, then those above it.

    A copied package speaks of the files that came with it, not of those of the project that holds it.
    """
    top = (owner.directory or "").lower() if owner and owner.kind is not ComponentKind.PROJECT else ""
    folder = posixpath.dirname(path)
    while True:
        yield folder
        if folder in (top, ""):
            return
        folder = posixpath.dirname(folder)


def _called(pattern: str, names: frozenset[str]) -> list[str]:
    if "*" not in pattern:
        return [pattern] if pattern in names else []
    return sorted(name for name in names if fnmatchcase(name, pattern.replace("[", "[[]")))
