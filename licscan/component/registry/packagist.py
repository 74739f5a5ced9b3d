"""Packagist: the repositories that ``composer`` is configured with; their index says where the metadata of a package is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from licscan.component.client import NotFetched
from licscan.component.formats import BrokenManifest, load_json_object, mapping, sequence, text
from licscan.component.registry.base import (
    Answer,
    Archive,
    Get,
    Registry,
    Run,
    Source,
    hash_of,
    refuse_other,
    some,
    source_at,
    with_program,
)
from licscan.core.component import Component
from licscan.core.message import message

_PROGRAMS = ("composer",)
_ADDRESS = re.compile(r"^\[repositories\.(?:[^\]]*\.)?url\]\s+(\S+)", re.MULTILINE)


def _sources(run: Run, _components: Sequence[Component]) -> Sequence[Source]:
    shown = with_program(run, _PROGRAMS, ["config", "--global", "--list", "--no-plugins", "--no-interaction"])
    # Composer writes its own as "https?://": over an encrypted connection where there is one.
    found = tuple(source_at(address.replace("https?://", "https://")) for address in _ADDRESS.findall(shown))
    if not found:
        raise NotFetched(message("registry.composer-names-repository", "composer names no repository"))
    return found


def _ask(get: Get, component: Component) -> Answer:
    entry = next((each for each in _versions(get, component) if _is_version(each, component.version or "")), None)
    if entry is None:
        raise NotFetched(
            message("registry.registry-does-not-have-this-version", "the registry does not have this version")
        )
    packed = mapping(entry.get("dist"))
    hashes = some(hash_of("SHA-1", packed.get("shasum")))
    refuse_other(component, hashes)
    address = text(packed.get("url")) or ""
    archive = None
    if address and packed.get("type") == "zip":
        name = f"{component.name.rpartition('/')[2]}-{component.version}.zip"
        archive = Archive(address=address, name=name, hashes=hashes, root="*")
    data = json.dumps({"name": component.name, **entry}).encode()
    return Answer(files={"composer.json": data}, manifest="composer.json", archive=archive)


def _versions(get: Get, component: Component) -> Iterator[dict[str, Any]]:
    """Yield the versions of a package. In the short form each states only what differs from the one before it."""
    try:
        pattern = text(load_json_object(get("packages.json")).get("metadata-url")) or ""
        if "%package%" not in pattern:
            raise NotFetched(
                message(
                    "registry.index-registry-does-not-say-where",
                    "the index of the registry does not say where metadata are",
                )
            )
        answer = load_json_object(get(pattern.replace("%package%", component.name)))
    except BrokenManifest as error:
        raise NotFetched(message("registry.answer-json-object", "the answer is not a JSON object")) from error
    is_short = answer.get("minified") == "composer/2.0"
    known: dict[str, Any] = {}
    for entry in map(mapping, sequence(mapping(answer.get("packages")).get(component.name))):
        known = {key: value for key, value in {**(known if is_short else {}), **entry}.items() if value != "__unset"}
        yield known


def _is_version(entry: dict[str, Any], version: str) -> bool:
    return (text(entry.get("version")) or "").lower().removeprefix("v") == version.lower().removeprefix("v")


PACKAGIST = Registry(
    label="composer",
    programs=_PROGRAMS,
    install=message("registry.install-packagist", "install Composer"),
    name=re.compile(r"[a-z0-9](?:[_.-]?[a-z0-9]+)*/[a-z0-9](?:[_.-]*[a-z0-9]+)*"),
    sources=_sources,
    ask=_ask,
    reader="licscan.component.ecosystem.composer:read_composer_json",
    member=lambda path: path == "composer.json",
)
