"""Licences of the register of model licences among those that ScanCode knows."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from licscan.core.license import LicenseRecord
from licscan.modellicense.register import ModelLicense, ModelRegister

# ``rules/classes.yaml`` has a class for it.
CATEGORY = "AI Model"


def with_model_licenses(records: Iterable[LicenseRecord], register: ModelRegister) -> tuple[LicenseRecord, ...]:
    """Return ``records`` with the register's further names for them, and a record for every licence that ScanCode lacks."""
    known = {record.key: record for record in records}
    for entry in register:
        record = known.get(entry.id)
        if record:
            known[entry.id] = replace(record, other_spdx=(*record.other_spdx, *_references(entry)))
        else:
            known[entry.id] = _record(entry)
    return tuple(known.values())


def _record(entry: ModelLicense) -> LicenseRecord:
    return LicenseRecord(
        key=entry.id,
        spdx=entry.id,
        name=entry.name,
        short_name=entry.name,
        category=CATEGORY,
        owner=entry.publisher,
        other_spdx=_references(entry),
        homepage=next((source for source in entry.sources if source.startswith("https://")), ""),
    )


def _references(entry: ModelLicense) -> tuple[str, ...]:
    return tuple(name for name in entry.ids if name.startswith("LicenseRef-"))
