"""Licence texts of models that ScanCode misses or takes for another, recognised by phrases of the register.

What is found here stands beside ScanCode's findings and changes none of them: the conclusion prefers it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from licscan.aimodel.card import CardError, Value, read_card
from licscan.aimodel.phrases import licenses_in
from licscan.core.expression import ExpressionError, keys, parse
from licscan.core.finding import Detection, FileFinding, FileKind, Match
from licscan.core.selection import SelectedFile
from licscan.core.statement import find_statements
from licscan.model_register import ModelLicense, ModelRegister

MATCHER = "licscan-overlay"
_MAX_SIZE = 1024 * 1024
_MAX_DOCUMENT = 8 * 1024 * 1024
# A notice in prose counts where ScanCode too saw that a licence is named: so many lines around are still the same notice.
_NEAR = 2
_CLOSE = 90.0  # below this score a match is not the text that it is taken for, and may be another


def find_overlay(
    files: Iterable[SelectedFile],
    findings: Mapping[str, FileFinding],
    register: ModelRegister,
    read_document: Callable[[str], str] | None = None,
) -> tuple[FileFinding, ...]:
    """Return a finding for each file that states a model licence which ScanCode's finding for it does not name.

    Looked at are licence files, prose (model cards among it) where ScanCode found something or a card says which licence it is,
    and everything else where what ScanCode found is only close to a text it knows: "distributed according to the terms of the
    Llama 3 Community License Agreement" is so to a notice of the GPL. A file that has become unreadable says nothing: selection tells of those. ``read_document`` gives the text of a PDF
    at a location; without it none is read.
    """
    found = []
    for selected in files:
        path = selected.file.path
        finding = findings.get(path, FileFinding(path=path))
        is_document = path.lower().endswith(".pdf")
        if not _is_looked_at(selected, finding, is_document) or (is_document and read_document is None):
            continue
        try:
            text = (
                read_document(selected.location)
                if is_document and read_document
                else Path(selected.location).read_bytes().decode("utf-8", "replace")
            )
        except OSError:
            continue
        matches = tuple(_matches(selected, text, finding, register))
        if matches:
            found.append(_finding(path, matches))
    return tuple(found)


def _is_looked_at(selected: SelectedFile, finding: FileFinding, is_document: bool) -> bool:
    file = selected.file
    if file.size > (_MAX_DOCUMENT if is_document else _MAX_SIZE):
        return False
    is_card = file.path.rpartition("/")[2].lower() == "readme.md"
    if file.kind is FileKind.PROSE:
        return is_card or bool(finding.detections)
    return file.kind is FileKind.LEGAL or any(match.score < _CLOSE for match in _matches_of(finding))


def _matches(selected: SelectedFile, text: str, finding: FileFinding, register: ModelRegister) -> Iterator[Match]:
    path = selected.file.path
    in_card, in_text = tuple(_in_card(text, register)), licenses_in(text, register)
    if not in_card and not in_text:
        return
    said = _keys_of(finding)
    lines = text.count("\n") + 1
    told = set()
    for entry, value in in_card:
        if entry.id not in said:
            told.add(entry.id)
            yield _match(entry, path, (value.line, value.line), value.text)
    for entry, phrase in in_text:
        if not said.isdisjoint((entry.id, *entry.ids)) or entry.id in told:
            continue
        places = [statement.location.start_line or 1 for statement in find_statements(path, text, [phrase])]
        if selected.file.kind is FileKind.LEGAL:
            yield _match(entry, path, (1, lines), phrase)
            continue
        near = next((line for line in places if _is_near(line, finding)), None)
        if near is not None:
            yield _match(entry, path, (max(1, near - _NEAR), min(lines, near + _NEAR)), phrase)


def _in_card(text: str, register: ModelRegister) -> Iterator[tuple[ModelLicense, Value]]:
    """Yield what the front matter names, where it can mean one licence only."""
    try:
        card = read_card(text)
    except CardError:
        return  # told by whoever reads the card for its model
    if card is None or not card.is_about_models:
        return
    for name in ("license", "license_name"):
        for value in card.values(name):
            licenses = register.in_card(value.text)
            if len(licenses) == 1 and not licenses[0].general:
                yield licenses[0], value


def _is_near(line: int, finding: FileFinding) -> bool:
    return any(match.start_line - _NEAR <= line <= match.end_line + _NEAR for match in _matches_of(finding))


def _matches_of(finding: FileFinding) -> Iterator[Match]:
    return (match for detection in finding.detections for match in detection.matches)


def _keys_of(finding: FileFinding) -> set[str]:
    try:
        return set(keys(parse(finding.expression))) if finding.expression else set()
    except ExpressionError:
        return set()


def _match(entry: ModelLicense, path: str, lines: tuple[int, int], phrase: str) -> Match:
    return Match(
        expression=entry.id,
        expression_spdx=entry.id if entry.id.startswith("LicenseRef-") else f"LicenseRef-scancode-{entry.id}",
        path=path,
        start_line=lines[0],
        end_line=lines[1],
        score=100.0,
        coverage=100.0,
        relevance=100,
        matched_length=len(phrase.split()),
        matcher=MATCHER,
        rule_id=f"licscan:{entry.id}",
        matched_text=phrase,
        kind="reference",
    )


def _finding(path: str, matches: tuple[Match, ...]) -> FileFinding:
    expression = " AND ".join(match.expression for match in matches)
    spdx = " AND ".join(match.expression_spdx for match in matches)
    detections = tuple(
        Detection(
            expression=match.expression,
            expression_spdx=match.expression_spdx,
            identifier=f"{match.rule_id}-{match.start_line}",
            matches=(match,),
        )
        for match in matches
    )
    return FileFinding(path=path, expression=expression, expression_spdx=spdx, detections=detections)
