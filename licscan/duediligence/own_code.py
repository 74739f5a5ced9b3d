"""Whose code it is: the seller's own folders, by the holders that their notices name and the words that the seller's projects share."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from functools import lru_cache

from licscan.core.component import Component, ComponentKind
from licscan.core.verdict import Subject, SubjectKind
from licscan.duediligence.view import View

# Folders in which makers keep what they sell beside what they give away.
_EDITION = re.compile(r"(^|/)(ee|enterprise|enterprise[-_]edition|commercial|premium|pro|cloud-ee|x-pack)(/|$)", re.IGNORECASE)  # fmt: skip
_FORM = re.compile(r"\b(inc|ltd|llc|gmbh|ag|corp|corporation|co|company|limited|bv|sas|oy|ab|contributors|authors|the|and|team)\b\.?", re.IGNORECASE)  # fmt: skip
_LEAST_WORD = 4


class Own(str, Enum):
    """What a folder of the seller's own code is to the product."""

    EDITION = "edition"  # under commercial terms of its own
    PART = "part"


def own_code(view: View, subject: Subject) -> Own | None:
    """Return what ``subject`` is to the product where it is a folder of the seller's own code, or a file in one."""
    component = view.components.get(subject.id) or view.components.get(subject.owner or "")
    if component is None or component.kind is not ComponentKind.VENDORED or not _is_own(view, component):
        return None
    return Own.EDITION if _EDITION.search(component.directory or "") else Own.PART


def _is_own(view: View, component: Component) -> bool:
    """Whether the notices of a folder name the seller; without a notice, whether it repeats the licence of a project around it."""
    holders = (*component.holders, *component.copyrights)
    if holders:
        words = own_words(view)
        return any(word in words for holder in holders for word in _words(holder))
    conclusion = view.conclusions.get((SubjectKind.COMPONENT, component.id))
    if conclusion is None or conclusion.classification is None:
        return False
    inside = {unit.unit for unit in conclusion.classification.units}
    return any(inside <= units for units in _project_units(view))


def _project_units(view: View) -> Iterator[frozenset[str]]:
    for conclusion in view.audit.conclusions:
        if conclusion.subject.kind is SubjectKind.PROJECT and conclusion.classification:
            yield frozenset(unit.unit for unit in conclusion.classification.units)


def own_words(view: View) -> frozenset[str]:
    """The words that name the seller: of its projects' names and scopes, and of the holders that its projects state."""
    return _own_words(
        tuple(item for item in view.inventory.components if item.kind is ComponentKind.PROJECT), view.inventory.run.root
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
