"""What the changed sentences of a licence text do (``rules/alterations.yaml``)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from msgspec import Struct

from licscan.core.alteration import (
    RESTRICTING,
    Alteration,
    ChangeEffect,
    ChangeKind,
    JudgedChange,
    TextChange,
    takes_away,
)
from licscan.core.component import ClaimSource, LicenseClaim
from licscan.util.rule_data import Entry, packaged, read_sections

FILE = "alterations.yaml"
# ScanCode's key for terms that take something away. An altered licence is the licence, and these.
TERMS_OF_ITS_OWN = "proprietary-license"
_MANY = 4  # licences: a file with the texts of so many passes on those of other works
_FEW = 12  # words; of one text among many a longer passage is missing where ScanCode took it for another
_NEAR = 150  # characters around a match in which "unless" is looked for
_MARKS = re.compile(r"\[\[|\]\]")


class EffectRule(Struct, frozen=True):
    """How one effect is recognised: ``patterns`` in the changed sentence, or ``missing`` among the words that it lacks."""

    effect: ChangeEffect
    reason: str
    patterns: tuple[re.Pattern[str], ...]
    missing: re.Pattern[str] | None
    where: re.Pattern[str] | None
    unless: re.Pattern[str] | None
    in_collections: bool = True


@lru_cache(maxsize=1)
def packaged_effects() -> tuple[EffectRule, ...]:
    """Return the rules that ship with licscan; raise ``RuleFileError``."""
    return read_effects(packaged(FILE))


def read_effects(text: str, file: str = FILE) -> tuple[EffectRule, ...]:
    """Return the rules in ``text``, in order; raise ``RuleFileError`` with file and line."""
    found = []
    for entry in read_sections(text, file, ("effects",))["effects"]:
        entry.allow("effect", "reason", "patterns", "missing", "in", "unless", "collections")
        if ("patterns" in entry.fields) == ("missing" in entry.fields):
            raise entry.error("an entry has either 'patterns' or 'missing'")
        try:
            rule = EffectRule(
                effect=entry.choice("effect", ChangeEffect),
                reason=entry.text("reason"),
                patterns=tuple(re.compile(pattern) for pattern in entry.texts("patterns")),
                missing=_compiled(entry, "missing"),
                where=_compiled(entry, "in"),
                unless=_compiled(entry, "unless"),
                in_collections=entry.text("collections", "yes") == "yes",
            )
        except re.error as error:
            raise entry.error(f"not a regular expression: {error}") from error
        found.append(rule)
    return tuple(found)


def _compiled(entry: Entry, name: str) -> re.Pattern[str] | None:
    return re.compile(entry.text(name)) if name in entry.fields else None


def judged(alteration: Alteration) -> tuple[JudgedChange, ...]:
    """Return the changes that alter the terms of the licence, each with what it does; none where all are names and headings."""
    many = alteration.licences >= _MANY
    found = [
        JudgedChange(change=change, effect=effect, reason=reason)
        for change in alteration.changes
        for effect, reason in _effect_of(change, in_collection=many)
    ]
    if not alteration.complete:
        last = alteration.changes[-1]
        reason = f"more than {len(alteration.changes)} sentences differ, and the others were not scanned"
        found.append(JudgedChange(change=last, effect=ChangeEffect.UNCLEAR, reason=reason))
    return tuple(found)


def _effect_of(change: TextChange, *, in_collection: bool) -> Iterator[tuple[ChangeEffect, str]]:
    sentence, new = _parts(change.text)
    for rule in packaged_effects():
        if in_collection and not _counts_in_collection(rule, change):
            continue
        if _holds(rule, change, sentence, new):
            yield rule.effect, rule.reason
            return


def _counts_in_collection(rule: EffectRule, change: TextChange) -> bool:
    if rule.effect not in RESTRICTING or (rule.missing and change.missing.count(" ") > _FEW):
        return False
    return rule.in_collections or change.kind is not ChangeKind.ADDED


def _parts(text: str) -> tuple[str, tuple[int, int]]:
    """Return a sentence without its marks, and where the words stand that the licence does not have."""
    start, end = text.find("[["), text.find("]]")
    plain = _MARKS.sub("", text)
    return plain, (start, end - 2) if 0 <= start < end else (-1, -1)


def _holds(rule: EffectRule, change: TextChange, sentence: str, new: tuple[int, int]) -> bool:
    if rule.missing is not None:
        return _lacks(rule, change, sentence)
    if not any(match.start() < new[1] and match.end() > new[0] for match in _recognised(rule, sentence)):
        return False
    # What the licence's own sentence does already is no change.
    before = f"{sentence[: new[0]]}{change.missing}{sentence[new[1] :]}"
    return change.kind is not ChangeKind.REPLACED or not any(_recognised(rule, before))


def _recognised(rule: EffectRule, sentence: str) -> Iterator[re.Match[str]]:
    for pattern in rule.patterns:
        for match in pattern.finditer(sentence):
            near = sentence[max(0, match.start() - _NEAR) : match.end() + _NEAR]
            if not (rule.unless and rule.unless.search(near)):
                yield match


def _lacks(rule: EffectRule, change: TextChange, sentence: str) -> bool:
    if not change.missing or rule.missing is None or not rule.missing.search(change.missing):
        return False
    around = sentence or change.missing
    if rule.unless and (rule.unless.search(around) or rule.unless.search(change.missing)):
        return False
    return rule.where is None or bool(rule.where.search(around))


class Altered(Struct, frozen=True):
    """The files of an inventory whose licence texts differ from the licences in their terms, each with the changes."""

    changes: Mapping[str, tuple[JudgedChange, ...]]

    @classmethod
    def of(cls, alterations: Iterable[Alteration]) -> Altered:
        found = {alteration.path: judged(alteration) for alteration in alterations}
        return cls({path: changes for path, changes in found.items() if changes})

    def expressions(self, path: str) -> tuple[str, ...]:
        """Return what is to be joined to the licences of the file at ``path``."""
        return (TERMS_OF_ITS_OWN,) if takes_away(self.of_file(path)) else ()

    def of_file(self, path: str) -> tuple[JudgedChange, ...]:
        return self.changes.get(path, ())

    def of_claims(self, claims: Iterable[LicenseClaim]) -> tuple[JudgedChange, ...]:
        """Return what was changed in the files that ``claims`` rest on."""
        if not self.changes:
            return ()
        places = dict.fromkeys(place.path for claim in claims for place in claim.locations)
        return tuple(change for path in places for change in self.of_file(path))

    def claims(self, claims: Sequence[LicenseClaim]) -> tuple[LicenseClaim, ...]:
        """Return ``claims`` and, where one rests on such a file, one that says so."""
        places = [place for claim in claims for place in claim.locations if self.expressions(place.path)]
        if not places:
            return tuple(claims)
        added = LicenseClaim(
            source=ClaimSource.DETECTED,
            expression=TERMS_OF_ITS_OWN,
            expression_spdx=f"LicenseRef-scancode-{TERMS_OF_ITS_OWN}",
            origin="words added to its licence",
            locations=tuple(dict.fromkeys(places)),
        )
        return (*claims, added)
