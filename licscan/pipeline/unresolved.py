"""Dependencies of which neither files nor metadata were read: one issue for each manifest, and no finding for any of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from licscan.core.component import Component, ComponentKind, Scope
from licscan.core.issue import Issue, IssueCode, IssueLevel
from licscan.core.location import Location
from licscan.core.text import plural

# What reaches whoever gets the product; the rest does not make a scan incomplete.
_COUNTING = frozenset({Scope.RUNTIME, Scope.OPTIONAL, Scope.PEER})
# Ecosystems whose registry ``--online`` asks.
_ASKED = frozenset({"npm", "pypi"})
# How to get at what no package manager installs.
_HINTS = {
    "docker": "scan the files of the image itself",
    "oci": "scan the files of the image itself",
    "github": "look their terms up where they are published",
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
    counting = [component for component in missing if component.scope in _COUNTING]
    # The content of a base image is nobody's manifest: whether it has to be read is a question of completeness.
    level = IssueLevel.UNRESOLVED if counting else IssueLevel.WARNING
    if counting and all(component.ecosystem in ("docker", "oci") for component in counting):
        level = IssueLevel.UNREAD
    others = len(missing) - len(counting)
    share = ""
    if others:
        whom = f"{others:,} of them" if counting else "all of them"
        share = f" {whom} are for development, test or build only;"
    verb = "is" if len(missing) == 1 else "are"
    of = plural(len(listed), "dependency", "dependencies")
    return Issue(
        code=IssueCode.UNRESOLVED,
        message=f"{len(missing):,} of {of} in {path} {verb} unresolved;{share} {_hint(missing, online=online)}",
        location=Location(path=path),
        level=level,
    )


def _hint(missing: Sequence[Component], *, online: bool) -> str:
    ecosystems = {component.ecosystem or "" for component in missing}
    if missing and all(place.path.endswith(".gitmodules") for each in missing for place in each.locations):
        return "run after `git submodule update --init --recursive`"
    own = {_HINTS[each] for each in ecosystems if each in _HINTS}
    if own and len(own) == len(ecosystems):
        return "; ".join(sorted(own))
    if online or ecosystems.isdisjoint(_ASKED):
        return "run after installing them"
    return "run with --online, or after installing them"
