"""What a change would alter in the configuration that later checks are made with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from licscan.config.settings import CONFIG_NAME
from licscan.core.facts import Facts
from licscan.core.issue import Issue, IssueCode, IssueLevel
from licscan.core.location import Location
from licscan.core.message import Message, filled, message, path, quoted
from licscan.core.text import plural
from licscan.gate.configure import Configuration

_NAMED = 5
_HINT = message(
    "hint.configuration-changed",
    "it is not applied here: the base's configuration judges the change; it applies once this is merged",
)


def alterations(base: Configuration, own: Configuration, hidden: Sequence[str]) -> tuple[Issue, ...]:
    """Return what ``own``, the configuration after a change, has other than ``base``; ``hidden`` are the files that it would leave out."""
    return tuple(configuration_issue(text, own) for text in _texts(base, own, hidden))


def configuration_issue(text: Message, own: Configuration) -> Issue:
    """Say what a change does to the configuration."""
    source = own.settings.source
    return Issue(
        code=IssueCode.CONFIGURATION_CHANGED,
        message=text,
        location=Location(path=source.name if source else CONFIG_NAME),
        hint=_HINT,
        level=IssueLevel.WARNING,
    )


def _texts(base: Configuration, own: Configuration, hidden: Sequence[str]) -> Iterator[Message]:
    if hidden:
        paths = path(", ".join(hidden[:_NAMED]))
        count = plural(len(hidden), "file")
        yield (
            message(
                "change.hides-more",
                "the change would leave out {count} by 'exclude': {paths}, and {more} more",
                count=count,
                paths=paths,
                more=len(hidden) - _NAMED,
            )
            if len(hidden) > _NAMED
            else message(
                "change.hides", "the change would leave out {count} by 'exclude': {paths}", count=count, paths=paths
            )
        )
    elif base.settings.exclude != own.settings.exclude:
        yield message(
            "change.exclude", "the change alters 'exclude'; of the files that are here it leaves out none more"
        )
    if base.policy != own.policy and (base.policy.digest, base.policy.fail_on) != (
        own.policy.digest,
        own.policy.fail_on,
    ):
        same = base.policy.name == own.policy.name
        yield (
            message("change.policy-content", "the change alters the policy")
            if same
            else message(
                "change.policy",
                "the change takes the policy {policy} for {before}",
                policy=quoted(own.policy.name),
                before=quoted(base.policy.name),
            )
        )
    if base.settings.fail_on != own.settings.fail_on:
        yield message("change.fail-on", "the change alters 'fail_on'")
    facts = [
        name
        for name in Facts.__struct_fields__
        if getattr(base.settings.facts, name) != getattr(own.settings.facts, name)
    ]
    if facts:
        yield message("change.facts", "the change alters the facts: {facts}", facts=", ".join(facts))
    yield from _decisions(
        message("change.waivers", "the change alters waivers: {new} new, {gone} gone"),
        base.settings.decisions.waivers,
        own.settings.decisions.waivers,
    )
    yield from _decisions(
        message("change.corrections", "the change alters corrections: {new} new, {gone} gone"),
        base.settings.decisions.curations,
        own.settings.decisions.curations,
    )
    yield from _decisions(
        message("change.usage", "the change alters statements of usage: {new} new, {gone} gone"),
        base.settings.usage,
        own.settings.usage,
    )


def _decisions(what: Message, old: Sequence[object], new: Sequence[object]) -> Iterator[Message]:
    """Tell how many are new and gone; where one stands in the file makes it no other."""
    before, after = ({_without_place(each) for each in side} for side in (old, new))
    if before != after:
        yield filled(what, new=len(after - before), gone=len(before - after))


def _without_place(item: object) -> str:
    names = getattr(item, "__struct_fields__", ())
    return repr([(name, getattr(item, name)) for name in names if name != "location"])
