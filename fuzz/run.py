"""Run the fuzzer: guided by coverage where Atheris is installed, else by chance; count inputs and keep what fails.

    python -m fuzz.run --seconds 60                    every target in turn
    python -m fuzz.run --only 'manifest go.mod' --inputs 20000
    python -m fuzz.run --report                        what was run so far

Failing inputs are kept in ``--keep`` (each by its digest), counts in ``--keep``/counts.json. A target fails by an exception that its
callers do not expect, by more than 5 seconds, or by more than 300 MB.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType

MOST_SECONDS = 5.0
MOST_MEMORY = 300_000_000
_LARGEST = 65_536


class TooSlowError(AssertionError):
    """An input took longer than it may."""


def main() -> int:
    options = _options()
    options.keep.mkdir(parents=True, exist_ok=True)
    if options.report:
        print(_report(options.keep))
        return 0
    if options.one:
        return _run_one(options)
    from fuzz.targets import targets

    names = options.only or sorted(targets())
    for name in names:
        command = [
            sys.executable,
            "-m",
            "fuzz.run",
            "--one",
            name,
            "--keep",
            str(options.keep),
            "--seed",
            str(options.seed),
        ]
        command += ["--inputs", str(options.inputs), "--seconds", str(options.seconds / len(names))]
        command += ["--by-chance"] if options.by_chance else []
        done = subprocess.run(command, check=False, env={**os.environ, "PYTHONHASHSEED": "0"})
        if done.returncode:
            print(f"FAILED {name}: its process ended with {done.returncode}", flush=True)
    print(_report(options.keep))
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", action="append", help="a target; repeatable")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--seconds", type=float, default=60.0, help="for all targets together")
    parser.add_argument("--inputs", type=int, default=10**9, help="inputs a target")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--by-chance", action="store_true", help="without coverage")
    parser.add_argument(
        "--keep", type=Path, default=Path("/tmp/licscan-fuzz"), help="folder for failing inputs and counts"
    )
    parser.add_argument("--report", action="store_true")
    return parser.parse_args()


class _Counted:
    """Runs inputs through one target within its limits; ends the process after a failure that may have left something behind."""

    def __init__(self, name: str, run: Callable[[bytes], None], options: argparse.Namespace) -> None:
        self._name = name
        self._run = run
        self._keep = options.keep
        self._most = options.inputs
        self._until = time.monotonic() + options.seconds
        self._seen: set[str] = set()
        self.count = 0
        self.slowest = 0.0
        self._base = _memory()
        signal.signal(signal.SIGALRM, _ring)

    def __call__(self, data: bytes) -> None:
        begun = time.process_time()
        signal.setitimer(signal.ITIMER_REAL, 6 * MOST_SECONDS)
        try:
            self._run(data[:_LARGEST])
            took = time.process_time() - begun
            self.slowest = max(self.slowest, took)
            if took > MOST_SECONDS:
                raise TooSlowError(f"{took:.1f} s")
        except (Exception, MemoryError, RecursionError) as error:
            self._tell(data, error)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        self.count += 1
        if self.count >= self._most or time.monotonic() > self._until:
            self.end(0)

    def _tell(self, data: bytes, error: BaseException) -> None:
        places = [frame for frame in traceback.extract_tb(error.__traceback__) if "licscan" in frame.filename]
        where = f"{Path(places[-1].filename).name}:{places[-1].lineno}" if places else "?"
        kind = f"{type(error).__name__} at {where}"
        if kind in self._seen:
            return
        self._seen.add(kind)
        folder = self._keep / "failed" / self._name.replace(" ", "_").replace("/", "-")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)
        print(f"FAILED {self._name}: {kind}: {str(error)[:200]}", flush=True)

    def end(self, status: int) -> None:
        """Write the counts and end, whatever the fuzzer has in mind."""
        path = self._keep / "counts.json"
        counts = json.loads(path.read_text()) if path.exists() else {}
        known = counts.setdefault(self._name, {"inputs": 0, "failures": [], "slowest": 0.0, "memory": 0})
        known["inputs"] += self.count
        known["failures"] = sorted({*known["failures"], *self._seen})
        known["slowest"] = round(max(known["slowest"], self.slowest), 3)
        known["memory"] = max(known["memory"], _memory() - self._base)
        path.write_text(json.dumps(counts, indent=1, sort_keys=True))
        os._exit(status)


def _ring(_signal: int, _frame: FrameType | None) -> None:
    raise TooSlowError("given up")


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _run_one(options: argparse.Namespace) -> int:
    guided = not options.by_chance and _instrument()
    from fuzz.mutate import mutations
    from fuzz.targets import targets

    target = targets()[options.one]
    counted = _Counted(target.name, target.run, options)
    for seed in target.seeds:
        counted(seed)
    # What a reader may take beyond what the process has now: an input over it ends in MemoryError, which is told.
    limit = _own_memory() + MOST_MEMORY
    resource.setrlimit(resource.RLIMIT_DATA, (limit, resource.getrlimit(resource.RLIMIT_DATA)[1]))
    if guided:
        _guided(counted, target.name, target.seeds, options)
    for data in mutations(target.seeds, options.seed):
        counted(data)
    return 0


def _own_memory() -> int:
    from licscan.util.system import own_memory

    return own_memory() or 0


def _instrument() -> bool:
    try:
        import atheris  # type: ignore[import-untyped,import-not-found,unused-ignore]
    except ImportError:
        return False
    with atheris.instrument_imports(include=["licscan"]):
        import fuzz.targets  # noqa: F401
    return True


def _guided(counted: _Counted, name: str, seeds: Sequence[bytes], options: argparse.Namespace) -> None:
    import atheris  # type: ignore[import-untyped,import-not-found,unused-ignore]

    corpus = options.keep / "corpus" / name.replace(" ", "_").replace("/", "-")
    corpus.mkdir(parents=True, exist_ok=True)
    for seed in seeds:
        (corpus / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)
    arguments = [
        sys.argv[0],
        str(corpus),
        f"-seed={options.seed + os.getpid()}",
        f"-max_len={_LARGEST}",
        "-timeout=0",
        "-rss_limit_mb=0",
        "-verbosity=0",
    ]
    atheris.Setup(arguments, counted, enable_python_coverage=True)
    atheris.Fuzz()


def _report(keep: Path) -> str:
    path = keep / "counts.json"
    counts = json.loads(path.read_text()) if path.exists() else {}
    lines = [f"{'target':40} {'inputs':>10} {'slowest':>8} {'memory':>8}  failures"]
    for name, known in sorted(counts.items()):
        lines.append(
            f"{name:40} {known['inputs']:>10,} {known['slowest']:>7.2f}s {known['memory'] // 1_000_000:>5} MB  {'; '.join(known['failures'])}"
        )
    lines.append(f"{'all':40} {sum(known['inputs'] for known in counts.values()):>10,}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
