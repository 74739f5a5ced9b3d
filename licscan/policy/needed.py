"""Which facts the licences of an inventory ask about, and why: what a user has to answer before a verdict can be final."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from licscan.core.facts import Facts
from licscan.core.result import Inventory
from licscan.core.verdict import Conclusion
from licscan.modellicense.terms import ModelTerms, TermsRegister, model_terms
from licscan.policy.catalogue import LicenseCatalogue
from licscan.policy.checks.model_limits import yearly_limit
from licscan.policy.evaluate import evaluate
from licscan.policy.schema import Policy
from licscan.policy.validate import NAME_LISTS


class FactDescription(Struct, frozen=True, kw_only=True):
    """What a fact is: the question that it answers, how an answer is written, and an example of one."""

    name: str
    question: str
    format: str
    example: str


FACTS = (
    FactDescription(
        name="distribution",
        question="How does the product reach its users?",
        format="one of none, internal, saas, binary, source",
        example="saas",
    ),
    FactDescription(name="commercial", question="Is the product commercial?", format="true or false", example="true"),
    FactDescription(
        name="outbound",
        question="Under which licence is the project distributed?",
        format="an SPDX expression",
        example="Apache-2.0",
    ),
    FactDescription(
        name="linking", question="How are libraries linked?", format="static or dynamic", example="dynamic"
    ),
    FactDescription(name="modified", question="Was third-party code changed?", format="true or false", example="false"),
    FactDescription(
        name="monthly_active_users",
        question="How many monthly active users have the product and all else that the licence counts, now?",
        format="a number",
        example="1.5 million",
    ),
    FactDescription(
        name="monthly_active_users_at",
        question="How many monthly active users were there in the month before the model's release?",
        format="a number and its date",
        example="650M@2023-06-30",
    ),
    FactDescription(
        name="annual_revenue_usd",
        question="What does the company earn a year, in US dollars?",
        format="a sum in US dollars",
        example="900M",
    ),
    FactDescription(
        name="attributable_revenue_usd",
        question="How much of that is attributable to the model?",
        format="a sum in US dollars",
        example="500,000",
    ),
    FactDescription(
        name="languages",
        question="In which languages is the product used?",
        format="names or ISO 639 codes, with commas; `licscan facts --values languages`",
        example="en, German",
    ),
    FactDescription(
        name="regions",
        question="In which countries is the product offered?",
        format="names, ISO 3166 codes or groups such as EU, with commas; `licscan facts --values regions`",
        example="US, South Korea, EEA",
    ),
    FactDescription(
        name="uses",
        question="What is the product used for?",
        format="uses of the list that `licscan facts --values uses` prints, with commas",
        example="chat, customer-support",
    ),
    FactDescription(
        name="trains_other_models",
        question="Is a model, or what it puts out, used to train or improve another model?",
        format="true or false",
        example="false",
    ),
    FactDescription(
        name="separate_programs",
        question="Which programs of images run beside the product, and are no part of it?",
        format="names or package URLs, with commas",
        example="busybox, bash",
    ),
    FactDescription(
        name="linked_programs",
        question="Which programs of images are linked with the product, or are a part of it?",
        format="names or package URLs, with commas",
        example="readline",
    ),
)


class NeededFact(Struct, frozen=True, kw_only=True):
    """A fact that licences ask about. ``licenses`` are these in SPDX form; ``reasons`` say what for, each once; ``declared``
    is the value that is declared already, in words, empty for none."""

    fact: FactDescription
    licenses: tuple[str, ...]
    reasons: tuple[str, ...]
    declared: str = ""


def needed_facts(
    inventory: Inventory,
    conclusions: tuple[Conclusion, ...],
    policy: Policy,
    facts: Facts,
    catalogue: LicenseCatalogue,
) -> tuple[NeededFact, ...]:
    """Return every fact that a licence of the inventory or a rule of the policy asks about, in the order of ``FACTS``."""
    licenses: dict[str, dict[str, None]] = {}
    reasons: dict[str, dict[str, None]] = {}
    for name, spdx, reason in (*_of_terms(conclusions), *_of_policy(inventory, conclusions, policy, facts, catalogue)):
        licenses.setdefault(name, {})[spdx] = None
        reasons.setdefault(name, {})[reason] = None
    return tuple(
        NeededFact(
            fact=fact,
            licenses=tuple(sorted(licenses[fact.name])),
            reasons=tuple(reasons[fact.name]),
            declared=in_words(getattr(facts, fact.name)),
        )
        for fact in FACTS
        if fact.name in licenses
    )


def in_words(value: object) -> str:
    """Return the value of a fact as a user would write it; empty where it is not declared."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ", ".join(value)
    return f"{value:,}" if isinstance(value, int) else str(getattr(value, "value", value))


def _of_terms(conclusions: Iterable[Conclusion]) -> Iterator[tuple[str, str, str]]:
    register: TermsRegister = model_terms()
    units = {unit.unit: unit for each in conclusions if each.classification for unit in each.classification.units}
    for unit in units.values():
        terms = register.find(unit.unit, unit.spdx)
        for name, reason in _asked_by(terms) if terms else ():
            yield name, unit.spdx, reason


def _asked_by(terms: ModelTerms) -> Iterator[tuple[str, str]]:
    """Yield each fact that decides a term, and what the term limits."""
    name = terms.name
    limited = terms.commercial_use != "allowed" or terms.commercial_registration_required or terms.royalty_percent
    asked = (
        ("commercial", limited or terms.outputs_restricted, "limits commercial use"),
        ("monthly_active_users", terms.monthly_active_users_max or terms.daily_active_users_max, "limits users"),
        (
            "monthly_active_users_at",
            terms.monthly_active_users_max and terms.mau_measured == "at-release-date",
            f"counts users at its release{f' ({terms.release})' if terms.release else ''}",
        ),
        (
            "annual_revenue_usd",
            (yearly_limit(terms) is not None and terms.royalty_percent is None) or terms.maas_revenue_threshold_usd,
            "limits revenue",
        ),
        ("attributable_revenue_usd", terms.royalty_percent, "asks for a royalty"),
        (
            "trains_other_models",
            terms.output_training_of_other_models not in (None, "allowed"),
            "limits training with its output",
        ),
        ("uses", terms.acceptable_use_policy or terms.forbidden_uses, "forbids uses"),
        (
            "regions",
            terms.geographic_exclusions or terms.acceptable_use_policy or terms.forbidden_uses,
            f"grants nothing in {', '.join(terms.geographic_exclusions)}"
            if terms.geographic_exclusions
            else "forbids use against the law of a country",
        ),
        ("languages", terms.language_limits, f"is meant for {', '.join(terms.language_limits)}"),
        ("distribution", terms.statements or _limits_copies(terms), "has duties for what is passed on or hosted"),
    )
    yield from ((fact, f"{name} {reason}") for fact, is_asked, reason in asked if is_asked)


def _limits_copies(terms: ModelTerms) -> bool:
    return terms.hosting_restricted or terms.distribution_restricted or terms.derivative_same_terms


def _names_only(facts: Facts) -> Facts:
    """Return the facts that list names: no licence asks for their values, and they answer for single parts."""
    return Facts(**{name: getattr(facts, name) for name in NAME_LISTS})


def _of_policy(
    inventory: Inventory,
    conclusions: tuple[Conclusion, ...],
    policy: Policy,
    facts: Facts,
    catalogue: LicenseCatalogue,
) -> Iterator[tuple[str, str, str]]:
    """Yield what the policy asks for where nothing is declared, and once more with all that is."""
    for declared in (_names_only(facts), replace(facts)):
        for violation in evaluate(inventory, conclusions, policy, declared, catalogue):
            if violation.fact:
                yield violation.fact, violation.expression_spdx or "no licence", f"the policy's rule {violation.rule}"
