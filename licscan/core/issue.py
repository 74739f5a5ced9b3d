"""Trouble as data: what could not be read, parsed or decided."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from licscan.core.location import Location
from licscan.core.message import Message


class IssueCode(str, Enum):
    """Every kind of trouble that a result can tell of."""

    UNREADABLE = "unreadable"  # permission, I/O error, or gone while we looked
    TOO_LARGE = "too-large"  # over the size limit
    TIMED_OUT = "timed-out"  # over the time limit for one file
    CRASHED = "crashed"  # the detector or a parser failed on this file
    BROKEN_MANIFEST = "broken-manifest"  # a manifest or lockfile that does not parse
    BROKEN_MODEL_FILE = "broken-model-file"  # weights header, card or configuration that does not parse
    UNSAFE_ARCHIVE = "unsafe-archive"  # an archive member that was refused
    NOT_FETCHED = "not-fetched"  # looked up online and not found
    CACHE = "cache"  # the cache could not be used; results are not affected
    UNRESOLVED = "unresolved"  # dependencies of which neither files nor metadata were read
    NOT_READ = "not-read"  # content that was recognised and not read: an archive, a format, an encoding
    CONFIGURATION_CHANGED = "configuration-changed"  # a change alters what later checks look at or judge by
    UNPARSED_EXPRESSION = "unparsed-expression"  # a licence expression that is none


class IssueLevel(str, Enum):
    """What an issue does to the result."""

    INCOMPLETE = "incomplete"  # something was not scanned: the scan is incomplete
    UNREAD = (
        "unread"  # content that licscan knows it did not read: the policy says whether the scan is complete without it
    )
    UNRESOLVED = (
        "unresolved"  # dependencies that nobody looked up: the policy says whether the scan is complete without them
    )
    WARNING = "warning"  # worth knowing; everything was looked at


class Issue(Struct, frozen=True, kw_only=True):
    """One thing that went wrong: what, where, and what to do about it."""

    code: IssueCode
    message: Message
    location: Location | None = None
    hint: Message | None = None
    level: IssueLevel = IssueLevel.INCOMPLETE
