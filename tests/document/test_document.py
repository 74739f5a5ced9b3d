from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from msgspec.structs import replace

from licscan.core.result import Audit, Inventory
from licscan.core.text import visible
from licscan.document import SCHEMA_VERSION, decode, encode
from licscan.document.migrate import migrate
from licscan.errors import UsageError
from licscan.report.base import ReportInput
from tests.document import strategies
from tests.report import samples
from tests.report.golden import GOLDEN

SAMPLE = samples.sample()
STORED = encode(SAMPLE.inventory, SAMPLE.audit)

generated = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def changed(change: Callable[[dict[str, Any]], object]) -> bytes:
    """Return the stored sample after ``change`` was made to its JSON."""
    document = json.loads(STORED)
    change(document)
    return json.dumps(document).encode()


@generated
@given(inventory=strategies.inventories(), audit=strategies.audits())
def test_what_is_written_is_read_back_equal(inventory: Inventory, audit: Audit) -> None:
    document = decode(encode(inventory, audit))
    assert (document.inventory, document.audit) == (inventory, audit)


@generated
@given(inventory=strategies.inventories(), audit=strategies.audits())
def test_reading_and_writing_again_gives_the_same_bytes(inventory: Inventory, audit: Audit) -> None:
    written = encode(inventory, audit)
    document = decode(written)
    assert encode(document.inventory, document.audit) == written


@pytest.mark.parametrize("make", [samples.sample, samples.clean, samples.empty])
def test_every_sample_survives_the_way_to_disk_and_back(make: Callable[[], ReportInput]) -> None:
    report = make()
    document = decode(encode(report.inventory, report.audit))
    assert document.inventory == report.inventory
    assert document.audit == report.audit
    assert document.schema_version == SCHEMA_VERSION


@pytest.mark.parametrize("make", [samples.clean, samples.empty])
def test_a_document_has_a_line_for_each_thing(make: Callable[[], ReportInput]) -> None:
    report = make()
    text = encode(report.inventory, report.audit).decode()
    every = json.loads(text)
    lines = text.splitlines()
    for file in every["inventory"]["files"]:
        assert json.dumps(file, ensure_ascii=False, separators=(",", ":")) in [
            line.strip().rstrip(",") for line in lines
        ]
    assert [line for line in lines if line.startswith(' "')] == [
        f' "licscan": {json.dumps(every["licscan"], separators=(",", ":"))},',
        ' "inventory": {',
        ' "audit": {',
    ]


def test_half_a_character_survives() -> None:
    matched = decode(STORED).inventory.findings[0].detections[0].matches[0].matched_text
    assert matched.endswith("half a character: \ud83d")
    STORED.decode("utf-8")  # and the file is valid UTF-8 nevertheless


def test_both_ways_of_writing_read_alike() -> None:
    plain = samples.clean()
    fast = encode(plain.inventory, plain.audit)
    assert decode(json.dumps(json.loads(fast), ensure_ascii=True).encode()) == decode(fast)


def test_no_character_of_the_file_acts_on_whoever_prints_it() -> None:
    report = samples.clean()
    acting = "".join(map(chr, (*range(0x20), *range(0x7F, 0xA0), 0x061C, *range(0x2000, 0x2070), 0xFEFF)))
    inventory = replace(report.inventory, empty_folders=(acting,))
    data = encode(inventory, report.audit)
    shown = {character for character in data.decode() if unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp")}
    assert shown == {"\n"}
    assert decode(data).inventory.empty_folders == (acting,)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "the file is empty"),
        (b" \n", "the file is empty"),
        (b"Licence report", "not a licscan result: it is not JSON"),
        (b"\xff\xfe\x00", "not a licscan result: it is not JSON"),
        (b"{}", "this is JSON, and not a licscan result"),
        (b"[1]", "this is JSON, and not a licscan result"),
        (b'{"bomFormat": "CycloneDX", "components": []}', "this is JSON, and not a licscan result"),
        (b'{"licscan": {}, "inventory": {}, "audit": {}}', "this is JSON, and not a licscan result"),
        (b'{"licscan": {"document": "diff", "schema": "1.0"}, "inventory": 1, "audit": 2}', "not a licscan result"),
        (STORED[: len(STORED) // 2], "the file is broken"),
        (STORED.replace(b'"inventory"', b'"inventory\xff"'), "the file is broken"),
    ],
)
def test_a_broken_or_foreign_file_is_refused_with_the_reason(data: bytes, told: str) -> None:
    with pytest.raises(UsageError) as caught:
        decode(data, where="old/result.json")
    assert told in str(caught.value)
    assert str(caught.value).startswith("old/result.json")
    assert caught.value.hint


@pytest.mark.parametrize("start", [b'{"inventory": ', b'{"licscan": "\\ud800", "inventory": '])
def test_endless_nesting_is_refused_with_the_reason(start: bytes) -> None:
    """From Python 3.14 on the depth is limited by the stack's size alone, and the decoder may come to the end of the file."""
    with pytest.raises(UsageError, match=r"nested too deeply|Input data was truncated"):
        decode(start + b"[" * 200_000)


@pytest.mark.parametrize("halves", [True, False], ids=["with half characters", "without"])
@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda d: d["inventory"]["files"][1].update(size="big"), "inventory.files[1].size"),
        (lambda d: d["inventory"].pop("run"), "inventory"),
        (lambda d: d["audit"]["violations"][0].update(severity="bad"), "audit.violations[0].severity"),
        (lambda d: d["audit"].update(complete=None), "audit.complete"),
    ],
)
def test_a_wrong_value_is_refused_with_its_place(
    change: Callable[[dict[str, Any]], object], place: str, halves: bool
) -> None:
    data = changed(change)
    if not halves:
        data = data.replace(b"\\ud83d", b"")
    with pytest.raises(UsageError) as caught:
        decode(data, where="result.json")
    assert caught.value.where == f"result.json: {place}"


@pytest.mark.parametrize("version", ["1.3", "2.0", "10.0"])
def test_a_newer_schema_is_refused_with_the_hint_to_upgrade(version: str) -> None:
    with pytest.raises(UsageError, match="newer licscan") as caught:
        decode(changed(lambda d: d["licscan"].update(schema=version)))
    assert "Upgrade" in str(caught.value)


@pytest.mark.parametrize("version", ["", "one", "1", "1.0.0", "-1.0", "1." + "0" * 10_000, "\x1b[2J"])
def test_a_version_that_is_none_is_refused_harmlessly(version: str) -> None:
    with pytest.raises(UsageError, match="no schema version") as caught:
        decode(changed(lambda d: d["licscan"].update(schema=version)))
    assert "\x1b" not in str(caught.value)
    assert len(str(caught.value)) < 1000


def test_a_version_that_nothing_leads_on_from_is_refused_with_its_file() -> None:
    with pytest.raises(UsageError, match="cannot be read any more") as caught:
        decode(changed(lambda d: d["licscan"].update(schema="0.9")), where="result.json")
    assert caught.value.where == "result.json"


def test_migrations_are_taken_one_after_the_other() -> None:
    steps = {
        "0.8": ("0.9", lambda d: {**d, "audit": [*d["audit"], "0.9"]}),
        "0.9": ("1.0", lambda d: {**d, "audit": [*d["audit"], "1.0"]}),
    }
    old = {"licscan": {"document": "result", "schema": "0.8"}, "audit": []}
    assert migrate(old, target="1.0", steps=steps) == {
        "licscan": {"document": "result", "schema": "1.0"},
        "audit": ["0.9", "1.0"],
    }


def test_sentences_of_an_older_result_become_messages_word_for_word() -> None:
    old = (GOLDEN / "document" / "result-1.1.json").read_bytes()
    document, sentences = decode(old), json.loads(old)
    assert document.schema_version == "1.1"
    told = [(str(found.message), str(found.how_to_fix)) for found in document.audit.violations]
    assert told == [
        (visible(each["message"]), visible(each["how_to_fix"])) for each in sentences["audit"]["violations"]
    ]
    assert [str(issue.message) for issue in document.inventory.issues] == [
        visible(each["message"]) for each in sentences["inventory"]["issues"]
    ]
    assert [str(each.reason) for each in document.inventory.skipped] == [
        visible(each["reason"]) for each in sentences["inventory"]["skipped"]
    ]
    reasons = [visible(unit["reason"]) for each in sentences["audit"]["conclusions"] if each["classification"] for unit in each["classification"]["units"]]  # fmt: skip
    assert [
        str(unit.reason or "")
        for each in document.audit.conclusions
        if each.classification
        for unit in each.classification.units
    ] == reasons
    again = decode(encode(document.inventory, document.audit))
    assert (again.inventory, again.audit) == (document.inventory, document.audit)
