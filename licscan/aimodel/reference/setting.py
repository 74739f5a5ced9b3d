"""Settings that name a model: YAML, TOML, JSON, INI and environment files, read line by line, whatever their structure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from licscan.aimodel.reading import Reference, Source, hub_id
from licscan.core.aimodel import AiModelKind

_PAIR = re.compile(r"""(?<![\w.-])([A-Za-z_][\w.-]{0,100})["']?\s{0,20}[:=]\s*["']?([^\s"'#,;{}\[\]]+)["']?""")
# A longer line is data, and no setting that somebody wrote.
_LONGEST = 20_000
_ARGUMENT = re.compile(
    r"""--(?:model|model-id|model_id|model-name|hf-repo)(?:["']?\s{0,20},\s{0,80}["']?|[= ]["']?|["']?\s{0,20}\n\s{0,80}-\s{0,20}["']?)([\w.-]{1,96}/[\w.-]{1,96})"""
)
# Keys that name a model wherever they stand, and keys that do so only with a name that the register knows.
_SURE = re.compile(
    r"(?:.*_)?(?:model_name_or_path|pretrained_model_name(?:_or_path)?|base_model_name_or_path|hf_model(?:_id|_name)?|hf_repo"
    r"|hf_model_repo_id|huggingface_model(?:_id)?|repo_id|base_model|model_repo|embedding_model|llm_model|reranker_model)",
    re.IGNORECASE,
)
_LIKELY = re.compile(r"(?:.*[_.-])?model(?:[_-]?(?:id|name|path|uri))?|engine|checkpoint|llm|tokenizer", re.IGNORECASE)
_DATASET = re.compile(r"(?:.*_)?dataset(?:_name|_id|_path)?", re.IGNORECASE)
# One of these is part of every key and option above, and one of these of every name.
_KEY_PARTS = ("model", "repo_id", "hf_repo", "hf-repo", "dataset", "checkpoint", "engine", "llm", "tokenizer")
_NAME_PARTS = ("/", "ollama")
_KEY_BYTES, _NAME_BYTES = (tuple(part.encode() for part in parts) for parts in (_KEY_PARTS, _NAME_PARTS))
_OLLAMA = re.compile(r"(?:.*_)?ollama_(?:.*_)?model(?:_name)?", re.IGNORECASE)


def may_set(content: bytes) -> bool:
    """Whether it is worth while to look for settings in a file: exact, and much quicker than looking."""
    lowered = content.lower()
    return any(part in lowered for part in _KEY_BYTES) and any(part in lowered for part in _NAME_BYTES)


def read_settings(text: str) -> tuple[Reference, ...]:
    """Return the models and datasets that the file sets."""
    lines = text.split("\n")
    found = [one for number, line in enumerate(lines, 1) for one in _in_line(line, number)]
    number, counted = 1, 0
    for argument in _ARGUMENT.finditer(text):
        number += text.count("\n", counted, argument.start(1))
        counted = argument.start(1)
        name = hub_id(argument[1])
        if name and not lines[number - 1].lstrip().startswith("#"):
            found.append(Reference(name=name, line=number))
    return tuple(found)


def setting(key: str, value: str, line: int) -> Iterator[Reference]:
    """Yield what ``key`` = ``value`` names."""
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


def _in_line(line: str, number: int) -> Iterator[Reference]:
    lowered = line.lower()
    if not any(part in lowered for part in _NAME_PARTS) or not any(part in lowered for part in _KEY_PARTS):
        return
    if line.lstrip().startswith(("#", "//", ";")) or len(line) > _LONGEST:
        return
    for pair in _PAIR.finditer(line):
        yield from setting(pair[1], pair[2], number)
