"""Files that say nothing but what they say: no manifest, no model, no licence file, nothing that steers licscan.

Told by name, so that the commit hook loads no stage to know it; the tests hold the names against what the stages read.
"""

from __future__ import annotations

import os
import re

from licscan.core.finding import FileKind

_CODE = """
    .c .cc .cpp .cxx .h .hh .hpp .hxx .m .mm .py .pyi .pyx .js .jsx .mjs .cjs .ts .tsx .mts .cts .vue .svelte .java .kt .scala
    .go .rs .rb .php .cs .fs .vb .swift .dart .lua .pl .pm .r .jl .hs .ml .erl .ex .exs .clj .sh .bash .css .scss .less .sql
    """
_PROSE = ".md .markdown .rst .txt .adoc .html .htm"
_DATA = ".json .yaml .yml .toml .ini .cfg .conf .properties .xml .csv .tsv .po .pot .svg"
_MEDIA = ".png .jpg .jpeg .gif .webp .ico .woff .woff2 .ttf .otf .mo"
_KINDS: tuple[tuple[frozenset[str], tuple[FileKind, ...]], ...] = tuple(
    (frozenset(suffixes.split()), (*kinds, FileKind.EMPTY))
    for suffixes, kinds in (
        (_CODE, (FileKind.CODE,)),
        (_PROSE, (FileKind.PROSE,)),
        (_DATA, (FileKind.DATA,)),
        (_MEDIA, (FileKind.BINARY,)),
    )
)
PLAIN_SUFFIXES = frozenset(suffix for suffixes, _ in _KINDS for suffix in suffixes)

# Manifests and lockfiles, models' configurations, and what licscan itself is told with, among files of these endings.
_NOT_PLAIN = re.compile(
    r"""
    setup\.(?:py|cfg) | conanfile\.py | gems\.rb
    | .*requirements.*\.txt
    | (?:package|package-lock|npm-shrinkwrap|composer|installed|\.?bower|haxelib|packages\.lock)\.json | .*\.podspec\.json
    | (?:environment.*|meta|pubspec|pnpm-lock)\.ya?ml
    | (?:pyproject|reuse|cargo|pylock|pylock\..*|licscan|.*\.versions)\.toml
    | .*pom.*\.(?:xml|properties)
    | (?:(?:.+_)?config|model_index|params|modules|.*\.index)\.json
    | licscan.*\.json
    """,
    re.VERBOSE,
)
_NOT_PLAIN_FOLDERS = re.compile(
    r"requirements|conda-meta|models--.*|licen[cs]es|legal|.*-extract|.*\.(?:dist|egg)-info"
)
# Where other people's code is kept: a new folder there is a component.
FOREIGN_FOLDERS = frozenset(
    """
    vendor vendors vendored _vendor third_party third-party thirdparty 3rdparty 3rd-party 3rd_party external externals extern
    deps bundled _bundled contrib_libs pods bower_components carthage node_modules site-packages dist-packages
    """.split()
)


def is_plain_path(path: str) -> bool:
    """Whether a file at ``path`` (with ``/``, case does not matter) is read for its licences alone."""
    *folders, name = path.lower().split("/")
    if os.path.splitext(name)[1] not in PLAIN_SUFFIXES or _NOT_PLAIN.fullmatch(name):
        return False
    return not any(folder in FOREIGN_FOLDERS or _NOT_PLAIN_FOLDERS.fullmatch(folder) for folder in folders)


def is_plain_kind(path: str, kind: FileKind) -> bool:
    """Whether the content is what the ending promises: text where text is expected."""
    suffix = os.path.splitext(path)[1].lower()
    return any(suffix in suffixes and kind in kinds for suffixes, kinds in _KINDS)
