"""licscan's detection called as a library: select, detect, link, and the inventory that reports read."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from licscan import __version__
from licscan.core.facts import Facts
from licscan.core.finding import FileFinding
from licscan.core.result import Audit, Inventory, PolicyInfo, RunInfo
from licscan.detect.base import Detector
from licscan.detect.link import link
from licscan.detect.scancode import scancode_version
from licscan.report import scancode_json
from licscan.report.base import ReportInput
from licscan.select import select
from licscan.select.walk import WalkOptions

_NO_TIME = "1970-01-01T00:00:00Z"


def detect(target: Path, detector: Detector) -> Inventory:
    """Return the facts of exactly those files of ``target`` that ScanCode looks at: no component, no model."""
    selection = select(target, WalkOptions(all_files=True))
    results = list(detector.detect(selection.files))
    single = target.is_file()
    findings, unique = link(
        [result.finding or FileFinding(path=result.path) for result in results],
        target.resolve().name,
        single_file=single,
        empty_folders=selection.empty_folders,
    )
    run = RunInfo(
        root=target.resolve().name,
        tool_version=__version__,
        scancode_version=scancode_version(),
        detector=detector.fingerprint,
        started=_NO_TIME,
        finished=_NO_TIME,
        single_file=single,
    )
    return Inventory(
        run=run,
        files=tuple(selected.file for selected in selection.files),
        findings=findings,
        unique_detections=unique,
        skipped=selection.skipped,
        issues=(*selection.issues, *(issue for result in results for issue in result.issues)),
        empty_folders=selection.empty_folders,
    )


def write_scancode_json(inventory: Inventory, file: Path, *, with_text: bool = False) -> None:
    """Write ``inventory`` as ``scancode --license --json`` would (``--license-text`` with ``with_text``)."""
    nothing_judged = Audit(
        policy=PolicyInfo(name="none", title="none", digest=""),
        facts=Facts(),
        conclusions=(),
        violations=(),
        complete=inventory.complete,
    )
    report = ReportInput(inventory=inventory, audit=nothing_judged, generated_at=_NO_TIME)
    with file.open("wb") as stream:
        scancode_json.write(replace(report, version="text") if with_text else report, stream)
