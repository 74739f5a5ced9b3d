"""yarn.lock, of Yarn 1 (a format of its own) and of Yarn 2 and later (YAML)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from licscan.component.base import Edge, Lock, Reading, ReadingBuilder, normal_path, parent_of, project_ref
from licscan.component.ecosystem.common import INSTALL_FOLDERS
from licscan.component.ecosystem.npm import TYPE
from licscan.component.ecosystem.npm_lock import locked_package, wanted_by
from licscan.component.ecosystem.origin import NONE, Qualifiers, of_npm_archive
from licscan.component.format_yaml import load_yaml_object
from licscan.component.formats import BrokenManifest, mapping, text, text_of
from licscan.component.lines import Lines
from licscan.core.location import Location
from licscan.core.message import message

if TYPE_CHECKING:
    from licscan.component.tree import Tree

_PAIR = re.compile(r'(?P<key>"(?:[^"\\]|\\.)*"|\S+)\s+(?P<value>"(?:[^"\\]|\\.)*"|.+)$')


def read_yarn_lock(tree: Tree, path: str) -> Reading:
    """Read either kind of yarn.lock; a package is found by each ``name@range`` that it was locked for."""
    if any(part in INSTALL_FOLDERS for part in path.split("/")):
        return Reading()
    data = tree.read(path)
    content = text_of(data)
    entries = load_yaml_object(data) if re.search(r"^__metadata:", content, re.MULTILINE) else parse_classic(content)
    return _YarnLock(path, Lines(path, data), entries).read()


def parse_classic(content: str) -> dict[str, dict[str, Any]]:
    """Parse Yarn 1's format: headers of names with ranges, below them fields and one level of tables."""
    entries: dict[str, dict[str, Any]] = {}
    entry: dict[str, Any] | None = None
    table: dict[str, Any] | None = None
    for number, line in enumerate(content.splitlines(), start=1):
        bare = line.strip()
        if not bare or bare.startswith("#"):
            continue
        indent = len(line) - len(line.lstrip(" "))
        if indent == 0 and bare.endswith(":"):
            entry, table = entries.setdefault(bare[:-1], {}), None
        elif indent == 2 and entry is not None and bare.endswith(":"):
            table = entry.setdefault(_unquoted(bare[:-1]), {})
        elif indent >= 2 and entry is not None and (pair := _PAIR.match(bare)):
            target = table if indent > 2 and isinstance(table, dict) else entry
            target[_unquoted(pair.group("key"))] = _unquoted(pair.group("value"))
        else:
            raise BrokenManifest(message("issue.not-valid-yarn", "not a valid yarn.lock"), number)
    return entries


def _unquoted(value: str) -> str:
    return value[1:-1].replace('\\"', '"').replace("\\\\", "\\") if value[:1] == value[-1:] == '"' else value


class _YarnLock:
    def __init__(self, path: str, lines: Lines, entries: Mapping[str, Any]) -> None:
        self._folder = parent_of(path)
        self._lines = lines
        self._builder = ReadingBuilder()
        self._found: dict[str, str] = {}
        self._nodes: list[tuple[str, Mapping[str, Any], Location]] = []
        for header, value in entries.items():
            if header != "__metadata":
                self._add(header, mapping(value))

    def read(self) -> Reading:
        for ref, entry, location in self._nodes:
            # Of a package's own peers nobody knows here who provides them; development needs stand in manifests.
            for name, wanted, scope in wanted_by({**entry, "peerDependencies": None, "devDependencies": None}):
                if child := self._found.get(f"{name}@{wanted}"):
                    edge = Edge(
                        parent=ref, child=child, scope=scope, requirement=wanted.removeprefix("npm:"), location=location
                    )
                    self._builder.edges.append(edge)
        # Manifests write "^1.0.0" where Yarn 2 and later write "npm:^1.0.0".
        entries = {key.replace("@npm:", "@", 1): ref for key, ref in self._found.items()} | self._found
        lock = Lock(type=TYPE, directory=self._folder, entries=entries, location=self._lines.at(""))
        self._builder.locks.append(lock)
        return self._builder.build()

    def _add(self, header: str, entry: Mapping[str, Any]) -> None:
        descriptors = [_unquoted(part.strip()) for part in header.split(", ")]
        resolution = text(entry.get("resolution")) or ""
        name, _, target = resolution.rpartition("@workspace:")
        if name:
            folder = normal_path(self._folder, target)
            ref = project_ref(folder) if folder is not None else None
            # A workspace's entry mixes what it needs with what it needs for development: its manifest tells.
        else:
            ref = self._package(descriptors[0], entry, resolution)
        if ref:
            self._found.update(dict.fromkeys(descriptors, ref))

    def _package(self, descriptor: str, entry: Mapping[str, Any], resolution: str) -> str | None:
        version = text(entry.get("version"))
        real = re.match(r"(@?[^@]+)@", resolution) or re.search(r"@npm:(@?[^@]+)@", descriptor)
        name = real.group(1) if real else descriptor[: descriptor.find("@", 1)]
        if not version or not name:
            return None
        package = locked_package(
            name,
            version,
            self._lines,
            descriptor,
            integrity=text(entry.get("integrity")),
            qualifiers=_origin(name, version, resolution, text(entry.get("resolved")) or ""),
        )
        self._builder.packages.append(package)
        self._nodes.append((package.ref, entry, package.location))
        return package.ref


def _origin(name: str, version: str, resolution: str, resolved: str) -> Qualifiers:
    """Return where a package comes from when that is no registry: Yarn 1 has the address in ``resolved``, later ones in ``resolution``."""
    if resolved:
        return of_npm_archive(resolved, name, version)
    reference = resolution[len(name) + 1 :] if resolution.startswith(f"{name}@") else ""
    if reference.startswith(("npm:", "patch:", "workspace:", "virtual:", "exec:")):
        return NONE
    # "file:./lib#./lib::hash=1&locator=app%40workspace": the path ends where its binding begins.
    reference = reference.partition("::")[0]
    return of_npm_archive(reference.partition("#")[0] if reference.startswith("file:") else reference, name, version)
