"""Uses of models by known names, in whatever language or format they stand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from licscan.aimodel.reference import REFERENCE_READERS
from licscan.aimodel.reference.names import FAMILY, OLLAMA_LIBRARY, OWNERS
from licscan.model_register import model_register
from tests.aimodel.conftest import Finder

SAMPLES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("references.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("sample", SAMPLES, ids=[sample["path"] for sample in SAMPLES])
def test_a_program_uses_the_models_that_it_names_and_no_others(sample: dict[str, Any], find: Finder) -> None:
    found = {model.id for model in find({sample["path"]: sample["text"]}).models}
    assert found == set(sample["uses"])


def test_the_readers_know_every_publisher_and_family_of_the_register() -> None:
    register = model_register()
    globs = [glob for entry in register for glob in entry.hub_models if "/" in glob]
    owners = {glob.partition("/")[0].lower() for glob in globs} | {
        one.glob.partition("/")[0].lower() for one in register.datasets
    }
    assert owners - OWNERS == set()
    assert {name.partition(":")[0] for entry in register for name in entry.ollama} - OLLAMA_LIBRARY == set()
    stems = [name.replace("*", "") for entry in register for name in entry.names]
    assert [stem for stem in stems if not FAMILY.search(stem)] == []


@pytest.mark.parametrize(
    "line", ['"a/', '"a/b" ', "model: ", "--model ", "${A:-", "'model': ", "- x\n", '("', "ollama pull ", "a.b("]
)
def test_hostile_repetitions_are_read_to_their_end(line: str) -> None:
    content = b"ollama " + line.encode() * 2_000
    for name in ("python", "script", "shell", "settings", "code-c"):
        assert len(REFERENCE_READERS[name](content)) <= 2_000
