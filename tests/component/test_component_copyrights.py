"""Whose code a component is: asked of its licence files first, without what licences say of themselves."""

from __future__ import annotations

from collections.abc import Sequence

from licscan.component.copyrights import MAX_OTHER_FILES, files_by_component, with_copyrights
from licscan.core.component import ClaimSource, Component, ComponentKind, LicenseClaim
from licscan.core.copyright import Copyrights
from licscan.core.finding import FileKind, SourceFile
from licscan.core.selection import SelectedFile

FSF = "Copyright (c) 2007 Free Software Foundation, Inc."
JANE = "Copyright 2020 Jane Doe"


class Reader:
    """Says of each file what is written for it, and remembers who was asked."""

    def __init__(self, answers: dict[str, Copyrights]) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def read(self, files: Sequence[SelectedFile]) -> list[Copyrights]:
        self.asked += [file.file.path for file in files]
        return [self.answers.get(file.file.path, Copyrights()) for file in files]


def component(directory: str, kind: ComponentKind = ComponentKind.VENDORED, expression: str = "mit") -> Component:
    claim = LicenseClaim(source=ClaimSource.DETECTED, expression=expression)
    return Component(id=f"path:{directory}", name=directory, kind=kind, directory=directory, claims=(claim,))


def file(path: str, kind: FileKind = FileKind.CODE) -> SelectedFile:
    return SelectedFile(file=SourceFile(path=path, size=1, sha256="0" * 64, kind=kind), location=f"/{path}")


def says(statement: str, holder: str) -> Copyrights:
    return Copyrights(statements=(statement,), holders=(holder,))


def license_text(key: str) -> str:
    if key != "gpl-3.0":
        raise KeyError(key)
    return "GNU GENERAL PUBLIC LICENSE\nCopyright (C) 2007 Free Software Foundation, Inc. <https://fsf.org/>\n..."


def filled(parts: Sequence[Component], files: Sequence[SelectedFile], reader: Reader) -> tuple[Component, ...]:
    return with_copyrights(parts, files_by_component(parts, files, ()), {}, reader, license_text)[0]


def test_the_licence_file_is_asked_and_the_code_is_not_where_it_names_somebody() -> None:
    reader = Reader({"lib/LICENSE": says(JANE, "Jane Doe")})
    (lib,) = filled([component("lib")], [file("lib/LICENSE", FileKind.LEGAL), file("lib/a.c")], reader)
    assert (lib.copyrights, lib.holders) == ((JANE,), ("Jane Doe",))
    assert reader.asked == ["lib/LICENSE"]


def test_the_gpl_s_own_notice_is_not_the_component_s_and_the_code_is_asked_then() -> None:
    reader = Reader({"lib/COPYING": says(FSF, "Free Software Foundation, Inc."), "lib/a.c": says(JANE, "Jane Doe")})
    parts = [component("lib", expression="gpl-3.0-plus")]
    (lib,) = filled(parts, [file("lib/COPYING", FileKind.LEGAL), file("lib/a.c")], reader)
    assert (lib.copyrights, lib.holders) == ((JANE,), ("Jane Doe",))


def test_code_of_the_foundation_itself_keeps_its_notice() -> None:
    own = "Copyright (c) 1998 Free Software Foundation, Inc."
    reader = Reader({"lib/a.c": says(own, "Free Software Foundation, Inc.")})
    (lib,) = filled([component("lib", expression="gpl-3.0")], [file("lib/a.c")], reader)
    assert lib.copyrights == (own,) and lib.holders == ("Free Software Foundation, Inc.",)


def test_only_a_few_files_are_asked_and_the_topmost_first() -> None:
    reader = Reader({})
    files = [file(f"lib/deep/{number:03}.c") for number in range(100)] + [file("lib/zz.c")]
    (lib,) = filled([component("lib")], files, reader)
    assert lib.copyrights == () and len(reader.asked) == MAX_OTHER_FILES and reader.asked[0] == "lib/zz.c"


def test_source_maps_are_not_asked_for_what_their_sources_say() -> None:
    reader = Reader({})
    filled([component("lib")], [file("lib/a.js.map"), file("lib/a.min.js")], reader)
    assert reader.asked == ["lib/a.min.js"]


def test_the_project_itself_and_system_packages_are_not_asked() -> None:
    reader = Reader({"LICENSE": says(JANE, "Jane Doe")})
    parts = [component("", ComponentKind.PROJECT), component("usr/share/doc/x", ComponentKind.SYSTEM)]
    files = [file("LICENSE", FileKind.LEGAL), file("usr/share/doc/x/copyright", FileKind.LEGAL)]
    assert [item.copyrights for item in filled(parts, files, reader)] == [(), ()]
    assert reader.asked == []


def test_statements_that_differ_in_signs_alone_are_told_once() -> None:
    reader = Reader(
        {"lib/LICENSE": says("Copyright (c) 2020 Jane Doe", "Jane Doe"), "lib/NOTICE": says(JANE, "JANE DOE")}
    )
    files = [file("lib/LICENSE", FileKind.LEGAL), file("lib/NOTICE", FileKind.LEGAL)]
    (lib,) = filled([component("lib")], files, reader)
    assert (lib.copyrights, lib.holders) == (("Copyright (c) 2020 Jane Doe",), ("Jane Doe",))
