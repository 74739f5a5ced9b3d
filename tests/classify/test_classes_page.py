"""docs/classes.md says what the tables say."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from licscan.classify.catalogue import Catalogue

PAGE = (Path(__file__).parents[2] / "docs" / "classes.md").read_text(encoding="utf-8")


def test_every_obligation_and_term_is_on_the_page_and_no_other(catalogue: Catalogue) -> None:
    _, _, section = PAGE.partition("## Obligations and terms")

    assert re.findall(r"^\| `([a-z-]+)` \|", section, re.MULTILINE) == list(catalogue.terms)


def test_the_numbers_of_exceptions_are_those_of_the_table(catalogue: Catalogue) -> None:
    counted = Counter(ruling.effect.value for ruling in catalogue.exceptions.values())
    told = re.findall(r"^\| (lifts|none|restricts|unknown) \|[^|]*\| (\d+) \|", PAGE, re.MULTILINE)

    assert {effect: int(number) for effect, number in told} == counted
    assert f"{sum(counted.values())} exceptions" in PAGE


def test_every_category_is_on_the_page_with_its_class(catalogue: Catalogue) -> None:
    rows = re.findall(r"^   \| ([A-Z][^|]+) \| `([a-z-]+)` \|", PAGE, re.MULTILINE)
    told = {category.strip(): name for categories, name in rows for category in categories.split(",")}

    assert told == {
        category: ruling.license_class.value
        for category, ruling in catalogue.classes.categories.items()
        if category != "AI Model"  # licscan's own, for its register of model licences
    }
