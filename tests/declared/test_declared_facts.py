"""What users declare, in the spellings that people use: understood, or an error that says what is near."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from licscan.config.settings import convert_fact
from licscan.declared.regions import regions
from licscan.declared.territories import GROUPS, shared
from licscan.declared.uses import nearby, read_use, uses, wider
from licscan.modellicense.register import model_register


@pytest.mark.parametrize(
    ("spelling", "code"),
    [
        ("UK", "GB"),
        ("gb", "GB"),
        ("England", "GB"),
        ("Vereinigtes Königreich", "GB"),
        ("Germany", "DE"),
        ("Deutschland", "DE"),
        ("DEU", "DE"),
        ("Federal Republic of Germany", "DE"),
        ("South Korea", "KR"),
        ("Republic of Korea", "KR"),
        ("Korea, Republic of", "KR"),
        ("韩国", "KR"),
        ("대한민국", "KR"),
        ("Iran, Islamic Republic of", "IR"),
        ("the Netherlands", "NL"),
        ("Côte d'Ivoire", "CI"),
        ("Tyskland", "DE"),
        ("U.S.A.", "US"),
        ("EEA", "EEA"),
        ("European Union", "EU"),
        ("Europe", "EUROPE"),
        ("worldwide", "*"),
    ],
)
def test_a_place_is_known_in_any_language_and_common_spelling(spelling: str, code: str) -> None:
    assert convert_fact("regions", spelling) == (code,)


@pytest.mark.parametrize(
    ("spelling", "code"),
    [
        ("English", "en"),
        ("eng", "en"),
        ("ger", "de"),
        ("Deutsch", "de"),
        ("日本語", "ja"),
        ("pt_BR", "pt-BR"),
        ("Brazilian Portuguese", "pt-BR"),
        ("Chinese (Simplified)", "zh"),
        ("all", "*"),
    ],
)
def test_a_language_is_known_in_any_language_and_common_spelling(spelling: str, code: str) -> None:
    assert convert_fact("languages", [spelling]) == (code,)


@pytest.mark.parametrize(
    ("name", "value", "number"),
    [
        ("monthly_active_users", "700M", 700_000_000),
        ("monthly_active_users", "200 000 000 users", 200_000_000),
        ("annual_revenue_usd", "USD 900 million", 900_000_000),
        ("annual_revenue_usd", "$1.2 billion", 1_200_000_000),
        ("annual_revenue_usd", "20,000,000.00", 20_000_000),
        ("annual_revenue_usd", "1.000.000", 1_000_000),
        ("annual_revenue_usd", "3亿", 300_000_000),
        ("annual_revenue_usd", 5, 5),
    ],
)
def test_numbers_have_separators_and_units(name: str, value: object, number: int) -> None:
    assert convert_fact(name, value) == number


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("uses", "wepons", "did you mean 'weapons'"),
        ("regions", "Korea", "south korea"),
        ("regions", "Germnay", "germany"),
        ("languages", "Englsh", "did you mean 'english'"),
        ("distribution", "sas", "did you mean 'saas'"),
        ("annual_revenue_usd", "EUR 5m", "US dollars"),
        ("annual_revenue_usd", "1.000", "several ways"),
        ("monthly_active_users", "many", "1.5 million"),
        ("monthly_active_users", "3 apples", "apples"),
        ("monthly_active_users_at", "700M", "650M@2023-06-30"),
        ("commercial", "maybe", "true or false"),
        ("regions", [], "at least one"),
    ],
)
def test_what_is_not_understood_is_an_error_with_what_is_near(name: str, value: object, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        convert_fact(name, value)


def test_every_use_that_a_licence_forbids_is_on_the_list() -> None:
    forbidden = {use for entry in model_register() for use in entry.terms.get("forbidden_uses", ())}
    assert forbidden <= set(uses())


def test_a_use_is_a_part_of_wider_ones_and_may_be_near_others() -> None:
    assert wider("nuclear-weapons") == {"nuclear-weapons", "nuclear", "weapons", "military"}
    assert nearby("surveillance") == {"espionage", "discrimination"}


def test_places_share_territory_with_groups_that_hold_them() -> None:
    assert shared(("DE",), ("EU", "GB")) == ("EU",)
    assert shared(("EEA",), ("EU", "KR")) == ("EU",)
    assert shared(("EUROPE",), ("EU", "GB", "KR")) == ("EU", "GB")
    assert shared(("*",), ("EU", "KR")) == ("EU", "KR")
    assert shared(("CH", "US"), ("EU", "GB")) == ()


def test_groups_hold_countries_that_have_names() -> None:
    named = {code for code, _ in regions()}
    assert {code for members in GROUPS.values() for code in members} <= named


def _run(tree: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "licscan", *arguments], cwd=tree, capture_output=True, text=True, check=False
    )


def test_an_unknown_value_ends_in_2_on_the_command_line_and_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("print(1)\n")
    given = _run(tmp_path, "scan", ".", "--fact", "uses=wepons")
    assert (given.returncode, "did you mean 'weapons'" in given.stderr) == (2, True)
    (tmp_path / "licscan.toml").write_text('[facts]\nregions = ["Germnay"]\n')
    configured = _run(tmp_path, "scan", ".")
    assert (configured.returncode, "licscan.toml:2" in configured.stderr) == (2, True)
    assert "germany" in configured.stderr


def test_facts_are_listed_with_question_answer_and_the_licences_that_ask(tmp_path: Path) -> None:
    code = 'from transformers import AutoModel\nAutoModel.from_pretrained("tencent/Hunyuan-A13B-Instruct")\n'
    (tmp_path / "a.py").write_text(code)
    done = _run(tmp_path, "facts", ".", "-q", "-j", "1", "--format", "json", "--fact", "regions=UK")
    rows = {row["name"]: row for row in json.loads(done.stdout)}
    assert done.returncode == 0
    assert rows["regions"]["declared"] == "GB"
    assert all("unyuan" in name for name in rows["regions"]["licenses"])
    assert {"regions", "uses", "monthly_active_users", "trains_other_models"} <= set(rows)
    assert rows["uses"]["question"] and rows["uses"]["format"]


def test_the_values_of_a_fact_are_listed(tmp_path: Path) -> None:
    listed = json.loads(_run(tmp_path, "facts", "--values", "uses", "--format", "json").stdout)
    assert "nuclear-weapons" in listed and "chat" in listed


@pytest.mark.parametrize(
    ("word", "use"), [("cooking", "food"), ("recipes", "food"), ("restaurant", "food"), ("farming", "agriculture")]
)
def test_what_is_eaten_is_no_agriculture(word: str, use: str) -> None:
    assert read_use(word) == use
