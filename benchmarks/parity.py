"""Compare licscan's answers with ScanCode's, on any tree: everything but the headers, no tolerance.

    python benchmarks/parity.py TREE
    python benchmarks/parity.py TREE --record scancode.json     keep ScanCode's answer ...
    python benchmarks/parity.py TREE --recorded scancode.json   ... and compare with it again, without running ScanCode

Ends with 0 when all is equal, 1 when something differs, 2 when one of the two could not be run. Files that licscan left out by
its own limits (size, time) are listed and not compared; to compare them too, raise the limits.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import commands

Document = dict[str, Any]
# How many differences are shown; all are counted.
SHOWN = 40


def main() -> int:
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        theirs = _scancode(options, Path(folder) / "scancode.json")
        ours = _licscan(options, Path(folder) / "licscan.json")
    if theirs is None or ours is None:
        return 2
    left_out = given_up(ours)
    found = list(compare(theirs, ours, left_out))
    for difference in found[:SHOWN]:
        print(difference)
    files = sum(resource["type"] == "file" for resource in theirs["files"])
    detections = sum(len(resource["license_detections"]) for resource in theirs["files"])
    print(f"{files} files, {detections} detections, {len(theirs['license_detections'])} of them unique")
    for path in sorted(left_out):
        print(f"not compared, over licscan's own limits: {path}")
    print(f"{len(found)} differences" if found else "no difference")
    return 1 if found else 0


def compare(theirs: Document, ours: Document, left_out: set[str]) -> Iterator[str]:
    """Yield what differs between two documents, headers aside, as ``place: ScanCode's | licscan's``."""
    their_paths = [resource["path"] for resource in theirs["files"]]
    our_paths = [resource["path"] for resource in ours["files"]]
    if their_paths != our_paths:
        yield from (f"{path!r}: only ScanCode has it" for path in their_paths if path not in set(our_paths))
        yield from (f"{path!r}: only licscan has it" for path in our_paths if path not in set(their_paths))
        if sorted(their_paths) == sorted(our_paths):
            yield "files: the same, in another order"
    ours_by_path = {resource["path"]: resource for resource in ours["files"]}
    for resource in theirs["files"]:
        path = resource["path"]
        if path in ours_by_path and path not in left_out:
            yield from _differ(resource, ours_by_path[path], repr(path))
    if not left_out:
        yield from _differ(theirs["license_detections"], ours["license_detections"], "license_detections")


def differences(theirs: Path, ours: Path) -> list[str]:
    """Return what differs between two files, but for the files that licscan's own limits left out."""
    our_document = _read(ours)
    return list(compare(_read(theirs), our_document, given_up(our_document)))


def given_up(document: Document) -> set[str]:
    """The files that licscan did not search because of its own limits."""
    limits = ("ERROR: too-large", "ERROR: timed-out")
    return {r["path"] for r in document["files"] if any(error.startswith(limits) for error in r["scan_errors"])}


def _differ(theirs: Any, ours: Any, place: str) -> Iterator[str]:
    """Yield every difference, down to the order of keys and to 100 against 100.0."""
    if type(theirs) is not type(ours):
        yield f"{place}: {theirs!r} | {ours!r}"
    elif isinstance(theirs, dict):
        if list(theirs) != list(ours):
            yield f"{place}: keys {list(theirs)} | {list(ours)}"
        for key in theirs.keys() & ours.keys():
            yield from _differ(theirs[key], ours[key], f"{place} {key}")
    elif isinstance(theirs, list):
        if len(theirs) != len(ours):
            yield f"{place}: {len(theirs)} entries | {len(ours)}"
        for number, pair in enumerate(zip(theirs, ours, strict=False)):
            yield from _differ(*pair, f"{place} {number}")
    elif theirs != ours:
        yield f"{place}: {theirs!r} | {ours!r}"


def _scancode(options: argparse.Namespace, result: Path) -> Document | None:
    if options.recorded:
        return _read(options.recorded)
    run = subprocess.run(commands.scancode(options.tree, result, jobs=options.jobs, text=options.text), check=False)
    if not result.exists():
        print(f"scancode ended with status {run.returncode} and wrote nothing", file=sys.stderr)
        return None
    if options.record:
        shutil.copyfile(result, options.record)
    return _read(result)


def _licscan(options: argparse.Namespace, result: Path) -> Document | None:
    if options.engine == "reference":
        import library

        from licscan.detect.parallel import ParallelDetector
        from licscan.detect.scancode import ReferenceDetector

        reference = ReferenceDetector(timeout=commands.LONG_TIMEOUT)
        detector = ParallelDetector(reference, jobs=options.jobs, timeout=commands.LONG_TIMEOUT, memory=None)
        library.write_scancode_json(library.detect(options.tree, detector), result, with_text=options.text)
        return _read(result)
    command = commands.licscan(options.tree, result, "--no-cache", jobs=options.jobs, text=options.text)
    run = subprocess.run(command, check=False)
    # 1 is a verdict and 3 an incomplete scan: both have written their answer.
    if run.returncode not in (0, 1, 3) or not result.exists():
        print(f"licscan ended with status {run.returncode}", file=sys.stderr)
        return None
    return _read(result)


def _read(file: Path) -> Document:
    document: Document = json.loads(file.read_text(encoding="utf-8"))
    return document


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tree", type=Path, metavar="TREE")
    parser.add_argument("--jobs", type=int, default=2, help="processes on both sides (2)")
    parser.add_argument("--text", action="store_true", help="compare the matched text too (--license-text)")
    parser.add_argument(
        "--engine", choices=("licscan", "reference"), default="licscan", help="the command, or its slow twin"
    )
    parser.add_argument("--record", type=Path, metavar="FILE", help="keep ScanCode's answer in FILE")
    parser.add_argument("--recorded", type=Path, metavar="FILE", help="take ScanCode's answer from FILE")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
