"""Go: the proxies of ``go env``; modules have no licence field, so the archive is read, and go.sum's digest is that of its files."""

from __future__ import annotations

import fnmatch
import hashlib
import json
import re
import zipfile
from collections.abc import Sequence

from licscan.component.client import NotFetched
from licscan.component.ecosystem.golang import GO_H1
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
from licscan.core.component import Component, Hash
from licscan.core.message import message

_PROGRAMS = ("go",)
_MAX_MEMBERS = 200_000
_MAX_UNPACKED = 1024 * 1024 * 1024


def _sources(run: Run, _components: Sequence[Component]) -> Sequence[Source]:
    shown = with_program(run, _PROGRAMS, ["env", "-json", "GOPROXY", "GONOPROXY"], variables={"GOTOOLCHAIN": "local"})
    try:
        settings = json.loads(shown)
        proxies = re.split(r"[,|]", str(settings["GOPROXY"]))
        private = str(settings.get("GONOPROXY") or "")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotFetched(message("registry.go-shows-configuration", "go shows no configuration")) from error
    # What a version control system would be asked for is fetched by nobody here: that starts programs at addresses of the tree.
    found = tuple(source_at(each, excluded=private) for each in proxies if each.startswith(("http://", "https://")))
    if not found:
        raise NotFetched(
            message(
                "registry.goproxy-names-proxy-run-go-mod",
                "GOPROXY names no proxy: run `go mod download`, whose cache is read",
            )
        )
    return found


def _ask(get: Get, component: Component) -> Answer:
    if _is_private(component.name, get.source.excluded):
        raise NotFetched(
            message(
                "registry.gonoproxy-or-goprivate-keeps-from-proxy",
                "GONOPROXY or GOPRIVATE keeps it from the proxy: run `go mod download`, whose cache is read",
            )
        )
    escaped, version = (
        re.sub(r"[A-Z]", lambda match: f"!{match[0].lower()}", part)
        for part in (component.name, component.version or "")
    )
    address = f"{'/'.join(path_of(part) for part in escaped.split('/'))}/@v/{path_of(version)}.zip"
    name = f"{component.name.rpartition('/')[2]}-{component.version}.zip"
    return Answer(archive=Archive(address=address, name=name, root=f"{component.name}@{component.version}/"))


def _is_private(module: str, patterns: str) -> bool:
    """Whether a pattern of Go (comma separated, a path prefix with wildcards) holds for ``module``."""
    parts = module.split("/")
    return any(
        pattern and fnmatch.fnmatchcase("/".join(parts[: pattern.count("/") + 1]), pattern)
        for pattern in (each.strip().rstrip("/") for each in patterns.split(","))
    )


def directory_hash(location: str) -> Hash:
    """Return the ``h1:`` digest of a module's archive: SHA-256 over the digests of its files, by name."""
    lines = []
    left = _MAX_UNPACKED
    with zipfile.ZipFile(location) as archive:
        members = archive.infolist()
        if len(members) > _MAX_MEMBERS:
            raise NotFetched(message("registry.archive-has-too-many-members", "its archive has too many members"))
        for info in sorted(members, key=lambda item: item.filename):
            digest = hashlib.sha256()
            with archive.open(info) as member:
                while chunk := member.read(1 << 20):
                    left -= len(chunk)
                    if left < 0:
                        raise NotFetched(
                            message(
                                "registry.archive-unpacks-more-than-read", "its archive unpacks to more than is read"
                            )
                        )
                    digest.update(chunk)
            lines.append(f"{digest.hexdigest()}  {info.filename}\n")
    return Hash(algorithm=GO_H1, value=hashlib.sha256("".join(lines).encode()).hexdigest())


GOLANG = Registry(
    label="go",
    programs=_PROGRAMS,
    install=message("registry.install-golang", "install Go"),
    name=re.compile(r"[A-Za-z0-9][\w.~-]*(?:/[\w.~-]+)*"),
    sources=_sources,
    ask=_ask,
    content_hash=directory_hash,
)
