"""What one file says of a model: the words between the readers and the joining of what they read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum

from msgspec import Struct, field

from licscan.core.aimodel import AiModelKind
from licscan.modellicense.register import ModelRegister

_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}")
_HUB_URL = re.compile(r"(?:https?://)?(?:huggingface\.co|hf\.co)/(?:datasets/)?([\w.-]+/[\w.-]+)")
# First parts of an address on the Hub that hold no models: applications, pages, calls of its interface.
_NO_OWNERS = frozenset("spaces api docs blog papers collections settings resolve new join login".split())
# What stands in instructions where the reader puts a name: "your-username/my-model".
_PLACEHOLDER = re.compile(
    r"(?:your|my)[-_ ]?(?:hf|hub|hugging|user|org|name|account|repo|model).*|<.*|user(?:_?name)?|org(?:ani[sz]ation)?(?:_?name)?|namespace|owner|"
    r"hf[-_]?user(?:name)?|repo|foo|examples?|test[-_]?(?:user|org|owner|repo)?|xxx+|some[-_]?(?:user|org)",
    re.IGNORECASE,
)
_WEIGHTS = (".gguf", ".ggml", ".onnx", ".safetensors")
# First parts of a path in the working tree, and of no name on a hub.
_FOLDERS = frozenset(
    """models model weights checkpoints checkpoint ckpt ckpts data dataset datasets output outputs out results runs cache
    pretrained assets src app tmp var opt mnt home usr etc local path path_to dist build""".split()
)


class WeightsHeader(Struct, frozen=True, kw_only=True):
    """What the header of a weights file says. ``metadata`` holds its texts under the format's own keys. ``is_vocabulary``
    tells a file that has a tokenizer and no weight at all."""

    format: str
    metadata: Mapping[str, str] = field(default_factory=dict)
    parameters: int | None = None
    architecture: str | None = None
    is_vocabulary: bool = False


class Source(str, Enum):
    """Where a name of a model is looked up."""

    HUB = "hub"
    OLLAMA = "ollama"


class Reference(Struct, frozen=True, kw_only=True):
    """A model or dataset that code or configuration loads: its name as written, and the line.

    ``service`` is who serves it over an interface, where nobody here holds its weights. ``sure`` is false where what stands around the name is no proof, and it counts only if the register knows it. ``revision`` is the
    branch, tag or commit that the code names. ``constant`` is the variable that is given the name. With ``imported`` the name is that of a
    constant of another module (``settings.MODEL``), which holds what is loaded.
    """

    name: str
    line: int
    kind: AiModelKind = AiModelKind.MODEL
    source: Source = Source.HUB
    sure: bool = True
    revision: str | None = None
    service: str | None = None
    constant: str | None = None
    imported: bool = False


def omitted(line: int) -> Reference:
    """Return what a reader gives beside the references where it stopped at ``line``: more may be named after it."""
    return Reference(name="", line=line)


def is_use(reference: Reference, register: ModelRegister) -> bool:
    """Whether ``reference`` loads something: surely, or by a name that the register knows."""
    if reference.sure:
        return True
    if reference.kind is AiModelKind.DATASET:
        return register.of_dataset(reference.name) is not None
    name = reference.name
    if reference.source is Source.OLLAMA:
        return register.of_ollama(name) is not None
    if register.of_model(name) or register.of_name(name) or register.of_copy(name):
        return True
    stem = weights_stem(name)
    return bool(stem) and register.of_bare(stem) is not None


def weights_stem(name: str) -> str:
    """Return what the file of weights at the path ``name`` is called without its ending; a name without folders as it is, and ``""`` else."""
    last = name.rpartition("/")[2]
    if last.lower().endswith(_WEIGHTS):
        return last.rpartition(".")[0]
    return name if "/" not in name else ""


def hub_id(text: str) -> str | None:
    """Return the ``owner/name`` that ``text`` names, as such or as an address on the Hub; ``None`` for a path or anything else."""
    url = _HUB_URL.match(text)
    name = (url[1] if url else text).removesuffix(".git")
    if not _HUB_ID.fullmatch(name):
        return None
    owner = name.partition("/")[0].lower()
    if not url and name.lower().endswith(_WEIGHTS):
        return None
    if owner in _NO_OWNERS or _PLACEHOLDER.fullmatch(owner) or (not url and (owner in _FOLDERS or "/." in name)):
        return None
    return name


def is_path(text: str) -> bool:
    """Whether ``text`` can be a path of the tree rather than a name."""
    return bool(text) and "\0" not in text and "://" not in text and len(text) < 500
