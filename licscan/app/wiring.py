"""Build what the stages work with: the only place that chooses implementations."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from licscan.app.run_options import RunOptions, cache_folder, job_count
from licscan.classify.catalogue import Catalogue
from licscan.component import ComponentFacts, FetchedArchive, find_caches
from licscan.component.curated_packages import open_packages
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
from licscan.util.clock import now
from licscan.util.progress import Progress
from licscan.workers import RunWork
from licscan.workers.direct import DirectRun
from licscan.workers.remembered import Remembered

if TYPE_CHECKING:
    from licscan.workers.crew import Workers
    from licscan.workers.direct import OneProcess

# Bytes that a file may take in a hook's own process, as in a worker that works alone.
DIRECT_MEMORY = 360_000_000


@contextmanager
def build_parts(options: RunOptions, progress: Progress) -> Iterator[Parts]:
    """Yield the parts for one run under ``options``, and release what they hold afterwards."""
    folder = cache_folder(options.cache_dir)
    records = with_model_licenses(license_records(folder), model_register())
    catalogue = Catalogue.load(records)
    stores = tuple(open_packages(path) for path in options.packages)
    fast = FastDetector(
        folder,
        progress=progress,
        timeout=options.timeout,
        max_text=options.max_file_size,
        all_texts=not options.no_extra_rules,
    )
    if not index_path(folder).exists():
        open_index(folder, progress)  # here, where a bar can tell of it, before the workers want it
    results = None if options.no_cache else ResultCache(folder)
    workers = _OnDemand(options)
    run: RunWork
    detector: Detector
    if options.direct:
        detector = DirectDetector(fast, partial(_in_workers, fast, options, workers), options.timeout)
        run = DirectRun(workers.get, options.timeout, DIRECT_MEMORY)
    else:
        detector, run = _in_workers(fast, options, workers), workers.get()
    try:
        parts = _parts(CachedDetector(detector, results), catalogue, records)
        # The gate reports what must be fixed: whose code it is does not matter for that.
        without_copyrights = options.direct or not options.copyrights
        copyrights = None if without_copyrights else _copyright_reader(results, run)
        yield replace(
            parts,
            copyrights=copyrights,
            run=Remembered(run, results) if results else run,
            **_online(options, parts, results, progress),
            legal_texts=options.legal_texts,
            packages=stores,
            extra_rules=not options.no_extra_rules,
            hash_weights=options.hash_weights,
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

    def __init__(self, options: RunOptions) -> None:
        self._options = options
        self._workers: Workers | OneProcess | None = None

    def get(self) -> Workers | OneProcess:
        if self._workers is None:
            from licscan.workers.crew import start_workers

            self._workers = start_workers(jobs=job_count(self._options.jobs), timeout=self._options.timeout)
        return self._workers

    def close(self) -> None:
        if self._workers is not None:
            self._workers.close()


def _in_workers(fast: FastDetector, options: RunOptions, workers: _OnDemand) -> Detector:
    """Return what detects in ``workers``."""
    from licscan.detect.parallel import ParallelDetector

    return ParallelDetector(fast, meanwhile=options.meanwhile, workers=workers.get())


def _copyright_reader(results: ResultCache | None, run: RunWork) -> CopyrightReader:
    from licscan.detect.copyrights import ScanCodeCopyrights  # here, since a gate does without it

    return ScanCodeCopyrights(results, run)


def _online(
    options: RunOptions, parts: Parts, results: ResultCache | None, progress: Progress
) -> dict[str, AskOnline | FetchArchives]:
    """Return what asks registries, as far as the options ask for it; both ask each client for its configuration once."""
    if not (options.online or options.online_sources):
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
    if options.online:
        wanted["online"] = ask
    if options.online_sources:
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
