"""SPDX tags that ScanCode cannot read: with a name of one's own, with the end of a comment behind the expression, or taken for a program's.

``SPDX-License-Identifier: LicenseRef-tii-falcon-llm-1.0`` and ``(* SPDX-License-Identifier: MIT *)`` are ``unknown-spdx`` to
ScanCode. The tag names its licence all the same: reading it again suppresses nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from msgspec.structs import replace

from licscan.classify.claims import CatalogueLike
from licscan.core.expression import AllOf, Expression, ExpressionError, Unit, all_of, keys, parse, parsed, units
from licscan.core.finding import Cue, CueKind, Detection, FileFinding, Match
from licscan.core.reuse import is_reference
from licscan.statements.unspecific import is_unspecific
from licscan.util.lazy_pattern import lazy

UNKNOWN_TAG = "unknown-spdx"
_MATCHER, _RULE = "licscan-tags", "licscan:tag"
_TAG = lazy(r"SPDX-Licen[sc]e-Identifier:?[ \t]*([^\r\n]+)", re.IGNORECASE)
_TOKEN = lazy(r"\s*(\(|\)|[A-Za-z0-9](?:[A-Za-z0-9.:-]*[A-Za-z0-9])?\+?)")
_OPERATORS = ("AND", "OR", "WITH")
_MAX_TAG = 2_000  # characters; a tag in a minified file is followed by all of it


def with_unread_tags(finding: FileFinding, catalogue: CatalogueLike) -> FileFinding:
    """Return ``finding`` with the tags that no match of ScanCode covers, where each part of them names a licence."""
    found = []
    for cue in finding.cues:
        tag = _TAG.search(cue.text) if cue.kind is CueKind.TAG else None
        expression = _read(tag[1], catalogue) if tag else None
        if expression:
            found.append(_detection(finding.path, cue, expression, catalogue))
    if not found:
        return finding
    detections = (*finding.detections, *found)
    joined = all_of(tree for each in detections if (tree := parsed(each.expression)))
    return replace(finding, detections=detections, expression=str(joined) if joined else None)


def _detection(path: str, cue: Cue, expression: str, catalogue: CatalogueLike) -> Detection:
    spdx = catalogue.classify(expression).expression_spdx or expression
    match = Match(
        expression=expression,
        expression_spdx=spdx,
        path=path,
        start_line=cue.start_line,
        end_line=cue.end_line,
        score=100.0,
        coverage=100.0,
        relevance=100,
        matched_length=len(cue.text.split()),
        matcher=_MATCHER,
        rule_id=_RULE,
        matched_text=cue.text,
        kind="tag",
        syntax="comment",
    )
    return Detection(
        expression=expression,
        expression_spdx=spdx,
        identifier=f"{_RULE}-{expression}-{cue.start_line}",
        matches=(match,),
    )


def retagged(finding: FileFinding, catalogue: CatalogueLike, own: Collection[str]) -> FileFinding:
    """Return ``finding`` with the tags read that ScanCode could not read, and those with a name among ``own``, which the project
    gives a text of its own."""
    if not any(_may_be_reread(match, own) for each in finding.detections for match in each.matches):
        return finding
    detections = tuple(_reread(detection, catalogue, own) for detection in finding.detections)
    if detections == finding.detections:
        return finding
    joined = all_of(tree for each in detections if (tree := parsed(each.expression)))
    return replace(finding, detections=detections, expression=str(joined) if joined else None)


def tagged_expression(match: Match, catalogue: CatalogueLike, own: Collection[str] = ()) -> str | None:
    """Return what the tag in ``match`` says in the catalogue's keys; ``None`` where a part of it names nothing.

    Words behind a whole expression close a comment or a template; where they name a licence, the tag is none that can be read.
    """
    if not _may_be_reread(match, own):
        return None
    said = [_read(found[1][:_MAX_TAG], catalogue) for found in _TAG.finditer(match.matched_text)]
    if not said or None in said:
        return None
    joined = all_of(parse(text) for text in said if text)
    return str(joined) if joined else None


def _may_be_reread(match: Match, own: Collection[str]) -> bool:
    if UNKNOWN_TAG in match.expression:
        return True
    return bool(own) and "LicenseRef-" in match.matched_text and any(name in match.matched_text for name in own)


def _read(text: str, catalogue: CatalogueLike) -> str | None:
    written, rest = _expression_in(text)
    if not written or any(_is_licence(word, catalogue) for word in re.findall(r"[A-Za-z0-9.+-]+", rest)):
        return None
    try:
        expression = catalogue.from_spdx(written)
        known = all(_is_known(unit, catalogue) for unit in units(parse(expression)))
    except ExpressionError:
        return None
    return expression if known else None


def _expression_in(text: str) -> tuple[str, str]:
    """Split ``text`` behind the longest expression that it begins with."""
    place = whole = depth = 0
    operand = False  # whether one stands before ``place``
    while token := _TOKEN.match(text, place):
        word = token[1]
        is_operator = word.upper() in _OPERATORS
        if operand and word == ")" and depth:
            depth -= 1
        elif operand and is_operator:
            operand = False
        elif not operand and word == "(":
            depth += 1
        elif not operand and word != ")" and not is_operator:
            operand = True
        else:
            break
        place = token.end()
        if operand and not depth:
            whole = place
    return text[:whole].strip(), text[whole:]


def _is_licence(word: str, catalogue: CatalogueLike) -> bool:
    if is_reference(word):
        return True
    try:
        expression = catalogue.from_spdx(word)
    except ExpressionError:
        return False
    return expression != word.lower() and catalogue.classify(expression).problem is None


def _is_known(unit: Unit, catalogue: CatalogueLike) -> bool:
    return is_reference(unit.key) or catalogue.classify(str(unit)).problem is None


def _reread(detection: Detection, catalogue: CatalogueLike, own: Collection[str]) -> Detection:
    matches = tuple(_retagged_match(match, catalogue, own) for match in detection.matches)
    if matches == detection.matches:
        return detection
    counted = set(_operands(detection.expression))
    joined = all_of(
        operand
        for old, new in zip(detection.matches, matches, strict=True)
        if old != new or not is_unspecific(old.expression) or set(_operands(old.expression)) <= counted
        for operand in _operands(new.expression)
    )
    return replace(detection, matches=matches, expression=str(joined) if joined else detection.expression)


def _retagged_match(match: Match, catalogue: CatalogueLike, own: Collection[str]) -> Match:
    said = tagged_expression(match, catalogue, own)
    if said is None or said == match.expression or (UNKNOWN_TAG not in match.expression and not _names(said, own)):
        return match
    return replace(match, expression=said)


def _names(expression: str, own: Collection[str]) -> bool:
    return not set(keys(parse(expression))).isdisjoint(own)


def _operands(text: str) -> tuple[Expression, ...]:
    tree = parsed(text)
    if tree is None:
        return ()
    return tree.args if isinstance(tree, AllOf) else (tree,)
