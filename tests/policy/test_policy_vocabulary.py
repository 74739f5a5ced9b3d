"""Licences and terms that a policy names have to be there."""

from __future__ import annotations

from pathlib import Path

import pytest
from license_expression import get_spdx_licensing

from licscan.classify.terms import packaged_terms
from licscan.policy import load_policy, model_terms
from licscan.policy.checks.use import KNOWN_TERMS
from licscan.policy.load import READY_MADE
from licscan.policy.vocabulary import unknown_words


def test_a_misspelt_licence_or_term_is_told_with_the_one_that_was_meant(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(
        "policy: {name: mine, title: Mine}\nfail_on: deny\nrules:\n"
        "  - {id: a, verdict: allow, when: {licence: [GPL-3.0-onyl, 'mit', 'gpl-*', 'gpl-2.0 WITH classpath*']}}\n"
        "  - {id: b, verdict: allow, unless: {term: non-comercial, obligation: attribution}}\n"
    )
    ids = ["GPL-3.0-only", "gpl-3.0", "gpl-2.0", "MIT", "classpath-exception-2.0"]
    first, second = unknown_words(load_policy(str(file)), ids, ["non-commercial", "attribution"])
    assert "gpl-3.0-onyl" in first.what and "gpl-3.0-only" in (first.hint or "") and first.line == 4
    assert "non-comercial" in second.what and "non-commercial" in (second.hint or "") and second.line == 5


@pytest.mark.parametrize("name", READY_MADE)
def test_ready_made_policies_name_only_what_the_catalogue_and_the_register_know(name: str) -> None:
    ids = [id_ for entry in model_terms() for id_ in (entry.id, *entry.ids)] + list(get_spdx_licensing().known_symbols)
    assert unknown_words(load_policy(name), ids, packaged_terms().terms) == ()


def test_the_check_of_permitted_use_reads_terms_of_the_catalogue() -> None:
    assert set(packaged_terms().terms) >= KNOWN_TERMS
