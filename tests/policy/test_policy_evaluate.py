"""What policies say: expressions, scopes, the project's own licence, folding, order and ids."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from licscan.core.component import ClaimSource, Component, Dated, DateKind, Dependency, LicenseClaim, Scope
from licscan.core.facts import Distribution, Facts, Linking
from licscan.core.finding import FileFinding, FileKind, SourceFile
from licscan.core.location import Location
from licscan.core.verdict import Conclusion, Evidence, LicenseClass, Outcome, SubjectKind, Violation
from licscan.policy import Policy, evaluate, evaluate_all, load_policy
from licscan.policy.load import READY_MADE
from tests.policy import factories as make

NO_FACTS = Facts()


def judged(*conclusions: Conclusion, policy: str = "default", facts: Facts = NO_FACTS) -> tuple[Violation, ...]:
    return evaluate(make.inventory(), conclusions, load_policy(policy), facts, make.SmallCatalogue())


def codes(found: tuple[Violation, ...]) -> list[tuple[str, str, bool]]:
    return [(violation.code, violation.outcome.value, violation.violates) for violation in found]


MIT_PROJECT = make.project("mit")


# ---- Strong copyleft and the project's own licence


def test_a_gpl_file_in_an_mit_project_is_denied_and_says_why() -> None:
    (found,) = judged(MIT_PROJECT, make.file("src/a.c", "gpl-3.0-plus"))
    assert (found.code, found.outcome, found.violates) == ("distribution-terms", Outcome.DENY, True)
    assert found.rule == "copyleft-code" and found.source == "report 3.2.2"
    assert found.license_class is LicenseClass.STRONG_COPYLEFT
    assert "src/a.c" in str(found.message) and "GPL-3.0-or-later" in str(found.message) and "MIT" in str(found.message)
    assert found.evidence[0].location.path == "src/a.c" and found.how_to_fix
    assert any("OSADL" in str(step.why) for step in found.trace)
    assert found.trace[-1].outcome is Outcome.DENY and "copyleft-code" in str(found.trace[-1].why)


@pytest.mark.parametrize("scope", [Scope.TEST, Scope.DEVELOPMENT, Scope.BUILD, Scope.DOCUMENTATION])
def test_the_same_file_is_no_trouble_where_it_is_not_distributed(scope: Scope) -> None:
    assert judged(MIT_PROJECT, make.file("tests/a.c", "gpl-3.0-plus", scope)) == ()


@pytest.mark.parametrize("scope", [Scope.RUNTIME, Scope.OPTIONAL, Scope.PEER])
def test_what_reaches_users_is_distributed(scope: Scope) -> None:
    assert codes(judged(MIT_PROJECT, make.file("a.c", "gpl-2.0", scope))) == [("distribution-terms", "deny", True)]


@pytest.mark.parametrize("own", ["gpl-2.0", "gpl-2.0-plus", "gpl-3.0", "gpl-3.0-plus", "agpl-3.0"])
def test_a_pure_copyleft_project_has_nothing_to_mend(own: str) -> None:
    files = [make.file(f"src/{number}.c", own) for number in range(5)]
    assert judged(make.project(own), *files, make.file("lib/x.c", "mit"), make.file("lib/y.c", "lgpl-2.1")) == ()


def test_a_licence_file_at_the_root_tells_the_projects_own_licence() -> None:
    inventory = make.inventory(files=[make.source("COPYING", FileKind.LEGAL), make.source("a.c")])
    conclusions = (make.file("COPYING", "gpl-3.0"), make.file("a.c", "gpl-3.0-plus"))
    assert evaluate(inventory, conclusions, load_policy("default"), NO_FACTS) == ()


def test_a_notice_file_at_the_root_does_not() -> None:
    inventory = make.inventory(files=[make.source("NOTICE", FileKind.LEGAL), make.source("a.c")])
    conclusions = (make.file("NOTICE", "gpl-3.0"), make.file("a.c", "gpl-3.0"))
    found = evaluate(inventory, conclusions, load_policy("default"), NO_FACTS)
    assert {violation.code for violation in found} == {"reciprocity"}


def test_gpl_in_a_project_that_does_not_say_its_licence_is_denied() -> None:
    found = judged(make.project(None), make.file("a.c", "gpl-3.0"))
    assert codes(found) == [("reciprocity", "deny", True), ("no-licence", "review", True)]
    assert "outbound" in str(found[1].question)


@pytest.mark.parametrize(
    ("own", "incoming", "outcome"),
    [
        ("gpl-3.0", "gpl-2.0-plus", None),
        ("gpl-3.0-plus", "gpl-2.0-plus", None),
        ("gpl-3.0-plus", "gpl-3.0", "review"),  # goes out as GPL-3.0-only from then on
        ("gpl-2.0-plus", "gpl-3.0-plus", "review"),
        ("gpl-2.0", "gpl-3.0", "deny"),
        ("gpl-3.0", "gpl-2.0", "deny"),
        ("gpl-3.0", "agpl-3.0", "review"),  # the matrix: check the dependency
        ("apache-2.0", "gpl-3.0", "deny"),
        ("mpl-2.0", "gpl-3.0", "deny"),
        ("mit OR gpl-3.0", "gpl-3.0", "deny"),  # offered under MIT too
        ("mit AND gpl-3.0", "gpl-3.0", None),  # says that it holds GPL code
        ("commercial-license", "gpl-3.0", "deny"),
    ],
)
def test_versions_of_copyleft_are_compared_one_way(own: str, incoming: str, outcome: str | None) -> None:
    found = judged(make.project(own), make.file("a.c", incoming))
    assert [violation.outcome.value for violation in found if violation.subject.id == "a.c"] == (
        [outcome] if outcome else []
    )


@pytest.mark.parametrize(
    ("outbound", "denied"),
    [
        ("MIT", True),
        ("GPL-3.0-only", False),
        ("LicenseRef-Acme", True),
        ("Proprietary", True),
        ("GPL-3.0-or-later", False),
    ],
)
def test_the_declared_outbound_licence_decides_before_the_projects_own(outbound: str, denied: bool) -> None:
    found = judged(make.project("mit"), make.file("a.c", "gpl-2.0-plus"), facts=Facts(outbound=outbound))
    assert [violation.subject.id for violation in found if violation.outcome is Outcome.DENY] == (
        ["a.c"] if denied else []
    )


@pytest.mark.parametrize(
    ("distribution", "expected"),
    [
        (Distribution.NONE, []),
        (Distribution.INTERNAL, []),
        (Distribution.SAAS, ["reciprocity"]),
        (Distribution.BINARY, ["distribution-terms", "distribution-terms"]),
        (None, ["distribution-terms", "distribution-terms"]),
    ],
)
def test_copyleft_takes_effect_when_software_is_passed_on(
    distribution: Distribution | None, expected: list[str]
) -> None:
    files = (make.file("a.c", "gpl-3.0"), make.file("b.c", "agpl-3.0"))
    found = judged(MIT_PROJECT, *files, facts=Facts(distribution=distribution))
    assert [violation.code for violation in found] == expected


# ---- Expressions


@pytest.mark.parametrize(
    ("expression", "choice"),
    [
        ("mit OR gpl-2.0", "MIT"),
        ("gpl-2.0 OR mit", "MIT"),
        ("gpl-2.0 OR (mit AND bsd-new)", "MIT AND BSD-3-Clause"),
        ("(gpl-2.0 OR mit) AND (gpl-3.0 OR apache-2.0)", "MIT AND Apache-2.0"),
        ("gpl-2.0 OR unknown-license-reference OR mit", "MIT"),
    ],
)
def test_the_best_choice_is_taken_and_named(expression: str, choice: str) -> None:
    conclusions = (MIT_PROJECT, make.file("a.c", expression))
    verdicts = evaluate_all(make.inventory(), conclusions, load_policy("default"), NO_FACTS)
    assert verdicts.violations == ()
    (taken,) = verdicts.choices
    assert (taken.subject.id, taken.taken, taken.outcome) == ("a.c", choice, Outcome.ALLOW)
    assert any("is taken" in str(step.why) and "denied" in str(step.why) for step in taken.trace)


def test_a_choice_between_equals_is_not_told() -> None:
    conclusions = (MIT_PROJECT, make.file("a.c", "mit OR apache-2.0"))
    assert evaluate_all(make.inventory(), conclusions, load_policy("default"), NO_FACTS).choices == ()


def test_a_review_is_better_than_a_denial_and_is_named() -> None:
    (found,) = judged(MIT_PROJECT, make.file("a.c", "gpl-2.0 OR polyform-shield-1.0.0"))
    assert (found.code, found.outcome) == ("restricted-use", Outcome.REVIEW)
    assert found.choice == "PolyForm-Shield-1.0.0"


def test_and_counts_as_its_worst_part() -> None:
    (found,) = judged(MIT_PROJECT, make.file("a.c", "mit AND gpl-2.0"))
    assert found.outcome is Outcome.DENY and found.choice is None
    assert "GPL-2.0-only" in str(found.message)


def test_a_licence_with_its_exception_is_one_licence() -> None:
    assert judged(MIT_PROJECT, make.file("A.java", "gpl-2.0 WITH classpath-exception-2.0")) == ()
    assert len(judged(MIT_PROJECT, make.file("A.java", "gpl-2.0 WITH something-else"))) == 1


def test_a_later_version_may_be_chosen(tmp_path: Path) -> None:
    policy = _policy(tmp_path, "code: distribution-terms\n    when: {licence: GPL-2.0-or-later}")
    conclusions = (MIT_PROJECT, make.file("a.c", "gpl-2.0-plus"))
    alone = evaluate_all(make.inventory(), conclusions, policy, NO_FACTS)
    assert [violation.rule for violation in alone.violations] == ["own"]
    with_catalogue = evaluate_all(make.inventory(), conclusions, policy, NO_FACTS, make.SmallCatalogue())
    assert with_catalogue.violations == ()
    assert [choice.taken for choice in with_catalogue.choices] == ["GPL-2.0-only"]


@pytest.mark.parametrize("policy", [name for name in READY_MADE if name != "internal"])
@pytest.mark.parametrize(
    ("expression", "code"),
    [
        ("mit AND AND gpl", "expression-unparsable"),
        ("unknown-license-reference", "class-unknown"),
        ("no-such-licence", "class-unknown"),
        ("mit AND unknown-license-reference", "class-unknown"),
    ],
)
def test_what_cannot_be_told_violates_every_policy_but_internal(policy: str, expression: str, code: str) -> None:
    found = judged(MIT_PROJECT, make.file("a.c", expression), policy=policy)
    assert (code, "review", True) in codes(found)
    inside = judged(MIT_PROJECT, make.file("a.c", expression), policy="internal")
    assert (code, "review", False) in codes(inside)


def test_a_policy_that_says_nothing_of_the_unknown_does_not_pass_it(tmp_path: Path) -> None:
    policy = _policy(tmp_path, "code: reciprocity\n    when: {class: strong-copyleft}", "[deny, review]")
    conclusions = (make.file("a.c", "no-such-licence"), make.file("b.c", "(("), make.model("m", None))
    found = evaluate(make.inventory(), conclusions, policy, NO_FACTS)
    assert {violation.code for violation in found if violation.violates} == {
        "class-unknown",
        "expression-unparsable",
        "no-licence",
    }


# ---- Components


def test_a_component_or_model_without_licence_violates_and_a_file_does_not() -> None:
    box = make.package("box")
    inventory = make.inventory(components=[box])
    conclusions = (MIT_PROJECT, make.about(box, None), make.model("m", None), make.file("a.c", None))
    found = evaluate(inventory, conclusions, load_policy("default"), NO_FACTS)
    assert [(violation.code, violation.subject.kind, violation.violates) for violation in found] == [
        ("no-licence", SubjectKind.COMPONENT, True),
        ("no-licence", SubjectKind.MODEL, True),
    ]


def test_a_copyleft_dependency_reaches_the_project_and_the_way_is_shown() -> None:
    app, web, db = make.project_component(), make.package("web"), make.package("db")
    inventory = make.inventory(
        components=[app, web, db],
        dependencies=[Dependency(parent=app.id, child=web.id), Dependency(parent=web.id, child=db.id)],
    )
    conclusions = (MIT_PROJECT, make.about(web, "mit"), make.about(db, "gpl-3.0"))
    (found,) = evaluate(inventory, conclusions, load_policy("default"), NO_FACTS)
    assert (found.code, found.subject.id) == ("reciprocity", db.id)
    assert any("app -> web -> db" in str(step.why) for step in found.trace)


def test_in_a_monorepo_each_project_is_judged_by_its_own_licence() -> None:
    free, closed = make.project_component("free"), make.project_component("closed")
    root = make.project_component()
    inventory = make.inventory(components=[root, free, closed])
    conclusions = (
        make.project("mit"),
        make.about(free, "gpl-3.0"),
        make.about(closed, "commercial-license"),
        make.file("free/a.c", "gpl-3.0", owner=free.id),
        make.file("closed/a.c", "gpl-3.0", owner=closed.id),
    )
    found = evaluate(inventory, conclusions, load_policy("default"), NO_FACTS)
    assert [violation.subject.id for violation in found if violation.outcome is Outcome.DENY] == ["closed/a.c"]


def test_a_project_without_a_licence_of_its_own_goes_out_under_that_around_it() -> None:
    part = make.project_component("packages/part")
    inventory = make.inventory(components=[make.project_component(), part])
    conclusions = (make.project("gpl-3.0"), make.about(part, None), make.file("packages/part/a.c", "gpl-3.0"))
    assert evaluate(inventory, conclusions, load_policy("default"), NO_FACTS) == ()


def test_a_gpl_project_that_an_mit_project_is_built_on_is_denied() -> None:
    app, core = make.project_component(), make.project_component("core")
    dependency = Dependency(parent=app.id, child=core.id)
    conclusions = (make.project("mit"), make.about(core, "gpl-3.0"))
    apart = make.inventory(components=[app, core])
    together = replace(apart, dependencies=(dependency,))
    only_tests = replace(apart, dependencies=(replace(dependency, scope=Scope.TEST),))
    policy = load_policy("default")
    assert evaluate(apart, conclusions, policy, NO_FACTS) == ()
    assert evaluate(only_tests, conclusions, policy, NO_FACTS) == ()
    assert [violation.subject.id for violation in evaluate(together, conclusions, policy, NO_FACTS)] == [core.id]


def test_files_of_a_component_are_told_with_it_as_evidence() -> None:
    lib = make.vendored("third_party/lib")
    inventory = make.inventory(components=[lib])
    files = [make.file(f"third_party/lib/{name}.c", "gpl-3.0", owner=lib.id) for name in "abc"]
    found = evaluate(inventory, (MIT_PROJECT, make.about(lib, "gpl-3.0"), *files), load_policy("default"), NO_FACTS)
    denied = [violation for violation in found if violation.outcome is Outcome.DENY]
    assert [violation.subject.id for violation in denied] == [lib.id]
    assert [item.location.path for item in denied[0].evidence] == [file.subject.id for file in files]


def test_a_file_under_one_of_its_components_licences_says_nothing_that_the_component_does_not() -> None:
    lib = make.vendored("third_party/lib")
    files = [
        make.file("third_party/lib/a.c", "gpl-3.0", owner=lib.id),
        make.file("third_party/lib/b.c", "gpl-2.0", owner=lib.id),
    ]
    conclusions = (MIT_PROJECT, make.about(lib, "gpl-3.0 AND gpl-2.0"), *files)
    found = evaluate(make.inventory(components=[lib]), conclusions, load_policy("default"), NO_FACTS)
    denied = [violation for violation in found if violation.outcome is Outcome.DENY]
    assert [violation.subject.id for violation in denied] == [lib.id]
    assert {item.location.path for item in denied[0].evidence} >= {file.subject.id for file in files}


def test_a_file_under_a_licence_that_its_component_does_not_have_is_told_beside_it() -> None:
    lib = make.vendored("third_party/lib")
    other = make.file("third_party/lib/b.c", "gpl-2.0", owner=lib.id)
    conclusions = (MIT_PROJECT, make.about(lib, "gpl-3.0"), other)
    found = evaluate(make.inventory(components=[lib]), conclusions, load_policy("default"), NO_FACTS)
    denied = {violation.subject.id for violation in found if violation.outcome is Outcome.DENY}
    assert denied == {lib.id, other.subject.id}


def test_files_of_a_component_that_is_fine_itself_are_told_one_by_one() -> None:
    lib = make.vendored("third_party/lib")
    files = [make.file(f"third_party/lib/{name}.c", "gpl-3.0", owner=lib.id) for name in "ab"]
    conclusions = (MIT_PROJECT, make.about(lib, "mit"), *files)
    found = evaluate(make.inventory(components=[lib]), conclusions, load_policy("default"), NO_FACTS)
    denied = [violation.subject.id for violation in found if violation.outcome is Outcome.DENY]
    assert denied == [file.subject.id for file in files]


@pytest.mark.parametrize(
    ("findings", "told"),
    [
        ([], True),
        ([make.finding("lib/LICENSE", "mit", words=160)], False),
        ([make.finding("lib/a.c", "mit", words=3)], True),  # a tag names the licence, and is not its text
        ([make.finding("LICENSE", "mit", words=160)], True),  # the project's own notice is not the component's
        ([make.finding("NOTICE", "mit", words=3)], False),
        ([make.finding("LICENSES/MIT.txt", "mit", words=160)], False),
        ([make.finding("lib/LICENSE", "apache-2.0", words=900)], True),
    ],
)
def test_a_third_party_folder_needs_its_licence_text(findings: list[FileFinding], told: bool) -> None:
    lib = make.vendored("lib")
    inventory = make.inventory(components=[lib], findings=findings)
    found = evaluate(inventory, (MIT_PROJECT, make.about(lib, "mit")), load_policy("default"), NO_FACTS)
    assert codes(found) == ([("attribution-missing", "review", False)] if told else [])
    strict = evaluate(
        inventory, (MIT_PROJECT, make.about(lib, "mit")), load_policy("proprietary-distribution"), NO_FACTS
    )
    assert [violation.violates for violation in strict] == ([True] if told else [])


def test_a_missing_licence_text_is_told_with_whose_notice_has_to_go_with_it() -> None:
    lib = replace(make.vendored("lib"), copyrights=("Copyright 2020 Jane Doe",))
    found = evaluate(
        make.inventory(components=[lib]), (MIT_PROJECT, make.about(lib, "mit")), load_policy("default"), NO_FACTS
    )
    assert [violation.code for violation in found] == ["attribution-missing"]
    assert [item.text for item in found[0].evidence] == ["Copyright 2020 Jane Doe"]


@pytest.mark.parametrize(
    ("kinds", "accepted", "told"),
    [
        ([FileKind.BINARY, FileKind.LEGAL], (), True),
        ([FileKind.BINARY, FileKind.CODE], (), False),
        ([FileKind.CODE], (), False),
        ([FileKind.BINARY], ("source-not-provided:LGPL-2.1-only",), False),
    ],
)
def test_copyleft_binaries_without_source_are_told(
    kinds: list[FileKind], accepted: tuple[str, ...], told: bool
) -> None:
    lib = make.vendored("lib")
    inventory = make.inventory(
        components=[lib], files=[make.source(f"lib/{index}", kind) for index, kind in enumerate(kinds)]
    )
    found = evaluate(
        inventory, (MIT_PROJECT, make.about(lib, "lgpl-2.1")), load_policy("default"), Facts(accepted=accepted)
    )
    assert ("source-not-provided" in [violation.code for violation in found]) is told


@pytest.mark.parametrize(
    "policy", ["default", "due-diligence", "proprietary-distribution", "saas", "internal", "open-source"]
)
def test_no_source_is_asked_for_what_its_licence_asks_none_of(policy: str) -> None:
    fonts = make.vendored("fonts")
    found = make.about(fonts, "ofl-1.1")
    assert found.classification
    inventory = make.inventory(components=[fonts], files=[make.source("fonts/a.ttf", FileKind.BINARY)])
    facts = Facts(distribution=Distribution.BINARY)
    told = evaluate(inventory, (MIT_PROJECT, found), load_policy(policy), facts)
    assert "source-not-provided" not in [violation.code for violation in told]


@pytest.mark.parametrize("distribution", [None, Distribution.BINARY, Distribution.INTERNAL])
def test_due_diligence_tells_copyleft_in_an_unlicensed_project_once(distribution: Distribution | None) -> None:
    lib = make.vendored("lib")
    conclusions = (make.project(None), make.about(lib, "gpl-3.0"))
    inventory = make.inventory(components=[lib], files=[make.source("lib/a.c")])
    found = evaluate(inventory, conclusions, load_policy("due-diligence"), Facts(distribution=distribution))
    denied = [violation for violation in found if violation.outcome is Outcome.DENY]
    assert [violation.rule for violation in denied] == ["copyleft-outbound-unknown"]


def test_a_component_whose_files_disagree_with_its_papers_is_told_in_due_diligence() -> None:
    claims = tuple(
        LicenseClaim(source=source, expression=expression)
        for source, expression in [(ClaimSource.DECLARED, "mit"), (ClaimSource.DETECTED, "mit AND bsd-new")]
    )
    lib = replace(make.package("lib"), claims=claims)
    conclusions = (MIT_PROJECT, make.about(lib, "mit AND bsd-new"))
    found = evaluate(make.inventory(components=[lib]), conclusions, load_policy("due-diligence"), NO_FACTS)
    assert [violation.code for violation in found] == ["declared-detected-mismatch"]
    assert "BSD-3-Clause" in str(found[0].message)


def declaring(expression: str, raw: str) -> LicenseClaim:
    place = Location(path="lib/package.json", start_line=4, end_line=4)
    return LicenseClaim(
        source=ClaimSource.DECLARED, expression=expression, raw=raw, origin="package.json license", locations=(place,)
    )


def mismatches(lib: Component, concluded: str) -> list[Violation]:
    conclusion = make.about(lib, concluded)
    evidence = Evidence(location=Location(path="lib/a.c", start_line=1, end_line=3), expression="gpl-3.0")
    found = judged_with(lib, replace(conclusion, evidence=(evidence,)))
    return [violation for violation in found if violation.code == "declared-detected-mismatch"]


def judged_with(lib: Component, conclusion: Conclusion) -> tuple[Violation, ...]:
    inventory = make.inventory(components=[lib])
    return evaluate(inventory, (MIT_PROJECT, conclusion), load_policy("default"), NO_FACTS, make.SmallCatalogue())


def test_mit_on_the_label_and_gpl_in_the_files_is_a_finding_that_names_both() -> None:
    lib = replace(make.package("lib", directory="lib"), claims=(declaring("mit", "MIT"),))
    (found,) = mismatches(lib, "mit AND gpl-3.0")
    assert (found.outcome, found.violates) == (Outcome.REVIEW, False)
    assert "GPL-3.0-only" in str(found.message) and "lib/package.json:4" in str(found.how_to_fix)
    assert {item.location.path for item in found.evidence} == {"lib/a.c", "lib/package.json"}


@pytest.mark.parametrize(
    ("declared", "concluded"),
    [
        ("gpl-3.0-plus", "gpl-3.0-plus AND gpl-3.0"),  # a licence text does not tell "or later"
        ("gpl-2.0 WITH classpath-exception-2.0", "gpl-2.0 WITH classpath-exception-2.0 AND gpl-2.0"),
        ("mit OR gpl-3.0", "(mit OR gpl-3.0) AND gpl-3.0"),
        ("mit", "mit AND bsd-new"),  # permissive: for the due-diligence policy to tell
    ],
)
def test_papers_and_files_that_fit_are_no_mismatch(declared: str, concluded: str) -> None:
    lib = replace(make.package("lib", directory="lib"), claims=(declaring(declared, declared),))
    assert mismatches(lib, concluded) == []


def test_what_a_person_concluded_is_no_mismatch() -> None:
    person = LicenseClaim(source=ClaimSource.CONCLUDED, expression="gpl-3.0")
    lib = replace(make.package("lib", directory="lib"), claims=(declaring("mit", "MIT"), person))
    assert mismatches(lib, "gpl-3.0") == []


# ---- The other ready-made policies


@pytest.mark.parametrize("policy", ["proprietary-distribution", "due-diligence"])
def test_an_advertising_clause_is_told_of_components(policy: str) -> None:
    lib = make.package("lib")
    conclusions = (MIT_PROJECT, make.about(lib, "bsd-original"))
    found = evaluate(make.inventory(components=[lib]), conclusions, load_policy(policy), NO_FACTS)
    assert codes(found) == [("special-terms", "review", False)]


@pytest.mark.parametrize(
    ("policy", "expression", "facts", "expected"),
    [
        ("saas", "agpl-3.0", NO_FACTS, [("reciprocity", "deny", True)]),
        ("saas", "gpl-3.0", NO_FACTS, []),
        ("saas", "gpl-3.0", Facts(distribution=Distribution.BINARY), [("distribution-terms", "deny", True)]),
        ("saas", "mongodb-sspl-1.0", NO_FACTS, [("restricted-use", "deny", True)]),
        ("internal", "gpl-3.0", NO_FACTS, []),
        ("internal", "agpl-3.0", NO_FACTS, [("reciprocity", "review", False)]),
        ("internal", "cc-by-nc-4.0", Facts(commercial=True), [("restricted-use", "deny", True)]),
        ("proprietary-distribution", "gpl-3.0", NO_FACTS, [("distribution-terms", "deny", True)]),
        ("proprietary-distribution", "mit", NO_FACTS, []),
        ("open-source", "apache-2.0", NO_FACTS, []),
        ("open-source", "gpl-3.0", NO_FACTS, [("distribution-terms", "deny", True)]),
        ("open-source", "mpl-2.0", NO_FACTS, [("distribution-terms", "review", False)]),
        ("open-source", "commercial-license", NO_FACTS, [("restricted-use", "deny", True)]),
        ("default", "cc-by-nc-4.0", NO_FACTS, [("restricted-use", "review", False)]),
        ("default", "cc-by-nc-4.0", Facts(commercial=False), []),
        ("default", "cc-by-nc-4.0", Facts(commercial=True), [("restricted-use", "deny", True)]),
        ("default", "commercial-license", NO_FACTS, [("restricted-use", "review", False)]),
        ("default", "mongodb-sspl-1.0", Facts(distribution=Distribution.SAAS), [("restricted-use", "deny", True)]),
        ("default", "mongodb-sspl-1.0", Facts(distribution=Distribution.BINARY), []),
        ("default", "cc-by-nd-4.0", Facts(modified=True), [("restricted-use", "deny", True)]),
        ("default", "cc-by-nd-4.0", NO_FACTS, [("restricted-use", "review", False)]),
        ("default", "polyform-shield-1.0.0", NO_FACTS, [("restricted-use", "review", False)]),
        (
            "default",
            "polyform-shield-1.0.0",
            Facts(accepted=("restricted-use:PolyForm-Shield-1.0.0",)),
            [],
        ),
        ("due-diligence", "gpl-3.0", Facts(distribution=Distribution.NONE), [("distribution-terms", "deny", True)]),
        ("due-diligence", "lgpl-2.1", NO_FACTS, [("reciprocity", "review", False)]),
    ],
)
def test_a_file_in_an_mit_project_under_each_policy(
    policy: str, expression: str, facts: Facts, expected: list[tuple[str, str, bool]]
) -> None:
    assert codes(judged(MIT_PROJECT, make.file("a.c", expression), policy=policy, facts=facts)) == expected


def test_open_source_asks_for_the_outbound_licence_once() -> None:
    found = judged(make.project(None), make.file("a.c", "mit"), policy="open-source")
    assert [(violation.code, violation.violates) for violation in found] == [("no-licence", True)]
    assert "outbound" in str(found[0].question)
    assert judged(make.project(None), make.file("a.c", "mit"), policy="open-source", facts=Facts(outbound="MIT")) == ()


def test_a_pair_that_the_matrix_does_not_hold_is_a_review() -> None:
    found = judged(make.file("a.c", "mit"), policy="open-source", facts=Facts(outbound="LicenseRef-Ours"))
    assert codes(found) == [("distribution-terms", "review", False)]


def test_apache_code_may_not_go_out_under_gpl_2_only() -> None:
    found = judged(make.project("gpl-2.0"), make.file("a.c", "apache-2.0"), policy="open-source")
    assert codes(found) == [("distribution-terms", "deny", True)]
    assert judged(make.project("gpl-3.0"), make.file("a.c", "apache-2.0"), policy="open-source") == ()


def test_an_agpl_service_is_asked_to_offer_its_source() -> None:
    found = judged(make.project("agpl-3.0"), make.file("a.py", "agpl-3.0"), policy="saas")
    assert codes(found) == [("source-not-provided", "review", False)]


@pytest.mark.parametrize(
    ("facts", "rule", "question"),
    [
        (NO_FACTS, "weak-copyleft-linking", True),
        (Facts(linking=Linking.STATIC), "weak-copyleft-static", False),
        (Facts(linking=Linking.DYNAMIC, modified=True), "weak-copyleft-modified", False),
        (Facts(linking=Linking.DYNAMIC, modified=False), None, False),
    ],
)
def test_weak_copyleft_in_a_closed_product_depends_on_linking_and_changes(
    facts: Facts, rule: str | None, question: bool
) -> None:
    libs = [make.package(name) for name in ("a", "b")]
    conclusions = tuple(make.about(lib, "lgpl-2.1") for lib in libs)
    found = evaluate(
        make.inventory(components=libs), (MIT_PROJECT, *conclusions), load_policy("proprietary-distribution"), facts
    )
    assert {violation.rule for violation in found} == ({rule} if rule else set())
    assert all((violation.question is not None) is question for violation in found)
    if question:
        assert len(found) == 1  # asked once, however many libraries


# ---- Order, ids, words


def test_ids_do_not_follow_lines_and_do_follow_the_subject() -> None:
    def id_of(path: str, line: int, expression: str = "gpl-3.0") -> str:
        return judged(MIT_PROJECT, make.file(path, expression, line=line))[0].id

    assert id_of("a.c", 1) == id_of("a.c", 99)
    assert len({id_of("a.c", 1), id_of("b.c", 1), id_of("a.c", 1, "gpl-2.0")}) == 3
    assert len(id_of("a.c", 1)) == 64


def test_all_ids_of_a_result_differ() -> None:
    conclusions = [make.file(f"{n}.c", key) for n in range(3) for key in ("gpl-3.0", "llama-2-license-2023", "gemma")]
    ids = [violation.id for violation in judged(make.project(None), *conclusions)]
    assert len(ids) == len(set(ids))


def test_the_worst_comes_first_in_any_order_of_the_input() -> None:
    files = [
        make.file("c.c", "unknown-license-reference"),
        make.file("a.c", "commercial-license"),
        make.file("b.c", "gpl-3.0"),
    ]
    expected = judged(MIT_PROJECT, *files)
    assert [violation.subject.id for violation in expected] == ["b.c", "c.c", "a.c"]
    assert judged(*reversed(files), MIT_PROJECT) == expected


def test_names_from_the_tree_are_neither_templates_nor_control_characters() -> None:
    (found,) = judged(MIT_PROJECT, make.file("a{licence}\x1b[31m\u202e.c", "gpl-3.0"))
    assert "a{licence}\\x1b[31m\\u202e.c" in str(found.message)
    assert "\x1b" not in str(found.message) + str(found.how_to_fix)


def test_an_allow_rule_settles_its_code_or_everything(tmp_path: Path) -> None:
    conclusions = (MIT_PROJECT, make.file("legacy/a.c", "gpl-3.0"), make.file("src/b.c", "gpl-3.0"))
    for code in ("code: distribution-terms\n    ", ""):
        text = (
            "policy: {name: mine, title: Mine}\nextends: default\nrules:\n  - id: legacy\n    "
            f"{code}when: {{path: legacy/**}}\n    verdict: allow\n"
        )
        file = tmp_path / "mine.yaml"
        file.write_text(text)
        found = evaluate(make.inventory(), conclusions, load_policy(str(file)), NO_FACTS)
        assert [violation.subject.id for violation in found] == ["src/b.c"]


@pytest.mark.parametrize(
    ("condition", "matches"),
    [
        ("licence: gpl-3.0", True),
        ("licence: GPL-3.0-ONLY", True),
        ("licence: 'gpl-*'", True),
        ("licence: [mit, 'agpl-*']", False),
        ("class: [permissive, strong-copyleft]", True),
        ("network: true", False),
        ("obligation: attribution", True),
        ("obligation: advertising", False),
        ("path: '*.c'", True),
        ("path: 'lib/'", True),
        ("path: 'docs/**'", False),
        ("scope: not-distributed", False),
        ("subject: component", False),
        ("component: package", True),
        ("component: vendored", False),
        ("outbound: unknown", True),
        ("facts: {commercial: missing}", False),
        ("facts: {commercial: 'true', annual_revenue_usd: {at_least: 5, at_most: 5}}", True),
        ("facts: {annual_revenue_usd: {above: 5}}", False),
        ("facts: {annual_revenue_usd: {below: 5, missing: true}}", False),
        ("facts: {regions: [de, fr]}", True),
        ("facts: {uses: {is: medical, missing: true}}", True),
    ],
)
def test_each_condition_selects_what_it_says(tmp_path: Path, condition: str, matches: bool) -> None:
    policy = _policy(tmp_path, f"code: special-terms\n    when: {{{condition}}}")
    owner = make.package("lib", directory="lib")
    facts = Facts(commercial=True, annual_revenue_usd=5, regions=("FR",))
    conclusions = (make.file("lib/a.c", "gpl-3.0", owner=owner.id),)
    found = evaluate(make.inventory(components=[owner]), conclusions, policy, facts)
    assert [violation.rule for violation in found] == (["own"] if matches else [])
    inverted = _policy(tmp_path, f"code: special-terms\n    unless: {{{condition}}}")
    assert bool(evaluate(make.inventory(components=[owner]), conclusions, inverted, facts)) is not matches


def test_twenty_thousand_conclusions_are_judged_one_by_one() -> None:
    kinds = ["mit", "apache-2.0", "gpl-3.0 OR mit", "lgpl-2.1", "mit AND bsd-new"]
    conclusions = (MIT_PROJECT, *(make.file(f"src/{n % 97}/{n}.c", kinds[n % 5]) for n in range(20_000)))
    inventory, policy = make.inventory(), load_policy("due-diligence")
    found = evaluate(inventory, conclusions, policy, NO_FACTS)
    assert len(found) == 4_000  # every LGPL file is told there


def _policy(folder: Path, rule: str, fail_on: str = "[deny]") -> Policy:
    file = folder / "policy.yaml"
    file.write_text(
        f"policy: {{name: own, title: Own}}\nfail_on: {fail_on}\nrules:\n  - id: own\n    {rule}\n    verdict: deny\n"
        "    message: '{subject}'\n    how_to_fix: none\n"
    )
    return load_policy(str(file))


def test_a_build_tool_without_a_known_licence_fails_due_diligence_alone() -> None:
    tool = make.about(make.package("tool", Scope.BUILD), None)
    assert judged(make.project("mit"), tool) == ()
    assert codes(judged(make.project("mit"), tool, policy="due-diligence")) == [("no-licence", "review", True)]


def test_a_path_rule_settles_a_component_that_only_files_below_the_path_name(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(
        "extends: default\npolicy: {name: p, title: P}\nrules:\n"
        "  - id: fixtures\n    when: {path: ['/fixtures/**'], expression: missing}\n    verdict: allow\n    severity: info\n"
        "    message: m\n    how_to_fix: h\n    source: s\n"
    )
    named = [
        replace(make.package(name), locations=tuple(Location(path=path) for path in paths))
        for name, paths in (("inside", ["fixtures/Cargo.lock"]), ("both", ["fixtures/Cargo.lock", "Cargo.lock"]))
    ]
    inventory = make.inventory(components=named)
    conclusions = (MIT_PROJECT, *(make.about(component, None) for component in named))
    found = evaluate(inventory, conclusions, load_policy(str(tmp_path / "p.yaml")), NO_FACTS)
    assert [violation.subject.name for violation in found] == ["both"]


def aged(lib: Component, expression: str | None, finished: str = "2026-01-02T03:04:05Z") -> list[Violation]:
    found = make.inventory(components=[lib])
    inventory = replace(found, run=replace(found.run, finished=finished))
    conclusion = make.about(lib, expression)
    told = evaluate(inventory, (MIT_PROJECT, conclusion), load_policy("due-diligence"), NO_FACTS)
    return [violation for violation in told if violation.code == "stale-component"]


def released(day: str, kind: DateKind = DateKind.RELEASED) -> Component:
    place = Location(path="uv.lock", start_line=7)
    return replace(make.package("lib"), dated=Dated(kind=kind, day=day, origin="upload-time", location=place))


@pytest.mark.parametrize("expression", ["mit", "mit OR gpl-3.0", None])
def test_a_component_of_more_than_four_years_is_told_once_with_where_its_date_stands(expression: str | None) -> None:
    (found,) = aged(released("2021-12-31"), expression)
    assert (found.outcome, found.violates) == (Outcome.REVIEW, False)
    assert "released on 2021-12-31" in str(found.message)
    assert [str(item.location) for item in found.evidence] == ["uv.lock:7"]


@pytest.mark.parametrize("lib", [released("2022-01-02"), make.package("lib")], ids=["four years to the day", "no date"])
def test_what_is_not_known_to_be_old_is_not_called_stale(lib: Component) -> None:
    assert aged(lib, "mit") == []


def test_a_built_package_and_a_copied_folder_are_told_by_what_their_date_means() -> None:
    assert "was built on 2019-01-01" in str(aged(released("2019-01-01", DateKind.BUILT), "mit")[0].message)
    assert "nothing in it was changed after" in str(aged(released("2019-01-01", DateKind.NOT_AFTER), "mit")[0].message)


@pytest.mark.parametrize(
    ("component", "text", "told"),
    [
        ("gpl-2.0-plus", "gpl-2.0", []),  # the text of version 2 goes with "or later"
        ("lgpl-3.0-plus", "gpl-3.0", []),  # LGPL 3 comes with the text of GPL 3
        ("mit", "gpl-2.0", ["third_party/lib/COPYING"]),  # another licence than the component's is a finding of its own
    ],
)
def test_a_licence_file_with_the_text_of_what_its_component_is_under_is_no_finding_of_its_own(
    component: str, text: str, told: list[str]
) -> None:
    lib = make.vendored("third_party/lib")
    copying = make.file("third_party/lib/COPYING", text, owner=lib.id)
    inventory = make.inventory(
        components=[lib], files=[SourceFile(path="third_party/lib/COPYING", size=1, sha256="0", kind=FileKind.LEGAL)]
    )
    found = evaluate(inventory, (MIT_PROJECT, make.about(lib, component), copying), load_policy("default"), NO_FACTS)
    denied = [violation.subject.id for violation in found if violation.outcome is Outcome.DENY]
    assert [subject for subject in denied if subject != lib.id] == told
