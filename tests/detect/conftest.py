"""Files to detect licences in."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from licscan.core.finding import SourceFile
from licscan.core.selection import SelectedFile
from tests.detect.faulty import MakeFile


@pytest.fixture
def make_file(tmp_path: Path) -> MakeFile:
    """Write a file below a tree of its own and select it."""

    def make(path: str, content: str | bytes = "") -> SelectedFile:
        location = tmp_path / "tree" / path
        location.parent.mkdir(parents=True, exist_ok=True)
        data = content.encode() if isinstance(content, str) else content
        location.write_bytes(data)
        file = SourceFile(path=path, size=len(data), sha256=hashlib.sha256(data).hexdigest())
        return SelectedFile(file=file, location=str(location))

    return make
