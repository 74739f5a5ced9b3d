"""Messages: what checks, readers and reports say, as an id and typed values until something is shown.

A ``Message`` has an id, its text in English with a ``{name}`` for each value, and the values. The id is what code decides by;
the text is what translators know and what English shows. Nothing reads a rendered message back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum
from typing import Annotated

from msgspec import Struct
from msgspec.structs import replace

from licscan.core.text import visible

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class Kind(str, Enum):
    """What a value is, which decides what becomes of it in blind mode."""

    OURS = "ours"  # written by licscan or its rules, or given by whoever orders the audit: stays
    FACT = "fact"  # the name of a fact that is declared: stays
    LICENSE = "license"  # an expression: known licences stay
    NAME = "name"  # of a component, model or project: third-party names stay
    SUBJECT = "subject"  # the id of one: a purl of third-party code stays
    PATH = "path"  # of a file or folder of the tree: goes
    TEXT = "text"  # quoted from the tree, or free text of its owner: goes
    RULE = "rule"  # by which a text was recognised: stays, without what a tag's words put into it
    VERSION = "version"  # of a component: stays where it is one
    ID = "id"  # of a finding: a digest that could be guessed at, so it is keyed


# The same as annotations, for the fields of the due-diligence document. A field that is a bare ``str`` is refused by blind mode.
Ours = Annotated[str, Kind.OURS]
License = Annotated[str, Kind.LICENSE]
Name = Annotated[str, Kind.NAME]
SubjectId = Annotated[str, Kind.SUBJECT]
PathText = Annotated[str, Kind.PATH]
Quoted = Annotated[str, Kind.TEXT]
RuleId = Annotated[str, Kind.RULE]
Version = Annotated[str, Kind.VERSION]
FindingId = Annotated[str, Kind.ID]


class Value(Struct, frozen=True, omit_defaults=True):
    """One value of a message. ``text`` is of ``kind``; a value that is itself a sentence has ``messages`` instead,
    which are shown one after the other, with ``between`` between them."""

    name: str
    kind: Kind
    text: str = ""
    messages: tuple[Message, ...] = ()
    between: str = ", "


class Message(Struct, frozen=True, omit_defaults=True):
    """A sentence: ``text`` is its English, with a ``{name}`` for each of ``values``. ``id`` is the same in every language and
    every version; sentences that only one report has do without."""

    text: str
    values: tuple[Value, ...] = ()
    id: str = ""

    def __str__(self) -> str:
        return english(self)


def message(id_: str, text: str, /, **values: object) -> Message:
    """Return the message ``id_`` with ``values``. Both id and text are literals: the catalogue is made of these calls.

    A value is a pair from ``name``, ``path`` and so on, another ``Message``, several, or a number or text of our own.
    """
    return Message(text, tuple(_value(key, value) for key, value in values.items()), id_)


def say(text: str, /, **values: object) -> Message:
    """Return a sentence that needs no id: one report says it, and nothing decides by it."""
    return message("", text, **values)


def mark(text: str) -> str:
    """Mark a text for translators where it becomes a message elsewhere."""
    return text


def filled(template: Message, /, **values: object) -> Message:
    """Return ``template``, a message of a table, with ``values`` in its places."""
    return Message(template.text, tuple(_value(key, value) for key, value in values.items()), template.id)


def license_(text: str | None) -> tuple[Kind, str]:
    return Kind.LICENSE, text or ""


def name(text: str) -> tuple[Kind, str]:
    return Kind.NAME, text


def path(text: str) -> tuple[Kind, str]:
    return Kind.PATH, text


def version(text: str) -> tuple[Kind, str]:
    return Kind.VERSION, text


def quoted(text: str) -> tuple[Kind, str]:
    return Kind.TEXT, text


def ours(text: str) -> tuple[Kind, str]:
    return Kind.OURS, text


def fact(text: str) -> tuple[Kind, str]:
    return Kind.FACT, text


def subject(text: str) -> tuple[Kind, str]:
    return Kind.SUBJECT, text


def of_system(error: OSError) -> tuple[Kind, str]:
    """Return what the system says of a file; its own words have translations, others may quote the tree."""
    return ours(error.strerror) if error.strerror else quoted(str(error))


# What systems most often say of a file.
SYSTEM_ERRORS = (
    mark("Permission denied"),
    mark("Operation not permitted"),
    mark("No such file or directory"),
    mark("Is a directory"),
    mark("Not a directory"),
    mark("File name too long"),
    mark("Input/output error"),
    mark("Too many levels of symbolic links"),
    mark("No space left on device"),
    mark("Read-only file system"),
)


class ProblemError(Exception):
    """Something is wrong; ``problem`` says what."""

    def __init__(self, problem: Message) -> None:
        super().__init__(english(problem))
        self.problem = problem


def listed(messages: Iterable[Message], between: str = ", ") -> Value:
    """Return several sentences as one value, with ``between`` between them."""
    return Value("", Kind.OURS, messages=tuple(messages), between=between)


def verbatim(text: str) -> Message:
    """Return a text as it stands that no catalogue knows: it is shown as it is, and goes in blind mode."""
    return Message("{text}", (Value("text", Kind.TEXT, text),), "verbatim")


def joined_problems(problems: Sequence[Message]) -> Message | None:
    """Return several problems as one message, with semicolons between them."""
    if len(problems) < 2:
        return problems[0] if problems else None
    return message("problems", "{problems}", problems=listed(problems, "; "))


def ids_of(found: Message) -> Iterator[str]:
    """Yield the ids of a message and of those within it."""
    yield found.id
    for value in found.values:
        for inner in value.messages:
            yield from ids_of(inner)


def is_verbatim(found: Message) -> bool:
    return found.text == "{text}"


def _value(key: str, value: object) -> Value:
    if isinstance(value, Value):
        return replace(value, name=key)
    if isinstance(value, Message):
        return Value(key, Kind.OURS, messages=(value,))
    if isinstance(value, tuple) and value and isinstance(value[0], Kind):
        return Value(key, value[0], str(value[1]))
    if isinstance(value, (tuple, list)):
        return Value(key, Kind.OURS, messages=tuple(value))
    return Value(key, Kind.OURS, f"{value:,}" if isinstance(value, int) else str(value))


def render(found: Message, translate: Callable[[str], str], show: Callable[[Value], str]) -> str:
    """Return ``found`` in a language: ``translate`` gives the template and what stands between sentences, ``show`` a value."""
    shown = {
        value.name: visible(translate(value.between)).join(render(inner, translate, show) for inner in value.messages)
        if value.messages
        else show(value)
        for value in found.values
    }
    # A stored result may be anybody's: its templates are no more to be trusted than its values.
    template = visible(translate(found.text), newlines=True)
    return _PLACEHOLDER.sub(lambda place: shown.get(place[1], place[0]), template)


def english(found: Message | None) -> str:
    """Return ``found`` in English, with its values made fit to be shown; nothing for none."""
    return render(found, _as_it_stands, _visible) if found else ""


def _as_it_stands(text: str) -> str:
    return text


def _visible(value: Value) -> str:
    return visible(value.text)
