"""Which of a licence's duties and limits a finding is about: never all of them, where the finding speaks of one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from licscan.core.message import Message
from licscan.core.verdict import Violation
from licscan.duediligence.licence_terms import duties_of, limits_of
from licscan.duediligence.rate import COPYLEFT_CODES
from licscan.duediligence.taken import taken_units
from licscan.duediligence.view import View

# Duties to pass something on: what copyleft asks for.
SOURCE = frozenset({"source-disclosure", "same-license", "network-source"})

_BY_CODE: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(COPYLEFT_CODES, SOURCE | {"relinking"}),
    "attribution-missing": frozenset({"attribution", "license-text", "notice-file"}),
    "source-not-provided": frozenset({"source-disclosure"}),
    "llama2-mau": frozenset({"user-limit"}),
    "llama2-law": frozenset({"acceptable-use", "region-limit"}),
    "llama2-improve-other-models": frozenset({"output-limits"}),
    "llama2-osd": frozenset({"user-limit", "acceptable-use", "output-limits"}),
    "falcon-royalty": frozenset({"revenue-limit"}),
    "falcon-attribution": frozenset({"attribution", "attribution-display", "naming"}),
}
_USES = frozenset({"acceptable-use", "field-of-use"})
_COMMERCE = frozenset({"non-commercial", "research-only", "evaluation-only", "production-limit"})
_SHOWN = frozenset({"attribution-display", "naming"})
# What the sentences of model licences' checks speak of (their templates in ``sentences``), and the words within them.
_BY_SENTENCE: Mapping[str, frozenset[str]] = {
    "a copy of the licence goes with every copy": frozenset({"license-text"}),
    "changes are to be marked": frozenset({"state-changes"}),
    "credit is to be given": frozenset({"attribution"}),
    "the forbidden uses are to be passed on to recipients": _USES,
    "source is to be offered": frozenset({"source-disclosure"}),
    "those who use it over a network are to be offered its source": frozenset({"network-source"}),
    "it ends for those who claim in court that it infringes their rights": frozenset({"patent-termination"}),
    "no patents are licensed": frozenset({"patent-grant"}),
    "who passes the model on keeps a notice file with {phrase}, and none was found": frozenset({"notice-file"}),
    "{terms} has a rule for the names of derived models: {wording}": frozenset({"naming"}),
    "{terms} wants {phrase} shown": _SHOWN,
    "{terms} wants {phrase} shown, and no text of the project shows it": _SHOWN,
    "with more than {number} monthly active users a licence from {publisher} itself is needed": frozenset({"user-limit"}),
    "with more than {number} monthly active users {phrase} has to be shown to them": frozenset({"user-limit"}) | _SHOWN,
    "from USD {number} on {effect} by {terms}": frozenset({"revenue-limit"}),
    "USD {earned} a year is declared, and from USD {number} on {effect} by {terms}": frozenset({"revenue-limit"}),
    "{terms} forbids using the model or its output to improve other models": frozenset({"output-limits"}),
    "{terms} forbids using the model or its output to improve models that do not derive from the model": frozenset({"output-limits"}),
    "{terms} forbids using the model or its output to improve large language models that do not derive from the model": frozenset({"output-limits"}),
    "{terms} forbids using the model's output to train competing models": frozenset({"output-limits", "competitor"}),
    "{terms} forbids using the model's output to train other models for commercial ends": frozenset({"output-limits"}),
    "{terms} wants models that are trained with the model or its output to take its name": frozenset({"output-limits", "naming"}),
    "{terms} wants models that are trained with the model or its output to say so": frozenset({"output-limits"}),
    "{terms} binds the product to an acceptable-use policy ({url}) and to the law": _USES,
    "{terms} binds the product to an acceptable-use policy and to the law": _USES,
    "{terms} binds the product to an acceptable-use policy ({url}): read it": _USES,
    "{terms} binds the product to an acceptable-use policy: read it": _USES,
    "{terms} forbids these uses: {declared}": _USES,
    "{terms} may forbid these uses: {declared} (it names {limits})": _USES,
    "{terms} forbids use against the law of the countries where the product is offered, trade compliance included": _USES | {"region-limit"},
    "{terms} grants nothing in {places}": frozenset({"region-limit"}),
    "{terms} grants nothing in {places}; declared are {declared}": frozenset({"region-limit"}),
    "{terms}: commercial use is {permission}": _COMMERCE,
    "{terms}: commercial use is {permission}, and needs the publisher's approval": _COMMERCE,
}  # fmt: skip


def at_stake(view: View, violation: Violation, message: Message) -> tuple[str, ...]:
    """Return the duties and limits of the subject's licence that the finding is about, in the catalogue's order."""
    conclusion = view.conclusion(violation.subject)
    if conclusion is None:
        return ()
    choice = view.choices.get((violation.subject.kind, violation.subject.id))
    owed = dict.fromkeys(
        term for unit in taken_units(conclusion, choice) for term in (*duties_of(unit), *limits_of(unit))
    )
    if violation.code in ("restricted-use", "special-terms"):
        return tuple(term for term in owed if term in view.terms and not view.terms[term].duty)
    about = _BY_CODE.get(violation.code)
    if about is None and violation.code == "model-terms":
        about = frozenset(term for text in _texts(message) for term in _BY_SENTENCE.get(text, ()))
    return tuple(term for term in owed if term in (about or ()))


def _texts(phrase: Message) -> Iterator[str]:
    yield phrase.text
    for value in phrase.values:
        for inner in value.messages:
            yield from _texts(inner)
