"""The command: what it takes, hears, ignores, writes and how it ends. Stored results stand in for scans."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from msgspec.structs import replace

from licscan.app.audit import is_result, scenario, targets
from licscan.cli.audit import command
from licscan.core.facts import Distribution, Facts
from licscan.core.reuse import Reuse
from licscan.document import encode
from licscan.errors import ExitCode, LicscanError, UsageError
from tests.report.sample_facts import file, finding
from tests.report.samples import clean, sample


@pytest.fixture
def result(tmp_path: Path) -> Path:
    path = tmp_path / "result.json"
    report = sample()
    path.write_bytes(encode(report.inventory, report.audit))
    return path


def audit(*arguments: object) -> Result:
    return CliRunner().invoke(
        command, [str(argument) for argument in arguments], standalone_mode=False, catch_exceptions=False
    )


def told(path: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads(path.read_text())
    return found


def test_all_forms_are_written_and_a_violation_ends_in_1(result: Path, tmp_path: Path) -> None:
    done = audit(result, "--output-dir", tmp_path / "out")
    assert done.return_value is ExitCode.VIOLATED
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "audit.csv", "audit.docx", "audit.html", "audit.json", "audit.xlsx", "sbom.cdx.json",
    ]  # fmt: skip
    assert "shop" in done.output
    bill = (tmp_path / "out" / "sbom.cdx.json").read_text()
    risks = told(tmp_path / "out" / "audit.json")["products"][0]["risks"]  # type: ignore[index]
    assert all(risk["id"] in bill for risk in risks)


def test_blind_mode_writes_no_bill_of_materials_with_names_in_it(result: Path, tmp_path: Path) -> None:
    audit(result, "-q", "--blind", "--blind-key", tmp_path / "key", "--output-dir", tmp_path / "out")
    assert not (tmp_path / "out" / "sbom.cdx.json").exists()


def test_a_tag_between_ignore_marks_is_an_item_to_check_in_every_form(tmp_path: Path) -> None:
    stored, hidden = clean(), finding("src/hidden.c", "gpl-3.0", "GPL-3.0-only", "SPDX tag")
    place = hidden.detections[0].matches[0].location
    inventory = replace(
        stored.inventory,
        files=(*stored.inventory.files, file("src/hidden.c")),
        findings=(*stored.inventory.findings, hidden),
        reuse=Reuse(ignored=(replace(place, start_line=1),)),
    )
    path = tmp_path / "result.json"
    path.write_bytes(encode(inventory, stored.audit))
    audit(path, "-q", "--output-dir", tmp_path / "out")
    for name in ("audit.csv", "audit.html", "audit.json"):
        text = (tmp_path / "out" / name).read_text()
        assert str(place) in text and "between the ignore marks of REUSE" in text, name
    product = told(tmp_path / "out" / "audit.json")["products"][0]  # type: ignore[index]
    assert any("ignore marks" in question["text"] for question in product["questions"])


def test_a_result_that_meets_the_policy_ends_in_0(tmp_path: Path) -> None:
    path = tmp_path / "clean.json"
    path.write_bytes(encode(clean().inventory, clean().audit))
    assert audit(path, "-o", f"json={tmp_path / 'a.json'}").return_value is ExitCode.MET


def test_the_facts_of_a_stored_result_are_heard_only_when_they_are_trusted(result: Path, tmp_path: Path) -> None:
    def facts(*options: str) -> dict[str, str | None]:
        audit(result, "-q", "-o", f"json={tmp_path / 'a.json'}", *options)
        product = told(tmp_path / "a.json")["products"][0]  # type: ignore[index]
        assert product["configuration"]["trusted"] is bool(options)
        assert ["facts.distribution", "binary"] in product["configuration"]["settings"]
        return {row["name"]: row["value"] for row in product["facts"]}

    assert facts()["distribution"] is None
    assert facts("--trust-config")["distribution"] == "binary"


def test_a_fact_of_the_seller_s_is_never_said_to_be_declared_to_the_audit(result: Path, tmp_path: Path) -> None:
    audit(result, "-q", "--trust-config", "--fact", "commercial=true", "-o", f"json={tmp_path / 'a.json'}")
    product = told(tmp_path / "a.json")["products"][0]  # type: ignore[index]
    sources = {row["name"]: row["source"] for row in product["facts"] if row["value"]}
    assert sources["commercial"] == "declared to the audit"
    assert sources["distribution"] == "declared in the stored result, which the audit was set to trust"
    used = [usage["source"] for entry in product["components"] for usage in entry["usage"] if usage["fact"] == "use"]
    assert "declared to the audit" not in used
    assert sources["distribution"] in used


def test_scenarios_change_the_verdict_of_copyleft(result: Path, tmp_path: Path) -> None:
    audit(
        result,
        "-q",
        "--scenario",
        "internal",
        "--scenario",
        "shipped:distribution=binary,commercial=true",
        "-o",
        f"json={tmp_path / 'a.json'}",
    )
    laid = told(tmp_path / "a.json")["products"][0]["scenarios"]  # type: ignore[index]
    assert [column["name"] for column in laid["columns"]] == ["internal", "shipped"]
    conflicts = [column["buckets"][0]["subjects"] for column in laid["columns"]]
    assert conflicts[0] < conflicts[1]
    assert any(row["subject"]["name"] == "readline" for row in laid["differences"])


def test_a_scenario_is_a_way_of_distribution_or_a_list_of_facts() -> None:
    assert scenario("saas") == ("saas", Facts(distribution=Distribution.SAAS))
    assert scenario("x:distribution=binary,modified=false")[1] == Facts(
        distribution=Distribution.BINARY, modified=False
    )
    with pytest.raises(UsageError, match="unknown scenario"):
        scenario("boxed")


def test_several_results_are_several_products(result: Path, tmp_path: Path) -> None:
    for name in ("a.json", "b.json"):
        (tmp_path / name).write_bytes(result.read_bytes())
    audit(tmp_path / "a.json", tmp_path / "b.json", "-q", "-o", f"json={tmp_path / 'out'}")
    assert len(told(tmp_path / "out")["products"]) == 2  # type: ignore[arg-type]


def test_a_folder_of_results_is_a_codebase_since_anybody_could_have_written_them(result: Path, tmp_path: Path) -> None:
    (tmp_path / "result.json").write_bytes(result.read_bytes())
    assert [is_result(path) for path in targets([tmp_path])] == [False]
    assert is_result(tmp_path / "result.json")


def test_blind_mode_makes_a_key_for_its_owner_alone_and_keeps_it(result: Path, tmp_path: Path) -> None:
    key = tmp_path / "seller" / "key"
    key.parent.mkdir()
    for number in (1, 2):
        audit(result, "-q", "--blind", "--blind-key", key, "-o", f"json={tmp_path / f'{number}.json'}")
    assert key.stat().st_mode & 0o777 == 0o600
    ids = [[risk["id"] for risk in told(tmp_path / f"{number}.json")["products"][0]["risks"]] for number in (1, 2)]  # type: ignore[index]
    assert ids[0] == ids[1]
    names = json.loads((tmp_path / "seller" / "key.names.json").read_text())["names"]
    assert "app/serve.py" in names.values()
    assert "app/serve.py" not in (tmp_path / "1.json").read_text()


def test_a_key_among_the_reports_is_refused(result: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="among the reports"):
        audit(result, "--blind", "--blind-key", tmp_path / "out" / "key", "--output-dir", tmp_path / "out")


def test_what_cannot_be_is_told_before_any_work(tmp_path: Path, result: Path) -> None:
    with pytest.raises(UsageError, match="unknown form 'pdf'"):
        audit(result, "-o", "pdf=x.pdf")
    with pytest.raises(UsageError, match="no language"):
        audit(result, "--lang", "xx")
    with pytest.raises(UsageError, match="no such file"):
        audit(tmp_path / "gone")


def test_the_hosted_page_is_a_folder(result: Path, tmp_path: Path) -> None:
    audit(result, "-q", "--html-dir", tmp_path / "site")
    assert sorted(path.name for path in (tmp_path / "site").iterdir()) == ["audit.css", "audit.js", "index.html"]


def test_the_same_epoch_gives_the_same_files(result: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767322800")
    for name in ("a", "b"):
        audit(result, "-q", "--output-dir", tmp_path / name)
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes(), path.name


def test_an_earlier_result_tells_which_licences_changed(result: Path, tmp_path: Path) -> None:
    report = sample()
    components = tuple(
        replace(each, claims=each.claims[:0]) if each.name == "left-pad" else each
        for each in report.inventory.components
    )
    before = tmp_path / "before.json"
    conclusions = tuple(
        replace(each, classification=None) if each.subject.name == "left-pad" else each
        for each in report.audit.conclusions
    )
    before.write_bytes(
        encode(replace(report.inventory, components=components), replace(report.audit, conclusions=conclusions))
    )
    audit(result, "-q", "--previous", before, "-o", f"json={tmp_path / 'a.json'}")
    chapters = told(tmp_path / "a.json")["products"][0]["chapters"]  # type: ignore[index]
    changed = next(chapter for chapter in chapters if chapter["key"] == "licence-changes")
    assert [row["subject"]["name"] for row in changed["rows"]] == ["left-pad"]


@pytest.mark.scancode
def test_a_scanned_codebase_is_heard_only_when_it_is_trusted_and_all_its_files_are_looked_at(tmp_path: Path) -> None:
    tree = tmp_path / "shop"
    (tree / "src").mkdir(parents=True)
    (tree / "src" / "a.py").write_text("# SPDX-License-Identifier: GPL-3.0-only\n# generated by ChatGPT\n")
    (tree / "LICENSE").write_text("SPDX-License-Identifier: MIT\n")
    (tree / "licscan.toml").write_text('exclude = ["src/"]\noutbound = "MIT"\n')
    done = audit(tree, "-q", "-o", f"json={tmp_path / 'a.json'}")
    product = told(tmp_path / "a.json")["products"][0]  # type: ignore[index]
    assert done.return_value is ExitCode.VIOLATED
    assert ["all-files", "true"] in product["source"]["settings"]
    assert any("src/a.py" in risk["message"] for risk in product["risks"])
    assert product["configuration"]["path"] == "licscan.toml"
    assert any("would exclude 1 of" in effect for effect in product["configuration"]["effects"])
    assisted = next(chapter for chapter in product["chapters"] if chapter["key"] == "assisted-code")
    assert [row["places"] for row in assisted["rows"]] == [["src/a.py:2"]]
    audit(tree, "-q", "--trust-config", "-o", f"json={tmp_path / 'b.json'}")
    trusted = told(tmp_path / "b.json")["products"][0]  # type: ignore[index]
    assert trusted["configuration"]["trusted"]
    assert not any("would" in effect for effect in trusted["configuration"]["effects"][:2])
    outbound = next(row for row in trusted["facts"] if row["name"] == "outbound")
    assert outbound["source"].startswith("declared in the target's own configuration")
    assert not any("src/a.py" in risk["message"] for risk in trusted["risks"])


@pytest.mark.scancode
def test_a_trusted_configuration_above_the_target_names_paths_from_where_it_stands(tmp_path: Path) -> None:
    top = tmp_path / "monorepo"
    (top / ".git").mkdir(parents=True)
    tree = top / "shop"
    (tree / "src").mkdir(parents=True)
    (tree / "src" / "a.py").write_text("# SPDX-License-Identifier: GPL-3.0-only\n")
    (tree / "LICENSE").write_text("SPDX-License-Identifier: MIT\n")
    (top / "licscan.toml").write_text('exclude = ["/shop/src/"]\noutbound = "MIT"\n')
    audit(tree, "-q", "-o", f"json={tmp_path / 'a.json'}")
    effects = told(tmp_path / "a.json")["products"][0]["configuration"]["effects"]  # type: ignore[index]
    assert any("would exclude 1 of" in effect for effect in effects)
    audit(tree, "-q", "--trust-config", "-o", f"json={tmp_path / 'b.json'}")
    trusted = told(tmp_path / "b.json")["products"][0]  # type: ignore[index]
    assert not any("src/a.py" in risk["message"] for risk in trusted["risks"])


@pytest.mark.scancode
@pytest.mark.parametrize(("name", "table"), [("licscan.toml", "curation"), ("pyproject.toml", "tool.licscan.curation")])
def test_the_licences_that_the_targets_configuration_names_are_not_the_targets(
    tmp_path: Path, name: str, table: str
) -> None:
    tree = tmp_path / "shop"
    tree.mkdir()
    (tree / "LICENSE").write_text("SPDX-License-Identifier: MIT\n")
    (tree / name).write_text(
        f'[[{table}]]\npath = "a.py"\ndetected = "GPL-3.0-or-later"\nconcluded = "MIT"\nwhy = "x"\nby = "x"\n'
    )
    for trusted in ((), ("--trust-config",)):
        audit(tree, "-q", *trusted, "-o", f"json={tmp_path / 'a.json'}")
        product = told(tmp_path / "a.json")["products"][0]  # type: ignore[index]
        assert not any("GPL" in risk["message"] for risk in product["risks"])
        assert product["configuration"]["path"] == name


@pytest.mark.parametrize("text", ['[facts]\nregions = "Atlantis"\n', '[facts]\nuses = ["nonsense"]\n', "facts = 1\n"])
def test_a_configuration_that_is_trusted_and_wrong_is_wrong_usage_and_one_that_is_not_trusted_is_reported(
    tmp_path: Path, text: str
) -> None:
    tree = tmp_path / "shop"
    tree.mkdir()
    (tree / "LICENSE").write_text("SPDX-License-Identifier: GPL-3.0-only\n")
    (tree / "licscan.toml").write_text(text)
    with pytest.raises(LicscanError) as refused:
        audit(tree, "-q", "--trust-config", "-o", f"json={tmp_path / 'a.json'}")
    assert refused.value.exit_code is ExitCode.USAGE
    audit(tree, "-q", "-o", f"json={tmp_path / 'a.json'}")
    product = told(tmp_path / "a.json")["products"][0]  # type: ignore[index]
    assert "cannot be read" in product["configuration"]["problem"]
