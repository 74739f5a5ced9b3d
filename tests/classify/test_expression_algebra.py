"""The algebra of expressions: what holds for every expression, not for examples."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from licscan.classify.catalogue import Catalogue
from licscan.classify.classes import rank
from licscan.core.expression import AllOf, Expression, OneOf, Unit, all_of, one_of, parse, units
from licscan.core.verdict import LicenseClass

# A few licences and exceptions of every class and effect; "no-such-key" is known to nobody.
KEYS = ("mit", "apache-2.0", "lgpl-2.1", "mpl-2.0", "gpl-2.0-plus", "agpl-3.0", "cpl-1.0", "llama-2-license-2023", "bsl-1.1",
        "cc-by-nc-4.0", "unknown", "google-cla", "no-such-key")  # fmt: skip
EXCEPTIONS = (
    "classpath-exception-2.0",
    "openssl-exception-gpl-2.0",
    "commons-clause",
    "generic-exception",
    "no-such-exception",
)

unit_strategy = st.builds(Unit, st.sampled_from(KEYS), st.none() | st.sampled_from(EXCEPTIONS))


def _joined(children: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    lists = st.lists(children, min_size=1, max_size=4)
    return lists.map(lambda args: all_of(args) or args[0]) | lists.map(lambda args: one_of(args) or args[0])


expressions: st.SearchStrategy[Expression] = st.recursive(unit_strategy, _joined, max_leaves=12)


def class_of(catalogue: Catalogue, expression: Expression | None) -> LicenseClass:
    return catalogue.classify(str(expression)).license_class


@given(a=expressions, b=expressions)
def test_and_is_the_worse_and_or_the_better_of_two(a: Expression, b: Expression, catalogue: Catalogue) -> None:
    classes = [class_of(catalogue, a), class_of(catalogue, b)]

    assert class_of(catalogue, all_of([a, b])) is max(classes, key=rank)
    assert class_of(catalogue, one_of([a, b])) is min(classes, key=rank)


@given(a=expressions, b=expressions)
def test_order_does_not_matter(a: Expression, b: Expression, catalogue: Catalogue) -> None:
    assert class_of(catalogue, all_of([a, b])) is class_of(catalogue, all_of([b, a]))
    assert class_of(catalogue, one_of([a, b])) is class_of(catalogue, one_of([b, a]))


@given(a=expressions)
def test_saying_it_twice_does_not_matter(a: Expression, catalogue: Catalogue) -> None:
    for text in (f"({a}) AND ({a})", f"({a}) OR ({a})"):
        assert catalogue.classify(text).license_class is class_of(catalogue, a)


@given(a=expressions, b=expressions, c=expressions)
def test_and_spreads_over_or(a: Expression, b: Expression, c: Expression, catalogue: Catalogue) -> None:
    assert class_of(catalogue, all_of([a, one_of([b, c]) or b])) is class_of(
        catalogue, one_of([all_of([a, b]) or a, all_of([a, c]) or a])
    )


@given(a=expressions, b=expressions)
def test_a_choice_takes_in_its_own_stricter_form(a: Expression, b: Expression, catalogue: Catalogue) -> None:
    assert class_of(catalogue, one_of([a, all_of([a, b]) or a])) is class_of(catalogue, a)


@given(a=expressions)
def test_text_and_tree_are_the_same_thing(a: Expression) -> None:
    assert parse(str(a)) == a


@given(a=expressions)
def test_the_way_to_spdx_and_back_changes_nothing_but_names(a: Expression, catalogue: Catalogue) -> None:
    back = parse(catalogue.from_spdx(catalogue.spdx(str(a))))

    assert [_known(unit) for unit in units(back)] == [_known(unit) for unit in units(a)]
    assert _shape(back) == _shape(a)


@given(a=expressions)
def test_a_license_is_never_parted_from_its_exception(a: Expression, catalogue: Catalogue) -> None:
    assert {unit.unit for unit in catalogue.classify(str(a)).units} == {str(unit) for unit in units(a)}


@given(a=expressions)
def test_an_unknown_key_or_a_stray_exception_is_always_told(a: Expression, catalogue: Catalogue) -> None:
    strange = {"no-such-key", "no-such-exception"}
    named = {name for unit in units(a) for name in (unit.key, unit.exception)}

    assert (catalogue.classify(str(a)).problem is not None) is bool(strange & named)


@given(text=st.text(max_size=60) | st.text(alphabet="mitgpl-2.0 ()+ANDORWITHandorwith", max_size=60))
@settings(max_examples=300)
def test_no_text_whatever_raises(text: str, catalogue: Catalogue) -> None:
    classification = catalogue.classify(text)

    assert isinstance(classification.license_class, LicenseClass)
    assert catalogue.resolve(text) is None or catalogue.record(catalogue.resolve(text) or "") is not None


@given(depth=st.integers(min_value=1, max_value=3000), operators=st.sampled_from(["AND", "OR", "AND OR"]))
@settings(max_examples=30, deadline=None)
def test_no_depth_whatever_raises(depth: int, operators: str, catalogue: Catalogue) -> None:
    words = operators.split()
    text = "(" * depth + "mit" + "".join(f") {words[level % len(words)]} zlib" for level in range(depth))

    classification = catalogue.classify(text)

    assert classification.license_class is (LicenseClass.PERMISSIVE if depth <= 64 else LicenseClass.UNKNOWN)
    assert (classification.problem is not None) is (depth > 64)


def _known(unit: Unit) -> Unit:
    """Keys that nobody knows come back as the ``LicenseRef-`` that stood for them."""
    return Unit(
        unit.key.removeprefix("LicenseRef-"), unit.exception.removeprefix("LicenseRef-") if unit.exception else None
    )


def _shape(expression: Expression) -> object:
    if isinstance(expression, AllOf | OneOf):
        return type(expression).__name__, tuple(_shape(arg) for arg in expression.args)
    return "unit"
