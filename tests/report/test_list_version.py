"""Every output names the version of the SPDX License List whose ids it uses."""

from __future__ import annotations

import json

import pytest
from msgspec.structs import replace

from licscan.detect.installed import spdx_list_version
from licscan.report import reporter
from licscan.report.base import ReportInput
from tests.report import samples
from tests.report.golden import written


@pytest.fixture(scope="module")
def report() -> ReportInput:
    sample = samples.clean()
    run = replace(sample.inventory.run, spdx_list_version="3.27")
    return replace(sample, inventory=replace(sample.inventory, run=run))


@pytest.mark.parametrize("name", ["markdown", "html", "table"])
def test_reports_for_readers_name_the_list(name: str, report: ReportInput) -> None:
    assert "SPDX License List 3.27" in written(reporter(name), report).decode()


def test_results_and_boms_name_the_list(report: ReportInput) -> None:
    result, spdx, cyclonedx, scancode = (
        json.loads(written(reporter(name), report)) for name in ("json", "spdx-json", "cyclonedx-json", "scancode-json")
    )
    assert result["inventory"]["run"]["spdx_list_version"] == "3.27"
    assert spdx["creationInfo"]["licenseListVersion"] == "3.27"
    listed = {tool["name"]: tool.get("version") for tool in cyclonedx["metadata"]["tools"]["components"]}
    assert listed["SPDX License List"] == "3.27"
    assert scancode["headers"][0]["extra_data"]["spdx_license_list_version"] == "3.27"


def test_the_version_is_that_of_the_installed_scancode() -> None:
    import scancode_config

    assert spdx_list_version() == scancode_config.spdx_license_list_version
