"""The register of what single clauses of licences say (``rules/law.toml``): each with its section, in words that the text bears out."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from enum import Enum
from functools import cache
from importlib import resources

from msgspec import Struct, convert

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


class About(str, Enum):
    """What a clause decides."""

    REACH = "reach"  # which other code comes under the licence
    AGGREGATE = "aggregate"  # which other code does not, on the same medium
    RESTRICTIONS = "restrictions"  # that no others may be added
    SOURCE = "source"
    INSTALLATION = "installation"
    RELINKING = "relinking"
    PER_FILE = "per-file"
    NETWORK = "network"
    BROWSER = "browser"
    TERMINATION = "termination"
    TRANSFER = "transfer"  # what a change of control does
    NOTICES = "notices"
    NAMES = "names"
    ADVERTISING = "advertising"
    SALE = "sale"
    USE = "use"
    PATENTS = "patents"


class LawPoint(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One point. ``licences`` are ScanCode's keys, ``words`` what their texts say, ``source`` what the point rests on where that is no text;
    ``beside`` are terms with which it applies."""

    id: str
    about: About
    licences: tuple[str, ...]
    section: str
    states: str
    words: tuple[str, ...] = ()
    source: str = ""
    beside: tuple[str, ...] = ()


@cache
def law_points() -> tuple[LawPoint, ...]:
    text = resources.files("licscan").joinpath("rules/law.toml").read_text(encoding="utf-8")
    return convert(tomllib.loads(text)["point"], tuple[LawPoint, ...])


def points_of(key: str, about: Iterable[About]) -> tuple[LawPoint, ...]:
    """Return what the licence with ScanCode's ``key`` says of ``about``, in the register's order."""
    wanted = frozenset(about)
    return tuple(point for point in _by_licence().get(key, ()) if point.about in wanted)


@cache
def _by_licence() -> dict[str, tuple[LawPoint, ...]]:
    found: dict[str, list[LawPoint]] = {}
    for point in law_points():
        for key in point.licences:
            found.setdefault(key, []).append(point)
    return {key: tuple(points) for key, points in found.items()}
