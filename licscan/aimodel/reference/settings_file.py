"""Settings of programs in configuration files: each line read as a setting, each command as a shell would read it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec.structs import replace

from licscan.aimodel.reading import Reference, hub_id
from licscan.aimodel.reference.names import SPACY, YOLO, canonical, named, reference_of, ultralytics
from licscan.aimodel.reference.served import served
from licscan.aimodel.reference.setting import IN_DATASETS, MODEL_WORD, filled_in, pieces, setting
from licscan.aimodel.reference.shell import commands_in
from licscan.util.lazy_pattern import lazy

_PAIR = lazy(r"""(?<![\w.-])([A-Za-z_][\w.-]{0,100})["']?\s{0,20}[:=]\s*["']?([^\s"'#,;{}\[\]]+)["']?""")
# Keys of what has such a name and is no model: images, actions, packages, and words for people.
_IMAGE = lazy(
    r"(?:.*[_.-])?image(?:s|_repository|_name)?|image\.repository|uses|package|github(?:_repo)?", re.IGNORECASE
)
_PROSE = lazy(r"(?:.*[_.-])?(?:description|title|label|comment|help|message|homepage|example|summary)", re.IGNORECASE)
_ARGUMENT = lazy(
    r"""--(?:model|model-id|model_id|model-name|hf-repo)(?:["']?\s{0,20},\s{0,80}["']?|[= ]["']?|["']?\s{0,20}\n\s{0,80}-\s{0,20}["']?)([\w.-]{1,96}/[\w.-]{1,96})"""
)
_TRAILING = lazy(r"\s#\s[^\n]*\Z")
_ITEM = lazy(r"""\s{0,80}-\s{1,20}["']?([^\s"'#,{}\[\]]{1,300})["']?,?\s{0,20}""")
_HEADING = lazy(r"""[\s-]{0,80}["']?([\w.-]{1,80})["']?\s{0,10}[:=]\s{0,10}[{\[]?\s{0,10}\Z""")
_QUOTED = lazy(r"""["']([A-Za-z0-9][\w.@:/-]{2,250})["']""")
_VALUE_BEFORE = lazy(r"[:=]\s{0,10}\Z")
_MAY_COMMAND = lazy(r"download|\bserve\b|ollama|docker model|spacy|\byolo\b|-hf|--\w|huggingface\.co|hf\.co")
_BETWEEN = lazy(r"""["'],?\s{0,20}["']?""")
_OF_DATASETS = lazy(r"(?:\w{1,30}_)?datasets?", re.IGNORECASE)
# What the name below is that of a model.
_OF_NAME = lazy(r"preset|(?:[\w-]{1,30}[_-])?(?:model|llm)", re.IGNORECASE)
# A value so many lines after its name is another's.
_NEAR = 3


def read_settings(text: str) -> tuple[Reference, ...]:
    """Return the models and datasets that the file sets."""
    lines = [filled_in(_without_comment(line)) for line in text.split("\n")]
    local = any("ollama" in line.lower() or ":11434" in line for line in lines)
    reader = _Lines(local=local)
    found = [
        one for number, line in enumerate(lines, 1) for piece in pieces(line) for one in reader.read(piece, number)
    ]
    code = "\n".join(lines)
    number, counted = 1, 0
    for argument in _ARGUMENT.finditer(code):
        number += code.count("\n", counted, argument.start(1))
        counted = argument.start(1)
        if name := hub_id(argument[1]):
            found.append(Reference(name=name, line=number))
    for start, command in _commands(lines):
        found += (replace(one, line=start) for one in commands_in(command))
    return tuple(found)


def _without_comment(line: str) -> str:
    if line.lstrip().startswith(("#", "//", ";", "!")):
        return ""
    return _TRAILING.sub("", line)


def _commands(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Yield what may be a command, each with its first line: a line, a list of arguments in brackets, a list of a word a line."""
    listed: list[str] = []
    start = 0
    for number, line in enumerate([*lines, ""], 1):
        item = _ITEM.fullmatch(line)
        if item:
            start = start or number
            listed.append(item[1])
            continue
        if len(listed) > 1:
            yield start, " ".join(listed)
        listed, start = [], 0
        for piece in pieces(line):
            if _MAY_COMMAND.search(piece):
                yield number, _BETWEEN.sub(" ", piece)


class _Lines:
    """The lines of a file in their order: a variable of the environment may have its name in one and its value in the next.

    ``local`` says that the file speaks of Ollama, so that a model's setting may name one of its library.
    """

    def __init__(self, *, local: bool) -> None:
        self._local = local
        self._variable = ""
        self._key = ""
        self._age = 0

    def read(self, line: str, number: int) -> Iterator[Reference]:
        self._age += 1
        heading = _HEADING.match(line)
        if heading:
            self._key = heading[1]
        item = _ITEM.fullmatch(line)
        if item and (":" not in item[1].partition("/")[0] or "://" in item[1]) and not _IMAGE.fullmatch(self._key):
            yield from self._value("", item[1], number)
        for pair in _PAIR.finditer(line):
            yield from self._value(self._named(pair[1], pair[2]), pair[2], number)
        for quoted in _QUOTED.finditer(line):  # the elements of a list
            if not line[quoted.end() :].lstrip().startswith((":", "=")) and not _VALUE_BEFORE.search(
                line[: quoted.start()][-20:]
            ):
                yield from self._value("", quoted[1], number)

    def _named(self, key: str, value: str) -> str:
        """Return the key, or the variable that an earlier ``name`` gave to this ``value``."""
        plain = key.rpartition(".")[2].lower()
        if plain == "name":
            self._variable, self._age = value, 0
        elif plain in ("value", "default") and self._variable and self._age <= _NEAR:
            return self._variable
        elif plain == "repository" and self._key:
            return f"{self._key}_repository"
        return key

    def _value(self, key: str, value: str, number: int) -> Iterator[Reference]:
        if _IMAGE.fullmatch(key) or _PROSE.fullmatch(key):
            return
        if key.lower() == "name" and _OF_NAME.fullmatch(self._key):
            key = self._key
            if "/" not in value and not served(value):
                yield Reference(name=value, line=number, sure=False)
        if key.lower() == "path" and _OF_DATASETS.fullmatch(self._key):
            key = IN_DATASETS
        found = tuple(setting(key, value, number, local=self._local or "ollama" in key.lower()))
        if found:
            yield from found
        elif (use := named(value)) and not served(value):
            sure = use.form or (use.published and MODEL_WORD.search(key) is not None)
            if sure or use.published:
                yield reference_of(use, number, sure=sure)
        elif MODEL_WORD.search(key) and (name := canonical(value)):
            yield Reference(name=name, line=number)
        elif spacy := SPACY.search(value):
            yield Reference(name=f"spacy/{spacy[1]}", line=number)
        elif yolo := YOLO.fullmatch(value):
            yield Reference(name=ultralytics(yolo), line=number)
