"""What people decided is never silent: every report names it, by whom, and where it is written."""

from __future__ import annotations

import pytest

from licscan.report import REPORTS, reporter
from tests.report import samples
from tests.report.golden import written

# A document for a product's recipients holds texts and no judgement, and ScanCode's JSON holds facts.
NO_JUDGEMENT = {"notice-text", "notice-markdown", "notice-html", "scancode-json"}


@pytest.mark.parametrize("name", sorted(REPORTS.keys() - NO_JUDGEMENT))
def test_it_names_who_waived_and_who_corrected_and_where(name: str) -> None:
    report = samples.sample()
    waived, correction = report.audit.suppressed[0], report.audit.corrections[0]
    text = written(reporter(name), report).decode()
    assert "bought" in text
    assert "It lists what others use" in text
    assert waived.by in text
    assert correction.by in text
    assert "licscan.toml" in text
