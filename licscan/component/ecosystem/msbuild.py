"""What .NET projects inherit from the files above them: ``Directory.Build.props`` and ``Directory.Packages.props``.

As MSBuild does it: the nearest file of each name counts, those further up only where it imports them, which is not followed.
Conditions count as met.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from msgspec import Struct, field

from licscan.component.base import Reading, ancestors, join_path
from licscan.component.format_xml import load_xml, local_name
from licscan.component.formats import BrokenManifest
from licscan.component.lines import Lines
from licscan.component.tree import UnreadableFile

if TYPE_CHECKING:
    from licscan.component.tree import Tree

BUILD = "Directory.Build.props"
PACKAGES = "Directory.Packages.props"
_PROPERTY = re.compile(r"\$\(([\w.]+)\)")
# A path that starts so is relative to the file that says it.
_THIS_FOLDER = "$(MSBuildThisFileDirectory)"
_LONGEST_VALUE = 1_000
_ROUNDS = 10


class MsbuildFile(Struct, frozen=True):
    """One XML file of MSBuild with its path, and the places of what stands in it."""

    path: str
    root: Element
    lines: Lines

    def properties(self) -> Mapping[str, str]:
        """Return what its property groups set, by name as written."""
        return {
            local_name(item): (item.text or "").strip()
            for group in self.root
            if local_name(group) == "PropertyGroup"
            for item in group
        }


class Shared(Struct, frozen=True):
    """The files that a project inherits from, and its own: the nearest first."""

    files: tuple[MsbuildFile, ...]
    _properties: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for file in self.files:
            for name, value in file.properties().items():
                self._properties.setdefault(name.lower(), value)

    def filled(self, written: str) -> str:
        """Return ``written`` with properties replaced, a bounded number of times; what is not known stays as it is written."""
        for _ in range(_ROUNDS):
            if "$(" not in written or len(written) > _LONGEST_VALUE:
                return written
            written = _PROPERTY.sub(
                lambda match: self._properties.get(match.group(1).lower(), match.group())[:_LONGEST_VALUE], written
            )
        return written

    def property(self, name: str) -> tuple[str, MsbuildFile] | None:
        """Return what the nearest file sets ``name`` to, and that file; ``None`` where none does or it cannot be told."""
        for file in self.files:
            written = file.properties().get(name, "").replace(_THIS_FOLDER, "")
            if written:
                told = self.filled(written)
                return (told, file) if "$(" not in told else None
        return None

    def items(self, kind: str, name: str) -> Mapping[str, str]:
        """Return ``name`` (attribute or child) of every item of ``kind``, by what it includes or updates in lower case."""
        found: dict[str, str] = {}
        for file in self.files:
            for item in file.root.iter():
                if local_name(item) != kind:
                    continue
                told = value(item, name)
                for included in (value(item, "Include"), value(item, "Update")):
                    if included and told:
                        found.setdefault(included.lower(), self.filled(told))
        return found


def value(element: Element, name: str) -> str | None:
    """Return an attribute, or the text of a child of the same name."""
    attribute = next((value for key, value in element.attrib.items() if key.lower() == name.lower()), None)
    child = next((item.text for item in element if local_name(item) == name), None)
    return (attribute or child or "").strip() or None


def shared_by(tree: Tree, directory: str, own: MsbuildFile) -> Shared:
    """Return ``own``, a project file in ``directory``, with the nearest shared files above it."""
    found = [own]
    for name in (BUILD, PACKAGES):
        path = next((place for above in ancestors(directory) if (place := join_path(above, name)) in tree), None)
        try:
            if path is not None:
                found.append(msbuild_file(tree, path))
        except (BrokenManifest, UnreadableFile):
            continue  # told when that file itself is read
    return Shared(tuple(found))


def msbuild_file(tree: Tree, path: str) -> MsbuildFile:
    """Read one file; raise ``BrokenManifest`` where it does not parse."""
    data = tree.read(path)
    return MsbuildFile(path, load_xml(data), Lines(path, data))


def read_shared(tree: Tree, path: str) -> Reading:
    """Read a shared file for itself: it asks for nothing, but where it is broken the projects below miss what it says."""
    msbuild_file(tree, path)
    return Reading()
