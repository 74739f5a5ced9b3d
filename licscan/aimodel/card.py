"""The card of a model or dataset: what the front matter of a document says."""

from __future__ import annotations

import re

from msgspec import Struct, field

MAX_FRONT_MATTER = 256 * 1024
_FRONT = re.compile(r"\A\ufeff?\s*---[ \t]*\r?\n(.*?)^---[ \t]*\r?$", re.DOTALL | re.MULTILINE)
_MODEL_KEYS = frozenset(
    """base_model base_model_relation pipeline_tag library_name model-index model_name license_name license_link inference
    widget extra_gated_prompt model_type quantized_by""".split()
)
# What ModelScope's cards have beside the licence.
_MODELSCOPE_KEYS = frozenset("tasks task frameworks framework domain domains model-type studios".split())
_DATASET_KEYS = frozenset(
    "dataset_info task_categories size_categories annotations_creators configs pretty_name".split()
)
_SPACE_KITS = frozenset("gradio streamlit docker static".split())
_TAGS = frozenset(
    "transformers pytorch llama text-generation gguf safetensors diffusers peft lora onnx text-to-image".split()
)
# Words of machine learning that documents about it bear too: a card has a licence beside them.
_TAGS_WITH_LICENSE = frozenset(
    """stable-diffusion textual-inversion embedding mlx sentence-transformers controlnet dreambooth generated_from_trainer conversational
    text-classification tensorflow tf jax flax keras coreml""".split()
)


class CardError(ValueError):
    """The front matter is no YAML, or asks for more than any real card."""


class Value(Struct, frozen=True):
    """A text of the card, and the line of the file where it stands."""

    text: str
    line: int


class Card(Struct, frozen=True):
    """The texts of a card by their key; a key with a list has one value for each text in it."""

    texts: dict[str, tuple[Value, ...]] = field(default_factory=dict)
    names: frozenset[str] = frozenset()

    def values(self, name: str) -> tuple[Value, ...]:
        return self.texts.get(name, ())

    def value(self, name: str) -> Value | None:
        return next(iter(self.values(name)), None)

    @property
    def is_about_data(self) -> bool:
        return bool(self.names & _DATASET_KEYS) and not self.names & {"pipeline_tag", "library_name", "base_model"}

    @property
    def is_of_space(self) -> bool:
        """Whether it describes an application on the Hub, which only uses models."""
        kit = self.value("sdk")
        return kit is not None and kit.text.lower() in _SPACE_KITS

    @property
    def is_about_models(self) -> bool:
        """Whether this is the card of a model or dataset, and not the front matter of a web page."""
        if self.is_of_space:
            return False
        tags = {value.text.lower() for value in self.values("tags")}
        if self.names & _MODEL_KEYS or self.is_about_data or tags & _TAGS:
            return True
        beside = self.names & ({"datasets", "metrics", "language"} | _MODELSCOPE_KEYS)
        return "license" in self.names and bool(beside or tags & _TAGS_WITH_LICENSE)

    @property
    def can_be_of_model(self) -> bool:
        """Whether it is the card of the model that its folder holds, if the folder holds one: it states a licence or a base at least."""
        return self.is_about_models or ("license" in self.names and not self.is_of_space)


def read_card(text: str) -> Card | None:
    """Return the card at the start of ``text``, ``None`` when there is no front matter; raise ``CardError``."""
    if not text[:100].lstrip("\ufeff \t\r\n").startswith("---"):
        return None
    front = _FRONT.match(text[: MAX_FRONT_MATTER + 16])
    if front is None:
        if len(text) > MAX_FRONT_MATTER and "\n---" in text[MAX_FRONT_MATTER:]:
            raise CardError(f"the front matter is longer than {MAX_FRONT_MATTER:,} characters")
        return None
    from licscan.aimodel.front_matter import read_front_matter  # YAML is loaded where there is some

    return read_front_matter(front[1], first_line=text.count("\n", 0, front.start(1)) + 1)


def body_of(text: str) -> str:
    """Return what stands after the front matter."""
    front = _FRONT.match(text[: MAX_FRONT_MATTER + 16])
    return text[front.end() :] if front else text
