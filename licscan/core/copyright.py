"""Whose code it is, as the code says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from licscan.core.issue import Issue
from licscan.core.selection import SelectedFile


class Copyrights(Struct, frozen=True, kw_only=True):
    """The copyright statements of one file (``Copyright (c) 2020 Jane Doe``) and their holders, each once, in order;
    ``issue`` says what kept its reader from an answer."""

    statements: tuple[str, ...] = ()
    holders: tuple[str, ...] = ()
    issue: Issue | None = None


class CopyrightReader(Protocol):
    def read(self, files: Sequence[SelectedFile]) -> Sequence[Copyrights]:
        """Return what each file says, in the order of ``files``; a file that cannot be read says nothing."""
