"""Where a licence was looked for and not found: what stands behind the statement that a component has none."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from licscan.core.component import REGISTRY_CLIENTS, Component
from licscan.core.issue import IssueCode
from licscan.core.message import Message, listed, message, ours, path
from licscan.core.result import Inventory

_SHOWN = 3
_ASKING = ("online", "online-sources")
# Whose packages lie in a cache of the user's, by ecosystem.
_CACHES = {
    "cargo": "Cargo registry",
    "golang": "Go module cache",
    "maven": "Maven repository",
    "gem": "gem folder",
    "nuget": "NuGet folder",
}


def tried(component: Component, inventory: Inventory, scanned: Collection[str]) -> Message:
    """Return where a licence of ``component`` was looked for. ``scanned`` are the ids of components whose files were scanned."""
    return message("tried", "{places}", places=listed(_places(component, inventory, scanned), "; "))


def _places(component: Component, inventory: Inventory, scanned: Collection[str]) -> Iterator[Message]:
    yield from _manifests(component)
    yield _folder(component, scanned)
    settings = dict(inventory.run.settings)
    ecosystem = component.ecosystem or ""
    if ecosystem in _CACHES and component.directory is None:
        yield _cache(ecosystem, was_searched=ecosystem in settings.get("caches", "").split())
    if ecosystem in REGISTRY_CLIENTS:
        yield from _registry(component, inventory, was_queried=not settings.keys().isdisjoint(_ASKING))


def _manifests(component: Component) -> Iterator[Message]:
    named = [str(location) for location in component.locations if location.path != component.directory]
    paths = path(", ".join(named[:_SHOWN]))
    if len(named) > _SHOWN:
        yield message(
            "tried.manifests-more", "{paths} and {count} more state none", paths=paths, count=len(named) - _SHOWN
        )
    elif len(named) > 1:
        yield message("tried.manifests", "{paths} state none", paths=paths)
    elif named:
        yield message("tried.manifest", "{paths} states none", paths=paths)


def _folder(component: Component, scanned: Collection[str]) -> Message:
    if component.directory is None:
        return message("tried.no-files", "its files are not in the tree")
    folder = path(component.directory or ".")
    if component.id in scanned:
        return message("tried.files", "none is recognised in its files in {folder}", folder=folder)
    return message("tried.folder", "no licence file of {folder} is recognised", folder=folder)


def _cache(ecosystem: str, *, was_searched: bool) -> Message:
    cache = ours(_CACHES[ecosystem])
    if was_searched:
        return message("tried.not-in-cache", "it is not in the {cache} of this machine", cache=cache)
    return message("tried.no-cache", "there is no {cache} of this machine", cache=cache)


def _registry(component: Component, inventory: Inventory, *, was_queried: bool) -> Iterator[Message]:
    failed = [
        each
        for each in inventory.issues
        if each.code is IssueCode.NOT_FETCHED and component.id in (value.text for value in each.message.values)
    ]
    client = ours(REGISTRY_CLIENTS[component.ecosystem or ""])
    yield from (
        message("tried.client-failed", "{client} was queried: {problem}", client=client, problem=each.message)
        for each in failed
    )
    if not was_queried:
        yield message("tried.client-not-asked", "{client} was not queried (--online)", client=client)
    elif not failed:
        yield message("tried.client", "{client} was queried and has none", client=client)
