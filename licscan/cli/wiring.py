"""Build what the stages work with: the only place that chooses implementations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from licscan.classify.catalogue import Catalogue
from licscan.cli.clock import now
from licscan.cli.options import cache_folder
from licscan.core.expression import ExpressionError
from licscan.detect.licensedb import license_records, scancode_version
from licscan.detect.scancode import ReferenceDetector
from licscan.pipeline import Parts
from licscan.progress import Progress


@contextmanager
def build_parts(given: Mapping[str, Any], progress: Progress) -> Iterator[Parts]:
    """Yield the parts for one run under the options ``given``, and release what they hold afterwards."""
    folder = cache_folder(given["cache_dir"])
    records = license_records(folder)
    catalogue = Catalogue.load(records)
    detector = ReferenceDetector(timeout=given["timeout"], max_text=given["max_file_size"])
    yield Parts(
        detector=detector,
        scancode_version=scancode_version(),
        catalogue=catalogue,
        licenses=records,
        read_license=lambda text: _read_license(catalogue, text),
        clock=now,
    )


def _read_license(catalogue: Catalogue, text: str) -> str | None:
    """Read a licence field: an SPDX expression, or a licence's name."""
    try:
        expression = catalogue.from_spdx(text)
    except ExpressionError:
        return catalogue.resolve(text.strip())
    return expression


def load_catalogue(cache_dir: Path | None) -> Catalogue:
    """Return the catalogue for commands that scan nothing."""
    return Catalogue.load(license_records(cache_folder(cache_dir)))
