"""What licences limit, also those that only the register of model licences has read."""

from __future__ import annotations

import pytest

from licscan.classify.terms import packaged_terms
from licscan.core.verdict import LicenseClass, UnitClassification
from licscan.duediligence.licence_terms import _DUTIES, _TERMS, duties_of, limits_of
from licscan.modellicense.register import model_register


def unit(key: str, *terms: str) -> UnitClassification:
    return UnitClassification(
        unit=key, spdx=key, license_class=LicenseClass.CUSTOM_MODEL, network=False, obligations=(), terms=terms
    )


@pytest.mark.parametrize(
    ("key", "limits"),
    [
        ("LicenseRef-llama-3-community-2024", {"user-limit", "acceptable-use", "output-limits", "naming"}),
        ("LicenseRef-tii-falcon-llm-1.0", {"revenue-limit"}),
        ("LicenseRef-opt-175b-license", {"non-commercial"}),
    ],
)
def test_a_model_licence_that_the_catalogue_has_not_read_is_limited_as_the_register_says(
    key: str, limits: set[str]
) -> None:
    assert limits <= set(limits_of(unit(key)))


def test_what_the_register_says_is_owed_is_in_the_checklist() -> None:
    found = duties_of(unit("LicenseRef-llama-3-community-2024"))
    assert {"license-text", "notice-file", "attribution-display"} <= set(found)
    assert duties_of(unit("mit")) == ()


def test_the_catalogue_s_own_terms_come_first_and_once() -> None:
    found = limits_of(unit("llama-2-license-2023", "user-limit", "venue"))
    assert found[:2] == ("user-limit", "venue")
    assert len(found) == len(set(found))


@pytest.mark.parametrize("key", ["mit", "apache-2.0", "no-such-licence"])
def test_a_general_licence_has_no_limits_of_the_register(key: str) -> None:
    assert limits_of(unit(key)) == ()


def test_every_term_that_is_read_is_one_of_the_register_and_of_the_vocabulary() -> None:
    fields = {field for entry in model_register() for field in entry.terms}
    assert set(_TERMS) | set(_DUTIES) <= fields
    assert set(_TERMS.values()) | set(_DUTIES.values()) <= set(packaged_terms().terms)
