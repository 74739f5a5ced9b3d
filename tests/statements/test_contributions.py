"""Agreements of contributors say nothing of what others may do with the code."""

from __future__ import annotations

import pytest

from licscan.classify.catalogue import Catalogue
from licscan.classify.conclude import conclude
from licscan.core.component import ClaimSource, Component, LicenseClaim
from licscan.core.finding import FileKind
from licscan.core.license import LicenseRecord
from licscan.core.verdict import Composition, Conclusion, LicenseClass
from licscan.statements.contributions import FILE, packaged_contributions, read_contributions, without_contributions
from licscan.util.rule_data import RuleFileError, packaged, read_sections
from tests.classify.facts import detection, file_conclusion, finding, inventory, match_in

SIGN = "Please sign the [Contributor License Agreement](#cla) first."


def concluded(catalogue: Catalogue, expression: str, *others: str) -> Conclusion:
    matches = [
        match_in(
            f"{SIGN} The code is licensed under the GPL.",
            1,
            said,
            f"{said[:8]}_{number}.RULE",
            path="CONTRIBUTING.md",
            kind="notice",
        )
        for number, said in enumerate((expression, *others))
    ]
    facts = inventory(finding("CONTRIBUTING.md", detection(*matches)), kinds={"CONTRIBUTING.md": FileKind.PROSE})
    return file_conclusion(conclude(facts, catalogue), "CONTRIBUTING.md")


@pytest.mark.parametrize("expression", ["generic-cla", "dco-1.1", "generic-cla AND newton-king-cla"])
def test_a_contributor_agreement_is_no_licence_of_the_file(catalogue: Catalogue, expression: str) -> None:
    conclusion = concluded(catalogue, expression)
    assert conclusion.expression is None
    (statement,) = conclusion.suppressed
    assert (statement.composition, statement.expression) == (Composition.CONTRIBUTION_TERMS, expression)


def test_what_stands_beside_it_counts(catalogue: Catalogue) -> None:
    assert concluded(catalogue, "generic-cla", "gpl-2.0").expression == "gpl-2.0"


def test_a_rule_for_both_counts_for_the_licence_alone(catalogue: Catalogue) -> None:
    conclusion = concluded(catalogue, "apache-2.0 WITH llvm-exception AND generic-cla")
    assert conclusion.expression == "apache-2.0 WITH llvm-exception"
    assert [statement.expression for statement in conclusion.suppressed] == ["generic-cla"]
    assert [evidence.expression for evidence in conclusion.evidence] == [
        "apache-2.0 WITH llvm-exception AND generic-cla"
    ]


def test_an_agreement_that_may_be_chosen_as_a_licence_counts() -> None:
    assert without_contributions("mit OR generic-cla") == "mit OR generic-cla"
    assert without_contributions("not an (expression") == "not an (expression"


def test_every_agreement_of_scancode_is_listed_and_is_of_unknown_class(
    catalogue: Catalogue, records: tuple[LicenseRecord, ...]
) -> None:
    sections = read_sections(packaged(FILE), FILE, ("contributions", "others"))
    listed = {key for entries in sections.values() for entry in entries for key in entry.texts("licenses")}
    assert listed == {record.key for record in records if record.category == "CLA"}
    classes = {catalogue.classify(key).license_class for key in packaged_contributions()}
    assert classes == {LicenseClass.UNKNOWN}


def test_a_key_that_stands_twice_is_told_with_its_line() -> None:
    entry = "  - {reason: r, source: s, licenses: [a]}\n"
    with pytest.raises(RuleFileError, match="'a' stands twice") as caught:
        read_contributions(f"contributions:\n{entry}others:\n{entry}", FILE)
    assert caught.value.where == f"{FILE}:4"


def taken(catalogue: Catalogue, text: str, line: int, *references: str) -> str | None:
    match = match_in(text, line, "unknown-license-reference", "r.RULE", path="CONTRIBUTING.md", references=references)
    facts = inventory(finding("CONTRIBUTING.md", detection(match)), kinds={"CONTRIBUTING.md": FileKind.PROSE})
    return file_conclusion(conclude(facts, catalogue), "CONTRIBUTING.md").expression


def test_under_which_terms_contributions_are_taken_says_nothing_to_others(catalogue: Catalogue) -> None:
    assert taken(catalogue, "You agree that your contributions are licensed under the {fmt} license.", 1) is None
    assert taken(catalogue, "You agree that your contributions\nwill be licensed under its license.", 2) is None


@pytest.mark.parametrize(
    "text",
    [
        "This library is licensed under the {fmt} license.",
        "Your contributions are licensed under MIT. The code is licensed under its own licence.",
        "The dispatcher, including a contribution by a friend | Licensed under and distributed under [another license](x)",
        "Made from all contributions of friends | is licensed under the Foo license",
        "We welcome contributions. The library is licensed under the {fmt} license.",
        "Contributions are welcome; the code is licensed under the {fmt} license.",
    ],
)
def test_the_licence_of_the_work_counts_beside_talk_of_contributions(catalogue: Catalogue, text: str) -> None:
    assert taken(catalogue, text, 1) == "unknown-license-reference"


@pytest.mark.parametrize(
    ("source", "said", "expected"),
    [
        (ClaimSource.DETECTED, "mit AND generic-cla", "mit"),
        (ClaimSource.DETECTED, "generic-cla", None),
        (ClaimSource.DECLARED, "generic-cla", "generic-cla"),
    ],
)
def test_an_agreement_in_the_licence_file_of_a_package_is_no_licence_of_it(
    catalogue: Catalogue, source: ClaimSource, said: str, expected: str | None
) -> None:
    """The npm package marked asks for one beside its MIT text."""
    package = Component(
        id="pkg:npm/a@1", name="a", claims=(LicenseClaim(source=source, expression=said, origin="its own files"),)
    )
    (conclusion,) = [each for each in conclude(inventory(components=(package,)), catalogue) if each.subject.name == "a"]
    assert conclusion.expression == expected
