"""Who says which licence a component or model has, and what that comes to.

Where sources disagree they are joined by AND, so that each is judged. A person's conclusion stands for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from licscan.classify.exceptions import joined_with_base
from licscan.core.component import ClaimSource, LicenseClaim
from licscan.core.expression import Expression, ExpressionError, Unit, all_of, parse, units
from licscan.core.location import Location
from licscan.core.message import Message, filled, joined_problems, message, quoted
from licscan.core.verdict import Classification, Evidence
from licscan.statements.contributions import without_contributions

UNKNOWN = "unknown"  # ScanCode's key for a licence that cannot be told
_LATER = "-plus"
_CLASSIFIER = "License ::"  # how a trove classifier of Python begins
# What manifests call a family of licences by, and the licences that licscan takes it for where no text says which one it is.
_FAMILIES: Mapping[str, tuple[str, ...]] = {
    "BSD": ("bsd-new",),
    "BSD License": ("bsd-new",),
    "BSD Licence": ("bsd-new",),
    "BSD-like": ("bsd-new",),
    "BSD-style": ("bsd-new",),
    "License :: OSI Approved :: BSD License": ("bsd-new",),
}
# The id of a problem: an exception without the licence that it modifies.
EXCEPTION_ALONE = "licence.exception-alone"
SEVERAL_CLASSIFIERS = message(
    "note.several-classifiers",
    "several classifiers name a licence each, and do not state whether all of them apply or one may be chosen: all are judged",
)
_NOTES = {
    ClaimSource.DECLARED: message("note.declared", "declared in {origin}"),
    ClaimSource.DETECTED: message("note.detected", "detected in {origin}"),
    ClaimSource.CONCLUDED: message("note.concluded", "concluded in {origin}"),
}
_NOT_UNDERSTOOD = {
    ClaimSource.DECLARED: message("note.declared.unclear", "declared in {origin}, not understood"),
    ClaimSource.DETECTED: message("note.detected.unclear", "detected in {origin}, not understood"),
    ClaimSource.CONCLUDED: message("note.concluded.unclear", "concluded in {origin}, not understood"),
}
_SOURCES = {
    ClaimSource.DECLARED: message("note.declared.plain", "declared"),
    ClaimSource.DETECTED: message("note.detected.plain", "detected"),
    ClaimSource.CONCLUDED: message("note.concluded.plain", "concluded"),
}
_SOURCES_NOT_UNDERSTOOD = {
    ClaimSource.DECLARED: message("note.declared.plain-unclear", "declared, not understood"),
    ClaimSource.DETECTED: message("note.detected.plain-unclear", "detected, not understood"),
    ClaimSource.CONCLUDED: message("note.concluded.plain-unclear", "concluded, not understood"),
}


class CatalogueLike(Protocol):
    """What is asked of the licence catalogue."""

    def classify(self, expression_text: str) -> Classification:
        """Return the class of an expression in ScanCode's keys; what cannot be told is ``unknown``, never an error."""

    def from_spdx(self, expression_text: str) -> str:
        """Return an SPDX expression in ScanCode's keys, unknown ids as they are; raise ``ExpressionError``."""

    def knows(self, name: str) -> bool:
        """Whether ``name`` is a licence or an exception of ScanCode's or of the SPDX list, in any case."""


class Statement(Struct, frozen=True, kw_only=True):
    """That something is under ``expression``. ``whole_text`` says that a licence file does: its text tells neither "or
    later" nor which of several licences is meant to be chosen. ``names_family`` says that a manifest names a family of licences alone
    ("BSD")."""

    source: ClaimSource
    expression: str
    evidence: tuple[Evidence, ...] = ()
    whole_text: bool = False
    names_family: bool = False


def statements_of(claims: Iterable[LicenseClaim]) -> list[Statement]:
    """Return the claims that say anything; one that was not understood says ``unknown``, what is only mentioned is no claim.

    What was detected for a claim was detected in licence files, which hold whole texts; what contributors agree with the project
    is left out of it.
    """
    every = list(claims)
    doubtful = has_several_classifiers(every)
    return [
        Statement(
            source=claim.source,
            expression=expression,
            evidence=claim_evidence(claim, doubtful=doubtful and _is_classifier(claim)),
            whole_text=claim.source is ClaimSource.DETECTED,
            names_family=claim.source is ClaimSource.DECLARED
            and claim.expression in _FAMILIES.get(claim.raw or "", ()),
        )
        for claim in every
        if (claim.expression or claim.raw) and claim.source is not ClaimSource.MENTIONED
        if (expression := _stated(claim))
    ]


def _stated(claim: LicenseClaim) -> str | None:
    """Return what a claim says of its subject's licence, ``None`` where that is nothing."""
    if claim.source is ClaimSource.DETECTED and claim.expression:
        return without_contributions(claim.expression)
    return claim.expression or UNKNOWN


def has_several_classifiers(claims: Iterable[LicenseClaim]) -> bool:
    """Whether more than one licence is declared by classifiers, of which nobody can tell how they are meant to be joined."""
    return len({claim.expression or claim.raw for claim in claims if _is_classifier(claim)}) > 1


def _is_classifier(claim: LicenseClaim) -> bool:
    return (claim.raw or "").startswith(_CLASSIFIER)


def join_statements(statements: Sequence[Statement]) -> tuple[Statement, ...]:
    """Return the statements that count, those of one source and expression as the first of them."""
    concluded = [statement for statement in statements if statement.source is ClaimSource.CONCLUDED]
    worded = [statement for statement in statements if not statement.whole_text]
    counted: dict[tuple[ClaimSource, str], Statement] = {}
    for statement in concluded or statements:
        if not _is_explained(statement, worded) and not _is_refined(statement, statements):
            counted.setdefault((statement.source, statement.expression), statement)
    return tuple(counted.values())


def classify_all(texts: Iterable[str], catalogue: CatalogueLike) -> Classification | None:
    """Return the class of all expressions joined by AND, ``None`` when there are none.

    One that cannot be parsed counts as unknown beside the others, and ``problem`` tells it.
    """
    parsed: list[Expression] = []
    problems: list[Message] = []
    for text in dict.fromkeys(texts):
        try:
            parsed.append(parse(text))
        except ExpressionError as error:
            problems.append(error.problem)
            parsed.append(Unit(UNKNOWN))
    joined = all_of(parsed)
    if joined is None:
        return None
    classification = catalogue.classify(str(joined_with_base(joined)))
    if not problems:
        return classification
    return replace(
        classification,
        problem=joined_problems([*problems, *([classification.problem] if classification.problem else [])]),
    )


def _is_explained(statement: Statement, worded: Sequence[Statement]) -> bool:
    """Whether a licence file merely holds the text of what a manifest or a notice says: no second statement, but the first one's proof."""
    if not statement.whole_text or statement.source is not ClaimSource.DETECTED:
        return False
    try:
        stated = {text_of(unit) for one in worded for unit in units(parse(one.expression))}
        said = {text_of(unit) for unit in units(parse(statement.expression))}
    except ExpressionError:
        return False
    if "lgpl-3.0" in stated:
        stated.add("gpl-3.0")  # LGPL 3.0 takes in the text of GPL 3.0, and comes with it
    return said <= stated


def _is_refined(statement: Statement, statements: Sequence[Statement]) -> bool:
    """Whether a manifest names a family alone, and a licence file has the text of one licence of it."""
    if not statement.names_family:
        return False
    family = statement.expression.partition("-")[0]
    texts = {other.expression for other in statements if other.whole_text and "-" in other.expression}
    return any(text != statement.expression and text.partition("-")[0] == family and " " not in text for text in texts)


def text_of(unit: Unit) -> str:
    """Return the key of the text that stands behind ``unit``: it tells neither "or later" nor an exception."""
    return unit.key.removesuffix(_LATER)


def claim_evidence(claim: LicenseClaim, *, doubtful: bool = False) -> tuple[Evidence, ...]:
    """Return where ``claim`` is made; ``doubtful`` for classifiers of which several name a licence."""
    note = _claim_note(claim)
    if doubtful:
        note = message("note.doubtful", "{note}; {doubt}", note=note, doubt=SEVERAL_CLASSIFIERS)
    places = claim.locations or ((Location(path=claim.origin),) if claim.origin else ())
    return tuple(
        Evidence(location=place, text=claim.raw or "", expression=claim.expression, note=note) for place in places
    )


def _claim_note(claim: LicenseClaim) -> Message:
    understood = claim.expression is not None
    if not claim.origin:
        return filled(_SOURCES[claim.source] if understood else _SOURCES_NOT_UNDERSTOOD[claim.source])
    notes = _NOTES if understood else _NOT_UNDERSTOOD
    return filled(notes[claim.source], origin=quoted(claim.origin))
