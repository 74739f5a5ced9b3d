from __future__ import annotations

from msgspec.structs import replace

from licscan.classify.catalogue import Catalogue
from licscan.classify.conclude import conclude
from licscan.core.component import ClaimSource, Component, ComponentKind, LicenseClaim
from licscan.core.location import Location
from licscan.core.verdict import Conclusion
from tests.classify.facts import detection, file_conclusion, finding, inventory, match_in

LINE = '"license": "(MIT OR GPL-2.0-only)",'


def concluded(
    catalogue: Catalogue,
    text: str,
    claim_line: int | None,
    *matches: tuple[str, str],
    edges: tuple[int, int] = (0, 0),
) -> Conclusion:
    """Conclude a package.json whose field says ``MIT OR GPL-2.0-only`` and in which ScanCode found ``matches``."""
    claim = LicenseClaim(
        source=ClaimSource.DECLARED,
        expression="mit OR gpl-2.0",
        expression_spdx="MIT OR GPL-2.0-only",
        raw="(MIT OR GPL-2.0-only)",
        origin="package.json license",
        locations=(Location(path="package.json", start_line=claim_line),),
    )
    project = Component(id="path:", name="app", kind=ComponentKind.PROJECT, directory="", claims=(claim,))
    found = [
        replace(
            match_in(text, 1, expression, f"{expression}.RULE", path="package.json"), matched_text=words, edges=edges
        )
        for expression, words in matches
    ]
    facts = inventory(finding("package.json", detection(*found)), components=(project,))
    return file_conclusion(conclude(facts, catalogue), "package.json")


def test_the_licence_field_of_a_manifest_is_read_as_its_format_says(catalogue: Catalogue) -> None:
    conclusion = concluded(catalogue, LINE, 1, ("mit OR gpl-1.0-plus", LINE), ("gpl-2.0", LINE))
    assert conclusion.expression == "mit OR gpl-2.0"
    assert {str(item.note) for item in conclusion.evidence} == {
        "read as the field package.json license: MIT OR GPL-2.0-only"
    }
    assert conclusion.suppressed == ()


def test_what_stands_on_the_same_line_beside_the_field_still_counts(catalogue: Catalogue) -> None:
    notice = "This program is free software under the GPL version 3"
    conclusion = concluded(catalogue, f"{LINE} {notice}", 1, ("mit OR gpl-2.0", LINE), ("gpl-3.0", notice))
    assert conclusion.expression == "(mit OR gpl-2.0) AND gpl-3.0"


def test_without_a_field_on_that_line_the_expression_in_the_line_is_read_as_one(catalogue: Catalogue) -> None:
    conclusion = concluded(catalogue, LINE, None, ("(mit OR gpl-1.0-plus)", LINE), ("gpl-2.0", LINE))
    assert conclusion.expression == "mit OR gpl-2.0"


def test_a_field_in_which_scancode_finds_nothing_counts_beside_what_it_finds_elsewhere(catalogue: Catalogue) -> None:
    conclusion = concluded(catalogue, "GPL-3.0", 7, ("gpl-3.0", "GPL-3.0"))
    assert conclusion.expression == "gpl-3.0 AND (mit OR gpl-2.0)"
    assert [item.location.start_line for item in conclusion.evidence] == [1, 7]


def test_a_field_is_found_in_a_manifest_on_one_line(catalogue: Catalogue) -> None:
    whole = '{"name": "app", "license": "(MIT OR GPL-2.0-only)", "private": true}'
    claim_words = ("mit OR gpl-1.0-plus", whole)
    conclusion = concluded(catalogue, whole, 1, claim_words, edges=(2, 2))
    assert conclusion.expression == "mit OR gpl-2.0"
