"""What can go wrong with the work on one file, worded the same whatever the work was."""

from __future__ import annotations

from licscan.core.issue import Issue, IssueCode
from licscan.core.location import Location

LEAVE_OUT = "leave the file out with --exclude"
_LESS_MEMORY = f"lower --max-file-size, or {LEAVE_OUT}"


def timed_out(path: str, limit: float) -> Issue:
    """Say that a file took longer than ``limit`` seconds."""
    return issue(
        IssueCode.TIMED_OUT,
        path,
        f"took longer than {limit:g} seconds, and was given up",
        f"raise the limit with --timeout, or {LEAVE_OUT}",
    )


def crashed(path: str, what: str, cause: str) -> Issue:
    """Say that ``what`` failed on a file."""
    return issue(
        IssueCode.CRASHED,
        path,
        f"made {what} fail: {cause}",
        f"{LEAVE_OUT}, and please report it, with the file if you can share it",
    )


def out_of_memory(path: str) -> Issue:
    """Say that a file needed more memory than there was."""
    return issue(
        IssueCode.CRASHED,
        path,
        "needed more memory than one file may have, and was given up",
        _LESS_MEMORY,
    )


def too_much_memory(path: str, limit: int) -> Issue:
    """Say that a file needed more memory than ``limit`` bytes."""
    return issue(
        IssueCode.CRASHED,
        path,
        f"needed more than the {limit // 1_000_000} MB of memory that one file may have, and was given up",
        _LESS_MEMORY,
    )


def issue(code: IssueCode, path: str, message: str, hint: str) -> Issue:
    """Return an issue of the file at ``path`` that makes the scan incomplete."""
    return Issue(code=code, message=message, location=Location(path=path), hint=hint)


def too_large_result(path: str, limit: int) -> Issue:
    """Say that more than ``limit`` bytes came of a file."""
    return issue(
        IssueCode.TOO_LARGE,
        path,
        f"says more than the {limit // (1024 * 1024)} MB of facts that are kept of one file, and was given up",
        LEAVE_OUT,
    )
