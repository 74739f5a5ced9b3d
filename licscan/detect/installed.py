"""The installed ScanCode: which version it is, and the record of what it installed.

Both stand in the folder that installers leave beside a package. ``importlib.metadata`` reads the same, but loads Python's mail
parser for it, which takes longer than all the rest here; it is asked where there is not exactly one such folder.
"""

from __future__ import annotations

import importlib.util
import re
from functools import lru_cache
from pathlib import Path

from licscan.errors import DetectorError

HINT = "Install it with the version that licscan asks for: pip install 'scancode-toolkit==32.5.0' 'pluggy<1.7'"
_DISTRIBUTIONS = ("scancode-toolkit", "scancode-toolkit-mini")
_PACKAGE = "licensedcode"


@lru_cache(maxsize=1)
def scancode_version() -> str:
    """Return the version of the installed ScanCode; raise ``DetectorError`` where there is none."""
    return _found()[0]


@lru_cache(maxsize=1)
def scancode_record() -> str:
    """Return what the installer recorded of ScanCode's files: a line of path, digest and size for each."""
    return _found()[1]


@lru_cache(maxsize=1)
def spdx_list_version() -> str:
    """Return the version of the SPDX License List that the installed ScanCode goes by, empty where it does not tell.

    It is read from ScanCode's configuration module as text: importing that module makes folders.
    """
    package = _package()
    try:
        text = (package.parent / "scancode_config.py").read_text(encoding="utf-8") if package else ""
    except (OSError, UnicodeDecodeError):
        return ""
    found = re.search(r"^spdx_license_list_version\s*=\s*['\"]([\d.]+)['\"]", text, re.MULTILINE)
    return found[1] if found else ""


@lru_cache(maxsize=1)
def license_folder() -> Path:
    """Return where ScanCode's licences lie, one file each."""
    folder = _package()
    licenses = folder / "data" / "licenses" if folder else None
    if licenses is None or not licenses.is_dir():
        raise DetectorError("ScanCode's licence data is not installed", hint=HINT)
    return licenses


def _package() -> Path | None:
    spec = importlib.util.find_spec(_PACKAGE)  # finds the package without importing it
    return next(map(Path, (spec and spec.submodule_search_locations) or ()), None)


@lru_cache(maxsize=1)
def _found() -> tuple[str, str]:
    package = _package()
    beside = list(package.parent.glob("scancode_toolkit*.dist-info")) if package else []
    if len(beside) == 1:
        version = beside[0].name.removesuffix(".dist-info").rpartition("-")[2]
        try:
            return version, (beside[0] / "RECORD").read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            pass  # asked in the other way
    return _from_metadata()


def _from_metadata() -> tuple[str, str]:
    import importlib.metadata

    for name in _DISTRIBUTIONS:
        try:
            installed = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue
        return installed.version, installed.read_text("RECORD") or ""
    raise DetectorError("ScanCode is not installed", hint=HINT)
