"""What was found once is not looked for again; a broken store is never in the way."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace

from licscan.core.finding import FileFinding
from licscan.core.issue import IssueCode, IssueLevel
from licscan.core.selection import SelectedFile
from licscan.detect import cache as cache_module
from licscan.detect.base import DetectionResult
from licscan.detect.cache import FILE_NAME, CachedDetector, ResultCache
from licscan.detect.trouble import crashed, refused, too_large
from tests.conftest import ROOT
from tests.detect.faulty import MakeFile, ObedientDetector, found


@pytest.fixture
def detector(tmp_path: Path) -> ObedientDetector:
    return ObedientDetector(tmp_path / "log")


def scan(detector: ObedientDetector, folder: Path, files: list[SelectedFile]) -> list[DetectionResult]:
    store = ResultCache(folder)
    try:
        return list(CachedDetector(detector, store).detect(files))
    finally:
        store.close()


def result(finding: FileFinding) -> DetectionResult:
    return DetectionResult(path="", finding=finding)


def test_an_unchanged_tree_is_not_looked_at_again(
    detector: ObedientDetector, make_file: MakeFile, tmp_path: Path
) -> None:
    files = [make_file("a.c", "mit"), make_file("b.c", "isc")]
    first = scan(detector, tmp_path / "cache", files)
    second = scan(detector, tmp_path / "cache", files)
    assert first == second
    assert second[1].finding == found("b.c", "isc")
    assert detector.calls() == ["a.c", "b.c"]


def test_one_changed_file_costs_one_file(detector: ObedientDetector, make_file: MakeFile, tmp_path: Path) -> None:
    scan(detector, tmp_path / "cache", [make_file(f"{name}.c", f"text of {name}") for name in "abcd"])
    files = [make_file(f"{name}.c", "another text" if name == "c" else f"text of {name}") for name in "abcd"]
    results = scan(detector, tmp_path / "cache", files)
    assert detector.calls()[4:] == ["c.c"]
    assert [result.path for result in results] == ["a.c", "b.c", "c.c", "d.c"]


def test_a_moved_file_is_known_and_told_under_its_new_path(
    detector: ObedientDetector, make_file: MakeFile, tmp_path: Path
) -> None:
    scan(detector, tmp_path / "cache", [make_file("old/a.c", "mit")])
    (result,) = scan(detector, tmp_path / "cache", [make_file("new/b.c", "mit")])
    assert result.finding == found("new/b.c", "mit")
    assert detector.calls() == ["old/a.c"]


def test_another_ending_of_the_name_is_another_question(
    detector: ObedientDetector, make_file: MakeFile, tmp_path: Path
) -> None:
    scan(detector, tmp_path / "cache", [make_file("a.js.map", "mit"), make_file("a.json", "mit")])
    assert detector.calls() == ["a.js.map", "a.json"]


def test_equal_files_of_one_run_are_looked_at_once(detector: ObedientDetector, make_file: MakeFile) -> None:
    files = [make_file("a/LICENSE", "mit"), make_file("b/LICENSE", "mit"), make_file("c/LICENSE", "isc")]
    results = list(CachedDetector(detector, None).detect(files))
    assert [result.finding for result in results] == [
        found("a/LICENSE", "mit"),
        found("b/LICENSE", "mit"),
        found("c/LICENSE", "isc"),
    ]
    assert detector.calls() == ["a/LICENSE", "c/LICENSE"]


def test_equal_texts_are_kept_once(detector: ObedientDetector, make_file: MakeFile, tmp_path: Path) -> None:
    files = [make_file("a.c", "mit"), make_file("b.py", "mit")]
    for _ in range(2):
        findings = [result.finding for result in scan(detector, tmp_path / "cache", files)]
        texts = [finding.detections[0].matches[0].matched_text for finding in findings if finding]
        assert len(texts) == 2
        assert texts[0] is texts[1]


def test_a_file_without_a_digest_is_always_looked_at(
    detector: ObedientDetector, make_file: MakeFile, tmp_path: Path
) -> None:
    file = make_file("big", "mit")
    undigested = replace(file, file=replace(file.file, sha256=""))
    for _ in range(2):
        assert scan(detector, tmp_path / "cache", [undigested])[0].finding == found("big", "mit")
    assert detector.calls() == ["big", "big"]


def test_another_engine_has_entries_of_its_own(make_file: MakeFile, tmp_path: Path) -> None:
    class Newer(ObedientDetector):
        @property
        def fingerprint(self) -> str:
            return "obedient 2"

    file = make_file("a", "mit")
    scan(ObedientDetector(tmp_path / "log"), tmp_path / "cache", [file])
    scan(Newer(tmp_path / "newer"), tmp_path / "cache", [file])
    assert Newer(tmp_path / "newer").calls() == ["a"]


class RefusingDetector(ObedientDetector):
    """Refuses every file, for the reason ``why``."""

    why = staticmethod(partial(crashed, cause="always"))

    def detect(self, files: Sequence[SelectedFile]) -> Iterator[DetectionResult]:
        for result in super().detect(files):
            yield refused(result.path, self.why(result.path))


class ModestDetector(RefusingDetector):
    """Finds every file too large."""

    why = staticmethod(partial(too_large, limit=3))


def test_failures_are_not_remembered(make_file: MakeFile, tmp_path: Path) -> None:
    files = [make_file("a", "mit"), make_file("b", "mit")]
    for _ in range(2):
        results = scan(RefusingDetector(tmp_path / "log"), tmp_path / "cache", files)
        assert [issue.location and issue.location.path for result in results for issue in result.issues] == ["a", "b"]
    assert RefusingDetector(tmp_path / "log").calls() == ["a", "b", "a", "b"]


def test_a_file_that_is_too_large_is_still_so_when_nothing_changed(make_file: MakeFile, tmp_path: Path) -> None:
    for name in ("a.c", "b.c"):
        (result,) = scan(ModestDetector(tmp_path / "log"), tmp_path / "cache", [make_file(name, "mit")])
        assert result.finding is None
        assert result.issues == (too_large(name, 3),)
    assert ModestDetector(tmp_path / "log").calls() == ["a.c"]


def test_a_damaged_store_is_begun_anew_with_a_warning(
    detector: ObedientDetector, make_file: MakeFile, tmp_path: Path
) -> None:
    files = [make_file("a", "mit"), make_file("b", "isc")]
    folder = tmp_path / "cache"
    folder.mkdir()
    (folder / FILE_NAME).write_bytes(b"this is no database, " * 1000)
    results = scan(detector, folder, files)
    assert_only_warned(results, "damaged")
    assert all(not result.issues for result in scan(detector, folder, files))
    assert detector.calls() == ["a", "b"]


def test_a_store_damaged_in_its_middle_is_begun_anew(
    detector: ObedientDetector, make_file: MakeFile, tmp_path: Path
) -> None:
    files = [make_file(f"f{number}", f"licence {number}") for number in range(300)]
    expected = scan(detector, tmp_path / "cache", files)
    file = tmp_path / "cache" / FILE_NAME
    data = bytearray(file.read_bytes())
    data[4096:-100] = b"\xa5" * (len(data) - 4196)
    file.write_bytes(data)
    results = scan(detector, tmp_path / "cache", files)
    assert [result.finding for result in results] == [result.finding for result in expected]
    assert_only_warned(results, "damaged")
    assert len(detector.calls()) == 600


def test_a_damaged_entry_is_found_again(detector: ObedientDetector, make_file: MakeFile, tmp_path: Path) -> None:
    file = make_file("a", "mit")
    scan(detector, tmp_path / "cache", [file])
    with sqlite3.connect(tmp_path / "cache" / FILE_NAME) as store:
        store.execute("UPDATE finding SET value = x'00010203'")
    for _ in range(2):
        (result,) = scan(detector, tmp_path / "cache", [file])
        assert result.finding == found("a", "mit")
    assert detector.calls() == ["a", "a"]


def test_a_store_that_cannot_be_written_still_answers(
    detector: ObedientDetector, make_file: MakeFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, new = make_file("known", "mit"), make_file("new", "isc")
    scan(detector, tmp_path / "cache", [known])
    monkeypatch.setattr(
        cache_module, "_connect", lambda file: sqlite3.connect(f"file:{file}?mode=ro", uri=True, isolation_level=None)
    )
    results = scan(detector, tmp_path / "cache", [known, new, make_file("last", "bsd")])
    assert [result.finding for result in results] == [found("known", "mit"), found("new", "isc"), found("last", "bsd")]
    assert detector.calls() == ["known", "new", "last"]
    # What is wrong shows when the store is next written: at the end of a short run.
    store = ResultCache(tmp_path / "cache")
    store.put(b"key", result(found("", "mit")))
    store.flush()
    assert store.trouble is not None
    assert "readonly" in str(store.trouble.message)


def test_a_full_disk_is_a_warning(
    detector: ObedientDetector, make_file: MakeFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cramped(file: Path) -> sqlite3.Connection:
        store = sqlite3.connect(file, isolation_level=None)
        store.execute("PRAGMA max_page_count = 8")  # the same answer of SQLite as a disk without room
        return store

    monkeypatch.setattr(cache_module, "_connect", cramped)
    monkeypatch.setattr(cache_module, "_WRITE_INTERVAL", 0.0)
    files = [make_file(f"f{number}", f"licence {number} " * 50) for number in range(200)]
    results = scan(detector, tmp_path / "cache", files)
    assert all(result.finding for result in results)
    assert_only_warned(results, "full")


def test_a_folder_that_cannot_be_made_is_a_warning(
    detector: ObedientDetector, make_file: MakeFile, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    results = scan(detector, tmp_path / "file" / "cache", [make_file("a", "mit")])
    assert results[0].finding == found("a", "mit")
    assert_only_warned(results, "cannot be used")


def assert_only_warned(results: list[DetectionResult], about: str) -> None:
    (issue,) = [issue for result in results for issue in result.issues]
    assert issue.code is IssueCode.CACHE
    assert issue.level is IssueLevel.WARNING
    assert about in str(issue.message)


WRITER = """
import sys
from pathlib import Path
sys.path.insert(0, {here!r})
from tests.detect.faulty import found
from licscan.detect.base import DetectionResult
from licscan.detect.cache import ResultCache
store = ResultCache(Path({folder!r}))
for number in range(400):
    result = DetectionResult(path="", finding=found("", f"licence-{{number}}"))
    store.put(b"%s %d" % (sys.argv[1].encode(), number), result)
    if number % 10 == 0:
        store.flush()
    assert store.get(b"%s %d" % (sys.argv[1].encode(), number)) == result
store.close()
assert store.trouble is None, store.trouble
"""


def test_two_processes_write_at_once(tmp_path: Path) -> None:
    program = WRITER.format(here=str(ROOT), folder=str(tmp_path))
    writers = [
        subprocess.Popen([sys.executable, "-c", program, name], stderr=subprocess.PIPE, text=True) for name in "abc"
    ]
    for writer in writers:
        _, complaint = writer.communicate(timeout=60)
        assert writer.returncode == 0, complaint
    assert ResultCache(tmp_path).info().entries == 1200


def test_the_store_keeps_within_its_bounds_and_forgets_the_oldest_first(tmp_path: Path) -> None:
    def entry(number: int) -> bytes:
        return number.to_bytes(4, "big")

    long_ago = ResultCache(tmp_path, max_bytes=10**9)
    long_ago._today -= 100
    for number in range(500):
        long_ago.put(entry(number), result(replace(found("", f"old-{number}"), expression=str(number) * 300)))
    long_ago.close()
    recent = ResultCache(tmp_path, max_bytes=10**9)
    assert recent.get(entry(7)) is not None  # asked for again: no longer the oldest
    for number in range(500, 900):
        recent.put(entry(number), result(replace(found("", f"new-{number}"), expression=str(number) * 300)))
    recent.close()
    full = recent.file.stat().st_size
    bounded = ResultCache(tmp_path, max_bytes=full * 3 // 4)
    bounded.close()
    assert bounded.file.stat().st_size <= full * 3 // 4
    after = ResultCache(tmp_path)
    assert after.get(entry(7)) is not None
    assert after.get(entry(8)) is None
    assert after.get(entry(899)) is not None


def test_the_store_can_be_told_of_and_emptied(tmp_path: Path) -> None:
    store = ResultCache(tmp_path)
    store.put(b"key", result(found("", "mit")))
    store.flush()
    info = store.info()
    assert (info.file, info.entries) == (tmp_path / FILE_NAME, 1)
    assert info.size == info.file.stat().st_size
    store.clear()
    assert store.info().entries == 0
    assert store.get(b"key") is None


def test_text_that_is_no_unicode_is_found_again_and_not_stored(tmp_path: Path) -> None:
    store = ResultCache(tmp_path)
    store.put(b"key", result(found("", "half a pair \ud83d")))
    store.close()
    assert ResultCache(tmp_path).get(b"key") is None
    assert store.trouble is None
