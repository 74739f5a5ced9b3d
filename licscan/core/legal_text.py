"""What components bring along in words: their licences and notices, as they stand in their own files."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class LegalTextKind(str, Enum):
    LICENSE = "license"  # LICENSE, COPYING and the like
    NOTICE = "notice"  # NOTICE, AUTHORS, COPYRIGHT: to be passed on as it is


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalText:
    """The whole text of one file of a component (``Component.id``). ``path`` is as in ``Location``."""

    component: str
    path: str
    kind: LegalTextKind
    text: str
