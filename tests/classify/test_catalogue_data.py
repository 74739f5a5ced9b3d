"""The tables under licscan/rules against every licence that the installed ScanCode knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from licscan.classify.catalogue import Catalogue
from licscan.classify.exceptions import Effect
from licscan.core.expression import Unit, keys, parse
from licscan.core.license import LicenseRecord
from licscan.core.verdict import LicenseClass

GOLDEN = Path(__file__).parent.parent / "golden" / "license_classes.txt"


def licenses(records: Sequence[LicenseRecord]) -> list[LicenseRecord]:
    return [record for record in records if not record.is_exception]


def exceptions(records: Sequence[LicenseRecord]) -> list[LicenseRecord]:
    return [record for record in records if record.is_exception]


def test_every_license_has_a_class_with_its_reason_and_source(
    catalogue: Catalogue, records: Sequence[LicenseRecord]
) -> None:
    for record in licenses(records):
        unit = catalogue.classify_unit(Unit(record.key))
        assert isinstance(unit.license_class, LicenseClass)
        assert unit.reason and unit.source, record.key


def test_every_category_of_scancode_has_a_class(catalogue: Catalogue, records: Sequence[LicenseRecord]) -> None:
    assert {record.category for record in licenses(records)} <= set(catalogue.classes.categories)


def test_the_classes_are_those_that_were_reviewed(
    catalogue: Catalogue, records: Sequence[LicenseRecord], update_golden: bool
) -> None:
    lines = []
    for record in records:
        ruling = catalogue.exception(record.key) if record.is_exception else None
        if ruling:
            lines.append(f"{record.key} WITH {ruling.effect.value}\n")
        else:
            unit = catalogue.classify_unit(Unit(record.key))
            lines.append(f"{record.key} {unit.license_class.value}{' network' if unit.network else ''}\n")
    produced = "".join(lines)
    if update_golden:
        GOLDEN.write_text(produced, encoding="utf-8")
    assert produced == GOLDEN.read_text(encoding="utf-8")


def test_every_exception_in_force_is_listed_with_its_effect(
    catalogue: Catalogue, records: Sequence[LicenseRecord]
) -> None:
    in_force = {record.key for record in exceptions(records) if not record.is_deprecated}

    assert in_force == set(catalogue.exceptions)


def test_every_deprecated_exception_has_an_effect_too(catalogue: Catalogue, records: Sequence[LicenseRecord]) -> None:
    for record in exceptions(records):
        assert catalogue.exception(record.key) is not None, record.key


def test_what_a_lift_is_for_is_told(catalogue: Catalogue) -> None:
    for ruling in catalogue.exceptions.values():
        assert bool(ruling.lifts) is (ruling.effect is Effect.LIFTS), ruling.key


def test_no_entry_names_a_key_that_scancode_does_not_have(
    catalogue: Catalogue, records: Sequence[LicenseRecord]
) -> None:
    known = {record.key for record in records}
    table = catalogue.names.table
    named: Mapping[str, set[str]] = {
        "classes": set(catalogue.classes.overrides) | set(catalogue.classes.network),
        "exceptions": set(catalogue.exceptions),
        "terms": set(catalogue.term_table.added) | set(catalogue.term_table.absent),
        "later": {key for license_key, offers in table.later.items() for key in (license_key, *offers)},
        "expressions": {key for expression in table.expressions.values() for key in keys(parse(expression))},
    }

    assert {file: sorted(names - known) for file, names in named.items() if names - known} == {}


def test_no_override_repeats_what_the_category_says(catalogue: Catalogue, records: Sequence[LicenseRecord]) -> None:
    by_key = {record.key: record for record in records}
    idle = [
        key
        for key, ruling in catalogue.classes.overrides.items()
        if (base := catalogue.classes.categories.get(by_key[key].category))
        and base.license_class is ruling.license_class
        and not by_key[key].is_deprecated
    ]

    # The SSPL is listed for its reason, which many will look for.
    assert idle == ["mongodb-sspl-1.0"]


def test_no_exception_is_given_the_class_of_a_license(catalogue: Catalogue, records: Sequence[LicenseRecord]) -> None:
    in_force = {record.key for record in exceptions(records) if not record.is_deprecated}

    assert in_force.isdisjoint(catalogue.classes.overrides)


def test_every_text_written_for_models_is_custom_model(catalogue: Catalogue, records: Sequence[LicenseRecord]) -> None:
    """By their names; the ones that speak of AI and are no model's licence are listed with the class they have."""
    marks = ("llama", "gemma", "falcon", "qwen", "qianwen", "-rail", "openmdw", "open weights", "stable diffusion", "stability ai",
             "ai model", "openatom model", "fair ai", "chameleon", "hyperclova", "hunyuan", "deepseek", "ltxv", "flux.1")  # fmt: skip
    found = {
        record.key: catalogue.classify_unit(Unit(record.key)).license_class
        for record in licenses(records)
        if any(mark in f"{record.key} {record.name}".lower() for mark in marks)
    }

    assert len(found) >= 30
    assert {key for key, license_class in found.items() if license_class is not LicenseClass.CUSTOM_MODEL} == set()
