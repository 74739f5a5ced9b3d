from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licscan.core.expression import AllOf, Expression, ExpressionError, OneOf, Unit, all_of, keys, one_of, parse, units

KEYS = st.sampled_from(["mit", "gpl-2.0", "gpl-2.0-plus", "apache-2.0", "LicenseRef-acme-1.0", "bsd-new"])
EXCEPTIONS = st.sampled_from([None, None, "classpath-exception-2.0", "linux-syscall-exception-gpl"])
UNITS = st.builds(Unit, KEYS, EXCEPTIONS)


def joined(children: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    several = st.lists(children, min_size=2, max_size=4)
    return st.one_of(
        several.map(lambda args: all_of(args) or args[0]), several.map(lambda args: one_of(args) or args[0])
    )


EXPRESSIONS: st.SearchStrategy[Expression] = st.recursive(UNITS, joined, max_leaves=8)


@given(EXPRESSIONS)
def test_an_expression_survives_being_written_and_read(expression: Expression) -> None:
    assert parse(str(expression)) == expression


@given(EXPRESSIONS)
def test_no_operand_stands_twice_and_no_operator_holds_itself(expression: Expression) -> None:
    if not isinstance(expression, Unit):
        assert len(set(expression.args)) == len(expression.args) >= 2
        assert not any(isinstance(arg, type(expression)) for arg in expression.args)


@given(st.text(max_size=60))
def test_any_text_is_an_expression_or_an_error_that_says_so(text: str) -> None:
    try:
        expression = parse(text)
    except ExpressionError as error:
        assert "not a licence expression" in str(error)
    else:
        assert list(units(expression))


def test_with_binds_closer_than_and_and_and_closer_than_or() -> None:
    assert parse("mit OR gpl-2.0 WITH classpath-exception-2.0 AND zlib") == OneOf(
        (Unit("mit"), AllOf((Unit("gpl-2.0", "classpath-exception-2.0"), Unit("zlib"))))
    )


def test_keys_name_licences_and_exceptions_once() -> None:
    assert keys(parse("gpl-2.0 WITH classpath-exception-2.0 OR mit OR gpl-2.0")) == (
        "gpl-2.0",
        "classpath-exception-2.0",
        "mit",
    )


@pytest.mark.parametrize(
    "text",
    ["", "mit AND", "AND mit", "a b", "(mit", "mit)", "mit AND (gpl-2.0", "mit WITH", "(" * 5000 + "mit" + ")" * 5000],
)
def test_what_is_no_expression_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse(text)
