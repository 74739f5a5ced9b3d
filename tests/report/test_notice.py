"""The attribution document: everybody named, each text once and in full, and what is missing told."""

from __future__ import annotations

import io
import re

import pytest
from msgspec.structs import replace

from licscan.core.component import Component, ComponentKind, Scope
from licscan.core.legal_text import LegalText, LegalTextKind
from licscan.report import reporter
from licscan.report.base import ReportInput
from licscan.report.notice import label, notice
from tests.policy import factories as make
from tests.report import samples
from tests.report.sample_facts import HOSTILE_TEXT, MARKUP

MIT = "Permission is hereby granted to everybody, without warranty.\n"
FORMATS = ["notice-text", "notice-markdown", "notice-html"]


def package(name: str, scope: Scope = Scope.RUNTIME, *, directory: str | None = "lib") -> Component:
    return Component(id=f"pkg:npm/{name}@1.0", name=name, version="1.0", directory=directory, scope=scope)


def license_file(component: Component, text: str, kind: LegalTextKind = LegalTextKind.LICENSE) -> LegalText:
    name = "LICENSE" if kind is LegalTextKind.LICENSE else "NOTICE"
    return LegalText(component=component.id, path=f"{component.name}/{name}", kind=kind, text=text)


def standard_text(key: str) -> str:
    return {"mit": MIT, "apache-2.0": "The Apache text.\n"}[key]


def report(*parts: tuple[Component, str | None], texts: tuple[LegalText, ...] | None = ()) -> ReportInput:
    base = samples.clean()
    components = tuple(component for component, _ in parts)
    conclusions = tuple(make.about(component, expression) for component, expression in parts)
    return replace(
        base,
        inventory=replace(base.inventory, components=components, legal_texts=texts),
        audit=replace(base.audit, conclusions=conclusions),
        license_text=standard_text,
    )


def written(given: ReportInput, name: str) -> str:
    stream = io.BytesIO()
    reporter(name).write(given, stream)
    return stream.getvalue().decode()


def test_texts_that_differ_in_copyright_lines_are_one_and_the_lines_stand_with_each() -> None:
    left, right = package("left"), package("right")
    texts = (
        license_file(left, f"Copyright (c) 2020 Jane Doe\n\n{MIT}"),
        license_file(right, f"Copyright 2021 Acme\n\n{MIT}"),
    )
    found = notice(report((left, "mit"), (right, "mit"), texts=texts))
    assert [entry.copyrights for entry in found.entries] == [("Copyright (c) 2020 Jane Doe",), ("Copyright 2021 Acme",)]
    assert [entry.texts for entry in found.entries] == [(1,), (1,)]
    (text,) = found.texts
    assert text.text == MIT.strip() and text.number == 1


def test_a_text_of_one_component_is_kept_as_it_stands() -> None:
    lib = package("lib")
    text = f"The Lib License\n\nCopyright (c) 2020 Jane Doe\n\n{MIT}"
    found = notice(report((lib, "mit"), texts=(license_file(lib, text),)))
    assert found.texts[0].text == text.strip("\n") and found.texts[0].origin == "lib/LICENSE"


@pytest.mark.parametrize(
    "line",
    [
        "(c) You must retain the notices",
        "copyright license to reproduce",
        "Copyright Holder means",
        "COPYRIGHT HOLDERS",
    ],
)
def test_lines_that_speak_of_copyright_name_nobody(line: str) -> None:
    lib = package("lib")
    found = notice(report((lib, "mit"), texts=(license_file(lib, f"{MIT}\n{line}\n"),)))
    assert found.entries[0].copyrights == ()


def test_without_a_file_of_its_own_the_standard_texts_of_all_its_licences_go_along() -> None:
    lib = package("lib")
    found = notice(report((lib, "mit AND apache-2.0")))
    assert [(text.origin, text.text) for text in found.texts] == [
        ("standard text", MIT.strip()),
        ("standard text", "The Apache text."),
    ]


def test_the_upstream_notice_is_reproduced_in_every_format() -> None:
    lib = package("lib")
    given = report((lib, "mit"), texts=(license_file(lib, "This product includes Lib.", LegalTextKind.NOTICE),))
    for name in FORMATS:
        assert "This product includes Lib." in written(given, name)


def test_projects_are_not_third_parties_and_the_order_is_that_of_names() -> None:
    own = replace(package("app"), kind=ComponentKind.PROJECT)
    found = notice(report((package("b"), "mit"), (own, "mit"), (package("A"), "mit")))
    assert [label(entry) for entry in found.entries] == ["A 1.0", "b 1.0"]


def test_what_could_not_be_collected_is_listed_and_the_component_stays() -> None:
    silent, odd = package("silent", directory=None), package("odd")
    found = notice(report((silent, None), (odd, "no-such-licence")))
    assert [label(entry) for entry in found.entries] == ["odd 1.0", "silent 1.0"]
    gaps = {gap.what: gap.names for gap in found.gaps}
    assert gaps["No licence is declared or detected"] == ("silent 1.0",)
    assert gaps["No text of the licence could be had"] == ("odd 1.0",)
    assert gaps["There is no standard text of no-such-licence"] == ("odd 1.0",)
    assert gaps["No copyright statement was found"] == ("odd 1.0", "silent 1.0")
    assert gaps["Its files are not in the tree: its notices could not be read"] == ("silent 1.0",)


@pytest.mark.parametrize("name", FORMATS)
def test_what_could_not_be_collected_is_in_no_document(name: str) -> None:
    given = report((package("silent", directory=None), None), (package("odd"), "no-such-licence"), texts=None)
    text = written(given, name).lower()
    assert "silent" in text and "odd" in text
    assert not [
        word
        for word in ("could not", "not in the tree", "no licence", "not collected", "no standard text")
        if word in text
    ]


def test_only_what_is_distributed_keeps_the_document_from_going_out() -> None:
    (tool,) = notice(report((package("tool", Scope.DEVELOPMENT), "no-such-licence"))).gaps[:1]
    (part,) = notice(report((package("part"), "no-such-licence"))).gaps[:1]
    assert (tool.matters, part.matters) == (False, True)


def test_a_licence_without_text_is_told_for_each_component_that_has_it() -> None:
    found = notice(report((package("a"), "mit AND odd"), (package("b"), "mit AND odd")))
    gaps = {gap.what: gap.names for gap in found.gaps}
    assert gaps["There is no standard text of odd"] == ("a 1.0", "b 1.0")


def test_a_result_whose_scan_kept_no_texts_says_so() -> None:
    found = notice(report((package("lib"), "mit"), texts=None))
    assert "were not collected by this scan" in found.gaps[-1].what


def test_what_only_tools_use_is_marked() -> None:
    given = report((package("tool", Scope.DEVELOPMENT), "mit"))
    assert "Used for: development" in written(given, "notice-text")


@pytest.mark.parametrize("name", FORMATS)
def test_hostile_names_and_texts_do_nothing(name: str) -> None:
    bad = replace(package(MARKUP), copyrights=(HOSTILE_TEXT,))
    texts = (license_file(bad, HOSTILE_TEXT), license_file(bad, HOSTILE_TEXT, LegalTextKind.NOTICE))
    shown = written(report((bad, "mit"), texts=texts), name)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e\u2066]", shown)
    if name == "notice-html":
        assert "<script" not in shown and "<img" not in shown
    if name == "notice-markdown":
        outside = re.sub(r"(?ms)^(`{3,})text\n.*?^\1$", "", shown)
        assert "<script" not in re.sub(r"`[^`\n]*`", "", outside).replace("\\<", "")


def test_a_tree_without_third_parties_says_so() -> None:
    for name in FORMATS:
        assert "No third-party component was found." in written(report(), name)


def test_a_package_whose_texts_came_from_a_store_or_an_archive_is_no_open_item() -> None:
    lib = package("lib", directory=None)
    found = notice(report((lib, "mit"), texts=(license_file(lib, "The text.", LegalTextKind.LICENSE),)))
    assert not any("notices could not be read" in gap.what for gap in found.gaps)
