"""Ruby: Gemfile, Gemfile.lock and gemspecs, read by their literal lines; no Ruby is run."""

from __future__ import annotations

import re
import zlib
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from licscan.component.base import (
    Package,
    Reading,
    Requirement,
    base_of,
    join_path,
    parent_of,
    project_ref,
)
from licscan.component.ecosystem.common import kind_at, origin_of, scope_of_name, statement
from licscan.component.ecosystem.nodes import Need, Node, lock_reading
from licscan.component.ecosystem.origin import NONE, Qualifiers, of_npm, of_path, of_repository
from licscan.component.format_yaml import load_yaml_object
from licscan.component.formats import BrokenManifest, mapping, text, text_of, texts
from licscan.component.lines import Lines
from licscan.core.component import ComponentKind, Scope
from licscan.core.location import Location
from licscan.core.message import message

if TYPE_CHECKING:
    from licscan.component.tree import Tree

TYPE = "gem"
_LONGEST_LINE = 1_000
_MAX_METADATA = 4 * 1024 * 1024
_GEM = re.compile(r"""^\s*gem[\s(]*['"]([\w.-]+)['"](.*)$""")
_GEMSPEC = re.compile(r"^[ \t]*gemspec\b(?![ \t]*=)", re.MULTILINE)
_GROUP = re.compile(r"^\s*group\b(.*)\sdo\b")
_INLINE_GROUP = re.compile(r"\bgroups?:\s*(\[[^\]]*\]|:\w+)|:groups?\s*=>\s*(\[[^\]]*\]|:\w+)")
_QUOTED = re.compile(r"""['"]([^'"]+)['"]""")
_SPEC = re.compile(r"^ {4}(\S+) \(([^)]+)\)$")
_NEED = re.compile(r"^ {6}(\S+?)!?(?: \(([^)]+)\))?$")
_DEPENDENCY = re.compile(r"^ {2}(\S+?)!?(?: \(([^)]+)\))?$")
_SOURCE = re.compile(r"^ {2}(remote|revision): (\S.*)$")
_AT = re.compile(
    r"""(?::(git|github|gitlab|bitbucket|path|ref|tag|branch)\s*=>|\b(git|github|gitlab|bitbucket|path|ref|tag|branch):)\s*['"]([^'"]+)['"]"""
)
_PLATFORM = re.compile(r"-(?:java|jruby|mswin|mingw|x86|x64|arm|aarch64|universal|ruby).*$")


def read_gemfile(tree: Tree, path: str) -> Reading:
    """Read ``gem`` lines with the groups around them.

    Where the Gemfile takes in a gemspec, that says what the gem needs to run; a further line is for whoever works on it.
    """
    if kind_at(parent_of(path)) is not ComponentKind.PROJECT:
        return Reading()
    found: list[Requirement] = []
    group: Scope | None = None
    content = text_of(tree.read(path))
    usual = Scope.DEVELOPMENT if _GEMSPEC.search(content) else Scope.RUNTIME
    for number, line in enumerate(content.splitlines(), start=1):
        # Cut, because what follows is Ruby and matched loosely: no line that people write is as long.
        bare = line[:_LONGEST_LINE].split("#", 1)[0]
        if opened := _GROUP.match(bare):
            group = _scope(opened.group(1))
        elif re.match(r"^\s*end\b", bare):
            group = None
        elif gem := _GEM.match(bare):
            inline = _INLINE_GROUP.search(gem.group(2))
            scope = _scope(inline.group(0)) if inline else group or usual
            written = ", ".join(_QUOTED.findall(gem.group(2).split(":", 1)[0]))
            asked = _requirement(path, gem.group(1), written, scope, number)
            found.append(replace(asked, qualifiers=_asked_origin(gem.group(2))))
    return Reading(requirements=tuple(found))


def _asked_origin(options: str) -> Qualifiers:
    """Return the origin in the options of a ``gem`` line: ``git: "...", tag: "v1"``, ``github: "owner/name"``, ``path: "..."``."""
    given = {old or new: value for old, new, value in _AT.findall(options)}
    revision = given.get("ref") or given.get("tag") or given.get("branch")
    for host in ("github", "gitlab", "bitbucket"):
        if host in given:
            path = given[host] if "/" in given[host] else f"{given[host]}/{given[host]}"
            return of_npm(f"{host}:{path}{f'#{revision}' if revision else ''}")
    if "git" in given:
        return of_repository(given["git"], revision)
    return of_path(given.get("path", ""))


def _scope(groups: str) -> Scope:
    names = re.findall(r"\w+", groups)
    return scope_of_name(names[-1] if names else "", Scope.RUNTIME if "default" in names else Scope.DEVELOPMENT)


def _requirement(path: str, name: str, specifier: str, scope: Scope, number: int) -> Requirement:
    exact = re.fullmatch(r"=?\s*(\d[\w.]*)", specifier)
    return Requirement(
        parent=project_ref(parent_of(path)),
        type=TYPE,
        name=name,
        specifier=specifier,
        pinned=exact.group(1) if exact else None,
        scope=scope,
        location=Location(path=path, start_line=number),
    )


class _Spec(Struct):
    name: str
    version: str
    line: int
    qualifiers: Qualifiers = NONE
    needs: list[Need] = field(default_factory=list)


def read_gemfile_lock(tree: Tree, path: str) -> Reading:
    """Read locked gems (one version for each name, whatever its platform) and, without a Gemfile, what was asked for."""
    directory = parent_of(path)
    if kind_at(directory) is not ComponentKind.PROJECT:
        return Reading()
    content = text_of(tree.read(path))
    specs, asked = _parse_lock(content)
    nodes = [_node(spec, path) for spec in specs]
    manifest = join_path(
        directory, base_of(path).removesuffix(".lock") if base_of(path) != "gems.locked" else "gems.rb"
    )
    if manifest not in tree:
        needs = tuple(Need(keys=(name,), requirement=specifier) for name, specifier in asked)
        nodes.append(Node(keys=(), folder=directory, needs=needs, location=Location(path=path)))
    return lock_reading(TYPE, directory, nodes, Location(path=path))


def _parse_lock(content: str) -> tuple[list[_Spec], list[tuple[str, str | None]]]:
    section = ""
    specs: dict[str, _Spec] = {}
    asked: list[tuple[str, str | None]] = []
    current: _Spec | None = None
    source: dict[str, str] = {}
    for number, line in enumerate(content.splitlines(), start=1):
        if line and not line.startswith(" "):
            if line.startswith(("<<<<<<<", "=======", ">>>>>>>")):
                raise BrokenManifest(
                    message("issue.gemfile-lock-with", "a Gemfile.lock with unresolved merge conflicts"), number
                )
            section, current, source = line.strip(), None, {}
        elif section in ("GIT", "PATH") and (given := _SOURCE.match(line)):
            source[given.group(1)] = given.group(2)
        elif section in ("GEM", "GIT", "PATH", "PLUGIN SOURCE"):
            if spec := _SPEC.match(line):
                version = _PLATFORM.sub("", spec.group(2))
                current = specs.setdefault(
                    f"{spec.group(1)} {version}", _Spec(spec.group(1), version, number, _origin(section, source))
                )
            elif current and (need := _NEED.match(line)):
                current.needs.append(Need(keys=(need.group(1),), requirement=need.group(2)))
        elif section == "DEPENDENCIES" and (wanted := _DEPENDENCY.match(line)):
            asked.append((wanted.group(1), wanted.group(2)))
    return list(specs.values()), asked


def _origin(section: str, source: Mapping[str, str]) -> Qualifiers:
    """Return where the gems of a section come from when that is no registry."""
    remote = source.get("remote", "")
    if section == "GIT":
        return of_repository(remote, source.get("revision"))
    return of_path(remote) if section == "PATH" else NONE


def _node(spec: _Spec, path: str) -> Node:
    location = Location(path=path, start_line=spec.line)
    package = Package(type=TYPE, name=spec.name, version=spec.version, qualifiers=spec.qualifiers, location=location)
    return Node(keys=(spec.name,), package=package, needs=tuple(spec.needs), location=location)


_FIELD = re.compile(r"^[ \t]*\w+\.(name|version|licenses?|authors?|summary|homepage)[ \t]*=[ \t]*(\S.*)$", re.MULTILINE)
_WANTS = re.compile(
    r"""^[ \t]*\w+\.add_(runtime_|development_)?dependency[ \t(]*['"]([\w.-]+)['"]([^#\n]*)""", re.MULTILINE
)


def read_gemspec(tree: Tree, path: str) -> Reading:
    """Read the literal fields of a gemspec; a version from a constant stays unknown."""
    directory = parent_of(path)
    kind = kind_at(directory)
    if kind is None:
        return Reading()
    data = tree.read(path)
    lines = Lines(path, data)
    content = text_of(data)
    fields = {name: _QUOTED.findall(value) for name, value in _FIELD.findall(content)}
    names = fields.get("name") or [base_of(path).removesuffix(".gemspec")]
    licenses = [*fields.get("license", ()), *fields.get("licenses", ())]
    at = lines.first(".license")
    package = Package(
        type=TYPE,
        name=names[0],
        version=next((item for item in fields.get("version", ()) if re.match(r"\d", item)), None),
        kind=kind,
        directory=directory,
        statements=tuple(statement(raw, origin_of(path, "license"), at) for raw in licenses),
        location=lines.first(".name"),
        authors=(*fields.get("authors", ()), *fields.get("author", ())),
        description=next(iter(fields.get("summary", ())), None),
        homepage=next(iter(fields.get("homepage", ())), None),
    )
    wanted = tuple(_gemspec_requirements(content, path)) if kind is ComponentKind.PROJECT else ()
    return Reading(packages=(package,), requirements=wanted)


def read_gem_metadata(tree: Tree, path: str) -> Reading:
    """Read the metadata inside a gem, which is YAML and may be compressed, or what a registry shows of a gem, which is JSON and so YAML too."""
    data = tree.read(path)
    if data[:2] == b"\x1f\x8b":
        data = _uncompressed(data)
    document = load_yaml_object(data)
    name = text(document.get("name"))
    if name is None:
        raise BrokenManifest(message("manifest.gem-without-name", "metadata of a gem without a name"), 1)
    location = Location(path=path)
    version = document.get("version")
    package = Package(
        type=TYPE,
        name=name,
        version=text(mapping(version).get("version")) or text(version) or text(document.get("number")),
        directory=parent_of(path),
        statements=tuple(
            statement(raw, origin_of(path, "licenses"), location) for raw in texts(document.get("licenses"))
        ),
        location=location,
        authors=texts(document.get("authors")),
        description=text(document.get("summary")),
        homepage=text(document.get("homepage")),
    )
    return Reading(packages=(package,))


def _uncompressed(data: bytes) -> bytes:
    opened = zlib.decompressobj(wbits=31)
    try:
        found = opened.decompress(data, _MAX_METADATA)
    except zlib.error as error:
        raise BrokenManifest(
            message("manifest.gem-not-unpacked", "metadata of a gem that cannot be unpacked")
        ) from error
    if opened.unconsumed_tail:
        raise BrokenManifest(message("manifest.gem-too-large", "metadata of a gem that is too large"))
    return found


def _gemspec_requirements(content: str, path: str) -> Iterator[Requirement]:
    ends = [at for at, character in enumerate(content) if character == "\n"]
    for match in _WANTS.finditer(content):
        scope = Scope.DEVELOPMENT if match.group(1) == "development_" else Scope.RUNTIME
        number = bisect_left(ends, match.start(2)) + 1
        yield _requirement(path, match.group(2), ", ".join(_QUOTED.findall(match.group(3))), scope, number)
