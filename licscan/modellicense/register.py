"""The register of model licences (``rules/models.yaml``): how each is recognised, and what it asks.

Facts alone: what a term comes to for a product is for ``licscan.policy`` to say. Names are matched without regard to case.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from functools import lru_cache
from importlib import resources
from typing import Any

from msgspec import Struct, field

from licscan.errors import LicscanError

FILE = "models.yaml"
# What stands in place of a licence where a name of the family is under one that is not on record.
UNRECORDED = "unknown"
CONFIDENCES = ("high", "medium", "low")
# Facts of low confidence are shown, and enforced by none.
ENFORCED = frozenset({"high", "medium"})
_FIELDS = frozenset(
    """id name publisher version date release general confidence basis source ids hub_licenses hub_models exceptions names
    files ollama services phrases phrases_all mistaken_for terms""".split()
)


# What the parts of a name can be that say the form of the weights, and those that say size and kind of the model.
_FORM = re.compile(
    r"gguf|ggml|gptq|awq|exl2|mlx|onnx|bnb|int[48]|fp(?:8|16)|bf16|[2-8]?bit|q\d\w*|qat|quantized|dynamic|w4a16|g\d+|[248]"
)
_KIND = re.compile(
    r"\d{1,4}[bm]?|l\d{1,2}|[ae]\d{1,4}b|\d{1,2}x\d{1,3}b|v\d{1,4}|instruct|chat|it|base|pt|hf|tiny|mini|small|medium|large|xl|xxl|turbo|cased|uncased"
    r"|multilingual|distilled|en|preview|coder|vl|thinking|next"
)

# Words and numbers of a name: "flux.1-dev" and "flux1-dev" have the same.
_TOKEN = re.compile(r"[a-z]+|\d+")
# Parts of a name that say how far weights are quantised, beside the form itself: Q4_K_M.
_LEVEL = re.compile(
    r"[0-8]|k|[smlx]|xs|xxs|nl|iq\d|f(?:16|32)|\d{1,4}k|ud|imat|i1|q|unquantized|merged|fused|quant|safetensors|gguf|torch"
)
_COMMON_WORDS = frozenset("the license licence agreement for of".split())
_FEWEST_WORDS = 2
# A shorter name is a word of many things.
_SHORTEST = 4


class RegisterError(LicscanError):
    """The register is wrong."""


class NamePattern(Struct, frozen=True, kw_only=True):
    """``glob`` names models; ``license`` is the id of their licence, ``UNRECORDED`` where it is not on record. ``source``, ``date`` and
    ``confidence`` say how that is known, where it is known apart from the licence."""

    glob: str
    license: str
    source: str = ""
    date: str = ""
    confidence: str = ""


class Lineage(Struct, frozen=True, kw_only=True):
    """The models that ``glob`` names derive from ``bases``, as ``source`` tells."""

    glob: str
    bases: tuple[str, ...]
    source: str


class ModelLicense(Struct, frozen=True, kw_only=True):
    """One licence under which models are released, or the contract under which a service lets them be used: ``services`` are the names of
    those by their keys. ``terms`` are its fields as ``docs/models.md`` lists them."""

    id: str
    name: str
    publisher: str
    confidence: str
    basis: str
    sources: tuple[str, ...]
    version: str | None = None
    date: str | None = None
    release: str | None = None
    general: bool = False
    ids: tuple[str, ...] = ()
    hub_licenses: tuple[str, ...] = ()
    hub_models: tuple[str, ...] = ()
    exceptions: tuple[NamePattern, ...] = ()
    names: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    ollama: tuple[str, ...] = ()
    services: Mapping[str, str] = field(default_factory=dict)
    phrases: tuple[str, ...] = ()
    phrases_all: tuple[tuple[str, ...], ...] = ()
    mistaken_for: tuple[str, ...] = ()
    terms: Mapping[str, Any] = field(default_factory=dict)

    def __hash__(self) -> int:  # its terms have no hash
        return hash(self.id)

    @property
    def enforced(self) -> bool:
        return self.confidence in ENFORCED


class ModelRegister:
    """Model licences by id, by what a card calls them, and by the models that are under them.

    Raises ``RegisterError`` when one id stands for two licences, or an exception names none.
    """

    def __init__(
        self,
        licenses: Iterable[ModelLicense],
        datasets: Iterable[NamePattern] = (),
        copies: Iterable[str] = (),
        lineages: Iterable[Lineage] = (),
        models: Iterable[NamePattern] = (),
    ) -> None:
        self.licenses = tuple(licenses)
        self.models = tuple(models)
        self.datasets = tuple(datasets)
        self._by_id: dict[str, ModelLicense] = {}
        for entry in self.licenses:
            for name in (entry.id, *entry.ids):
                if self._by_id.setdefault(name.lower(), entry) is not entry:
                    raise RegisterError(f"{name!r} stands for two model licences", where=FILE)
        exceptions = [pattern for entry in self.licenses for pattern in entry.exceptions]
        for pattern in exceptions:
            if pattern.license != UNRECORDED and self.find(pattern.license) is None:
                raise RegisterError(
                    f"{pattern.license!r}, the licence of {pattern.glob!r}, is not on record", where=FILE
                )
        family = [NamePattern(glob=glob, license=e.id) for e in self.licenses for glob in e.hub_models]
        self._hub = _ordered([*exceptions, *self.models, *family])
        self._copies = frozenset(owner.lower() for owner in copies)
        self._names = _ordered(NamePattern(glob=glob, license=e.id) for e in self.licenses for glob in e.names)
        self._files = _ordered(NamePattern(glob=glob, license=e.id) for e in self.licenses for glob in e.files)
        self._ollama = _ordered(NamePattern(glob=glob, license=e.id) for e in self.licenses for glob in e.ollama)
        self._datasets = _ordered(self.datasets)
        self._services = {key: (name, e.id) for e in self.licenses for key, name in e.services.items()}
        self.lineages = tuple(lineages)
        self._bare = _bare_names(self._hub)

    def __iter__(self) -> Iterator[ModelLicense]:
        return iter(self.licenses)

    def find(self, name: str) -> ModelLicense | None:
        """Return the licence that has ``name`` among its ids."""
        return self._by_id.get(name.lower())

    def search(self, text: str) -> tuple[ModelLicense, ...]:
        """Return the licence called ``text``, else all that have it in their id or name."""
        exact = self.find(text)
        wanted = text.lower()
        if exact:
            return (exact,)
        return tuple(e for e in self.licenses if any(wanted in name.lower() for name in (e.id, e.name, *e.ids)))

    def in_card(self, value: str) -> tuple[ModelLicense, ...]:
        """Return the licences that a model card's ``license`` or ``license_name`` can mean: one value may stand for several."""
        wanted = value.strip().lower()
        found = tuple(entry for entry in self.licenses if wanted in entry.hub_licenses)
        return found or self._called(wanted)

    def _called(self, text: str) -> tuple[ModelLicense, ...]:
        """Return the licences of models whose name is ``text``, with or without what tells one version from another."""
        words = _name_words(text)
        if len(words) < _FEWEST_WORDS:
            return ()
        return tuple(e for e in self.licenses if not e.general and _is_name(words, _name_words(e.name)))

    def of_model(self, hub_id: str) -> str | None:
        """Return the id of the licence that ``hub_id`` (``owner/name``) is published under; ``None`` when not on record."""
        return _first(self._hub, hub_id)

    def models_of(self, entry: ModelLicense) -> tuple[NamePattern, ...]:
        """Return the models that are recorded one by one as being under ``entry``."""
        return tuple(model for model in self.models if model.license == entry.id)

    def of_name(self, name: str) -> str | None:
        """Return the id of the licence of the family that ``name``, whoever uploaded it, says it derives from."""
        return _first(self._names, name.rpartition("/")[2])

    def of_copy(self, hub_id: str) -> str | None:
        """Return the id of the licence of the model that ``hub_id`` is a copy of in another form: converted or quantised, under
        the model's own name, by one of those who do that. ``None`` for a name that says of any further work."""
        owner, _, name = hub_id.lower().rpartition("/")
        if owner not in self._copies:
            return None
        for pattern in self._hub:
            stem, star, _ = pattern.glob.rpartition("/")[2].partition("*")
            if not stem or not name.startswith(stem):
                continue
            parts = [part for part in re.split("[-_.]", name[len(stem) :]) if part]
            if all(_FORM.fullmatch(part) or (star and _KIND.fullmatch(part)) for part in parts):
                return pattern.license
        return None

    def of_bare(self, name: str) -> str | None:
        """Return the id of the licence of the model or family that a file or folder called ``name`` is of, without its publisher.

        A family whose licence follows what derives from it is known by its name at the start; any other by the name of a model with its
        size and form alone. ``None`` where two licences are possible.
        """
        lowered = name.rpartition("/")[2].lower()
        if key := _first(self._names, lowered):
            return key
        if key := _first(self._files, lowered):
            return key
        tokens = [(token[0], token.end()) for token in _TOKEN.finditer(lowered)]
        words = tuple(word for word, _ in tokens)
        for stem, keys in self._bare:
            if words[: len(stem)] != stem:
                continue
            rest = lowered[tokens[len(stem) - 1][1] :]
            parts = [part for part in re.split("[-_.]", rest) if part]
            is_name = len(stem) > 1 or any(character.isdigit() for character in rest)
            if is_name and (not rest or rest[0] in "-_.") and all(map(_is_form_or_kind, parts)):
                return next(iter(keys)) if len(keys) == 1 else None
        return None

    def bases_of(self, hub_id: str) -> tuple[str, ...]:
        """Return the models that ``hub_id`` is known to derive from, by their names on the Hub."""
        lowered = hub_id.lower()
        return next((one.bases for one in self.lineages if fnmatchcase(lowered, one.glob.lower())), ())

    def of_ollama(self, name: str) -> str | None:
        """Return the id of the licence of a model in Ollama's library (``llama3.1:8b``)."""
        return _first(self._ollama, name) or _first(self._ollama, name.partition(":")[0])

    def of_service(self, key: str) -> tuple[str, str] | None:
        """Return the name of the service that ``key`` stands for, and the id of the contract under which it serves models."""
        return self._services.get(key)

    def of_dataset(self, hub_id: str) -> str | None:
        """Return the key of the licence that a dataset is known to be under."""
        return _first(self._datasets, hub_id)


@lru_cache(maxsize=1)
def model_register() -> ModelRegister:
    """Return the register that comes with licscan."""
    import yaml  # the gate looks at names first, and seldom comes here

    text = (resources.files("licscan") / "rules" / FILE).read_text(encoding="utf-8")
    return read_register(yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))  # noqa: S506 - a safe loader


def read_register(document: Mapping[str, Any]) -> ModelRegister:
    """Return the register in ``document``; raise ``RegisterError`` for an entry that lacks a field or has an unknown one."""
    datasets = (NamePattern(glob=raw["models"], license=raw["license"]) for raw in document.get("datasets", ()))
    lineages = (
        Lineage(glob=raw["models"], bases=tuple(raw["bases"]), source=raw["source"])
        for raw in document.get("lineages", ())
    )
    licenses = (_license(raw) for raw in document["licenses"])
    models = (
        NamePattern(
            glob=raw["models"],
            license=raw["license"],
            source=raw["source"],
            date=raw["date"],
            confidence=raw["confidence"],
        )
        for raw in document.get("models", ())
    )
    return ModelRegister(licenses, datasets, document.get("copies", ()), lineages, models)


def _license(raw: Mapping[str, Any]) -> ModelLicense:
    name = str(raw.get("id", "an entry"))
    unknown = sorted(set(raw) - _FIELDS)
    if unknown:
        raise RegisterError(f"{name}: unknown field {', '.join(unknown)}", where=FILE)
    lacking = [wanted for wanted in ("id", "name", "confidence", "source") if not raw.get(wanted)]
    if lacking:
        raise RegisterError(f"{name}: lacks {', '.join(lacking)}", where=FILE)
    if raw["confidence"] not in CONFIDENCES:
        raise RegisterError(
            f"{name}: confidence is {raw['confidence']!r}, expected {', '.join(CONFIDENCES)}", where=FILE
        )
    source = raw["source"]
    return ModelLicense(
        id=raw["id"],
        name=raw["name"],
        publisher=raw.get("publisher", "the publisher"),
        confidence=raw["confidence"],
        basis=raw.get("basis", ""),
        sources=(source,) if isinstance(source, str) else tuple(source),
        version=raw.get("version"),
        date=raw.get("date"),
        release=raw.get("release"),
        general=raw.get("general", False),
        exceptions=tuple(NamePattern(glob=one["models"], license=one["license"]) for one in raw.get("exceptions", ())),
        phrases_all=tuple(tuple(together) for together in raw.get("phrases_all", ())),
        services=dict(raw.get("services", {})),
        terms=dict(raw.get("terms", {})),
        **{name: tuple(raw.get(name, ())) for name in _LISTS},
    )


_LISTS = ("ids", "hub_licenses", "hub_models", "names", "files", "ollama", "phrases", "mistaken_for")


def _ordered(patterns: Iterable[NamePattern]) -> tuple[NamePattern, ...]:
    """The most telling first: of two globs that match a name, the longer says more about it. Equals stay in order."""
    known = (pattern for pattern in patterns if not pattern.confidence or pattern.confidence in ENFORCED)
    lowered = dict.fromkeys(NamePattern(glob=pattern.glob.lower(), license=pattern.license) for pattern in known)
    return tuple(sorted(lowered, key=lambda pattern: -len(pattern.glob.replace("*", ""))))


def _first(patterns: tuple[NamePattern, ...], name: str) -> str | None:
    lowered = name.lower()
    return next((pattern.license for pattern in patterns if fnmatchcase(lowered, pattern.glob)), None)


@lru_cache(maxsize=1024)
def _name_words(text: str) -> tuple[str, ...]:
    """The words of a licence's name, without those that every other name has."""
    return tuple(word for word in re.findall(r"[a-z0-9.]+", text.lower()) if word not in _COMMON_WORDS)


def _is_name(words: tuple[str, ...], name: tuple[str, ...]) -> bool:
    """Whether ``words`` are a name, but for a version at its end."""
    return name[: len(words)] == words and all(
        word.strip("v.").replace(".", "").isdigit() for word in name[len(words) :]
    )


def _is_form_or_kind(part: str) -> bool:
    return bool(_FORM.fullmatch(part) or _KIND.fullmatch(part) or _LEVEL.fullmatch(part))


def _bare_names(patterns: Iterable[NamePattern]) -> tuple[tuple[tuple[str, ...], frozenset[str]], ...]:
    """Return how models are called without their publisher, in words and numbers, each with the licences that this may mean, the
    longest names first."""
    found: dict[tuple[str, ...], set[str]] = {}
    for pattern in patterns:
        stem = pattern.glob.rpartition("/")[2].partition("*")[0]
        if len(stem.strip("-_.")) >= _SHORTEST:
            found.setdefault(tuple(_TOKEN.findall(stem)), set()).add(pattern.license)
    return tuple((stem, frozenset(found[stem])) for stem in sorted(found, key=lambda stem: (-len(stem), stem)))
