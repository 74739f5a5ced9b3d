"""Manifests of smaller ecosystems, read with ScanCode's own handlers."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from licscan.component.base import Reading, parent_of
from licscan.component.ecosystem.common import kind_at

if TYPE_CHECKING:
    from licscan.component.tree import Tree


def _read(handler: str, mark: bytes, tree: Tree, path: str) -> Reading:
    """Read with ScanCode's ``handler``; a file without ``mark`` is something else of that name."""
    kind = kind_at(parent_of(path))
    if kind is None or mark not in tree.read(path):
        return Reading()
    from licscan.component import scancode

    return scancode.read_manifest(handler, path, tree.location(path), kind)


read_bower_json = partial(_read, "bower_json", b'"name"')
read_podspec = partial(_read, "cocoapods_podspec", b"Pod::Spec")
read_podspec_json = partial(_read, "cocoapods_podspec_json", b'"name"')
read_conanfile = partial(_read, "conan_conanfile_py", b"ConanFile")
read_opam = partial(_read, "opam_file", b"opam-version")
read_haxelib_json = partial(_read, "haxelib_json", b'"name"')
read_conda_recipe = partial(_read, "conda_meta_yaml", b"package:")
