"""Cards and lineages of real models, labelled before they were run: which terms hold, and where a card states less than its base does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from licscan.core.aimodel import AiModel, AiModelKind
from licscan.core.expression import keys, parse
from licscan.policy.lineage import drift
from tests.aimodel.conftest import Finder

DATA: dict[str, list[dict[str, Any]]] = yaml.safe_load((Path(__file__).parent / "cards.yaml").read_text("utf-8"))


def terms(model: AiModel) -> set[str]:
    """The licences of all claims, ``unknown`` for one that is not understood."""
    return {
        key for claim in model.claims for key in (keys(parse(claim.expression)) if claim.expression else ("unknown",))
    }


@pytest.mark.parametrize("card", DATA["cards"], ids=lambda card: card["id"])
def test_a_real_card_has_the_terms_that_hold_for_it(card: dict[str, Any], find: Finder) -> None:
    text = f"{card.get('before', '')}---\n{yaml.safe_dump(card['front'], allow_unicode=True)}---\n# x\n"
    models = find({"m/README.md": text}).models
    found = [model for model in models if model.id == "path:m"]
    if card.get("is") == "space":
        assert found == []
        return
    (model,) = found
    assert model.kind is (AiModelKind.DATASET if card.get("is") == "dataset" else AiModelKind.MODEL)
    assert terms(model) == set(card["terms"])
    assert bool({key for key, _ in drift(model)} - {"apache-2.0", "mit"}) is card.get("drift", False)


@pytest.mark.parametrize("lineage", DATA["lineages"], ids=lambda lineage: lineage["model"])
def test_a_derived_model_has_the_terms_of_its_base_beside_its_own(lineage: dict[str, Any], find: Finder) -> None:
    name = lineage["model"]
    code = f'from transformers import AutoModel\nAutoModel.from_pretrained("{name}")\n'
    (model,) = find({"a.py": code}).models
    assert terms(model) == set(lineage["terms"])
