"""Checks of the terms that model licences have (report 3.2.3), read from the register of terms.

Each looks at one kind of term, whichever licence has it: what a licence asks for is data, how a fact answers it is here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from licscan.core.facts import Distribution
from licscan.core.message import Message, filled, license_, listed, message, name, ours, quoted
from licscan.core.verdict import LicenseClass
from licscan.declared.territories import shared
from licscan.declared.uses import nearby, wider
from licscan.modellicense.terms import ModelTerms
from licscan.policy.checks.base import CheckFinding, CheckInput, infringed, missing, undecided
from licscan.policy.checks.model_limits import has_limit, monthly_users, other_counts, revenue, royalty

_NOT_PUBLISHED = frozenset({Distribution.NONE, Distribution.INTERNAL})
# What the criteria of the Open Source Definition are about, by number.
_OSD = {
    1: message("osd.1", "1, free redistribution"),
    3: message("osd.3", "3, derived works"),
    5: message("osd.5", "5, no discrimination against persons or groups"),
    6: message("osd.6", "6, no discrimination against fields of endeavour"),
    7: message("osd.7", "7, the licence goes with the program"),
    8: message("osd.8", "8, not specific to a product"),
    9: message("osd.9", "9, no restriction of other software"),
}

# What a licence says of improving other models, by the register's value.
_IMPROVING = {
    "forbidden": message("model.improve.any", "{terms} forbids using the model or its output to improve other models"),
    "forbidden-for-other-language-models": message(
        "model.improve.language-models",
        "{terms} forbids using the model or its output to improve large language models that do not derive from the model",
    ),
    "forbidden-outside-its-family": message(
        "model.improve.family",
        "{terms} forbids using the model or its output to improve models that do not derive from the model",
    ),
    "competing-forbidden": message(
        "model.improve.competing", "{terms} forbids using the model's output to train competing models"
    ),
    "commercial-forbidden": message(
        "model.improve.commercial", "{terms} forbids using the model's output to train other models for commercial ends"
    ),
    "naming-required": message(
        "model.improve.naming", "{terms} wants models that are trained with the model or its output to take its name"
    ),
    "display-required": message(
        "model.improve.display", "{terms} requires models that are trained with the model or its output to state it"
    ),
}
_PERMISSIONS = {
    "forbidden": message("model.permission.forbidden", "forbidden"),
    "restricted": message("model.permission.restricted", "restricted"),
    "allowed": message("model.permission.allowed", "allowed"),
    "with-conditions": message("model.permission.conditions", "with conditions"),
}
_FORBIDDEN = frozenset({"forbidden", "forbidden-for-other-language-models", "forbidden-outside-its-family"})


def law_and_policy(case: CheckInput) -> Iterator[CheckFinding]:
    """An acceptable-use policy and the law, trade rules included, against the declared uses and regions."""
    terms = case.terms
    if terms is None or not (terms.acceptable_use_policy or terms.forbidden_uses) or case.accepted:
        return
    if case.facts.uses is None:
        yield missing("uses", "uses", *_uses_asked(terms))
    elif forbidden := _forbidden(case.facts.uses, terms.forbidden_uses, wider):
        detail = message(
            "model.uses.forbidden",
            "{terms} forbids these uses: {declared}",
            terms=terms.name,
            declared=quoted(", ".join(forbidden)),
        )
        yield infringed("uses", detail)
    elif doubtful := _forbidden(case.facts.uses, terms.forbidden_uses, nearby):
        detail = message(
            "model.uses.doubtful",
            "{terms} may forbid these uses: {declared} (it names {limits})",
            terms=terms.name,
            declared=quoted(", ".join(doubtful)),
            limits=", ".join(terms.forbidden_uses),
        )
        yield undecided("uses", detail)
    elif not terms.forbidden_uses:
        yield undecided("uses", _policy_to_read(terms))
    if case.facts.regions is None:
        yield missing(
            "law",
            "regions",
            message(
                "ask.regions.law",
                "In which countries is the product offered? {terms} forbids use against the law there, trade compliance included. "
                "Set 'regions' to a list of ISO 3166 codes.",
                terms=terms.name,
            ),
            message(
                "model.law",
                "{terms} forbids use against the law of the countries where the product is offered, trade compliance included",
                terms=terms.name,
            ),
        )


def _uses_asked(terms: ModelTerms) -> tuple[Message, Message]:
    """Return the question for the uses, and what the licence says of them."""
    if url := terms.acceptable_use_policy_url:
        return (
            message(
                "ask.uses.policy-at",
                "What is the product used for? {terms} binds it to an acceptable-use policy ({url}) and to the law. Set 'uses' to a "
                "list of words.",
                terms=terms.name,
                url=url,
            ),
            message(
                "model.uses.policy-at",
                "{terms} binds the product to an acceptable-use policy ({url}) and to the law",
                terms=terms.name,
                url=url,
            ),
        )
    return (
        message(
            "ask.uses.policy",
            "What is the product used for? {terms} binds it to an acceptable-use policy and to the law. Set 'uses' to a list of "
            "words.",
            terms=terms.name,
        ),
        message(
            "model.uses.policy",
            "{terms} binds the product to an acceptable-use policy and to the law",
            terms=terms.name,
        ),
    )


def _policy_to_read(terms: ModelTerms) -> Message:
    if url := terms.acceptable_use_policy_url:
        return message(
            "model.uses.read-at",
            "{terms} binds the product to an acceptable-use policy ({url}): read it",
            terms=terms.name,
            url=url,
        )
    return message(
        "model.uses.read", "{terms} binds the product to an acceptable-use policy: read it", terms=terms.name
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
            message(
                "ask.regions.excluded",
                "In which countries is the product offered? {terms} grants nothing in: {places}. Set 'regions'.",
                terms=terms.name,
                places=excluded,
            ),
            message("model.regions", "{terms} grants nothing in {places}", terms=terms.name, places=excluded),
        )
    elif excluding := shared(case.facts.regions, terms.geographic_exclusions):
        detail = message(
            "model.regions.declared",
            "{terms} grants nothing in {places}; declared are {declared}",
            terms=terms.name,
            places=", ".join(excluding),
            declared=quoted(", ".join(case.facts.regions)),
        )
        if terms.geographic_exclusions_level == "multimodal-licensees":
            of_licensees = message(
                "model.regions.licensees",
                "{detail} (whoever lives or is based there may not use its models that see images; users of a product may)",
                detail=detail,
            )
            yield undecided("regions", of_licensees)
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
            *_languages_asked(meant, in_card=in_card),
        )
        return
    allowed = {language.lower() for language in terms.language_limits}
    others = [language for language in case.facts.languages if language.lower().partition("-")[0] not in allowed]
    if others:
        values = {"languages": meant, "declared": quoted(", ".join(others))}
        if in_card:
            detail = message(
                "model.languages.card-used",
                "the model is meant for {languages}, and is used for {declared} (a limit of the model card)",
                **values,
            )
            yield undecided("languages", detail)
        else:
            detail = message(
                "model.languages.used", "the model is meant for {languages}, and is used for {declared}", **values
            )
            yield infringed("languages", detail)


def _languages_asked(meant: str, *, in_card: bool) -> tuple[Message, Message]:
    """Return the question for the languages, and what licence or card says of them."""
    if in_card:
        return (
            message(
                "ask.languages.card",
                "In which languages is the product used? By its card the model is meant for: {languages}. Set 'languages' to ISO 639 "
                "codes.",
                languages=meant,
            ),
            message(
                "model.languages.card",
                "by its card the model is meant for these languages: {languages}",
                languages=meant,
            ),
        )
    return (
        message(
            "ask.languages",
            "In which languages is the product used? The model is meant for: {languages}. Set 'languages' to ISO 639 codes.",
            languages=meant,
        ),
        message("model.languages", "the model is meant for these languages: {languages}", languages=meant),
    )


def improves_other_models(case: CheckInput) -> Iterator[CheckFinding]:
    """The model or its output used to train other models."""
    terms = case.terms
    ban = terms.output_training_of_other_models if terms else None
    if terms is None or ban is None or ban == "allowed" or case.accepted:
        return
    what = filled(_IMPROVING[ban], terms=terms.name)
    trains = case.facts.trains_other_models
    if trains is None:
        yield missing(
            "other-models",
            "trains_other_models",
            message(
                "ask.trains-other-models",
                "Is the model, or what it puts out, used to train or improve another model? {limit}. Set 'trains_other_models' to "
                "true or false.",
                limit=what,
            ),
            what,
        )
    elif trains:
        yield infringed("other-models", what) if ban in _FORBIDDEN else undecided("other-models", what)


def open_source_definition(case: CheckInput) -> Iterator[CheckFinding]:
    """Conflicts with the Open Source Definition: told always, so that nobody calls the product's model open source."""
    terms = case.terms
    if terms and terms.osd_conflicts and not case.profile.served_by:
        criteria = [_OSD.get(number) or _other_criterion(number) for number in terms.osd_conflicts]
        detail = message(
            "model.osd",
            "{terms} conflicts with the Open Source Definition: {criteria}",
            terms=terms.name,
            criteria=listed(criteria, "; "),
        )
        yield undecided("open-source-definition", detail)


def _other_criterion(number: int) -> Message:
    return message("osd.other", "{number}, other", number=number)


def commercial_use(case: CheckInput) -> Iterator[CheckFinding]:
    """Commercial use forbidden, or only after registration or on terms of its own."""
    terms = case.terms
    if terms is None or case.accepted or not _limits_commerce(terms):
        return
    # A restriction that is a sum or a number of users is told by the check of that limit.
    if terms.commercial_use == "restricted" and has_limit(terms) and not terms.commercial_registration_required:
        return
    limit = _commercial_limit(terms)
    if case.facts.commercial is None:
        question = message("ask.commercial", "Is the product commercial? {limit}. Set 'commercial'.", limit=limit)
        yield missing("commercial-use", "commercial", question, limit)
    elif case.facts.commercial:
        forbidden = terms.commercial_use == "forbidden"
        yield infringed("commercial-use", limit) if forbidden else undecided("commercial-use", limit)
    elif terms.production_use_forbidden and case.facts.distribution not in _NOT_PUBLISHED:
        detail = message("model.production", "{terms} forbids use in production, in business or not", terms=terms.name)
        yield undecided("commercial-use", detail)


def _commercial_limit(terms: ModelTerms) -> Message:
    permission = _PERMISSIONS.get(terms.commercial_use)
    limit = message(
        "model.commercial",
        "{terms}: commercial use is {permission}",
        terms=terms.name,
        permission=permission or ours(terms.commercial_use),
    )
    if terms.production_use_forbidden:
        limit = message("model.commercial.production", "{limit}, and so is use in production", limit=limit)
    if terms.outputs_restricted:
        limit = message(
            "model.commercial.output", "{limit}; what it puts out may be used for the same purposes only", limit=limit
        )
    if terms.commercial_registration_required:
        limit = message("model.commercial.approval", "{limit}, and needs the publisher's approval", limit=limit)
    return limit


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
        detail = message(
            "model.naming",
            "{terms} has a rule for the names of derived models: {wording}",
            terms=terms.name,
            wording=terms.naming_requirement,
        )
        yield undecided("naming", detail)


def _notice(case: CheckInput, phrase: str) -> Iterator[CheckFinding]:
    """A line that has to go along when the model itself is passed on, which a reference in code does not tell."""
    if not any(statement.phrase == phrase for statement in case.statements or ()):
        detail = message(
            "model.notice-file",
            "who passes the model on keeps a notice file with {phrase}, and none was found",
            phrase=repr(phrase),
        )
        yield undecided("notice-file", detail)


def _is_due(case: CheckInput, terms: ModelTerms) -> bool:
    """Whether what the display is bound to is declared; where nothing is, that is asked for by another check."""
    return terms.display_condition != "trains-other-models" or bool(case.facts.trains_other_models)


def _statement(
    case: CheckInput, terms: ModelTerms, phrase: str, term: str, others: tuple[str, ...] = ()
) -> Iterator[CheckFinding]:
    if case.statements is None:
        question = message(
            "ask.display",
            "Does the product show {phrase}? {terms} wants it shown, and this scan did not look for it.",
            phrase=repr(phrase),
            terms=terms.name,
        )
        detail = message("model.display", "{terms} wants {phrase} shown", terms=terms.name, phrase=repr(phrase))
        yield undecided(term, detail, question)
    elif not any(statement.phrase in (phrase, *others) for statement in case.statements):
        detail = message(
            "model.display.missing",
            "{terms} wants {phrase} shown, and no text of the project shows it",
            terms=terms.name,
            phrase=repr(phrase),
        )
        yield infringed(term, detail)


def publication_limits(case: CheckInput) -> Iterator[CheckFinding]:
    """Limits on publishing, hosting and passing on works, over those of a permissive licence."""
    terms = case.terms
    limits = listed(_limits(terms)) if terms else None
    if terms is None or limits is None or not limits.messages or case.accepted:
        return
    if case.facts.distribution is None:
        yield missing(
            "distribution",
            "distribution",
            message(
                "ask.distribution.publication",
                "How does the product reach its users? {terms} limits {limits}. Set 'distribution' to none, internal, saas, binary or "
                "source.",
                terms=terms.name,
                limits=limits,
            ),
            message("model.publication", "{terms} limits {limits}", terms=terms.name, limits=limits),
        )
    elif case.facts.distribution is Distribution.SAAS and terms.hosting_restricted:
        detail = message(
            "model.publication.hosted",
            "{terms} limits {limits}, and the product is declared hosted",
            terms=terms.name,
            limits=limits,
        )
        yield infringed("distribution", detail)
    elif case.facts.distribution not in _NOT_PUBLISHED and (
        terms.distribution_restricted or terms.derivative_same_terms
    ):
        detail = message(
            "model.publication.rules",
            "{terms} limits {limits}: follow its rules when the work is distributed",
            terms=terms.name,
            limits=limits,
        )
        yield undecided("distribution", detail)


def _limits(terms: ModelTerms) -> list[Message]:
    found = (
        (terms.distribution_restricted, message("model.limit.publishing", "how works are published and distributed")),
        (terms.hosting_restricted, message("model.limit.hosting", "offering it as a hosted service")),
        (
            terms.derivative_same_terms,
            message("model.limit.derived", "the terms of derived models, which have to stay the same"),
        ),
    )
    return [limit for applies, limit in found if applies]


def service_terms(case: CheckInput) -> Iterator[CheckFinding]:
    """A model that a third party serves: the contract with it binds the product, whatever the model's own licence allows."""
    service, unit = case.profile.served_by, case.unit
    if service is None or unit is None or case.accepts("service"):
        return
    is_contract = case.terms.is_contract if case.terms else unit.license_class is LicenseClass.CUSTOM_MODEL
    if is_contract:
        detail = message(
            "model.service.contract",
            "{service} serves it: read the contract with it, whose terms bind the product",
            service=service,
        )
        yield undecided("service", detail)


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
        yield infringed(
            "lineage",
            message(
                "model.lineage",
                "it claims another licence, and inherits {licence}: {chain}",
                licence=license_(unit.spdx),
                chain=name(chain),
            ),
        )


def terms_on_record(case: CheckInput) -> Iterator[CheckFinding]:
    """``model-terms-unrecorded``: a licence written for models that the register does not hold."""
    unit = case.unit
    is_known = case.terms or case.profile.served_by  # of a service's contract another check speaks
    if unit and not is_known and unit.license_class is LicenseClass.CUSTOM_MODEL and not case.accepted:
        yield undecided(
            "terms-on-record",
            message(
                "model.terms-unrecorded",
                "the terms of {licence} are not on record: read the licence",
                licence=license_(unit.spdx),
            ),
        )
