"""What was found in files: ScanCode's facts, unchanged."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from licscan.core.location import Location


class FileKind(str, Enum):
    """What a file is for, told from its name and first bytes; it steers conclusions, never detection."""

    CODE = "code"
    LEGAL = "legal"  # LICENSE, COPYING, NOTICE and the like
    PROSE = "prose"  # README, documentation
    MANIFEST = "manifest"  # a package's manifest or lockfile
    DATA = "data"  # JSON, YAML, CSV ...
    BINARY = "binary"
    EMPTY = "empty"
    OTHER = "other"


class SourceFile(Struct, frozen=True, kw_only=True):
    """A file that was looked at. ``size`` is in bytes; ``sha256`` is of its content, in hex."""

    path: str
    size: int
    sha256: str
    kind: FileKind = FileKind.OTHER


class Match(Struct, frozen=True, kw_only=True):
    """One stretch of text that matched one of ScanCode's rules.

    ``score``, ``coverage`` and ``relevance`` are percentages as ScanCode computes them; ``matched_length``
    counts words. ``path`` is the file that holds the text: another than the finding's own where a
    reference ("see LICENSE") was followed. ``context`` is the whole lines around the match, clipped.
    ``matched_text`` is whole lines; ``edges`` are how many of its words stand before the first that matched, and after the last.
    ``kind`` is what the rule is a piece of: ``text``, ``notice``, ``reference``, ``tag``, ``intro``, ``clue`` or
    nothing; ``references`` are the names of files that the rule's text points to.
    ``syntax`` is the lexical context of the matched words: ``comment``, ``string``, ``code``, ``markup``, ``prose``, ``data``, or nothing
    where the language is not known. ``block`` are the first and last line of the comment, string or paragraph around them, (0, 0) where
    the lines cannot be made out. ``within`` are the keys of a data file in whose values they stand, outermost first.
    """

    expression: str
    expression_spdx: str
    path: str
    start_line: int
    end_line: int
    score: float
    coverage: float
    relevance: int
    matched_length: int
    matcher: str
    rule_id: str
    rule_url: str | None = None
    matched_text: str = ""
    edges: tuple[int, int] = (0, 0)
    context: str = ""
    kind: str = ""
    references: tuple[str, ...] = ()
    syntax: str = ""
    block: tuple[int, int] = (0, 0)
    within: tuple[str, ...] = ()

    @property
    def location(self) -> Location:
        return Location(path=self.path, start_line=self.start_line, end_line=self.end_line)


class Detection(Struct, frozen=True, kw_only=True):
    """Matches that together say one licence expression. ``log`` tells the rules that formed it."""

    expression: str
    expression_spdx: str
    identifier: str
    matches: tuple[Match, ...]
    log: tuple[str, ...] = ()


class CueKind(str, Enum):
    """What words beside licences say of them."""

    CHOICE = "choice"  # one of the licences may be chosen
    BOTH = "both"  # all of the licences apply
    OTHER_PART = "other-part"  # what follows is about a part of the file that comes from elsewhere
    NOT_COPIED = "not-copied"  # an entry about another part of a work than the one that was copied; its text is the name of that one
    TAG = "tag"  # an SPDX tag on a line of its own that no match covers; its text is the whole line


class Cue(Struct, frozen=True, kw_only=True):
    """Words that no rule of ScanCode reads: beside a match, how licences are to be combined; a tag by itself. ``text`` is clipped, except of a tag."""

    kind: CueKind
    start_line: int
    end_line: int
    text: str


class FileFinding(Struct, frozen=True, kw_only=True):
    """What one file says about licences. Clues are matches too weak to count as a detection.

    ``expression`` joins all detections with AND, in ScanCode's keys; ``None`` when there are none.
    ``license_text_percent`` is the share of the file's words that are licence text or notice.
    """

    path: str
    expression: str | None = None
    expression_spdx: str | None = None
    detections: tuple[Detection, ...] = ()
    clues: tuple[Match, ...] = ()
    cues: tuple[Cue, ...] = ()
    license_text_percent: float = 0.0


class UniqueDetection(Struct, frozen=True, kw_only=True):
    """The same detection wherever it stands in the codebase, counted (ScanCode's top-level list)."""

    identifier: str
    expression: str
    expression_spdx: str
    count: int
    reference_matches: tuple[Match, ...]
