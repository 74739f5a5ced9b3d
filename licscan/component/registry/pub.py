"""pub: Dart's client writes the address of its registry into a lockfile in an empty folder of ours; licences are in the archives."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

from licscan.component.client import NotFetched
from licscan.component.format_yaml import load_yaml_object
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
from licscan.core.component import Component
from licscan.core.message import message

_PROGRAMS = ("dart", "flutter")
_ACCEPT = "application/vnd.pub.v2+json"
_LARGEST = 1024 * 1024


def _sources(run: Run, components: Sequence[Component]) -> Sequence[Source]:
    first = components[0]
    with tempfile.TemporaryDirectory(prefix="licscan-") as name:
        folder = Path(name)
        wanted = f"name: licscan_asks\nenvironment:\n  sdk: '>=2.12.0 <4.0.0'\ndependencies:\n  {first.name}: '{first.version}'\n"
        (folder / "pubspec.yaml").write_text(wanted)
        with_program(run, _PROGRAMS, ["pub", "get", "--no-precompile"], folder)
        try:
            with open(folder / "pubspec.lock", "rb") as stream:
                locked = load_yaml_object(stream.read(_LARGEST))
        except (OSError, BrokenManifest) as error:
            raise NotFetched(message("registry.dart-wrote-lockfile", "dart wrote no lockfile")) from error
    described = mapping(mapping(mapping(locked.get("packages")).get(first.name)).get("description"))
    return (source_at(text(described.get("url")) or ""),)


def _ask(get: Get, component: Component) -> Answer:
    version = path_of(component.version or "")
    try:
        document = load_json_object(get(f"api/packages/{path_of(component.name)}/versions/{version}", accept=_ACCEPT))
    except BrokenManifest as error:
        raise NotFetched(message("registry.answer-json-object", "the answer is not a JSON object")) from error
    hashes = some(hash_of("SHA-256", document.get("archive_sha256")))
    refuse_other(component, hashes)
    address = text(document.get("archive_url"))
    if not address:
        raise NotFetched(message("registry.registry-names-archive", "the registry names no archive"))
    return Answer(archive=Archive(address=address, name=f"{component.name}-{component.version}.tar.gz", hashes=hashes))


PUB = Registry(
    label="pub",
    programs=_PROGRAMS,
    install=message("registry.install-pub", "install the Dart SDK (dart)"),
    name=re.compile(r"[a-z_][a-z0-9_]*"),
    sources=_sources,
    ask=_ask,
    reader="licscan.component.ecosystem.pub:read_pubspec",
    member=lambda path: path == "pubspec.yaml",
)
