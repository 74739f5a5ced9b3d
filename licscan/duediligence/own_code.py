"""Whose code it is: the seller's own folders, by the holders that their notices name and the words that the seller's projects share."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from functools import lru_cache

from licscan.core.component import Component, ComponentKind
from licscan.core.result import Audit, Inventory
from licscan.core.verdict import Classification, Subject, SubjectKind

# Folders in which makers keep what they sell beside what they give away.
_EDITION = re.compile(r"(^|/)(ee|enterprise|enterprise[-_]edition|commercial|premium|pro|cloud-ee|x-pack)(/|$)", re.IGNORECASE)  # fmt: skip
_FORM = re.compile(r"\b(inc|ltd|llc|gmbh|ag|corp|corporation|co|company|limited|bv|sas|oy|ab|contributors|authors|the|and|team)\b\.?", re.IGNORECASE)  # fmt: skip
_LEAST_WORD = 4


class Own(str, Enum):
    """What a folder of the seller's own code is to the product."""

    EDITION = "edition"  # under commercial terms of its own
    PART = "part"


def own_folders(inventory: Inventory, audit: Audit) -> Mapping[str, Own]:
    """Return the copied folders that are the seller's own code, by the ids of their components."""
    words = own_words(inventory)
    concluded = {c.subject.id: c.classification for c in audit.conclusions if c.subject.kind is SubjectKind.COMPONENT}
    projects = tuple(_project_units(audit))
    return {
        component.id: Own.EDITION if is_edition(component.directory or "") else Own.PART
        for component in inventory.components
        if component.kind is ComponentKind.VENDORED and _is_own(component, concluded.get(component.id), words, projects)
    }


def is_edition(folder: str) -> bool:
    """Whether a folder has one of the names under which makers keep what they sell."""
    return bool(_EDITION.search(folder))


def own_code(own: Mapping[str, Own], subject: Subject) -> Own | None:
    """Return what ``subject`` is to the product where it is a folder of the seller's own code, or a file in one."""
    return own.get(subject.id) or own.get(subject.owner or "")


def _is_own(
    component: Component, classified: Classification | None, words: frozenset[str], projects: Sequence[frozenset[str]]
) -> bool:
    """Whether the notices of a folder name the seller; without a notice, whether it repeats the licence of a project around it."""
    holders = (*component.holders, *component.copyrights)
    if holders:
        return any(word in words for holder in holders for word in _words(holder))
    if classified is None:
        return False
    inside = {unit.unit for unit in classified.units}
    return any(inside <= units for units in projects)


def _project_units(audit: Audit) -> Iterator[frozenset[str]]:
    for conclusion in audit.conclusions:
        if conclusion.subject.kind is SubjectKind.PROJECT and conclusion.classification:
            yield frozenset(unit.unit for unit in conclusion.classification.units)


def own_words(inventory: Inventory) -> frozenset[str]:
    """The words that name the seller: of its projects' names and scopes, and of the holders that its projects state."""
    return _own_words(
        tuple(item for item in inventory.components if item.kind is ComponentKind.PROJECT), inventory.run.root
    )


@lru_cache(maxsize=16)
def _own_words(projects: tuple[Component, ...], root: str) -> frozenset[str]:
    names = [root]
    for project in projects:
        scope, slash, _ = project.name.partition("/")
        names += [scope if slash else project.name] if slash or not project.directory else []
        names += [*project.holders, *project.authors]
    return frozenset(word for name in names for word in _words(name))


def _words(text: str) -> list[str]:
    plain = _FORM.sub(" ", text.lower())
    return [word for word in re.findall(r"[^\W\d_]+", plain) if len(word) >= _LEAST_WORD and word != "copyright"]
