"""Swift and Objective-C: Podfile.lock and Package.resolved."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from licscan.component.base import Package, Reading, parent_of
from licscan.component.ecosystem.common import kind_at, named_hash
from licscan.component.ecosystem.nodes import Need, Node, lock_reading
from licscan.component.ecosystem.origin import Qualifiers, of_address, of_path, of_repository
from licscan.component.format_yaml import load_yaml_object
from licscan.component.formats import load_json_object, mapping, sequence, text
from licscan.component.lines import Lines
from licscan.core.component import ComponentKind
from licscan.core.location import Location

if TYPE_CHECKING:
    from licscan.component.tree import Tree

_POD = re.compile(r"(?P<name>[^\s/(]+)(?:/[^\s(]+)?(?: \((?P<version>[^)]*)\))?")


def read_podfile_lock(tree: Tree, path: str) -> Reading:
    """Read locked pods; subspecs (``Pod/Part``) are parts of their pod."""
    directory = parent_of(path)
    data = tree.read(path)
    document = load_yaml_object(data)
    if kind_at(directory) is not ComponentKind.PROJECT:
        return Reading()
    checksums = mapping(document.get("SPEC CHECKSUMS"))
    lines = Lines(path, data)
    nodes = list(_pods(document, checksums, lines))
    asked = [_needed(item) for item in sequence(document.get("DEPENDENCIES"))]
    needs = tuple(need for need in asked if need)
    nodes.append(Node(keys=(), folder=directory, needs=needs, location=Location(path=path)))
    return lock_reading("cocoapods", directory, nodes, Location(path=path))


def _pods(document: Mapping[str, Any], checksums: Mapping[str, Any], lines: Lines) -> Iterator[Node]:
    needs: dict[str, dict[Need, None]] = {}
    packages: dict[str, Package] = {}
    for item in sequence(document.get("PODS")):
        head = next(iter(mapping(item)), None) or text(item) or ""
        match = _POD.match(head)
        if not match or not match.group("version"):
            continue
        name = match.group("name")
        digest = named_hash("sha1", text(checksums.get(name)) or "")
        packages.setdefault(
            name,
            Package(
                type="cocoapods",
                name=name,
                version=match.group("version"),
                qualifiers=_pod_origin(name, document),
                location=lines.at(head),
                hashes=(digest,) if digest else (),
            ),
        )
        wanted = (_needed(need) for need in sequence(mapping(item).get(head)))
        needs.setdefault(name, {}).update(dict.fromkeys(need for need in wanted if need and need.keys != (name,)))
    for name, package in packages.items():
        yield Node(keys=(name,), package=package, needs=tuple(needs[name]), location=package.location)


def _pod_origin(name: str, document: Mapping[str, Any]) -> Qualifiers:
    """Return where a pod comes from when that is not a repository of specifications; keys are Ruby's symbols (``:git``)."""
    asked = _unsymboled(mapping(document.get("EXTERNAL SOURCES")).get(name))
    taken = _unsymboled(mapping(document.get("CHECKOUT OPTIONS")).get(name))
    if address := taken.get("git") or asked.get("git"):
        revisions = (taken.get("commit"), asked.get("commit"), asked.get("tag"), asked.get("branch"))
        return of_repository(address, next((each for each in revisions if each), None))
    if address := taken.get("http") or asked.get("http"):
        return of_address(address)
    return of_path(asked.get("path", ""))


def _unsymboled(value: object) -> dict[str, str]:
    return {key.lstrip(":"): found for key, item in mapping(value).items() if (found := text(item))}


def _needed(item: object) -> Need | None:
    match = _POD.match(text(item) or "")
    return Need(keys=(match.group("name"),), requirement=match.group("version")) if match else None


def read_package_resolved(tree: Tree, path: str) -> Reading:
    """Read the pins of Swift Package Manager, versions 1 to 3; they are a flat list."""
    data = tree.read(path)
    document = load_json_object(data)
    if kind_at(parent_of(path)) is not ComponentKind.PROJECT:
        return Reading()
    lines = Lines(path, data)
    pins = sequence(document.get("pins")) or sequence(mapping(document.get("object")).get("pins"))
    nodes = [node for pin in pins if (node := _pin(mapping(pin), lines))]
    return lock_reading("swift", parent_of(path), nodes, Location(path=path))


def _pin(pin: Mapping[str, Any], lines: Lines) -> Node | None:
    address = text(pin.get("location")) or text(pin.get("repositoryURL")) or ""
    state = mapping(pin.get("state"))
    version = text(state.get("version")) or text(state.get("revision"))
    # https://host/owner/name.git and git@host:owner/name.git become host/owner and name.
    place = re.sub(r"^[a-z+]+://(?:[^/@]*@)?|^[^/@:]+@", "", address).replace(":", "/").removesuffix(".git").strip("/")
    namespace, _, name = place.rpartition("/")
    name = name or text(pin.get("identity")) or text(pin.get("package")) or ""
    if not name or not version:
        return None
    location = lines.at(f'"{address}"', f'"{name}"')
    released = text(state.get("version"))
    package = Package(
        type="swift",
        namespace=namespace or None,
        name=name,
        version=version,
        # A release is named by the repository and its tag; of a branch only the commit says what it is.
        qualifiers=() if released or "://" not in address else of_repository(address, text(state.get("revision"))),
        location=location,
    )
    return Node(keys=(name,), package=package, location=location)
