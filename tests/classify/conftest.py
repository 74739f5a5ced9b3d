"""The catalogue of the installed ScanCode, read once."""

from __future__ import annotations

import pytest

from licscan.classify.catalogue import Catalogue
from licscan.core.license import LicenseRecord
from licscan.detect.licensedb import license_records


@pytest.fixture(scope="session")
def records(tmp_path_factory: pytest.TempPathFactory) -> tuple[LicenseRecord, ...]:
    """Every licence and exception of the installed ScanCode."""
    return license_records(tmp_path_factory.mktemp("licenses"))


@pytest.fixture(scope="session")
def catalogue(records: tuple[LicenseRecord, ...]) -> Catalogue:
    return Catalogue.load(records)
