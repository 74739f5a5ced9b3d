"""What the tests of the model stage share: a catalogue with the register's licences, and scans of small trees."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from licscan.aimodel import ModelFacts, ModelOptions, find_models, find_overlay
from licscan.classify.catalogue import Catalogue
from licscan.core.expression import ExpressionError
from licscan.core.finding import FileFinding
from licscan.detect.licensedb import license_records
from licscan.modellicense.records import with_model_licenses
from licscan.modellicense.register import ModelRegister, model_register
from licscan.pipeline.texts import read_texts
from licscan.select import WalkOptions, select

Finder = Callable[..., ModelFacts]


@pytest.fixture(scope="session")
def register() -> ModelRegister:
    return model_register()


@pytest.fixture(scope="session")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    records = license_records(tmp_path_factory.mktemp("licenses"))
    return Catalogue.load(with_model_licenses(records, model_register()))


@pytest.fixture
def find(tmp_path: Path, catalogue: Catalogue, register: ModelRegister) -> Finder:
    """Write files (text or bytes by path) and find the models among them."""

    def read_license(text: str) -> str | None:
        try:
            expression = catalogue.from_spdx(text)
        except ExpressionError:
            return None
        return expression if catalogue.classify(expression).problem is None else None

    def found(files: Mapping[str, str | bytes], findings: tuple[FileFinding, ...] = ()) -> ModelFacts:
        for path, content in files.items():
            target = tmp_path / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content.encode() if isinstance(content, str) else content)
        selection = select(tmp_path, WalkOptions())
        overlay, _ = find_overlay(selection.files, {one.path: one for one in findings}, register)
        options = ModelOptions(register=register, read_license=read_license)
        facts = {
            one.file.path: said.models for one, said in zip(selection.files, read_texts(selection.files), strict=True)
        }
        return find_models(selection.files, facts, findings, overlay, options)

    return found
