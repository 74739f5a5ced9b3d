"""Look into archives: their content is written below a folder of our own, within limits, and joins the selection.

Archives are hostile. Only regular files are written, under names that were checked, never through a link, with our own
permissions. What is refused is an issue. Sizes are counted as bytes come out, never as an archive declares them.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from licscan.core.archive import EXTRACT_SUFFIX, is_archive_name
from licscan.core.issue import Issue, IssueCode, IssueLevel
from licscan.core.location import Location
from licscan.core.message import Message, ProblemError, mark, message, of_system, quoted
from licscan.core.selection import SelectedFile, Selection
from licscan.core.skipped import Skipped
from licscan.core.text import visible
from licscan.select import select
from licscan.select.archive_format import BrokenArchive, Member, MemberKind, members
from licscan.select.uncovered import Uncovered
from licscan.select.walk import WalkOptions
from licscan.util.system import CREATE_NEW
from licscan.workers import RunWork, Work, run_here

_CHUNK = 1 << 20
# Folders and characters of a member's path: systems open no longer ones.
_DEEPEST = 200
_LONGEST_PATH = 2_000
_TOLD = 100  # refused members of one archive that are told one by one


class ArchiveLimits(Struct, frozen=True, kw_only=True):
    """What one archive of the tree, with all that is nested in it, may come to; and what all of them together may. Sizes are in
    bytes that come out; ``max_ratio`` is these bytes to those that the archives have, over ``ratio_from`` bytes; ``max_directory`` is
    the list of members that a zip brings, which is read whole."""

    max_size: int = 1024 * 1024 * 1024
    max_member: int = 256 * 1024 * 1024
    max_count: int = 50_000
    max_depth: int = 3
    max_ratio: int = 200
    ratio_from: int = 10 * 1024 * 1024
    max_directory: int = 16 * 1024 * 1024
    all_size: int = 8 * 1024 * 1024 * 1024
    all_count: int = 500_000
    all_ratio: int = 50
    all_ratio_from: int = 100 * 1024 * 1024


DEFAULT_LIMITS = ArchiveLimits()
# Of the space that is left where archives are unpacked, they may take so much.
_SHARE_OF_DISK = 0.5


@contextmanager
def with_archives(
    selection: Selection, limits: ArchiveLimits = DEFAULT_LIMITS, run: RunWork = run_here
) -> Iterator[Selection]:
    """Yield the selection with the content of its archives; what was unpacked is gone afterwards. ``run`` unpacks them."""
    with tempfile.TemporaryDirectory(prefix="licscan-", ignore_cleanup_errors=True) as folder:
        files: list[SelectedFile] = []
        issues = list(selection.issues)
        skipped = list(selection.skipped)
        read: set[str] = set()
        uncovered: list[Issue] = []
        left = _Left(limits, shutil.disk_usage(folder).free)
        for number, file in enumerate(file for file in selection.files if is_archive_name(file.file.path)):
            place = Path(folder) / str(number)
            opened = _unpacked(file, place, left, limits, run)
            if opened.is_lost:
                shutil.rmtree(place, ignore_errors=True)  # nobody knows what became of it
            files += opened.files
            issues += opened.issues
            uncovered += opened.uncovered
            read.update(opened.archives)
            skipped += opened.skipped
        every = sorted((*selection.files, *files), key=lambda item: item.file.path.split("/"))
        left_unread = [issue for issue in issues if issue.code is not IssueCode.NOT_READ or _path(issue) not in read]
        yield replace(selection, files=tuple(every), issues=(*left_unread, *uncovered), skipped=tuple(skipped))


class Opened(Struct):
    """What came out of one archive: its files, what was refused and left out, the archives that were opened, what
    of them belongs to no member, and how many bytes and members that were. ``is_lost`` says that
    it was given up half way."""

    files: list[SelectedFile] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    archives: list[str] = field(default_factory=list)
    uncovered: list[Issue] = field(default_factory=list)
    size: int = 0
    count: int = 0
    is_lost: bool = False


class _Left:
    """What is left for all archives of a tree."""

    def __init__(self, limits: ArchiveLimits, free: int) -> None:
        self._limits = limits
        self._most = min(limits.all_size, int(free * _SHARE_OF_DISK))
        self._packed = 0
        self._size = 0
        self._count = 0

    def limits_for(self, archive: SelectedFile) -> ArchiveLimits:
        """Return the limits of one archive, within what is left for all."""
        self._packed += archive.file.size
        ratio = max(self._limits.all_ratio_from, self._packed * self._limits.all_ratio)
        return replace(
            self._limits,
            max_size=max(0, min(self._limits.max_size, self._most - self._size, ratio - self._size)),
            max_count=max(0, min(self._limits.max_count, self._limits.all_count - self._count)),
        )

    def spend(self, opened: Opened) -> None:
        self._size += opened.size
        self._count += opened.count


class UnpackWork(Work[tuple[SelectedFile, str, ArchiveLimits], Opened]):
    """Unpacks archives, each into a folder within limits, with the archives that are in it."""

    name = mark("the reader of archives")
    batch = 1

    def do(self, item: tuple[SelectedFile, str, ArchiveLimits]) -> Opened:
        file, folder, limits = item
        budget = _Budget(limits, packed=file.file.size)
        opened = _open(file, Path(folder), budget, depth=1)
        opened.size, opened.count = budget.size, budget.count
        return opened

    def path(self, item: tuple[SelectedFile, str, ArchiveLimits]) -> str:
        return item[0].file.path

    def refused(self, item: tuple[SelectedFile, str, ArchiveLimits], issue: Issue) -> Opened:
        return Opened(archives=[item[0].file.path], issues=[issue], is_lost=True)


def _unpacked(archive: SelectedFile, folder: Path, left: _Left, limits: ArchiveLimits, run: RunWork) -> Opened:
    own = left.limits_for(archive)
    opened: Opened = next(iter(run(UnpackWork(), [(archive, os.fspath(folder), own)])))
    left.spend(opened)
    if (own.max_size, own.max_count) != (limits.max_size, limits.max_count):
        opened.issues = [_of_all(issue) for issue in opened.issues]
    return opened


def _of_all(issue: Issue) -> Issue:
    """Tell that the limit was that of all archives together."""
    if issue.message.id != _OVER:
        return issue
    together = message(
        "issue.archive-over-together",
        "{problem} (what is left for all archives of the tree together)",
        problem=issue.message,
    )
    return replace(issue, message=together)


_OVER = "issue.archive-over"  # the id of the message of an archive that was not read to its end


class _OverLimit(ProblemError):
    """An archive is larger than it may be; the text says in what."""


class _Refused(ProblemError):
    """A member is not written; the text says why."""


class _Budget:
    """What is left for one archive and all that is nested in it."""

    def __init__(self, limits: ArchiveLimits, *, packed: int) -> None:
        self.limits = limits
        self._packed = max(packed, 1)
        self.size = 0
        self.count = 0

    def member(self) -> None:
        self.count += 1
        if self.count > self.limits.max_count:
            raise _OverLimit(
                message("issue.holds-more-than", "it has more than {count} members", count=self.limits.max_count)
            )

    def spend(self, size: int) -> None:
        self.size += size
        if self.size > self.limits.max_size:
            raise _OverLimit(
                message("issue.content-over-bytes", "its content is over {count} bytes", count=self.limits.max_size)
            )
        if self.size > max(self.limits.ratio_from, self._packed * self.limits.max_ratio):
            raise _OverLimit(
                message(
                    "issue.content-over-times",
                    "its content is over {count} times as large as the archive",
                    count=str(self.limits.max_ratio),
                )
            )


def _open(archive: SelectedFile, folder: Path, budget: _Budget, depth: int) -> Opened:
    """Unpack one archive into ``folder``, and the archives in it."""
    path = archive.file.path
    if depth > budget.limits.max_depth:
        return Opened(
            archives=[path],
            issues=[
                _issue(
                    path,
                    message(
                        "issue.archives-nested-more",
                        "archives are nested more than {count} deep",
                        count=str(budget.limits.max_depth),
                    ),
                )
            ],
        )
    folder.mkdir(mode=0o700)
    opened = Opened(archives=[path])
    unpacked = folder / "content"
    unpacked.mkdir(mode=0o700)
    try:
        _unpack(archive, unpacked, budget, opened)
    except _OverLimit as error:
        opened.issues.append(
            _issue(
                path,
                message("issue.archive-over", "the archive was not read to its end: {detail}", detail=error.problem),
            )
        )
    except BrokenArchive as error:
        opened.issues.append(
            _issue(
                path,
                message(
                    "issue.archive-cannot-read",
                    "the archive cannot be read: {detail}",
                    detail=error.problem,
                ),
            )
        )
    # All files: what an archive holds was put there, whatever its name.
    inside = select(unpacked, WalkOptions(all_files=True))
    opened.issues += [_placed(issue, path) for issue in inside.issues]
    opened.skipped += [replace(each, path=f"{path}{EXTRACT_SUFFIX}/{each.path}") for each in inside.skipped]
    for number, file in enumerate(inside.files):
        placed = replace(file, file=replace(file.file, path=f"{path}{EXTRACT_SUFFIX}/{file.file.path}"))
        opened.files.append(placed)
        if is_archive_name(placed.file.path):
            nested = _open(placed, folder / str(number), budget, depth + 1)
            opened.files += nested.files
            opened.issues += nested.issues
            opened.archives += nested.archives
            opened.uncovered += nested.uncovered
            opened.skipped += nested.skipped
    return opened


def _path(issue: Issue) -> str | None:
    return issue.location.path if issue.location else None


def _placed(issue: Issue, archive: str) -> Issue:
    if issue.location is None:
        return issue
    return replace(issue, location=replace(issue.location, path=f"{archive}{EXTRACT_SUFFIX}/{issue.location.path}"))


def _unpack(archive: SelectedFile, folder: Path, budget: _Budget, opened: Opened) -> None:
    uncovered = Uncovered()
    try:
        _write_members(archive, folder, budget, opened, uncovered)
    finally:
        opened.uncovered += [_no_member(archive.file.path, each) for each in uncovered.messages()]


def _write_members(archive: SelectedFile, folder: Path, budget: _Budget, opened: Opened, uncovered: Uncovered) -> None:
    refused = 0
    limits = budget.limits
    found = members(
        archive.location,
        archive.file.path,
        max_output=_output_limit(budget, archive),
        max_directory=limits.max_directory,
        uncovered=uncovered,
    )
    for member in found:
        budget.member()
        try:
            _write(member, folder, budget)
        except _Refused as error:
            refused += 1
            if refused <= _TOLD:
                level = IssueLevel.INCOMPLETE if member.kind is MemberKind.FILE else IssueLevel.WARNING
                name = visible(member.name[:200])
                opened.issues.append(
                    _issue(
                        archive.file.path,
                        message(
                            "issue.member-refused",
                            "the member {text} was refused: {detail}",
                            text=quoted(name),
                            detail=error.problem,
                        ),
                        level,
                    )
                )
    if refused > _TOLD:
        opened.issues.append(
            _issue(
                archive.file.path,
                message("issue.members-refused", "{count} more members refused", count=refused - _TOLD)
                if refused - _TOLD > 1
                else message("issue.member-more-refused", "{count} more member refused", count=1),
            )
        )


def _output_limit(budget: _Budget, archive: SelectedFile) -> int:
    """How much a compressed stream may come to: a hostile header makes its reader hold that much."""
    limits = budget.limits
    return min(limits.max_size, max(limits.ratio_from, archive.file.size * limits.max_ratio)) + _CHUNK


_NO_FILE = {
    MemberKind.LINK: message("issue.member-link", "it is a link"),
    MemberKind.SPECIAL: message("issue.member-special", "it is a device or other special file"),
}


def _write(member: Member, folder: Path, budget: _Budget) -> None:
    if member.kind is MemberKind.FOLDER:
        return
    parts = _safe_parts(member.name)
    if member.kind is not MemberKind.FILE:
        raise _Refused(_NO_FILE[member.kind])
    if len(parts) > _DEEPEST or len("/".join(parts)) > _LONGEST_PATH:
        raise _Refused(
            message(
                "issue.path-has-more",
                "its path has more than {count} folders or {most} characters",
                count=str(_DEEPEST),
                most=str(_LONGEST_PATH),
            )
        )
    target = folder.joinpath(*parts)
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        flags = os.O_WRONLY | CREATE_NEW
        with open(os.open(target, flags, 0o600), "wb") as stream:
            size = 0
            for chunk in member.chunks(_CHUNK):
                size += len(chunk)
                if size > budget.limits.max_member:
                    raise _Refused(
                        message("issue.over-bytes", "it is over {count} bytes", count=budget.limits.max_member)
                    )
                budget.spend(len(chunk))
                stream.write(chunk)
    except (_OverLimit, _Refused):
        target.unlink(missing_ok=True)  # a part of a file is no file
        raise
    except FileExistsError as error:
        raise _Refused(message("issue.another-member-has", "another member has its name")) from error
    except (OSError, ValueError) as error:  # a name too long, a file where a folder is wanted, a lone surrogate
        raise _Refused(
            message(
                "issue.cannot-written",
                "it cannot be written: {detail}",
                detail=of_system(error) if isinstance(error, OSError) else quoted(str(error)),
            )
        ) from error


def _safe_parts(name: str) -> list[str]:
    """Return the parts of a member's path; raise ``_Refused`` for one that does not stay below its archive."""
    slashed = name.replace("\\", "/")
    if slashed.startswith("/") or slashed[1:2] == ":" or "\0" in name:
        raise _Refused(message("issue.path-absolute-or", "its path is absolute, or no path"))
    parts = [part for part in slashed.split("/") if part not in ("", ".")]
    if ".." in parts or not parts:
        raise _Refused(message("issue.path-leaves-archive", "its path leaves the archive"))
    return parts


def _no_member(path: str, problem: Message) -> Issue:
    return Issue(
        code=IssueCode.NOT_READ,
        message=problem,
        location=Location(path=path),
        hint=message("issue.look-into-by", "review it by hand, or exclude it with --exclude"),
        level=IssueLevel.UNREAD,
    )


def _issue(path: str, problem: Message, level: IssueLevel = IssueLevel.INCOMPLETE) -> Issue:
    return Issue(
        code=IssueCode.UNSAFE_ARCHIVE,
        message=problem,
        location=Location(path=path),
        hint=message("issue.look-into-by", "review it by hand, or exclude it with --exclude"),
        level=level,
    )
