"""NuGet: the sources that the user's client lists; their index names the folder of packages, in which each nuspec lies by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from licscan.component.client import NotFetched
from licscan.component.formats import BrokenManifest, load_json_object, mapping, sequence, text
from licscan.component.registry.base import (
    Answer,
    Archive,
    Get,
    Registry,
    Run,
    Source,
    path_of,
    source_at,
    with_program,
)
from licscan.core.component import Component
from licscan.core.message import message

_PROGRAMS = ("dotnet", "nuget")
_FLAGS = "E"
_SHORT = re.compile(r"^([A-Z]+)\s+(https?://\S+)\s*$", re.MULTILINE)
_FOLDER = "PackageBaseAddress/3.0.0"


def _sources(run: Run, _components: Sequence[Component]) -> Sequence[Source]:
    shown = with_program(run, _PROGRAMS, ["nuget", "list", "source", "--format", "Short"])
    # A letter for each trait of a source: enabled, disabled, of the machine, official.
    found = tuple(source_at(address) for flags, address in _SHORT.findall(shown) if _FLAGS in flags)
    if not found:
        raise NotFetched(
            message("registry.client-lists-source-can-be-requested", "its client lists no source that can be requested")
        )
    return found


def _ask(get: Get, component: Component) -> Answer:
    name, version = component.name.lower(), _normal((component.version or "").lower())
    folder = _folder(get)
    place = f"{folder}/{path_of(name)}/{path_of(version)}/{path_of(name)}"
    data = get(f"{place}.nuspec")
    archive = Archive(address=f"{place}.{path_of(version)}.nupkg", name=f"{name}.{version}.nupkg")
    return Answer(files={f"{name}.nuspec": data}, manifest=f"{name}.nuspec", archive=archive)


def _folder(get: Get) -> str:
    try:
        index = load_json_object(get(get.source.address))
    except BrokenManifest as error:
        raise NotFetched(
            message("registry.index-registry-json-object", "the index of the registry is not a JSON object")
        ) from error
    found = next(_addresses(index.get("resources")), None)
    if found is None:
        raise NotFetched(
            message(
                "registry.index-registry-names-folder-packages", "the index of the registry names no folder of packages"
            )
        )
    return found.rstrip("/")


def _addresses(resources: object) -> Iterator[str]:
    for item in map(mapping, sequence(resources)):
        if text(item.get("@type")) == _FOLDER and (address := text(item.get("@id"))):
            yield address


def _normal(version: str) -> str:
    """Return a version as registries write it: three parts at least, no fourth that is zero, nothing behind a plus."""
    number, dash, label = version.partition("+")[0].partition("-")
    parts = [str(int(part)) if part.isdecimal() else part for part in number.split(".")]
    parts += ["0"] * (3 - len(parts))
    if len(parts) == 4 and parts[3] == "0":
        parts.pop()
    return ".".join(parts) + dash + label


NUGET = Registry(
    label="nuget",
    programs=_PROGRAMS,
    install=message("registry.install-nuget", "install the .NET SDK (dotnet)"),
    name=re.compile(r"[A-Za-z0-9_][\w.-]*", re.ASCII),
    sources=_sources,
    ask=_ask,
    reader="licscan.component.ecosystem.nuget:read_nuspec",
    member=lambda path: "/" not in path and path.endswith(".nuspec"),
)
