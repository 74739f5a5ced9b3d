"""Dependencies of which neither files nor metadata were read: one issue for each manifest, and no finding for any of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from licscan.core.component import REGISTRY_CLIENTS, SHIPPED, Component, ComponentKind
from licscan.core.issue import Issue, IssueCode, IssueLevel
from licscan.core.location import Location
from licscan.core.message import Message, filled, listed, message
from licscan.core.message import path as path_

_IMAGE = message("unresolved.image", "scan the files of the image itself")
# How to get at what no package manager installs.
_HINTS = {
    "docker": _IMAGE,
    "oci": _IMAGE,
    "github": message("unresolved.actions", "look their terms up where they are published"),
}


def unresolved_issues(
    components: Iterable[Component], *, online: bool, known: Collection[str] = frozenset()
) -> tuple[Issue, ...]:
    """Return one issue for each manifest with unresolved dependencies, by path: "1,254 of 1,285 dependencies in yarn.lock are unresolved".

    ``online`` says that the registries were asked already; ``known`` are ids that a change does not bring in, which are left out.
    """
    listed: Mapping[str, dict[str, Component]] = defaultdict(dict)
    for component in components:
        if component.kind is ComponentKind.PACKAGE and component.id not in known:
            for place in component.locations:
                listed[place.path][component.id] = component
    return tuple(
        _issue(path, some, online=online)
        for path, every in sorted(listed.items())
        if (some := tuple(every.values())) and any(component.unresolved for component in some)
    )


def _issue(path: str, listed: Sequence[Component], *, online: bool) -> Issue:
    missing = [component for component in listed if component.unresolved]
    counting = [component for component in missing if component.scope in SHIPPED]
    # The content of a base image is nobody's manifest: whether it has to be read is a question of completeness.
    level = IssueLevel.UNRESOLVED if counting else IssueLevel.WARNING
    if counting and all(component.ecosystem in ("docker", "oci") for component in counting):
        level = IssueLevel.UNREAD
    others = len(missing) - len(counting)
    detail = _hint(missing, online=online)
    if others:
        detail = (
            message(
                "unresolved.not-shipped",
                "{count} of them are for development, test or build only; {detail}",
                count=others,
                detail=detail,
            )
            if counting
            else message(
                "unresolved.none-shipped",
                "all of them are for development, test or build only; {detail}",
                detail=detail,
            )
        )
    return Issue(
        code=IssueCode.UNRESOLVED,
        message=filled(
            _SOME if len(missing) > 1 else _ONE if len(listed) > 1 else _ONLY,
            count=len(missing),
            most=len(listed),
            paths=path_(path),
            detail=detail,
        ),
        location=Location(path=path),
        level=level,
    )


_SOME = message("unresolved.some", "{count} of {most} dependencies in {paths} are unresolved; {detail}")
_ONE = message("unresolved.one", "{count} of {most} dependencies in {paths} is unresolved; {detail}")
_ONLY = message("unresolved.only", "{count} of {most} dependency in {paths} is unresolved; {detail}")


def _hint(missing: Sequence[Component], *, online: bool) -> Message:
    ecosystems = {component.ecosystem or "" for component in missing}
    if missing and all(place.path.endswith(".gitmodules") for each in missing for place in each.locations):
        return message("unresolved.submodules", "run after `git submodule update --init --recursive`")
    own = {_HINTS[each] for each in ecosystems if each in _HINTS}
    if own and len(own) == len(ecosystems):
        hints = sorted(own, key=str)
        return hints[0] if len(hints) == 1 else message("unresolved.hints", "{hints}", hints=listed(hints, "; "))
    if online or ecosystems.isdisjoint(REGISTRY_CLIENTS):
        return message("unresolved.install", "run after installing them")
    return message("unresolved.online", "run with --online, or after installing them")
