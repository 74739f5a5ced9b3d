"""One file's misfortune is that file's own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from itertools import groupby
from pathlib import Path

import pytest

from licscan.core.issue import IssueCode, IssueLevel
from licscan.core.selection import SelectedFile
from licscan.detect.base import DetectionResult
from licscan.detect.parallel import Memory, ParallelDetector
from licscan.errors import DetectorError
from licscan.workers import crew
from tests.conftest import ROOT
from tests.detect.faulty import MakeFile, ObedientDetector, UnstartableDetector, found


@pytest.fixture
def detector(tmp_path: Path) -> ObedientDetector:
    return ObedientDetector(tmp_path / "log")


def run(
    detector: ObedientDetector, files: list[SelectedFile], jobs: int = 2, timeout: float = 30.0
) -> list[DetectionResult]:
    team = ParallelDetector(detector, jobs=jobs, timeout=timeout, memory=Memory(shared=200_000_000, alone=500_000_000))
    return list(team.detect(files))


def test_results_come_in_the_order_of_the_files(detector: ObedientDetector, make_file: MakeFile) -> None:
    files = [make_file(f"f{number:03}", "sleep 0.05" if number % 7 == 0 else "mit") for number in range(60)]
    results = run(detector, files)
    assert [result.path for result in results] == [file.file.path for file in files]
    assert results[1].finding == found("f001", "mit")


def test_one_worker_and_two_give_the_same_answers(detector: ObedientDetector, make_file: MakeFile) -> None:
    orders = ["mit", "die", "mit", "kill", "eat", "mit", "sleep 0.1", "mit"]
    files = [make_file(f"f{number}", order) for number, order in enumerate(orders * 3)]
    assert run(detector, files, jobs=1) == run(detector, files, jobs=2)


def test_both_workers_get_work(detector: ObedientDetector, make_file: MakeFile, tmp_path: Path) -> None:
    run(detector, [make_file(f"f{number}", "sleep 0.02") for number in range(40)])
    processes = {line.split()[0] for line in (tmp_path / "log").read_text().splitlines()}
    assert len(processes) == 2


@pytest.mark.parametrize(("order", "told"), [("die", "ended with status 7"), ("kill", "was ended by signal 9")])
def test_a_file_that_crashes_its_worker_costs_only_that_file(
    detector: ObedientDetector, make_file: MakeFile, order: str, told: str
) -> None:
    files = [make_file("a", "mit"), make_file("bad", order), *(make_file(f"z{number}", "mit") for number in range(20))]
    results = run(detector, files)
    assert [result.path for result in results if result.finding is None] == ["bad"]
    (issue,) = results[1].issues
    assert issue.code is IssueCode.CRASHED
    assert issue.level is IssueLevel.INCOMPLETE
    assert told in str(issue.message)
    assert str(issue.location) == "bad"
    assert "--exclude" in str(issue.hint)


def test_a_crash_that_does_not_come_again_costs_nothing(detector: ObedientDetector, make_file: MakeFile) -> None:
    (result,) = run(detector, [make_file("once", "die-once")])
    assert result.finding is not None
    assert detector.calls() == ["once", "once"]


def test_files_beside_a_crash_are_looked_at_once(detector: ObedientDetector, make_file: MakeFile) -> None:
    files = [make_file(f"f{number}", "die" if number == 3 else "mit") for number in range(12)]
    run(detector, files, jobs=1)
    assert sorted(detector.calls()) == sorted([file.file.path for file in files] + ["f3"])


def test_a_hanging_file_is_given_up_at_the_limit(detector: ObedientDetector, make_file: MakeFile) -> None:
    files = [make_file("slow", "hang"), *(make_file(f"z{number}", "mit") for number in range(10))]
    results = run(detector, files, timeout=1.5)
    (issue,) = results[0].issues
    assert issue.code is IssueCode.TIMED_OUT
    assert "1.5 seconds" in str(issue.message)
    assert "--timeout" in str(issue.hint)
    assert all(result.finding for result in results[1:])


def test_a_patient_reader_does_not_make_files_late(detector: ObedientDetector, make_file: MakeFile) -> None:
    files = [make_file(f"f{number}", "mit") for number in range(30)]
    results = ParallelDetector(detector, jobs=1, timeout=1.0).detect(files)
    first = next(results)
    time.sleep(2.0)
    assert all(result.finding for result in [first, *results])


def test_a_file_that_eats_memory_is_given_up(detector: ObedientDetector, make_file: MakeFile) -> None:
    results = run(detector, [make_file("greedy", "eat"), make_file("z", "mit")], jobs=1)
    (issue,) = results[0].issues
    assert issue.code is IssueCode.CRASHED
    assert "more than the 500 MB of memory that one file may have" in str(issue.message)
    assert results[1].finding is not None


def test_a_file_that_needs_more_than_its_share_of_memory_is_tried_again_alone(
    detector: ObedientDetector, make_file: MakeFile, tmp_path: Path
) -> None:
    files = [make_file("large", "take 300"), *(make_file(f"z{number:02}", "sleep 0.02") for number in range(40))]
    files.append(make_file("larger", "take 300"))
    results = run(detector, files)
    assert all(result.finding for result in results)
    assert [result.path for result in results] == [file.file.path for file in files]
    calls = detector.calls()
    assert calls[-2:] == ["large", "larger"] and calls.count("large") == calls.count("larger") == 2
    processes = [line.split()[0] for line in (tmp_path / "log").read_text().splitlines()]
    assert len(set(processes[-2:])) == 2 and set(processes[-2:]).isdisjoint(processes[:-2])


def test_a_worker_that_keeps_much_memory_is_replaced_before_a_file_has_too_little(
    detector: ObedientDetector, make_file: MakeFile, tmp_path: Path
) -> None:
    files = [make_file(f"f{number}", "hold 60") for number in range(9)]
    assert all(result.finding for result in run(detector, files, jobs=1))
    assert detector.calls() == [file.file.path for file in files]
    processes = [line.split()[0] for line in (tmp_path / "log").read_text().splitlines()]
    assert [len(list(group)) for _, group in groupby(processes)] == [3, 3, 3]


def test_what_is_tried_again_does_not_hold_up_what_comes_later(
    detector: ObedientDetector, make_file: MakeFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew, "WINDOW", 10)
    orders = ["die-once", *["mit"] * 15, "take 300", *["mit"] * 15, "die", "mit"]
    files = [make_file(f"f{number:02}", order) for number, order in enumerate(orders)]
    results = run(detector, files)
    assert [result.path for result in results] == [file.file.path for file in files]
    assert [result.path for result in results if result.finding is None] == ["f32"]


def test_a_detector_that_cannot_start_says_why(tmp_path: Path, make_file: MakeFile) -> None:
    with pytest.raises(DetectorError, match="no index"):
        run(UnstartableDetector(tmp_path / "log"), [make_file("a", "mit")])


def test_what_is_to_be_done_meanwhile_is_done_once_and_by_the_end(
    detector: ObedientDetector, make_file: MakeFile
) -> None:
    done: list[str] = []
    team = ParallelDetector(detector, jobs=2, meanwhile=lambda files: done.append(f"{len(files)} files"))
    assert not list(team.detect([])) and not done
    assert len(list(team.detect([make_file("a"), make_file("b")]))) == 2 and done == ["2 files"]
    assert len(list(team.detect([make_file("c")]))) == 1 and done == ["2 files"]


def test_what_fails_meanwhile_fails_the_run(detector: ObedientDetector, make_file: MakeFile) -> None:
    def fail(_: object) -> None:
        raise OSError("no template")

    with pytest.raises(OSError, match="no template"):
        list(ParallelDetector(detector, jobs=1, meanwhile=fail).detect([make_file("a")]))


def test_no_files_need_no_workers(tmp_path: Path) -> None:
    assert run(UnstartableDetector(tmp_path / "log"), []) == []


def test_the_workers_end_when_the_reader_stops(detector: ObedientDetector, make_file: MakeFile, tmp_path: Path) -> None:
    results = iter(ParallelDetector(detector, jobs=2).detect([make_file("a", "mit"), make_file("b", "hang")]))
    next(results)
    while len(detector.calls()) < 2:
        time.sleep(0.01)
    results.close()  # type: ignore[attr-defined]
    for line in (tmp_path / "log").read_text().splitlines():
        assert not is_running(int(line.split()[0]))


def test_nothing_is_imported_from_the_current_folder(
    detector: ObedientDetector, make_file: MakeFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "licscan.py").write_text("raise SystemExit('the scanned tree was executed')")
    (tmp_path / "signal.py").write_text("raise SystemExit('the scanned tree was executed')")
    monkeypatch.chdir(tmp_path)
    assert run(detector, [make_file("a", "mit")])[0].finding is not None


INTERRUPTED = """
import sys
from pathlib import Path
sys.path.insert(0, {here!r})
from tests.detect.faulty import ObedientDetector
from licscan.core.finding import SourceFile
from licscan.core.selection import SelectedFile
from licscan.detect.cache import CachedDetector, ResultCache
from licscan.detect.parallel import ParallelDetector

tree = Path({tree!r})
files = [
    SelectedFile(file=SourceFile(path=path.name, size=1, sha256=path.name), location=str(path))
    for path in sorted(tree.iterdir())
]
detector = CachedDetector(ParallelDetector(ObedientDetector(Path({log!r})), jobs=2), ResultCache(Path({cache!r})))
try:
    for result in detector.detect(files):
        print(result.path, flush=True)
except KeyboardInterrupt:
    sys.exit(130)
"""


def test_ctrl_c_ends_the_workers_and_keeps_what_was_done(make_file: MakeFile, tmp_path: Path) -> None:
    for number in range(20):
        make_file(f"f{number:02}", "hang" if number == 10 else "mit")
    log, cache = tmp_path / "log", tmp_path / "cache"
    program = INTERRUPTED.format(here=str(ROOT), tree=str(tmp_path / "tree"), log=str(log), cache=str(cache))
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    while process.stdout.readline() != "f08\n":
        pass
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the workers too
    _, complaint = process.communicate(timeout=20)
    assert process.returncode == 130
    assert complaint == ""
    assert not any(is_running(int(line.split()[0])) for line in log.read_text().splitlines())

    from licscan.detect.cache import ResultCache

    assert ResultCache(cache).info().entries >= 9


def is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{process}/stat").read_text().split()[2] != "Z"
