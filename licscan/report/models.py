"""The chapter on AI models and datasets: what each is, where, under which licence, what that asks, and the verdict."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from licscan.core.aimodel import AiModel
from licscan.core.display_phrase import Statement
from licscan.core.result import Audit, Inventory
from licscan.core.text import plural
from licscan.core.verdict import Conclusion, Outcome, SubjectKind, Violation
from licscan.modellicense.descriptions import terms_in_words
from licscan.modellicense.display import places_of
from licscan.modellicense.register import ModelLicense, model_register

_SHOWN_TERMS = ("attribution_statement", "display_statement", "notice_file_must_contain")
_PLACES = 3


class LicenseTerms(Struct, frozen=True, kw_only=True):
    """What one licence of a model asks, in words. ``note`` tells how sure that is, where it is not; ``shown`` are the names and notices
    that it wants shown, each with where the project shows it."""

    spdx: str
    name: str
    terms: tuple[str, ...]
    note: str | None = None
    shown: tuple[str, ...] = ()


class ModelView(Struct, frozen=True, kw_only=True):
    """A model, what its licence is taken to be, the terms on record for it, and what the policy says."""

    model: AiModel
    conclusion: Conclusion | None
    terms: tuple[LicenseTerms, ...]
    violations: tuple[Violation, ...]

    @property
    def questions(self) -> tuple[str, ...]:
        """The facts that are asked for, each once."""
        return tuple(dict.fromkeys(str(found.question) for found in self.violations if found.question))

    @property
    def verdict(self) -> str:
        """The verdict in a few words."""
        denied = sum(found.outcome is Outcome.DENY for found in self.violations)
        if denied:
            return f"denied: {plural(denied, 'finding')}"
        if self.questions and any(found.violates for found in self.violations):
            return f"asks for {plural(len(self.questions), 'fact')}"
        if any(found.violates for found in self.violations):
            return "fails the gate"
        return "passes, with findings to review" if self.violations else "passes"


def model_views(inventory: Inventory, audit: Audit) -> tuple[ModelView, ...]:
    """Return every model and dataset with what the audit says of it."""
    concluded = {c.subject.id: c for c in audit.conclusions if c.subject.kind is SubjectKind.MODEL}
    told: dict[str, list[Violation]] = {}
    for violation in audit.violations:
        if violation.subject.kind is SubjectKind.MODEL:
            told.setdefault(violation.subject.id, []).append(violation)
    return tuple(
        ModelView(
            model=model,
            conclusion=concluded.get(model.id),
            terms=_terms(concluded.get(model.id), inventory.statements or ()),
            violations=tuple(told.get(model.id, ())),
        )
        for model in inventory.models
    )


def _terms(conclusion: Conclusion | None, statements: tuple[Statement, ...]) -> tuple[LicenseTerms, ...]:
    found = []
    for unit in conclusion.classification.units if conclusion and conclusion.classification else ():
        entry = model_register().find(unit.unit) or model_register().find(unit.spdx)
        if entry is not None:
            note = None if entry.enforced else "of low confidence: shown, and not enforced"
            found.append(
                LicenseTerms(
                    spdx=unit.spdx,
                    name=entry.name,
                    terms=terms_in_words(entry),
                    note=note,
                    shown=tuple(_shown(entry, statements)),
                )
            )
    return tuple(found)


def _shown(entry: ModelLicense, statements: tuple[Statement, ...]) -> Iterator[str]:
    """Yield each phrase that the licence wants shown and the project shows, with the first places."""
    wanted = [entry.terms.get(name) for name in _SHOWN_TERMS]
    for phrase in dict.fromkeys((*wanted, *entry.terms.get("display_alternatives", ()))):
        places = list(places_of(each for each in statements if each.phrase == phrase))
        if places:
            more = f" and {len(places) - _PLACES} more" if len(places) > _PLACES else ""
            yield f"{phrase!r} is shown in {', '.join(places[:_PLACES])}{more}"
