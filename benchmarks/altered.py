"""Measure what licscan says of licence texts: how many altered ones it finds, and how many real ones it calls altered.

    python benchmarks/altered.py [FOLDER ...] [--show]

Without a folder the labelled alterations of ``fixtures/labels/alterations.yaml`` are made from ScanCode's texts, and it is counted how many
are found and given the effect of their label. Of each FOLDER the licence files are read (a wheel's, ``node_modules``, a folder of
``debian/copyright`` files); texts that differ only in their copyright lines count once. What is found there has to be read by a
person: ``--show`` prints it.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from licscan.app.run_options import cache_folder
from licscan.classify.alterations import judged
from licscan.core.alteration import JudgedChange, takes_away
from licscan.core.alteration_words import EFFECT_WORDS, quoted_change
from licscan.core.finding import FileKind, SourceFile
from licscan.core.selection import SelectedFile
from licscan.detect.alterations import MAX_SIZE, find_alterations
from licscan.detect.base import Detector
from licscan.detect.fast import FastDetector
from licscan.detect.licensedb import license_text
from licscan.select.kind import is_legal_name

LABELS = Path(__file__).resolve().parent.parent / "fixtures" / "labels" / "alterations.yaml"
_COPYRIGHT = re.compile(r"(?im)^.*copyright.*$")


def labelled() -> list[dict[str, Any]]:
    """Return the alterations that were labelled by hand."""
    entries: list[dict[str, Any]] = yaml.safe_load(LABELS.read_text(encoding="utf-8"))
    return entries


def altered_text(entry: Mapping[str, Any]) -> str:
    """Return ScanCode's text of a licence, changed as ``entry`` says; raise ``ValueError`` where it has no such words."""
    text = license_text(entry["licence"]).rstrip("\n")
    for words, instead in entry.get("replace", ()):
        pattern = r"\s+".join(map(re.escape, words.split()))
        text, count = re.subn(pattern, instead.replace("\\", r"\\"), text, count=1)
        if not count:
            raise ValueError(f"the text of {entry['licence']} has no words {words!r}")
    return "\n\n".join(
        [*([entry["before"]] if "before" in entry else ()), text, *([entry["after"]] if "after" in entry else ())]
    )


def changes_in(files: list[SelectedFile], detector: Detector) -> tuple[dict[str, tuple[JudgedChange, ...]], float]:
    """Return the changes of each file's text that alter its terms, by path, and the seconds that the comparison took."""
    findings = {result.path: result.finding for result in detector.detect(files) if result.finding}
    start = time.perf_counter()
    found = {one.path: judged(one) for one in find_alterations(files, findings)[0]}
    return {path: changes for path, changes in found.items() if changes}, time.perf_counter() - start


def is_right(entry: Mapping[str, Any], changes: tuple[JudgedChange, ...]) -> bool:
    """Whether a labelled alteration was found, and is taken for a restriction exactly where it is one."""
    return bool(changes) and takes_away(changes) == (entry["effect"] == "restricts")


def selected(path: str, file: Path) -> SelectedFile:
    data = file.read_bytes()
    source = SourceFile(path=path, size=len(data), sha256=hashlib.sha256(data).hexdigest(), kind=FileKind.LEGAL)
    return SelectedFile(file=source, location=str(file))


def licence_files(folder: Path) -> Iterator[SelectedFile]:
    """Yield the licence files below ``folder``, equal texts once, by path."""
    seen: set[str] = set()
    for file in sorted(folder.rglob("*")):
        if not is_legal_name(file.name) or file.is_symlink() or not file.is_file() or file.stat().st_size > MAX_SIZE:
            continue
        text = _COPYRIGHT.sub("", file.read_bytes().decode("utf-8", "replace"))
        digest = hashlib.sha256(" ".join(text.lower().split()).encode()).hexdigest()
        if digest not in seen:
            seen.add(digest)
            yield selected(str(file.relative_to(folder)), file)


def _measure_labelled(detector: Detector, *, show: bool) -> None:
    entries = labelled()
    with tempfile.TemporaryDirectory() as work:
        files = []
        for number, entry in enumerate(entries):
            place = Path(work) / str(number) / entry.get("name", "LICENSE")
            place.parent.mkdir()
            place.write_text(altered_text(entry), encoding="utf-8")
            files.append(selected(f"{number}/{place.name}", place))
        found, _ = changes_in(files, detector)
    wrong = [
        (file.file.path, entry)
        for file, entry in zip(files, entries, strict=True)
        if not is_right(entry, found.get(file.file.path, ()))
    ]
    hit = sum(file.file.path in found for file in files)
    print(f"altered texts: {hit} of {len(entries)} found, {len(entries) - len(wrong)} with the effect of their label")
    for path, entry in wrong if show else ():
        print(f"  {path}: {entry}")


def _measure_real(folder: Path, detector: Detector, *, show: bool) -> None:
    files = list(licence_files(folder))
    found, seconds = changes_in(files, detector)
    print(f"{folder}: {len(found)} of {len(files)} licence files are called altered; {seconds:.1f} s to compare them")
    for path, changes in found.items() if show else ():
        for change in changes:
            line = change.change.location.start_line
            print(
                f"  {path}:{line}: {EFFECT_WORDS[change.effect]} ({change.reason}): {quoted_change(change.change)[:400]}"
            )


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER")
    parser.add_argument("--show", action="store_true", help="print what is found, or wrong")
    given = parser.parse_args()
    detector = FastDetector(cache_folder(None))
    if not given.folders:
        _measure_labelled(detector, show=given.show)
    for folder in given.folders:
        _measure_real(folder, detector, show=given.show)
    return 0


if __name__ == "__main__":
    sys.exit(main())
