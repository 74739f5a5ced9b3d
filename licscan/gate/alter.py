"""What a change would alter in the configuration that later checks are made with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from licscan.config.settings import CONFIG_NAME
from licscan.core.facts import Facts
from licscan.core.issue import Issue, IssueCode, IssueLevel
from licscan.core.location import Location
from licscan.core.text import plural
from licscan.gate.configure import Configuration

_NAMED = 5
_HINT = "it is not applied here: the base's configuration judges the change; it holds once this is merged"


def alterations(base: Configuration, own: Configuration, hidden: Sequence[str]) -> tuple[Issue, ...]:
    """Return what ``own``, the configuration after a change, has other than ``base``; ``hidden`` are the files that it would leave out."""
    return tuple(configuration_issue(text, own) for text in _texts(base, own, hidden))


def configuration_issue(text: str, own: Configuration) -> Issue:
    """Say what a change does to the configuration."""
    source = own.settings.source
    return Issue(
        code=IssueCode.CONFIGURATION_CHANGED,
        message=text,
        location=Location(path=source.name if source else CONFIG_NAME),
        hint=_HINT,
        level=IssueLevel.WARNING,
    )


def _texts(base: Configuration, own: Configuration, hidden: Sequence[str]) -> Iterator[str]:
    if hidden:
        more = f", and {len(hidden) - _NAMED:,} more" if len(hidden) > _NAMED else ""
        yield f"the change would leave out {plural(len(hidden), 'file')} by 'exclude': {', '.join(hidden[:_NAMED])}{more}"
    elif base.settings.exclude != own.settings.exclude:
        yield "the change alters 'exclude'; of the files that are here it leaves out none more"
    if base.policy != own.policy and (base.policy.digest, base.policy.fail_on) != (
        own.policy.digest,
        own.policy.fail_on,
    ):
        same = base.policy.name == own.policy.name
        yield (
            "the change alters the policy"
            if same
            else f"the change takes the policy {own.policy.name} for {base.policy.name}"
        )
    if base.settings.fail_on != own.settings.fail_on:
        yield "the change alters 'fail_on'"
    facts = [
        name
        for name in Facts.__struct_fields__
        if getattr(base.settings.facts, name) != getattr(own.settings.facts, name)
    ]
    if facts:
        yield f"the change alters the facts: {', '.join(facts)}"
    yield from _decisions("waivers", base.settings.decisions.waivers, own.settings.decisions.waivers)
    yield from _decisions("corrections", base.settings.decisions.curations, own.settings.decisions.curations)
    yield from _decisions("statements of usage", base.settings.usage, own.settings.usage)


def _decisions(what: str, old: Sequence[object], new: Sequence[object]) -> Iterator[str]:
    """Tell how many are new and gone; where one stands in the file makes it no other."""
    before, after = ({_without_place(each) for each in side} for side in (old, new))
    if before != after:
        yield f"the change alters {what}: {len(after - before):,} new, {len(before - after):,} gone"


def _without_place(item: object) -> str:
    names = getattr(item, "__struct_fields__", ())
    return repr([(name, getattr(item, name)) for name in names if name != "location"])
