"""One trouble, one violation: what many subjects share is told once, with the evidence of all."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from msgspec.structs import replace

from licscan.core.component import Component, ComponentKind
from licscan.core.message import Message, english
from licscan.core.verdict import Evidence, SubjectKind, Violation
from licscan.policy.codes import MODEL_CODES
from licscan.policy.finding import fingerprint
from licscan.policy.schema import Policy

_BETWEEN = ", "  # between the licences that a rule objects to, in the last step of a trace
_TELLING = (SubjectKind.MODEL, SubjectKind.COMPONENT, SubjectKind.PROJECT, SubjectKind.FILE)


def fold(
    found: Iterable[Violation], components: Mapping[str, Component], policy: Policy, texts: Collection[str] = ()
) -> list[Violation]:
    """Join violations that are one trouble told of several subjects; the best-named subject keeps it.

    ``texts`` are licence files that only hold the text of what their component is under: alone they are no trouble.
    A file says again what its third-party component says already; the terms of a model licence hold once, however many
    files speak of it; a fact that a rule asks for is asked for once. Models stay apart from one another.
    """
    every = list(found)
    asking = {rule.id for rule in policy.rules if rule.ask}
    said = _said(every)
    groups: dict[tuple[str, ...], list[Violation]] = {}
    for violation in every:
        groups.setdefault(_group(violation, components, asking, said), []).append(violation)
    return [joined for group in groups.values() if not _is_text(group, texts) for joined in _join(group)]


def _is_text(group: list[Violation], texts: Collection[str]) -> bool:
    return all(found.subject.kind is SubjectKind.FILE and found.subject.id in texts for found in group)


_Said = Mapping[tuple[str, str, Message], list[str]]


def _said(found: Iterable[Violation]) -> _Said:
    """Return what is objected to of components: the licences of each objection, by rule, component and what a check found."""
    said: dict[tuple[str, str, Message], list[str]] = {}
    for violation in found:
        if violation.subject.kind is SubjectKind.COMPONENT:
            step = violation.trace[-1]
            said.setdefault((violation.rule, violation.subject.id, step.why), []).append(step.what)
    return said


def _of_owner(violation: Violation, owner: str, said: _Said) -> str:
    """What decides for a file: where its component is objected to for the file's licences among others, what decides for that."""
    step = violation.trace[-1]
    licences = set(step.what.split(_BETWEEN))
    whole = (what for what in said.get((violation.rule, owner, step.why), ()) if licences <= set(what.split(_BETWEEN)))
    return f"{next(whole, step.what)}\n{english(step.why)}"


def _group(violation: Violation, components: Mapping[str, Component], asking: set[str], said: _Said) -> tuple[str, ...]:
    if violation.rule in asking:
        return ("fact", violation.rule)
    if violation.code in MODEL_CODES:
        return ("model", violation.rule, _decisive(violation))
    subject = violation.subject
    owner = components.get(subject.owner or "") if subject.kind is SubjectKind.FILE else None
    if owner and owner.kind is not ComponentKind.PROJECT:
        return ("component", violation.rule, _of_owner(violation, owner.id, said), owner.id)
    if subject.kind is SubjectKind.COMPONENT:
        return ("component", violation.rule, _decisive(violation), subject.id)
    return ("alone", violation.id)


def _decisive(violation: Violation) -> str:
    """The licence that the rule objects to, and what its check found: the last step of the trace."""
    step = violation.trace[-1]
    return f"{step.what}\n{english(step.why)}"


def _join(group: list[Violation]) -> list[Violation]:
    ranked = sorted(group, key=lambda found: (_TELLING.index(found.subject.kind), found.subject.id))
    models = [found for found in ranked if found.subject.kind is SubjectKind.MODEL]
    keeping = models or _components_first(ranked)
    rest = [found for found in ranked if found not in keeping]
    first, *others = keeping
    return [_with_evidence(first, rest), *others]


def _components_first(ranked: list[Violation]) -> list[Violation]:
    """Files of one component stay apart where the component itself is not objected to: they are what has to be fixed."""
    head = ranked[0]
    if head.subject.kind is SubjectKind.FILE and head.code not in MODEL_CODES and head.question is None:
        return ranked
    return [head]


def _with_evidence(violation: Violation, rest: list[Violation]) -> Violation:
    if not rest:
        return violation
    places: dict[Evidence, None] = dict.fromkeys(violation.evidence)
    for other in rest:
        places.update(dict.fromkeys(other.evidence))
    joined = replace(
        violation,
        evidence=tuple(sorted(places, key=_place)),
        violates=violation.violates or any(other.violates for other in rest),
    )
    return replace(
        joined, id=fingerprint(joined.rule, _decisive(joined), joined.subject, joined.expression, joined.evidence)
    )


def _place(item: Evidence) -> tuple[str, int, str]:
    return (item.location.path, item.location.start_line or 0, item.expression or "")
