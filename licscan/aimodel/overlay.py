"""Licence texts of models that ScanCode misses or takes for another, recognised by phrases of the register.

What is found here stands beside ScanCode's findings and changes none of them: the conclusion prefers it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from msgspec import Struct

from licscan.aimodel.card import CardError, Value, read_card
from licscan.aimodel.phrases import licenses_in
from licscan.core.display_phrase import find_statements
from licscan.core.expression import ExpressionError, keys, parse
from licscan.core.finding import Detection, FileFinding, FileKind, Match
from licscan.core.issue import Issue
from licscan.core.message import mark
from licscan.core.selection import SelectedFile
from licscan.modellicense.register import ModelLicense, ModelRegister
from licscan.util.regular_files import read_regular
from licscan.workers import LIGHT_SIZE, RunWork, Work, run_here

MATCHER = "licscan-overlay"
_MAX_SIZE = 1024 * 1024
_MAX_DOCUMENT = 8 * 1024 * 1024
# A notice in prose counts where ScanCode too saw that a licence is named: so many lines around are still the same notice.
_NEAR = 2
_CLOSE = 90.0  # below this score a match is not the text that it is taken for, and may be another


class _Asked(Struct, frozen=True):
    """A text to look through: which licences ScanCode found in it, and on which lines."""

    selected: SelectedFile
    said: frozenset[str]
    lines: tuple[tuple[int, int], ...]


class OverlayWork(Work[_Asked, "FileFinding | Issue | None"]):
    """Looks for licences of ``register`` in texts."""

    name = mark("the search for licences of models")
    batch = 16
    sources = ("aimodel", "core", "modellicense", "rules/models.yaml", "util")

    def __init__(self, register: ModelRegister, read_document: Callable[[str], str] | None) -> None:
        self._register = register
        self._read_document = read_document

    def do(self, item: _Asked) -> FileFinding | Issue | None:
        location = item.selected.location
        try:
            text = (
                self._read_document(location)
                if self._read_document and _is_document(item.selected)
                else read_regular(location, _MAX_SIZE).decode("utf-8", "replace")
            )
        except OSError:
            return None
        matches = tuple(_matches(item, text, self._register))
        return _finding(item.selected.file.path, matches) if matches else None

    def path(self, item: _Asked) -> str:
        return item.selected.file.path

    def is_light(self, item: _Asked) -> bool:
        return item.selected.file.size <= LIGHT_SIZE and not _is_document(item.selected)

    def refused(self, item: _Asked, issue: Issue) -> FileFinding | Issue | None:
        return issue

    def file(self, item: _Asked) -> SelectedFile:
        return item.selected

    def traits(self, item: _Asked) -> str:
        return f"{item.selected.file.path} {item.selected.file.kind.value} {sorted(item.said)} {item.lines}"


def find_overlay(
    files: Iterable[SelectedFile],
    findings: Mapping[str, FileFinding],
    register: ModelRegister,
    read_document: Callable[[str], str] | None = None,
    run: RunWork = run_here,
) -> tuple[tuple[FileFinding, ...], tuple[Issue, ...]]:
    """Return a finding for each file that states a model licence which ScanCode's finding for it does not name, and what could not be read.

    Looked at are licence files, prose (model cards among it) where ScanCode found something or a card says which licence it is,
    and everything else where what ScanCode found is only close to a text it knows: "distributed according to the terms of the
    Llama 3 Community License Agreement" is so to a notice of the GPL. A file that has become unreadable says nothing: selection tells of those. ``read_document`` gives the text of a PDF
    at a location; without it none is read.
    """
    asked = []
    for selected in files:
        finding = findings.get(selected.file.path, FileFinding(path=selected.file.path))
        is_document = _is_document(selected)
        if _is_looked_at(selected, finding, is_document) and (read_document or not is_document):
            lines = tuple((match.start_line, match.end_line) for match in _matches_of(finding))
            asked.append(_Asked(selected, frozenset(_keys_of(finding)), lines))
    found = [answer for answer in run(OverlayWork(register, read_document), asked) if answer is not None]
    return (
        tuple(answer for answer in found if isinstance(answer, FileFinding)),
        tuple(answer for answer in found if isinstance(answer, Issue)),
    )


def _is_document(selected: SelectedFile) -> bool:
    return selected.file.path.lower().endswith(".pdf")


def _is_looked_at(selected: SelectedFile, finding: FileFinding, is_document: bool) -> bool:
    file = selected.file
    if file.size > (_MAX_DOCUMENT if is_document else _MAX_SIZE):
        return False
    is_card = file.path.rpartition("/")[2].lower() == "readme.md"
    if file.kind is FileKind.PROSE:
        return is_card or bool(finding.detections)
    return file.kind is FileKind.LEGAL or any(match.score < _CLOSE for match in _matches_of(finding))


def _matches(asked: _Asked, text: str, register: ModelRegister) -> Iterator[Match]:
    file, said = asked.selected.file, asked.said
    in_card, in_text = tuple(_in_card(text, register)), licenses_in(text, register)
    if not in_card and not in_text:
        return
    lines = text.count("\n") + 1
    told = set()
    for entry, value in in_card:
        if entry.id not in said and entry.id not in told:
            told.add(entry.id)
            yield _match(entry, file.path, (value.line, value.line), value.text)
    for entry, phrase in in_text:
        if not said.isdisjoint((entry.id, *entry.ids)) or entry.id in told:
            continue
        if file.kind is FileKind.LEGAL:
            yield _match(entry, file.path, (1, lines), phrase)
            continue
        places = [statement.location.start_line or 1 for statement in find_statements(file.path, text, [phrase])]
        near = next((line for line in places if _is_near(line, asked)), None)
        if near is not None:
            yield _match(entry, file.path, (max(1, near - _NEAR), min(lines, near + _NEAR)), phrase)


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


def _is_near(line: int, asked: _Asked) -> bool:
    return any(start - _NEAR <= line <= end + _NEAR for start, end in asked.lines)


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
