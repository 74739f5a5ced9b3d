"""The fast detector: ScanCode's answers, from the compact index and without ScanCode's objects."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from licscan.core.finding import FileFinding
from licscan.core.selection import SelectedFile
from licscan.core.text import plain_message
from licscan.detect.base import DetectionResult
from licscan.detect.index import index_fingerprint, open_index
from licscan.detect.trouble import (
    ChangedError,
    TooLongError,
    changed,
    crashed,
    mostly_holes,
    out_of_memory,
    refused,
    too_large,
    unreadable,
)
from licscan.util.progress import SILENT, Progress

# Counts up when an answer can change though the index is the same.
_VERSION = 5
# Bytes from which it matters whether a file has holes.
_LARGE = 256 * 1024 * 1024


class FastDetector:
    """ScanCode's detection behind the ``Detector`` protocol, in one process and in order.

    The index in ``cache_dir`` is built where it is missing, with ``progress``, and opened with the first file or by ``warm``; until
    then an instance is small and can be sent to another process. It looks at no clock: ``timeout``, in seconds a
    file, is for whoever runs it to keep. ``max_text`` is in bytes of extracted text: a file with more is an issue.
    ``all_texts`` also reads texts that ScanCode takes for media by how they begin; its answers are then more than ScanCode's.
    """

    def __init__(
        self,
        cache_dir: Path,
        *,
        progress: Progress = SILENT,
        timeout: float | None = None,
        max_text: int | None = None,
        all_texts: bool = False,
    ) -> None:
        self._cache_dir = cache_dir
        self._progress = progress
        self._timeout = timeout
        self._max_text = max_text
        self._all_texts = all_texts
        self._engine: Any = None

    @property
    def fingerprint(self) -> str:
        texts = " all-texts" if self._all_texts else ""
        return f"fast-{_VERSION} {index_fingerprint()} max-text={self._max_text}{texts}"

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_engine": None, "_progress": SILENT}

    def warm(self) -> None:
        """Open the index, building it first where it is missing."""
        if self._engine is None:
            from licscan.detect.engine.engine import Engine  # NumPy takes a tenth of a second to load

            index = open_index(self._cache_dir, self._progress)
            self._engine = Engine(index, all_texts=self._all_texts, most=self._max_text)

    def detect(self, files: Sequence[SelectedFile]) -> Iterator[DetectionResult]:
        for file in files:
            if _is_mostly_holes(file.location):
                yield refused(file.file.path, mostly_holes(file.file.path))
                continue
            self.warm()
            yield self._detect(file)

    def _detect(self, file: SelectedFile) -> DetectionResult:
        path = file.file.path
        try:
            if self._is_too_large(file.location):
                return refused(path, too_large(path, self._max_text or 0))
            finding: FileFinding = self._engine.finding(path, file.location, file.file.sha256)
            return DetectionResult(path=path, finding=finding)
        except ChangedError:
            return refused(path, changed(path))
        except TooLongError:
            return refused(path, too_large(path, self._max_text or 0))
        except OSError as error:
            return refused(path, unreadable(path, error))
        except MemoryError:
            return refused(path, out_of_memory(path))
        except Exception as error:  # noqa: BLE001  boundary: a fault costs the file that caused it, no other
            return refused(path, crashed(path, f"{type(error).__name__}: {plain_message(str(error))}"))

    def _is_too_large(self, location: str) -> bool:
        if self._max_text is None or os.path.getsize(location) <= self._max_text:
            return False
        from licscan.detect import text  # only ScanCode can tell how much text is in a binary

        try:
            return text.has_more_text_than(location, self._max_text)
        finally:
            text.forget_type(location)


def _is_mostly_holes(location: str) -> bool:
    """Whether a large file has next to nothing on disk: to look for texts in its zeros takes as long as in anything else."""
    try:
        status = os.stat(location)
    except OSError:
        return False  # told by whatever opens it
    return status.st_size > _LARGE and 100 * 512 * getattr(status, "st_blocks", status.st_size) < status.st_size
