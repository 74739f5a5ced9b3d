from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licscan.classify.catalogue import Catalogue
from licscan.classify.compose import Composer
from licscan.classify.conclude import conclude
from licscan.core.aimodel import AiModel
from licscan.core.component import ClaimSource, Component, ComponentKind, LicenseClaim, Scope
from licscan.core.expression import parse, units
from licscan.core.finding import Detection, FileFinding, FileKind
from licscan.core.location import Location
from licscan.core.result import Inventory
from licscan.core.verdict import Composition, Conclusion, LicenseClass, Role, SubjectKind
from tests.classify.facts import detection, file_conclusion, finding, inventory, match_in


def claim(expression: str | None, source: ClaimSource = ClaimSource.DECLARED, raw: str | None = None) -> LicenseClaim:
    return LicenseClaim(
        source=source, expression=expression, raw=raw, origin="package.json", locations=(Location(path="p"),)
    )


def says(path: str, expression: str, kind: str = "notice") -> FileFinding:
    return finding(path, detection(match_in(f"// {expression}", 1, expression, "notice_1.RULE", path=path, kind=kind)))


def by_id(facts: Inventory, catalogue: Catalogue) -> dict[str, Conclusion]:
    return {each.subject.id: each for each in conclude(facts, catalogue)}


def test_a_variable_called_gpl_does_not_make_a_boost_file_gpl(catalogue: Catalogue) -> None:
    text = "// SPDX-License-Identifier: BSL-1.0\nint main() {\n  int gpl = 1;\n  gpl++;\n}"
    tag = match_in(text, 1, "boost-1.0", "spdx-license-identifier-boost_1_0", kind="tag")
    words = [match_in(text, line, "gpl-1.0-plus", "gpl_bare_word_only.RULE") for line in (3, 4)]
    facts = inventory(finding("src/a.cpp", detection(tag, *words)))
    conclusion = file_conclusion(conclude(facts, catalogue), "src/a.cpp")
    assert facts.findings[0].expression == "boost-1.0 AND gpl-1.0-plus"
    assert conclusion.expression == "boost-1.0"
    assert conclusion.classification
    assert conclusion.classification.license_class is LicenseClass.PERMISSIVE
    assert [statement.composition for statement in conclusion.suppressed] == [Composition.BARE_WORD_IN_CODE] * 2
    assert [item.rule_id for item in conclusion.evidence] == ["spdx-license-identifier-boost_1_0"]


def test_a_file_with_nothing_but_demoted_matches_has_no_licence_and_still_shows_them(catalogue: Catalogue) -> None:
    facts = inventory(
        finding("src/a.cpp", detection(match_in("int gpl;", 1, "gpl-1.0-plus", "gpl_bare_word_only.RULE")))
    )
    conclusion = file_conclusion(conclude(facts, catalogue), "src/a.cpp")
    assert conclusion.classification is None
    assert len(conclusion.suppressed) == 1


def test_a_json_list_of_six_ids_says_nothing(catalogue: Catalogue) -> None:
    names = {
        "MIT": "mit",
        "GPL-2.0": "gpl-2.0",
        "ISC": "isc",
        "MPL-2.0": "mpl-2.0",
        "EPL-1.0": "epl-1.0",
        "Zlib": "zlib",
    }
    text = "[\n" + ",\n".join(f'  "{name}"' for name in names) + "\n]"
    matches = [
        match_in(text, line, key, f"spdx_license_id_{key}.RULE", path="ids.json", spdx=name)
        for line, (name, key) in enumerate(names.items(), 2)
    ]
    facts = inventory(finding("ids.json", detection(*matches)), kinds={"ids.json": FileKind.DATA})
    conclusion = file_conclusion(conclude(facts, catalogue), "ids.json")
    assert conclusion.classification is None
    assert {statement.composition for statement in conclusion.suppressed} == {Composition.LICENSE_ID_LIST}


def test_a_file_that_points_to_the_licence_file_has_that_licence(catalogue: Catalogue) -> None:
    reference = match_in(
        "// See the LICENSE file.", 1, "unknown-license-reference", "see_1.RULE", references=("LICENSE",)
    )
    followed = match_in("GPL 3", 1, "gpl-3.0", "gpl-3.0.LICENSE", path="LICENSE", kind="text")
    facts = inventory(
        finding("src/a.cpp", detection(reference, followed, expression="gpl-3.0")),
        finding("LICENSE", detection(followed)),
    )
    conclusion = file_conclusion(conclude(facts, catalogue), "src/a.cpp")
    assert conclusion.expression == "gpl-3.0"
    (statement,) = conclusion.statements
    assert (statement.role, str(statement.explanation)) == (Role.REFERENCE, "it points to LICENSE")


def test_a_reference_to_a_file_that_is_missing_stays_unknown(catalogue: Catalogue) -> None:
    reference = match_in("// See LICENSE.", 1, "unknown-license-reference", "see_1.RULE", references=("LICENSE",))
    conclusion = file_conclusion(
        conclude(inventory(finding("src/a.cpp", detection(reference))), catalogue), "src/a.cpp"
    )
    assert conclusion.classification
    assert conclusion.classification.license_class is LicenseClass.UNKNOWN


def test_a_detection_without_suppressions_is_taken_as_scancode_says_it(catalogue: Catalogue) -> None:
    intro = match_in("// License:", 1, "unknown-license-reference", "intro_1.RULE", kind="intro")
    mit = match_in("// MIT", 1, "mit", "mit_1.RULE")
    conclusion = file_conclusion(
        conclude(inventory(finding("src/a.cpp", detection(intro, mit, expression="mit"))), catalogue), "src/a.cpp"
    )
    assert conclusion.expression == "mit"


def test_an_introduction_that_scancode_left_out_stays_out_beside_a_demoted_word(catalogue: Catalogue) -> None:
    text = "// License:\n// MIT\nint gpl = 0;"
    intro = match_in(text, 1, "unknown-license-reference", "intro_1.RULE", kind="intro")
    mit = match_in(text, 2, "mit", "mit_1.RULE")
    word = match_in(text, 3, "gpl-1.0-plus", "gpl_bare_word_only.RULE")
    facts = inventory(finding("src/a.cpp", detection(intro, mit, word, expression="mit AND gpl-1.0-plus")))
    assert file_conclusion(conclude(facts, catalogue), "src/a.cpp").expression == "mit"
    alone = inventory(finding("src/a.cpp", detection(intro, word, expression="gpl-1.0-plus")))
    assert file_conclusion(conclude(alone, catalogue), "src/a.cpp").expression == "unknown-license-reference"


def test_a_file_without_detections_has_no_conclusion(catalogue: Catalogue) -> None:
    facts = inventory(FileFinding(path="a.c", clues=(match_in("x", 1, "mit", "mit_1.RULE"),)))
    assert [each.subject.kind for each in conclude(facts, catalogue)] == [SubjectKind.PROJECT]


def test_a_file_belongs_to_the_nearest_component_above_it(catalogue: Catalogue) -> None:
    components = (
        Component(id="path:", name="app", kind=ComponentKind.PROJECT, directory=""),
        Component(id="pkg:npm/a@1", name="a", directory="node_modules/a"),
        Component(id="pkg:npm/b@1", name="b", directory="node_modules/a/node_modules/b", scope=Scope.DEVELOPMENT),
    )
    paths = ("main.js", "node_modules/a/x.js", "node_modules/ab/x.js", "node_modules/a/node_modules/b/test/y.js")
    found = by_id(inventory(*(says(path, "mit") for path in paths), components=components), catalogue)
    assert [found[path].subject.owner for path in paths] == ["path:", "pkg:npm/a@1", "path:", "pkg:npm/b@1"]
    assert found[paths[3]].subject.scope is Scope.DEVELOPMENT


@pytest.mark.parametrize(
    ("declared", "detected", "concluded"),
    [
        ("mit", "mit", "mit"),
        ("mit", "gpl-2.0", "mit AND gpl-2.0"),
        (None, "gpl-2.0", "gpl-2.0"),
        ("mit OR gpl-2.0", "gpl-2.0", "(mit OR gpl-2.0) AND gpl-2.0"),
    ],
)
def test_sources_that_disagree_are_joined_by_and(
    catalogue: Catalogue, declared: str | None, detected: str, concluded: str
) -> None:
    claims = (claim(declared),) if declared else ()
    component = Component(id="c", name="c", directory="vendor/c", kind=ComponentKind.VENDORED, claims=claims)
    facts = inventory(says("vendor/c/a.c", detected), components=(component,))
    assert by_id(facts, catalogue)["c"].expression == concluded


def test_a_component_s_evidence_shows_every_licence_of_a_file_that_it_takes_more_than_one_from(
    catalogue: Catalogue,
) -> None:
    component = Component(id="c", name="c", directory="vendor/c", kind=ComponentKind.VENDORED)
    both = finding(
        "vendor/c/a.c",
        detection(match_in("// MIT", 1, "mit", "mit_1.RULE", path="vendor/c/a.c")),
        detection(match_in("// GPL", 9, "gpl-2.0", "gpl_1.RULE", path="vendor/c/a.c")),
    )
    found = by_id(inventory(both, components=(component,)), catalogue)["c"]
    assert [(item.expression, item.location.start_line) for item in found.evidence] == [("mit", 1), ("gpl-2.0", 9)]


def test_the_licence_texts_beside_a_choice_do_not_take_the_choice_away(catalogue: Catalogue) -> None:
    component = Component(id="c", name="c", directory="vendor/c", claims=(claim("mit OR gpl-2.0-plus"),))
    texts = (says("vendor/c/LICENSE-MIT", "mit", "text"), says("vendor/c/COPYING", "gpl-2.0", "text"))
    facts = inventory(
        *texts, components=(component,), kinds=dict.fromkeys((each.path for each in texts), FileKind.LEGAL)
    )
    assert by_id(facts, catalogue)["c"].expression == "mit OR gpl-2.0-plus"


def test_a_licence_text_that_nobody_declared_counts(catalogue: Catalogue) -> None:
    component = Component(id="c", name="c", directory="vendor/c", claims=(claim("mit"),))
    facts = inventory(
        says("vendor/c/COPYING", "gpl-3.0", "text"), components=(component,), kinds={"vendor/c/COPYING": FileKind.LEGAL}
    )
    assert by_id(facts, catalogue)["c"].expression == "mit AND gpl-3.0"


def test_the_tests_of_a_component_do_not_make_its_licence(catalogue: Catalogue) -> None:
    component = Component(id="c", name="c", directory="vendor/c", claims=(claim("mit"),))
    facts = inventory(says("vendor/c/a.c", "mit"), says("vendor/c/tests/t.c", "gpl-3.0"), components=(component,))
    found = by_id(facts, catalogue)
    assert found["c"].expression == "mit"
    assert found["vendor/c/tests/t.c"].expression == "gpl-3.0"
    assert found["vendor/c/tests/t.c"].subject.scope is Scope.TEST


def test_a_person_s_conclusion_stands_for_all_sources(catalogue: Catalogue) -> None:
    claims = (claim("gpl-3.0"), claim("mit", ClaimSource.CONCLUDED))
    assert (
        by_id(inventory(components=(Component(id="c", name="c", claims=claims),)), catalogue)["c"].expression == "mit"
    )


def test_a_component_of_which_nothing_is_known_has_no_class(catalogue: Catalogue) -> None:
    assert by_id(inventory(components=(Component(id="c", name="c"),)), catalogue)["c"].classification is None


def test_a_declaration_that_was_not_understood_is_unknown_whatever_else_is_said(catalogue: Catalogue) -> None:
    component = Component(
        id="c", name="c", claims=(claim(None, raw="ask the boss"), claim("mit", ClaimSource.DETECTED))
    )
    conclusion = by_id(inventory(components=(component,)), catalogue)["c"]
    assert conclusion.classification
    assert conclusion.classification.license_class is LicenseClass.UNKNOWN
    assert any("not understood" in str(item.note) and item.text == "ask the boss" for item in conclusion.evidence)


def test_an_expression_that_does_not_parse_is_unknown_and_hides_nothing(catalogue: Catalogue) -> None:
    component = Component(id="c", name="c", claims=(claim("mit AND AND ("), claim("gpl-3.0")))
    conclusion = by_id(inventory(components=(component,)), catalogue)["c"]
    assert conclusion.classification
    assert conclusion.classification.license_class is LicenseClass.UNKNOWN
    assert "gpl-3.0" in (conclusion.expression or "")
    assert "mit AND AND (" in str(conclusion.classification.problem)


def test_a_model_is_concluded_from_its_claims(catalogue: Catalogue) -> None:
    model = AiModel(id="meta-llama/Llama-2-7b", name="Llama-2-7b", claims=(claim("llama-2-license-2023"),))
    conclusion = by_id(inventory(models=(model,)), catalogue)[model.id]
    assert conclusion.subject.kind is SubjectKind.MODEL
    assert conclusion.expression == "llama-2-license-2023"


def test_the_project_is_what_its_manifest_and_its_licence_file_say(catalogue: Catalogue) -> None:
    project = Component(id="project", name="app", kind=ComponentKind.PROJECT, directory="", claims=(claim("mit"),))
    files = (
        says("LICENSE", "gpl-3.0", "text"),
        says("src/a.c", "isc"),
        says("THIRD-PARTY-NOTICES", "apache-2.0"),
        says("sub/LICENSE", "zlib"),
    )
    kinds = {"LICENSE": FileKind.LEGAL, "THIRD-PARTY-NOTICES": FileKind.LEGAL, "sub/LICENSE": FileKind.LEGAL}
    conclusion = by_id(inventory(*files, kinds=kinds, components=(project,)), catalogue)["project"]
    assert conclusion.subject.kind is SubjectKind.PROJECT
    assert conclusion.expression == "mit AND gpl-3.0"


def test_a_root_without_a_manifest_is_a_project_all_the_same(catalogue: Catalogue) -> None:
    facts = inventory(says("LICENSE", "mit", "text"), says("a.c", "isc"), kinds={"LICENSE": FileKind.LEGAL})
    project, *_ = conclude(facts, catalogue)
    assert (project.subject.id, project.subject.name, project.expression) == ("path:", "app", "mit")


def test_the_facts_are_left_as_they_were(catalogue: Catalogue) -> None:
    word = match_in("int gpl;", 1, "gpl-1.0-plus", "gpl_bare_word_only.RULE")
    facts = inventory(finding("src/a.cpp", detection(word)))
    assert conclude(facts, catalogue) == conclude(facts, catalogue)
    assert facts.findings[0].detections[0].matches == (word,)


KEYS = st.sampled_from(
    ["mit", "gpl-2.0", "apache-2.0", "isc", "unknown-license-reference", "gpl-2.0 WITH classpath-exception-2.0"]
)


@given(st.lists(st.lists(KEYS, min_size=1, max_size=4), min_size=1, max_size=4))
def test_every_licence_that_was_found_is_in_the_conclusion(catalogue: Catalogue, said: list[list[str]]) -> None:
    detections = [
        Detection(
            expression=" AND ".join(dict.fromkeys(keys)),
            expression_spdx="",
            identifier="x",
            matches=tuple(match_in("// text", 1, key, f"r{n}_{m}.RULE") for m, key in enumerate(keys)),
        )
        for n, keys in enumerate(said)
    ]
    conclusion = file_conclusion(conclude(inventory(finding("src/a.cpp", *detections)), catalogue), "src/a.cpp")
    reasons = {statement.composition for statement in conclusion.suppressed}
    assert reasons <= {Composition.INTRODUCTION, Composition.REPEATED}
    kept = {unit.key for unit in units(parse(conclusion.expression or ""))}
    named = {key.partition(" WITH ")[0] for keys in said for key in keys} - {"unknown-license-reference"}
    assert named <= kept <= named | {"unknown-license-reference"}


def test_the_text_beside_an_or_later_notice_does_not_narrow_it(catalogue: Catalogue) -> None:
    library = Component(id="path:lib", name="lib", kind=ComponentKind.VENDORED, directory="lib")
    facts = inventory(
        says("lib/COPYING.LIB", "lgpl-2.1", kind="text"),
        says("lib/a.c", "lgpl-2.1-plus"),
        kinds={"lib/COPYING.LIB": FileKind.LEGAL},
        components=(library,),
    )
    assert by_id(facts, catalogue)["path:lib"].expression == "lgpl-2.1-plus"


@pytest.mark.parametrize(("named", "held"), [("gpl-2.0-plus", "gpl-2.0"), ("gpl-2.0", "mit")])
def test_a_notice_counts_whatever_the_file_that_it_points_to_says(catalogue: Catalogue, named: str, held: str) -> None:
    notice = match_in("// GPL 2, see COPYING", 1, named, "gpl_1.RULE", kind="notice", references=("COPYING",))
    followed = match_in("text", 1, held, "text_1.RULE", path="COPYING", kind="text")
    facts = inventory(
        finding("src/a.cpp", detection(notice, followed, expression=held)), finding("COPYING", detection(followed))
    )
    assert file_conclusion(conclude(facts, catalogue), "src/a.cpp").expression == named


def test_several_classifiers_are_all_judged_and_the_evidence_tells_that_they_may_be_a_choice(
    catalogue: Catalogue,
) -> None:
    claims = (
        claim("mit", raw="License :: OSI Approved :: MIT License"),
        claim("gpl-2.0", raw="License :: OSI Approved :: GNU General Public License v2 (GPLv2)"),
    )
    package = Component(id="pkg:pypi/x@1", name="x", claims=claims)
    found = by_id(inventory(components=(package,)), catalogue)["pkg:pypi/x@1"]
    assert found.expression == "mit AND gpl-2.0"
    assert all("one may be chosen" in str(item.note) for item in found.evidence)


def test_one_classifier_is_no_doubt(catalogue: Catalogue) -> None:
    package = Component(
        id="pkg:pypi/x@1", name="x", claims=(claim("mit", raw="License :: OSI Approved :: MIT License"), claim("isc"))
    )
    found = by_id(inventory(components=(package,)), catalogue)["pkg:pypi/x@1"]
    assert not any("one may be chosen" in str(item.note) for item in found.evidence)


@pytest.mark.parametrize(
    ("said", "expected", "license_class"),
    [
        ("mit AND musl-exception", "mit AND mit WITH musl-exception", LicenseClass.PERMISSIVE),
        (
            "mit AND object-form-exception-to-mit",
            "mit AND mit WITH object-form-exception-to-mit",
            LicenseClass.PERMISSIVE,
        ),
        ("bsd-new AND musl-exception", "bsd-new AND musl-exception", LicenseClass.UNKNOWN),
        ("mit OR musl-exception", "mit OR musl-exception", LicenseClass.PERMISSIVE),
        ("gpl-2.0 AND classpath-exception-2.0", "gpl-2.0 AND classpath-exception-2.0", LicenseClass.UNKNOWN),
        (
            "gpl-2.0 AND mit AND musl-exception",
            "gpl-2.0 AND mit AND mit WITH musl-exception",
            LicenseClass.STRONG_COPYLEFT,
        ),
    ],
)
def test_an_exception_that_is_found_beside_its_permissive_licence_belongs_to_it(
    catalogue: Catalogue, said: str, expected: str, license_class: LicenseClass
) -> None:
    conclusion = file_conclusion(conclude(inventory(says("format.h", said)), catalogue), "format.h")
    assert conclusion.classification
    assert (conclusion.expression, conclusion.classification.license_class) == (expected, license_class)


def test_a_file_that_cannot_be_judged_is_unknown_and_the_others_are_judged(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [
        finding(path, detection(match_in("# SPDX-License-Identifier: MIT", 1, "mit", "mit.RULE", path=path)))
        for path in ("a.py", "b.py")
    ]
    judge = Composer.compose

    def failing(self: Composer, one: FileFinding, *others: object) -> object:
        if one.path == "a.py":
            raise AttributeError("broken")
        return judge(self, one, *others)  # type: ignore[arg-type]

    monkeypatch.setattr(Composer, "compose", failing)
    concluded = conclude(inventory(*found), catalogue)
    broken, other = file_conclusion(concluded, "a.py"), file_conclusion(concluded, "b.py")
    assert broken.classification and broken.classification.license_class is LicenseClass.UNKNOWN
    assert str(broken.classification.problem) and "AttributeError" in str(broken.classification.problem)
    assert other.expression == "mit"


def test_a_pointer_within_a_choice_leaves_the_licence_that_stands_beside_it(catalogue: Catalogue) -> None:
    offered = "commercial-license OR (lgpl-2.1 AND unknown-license-reference)"
    text = "# commercially, or under the LGPL 2.1, see the file"
    conclusion = by_id(
        inventory(finding("a.py", detection(match_in(text, 1, offered, "x.RULE", path="a.py")))), catalogue
    )["a.py"]
    assert conclusion.expression == "commercial-license OR lgpl-2.1"
    assert conclusion.classification and conclusion.classification.license_class is LicenseClass.WEAK_COPYLEFT
