"""The card of a model or dataset: what the front matter of a document says."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from msgspec import Struct, field

from licscan.core.message import ProblemError, message, quoted
from licscan.core.text import plain_message

if TYPE_CHECKING:
    import yaml

MAX_FRONT_MATTER = 256 * 1024
_MAX_EVENTS = 50_000
_MAX_DEPTH = 40
# What the aliases would come to if they were written out: no real card is longer.
_MAX_EXPANDED = 200_000
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


class CardError(ProblemError, ValueError):
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
            raise CardError(
                message(
                    "issue.front-matter-longer",
                    "the front matter is longer than {count} characters",
                    count=MAX_FRONT_MATTER,
                )
            )
        return None
    return _read_front_matter(front[1], first_line=text.count("\n", 0, front.start(1)) + 1)


def body_of(text: str) -> str:
    """Return what stands after the front matter."""
    front = _FRONT.match(text[: MAX_FRONT_MATTER + 16])
    return text[front.end() :] if front else text


def _read_front_matter(text: str, first_line: int = 2) -> Card | None:
    """Return the card written in ``text``, which begins on ``first_line`` of its file; raise ``CardError``.

    The YAML is read without building it: only scalars at the top, and lists of them, are taken.
    """
    import yaml  # loaded only where there is some

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        _check(yaml.parse(text, Loader=loader))
        root = yaml.compose(text, Loader=loader)
    except CardError:
        raise
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        problem = getattr(error, "problem", None) or str(error)
        raise CardError(
            message(
                "issue.front-matter-no", "the front matter is not YAML: {detail}", detail=quoted(plain_message(problem))
            )
        ) from error
    if not isinstance(root, yaml.MappingNode):
        return None
    texts: dict[str, tuple[Value, ...]] = {}
    for key, node in root.value:
        if isinstance(key, yaml.ScalarNode):
            texts.setdefault(key.value.lower(), tuple(_values(node, first_line)))
    return Card(texts=texts, names=frozenset(texts))


def _values(node: yaml.Node, first_line: int) -> Iterable[Value]:
    import yaml

    items = node.value if isinstance(node, yaml.SequenceNode) else [node]
    for item in items:
        if isinstance(item, yaml.ScalarNode) and item.value.strip():
            yield Value(item.value.strip(), item.start_mark.line + first_line)


def _check(events: Iterable[yaml.Event]) -> None:
    """Raise ``CardError`` for what is nested, long, or grows by aliases beyond any real card; nothing is built."""
    import yaml

    sizes: dict[str, int] = {}
    open_nodes: list[tuple[str | None, int]] = []  # anchor, and the size so far, of the collections that are open
    for count, event in enumerate(events):
        if count > _MAX_EVENTS:
            raise CardError(
                message("issue.front-matter-has", "the front matter has more than {count} parts", count=_MAX_EVENTS)
            )
        if isinstance(event, (yaml.SequenceStartEvent, yaml.MappingStartEvent)):
            open_nodes.append((event.anchor, 1))
            if len(open_nodes) > _MAX_DEPTH:
                raise CardError(
                    message(
                        "issue.front-matter-nested",
                        "the front matter is nested more than {count} deep",
                        count=str(_MAX_DEPTH),
                    )
                )
            continue
        if isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
            anchor, size = open_nodes.pop()
        elif isinstance(event, yaml.AliasEvent):
            anchor, size = None, sizes.get(event.anchor or "", 1)
        elif isinstance(event, yaml.ScalarEvent):
            anchor, size = event.anchor, 1
        else:
            continue
        if anchor:
            sizes[anchor] = size
        if size > _MAX_EXPANDED:
            raise CardError(
                message("issue.aliases-stand-for", "its aliases expand to more than {count} parts", count=_MAX_EXPANDED)
            )
        if open_nodes:
            outer, so_far = open_nodes[-1]
            open_nodes[-1] = (outer, so_far + size)
