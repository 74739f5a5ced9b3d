"""The reference detector: ScanCode's own detection, called as a library. Slow, and right by definition."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib import metadata

from licscan.core.finding import FileFinding
from licscan.core.issue import Issue, IssueCode
from licscan.core.location import Location
from licscan.core.selection import SelectedFile
from licscan.detect.base import DetectionResult
from licscan.detect.findings import Converter

DEFAULT_TIMEOUT = 120.0  # seconds a file, as ScanCode has it
DEFAULT_MAX_TEXT = 10_000_000  # bytes of extracted text

# Every distribution whose code or data can change an answer.
_ANSWERING = (
    "scancode-toolkit",
    "typecode",
    "typecode-libmagic",
    "commoncode",
    "extractcode",
    "license-expression",
    "pdfminer.six",
    "beautifulsoup4",
    "chardet",
)


def scancode_version() -> str:
    """Return the version of the installed ScanCode."""
    return metadata.version("scancode-toolkit")


@lru_cache(maxsize=1)
def scancode_fingerprint() -> str:
    """Return the versions of everything installed that ScanCode's answers depend on."""
    versions = []
    for name in _ANSWERING:
        try:
            versions.append(f"{name}={metadata.version(name)}")
        except metadata.PackageNotFoundError:  # a mini flavour of ScanCode, or a libmagic of the system
            versions.append(f"{name}=none")
    return " ".join(versions)


class ReferenceDetector:
    """ScanCode's ``licensedcode`` behind the ``Detector`` protocol. The index is loaded with the first file.

    ``timeout`` is in seconds a file, and works as in ScanCode: approximate matching stops after four tenths of it. ``max_text`` is
    in bytes of extracted text: a file with more is an issue.
    """

    def __init__(self, *, timeout: float = DEFAULT_TIMEOUT, max_text: int = DEFAULT_MAX_TEXT) -> None:
        self._timeout = timeout
        self._max_text = max_text

    @property
    def fingerprint(self) -> str:
        return f"reference {scancode_fingerprint()} timeout={self._timeout:g} max-text={self._max_text}"

    def detect(self, files: Sequence[SelectedFile]) -> Iterator[DetectionResult]:
        for file in files:
            yield self._detect(file)

    def _detect(self, file: SelectedFile) -> DetectionResult:
        from licscan.detect import text  # loading ScanCode's type detection takes a third of a second

        path = file.file.path
        try:
            if text.has_more_text_than(file.location, self._max_text):
                return refused(path, too_large(path, self._max_text))
            return DetectionResult(path=path, finding=self._finding(file))
        except OSError as error:
            return refused(path, unreadable(path, error))
        except Exception as error:  # noqa: BLE001  boundary: a fault of ScanCode's costs the file that caused it, no other
            return refused(path, crashed(path, f"{type(error).__name__}: {error}"))
        finally:
            text.forget_type(file.location)

    def _finding(self, file: SelectedFile) -> FileFinding:
        from licensedcode.detection import detect_licenses

        from licscan.detect.text import text_lines

        deadline = time.time() + int(self._timeout / 2.5)
        detections = list(detect_licenses(location=file.location, min_score=0, deadline=deadline))
        converter = Converter(file.file.path, spdx_id, lambda: text_lines(file.location))
        return converter.finding(detections)


def spdx_id(key: str) -> str:
    """Return the SPDX id, or ``LicenseRef-scancode-...``, of one ScanCode key; it needs ScanCode's index loaded."""
    from licensedcode.cache import get_licenses_db

    return str(get_licenses_db()[key].spdx_license_key)


def refused(path: str, issue: Issue) -> DetectionResult:
    """Return the result of a file that gave none, and why."""
    return DetectionResult(path=path, finding=None, issues=(issue,))


def too_large(path: str, limit: int) -> Issue:
    """Say that a file has more text than is looked at."""
    return Issue(
        code=IssueCode.TOO_LARGE,
        message=f"has more than {limit:,} bytes of text, and was not searched for licences",
        location=Location(path=path),
        hint="raise the limit with --max-file-size, or leave the file out with --exclude",
    )


def unreadable(path: str, error: OSError) -> Issue:
    """Say that a file could not be read."""
    return Issue(
        code=IssueCode.UNREADABLE,
        message=f"cannot be read: {error.strerror or error}",
        location=Location(path=path),
        hint="make it readable for the user who runs licscan, or leave it out with --exclude",
    )


def crashed(path: str, cause: str) -> Issue:
    """Say that the detector failed on a file."""
    return Issue(
        code=IssueCode.CRASHED,
        message=f"made the licence detector fail: {cause}",
        location=Location(path=path),
        hint="leave the file out with --exclude, and please report it with the file if you can share it",
    )
