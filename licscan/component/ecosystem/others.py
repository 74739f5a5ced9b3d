"""Manifests of smaller ecosystems, read with ScanCode's own handlers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from licscan.component.base import Reading, Source, parent_of
from licscan.component.ecosystem.common import kind_at

if TYPE_CHECKING:
    from licscan.component.tree import Tree

# ScanCode's name of a handler; the files that it reads; a text without which such a file is something else.
_HANDLERS: tuple[tuple[str, tuple[str, ...], bytes], ...] = (
    ("bower_json", ("bower.json", ".bower.json"), b'"name"'),
    ("cocoapods_podspec", ("*.podspec",), b"Pod::Spec"),
    ("cocoapods_podspec_json", ("*.podspec.json",), b'"name"'),
    ("conan_conanfile_py", ("conanfile.py",), b"ConanFile"),
    ("opam_file", ("opam", "*.opam"), b"opam-version"),
    ("haxelib_json", ("haxelib.json",), b'"name"'),
    ("conda_meta_yaml", ("meta.yaml",), b"package:"),
)


def _read(handler: str, mark: bytes, tree: Tree, path: str) -> Reading:
    kind = kind_at(parent_of(path))
    if kind is None or mark not in tree.read(path):
        return Reading()
    from licscan.component import scancode

    return scancode.read_manifest(handler, path, tree.location(path), kind)


def _reader(handler: str, mark: bytes) -> Callable[[Tree, str], Reading]:
    return partial(_read, handler, mark)


SOURCES = tuple(
    Source(name=handler, patterns=patterns, read=_reader(handler, mark)) for handler, patterns, mark in _HANDLERS
)
