"""What a policy says of content that was not read."""

from __future__ import annotations

from pathlib import Path

import pytest

from licscan.core.issue import Issue, IssueCode, IssueLevel
from licscan.core.message import say
from licscan.core.result import Completeness, lacking
from licscan.errors import PolicyError
from licscan.policy.load import READY_MADE, load_policy

HEAD = "policy: {name: p, title: T, description: D}\n"


def test_the_policies_for_a_sale_and_for_proprietary_products_require_what_was_not_read() -> None:
    required = {name for name in READY_MADE if load_policy(name).completeness is Completeness.REQUIRED}
    assert required == {"due-diligence", "proprietary-distribution"}


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("extends: default\n", Completeness.REPORTED),
        ("extends: due-diligence\n", Completeness.REQUIRED),
        ("extends: due-diligence\ncompleteness: reported\n", Completeness.REPORTED),
        ("extends: default\ncompleteness: required\n", Completeness.REQUIRED),
    ],
)
def test_it_is_taken_from_what_is_extended_unless_it_is_given(text: str, meant: Completeness, tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(HEAD + text)
    assert load_policy(str(tmp_path / "p.yaml")).completeness is meant


def test_another_word_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(HEAD + "extends: default\ncompleteness: perhaps\n")
    with pytest.raises(PolicyError, match="'completeness'") as caught:
        load_policy(str(tmp_path / "p.yaml"))
    assert str(caught.value).startswith(f"{tmp_path / 'p.yaml'}:3")


def test_unread_content_counts_where_it_is_required_and_warnings_never_do() -> None:
    issues = [Issue(code=IssueCode.NOT_READ, message=say(level.value), level=level) for level in IssueLevel]
    reported, required = Completeness.REPORTED, Completeness.REQUIRED
    assert [str(each.message) for each in lacking(issues, reported, reported)] == ["incomplete"]
    assert [str(each.message) for each in lacking(issues, required, reported)] == ["incomplete", "unread"]
    assert [str(each.message) for each in lacking(issues, reported, required)] == ["incomplete", "unresolved"]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("extends: default\n", Completeness.REQUIRED),
        ("extends: default\nunresolved: reported\n", Completeness.REPORTED),
        ("extends: due-diligence\nunresolved: required\n", Completeness.REQUIRED),
    ],
)
def test_unresolved_dependencies_are_required_unless_a_policy_accepts_them(
    text: str, meant: Completeness, tmp_path: Path
) -> None:
    (tmp_path / "p.yaml").write_text(HEAD + text)
    assert load_policy(str(tmp_path / "p.yaml")).unresolved is meant
