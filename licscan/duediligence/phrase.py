"""Sentences whose parts are known: they can be put into another language, and blinded, after they were made.

A ``Phrase`` is a template (in English, the key of the catalogue) with values. Each value says of what ``Kind`` it is, so
that blind mode can tell a licence, which stays, from a first-party path, which goes.
"""

from __future__ import annotations

from enum import Enum
from typing import Annotated

from msgspec import Struct


class Kind(str, Enum):
    """What a text is, which decides what becomes of it in blind mode."""

    OURS = "ours"  # written by licscan or its rules, or given by whoever orders the audit: stays
    LICENSE = "license"  # an expression: known licences stay
    NAME = "name"  # of a component, model or project: third-party names stay
    SUBJECT = "subject"  # the id of one: a purl of third-party code stays
    PATH = "path"  # of a file or folder of the tree: goes
    TEXT = "text"  # quoted from the tree, or free text of its owner: goes
    RULE = "rule"  # by which a text was recognised: stays, without what a tag's words put into it
    VERSION = "version"  # of a component: stays where it is one
    ID = "id"  # of a finding: a digest that could be guessed at, so it is keyed


# The same as annotations, for the fields of the document. A field that is a bare ``str`` is refused by blind mode.
Ours = Annotated[str, Kind.OURS]
License = Annotated[str, Kind.LICENSE]
Name = Annotated[str, Kind.NAME]
SubjectId = Annotated[str, Kind.SUBJECT]
PathText = Annotated[str, Kind.PATH]
Quoted = Annotated[str, Kind.TEXT]
RuleId = Annotated[str, Kind.RULE]
Version = Annotated[str, Kind.VERSION]
FindingId = Annotated[str, Kind.ID]


class Value(Struct, frozen=True):
    """One value of a phrase. ``text`` is of ``kind``; a value that is itself a sentence has ``phrases`` instead,
    which are shown one after the other, with ``between`` between them."""

    name: str
    kind: Kind
    text: str = ""
    phrases: tuple[Phrase, ...] = ()
    between: str = ", "


class Phrase(Struct, frozen=True):
    """A sentence: ``msgid`` has a ``{name}`` for each of ``values``."""

    msgid: str
    values: tuple[Value, ...] = ()


def say(msgid: str, **values: object) -> Phrase:
    """Return the sentence ``msgid`` (a literal: it is what translators see) with ``values``.

    A value is a pair from ``name``, ``path`` and so on, another ``Phrase``, several, or a number or text of our own.
    """
    return Phrase(msgid, tuple(_value(key, value) for key, value in values.items()))


def mark(msgid: str) -> str:
    """Mark a text for translators where it becomes a phrase elsewhere."""
    return msgid


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


def verbatim(text: str) -> Phrase:
    """Return a text as it stands that no catalogue knows: it is shown as it is, and goes in blind mode."""
    return Phrase("{text}", (Value("text", Kind.TEXT, text),))


def _value(key: str, value: object) -> Value:
    if isinstance(value, Phrase):
        return Value(key, Kind.OURS, phrases=(value,))
    if isinstance(value, tuple) and value and isinstance(value[0], Kind):
        return Value(key, value[0], str(value[1]))
    if isinstance(value, (tuple, list)):
        return Value(key, Kind.OURS, phrases=tuple(value))
    return Value(key, Kind.OURS, f"{value:,}" if isinstance(value, int) else str(value))
