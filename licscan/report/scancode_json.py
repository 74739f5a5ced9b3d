"""ScanCode's own JSON: what ``scancode --license --json`` writes, so that tools that read ScanCode read licscan.

Everything but the headers is equal to ScanCode's. Version ``text`` (``scancode-json@text``) adds the matched text,
as ``--license-text`` does.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from hashlib import sha1
from typing import Any, BinaryIO

from msgspec import Struct

from licscan.core.finding import Detection, FileFinding, Match, UniqueDetection
from licscan.core.issue import Issue, IssueLevel
from licscan.core.result import Inventory
from licscan.core.scancode_order import identifier_name, scancode_path, walk_order
from licscan.report.base import ReportInput

NAME = "scancode-json"
FILE_NAME = "scancode.json"

# The version of ScanCode's output format that this is.
_FORMAT_VERSION = "4.1.0"
_FOLLOWED = "unknown-reference-to-local-file"
_SPDX_RULE = "spdx-license-identifier-"


def write(report: ReportInput, stream: BinaryIO) -> None:
    """Write the document piece by piece: it is never in memory as a whole."""
    shape = _Shape(inventory=report.inventory, with_text=report.version == "text")
    _put(stream, b'{"headers": ', [_header(report)])
    _put_list(stream, b', "license_detections": ', map(shape.unique, report.inventory.unique_detections))
    _put_list(stream, b', "files": ', shape.files())
    stream.write(b"}\n")


def _put(stream: BinaryIO, name: bytes, value: object) -> None:
    stream.write(name + json.dumps(value).encode())


def _put_list(stream: BinaryIO, name: bytes, values: Iterable[object]) -> None:
    stream.write(name + b"[")
    separator = b""
    for value in values:
        _put(stream, separator, value)
        separator = b", "
    stream.write(b"]")


def _header(report: ReportInput) -> dict[str, Any]:
    run = report.inventory.run
    issues = report.inventory.issues
    return {
        "tool_name": "licscan",
        "tool_version": run.tool_version,
        "options": dict(run.settings),
        "notice": "Detection data: ScanCode licence rules, CC-BY-4.0, https://github.com/aboutcode-org/scancode-toolkit",
        "start_timestamp": run.started,
        "end_timestamp": run.finished,
        "output_format_version": _FORMAT_VERSION,
        "duration": None,
        "message": None,
        "errors": [_told(issue) for issue in issues if issue.level is IssueLevel.INCOMPLETE],
        "warnings": [_told(issue) for issue in issues if issue.level is not IssueLevel.INCOMPLETE],
        "extra_data": {
            "scancode_version": run.scancode_version,
            **({"spdx_license_list_version": run.spdx_list_version} if run.spdx_list_version else {}),
            "detector": run.detector,
            "files_count": len(report.inventory.files),
        },
    }


def _told(issue: Issue) -> str:
    return f"{issue.location}: {issue.message}" if issue.location else str(issue.message)


class _Shape(Struct, frozen=True, kw_only=True):
    """ScanCode's mappings, keys in its order, for one inventory."""

    inventory: Inventory
    with_text: bool

    def files(self) -> Iterator[dict[str, Any]]:
        findings = {finding.path: finding for finding in self.inventory.findings}
        errors = self._errors()
        if not self.inventory.run.single_file:
            yield self._resource("", None, is_file=False, errors=[])
        paths = (file.path for file in self.inventory.files)
        for path, is_file in walk_order(paths, self.inventory.empty_folders):
            yield self._resource(
                path, findings.get(path), is_file=is_file, errors=errors.get(path, []) if is_file else []
            )

    def unique(self, detection: UniqueDetection) -> dict[str, Any]:
        return {
            "identifier": detection.identifier,
            "license_expression": detection.expression,
            "license_expression_spdx": detection.expression_spdx,
            "detection_count": detection.count,
            "reference_matches": [self._reference(match) for match in detection.reference_matches],
        }

    def _errors(self) -> dict[str, list[str]]:
        errors: dict[str, list[str]] = {}
        for issue in self.inventory.issues:
            if issue.location and issue.level is IssueLevel.INCOMPLETE:
                errors.setdefault(issue.location.path, []).append(f"ERROR: {issue.code.value}: {issue.message}")
        return errors

    def _resource(self, path: str, finding: FileFinding | None, *, is_file: bool, errors: list[str]) -> dict[str, Any]:
        found = finding or FileFinding(path=path)
        return {
            "path": self._path(path),
            "type": "file" if is_file else "directory",
            "detected_license_expression": found.expression,
            "detected_license_expression_spdx": found.expression_spdx,
            "license_detections": [self._detection(detection) for detection in found.detections],
            "license_clues": [self._match(match) for match in found.clues],
            # ScanCode writes no fraction where it found nothing.
            "percentage_of_license_text": found.license_text_percent or 0,
            "scan_errors": errors,
        }

    def _detection(self, detection: Detection) -> dict[str, Any]:
        mapping = {
            "license_expression": detection.expression,
            "license_expression_spdx": detection.expression_spdx,
            "matches": [self._match(match) for match in detection.matches],
            "identifier": detection.identifier,
        }
        # ScanCode's second pass leaves its log behind, asked for or not.
        return {**mapping, "detection_log": list(detection.log)} if _FOLLOWED in detection.log else mapping

    def _match(self, match: Match) -> dict[str, Any]:
        mapping = {
            "license_expression": match.expression,
            "license_expression_spdx": match.expression_spdx,
            "from_file": self._path(match.path),
            "start_line": match.start_line,
            "end_line": match.end_line,
            "matcher": match.matcher,
            "score": match.score,
            "matched_length": match.matched_length,
            "match_coverage": match.coverage,
            "rule_relevance": match.relevance,
            "rule_identifier": match.rule_id,
            "rule_url": match.rule_url,
        }
        if self.with_text:
            mapping["matched_text"] = match.matched_text
        return mapping

    def _reference(self, match: Match) -> dict[str, Any]:
        """A match of the codebase's list. ScanCode makes the rule of an SPDX tag anew from what its output holds."""
        mapping = self._match(match)
        if match.rule_id.startswith(_SPDX_RULE):
            text = match.matched_text or None if self.with_text else None
            digest = sha1(f"{match.expression!r}{text!r}".encode(), usedforsecurity=False).hexdigest()
            mapping["rule_identifier"] = f"{_SPDX_RULE}{identifier_name(match.expression)}-{digest}"
        if self.with_text and not match.matched_text:
            del mapping["matched_text"]
        return mapping

    def _path(self, path: str) -> str:
        run = self.inventory.run
        return scancode_path(path, "") if run.single_file else scancode_path(run.root, path)
