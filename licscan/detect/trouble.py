"""What can go wrong with one file, said in one way by every detector."""

from __future__ import annotations

from licscan.core.issue import Issue, IssueCode
from licscan.detect.base import DetectionResult
from licscan.workers import trouble as workers_trouble
from licscan.workers.trouble import LEAVE_OUT, issue, out_of_memory, timed_out

__all__ = ["ChangedError", "changed", "crashed", "out_of_memory", "refused", "timed_out", "too_large", "unreadable"]

DETECTOR = "the licence detector"


class ChangedError(Exception):
    """A file is not what it was when it was selected."""


def refused(path: str, issue_: Issue) -> DetectionResult:
    """Return the result of a file that gave none, and why."""
    return DetectionResult(path=path, finding=None, issues=(issue_,))


def too_large(path: str, limit: int) -> Issue:
    """Say that a file has more text than is looked at; ``limit`` is in bytes."""
    return issue(
        IssueCode.TOO_LARGE,
        path,
        f"has more than {limit:,} bytes of text, and was not searched for licences",
        f"raise the limit with --max-file-size, or {LEAVE_OUT}",
    )


def mostly_holes(path: str) -> Issue:
    """Say that a file is large and has hardly any content."""
    return issue(
        IssueCode.TOO_LARGE,
        path,
        "has more than 256 MB of which less than a hundredth is stored, and was not searched for licences",
        LEAVE_OUT,
    )


def unreadable(path: str, error: OSError) -> Issue:
    """Say that a file could not be read."""
    return issue(
        IssueCode.UNREADABLE,
        path,
        f"cannot be read: {error.strerror or error}",
        f"make it readable for the user who runs licscan, or {LEAVE_OUT}",
    )


def changed(path: str) -> Issue:
    """Say that a file is not what it was when its digest was taken: what it said then and what it says now must not be mixed."""
    return issue(
        IssueCode.UNREADABLE, path, "changed while it was being scanned", "scan again when nobody writes into the tree"
    )


def crashed(path: str, cause: str) -> Issue:
    """Say that the detector failed on a file."""
    return workers_trouble.crashed(path, DETECTOR, cause)
