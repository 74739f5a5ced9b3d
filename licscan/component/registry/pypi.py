"""Python: pip's configuration names the index; of a wheel the index has the metadata, of a source archive the archive is read, not built."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from html.parser import HTMLParser
from pathlib import PurePath
from typing import Any
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import InvalidVersion, Version

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
    some,
    source_at,
    with_program,
)
from licscan.core.component import Component
from licscan.core.message import message

_PROGRAMS = ("pip", "pip3")
_ACCEPT = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"
_SETTING = re.compile(r"^[\w:.-]*?\.?((?:extra-)?index-url|proxy|cert|no-index)\s*=\s*(.*)$", re.MULTILINE)
_DEFAULT = re.compile(r"--index-url\b.*?\(default\s+(\S+?)\)", re.DOTALL)
_ALGORITHMS = {"sha256": "SHA-256", "sha384": "SHA-384", "sha512": "SHA-512", "md5": "MD5", "sha1": "SHA-1"}


class _File:
    """One file that an index lists."""

    def __init__(self, name: str, address: str, hashes: Mapping[str, Any], metadata: object) -> None:
        self.name = name
        self.address = address
        self.hashes = some(*(hash_of(_ALGORITHMS[key], value) for key, value in hashes.items() if key in _ALGORITHMS))
        values = mapping(metadata)
        self.metadata = next(iter(some(*(hash_of(_ALGORITHMS[key], values.get(key)) for key in _ALGORITHMS))), None)


def _sources(run: Run, _components: Sequence[Component]) -> Sequence[Source]:
    shown = with_program(run, _PROGRAMS, ["config", "list", "--disable-pip-version-check"])
    settings: dict[str, list[str]] = {}
    # Later lines are those of the environment, which pip lets win; it lists them first.
    for key, value in reversed(_SETTING.findall(shown)):
        settings[key] = value.strip().strip("'\"").replace("\\n", "\n").split()
    if settings.get("no-index", [""])[-1:] in (["1"], ["true"], ["yes"], ["True"]):
        raise NotFetched(message("registry.pip-configured-ask-index", "pip is configured to ask no index"))
    first = settings.get("index-url") or _DEFAULT.findall(with_program(run, _PROGRAMS, ["install", "--help"]))
    if not first:
        raise NotFetched(message("registry.pip-names-index", "pip names no index"))
    common = {name: (settings.get(key) or [""])[0] for name, key in (("proxy", "proxy"), ("authorities", "cert"))}
    return tuple(source_at(address, **common) for address in (*first[:1], *settings.get("extra-index-url", ())))


def _ask(get: Get, component: Component) -> Answer:
    files = [file for file in _listed(get, component) if _is_of(file.name, component)]
    if not files:
        raise NotFetched(
            message("registry.registry-does-not-have-this-version", "the registry does not have this version")
        )
    locked = {
        item
        for item in component.hashes
        if item.algorithm in {hash.algorithm for file in files for hash in file.hashes}
    }
    named = [file for file in files if not locked.isdisjoint(file.hashes)]
    if locked and not named:
        raise NotFetched(
            message(
                "registry.registry-has-another-digest-than-lockfile",
                "the registry has another digest for it than the lockfile",
            )
        )
    wheels = sorted(
        (file for file in files if file.name.endswith(".whl")),
        key=lambda file: ("-none-any" not in file.name, file.name),
    )
    sources = [file for file in files if not file.name.endswith(".whl")]
    # What the lockfile names, and no other file of the version, is the archive; of the version's metadata each wheel has the same.
    packed = next(iter(named or wheels or sources))
    archive = Archive(
        address=packed.address, name=packed.name, hashes=packed.hashes, root="" if packed.name.endswith(".whl") else "*"
    )
    described = next((file for file in wheels if file.metadata), None)
    if described is None:
        return Answer(archive=archive)
    data = get(f"{described.address}.metadata", digest=described.metadata)
    return Answer(files={"METADATA": data}, manifest="METADATA", archive=archive)


def _listed(get: Get, component: Component) -> Iterator[_File]:
    page = f"{canonicalize_name(component.name)}/"
    data = get(page, accept=_ACCEPT)
    base = f"{get.source.address}/{page}"
    if data.lstrip()[:1] == b"{":
        try:
            document = load_json_object(data)
        except BrokenManifest as error:
            raise NotFetched(message("registry.answer-json-object", "the answer is not a JSON object")) from error
        for item in map(mapping, sequence(document.get("files"))):
            metadata = item.get("core-metadata", item.get("data-dist-info-metadata"))
            address = urljoin(base, text(item.get("url")) or "")
            yield _File(text(item.get("filename")) or "", address, mapping(item.get("hashes")), metadata)
        return
    page_links = _Links()
    page_links.feed(data.decode("utf-8", "replace"))
    for link, metadata in page_links.found:
        address, fragment = urldefrag(urljoin(base, link))
        key, _, value = fragment.partition("=")
        known, _, digest = metadata.partition("=")
        name = PurePath(unquote(urlsplit(address).path)).name
        yield _File(name, address, {key: value}, {known: digest} if digest else {})


class _Links(HTMLParser):
    """The links of an index page, each with what it says of its metadata."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        if tag == "a" and held.get("href"):
            self.found.append(
                (held["href"] or "", held.get("data-core-metadata") or held.get("data-dist-info-metadata") or "")
            )


def _is_of(name: str, component: Component) -> bool:
    try:
        found = parse_wheel_filename(name)[1] if name.endswith(".whl") else parse_sdist_filename(name)[1]
        return found == Version(component.version or "")
    except (InvalidWheelFilename, InvalidSdistFilename, InvalidVersion):
        return False


PYPI = Registry(
    label="pip",
    programs=_PROGRAMS,
    install=message("registry.install-pypi", "install pip"),
    name=re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*"),
    sources=_sources,
    ask=_ask,
    reader="licscan.component.ecosystem.pypi_installed:read_metadata",
    member=lambda path: bool(re.fullmatch(r"[^/]+\.dist-info/METADATA|PKG-INFO", path)),
)
