"""Which matches do not count, for one of a few reasons and no other; the facts keep them, and every report shows them.

A false demotion lets a licence through, a missed one costs a look: whatever is in doubt counts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from licscan.classify.bare_words import names_in_code, packaged_bare_words
from licscan.classify.context import context_of
from licscan.classify.contributions import contributed, speaks_of_contributions
from licscan.classify.id_lists import listed
from licscan.classify.no_license import names_a_license, names_no_license
from licscan.classify.package_data import PackageData
from licscan.classify.references import Answer, References
from licscan.core.component import Component, ComponentKind
from licscan.core.finding import Detection, FileFinding, FileKind, Match
from licscan.core.location import Location
from licscan.core.result import Inventory
from licscan.core.untold import untold
from licscan.core.verdict import Demotion, DemotionReason
from licscan.core.wording import Aside, asides

_CONFIGURATION = "licscan.toml"
# A key whose value names licences, or talks of them, commented out or not.
_SETTING = re.compile(r"[ \t#]*(?:outbound|approved|detected|concluded|licence|accepted|comment|why)[ \t]*=")
_ASIDES = {
    Aside.MENTION: (
        DemotionReason.MENTION,
        "a few words that name a licence, in a licence file that holds a whole text",
    ),
    Aside.EXCEPTED: (
        DemotionReason.EXCEPTED_TEXT,
        "a part of a licence with an exception that the file states, and that counts instead",
    ),
    Aside.SILENT: (
        DemotionReason.NAMES_NO_LICENSE,
        "it speaks of copyright notices, or is the disclaimer of the licence beside it",
    ),
}


class Demoted(Struct, frozen=True, kw_only=True):
    """What does not count in one file: whole ``matches``, and ``parts`` of what others say. ``answers`` are what references among
    the matches lead to."""

    matches: Mapping[Match, Demotion]
    answers: Mapping[Match, Answer]
    parts: tuple[Demotion, ...] = ()


class Demoter(Struct, frozen=True):
    """Judges matches from the facts of a codebase alone.

    ``kinds`` are the kinds of its files by path, ``bare_words`` the words of ScanCode's bare-word rules by rule id, ``own`` lines
    of licscan's own configuration in files of another purpose.
    """

    kinds: Mapping[str, FileKind]
    bare_words: Mapping[str, str]
    packages: PackageData
    references: References
    own: tuple[Location, ...] = ()

    @classmethod
    def of(cls, inventory: Inventory, own: tuple[Location, ...] = ()) -> Demoter:
        return cls(
            kinds={file.path: file.kind for file in inventory.files},
            bare_words=packaged_bare_words(),
            packages=PackageData.of(inventory),
            references=References.of(inventory),
            own=own,
        )

    def demotions(self, finding: FileFinding, owner: Component | None) -> Demoted:
        """Return what does not count in ``finding``, whose file belongs to ``owner``."""
        matches = [match for detection in finding.detections for match in detection.matches]
        lists = self._lists(matches)
        beside = self._asides(matches, finding.path, owner)
        found: dict[Match, Demotion] = {}
        answers: dict[Match, Answer] = {}
        parts: list[Demotion] = []
        for detection in finding.detections:
            for match in detection.matches:
                demotion = (
                    _own_configuration(match, self.own)
                    or _resolved_reference(match, detection, finding.path)
                    or _contribution(match)
                    or self._bare_word(match)
                    or _in_list(match, lists.get(match))
                    or self._package_data(match, owner.id if owner else None)
                    or _aside(match, beside.get(match))
                )
                answer = None if demotion or match.path != finding.path else self.references.answer(match, owner)
                if answer:
                    answers[match] = answer
                    why = f"it points to {answer.place}, whose licence counts instead"
                    demotion = _demotion(match, DemotionReason.RESOLVED_REFERENCE, why)
                if demotion and demotion.expression != match.expression:
                    parts.append(demotion)
                elif demotion:
                    found[match] = demotion
        counted = [match for match in matches if match not in found and match.path == finding.path]
        named = [match for match in counted if names_a_license(match.expression)]
        for match in counted:
            said = names_no_license(match, named, self._kind(match.path))
            if said:
                found[match] = _demotion(match, DemotionReason.NAMES_NO_LICENSE, said)
        return Demoted(matches=found, answers=answers, parts=tuple(parts))

    def _lists(self, matches: list[Match]) -> dict[Match, int]:
        paths = dict.fromkeys(match.path for match in matches)
        found: dict[Match, int] = {}
        for path in paths:
            found |= listed([match for match in matches if match.path == path], self._kind(path))
        return found

    def _asides(self, matches: Sequence[Match], path: str, owner: Component | None) -> Mapping[Match, Aside]:
        """Read the licence files of packages as they are read where only the metadata of what is installed is looked at."""
        if owner is None or owner.kind is not ComponentKind.PACKAGE:
            return {}
        if self._kind(path) is not FileKind.LEGAL and ".dist-info/licenses/" not in path:
            return {}
        return asides([match for match in matches if match.path == path])

    def _bare_word(self, match: Match) -> Demotion | None:
        words = self.bare_words.get(match.rule_id)
        if words is None or self._kind(match.path) is not FileKind.CODE:
            return None
        names = names_in_code(words, context_of(match))
        if not names:
            return None
        shown = ", ".join(f'"{name}"' for name in names[:3])
        return _demotion(
            match, DemotionReason.BARE_WORD_IN_CODE, f"the licence's name is part of the program's own name {shown}"
        )

    def _package_data(self, match: Match, owner: str | None) -> Demotion | None:
        proof = self.packages.proof(match, self._kind(match.path), owner)
        return _demotion(match, DemotionReason.PACKAGE_LICENSE_DATA, proof) if proof else None

    def _kind(self, path: str) -> FileKind:
        return self.kinds.get(path, FileKind.OTHER)


def _own_configuration(match: Match, own: Sequence[Location]) -> Demotion | None:
    """Demote what configurations decide on. One for a folder of its own is told by its name, line by line: only that of the
    whole tree is read here."""
    inside = any(
        match.path == place.path
        and (place.start_line or 0) <= match.start_line
        and match.end_line <= (place.end_line or 0)
        for place in own
    )
    if not inside and match.path.rpartition("/")[2] == _CONFIGURATION:
        lines = [line for line in match.matched_text.splitlines() if line.strip()]
        inside = bool(lines) and all(map(_SETTING.match, lines))
    why = "it stands in licscan's own configuration, which decides on licences by name"
    return _demotion(match, DemotionReason.NAMES_NO_LICENSE, why) if inside else None


def _resolved_reference(match: Match, detection: Detection, path: str) -> Demotion | None:
    """Demote "see LICENSE" where the detection holds what that file says; it is in the tree, since it was read."""
    if match.path != path or not match.references or not untold(match.expression):
        return None
    told = dict.fromkeys(
        other.path for other in detection.matches if other.path != path and not untold(other.expression)
    )
    pointed = ", ".join(name for name in told if _is_named(name, match.references))
    if not pointed:
        return None
    return _demotion(match, DemotionReason.RESOLVED_REFERENCE, f"it points to {pointed}, whose licence counts instead")


def _is_named(path: str, references: tuple[str, ...]) -> bool:
    return any(f"/{path}".lower().endswith(f"/{reference.lower().lstrip('./')}") for reference in references)


def _contribution(match: Match) -> Demotion | None:
    part = contributed(match.expression)
    if part is None and speaks_of_contributions(match):
        why = "it tells under which terms contributions are taken, and names no licence"
        return _demotion(match, DemotionReason.CONTRIBUTION_TERMS, why)
    if part is None:
        return None
    why = (
        f"{part} is between contributors and the project; it gives whoever receives the code neither rights nor duties"
    )
    return replace(_demotion(match, DemotionReason.CONTRIBUTION_TERMS, why), expression=part)


def _in_list(match: Match, ids: int | None) -> Demotion | None:
    if ids is None:
        return None
    return _demotion(
        match,
        DemotionReason.LICENSE_ID_LIST,
        f"it stands in a list of {ids} licence ids, which says what licences there are",
    )


def _aside(match: Match, aside: Aside | None) -> Demotion | None:
    if aside is None:
        return None
    reason, explanation = _ASIDES[aside]
    return _demotion(match, reason, explanation)


def _demotion(match: Match, reason: DemotionReason, explanation: str) -> Demotion:
    return Demotion(
        reason=reason,
        expression=match.expression,
        rule_id=match.rule_id,
        location=match.location,
        explanation=explanation,
    )
