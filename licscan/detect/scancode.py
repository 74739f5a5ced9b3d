"""The reference detector: ScanCode's own detection, called as a library. Slow, and right by definition."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from functools import lru_cache
from hashlib import sha256
from importlib import metadata
from pathlib import Path

from licscan.core.finding import FileFinding
from licscan.core.selection import SelectedFile
from licscan.core.text import plain_message
from licscan.detect.base import DetectionResult
from licscan.detect.findings import Converter
from licscan.detect.trouble import changed, crashed, out_of_memory, refused, too_large, unreadable

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

    def warm(self) -> None:
        """Load the index: 10 seconds, 1.4 GB."""
        from licensedcode.cache import get_index

        get_index()

    def detect(self, files: Sequence[SelectedFile]) -> Iterator[DetectionResult]:
        for file in files:
            yield self._detect(file)

    def _detect(self, file: SelectedFile) -> DetectionResult:
        from licscan.detect import text  # loading ScanCode's type detection takes a third of a second

        path = file.file.path
        try:
            if text.has_more_text_than(file.location, self._max_text):
                return refused(path, too_large(path, self._max_text))
            finding = self._finding(file)
            if file.file.sha256 and sha256(Path(file.location).read_bytes()).hexdigest() != file.file.sha256:
                return refused(path, changed(path))
            return DetectionResult(path=path, finding=finding)
        except OSError as error:
            return refused(path, unreadable(path, error))
        except MemoryError:
            return refused(path, out_of_memory(path))
        except Exception as error:  # noqa: BLE001  boundary: a fault of ScanCode's costs the file that caused it, no other
            return refused(path, crashed(path, f"{type(error).__name__}: {plain_message(str(error))}"))
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
