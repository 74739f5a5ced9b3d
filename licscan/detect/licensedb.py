"""ScanCode's licence data, read from the files that it installs: no index is loaded and no ScanCode code runs."""

from __future__ import annotations

import logging
import os
import re
import tempfile
from pathlib import Path

import msgspec
import yaml

from licscan.core.license import LicenseRecord
from licscan.detect.installed import HINT, license_folder, scancode_version
from licscan.errors import DetectorError

# Counts up when LicenseRecord changes, so that a cache written by another licscan is not misread.
_FORMAT = 1
_BOUNDARY = re.compile(r"^-{3,}\s*$", re.MULTILINE)

_log = logging.getLogger(__name__)
_decoder = msgspec.json.Decoder(tuple[LicenseRecord, ...])


def license_records(cache_dir: Path) -> tuple[LicenseRecord, ...]:
    """Return every licence and exception that the installed ScanCode knows, deprecated ones included, by key.

    The first call for a version of ScanCode reads some 2,600 files and leaves a JSON copy in ``cache_dir``.
    Raise ``DetectorError`` when ScanCode is not installed or its data cannot be read.
    """
    cached = cache_dir / f"licenses-{scancode_version()}-{_FORMAT}.json"
    try:
        return _decoder.decode(cached.read_bytes())
    except (OSError, msgspec.MsgspecError):
        records = _read_records()
        _write(cached, msgspec.json.encode(records))
        return records


def license_text(key: str) -> str:
    """Return the text of a licence as ScanCode ships it, perhaps empty; raise ``KeyError`` for a key it does not have."""
    path = license_folder() / f"{key}.LICENSE"
    # A key comes from expressions in scanned files: it must never name a file elsewhere.
    if path.name != f"{key}.LICENSE" or not path.is_file():
        raise KeyError(key)
    return split_front_matter(path)[1].lstrip("\n")


def _read_records() -> tuple[LicenseRecord, ...]:
    folder = license_folder()
    records = (_read_record(path) for path in folder.glob("*.LICENSE"))
    return tuple(sorted(records, key=lambda record: record.key))


def _read_record(path: Path) -> LicenseRecord:
    try:
        # Like ScanCode's own reader, take every value as text: it builds strings, lists and mappings only.
        loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
        data = yaml.load(split_front_matter(path)[0], Loader=loader)  # noqa: S506
        key = data["key"]
        return LicenseRecord(
            key=key,
            spdx=data.get("spdx_license_key") or f"LicenseRef-scancode-{key}",
            name=data["name"],
            short_name=data["short_name"],
            category=data["category"],
            owner=data.get("owner", ""),
            is_exception=data.get("is_exception") == "yes",
            is_deprecated=data.get("is_deprecated") == "yes",
            is_unknown=data.get("is_unknown") == "yes",
            is_generic=data.get("is_generic") == "yes",
            other_spdx=tuple(data.get("other_spdx_license_keys") or ()),
            homepage=data.get("homepage_url", ""),
            replaced_by=tuple(data.get("replaced_by") or ()),
        )
    except (OSError, ValueError, KeyError, TypeError, yaml.YAMLError) as error:
        raise DetectorError(f"ScanCode's licence data cannot be read: {error}", where=path.name, hint=HINT) from error


def split_front_matter(path: Path) -> tuple[str, str]:
    """Return front matter and text of a ``.LICENSE`` file."""
    parts = _BOUNDARY.split(path.read_text(encoding="utf-8"), 2)
    if len(parts) != 3:
        raise ValueError("there is no front matter")
    return parts[1], parts[2]


def _write(path: Path, content: bytes) -> None:
    """Write in one step, so that another process never reads half of it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        # The answer is the same without the copy, only slower.
        _log.warning("The licence data could not be cached in %s: %s", path.parent, error)
