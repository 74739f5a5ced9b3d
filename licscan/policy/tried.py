"""Where a licence was looked for and not found: what stands behind the statement that a component has none."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from licscan.core.component import Component
from licscan.core.issue import IssueCode
from licscan.core.result import Inventory

_SHOWN = 3
_ASKING = ("online", "online-sources")
# Who can be asked with ``--online``, by ecosystem.
_CLIENTS = {"pypi": "pip", "npm": "npm"}
# Whose packages lie in a cache of the user's, by ecosystem.
_CACHES = {
    "cargo": "Cargo registry",
    "golang": "Go module cache",
    "maven": "Maven repository",
    "gem": "gem folder",
    "nuget": "NuGet folder",
}


def tried(component: Component, inventory: Inventory, scanned: Collection[str]) -> str:
    """Tell where a licence of ``component`` was looked for. ``scanned`` are the ids of components whose files were scanned."""
    return "; ".join(_places(component, inventory, scanned))


def _places(component: Component, inventory: Inventory, scanned: Collection[str]) -> Iterator[str]:
    settings = dict(inventory.run.settings)
    named = [str(location) for location in component.locations if location.path != component.directory]
    if named:
        more = f" and {len(named) - _SHOWN} more" if len(named) > _SHOWN else ""
        yield f"{', '.join(named[:_SHOWN])}{more} {'state' if len(named) > 1 else 'states'} none"
    if component.directory is None:
        yield "its files are not in the tree"
    elif component.id in scanned:
        yield f"none is recognised in its files in {component.directory or '.'}"
    else:
        yield f"no licence file of {component.directory or '.'} is recognised"
    ecosystem = component.ecosystem or ""
    if ecosystem in _CACHES and component.directory is None:
        looked = ecosystem in settings.get("caches", "").split()
        yield f"{'it is not in the' if looked else 'there is no'} {_CACHES[ecosystem]} of this machine"
    if ecosystem in _CLIENTS:
        not_had = [
            each for each in inventory.issues if each.code is IssueCode.NOT_FETCHED and component.id in each.message
        ]
        asked = not settings.keys().isdisjoint(_ASKING)
        yield from (f"{_CLIENTS[ecosystem]} was asked: {each.message}" for each in not_had)
        if not asked:
            yield f"{_CLIENTS[ecosystem]} was not asked (--online)"
        elif not not_had:
            yield f"{_CLIENTS[ecosystem]} was asked and knows none"
