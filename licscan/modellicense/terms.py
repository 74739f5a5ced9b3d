"""What model licences ask for, from the register of model licences, by any id that a licence is known by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from msgspec import Struct, field

from licscan.modellicense.register import ModelLicense, ModelRegister, model_register, read_register


class ModelTerms(Struct, frozen=True, kw_only=True):
    """The terms of one model licence. Money is in US dollars; a field that is empty or ``None`` is no term.

    ``release`` is the day (ISO 8601) at which ``monthly_active_users_max`` is counted when ``mau_measured`` is
    ``at-release-date``. ``other`` are further terms by name, in words.
    """

    id: str
    name: str
    source: str
    ids: tuple[str, ...] = ()
    publisher: str = "the publisher"
    release: str | None = None
    commercial_use: str = "allowed"  # allowed, restricted or forbidden
    commercial_registration_required: bool = False
    monthly_active_users_max: int | None = None
    mau_measured: str | None = None  # at-release-date or rolling
    mau_effect: str = "separate-license"  # or display-name: above the limit ``display_statement`` has to be shown
    daily_active_users_max: int | None = None
    monthly_visits_max: int | None = None
    annual_revenue_threshold_usd: int | None = None
    monthly_revenue_threshold_usd: int | None = None
    revenue_effect: str | None = None  # royalty, separate-license, license-ends or display-name
    royalty_percent: int | None = None
    output_training_of_other_models: str | None = None
    outputs_restricted: bool = False
    naming_requirement: str | None = None
    display_statement: str | None = None
    display_alternatives: tuple[str, ...] = ()
    display_condition: str | None = None  # trains-other-models: only where the model improves another one
    attribution_statement: str | None = None
    notice_file_must_contain: str | None = None
    acceptable_use_policy: bool = False
    acceptable_use_policy_url: str | None = None
    forbidden_uses: tuple[str, ...] = ()
    geographic_exclusions: tuple[str, ...] = ()
    geographic_exclusions_level: str | None = None  # multimodal-licensees: those who build with a model that sees
    language_limits: tuple[str, ...] = ()
    language_limits_level: str | None = None  # licence or model-card
    hosting_restricted: bool = False
    distribution_restricted: bool = False
    derivative_same_terms: bool = False
    production_use_forbidden: bool = False
    maas_separate_license: bool = False
    maas_revenue_threshold_usd: int | None = None
    annual_revenue_limit: str | None = None  # in another currency, as the licence words it
    edge_devices_max: int | None = None
    monthly_output_tokens_max: int | None = None
    competing_products_forbidden: bool = False
    osd_conflicts: tuple[int, ...] = ()
    is_contract: bool = False  # with a service that runs models for others
    other: Mapping[str, str] = field(default_factory=dict)

    def __hash__(self) -> int:  # its other terms have no hash
        return hash(self.id)

    @property
    def statements(self) -> tuple[str, ...]:
        """The phrases that works have to show."""
        found = (
            self.attribution_statement,
            self.display_statement,
            *self.display_alternatives,
            self.notice_file_must_contain,
        )
        return tuple(dict.fromkeys(phrase for phrase in found if phrase))


class TermsRegister:
    """Model licences by every id they are known by, without regard to case."""

    def __init__(self, entries: Iterable[ModelTerms]) -> None:
        self._entries = tuple(entries)
        self._by_id: dict[str, ModelTerms] = {}
        for entry in self._entries:
            for name in (entry.id, *entry.ids):
                if self._by_id.setdefault(name.lower(), entry) is not entry:
                    raise ValueError(f"{name!r} stands for two model licences")

    def __iter__(self) -> Iterator[ModelTerms]:
        return iter(self._entries)

    def find(self, *ids: str) -> ModelTerms | None:
        """Return the terms of the first of ``ids`` that is on record."""
        return next((self._by_id[name.lower()] for name in ids if name.lower() in self._by_id), None)

    @property
    def statements(self) -> tuple[str, ...]:
        """Every phrase that some licence wants shown: what to look for in a project's texts."""
        return tuple(sorted({phrase for entry in self._entries for phrase in entry.statements}))


@lru_cache(maxsize=1)
def model_terms() -> TermsRegister:
    """Return the terms that come with licscan."""
    return terms_of(model_register())


def read_terms(document: Mapping[str, Any]) -> tuple[ModelTerms, ...]:
    """Return the entries of a register that are sure enough to be enforced."""
    return tuple(terms_of(read_register(document)))


def terms_of(register: ModelRegister) -> TermsRegister:
    """Return the terms in ``register``: those of low confidence are told by other means, and enforced by none."""
    return TermsRegister(_entry(entry) for entry in register if entry.enforced)


def _entry(entry: ModelLicense) -> ModelTerms:
    terms = dict(entry.terms)
    conflicts = terms.pop("open_source_definition", {}).get("conflicts", ())
    known = {name: _value(terms.pop(name)) for name in tuple(terms) if name in ModelTerms.__struct_fields__}
    return ModelTerms(
        id=entry.id,
        name=entry.name,
        source="; ".join(entry.sources),
        ids=entry.ids,
        publisher=entry.publisher,
        release=entry.release,
        osd_conflicts=tuple(conflicts),
        is_contract=bool(entry.services),
        other={name: str(value) for name, value in sorted(terms.items())},
        **known,
    )


def _value(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
