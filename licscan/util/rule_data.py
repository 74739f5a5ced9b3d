"""Data files under ``licscan/rules``: YAML, checked entry by entry, every error with its file and line."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from importlib import resources
from typing import TypeVar

import yaml
from msgspec import Struct

from licscan.errors import LicscanError

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Choice = TypeVar("_Choice", bound=Enum)


class RuleFileError(LicscanError):
    """A data file of the catalogue is wrong."""


def packaged(name: str) -> str:
    """Return the text of a file that ships under ``licscan/rules``."""
    return (resources.files("licscan") / "rules" / name).read_text(encoding="utf-8")


class Entry(Struct, frozen=True):
    """One mapping of a data file, and the place where it stands."""

    file: str
    line: int
    fields: dict[str, yaml.Node]
    field_lines: dict[str, int]

    @property
    def where(self) -> str:
        return f"{self.file}:{self.line}"

    def allow(self, *names: str) -> Entry:
        """Refuse any field but ``names``."""
        for name, line in self.field_lines.items():
            if name not in names:
                what = f"unknown field {name!r}, expected one of {', '.join(names)}"
                raise RuleFileError(what, where=f"{self.file}:{line}")
        return self

    def text(self, name: str, default: str | None = None) -> str:
        """Return a text that is not empty; without ``default`` it must be there."""
        node = self.fields.get(name)
        if node is None and default is not None:
            return default
        if node is None:
            raise self.error(f"the field {name!r} is missing")
        return self._scalar(node, name)

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts, each once; an absent field is an empty list."""
        node = self.fields.get(name)
        if node is None:
            return ()
        if not isinstance(node, yaml.SequenceNode):
            raise self.error(f"{name!r} must be a list", node)
        found: dict[str, None] = {}
        for item in node.value:
            value = self._scalar(item, name)
            if value in found:
                raise self.error(f"{value!r} stands twice in {name!r}", item)
            found[value] = None
        return tuple(found)

    def choice(self, name: str, kind: type[_Choice]) -> _Choice:
        value = self.text(name)
        try:
            return kind(value)
        except ValueError:
            allowed = ", ".join(str(member.value) for member in kind)
            raise self.error(f"{name!r} is {value!r}, expected one of {allowed}", self.fields[name]) from None

    def error(self, what: str, node: yaml.Node | None = None) -> RuleFileError:
        line = node.start_mark.line + 1 if node is not None else self.line
        return RuleFileError(what, where=f"{self.file}:{line}")

    def _scalar(self, node: yaml.Node, name: str) -> str:
        if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
            raise self.error(f"{name!r} must be text", node)
        return " ".join(node.value.split())


def read_sections(text: str, file: str, expected: tuple[str, ...]) -> dict[str, tuple[Entry, ...]]:
    """Return the lists of entries in ``text`` by section; every section of ``expected`` is there, and no other.

    Raise ``RuleFileError``.
    """
    try:
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise RuleFileError(f"not valid YAML: {error.problem}", where=f"{file}:{line}") from error
    top = _entry(root, file).allow(*expected)
    return {name: tuple(_entries(top, name)) for name in expected}


def _entries(top: Entry, section: str) -> Iterator[Entry]:
    node = top.fields.get(section)
    if node is None:
        raise top.error(f"the section {section!r} is missing")
    if not isinstance(node, yaml.SequenceNode):
        raise top.error(f"the section {section!r} must be a list of entries", node)
    for item in node.value:
        yield _entry(item, top.file)


def _entry(node: yaml.Node | None, file: str) -> Entry:
    if not isinstance(node, yaml.MappingNode):
        line = node.start_mark.line + 1 if node is not None else 1
        raise RuleFileError("an entry must be a mapping of fields", where=f"{file}:{line}")
    fields: dict[str, yaml.Node] = {}
    lines: dict[str, int] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise RuleFileError("the name of a field must be text", where=f"{file}:{line}")
        if key.value in fields:
            raise RuleFileError(f"the field {key.value!r} stands twice", where=f"{file}:{line}")
        fields[key.value], lines[key.value] = value, line
    return Entry(file, node.start_mark.line + 1, fields, lines)
