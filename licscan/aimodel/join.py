"""One model from all that names or holds it, with what it derives from."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from licscan.aimodel.claims import Claims, inherited
from licscan.aimodel.file import BESIDE
from licscan.aimodel.held import Held, own_id, with_bases
from licscan.aimodel.reading import Reference, Source, hub_id, is_path, is_use
from licscan.aimodel.weights import weights_format, weights_name
from licscan.core.aimodel import AiModel, AiModelKind
from licscan.core.component import LicenseClaim
from licscan.core.location import Location

_MAX_CHAIN = 8
# Data that tells of models instead of setting one: tables of a benchmark, results of an evaluation.
_TABLE = re.compile(
    r"(?:.*/)?(?:benchmarks?|benchmarking|leaderboards?|results?|eval_results|baselines|scores)/.+"
    r"|(?:.*[/_.-])?(?:benchmarks?|leaderboards?|results?|scores)(?:[_.-][^/]*)?",
    re.IGNORECASE,
)
_DATA = (".json", ".jsonl", ".yaml", ".yml", ".toml")


class Joiner:
    """Gathers models by id; what was seen first gives the name, places and claims add up."""

    def __init__(self, claims: Claims, held: Sequence[Held]) -> None:
        self._claims = claims
        self._by_path = {item.path: _held_id(item) for item in held if not _is_plan(item)}
        self._models: dict[str, AiModel] = {}
        self._constants: dict[str, Reference] = {}
        for item in map(self._with_bases, held):
            if _is_plan(item):
                for base in item.bases:
                    self._add(_reference(base, AiModelKind.MODEL, claims.of_name(base, item.places), item.places[-1]))
                continue
            self._add(self._held(item))
            self._datasets_of(item)

    def _with_bases(self, held: Held) -> Held:
        """Return ``held`` with its bases by name: those that a path names, and those that the register knows its own name to derive from."""
        resolved = [base for text in held.bases if (base := self._base(held, text))]
        known = self._claims.register.bases_of(own_id(held) or "") or next(
            (found for item in held.weights if (found := self._claims.register.bases_of(weights_name(item.path)))), ()
        )
        return with_bases(held, tuple(dict.fromkeys((*resolved, *known))))

    def _base(self, held: Held, text: str) -> str | None:
        path = text.removeprefix("path:")
        own = _held_id(held)
        is_file = bool(held.modelfile or weights_format(held.path))
        local = self._local(held.path if is_file else f"{held.path}/.", path) if is_path(path) else None
        if local:
            return local if local != own else None
        if not text.startswith("path:"):
            return text
        parts = [part for part in path.split("/") if part not in ("", ".", "..", "~")]
        tail = "/".join(parts[-2:])
        register = self._claims.register
        if hub_id(tail) and register.of_model(tail):
            return tail
        names = [weights_name(part) if weights_format(part) else part for part in reversed(parts[-4:])]
        return next((name for name in names if register.of_bare(name)), None)

    def learn(self, path: str, references: Iterable[Reference]) -> None:
        """Remember the constants of the module at ``path`` that other modules may load from."""
        module = posixpath.basename(path).partition(".")[0]
        for reference in references:
            if reference.constant and path.endswith(".py"):
                self._constants.setdefault(f"{module}.{reference.constant}", reference)

    def use(self, path: str, references: Iterable[Reference]) -> None:
        """Add what the file at ``path`` loads. What stands in a table of results is loaded by nobody: a clue."""
        if path.lower().endswith(_DATA) and _TABLE.fullmatch(path):
            return
        for given in references:
            constant = self._constants.get(given.name) if given.imported else given
            if constant is None:
                continue
            reference = replace(constant, line=given.line)
            if not is_use(reference, self._claims.register):
                continue
            place = Location(path=path, start_line=reference.line, end_line=reference.line)
            model = self._referenced(path, reference, place)
            if model:
                self._add(replace(model, revisions=(reference.revision,)) if reference.revision else model)

    def models(self, clues: Mapping[str, tuple[Location, ...]] | None = None) -> tuple[AiModel, ...]:
        """Return every model with what it inherits, ordered by id. ``clues`` are where a name merely occurs."""
        joined = []
        for model in sorted(self._models.values(), key=lambda item: (item.id.lower(), item.id)):
            claims = (*model.claims, *self._inherited(model))
            seen = [place for place in (clues or {}).get(model.id, ()) if place.path not in _paths(model.locations)]
            joined.append(replace(model, claims=tuple(dict.fromkeys(claims)), clues=tuple(seen)))
        return tuple(joined)

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(self._models)

    def _add(self, model: AiModel) -> None:
        known = self._models.get(model.id)
        if known is None:
            self._models[model.id] = model
            return
        held, other = (known, model) if known.format != "reference" else (model, known)
        self._models[model.id] = replace(
            held,
            claims=tuple(dict.fromkeys((*held.claims, *_new_claims(held.claims, other.claims)))),
            locations=tuple(dict.fromkeys((*known.locations, *model.locations))),
            base_models=tuple(dict.fromkeys((*held.base_models, *other.base_models))),
            revisions=tuple(dict.fromkeys((*known.revisions, *model.revisions))),
            served_by=known.served_by if known.served_by == model.served_by else None,
        )

    def _held(self, held: Held) -> AiModel:
        card = held.card
        parameters = [item.header.parameters for item in held.weights if item.header and item.header.parameters]
        architecture = held.config("architectures") or held.config("_class_name")
        family = held.config("model_type") or next(
            (item.header.architecture for item in held.weights if item.header and item.header.architecture), None
        )
        identity = _held_id(held)
        owner = identity.partition("/")[0] if hub_id(identity) else None
        task = card.value("pipeline_tag") if card else None
        return AiModel(
            id=identity,
            name=identity.removeprefix("path:") if hub_id(identity) else held.name or held.path,
            kind=held.kind,
            format=_format(held),
            publisher=owner,
            claims=self._claims.of_held(held),
            locations=held.places,
            base_models=held.bases,
            datasets=tuple(value.text for value in card.values("datasets")) if card else (),
            relation=held.relation,
            hashes=held.weights[0].hashes if len(held.weights) == 1 else (),
            size=held.size,
            parameters=sum(parameters) or None,
            task=task.text if task else None,
            architecture_family=family,
            architecture=architecture,
            description=held.body.description,
            authors=tuple(dict.fromkeys((*_stated_authors(held), *held.body.authors))),
            considerations=held.body.considerations,
            license_links=_license_links(held),
        )

    def _datasets_of(self, held: Held) -> None:
        """A dataset that a card names is judged where its licence is on record."""
        for value in held.card.values("datasets") if held.card else ():
            place = Location(path=held.card_path, start_line=value.line, end_line=value.line)
            claims = self._claims.of_dataset(value.text, (place,))
            if claims:
                self._add(_reference(value.text, AiModelKind.DATASET, claims, place))

    def _referenced(self, path: str, reference: Reference, place: Location) -> AiModel | None:
        model = self._named(path, reference, place)
        if model and reference.service and (service := self._claims.register.of_service(reference.service)):
            bound = self._claims.of_service(reference.service, (place,))
            model = replace(model, served_by=service[0], claims=tuple(dict.fromkeys((*model.claims, *bound))))
        bases = self._claims.register.bases_of(model.id) if model and not model.base_models else ()
        return replace(model, base_models=bases, relation="finetune") if model and bases else model

    def _named(self, path: str, reference: Reference, place: Location) -> AiModel | None:
        name = reference.name
        if reference.source is Source.OLLAMA:
            identity = f"ollama/{name}"
            return _reference(identity, reference.kind, self._claims.of_name(identity, (place,)), place)
        local = self._local(path, name)
        if local:
            return replace(self._models[local], locations=(place,), claims=())
        if reference.kind is AiModelKind.DATASET:
            claims = self._claims.of_dataset(name, (place,))
            return _reference(name, reference.kind, claims, place) if hub_id(name) else None
        if hub_id(name):
            return _reference(name, reference.kind, self._claims.of_name(name, (place,)), place)
        # One word is the name of a few old models, or a folder that is not here.
        if "/" not in name and (claims := self._claims.of_name(name, (place,))):
            return _reference(name, reference.kind, claims, place)
        claims = self._claims.of_family(name.rstrip("/"), (place,))
        return _reference(f"path:{posixpath.normpath(name)}", reference.kind, claims, place) if claims else None

    def _local(self, path: str, name: str) -> str | None:
        """Return the id of the held model that ``name``, written in the file ``path``, is the path of."""
        if not is_path(name):
            return None
        for folder in ("", posixpath.dirname(path)):
            found = self._by_path.get(posixpath.normpath(posixpath.join(folder, name)))
            if found:
                return found
        return None

    def _inherited(self, model: AiModel) -> tuple[LicenseClaim, ...]:
        """Return what the model has from its bases, and theirs: each of these once, however many ways lead to it. What a base has from its own
        bases is told once for each licence."""
        own = [place for place in model.locations if place.start_line is None]
        places = tuple(own[-1:]) or model.locations[-1:]  # a card or configuration, which stand behind the weights
        found: dict[LicenseClaim, None] = {}
        seen = {model.id}
        told: set[tuple[str | None, str | None]] = set()
        pending: list[tuple[str, ...]] = [(base,) for base in reversed(model.base_models)]
        while pending:
            chain = pending.pop()
            base = chain[-1]
            if base in seen or len(chain) > _MAX_CHAIN:
                continue
            seen.add(base)
            known = self._models.get(base)
            claims = known.claims if known and known.claims else self._claims.of_name(base)
            for name in reversed(chain):
                claims = inherited(claims, name, places)
            new = [claim for claim in claims if len(chain) == 1 or (claim.expression, claim.raw) not in told]
            told |= {(claim.expression, claim.raw) for claim in claims}
            found.update(dict.fromkeys(new))
            pending += ((*chain, one) for one in reversed(known.base_models if known else ()))
        return tuple(found)


def _is_plan(held: Held) -> bool:
    """Whether there is the configuration of an adapter and nothing of the adapter itself: an experiment on its base."""
    own = set(held.configs) - {*BESIDE}
    return own == {"adapter_config.json"} and not held.weights and held.card is None and bool(held.bases)


def _held_id(held: Held) -> str:
    return own_id(held) or f"path:{held.path}"


def _reference(identity: str, kind: AiModelKind, claims: tuple[LicenseClaim, ...], place: Location) -> AiModel:
    owner = identity.partition("/")[0] if hub_id(identity) and not identity.startswith("ollama/") else None
    name = identity.removeprefix("path:")
    return AiModel(id=identity, name=name, kind=kind, publisher=owner, claims=claims, locations=(place,))


def _format(held: Held) -> str:
    formats = sorted({item.format for item in held.weights})
    if formats:
        return formats[0]
    return "card" if held.card and not held.configs else "configuration"


def _new_claims(claims: Sequence[LicenseClaim], others: Iterable[LicenseClaim]) -> tuple[LicenseClaim, ...]:
    """Return the claims that say something else, or from elsewhere: the register speaks once of one model."""
    said = {(claim.origin, claim.expression) for claim in claims}
    return tuple(claim for claim in others if (claim.origin, claim.expression) not in said)


def _stated_authors(held: Held) -> Iterator[str]:
    for key in ("authors", "author", "model_creator", "developers"):
        yield from (value.text for value in held.card.values(key)) if held.card else ()
    for item in held.weights:
        for key in ("general.author", "general.organization", "modelspec.author"):
            if item.header and (text := item.header.metadata.get(key)):
                yield text


def _license_links(held: Held) -> tuple[str, ...]:
    stated = [value.text for value in held.card.values("license_link")] if held.card else []
    stated += [
        text for item in held.weights if item.header and (text := item.header.metadata.get("general.license.link"))
    ]
    return tuple(dict.fromkeys(text for text in stated if text.startswith(("https://", "http://"))))


def _paths(locations: Iterable[Location]) -> set[str]:
    return {location.path for location in locations}
