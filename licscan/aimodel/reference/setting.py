"""Settings that name a model: YAML, TOML, JSON, INI and environment files, read line by line, whatever their structure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec.structs import replace

from licscan.aimodel.reading import Reference, Source, hub_id
from licscan.aimodel.reference.names import SPACY, YOLO, canonical, in_ollama, named, ultralytics
from licscan.core.aimodel import AiModelKind

_PAIR = re.compile(r"""(?<![\w.-])([A-Za-z_][\w.-]{0,100})["']?\s{0,20}[:=]\s*["']?([^\s"'#,;{}\[\]]+)["']?""")
# A longer line is read in pieces.
_LONGEST = 20_000
_ARGUMENT = re.compile(
    r"""--(?:model|model-id|model_id|model-name|hf-repo)(?:["']?\s{0,20},\s{0,80}["']?|[= ]["']?|["']?\s{0,20}\n\s{0,80}-\s{0,20}["']?)([\w.-]{1,96}/[\w.-]{1,96})"""
)
# Keys that name a model wherever they stand, and keys that do so only with a name that the register knows.
_SURE = re.compile(
    r"(?:.*[_.-])?(?:model_?id|model_name_or_path|pretrained_model_name(?:_or_path)?|base_model_name_or_path|hf_model(?:_id|_name)?|hf_repo"
    r"|hf_model_repo_id|huggingface_model(?:_id)?|repo_id|base_model|model_repo|embedding_model|llm_model|reranker_model)",
    re.IGNORECASE,
)
_LIKELY = re.compile(r"(?:.*[_.-])?model(?:[_-]?(?:id|name|path|uri))?|engine|checkpoint|llm|tokenizer", re.IGNORECASE)
_DATASET = re.compile(r"(?:.*_)?dataset(?:_name|_id|_path)?", re.IGNORECASE)
# One of these is part of most keys above, and one of these of every name.
_KEY_BYTES = (
    b"model",
    b"repo_id",
    b"hf_repo",
    b"hf-repo",
    b"dataset",
    b"checkpoint",
    b"engine",
    b"llm",
    b"tokenizer",
    b"hf",
)
_NAME_BYTES = (b"/", b"ollama", b"yolo", b"_core_", b"bert", b"gpt2")
_OLLAMA = re.compile(r"(?:.*_)?ollama_(?:.*_)?model(?:_name)?", re.IGNORECASE)


_DEFAULT = re.compile(r"\$\{[\w.-]{1,80}:?[-=:]([^}\s]{1,300})\}")
_TRAILING = re.compile(r"\s#\s[^\n]*\Z")
_ITEM = re.compile(r"""\s{0,80}-\s{1,20}["']?([^\s"'#,{}\[\]]{1,300})["']?,?\s{0,20}""")
_HEADING = re.compile(r"""[\s-]{0,80}["']?([\w.-]{1,80})["']?\s{0,10}[:=]\s{0,10}[{\[]?\s{0,10}\Z""")
_QUOTED = re.compile(r"""["']([A-Za-z0-9][\w.@:/-]{2,250})["']""")
_VALUE_BEFORE = re.compile(r"[:=]\s{0,10}\Z")
_MAY_COMMAND = re.compile(r"download|\bserve\b|ollama|docker model|spacy|\byolo\b|-hf|--\w|huggingface\.co|hf\.co")
_BETWEEN = re.compile(r"""["'],?\s{0,20}["']?""")
_MODEL_WORD = re.compile(r"model|llm|checkpoint|\bhf|repo_?id|tokenizer|embed|engine|pretrained", re.IGNORECASE)
_OF_MODEL = re.compile(r"provider|type|family|vendor|owner", re.IGNORECASE)
# Keys of what has such a name and is no model: images, actions, packages, and words for people.
_IMAGE = re.compile(
    r"(?:.*[_.-])?image(?:s|_repository|_name)?|image\.repository|uses|package|github(?:_repo)?", re.IGNORECASE
)
_PROSE = re.compile(
    r"(?:.*[_.-])?(?:description|title|label|comment|help|message|homepage|example|summary)", re.IGNORECASE
)
# A value so many lines after its name is another's.
_NEAR = 3


def may_set(content: bytes) -> bool:
    """Whether it is worth while to look for settings in a file: exact, and much quicker than looking."""
    lowered = content.lower()
    return any(part in lowered for part in _NAME_BYTES)


def read_settings(text: str) -> tuple[Reference, ...]:
    """Return the models and datasets that the file sets."""
    from licscan.aimodel.reference.shell import commands_in  # which reads settings itself

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


def pieces(line: str) -> Iterator[str]:
    """Yield the line in parts of a bearable length, cut after a comma, a blank or where it has neither."""
    start = 0
    while len(line) - start > _LONGEST:
        cut = max(line.rfind(mark, start, start + _LONGEST) for mark in ", ")
        end = cut + 1 if cut > start else start + _LONGEST
        yield line[start:end]
        start = end
    yield line[start:]


def filled_in(line: str) -> str:
    """Return ``line`` with the defaults of its variables in their place: ``${MODEL:-owner/name}``."""
    return _DEFAULT.sub(lambda use: use[1], line) if "${" in line or "{{" in line else line


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
        if item and ":" not in item[1].partition("/")[0] and not _IMAGE.fullmatch(self._key):
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
        found = tuple(setting(key, value, number, local=self._local or "ollama" in key.lower()))
        if found:
            yield from found
        elif use := named(value):
            sure = use.form or (use.published and _MODEL_WORD.search(key) is not None)
            if sure or use.published:
                yield Reference(
                    name=use.name, line=number, kind=use.kind, source=use.source, sure=sure, revision=use.revision
                )
        elif _MODEL_WORD.search(key) and (name := canonical(value)):
            yield Reference(name=name, line=number)
        elif spacy := SPACY.search(value):
            yield Reference(name=f"spacy/{spacy[1]}", line=number)
        elif yolo := YOLO.fullmatch(value):
            yield Reference(name=ultralytics(yolo), line=number)


def setting(key: str, value: str, line: int, *, local: bool = False) -> Iterator[Reference]:
    """Yield what ``key`` = ``value`` names, by the words of the key. ``local`` says that Ollama serves what a model's setting names."""
    if (
        local
        and in_ollama(value)
        and (key.lower() == "ollama" or (_MODEL_WORD.search(key) and not _OF_MODEL.search(key)))
    ):
        yield Reference(name=value, line=line, source=Source.OLLAMA)
        return
    if _OLLAMA.fullmatch(key) and re.fullmatch(r"[\w./-]+(?::[\w.-]+)?", value):
        yield Reference(name=value, line=line, source=Source.OLLAMA)
        return
    prefixed = re.fullmatch(r"ollama(?:_chat)?/([\w./-]+(?::[\w.-]+)?)", value)
    if prefixed and _LIKELY.fullmatch(key):
        yield Reference(name=prefixed[1], line=line, source=Source.OLLAMA)
        return
    name = hub_id(value.removeprefix("huggingface/"))
    if name is None:
        return
    if _SURE.fullmatch(key):
        yield Reference(name=name, line=line)
    elif _LIKELY.fullmatch(key):
        yield Reference(name=name, line=line, sure=False)
    elif _DATASET.fullmatch(key):
        yield Reference(name=name, line=line, kind=AiModelKind.DATASET, sure=False)
