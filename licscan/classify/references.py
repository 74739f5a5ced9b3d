"""Where a text points to for its licence, beyond what ScanCode's second pass follows: "the same licence as the package", and
a file whose name is written in other letters than it has.
"""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Mapping

from msgspec import Struct

from licscan.classify.legal import own_license_files
from licscan.core.component import ClaimSource, Component
from licscan.core.expression import ExpressionError, all_of, keys, parse
from licscan.core.finding import FileFinding, FileKind, Match
from licscan.core.result import Inventory

# ScanCode's keys for "a licence is meant, and it is not said which".
UNTOLD = frozenset({"unknown", "unknown-license-reference", "free-unknown", "unknown-spdx"})
# What ScanCode's rules write for "the same terms as the package": its own package scan resolves it in this way too.
_SAME_AS_PACKAGE = "INHERIT_LICENSE_FROM_PACKAGE"


class Answer(Struct, frozen=True):
    """What a reference leads to: the licence, and the place that says it."""

    expression: str
    place: str


class References(Struct, frozen=True):
    """Answers references from what lies in the tree; ``by_name`` holds findings by their path in small letters."""

    by_name: Mapping[str, FileFinding]
    legal: Mapping[str, tuple[str, ...]]  # folder -> its licence files

    @classmethod
    def of(cls, inventory: Inventory) -> References:
        names: dict[str, list[str]] = defaultdict(list)
        for file in inventory.files:
            if file.kind is FileKind.LEGAL:
                folder, name = posixpath.split(file.path)
                names[folder].append(name)
        legal = {
            folder: tuple(posixpath.join(folder, name) for name in sorted(own_license_files(found)))
            for folder, found in names.items()
        }
        return cls({finding.path.lower(): finding for finding in inventory.findings}, legal)

    def answer(self, match: Match, owner: Component | None) -> Answer | None:
        """Return what ``match``, in a file of ``owner``, points to; ``None`` when it names a licence itself or leads nowhere."""
        if not match.references or not untold(match.expression):
            return None
        if _SAME_AS_PACKAGE in match.references:
            return self._package(owner)
        beside = posixpath.dirname(match.path)
        names = [
            posixpath.normpath(posixpath.join(folder, name)).lower()
            for name in match.references
            for folder in (beside, "")
        ]
        return next((answer for name in names if name != match.path.lower() and (answer := self._file(name))), None)

    def _package(self, owner: Component | None) -> Answer | None:
        claims = [
            claim
            for claim in (owner.claims if owner else ())
            if claim.source is ClaimSource.DECLARED and claim.expression
        ]
        if claims:
            joined = all_of(parse(claim.expression) for claim in claims if claim.expression)
            return Answer(str(joined), claims[0].origin)
        folder = owner.directory or "" if owner else ""
        return next((answer for path in self.legal.get(folder, ()) if (answer := self._file(path.lower()))), None)

    def _file(self, name: str) -> Answer | None:
        found = self.by_name.get(name)
        if found is None or found.expression is None or untold(found.expression):
            return None
        return Answer(found.expression, found.path)


def untold(expression: str) -> bool:
    """Whether ``expression`` names no licence, only that there is one."""
    try:
        return set(keys(parse(expression))) <= UNTOLD
    except ExpressionError:
        return False
