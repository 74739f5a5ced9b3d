"""How the cost of a scan grows with the tree: made trees of 100 to 100,000 files, licscan alone.

    python benchmarks/growth.py                          100, 1,000, 10,000 and 100,000 files (the last takes minutes)
    python benchmarks/growth.py --sizes 1000 10000 --keep FOLDER

No two files of these trees are equal, so that every file costs what it costs. ``cold`` is detection alone (``-o scancode-json``) with an
empty result cache, ``unchanged`` the same again, ``one changed`` after one file got another line, ``outputs`` what ``licscan scan`` does
by default when nothing changed since it last did.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import commands
from measure import Measurement, run_measured

_COLUMNS = "{:>9} {:<12} {:>9} {:>9} {:>11} {:>9}"


def main() -> int:
    options = _options()
    print(_COLUMNS.format("files", "", "wall s", "CPU s", "ms a file", "peak MB"))
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        cache = options.cache_dir or Path(temporary) / "cache"
        statuses = [_measure(size, folder / f"tree{size}", cache, options.jobs) for size in options.sizes]
    return 0 if all(statuses) else 2


def _measure(size: int, tree: Path, cache: Path, jobs: int) -> bool:
    """Print the figures of a tree of ``size`` files; tell whether all runs did their work."""
    if not tree.exists():
        maker = Path(__file__).with_name("make_tree.py")
        subprocess.run([sys.executable, str(maker), str(tree), "--files", str(size)], check=True)
    with tempfile.TemporaryDirectory() as results:
        output = Path(results) / "result.json"
        kept = ("--cache-dir", str(cache))
        # The index is built before the clock starts.
        subprocess.run([sys.executable, "-m", "licscan", "cache", "warm", *kept], check=True, capture_output=True)
        subprocess.run(
            [sys.executable, "-m", "licscan", "cache", "clear", "--results", *kept], check=True, capture_output=True
        )
        detection = commands.licscan(tree, output, *kept, jobs=jobs)
        reports = [
            *(sys.executable, "-m", "licscan", "scan", "--all-files", "--no-config", "--quiet", "--jobs", str(jobs)),
            *("--output-dir", str(Path(results) / "report"), *kept, str(tree)),
        ]
        figures = {"cold": run_measured(detection), "unchanged": run_measured(detection)}
        _change_one(tree)
        figures["one changed"] = run_measured(detection)
        run_measured(reports)  # copyrights are kept too
        figures["outputs"] = run_measured(reports)
    for name, figure in figures.items():
        _show(size, name, figure)
    return all(figure.status in (0, 1) for figure in figures.values())


def _change_one(tree: Path) -> None:
    file = min(path for path in tree.rglob("*.c") if path.is_file())
    with file.open("a") as stream:
        stream.write(f"/* {time.time_ns()} */\n")


def _show(size: int, name: str, figure: Measurement) -> None:
    told = f"{name} ({figure.status})" if figure.status not in (0, 1) else name
    per_file = f"{figure.cpu / size * 1e3:.2f}"
    print(
        _COLUMNS.format(
            f"{size:,}", told, f"{figure.wall:.2f}", f"{figure.cpu:.2f}", per_file, f"{figure.memory / 1e6:,.0f}"
        ),
        flush=True,
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1_000, 10_000, 100_000], metavar="FILES")
    parser.add_argument("--jobs", type=int, default=2, help="processes (2)")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where the trees are made and left")
    parser.add_argument("--cache-dir", type=Path, help="where licscan's index is kept (a folder of this run)")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
