"""Copied libraries are components: scripts by their banner or name, libraries in C and C++ by the header with their version.

Banners and version lines are those of the packages that ``licscan/rules/copied_libraries.toml`` names as its sources.
"""

from __future__ import annotations

import re

import pytest

from licscan.component.ecosystem.copied import header_names, rules
from licscan.core.component import Component
from tests.component.conftest import Plant

BANNERS = [
    ("jquery.min.js", "/*! jQuery v3.6.0 | (c) OpenJS Foundation and other contributors | jquery.org/license */", "pkg:npm/jquery@3.6.0"),
    ("jquery.js", "/*!\n * jQuery JavaScript Library v1.12.4\n * http://jquery.com/\n */", "pkg:npm/jquery@1.12.4"),
    ("chart.umd.js", "/*!\n * Chart.js v4.4.1\n * https://www.chartjs.org\n * (c) 2023 Chart.js Contributors\n */", "pkg:npm/chart.js@4.4.1"),
    ("bootstrap.min.css", "@charset \"UTF-8\";/*!\n * Bootstrap v5.3.3 (https://getbootstrap.com/)\n * Licensed under MIT */", "pkg:npm/bootstrap@5.3.3"),
    ("moment.js", "//! moment.js\n//! version : 2.29.4\n//! authors : Tim Wood\n//! license : MIT\n", "pkg:npm/moment@2.29.4"),
    ("d3.min.js", "// https://d3js.org v7.8.5 Copyright 2010-2023 Mike Bostock\n", "pkg:npm/d3@7.8.5"),
    ("vue.global.js", "/**\n* vue v3.4.21\n* (c) 2018-present Yuxi (Evan) You and Vue contributors\n* @license MIT\n**/", "pkg:npm/vue@3.4.21"),
    ("react-dom.production.min.js", "/** @license React v16.14.0\n * react-dom.production.min.js\n */", "pkg:npm/react-dom@16.14.0"),
    ("popper.min.js", "/**\n * @popperjs/core v2.11.8 - MIT License\n */", "pkg:npm/%40popperjs/core@2.11.8"),
    ("handlebars.min.js", "/**!\n\n @license\n handlebars v4.7.8\n\nCopyright (C) 2011-2019 by Yehuda Katz */", "pkg:npm/handlebars@4.7.8"),
    ("all.min.css", "/*!\n * Font Awesome Free 6.5.1 by @fontawesome - https://fontawesome.com\n */", "pkg:npm/%40fortawesome/fontawesome-free@6.5.1"),
    ("axios-1.6.8.min.js", "!function(e,t){}();", "pkg:npm/axios@1.6.8"),
    ("dayjs.min.js", "!function(t,e){}();", "pkg:npm/dayjs"),
    ("gallery.js", "/*! Gallery.js - v2.3.1 | (c) 2020 Example | Released under the MIT license */", "pkg:generic/gallery.js@2.3.1"),
]  # fmt: skip


def libraries(plant: Plant, files: dict[str, str]) -> dict[str | None, Component]:
    return {each.purl: each for each in plant(files).components if each.kind.value == "package"}


@pytest.mark.parametrize(("name", "banner", "purl"), BANNERS, ids=[name for name, _, _ in BANNERS])
def test_a_script_is_what_its_banner_or_its_name_says(plant: Plant, name: str, banner: str, purl: str) -> None:
    path = f"web/static/{name}"
    ((found, library),) = libraries(plant, {path: f"{banner}\n!function(e){{}}(window);\n"}).items()
    assert found == purl
    assert library.other_paths == (path,) and not library.unresolved and library.direct
    assert not library.has_own_origin


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("static/app.js", "/* Needs jQuery v3.6.0, under the MIT license */\nvar a;"),
        ("static/app.js", "var a; /*! jQuery v3.6.0 | (c) OpenJS Foundation */"),
        ("static/app.bundle.js", "/*! Other library v1.0.0, MIT license */"),
        ("static/app.js", "/*! App v1.0.0, Copyright (c) 2020 Us */"),
        ("static/moment.js", "var moment = 1;"),
        ("static/x.js", ""),
        ("node_modules/jquery/dist/jquery.min.js", "/*! jQuery v3.6.0 | (c) OpenJS Foundation */"),
    ],
)
def test_a_mention_is_no_banner(plant: Plant, path: str, content: str) -> None:
    assert libraries(plant, {path: content}) == {}


def test_what_a_project_built_of_itself_is_the_project(plant: Plant) -> None:
    files = {
        "package.json": '{"name": "chart.js", "version": "5.0.0", "license": "MIT"}',
        "dist/chart.umd.js": "/*!\n * Chart.js v4.4.1\n * Released under the MIT License\n */",
    }
    assert libraries(plant, files) == {}


HEADERS = [
    ("third_party/zlib/zlib.h", '#define ZLIB_VERSION "1.2.13"\n', "pkg:generic/zlib@1.2.13"),
    ("external/libpng/png.h", '#define PNG_LIBPNG_VER_STRING "1.6.39"\n', "pkg:generic/libpng@1.6.39"),
    ("deps/lua/src/lua.h", '#define LUA_VERSION_MAJOR\t"5"\n#define LUA_VERSION_MINOR\t"4"\n#define LUA_VERSION_RELEASE\t"4"\n', "pkg:generic/lua@5.4.4"),
    ("vendor/mbedtls/include/mbedtls/version.h", '#define MBEDTLS_VERSION_STRING         "2.28.3"\n', "pkg:generic/mbedtls@2.28.3"),
    (
        "lib/lwip/src/include/lwip/init.h",
        "#define LWIP_VERSION_MAJOR      2U\n#define LWIP_VERSION_MINOR      0U\n#define LWIP_VERSION_REVISION   2U\n",
        "pkg:generic/lwip@2.0.2",
    ),
    ("third_party/freertos/include/task.h", '#define tskKERNEL_VERSION_NUMBER "V10.0.1"\n', "pkg:generic/freertos-kernel@10.0.1"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "content", "purl"), HEADERS, ids=[purl for _, _, purl in HEADERS])
def test_the_folder_around_a_version_header_is_the_library(plant: Plant, path: str, content: str, purl: str) -> None:
    top = "/".join(path.split("/")[:2])
    files = {path: content, f"{top}/LICENSE": "SPDX-License-Identifier: MIT\n", f"{top}/src/more.c": "int more;\n"}
    facts = plant(files)
    ((found, library),) = [(each.purl, each) for each in facts.components if each.kind.value == "package"]
    assert (found, library.directory) == (purl, top)
    assert not [each for each in facts.components if each.kind.value == "vendored"]


def test_a_library_of_few_files_is_those_files(plant: Plant) -> None:
    files = {
        "src/cJSON.c": "int c;\n",
        "src/cJSON.h": "#define CJSON_VERSION_MAJOR 1\n#define CJSON_VERSION_MINOR 7\n#define CJSON_VERSION_PATCH 15\n",
        "src/stb_image.h": "/* stb_image - v2.27 - public domain image loader - http://nothings.org/stb\n*/\n",
        "src/main.c": "int main;\n",
    }
    found = {purl: each.other_paths for purl, each in libraries(plant, files).items()}
    assert found == {
        "pkg:generic/cjson@1.7.15": ("src/cJSON.c", "src/cJSON.h"),
        "pkg:generic/stb_image@2.27": ("src/stb_image.h",),
    }


def test_a_header_without_its_version_or_in_the_library_itself_is_no_copy(plant: Plant) -> None:
    assert libraries(plant, {"third_party/other/zlib.h": "int z;\n"}) == {}
    assert libraries(plant, {"zlib.h": '#define ZLIB_VERSION "1.2.13"\n', "LICENSE": "zlib\n"}) == {}


def test_every_entry_can_be_read_and_names_its_source() -> None:
    listed = rules()
    assert len(listed.script) >= 45 and len({each.name for each in listed.library}) >= 80
    for script in listed.script:
        assert script.source and (script.banner or script.files), script.name
        assert "VERSION" in script.banner or "(?P<version>" in script.banner or not script.banner, script.name
    for library in listed.library:
        assert library.source and library.version and all(map(re.compile, library.version)), library.name


def test_the_headers_that_select_files_are_those_of_the_list() -> None:
    assert set(header_names()) == {library.header.rpartition("/")[2] for library in rules().library}
