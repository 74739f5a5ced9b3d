"""Errors that licscan raises, and the exit codes it ends with.

    LicscanError              told to the user as: what, where, what to do next
    ├── UsageError            the caller asked for something that cannot be         exit 2
    │   ├── SettingsError     licscan.toml, pyproject.toml or an option is wrong    exit 2
    │   └── PolicyError       a policy file is wrong                                exit 2
    └── ScanError             the work could not be done                            exit 3
        └── DetectorError     the licence detector or its index failed              exit 3

What goes wrong with one file of a tree is no exception: it is an ``Issue`` in the result.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum


class ExitCode(IntEnum):
    """How a command ends."""

    MET = 0
    VIOLATED = 1
    USAGE = 2
    INCOMPLETE = 3
    INTERRUPTED = 130


class LicscanError(Exception):
    """An error with the place it concerns and the next step for whoever reads it."""

    exit_code = ExitCode.INCOMPLETE

    def __init__(self, what: str, *, where: str | None = None, hint: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        advice = f"\n  {self.hint}" if self.hint else ""
        return f"{place}{self.what}{advice}"


class UsageError(LicscanError):
    """The caller asked for something that cannot be."""

    exit_code = ExitCode.USAGE


class SettingsError(UsageError):
    """An option or a configuration file is wrong."""


class PolicyError(UsageError):
    """A policy file is wrong."""


class ScanError(LicscanError):
    """The work could not be done."""


class DetectorError(ScanError):
    """The licence detector or its index failed."""


def closest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that was probably meant, ``None`` where none is near."""
    import difflib  # only who mistypes waits for it

    return next(iter(difflib.get_close_matches(word, list(known), n=1)), None)
