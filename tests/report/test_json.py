from __future__ import annotations

from licscan.document import decode
from licscan.report import json
from tests.report import samples
from tests.report.golden import GOLDEN, written


def test_the_report_can_be_read_back() -> None:
    report = samples.sample()
    document = decode(written(json, report))
    assert (document.inventory, document.audit) == (report.inventory, report.audit)


def test_a_result_that_was_stored_once_stays_readable() -> None:
    """The accepted file stands for those that users have kept."""
    document = decode((GOLDEN / "report" / "sample" / json.FILE_NAME).read_bytes())
    assert document.audit.violations == samples.sample().audit.violations
