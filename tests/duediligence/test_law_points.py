"""What the report says that licences state is what their texts say: each point against the text that ScanCode ships."""

from __future__ import annotations

import re
from pathlib import Path

import licensedcode
import pytest

from licscan.classify.catalogue import Catalogue
from licscan.duediligence.law_register import About, LawPoint, law_points, points_of

TEXTS = Path(licensedcode.__file__).parent / "data" / "licenses"
CASES = [(point, key) for point in law_points() for key in point.licences]
# "Version 2 or later", and what a file says of secondary licences, are notices; the terms are those of the version's own text.
OF_VERSION = re.compile(r"-plus$|-no-copyleft-exception$")


def text_of(key: str) -> str:
    """The text of a licence with all marks of a layout taken out."""
    body = (TEXTS / f"{key}.LICENSE").read_text(encoding="utf-8").split("\n---\n", 1)[1]
    return plain(body)


def plain(text: str) -> str:
    text = text.replace("\u2019", "'").replace("\u201c", '"').replace("\u201d", '"')
    return re.sub(r"[\s*#_`]+", " ", text).lower()


@pytest.mark.parametrize(("point", "key"), CASES, ids=[f"{point.id}-{key}" for point, key in CASES])
def test_every_point_stands_in_the_text_of_every_licence_that_it_names(point: LawPoint, key: str) -> None:
    text = text_of(OF_VERSION.sub("", key))
    assert point.words or point.source
    for words in point.words:
        assert plain(words) in text


def test_every_point_is_one_of_a_kind_and_names_its_section() -> None:
    ids = [point.id for point in law_points()]
    assert len(ids) == len(set(ids))
    assert all(point.section and point.states.endswith(".") for point in law_points())
    assert {point.about for point in law_points()} == set(About)


@pytest.mark.parametrize(
    ("key", "about", "found"),
    [
        ("gpl-3.0-plus", About.INSTALLATION, ["gpl-3-installation"]),
        ("gpl-2.0", About.INSTALLATION, []),
        ("agpl-3.0", About.NETWORK, ["agpl-3-network"]),
        ("gpl-3.0", About.NETWORK, []),
        ("bsd-original-uc", About.ADVERTISING, ["bsd-4-uc-rescinded"]),
        ("bsd-original", About.ADVERTISING, ["bsd-4-advertising"]),
        ("mit", About.PATENTS, []),
    ],
)
def test_a_licence_says_what_it_says_and_nothing_more(key: str, about: About, found: list[str]) -> None:
    assert [point.id for point in points_of(key, [about])] == found


ONLY_WITH = re.compile(r"\b(?:only|solely|exclusively|conjunction|connection|for use with)\b", re.IGNORECASE)
OF_CHIPS = ("adi-bsd-2017", "arm-cortex-mx", "ati-eula", "atmel-microcontroller", "broadcom-linux-firmware", "broadcom-raspberry-pi",
            "broadcom-standard-terms", "broadcom-wiced", "cypress-linux-firmware", "marvell-firmware-2019", "microchip-enc28j60-2009",
            "microchip-pk2cmd-2009", "microchip-products-2018", "nxp-microcontroller-proprietary", "st-bsd-restricted", "st-mcd-2.0",
            "stmicroelectronics-centrallabs", "ti-linux-firmware", "xmos-commercial-2017")  # fmt: skip


@pytest.mark.parametrize("key", OF_CHIPS)
def test_terms_that_hold_with_somebody_s_chips_alone_are_a_limit_on_the_field_of_use(
    key: str, catalogue_of_licences: Catalogue
) -> None:
    assert ONLY_WITH.search(text_of(key))
    unit = catalogue_of_licences.classify(key).units[0]
    assert "field-of-use" in unit.terms
