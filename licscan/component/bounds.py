"""What a manifest may come to: facts in proportion to its size, names that can be written down, text that is valid Unicode."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from msgspec.structs import replace

from licscan.component.base import Package, Reading
from licscan.component.formats import without_surrogates
from licscan.core.component import ComponentKind
from licscan.core.issue import Issue, IssueCode
from licscan.core.location import Location
from licscan.core.message import message

# Bytes of facts (as MessagePack) that one byte of a manifest may come to, beyond those that any may have. Real lockfiles come to 3 at
# most. What is written of a component in a result is four to five times as long.
FACTOR = 8
ALLOWANCE = 128 * 1024
# Characters of a name, a version or a reference: more is no name but data, and is repeated wherever the name is.
LONGEST_NAME = 512
# Characters of a statement, a description, an author: a licence's whole text has a twentieth of it.
LONGEST_TEXT = 1024 * 1024

_encode = msgspec.msgpack.Encoder().encode


def within_limits(reading: Reading, path: str, size: int) -> Reading:
    """Return ``reading`` of the file at ``path``, which has ``size`` bytes, without what is over a limit; an issue tells what was left out."""
    reading = _named(_well_formed(reading), path)
    limit = FACTOR * size + ALLOWANCE
    if len(_encode(reading)) <= limit:
        return reading
    kept: dict[str, tuple[Any, ...]] = {}
    for name in ("packages", "requirements", "locks", "edges"):
        kept[name] = tuple(_while_room(getattr(reading, name), limit))
        limit -= sum(len(_encode(item)) for item in kept[name])
    problem = message(
        "issue.manifest-limit",
        "says more than {count} times its own size and {most} KB, the limit for a manifest; the rest was left out",
        count=FACTOR,
        most=ALLOWANCE // 1024,
    )
    issue = Issue(
        code=IssueCode.TOO_LARGE,
        message=problem,
        location=Location(path=path),
        hint=message("issue.look-into-by", "review it by hand, or exclude it with --exclude"),
    )
    return Reading(**kept, issues=(*reading.issues[:100], issue))


def _while_room(items: Iterable[Any], limit: int) -> Iterator[Any]:
    for item in items:
        limit -= len(_encode(item))
        if limit < 0:
            return
        yield item


def _well_formed(reading: Reading) -> Reading:
    """Return the reading with a replacement character for each lone surrogate, which JSON and Python can write and no output can."""
    try:
        _encode(reading)
    except UnicodeEncodeError:
        return msgspec.convert(without_surrogates(msgspec.to_builtins(reading)), Reading)
    return reading


def _named(reading: Reading, path: str) -> Reading:
    """Leave out what has no name, and what has one that is longer than any real one."""
    packages = tuple(item for item in reading.packages if _is_named(item))
    requirements = tuple(
        item if _is_short(item.specifier) else replace(item, specifier="")
        for item in reading.requirements
        if item.name.strip() and _is_short(item.name, item.namespace, item.pinned, item.alias)
    )
    edges = tuple(
        item if _is_short(item.requirement) else replace(item, requirement=None)
        for item in reading.edges
        if _is_short(item.parent, item.child)
    )
    lost = (
        len(reading.packages)
        - len(packages)
        + len(reading.requirements)
        - len(requirements)
        + len(reading.edges)
        - len(edges)
    )
    reading = replace(reading, packages=packages, requirements=requirements, edges=edges)
    if not lost:
        return reading
    issue = Issue(
        code=IssueCode.BROKEN_MANIFEST,
        message=message(
            "issue.entries-have-no",
            "{count} of its entries have no name, or one of more than {most} characters, and were left out",
            count=str(lost),
            most=str(LONGEST_NAME),
        ),
        location=Location(path=path),
        hint=message("issue.look-into-by", "review it by hand, or exclude it with --exclude"),
    )
    return replace(reading, issues=(*reading.issues, issue))


def _is_named(package: Package) -> bool:
    if package.kind is not ComponentKind.PROJECT and not (package.name or "").strip():
        return False
    return _is_short(package.name, package.namespace, package.version)


def _is_short(*texts: str | None) -> bool:
    # What is joined of several has some more.
    return all(text is None or len(text) <= 2 * LONGEST_NAME for text in texts)
