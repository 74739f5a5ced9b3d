"""What can go wrong with the work on one file, worded the same whatever the work was."""

from __future__ import annotations

from licscan.core.issue import Issue, IssueCode
from licscan.core.location import Location
from licscan.core.message import Message, message, ours, quoted

LEAVE_OUT = message("hint.leave-out", "leave the file out with --exclude")
_LESS_MEMORY = message("hint.less-memory", "lower --max-file-size, or leave the file out with --exclude")


def timed_out(path: str, limit: float) -> Issue:
    """Say that a file took longer than ``limit`` seconds."""
    return issue(
        IssueCode.TIMED_OUT,
        path,
        message("issue.took-longer-than", "took longer than {count} seconds, and was given up", count=f"{limit:g}"),
        message("hint.timeout", "raise the limit with --timeout, or leave the file out with --exclude"),
    )


def crashed(path: str, what: str, cause: str | Message) -> Issue:
    """Say that ``what`` failed on a file."""
    return issue(
        IssueCode.CRASHED,
        path,
        message(
            "issue.made-fail",
            "made {what} fail: {cause}",
            what=ours(what),
            cause=cause if isinstance(cause, Message) else quoted(cause),
        ),
        message(
            "hint.report",
            "leave the file out with --exclude, and please report it, with the file if you can share it",
        ),
    )


def out_of_memory(path: str) -> Issue:
    """Say that a file needed more memory than there was."""
    return issue(
        IssueCode.CRASHED,
        path,
        message("issue.needed-more-memory", "needed more memory than one file may have, and was given up"),
        _LESS_MEMORY,
    )


def too_much_memory(path: str, limit: int) -> Issue:
    """Say that a file needed more memory than ``limit`` bytes."""
    return issue(
        IssueCode.CRASHED,
        path,
        message(
            "issue.needed-more-than",
            "needed more than the {count} MB of memory that one file may have, and was given up",
            count=str(limit // 1_000_000),
        ),
        _LESS_MEMORY,
    )


def issue(code: IssueCode, path: str, problem: Message, hint: Message) -> Issue:
    """Return an issue of the file at ``path`` that makes the scan incomplete."""
    return Issue(code=code, message=problem, location=Location(path=path), hint=hint)


def too_large_result(path: str, limit: int) -> Issue:
    """Say that more than ``limit`` bytes came of a file."""
    return issue(
        IssueCode.TOO_LARGE,
        path,
        message(
            "issue.says-more-than",
            "says more than the {count} MB of facts that are kept of one file, and was given up",
            count=str(limit // (1024 * 1024)),
        ),
        LEAVE_OUT,
    )
