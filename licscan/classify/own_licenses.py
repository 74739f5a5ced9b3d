"""Licences with names of one's own (``LicenseRef-...``): what is known of them besides ScanCode's data.

A text in ``LICENSES/`` tells what stands behind a name: it is classified like any text. Without one that is recognised, a name
that the project is under, or that its configuration uses, is a licence of its own making: nobody has to ask what it is. The project is
under a name where its configuration or a manifest of its own says so, or where nothing else states its licence, most of its tagged
source files do, and ``LICENSES/`` has the text.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from msgspec import Struct

from licscan.core.component import ClaimSource, ComponentKind
from licscan.core.expression import ExpressionError, all_of, keys, parse
from licscan.core.facts import Facts
from licscan.core.finding import FileFinding, FileKind
from licscan.core.result import Inventory
from licscan.core.reuse import is_reference
from licscan.core.waiver import NO_DECISIONS, Decisions
from licscan.statements.unspecific import is_unspecific

# A text of which less is recognised holds words that nobody knows.
_WHOLE = 80.0  # percent of its words
_TAG = "SPDX-License-Identifier"
_MAX_TAG = 2_000  # characters
_WORD = re.compile(r"[A-Za-z0-9][\w.-]*")


class OwnLicense(Struct, frozen=True, kw_only=True):
    """``expression`` is the licence whose text stands behind the name, in ScanCode's keys; ``None`` for one of the project's own making."""

    expression: str | None
    source: str


def own_licenses(
    inventory: Inventory,
    facts: Facts,
    decisions: Decisions = NO_DECISIONS,
    named: Iterable[str] = (),
) -> Mapping[str, OwnLicense]:
    """Return what is known of each name of one's own; ``named`` are the licences that the policy's rules name."""
    findings = {finding.path: finding for finding in inventory.findings}
    texts: dict[str, dict[str, str | None]] = defaultdict(dict)
    for text in inventory.reuse.texts:
        texts[text.license_id][text.path] = _recognised(findings.get(text.path))
    found: dict[str, OwnLicense] = {}
    for name, recognised in texts.items():
        joined = all_of(parse(each) for each in recognised.values() if each)
        if joined and all(recognised.values()):
            found[name] = OwnLicense(expression=str(joined), source=", ".join(recognised))
    for name, source in (*_made_known(facts, decisions, named), *_of_the_project(inventory, set(texts))):
        found.setdefault(name, OwnLicense(expression=None, source=source))
    return found


def _made_known(facts: Facts, decisions: Decisions, named: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield the names that the configuration uses, and where."""
    written = [
        (facts.outbound, "the project's outbound licence"),
        *((each.concluded, f"the configuration, {each.location}") for each in decisions.curations),
        *((each.rpartition(":")[2], "terms recorded as accepted") for each in facts.accepted),
        *((each, "the policy") for each in named),
    ]
    for text, source in written:
        for name in _names(text):
            yield name, source


def _of_the_project(inventory: Inventory, with_text: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield the names that the project's own manifests declare, and those ``with_text`` that most of its tagged source files have."""
    for component in inventory.components:
        if component.kind is not ComponentKind.PROJECT:
            continue
        for claim in component.claims:
            if claim.source is ClaimSource.DECLARED:
                yield from ((name, f"the project's manifest, {claim.origin}") for name in _names(claim.expression))
    if not with_text or _states_otherwise(inventory):
        return
    code = {file.path for file in inventory.files if file.kind is FileKind.CODE}
    tagged = [tags for finding in inventory.findings if finding.path in code and (tags := _tags(finding))]
    for name in sorted(with_text):
        if 2 * sum(name in tags for tags in tagged) > len(tagged):
            yield name, "the tags of most source files"


def _states_otherwise(inventory: Inventory) -> bool:
    """Whether a manifest or a licence file at the top states the project's licence, so that tags do not decide it."""
    legal = {file.path for file in inventory.files if file.kind is FileKind.LEGAL and "/" not in file.path}
    return any(
        component.claims for component in inventory.components if component.kind is ComponentKind.PROJECT
    ) or any(finding.expression for finding in inventory.findings if finding.path in legal)


def _tags(finding: FileFinding) -> frozenset[str]:
    """Return the words in the tags of a file."""
    texts = [
        match.matched_text
        for detection in finding.detections
        for match in detection.matches
        if match.path == finding.path and _TAG in match.matched_text
    ]
    return frozenset(word for text in texts for word in _WORD.findall(text[:_MAX_TAG]))


def _recognised(finding: FileFinding | None) -> str | None:
    """Return the licence whose text ``finding`` is, where that is nearly all of the text."""
    if finding is None or not finding.expression or is_unspecific(finding.expression):
        return None
    if finding.license_text_percent < _WHOLE or any(is_unspecific(each.expression) for each in finding.detections):
        return None
    return finding.expression


def _names(text: str | None) -> Iterable[str]:
    try:
        return [key for key in keys(parse(text)) if is_reference(key)] if text else []
    except ExpressionError:
        return []
