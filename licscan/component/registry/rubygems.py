"""RubyGems: the sources of ``gem``; where one has no interface for a version, the gem's own metadata say its licences."""

from __future__ import annotations

import re
from collections.abc import Sequence

from licscan.component.client import NotFetched
from licscan.component.formats import BrokenManifest, load_json_object, mapping, text
from licscan.component.registry.base import (
    Answer,
    Archive,
    Get,
    Registry,
    Run,
    Source,
    hash_of,
    path_of,
    refuse_other,
    some,
    source_at,
    with_program,
)
from licscan.core.component import Component, Hash
from licscan.core.message import message

_PROGRAMS = ("gem",)
_ADDRESS = re.compile(r"^\s*(https?://\S+)\s*$", re.MULTILINE)


def _sources(run: Run, _components: Sequence[Component]) -> Sequence[Source]:
    found = tuple(
        source_at(address) for address in _ADDRESS.findall(with_program(run, _PROGRAMS, ["sources", "--list"]))
    )
    if not found:
        raise NotFetched(
            message("registry.gem-lists-source-can-be-requested", "gem lists no source that can be requested")
        )
    return found


def _ask(get: Get, component: Component) -> Answer:
    version = path_of(component.version or "")
    platform = _platform(component)
    full = f"{path_of(component.name)}-{version}{f'-{path_of(platform)}' if platform else ''}"
    hashes: tuple[Hash, ...] = ()
    files: dict[str, bytes] = {}
    try:
        data = get(
            f"api/v2/rubygems/{path_of(component.name)}/versions/{version}.json"
            + (f"?platform={path_of(platform)}" if platform else "")
        )
        document = load_json_object(data)
    except BrokenManifest as error:
        raise NotFetched(message("registry.answer-json-object", "the answer is not a JSON object")) from error
    except NotFetched:
        document = {}  # a mirror has archives alone; where it has no such gem, its archive is missing too
    if document:
        hashes = some(hash_of("SHA-256", text(mapping(document).get("sha"))))
        refuse_other(component, hashes)
        files["metadata.json"] = data
    archive = Archive(address=f"gems/{full}.gem", name=f"{component.name}-{component.version}.gem", hashes=hashes)
    return Answer(files=files, manifest="metadata.json" if files else "", archive=archive)


def _platform(component: Component) -> str:
    found = re.search(r"[?&]platform=([\w.-]+)", component.purl or "")
    return found[1] if found else ""


RUBYGEMS = Registry(
    label="gem",
    programs=_PROGRAMS,
    install=message("registry.install-rubygems", "install Ruby (gem)"),
    name=re.compile(r"[A-Za-z0-9_][\w.-]*", re.ASCII),
    sources=_sources,
    ask=_ask,
    reader="licscan.component.ecosystem.rubygems:read_gem_metadata",
    member=lambda path: path == "metadata.gz",
    nested="data.tar.gz",
)
