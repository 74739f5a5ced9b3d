"""What builds and carries a product: actions of workflows, base images of containers, services, submodules of Git.

They are named by files that every forge and every builder reads; nothing of them is in the tree but, at times, a submodule's content.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from licscan.component.base import (
    Edge,
    Package,
    Reading,
    base_of,
    normal_path,
    parent_of,
    project_ref,
)
from licscan.component.ecosystem.common import kind_at
from licscan.component.ecosystem.origin import NONE, Qualifiers, of_path, of_repository
from licscan.component.format_yaml import load_yaml_object
from licscan.component.formats import mapping, sequence, text, text_of
from licscan.component.lines import Lines
from licscan.core.component import ComponentKind, Scope
from licscan.core.issue import Issue, IssueCode, IssueLevel
from licscan.core.location import Location
from licscan.core.message import message

if TYPE_CHECKING:
    from licscan.component.tree import Tree

_ACTION = re.compile(r"(?P<owner>[\w.-]+)/(?P<name>[\w.-]+)(?:/[^@\s]*)?@(?P<ref>\S+)")
_IMAGE = re.compile(
    r"(?P<path>(?:[\w.-]+:\d+/)?[\w.-]+(?:/[\w.-]+)*)(?::(?P<tag>[\w][\w.-]{0,127}))?(?:@(?P<digest>[a-z0-9]+:[0-9a-fA-F]{32,}))?"
)
_VARIABLE = re.compile(r"\$(?:\{(?P<braced>\w+)(?::?-(?P<default>[^}]*))?\}|(?P<bare>\w+))")
_HUBS = ("docker.io", "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com")
_MOST_LINES = 20_000
_FORGE_FOLDERS = (".github", ".gitea", ".forgejo")


# -- workflows ---------------------------------------------------------------------------------------------------------


def read_workflow(tree: Tree, path: str) -> Reading:
    """Read the actions, reusable workflows and images that a workflow runs."""
    return _workflow(tree, path, _project_of(path))


def read_action(tree: Tree, path: str) -> Reading:
    """Read what an action of the tree itself runs."""
    return _workflow(tree, path, parent_of(path))


def _workflow(tree: Tree, path: str, folder: str) -> Reading:
    if kind_at(folder) is not ComponentKind.PROJECT:
        return Reading()
    data = tree.read(path)
    document, lines = load_yaml_object(data), Lines(path, data)
    steps = [*_steps(document), *_steps(mapping(document.get("runs")))]
    for job in mapping(document.get("jobs")).values():
        steps += [mapping(job), *_steps(mapping(job))]
        services = mapping(mapping(job).get("services")).values()
        steps += [{"image": _image_of(each)} for each in (mapping(job).get("container"), *services) if _image_of(each)]
    found = [package for step in steps for package in _of_step(step, lines)]
    return _needed(found, folder)


def _steps(holder: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    return map(mapping, sequence(holder.get("steps")))


def _image_of(value: object) -> str | None:
    return text(value) or text(mapping(value).get("image"))


def _of_step(step: Mapping[str, Any], lines: Lines) -> Iterator[Package]:
    used, image = text(step.get("uses")) or "", text(step.get("image"))
    if used.startswith("docker://"):
        used, image = "", used.removeprefix("docker://")
    if action := _ACTION.fullmatch(used):
        yield Package(
            type="github",
            namespace=action["owner"],
            name=action["name"],
            version=action["ref"],
            location=lines.at(used),
            scope=Scope.BUILD,
        )
    if image and "${{" not in image and (found := image_package(image, lines.at(image), Scope.BUILD)):
        yield found


def _project_of(path: str) -> str:
    """Return the folder that a workflow belongs to: what holds ``.github``."""
    parts = path.split("/")
    at = next((number for number, part in enumerate(parts) if part in _FORGE_FOLDERS), len(parts) - 1)
    return "/".join(parts[:at])


# -- containers --------------------------------------------------------------------------------------------------------


def image_package(written: str, location: Location, scope: Scope) -> Package | None:
    """Return an image as a package: ``python:3.12``, ``ghcr.io/owner/name@sha256:...``; ``None`` for what is no reference."""
    match = _IMAGE.fullmatch(written.strip())
    if match is None:
        return None
    path, host = match["path"], ""
    first, slash, rest = path.partition("/")
    if slash and ("." in first or ":" in first or first == "localhost"):
        host, path = first, rest
    host = "" if host in _HUBS else host
    namespace, _, name = path.rpartition("/")
    qualifiers: list[tuple[str, str]] = [("repository_url", host)] if host else []
    if match["digest"] and match["tag"]:
        qualifiers.append(("tag", match["tag"]))
    return Package(
        type="docker",
        namespace=None if namespace == "library" and not host else namespace or None,
        name=name,
        version=match["digest"] or match["tag"],
        qualifiers=tuple(qualifiers),
        location=location,
        scope=scope,
    )


def read_dockerfile(tree: Tree, path: str) -> Reading:
    """Read the images that a container is built from: that of the last stage is passed on, those of others only build it."""
    folder = parent_of(path)
    if kind_at(folder) is not ComponentKind.PROJECT:
        return Reading()
    build = _Build(path)
    for number, line in _logical_lines(text_of(tree.read(path))):
        build.instruction(line, Location(path=path, start_line=number))
    return replace(_needed(build.images(), folder), issues=tuple(build.issues))


class _Build:
    """The stages of one Dockerfile, in their order."""

    def __init__(self, path: str) -> None:
        self.issues: list[Issue] = []
        self._path = path
        self._values: dict[str, str] = {}
        self._stages: dict[str, int] = {}
        self._bases: list[tuple[str, Location] | int | None] = []
        self._copied: list[tuple[str, Location, int]] = []

    def instruction(self, line: str, location: Location) -> None:
        words = line.split()
        verb = words[0].upper() if words else ""
        if verb == "ARG" and not self._bases:
            for word in words[1:]:
                name, equals, value = word.partition("=")
                if equals:
                    self._values[name] = value.strip("'\"")
        elif verb == "FROM":
            self._from([word for word in words[1:] if not word.startswith("--")], location)
        elif verb == "COPY":
            source = next((word.removeprefix("--from=") for word in words if word.startswith("--from=")), None)
            if source and source not in self._stages and not source.isdecimal():
                self._copied.append((source, location, len(self._bases) - 1))

    def images(self) -> list[Package]:
        shipped = self._shipped()
        found = []
        named = [(base, number) for number, base in enumerate(self._bases) if isinstance(base, tuple)]
        for (image, location), number in (*named, *(((image, at), stage) for image, at, stage in self._copied)):
            scope = Scope.RUNTIME if number in shipped else Scope.BUILD
            if package := image_package(image, location, scope):
                found.append(package)
        return found

    def _from(self, words: list[str], location: Location) -> None:
        if not words:
            return
        image = self._expanded(words[0])
        if image in self._stages:
            self._bases.append(self._stages[image])
        elif "$" in image:
            self.issues.append(
                Issue(
                    code=IssueCode.NOT_READ,
                    message=message("issue.base-image-named", "the base image is named when the image is built"),
                    location=location,
                    hint=message(
                        "issue.give-argument-default",
                        "give the argument a default to have the image in the bill of materials",
                    ),
                    level=IssueLevel.WARNING,
                )
            )
            self._bases.append(None)
        else:
            self._bases.append(None if image.lower() == "scratch" else (image, location))
        if len(words) > 2 and words[1].upper() == "AS":
            self._stages[words[2]] = len(self._bases) - 1

    def _expanded(self, word: str) -> str:
        def value(match: re.Match[str]) -> str:
            name = match["braced"] or match["bare"]
            return self._values.get(name) or match["default"] or match[0]

        return _VARIABLE.sub(value, word)[:1_000]

    def _shipped(self) -> set[int]:
        """Return the stages whose content is in the last one by being its base."""
        found: set[int] = set()
        stage: object = len(self._bases) - 1
        while isinstance(stage, int) and 0 <= stage < len(self._bases) and stage not in found:
            found.add(stage)
            stage = self._bases[stage]
        return found


def _logical_lines(content: str) -> Iterator[tuple[int, str]]:
    """Yield instructions with continued lines joined, without comments."""
    current, start = "", 0
    for number, line in enumerate(content.splitlines()[:_MOST_LINES], start=1):
        bare = line.strip()
        if not bare or bare.startswith("#"):
            continue
        start = start or number
        current = f"{current} {bare.rstrip(chr(92)).strip()}"[:10_000]
        if not bare.endswith("\\"):
            yield start, current.strip()
            current, start = "", 0
    if current:
        yield start, current.strip()


def read_compose(tree: Tree, path: str) -> Reading:
    """Read the images of the services that are not built from the tree itself."""
    folder = parent_of(path)
    if kind_at(folder) is not ComponentKind.PROJECT:
        return Reading()
    data = tree.read(path)
    document, lines = load_yaml_object(data), Lines(path, data)
    found = []
    for service in map(mapping, mapping(document.get("services")).values()):
        written = text(service.get("image")) or ""
        image = _VARIABLE.sub(lambda match: match["default"] or match[0], written)
        if image and "$" not in image and not service.get("build"):
            package = image_package(image, lines.at(written), Scope.RUNTIME)
            found += [package] if package else []
    return _needed(found, folder)


# -- submodules --------------------------------------------------------------------------------------------------------


def read_gitmodules(tree: Tree, path: str) -> Reading:
    """Read the repositories that are parts of this one; their content may be in the tree."""
    folder = parent_of(path)
    if kind_at(folder) is not ComponentKind.PROJECT:
        return Reading()
    found = []
    for fields, number in _submodules(text_of(tree.read(path))):
        place = normal_path(folder, fields.get("path", ""))
        package = _submodule(fields, Location(path=path, start_line=number))
        if package and place:
            is_there = any(each == place or each.startswith(f"{place}/") for each in tree.folders)
            found.append(replace(package, directory=place if is_there else None))
    return _needed(found, folder)


def _submodules(content: str) -> Iterator[tuple[Mapping[str, str], int]]:
    fields: dict[str, str] = {}
    start = 0
    for number, line in enumerate(content.splitlines()[:_MOST_LINES], start=1):
        bare = line.strip()
        if bare.startswith("["):
            if fields:
                yield fields, start
            fields, start = {}, number
        elif "=" in bare and not bare.startswith(("#", ";")):
            name, _, value = bare.partition("=")
            fields[name.strip().lower()] = value.strip().strip('"')
    if fields:
        yield fields, start


def _submodule(fields: Mapping[str, str], location: Location) -> Package | None:
    address = fields.get("url", "")
    is_relative = address.startswith(("./", "../"))
    origin: Qualifiers = of_path(address) if is_relative else of_repository(address, fields.get("branch"))
    name = base_of(address.rstrip("/")).rpartition(":")[2].removesuffix(".git")
    if not name or not origin:
        return None
    hosted = re.fullmatch(
        r"(?:https?://|git://|ssh://git@|git@)github\.com[:/]([\w.-]+)/([\w.-]+?)(?:\.git)?/?", address
    )
    return Package(
        type="github" if hosted else "generic",
        namespace=hosted[1] if hosted else None,
        name=hosted[2] if hosted else name,
        qualifiers=origin or NONE,
        location=location,
    )


def _needed(packages: Iterable[Package], folder: str) -> Reading:
    """Return the packages as what the project in ``folder`` needs."""
    found = list(packages)
    edges = [
        Edge(
            parent=project_ref(folder),
            child=package.ref,
            scope=package.scope or Scope.RUNTIME,
            location=package.location,
        )
        for package in found
    ]
    return Reading(packages=tuple(found), edges=tuple(edges))
