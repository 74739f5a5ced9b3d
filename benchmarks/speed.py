"""Time licscan beside ScanCode, on any tree: same files, same number of processes, one after the other in one run.

    python benchmarks/speed.py TREE                     both, licscan from a cold start, then again over an unchanged tree
    python benchmarks/speed.py TREE --without-scancode  licscan alone
    python benchmarks/speed.py TREE --record FILE       ScanCode's answer kept, for ``parity.py --recorded`` on the same path
    python benchmarks/speed.py TREE --profile           where licscan's time goes instead, in one process
    python benchmarks/speed.py TREE --json FILE         the figures as data too

The answers are compared too: how often they differ stands below the figures, and ends the run with 1.

licscan's index is built before the clock starts, as ScanCode's is; its result cache is empty for the cold run. Figures of ``detection``
are of ``-o scancode-json`` alone, those of ``default outputs`` of everything that ``licscan scan`` does. Of an unchanged tree the least of three
runs counts.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import commands
import parity
import profile_engine as profile
from measure import Measurement, run_measured

_COLUMNS = "{:<34} {:>9} {:>9} {:>9} {:>9} {:>8}"


def main() -> int:
    options = _options()
    tree: Path = options.tree
    if options.profile:
        profile.show(tree, options.cache_dir)
        return 0
    sizes = [path.stat().st_size for path in tree.rglob("*") if path.is_file() and not path.is_symlink()]
    print(f"{tree}: {len(sizes):,} files, {sum(sizes) / 1e6:,.1f} MB; {options.jobs} processes; {_machine()}")
    with tempfile.TemporaryDirectory() as folder:
        figures, differences = _measure(options, Path(folder))
    _show(figures, len(sizes))
    for difference in differences[: parity.SHOWN]:
        print(difference)
    if not options.without_scancode:
        print(f"{len(differences)} differences" if differences else "no difference")
    if options.json:
        document = {
            "tree": tree.resolve().name,
            "files": len(sizes),
            "bytes": sum(sizes),
            "jobs": options.jobs,
            "machine": _machine(),
            "differences": None if options.without_scancode else len(differences),
            "runs": {name: asdict(figure) for name, figure in figures.items()},
        }
        options.json.write_text(json.dumps(document, indent=2) + "\n")
    # 1 is a verdict of licscan's; anything else but 0 is a run that did not do its work.
    if any(figure.status not in (0, 1) for figure in figures.values()):
        return 2
    return 1 if differences else 0


def _measure(options: argparse.Namespace, folder: Path) -> tuple[dict[str, Measurement], list[str]]:
    """Return the figures of each run, and where the answers differ."""
    tree, jobs = options.tree, options.jobs
    result = folder / "result.json"
    # One run over an empty folder builds the index, where that is not yet done.
    cache = options.cache_dir or folder / "cache"
    nothing = folder / "nothing"
    nothing.mkdir()
    (nothing / "file.txt").write_text("nothing\n")
    run_measured(commands.licscan(nothing, result, "--cache-dir", str(cache), "--no-cache", jobs=1))
    with_cache = ("--cache-dir", str(cache))
    figures = {}
    figures["licscan, detection, cold"] = run_measured(
        commands.licscan(tree, result, *with_cache, "--no-cache", jobs=jobs), log=options.log
    )
    run_measured(commands.licscan(tree, result, *with_cache, jobs=jobs))
    figures["licscan, detection, unchanged tree"] = _least(commands.licscan(tree, result, *with_cache, jobs=jobs))
    outputs = [
        *(sys.executable, "-m", "licscan", "scan", "--all-files", "--no-config", "--quiet", "--jobs", str(jobs)),
        *("--output-dir", str(folder / "report"), *with_cache),
    ]
    figures["licscan, default outputs, cold"] = run_measured([*outputs, "--no-cache", str(tree)])
    run_measured([*outputs, str(tree)])  # copyrights are kept too
    figures["licscan, default outputs, unchanged"] = _least([*outputs, str(tree)])
    if options.without_scancode:
        return figures, []
    theirs = options.record or folder / "scancode.json"
    command = commands.scancode(tree, theirs, jobs=jobs, timeout=options.scancode_timeout)
    figures["scancode --license"] = run_measured(command, log=options.log)
    return figures, parity.differences(theirs, result)


def _least(command: Sequence[str]) -> Measurement:
    """Return the shortest of three runs: of a second or two, whatever else the machine does is a large part."""
    return min((run_measured(command) for _ in range(3)), key=lambda figure: figure.wall)


def _show(figures: dict[str, Measurement], files: int) -> None:
    scancode = figures.get("scancode --license")
    print(_COLUMNS.format("", "wall s", "CPU s", "peak MB", "files/s", "times"))
    for name, figure in figures.items():
        times = f"{scancode.wall / figure.wall:.1f}" if scancode else "-"
        told = f"{name} (status {figure.status})" if figure.status not in (0, 1) else name
        rate = f"{files / figure.wall:,.0f}"
        print(
            _COLUMNS.format(told, f"{figure.wall:.2f}", f"{figure.cpu:.2f}", f"{figure.memory / 1e6:,.0f}", rate, times)
        )


def _machine() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    model = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())
    return f"{os.cpu_count()} x {model}, Python {platform.python_version()}"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tree", type=Path, metavar="TREE")
    parser.add_argument("--jobs", type=int, default=2, help="processes on both sides (2)")
    parser.add_argument("--without-scancode", action="store_true", help="time licscan alone")
    parser.add_argument(
        "--scancode-timeout",
        type=int,
        default=commands.LONG_TIMEOUT,
        help="ScanCode's --timeout, after a share of which it gives up (3600; its own default is 120)",
    )
    parser.add_argument("--record", type=Path, metavar="FILE", help="keep ScanCode's answer in FILE")
    parser.add_argument(
        "--profile", action="store_true", help="show where licscan's time goes, and measure nothing else"
    )
    parser.add_argument("--cache-dir", type=Path, help="where licscan's index is kept (a folder of this run)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to FILE")
    parser.add_argument("--log", type=Path, metavar="FILE", help="write what the commands print to FILE")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
