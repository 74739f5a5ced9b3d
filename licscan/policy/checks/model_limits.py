"""Checks of limits that model licences set in numbers: users, revenue, and the royalty that is due above a sum."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from licscan.core.message import Message, listed, message, ours
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
    counted = _users_at_release(case, terms) if at_release else None
    users = case.facts.monthly_active_users if counted is None else counted
    above = _users_above(terms, limit)
    if users is None:
        yield missing(
            "monthly-users",
            "monthly_active_users",
            *(_users_asked_at_release(terms, above) if at_release else _users_asked_now(terms, above)),
        )
    elif users > limit and not _is_displayed(case, terms.mau_effect):
        yield infringed("monthly-users", _users_declared(terms, users, above, counted, limit if at_release else None))


def _users_above(terms: ModelTerms, limit: int) -> Message:
    if terms.mau_effect == "display-name":
        return message(
            "model.users.display",
            "with more than {number} monthly active users {phrase} has to be shown to them",
            number=limit,
            phrase=ours(repr(terms.display_statement)),
        )
    return message(
        "model.users.licence",
        "with more than {number} monthly active users a licence from {publisher} itself is needed",
        number=limit,
        publisher=terms.publisher,
    )


def _users_asked_now(terms: ModelTerms, above: Message) -> tuple[Message, Message]:
    """Return the question for the number of users, and what the licence says of it."""
    question = message(
        "ask.users.now",
        "How many monthly active users does the product have, with all else of the company and its affiliates that the licence "
        "counts? By {terms}, {limit}, counted now. Set 'monthly_active_users'.",
        terms=terms.name,
        limit=above,
    )
    return question, message("model.users.now", "by {terms}, {limit}, counted now", terms=terms.name, limit=above)


def _users_asked_at_release(terms: ModelTerms, above: Message) -> tuple[Message, Message]:
    if not terms.release:
        question = message(
            "ask.users.release-unknown",
            "How many monthly active users does the product have, with all else of the company and its affiliates that the "
            "licence counts? By {terms}, {limit}, counted in the calendar month before the model's release. "
            "Set 'monthly_active_users'.",
            terms=terms.name,
            limit=above,
        )
        return question, message(
            "model.users.release-unknown",
            "by {terms}, {limit}, counted in the calendar month before the model's release",
            terms=terms.name,
            limit=above,
        )
    question = message(
        "ask.users.release",
        "How many monthly active users does the product have, with all else of the company and its affiliates that the licence "
        "counts? By {terms}, {limit}, counted in the calendar month before the model's release ({date}). Set 'monthly_active_users', or "
        "'monthly_active_users_at' as '<number>@{day}' for that day's figure.",
        terms=terms.name,
        limit=above,
        date=terms.release,
        day=terms.release,
    )
    return question, message(
        "model.users.release",
        "by {terms}, {limit}, counted in the calendar month before the model's release ({date})",
        terms=terms.name,
        limit=above,
        date=terms.release,
    )


def _users_declared(
    terms: ModelTerms, users: int, above: Message, counted: int | None, limit_at_release: int | None
) -> Message:
    """Say that the declared users are too many; ``limit_at_release`` is the limit where the licence counts them at its release."""
    if counted is not None and terms.release:
        return message(
            "model.users.declared-release",
            "{users} monthly active users are declared for the calendar month before the model's release ({date}), and {limit}",
            users=users,
            date=terms.release,
            limit=above,
        )
    if limit_at_release is not None and terms.release:
        return message(
            "model.users.declared-now",
            "{users} monthly active users are declared, and {limit}; the licence counts them in the calendar month before the "
            "model's release ({date}): if they were {number} or fewer then, declare that figure with 'monthly_active_users_at'",
            users=users,
            limit=above,
            date=terms.release,
            number=limit_at_release,
        )
    return message(
        "model.users.declared", "{users} monthly active users are declared, and {limit}", users=users, limit=above
    )


def _is_displayed(case: CheckInput, effect: str | None) -> bool:
    """Whether all that the limit brings is a name to be shown, and the project shows it."""
    phrase = case.terms.display_statement if case.terms else None
    shown = any(statement.phrase == phrase for statement in case.statements or ())
    return effect == "display-name" and shown


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
    values = {"terms": terms.name, "share": share, "number": limit}
    rule = message(
        "model.royalty",
        "by {terms} {share} % is due of the yearly revenue attributable to the model above USD {number}",
        **values,
    )
    if case.facts.commercial is None:
        yield missing(
            "royalty",
            "commercial",
            message(
                "ask.commercial.royalty",
                "Is the model used commercially? If so, {limit}. Set 'commercial' to true or false.",
                limit=rule,
            ),
            rule,
        )
    elif (revenue := case.facts.attributable_revenue_usd) is None:
        yield missing(
            "royalty",
            "attributable_revenue_usd",
            message(
                "ask.attributable-revenue",
                "How much does the product earn a year, in US dollars, that is attributable to the model? {limit}. Set "
                "'attributable_revenue_usd'.",
                limit=message(
                    "model.royalty.sentence",
                    "By {terms} {share} % is due of the yearly revenue attributable to the model above USD {number}",
                    **values,
                ),
            ),
            rule,
        )
    elif revenue > limit:
        owed = (revenue - limit) * share / 100
        yield infringed(
            "royalty",
            message(
                "model.royalty.owed",
                "USD {owed} a year is due: {limit}, and USD {earned} is declared ({share} % of {over})",
                owed=f"{owed:,.0f}",
                limit=rule,
                earned=revenue,
                share=share,
                over=revenue - limit,
            ),
        )


def revenue(case: CheckInput) -> Iterator[CheckFinding]:
    """A limit on the company's revenue, a year or a month, other than a royalty."""
    terms = case.terms
    limit = yearly_limit(terms) if terms else None
    if terms is None or limit is None or terms.royalty_percent is not None or case.accepted:
        return
    rule = _revenue_rule(terms, limit)
    earned = case.facts.annual_revenue_usd
    if earned is None:
        yield missing(
            "revenue",
            "annual_revenue_usd",
            message(
                "ask.annual-revenue",
                "What is the company's yearly revenue in US dollars? The limit: {rule}. Set 'annual_revenue_usd'.",
                rule=rule,
            ),
            rule,
        )
    elif earned >= limit and not _is_displayed(case, terms.revenue_effect):
        yield infringed(
            "revenue",
            message("model.revenue.declared", "USD {earned} a year is declared, and {rule}", earned=earned, rule=rule),
        )


def _revenue_rule(terms: ModelTerms, limit: int) -> Message:
    effects = {
        "separate-license": message("model.effect.licence", "a licence of its own is needed"),
        "license-ends": message("model.effect.ends", "the licence ends"),
        "display-name": message(
            "model.effect.display", "{phrase} has to be shown", phrase=repr(terms.display_statement)
        ),
    }
    effect = effects.get(terms.revenue_effect or "") or message("model.effect.duties", "further duties apply")
    if terms.monthly_revenue_threshold_usd:
        return message(
            "model.revenue.monthly",
            "from USD {number} (USD {monthly} a month) on {effect} by {terms}",
            number=limit,
            monthly=terms.monthly_revenue_threshold_usd,
            effect=effect,
            terms=terms.name,
        )
    return message(
        "model.revenue", "from USD {number} on {effect} by {terms}", number=limit, effect=effect, terms=terms.name
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
            message(
                "model.agreement",
                "{terms} wants an agreement with {publisher}: {limits}",
                terms=terms.name,
                publisher=terms.publisher,
                limits=listed(limits, "; "),
            ),
            message(
                "ask.agreement",
                "Is any of these true of the product: {limits}? If none is, or {publisher} agreed, record it: {entry}.",
                limits=listed(limits, "; "),
                publisher=terms.publisher,
                entry=f'accepted = ["{case.code}:{known}:{_COUNTS}"]',
            ),
        )


def _unmeasured(case: CheckInput, terms: ModelTerms) -> list[Message]:
    users, earned = case.facts.monthly_active_users, case.facts.annual_revenue_usd
    found: list[Message] = []
    if terms.daily_active_users_max and (users is None or users >= terms.daily_active_users_max):
        # of which a month has no fewer
        found.append(message("model.daily-users", "{number} or more daily users", number=terms.daily_active_users_max))
    if terms.monthly_visits_max:
        found.append(message("model.visits", "{number} or more visits a month", number=terms.monthly_visits_max))
    if terms.edge_devices_max:
        found.append(message("model.devices", "{number} or more devices that run it", number=terms.edge_devices_max))
    if terms.monthly_output_tokens_max:
        found.append(
            message(
                "model.tokens", "more than {number} tokens of output a month", number=terms.monthly_output_tokens_max
            )
        )
    if terms.annual_revenue_limit and earned != 0:
        found.append(message("model.revenue-over", "a yearly revenue over {sum}", sum=terms.annual_revenue_limit))
    if (terms.maas_separate_license or terms.maas_revenue_threshold_usd) and not _is_below(earned, terms):
        limit = terms.maas_revenue_threshold_usd
        found.append(
            message(
                "model.service.earning",
                "models offered as a service, earning USD {number} a year or more",
                number=limit,
            )
            if limit
            else message("model.service", "models offered as a service")
        )
    if terms.competing_products_forbidden:
        found.append(message("model.competing", "competing with products of {publisher}", publisher=terms.publisher))
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
