"""What a file is for, told from its name and first bytes."""

from __future__ import annotations

import posixpath
import re

from licscan.core.finding import FileKind
from licscan.util.encoding import wide_encoding

_LEGAL_NAME = re.compile(
    r"(licen[cs]es?|un-?licen[cs]e|copying|copyright|copyrights|notices?|patents|legal|eula|mit-licen[cs]e|authors|third[-_ ]?party[-_ ]?(notices?|licen[cs]es?))"
    r"([._-].*)?"
)
_LEGAL_SUFFIXES = frozenset({"", ".txt", ".md", ".rst", ".html", ".htm", ".adoc", ".pdf"})
# How publishers of models call theirs: "Tongyi Qianwen LICENSE AGREEMENT", USE_POLICY.md, "Community License for X Model.pdf".
_AGREEMENT = re.compile(
    r".*(?:[ _-]licen[cs]e|licen[cs]e[ _-]?agreement|(?<![a-z])use[ _-]policy|terms[ _-]of[ _-]use|许可协议)"
    r"|(?:.*[ _-])?licen[cs]e[ _-]for[ _-].*"
)
_MANIFEST_NAMES = frozenset(
    """
    package.json package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml bun.lock bower.json deno.json
    pyproject.toml setup.py setup.cfg pipfile pipfile.lock poetry.lock uv.lock pdm.lock pylock.toml metadata pkg-info
    pom.xml build.gradle build.gradle.kts gradle.lockfile libs.versions.toml manifest.mf go.mod go.sum modules.txt cargo.toml cargo.lock
    gemfile gemfile.lock composer.json composer.lock packages.lock.json packages.config directory.build.props directory.packages.props podfile podfile.lock
    package.swift package.resolved pubspec.yaml pubspec.lock environment.yml environment.yaml meta.yaml control
    description dist.ini build.sbt mix.exs project.clj rebar.config stack.yaml
    """.split()
)
_MANIFEST_SUFFIXES = (
    ".gemspec",
    ".podspec",
    ".csproj",
    ".fsproj",
    ".vbproj",
    ".nuspec",
    ".cabal",
    ".opam",
    ".rockspec",
    ".spec",
    ".ebuild",
    ".about",
)
_CODE_SUFFIXES = frozenset(
    """
    .c .cc .cpp .cxx .c++ .h .hh .hpp .hxx .inc .inl .ipp .m .mm .cu .cuh .cl .s .asm .py .pyx .pxd .pyi .js .jsx .mjs .cjs
    .ts .tsx .mts .cts .vue .svelte .java .kt .kts .scala .groovy .gradle .clj .cljs .go .rs .rb .rake .php .phtml .cs .fs
    .vb .swift .dart .lua .pl .pm .t .r .jl .hs .lhs .ml .mli .erl .hrl .ex .exs .elm .nim .zig .d .f .f90 .f95 .for .pas
    .ada .adb .ads .lisp .el .scm .rkt .tcl .sh .bash .zsh .fish .ksh .bat .cmd .ps1 .psm1 .awk .sed .vim .sql .proto
    .thrift .cmake .mk .mak .am .ac .m4 .in .y .l .yy .ll .g4 .v .sv .vhd .vhdl .css .scss .sass .less .coffee .map .ipynb
    .dts .dtsi .glsl .hlsl .vert .frag .wat .sol .bzl .bazel .nix .tf
    """.split()
)
_CODE_NAMES = frozenset(
    "makefile gnumakefile cmakelists.txt dockerfile jenkinsfile rakefile vagrantfile meson.build sconstruct build workspace configure kconfig".split()
)
_PROSE_SUFFIXES = frozenset(
    ".md .markdown .rst .txt .adoc .asciidoc .org .tex .texi .texinfo .html .htm .xhtml .pod .man .1 .2 .3 .4 .5 .6 .7 .8 .rtf .pdf .doc .docx .odt".split()
)
_PROSE_NAMES = frozenset("readme changelog changes news history todo install thanks credits contributing faq".split())
_DATA_SUFFIXES = frozenset(
    ".json .jsonl .yaml .yml .toml .ini .cfg .conf .properties .xml .xsd .csv .tsv .plist .po .pot .svg .env .lock .resx .strings .sarif".split()
)
_DATA_NAMES = frozenset(
    ".gitignore .gitattributes .gitmodules .hgignore .bzrignore .cvsignore .svnignore .tfignore .dockerignore .npmignore".split()
)


def file_kind(path: str, head: bytes, size: int) -> FileKind:
    """Tell the kind of ``path`` (relative, with ``/``) whose content starts with ``head``."""
    if size == 0:
        return FileKind.EMPTY
    if b"\0" in head and not head.startswith(b"%PDF-") and wide_encoding(head) is None:
        return FileKind.BINARY
    return kind_by_name(path, head)


def kind_by_name(path: str, head: bytes = b"") -> FileKind:
    """Tell the kind that a file of text at ``path`` has; ``head`` tells scripts without an ending."""
    name = posixpath.basename(path).lower()
    suffix = _suffix(name)
    if name in _MANIFEST_NAMES or name.endswith(_MANIFEST_SUFFIXES) or re.fullmatch(r"requirements.*\.(txt|in)", name):
        return FileKind.MANIFEST
    if is_legal_name(name):
        return FileKind.LEGAL
    if suffix in _CODE_SUFFIXES or name in _CODE_NAMES or (not suffix and head.startswith(b"#!")):
        return FileKind.CODE
    if suffix in _PROSE_SUFFIXES or name.split(".")[0] in _PROSE_NAMES:
        return FileKind.PROSE
    if suffix in _DATA_SUFFIXES or name in _DATA_NAMES:
        return FileKind.DATA
    return FileKind.OTHER


def _suffix(name: str) -> str:
    """Return what ``PurePath.suffix`` does, which takes a tenth of a millisecond to make."""
    dot = name.rfind(".")
    return name[dot:] if 0 < dot < len(name) - 1 else ""


def is_legal_name(name: str) -> bool:
    """Whether a file called ``name`` (any case, without its folder) is there to state a licence or notices."""
    lowered = name.lower()
    suffix = _suffix(lowered)
    if suffix in _CODE_SUFFIXES or suffix in _DATA_SUFFIXES:
        return False
    if _LEGAL_NAME.fullmatch(lowered):
        return True
    stem = lowered[: -len(suffix)] if suffix in _LEGAL_SUFFIXES and suffix else lowered
    return stem.endswith((".license", ".licence", "-copying")) or _AGREEMENT.fullmatch(stem) is not None
