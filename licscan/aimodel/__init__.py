"""Weights, cards, configuration and code to AI models, datasets and their lineage."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from licscan.aimodel.claims import Claims, LicenseReader
from licscan.aimodel.clues import find_clues
from licscan.aimodel.file import NO_FACTS, FileFacts
from licscan.aimodel.held import find_held
from licscan.aimodel.join import Joiner
from licscan.aimodel.overlay import find_overlay
from licscan.aimodel.reading import is_use
from licscan.aimodel.weights import Weights, WeightsWork, is_weights, may_be_weights, with_digest
from licscan.core.aimodel import AiModel
from licscan.core.finding import FileFinding
from licscan.core.issue import Issue, IssueCode
from licscan.core.message import message
from licscan.core.selection import SelectedFile
from licscan.modellicense.register import ModelRegister
from licscan.workers import RunWork, run_here

__all__ = [
    "FileFacts",
    "LicenseReader",
    "ModelFacts",
    "ModelOptions",
    "find_models",
    "find_overlay",
    "is_weights",
    "tells_of_models",
]


# Models and datasets that are listed: some of any tree, and one more for so many bytes of it.
_FREE = 150
_BYTES = 400


class ModelOptions(Struct, frozen=True, kw_only=True):
    """``register`` says which licence a model is under; ``read_license`` turns a licence field into an expression in
    ScanCode's keys, ``None`` for what it does not know. ``hash_weights`` reads weights of any size for their digest.
    ``run`` reads weights, and texts for clues."""

    register: ModelRegister
    read_license: LicenseReader
    hash_weights: bool = False
    run: RunWork = run_here


class ModelFacts(Struct, frozen=True, kw_only=True):
    """The models and datasets of a tree, ordered by id, and what could not be read of them."""

    models: tuple[AiModel, ...] = ()
    issues: tuple[Issue, ...] = ()


def find_models(
    files: Sequence[SelectedFile],
    facts: Mapping[str, FileFacts],
    findings: Iterable[FileFinding],
    overlay: Iterable[FileFinding],
    options: ModelOptions,
) -> ModelFacts:
    """Return the models that lie in the tree or that its code and configuration load.

    ``facts`` are what files say, by path. Of weights only the header is read; nothing is unpickled or executed. What a file says that cannot be read is an issue.
    """
    weights: list[Weights] = []
    issues: list[Issue] = []
    candidates = [selected for selected in files if may_be_weights(selected)]
    for selected, (found, troubles) in zip(candidates, options.run(WeightsWork(), candidates), strict=True):
        issues += troubles
        if found:
            weights.append(with_digest(found, selected.location) if options.hash_weights else found)
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
        joiner.learn(path, said.references)
    for path, said in facts.items():
        joiner.use(path, said.references)
    models, left_out = _bounded(joiner.models(find_clues(files, joiner.ids, options.run)), files)
    return ModelFacts(models=models, issues=(*issues, *left_out))


def _bounded(
    models: tuple[AiModel, ...], files: Sequence[SelectedFile]
) -> tuple[tuple[AiModel, ...], tuple[Issue, ...]]:
    """Return no more models than files of this size can name in earnest, those that lie in the tree before those that are named only."""
    room = _FREE + sum(selected.file.size for selected in files) // _BYTES
    if len(models) <= room:
        return models, ()
    kept = {model.id for model in sorted(models, key=lambda model: model.format == "reference")[:room]}
    issue = Issue(
        code=IssueCode.TOO_LARGE,
        message=message(
            "issue.models-left-out",
            "models and data sets that are left out: {count}; {most} are the most that are listed for files of this size",
            count=len(models) - room,
            most=room,
        ),
        hint=message(
            "issue.scan-parts",
            "scan the parts of the tree one by one, or leave out with --exclude what only lists names",
        ),
    )
    return tuple(model for model in models if model.id in kept), (issue,)


def tells_of_models(facts: FileFacts, register: Callable[[], ModelRegister]) -> bool:
    """Whether a file loads a model or dataset, or describes one, or could not be read; ``register`` is opened where that has to be known."""
    if facts.references:
        known = register()
        if any(is_use(reference, known) for reference in facts.references):
            return True
    return replace(facts, references=()) != NO_FACTS
