"""Maven: mirrors, servers and proxies of the user's settings; the default repository is the one inside Maven's own archive.

A pom's licences may stand in the poms that it inherits from, which are requested too.
"""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from licscan.component.client import NotFetched
from licscan.component.ecosystem.maven import repository_path
from licscan.component.format_xml import load_xml, local_name
from licscan.component.formats import BrokenManifest
from licscan.component.registry.base import (
    Answer,
    Archive,
    Get,
    Registry,
    Run,
    Source,
    basic,
    path_of,
    source_at,
    with_program,
)
from licscan.core.component import Component
from licscan.core.message import message

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_PROGRAMS = ("mvn",)
_HOME = re.compile(r"^.*?Maven home:\s*(.+?)\s*(?:\x1b.*)?$", re.MULTILINE)
_VARIABLE = re.compile(r"\$\{env\.([A-Za-z_]\w*)\}")
_LARGEST = 4 * 1024 * 1024
_MAX_PARENTS = 20
_PART = re.compile(r"[A-Za-z0-9_][\w.+~-]*", re.ASCII)


def _sources(run: Run, _components: Sequence[Component]) -> Sequence[Source]:
    found = _HOME.search(with_program(run, _PROGRAMS, ["--version"]))
    if found is None:
        raise NotFetched(
            message("registry.mvn-does-not-show-where-installed", "mvn does not show where it is installed")
        )
    home = Path(found[1])
    settings = [
        root
        for place in (Path.home() / ".m2/settings.xml", home / "conf/settings.xml")
        if (root := _settings(place)) is not None
    ]
    repositories = [*_active_repositories(settings), *_built_in(home)]
    mirrors = [_fields(each) for root in settings for each in _listed(root, "mirrors", "mirror")]
    servers = {
        item.get("id", ""): item
        for root in reversed(settings)
        for item in map(_fields, _listed(root, "servers", "server"))
    }
    proxy = next(
        (
            _proxy(item)
            for root in settings
            for item in map(_fields, _listed(root, "proxies", "proxy"))
            if item.get("active") != "false"
        ),
        "",
    )
    sources: dict[str, Source] = {}
    for name, address in repositories:
        mirror = next((each for each in mirrors if _is_mirrored(name, address, each.get("mirrorOf", ""))), None)
        name, address = (mirror.get("id", ""), mirror.get("url", "")) if mirror else (name, address)
        source = source_at(address, proxy=proxy)
        if (server := servers.get(name)) and server.get("username") and not source.headers:
            source = replace(source, headers=(basic(server["username"], server.get("password", "")),))
        sources.setdefault(source.address, source)
    if not sources:
        raise NotFetched(message("registry.mvn-configured-with-repository", "mvn is configured with no repository"))
    return tuple(sources.values())


def _settings(place: Path) -> Element | None:
    try:
        return load_xml(place.read_bytes()[:_LARGEST]) if place.is_file() else None
    except (OSError, BrokenManifest) as error:
        raise NotFetched(
            message("registry.maven-s-settings-xml-cannot-be", "Maven's settings.xml cannot be read")
        ) from error


def _built_in(home: Path) -> Iterator[tuple[str, str]]:
    """Yield the repositories of the super POM, which every pom inherits from: it lies in the client's own library."""
    for place in sorted((home / "lib").glob("maven-model-builder*.jar")):
        try:
            with zipfile.ZipFile(place) as archive, archive.open("org/apache/maven/model/pom-4.0.0.xml") as member:
                yield from _repositories(load_xml(member.read(_LARGEST)))
            return
        except (OSError, KeyError, zipfile.BadZipFile, BrokenManifest):
            continue  # another copy of the library, or none: then there is no repository, which is told


def _active_repositories(settings: Sequence[Element]) -> Iterator[tuple[str, str]]:
    for root in settings:
        active = {(child.text or "").strip() for child in _listed(root, "activeProfiles", "activeProfile")}
        for profile in _listed(root, "profiles", "profile"):
            activation = next((_fields(child) for child in profile if local_name(child) == "activation"), {})
            if _fields(profile).get("id") in active or activation.get("activeByDefault") == "true":
                yield from _repositories(profile)


def _repositories(root: Element) -> Iterator[tuple[str, str]]:
    for item in map(_fields, _listed(root, "repositories", "repository")):
        yield item.get("id", ""), item.get("url", "")


def _listed(root: Element, group: str, name: str) -> Iterator[Element]:
    for child in root:
        if local_name(child) == group:
            yield from (each for each in child if local_name(each) == name)


def _fields(element: Element) -> dict[str, str]:
    return {
        local_name(child): _VARIABLE.sub(lambda match: os.environ.get(match[1], ""), (child.text or "").strip())
        for child in element
    }


def _proxy(item: Mapping[str, str]) -> str:
    user = f"{item['username']}:{item.get('password', '')}@" if item.get("username") else ""
    return f"http://{user}{item.get('host', '')}:{item.get('port', '8080')}"


def _is_mirrored(name: str, address: str, patterns: str) -> bool:
    """Whether a mirror's ``mirrorOf`` holds for a repository: ``*``, ``external:*``, names, and ``!name`` for what it does not."""
    wanted = [each.strip() for each in patterns.split(",")]
    is_external = not re.match(r"\w+://(?:localhost|127\.0\.0\.1)\b", address)
    return f"!{name}" not in wanted and (name in wanted or "*" in wanted or ("external:*" in wanted and is_external))


def _ask(get: Get, component: Component) -> Answer:
    group, _, artifact = component.name.rpartition("/")
    files: dict[str, bytes] = {}
    own = repository_path(group, artifact, component.version or "")
    path: str | None = own
    while path and path not in files and len(files) < _MAX_PARENTS:
        try:
            files[path] = get("/".join(map(path_of, path.split("/"))))
        except NotFetched:
            if not files:
                raise
            break  # a parent that is elsewhere: what the pom itself states holds all the same
        path = _parent(files[path])
    base = own.removesuffix(".pom")
    archive = Archive(address=f"{base}.jar", name=f"{artifact}-{component.version}.jar")
    return Answer(files=files, manifest=own, archive=archive)


def _parent(data: bytes) -> str | None:
    try:
        parent = next((child for child in load_xml(data) if local_name(child) == "parent"), None)
    except BrokenManifest:
        return None  # its reader says the same
    fields = _fields(parent) if parent is not None else {}
    wanted = [fields.get(name, "") for name in ("groupId", "artifactId", "version")]
    return repository_path(*wanted) if all(_PART.fullmatch(each) for each in wanted) else None


MAVEN = Registry(
    label="maven",
    programs=_PROGRAMS,
    install=message(
        "registry.install-maven", "install Maven (mvn), whose settings Gradle projects are asked through too"
    ),
    name=re.compile(r"[A-Za-z0-9_][\w.-]*/[A-Za-z0-9_][\w.-]*", re.ASCII),
    sources=_sources,
    ask=_ask,
    reader="licscan.component.ecosystem.maven:read_pom",
)
