"""How much is said of the models of a small tree that names thousands: each keeps its worst finding, the first ones all of theirs.

A name of a few bytes can bring ten findings with it, each with its question and its trace. What is said stays in proportion to what was
read: the outputs of a tree come to at most 50 times its size, with 512 bytes for each file as in an archive, and a megabyte.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from licscan.core.message import message
from licscan.core.result import Inventory
from licscan.core.verdict import SubjectKind, Violation

# Models of which everything is said: some of any tree, and one more for so many bytes of it.
_FREE = 20
_BYTES = 2_000


def bounded(found: Sequence[Violation], inventory: Inventory) -> tuple[Violation, ...]:
    """Return ``found``, the worst first, with one finding alone of each model beyond those of which everything is said. It tells how many
    are left out, and violates the policy where one of them does."""
    room = _FREE + sum(file.size for file in inventory.files) // _BYTES
    of_models: dict[str, list[Violation]] = {}
    for each in found:
        if each.subject.kind is SubjectKind.MODEL:
            of_models.setdefault(each.subject.id, []).append(each)
    if len(of_models) <= room:
        return tuple(found)
    brief = {name: of_models[name] for name in list(of_models)[room:]}
    return tuple(
        _brief(brief[each.subject.id]) if each.subject.id in brief else each
        for each in found
        if each.subject.kind is not SubjectKind.MODEL or each is brief.get(each.subject.id, [each])[0]
    )


def _brief(group: Sequence[Violation]) -> Violation:
    first, *others = group
    if not others:
        return first
    return replace(
        first,
        violates=any(each.violates for each in group),
        message=message(
            "model.findings-left-out",
            "{finding} Further findings of this model are left out, since so many models are named: {count}.",
            finding=first.message,
            count=len(others),
        ),
        evidence=first.evidence[:1],
        trace=first.trace[-1:],
    )
