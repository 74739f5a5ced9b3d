"""npm: its configuration names registries for all names and for scopes; the manifest of a version is what the registry shows of it."""

from __future__ import annotations

import base64
import binascii
import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from msgspec.structs import replace

from licscan.component.client import NotFetched
from licscan.component.ecosystem.npm_lock import integrity_hashes
from licscan.component.formats import BrokenManifest, load_json_object, mapping, text
from licscan.component.registry.base import (
    Answer,
    Archive,
    Get,
    Registry,
    Run,
    Source,
    basic,
    hash_of,
    refuse_other,
    some,
    source_at,
    with_program,
)
from licscan.core.component import Component, Hash
from licscan.core.message import message

_PROGRAMS = ("npm",)
_CREDENTIAL = re.compile(r"^\s*(//\S+?):(_authToken|_auth|username|_password)\s*=\s*(.*?)\s*$")
_VARIABLE = re.compile(r"\$\{([A-Za-z_]\w*)\}")
_LARGEST = 1024 * 1024


def _sources(run: Run, _components: Sequence[Component]) -> Sequence[Source]:
    shown = with_program(run, _PROGRAMS, ["config", "list", "--long", "--json", "--no-workspaces"])
    try:
        settings: Mapping[str, Any] = json.loads(shown)
        default = str(settings["registry"])
    except (ValueError, KeyError, TypeError) as error:
        raise NotFetched(message("registry.npm-shows-configuration", "npm shows no configuration")) from error
    scoped = [
        (name.rpartition(":")[0], str(value))
        for name, value in settings.items()
        if re.fullmatch(r"@[^:]+:registry", name)
    ]
    kept = dict(_credentials(settings))
    proxy = text(settings.get("https-proxy")) or text(settings.get("proxy")) or ""
    common = {"proxy": proxy, "authorities": text(settings.get("cafile")) or ""}
    found = [source_at(address, only=scope, **common) for scope, address in (*sorted(scoped), ("", default))]
    return tuple(
        source if source.headers else replace(source, headers=_headers(source.address, kept)) for source in found
    )


def _credentials(settings: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield credentials of the user's own files by place and kind: npm does not show them."""
    for name in ("globalconfig", "userconfig"):
        place = text(settings.get(name))
        try:
            with (
                open(place, encoding="utf-8", errors="replace") if place else open(os.devnull, encoding="utf-8") as file
            ):
                written = file.read(_LARGEST)
        except OSError:
            continue  # npm goes without this file too
        for line in written.splitlines():
            if found := _CREDENTIAL.match(line):
                value = _VARIABLE.sub(lambda match: os.environ.get(match[1], ""), found[3].strip("\"'"))
                yield (found[1].rstrip("/"), found[2]), value


def _headers(address: str, kept: Mapping[tuple[str, str], str]) -> tuple[tuple[str, str], ...]:
    place = "//" + address.partition("//")[2].rstrip("/")
    if token := kept.get((place, "_authToken")):
        return (("Authorization", f"Bearer {token}"),)
    if pair := kept.get((place, "_auth")):
        return (("Authorization", f"Basic {pair}"),)
    user, password = kept.get((place, "username")), kept.get((place, "_password"))
    if user and password:
        try:
            return (basic(user, base64.b64decode(password).decode("utf-8", "replace")),)
        except binascii.Error:
            return ()
    return ()


def _ask(get: Get, component: Component) -> Answer:
    data = get(f"{quote(component.name, safe='@')}/{quote(component.version or '', safe='+')}")
    try:
        document = load_json_object(data)
    except BrokenManifest as error:
        raise NotFetched(message("registry.answer-json-object", "the answer is not a JSON object")) from error
    if document.get("name") != component.name or document.get("version") != component.version:
        raise NotFetched(message("registry.answer-about-another-package", "the answer is about another package"))
    packed = mapping(document.get("dist"))
    hashes: tuple[Hash, ...] = (
        *integrity_hashes(text(packed.get("integrity"))),
        *some(hash_of("SHA-1", packed.get("shasum"))),
    )
    refuse_other(component, hashes)
    address = text(packed.get("tarball")) or ""
    name = f"{component.name.rpartition('/')[2]}-{component.version}.tgz"
    return Answer(
        files={"package.json": data},
        manifest="package.json",
        archive=Archive(address=address, name=name, hashes=hashes, root="*") if address else None,
    )


NPM = Registry(
    label="npm",
    programs=_PROGRAMS,
    install=message("registry.install-npm", "install Node.js with npm"),
    name=re.compile(r"(?:@[A-Za-z0-9~_][\w.~-]*/)?[A-Za-z0-9~_][\w.~-]*"),
    sources=_sources,
    ask=_ask,
    reader="licscan.component.ecosystem.npm:read_package_json",
    member=lambda path: path == "package.json",
)
