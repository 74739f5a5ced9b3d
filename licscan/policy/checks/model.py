"""Checks of the terms that model licences have (report 3.2.3), read from the register of terms.

Each looks at one kind of term, whichever licence has it: what a licence asks for is data, how a fact answers it is here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from licscan.core.facts import Distribution
from licscan.core.verdict import LicenseClass
from licscan.declared.territories import shared
from licscan.declared.uses import nearby, wider
from licscan.modellicense.terms import ModelTerms
from licscan.policy.checks.base import CheckFinding, CheckInput, infringed, missing, undecided
from licscan.policy.checks.model_limits import has_limit, monthly_users, other_counts, revenue, royalty

_NOT_PUBLISHED = frozenset({Distribution.NONE, Distribution.INTERNAL})
# What the criteria of the Open Source Definition are about, by number.
_OSD = {
    1: "free redistribution",
    3: "derived works",
    5: "no discrimination against persons or groups",
    6: "no discrimination against fields of endeavour",
    7: "the licence goes with the program",
    8: "not specific to a product",
    9: "no restriction of other software",
}

# What a licence says of improving other models, by the register's value.
_IMPROVING = {
    "forbidden": "forbids using the model or its output to improve other models",
    "forbidden-for-other-language-models": (
        "forbids using the model or its output to improve large language models that do not derive from the model"
    ),
    "forbidden-outside-its-family": "forbids using the model or its output to improve models that do not derive from the model",
    "competing-forbidden": "forbids using the model's output to train competing models",
    "commercial-forbidden": "forbids using the model's output to train other models for commercial ends",
    "naming-required": "wants models that are trained with the model or its output to take its name",
    "display-required": "wants models that are trained with the model or its output to say so",
}
_FORBIDDEN = frozenset({"forbidden", "forbidden-for-other-language-models", "forbidden-outside-its-family"})


def law_and_policy(case: CheckInput) -> Iterator[CheckFinding]:
    """An acceptable-use policy and the law, trade rules included, against the declared uses and regions."""
    terms = case.terms
    if terms is None or not (terms.acceptable_use_policy or terms.forbidden_uses) or case.accepted:
        return
    where = f" ({terms.acceptable_use_policy_url})" if terms.acceptable_use_policy_url else ""
    if case.facts.uses is None:
        yield missing(
            "uses",
            "uses",
            f"What is the product used for? {terms.name} binds it to an acceptable-use policy{where} and to the law. "
            "Set 'uses' to a list of words.",
            f"{terms.name} binds the product to an acceptable-use policy{where} and to the law",
        )
    elif forbidden := _forbidden(case.facts.uses, terms.forbidden_uses, wider):
        yield infringed("uses", f"{terms.name} forbids these uses: {', '.join(forbidden)}")
    elif doubtful := _forbidden(case.facts.uses, terms.forbidden_uses, nearby):
        limits = ", ".join(terms.forbidden_uses)
        yield undecided("uses", f"{terms.name} may forbid these uses: {', '.join(doubtful)} (it names {limits})")
    elif not terms.forbidden_uses:
        yield undecided("uses", f"{terms.name} binds the product to an acceptable-use policy{where}: read it")
    if case.facts.regions is None:
        yield missing(
            "law",
            "regions",
            f"In which countries is the product offered? {terms.name} forbids use against the law there, trade "
            "compliance included. Set 'regions' to a list of ISO 3166 codes.",
            f"{terms.name} forbids use against the law of the countries where the product is offered, trade compliance included",
        )


def _forbidden(declared: tuple[str, ...], limits: tuple[str, ...], meant: Callable[[str], frozenset[str]]) -> list[str]:
    """Return the declared uses for which ``meant`` gives one that a licence forbids."""
    wanted = {limit.lower() for limit in limits}
    return [use for use in declared if not wanted.isdisjoint(meant(use))]


def regions(case: CheckInput) -> Iterator[CheckFinding]:
    """Places where a licence grants nothing."""
    terms = case.terms
    if terms is None or not terms.geographic_exclusions or case.accepted:
        return
    excluded = ", ".join(terms.geographic_exclusions)
    if case.facts.regions is None:
        yield missing(
            "regions",
            "regions",
            f"In which countries is the product offered? {terms.name} grants nothing in: {excluded}. Set 'regions'.",
            f"{terms.name} grants nothing in {excluded}",
        )
    elif excluding := shared(case.facts.regions, terms.geographic_exclusions):
        offered = ", ".join(case.facts.regions)
        detail = f"{terms.name} grants nothing in {', '.join(excluding)}; declared are {offered}"
        if terms.geographic_exclusions_level == "multimodal-licensees":
            note = "whoever lives or is based there may not use its models that see images; users of a product may"
            yield undecided("regions", f"{detail} ({note})")
        else:
            yield infringed("regions", detail)


def languages(case: CheckInput) -> Iterator[CheckFinding]:
    """Languages that a model is meant for; a limit that only the model card has is never more than a review."""
    terms = case.terms
    if terms is None or not terms.language_limits or case.accepted:
        return
    meant = ", ".join(terms.language_limits)
    in_card = terms.language_limits_level == "model-card"
    if case.facts.languages is None:
        yield missing(
            "languages",
            "languages",
            f"In which languages is the product used? {'By its card the' if in_card else 'The'} model is meant for: {meant}. "
            "Set 'languages' to ISO 639 codes.",
            f"{'by its card the' if in_card else 'the'} model is meant for these languages: {meant}",
        )
        return
    allowed = {language.lower() for language in terms.language_limits}
    others = [language for language in case.facts.languages if language.lower().partition("-")[0] not in allowed]
    if others:
        detail = f"the model is meant for {meant}, and is used for {', '.join(others)}"
        yield (
            undecided("languages", f"{detail} (a limit of the model card)")
            if in_card
            else infringed("languages", detail)
        )


def improves_other_models(case: CheckInput) -> Iterator[CheckFinding]:
    """The model or its output used to train other models."""
    terms = case.terms
    ban = terms.output_training_of_other_models if terms else None
    if terms is None or ban is None or ban == "allowed" or case.accepted:
        return
    what = f"{terms.name} {_IMPROVING[ban]}"
    trains = case.facts.trains_other_models
    if trains is None:
        yield missing(
            "other-models",
            "trains_other_models",
            f"Is the model, or what it puts out, used to train or improve another model? {what}. Set "
            "'trains_other_models' to true or false.",
            what,
        )
    elif trains:
        yield infringed("other-models", what) if ban in _FORBIDDEN else undecided("other-models", what)


def open_source_definition(case: CheckInput) -> Iterator[CheckFinding]:
    """Conflicts with the Open Source Definition: told always, so that nobody calls the product's model open source."""
    terms = case.terms
    if terms and terms.osd_conflicts and not case.profile.served_by:
        criteria = "; ".join(f"{number}, {_OSD.get(number, 'other')}" for number in terms.osd_conflicts)
        yield undecided("open-source-definition", f"{terms.name} conflicts with the Open Source Definition: {criteria}")


def commercial_use(case: CheckInput) -> Iterator[CheckFinding]:
    """Commercial use forbidden, or only after registration or on terms of its own."""
    terms = case.terms
    if terms is None or case.accepted or not _limits_commerce(terms):
        return
    # A restriction that is a sum or a number of users is told by the check of that limit.
    if terms.commercial_use == "restricted" and has_limit(terms) and not terms.commercial_registration_required:
        return
    limit = f"{terms.name}: commercial use is {terms.commercial_use}"
    if terms.production_use_forbidden:
        limit += ", and so is use in production"
    if terms.outputs_restricted:
        limit += "; what it puts out may be used for the same purposes only"
    if terms.commercial_registration_required:
        limit += ", and needs the publisher's approval"
    if case.facts.commercial is None:
        yield missing("commercial-use", "commercial", f"Is the product commercial? {limit}. Set 'commercial'.", limit)
    elif case.facts.commercial:
        forbidden = terms.commercial_use == "forbidden"
        yield infringed("commercial-use", limit) if forbidden else undecided("commercial-use", limit)
    elif terms.production_use_forbidden and case.facts.distribution not in _NOT_PUBLISHED:
        yield undecided("commercial-use", f"{terms.name} forbids use in production, in business or not")


def _limits_commerce(terms: ModelTerms) -> bool:
    limits = (terms.commercial_registration_required, terms.production_use_forbidden, terms.outputs_restricted)
    return terms.commercial_use != "allowed" or any(limits)


def attribution_statement(case: CheckInput) -> Iterator[CheckFinding]:
    """A phrase that works have to show, looked for in the project's own texts."""
    terms = case.terms
    if terms is None or not terms.attribution_statement or case.facts.distribution in _NOT_PUBLISHED or case.accepted:
        return
    yield from _statement(case, terms, terms.attribution_statement, "attribution-statement")


def other_statements(case: CheckInput) -> Iterator[CheckFinding]:
    """What has to be displayed, kept in a notice file, or be part of a derived model's name."""
    terms = case.terms
    if terms is None or case.facts.distribution in _NOT_PUBLISHED or case.accepted:
        return
    if (
        terms.display_statement
        and "display-name" not in (terms.mau_effect, terms.revenue_effect)
        and _is_due(case, terms)
    ):
        yield from _statement(case, terms, terms.display_statement, "display-statement", terms.display_alternatives)
    if terms.notice_file_must_contain and case.facts.distribution is not Distribution.SAAS:
        yield from _notice(case, terms.notice_file_must_contain)
    if terms.naming_requirement:
        yield undecided(
            "naming", f"{terms.name} has a rule for the names of derived models: {terms.naming_requirement}"
        )


def _notice(case: CheckInput, phrase: str) -> Iterator[CheckFinding]:
    """A line that has to go along when the model itself is passed on, which a reference in code does not tell."""
    if not any(statement.phrase == phrase for statement in case.statements or ()):
        yield undecided(
            "notice-file", f"who passes the model on keeps a notice file with {phrase!r}, and none was found"
        )


def _is_due(case: CheckInput, terms: ModelTerms) -> bool:
    """Whether what the display is bound to is declared; where nothing is, that is asked for by another check."""
    return terms.display_condition != "trains-other-models" or bool(case.facts.trains_other_models)


def _statement(
    case: CheckInput, terms: ModelTerms, phrase: str, term: str, others: tuple[str, ...] = ()
) -> Iterator[CheckFinding]:
    if case.statements is None:
        question = f"Does the product show {phrase!r}? {terms.name} wants it shown, and this scan did not look for it."
        yield undecided(term, f"{terms.name} wants {phrase!r} shown", question)
    elif not any(statement.phrase in (phrase, *others) for statement in case.statements):
        yield infringed(term, f"{terms.name} wants {phrase!r} shown, and no text of the project shows it")


def publication_limits(case: CheckInput) -> Iterator[CheckFinding]:
    """Limits on publishing, hosting and passing on works, over those of a permissive licence."""
    terms = case.terms
    limits = _limits(terms) if terms else ""
    if terms is None or not limits or case.accepted:
        return
    if case.facts.distribution is None:
        yield missing(
            "distribution",
            "distribution",
            f"How does the product reach its users? {terms.name} limits {limits}. Set 'distribution' to none, internal, "
            "saas, binary or source.",
            f"{terms.name} limits {limits}",
        )
    elif case.facts.distribution is Distribution.SAAS and terms.hosting_restricted:
        yield infringed("distribution", f"{terms.name} limits {limits}, and the product is declared hosted")
    elif case.facts.distribution not in _NOT_PUBLISHED and (
        terms.distribution_restricted or terms.derivative_same_terms
    ):
        yield undecided("distribution", f"{terms.name} limits {limits}: follow its rules when the work goes out")


def _limits(terms: ModelTerms) -> str:
    found = (
        "how works are published and distributed" if terms.distribution_restricted else "",
        "offering it as a hosted service" if terms.hosting_restricted else "",
        "the terms of derived models, which have to stay the same" if terms.derivative_same_terms else "",
    )
    return ", ".join(limit for limit in found if limit)


def service_terms(case: CheckInput) -> Iterator[CheckFinding]:
    """A model that a third party serves: the contract with it binds the product, whatever the model's own licence allows."""
    service, unit = case.profile.served_by, case.unit
    if service is None or unit is None or case.accepts("service"):
        return
    is_contract = case.terms.is_contract if case.terms else unit.license_class is LicenseClass.CUSTOM_MODEL
    if is_contract:
        yield undecided("service", f"{service} serves it: read the contract with it, whose terms bind the product")


def model_terms(case: CheckInput) -> Iterator[CheckFinding]:
    """Every kind of term above, for licences that have no rule of their own."""
    checks = (
        commercial_use,
        monthly_users,
        other_counts,
        revenue,
        royalty,
        improves_other_models,
        law_and_policy,
        regions,
        languages,
        attribution_statement,
        other_statements,
        publication_limits,
        open_source_definition,
        service_terms,
    )
    for check in checks:
        yield from check(case)


def lineage(case: CheckInput) -> Iterator[CheckFinding]:
    """``licence-drift``: a model claims another licence than the one that it inherits, and that one is not permissive."""
    unit = case.unit
    chain = dict(case.profile.inherited).get(unit.unit) if unit else None
    if unit and chain and unit.license_class is not LicenseClass.PERMISSIVE:
        yield infringed("lineage", f"it claims another licence, and inherits {unit.spdx}: {chain}")


def terms_on_record(case: CheckInput) -> Iterator[CheckFinding]:
    """``model-terms-unrecorded``: a licence written for models that the register does not hold."""
    unit = case.unit
    is_known = case.terms or case.profile.served_by  # of a service's contract another check speaks
    if unit and not is_known and unit.license_class is LicenseClass.CUSTOM_MODEL and not case.accepted:
        yield undecided("terms-on-record", f"the terms of {unit.spdx} are not on record: read the licence")
