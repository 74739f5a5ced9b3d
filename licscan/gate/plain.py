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
_MEDIA = ".png .jpg .jpeg .gif .webp .ico .woff2 .mo"
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
    | (?:(?:.+_)?config|configuration|model_index|params|modules|.*\.index)\.json
    | licscan.*\.json | manifest\.json | cmakelists\.txt | action\.ya?ml | (?:docker-)?compose(?:\..*)?\.ya?ml
    | (?:docker|container)file\..*
    | .*\.(?:min|umd|global|bundle|pkgd|slim)\.(?:js|css) | (?:jquery|bootstrap).*\.(?:js|css)
    """,
    re.VERBOSE,
)
_NOT_PLAIN_FOLDERS = re.compile(
    r"workflows|wp-content|requirements|conda-meta|models--.*|licen[cs]es|legal|.*-extract|.*\.(?:dist|egg)-info"
)
# Where other people's code is kept: a new folder there is a component.
FOREIGN_FOLDERS = frozenset(
    """
    vendor vendors vendored _vendor third_party third-party thirdparty 3rdparty 3rd-party 3rd_party external externals extern
    deps bundled _bundled contrib_libs pods bower_components carthage node_modules site-packages dist-packages
    """.split()
)


# Where copies of script libraries lie, and the headers that tell the version of a library.
_SCRIPT_FOLDERS = frozenset("plugins assets static public jslib javascripts".split())
_VERSION_HEADERS = frozenset(
    """
    archive.h build_info.h catch.hpp civetweb.h cjson.h cmsis_version.h curlver.h cxxopts.hpp db.h doctest.h duktape.h
    enet.h event-config.h expat.h freetype.h gif_lib.h glfw3.h hb-version.h hidapi.h http_parser.h httplib.h imgui.h
    init.h jansson.h jconfig.h json.hpp json_c_version.h lcms2.h libssh2.h lodepng.h lua.h lv_version.h lvgl.h lz4.h
    macros.h miniaudio.h miniz.h mongoose.h monocypher.h mosquitto.h nghttp2ver.h oniguruma.h opensslv.h opj_config.h
    pb.h pcre.h pcre2.h physfs.h png.h pugixml.hpp rapidjson.h raylib.h sdl_version.h setup.hpp simdjson.h sqlite3.h
    stb_ds.h stb_dxt.h stb_image.h stb_image_resize.h stb_image_write.h stb_perlin.h stb_rect_pack.h stb_sprintf.h
    stb_textedit.h stb_truetype.h task.h tiffvers.h tinyxml2.h utf8proc.h uthash.h version.h version.hpp
    version_master.h xmlversion.h xxhash.h yajl_version.h zlib.h zstd.h
    """.split()
)


def is_plain_path(path: str) -> bool:
    """Whether a file at ``path`` (with ``/``, case does not matter) is read for its licences alone."""
    *folders, name = path.lower().split("/")
    if os.path.splitext(name)[1] not in PLAIN_SUFFIXES or _NOT_PLAIN.fullmatch(name):
        return False
    if name in _VERSION_HEADERS or (name.endswith((".js", ".css")) and not _SCRIPT_FOLDERS.isdisjoint(folders)):
        return False
    return not any(folder in FOREIGN_FOLDERS or _NOT_PLAIN_FOLDERS.fullmatch(folder) for folder in folders)


def is_plain_kind(path: str, kind: FileKind) -> bool:
    """Whether the content is what the ending promises: text where text is expected."""
    suffix = os.path.splitext(path)[1].lower()
    return any(suffix in suffixes and kind in kinds for suffixes, kinds in _KINDS)
