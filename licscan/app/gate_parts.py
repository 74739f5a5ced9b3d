"""What a check works with: the detector of a hook, the terms that it judges by, and what its memory is kept under."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from licscan.app.run_options import JudgementOptions, RunOptions, by_pre_commit, cache_folder, policy_for, settings_for
from licscan.config.settings import Settings
from licscan.errors import DetectorError
from licscan.util.progress import SILENT

if TYPE_CHECKING:
    from licscan.core.selection import SelectedFile
    from licscan.detect.base import Detector
    from licscan.detect.fast import FastDetector
    from licscan.gate.change import Change
    from licscan.gate.part import Terms
    from licscan.pipeline.run import Parts
    from licscan.workers import RunWork

# Bytes that a file may take in a hook's own process.
DIRECT_MEMORY = 360_000_000


def terms(change: Change, given: dict[str, Any]) -> Terms:
    """What both sides are judged with, where their configuration is the same."""
    import tempfile

    from licscan.classify.catalogue import Catalogue
    from licscan.detect.licensedb import license_records
    from licscan.gate.configure import Configurer
    from licscan.gate.part import Terms
    from licscan.gate.view import Contents
    from licscan.modellicense.records import with_model_licenses
    from licscan.modellicense.register import model_register

    with tempfile.TemporaryDirectory(prefix="licscan-") as name:
        contents = Contents(change.repository, Path(name) / "content", change.given)
        configurer = Configurer(
            contents,
            Path(name),
            lambda folder: settings_for(folder, JudgementOptions.of(given), home=folder),
            policy_for,
        )
        found = configurer.read(change.after)
    records = with_model_licenses(license_records(cache_folder(given["cache_dir"])), model_register())
    return Terms(catalogue=Catalogue.load(records), policy=found.policy, facts=found.settings.facts)


def asked(given: Mapping[str, Any]) -> str:
    """The options that a judgement depends on, as one text; what the configuration says stands in the files themselves."""
    names = ("policy", "facts", "fail_on", "no_config", "exclude", "max_file_size", "timeout")
    return repr([given[name] for name in names])


def digests(given: Mapping[str, Any]) -> str:
    """What tells versions of the files apart that options name, and that no listing holds."""
    found = []
    if given["config"]:
        found.append(_digest(given["config"]))
    if is_file(given["policy"]):
        found.append(policy_for(Settings(policy=given["policy"])).digest)
    return " ".join(found)


def _digest(path: Path) -> str:
    import hashlib

    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""  # told where it is read


def is_file(policy: str | None) -> bool:
    return policy is not None and ("/" in policy or policy.endswith((".yaml", ".yml")))


def fast_detector(given: Mapping[str, Any]) -> FastDetector:
    from licscan.detect.fast import FastDetector
    from licscan.detect.index import index_path

    folder = cache_folder(given["cache_dir"])
    if not index_path(folder).exists():
        raise DetectorError(
            "the licence index is not built yet",
            where="licscan check",
            hint=f"build it once, in about half a minute: {_program()} cache warm",
        )
    return FastDetector(
        folder,
        timeout=given["timeout"],
        max_text=given["max_file_size"],
        all_texts=not given.get("no_extra_rules", False),
    )


def _program() -> str:
    """How a person calls this licscan: pre-commit has an environment of its own, which is on nobody's path."""
    return str(Path(sys.executable).with_name("licscan")) if by_pre_commit() else "licscan"


@contextmanager
def small_detector(fast: FastDetector, given: Mapping[str, Any]) -> Iterator[Detector]:
    """Remembered results first, then this process: for the few files of a commit."""
    from licscan.detect.cache import CachedDetector, ResultCache
    from licscan.detect.direct import DirectDetector

    def start_workers() -> Detector:
        from licscan.detect.parallel import ParallelDetector

        return ParallelDetector(fast, timeout=given["timeout"])

    results = ResultCache(cache_folder(given["cache_dir"]))
    try:
        yield CachedDetector(DirectDetector(fast, start_workers, given["timeout"]), results)
    finally:
        results.close()


def says_more(given: Mapping[str, Any], selected: SelectedFile) -> bool:
    """Whether a file says anything beside the licences that are detected in it, or cannot be read."""
    from licscan.pipeline.texts import NOTHING, read_texts
    from licscan.workers.direct import DirectRun

    def start_workers() -> RunWork:
        from licscan.workers import crew

        return crew.start_workers(timeout=given["timeout"])

    (facts,) = read_texts([selected], DirectRun(start_workers, given["timeout"], DIRECT_MEMORY))
    if facts == NOTHING:
        return False
    from licscan.aimodel import tells_of_models
    from licscan.modellicense.register import model_register

    return bool(facts.notices or facts.ignored or facts.issues) or tells_of_models(facts.models, model_register)


@contextmanager
def hook_parts(given: dict[str, Any]) -> Iterator[Parts]:
    """The parts for a hook: few files are detected in this process, and an index is never built while somebody waits."""
    from licscan.app.wiring import build_parts

    fast_detector(given)
    with build_parts(RunOptions.of({**given, "direct": True}), SILENT) as parts:
        yield parts
