"""What the target says of itself in its own configuration: told in the report, heard only where the audit trusts it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from licscan.classify.catalogue import Catalogue
from licscan.config.discovery import config_folder, start_of
from licscan.config.rebase import seen_from
from licscan.config.settings import CONFIG_NAME, Settings, load_settings
from licscan.core.facts import Facts, UsageStatement
from licscan.core.message import Message, quoted, say
from licscan.core.message import path as path_
from licscan.core.result import Audit, Inventory
from licscan.core.waiver import Decisions
from licscan.errors import LicscanError
from licscan.pipeline.run import judge
from licscan.policy.load import load_policy
from licscan.policy.schema import Policy
from licscan.util.ignore_patterns import ignore_rules


class Terms(Struct, frozen=True, kw_only=True):
    """What the audit judges by: the auditor's policy and settings, never the target's own unless it is trusted."""

    policy: Policy
    settings: Settings
    scenario_policy: Policy
    scenarios: tuple[tuple[str, Facts], ...]
    trust: bool


def stated(mine: Settings, theirs: Settings | None) -> tuple[tuple[UsageStatement, Message], ...]:
    """Return what is stated of single components, the auditor's first, each with who says so and where."""
    auditor = [
        (item, say("stated by {who} to the auditor ({place})", who=quoted(item.by), place=path_(str(item.location))))
        for item in mine.usage
    ]
    seller = [
        (
            item,
            say(
                "stated by {who} in the target's configuration ({place})",
                who=quoted(item.by),
                place=path_(str(item.location)),
            ),
        )
        for item in (theirs.usage if theirs else ())
    ]
    return (*auditor, *seller)


def own_settings(target: Path, *, trust: bool) -> tuple[Settings | None, str, Path | None]:
    """Return the target's own configuration, what is wrong with it, and where it stands; nothing where it has none.

    Where the audit is to ``trust`` it, what is wrong with it is an error: the audit would rest on less than its caller believes.
    """
    folder = config_folder(target)
    try:
        settings = seen_from(load_settings(folder), folder, start_of(target))
    except LicscanError as error:
        if trust:
            raise
        return (
            None,
            error.what,
            Path(error.where.rpartition(":")[0] or error.where) if error.where else folder / CONFIG_NAME,
        )
    return (settings, "", settings.source) if settings.source else (None, "", None)


def heard(settings: Settings, own: Settings | None) -> Settings:
    """The auditor's settings; where the target's are trusted, theirs fill what the auditor left open."""
    if own is None:
        return settings
    mine = {name: getattr(settings.facts, name) for name in Facts.__struct_fields__}
    stated = {key: value for key, value in mine.items() if value not in (None, ())}
    decisions = Decisions(
        waivers=(*settings.decisions.waivers, *own.decisions.waivers),
        curations=(*settings.decisions.curations, *own.decisions.curations),
        own=(*settings.decisions.own, *own.decisions.own),
    )
    return replace(settings, facts=replace(own.facts, **stated), decisions=decisions)


def told(settings: Settings) -> tuple[tuple[str, str], ...]:
    """Return what a configuration says, as pairs."""
    pairs = [("policy", settings.policy)] if settings.policy != "default" else []
    pairs += [("exclude", pattern) for pattern in settings.exclude]
    pairs += [("fail_on", settings.fail_on)] if settings.fail_on else []
    for name in Facts.__struct_fields__:
        value = getattr(settings.facts, name)
        if value not in (None, ()):
            pairs.append((f"facts.{name}", _shown(value)))
    pairs += [("waiver", f"{waiver.subject}: {waiver.comment}") for waiver in settings.decisions.waivers]
    pairs += [("usage", f"{item.component}: {_facts_of(item)}; {item.by}") for item in settings.usage]
    pairs += [("curation", f"{curation.path}: {curation.why}") for curation in settings.decisions.curations]
    return tuple(pairs)


def _facts_of(item: UsageStatement) -> str:
    stated = {"distribution": item.distribution, "linking": item.linking, "modified": item.modified}
    return ", ".join(f"{key}={_shown(value)}" for key, value in stated.items() if value is not None)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) if isinstance(value, tuple) else str(getattr(value, "value", value))


def seller_facts(mine: Settings, own: Settings | None) -> frozenset[str]:
    """Return the names of the facts that the target alone declares: those that the auditor left open."""
    if own is None:
        return frozenset()
    return frozenset(
        name
        for name in Facts.__struct_fields__
        if getattr(mine.facts, name) in (None, ()) and getattr(own.facts, name) not in (None, ())
    )


def effects_of(own: Settings, inventory: Inventory, catalogue: Catalogue, terms: Terms) -> tuple[Message, ...]:
    """Say what the target's own settings change, or would: files left out, findings gone or new, the policy's verdict."""
    effects = []
    if own.exclude and terms.trust:
        effects.append(say("Its patterns were applied: what they excluded is counted under scope and limits."))
    elif own.exclude:
        hidden = ignore_rules(own.exclude)
        count = sum(1 for file in inventory.files if hidden.match_file(own.below + file.path))
        effects.append(say("Its patterns would exclude {count} of the files that were scanned.", count=count))
    settled = heard(terms.settings, own)
    plain = judge(inventory, catalogue, terms.policy, terms.settings.facts, terms.settings.decisions)
    theirs = judge(inventory, catalogue, terms.policy, settled.facts, settled.decisions)
    before, after = _told_ids(plain), _told_ids(theirs)
    changed = {"gone": len(before - after), "new": len(after - before)}
    effects.append(
        say("With its facts, waivers and corrections this audit's policy reports {gone} findings fewer and {new} more than without.", **changed)
        if terms.trust
        else say("With its facts, waivers and corrections this audit's policy would report {gone} findings fewer and {new} more.", **changed)
    )  # fmt: skip
    if own.policy not in ("default", terms.policy.name):
        effects.append(say("It requires the policy {policy} instead of this audit's.", policy=quoted(own.policy)))
    effects += _own_verdict(own, inventory, catalogue)
    return tuple(effects)


def _own_verdict(own: Settings, inventory: Inventory, catalogue: Catalogue) -> Iterator[Message]:
    try:
        policy = replace(load_policy(own.policy, root=own.policy_root), below=own.below)
    except LicscanError as error:
        yield say("Its own policy cannot be read: {problem}", problem=quoted(error.what))
        return
    passed = judge(inventory, catalogue, policy, own.facts, own.decisions).passed
    yield (
        say("Under its own policy and facts its gate would pass for the files that were scanned here.")
        if passed
        else say("Under its own policy and facts its gate would fail for the files that were scanned here.")
    )


def _told_ids(audit: Audit) -> frozenset[str]:
    return frozenset(violation.id for violation in audit.violations)


def relative(place: Path, target: Path) -> str:
    folder = (target if target.is_dir() else target.parent).resolve()
    resolved = place.resolve()
    return resolved.relative_to(folder).as_posix() if folder in (resolved, *resolved.parents) else resolved.name
