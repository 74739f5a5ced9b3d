"""What the tree's own ``.gitignore`` files match, by git's rules.

Each pattern is matched from left to right without ever going back, in time that grows with the name and the pattern only: a
regular expression made from a pattern like ``*a*a*a*a*b`` would let one line of a foreign file keep a scan busy for hours.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence

from msgspec import Struct

from licscan.select.git.files import BrokenRepository, open_regular

_FILE_LIMIT = 1024 * 1024  # bytes of an ignore file; a larger one ignores nothing
_NAME = b".gitignore"
_CLASSES = {
    b"alnum": b"0-9A-Za-z",
    b"alpha": b"A-Za-z",
    b"blank": rb" \t",
    b"cntrl": rb"\x00-\x1f\x7f",
    b"digit": b"0-9",
    b"graph": rb"\x21-\x7e",
    b"lower": b"a-z",
    b"print": rb"\x20-\x7e",
    b"punct": rb"!-/:-@\[-`{-~",
    b"space": rb" \t-\r",
    b"upper": b"A-Z",
    b"xdigit": b"0-9A-Fa-f",
}


class _Malformed(Exception):
    """A pattern that matches nothing, as git has it."""


class Segment(Struct, frozen=True):
    """One part of a pattern between slashes. ``pieces`` are what stands between its stars, each of a fixed length; without a
    star there is one, and it is the whole name."""

    pieces: tuple[re.Pattern[bytes], ...]
    literal: bytes | None = None

    def matches(self, name: bytes) -> bool:
        if self.literal is not None:
            return name == self.literal
        first, *rest = self.pieces
        if not rest:
            return first.fullmatch(name) is not None
        match = first.match(name)
        if match is None:
            return False
        place = match.end()
        for piece in rest[:-1]:
            match = piece.search(name, place)
            if match is None:
                return False
            place = match.end()
        # What stands behind the last star ends the name; it is of a fixed length, so there is one place for it.
        return rest[-1].search(name, place) is not None


class Rule(Struct, frozen=True):
    """A line of an ignore file. ``groups`` are the parts between ``**``; ``None`` stands for a pattern of a name alone."""

    takes_back: bool
    folders_only: bool
    name: Segment | None
    groups: tuple[tuple[Segment, ...], ...] = ()

    def matches(self, parts: Sequence[bytes], is_folder: bool) -> bool:
        """Whether it matches a path, given in parts from the folder of the ignore file."""
        if self.folders_only and not is_folder:
            return False
        if self.name is not None:
            return self.name.matches(parts[-1])
        return _match_groups(self.groups, parts)


def _match_groups(groups: tuple[tuple[Segment, ...], ...], parts: Sequence[bytes]) -> bool:
    first, *rest = groups
    if not _fits(first, parts, 0):
        return False
    if not rest:
        return len(first) == len(parts)
    place = len(first)
    for group in rest[:-1]:
        while place + len(group) <= len(parts) and not _fits(group, parts, place):
            place += 1
        if place + len(group) > len(parts):
            return False
        place += len(group)
    last = rest[-1]
    if not last:
        return place < len(parts)  # "a/**" is what is in a, not a itself
    return len(parts) - len(last) >= place and _fits(last, parts, len(parts) - len(last))


def _fits(group: tuple[Segment, ...], parts: Sequence[bytes], place: int) -> bool:
    return place + len(group) <= len(parts) and all(
        segment.matches(parts[place + number]) for number, segment in enumerate(group)
    )


def parse_rules(content: bytes, *, ignore_case: bool = False) -> tuple[Rule, ...]:
    """Return the rules of an ignore file in their order; a line that git gives up on is left out."""
    found = []
    for line in content.removeprefix(b"\xef\xbb\xbf").split(b"\n"):
        try:
            rule = _rule(_trimmed(line.removesuffix(b"\r")), ignore_case)
        except _Malformed:
            continue
        if rule is not None:
            found.append(rule)
    return tuple(found)


def _trimmed(line: bytes) -> bytes:
    """Take blanks off the end, unless a backslash keeps them."""
    end = len(line)
    while end and line[end - 1 : end] == b" ":
        backslashes = len(line[: end - 1]) - len(line[: end - 1].rstrip(b"\\"))
        if backslashes % 2:
            break
        end -= 1
    return line[:end]


def _rule(line: bytes, ignore_case: bool) -> Rule | None:
    if not line or line.startswith(b"#"):
        return None
    takes_back = line.startswith(b"!")
    pattern = line[1:] if takes_back else line
    folders_only = pattern.endswith(b"/")
    pattern = pattern[:-1] if folders_only else pattern
    if not pattern:
        return None
    if b"/" not in pattern:
        return Rule(takes_back, folders_only, _segment(pattern, ignore_case))
    groups: list[list[Segment]] = [[]]
    texts = _split(pattern.removeprefix(b"/"))
    for number, text in enumerate(texts):
        if text == b"**":
            if number == 0 or texts[number - 1] != b"**":
                groups.append([])
        else:
            groups[-1].append(_segment(text, ignore_case))
    return Rule(takes_back, folders_only, None, tuple(tuple(group) for group in groups))


def _split(pattern: bytes) -> list[bytes]:
    """Split at slashes that are no member of a bracket expression."""
    parts, start, place = [], 0, 0
    while place < len(pattern):
        character = pattern[place : place + 1]
        if character == b"\\":
            place += 2
        elif character == b"[":
            place = _bracket(pattern, place + 1)[1]
        else:
            if character == b"/":
                parts.append(pattern[start:place])
                start = place + 1
            place += 1
    return [*parts, pattern[start:]]


def _segment(text: bytes, ignore_case: bool) -> Segment:
    if not ignore_case and not re.search(rb"[*?\[\\]", text):
        return Segment((), text)
    pieces, piece, place = [], b"", 0
    while place < len(text):
        character = text[place : place + 1]
        place += 1
        if character == b"*":
            place += len(text[place:]) - len(text[place:].lstrip(b"*"))
            pieces.append(piece)
            piece = b""
        elif character == b"?":
            piece += b"[^/]"
        elif character == b"[":
            expression, place = _bracket(text, place)
            piece += expression
        else:
            if character == b"\\":
                character, place = text[place : place + 1], place + 1
                if not character:
                    raise _Malformed
            piece += re.escape(character)
    flags = re.DOTALL | (re.IGNORECASE if ignore_case else 0)
    ended = rb"(?:%s)\Z" % piece if pieces else piece
    return Segment(tuple(re.compile(each, flags) for each in (*pieces, ended)))


def _bracket(text: bytes, place: int) -> tuple[bytes, int]:
    """Return the expression of the bracket that was opened before ``place``, and where the pattern goes on."""
    negated = text[place : place + 1] in (b"!", b"^")
    place += negated
    members = b""
    last: int | None = None
    first = True
    while first or text[place : place + 1] != b"]":
        first = False
        if text[place : place + 2] == b"[:":
            end = text.find(b"]", place)
            if end < 0:
                raise _Malformed
            if text[end - 1 : end] == b":" and end - 1 >= place + 2:
                known = _CLASSES.get(text[place + 2 : end - 1])
                if known is None:
                    raise _Malformed
                members, last, place = members + known, None, end + 1
                continue
        after_dash = text[place : place + 1] == b"-" and last is not None
        if after_dash and text[place + 1 : place + 2] not in (b"", b"]"):
            high, place = _member(text, place + 1)
            if last is not None and last <= high:
                members += rb"\x%02x-\x%02x" % (last, high)
            last = None
            continue
        last, place = _member(text, place)
        members += rb"\x%02x" % last
    if negated:
        return (b"[^/" + members + b"]"), place + 1
    return b"(?!/)[" + members + b"]", place + 1


def _member(text: bytes, place: int) -> tuple[int, int]:
    if text[place : place + 1] == b"\\":
        place += 1
    if place >= len(text):
        raise _Malformed
    return text[place], place + 1


class _Folder(Struct, frozen=True):
    """What holds in a folder: whether all of it is ignored, whether it is a repository of its own, and the rules that apply,
    each with the number of parts in front of its ignore file's folder, the last to count first."""

    ignored: bool
    foreign: bool
    rules: tuple[tuple[int, tuple[Rule, ...]], ...]


class IgnoreRules:
    """The ignored paths below ``root``, untracked ones only, told when asked: ``b"a/b"`` is a file, ``b"a/b/"`` a folder.

    A folder counts as ignored when nothing in it is tracked.
    """

    def __init__(
        self,
        top: bytes,
        prefix: bytes,
        tracked: frozenset[bytes],
        tracked_folders: frozenset[bytes],
        *,
        ignore_case: bool = False,
    ) -> None:
        """``top`` is the repository's folder; ``prefix`` (empty, or ending in a slash) the way from it to ``root``.

        What is tracked is given from the repository's top.
        """
        self._top, self._prefix, self._ignore_case = top, prefix, ignore_case
        self._tracked, self._tracked_folders = tracked, tracked_folders
        self._folders: dict[bytes, _Folder] = {}

    def __contains__(self, path: object) -> bool:
        if not isinstance(path, bytes):
            return False
        is_folder = path.endswith(b"/")
        whole = self._prefix + path.rstrip(b"/")
        if whole in (self._tracked_folders if is_folder else self._tracked):
            return False
        return self._is_ignored(whole, is_folder)

    def _is_ignored(self, whole: bytes, is_folder: bool) -> bool:
        above = self._folder(whole.rpartition(b"/")[0])
        if above.ignored or above.foreign:
            return above.ignored
        return _decided(above.rules, whole.split(b"/"), is_folder)

    def _folder(self, path: bytes) -> _Folder:
        """What holds in a folder, all that is above it included."""
        missing = []
        while path not in self._folders:
            missing.append(path)
            if not path:
                break
            path = path.rpartition(b"/")[0]
        for each in reversed(missing):
            self._folders[each] = self._new(each)
        return self._folders[missing[0] if missing else path]

    def _new(self, path: bytes) -> _Folder:
        if not path:
            return _Folder(False, False, self._rules_of(path, ()))
        above = self._folders[path.rpartition(b"/")[0]]
        if above.ignored or above.foreign:
            return above
        if _decided(above.rules, path.split(b"/"), True):
            return _Folder(True, False, ())
        # Another repository inside has rules of its own; these are not git's business here, nor a reason to hide anything.
        if path in self._tracked or os.path.lexists(os.path.join(self._top, path, b".git")):
            return _Folder(False, True, ())
        return _Folder(False, False, self._rules_of(path, above.rules))

    def _rules_of(
        self, path: bytes, above: tuple[tuple[int, tuple[Rule, ...]], ...]
    ) -> tuple[tuple[int, tuple[Rule, ...]], ...]:
        place = os.path.join(self._top, path, _NAME)
        try:
            stream = open_regular(os.fsdecode(place))
        except BrokenRepository:
            return above
        if stream is None:
            return above
        with stream:
            content = stream.read(_FILE_LIMIT + 1)
        rules = parse_rules(content, ignore_case=self._ignore_case) if len(content) <= _FILE_LIMIT else ()
        return ((path.count(b"/") + 1 if path else 0, tuple(reversed(rules))), *above) if rules else above


def _decided(rules: tuple[tuple[int, tuple[Rule, ...]], ...], parts: Sequence[bytes], is_folder: bool) -> bool:
    """Whether the last rule that matches, from the nearest ignore file on, ignores the path."""
    for depth, own in rules:
        for rule in own:
            if rule.matches(parts[depth:], is_folder):
                return not rule.takes_back
    return False
