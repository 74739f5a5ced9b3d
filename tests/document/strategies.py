"""Results as hypothesis makes them up: every field of every type, with text that is awkward to store."""

from __future__ import annotations

import types
import typing
from enum import Enum
from functools import cache
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from licscan.core.message import Kind, Message, Value
from licscan.core.result import Audit, Inventory


def _storable(text: str) -> bool:
    """Two halves of a character beside each other are that character: JSON cannot hold them apart."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass") == text


# Lone halves of characters (source maps hold them), controls, overrides, what JSON escapes, and plain text.
texts = st.one_of(
    st.text(max_size=12),
    st.text(alphabet='\ud83d\udc00a\x00\x1b\u202e\u2028"\\/\n\t\U0001f600', max_size=8).filter(_storable),
)

_PLAIN: dict[object, SearchStrategy[Any]] = {
    str: texts,
    int: st.integers(min_value=-(2**63), max_value=2**63 - 1),
    float: st.floats(allow_nan=False, allow_infinity=False),
    bool: st.booleans(),
    type(None): st.none(),
}


# Messages hold messages, to a depth that a test chooses.
_leaves = st.builds(Value, name=texts, kind=st.sampled_from(list(Kind)), text=texts)
_sentences = st.builds(Message, text=texts, values=st.lists(_leaves, max_size=2).map(tuple), id=texts)
_joined = st.builds(
    Value,
    name=texts,
    kind=st.sampled_from(list(Kind)),
    messages=st.lists(_sentences, max_size=2).map(tuple),
    between=texts,
)
_PLAIN[Message] = st.builds(
    Message, text=texts, values=st.lists(st.one_of(_leaves, _joined), max_size=2).map(tuple), id=texts
)


@cache
def of(kind: Any) -> SearchStrategy[Any]:
    """Return values of ``kind``: a struct of the domain, or what its fields are made of."""
    if kind in _PLAIN:
        return _PLAIN[kind]
    arguments = typing.get_args(kind)
    if typing.get_origin(kind) in (typing.Union, types.UnionType):
        return st.one_of([of(argument) for argument in arguments])
    if typing.get_origin(kind) is tuple and arguments[-1] is Ellipsis:
        return st.lists(of(arguments[0]), max_size=2).map(tuple)
    if typing.get_origin(kind) is tuple:
        return st.tuples(*(of(argument) for argument in arguments))
    if issubclass(kind, Enum):
        return st.sampled_from(list(kind))
    hints = typing.get_type_hints(kind)
    return st.builds(kind, **{name: of(hints[name]) for name in kind.__struct_fields__})


def inventories() -> SearchStrategy[Inventory]:
    return of(Inventory)


def audits() -> SearchStrategy[Audit]:
    return of(Audit)
