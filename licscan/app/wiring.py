"""Build what the stages work with: the only place that chooses implementations."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from licscan.app.run_options import cache_folder, job_count
from licscan.classify.catalogue import Catalogue
from licscan.component import ComponentFacts, FetchedArchive, find_caches
from licscan.component.package_store import PackageStore
from licscan.core.component import Component
from licscan.core.copyright import CopyrightReader
from licscan.core.expression import ExpressionError
from licscan.core.issue import Issue
from licscan.core.license import LicenseRecord
from licscan.detect.base import Detector
from licscan.detect.cache import CachedDetector, ResultCache
from licscan.detect.direct import DirectDetector
from licscan.detect.fast import FastDetector
from licscan.detect.index import index_path, open_index
from licscan.detect.installed import scancode_version, spdx_list_version
from licscan.detect.licensedb import license_records
from licscan.modellicense.records import with_model_licenses
from licscan.modellicense.register import model_register
from licscan.pipeline.run import AskOnline, FetchArchives, Parts, read_field
from licscan.pipeline.texts import RememberedTexts
from licscan.util.clock import now
from licscan.util.progress import Progress
from licscan.workers import RunWork
from licscan.workers.direct import DirectRun

if TYPE_CHECKING:
    from licscan.workers.crew import Workers
    from licscan.workers.direct import OneProcess

# Bytes that a file may take in a hook's own process, as in a worker that works alone.
DIRECT_MEMORY = 360_000_000


@contextmanager
def build_parts(given: Mapping[str, Any], progress: Progress) -> Iterator[Parts]:
    """Yield the parts for one run under the options ``given``, and release what they hold afterwards."""
    folder = cache_folder(given["cache_dir"])
    records = with_model_licenses(license_records(folder), model_register())
    catalogue = Catalogue.load(records)
    stores = tuple(PackageStore(path) for path in given.get("packages", ()))
    fast = FastDetector(
        folder,
        progress=progress,
        timeout=given["timeout"],
        max_text=given["max_file_size"],
        all_texts=not given.get("no_extra_rules", False),
    )
    if not index_path(folder).exists():
        open_index(folder, progress)  # here, where a bar can tell of it, before the workers want it
    results = None if given["no_cache"] else ResultCache(folder)
    workers = _OnDemand(given)
    run: RunWork
    detector: Detector
    if given.get("direct"):
        detector = DirectDetector(fast, partial(_in_workers, fast, given, workers), given["timeout"])
        run = DirectRun(workers.get, given["timeout"], DIRECT_MEMORY)
    else:
        detector, run = _in_workers(fast, given, workers), workers.get()
    try:
        parts = _parts(CachedDetector(detector, results), catalogue, records)
        # The gate says what must be mended: for that, nobody needs to know whose code it is.
        without_copyrights = given.get("direct") or not given.get("copyrights", True)
        copyrights = None if without_copyrights else _copyright_reader(results, run)
        yield replace(
            parts,
            copyrights=copyrights,
            run=run,
            texts=RememberedTexts(results, run) if results else None,
            **_online(given, parts, results, progress),
            legal_texts=given.get("legal_texts", False),
            packages=stores,
            extra_rules=not given.get("no_extra_rules", False),
            hash_weights=given.get("hash_weights", False),
        )
    finally:
        workers.close()
        for store in stores:
            store.close()
        if results is not None:
            results.close()


def _parts(detector: Detector, catalogue: Catalogue, records: tuple[LicenseRecord, ...]) -> Parts:
    return Parts(
        detector=detector,
        scancode_version=scancode_version(),
        spdx_list_version=spdx_list_version(),
        catalogue=catalogue,
        licenses=records,
        read_license=lambda text: _read_license(catalogue, text),
        clock=now,
        caches=find_caches(os.environ, _home()),
    )


def _home() -> Path:
    """The user's home folder; of a user who has none, a place below which there is nothing."""
    try:
        return Path.home()
    except RuntimeError:
        return Path(os.devnull)


class _OnDemand:
    """The workers of one run, made when they are asked for: a commit of a few files does without them."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._given = given
        self._workers: Workers | OneProcess | None = None

    def get(self) -> Workers | OneProcess:
        if self._workers is None:
            from licscan.workers.crew import start_workers

            self._workers = start_workers(jobs=job_count(self._given["jobs"]), timeout=self._given["timeout"])
        return self._workers

    def close(self) -> None:
        if self._workers is not None:
            self._workers.close()


def _in_workers(fast: FastDetector, given: Mapping[str, Any], workers: _OnDemand) -> Detector:
    """Return what detects in ``workers``."""
    from licscan.detect.parallel import ParallelDetector

    return ParallelDetector(fast, meanwhile=given.get("meanwhile"), workers=workers.get())


def _copyright_reader(results: ResultCache | None, run: RunWork) -> CopyrightReader:
    from licscan.detect.copyrights import ScanCodeCopyrights  # here, since a gate does without it

    return ScanCodeCopyrights(results, run)


def _online(
    given: Mapping[str, Any], parts: Parts, results: ResultCache | None, progress: Progress
) -> dict[str, AskOnline | FetchArchives]:
    """Return what asks registries, as far as the options ask for it; both ask each client for its configuration once."""
    if not (given.get("online") or given.get("online_sources")):
        return {}
    from licscan.component.online import Registries, ask_online
    from licscan.component.sources import fetch_sources

    registries = cache(lambda target: Registries(target=target, progress=progress))

    def ask(facts: ComponentFacts, folder: Path, *, target: Path) -> ComponentFacts:
        return ask_online(facts, folder, partial(read_field, parts=parts), registries(target), results)

    def fetch(
        components: Sequence[Component], folder: Path, *, target: Path
    ) -> tuple[tuple[FetchedArchive, ...], tuple[Issue, ...]]:
        return fetch_sources(components, folder, registries(target))

    wanted: dict[str, AskOnline | FetchArchives] = {}
    if given.get("online"):
        wanted["online"] = ask
    if given.get("online_sources"):
        wanted["fetch"] = fetch
    return wanted


def _read_license(catalogue: Catalogue, text: str) -> str | None:
    """Read a licence field: an SPDX expression, or a licence's name."""
    try:
        expression = catalogue.from_spdx(text)
    except ExpressionError:
        return catalogue.resolve(text.strip())
    return expression


def load_catalogue(cache_dir: Path | None) -> Catalogue:
    """Return the catalogue for commands that scan nothing."""
    return Catalogue.load(with_model_licenses(license_records(cache_folder(cache_dir)), model_register()))
