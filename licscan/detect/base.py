"""What a detector is: text to licences, the same answers whoever gives them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol, runtime_checkable

from msgspec import Struct

from licscan.core.finding import FileFinding
from licscan.core.issue import Issue
from licscan.core.selection import SelectedFile


class DetectionResult(Struct, frozen=True, kw_only=True):
    """What came of one file: its finding (first pass, references not followed yet) or the issues that stood in the way.

    ``finding`` is ``None`` only when ``issues`` say why.
    """

    path: str
    finding: FileFinding | None
    issues: tuple[Issue, ...] = ()


class Detector(Protocol):
    @property
    def fingerprint(self) -> str:
        """Engine, rule data and options: equal fingerprints give equal answers."""

    def detect(self, files: Sequence[SelectedFile]) -> Iterator[DetectionResult]:
        """Yield one result per file, in the order of ``files``. Trouble with a file is an issue of its result."""


@runtime_checkable
class Warmable(Protocol):
    """A detector that has something to load before its first file."""

    def warm(self) -> None:
        """Load it now; doing so twice costs nothing."""
