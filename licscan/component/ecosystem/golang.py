"""Go: go.mod, vendor/modules.txt, and go.sum where go.mod is older than Go 1.17 and does not list what only others need.

go.sum holds digests of more than is built; a complete go.mod lacks nothing of it.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from licscan.component.base import (
    Edge,
    Lock,
    Package,
    Reading,
    ReadingBuilder,
    join_path,
    normal_path,
    parent_of,
    project_ref,
)
from licscan.component.dates import commit_of_pseudo_version
from licscan.component.ecosystem.common import kind_at
from licscan.component.ecosystem.origin import of_path
from licscan.component.formats import BrokenManifest, text_of
from licscan.core.component import ComponentKind, Hash, Scope
from licscan.core.location import Location
from licscan.core.message import message

if TYPE_CHECKING:
    from licscan.component.tree import Tree

TYPE = "golang"
GO_H1 = "GO-H1"
"""Go's digest of a module's files, as ``go.sum`` has it: none of the archive."""
_BLOCK = re.compile(r"(\w+)\s*\(\s*$")
_VERSION = re.compile(r"v\d+\.\d+\.\d+\S*")


class _Directive(Struct, frozen=True):
    """One line of go.mod: its verb, its words, its comment and its line."""

    verb: str
    words: tuple[str, ...]
    comment: str
    line: int


def package_of(module: str, version: str | None, location: Location, directory: str | None = None) -> Package:
    """Return a module as a package; all but the last part of its path is the namespace."""
    namespace, _, name = module.rpartition("/")
    return Package(
        type=TYPE,
        namespace=namespace or None,
        name=name,
        version=version,
        directory=directory,
        location=location,
        dated=commit_of_pseudo_version(version, location),
    )


def read_go_mod(tree: Tree, path: str) -> Reading:
    """Read the module and what it requires; ``// indirect`` marks what only others need, without saying who."""
    directory = parent_of(path)
    if kind_at(directory) is not ComponentKind.PROJECT:
        return Reading()
    directives = list(parse_go_mod(text_of(tree.read(path))))
    module = next((item for item in directives if item.verb == "module" and item.words), None)
    if module is None:
        raise BrokenManifest(message("issue.go-mod-without", "a go.mod without a module line"), 1)
    namespace, _, name = module.words[0].rpartition("/")
    builder = ReadingBuilder()
    builder.packages.append(
        Package(
            type=TYPE,
            namespace=namespace or None,
            name=name,
            kind=ComponentKind.PROJECT,
            directory=directory,
            location=Location(path=path, start_line=module.line),
        )
    )
    replaced = _replacements(directives)
    required = [item for item in directives if item.verb == "require" and len(item.words) == 2]
    tools = _tools(directives, required)
    for item in required:
        _require(tree, builder, item, replaced, path, Scope.DEVELOPMENT if item.words[0] in tools else Scope.RUNTIME)
    if not _is_complete(directives):
        named = {item.words[0] for item in directives if item.verb == "require"}
        builder.packages += _only_in_sum(tree, directory, named | {old for old, _ in replaced})
    sums = _sums(tree, directory)
    builder.packages = [_with_sum(package, sums) for package in builder.packages]
    return builder.build()


def _sums(tree: Tree, directory: str) -> Mapping[tuple[str, str], Hash]:
    """Return the digests that go.sum has of modules, by path and version."""
    path = join_path(directory, "go.sum")
    lines = [line.split() for line in text_of(tree.read(path)).splitlines()] if path in tree else []
    found = {(words[0], words[1]): _digest(words[2]) for words in lines if len(words) == 3}
    return {key: digest for key, digest in found.items() if digest}


def _digest(written: str) -> Hash | None:
    """Return the digest in ``h1:<base64>``."""
    try:
        value = base64.b64decode(written.removeprefix("h1:"), validate=True)
    except ValueError:
        return None
    return Hash(algorithm=GO_H1, value=value.hex()) if written.startswith("h1:") and len(value) == 32 else None


def _with_sum(package: Package, sums: Mapping[tuple[str, str], Hash]) -> Package:
    name = f"{package.namespace}/{package.name}" if package.namespace else str(package.name)
    digest = sums.get((name, package.version or ""))
    return replace(package, hashes=(digest,)) if digest and not package.qualifiers else package


def _tools(directives: Iterable[_Directive], required: Sequence[_Directive]) -> frozenset[str]:
    """Return the modules that are required for a ``tool`` (Go 1.24 and later); all of them, where tools are all that is asked for.

    Of a module that only others need nobody tells whether a tool needs it: beside direct requirements it counts as the code's own.
    """
    called = [item.words[0] for item in directives if item.verb == "tool"]
    tools = {item.words[0] for item in required if any(f"{tool}/".startswith(f"{item.words[0]}/") for tool in called)}
    asked = {item.words[0] for item in required if "indirect" not in item.comment}
    return frozenset(item.words[0] for item in required) if tools and asked <= tools else frozenset(tools)


def _is_complete(directives: Iterable[_Directive]) -> bool:
    """Whether a go.mod lists what only others need: since Go 1.17 (Go modules reference, "Graph pruning")."""
    words = next((item.words for item in directives if item.verb == "go"), ())
    match = re.match(r"(\d+)\.(\d+)", words[0]) if words else None
    return match is not None and (int(match[1]), int(match[2])) >= (1, 17)


def _only_in_sum(tree: Tree, directory: str, named: Collection[str]) -> Iterator[Package]:
    """Yield the modules whose content only go.sum records, each in its highest version: who needs them is not told."""
    path = join_path(directory, "go.sum")
    if path not in tree or join_path(directory, "vendor/modules.txt") in tree:
        return
    found: dict[str, tuple[tuple[object, ...], str, int]] = {}
    for number, line in enumerate(text_of(tree.read(path)).splitlines(), start=1):
        words = line.split()
        # A hash of the go.mod alone shows only that the version was considered.
        if len(words) != 3 or words[0] in named or words[1].endswith("/go.mod") or not _VERSION.fullmatch(words[1]):
            continue
        entry = (_order(words[1]), words[1], number)
        found[words[0]] = max(found.get(words[0], entry), entry)
    for module, (_, version, number) in sorted(found.items()):
        yield replace(package_of(module, version, Location(path=path, start_line=number)), direct=False)


def _order(version: str) -> tuple[object, ...]:
    """Return a key that sorts ``v1.2.3`` after its pre-releases."""
    core, _, rest = version.partition("+")[0].removeprefix("v").partition("-")
    numbers = tuple(int(part) if part.isdecimal() else 0 for part in core.split("."))
    return (numbers, not rest, tuple((part.isdecimal(), part.zfill(20)) for part in rest.split(".")))


def _require(
    tree: Tree,
    builder: ReadingBuilder,
    item: _Directive,
    replaced: dict[tuple[str, str | None], tuple[str, ...]],
    path: str,
    scope: Scope,
) -> None:
    module, version = item.words
    target = replaced.get((module, version)) or replaced.get((module, None)) or item.words
    location = Location(path=path, start_line=item.line)
    if target[0].startswith(("./", "../")):
        folder = normal_path(parent_of(path), target[0])
        if folder is None or folder not in tree.folders:
            # Its sources lie outside what is looked at: a module of that name from a proxy would be another.
            outside = replace(package_of(module, version, location), scope=scope, qualifiers=of_path(target[0]))
            builder.packages.append(outside)
            child: str | None = outside.ref
        else:
            child = project_ref(folder)
    else:
        found = replace(package_of(target[0], target[1] if len(target) > 1 else version, location), scope=scope)
        package = replace(found, direct=False) if "indirect" in item.comment else found
        builder.packages.append(package)
        child = package.ref
    if child and "indirect" not in item.comment:
        parent = project_ref(parent_of(path))
        builder.edges.append(Edge(parent=parent, child=child, scope=scope, requirement=version, location=location))


def _replacements(directives: list[_Directive]) -> dict[tuple[str, str | None], tuple[str, ...]]:
    found: dict[tuple[str, str | None], tuple[str, ...]] = {}
    for item in directives:
        if item.verb == "replace" and "=>" in item.words:
            at = item.words.index("=>")
            old, new = item.words[:at], item.words[at + 1 :]
            if old and new:
                found[old[0], old[1] if len(old) > 1 else None] = new
    return found


def parse_go_mod(content: str) -> Iterator[_Directive]:
    """Yield the directives of a go.mod, those in blocks with the block's verb."""
    block: str | None = None
    for number, line in enumerate(content.splitlines(), start=1):
        bare, _, comment = line.partition("//")
        bare = bare.strip()
        if not bare:
            continue
        opened = _BLOCK.fullmatch(bare)
        if opened:
            block = opened.group(1)
        elif bare == ")":
            block = None
        else:
            words = [word.strip('"`') for word in bare.split()]
            verb = block or words.pop(0)
            if not words:
                raise BrokenManifest(message("issue.not-valid-go", "not a valid go.mod"), number)
            yield _Directive(verb, tuple(words), comment.strip(), number)


def read_modules_txt(tree: Tree, path: str) -> Reading:
    """Read what ``go mod vendor`` copied: each module with its folder.

    ``explicit`` marks what go.mod lists, indirect modules too; it stands in for a go.mod that is not there.
    """
    directory = parent_of(path)
    has_manifest = join_path(parent_of(directory), "go.mod") in tree
    builder = ReadingBuilder()
    entries: dict[str, str] = {}
    current: Package | None = None
    for number, line in enumerate(text_of(tree.read(path)).splitlines(), start=1):
        words = line.split()
        if line.startswith("# ") and len(words) >= 3:
            current = _vendored(words[1:], directory, Location(path=path, start_line=number))
            if current:
                builder.packages.append(current)
                entries[words[1]] = current.ref
        elif line.startswith("## ") and "explicit" in line and current and not has_manifest:
            parent = project_ref(parent_of(directory))
            builder.edges.append(Edge(parent=parent, child=current.ref, location=current.location))
    builder.locks.append(Lock(type=TYPE, directory=parent_of(directory), entries=entries, location=Location(path=path)))
    return builder.build()


def _vendored(words: list[str], directory: str, location: Location) -> Package | None:
    """Return the module of ``path version`` or ``path version => other version``, which lies under its own path."""
    module = words[0]
    new = words[words.index("=>") + 1 :] if "=>" in words else words
    version = next((word for word in new if _VERSION.fullmatch(word)), None)
    name = new[0] if new and not new[0].startswith(("./", "../")) else module
    return package_of(name, version, location, join_path(directory, module)) if "/" in name or "." in name else None
