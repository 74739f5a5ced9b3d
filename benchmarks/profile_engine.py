"""Where the time of detection goes, in one process and without a cache: by module, and by function."""

from __future__ import annotations

import cProfile
import os
import pstats
import tempfile
import time
from collections import Counter
from pathlib import Path

from licscan.detect.fast import FastDetector
from licscan.select import select
from licscan.select.walk import WalkOptions

_FUNCTIONS = 25


def show(tree: Path, cache_dir: Path | None) -> None:
    """Detect all of ``tree`` twice, by the clock and then under the profiler, and print what took how long."""
    with tempfile.TemporaryDirectory() as folder:
        detector = FastDetector(cache_dir or Path(folder))
        files = select(tree, WalkOptions(all_files=True)).files
        detector.warm()
        started = time.process_time()
        found = sum(bool(result.finding and result.finding.detections) for result in detector.detect(files))
        took = time.process_time() - started
        profiler = cProfile.Profile()
        profiler.runcall(lambda: list(detector.detect(files)))
    print(
        f"{len(files):,} files, {found:,} with detections: {took:.2f} s of processor time, {took / len(files) * 1e3:.2f} ms a file"
    )
    stats = pstats.Stats(profiler)
    _show_modules(stats)
    stats.sort_stats("tottime").print_stats(_FUNCTIONS)


def _show_modules(stats: pstats.Stats) -> None:
    """Print the share of each module, that of the functions in C which it calls included."""
    shares: Counter[str] = Counter()
    for (file, _, _), (_, _, own, _, callers) in stats.stats.items():  # type: ignore[attr-defined]
        if _is_ours(file):
            shares[Path(file).stem] += own
        else:  # numpy's and Python's own: for whom?
            for (caller, _, _), (_, _, share, _) in callers.items():
                shares[Path(caller).stem if _is_ours(caller) else "libraries, called by libraries"] += share
    total = sum(shares.values())
    for name, share in shares.most_common():
        if share / total > 0.005:
            print(f"{share / total:6.1%}  {name}")


def _is_ours(file: str) -> bool:
    return f"{os.sep}licscan{os.sep}" in file
