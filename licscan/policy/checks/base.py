"""What a check is: a closer look at one licence in one subject, where matching fields does not decide."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum

from msgspec import Struct

from licscan.core.display_phrase import Statement
from licscan.core.facts import Facts
from licscan.core.message import Message, message
from licscan.core.message import fact as fact_
from licscan.core.verdict import Evidence, UnitClassification
from licscan.modellicense.terms import ModelTerms
from licscan.policy.codes import BY_CODE, Acceptance
from licscan.policy.profile import Profile


class Answer(str, Enum):
    """What a check found; finding nothing is an empty result."""

    INFRINGED = "infringed"  # the rule's verdict applies
    MISSING = "missing"  # a fact is needed: a review with its question
    UNDECIDED = "undecided"  # the facts do not settle it: a review


class CheckInput(Struct, frozen=True, kw_only=True):
    """All that a check may look at. ``unit`` is ``None`` for a subject without licence. ``terms`` are those on
    record for the licence; ``statements`` what the project shows, ``None`` when nobody looked. ``code`` is the rule's."""

    unit: UnitClassification | None
    profile: Profile
    facts: Facts
    code: str
    terms: ModelTerms | None = None
    statements: tuple[Statement, ...] | None = None

    @property
    def accepted(self) -> bool:
        """Whether the user recorded the terms behind this code as accepted: ``code``, or ``code:licence``."""
        return self._is_recorded("")

    def accepts(self, term: str) -> bool:
        """Whether one term of the licence is recorded, or all of them: ``code:licence:term``."""
        return self.accepted or self._is_recorded(f":{term}")

    def _is_recorded(self, ending: str) -> bool:
        entry = BY_CODE[self.code]
        if entry.acceptance is Acceptance.NEVER:
            return False
        names = {f"{entry.code}{ending}"} if entry.acceptance is Acceptance.CODE else set()
        if self.unit:
            names |= {f"{entry.code}:{name}{ending}".lower() for name in (self.unit.unit, self.unit.spdx)}
        return not names.isdisjoint(name.lower() for name in self.facts.accepted)


class CheckFinding(Struct, frozen=True, kw_only=True):
    """One answer. ``term`` is a stable id of what was looked at; ``fact`` and ``question`` are what is asked for. Where
    the licence has no part in it, the evidence stands ``alone``, without that of the licence."""

    term: str
    answer: Answer
    detail: Message
    fact: str | None = None
    question: Message | None = None
    evidence: tuple[Evidence, ...] = ()
    alone: bool = False


Check = Callable[[CheckInput], Iterable[CheckFinding]]


def infringed(term: str, detail: Message, evidence: tuple[Evidence, ...] = ()) -> CheckFinding:
    return CheckFinding(term=term, answer=Answer.INFRINGED, detail=detail, evidence=evidence)


def undecided(term: str, detail: Message, question: Message | None = None, fact: str | None = None) -> CheckFinding:
    return CheckFinding(term=term, answer=Answer.UNDECIDED, detail=detail, question=question, fact=fact)


def missing(term: str, fact: str, question: Message, limit: Message) -> CheckFinding:
    """Return a finding for which ``fact`` is not declared; ``limit`` says what the terms want, and ``question`` asks for the fact."""
    return CheckFinding(
        term=term,
        answer=Answer.MISSING,
        detail=message(
            "check.fact-not-declared",
            "{limit}; the fact '{fact}', which decides it, is not declared",
            limit=limit,
            fact=fact_(fact),
        ),
        fact=fact,
        question=question,
    )
