"""What some systems lack, and what is done without it."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from licscan.util import system
from licscan.util.contained_files import OutsideError, read_inside
from licscan.util.output_file import write_file
from licscan.workers.crew import Workers, start_workers
from licscan.workers.direct import OneProcess


@pytest.fixture(params=["alarm", "watchdog"])
def clock(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Either way to limit the time that something takes."""
    if request.param == "watchdog":
        monkeypatch.delattr(signal, "setitimer")
    elif not system.has_alarm():
        pytest.skip("no alarm on this system")
    return str(request.param)


def test_what_takes_too_long_is_interrupted(clock: str) -> None:
    with pytest.raises(system.Late), system.time_limit(0.05):
        while True:
            time.sleep(0.001)


def test_what_ends_in_time_is_not_interrupted_later(clock: str) -> None:
    for _ in range(20):
        with system.time_limit(0.5):
            pass
    time.sleep(0.6)


def test_an_interruption_never_hits_what_follows(clock: str) -> None:
    """The time is over while the work ends: it is late, or it is done, and what comes after runs to its end."""
    for number in range(60):
        try:
            with system.time_limit(0.001):
                time.sleep(0.0008 + number * 0.00001)
        except system.Late:
            pass
        for _ in range(2_000):
            pass


def test_a_fault_of_the_work_is_raised_as_it_is(clock: str) -> None:
    with pytest.raises(ValueError, match="broken"), system.time_limit(5):
        raise ValueError("broken")


def test_without_inherited_sockets_one_process_does_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(start_workers(jobs=2), Workers)
    monkeypatch.delattr(os, "fork")
    assert isinstance(start_workers(jobs=2), OneProcess)


def test_without_limits_on_memory_none_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "resource", None)
    assert system.limit_memory(1) is None
    with system.memory_limit(1):
        assert len(bytes(1_000_000)) == 1_000_000


@pytest.fixture
def no_folders(monkeypatch: pytest.MonkeyPatch) -> None:
    """A system on which nothing is opened relative to a folder."""
    monkeypatch.setattr(os, "supports_dir_fd", frozenset())


def test_links_are_refused_without_folders_that_stay_open(no_folders: None, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real/a.txt").write_text("text")
    (tmp_path / "link").symlink_to("real")
    assert read_inside(tmp_path, ("real", "a.txt"), 10) == b"text"
    with pytest.raises(OutsideError):
        read_inside(tmp_path, ("link", "a.txt"), 10)


def test_outputs_are_whole_or_not_there_without_folders_that_stay_open(no_folders: None, tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    write_file(target, lambda stream: stream.write(b"one"))
    with pytest.raises(ZeroDivisionError):
        write_file(target, lambda stream: stream.write(bytes(1 // 0)))
    assert target.read_bytes() == b"one"
    assert [path.name for path in tmp_path.iterdir()] == ["out.json"]
