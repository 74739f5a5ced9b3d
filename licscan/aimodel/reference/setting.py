"""Settings that name a model: YAML, TOML, JSON, INI and environment files, read line by line, whatever their structure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from licscan.aimodel.reading import Reference, Source, hub_id
from licscan.aimodel.reference.names import in_ollama
from licscan.aimodel.reference.served import TAKES, served
from licscan.core.aimodel import AiModelKind
from licscan.util.lazy_pattern import lazy

# A longer line is read in pieces.
_LONGEST = 20_000
# Keys that name a model wherever they stand, and keys that do so only with a name that the register knows.
_SURE = lazy(
    r"(?:.*[_.-])?(?:model_?id|model_name_or_path|pretrained_model_name(?:_or_path)?|base_model_name_or_path|hf_model(?:_id|_name)?|hf_repo"
    r"|hf_model_repo_id|huggingface_model(?:_id)?|repo_id|base_model|model_repo|embedding_model|llm_model|reranker_model)",
    re.IGNORECASE,
)
_LIKELY = lazy(r"(?:.*[_.-])?model(?:[_-]?(?:id|name|path|uri))?|engine|checkpoint|llm|tokenizer", re.IGNORECASE)
# A path with a folder's or a file's name at its end, which may be a model's.
_FOLDER = lazy(r"(?:\.{0,2}/|~/)(?:[\w.@-]{1,80}/){1,12}[\w.-]{4,96}")
_DATASET = lazy(r"(?:.*_)?datasets?(?:_name|_id|_path)?", re.IGNORECASE)
# A path in a list of data sets, as tools for training have it.
IN_DATASETS = "datasets_path"
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
_NAME_BYTES = (b"/", b"ollama", b"yolo", b"_core_", b"bert", b"gpt2", b"ggml-", b"model")
_OLLAMA = lazy(r"(?:.*_)?ollama_(?:.*_)?model(?:_name)?", re.IGNORECASE)


_DEFAULT = lazy(r"\$\{[\w.-]{1,80}:?[-=:]([^}\s]{1,300})\}")
MODEL_WORD = lazy(r"model|llm|checkpoint|\bhf|repo_?id|tokenizer|embed|engine|pretrained", re.IGNORECASE)
_OF_MODEL = lazy(r"provider|type|family|vendor|owner", re.IGNORECASE)


def may_set(content: bytes) -> bool:
    """Whether it is worth while to look for settings in a file: exact, and much quicker than looking."""
    lowered = content.lower()
    return any(part in lowered for part in _NAME_BYTES)


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


def setting(key: str, value: str, line: int, *, local: bool = False) -> Iterator[Reference]:
    """Yield what ``key`` = ``value`` names, by the words of the key. ``local`` says that Ollama serves what a model's setting names."""
    if (
        (local or ":" in value)
        and in_ollama(value)
        and (key.lower() == "ollama" or (MODEL_WORD.search(key) and not _OF_MODEL.search(key)))
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
    if use := served(value):
        if TAKES.search(key) and not _OF_MODEL.search(key):
            yield Reference(name=use.name, line=line, service=use.service)
        return
    name = hub_id(value.removeprefix("huggingface/"))
    if name is None:
        if _LIKELY.fullmatch(key) and _FOLDER.fullmatch(value):
            yield Reference(name=value, line=line, sure=False)
        return
    if _SURE.fullmatch(key):
        yield Reference(name=name, line=line)
    elif _LIKELY.fullmatch(key):
        yield Reference(name=name, line=line, sure=False)
    elif _DATASET.fullmatch(key):
        yield Reference(name=name, line=line, kind=AiModelKind.DATASET, sure=key == IN_DATASETS)
