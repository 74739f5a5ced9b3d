"""Licence texts that differ from the licences: what is put in, left out, put around, and what a text may differ in."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from msgspec.structs import replace

from licscan.app.run_options import cache_folder
from licscan.classify.alterations import judged
from licscan.core.alteration import Alteration, ChangeKind
from licscan.core.finding import FileKind
from licscan.detect.alterations import find_alterations
from licscan.detect.fast import FastDetector
from licscan.detect.licensedb import license_text
from tests.conftest import ROOT
from tests.detect.faulty import MakeFile


def _benchmark() -> ModuleType:
    spec = importlib.util.spec_from_file_location("altered", ROOT / "benchmarks" / "altered.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


altered = _benchmark()
Compare = Callable[..., Alteration | None]
ENTRIES = altered.labelled()


@pytest.fixture(scope="module")
def detector() -> FastDetector:
    return FastDetector(cache_folder(None))


@pytest.fixture
def compare(detector: FastDetector, make_file: MakeFile) -> Compare:
    def run(text: str, path: str = "LICENSE", kind: FileKind = FileKind.LEGAL) -> Alteration | None:
        made = make_file(path, text)
        file = replace(made, file=replace(made.file, kind=kind))
        findings = {result.path: result.finding for result in detector.detect([file]) if result.finding}
        found, _ = find_alterations([file], findings)
        return found[0] if found else None

    return run


@pytest.mark.parametrize("entry", ENTRIES, ids=[f"{number}-{entry['licence']}" for number, entry in enumerate(ENTRIES)])
def test_an_alteration_is_found_with_its_effect(entry: dict[str, object], compare: Compare) -> None:
    alteration = compare(altered.altered_text(entry), str(entry.get("name", "LICENSE")))
    assert alteration is not None
    assert altered.is_right(entry, judged(alteration)), judged(alteration)


@pytest.mark.parametrize(
    "key", ["mit", "isc", "bsd-new", "bsd-simplified", "apache-2.0", "gpl-2.0", "mpl-2.0", "zlib", "unlicense"]
)
def test_a_licence_is_itself(key: str, compare: Compare) -> None:
    alteration = compare(
        f"Example Ltd.\n\nCopyright (c) 2020-2024 Example Ltd. and others\n\n{license_text(key)}\nUpdated in March 2024.\n"
    )
    assert alteration is None or judged(alteration) == ()


def test_a_change_has_its_place_and_its_words(compare: Compare) -> None:
    text = license_text("mit").replace("without restriction", "for personal use")
    line = next(number for number, row in enumerate(text.split("\n"), 1) if "personal" in row)
    alteration = compare(text)
    assert alteration is not None
    (change,) = alteration.changes
    assert (change.kind, change.location.path, change.location.start_line) == (ChangeKind.REPLACED, "LICENSE", line)
    assert "[[for personal use]]" in change.text
    assert change.missing == "without restriction"


def test_around_the_notice_of_a_source_file_there_is_code(compare: Compare) -> None:
    notice = "".join(f"# {row}\n" for row in license_text("mit").splitlines())
    code = f"{notice}\n# callers must not use this for commercial data\nx = 1\n"
    assert compare(code, "a.py", FileKind.CODE) is None
    assert compare(code.replace("without restriction", "for personal use"), "a.py", FileKind.CODE) is not None


def test_a_file_that_is_gone_is_left_out(detector: FastDetector, make_file: MakeFile) -> None:
    file = make_file("LICENSE", license_text("mit").replace("sell", "not sell"))
    findings = {result.path: result.finding for result in detector.detect([file]) if result.finding}
    Path(file.location).unlink()
    assert find_alterations([file], findings) == ((), ())


def test_more_changes_than_are_kept_are_no_clean_text(compare: Compare) -> None:
    noise = "".join(f"Part {number} must be kept apart from part {number + 1} of it.\n\n" for number in range(600))
    alteration = compare(license_text("mit") + "\n" + noise)
    assert alteration is not None
    assert not alteration.complete
    assert judged(alteration)
