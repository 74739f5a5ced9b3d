"""Weights, cards, configuration and code to AI models, datasets and their lineage."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from licscan.aimodel.claims import Claims, LicenseReader
from licscan.aimodel.file import NO_FACTS, FactsReader, read_file
from licscan.aimodel.held import find_held
from licscan.aimodel.join import Joiner
from licscan.aimodel.overlay import find_overlay
from licscan.aimodel.reading import is_use
from licscan.aimodel.remembered import RememberedFacts, read_each
from licscan.aimodel.weights import Weights, is_weights, read_weights, with_digest
from licscan.core.aimodel import AiModel
from licscan.core.finding import FileFinding, FileKind
from licscan.core.issue import Issue
from licscan.core.location import Location
from licscan.core.selection import SelectedFile
from licscan.model_register import ModelRegister

__all__ = [
    "FactsReader",
    "LicenseReader",
    "ModelFacts",
    "ModelOptions",
    "RememberedFacts",
    "find_models",
    "find_overlay",
    "is_weights",
    "read_each",
    "tells_of_models",
]

_MAX_CLUE_FILE = 1024 * 1024
_CLUES_TOLD = 50


class ModelOptions(Struct, frozen=True, kw_only=True):
    """``register`` says which licence a model is under; ``read_license`` turns a licence field into an expression in
    ScanCode's keys, ``None`` for what it does not know. ``hash_weights`` reads weights of any size for their digest.
    ``read_files`` gives what files say, so that a cache can answer for some."""

    register: ModelRegister
    read_license: LicenseReader
    hash_weights: bool = False
    read_files: FactsReader = read_each


class ModelFacts(Struct, frozen=True, kw_only=True):
    """The models and datasets of a tree, ordered by id, and what could not be read of them."""

    models: tuple[AiModel, ...] = ()
    issues: tuple[Issue, ...] = ()


def find_models(
    files: Sequence[SelectedFile],
    findings: Iterable[FileFinding],
    overlay: Iterable[FileFinding],
    options: ModelOptions,
) -> ModelFacts:
    """Return the models that lie in the tree or that its code and configuration load.

    Of weights only the header is read; nothing is unpickled or executed. What a file says that cannot be read is an issue.
    """
    weights: list[Weights] = []
    issues: list[Issue] = []
    for selected in files:
        found, troubles = read_weights(selected)
        issues += troubles
        if found:
            weights.append(with_digest(found, selected.location) if options.hash_weights else found)
    facts = {selected.file.path: said for selected, said in zip(files, options.read_files(files), strict=True)}
    held, troubles = find_held(facts, weights)
    issues += troubles
    claims = Claims(
        register=options.register,
        read_license=options.read_license,
        files={selected.file.path: selected.file for selected in files},
        findings={finding.path: finding for finding in findings},
        overlay={finding.path: finding for finding in overlay},
    )
    joiner = Joiner(claims, held)
    for path, said in facts.items():
        joiner.use(path, said.references)
    return ModelFacts(models=joiner.models(_clues(files, joiner.ids)), issues=tuple(issues))


def tells_of_models(selected: SelectedFile, register: Callable[[], ModelRegister]) -> bool:
    """Whether the file loads a model or dataset, or describes one; ``register`` is opened where that has to be known."""
    facts = read_file(selected)
    if facts.references:
        known = register()
        if any(is_use(reference, known) for reference in facts.references):
            return True
    return replace(facts, references=()) != NO_FACTS


def _clues(files: Iterable[SelectedFile], ids: Iterable[str]) -> Mapping[str, tuple[Location, ...]]:
    """Return where texts merely name a model that is used or held elsewhere."""
    names = {name.removeprefix("path:"): name for name in ids if "/" in name}
    if not names:
        return {}
    pattern = re.compile("|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)))
    owners = sorted({f"{name.partition('/')[0]}/".encode("utf-8", "replace") for name in names})
    found: dict[str, dict[Location, None]] = defaultdict(dict)
    for selected in files:
        if selected.file.kind in (FileKind.BINARY, FileKind.EMPTY) or selected.file.size > _MAX_CLUE_FILE:
            continue
        try:
            content = Path(selected.location).read_bytes()
        except OSError:
            continue
        if not any(owner in content for owner in owners):
            continue  # told from the bytes, many times quicker than the pattern
        text = content.decode("utf-8", "replace")
        for match in pattern.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            places = found[names[match[0]]]
            if len(places) < _CLUES_TOLD:
                places[Location(path=selected.file.path, start_line=line, end_line=line)] = None
    return {name: tuple(places) for name, places in found.items()}
