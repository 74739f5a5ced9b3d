"""Functions that load models or datasets, by their last name, and where the name of what they load stands."""

from __future__ import annotations

import re

from msgspec import Struct

from licscan.aimodel.reading import Source, hub_id
from licscan.core.aimodel import AiModelKind
from licscan.util.lazy_pattern import lazy


class Loader(Struct, frozen=True, kw_only=True):
    """``positions`` and ``keywords`` say which arguments name what is loaded. ``owner`` is what the function is a member of,
    where its name alone says too little."""

    positions: tuple[int, ...] = (0,)
    keywords: tuple[str, ...] = ("model", "model_name", "model_id", "repo_id", "pretrained_model_name_or_path")
    kind: AiModelKind = AiModelKind.MODEL
    source: Source = Source.HUB
    owner: str | None = None
    service: str | None = None  # who serves what the function calls


_MODEL = Loader()
_BY_KEYWORD = Loader(positions=())
_SERVED = Loader(service="huggingface")
_OLLAMA = Loader(positions=(), source=Source.OLLAMA)
_OLLAMA_CALL = Loader(positions=(0,), source=Source.OLLAMA, owner="ollama")

LOADERS: dict[str, Loader] = {
    "from_pretrained": Loader(positions=(0, 1)),  # PEFT's takes the model first, then the adapter
    "from_model_id": _MODEL,
    "pipeline": Loader(positions=(1,)),
    "snapshot_download": _MODEL,
    "hf_hub_download": _MODEL,
    "SentenceTransformer": Loader(keywords=("model_name_or_path", "model_name")),
    "CrossEncoder": Loader(keywords=("model_name_or_path", "model_name")),
    "SparseEncoder": Loader(keywords=("model_name_or_path", "model_name")),
    "load_dataset": Loader(keywords=("path",), kind=AiModelKind.DATASET),
    "load_dataset_builder": Loader(keywords=("path",), kind=AiModelKind.DATASET),
    "LLM": _MODEL,
    "EngineArgs": _BY_KEYWORD,
    "AsyncEngineArgs": _BY_KEYWORD,
    "Llama": Loader(positions=(), keywords=("repo_id", "model_path")),
    "CTransformers": Loader(positions=(), keywords=("model",)),
    "Ollama": _OLLAMA,
    "ChatOllama": _OLLAMA,
    "OllamaLLM": _OLLAMA,
    "OllamaEmbeddings": _OLLAMA,
    "chat": _OLLAMA_CALL,
    "generate": _OLLAMA_CALL,
    "pull": _OLLAMA_CALL,
    "embed": _OLLAMA_CALL,
    "embeddings": _OLLAMA_CALL,
    "completion": _BY_KEYWORD,
    "acompletion": _BY_KEYWORD,
    "create": _BY_KEYWORD,
    "HuggingFaceHub": _BY_KEYWORD,
    "HuggingFaceEndpoint": _BY_KEYWORD,
    "HuggingFaceEmbeddings": _MODEL,
    "HuggingFaceBgeEmbeddings": _MODEL,
    "HuggingFaceInstructEmbeddings": _MODEL,
    "HuggingFaceLLM": _BY_KEYWORD,
    "HuggingFaceEmbedding": _MODEL,
    "ChatHuggingFace": _BY_KEYWORD,
    "InferenceClient": _SERVED,
    "AsyncInferenceClient": _SERVED,
    "WhisperModel": Loader(keywords=("model_size_or_path",)),
    "create_model": Loader(keywords=("model_name",)),
    "SFTTrainer": _BY_KEYWORD,
    "from_pretrained_keras": _MODEL,
    "from_single_file": _MODEL,
    "load_lora_weights": _MODEL,
}
# Names that many programs have for other things: they count in a file that speaks of a library for models.
_COMMON = ("chat", "generate", "pull", "embed", "embeddings", "completion", "acompletion", "create", "create_model")
# Words of many texts: they count where they are called.
_CALLED = ("pipeline", "LLM", "Llama")
_CALL = lazy(rf"(?:{'|'.join(_CALLED)})\s*\(")
_TELLING = tuple(name for name in LOADERS if name not in (*_COMMON, *_CALLED))
_LIBRARIES = ("ollama", "litellm", "openai", "timm", "vllm", "langchain", "llama_index")
# One of these is part of every name above that tells by itself: a test holds it. Few, since each is a search.
PARTS = tuple(
    part.encode()
    for part in """pretrained HuggingFace lama LLM llm Transformer CrossEncoder SparseEncoder _download load_dataset
    EngineArgs InferenceClient WhisperModel SFTTrainer from_model_id from_single_file load_lora pipeline openai timm
    langchain""".split()
)


def may_mention(content: bytes) -> bool:
    """Whether ``may_load`` can be true of a file: told from its bytes, in a fraction of the time."""
    return any(part in content for part in PARTS)


# A text like a name on the Hub that something is set to, and what the thing is called then.
_SET = re.compile(rb"=\s*[\"'][A-Za-z0-9][\w.-]{1,95}/[A-Za-z0-9][\w.-]{1,95}[\"']")
_CALLED_SO = (b"model", b"llm", b"repo_id", b"checkpoint")
_BEFORE = 120


def may_set(content: bytes) -> bool:
    """Whether code gives a model's name to a variable or an option that is called like one."""
    for found in _SET.finditer(content):
        before = content[max(0, found.start() - _BEFORE) : found.start()].lower()
        if any(part in before for part in _CALLED_SO):
            return True
    return False


def may_load(text: str) -> bool:
    """Whether it is worth while to look for calls in a file. Plain searches: one pattern of all names takes ten times as long."""
    if any(name in text for name in _TELLING) or _CALL.search(text):
        return True
    return any(name in text for name in _LIBRARIES) and any(name in text for name in _COMMON)


_PROVIDERS = lazy(
    r"(?:huggingface|together_ai|openrouter|fireworks_ai|deepinfra|hosted_vllm|vllm|hf_hub|hf-hub)[/:](.+)"
)
_OLLAMA_PREFIX = lazy(r"ollama(?:_chat)?[/:](.+)")
_OLLAMA_NAME = lazy(r"[a-z0-9][\w.-]*(?:/[\w.-]+)?(?::[\w.-]+)?")
_PATH = lazy(r"(?:\.{0,2}/|~/)?[\w.@-]+(?:/[\w.@-]+)*/?")


def name_of(text: str, loader: Loader) -> tuple[str, Source] | None:
    """Return the name that an argument holds and where it is looked up, ``None`` when it is no name of a model."""
    local = _OLLAMA_PREFIX.fullmatch(text)
    if local or loader.source is Source.OLLAMA:
        name = local[1] if local else text
        return (name, Source.OLLAMA) if _OLLAMA_NAME.fullmatch(name) else None
    hosted = _PROVIDERS.fullmatch(text)
    name = hosted[1] if hosted else text
    found = hub_id(name)
    if found:
        return found, Source.HUB
    return (name, Source.HUB) if _PATH.fullmatch(name) and len(name) > 1 else None
