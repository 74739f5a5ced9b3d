"""What components bring along in words: their licences and notices, as they stand in their own files."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct


class LegalTextKind(str, Enum):
    LICENSE = "license"  # LICENSE, COPYING and the like
    NOTICE = "notice"  # NOTICE, AUTHORS, COPYRIGHT: to be passed on as it is


class LegalText(Struct, frozen=True, kw_only=True):
    """The whole text of one file of a component (``Component.id``). ``path`` is as in ``Location``."""

    component: str
    path: str
    kind: LegalTextKind
    text: str
