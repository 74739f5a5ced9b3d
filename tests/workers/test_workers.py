"""Whatever one item does to the worker that has it, the others have their results."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from licscan.core.issue import Issue, IssueCode
from licscan.errors import ScanError
from licscan.workers import run_here
from licscan.workers.crew import Memory, Workers
from licscan.workers.direct import DirectRun
from tests.workers.works import KilledBeforeReady, ObedientWork

WORK = ObedientWork()
FEW = [f"item {number}" for number in range(40)]


@pytest.fixture
def workers() -> Iterator[Workers]:
    with Workers(jobs=2, timeout=2.0, memory=Memory(shared=200_000_000, alone=400_000_000)) as found:
        yield found


@pytest.mark.parametrize(
    ("order", "code", "told"),
    [
        ("raise", IssueCode.CRASHED, "made the reader fail: KeyError: ..."),
        ("die", IssueCode.CRASHED, "its process ended with status 7"),
        ("eat", IssueCode.CRASHED, "more than the 400 MB of memory"),
        ("hang", IssueCode.TIMED_OUT, "took longer than 2 seconds"),
        ("deep", IssueCode.CRASHED, "RecursionError"),
        ("long", IssueCode.TOO_LARGE, "more than the 96 MB of facts"),
    ],
)
def test_an_item_that_fails_costs_that_item_alone(workers: Workers, order: str, code: IssueCode, told: str) -> None:
    items = [*FEW[:20], f"{order} this", *FEW[20:]]
    results = list(workers(WORK, items))
    assert results[:20] == FEW[:20] and results[21:] == FEW[20:]
    issue = results[20]
    assert isinstance(issue, Issue) and issue.code is code and told in str(issue.message)
    assert issue.location is not None and issue.location.path == f"{order} this"


def test_the_item_that_hangs_is_blamed_though_results_before_it_were_not_sent(workers: Workers) -> None:
    items = [*FEW[:5], "hang a", *FEW[5:9], "die b", *FEW[9:]]
    results = list(workers(WORK, items))
    assert [item for item, result in zip(items, results, strict=True) if item != result] == ["hang a", "die b"]


def test_workers_stay_for_another_kind_of_work(workers: Workers) -> None:
    assert list(workers(WORK, FEW)) == FEW
    kept = list(workers.crew)
    assert kept and list(workers(ObedientWork(), FEW)) == FEW
    assert list(workers.crew)[: len(kept)] == kept


def test_work_may_be_asked_for_while_other_results_are_taken(workers: Workers) -> None:
    outer = iter(workers(WORK, FEW))
    assert next(outer) == FEW[0]
    assert list(workers(WORK, ["in between"])) == ["in between"]
    assert list(outer) == FEW[1:]


def test_a_worker_that_is_killed_before_it_is_ready_is_replaced(workers: Workers, tmp_path: Path) -> None:
    assert list(workers(KilledBeforeReady(tmp_path / "log", times=2), FEW)) == FEW


def test_workers_that_never_get_ready_end_the_run_with_what_happened(workers: Workers, tmp_path: Path) -> None:
    with pytest.raises(ScanError, match="the reader does not start: its process was ended by signal 9"):
        list(workers(KilledBeforeReady(tmp_path / "log", times=1000), FEW))


def test_light_work_is_done_in_this_process_within_the_same_limits(workers: Workers) -> None:
    run = DirectRun(lambda: workers, 1.0, 300_000_000)
    begun = time.monotonic()
    results = list(run(WORK, ["item", "raise x", "eat x", "hang x", "item"]))
    assert results[0] == results[4] == "item"
    assert [result.code for result in results[1:4]] == [IssueCode.CRASHED, IssueCode.CRASHED, IssueCode.TIMED_OUT]
    assert time.monotonic() - begun < 30
    assert not workers.crew


def test_heavy_work_is_done_by_workers(workers: Workers) -> None:
    run = DirectRun(lambda: workers, 1.0, 300_000_000)
    assert list(run(WORK, ["item", "heavy item"])) == ["item", "heavy item"]
    assert workers.crew


def test_without_workers_an_exception_is_still_an_issue_of_its_item() -> None:
    (result,) = run_here(WORK, ["raise x"])
    assert isinstance(result, Issue) and result.code is IssueCode.CRASHED


def test_the_limit_on_memory_is_gone_when_the_work_is_done() -> None:
    run = DirectRun(lambda: run_here, 5.0, 50_000_000)
    list(run(WORK, ["item"]))
    assert len(bytearray(200_000_000)) == 200_000_000
