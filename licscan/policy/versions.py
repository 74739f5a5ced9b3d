"""Packages that stand in the tree in several versions, and whose licence is not the same in all of them (report 3.1.3)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from licscan.core.component import ClaimSource, Component, ComponentKind
from licscan.core.verdict import Classification, Conclusion

_PARTS = re.compile(r"\d+|[A-Za-z]+")


def changed_licenses(
    components: Iterable[Component], conclusions: Sequence[Conclusion]
) -> Mapping[str, tuple[str, str]]:
    """Return the version before and its licence in SPDX form, by the id of each component whose licence is another.

    What both versions declare is compared, else what both are concluded to be: the files of one version may lie in the
    tree, and those of the other not.
    """
    concluded = {conclusion.subject.id: conclusion.classification for conclusion in conclusions}
    versions: dict[tuple[str, str], list[Component]] = defaultdict(list)
    for component in components:
        if component.version and component.kind is not ComponentKind.PROJECT:
            versions[component.ecosystem or "", component.name].append(component)
    found = {}
    for several in versions.values():
        for old, new in pairwise(sorted(several, key=lambda item: (version_key(item.version), item.id))):
            told = _compared(old, new, concluded)
            if told and told[0] != told[1] and old.version != new.version:
                found[new.id] = (str(old.version), told[0])
    return found


def version_key(version: str | None) -> tuple[tuple[int, int, str], ...]:
    """Return a key that sorts versions of any ecosystem well enough to tell the older: numbers by their value, a word (``rc``,
    ``beta``) before the end of the version."""
    parts = _PARTS.findall(version or "")
    numbered = ((1, int(part), "") if part.isdecimal() else (-1, 0, part.lower()) for part in parts)
    return (*numbered, (0, 0, ""))


def _compared(old: Component, new: Component, concluded: Mapping[str, Classification | None]) -> tuple[str, str] | None:
    declared = _declared(old), _declared(new)
    if declared[0] and declared[1]:
        return declared
    judged = concluded.get(old.id), concluded.get(new.id)
    return (judged[0].expression_spdx, judged[1].expression_spdx) if judged[0] and judged[1] else None


def _declared(component: Component) -> str:
    claims = [claim for claim in component.claims if claim.source is ClaimSource.DECLARED and claim.expression]
    return " AND ".join(sorted({claim.expression_spdx or str(claim.expression) for claim in claims}))
