"""What a package's licence file says is the same whether only metadata of what is installed is looked at, or all files are."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from licscan.classify.catalogue import Catalogue
from licscan.classify.claims import text_of
from licscan.classify.conclude import conclude
from licscan.component.wording import wording
from licscan.core.component import Component, ComponentKind
from licscan.core.expression import parse, units
from licscan.core.finding import FileKind, Match
from tests.classify.facts import detection, file_conclusion, finding, inventory

EXPRESSIONS = st.sampled_from(
    ["mit", "gpl-2.0", "gpl-2.0-plus", "gpl-2.0 WITH classpath-exception-2.0", "classpath-exception-2.0", "mit OR isc"]
)


@st.composite
def matches(draw: st.DrawFn) -> Match:
    expression, line = draw(EXPRESSIONS), draw(st.integers(1, 5))
    return Match(
        expression=expression,
        expression_spdx=expression,
        path="lib/LICENSE",
        start_line=line,
        end_line=line,
        score=100.0,
        coverage=100.0,
        relevance=100,
        matched_length=draw(st.integers(1, 160)),
        matcher="2-aho",
        rule_id="a.RULE",
        kind=draw(st.sampled_from(["text", "notice", "tag", "reference"])),
        matched_text="",
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(found=st.lists(matches(), min_size=1, max_size=6))
def test_a_claim_and_a_files_own_conclusion_agree(catalogue: Catalogue, found: list[Match]) -> None:
    said = finding("lib/LICENSE", detection(*found))
    package = Component(id="pkg:npm/lib@1", name="lib", kind=ComponentKind.PACKAGE, directory="lib")
    facts = inventory(said, kinds={"lib/LICENSE": FileKind.LEGAL}, components=(package,))
    concluded = file_conclusion(conclude(facts, catalogue), "lib/LICENSE").expression
    terms = wording(said).terms
    assert {text_of(unit) for unit in units(parse(concluded or "unknown"))} <= {
        text_of(unit) for unit in units(parse(terms or "unknown"))
    }
