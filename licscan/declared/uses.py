"""What a product is used for: a closed list (``rules/uses.yaml``), in which licences' forbidden uses are compared."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import Any

from msgspec import Struct

from licscan.declared.spelling import plain, unknown

FILE = "uses.yaml"
_WHERE = "`licscan facts --values uses` lists them"


class Use(Struct, frozen=True, kw_only=True):
    """One use. ``within`` are the uses that it is a part of; ``near`` those that a licence may mean as well; ``also`` other words."""

    id: str
    name: str
    within: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


def read_use(text: str) -> str:
    """Return the id of the use that ``text`` names; raise ``ValueError`` with the nearest ones for anything else."""
    words = _by_word()
    name = plain(text)
    for each in (name, _singular(name)):
        if each in words:
            return words[each]
    raise unknown("use", text, (*uses(), *(word for word in words)), _WHERE)


@lru_cache(maxsize=1)
def uses() -> Mapping[str, Use]:
    """Return the list by id, in its order."""
    import yaml  # a gate without facts about uses needs none of it

    text = (resources.files("licscan") / "rules" / FILE).read_text(encoding="utf-8")
    document = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - a safe loader
    found = {raw["id"]: _use(raw) for raw in document["uses"]}
    for use in found.values():
        for other in (*use.within, *use.near):
            if other not in found:
                raise ValueError(f"{FILE}: {use.id} names the unknown use {other!r}")
    return found


def wider(use: str) -> frozenset[str]:
    """Return ``use`` with all uses that it is a part of; an unknown one (of an old result) alone."""
    known = uses().get(use.lower())
    if known is None:
        return frozenset({use.lower()})
    return frozenset({known.id}).union(*(wider(other) for other in known.within))


def nearby(use: str) -> frozenset[str]:
    """Return the uses that a licence may mean where it names one of ``use`` or of what that is a part of."""
    known = uses()
    return frozenset(other for each in wider(use) if each in known for other in known[each].near)


def _use(raw: Mapping[str, Any]) -> Use:
    return Use(
        id=raw["id"],
        name=raw["name"],
        **{name: tuple(raw.get(name, ())) for name in ("within", "near", "also")},
    )


@lru_cache(maxsize=1)
def _by_word() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for use in uses().values():
        for word in (use.id, *use.also):
            found.setdefault(plain(word), use.id)
            found.setdefault(_singular(plain(word)), use.id)
    return found


def _singular(name: str) -> str:
    """Return ``name`` without the ending of a plural on its last word, so that either is known."""
    return name[:-1] if name.endswith("s") and not name.endswith("ss") else name
