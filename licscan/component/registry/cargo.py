"""Rust: Cargo writes the configuration of its index, source replacement included, into an empty home of ours; licences are in the archives."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from licscan.component.client import NotFetched
from licscan.component.formats import BrokenManifest, load_json_object, load_toml, mapping, text
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

_PROGRAMS = ("cargo",)
_LARGEST = 1024 * 1024
_PROJECT = (
    '[package]\nname = "licscan-asks"\nversion = "0.0.0"\nedition = "2018"\n[lib]\npath = "lib.rs"\n[dependencies]\n'
)
_CONFIGURATION = ("config.toml", "config", "credentials.toml", "credentials")


def _sources(run: Run, components: Sequence[Component]) -> Sequence[Source]:
    users = Path(os.environ.get("CARGO_HOME") or Path.home() / ".cargo")
    trouble: NotFetched | None = None
    # One that the registry does not have would stop Cargo; its index was configured before it found that out.
    with tempfile.TemporaryDirectory(prefix="licscan-") as name:
        folder, home = Path(name, "project"), Path(name, "home")
        folder.mkdir()
        home.mkdir()
        for kept in _CONFIGURATION:
            if (users / kept).is_file():
                shutil.copyfile(users / kept, home / kept)
        first = components[0]
        (folder / "Cargo.toml").write_text(f'{_PROJECT}"{first.name}" = "={first.version}"\n')
        (folder / "lib.rs").write_text("")
        try:
            with_program(run, _PROGRAMS, ["generate-lockfile"], folder, {"CARGO_HOME": str(home)})
        except NotFetched as error:
            trouble = error
        settings = [path.read_bytes()[:_LARGEST] for path in sorted(home.glob("registry/index/*/config.json"))]
        tokens = _tokens(home)
    if len(settings) != 1:
        raise trouble or NotFetched(
            message("registry.cargo-wrote-configuration-index", "cargo wrote no configuration of its index")
        )
    try:
        configured = load_json_object(settings[0])
    except BrokenManifest as error:
        raise NotFetched(
            message(
                "registry.configuration-cargo-s-index-json-object",
                "the configuration of cargo's index is not a JSON object",
            )
        ) from error
    source = source_at(text(configured.get("dl")) or "")
    if configured.get("auth-required") is True and len(tokens) == 1:
        source = Source(address=source.address, headers=(("Authorization", tokens[0]),))
    return (source,)


def _tokens(home: Path) -> list[str]:
    """Return the tokens of the user's own file: which of several an index takes is for Cargo alone to say."""
    found = [
        value for key, value in os.environ.items() if re.fullmatch(r"CARGO_(?:REGISTRY|REGISTRIES_\w+)_TOKEN", key)
    ]
    for name in ("credentials.toml", "credentials"):
        if (home / name).is_file():
            try:
                written = load_toml((home / name).read_bytes()[:_LARGEST])
            except BrokenManifest:
                continue  # Cargo itself stops at it, and its words are the trouble that is shown
            tables = [mapping(written.get("registry")), *map(mapping, mapping(written.get("registries")).values())]
            found += [token for table in tables if (token := text(table.get("token")))]
    return list(dict.fromkeys(found))


def _ask(get: Get, component: Component) -> Answer:
    """Fill in what the index configures: markers in its address, else ``/{crate}/{version}/download`` behind it."""
    version = path_of(component.version or "")
    address = get.source.address
    name = component.name
    lowered = name.lower()
    prefix = (
        "/".join((lowered[:2], lowered[2:4]))
        if len(name) > 3
        else ("3/" + lowered[0] if len(name) == 3 else str(len(name)))
    )
    marks = {"{crate}": name, "{version}": version, "{lowerprefix}": prefix, "{prefix}": prefix}
    if "{sha256-checksum}" in address:
        marks["{sha256-checksum}"] = next((item.value for item in component.hashes if item.algorithm == "SHA-256"), "")
    if any(mark in address for mark in marks):
        for mark, value in marks.items():
            address = address.replace(mark, value)
    else:
        address = f"{address}/{name}/{version}/download"
    root = f"{name}-{component.version}/"
    return Answer(archive=Archive(address=address, name=f"{name}-{component.version}.crate", root=root))


CARGO = Registry(
    label="cargo",
    programs=_PROGRAMS,
    install=message("registry.install-cargo", "install Rust with cargo"),
    name=re.compile(r"[A-Za-z][\w-]*", re.ASCII),
    sources=_sources,
    ask=_ask,
    reader="licscan.component.ecosystem.cargo:read_cargo_toml",
    member=lambda path: path == "Cargo.toml",
)
