"""Waivers and corrections: what they cover, when they lapse, and that they never work in silence."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from licscan.classify.catalogue import Catalogue
from licscan.config.settings import load_settings
from licscan.core.finding import Detection, FileFinding, Match
from licscan.core.identity import evidence_digest
from licscan.core.location import Location
from licscan.core.message import say
from licscan.core.result import Inventory, RunInfo
from licscan.core.verdict import (
    Evidence,
    LicenseClass,
    Outcome,
    Severity,
    Subject,
    SubjectKind,
    SuppressionKind,
    Violation,
)
from licscan.core.waiver import Curation, Waiver, WaiverReason
from licscan.detect.licensedb import license_records
from licscan.errors import SettingsError
from licscan.policy.curate import curate
from licscan.policy.waive import lapsed_curations, waive

TODAY = "2026-11-22"
NOTICE = "This program is free software under the GNU General Public License v2."


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return Catalogue.load(license_records(tmp_path_factory.mktemp("catalogue")))


def finding(
    path: str = "lib/a.c", expression: str = "gpl-2.0", text: str = NOTICE, code: str = "reciprocity"
) -> Violation:
    return Violation(
        id=path,
        code=code,
        rule=code,
        outcome=Outcome.DENY,
        violates=True,
        severity=Severity.HIGH,
        subject=Subject(kind=SubjectKind.FILE, id=path, name=path, path=path, owner="pkg:npm/%40a/b@1.0"),
        expression=expression,
        expression_spdx=expression.upper(),
        message=say("m"),
        how_to_fix=say("f"),
        source="s",
        license_class=LicenseClass.STRONG_COPYLEFT,
        evidence=(Evidence(location=Location(path=path, start_line=3), text=text, expression=expression),),
    )


def waiver(**given: object) -> Waiver:
    base = Waiver(
        reason=WaiverReason.SEPARATE_LICENSE,
        comment="bought",
        by="A Lawyer",
        expires="2027-01-01",
        approved="GPL-2.0-only",
        location=Location(path="licscan.toml", start_line=7),
    )
    return replace(base, **({"path": "lib/a.c"} | given))


def test_a_waived_finding_does_not_count_and_says_by_whose_word(catalogue: Catalogue) -> None:
    done = waive([finding()], [waiver()], catalogue, TODAY)
    assert done.violations == ()
    (told,) = done.suppressed
    assert (told.kind, str(told.why), told.by) == (SuppressionKind.WAIVER, "separate-licence: bought", "A Lawyer")
    assert str(told.location) == "licscan.toml:7"


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"expires": "2026-11-21"}, "its last day was 2026-11-21"),
        ({"approved": "GPL-3.0-only"}, "GPL-2.0 was found, and GPL-3.0-only approved"),
        ({"evidence": "0123456789abcdef"}, "the reviewed text has changed"),
    ],
)
def test_a_waiver_lapses_and_tells_where_it_stands(catalogue: Catalogue, given: dict[str, str], why: str) -> None:
    done = waive([finding()], [waiver(**given)], catalogue, TODAY)
    still, lapsed = done.violations
    assert still == finding()
    assert (lapsed.code, lapsed.violates, str(lapsed.evidence[0].location)) == (
        "waiver-expired",
        False,
        "licscan.toml:7",
    )
    assert why in str(lapsed.message)
    assert done.suppressed == ()


def test_a_waiver_counts_through_its_last_day(catalogue: Catalogue) -> None:
    assert waive([finding()], [waiver(expires=TODAY)], catalogue, TODAY).violations == ()


def test_a_waiver_that_nothing_needs_is_told(catalogue: Catalogue) -> None:
    (told,) = waive([finding()], [waiver(path="lib/b.c")], catalogue, TODAY).violations[1:]
    assert told.code == "waiver-unused"
    assert "lib/b.c" in str(told.message)


def test_evidence_that_was_only_reformatted_keeps_its_waiver(catalogue: Catalogue) -> None:
    digest = evidence_digest(finding())
    moved = finding(text=" * This program is FREE software,\n *  under the GNU General Public License v2.")
    assert waive([moved], [waiver(evidence=digest)], catalogue, TODAY).violations == ()


@pytest.mark.parametrize(
    ("given", "covered"),
    [
        ({"path": "lib/"}, True),
        ({"path": "*.c"}, False),  # from the root of the repository, as everywhere in the configuration
        ({"path": "**/*.c"}, True),
        ({"path": None, "component": "pkg:npm/%40a/b"}, True),
        ({"path": None, "component": "pkg:npm/%40a/b@1.0"}, True),
        ({"path": None, "component": "pkg:npm/%40a/b@2.0"}, False),
        ({"path": None, "license": "GPL-2.0-only"}, True),
        ({"path": None, "license": "MIT"}, False),
        ({"code": "reciprocity"}, True),
        ({"code": "no-licence"}, False),
    ],
)
def test_what_a_waiver_is_about(catalogue: Catalogue, given: dict[str, object], covered: bool) -> None:
    assert bool(waive([finding()], [waiver(**given)], catalogue, TODAY).suppressed) is covered


def test_the_order_of_an_expression_does_not_matter(catalogue: Catalogue) -> None:
    found = finding(expression="mit AND gpl-2.0")
    assert waive([found], [waiver(approved="GPL-2.0-only AND MIT")], catalogue, TODAY).violations == ()


def inventory(expression: str = "gpl-2.0") -> Inventory:
    match = Match(
        expression=expression,
        expression_spdx=expression,
        path="a.py",
        start_line=1,
        end_line=1,
        score=100.0,
        coverage=100.0,
        relevance=100,
        matched_length=1,
        matcher="2-aho",
        rule_id="x.RULE",
    )
    detection = Detection(expression=expression, expression_spdx=expression, identifier="i", matches=(match,))
    run = RunInfo(root="r", tool_version="0", scancode_version="0", detector="d", started="", finished="")
    found = FileFinding(path="a.py", expression=expression, detections=(detection,))
    return Inventory(run=run, files=(), findings=(found,))


def curation(**given: str) -> Curation:
    base = Curation(
        path="a.py",
        detected="GPL-2.0-only",
        concluded="MIT",
        why="a variable name",
        by="me",
        location=Location(path="licscan.toml", start_line=2),
    )
    return replace(base, **given)


def test_a_correction_changes_what_is_judged_and_is_told(catalogue: Catalogue) -> None:
    facts = inventory()
    curated, (told,) = curate(facts, [curation()], catalogue)
    assert curated.findings[0].expression == "mit"
    assert facts.findings[0].expression == "gpl-2.0"
    assert (told.applied, told.detected, told.concluded) == (True, "GPL-2.0-only", "MIT")


def test_a_file_can_be_corrected_to_say_nothing(catalogue: Catalogue) -> None:
    curated, _ = curate(inventory(), [curation(concluded="none")], catalogue)
    assert curated.findings[0].detections == ()


@pytest.mark.parametrize("given", [{"detected": "GPL-3.0-only"}, {"path": "b.py"}])
def test_a_correction_lapses_when_the_detection_changes(catalogue: Catalogue, given: dict[str, str]) -> None:
    facts = inventory()
    curated, corrections = curate(facts, [curation(**given)], catalogue)
    assert curated is facts
    (told,) = lapsed_curations(corrections)
    assert (told.code, str(told.evidence[0].location)) == ("curation-lapsed", "licscan.toml:2")


WAIVER = """policy = "default"

[[waiver]]
path = "lib/"
reason = "own-code"
comment = "ours"
by = "me"
expires = 2027-01-01
approved = "GPL-2.0-only"
"""


def test_waivers_are_read_with_their_lines(tmp_path: Path) -> None:
    (tmp_path / "licscan.toml").write_text(WAIVER + WAIVER.partition("\n\n")[2])
    first, second = load_settings(tmp_path).decisions.waivers
    assert (first.path, first.expires, first.location.start_line) == ("lib/", "2027-01-01", 3)
    assert second.location.start_line == 10


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        ('reason = "own-code"', 'reason = "because"', 5, "is no reason for a waiver"),
        ("expires = 2027-01-01", 'expires = "soon"', 8, "needs 'expires', a date"),
        ("expires = 2027-01-01", "expires = 2027-01-01T10:00:00", 8, "needs 'expires', a date"),
        ('by = "me"', 'who = "me"', 7, "'who' is no key of a waiver"),
        ('by = "me"', "", 3, "needs 'by'"),
        ('approved = "GPL-2.0-only"', 'approved = "GPL-2.0 AND"', 9, "is not a licence expression"),
        ('path = "lib/"', "", 3, "needs a subject"),
        ('path = "lib/"', 'path = "lib/a.c"', 4, "needs 'evidence'"),
        ('path = "lib/"', 'path = "lib/a.c"\nevidence = "x"', 5, "no digest"),
    ],
)
def test_a_mistake_in_a_waiver_is_told_with_its_line(tmp_path: Path, old: str, new: str, line: int, what: str) -> None:
    (tmp_path / "licscan.toml").write_text(WAIVER.replace(old, new))
    with pytest.raises(SettingsError) as error:
        load_settings(tmp_path)
    assert error.value.where == f"{tmp_path}/licscan.toml:{line}"
    assert what in error.value.what


def test_a_mistake_in_a_curation_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "licscan.toml").write_text('[[curation]]\npath = "a"\ndetected = "MIT"\nconcluded = ""\n')
    with pytest.raises(SettingsError) as error:
        load_settings(tmp_path)
    assert error.value.where == f"{tmp_path}/licscan.toml:4"
