"""Models whose files lie in the tree: weights, the folders of the Hub, Llama's own layout, Modelfiles, cards."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct, field

from licscan.aimodel.card import Card, Value
from licscan.aimodel.card_body import CardBody
from licscan.aimodel.file import BESIDE, CONFIGS, INDEX, MODELSCOPE, TOKENIZER, FileFacts
from licscan.aimodel.modelfile import Modelfile
from licscan.aimodel.reading import hub_id, is_path
from licscan.aimodel.weights import Weights
from licscan.core.aimodel import AiModelKind
from licscan.core.issue import Issue, IssueCode
from licscan.core.location import Location
from licscan.core.message import Message, message

_CACHE_FOLDER = re.compile(r"(?:^|/)models--([\w.-]+?)--([\w.-]+)(?:/|$)")
_SHARD = re.compile(r"[-_.]?\d{2,5}-of-\d{2,5}|\.\d{2}$")
# Where GGUF files and others name what they were made from.
_BASE_KEYS = re.compile(r"general\.(?:base_model\.\d+|source)\.(?:repo_url|url|huggingface\.repository)|base_model")
_LICENSE_KEYS = ("general.license", "modelspec.license", "license", "License")
# What a header calls the licence where the field only says that it is another one.
_LICENSE_NAME_KEYS = ("general.license.name", "license_name")
_NO_NAME = frozenset({"other", "unknown", "custom", ""})


class Held(Struct, frozen=True, kw_only=True):
    """A model or dataset in the tree, as its own files describe it. ``path`` is its folder (``.`` is the root) or file."""

    path: str
    kind: AiModelKind = AiModelKind.MODEL
    weights: tuple[Weights, ...] = ()
    card: Card | None = None
    card_path: str = ""
    body: CardBody = field(default_factory=CardBody)
    configs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    places: tuple[Location, ...] = ()
    bases: tuple[str, ...] = ()
    licenses: tuple[tuple[str, Location], ...] = ()
    relation: str | None = None
    modelfile: bool = False

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def size(self) -> int | None:
        """The bytes of all weights: those that are here, else what their index says."""
        if self.weights:
            return sum(item.size for item in self.weights)
        metadata = self.configs.get(INDEX, {}).get("metadata")
        total = metadata.get("total_size") if isinstance(metadata, dict) else None
        return total if isinstance(total, int) and total > 0 else None

    def config(self, key: str) -> str | None:
        """Return a text of the model's configuration."""
        for name in CONFIGS:
            value = self.configs.get(name, {}).get(key)
            if isinstance(value, list) and value:
                value = value[0]
            if isinstance(value, str) and value:
                return value
        return None


def find_held(facts: Mapping[str, FileFacts], weights: Iterable[Weights]) -> tuple[tuple[Held, ...], tuple[Issue, ...]]:
    """Return the models and datasets that lie in a tree, ordered by path. ``facts`` are those of its files, by path."""
    described = _Folders()
    for path, said in facts.items():
        described.read(path, said)
    weights = tuple(weights)
    described.accept_plain_cards(weights)
    owned: dict[str, list[Weights]] = defaultdict(list)
    for item in weights:
        owned[described.home(item.path)].append(item)
    held = [
        described.held(folder, owned.pop(folder, []))
        for folder in sorted(described.folders)
        if folder in owned or folder in described.cards or described.is_model(folder)
    ]
    # A configuration alone, which names no model, is the plan of one.
    held = [item for item in held if item.weights or item.card or item.bases or item.size or own_id(item)]
    held += [
        _with_metadata(Held(path=loose[0].path, weights=loose, places=_places(loose)))
        for items in owned.values()
        for loose in _by_stem(items)
    ]
    held += described.modelfiles
    return tuple(sorted(held, key=lambda item: item.path)), tuple(described.issues)


class _Folders:
    """What the small files say, by the folder that they lie in."""

    def __init__(self) -> None:
        self.configs: dict[str, dict[str, Mapping[str, Any]]] = defaultdict(dict)
        self.cards: dict[str, tuple[str, Card]] = {}
        self._plain: dict[str, tuple[str, Card]] = {}
        self._bodies: dict[str, CardBody] = {}
        self.modelfiles: list[Held] = []
        self.issues: list[Issue] = []

    @property
    def folders(self) -> set[str]:
        return {*self.configs, *self.cards}

    def read(self, path: str, facts: FileFacts) -> None:
        folder, _, name = path.rpartition("/")
        if facts.config:
            self.configs[folder][name.lower()] = facts.config
        if facts.card:
            cards = self.cards if facts.card.is_about_models else self._plain
            if folder not in cards or name.lower() == "readme.md":
                cards[folder] = (path, facts.card)
                self._bodies[path] = facts.body
        if facts.modelfile:
            self.modelfiles.append(_made(path, facts.modelfile))
        if facts.trouble:
            self._issue(path, facts.trouble)
        if facts.stopped is not None:
            self.issues.append(
                Issue(
                    code=IssueCode.TOO_LARGE,
                    message=message(
                        "issue.file-names-more",
                        "the file names more models and data sets, or in more steps, than are followed: some may be missing",
                    ),
                    location=Location(path=path, start_line=facts.stopped, end_line=facts.stopped),
                    hint=message(
                        "issue.name-models-in", "name the models in a smaller file, or leave it out with --exclude"
                    ),
                )
            )

    def accept_plain_cards(self, weights: Iterable[Weights]) -> None:
        """Take a document that states nothing but a licence for the card of the weights or the model beside it."""
        folders = {item.path.rpartition("/")[0] for item in weights}
        # A folder of its own below the model's: "gguf", "onnx". Above all others stands the project itself.
        above = {folder.rpartition("/")[0] for folder in folders} - {""}
        for folder, card in self._plain.items():
            if folder not in self.cards and (folder in folders or folder in above or self.is_model(folder)):
                self.cards[folder] = card

    def is_model(self, folder: str) -> bool:
        """Whether the configurations in a folder are those of a model: many programs have a ``config.json``."""
        configs = self.configs.get(folder, {})
        keys = set(configs.get("config.json", {})) & {"model_type", "architectures", "_class_name", "_name_or_path"}
        named = bool(keys) or "adapter_config.json" in configs or INDEX in configs
        modelscope = configs.get(MODELSCOPE, {})
        is_modelscope = isinstance(modelscope.get("task"), str) and "framework" in modelscope
        return named or is_modelscope or "_class_name" in configs.get("model_index.json", {})

    def home(self, path: str) -> str:
        """Return the folder whose model the weights at ``path`` belong to: the uppermost in reach that describes one."""
        own = folder = path.rpartition("/")[0]
        found = None
        for _ in range(3):
            if folder in self.cards or self.is_model(folder) or self._is_llama(folder, path):
                found = folder
            if "modules.json" in self.configs.get(folder, {}) or "model_index.json" in self.configs.get(folder, {}):
                return folder
            if not folder or (found is not None and folder.rpartition("/")[0] not in self.cards):
                break
            folder = folder.rpartition("/")[0]
        return found if found is not None else f"{own}/?"

    def _is_llama(self, folder: str, path: str) -> bool:
        """Llama's own layout: ``params.json`` beside ``consolidated.00.pth``."""
        return path.rpartition("/")[2].startswith("consolidated") and "params.json" in self.configs.get(folder, {})

    def held(self, folder: str, weights: Sequence[Weights]) -> Held:
        card_path, card = self.cards.get(folder, ("", None))
        configs = self.configs.get(folder, {})
        prefix = f"{folder}/" if folder else ""
        described = [Location(path=f"{prefix}{name}") for name in configs if name not in BESIDE]
        places = [*_places(weights), *described, *([Location(path=card_path)] if card else [])]
        is_data = card is not None and card.is_about_data and not weights and not self.is_model(folder)
        found = Held(
            path=folder or ".",
            kind=AiModelKind.DATASET if is_data else AiModelKind.MODEL,
            weights=tuple(weights),
            card=card,
            card_path=card_path,
            body=self._bodies.get(card_path, CardBody()),
            configs=configs,
            places=tuple(places),
        )
        return _with_metadata(found)

    def _issue(self, path: str, problem: Message) -> None:
        self.issues.append(
            Issue(
                code=IssueCode.BROKEN_MODEL_FILE,
                message=problem,
                location=Location(path=path),
                hint=message("hint.correct-file", "correct the file, or leave it out with --exclude"),
            )
        )


def own_id(held: Held) -> str | None:
    """Return the name on the Hub that a held model goes by, where its files or its place tell."""
    cached = _CACHE_FOLDER.search(held.path)
    if cached:
        return f"{cached[1]}/{cached[2]}"
    stated = hub_id(held.config("_name_or_path") or "")
    if stated and stated.rpartition("/")[2].lower() == held.name.lower():
        return stated
    tail = "/".join(held.path.split("/")[-2:])
    return (
        hub_id(tail) if held.path.count("/") >= 2 and held.path.split("/")[-3].lower() in ("models", "model") else None
    )


def _with_metadata(held: Held) -> Held:
    """Add what the weights' own headers, the card and the configuration say of licence and lineage."""
    card = held.card or Card()
    headers = [(item.path, item.header.metadata) for item in held.weights if item.header]
    licenses = [(text, Location(path=path)) for path, metadata in headers for text in _header_licenses(metadata)]
    stated = [value.text for value in card.values("base_model")]
    adapter = held.configs.get("adapter_config.json", {}).get("base_model_name_or_path")
    tokenizer = held.configs.get(TOKENIZER, {}).get("name_or_path")
    named = [text for text in (adapter, held.config("_name_or_path"), tokenizer) if isinstance(text, str)]
    made_from = [text for _, metadata in headers for key, text in metadata.items() if _BASE_KEYS.fullmatch(key)]
    own = own_id(held)
    bases = [base for text in (*stated, *named, *made_from) if (base := _base(text)) and base != own]
    changes = {"bases": tuple(dict.fromkeys(bases)), "licenses": tuple(dict.fromkeys((*held.licenses, *licenses)))}
    return _replace(held, **changes, relation=_relation(held, card, bool(bases), len(set(stated))))


def _header_licenses(metadata: Mapping[str, str]) -> Iterator[str]:
    """Yield what a header says of the licence: the name of another one where there is one, else what stands in the field."""
    named = next((text for key in _LICENSE_NAME_KEYS if (text := metadata.get(key))), None)
    for key in _LICENSE_KEYS:
        text = metadata.get(key)
        if text is not None and text.strip().lower() not in _NO_NAME:
            yield text
        elif text is not None and key == "general.license" and not named:
            yield text or "other"
    if named and metadata.get("general.license", "").strip().lower() in _NO_NAME:
        yield named


def _base(text: str) -> str | None:
    """Return the base that ``text`` names: ``owner/name``, or ``path:`` and a path; ``None`` for what is neither."""
    cached = _CACHE_FOLDER.search(text)
    if cached:
        return f"{cached[1]}/{cached[2]}"
    if name := hub_id(text):
        return name
    path = text.strip().replace("\\", "/").rstrip("/")
    return f"path:{path}" if is_path(path) and path.strip("./~") else None


def _replace(held: Held, **changes: Any) -> Held:
    names = (
        "path",
        "kind",
        "weights",
        "card",
        "card_path",
        "configs",
        "places",
        "bases",
        "licenses",
        "relation",
        "modelfile",
    )
    return Held(**{name: changes.get(name, getattr(held, name)) for name in names})


def with_bases(held: Held, bases: tuple[str, ...]) -> Held:
    """Return ``held`` with other bases; without any it derives from nothing."""
    if bases == held.bases:
        return held
    relation = held.relation or ("finetune" if bases else None)
    return _replace(held, bases=bases, relation=relation if bases else None)


def _relation(held: Held, card: Card, has_base: bool, stated: int) -> str | None:
    told = card.value("base_model_relation")
    tags = {value.text.lower() for value in card.values("tags")}
    if not has_base:
        return None
    if told:
        return told.text
    if "adapter_config.json" in held.configs:
        return "adapter"
    if stated > 1 or "merge" in tags:
        return "merge"
    quantised = any(
        item.format in ("gguf", "ggml") for item in held.weights
    ) or "quantization_config" in held.configs.get("config.json", {})
    return "quantized" if quantised else "finetune"


def _made(path: str, modelfile: Modelfile) -> Held:
    """Return the model that an Ollama Modelfile makes."""
    licenses = [(text, Location(path=path, start_line=line)) for text, line in modelfile.licenses]
    return Held(
        path=path,
        places=(Location(path=path, start_line=modelfile.line),),
        bases=modelfile.bases,
        licenses=tuple(licenses),
        relation="finetune",
        modelfile=True,
    )


def _by_stem(weights: Sequence[Weights]) -> Iterator[tuple[Weights, ...]]:
    """Group the shards of one model: ``a-00001-of-00002.gguf`` and ``a-00002-of-00002.gguf``."""
    groups: dict[str, list[Weights]] = defaultdict(list)
    for item in weights:
        stem = item.path.rpartition(".")[0] or item.path
        groups[_SHARD.sub("", stem)].append(item)
    yield from (tuple(group) for group in groups.values())


def _places(weights: Sequence[Weights]) -> tuple[Location, ...]:
    return tuple(Location(path=item.path) for item in weights)


def stated_license(card: Card) -> tuple[Value, ...]:
    """Return what a card says its licence is: ``license_name`` where ``license`` only says that it is another one."""
    given = card.values("license")
    if given and all(value.text.lower() in ("other", "unknown") for value in given):
        return card.values("license_name") or given
    return given or card.values("license_name")
