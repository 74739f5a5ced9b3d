"""Policy files: what is taken, what is refused, and that every refusal names a line and what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from licscan.core.component import SHIPPED
from licscan.core.verdict import LicenseClass, Outcome, Severity
from licscan.errors import PolicyError
from licscan.policy import failing_on, load_policy, policy_text, ready_made
from licscan.policy.load import READY_MADE
from licscan.policy.schema import FactCondition
from licscan.policy.yamltree import MAX_BYTES, YamlError, read_yaml

HEAD = "policy: {name: mine, title: Mine}\n"
RULE = """rules:
  - id: no-gpl
    code: reciprocity
    when: {class: strong-copyleft, scope: distributed}
    verdict: deny
    message: "{subject} is under {licence}"
    how_to_fix: take it out
"""
GOOD = HEAD + "fail_on: deny\n" + RULE


def write(folder: Path, text: str, name: str = "mine.yaml") -> str:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return str(file)


def refusal(folder: Path, text: str) -> PolicyError:
    with pytest.raises(PolicyError) as caught:
        load_policy(write(folder, text))
    return caught.value


@pytest.mark.parametrize("name", READY_MADE)
def test_every_ready_made_policy_loads_and_is_commented(name: str) -> None:
    policy = load_policy(name)
    assert policy.name == name
    assert policy.title and policy.description and len(policy.digest) == 64
    assert sum("# " in line for line in policy_text(name).splitlines()) >= 8


def test_ready_made_policies_are_listed_in_their_order() -> None:
    assert tuple(info.name for info in ready_made()) == READY_MADE


@pytest.mark.parametrize("name", [name for name in READY_MADE if name != "internal"])
def test_every_ready_made_policy_but_internal_fails_closed(name: str) -> None:
    fail_on = load_policy(name).fail_on
    assert {"deny", "expression-unparsable", "class-unknown", "no-licence"} <= fail_on
    assert {"model-fact-missing", "missing-fact"} & fail_on


def test_internal_fails_on_denials_only() -> None:
    assert load_policy("internal").fail_on == {"deny"}


@pytest.mark.parametrize("name", READY_MADE)
def test_every_rule_of_a_ready_made_policy_cites_its_source_and_the_mend(name: str) -> None:
    for rule in load_policy(name).rules:
        assert rule.verdict is Outcome.ALLOW or (rule.message and rule.how_to_fix and rule.source)
        assert (
            rule.source.startswith(("report 3.", "licscan", "GPL-2.0 section", "AGPL-3.0 section"))
            or rule.verdict is Outcome.ALLOW
        )


def test_a_policy_file_becomes_a_policy(tmp_path: Path) -> None:
    policy = load_policy(write(tmp_path, GOOD))
    (rule,) = policy.rules
    assert (rule.id, rule.code, rule.verdict, rule.severity) == ("no-gpl", "reciprocity", Outcome.DENY, Severity.HIGH)
    assert rule.when.classes == (LicenseClass.STRONG_COPYLEFT,)
    assert rule.when.scopes == SHIPPED
    assert (rule.source, rule.line) == ("report 3.2.2", 4)


def test_the_digest_follows_the_text(tmp_path: Path) -> None:
    first = load_policy(write(tmp_path, GOOD)).digest
    assert load_policy(write(tmp_path, GOOD)).digest == first
    assert load_policy(write(tmp_path, GOOD + "# changed\n")).digest != first


@pytest.mark.parametrize(
    ("before", "after", "line", "what", "hint"),
    [
        ("code: reciprocity", "code: reciprocty", 5, "no finding code", "'reciprocity'"),
        ("class: strong-copyleft", "clas: strong-copyleft", 6, "'clas'", "'class'"),
        ("strong-copyleft", "strong-copyleff", 6, "no class", "'strong-copyleft'"),
        ("scope: distributed", "scope: distributd", 6, "no scope", "'distributed'"),
        ("verdict: deny", "verdict: denied", 7, "no verdict", "'deny'"),
        ("{licence}", "{license}", 8, "no placeholder", "'licence'"),
        ("{licence}", "{licence.__class__}", 8, "no placeholder", "licence"),
        ("message:", "mesage:", 8, "'mesage'", "'message'"),
        ("fail_on: deny", "fail_on: [deny, revew]", 2, "no word of 'fail_on'", "'review'"),
        ("verdict: deny", "verdict: deny\n    check: royalti", 8, "no check", "'royalty'"),
        ("class: strong-copyleft", "facts: {commercal: 'true'}", 6, "commercal", "'commercial'"),
        ("class: strong-copyleft", "facts: {distribution: boxed}", 6, "no value of 'distribution'", "known"),
        ("class: strong-copyleft", "facts: {commercial: {above: 3}}", 6, "no number", "annual_revenue_usd"),
        ("class: strong-copyleft", "network: perhaps", 6, "true or false", ""),
        ("class: strong-copyleft", "class: []", 6, "empty list", ""),
    ],
)
def test_a_typo_is_told_with_its_line_and_what_was_meant(
    tmp_path: Path, before: str, after: str, line: int, what: str, hint: str
) -> None:
    error = refusal(tmp_path, GOOD.replace(before, after, 1))
    assert error.where is not None and error.where.endswith(f"mine.yaml:{line}")
    assert what in error.what
    assert hint in (error.hint or "")


def test_all_mistakes_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    error = refusal(tmp_path, GOOD.replace("verdict: deny", "verdict: denied").replace("{licence}", "{licens}"))
    assert "no verdict" in error.what
    assert "line 8" in (error.hint or "")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "empty"),
        ("- a\n- b\n", "has to be a mapping"),
        ("policy: {name: a, title: b}\n", "no rules"),
        (HEAD + RULE, "'fail_on' is missing"),
        (GOOD + "rules: []\n", "given twice"),
        (GOOD + RULE.replace("rules:\n", ""), "used twice"),
        (GOOD.replace("    code: reciprocity\n", ""), "no 'code'"),
        (GOOD.replace("when:", "unless: {}\n    when:"), "'unless' asks nothing"),
        (GOOD.replace("deny\n", "deny\n---\n", 1), "second document"),
        (GOOD.replace("deny\n", "&a deny\n", 1), "anchors"),
        (GOOD.replace("fail_on: deny", "fail_on: !!python/object/apply:os.system [echo]"), "tag"),
        (GOOD.replace("fail_on: deny", "fail_on: [deny"), "not valid YAML"),
        ("[" * 50 + "]" * 50, "levels deep"),
        ("# " + "x" * MAX_BYTES, "larger than"),
        (GOOD.replace("policy: {name: mine", "policy: {1: x, name: mine"), "has to be a word"),
    ],
)
def test_what_is_no_policy_is_refused(tmp_path: Path, text: str, what: str) -> None:
    assert what in str(refusal(tmp_path, text))


def test_a_yaml_bomb_is_refused_before_it_grows(tmp_path: Path) -> None:
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(9)
    )
    error = refusal(tmp_path, bomb)
    assert "anchors and aliases" in error.what
    assert error.where is not None and error.where.endswith(":1")


def test_an_unknown_name_is_told_with_the_nearest_policy() -> None:
    with pytest.raises(PolicyError, match="defualt") as caught:
        load_policy("defualt")
    assert "'default'" in (caught.value.hint or "")


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="no such policy file"):
        load_policy(str(tmp_path / "none.yaml"))


def test_a_file_that_is_not_utf_8_is_told(tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    file.write_bytes(b"policy: {name: \xff}\n")
    with pytest.raises(PolicyError, match="UTF-8"):
        load_policy(str(file))


def test_own_rules_come_before_the_extended_ones_and_replace_those_with_their_id(tmp_path: Path) -> None:
    text = HEAD + "extends: default\n" + RULE.replace("no-gpl", "class-unknown") + RULE.replace("rules:\n", "")
    policy = load_policy(write(tmp_path, text))
    base = load_policy("default")
    ids = [rule.id for rule in policy.rules]
    assert ids == ["no-gpl", *[rule.id for rule in base.rules]]
    assert next(rule for rule in policy.rules if rule.id == "class-unknown").code == "reciprocity"
    assert policy.fail_on == base.fail_on


def test_extended_rules_can_be_removed_and_only_those_that_are_there(tmp_path: Path) -> None:
    text = HEAD + "extends: default\nremove: [class-unknown]\n" + RULE
    assert "class-unknown" not in [rule.id for rule in load_policy(write(tmp_path, text)).rules]
    error = refusal(tmp_path, text.replace("[class-unknown]", "[class-unknwn]"))
    assert "no rule of what is extended" in error.what and "'class-unknown'" in (error.hint or "")


def test_a_policy_may_extend_a_file_beside_it(tmp_path: Path) -> None:
    write(tmp_path, GOOD, "base.yaml")
    policy = load_policy(write(tmp_path, HEAD + "extends: ./base.yaml\n"))
    assert [rule.id for rule in policy.rules] == ["no-gpl"]


def test_files_that_extend_each_other_are_refused(tmp_path: Path) -> None:
    write(tmp_path, HEAD + "extends: ./mine.yaml\n", "base.yaml")
    assert "extends itself" in refusal(tmp_path, HEAD + "extends: ./base.yaml\n").what


def test_facts_are_values_a_missing_fact_or_bounds(tmp_path: Path) -> None:
    text = GOOD.replace(
        "class: strong-copyleft",
        "facts: {distribution: [binary, missing], monthly_active_users: {above: 700_000_000, missing: true}}",
    )
    assert load_policy(write(tmp_path, text)).rules[0].when.facts == (
        FactCondition(name="distribution", values=("binary",), missing=True),
        FactCondition(name="monthly_active_users", above=700_000_000, missing=True),
    )


def test_fail_on_can_be_set_from_outside() -> None:
    policy = load_policy("default")
    assert failing_on(policy, "deny").fail_on == {"deny"}
    assert failing_on(policy, "review").fail_on == {"deny", "review"}


@given(st.text(max_size=300))
def test_any_text_is_a_tree_or_a_told_mistake(text: str) -> None:
    try:
        read_yaml(text)
    except YamlError as error:
        assert error.line >= 1 and error.what


@settings(deadline=None, max_examples=50)  # it writes files, on a machine that may be busy
@given(
    st.recursive(
        st.integers(-5, 5) | st.booleans() | st.text("abc &*!{}[]:#-", max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["policy", "rules", "fail_on", "when", "id"]), inner, max_size=3)
        ),
        max_leaves=12,
    )
)
def test_any_shape_is_a_policy_or_a_told_mistake(tmp_path_factory: pytest.TempPathFactory, shape: object) -> None:
    file = tmp_path_factory.mktemp("shape") / "mine.yaml"
    file.write_text(yaml.safe_dump(shape), encoding="utf-8")
    with pytest.raises(PolicyError):
        load_policy(str(file))
