"""What the tests of components share."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import pytest

from licscan.component import ComponentFacts
from tests.component.trees import discovered


class Plant(Protocol):
    """Writes files given by path, and returns the components of the tree."""

    def __call__(self, tree: Mapping[str, str]) -> ComponentFacts: ...


@pytest.fixture
def plant(tmp_path: Path) -> Plant:
    def write(tree: Mapping[str, str]) -> ComponentFacts:
        for path, content in tree.items():
            place = tmp_path / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(content, encoding="utf-8")
        return discovered(tmp_path)

    return write
