"""What a licence is called."""

from __future__ import annotations

import pytest

from licscan.classify.catalogue import Catalogue
from licscan.core.expression import ExpressionError


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("mit", "mit"),
        ("MIT", "mit"),
        ("Gpl-3.0-Only", "gpl-3.0"),
        ("GPL-2.0", "gpl-2.0"),
        ("GPL-2.0+", "gpl-2.0-plus"),
        ("LicenseRef-scancode-llama-2-license-2023", "llama-2-license-2023"),
        ("licenseref-scancode-mit", "mit"),
        ("Classpath-exception-2.0", "classpath-exception-2.0"),
        ("BUSL-1.1", "bsl-1.1"),
        ("no such licence", None),
        ("", None),
    ],
)
def test_a_name_is_resolved(name: str, key: str | None, catalogue: Catalogue) -> None:
    assert catalogue.resolve(name) == key


def test_one_spelling_of_two_licenses_is_told_apart_by_its_case(catalogue: Catalogue) -> None:
    """ScanCode calls the Business Source License ``bsl-1.0``; in SPDX ``BSL-1.0`` is Boost's."""
    assert catalogue.resolve("bsl-1.0") == "bsl-1.0"
    assert catalogue.resolve("BSL-1.0") == "boost-1.0"
    assert catalogue.from_spdx("bsl-1.0") == "boost-1.0"
    assert catalogue.resolve("X11") == "x11-xconsortium"
    assert catalogue.resolve("x11") == "x11"


def test_every_key_and_every_spdx_id_in_force_leads_back_to_its_license(catalogue: Catalogue) -> None:
    for record in catalogue.names.records.values():
        assert catalogue.resolve(record.key) == record.key
        if not record.is_deprecated:
            assert catalogue.names.resolve_spdx(record.spdx) == record.key
            told = catalogue.from_spdx(catalogue.spdx(record.key))
            # A translation leads to the licence that SPDX lists for both of its languages.
            assert told == record.key or record.key in catalogue.names.table.spdx


def test_what_spdx_does_not_list_becomes_a_license_ref(catalogue: Catalogue) -> None:
    assert catalogue.spdx("llama-2-license-2023 AND mit") == "LicenseRef-scancode-llama-2-license-2023 AND MIT"
    assert catalogue.spdx("LicenseRef-my-own") == "LicenseRef-my-own"
    assert catalogue.spdx("some_key") == "LicenseRef-some-key"


def test_structure_survives_the_way_to_spdx_and_back(catalogue: Catalogue) -> None:
    text = "(gpl-2.0-plus WITH classpath-exception-2.0 OR mit) AND zlib"

    assert catalogue.spdx(text) == "(GPL-2.0-or-later WITH Classpath-exception-2.0 OR MIT) AND Zlib"
    assert catalogue.from_spdx(catalogue.spdx(text)) == text


def test_an_id_that_stands_for_an_expression_is_spelled_out(catalogue: Catalogue) -> None:
    assert (
        catalogue.from_spdx("GPL-2.0-with-classpath-exception OR MIT") == "gpl-2.0 WITH classpath-exception-2.0 OR mit"
    )


def test_a_plus_that_scancode_has_no_key_for_names_the_version(catalogue: Catalogue) -> None:
    assert catalogue.from_spdx("Apache-2.0+") == "apache-2.0"


def test_an_unknown_id_is_kept(catalogue: Catalogue) -> None:
    assert catalogue.from_spdx("MIT OR Nobody-Knows-1.0") == "mit OR Nobody-Knows-1.0"


def test_what_is_no_expression_is_refused(catalogue: Catalogue) -> None:
    for text in ("", "MIT AND", "MIT OR OR GPL-2.0"):
        with pytest.raises(ExpressionError):
            catalogue.from_spdx(text)
        with pytest.raises(ExpressionError):
            catalogue.spdx(text)
