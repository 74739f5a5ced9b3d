"""How each component is used, and by whose word."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from msgspec.structs import replace

from licscan.cli.audit import command
from licscan.config.settings import load_settings
from licscan.core.component import Component, Dated, DateKind, FileCheck, Scope
from licscan.core.facts import Distribution, Facts, Linking, UsageStatement
from licscan.core.location import Location
from licscan.core.message import say
from licscan.duediligence import Judged, Order
from licscan.duediligence.document import Usage
from licscan.duediligence.ratings import DutyState
from licscan.duediligence.usage import distribution_of, is_modified, usage_of_component, usage_of_reference
from licscan.duediligence.view import View
from licscan.errors import SettingsError
from licscan.locale import language
from licscan.report.duediligence.words import Words

HERE = Location(path="licscan.toml", start_line=3)
SIX = Component(
    id="pkg:pypi/six@1.16.0",
    name="six",
    version="1.16.0",
    purl="pkg:pypi/six@1.16.0",
    ecosystem="pypi",
    locations=(Location(path="uv.lock", start_line=7),),
)


def told(view: View, component: Component) -> dict[str, list[str]]:
    words = Words(language("en"), ())
    found: dict[str, list[str]] = {}
    for item in usage_of_component(view, component):
        found.setdefault(item.fact, []).append(f"{words.phrase(item.value)} ({words.phrase(item.source)})")
    return found


def view_of(judged: Judged, order: Order, facts: Facts = Facts(), *stated: UsageStatement) -> View:  # noqa: B008
    source = say("stated by the seller")
    audit = replace(judged.audit, facts=facts)
    return View(replace(judged, audit=audit, usage=tuple((item, source) for item in stated)), order)


def stated(component: str, **facts: object) -> UsageStatement:
    return UsageStatement(component=component, by="J. Doe", location=HERE, **facts)  # type: ignore[arg-type]


def test_what_nobody_says_is_not_declared_and_the_ecosystems_way_is_told_as_no_more_than_that(
    judged: Judged, order: Order
) -> None:
    found = told(view_of(judged, order), SIX)
    assert found["use"] == ["reaches what is delivered; how is not declared (not stated)"]
    assert found["modified"] == ["not declared (not stated)"]
    assert found["linking"][0].startswith("loaded when the program runs (what tools for pypi do by default")
    assert "not declared" in told(view_of(judged, order), replace(SIX, ecosystem=None))["linking"][0]


def test_a_statement_about_a_component_comes_before_what_is_declared_of_the_product(
    judged: Judged, order: Order
) -> None:
    facts = Facts(distribution=Distribution.BINARY, linking=Linking.STATIC, modified=True)
    said = stated("pkg:pypi/six", distribution=Distribution.INTERNAL, linking=Linking.DYNAMIC, modified=False)
    view = view_of(judged, order, facts, said)
    assert told(view, SIX) == {
        "use": ["internal (stated by the seller)"],
        "linking": ["dynamic (stated by the seller)"],
        "modified": ["no (stated by the seller)"],
    }
    assert distribution_of(view, SIX) is Distribution.INTERNAL
    other = replace(SIX, id="pkg:pypi/other@1", name="other", purl="pkg:pypi/other@1")
    assert told(view, other)["linking"] == ["static (declared to the audit)"]
    assert distribution_of(view, other) is Distribution.BINARY


@pytest.mark.parametrize("pattern", ["pkg:pypi/six@1.16.0", "pkg:pypi/six", "six", "pkg:pypi/*"])
def test_a_statement_names_its_component_by_id_purl_name_or_glob(judged: Judged, order: Order, pattern: str) -> None:
    assert is_modified(view_of(judged, order, Facts(), stated(pattern, modified=True)), SIX) is True


def test_files_that_differ_from_the_packages_digests_outweigh_every_statement(judged: Judged, order: Order) -> None:
    record = Location(path="six-1.16.0.dist-info/RECORD")
    changed = replace(SIX, check=FileCheck(location=record, same=3, changed=("six.py",)))
    view = view_of(judged, order, Facts(modified=False), stated("six", modified=False))
    assert is_modified(view, changed) is True
    assert told(view, changed)["modified"] == [
        "yes: 1 of its files are not as they came, first six.py (compared with the digests in six-1.16.0.dist-info/RECORD)",
        "no (stated by the seller)",
    ]


def test_files_that_are_all_as_they_came_prove_that_nothing_was_modified(judged: Judged, order: Order) -> None:
    record = Location(path="RECORD")
    view = view_of(judged, order)
    assert is_modified(view, replace(SIX, check=FileCheck(location=record, same=3))) is False
    # What was not scanned may have been changed.
    assert is_modified(view, replace(SIX, check=FileCheck(location=record, same=3, unseen=1))) is None


def test_a_date_is_told_with_where_it_stands(judged: Judged, order: Order) -> None:
    dated = Dated(kind=DateKind.RELEASED, day="2021-05-05", origin="upload-time", location=SIX.locations[0])
    assert told(view_of(judged, order), replace(SIX, dated=dated))["date"] == [
        "released on 2021-05-05 (read from uv.lock:7)"
    ]


def test_a_part_that_is_not_delivered_says_what_it_is_used_for(judged: Judged, order: Order) -> None:
    used = told(view_of(judged, order, Facts(distribution=Distribution.BINARY)), replace(SIX, scope=Scope.TEST))["use"]
    assert used == ["test (read from uv.lock:7)"]


def test_usage_is_part_of_the_register(judged: Judged, order: Order) -> None:
    from licscan.duediligence import derive

    document = derive([judged], order)
    entries = [entry for entry in document.products[0].components if entry.purl and entry.usage]
    assert entries
    assert all({item.fact for item in entry.usage} >= {"use", "modified"} for entry in entries)
    linked = {entry.scope for entry in entries if any(item.fact == "linking" for item in entry.usage)}
    assert linked == {entry.scope for entry in entries} & {Scope.RUNTIME, Scope.OPTIONAL, Scope.PEER}
    assert isinstance(entries[0].usage[0], Usage)
    assert {duty.state for duty in document.products[0].duties} & {DutyState.OPEN}


def test_statements_are_read_from_the_configuration_with_their_line(tmp_path: Path) -> None:
    (tmp_path / "licscan.toml").write_text(
        '[[usage]]\ncomponent = "six"\nlinking = "dynamic"\nmodified = false\nby = "J. Doe"\n'
    )
    (found,) = load_settings(tmp_path).usage
    assert (found.component, found.linking, found.modified, found.distribution) == ("six", Linking.DYNAMIC, False, None)
    assert str(found.location) == "licscan.toml:1"


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('linking = "sideways"', "must be one of: static, dynamic"),
        ("modified = 3", "must be true or false"),
        ("commercial = true", "'commercial' is no key of a usage"),
        ("", "states nothing"),
    ],
)
def test_a_statement_that_states_nothing_known_is_refused_with_its_line(
    tmp_path: Path, line: str, problem: str
) -> None:
    (tmp_path / "licscan.toml").write_text(f'[[usage]]\ncomponent = "six"\nby = "J. Doe"\n{line}\n')
    with pytest.raises(SettingsError, match=problem) as caught:
        load_settings(tmp_path)
    assert "licscan.toml:" in (caught.value.where or "")


@pytest.mark.parametrize("trusted", [False, True])
def test_the_sellers_statements_are_listed_and_counted_only_when_trusted(tmp_path: Path, trusted: bool) -> None:
    target = tmp_path / "target"
    target.mkdir()
    (target / "requirements.txt").write_text("six==1.16.0\n")
    (target / "licscan.toml").write_text('[[usage]]\ncomponent = "six"\nmodified = false\nby = "J. Doe"\n')
    arguments = [str(target), "-q", "-o", f"json={tmp_path / 'a.json'}", *(["--trust-config"] if trusted else [])]
    CliRunner().invoke(command, arguments, standalone_mode=False, catch_exceptions=False)
    product = json.loads((tmp_path / "a.json").read_text())["products"][0]
    (six,) = (entry for entry in product["components"] if entry["purl"])
    (modified,) = (item for item in six["usage"] if item["fact"] == "modified")
    heard = {
        "fact": "modified",
        "value": "no",
        "source": "stated by J. Doe in the target's configuration (licscan.toml:1)",
    }
    assert modified == (heard if trusted else {"fact": "modified", "value": "not declared", "source": "not stated"})
    assert ["usage", "six: modified=no; J. Doe"] in product["configuration"]["settings"]


def test_a_model_that_the_tree_only_names_is_not_called_shipped(judged: Judged, order: Order) -> None:
    view = view_of(judged, order, Facts(distribution=Distribution.BINARY))
    (use,) = usage_of_reference(view, Scope.RUNTIME, "answer.py:9")
    words = Words(language("en"), ())
    assert words.phrase(use.value).endswith("whether it is passed on with it is not known")
    assert words.phrase(use.source) == "read from answer.py:9"
    (use,) = usage_of_reference(view, Scope.TEST, "answer.py:9")
    assert words.phrase(use.value) == "test"


def test_a_scenario_does_not_call_assumed_what_is_declared(judged: Judged, order: Order) -> None:
    from licscan.duediligence import derive

    declared = replace(judged.audit, facts=Facts(distribution=Distribution.BINARY, commercial=True))
    hosted = replace(judged.audit, facts=Facts(distribution=Distribution.SAAS, commercial=True))
    product = derive([replace(judged, audit=declared, scenarios=(("saas", hosted),))], order).products[0]
    assert product.scenarios
    words = Words(language("en"), ())
    sources = {fact.name: words.phrase(fact.source) for fact in product.scenarios.columns[0].facts}
    assert sources == {"distribution": "assumed by the scenario", "commercial": "declared to the audit"}
