"""The lines that are kept around a match, and expressions in both spellings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from license_expression import Licensing

from licscan.detect.expressions import in_spdx, join_with_and, license_keys, spdx_ids
from licscan.detect.findings import CONTEXT_LENGTH, context_of

LINES = [(number, f"line {number}\n") for number in range(1, 21)]


def test_three_lines_on_either_side_are_kept() -> None:
    assert context_of(LINES, 10, 11, "line 10").split("\n") == [f"line {number}" for number in range(7, 15)]


def test_the_file_may_begin_or_end_there() -> None:
    assert context_of(LINES, 1, 1, "line 1").startswith("line 1\n")
    assert context_of(LINES, 20, 20, "line 20").endswith("line 20")


def test_pieces_of_one_long_line_count_as_one_line() -> None:
    lines = [(1, "before"), *((2, f"piece{number},") for number in range(5)), (3, "after")]
    assert context_of(lines, 2, 2, "piece0") == "before\npiece0,\npiece1,\npiece2,\npiece3,\npiece4,\nafter"


def test_a_long_line_is_cut_around_the_match() -> None:
    line = "x = 1; " * 3_000 + "License: GPL" + " y = 2;" * 3_000
    context = context_of([(1, line)], 1, 1, "License: GPL")
    assert len(context) == CONTEXT_LENGTH
    assert "License: GPL" in context


@given(st.lists(st.text(max_size=3_000), max_size=12), st.integers(1, 12), st.integers(0, 5))
def test_the_context_is_never_longer_than_it_may_be(texts: list[str], start: int, length: int) -> None:
    lines = list(enumerate(texts, 1))
    matched = texts[start - 1] if start <= len(texts) else ""
    context = context_of(lines, start, start + length, matched)
    assert len(context) <= CONTEXT_LENGTH
    assert context in "\n".join(line.rstrip("\r\n") for line in texts)


@pytest.mark.parametrize(
    ("parts", "joined"),
    [
        ([], None),
        (["mit"], "mit"),
        (["mit", "mit"], "mit"),
        (["mit AND isc", "mit"], "(mit AND isc) AND mit"),
        (
            ["mit OR isc", "gpl-2.0 WITH classpath-exception-2.0"],
            "(mit OR isc) AND gpl-2.0 WITH classpath-exception-2.0",
        ),
    ],
)
def test_expressions_are_joined_without_being_simplified(parts: list[str], joined: str | None) -> None:
    assert join_with_and(parts) == joined


KEYS = st.sampled_from(("mit", "isc", "gpl-2.0", "lgpl-2.1-plus", "bsd-new"))
EXPRESSIONS = st.recursive(
    KEYS, lambda inner: st.builds("({} {} {})".format, inner, st.sampled_from(("AND", "OR")), inner), max_leaves=8
)


@given(EXPRESSIONS)
def test_spdx_ids_are_put_in_and_read_off_again(expression: str) -> None:
    written = str(Licensing().parse(expression))
    in_ids = in_spdx(written, str.upper)
    assert spdx_ids([(written, in_ids)]) == {key: key.upper() for key in license_keys(written)}
    assert license_keys(written) == set(Licensing().license_keys(written))
