"""Checks of limits that model licences set in numbers: users, revenue, and the royalty that is owed above a sum."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from licscan.modellicense.terms import ModelTerms
from licscan.policy.checks.base import CheckFinding, CheckInput, infringed, missing, undecided

_COUNTS = "counts"  # by which an answer is recorded: model-terms:LICENCE:counts


def monthly_users(case: CheckInput) -> Iterator[CheckFinding]:
    """A limit on monthly active users, counted when the model was released or as they are now."""
    terms = case.terms
    if terms is None or terms.monthly_active_users_max is None or case.accepted:
        return
    limit = terms.monthly_active_users_max
    at_release = terms.mau_measured == "at-release-date"
    day = f" ({terms.release})" if terms.release else ""
    measure = f" in the calendar month before the model's release{day}" if at_release else ""
    counted = _users_at_release(case, terms) if at_release else None
    users = case.facts.monthly_active_users if counted is None else counted
    above = f"with more than {limit:,} monthly active users {_users_effect(terms)}"
    if users is None:
        yield missing(
            "monthly-users",
            "monthly_active_users",
            "How many monthly active users does the product have, with all else of the company and its affiliates that the licence "
            f"counts? By {terms.name}, {above}, counted{measure or ' now'}. "
            f"Set 'monthly_active_users'{_at_hint(terms) if at_release and terms.release else ''}.",
            f"by {terms.name}, {above}, counted{measure or ' now'}",
        )
    elif users > limit and not _is_displayed(case, terms.mau_effect):
        when = "" if counted is None else measure.replace(" in ", " for ", 1)
        detail = f"{users:,} monthly active users are declared{when}, and {above}"
        if at_release and terms.release and counted is None:
            detail += (
                f"; the licence counts them{measure}: if they were {limit:,} or fewer then, declare that figure with "
                f"'monthly_active_users_at'"
            )
        yield infringed("monthly-users", detail)


def _users_effect(terms: ModelTerms) -> str:
    if terms.mau_effect == "display-name":
        return f"{terms.display_statement!r} has to be shown to them"
    return f"a licence from {terms.publisher} itself is needed"


def _is_displayed(case: CheckInput, effect: str | None) -> bool:
    """Whether all that the limit brings is a name to be shown, and the project shows it."""
    phrase = case.terms.display_statement if case.terms else None
    shown = any(statement.phrase == phrase for statement in case.statements or ())
    return effect == "display-name" and shown


def _at_hint(terms: ModelTerms) -> str:
    return f", or 'monthly_active_users_at' as '<number>@{terms.release}' for that day's figure"


def _users_at_release(case: CheckInput, terms: ModelTerms) -> int | None:
    """The declared figure, if its date is what the licence counts: the calendar month before the release, up to its day."""
    declared = case.facts.monthly_active_users_at
    if declared is None or terms.release is None:
        return None
    number, _, day = declared.replace("_", "").replace(",", "").partition("@")
    try:
        users, counted = int(number), date.fromisoformat(day.strip())
        release = date.fromisoformat(terms.release)
    except ValueError:
        return None  # settings refuse a malformed figure; here it is none
    month_before = (release.replace(day=1) - timedelta(days=1)).replace(day=1)
    return users if month_before <= counted <= release else None


def royalty(case: CheckInput) -> Iterator[CheckFinding]:
    """A share of the revenue that is attributable to the model, above a sum."""
    terms = case.terms
    if terms is None or terms.royalty_percent is None or case.accepted or case.facts.commercial is False:
        return
    limit, share = terms.annual_revenue_threshold_usd or 0, terms.royalty_percent
    rule = f"by {terms.name} {share} % is owed of the yearly revenue attributable to the model above USD {limit:,}"
    if case.facts.commercial is None:
        yield missing(
            "royalty",
            "commercial",
            f"Is the model used commercially? If so, {rule}. Set 'commercial' to true or false.",
            rule,
        )
    elif (revenue := case.facts.attributable_revenue_usd) is None:
        yield missing(
            "royalty",
            "attributable_revenue_usd",
            f"How much does the product earn a year, in US dollars, that is attributable to the model? {rule[:1].upper()}"
            f"{rule[1:]}. Set 'attributable_revenue_usd'.",
            rule,
        )
    elif revenue > limit:
        owed = (revenue - limit) * share / 100
        yield infringed(
            "royalty",
            f"USD {owed:,.0f} a year is owed: {rule}, and USD {revenue:,} is declared ({share} % of {revenue - limit:,})",
        )


def revenue(case: CheckInput) -> Iterator[CheckFinding]:
    """A limit on the company's revenue, a year or a month, other than a royalty."""
    terms = case.terms
    limit = yearly_limit(terms) if terms else None
    if terms is None or limit is None or terms.royalty_percent is not None or case.accepted:
        return
    effect = {
        "separate-license": "a licence of its own is needed",
        "license-ends": "the licence ends",
        "display-name": f"{terms.display_statement!r} has to be shown",
    }.get(terms.revenue_effect or "", "further duties apply")
    monthly = terms.monthly_revenue_threshold_usd
    basis = f" (USD {monthly:,} a month)" if monthly else ""
    earned = case.facts.annual_revenue_usd
    if earned is None:
        yield missing(
            "revenue",
            "annual_revenue_usd",
            f"What is the company's yearly revenue in US dollars? From USD {limit:,}{basis} on {effect} by {terms.name}. "
            "Set 'annual_revenue_usd'.",
            f"from USD {limit:,}{basis} on {effect} by {terms.name}",
        )
    elif earned >= limit and not _is_displayed(case, terms.revenue_effect):
        yield infringed(
            "revenue", f"USD {earned:,} a year is declared, and from USD {limit:,}{basis} on {effect} by {terms.name}"
        )


def other_counts(case: CheckInput) -> Iterator[CheckFinding]:
    """Limits for which there is no fact of the same measure: each is asked, unless a fact settles it all the same."""
    terms = case.terms
    if terms is None or case.accepts(_COUNTS):
        return
    limits = _unmeasured(case, terms)
    if limits:
        known = case.unit.unit if case.unit else terms.id
        yield undecided(
            _COUNTS,
            f"{terms.name} wants an agreement with {terms.publisher}: {'; '.join(limits)}",
            f"Is any of these true of the product: {'; '.join(limits)}? If none is, or {terms.publisher} agreed, record it: "
            f'accepted = ["{case.code}:{known}:{_COUNTS}"].',
        )


def _unmeasured(case: CheckInput, terms: ModelTerms) -> list[str]:
    users, earned = case.facts.monthly_active_users, case.facts.annual_revenue_usd
    found = []
    if terms.daily_active_users_max and (users is None or users >= terms.daily_active_users_max):
        found.append(f"{terms.daily_active_users_max:,} or more daily users")  # of which a month has no fewer
    if terms.monthly_visits_max:
        found.append(f"{terms.monthly_visits_max:,} or more visits a month")
    if terms.edge_devices_max:
        found.append(f"{terms.edge_devices_max:,} or more devices that run it")
    if terms.monthly_output_tokens_max:
        found.append(f"more than {terms.monthly_output_tokens_max:,} tokens of output a month")
    if terms.annual_revenue_limit and earned != 0:
        found.append(f"a yearly revenue over {terms.annual_revenue_limit}")
    if (terms.maas_separate_license or terms.maas_revenue_threshold_usd) and not _is_below(earned, terms):
        limit = terms.maas_revenue_threshold_usd
        found.append(f"models offered as a service{f', earning USD {limit:,} a year or more' if limit else ''}")
    if terms.competing_products_forbidden:
        found.append(f"competing with products of {terms.publisher}")
    return found


def _is_below(earned: int | None, terms: ModelTerms) -> bool:
    """Whether the whole company earns less than what a service for models would have to."""
    return (
        earned is not None
        and terms.maas_revenue_threshold_usd is not None
        and earned < terms.maas_revenue_threshold_usd
    )


def has_limit(terms: ModelTerms) -> bool:
    """Whether a number of users or a sum decides over commercial use."""
    counts = (terms.monthly_active_users_max, terms.daily_active_users_max, terms.monthly_visits_max)
    return yearly_limit(terms) is not None or any(counts) or terms.maas_separate_license


def yearly_limit(terms: ModelTerms) -> int | None:
    if terms.annual_revenue_threshold_usd is None and terms.monthly_revenue_threshold_usd:
        return terms.monthly_revenue_threshold_usd * 12
    return terms.annual_revenue_threshold_usd
