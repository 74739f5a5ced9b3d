"""Models that a third party serves over its interface: the names of those that nobody publishes, and what services are called.

No weights of them are in anybody's hands but the service's: what binds is the contract with it.
"""

from __future__ import annotations

import re

from msgspec import Struct

from licscan.util.lazy_pattern import lazy

# What services are called before the name of a model: their key in the register.
_HOSTS = {
    "together_ai": "together",
    "together": "together",
    "openrouter": "openrouter",
    "fireworks_ai": "fireworks",
    "deepinfra": "deepinfra",
    "groq": "groq",
    "nvidia_nim": "nvidia",
    "nebius": "nebius",
    "novita": "novita",
    "sambanova": "sambanova",
    "cerebras": "cerebras",
    "replicate": "replicate",
    "azure": "azure",
    "azure_ai": "azure",
    "bedrock": "aws",
    "vertex_ai": "google",
    "watsonx": "ibm",
    "@cf": "cloudflare",
    "@hf": "cloudflare",
    "hf-inference": "huggingface",
}
_MAKERS = {
    "openai": r"(?:chatgpt-4o-latest|gpt-(?:3(?:\.5|5)?|4(?:o|\.1|\.5)?|5(?:\.\d)?|image|audio|realtime)(?:-[\w.]{1,30}){0,4}"
    r"|o[134](?:-(?:mini|pro|preview|deep-research|\d{4}|\d\d)){0,4}|text-embedding-(?:ada-002|3-small|3-large)|text-davinci-\d{3}|code-davinci-\d{3}"
    r"|davinci-002|babbage-002|dall-e-[23]|tts-1(?:-hd)?|whisper-1|(?:omni|text)-moderation-(?:latest|stable|[\d-]{4,10})|codex-mini-latest|sora-2(?:-pro)?)",
    "anthropic": r"claude-(?:instant|\d|opus|sonnet|haiku|fable)(?:[.-][\w@]{1,20}){0,6}",
    "google": r"(?:gemini-(?:pro|ultra|nano|\d|flash|embedding|exp|live)(?:[.-]\w{1,20}){0,6}|text-(?:multilingual-)?embedding-00\d|embedding-001"
    r"|(?:text|chat|code|codechat)-bison(?:@\d{3})?|imagen-?\d[\w.-]{0,40}|veo-\d[\w.-]{0,40}|multimodalembedding@\d{3})",
    "mistral": r"(?:mistral-(?:tiny|small|medium|large)-(?:latest|\d{4})|mistral-(?:tiny|small|medium)|codestral-(?:embed-)?(?:latest|\d{4})|(?:codestral|mistral)-embed"
    r"|pixtral-(?:large-)?(?:latest|\d{4})|ministral-\d{1,2}b-(?:latest|\d{4})|magistral-(?:small|medium)-(?:latest|\d{4})|devstral-(?:small|medium)-(?:latest|\d{4})"
    r"|open-(?:mistral-(?:7b|nemo)|mixtral-8x(?:7|22)b)(?:-\d{4})?|mistral-(?:ocr|moderation)-(?:latest|\d{4}))",
    "cohere": r"(?:command-(?:light|nightly)|command-[ar](?:7b)?(?:-(?:plus|vision|translate|reasoning))?-\d\d-\d{4}|embed-(?:english|multilingual)-(?:light-)?v[\d.]{1,4}"
    r"|embed-v4\.0|rerank-(?:english|multilingual)-v[\d.]{1,4}|rerank-v[\d.]{1,4})",
    "xai": r"grok-(?:beta|\d|code|vision)(?:[.-][\w.]{1,20}){0,5}",
    "deepseek": r"deepseek-(?:chat|reasoner)",
    "amazon": r"(?:us\.|eu\.|apac\.|global\.)?(?:amazon\.(?:nova|titan)-[\w.:-]{1,60}|anthropic\.claude-[\w.:-]{1,60}|meta\.llama[\w.:-]{1,60}"
    r"|cohere\.(?:command|embed)-[\w.:-]{1,60}|mistral\.mi[\w.:-]{1,60}|ai21\.j[\w.:-]{1,60}|stability\.[\w.:-]{1,60})",
    "perplexity": r"sonar(?:-(?:pro|reasoning|deep-research|small|medium|large)){0,3}(?:-(?:online|chat))?",
    "voyage": r"voyage-(?:\d|code|law|finance|multilingual|large|lite|context)(?:[.-]\w{1,12}){0,4}",
}
MAKERS = frozenset(_MAKERS)
# Of these makers the service is another's.
_SERVICE = {"amazon": "aws"}
_PREFIXES = "|".join(
    sorted({*_HOSTS, *_MAKERS, "gemini", "vertex", "litellm_proxy", "models", "perplexity", "bedrock"})
)
_NAME = lazy(
    rf"(?:(?P<host>{_PREFIXES})[/:])?(?:(?:{_PREFIXES}|x-ai|mistralai)/)?(?:models/)?(?:"
    + "|".join(f"(?P<{maker}>{pattern})" for maker, pattern in _MAKERS.items())
    + ")"
)
# How Vertex AI calls others' models that it serves.
_ON_VERTEX = lazy(r"([a-z][a-z0-9.-]{3,80})-maas")
_LONGEST = 120
# Where such a name is given to something that takes one.
TAKES = lazy(
    r"model|llm|embed|engine|deployment|completion|rerank|moderation|chat|openai|anthropic|claude|gemini|bedrock|mistral|cohere|whisper|dall",
    re.IGNORECASE,
)


class Served(Struct, frozen=True, kw_only=True):
    """A model of ``maker`` that ``service`` serves: its name among models, ``openai/gpt-4o``."""

    name: str
    service: str


def served(text: str) -> Served | None:
    """Return the model without published weights that the whole of ``text`` names; ``None`` for anything else."""
    found = _NAME.fullmatch(text) if 2 <= len(text) <= _LONGEST else None
    if found is None:
        vertex = _ON_VERTEX.fullmatch(text)
        return Served(name=vertex[1], service="google") if vertex else None
    maker = next(maker for maker in _MAKERS if found[maker])
    return Served(name=f"{maker}/{found[maker]}", service=_HOSTS.get(found["host"] or "") or _SERVICE.get(maker, maker))


def host_of(prefix: str) -> str | None:
    """Return the service that ``prefix`` before the name of a model says serves it; ``None`` for one that downloads it."""
    return _HOSTS.get(prefix)
