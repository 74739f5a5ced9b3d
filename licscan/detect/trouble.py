"""What can go wrong with one file, said in one way by every detector."""

from __future__ import annotations

from licscan.core.issue import Issue, IssueCode
from licscan.core.message import mark, message, of_system
from licscan.detect.base import DetectionResult
from licscan.workers import trouble as workers_trouble
from licscan.workers.trouble import LEAVE_OUT, issue, out_of_memory, timed_out

__all__ = [
    "ChangedError",
    "TooLongError",
    "changed",
    "crashed",
    "out_of_memory",
    "refused",
    "timed_out",
    "too_large",
    "unreadable",
]

DETECTOR = mark("the licence detector")


class ChangedError(Exception):
    """A file is not what it was when it was selected."""


class TooLongError(Exception):
    """A text that begins as media do has more bytes than are read of one."""


def refused(path: str, issue_: Issue) -> DetectionResult:
    """Return the result of a file that gave none, and why."""
    return DetectionResult(path=path, finding=None, issues=(issue_,))


def too_large(path: str, limit: int) -> Issue:
    """Say that a file has more text than is looked at; ``limit`` is in bytes."""
    return issue(
        IssueCode.TOO_LARGE,
        path,
        message(
            "issue.has-more-than", "has more than {count} bytes of text, and was not searched for licences", count=limit
        ),
        message("hint.max-file-size", "raise the limit with --max-file-size, or leave the file out with --exclude"),
    )


def mostly_holes(path: str) -> Issue:
    """Say that a file is large and has hardly any content."""
    return issue(
        IssueCode.TOO_LARGE,
        path,
        message(
            "issue.has-more-than-256",
            "has more than 256 MB of which less than a hundredth is stored, and was not searched for licences",
        ),
        LEAVE_OUT,
    )


def unreadable(path: str, error: OSError) -> Issue:
    """Say that a file could not be read."""
    return issue(
        IssueCode.UNREADABLE,
        path,
        message("issue.cannot-read", "cannot be read: {detail}", detail=of_system(error)),
        message(
            "hint.readable",
            "make it readable for the user who runs licscan, or leave the file out with --exclude",
        ),
    )


def changed(path: str) -> Issue:
    """Say that a file is not what it was when its digest was taken: what it said then and what it says now must not be mixed."""
    return issue(
        IssueCode.UNREADABLE,
        path,
        message("issue.changed-while-being", "changed while it was being scanned"),
        message("issue.scan-again-when", "scan again when nothing writes into the tree"),
    )


def crashed(path: str, cause: str) -> Issue:
    """Say that the detector failed on a file."""
    return workers_trouble.crashed(path, DETECTOR, cause)
