"""AI models and datasets: found in weights, cards, configuration and code."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from licscan.core.component import Hash, LicenseClaim
from licscan.core.location import Location


class AiModelKind(str, Enum):
    MODEL = "model"
    DATASET = "dataset"


class AiModel(Struct, frozen=True, kw_only=True):
    """A model or dataset that the codebase holds or uses.

    ``id`` is the hub name (``meta-llama/Llama-2-7b-hf``) where known, else ``path:<path>``. ``format`` names
    the weights' format, or ``reference`` when only code or configuration names it. ``locations`` are
    where it is held or used; ``clues`` where its name merely occurs. ``base_models`` and ``datasets`` are ids.
    ``task``, ``architecture_family`` (``llama``) and ``architecture`` (``LlamaForCausalLM``) are as its card and
    configuration state them.
    """

    id: str
    name: str
    kind: AiModelKind = AiModelKind.MODEL
    format: str = "reference"
    publisher: str | None = None
    claims: tuple[LicenseClaim, ...] = ()
    locations: tuple[Location, ...] = ()
    clues: tuple[Location, ...] = ()
    base_models: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()
    relation: str | None = None  # how it derives from its base: finetune, adapter, merge, quantized
    hashes: tuple[Hash, ...] = ()
    size: int | None = None
    parameters: int | None = None
    task: str | None = None
    architecture_family: str | None = None
    architecture: str | None = None
    description: str | None = None  # this, the authors and the considerations (kind and words) as its card states them
    authors: tuple[str, ...] = ()
    considerations: tuple[tuple[str, str], ...] = ()
    license_links: tuple[str, ...] = ()  # addresses at which its card says that its licence is
    revisions: tuple[str, ...] = ()  # branches, tags and commits that code names
    served_by: str | None = None  # the service that alone runs it, for a model that is used over another's interface
