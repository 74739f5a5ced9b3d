"""A detector that does what a file's text tells it: the worst that a real one could do."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from licscan.core.finding import Detection, FileFinding, Match
from licscan.core.selection import SelectedFile
from licscan.detect.base import DetectionResult

# The fixture ``make_file``: (path, content) to a file that is selected.
MakeFile = Callable[..., SelectedFile]


def found(path: str, expression: str) -> FileFinding:
    """A finding as a detector gives it."""
    match = Match(
        expression=expression,
        expression_spdx=expression.upper(),
        path=path,
        start_line=1,
        end_line=2,
        score=100.0,
        coverage=100.0,
        relevance=100,
        matched_length=3,
        matcher="2-aho",
        rule_id=f"{expression}.RULE",
        matched_text=f"licensed under {expression}",
        references=("COPYING",),
    )
    detection = Detection(
        expression=expression, expression_spdx=expression.upper(), identifier=f"{expression}-1", matches=(match,)
    )
    return FileFinding(
        path=path,
        expression=expression,
        expression_spdx=expression.upper(),
        detections=(detection,),
        clues=(match,),
        license_text_percent=12.5,
    )


_held: list[bytearray] = []


class ObedientDetector:
    """Reads ``mit`` as a licence, and ``die``, ``kill``, ``hang``, ``eat``, ``take N`` or ``hold N`` (megabytes, and keep
    them), or ``sleep N`` as orders.

    Every call is noted in ``log`` as ``<process id> <path>``; ``die-once`` dies only the first time.
    """

    def __init__(self, log: Path) -> None:
        self._log = log

    @property
    def fingerprint(self) -> str:
        return "obedient 1"

    def detect(self, files: Sequence[SelectedFile]) -> Iterator[DetectionResult]:
        for file in files:
            with self._log.open("a") as log:
                log.write(f"{os.getpid()} {file.file.path}\n")
            order = Path(file.location).read_text()
            self._obey(order, Path(file.location))
            yield DetectionResult(path=file.file.path, finding=found(file.file.path, order or "nothing"))

    def _obey(self, order: str, location: Path) -> None:
        if order == "die":
            os._exit(7)
        if order == "die-once" and not location.with_suffix(".died").exists():
            location.with_suffix(".died").touch()
            os._exit(7)
        if order == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if order == "hang":
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM, signal.SIGTERM})
            time.sleep(600)
        if order == "eat":
            hoard = []
            while True:
                hoard.append(bytearray(16 * 1024 * 1024))
        if order.startswith("take "):
            bytearray(int(order.removeprefix("take ")) * 1_000_000)
        if order.startswith("hold "):
            _held.append(bytearray(int(order.removeprefix("hold ")) * 1_000_000))
        if order.startswith("sleep "):
            time.sleep(float(order.removeprefix("sleep ")))

    def calls(self) -> list[str]:
        """The paths that were looked at, in the order in which workers took them."""
        return [line.split(" ", 1)[1] for line in self._log.read_text().splitlines()] if self._log.exists() else []


class UnstartableDetector(ObedientDetector):
    """Cannot load what it needs."""

    def warm(self) -> None:
        raise FileNotFoundError("no index")
