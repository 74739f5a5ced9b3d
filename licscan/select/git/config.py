"""Values of a Git configuration file, read as data. No include is followed, and no value is ever a command here."""

from __future__ import annotations

import re
from collections.abc import Mapping

_SECTION = re.compile(r'\[\s*([A-Za-z0-9.-]+)\s*(?:"((?:[^"\\\n]|\\.)*)")?\s*\]')
_KEY = re.compile(r"([A-Za-z][A-Za-z0-9-]*)\s*(=?)\s*")
_ESCAPED = re.compile(r"\\(.)")
_ESCAPES = {"n": "\n", "t": "\t", "b": "\b"}
_TRUE = ("true", "yes", "on", "1")

Config = Mapping[str, str]
"""The last value of each key, by its full name: section and key in lower case, the subsection as written."""


def parse_config(content: bytes) -> Config:
    """Return the values of a configuration file. What is not well formed is passed over."""
    found: dict[str, str] = {}
    section = ""
    lines = iter(content.decode("utf-8", "surrogateescape").replace("\r\n", "\n").split("\n"))
    for line in lines:
        rest = line.strip()
        if header := _SECTION.match(rest):
            section = header[1].lower()
            if header[2] is not None:
                section += "." + _ESCAPED.sub(r"\1", header[2])
            rest = rest[header.end() :].strip()
        key = _KEY.match(rest)
        if key is None or not section:
            continue
        written = rest[key.end() :] if key[2] else "true"
        while _goes_on(written):
            written = written[:-1] + next(lines, "")
        found[f"{section}.{key[1].lower()}"] = _value(written)
    return found


def is_true(config: Config, name: str) -> bool:
    """Whether a setting is switched on."""
    return config.get(name, "").lower() in _TRUE


def _goes_on(written: str) -> bool:
    return (len(written) - len(written.rstrip("\\"))) % 2 == 1


def _value(written: str) -> str:
    """Take quotes, escapes and comments out of a value as written."""
    out: list[str] = []
    kept = 0  # how much of it stays: blanks at the end count only inside quotes
    quoted = False
    characters = iter(written)
    for character in characters:
        if character == '"':
            quoted = not quoted
            kept = len(out)
            continue
        if character in "#;" and not quoted:
            break
        if character == "\\":
            character = next(characters, "")
            character = _ESCAPES.get(character, character)
        out.append(character)
        if quoted or not character.isspace():
            kept = len(out)
    return "".join(out[:kept])
