"""Compare installed packages as licscan finds them with what the package manager's own client lists, and time the scan.

    python benchmarks/installed.py TREE                 npm ls, where the tree has a package.json; pip inspect, where it has a .venv
    python benchmarks/installed.py TREE --files         times a scan of all files of the installed packages too, which takes long

Told are packages that licscan misses or invents, declared licences that it does not understand, the CPU time of reading
manifests beside that of looking for licences in every file, and the time of a whole scan with its default outputs, cold and
warm. Exits with 1 when the lists differ.

The trees of ``docs/components.md`` are made by:

    npm install --ignore-scripts react express webpack typescript eslint jest sharp @tensorflow/tfjs
    python -m venv .venv && .venv/bin/pip install scancode-toolkit
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from measure import run_measured

from licscan.app.run_options import RunOptions
from licscan.app.wiring import build_parts
from licscan.component import ComponentFacts, ComponentOptions, discover
from licscan.core.component import ClaimSource, Component, ComponentKind
from licscan.pipeline.run import Parts, read_field
from licscan.select import WalkOptions, select
from licscan.util.progress import SILENT

Listed = set[tuple[str, str]]


def main() -> int:
    options = _options()
    tree: Path = options.tree
    folder = Path(tempfile.mkdtemp(prefix="licscan-installed-"))
    cache = options.cache_dir or folder / "cache"
    given = {"cache_dir": cache, "jobs": options.jobs, "timeout": 120.0, "max_file_size": 10 << 20, "no_cache": False}
    with build_parts(RunOptions.of(given), SILENT) as parts:
        facts, reading = _read(tree, parts)
        failures = _compare(tree, facts)
    _show_licenses(facts)
    print(f"reading components: {reading:.2f} s of CPU, the selection of files not included")
    for mode in ("metadata", "files") if options.files else ("metadata",):
        _time(tree, mode, cache, reading, options.jobs)
    return 1 if failures else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    parser.add_argument("tree", type=Path)
    parser.add_argument("--files", action="store_true", help="time --installed files too")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--cache-dir", type=Path, help="an own cache instead of a fresh one: then nothing is cold")
    return parser.parse_args()


def _read(tree: Path, parts: Parts) -> tuple[ComponentFacts, float]:
    """Return the components of ``tree`` and the CPU time of finding them, the second time: the first one imports."""
    selection = select(tree, WalkOptions())
    for _ in range(2):
        started = time.process_time()
        facts = discover(selection, ComponentOptions(root_name="tree"), lambda text: read_field(text, parts))
        spent = time.process_time() - started
    return facts, spent


def _compare(tree: Path, facts: ComponentFacts) -> int:
    failures = 0
    if (tree / "package.json").is_file():
        failures += _told("npm ls --all", _npm(tree), _found(facts, "npm"))
    if (tree / ".venv").is_dir():
        failures += _told("pip inspect", _pip(tree / ".venv"), _found(facts, "pypi"))
    return failures


def _told(client: str, listed: Listed, found: Listed) -> int:
    missing, invented = sorted(listed - found), sorted(found - listed)
    print(f"{client} lists {len(listed):,} packages, licscan finds {len(found):,} installed ones")
    for title, some in (("missing", missing), ("invented", invented)):
        print(f"  {title}: {len(some)}{''.join(f' {name}@{version}' for name, version in some[:20])}")
    return len(missing) + len(invented)


def _found(facts: ComponentFacts, ecosystem: str) -> Listed:
    return {
        (_plain(item.name, ecosystem), item.version or "") for item in _installed(facts) if item.ecosystem == ecosystem
    }


def _installed(facts: ComponentFacts) -> list[Component]:
    return [item for item in facts.components if item.kind is ComponentKind.PACKAGE and item.directory is not None]


def _npm(tree: Path) -> Listed:
    """Packages by their real names: an alias stands under another one in the tree."""
    listed = _client(["npm", "ls", "--all", "--json", "--long"], tree)
    return {(item["name"], item["version"]) for item in _nested(listed) if item.get("name") and item.get("version")}


def _nested(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for item in node.get("dependencies", {}).values():
        if not item.get("missing"):
            yield item
            yield from _nested(item)


def _pip(environment: Path) -> Listed:
    python = environment / "bin" / "python"
    listed = _client([sys.executable, "-m", "pip", "--python", str(python), "inspect"], environment)
    return {(_plain(item["metadata"]["name"], "pypi"), item["metadata"]["version"]) for item in listed["installed"]}


def _plain(name: str, ecosystem: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-") if ecosystem == "pypi" else name


def _client(command: list[str], folder: Path) -> dict[str, Any]:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if not done.stdout.strip():
        raise SystemExit(f"{' '.join(command)} printed nothing: {done.stderr[-500:]}")
    return dict(json.loads(done.stdout))


def _show_licenses(facts: ComponentFacts) -> None:
    installed = _installed(facts)
    declared = {item.id: [claim for claim in item.claims if claim.source is ClaimSource.DECLARED] for item in installed}
    unread = [item for item in installed if any(claim.expression is None for claim in declared[item.id])]
    silent = [item for item in installed if not declared[item.id]]
    print(
        f"of {len(installed):,} installed packages {len(installed) - len(unread) - len(silent):,} declare a licence that is "
        f"understood, {len(unread):,} one that is not, {len(silent):,} none"
    )
    for item in unread:
        said = "; ".join(str(claim.raw)[:80] for claim in declared[item.id] if claim.expression is None)
        print(f"  not understood: {item.id}: {said!r}")
    for item in silent:
        print(f"  declares none: {item.id}")


def _time(tree: Path, mode: str, cache: Path, reading: float, jobs: int) -> None:
    with tempfile.TemporaryDirectory() as output:
        command = [
            *(sys.executable, "-m", "licscan", "scan", "--no-config", "--quiet", "--jobs", str(jobs)),
            *("--installed", mode, "--cache-dir", str(cache), "--output-dir", output, str(tree)),
        ]
        for name in ("first", "warm"):
            spent = run_measured(command)
            print(
                f"--installed {mode}, default outputs, {name}: {spent.wall:.1f} s, {spent.cpu:.1f} s of CPU, "
                f"reading components {reading / spent.cpu:.0%} of it"
            )


if __name__ == "__main__":
    raise SystemExit(main())
