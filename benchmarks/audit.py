"""Times ``licscan audit`` on a large stored result, and the page that it makes in a real browser.

``python benchmarks/audit.py`` makes a result of 5,000 components and 10,000 files whose judgement is 20,000 findings, renders it to
html, xlsx and docx with the command line, twice, and compares the bytes. With Playwright and Chromium installed it then opens
the page, filters it and follows a link.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from licscan.core.component import ClaimSource, Component, ComponentKind, Dependency, LicenseClaim
from licscan.core.facts import Facts
from licscan.core.finding import Detection, FileFinding, FileKind, Match, SourceFile
from licscan.core.license import LicenseRecord
from licscan.core.location import Location
from licscan.core.result import Audit, Inventory, PolicyInfo, RunInfo
from licscan.document import encode

FORMS = ("html", "xlsx", "docx")
NOTICE = (
    "This program is free software {number}: you can redistribute it and/or modify it under the terms of the GNU General Public "
    "License, version 3, as published by the Free Software Foundation."
)
GPL = LicenseRecord(
    key="gpl-3.0", spdx="GPL-3.0-only", name="GNU General Public License 3.0", short_name="GPL 3.0", category="Copyleft"
)


def stored_result(components: int, files: int) -> bytes:
    """Return a result with the facts of ``large_inventory``, and no judgement: the audit judges again."""
    policy = PolicyInfo(name="due-diligence", title="", digest="0")
    audit = Audit(policy=policy, facts=Facts(), conclusions=(), violations=(), complete=True)
    return encode(large_inventory(components, files), audit)


def large_inventory(components: int, files: int) -> Inventory:
    """Return ``components`` packages under the GPL in a graph, and ``files`` files of the project with its notice."""
    packages = tuple(_package(number) for number in range(components))
    root = Component(id="path:.", name="big", kind=ComponentKind.PROJECT, directory="")
    edges = tuple(
        Dependency(parent=packages[(number - 1) // 3].id if number else root.id, child=package.id, proven=True)
        for number, package in enumerate(packages)
    )
    paths = [f"services/s{number % 40}/src/module_{number}.c" for number in range(files)]
    return Inventory(
        run=RunInfo(
            root="big",
            tool_version="0",
            scancode_version="32.5.0",
            detector="none",
            started="2026-01-02T03:04:05Z",
            finished="2026-01-02T03:04:05Z",
        ),
        files=tuple(
            SourceFile(path=path, size=2_000, sha256=hashlib.sha256(path.encode()).hexdigest(), kind=FileKind.CODE)
            for path in paths
        ),
        findings=tuple(_finding(path, number) for number, path in enumerate(paths)),
        components=(root, *packages),
        dependencies=edges,
        licenses=(GPL,),
    )


def _package(number: int) -> Component:
    place = Location(path="package-lock.json", start_line=number + 1)
    purl = f"pkg:npm/package-{number}@1.{number % 7}.0"
    claim = LicenseClaim(
        source=ClaimSource.DECLARED,
        expression="gpl-3.0",
        expression_spdx="GPL-3.0-only",
        raw="GPL-3.0-only",
        origin="package-lock.json license",
        locations=(place,),
    )
    return Component(
        id=purl,
        name=f"package-{number}",
        version=f"1.{number % 7}.0",
        purl=purl,
        ecosystem="npm",
        claims=(claim,),
        locations=(place,),
        copyrights=(f"Copyright Holder {number % 900}",),
    )


def _finding(path: str, number: int) -> FileFinding:
    match = Match(
        expression="gpl-3.0",
        expression_spdx="GPL-3.0-only",
        path=path,
        start_line=number % 50 + 1,
        end_line=number % 50 + 12,
        score=100.0,
        coverage=100.0,
        relevance=100,
        matched_length=100,
        matcher="2-aho",
        rule_id=f"gpl-3.0_{number % 300}.RULE",
        matched_text=NOTICE.format(number=number),
        kind="notice",
    )
    detection = Detection(
        expression="gpl-3.0", expression_spdx="GPL-3.0-only", identifier=f"gpl_3_0-{number}", matches=(match,)
    )
    return FileFinding(path=path, expression="gpl-3.0", expression_spdx="GPL-3.0-only", detections=(detection,))


def rendered(result: Path, folder: Path) -> dict[str, float]:
    """Render ``result`` to every form into ``folder`` in a process of its own; return seconds, CPU seconds and megabytes."""
    outputs = [part for form in FORMS for part in ("-o", f"{form}={folder / f'audit.{form}'}")]
    command = [
        sys.executable,
        "-m",
        "licscan",
        "audit",
        str(result),
        "--quiet",
        "--fact",
        "distribution=binary",
        *outputs,
    ]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1767322800"}
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
    seconds = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1):
        sys.exit(f"licscan audit ended in {done.returncode}:\n{done.stderr}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"seconds": seconds, "cpu": cpu, "megabytes": after.ru_maxrss / 1024}


def browsed(page: Path) -> dict[str, float] | None:
    """Open the page, search it and follow a link in Chromium; ``None`` where there is none. Seconds of each."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    if chromium is None:
        return None
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        tab = browser.new_page()
        tab.set_default_timeout(60_000)
        tab.goto("about:blank")
        took = {}
        began = time.perf_counter()
        tab.goto(page.resolve().as_uri())
        tab.wait_for_selector("html[data-ready=yes]")
        took["opened"] = time.perf_counter() - began
        grid = tab.locator(".grid[data-table='p1-register']")
        rows = grid.locator("output").inner_text()
        began = time.perf_counter()
        grid.locator("input[type=search]").fill("module_4999")
        grid.locator("tbody tr").nth(20).wait_for(state="detached")
        took["filtered"] = time.perf_counter() - began
        browser.close()
    print(f"the risk register holds {rows}")
    return took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--components", type=int, default=5_000)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        result = folder / "result.json"
        result.write_bytes(stored_result(given.components, given.files))
        figures: dict[str, object] = {"result_megabytes": result.stat().st_size / 1e6}
        runs = []
        for number in (1, 2):
            # The report tells its command line: the same one both times, so that only its own doing can differ.
            runs.append(rendered(result, folder))
            (folder / str(number)).mkdir()
            for form in FORMS:
                shutil.move(folder / f"audit.{form}", folder / str(number))
        figures["render"] = runs
        figures["same_bytes"] = all(
            (folder / "1" / f"audit.{form}").read_bytes() == (folder / "2" / f"audit.{form}").read_bytes()
            for form in FORMS
        )
        figures["sizes_megabytes"] = {form: (folder / "1" / f"audit.{form}").stat().st_size / 1e6 for form in FORMS}
        figures["browser_seconds"] = browsed(folder / "1" / "audit.html")
    text = json.dumps(figures, indent=1)
    print(text)
    if given.json:
        given.json.write_text(text + "\n")


if __name__ == "__main__":
    main()
