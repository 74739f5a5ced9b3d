"""From a YAML tree to rules: every key, word, code, check and placeholder is checked, and every mistake has a line."""

from __future__ import annotations

from msgspec import Struct

from licscan.core.component import SHIPPED, ComponentKind, Scope
from licscan.core.facts import Distribution, Facts, Linking
from licscan.core.result import Completeness
from licscan.core.verdict import LicenseClass, Outcome, Severity, SubjectKind
from licscan.declared.languages import read_language
from licscan.declared.regions import read_region
from licscan.declared.uses import read_use
from licscan.policy import fields as read
from licscan.policy.codes import BY_CODE
from licscan.policy.fields import Problems, suggest
from licscan.policy.schema import (
    FAIL_ON_WORDS,
    Condition,
    ExpressionState,
    FactCondition,
    OutboundRelation,
    PolicyRule,
    ProgramState,
)
from licscan.policy.template import PLACEHOLDERS, unknown_placeholders
from licscan.policy.yamltree import Node

TOP_KEYS = ("policy", "extends", "remove", "fail_on", "completeness", "unresolved", "rules")
HEAD_KEYS = ("name", "title", "description")
RULE_KEYS = (
    "id",
    "code",
    "when",
    "unless",
    "check",
    "ask",
    "verdict",
    "severity",
    "message",
    "how_to_fix",
    "source",
)
CONDITION_KEYS = (
    "expression",
    "class",
    "licence",
    "network",
    "obligation",
    "term",
    "path",
    "scope",
    "subject",
    "component",
    "program",
    "browser",
    "outbound",
    "outbound_class",
    "facts",
)
BOUND_KEYS = ("is", "missing", "above", "at_least", "below", "at_most")
# These are read by the checks and by the choice among alternatives: a rule that asked for them would hide what they settle.
# Facts that list names: checks and conditions of their own read them.
NAME_LISTS = ("accepted", "commercial_licences", "separate_programs", "linked_programs")
FACT_NAMES = tuple(name for name in Facts.__struct_fields__ if name not in NAME_LISTS)
NUMBER_FACTS = frozenset({"monthly_active_users", "annual_revenue_usd", "attributable_revenue_usd"})
_BOOLEAN_FACTS = frozenset({"commercial", "modified", "trains_other_models"})
_FACT_WORDS: dict[str, tuple[str, ...]] = {
    "distribution": tuple(member.value for member in Distribution),
    "linking": tuple(member.value for member in Linking),
    **dict.fromkeys(_BOOLEAN_FACTS, ("true", "false")),
}
_SCOPE_WORDS: dict[str, frozenset[Scope]] = {
    "distributed": SHIPPED,
    "not-distributed": frozenset(Scope) - SHIPPED,
    **{member.value: frozenset({member}) for member in Scope},
}


class RawPolicy(Struct, frozen=True, kw_only=True):
    """One file, read and checked by itself: what it extends is not scanned yet."""

    name: str
    title: str
    description: str
    extends: str | None
    remove: tuple[tuple[str, int], ...]
    fail_on: frozenset[str] | None
    rules: tuple[PolicyRule, ...]
    line: int
    completeness: Completeness | None = None
    unresolved: Completeness | None = None


def read_policy(root: Node, file: str, checks: frozenset[str], problems: Problems) -> RawPolicy:
    """Return the policy in ``root``; what is wrong with it is added to ``problems``."""
    top = read.mapping(root, TOP_KEYS, problems, "a policy file")
    head_node = top.get("policy")
    head = read.mapping(head_node, HEAD_KEYS, problems, "'policy'")
    if head_node is None:
        problems.add(root.line, "'policy' is missing", "begin with policy: {name: ..., title: ..., description: ...}")
    for key in HEAD_KEYS[:2]:
        if head_node is not None and key not in head:
            problems.add(head_node.line, f"'policy' has no {key!r}")
    extends = read.text(top.get("extends"), problems, "'extends'")
    rules: list[PolicyRule] = []
    read.each(top.get("rules"), problems, "'rules'", lambda node: rules.append(_rule(node, file, checks, problems)))
    if not rules and extends is None:
        problems.add(root.line, "the policy has no rules", "give 'rules', or 'extends' the name of another policy")
    if "fail_on" not in top and extends is None:
        problems.add(root.line, "'fail_on' is missing", "say what violates the policy: fail_on: [deny]")
    _refuse_repeated_ids(rules, problems)
    return RawPolicy(
        name=read.text(head.get("name"), problems, "'name'") or "",
        title=read.text(head.get("title"), problems, "'title'") or "",
        description=read.text(head.get("description"), problems, "'description'") or "",
        extends=extends,
        remove=read.words(top.get("remove"), problems, "'remove'"),
        fail_on=_fail_on(top.get("fail_on"), problems),
        rules=tuple(rules),
        line=root.line,
        completeness=_one_of(top.get("completeness"), Completeness, problems, "word of 'completeness'"),
        unresolved=_one_of(top.get("unresolved"), Completeness, problems, "word of 'unresolved'"),
    )


def _fail_on(node: Node | None, problems: Problems) -> frozenset[str] | None:
    if node is None:
        return None
    return frozenset(read.known_words(node, (*FAIL_ON_WORDS, *BY_CODE), problems, "word of 'fail_on' or finding code"))


def _refuse_repeated_ids(rules: list[PolicyRule], problems: Problems) -> None:
    seen: dict[str, int] = {}
    for rule in rules:
        if rule.id and rule.id in seen:
            problems.add(rule.line, "the rule's id is used twice", f"it stands already on line {seen[rule.id]}")
        seen.setdefault(rule.id, rule.line)


def _rule(node: Node, file: str, checks: frozenset[str], problems: Problems) -> PolicyRule:
    entry = read.mapping(node, RULE_KEYS, problems, "a rule")
    verdict = _one_of(entry.get("verdict"), Outcome, problems, "verdict")
    code = next(iter(read.known_words(entry.get("code"), BY_CODE, problems, "finding code")), None)
    check = next(iter(read.known_words(entry.get("check"), checks, problems, "check")), None)
    ask = next(iter(read.known_words(entry.get("ask"), FACT_NAMES, problems, "fact")), None)
    registered = BY_CODE.get(code or "")
    severity = _one_of(entry.get("severity"), Severity, problems, "severity")
    if "unless" in entry and entry["unless"].value in ({}, None):
        problems.add(entry["unless"].line, "'unless' asks nothing, so the rule would never speak", "remove 'unless'")
    misspelt = isinstance(node.value, dict) and len(node.value) > len(entry)  # told already: do not miss it too
    for key in _required(verdict):
        if key not in entry and not misspelt:
            problems.add(node.line, f"the rule has no {key!r}")
    if verdict is Outcome.ALLOW and check:
        problems.add(node.line, "a rule that allows cannot have a check", "remove 'check', or use review or deny")
    return PolicyRule(
        id=read.text(entry.get("id"), problems, "'id'") or "",
        code=code,
        verdict=verdict or Outcome.REVIEW,
        severity=severity or (registered.severity if registered else Severity.INFO),
        message=_template(entry.get("message"), problems, "'message'"),
        how_to_fix=_template(entry.get("how_to_fix"), problems, "'how_to_fix'"),
        source=read.text(entry.get("source"), problems, "'source'") or (registered.source if registered else ""),
        when=_condition(entry.get("when"), problems, "'when'"),
        unless=_condition(entry["unless"], problems, "'unless'") if "unless" in entry else None,
        check=check,
        ask=ask,
        file=file,
        line=node.line,
    )


def _required(verdict: Outcome | None) -> tuple[str, ...]:
    if verdict is Outcome.ALLOW:
        return ("id", "verdict")
    return ("id", "code", "verdict", "message", "how_to_fix")


def _template(node: Node | None, problems: Problems, what: str) -> str:
    template = read.text(node, problems, what)
    if template is None or node is None:
        return ""
    for name in unknown_placeholders(template):
        problems.add(node.line, f"{what} holds what is no placeholder", suggest(name, PLACEHOLDERS))
    return template


def _condition(node: Node | None, problems: Problems, what: str) -> Condition:
    entry = read.mapping(node, CONDITION_KEYS, problems, what)
    scopes = read.known_words(entry.get("scope"), _SCOPE_WORDS, problems, "scope")
    return Condition(
        expression=_one_of(entry.get("expression"), ExpressionState, problems, "state of an expression")
        or ExpressionState.KNOWN,
        classes=read.members(entry.get("class"), LicenseClass, problems, "class"),
        licenses=_only_words(entry.get("licence"), problems, "'licence'"),
        network=read.boolean(entry.get("network"), problems, "'network'"),
        obligations=_only_words(entry.get("obligation"), problems, "'obligation'"),
        terms=_only_words(entry.get("term"), problems, "'term'"),
        paths=_only_words(entry.get("path"), problems, "'path'"),
        scopes=frozenset(scope for word in scopes for scope in _SCOPE_WORDS[word]),
        subjects=read.members(entry.get("subject"), SubjectKind, problems, "subject"),
        components=read.members(entry.get("component"), ComponentKind, problems, "kind of component"),
        programs=read.members(entry.get("program"), ProgramState, problems, "state of a program"),
        browser=read.boolean(entry.get("browser"), problems, "'browser'"),
        outbound=read.members(entry.get("outbound"), OutboundRelation, problems, "relation to the outbound licence"),
        outbound_classes=read.members(entry.get("outbound_class"), LicenseClass, problems, "class"),
        facts=_facts(entry.get("facts"), problems),
    )


_NAMED = {"regions": read_region, "languages": read_language, "uses": read_use}


def _facts(node: Node | None, problems: Problems) -> tuple[FactCondition, ...]:
    entry = read.mapping(node, FACT_NAMES, problems, "'facts'")
    return tuple(_fact(name, value, problems) for name, value in entry.items())


def _fact(name: str, node: Node, problems: Problems) -> FactCondition:
    """``name: missing``, ``name: [binary, missing]`` or ``name: {above: 700000000, missing: true}``."""
    if not isinstance(node.value, dict):
        found = _fact_words(name, node, problems, ("missing",))
        return FactCondition(
            name=name, values=tuple(word for word in found if word != "missing"), missing="missing" in found
        )
    entry = read.mapping(node, BOUND_KEYS, problems, f"the fact {name!r}")
    bounds = {key: read.number(entry.get(key), problems, f"{key!r}") for key in BOUND_KEYS[2:]}
    if name not in NUMBER_FACTS and any(bound is not None for bound in bounds.values()):
        problems.add(node.line, f"{name!r} is no number", f"numbers are: {', '.join(sorted(NUMBER_FACTS))}")
    if not entry:
        problems.add(node.line, f"the fact {name!r} is asked nothing", f"known: {', '.join(BOUND_KEYS)}")
    return FactCondition(
        name=name,
        values=_fact_words(name, entry.get("is"), problems, ()),
        missing=bool(read.boolean(entry.get("missing"), problems, "'missing'")),
        **bounds,
    )


def _fact_words(name: str, node: Node | None, problems: Problems, also: tuple[str, ...]) -> tuple[str, ...]:
    if name in _FACT_WORDS:
        return read.known_words(node, (*_FACT_WORDS[name], *also), problems, f"value of {name!r}")
    if name in _NAMED:
        return tuple(_named(name, word, line, also, problems) for word, line in read.words(node, problems, f"{name!r}"))
    return _only_words(node, problems, f"{name!r}")


def _named(name: str, word: str, line: int, also: tuple[str, ...], problems: Problems) -> str:
    """Return the code of a country, language or use, as facts hold them; one that nobody knows is a problem."""
    if word in also:
        return word
    try:
        return _NAMED[name](word)
    except ValueError as error:
        problems.add(line, str(error))
        return word


def _only_words(node: Node | None, problems: Problems, what: str) -> tuple[str, ...]:
    return tuple(word for word, _ in read.words(node, problems, what))


def _one_of(node: Node | None, kind: type[read.E], problems: Problems, what: str) -> read.E | None:
    return read.one(read.members(node, kind, problems, what), node, problems, what)
