"""Issues put together from their items and the words of their topic."""

from __future__ import annotations

from collections.abc import Sequence

from licscan.core.message import Message, path, say
from licscan.core.verdict import Severity
from licscan.duediligence.certainty import least
from licscan.duediligence.document import Clause, Issue, Item
from licscan.duediligence.ratings import Bucket, Topic
from licscan.duediligence.topics import WORDS
from licscan.duediligence.view import digest

_NAMED = 2


def issue_without_findings(
    topic: Topic, items: Sequence[Item], bucket: Bucket, severity: Severity, clauses: tuple[Clause, ...] = ()
) -> Issue:
    """Return an issue that rests on facts of the codebase and on no finding of the policy."""
    words = WORDS[topic]
    subjects = subjects_of(items)
    return Issue(
        id=digest("issue", topic.value, *(item.id for item in items)),
        number=0,
        topic=topic,
        bucket=bucket,
        severity=severity,
        title=filled(words.title, say(""), subjects),
        what=filled(words.what, say(""), subjects),
        why=filled(words.why, say(""), subjects),
        concerns=words.concerns,
        options=words.options,
        addressees=words.addressees,
        certainty=least(item.certainty for item in items),
        items=tuple(items),
        findings=(),
        clauses=clauses,
    )


def filled(template: str, licence: Message, subjects: Message) -> Message:
    """Fill ``template`` with those of the two that it has a place for."""
    given = {"licence": licence, "subjects": subjects}
    return say(template, **{key: value for key, value in given.items() if f"{{{key}}}" in template})


def subjects_of(items: Sequence[Item]) -> Message:
    """Return the first of the things that an issue is about, and how many others there are."""
    named = tuple(item.label for item in items[:_NAMED])
    rest = len(items) - len(named)
    if not rest:
        return say("{items}", items=named)
    return say("{items} and 1 other", items=named) if rest == 1 else say("{items} and {count} others", items=named, count=rest)  # fmt: skip


def named_files(files: Sequence[str]) -> Message:
    """Name one file by its path, several by their number and the first."""
    if len(files) == 1:
        return say("{place}", place=path(files[0]))
    return say("{count} files ({place} and others)", count=len(files), place=path(files[0]))
