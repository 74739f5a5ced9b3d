"""Declared licences become expressions in ScanCode's keys, or stay claims that nobody understood."""

from __future__ import annotations

import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licscan.component.base import Statement, StatementForm
from licscan.component.license import LicenseNormaliser, classifier_expression
from licscan.component.license_ids import DATA_NAME, LONG_NAMES, key_expression, license_ids, to_spdx
from licscan.component.license_names import CLASSIFIERS, FAMILIES, NAMES, simple_name
from licscan.component.license_phrase import named_expression
from licscan.core.component import LicenseClaim
from licscan.core.expression import keys, parse
from licscan.core.location import Location
from tests.conftest import ROOT


def said(raw: str, form: StatementForm = StatementForm.EXPRESSION) -> Statement:
    return Statement(raw=raw, form=form, origin="package.json license", location=Location(path="lib/package.json"))


def claims(*statements: Statement, files: dict[str, str] | None = None) -> tuple[LicenseClaim, ...]:
    def read(text: str) -> str | None:
        return {"strange words": "beerware", "the text of MIT": "mit"}.get(text)

    return LicenseNormaliser(read, (files or {}).get).claims(statements)


@pytest.mark.parametrize(
    ("raw", "expression"),
    [
        ("MIT", "mit"),
        ("mit", "mit"),
        ("Apache-2.0", "apache-2.0"),
        ("GPL-2.0", "gpl-2.0"),
        ("GPL-2.0+", "gpl-2.0-plus"),
        ("GPL-2.0-or-later WITH Classpath-exception-2.0", "gpl-2.0-plus WITH classpath-exception-2.0"),
        ("(MIT OR Apache-2.0)", "mit OR apache-2.0"),
        ("MIT/Apache-2.0", "mit OR apache-2.0"),
        ("(MIT OR GPL-3.0-only) AND BSD-3-Clause", "(mit OR gpl-3.0) AND bsd-new"),
        ("LicenseRef-scancode-public-domain", "public-domain"),
        ("bsd-simplified AND public-domain", "bsd-simplified AND public-domain"),
    ],
)
def test_an_spdx_expression_needs_no_engine(raw: str, expression: str) -> None:
    assert key_expression(raw) == expression


@pytest.mark.parametrize("raw", ["", "no such licence", "MIT OR", "MIT OR Nonsense-1.0", "SEE LICENSE IN X", "((("])
def test_what_is_no_spdx_expression_is_not_guessed(raw: str) -> None:
    assert key_expression(raw) is None


@pytest.mark.parametrize(
    ("raw", "expression"),
    [
        ("MIT License", "mit"),
        ("The MIT License (MIT)", "mit"),
        ("Apache License, Version 2.0", "apache-2.0"),
        ("Apache 2", "apache-2.0"),
        ("BSD", "bsd-new"),
        ("BSD 2-Clause License", "bsd-simplified"),
        ("GPLv3+", "gpl-3.0-plus"),
        ("GNU GPL v2 or later", "gpl-2.0-plus"),
        ("LGPLv2.1", "lgpl-2.1"),
        ("UNLICENSED", "proprietary-license"),
        ("Unlicense", "unlicense"),
        ("MIT or Apache 2.0", "mit OR apache-2.0"),
        ("BSD 3-Clause and Public Domain", "bsd-new AND public-domain"),
        ("GPL-2.0-with-classpath-exception", "gpl-2.0 WITH classpath-exception-2.0"),
        ("GPL-3+ with Bison exception", "gpl-3.0-plus WITH bison-exception-2.2"),
        ("Expat or GPL-2+", "mit OR gpl-2.0-plus"),
        ("MIT (http://example.invalid/license.txt)", "mit"),
        ("Apache 2.0 <https://example.invalid/>", "apache-2.0"),
        ("GPL-2+ with OpenSSL exception", "gpl-2.0-plus WITH openssl-exception-gpl-2.0-plus"),
        ("Universal Permissive License, Version 1.0", "upl-1.0"),
        ("GNU General Public License, version 2, with the Classpath Exception", "gpl-2.0 WITH classpath-exception-2.0"),
        ("GPLv2+CE", "gpl-2.0 WITH classpath-exception-2.0"),
        ("CDDL + GPLv2 with classpath exception", "cddl-1.1 OR gpl-2.0 WITH classpath-exception-2.0"),
        ("Apache License, Version 2.0 and MIT", "apache-2.0 AND mit"),
        ("LGPL, Version 2.1 or any later version", "lgpl-2.1-plus"),
        ("GPL v2 or v3", "gpl-2.0 OR gpl-3.0"),
        ("MPL 1.1/GPL 2.0/LGPL 2.1", "mpl-1.1 OR gpl-2.0 OR lgpl-2.1"),
        ("Dual License: MIT and GPL", "mit OR gpl-1.0-plus"),
        ("MIT, BSD and Apache 2.0", "mit AND bsd-new AND apache-2.0"),
        ("MIT, BSD or Apache 2.0", "mit OR bsd-new OR apache-2.0"),
        ("GPL-1+ or Artistic-1, and Expat", "(artistic-perl-1.0 OR gpl-1.0-plus) AND mit"),
        ("MIT/Apache-2.0 and BSD", "(mit OR apache-2.0) AND bsd-new"),
        ("GPL-3.0 or Commercial", "gpl-3.0 OR proprietary-license"),
        ("Dual Licensed - GNU AFFERO GPL 3.0 or Artifex Commercial License", "agpl-3.0 OR proprietary-license"),
        ("AGPL-3.0 OR LicenseRef-Commercial", "agpl-3.0 OR commercial-license"),
        ("https://www.apache.org/licenses/LICENSE-2.0", "apache-2.0"),
    ],
)
def test_old_and_free_names_are_known(raw: str, expression: str) -> None:
    assert named_expression(raw) == expression


@pytest.mark.parametrize(
    "raw",
    [
        "License",
        "Open Source",
        "Dual",
        "MIT and",
        "and",
        "MIT or BSD and GPL",
        "GPL-2+ with distribution exception",
        "MIT, Apache-2.0",
        "MIT + Apache-2.0",
        "GPL-2.0 only or later",
        "GNU General Public License v2 (GPLv3)",
        "Free for non-commercial use",
        "",
        "MIT (modified)",
        "(http://a.invalid)",
    ],
)
def test_a_name_that_leaves_doubt_is_not_guessed(raw: str) -> None:
    assert named_expression(raw) is None


def test_every_name_leads_to_keys_that_scancode_has() -> None:
    known = license_ids().spdx
    named = {key for text in (*NAMES.values(), *CLASSIFIERS.values(), *FAMILIES) for key in keys(parse(text))}
    assert named <= set(known)


def test_the_simple_form_of_a_name_is_stable() -> None:
    assert all(simple_name(name) == name for name in NAMES)
    assert "" not in NAMES


def test_a_classifier_is_read_and_an_empty_one_says_nothing() -> None:
    assert classifier_expression("License :: OSI Approved :: MIT License") == "mit"
    assert classifier_expression("License :: OSI Approved :: GNU General Public License v3 (GPLv3)") == "gpl-3.0"
    assert classifier_expression("License :: OSI Approved") is None


def test_a_claim_keeps_what_was_written_and_its_spdx_form() -> None:
    (claim,) = claims(said("gpl-2.0-or-later OR BSD-new-nonsense"), said("strange words", StatementForm.TEXT))[1:]
    assert (claim.raw, claim.expression, claim.expression_spdx) == ("strange words", "beerware", "Beerware")


def test_what_nobody_understands_stays_a_claim_without_expression() -> None:
    (claim,) = claims(said("ask Bob"))
    assert (claim.raw, claim.expression, claim.expression_spdx) == ("ask Bob", None, None)


def test_see_license_in_is_followed_from_the_folder_of_the_manifest() -> None:
    files = {"lib/docs/TERMS": "the text of MIT"}
    (claim,) = claims(said("SEE LICENSE IN docs/TERMS"), files=files)
    assert claim.expression == "mit"
    (outside,) = claims(said("SEE LICENSE IN ../../etc/TERMS"), files=files)
    assert outside.expression is None


def test_a_license_file_reference_is_followed() -> None:
    (claim,) = claims(said("COPYING", StatementForm.FILE), files={"lib/COPYING": "the text of MIT"})
    assert (claim.raw, claim.expression) == ("COPYING", "mit")


def reading(raw: str, *others: str) -> list[str | None]:
    normaliser = LicenseNormaliser(lambda text: "unknown-license-reference" if text == raw else None, lambda path: None)
    return [claim.expression for claim in normaliser.claims([said(raw), *map(said, others)])]


def test_that_there_are_several_licences_adds_nothing_where_others_say_which() -> None:
    """python-dateutil says so in one field, and which in its classifiers."""
    assert reading("Dual License", "BSD-3-Clause", "Apache-2.0") == ["bsd-new", "apache-2.0"]


@pytest.mark.parametrize(
    ("raw", "others"), [("Dual License", ("MIT",)), ("see the text", ("MIT", "Apache-2.0")), ("Dual License", ())]
)
def test_what_nobody_else_tells_stays_unknown(raw: str, others: tuple[str, ...]) -> None:
    assert reading(raw, *others)[0] == "unknown-license-reference"


def test_a_vague_statement_beside_an_exact_one_of_its_family_adds_nothing() -> None:
    vague = said("License :: OSI Approved :: BSD License", StatementForm.CLASSIFIER)
    assert [claim.expression for claim in claims(said("BSD-2-Clause"), vague)] == ["bsd-simplified"]
    assert [claim.expression for claim in claims(said("MIT"), vague)] == ["mit", "bsd-new"]


def test_an_exact_statement_is_never_dropped_for_another() -> None:
    assert [claim.expression for claim in claims(said("BSD-3-Clause"), said("BSD-2-Clause"))] == [
        "bsd-new",
        "bsd-simplified",
    ]


def test_the_reader_is_asked_once_for_each_text() -> None:
    asked: list[str] = []

    def read(text: str) -> str | None:
        asked.append(text)
        return None

    LicenseNormaliser(read, lambda _path: None).claims([said("odd"), said("odd"), said("MIT")])
    assert asked == ["odd"]


@given(st.text(max_size=60))
def test_any_text_is_read_without_trouble(raw: str) -> None:
    found = key_expression(raw) or named_expression(raw)
    assert found is None or set(keys(parse(found))) <= set(license_ids().spdx)


@given(st.sampled_from(sorted(license_ids().spdx)))
def test_every_key_survives_the_way_to_spdx_and_back(key: str) -> None:
    written = to_spdx(key)
    assert written is not None
    back = key_expression(written)
    assert back is not None
    assert to_spdx(back) == written


@pytest.mark.scancode
@pytest.mark.parametrize("name", [DATA_NAME, LONG_NAMES])
def test_the_tables_of_ids_and_names_are_those_of_the_installed_scancode(name: str) -> None:
    """``LICSCAN_UPDATE_DATA=1`` writes them anew."""
    from licscan.component import scancode

    current = scancode.license_ids() if name == DATA_NAME else scancode.license_long_names()
    text = json.dumps(current, indent=0, ensure_ascii=False, sort_keys=True) + "\n"
    place = ROOT / "licscan" / "component" / name
    if os.environ.get("LICSCAN_UPDATE_DATA"):
        place.write_text(text, encoding="utf-8")
    assert place.read_text(encoding="utf-8") == text
