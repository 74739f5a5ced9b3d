"""Licence texts that contain the text of another licence."""

from __future__ import annotations

import re

import pytest

from licscan.core.contained_texts import packaged_contained, with_contained
from licscan.detect.licensedb import license_text

PAIRS = [(key, inner) for key, found in packaged_contained().items() for inner in sorted(found)]


@pytest.mark.scancode
@pytest.mark.parametrize(("outer", "inner"), PAIRS)
def test_a_listed_text_has_the_words_of_the_text_in_it(outer: str, inner: str) -> None:
    """Nearly all words, since names and years differ; their order was compared when the list was made."""
    words = {key: re.findall(r"[a-z0-9]+", license_text(key).lower()) for key in (outer, inner)}
    missing = set(words[inner]) - set(words[outer])
    assert len(missing) <= 0.1 * len(set(words[inner])), sorted(missing)


def test_the_text_that_is_contained_is_there_too() -> None:
    assert with_contained(["protobuf", "mit"]) == {"protobuf", "mit", "bsd-new"}
    assert with_contained(["bsd-new"]) == {"bsd-new"}
