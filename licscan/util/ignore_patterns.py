"""Patterns as in .gitignore, from configuration and policies: checked before they are used, since some have no meaning and some no end."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from licscan.errors import UsageError

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

LONGEST = 1_000
# Each wildcard may stand for any length: with more of them, one name takes longer to match than a scan.
MOST_IN_PART = 4
MOST = 12
_WILD = re.compile(r"\*+")


class PatternError(ValueError):
    """A pattern has no meaning, or would take too long to match."""


def check_pattern(pattern: str) -> None:
    """Raise ``PatternError`` where ``pattern`` cannot be used."""
    if len(pattern) > LONGEST:
        raise PatternError(f"a pattern is longer than {LONGEST:,} characters")
    most = max(len(_WILD.findall(part)) for part in pattern.split("/"))
    if most > MOST_IN_PART or len(_WILD.findall(pattern)) > MOST:
        raise PatternError(f"a pattern has more than {MOST_IN_PART} wildcards between two slashes, or {MOST} in all")
    import pathspec  # here, since most runs exclude nothing and a hook starts in a moment

    try:
        pathspec.GitIgnoreSpec.from_lines([pattern])
    except (ValueError, re.error) as error:
        raise PatternError(
            "a pattern is none as in .gitignore: it names nothing, or a range of letters that runs backwards"
        ) from error


def ignore_rules(patterns: Iterable[str]) -> GitIgnoreSpec:
    """Return what matches ``patterns``; raise ``UsageError`` where one of them cannot be used."""
    import pathspec  # as above

    every = tuple(patterns)
    try:
        for pattern in every:
            check_pattern(pattern)
    except PatternError as error:
        raise UsageError(
            str(error), where="exclude", hint="write it as in .gitignore: a name, a path, * or **"
        ) from error
    return pathspec.GitIgnoreSpec.from_lines(every)
