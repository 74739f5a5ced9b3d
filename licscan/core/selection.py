"""What selection hands to detection."""

from __future__ import annotations

from msgspec import Struct

from licscan.core.finding import SourceFile
from licscan.core.issue import Issue
from licscan.core.skipped import Skipped


class SelectedFile(Struct, frozen=True, kw_only=True):
    """A file to review, and where its content can be opened. ``location`` is an absolute path of the
    operating system (undecodable bytes as surrogates); it never reaches a result. ``wide`` says that it is a text in UTF-16 or UTF-32,
    ``pickle`` that it begins as a pickle does."""

    file: SourceFile
    location: str
    wide: bool = False
    pickle: bool = False


class Selection(Struct, frozen=True, kw_only=True):
    """What is looked at, in a fixed order, and what is not, with the reason. ``root`` is an absolute path;
    ``empty_folders`` are the folders that hold nothing that is looked at or walked into."""

    root: str
    files: tuple[SelectedFile, ...]
    skipped: tuple[Skipped, ...] = ()
    issues: tuple[Issue, ...] = ()
    empty_folders: tuple[str, ...] = ()
