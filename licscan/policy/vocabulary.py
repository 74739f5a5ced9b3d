"""Words of a policy that only a licence catalogue can know: a misspelt licence or term would never match, silently."""

from __future__ import annotations

from collections.abc import Collection
from fnmatch import fnmatchcase

from licscan.policy.fields import Problem, suggest
from licscan.policy.schema import Policy, PolicyRule


def unknown_words(policy: Policy, licenses: Collection[str], terms: Collection[str]) -> tuple[Problem, ...]:
    """Return the licences and terms of ``policy`` that match none of ``licenses`` (ids, exceptions too) or ``terms``.

    Model licences that no catalogue lists are asked about by the register's ids, which belong into ``licenses``.
    """
    ids = {name.lower() for name in licenses}
    found: list[Problem] = []
    for rule in policy.rules:
        parts = [part for pattern in _patterns(rule) for part in pattern.lower().split(" with ")]
        found += [
            Problem(rule.line, f"rule {rule.id!r}: no licence is called {part!r}", _near(part, ids))
            for part in parts
            if not any(fnmatchcase(name, part) for name in ids)
        ]
        found += [
            Problem(rule.line, f"rule {rule.id!r}: {word!r} is no term or obligation", suggest(word, terms))
            for word in _terms(rule)
            if word not in terms
        ]
    return tuple(found)


def _near(word: str, known: Collection[str]) -> str | None:
    """Name a near miss; a list of thousands helps nobody."""
    hint = suggest(word, known)
    return hint if hint.startswith("did you mean") else None


def _patterns(rule: PolicyRule) -> tuple[str, ...]:
    return (*rule.when.licenses, *(rule.unless.licenses if rule.unless else ()))


def _terms(rule: PolicyRule) -> tuple[str, ...]:
    conditions = [condition for condition in (rule.when, rule.unless) if condition]
    return tuple(word for condition in conditions for word in (*condition.terms, *condition.obligations))
