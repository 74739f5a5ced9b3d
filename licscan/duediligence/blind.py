"""Blind mode: the report with everything that is the seller's own replaced by keyed digests.

It refuses by default: a text stays only where its kind says that it may (``phrase.Kind``), and a name or a licence
only where it is known to be third-party. Plain hashes would fall to a dictionary of likely paths; an HMAC under a key that
stays with the seller does not.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from enum import Enum
from functools import lru_cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from msgspec import Struct
from msgspec.structs import replace

from licscan.core.message import Kind, Message, Value, is_verbatim
from licscan.duediligence.document import Control, DueDiligence, FactRow, Risk
from licscan.duediligence.own import Known, is_plain_version

_LINES = re.compile(r"^(.*?)(:\d+(?:-\d+)?)?$", re.DOTALL)
_WORD = re.compile(r"[^\s()]+")
_OPERATORS = frozenset({"AND", "OR", "WITH", "-", "/", ";", "an", "unknown", "licence", "no"})
_PLAIN_SETTINGS = frozenset({"", "true", "false", "metadata", "files"})
# The id of a rule that a tag made ends with a plain digest of the tag's text, which falls to a dictionary.
_OF_A_TAG = re.compile(r"-[0-9a-f]{40}$")
_COMMAND = frozenset({"licscan", "audit"})
_SHORT = 20  # hex digits of a token: enough to be unique in any tree


def blind(document: DueDiligence, key: bytes, allowed: Known, codes: Mapping[str, str] | None = None) -> DueDiligence:
    """Return ``document`` without anything of the seller's own. ``codes`` describe finding codes, in words of ours."""
    return Blinder(key, allowed, codes or {}).document(document)


class Blinder:
    """Replaces texts by kind; what it replaced it remembers, for the seller's eyes (``tokens``)."""

    def __init__(self, key: bytes, allowed: Known, codes: Mapping[str, str]) -> None:
        self._key = key
        self._allowed = allowed
        self._codes = codes
        self.tokens: dict[str, str] = {}
        self._by_kind: Mapping[Kind, Callable[[str], str]] = {
            Kind.OURS: lambda text: text,
            Kind.FACT: lambda text: text,
            Kind.LICENSE: self._license,
            Kind.NAME: lambda text: text if text in allowed.names else self._token("name", text),
            Kind.SUBJECT: lambda text: text if text in allowed.subjects else self._token("id", text),
            Kind.PATH: self._path,
            Kind.TEXT: lambda text: self._token("text", text),
            Kind.ID: lambda text: self._mac("finding", text),
            Kind.RULE: lambda text: _OF_A_TAG.sub("", text),
            Kind.VERSION: self._version,
        }

    def document(self, document: DueDiligence) -> DueDiligence:
        blinded: DueDiligence = self._object(document)
        return replace(blinded, control=replace(blinded.control, blind=True))

    def _object(self, item: Any) -> Any:
        if isinstance(item, Message):
            return self._phrase(item)
        changed = {name: self._field(getattr(item, name), hint) for name, hint in _hints(item.__class__).items()}
        return self._special(item, type(item)(**changed))

    def _field(self, value: Any, hint: Any) -> Any:
        if value is None or isinstance(value, (bool, int, float, Enum)):
            return value
        if isinstance(value, str):
            return self._by_kind[_kind(hint)](value)
        if isinstance(value, tuple):
            return tuple(
                self._field(item, each) for item, each in zip(value, _item_hints(hint, len(value)), strict=True)
            )
        if isinstance(value, Struct):
            return self._object(value)
        raise TypeError(f"blind mode does not know what to do with {type(value).__name__}")

    def _phrase(self, phrase: Message) -> Message:
        return replace(phrase, values=tuple(self._value(value) for value in phrase.values))

    def _value(self, value: Value) -> Value:
        if value.messages:
            return replace(value, messages=tuple(self._phrase(phrase) for phrase in value.messages))
        return replace(value, text=self._by_kind[value.kind](value.text))

    def _special(self, item: Any, changed: Any) -> Any:
        """The few places where a field's kind does not decide alone."""
        if isinstance(item, Control):
            return replace(changed, command=tuple(self._argument(argument) for argument in item.command))
        if isinstance(item, FactRow) and item.value is not None:
            kind = {
                "outbound": Kind.LICENSE,
                "uses": Kind.TEXT,
                "accepted": Kind.TEXT,
                "commercial_licences": Kind.TEXT,
                "separate_programs": Kind.TEXT,
                "linked_programs": Kind.TEXT,
            }.get(item.name, Kind.OURS)
            return replace(changed, value=self._by_kind[kind](item.value))
        if isinstance(item, Risk):
            told = Message(self._codes.get(item.code, item.code))
            return replace(
                changed,
                message=told if is_verbatim(item.message) else changed.message,
                how_to_fix=Message("") if is_verbatim(item.how_to_fix) else changed.how_to_fix,
            )
        return changed

    def _argument(self, argument: str) -> str:
        if argument in _COMMAND:
            return argument
        option = re.match(r"--?[a-z-]+", argument)
        return option[0] if option else self._token("argument", argument)

    def _license(self, text: str) -> str:
        def word(match: re.Match[str]) -> str:
            found = match[0].strip(",;")
            keep = found in self._allowed.licenses or found in _OPERATORS or not found
            return match[0] if keep else match[0].replace(found, self._token("licence", found))

        return _WORD.sub(word, text)

    def _version(self, text: str) -> str:
        is_public = text not in self._allowed.versions and is_plain_version(text, self._allowed.words)
        return text if is_public else self._token("version", text)

    def _path(self, text: str) -> str:
        split = _LINES.match(text)
        base, lines = (split[1], split[2] or "") if split else (text, "")
        return self._token("path", base) + lines

    def _token(self, kind: str, text: str) -> str:
        if not text or text in _PLAIN_SETTINGS:
            return text
        token = f"{kind}-{self._mac(kind, text)[:_SHORT]}"
        self.tokens[token] = text
        return token

    def _mac(self, kind: str, text: str) -> str:
        return hmac.new(self._key, f"{kind}\0{text}".encode("utf-8", "backslashreplace"), hashlib.sha256).hexdigest()


@lru_cache(maxsize=128)
def _hints(kind: Any) -> Mapping[str, Any]:
    hints = get_type_hints(kind, include_extras=True)
    return {name: hints[name] for name in kind.__struct_fields__}


@lru_cache(maxsize=512)
def _kind(hint: Any) -> Kind:
    """Return the kind that a field's annotation names; a bare ``str`` has none and is refused."""
    for choice in _choices(hint):
        if get_origin(choice) is Annotated:
            return Kind(get_args(choice)[1])
    raise TypeError(f"a text without a kind cannot be blinded: {hint}")


def _item_hints(hint: Any, length: int) -> tuple[Any, ...]:
    for choice in _choices(hint):
        if get_origin(choice) is tuple:
            args = get_args(choice)
            return (args[0],) * length if args[-1:] == (Ellipsis,) else args
    raise TypeError(f"no tuple: {hint}")


def _choices(hint: Any) -> tuple[Any, ...]:
    if get_origin(hint) in (Union, UnionType):
        return tuple(choice for choice in get_args(hint) if choice is not NoneType)
    return (hint,)
