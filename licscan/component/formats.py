"""Hostile JSON, TOML, YAML, XML and header files into plain values, with the line where they break.

Every loader takes bytes and either returns a value or raises ``BrokenManifest``; nothing else gets out.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element, ParseError

import msgspec
import yaml
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

MAX_YAML_ALIASES = 1_000
MAX_YAML_DEPTH = 200
_TOML_PLACE = re.compile(r"line (\d+)")
_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class BrokenManifest(Exception):
    """The file does not parse: ``what`` is wrong, at ``line`` where known."""

    def __init__(self, what: str, line: int | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.line = line


def text_of(data: bytes) -> str:
    """Decode ``data``: UTF-8 with or without a mark, UTF-16 with one; bytes that do not decode are replaced."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    return data.decode("utf-8-sig", errors="replace")


def load_json(data: bytes) -> Any:
    """Parse JSON; numbers that Python cannot hold and endless nesting count as broken."""
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError, ValueError):
        pass
    # The slower parser takes what the fast one refuses (a byte order mark, lone surrogates) and knows the line.
    try:
        return json.loads(text_of(data))
    except json.JSONDecodeError as error:
        raise BrokenManifest(f"not valid JSON: {error.msg}", error.lineno) from error
    except (ValueError, RecursionError) as error:
        raise BrokenManifest(f"not valid JSON: {type(error).__name__}") from error


def load_json_object(data: bytes) -> dict[str, Any]:
    """Parse JSON that must be an object."""
    return _object(load_json(data), "JSON")


def load_relaxed_json(data: bytes) -> dict[str, Any]:
    """Parse JSON with comments and trailing commas (``bun.lock``), which must be an object."""
    return _object(load_json(relax_json(text_of(data)).encode()), "JSON")


# Each alternative takes what is left when it is not closed, so that no place is looked at twice.
_COMMENT = re.compile(r"""(?P<string>"(?:[^"\\\n]|\\.)*"?)|//[^\n]*|/\*(?:.*?\*/|.*)""", re.DOTALL)
_COMMA = re.compile(r"""(?P<string>"(?:[^"\\\n]|\\.)*"?)|,(?=\s*[\]}])""", re.DOTALL)


def relax_json(text: str) -> str:
    """Blank out comments and trailing commas, so that lines keep their numbers."""

    def blank(match: re.Match[str]) -> str:
        return match.group() if match.lastgroup == "string" else re.sub(r"[^\n]", " ", match.group())

    return _COMMA.sub(blank, _COMMENT.sub(blank, text))


def load_toml(data: bytes) -> dict[str, Any]:
    """Parse TOML."""
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BrokenManifest("not valid TOML: not UTF-8", data[: error.start].count(b"\n") + 1) from error
    except (ValueError, RecursionError) as error:
        place = _TOML_PLACE.search(str(error))
        raise BrokenManifest(f"not valid TOML: {error}", int(place.group(1)) if place else None) from error


def load_yaml(data: bytes) -> Any:
    """Parse the first YAML document into mappings, lists, texts, booleans and ``None``.

    Numbers stay as written: a version ``1.10`` is no number. Built from parser events because composing nodes
    recurses in C, where deep nesting ends the process.
    """
    builder = _YamlBuilder()
    try:
        for event in yaml.parse(text_of(data), Loader=_LOADER):
            if isinstance(event, yaml.DocumentEndEvent):
                break
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        what = f"not valid YAML: {error.problem or error.context}"
        raise BrokenManifest(what, _yaml_line(error)) from error
    except (yaml.YAMLError, ValueError) as error:
        raise BrokenManifest(f"not valid YAML: {error}".splitlines()[0]) from error
    return builder.value


def _yaml_line(error: yaml.MarkedYAMLError) -> int | None:
    mark: Any = error.problem_mark or error.context_mark
    return int(mark.line) + 1 if mark else None


def load_yaml_object(data: bytes) -> dict[str, Any]:
    """Parse YAML that must be a mapping."""
    value = load_yaml(data)
    if not isinstance(value, dict):
        raise BrokenManifest("not valid YAML: a mapping is expected", 1)
    return value


class _YamlBuilder:
    """Values from YAML events, with a stack of its own and bounds on depth and aliases."""

    def __init__(self) -> None:
        self.value: Any = None
        self._open: list[tuple[Any, list[Any], str | None]] = []  # container, waiting key, anchor
        self._anchors: dict[str, Any] = {}
        self._aliases = 0

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self._add(_scalar(event), event.anchor)
        elif isinstance(event, yaml.AliasEvent):
            self._aliases += 1
            if self._aliases > MAX_YAML_ALIASES or event.anchor not in self._anchors:
                raise BrokenManifest("not valid YAML: too many or unknown aliases", _event_line(event))
            self._add(self._anchors[event.anchor], None)
        elif isinstance(event, yaml.CollectionStartEvent):
            if len(self._open) >= MAX_YAML_DEPTH:
                raise BrokenManifest("not valid YAML: nested too deeply", _event_line(event))
            self._open.append(({} if isinstance(event, yaml.MappingStartEvent) else [], [], event.anchor))
        elif isinstance(event, yaml.CollectionEndEvent):
            container, _, anchor = self._open.pop()
            self._add(container, anchor)

    def _add(self, value: Any, anchor: str | None) -> None:
        if anchor:
            self._anchors[anchor] = value
        if not self._open:
            self.value = value
            return
        container, waiting, _ = self._open[-1]
        if isinstance(container, list):
            container.append(value)
        elif not waiting:
            waiting.append(value if isinstance(value, str) else "" if value is None else str(value).lower())
        else:
            container[waiting.pop()] = value


def _event_line(event: yaml.Event) -> int | None:
    mark: Any = event.start_mark
    return int(mark.line) + 1 if mark else None


def _scalar(event: yaml.ScalarEvent) -> str | bool | None:
    if not event.implicit[0]:
        return str(event.value)
    plain: dict[str, bool | None] = {"": None, "~": None, "null": None, "true": True, "false": False}
    return plain.get(event.value, str(event.value))


def load_xml(data: bytes) -> Element:
    """Parse XML; entities and external references are refused."""
    try:
        root: Element = fromstring(data, forbid_dtd=False, forbid_entities=True, forbid_external=True)
    except ParseError as error:
        raise BrokenManifest(f"not valid XML: {error.msg}", error.position[0]) from error
    except (DefusedXmlException, ValueError, LookupError, RecursionError) as error:
        raise BrokenManifest(f"not valid XML: {type(error).__name__}") from error
    return root


def local_name(element: Element) -> str:
    """Return the tag without its namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def load_headers(text: str) -> dict[str, list[tuple[str, int]]]:
    """Parse ``Name: value`` lines with continuations up to the first empty line: lower-case name to its values,
    each with its line. A line of blanks continues a value, as in a mail's header."""
    return next(_load_stanzas(text, lambda line: not line), {})


def load_stanzas(text: str) -> Iterator[dict[str, list[tuple[str, int]]]]:
    """Yield stanzas of headers, a blank line between them (as in Debian's control files)."""
    return _load_stanzas(text, lambda line: not line.strip())


def _load_stanzas(text: str, ends: Callable[[str], bool]) -> Iterator[dict[str, list[tuple[str, int]]]]:
    fields: list[tuple[str, list[str], int]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if ends(line):
            if fields:
                yield _stanza(fields)
            fields = []
        elif line[0] in " \t":
            if fields:
                fields[-1][1].append(line.strip())
        else:
            name, colon, value = line.partition(":")
            if colon:
                fields.append((name.strip().lower(), [value.strip()], number))
    if fields:
        yield _stanza(fields)


def _stanza(fields: Iterable[tuple[str, list[str], int]]) -> dict[str, list[tuple[str, int]]]:
    stanza: dict[str, list[tuple[str, int]]] = {}
    for name, parts, number in fields:
        stanza.setdefault(name, []).append(("\n".join(parts), number))
    return stanza


def _object(value: Any, language: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BrokenManifest(f"not valid {language}: an object is expected", 1)
    return value


# -- reading loosely typed values: what has the wrong type counts as absent ------------------------------------------


def mapping(value: object) -> Mapping[str, Any]:
    """Return ``value`` when it is a mapping (text keys only), else an empty one."""
    return {key: item for key, item in value.items() if isinstance(key, str)} if isinstance(value, dict) else {}


def sequence(value: object) -> Sequence[Any]:
    """Return ``value`` when it is a list, else an empty one."""
    return value if isinstance(value, list) else ()


def text(value: object) -> str | None:
    """Return ``value`` stripped when it is a text that is not empty, else ``None``."""
    return value.strip() or None if isinstance(value, str) else None


def texts(value: object) -> tuple[str, ...]:
    """Return the texts of a list, or a lone text, without the empty ones."""
    items = [value] if isinstance(value, str) else sequence(value)
    return tuple(found for item in items if (found := text(item)))
