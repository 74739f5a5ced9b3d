"""What a report is: it reads a result and writes bytes, and never decides anything."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO, Protocol, runtime_checkable

from msgspec import Struct

from licscan.core.result import Audit, Inventory


class ReportInput(Struct, frozen=True, kw_only=True):
    """All that a report may read. ``generated_at`` is ISO 8601 in UTC (``SOURCE_DATE_EPOCH`` where that is set);
    ``version`` is what stood after ``@`` in the format; ``validate`` asks for the strict validators;
    ``license_text`` gives the standard text of a licence by its key, and raises ``KeyError`` where there is none; ``prefix``
    leads from the top of the repository to what was looked at (empty, or a path and a slash): hosts show annotations there."""

    inventory: Inventory
    audit: Audit
    generated_at: str
    version: str | None = None
    validate: bool = False
    license_text: Callable[[str], str] | None = None
    prefix: str = ""


class Reporter(Protocol):
    """One format. Modules satisfy it: ``NAME``, ``FILE_NAME`` and ``write``."""

    NAME: str
    FILE_NAME: str

    def write(self, report: ReportInput, stream: BinaryIO) -> None:
        """Write the whole report to ``stream``."""


@runtime_checkable
class Preparing(Protocol):
    """A format with something to load before it writes, which can be done while there is nothing to write yet."""

    def prepare(self) -> None:
        """Load it now; doing so twice costs nothing."""
