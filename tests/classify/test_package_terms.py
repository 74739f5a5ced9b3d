"""A licence file's texts and notices are terms of its package; a few words beside a whole text are only mentioned."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from licscan.classify.catalogue import Catalogue
from licscan.classify.claims import CatalogueLike
from licscan.classify.package_terms import package_terms
from licscan.core.component import StatedTerms
from licscan.core.finding import Detection, FileFinding, Match
from tests.classify.facts import AnyCatalogue


def match(expression: str, words: int, line: int = 1, kind: str = "reference", text: str = "") -> Match:
    return Match(
        expression=expression,
        expression_spdx=expression,
        path="LICENSE",
        start_line=line,
        end_line=line,
        score=100.0,
        coverage=100.0,
        relevance=100,
        matched_length=words,
        matcher="2-aho",
        rule_id="a.RULE",
        kind=kind,
        matched_text=text,
    )


def finding(*matches: Match) -> FileFinding:
    expression = " AND ".join(dict.fromkeys(item.expression for item in matches))
    detection = Detection(expression=expression, expression_spdx=expression, identifier="x", matches=matches)
    return FileFinding(
        path="LICENSE", expression=expression, expression_spdx=expression, detections=(detection,) if matches else ()
    )


def wording(found: FileFinding, *others: FileFinding, catalogue: CatalogueLike | None = None) -> StatedTerms:
    """Return what ``found`` states among the licence files of its package."""
    terms = package_terms([found, *others], catalogue or AnyCatalogue())
    return terms.get(found.path, StatedTerms(terms=None))


MIT_TEXT = match("mit", 161, kind="text")


def test_words_beside_a_whole_text_are_mentions() -> None:
    """ "GPL-compatible", in the table of releases in Python's licence."""
    found = wording(finding(match("gpl-1.0-plus", 2), MIT_TEXT))
    assert (found.terms, found.mentions) == ("mit", ("gpl-1.0-plus",))


def test_a_notice_beside_a_whole_text_is_a_term() -> None:
    found = wording(finding(match("gpl-2.0-plus", 9, kind="notice"), MIT_TEXT))
    assert (found.terms, found.mentions) == ("gpl-2.0-plus AND mit", ())


def test_an_identifier_beside_a_whole_text_is_a_term() -> None:
    tag = match("gpl-2.0", 4, kind="tag", text="SPDX-License-Identifier: GPL-2.0-only")
    assert wording(finding(tag, MIT_TEXT)).mentions == ()


def test_without_a_whole_text_a_few_words_are_all_that_is_said() -> None:
    found = wording(finding(match("gpl-1.0-plus", 2), match("mit", 3)))
    assert (found.terms, found.mentions) == ("gpl-1.0-plus AND mit", ())


def test_what_is_said_in_full_is_not_told_as_a_mention_too() -> None:
    assert wording(finding(match("mit", 2), MIT_TEXT)).mentions == ()


def test_the_text_behind_a_licence_with_an_exception_is_no_second_licence() -> None:
    """As numpy's wheels have it: the notice of GCC's runtime, its exception, and the GPL's text."""
    found = wording(
        finding(
            match("gpl-3.0-plus", 6, line=10, kind="tag"),
            match("gcc-exception-3.1", 6, line=10),
            match("gpl-3.0-plus WITH gcc-exception-3.1", 68, line=12, kind="notice"),
            match("gpl-3.0", 5514, line=30, kind="text"),
            MIT_TEXT,
        )
    )
    assert found.terms == "gpl-3.0-plus WITH gcc-exception-3.1 AND mit"


def test_a_notice_without_the_exception_stays_a_term_of_its_own() -> None:
    found = wording(
        finding(
            match("gpl-3.0-plus WITH gcc-exception-3.1", 68, line=12, kind="notice"),
            match("gpl-3.0-plus", 20, line=20, kind="notice"),
            match("gpl-3.0", 5514, line=30, kind="text"),
        )
    )
    assert found.terms == "gpl-3.0-plus WITH gcc-exception-3.1 AND gpl-3.0-plus"


KEYS = st.sampled_from(["mit", "gpl-2.0", "gpl-2.0-plus", "gpl-2.0 WITH classpath-exception-2.0", "mit OR isc", "(("])
MATCHES = st.builds(
    match, KEYS, st.integers(1, 200), st.integers(1, 5), st.sampled_from(["text", "notice", "tag", "reference", ""])
)


INTRODUCTION = match(
    "unknown-license-reference", 7, kind="intro", text="Files under base64 are under the following license."
)


def detected(expression: str, *matches: Match, path: str = "LICENSE") -> FileFinding:
    one = Detection(expression=expression, expression_spdx=expression, identifier="x", matches=matches)
    return FileFinding(path=path, expression=expression, expression_spdx=expression, detections=(one,))


def test_an_introduction_to_what_is_named_behind_it_is_no_term_and_no_mention() -> None:
    short = match("unknown-license-reference", 3, kind="intro", text="licensed under the")
    found = wording(detected("mit AND bsd-simplified", match("isc", 2), MIT_TEXT, INTRODUCTION, short))
    assert (found.terms, found.mentions) == ("mit", ("isc",))


def pointing(text: str) -> FileFinding:
    see = match("unknown-license-reference", 6, text=text)
    return detected(
        "bsd-new AND unknown-license-reference",
        match("bsd-new", 9, kind="notice"),
        replace(see, references=("LICENSE",)),
    )


def test_to_point_to_another_file_of_the_package_is_what_that_file_states() -> None:
    other = detected("isc", replace(match("isc", 100, kind="text"), path="licence.rst"), path="licence.rst")
    assert wording(pointing("see the file LICENCE for details"), other).terms == "bsd-new AND isc"


def test_a_named_licence_comes_before_a_pointer_to_a_file_that_is_missing() -> None:
    assert wording(pointing("see the file LICENSE.third-party")).terms == "bsd-new"


@given(st.lists(MATCHES, max_size=8))
def test_something_that_is_found_is_always_told(matches: list[Match]) -> None:
    said = wording(finding(*matches))
    if any(item.expression != "((" for item in matches):
        assert said.terms or said.mentions


FTL_OR_GPL = "License: FTL OR GPL-2.0-or-later"


def test_a_field_on_one_line_is_read_as_the_expression_that_it_is(catalogue: Catalogue) -> None:
    first = match("freetype", 2, line=9, kind="tag", text=FTL_OR_GPL)
    second = match("gpl-2.0-plus", 5, line=9, text=FTL_OR_GPL)
    found = wording(finding(first, second, MIT_TEXT), catalogue=catalogue)
    assert (found.terms, found.mentions) == ("(freetype OR gpl-2.0-plus) AND mit", ())


@pytest.mark.parametrize(
    "text", ["License: FTL OR Foo-2", "License: GPL-2.0-or-later and more", "FTL OR GPL-2.0-or-later"]
)
def test_a_line_that_is_no_field_is_read_in_parts(text: str, catalogue: Catalogue) -> None:
    found = wording(finding(match("gpl-2.0-plus", 5, line=9, text=text), MIT_TEXT), catalogue=catalogue)
    assert found.terms == "gpl-2.0-plus AND mit"


def test_a_notice_whose_next_paragraph_adds_the_exception_is_one_licence_with_it() -> None:
    """Libgfortran's, in the licence file of scipy."""
    with_exception = match("gpl-3.0-plus WITH gcc-exception-3.1", 68, line=11, kind="notice")
    notice = replace(match("gpl-3.0-plus", 72, line=1, kind="notice"), end_line=9)
    assert wording(finding(notice, with_exception, MIT_TEXT)).terms == "gpl-3.0-plus WITH gcc-exception-3.1 AND mit"
    apart = replace(notice, end_line=8)
    assert "gpl-3.0-plus AND" in str(wording(finding(apart, with_exception, MIT_TEXT)).terms)


def test_talk_of_copyright_notices_is_no_term() -> None:
    text = "For full copyright notices consult the individual files in the package."
    consult = match("unknown-license-reference", 11, text=text)
    assert wording(finding(consult, MIT_TEXT)).terms == "mit"
    licensing = match("unknown-license-reference", 11, text=f"{text} Licences are there too.")
    assert wording(finding(licensing, MIT_TEXT)).terms == "unknown-license-reference AND mit"


@pytest.mark.parametrize(
    ("line", "terms"),
    [(4, "mit"), (168, "mit"), (300, "mit")],
)
def test_a_disclaimer_belongs_to_the_licence_that_it_begins_or_ends(line: int, terms: str) -> None:
    text = replace(MIT_TEXT, start_line=8, end_line=161)
    found = wording(finding(match("warranty-disclaimer", 45, line=line, kind="text"), text))
    assert found.terms == terms
