"""Hostile JSON, TOML and header files into plain values, with the line where they break.

Every loader takes bytes and either returns a value or raises ``BrokenManifest``; nothing else gets out. YAML and XML have
modules of their own, which load their parsers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from licscan.core.message import Message, ProblemError, message, ours, quoted
from licscan.core.text import plain_message
from licscan.util.toml_text import parse_toml

_TOML_PLACE = re.compile(r"line (\d+)")


class BrokenManifest(ProblemError):
    """The file does not parse: ``problem`` says what is wrong, at ``line`` where known."""

    def __init__(self, problem: Message, line: int | None = None) -> None:
        super().__init__(problem)
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
        return without_surrogates(json.loads(text_of(data)))
    except json.JSONDecodeError as error:
        raise BrokenManifest(
            message("issue.not-valid-json", "not valid JSON: {detail}", detail=quoted(error.msg)), error.lineno
        ) from error
    except (ValueError, RecursionError) as error:
        raise BrokenManifest(
            message("issue.not-valid-json", "not valid JSON: {detail}", detail=quoted(type(error).__name__))
        ) from error


_SURROGATE = re.compile("[\ud800-\udfff]")


def without_surrogates(value: Any) -> Any:
    """Return plain data, as JSON gives it, with a replacement character for each lone surrogate: no output can write one."""
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, dict):
        return {without_surrogates(key): without_surrogates(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [without_surrogates(item) for item in value]
    return value


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
        return parse_toml(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BrokenManifest(
            message("issue.toml-encoding", "not valid TOML: not UTF-8"), data[: error.start].count(b"\n") + 1
        ) from error
    except (ValueError, RecursionError) as error:
        place = _TOML_PLACE.search(str(error))
        raise BrokenManifest(
            message("issue.not-valid-toml", "not valid TOML: {detail}", detail=quoted(plain_message(str(error)))),
            int(place.group(1)) if place else None,
        ) from error


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
        raise BrokenManifest(
            message("issue.not-valid-object", "not valid {language}: an object is expected", language=ours(language)),
            1,
        )
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
