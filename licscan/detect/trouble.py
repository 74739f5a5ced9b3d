"""What can go wrong with one file, said in one way by every detector."""

from __future__ import annotations

from licscan.core.issue import Issue, IssueCode
from licscan.core.location import Location
from licscan.detect.base import DetectionResult

_LEAVE_OUT = "leave the file out with --exclude"
_LESS_MEMORY = f"lower --max-file-size, or {_LEAVE_OUT}"


class ChangedError(Exception):
    """A file is not what it was when it was selected."""


def refused(path: str, issue: Issue) -> DetectionResult:
    """Return the result of a file that gave none, and why."""
    return DetectionResult(path=path, finding=None, issues=(issue,))


def too_large(path: str, limit: int) -> Issue:
    """Say that a file has more text than is looked at; ``limit`` is in bytes."""
    return _issue(
        IssueCode.TOO_LARGE,
        path,
        f"has more than {limit:,} bytes of text, and was not searched for licences",
        f"raise the limit with --max-file-size, or {_LEAVE_OUT}",
    )


def unreadable(path: str, error: OSError) -> Issue:
    """Say that a file could not be read."""
    return _issue(
        IssueCode.UNREADABLE,
        path,
        f"cannot be read: {error.strerror or error}",
        f"make it readable for the user who runs licscan, or {_LEAVE_OUT}",
    )


def changed(path: str) -> Issue:
    """Say that a file is not what it was when its digest was taken: what it said then and what it says now must not be mixed."""
    return _issue(
        IssueCode.UNREADABLE, path, "changed while it was being scanned", "scan again when nobody writes into the tree"
    )


def timed_out(path: str, limit: float) -> Issue:
    """Say that a file took longer than ``limit`` seconds."""
    return _issue(
        IssueCode.TIMED_OUT,
        path,
        f"took longer than {limit:g} seconds, and was given up",
        f"raise the limit with --timeout, or {_LEAVE_OUT}",
    )


def crashed(path: str, cause: str) -> Issue:
    """Say that the detector failed on a file."""
    return _issue(
        IssueCode.CRASHED,
        path,
        f"made the licence detector fail: {cause}",
        f"{_LEAVE_OUT}, and please report it, with the file if you can share it",
    )


def out_of_memory(path: str) -> Issue:
    """Say that a file needed more memory than there was."""
    return _issue(
        IssueCode.CRASHED,
        path,
        "needed more memory than one file may have, and was given up",
        _LESS_MEMORY,
    )


def too_much_memory(path: str, limit: int) -> Issue:
    """Say that a file needed more memory than ``limit`` bytes."""
    return _issue(
        IssueCode.CRASHED,
        path,
        f"needed more than the {limit // 1_000_000} MB of memory that one file may have, and was given up",
        _LESS_MEMORY,
    )


def _issue(code: IssueCode, path: str, message: str, hint: str) -> Issue:
    return Issue(code=code, message=message, location=Location(path=path), hint=hint)
