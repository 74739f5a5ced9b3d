"""What one file says of models: a pure function of its content and of the reader that its path chooses.

``reader_of`` is all that is taken from a path, so that equal bytes with equal readers give equal facts and an answer can be
kept by digest. Only weights stand apart (``licscan.aimodel.weights``): of those no more than the header is read, at their place.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct, field

from licscan.aimodel.card import Card, CardError, body_of, read_card
from licscan.aimodel.card_body import CardBody, read_body
from licscan.aimodel.modelfile import Modelfile, read_modelfile
from licscan.aimodel.reading import Reference, hub_id
from licscan.aimodel.reference import REFERENCE_READERS, reference_reader_of
from licscan.core.aimodel import AiModelKind
from licscan.core.finding import FileKind, SourceFile
from licscan.core.message import Message, message, quoted
from licscan.core.text import plain_message

_MAX_SIZE = 8 * 1024 * 1024
INDEX = "model.safetensors.index.json"
TOKENIZER = "tokenizer_config.json"
# Of a tokenizer and of generation: no model by themselves, and more on the one that they lie beside.
BESIDE = (TOKENIZER, "generation_config.json")
MODELSCOPE = "configuration.json"
CONFIGS = (
    "config.json",
    MODELSCOPE,
    "adapter_config.json",
    "model_index.json",
    "params.json",
    "modules.json",
    INDEX,
    *BESIDE,
)
# Names that many programs use for files of their own, where a broken one says nothing of a model.
_COMMON = frozenset({"config.json", MODELSCOPE, "params.json", *BESIDE})
_CARD = re.compile(r"(?:readme|model[-_ ]?card)(?:[._-](?:en|zh|cn|zh[-_]cn|ja|ko))?\.(?:md|markdown)")
_MODELFILE = re.compile(r"modelfile|.+\.modelfile")


class FileFacts(Struct, frozen=True, kw_only=True):
    """All that one file says. ``config`` is the object in a model's configuration; ``trouble`` says, for a person, what could
    not be read of a file that is a model's own; ``stopped`` is the line after which more models may be named than were read."""

    references: tuple[Reference, ...] = ()
    card: Card | None = None
    body: CardBody = field(default_factory=CardBody)
    config: Mapping[str, Any] = field(default_factory=dict)
    modelfile: Modelfile | None = None
    trouble: Message | None = None
    stopped: int | None = None


NO_FACTS = FileFacts()


def reader_of(file: SourceFile) -> str | None:
    """Return the name of the reader for ``file``, ``None`` where its content says nothing of models.

    Read are the last part of its path without regard to case, its size (beyond a reader's limit there is none), and whether
    its kind is binary; no folder above it.
    """
    name = file.path.rpartition("/")[2].lower()
    if name in CONFIGS:
        reader = name
    elif _CARD.fullmatch(name):
        reader = "card"
    elif _MODELFILE.fullmatch(name):
        reader = "modelfile"
    else:
        return None if file.kind is FileKind.BINARY else reference_reader_of(name, file.size)
    return reader if file.size <= _MAX_SIZE or reader == "card" else None


def read_content(reader: str, content: bytes) -> FileFacts:
    """Return what ``content`` says by the reader of that name (``reader_of``): the same for the same arguments, always."""
    if reader in REFERENCE_READERS:
        return _referring(reader, content)
    text = content[:_MAX_SIZE].decode("utf-8", "replace")
    if reader == "card":
        return _carded(text)
    if reader == "modelfile":
        return FileFacts(modelfile=read_modelfile(text))
    return _configured(reader, text)


def _referring(reader: str, content: bytes) -> FileFacts:
    found = REFERENCE_READERS[reader](content)
    references = tuple(one for one in found if one.name)
    stopped = min((one.line for one in found if not one.name), default=None)
    return FileFacts(references=references, stopped=stopped) if found else NO_FACTS


def _carded(text: str) -> FileFacts:
    try:
        card = read_card(text)
    except CardError as error:
        return FileFacts(trouble=error.problem)
    if card is None:
        return NO_FACTS
    if card.is_of_space:
        return FileFacts(references=tuple(_used_by_space(card)))
    if not card.can_be_of_model:
        return NO_FACTS
    return FileFacts(card=card, body=read_body(body_of(text)))


def _used_by_space(card: Card) -> Iterator[Reference]:
    """Yield the models and datasets that the card of an application lists, or has fetched before it starts."""
    for key, kind in (
        ("models", AiModelKind.MODEL),
        ("preload_from_hub", AiModelKind.MODEL),
        ("datasets", AiModelKind.DATASET),
    ):
        for value in card.values(key):
            if name := hub_id(value.text.partition(" ")[0]):
                yield Reference(name=name, line=value.line, kind=kind)


def _configured(name: str, text: str) -> FileFacts:
    try:
        content = json.loads(text or "null")
    except (ValueError, RecursionError) as error:
        return (
            NO_FACTS
            if name in _COMMON
            else FileFacts(
                trouble=message("issue.no-json", "it is not JSON: {detail}", detail=quoted(plain_message(str(error))))
            )
        )
    if isinstance(content, dict):
        return FileFacts(config=content)
    if isinstance(content, list) and name == "modules.json":
        return FileFacts(config={"modules": content})
    return NO_FACTS
