from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from msgspec.structs import replace

from licscan.classify.conclude import conclude
from licscan.core.component import ClaimSource, Component, ComponentKind, Dependency, LicenseClaim
from licscan.core.finding import FileKind, Match
from licscan.core.location import Location
from licscan.core.verdict import Composition, Statement
from licscan.statements.bare_words import packaged_bare_words, read_bare_words
from licscan.util.rule_data import RuleFileError, packaged
from tests.classify.facts import AnyCatalogue, detection, file_conclusion, finding, inventory, match_in, suppressed_in

GPL = ("gpl-1.0-plus", "gpl_bare_word_only.RULE")


def suppressed(
    *matches: Match, kind: FileKind = FileKind.CODE, components: tuple[Component, ...] = (), owner: str | None = None
) -> list[Statement]:
    path = matches[0].path
    found = finding(path, detection(*matches))
    owning = Component(id=owner, name=owner) if owner else None
    return suppressed_in(inventory(found, kinds={path: kind}, components=components), path, owning)


@pytest.mark.parametrize(
    "line",
    [
        "int gpl = 0;",
        "    gpl++;",
        "  if (state->gpl > 3) {",
        "static double gpl[3];",
        "x = gpl->next;",
        "    this.gpl.update(now);",
        "#ifdef GPL",
        "#if defined(X) && HAVE_GPL",
        "        case GPL:",
        "    case KAboutLicense::GPL:",
        "EXPORT_SYMBOL_GPL(do_it);",
        "EXTERNAL_LIBRARY_GPL_LIST=$x",
        "static inline int compute_gpl_offset(int n)",
        'get_symbol("kallsyms_gpl_future");',
        "std::vector<int> my_gpl(3);",
    ],
)
def test_a_bare_gpl_word_in_code_is_suppressed(line: str) -> None:
    (statement,) = suppressed(match_in(f"void f() {{\n{line}\n}}", 2, *GPL))
    assert statement.composition is Composition.BARE_WORD_IN_CODE
    assert statement.location == Location(path="src/a.cpp", start_line=2, end_line=2)
    assert statement.rule_id == "gpl_bare_word_only.RULE"
    assert "gpl" in str(statement.explanation).lower()


@pytest.mark.parametrize(
    "line",
    [
        'MODULE_LICENSE("GPL");',
        'MODULE_LICENSE("Dual BSD/GPL");',
        'char _license[] SEC("license") = "GPL";',
        'char info[] = "GPL";',
        'license = "GPL"',
        "License: GPL",
        "// License: GPL",
        "/* GPL */",
        " * This file is GPL.",
        "# GPL",
        "int x; // GPL code",
        "x = 1  # under GPL",
        "/* See COPYING.GPL */",
        "dnl GPL",
        'printf("This program is GPL software");',
        "GPL",
        "see gpl.txt",
        "aboutData.setLicense(KAboutLicense::GPL);",
        "@license GPL",
        "SPDX-License-Identifier: GPL",
        ".license = GPL,",
        "This code is dual licensed, MIT and GPL;",
        "released under the GPL (version 2 or later)",
        "GPL(v2)",
        "EU -> gpl -> agpl",
        "MIT || GPL",
        "GPL [1] or MIT",
    ],
)
def test_what_may_speak_to_the_reader_counts(line: str) -> None:
    assert suppressed(match_in(f"void f()\n{line}\n\n", 2, *GPL)) == []


def test_a_word_inside_a_block_comment_counts_even_when_it_looks_like_code() -> None:
    assert suppressed(match_in("/*\n some text\n gpl = 3;\n more\n*/\nint x;", 3, *GPL)) == []
    assert suppressed(match_in("a\nb\nc\nd\n gpl = 3;\n more\n*/\nint x;", 5, *GPL)) == []
    assert suppressed(match_in('def f():\n    """Text.\n    gpl = 3\n    """\n', 3, *GPL, path="a.py")) == []


def test_one_place_that_speaks_is_enough_for_the_match_to_count() -> None:
    assert suppressed(match_in("x\nint gpl = 0; // GPL\n", 2, *GPL)) == []


@pytest.mark.parametrize("kind", [kind for kind in FileKind if kind not in (FileKind.CODE, FileKind.PROSE)])
def test_a_bare_word_outside_code_counts(kind: FileKind) -> None:
    assert suppressed(match_in("int gpl = 0;", 1, *GPL), kind=kind) == []


def test_a_rule_that_is_no_bare_word_counts_in_code() -> None:
    assert suppressed(match_in("int gpl = 0;", 1, "gpl-2.0", "gpl-2.0_7.RULE", kind="notice")) == []


def test_the_bare_word_rules_are_those_of_the_installed_scancode() -> None:
    path = Path(__file__).resolve().parents[2] / "benchmarks" / "bare_words.py"
    spec = importlib.util.spec_from_file_location("bare_words_derivation", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    derived = module.derive()
    assert module.render(derived, "32.5.0") == packaged("bare_words.yaml")
    assert {"gpl_bare_word_only.RULE", "lgpl_bare_single_word.RULE", "gpl1_bare_word_only.RULE"} <= set(
        packaged_bare_words()
    )


def test_a_bare_word_entry_without_words_is_refused_with_its_line() -> None:
    text = "bare_words:\n  - group: g\n    reason: r\n    source: s\n    rules: [a.RULE]\n"
    with pytest.raises(RuleFileError, match=r"bare\.yaml:5"):
        read_bare_words(text, "bare.yaml")


IDS = {
    "MIT": "mit",
    "GPL-2.0": "gpl-2.0",
    "Apache-2.0": "apache-2.0",
    "MPL-2.0": "mpl-2.0",
    "ISC": "isc",
    "EPL-1.0": "epl-1.0",
}


def id_matches(text: str, path: str) -> list[Match]:
    """One match for each line that holds an id, as ScanCode makes them."""
    return [
        match_in(text, number, key, f"spdx_license_id_{name.lower()}_for_{key}.RULE", path=path, spdx=name)
        for number, line in enumerate(text.split("\n"), 1)
        for name, key in IDS.items()
        if name in line
    ]


@pytest.mark.parametrize(
    ("text", "path", "kind"),
    [
        ("[\n" + "".join(f'  "{name}",\n' for name in IDS) + "]", "licenses.json", FileKind.DATA),
        (f"[{', '.join(f'{name!r}' for name in IDS)}]", "allowed.py", FileKind.CODE),
        (
            "".join(f'    {name.replace("-", "_").replace(".", "_").upper()} = "{name}"\n' for name in IDS),
            "ids.py",
            FileKind.CODE,
        ),
        ("".join(f'{{"{name}", LICENSE_{n}}},\n' for n, name in enumerate(IDS)), "table.c", FileKind.CODE),
        ("".join(f"- {name}\n" for name in IDS), "allow.yaml", FileKind.DATA),
        ("".join(f'  case "{name}":\n' for name in IDS), "switch.ts", FileKind.CODE),
    ],
)
def test_a_list_of_licence_ids_is_suppressed(text: str, path: str, kind: FileKind) -> None:
    matches = id_matches(text, path)
    found = suppressed(*matches, kind=kind)
    assert [each.composition for each in found] == [Composition.LICENSE_ID_LIST] * len(matches)
    assert "6 licence ids" in str(found[0].explanation)


@pytest.mark.parametrize(
    ("text", "path", "kind"),
    [
        (
            '{"name": "x",\n "licenses": [\n' + "".join(f'  "{name}",\n' for name in IDS) + "]}",
            "project.json",
            FileKind.DATA,
        ),
        ("license:\n" + "".join(f"- {name}\n" for name in IDS), "meta.yaml", FileKind.DATA),
        ("".join(f'"license": "{name}",\n' for name in IDS), "a.json", FileKind.DATA),
        ("[\n" + "".join(f'  "{name}",\n' for name in IDS) + "]", "package.json", FileKind.MANIFEST),
        ("## License\n\n" + "".join(f"* {name}\n" for name in list(IDS)[:1]), "README.md", FileKind.PROSE),
        ("".join(f"{name}\n" for name in IDS), "LICENSE", FileKind.LEGAL),
        ("".join(f"// {name}\n" for name in IDS), "a.c", FileKind.CODE),
        ("".join(f"Parts are under {name}, see there.\n" for name in IDS), "a.txt", FileKind.DATA),
        ('"MIT",\n"GPL-2.0",\n"ISC",\n', "three.json", FileKind.DATA),
        (f"license = [{', '.join(f'{name!r}' for name in IDS)}]", "setup.cfg.py", FileKind.CODE),
    ],
)
def test_ids_that_are_stated_of_something_count(text: str, path: str, kind: FileKind) -> None:
    assert suppressed(*id_matches(text, path), kind=kind) == []


def test_a_licence_text_within_a_list_counts() -> None:
    text = "[\n" + "".join(f'  "{name}",\n' for name in IDS) + '  "Permission is hereby granted",\n  "EPL-1.0"\n]'
    notice = match_in(text, 8, "mit", "mit_7.RULE", path="l.json", kind="text")
    found = suppressed(*id_matches(text, "l.json"), notice, kind=FileKind.DATA)
    assert 8 not in [each.location.start_line for each in found]


def test_a_reference_to_a_file_that_is_present_states_its_licence() -> None:
    text = "// See the LICENSE file.\nint x;"
    reference = match_in(text, 1, "unknown-license-reference", "ref_1.RULE", references=("LICENSE",))
    followed = match_in("MIT License", 1, "mit", "mit_1.RULE", path="LICENSE", kind="text")
    facts = inventory(finding("src/a.cpp", detection(reference, followed)), finding("LICENSE", detection(followed)))
    (statement,) = file_conclusion(conclude(facts, AnyCatalogue()), "src/a.cpp").statements
    assert (statement.expression, str(statement.explanation)) == ("mit", "it points to LICENSE")


def test_a_reference_that_leads_nowhere_counts() -> None:
    text = "// See the LICENSE file.\nint x;"
    reference = match_in(text, 1, "unknown-license-reference", "ref_1.RULE", references=("LICENSE",))
    other = match_in("MIT License", 1, "mit", "mit_1.RULE", path="COPYING", kind="text")
    unspecific = match_in("see AUTHORS", 1, "unknown-license-reference", "ref_2.RULE", path="LICENSE")
    assert suppressed(reference) == []
    assert suppressed(reference, other) == []
    assert suppressed(reference, unspecific) == []


def test_a_reference_that_names_a_licence_counts_whatever_it_points_to() -> None:
    reference = match_in("// GPL 2, see LICENSE", 1, "gpl-2.0", "gpl-2.0_1.RULE", references=("LICENSE",))
    followed = match_in("MIT License", 1, "mit", "mit_1.RULE", path="LICENSE", kind="text")
    assert suppressed(reference, followed) == []


LISTING = '{\n  "left-pad@1.3.0": {\n    "licenses": "WTFPL",\n    "repository": "x"\n  }\n}'


def package(path: str, expression: str = "wtfpl-2.0", directory: str | None = "node_modules/left-pad") -> Component:
    claim = LicenseClaim(source=ClaimSource.DECLARED, expression=expression, locations=(Location(path=path),))
    return Component(
        id="pkg:npm/left-pad@1.3.0", name="left-pad", version="1.3.0", directory=directory, claims=(claim,)
    )


def listed_match() -> Match:
    return match_in(LISTING, 3, "wtfpl-2.0", "wtfpl-2.0_1.RULE", path="licenses.json")


def test_licence_data_of_a_package_is_suppressed_when_its_own_metadata_says_the_same() -> None:
    (statement,) = suppressed(
        listed_match(), kind=FileKind.DATA, components=(package("node_modules/left-pad/package.json"),)
    )
    assert statement.composition is Composition.PACKAGE_LICENSE_DATA
    assert "left-pad" in str(statement.explanation)
    assert "node_modules/left-pad/package.json" in str(statement.explanation)


def test_licence_data_of_a_package_counts_without_proof() -> None:
    metadata = "node_modules/left-pad/package.json"
    assert suppressed(listed_match(), kind=FileKind.DATA) == []
    assert suppressed(listed_match(), kind=FileKind.DATA, components=(package(metadata, "mit"),)) == []
    assert suppressed(listed_match(), kind=FileKind.DATA, components=(package("other.json", directory=None),)) == []
    assert suppressed(listed_match(), kind=FileKind.CODE, components=(package(metadata),)) == []


def test_a_path_alone_proves_nothing() -> None:
    text = '{"license": "WTFPL"}'
    inside = match_in(text, 1, "wtfpl-2.0", "wtfpl-2.0_1.RULE", path="node_modules/left-pad/extra.json")
    component = package("node_modules/left-pad/package.json")
    assert suppressed(inside, kind=FileKind.DATA, components=(component,), owner=component.id) == []
    assert suppressed(inside, kind=FileKind.DATA, components=(component,)) == []


def test_an_entry_that_a_lockfile_gave_its_component_is_suppressed() -> None:
    text = '{\n  "node_modules/left-pad": {\n    "version": "1.3.0",\n    "license": "WTFPL"\n  }\n}'
    entry = match_in(text, 4, "wtfpl-2.0", "wtfpl-2.0_1.RULE", path="package-lock.json")
    component = package("package-lock.json", directory=None)
    (statement,) = suppressed(entry, kind=FileKind.MANIFEST, components=(component,), owner="project")
    assert statement.composition is Composition.PACKAGE_LICENSE_DATA
    assert suppressed(entry, kind=FileKind.MANIFEST, components=(component,), owner=component.id) == []


def test_what_stands_in_a_database_of_installed_packages_is_theirs() -> None:
    """rpm's database is a binary file in which ScanCode reads the licences of all packages."""
    database = "var/lib/rpm/rpmdb.sqlite"
    system = replace(package(database, "wtfpl-2.0 AND gpl-2.0", directory=None), kind=ComponentKind.SYSTEM)
    system = replace(system, locations=(Location(path=database),))
    for expression, count in (("wtfpl-2.0", 1), ("gpl-2.0-plus", 1), ("wtfpl-2.0 AND gpl-2.0", 1), ("agpl-3.0", 0)):
        match = match_in("x", 1, expression, "a.RULE", path=database)
        found = suppressed(match, kind=FileKind.BINARY, components=(system,))
        assert [item.composition for item in found] == [Composition.PACKAGE_LICENSE_DATA] * count
    elsewhere = match_in("x", 1, "wtfpl-2.0", "a.RULE", path="lib/other.bin")
    assert suppressed(elsewhere, kind=FileKind.BINARY, components=(system,)) == []


def test_the_copyright_file_of_a_system_package_is_its_own() -> None:
    path = "usr/share/doc/left-pad/copyright"
    system = replace(package(path, directory="usr/share/doc/left-pad"), kind=ComponentKind.SYSTEM)
    system = replace(system, locations=(Location(path=path),))
    match = match_in("x", 1, "wtfpl-2.0", "a.RULE", path=path)
    assert suppressed(match, kind=FileKind.LEGAL, components=(system,), owner=system.id) == []


def test_the_entry_of_a_workspace_member_in_the_lockfile_above_is_the_members() -> None:
    text = '{\n  "packages/left-pad": {\n    "version": "1.3.0",\n    "license": "WTFPL"\n  }\n}'
    entry = match_in(text, 4, "wtfpl-2.0", "wtfpl-2.0_1.RULE", path="package-lock.json")
    member = replace(
        package("packages/left-pad/package.json", directory="packages/left-pad"), kind=ComponentKind.PROJECT
    )
    needs = Dependency(
        parent=member.id, child="pkg:npm/ms@1", location=Location(path="package-lock.json", start_line=2)
    )
    found = finding("package-lock.json", detection(entry))
    facts = inventory(found, kinds={"package-lock.json": FileKind.MANIFEST}, components=(member,))
    root = Component(id="root", name="root")
    assert suppressed_in(facts, "package-lock.json", root) == []
    (statement,) = suppressed_in(replace(facts, dependencies=(needs,)), "package-lock.json", root)
    assert statement.composition is Composition.PACKAGE_LICENSE_DATA


def test_what_a_project_says_of_itself_is_never_package_data() -> None:
    project = Component(
        id="path:", name="left-pad", kind=ComponentKind.PROJECT, directory="", claims=package("package.json").claims
    )
    assert suppressed(listed_match(), kind=FileKind.DATA, components=(project,)) == []


def test_an_entry_of_an_installed_package_is_told_by_the_line_where_it_begins() -> None:
    text = '{\n  "license": "WTFPL",\n  "node_modules/left-pad": {\n    "version": "1.3.0",\n    "license": "WTFPL"\n  }\n}'
    component = replace(
        package("node_modules/left-pad/package.json"), locations=(Location(path="package-lock.json", start_line=3),)
    )
    own = match_in(text, 2, "wtfpl-2.0", "wtfpl-2.0_1.RULE", path="package-lock.json")
    entry = match_in(text, 5, "wtfpl-2.0", "wtfpl-2.0_1.RULE", path="package-lock.json")
    found = suppressed(own, entry, kind=FileKind.MANIFEST, components=(component,), owner="project")
    assert [statement.location.start_line for statement in found] == [5]


def test_a_choice_that_is_read_apart_is_known_by_its_own_words() -> None:
    text = '{\n  "node_modules/left-pad": {\n    "license": "(MIT OR GPL-3.0-or-later)",\n'
    claim = LicenseClaim(
        source=ClaimSource.DECLARED,
        expression="mit OR gpl-3.0-plus",
        raw="(MIT OR GPL-3.0-or-later)",
        locations=(Location(path="node_modules/left-pad/package.json"),),
    )
    place = Location(path="package-lock.json", start_line=2)
    component = Component(
        id="p", name="left-pad", directory="node_modules/left-pad", claims=(claim,), locations=(place,)
    )
    part = match_in(text, 3, "gpl-3.0-plus", "gpl-3.0-plus_1.RULE", path="package-lock.json")
    assert len(suppressed(part, kind=FileKind.MANIFEST, components=(component,))) == 1
    other = replace(component, claims=(replace(claim, raw="(MIT OR GPL-3.0)"),))
    assert suppressed(part, kind=FileKind.MANIFEST, components=(other,)) == []


@pytest.mark.parametrize("line", ['x = "SSPL"', 'return "SSPL";', "SSPL", 'say("SSPL")'])
def test_a_bare_word_that_stands_alone_in_a_string_counts(line: str) -> None:
    assert suppressed(match_in(line, 1, "mongodb-sspl-1.0", "mongodb-sspl-1.0_60.RULE")) == []


SHOWN_TEXT = "const page = `Terms of use\n\nFor personal, non-commercial viewing only.\n\nEnd of the terms.`;\n"


@pytest.mark.parametrize(
    ("syntax", "block", "counts"), [("string", (1, 5), False), ("string", (3, 3), True), ("comment", (1, 5), True)]
)
def test_a_word_or_two_of_a_longer_text_that_the_program_shows_is_no_statement(
    syntax: str, block: tuple[int, int], *, counts: bool
) -> None:
    match = match_in(SHOWN_TEXT, 3, "proprietary-license", "proprietary-license_544.RULE", path="src/a.tsx")
    found = suppressed(replace(match, syntax=syntax, block=block))
    assert [each.composition for each in found] == ([] if counts else [Composition.PROGRAM_DATA])


@pytest.mark.parametrize(("kind", "counts"), [(FileKind.BINARY, True), (FileKind.OTHER, False)])
def test_the_string_before_a_tag_in_a_binary_file_is_no_sentence_about_it(kind: FileKind, *, counts: bool) -> None:
    text = "can not find the IRQ\nvendor_rx\nlicense=GPL\n"
    match = match_in(text, 3, "gpl-1.0-plus", "gpl_72.RULE", path="drivers/rx.ko", kind="tag")
    assert (suppressed(match, kind=kind) == []) is counts


def test_a_licence_that_such_a_text_names_counts() -> None:
    match = match_in(SHOWN_TEXT, 3, "gpl-2.0", "gpl-2.0_7.RULE", path="src/a.tsx")
    assert suppressed(replace(match, syntax="string", block=(1, 5))) == []


def test_a_bundle_on_one_line_is_no_list() -> None:
    line = (
        "function f(){return['a','b','c','d']}" * 40
        + "/* SEE LICENSE */"
        + "['MIT','ISC','GPL-2.0','MPL-2.0']"
        + "g();" * 90
    )
    assert suppressed(match_in(line, 1, "mit", "spdx_license_id_mit_for_mit.RULE", path="b.js")) == []


def test_the_list_of_all_classifiers_is_suppressed_and_the_few_of_one_package_count() -> None:
    names = [
        f"License :: OSI Approved :: {name} License"
        for name in ("MIT", "ISC", "X.Net", "W3C", "zlib/libpng", "A", "B", "C")
    ]
    for rows, count in ((names, len(names)), (names[:4], 0)):
        text = "all = {\n" + "".join(f'    "{name}",\n' for name in rows) + "}"
        matches = [
            match_in(text, number, f"key-{number}", f"pypi_{number}.RULE", path="all.py", kind="tag")
            for number in range(2, len(rows) + 2)
        ]
        assert len(suppressed(*matches)) == count


def test_statements_of_one_form_that_differ_in_the_id_alone_are_a_list() -> None:
    text = "".join(f'    if (strcmp(id, "{name}") == 0)\n        return {n};\n' for n, name in enumerate(IDS))
    assert len(suppressed(*id_matches(text, "a.c"))) == 6
    spoken = "".join(f'    setLicense("{name}");\n' for name in IDS)
    assert suppressed(*id_matches(spoken, "a.c")) == []


def test_a_word_on_a_line_that_is_too_long_to_be_kept_counts() -> None:
    line = "var gpl = 1;" + "f();" * 1_000 + "/* GPL */"
    assert suppressed(match_in(line, 1, *GPL, path="bundle.js")) == []


HOSTILE = (
    "a." * 900,
    '"' + "a-" * 900,
    " " * 1_900,
    "'a','" * 380,
    "[" * 1_900,
    "license :" * 200,
    "* " * 900,
    "gpl " * 450,
)


@pytest.mark.parametrize("line", HOSTILE)
def test_a_hostile_line_comes_to_an_end(line: str) -> None:
    matches = [
        match_in(f"x\n{line}\ny", 2, *GPL),
        match_in(f"x\n{line}\ny", 2, "mit", "spdx_license_id_mit_for_mit.RULE"),
    ]
    for kind in (FileKind.CODE, FileKind.DATA):
        suppressed(*matches, kind=kind, components=(package("node_modules/left-pad/package.json"),))


def test_words_that_scancode_reads_across_an_operator_are_suppressed_too() -> None:
    assert len(suppressed(match_in("  int gpl = 1;", 1, "gpl-1.0", "gpl-1.0_15.RULE"))) == 1
    assert len(suppressed(match_in("  i_gpl1++;", 1, "gpl-1.0-plus", "gpl-1.0-plus_50.RULE"))) == 1
    assert len(suppressed(match_in("  return gpl;", 1, *GPL))) == 1
    assert suppressed(match_in("This is GPL 1", 1, "gpl-1.0", "gpl-1.0_15.RULE")) == []
    assert suppressed(match_in("GPL1+", 1, "gpl-1.0-plus", "gpl-1.0-plus_50.RULE")) == []


def test_two_rows_that_scancode_reads_as_one_notice_are_rows_all_the_same() -> None:
    text = "[\n" + "".join(f'  "{name}",\n' for name in IDS) + "]"
    pair = match_in(text, 2, "mit OR gpl-1.0-plus", "mit_or_gpl_3.RULE", path="l.json", end=3, kind="notice")
    assert len(suppressed(pair, *id_matches(text, "l.json"), kind=FileKind.DATA)) == 7


@pytest.mark.parametrize(("repeated", "count"), [(False, 8), (True, 0)])
def test_records_of_licences_are_a_list_and_records_of_things_under_them_are_none(repeated: bool, count: int) -> None:
    names = ["MIT", "ISC", "Zlib", "X11", "W3C", "NCSA", "BSL-1.0", "MIT" if repeated else "EPL-2.0"]
    text = "".join(f'{{\n  "reference": "x",\n  "licenseId": "{name}"\n}},\n' for name in names)
    matches = [
        match_in(text, 4 * n + 3, name.lower(), f"spdx_license_id_{name.lower()}.RULE", path="l.json", spdx=name)
        for n, name in enumerate(names)
    ]
    assert len(suppressed(*matches, kind=FileKind.DATA)) == count


def licence_file(*, owner: ComponentKind, kind: FileKind = FileKind.LEGAL) -> list[Statement]:
    """Suppressed statements in the licence file of a component: the text of the MIT licence, and "GPL-compatible"."""
    path = "lib/LICENSE"
    text = replace(match_in("MIT text", 1, "mit", "mit.LICENSE", path=path, kind="text"), matched_length=161)
    words = replace(match_in("GPL-compatible", 1, "gpl-1.0-plus", "gpl_5.RULE", path=path), matched_length=2)
    found = finding(path, detection(text, words))
    component = Component(id="lib", name="lib", kind=owner, directory="lib")
    return suppressed_in(inventory(found, kinds={path: kind}, components=(component,)), path, component)


def test_a_few_words_beside_the_text_in_a_packages_licence_file_are_suppressed() -> None:
    (statement,) = licence_file(owner=ComponentKind.PACKAGE)
    assert (statement.composition, statement.expression) == (Composition.MENTION, "gpl-1.0-plus")


@pytest.mark.parametrize("owner", [kind for kind in ComponentKind if kind is not ComponentKind.PACKAGE])
def test_the_same_words_count_in_the_licence_file_of_anything_else(owner: ComponentKind) -> None:
    assert licence_file(owner=owner) == []


def test_the_same_words_count_in_a_packages_other_files() -> None:
    assert licence_file(owner=ComponentKind.PACKAGE, kind=FileKind.OTHER) == []
