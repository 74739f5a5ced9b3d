"""What evaluation needs of a licence catalogue; ``licscan.classify`` has one."""

from __future__ import annotations

from typing import Protocol

from licscan.core.expression import Unit
from licscan.core.verdict import Classification, UnitClassification


class LicenseCatalogue(Protocol):
    def from_spdx(self, expression_text: str) -> str:
        """Return an SPDX expression in ScanCode's keys, unknown ids as they are; raise ``ExpressionError``."""

    def classify(self, expression_text: str) -> Classification:
        """Return the class of an expression in ScanCode's keys."""

    def classify_unit(self, unit: Unit) -> UnitClassification:
        """Return the class of one licence with its exception."""

    def choices(self, unit: Unit) -> tuple[Unit, ...]:
        """Return what ``unit`` may be taken for, itself first, then the later versions that it allows."""
