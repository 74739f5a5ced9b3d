"""The two commands that are set side by side, each writing ScanCode's JSON of the same absolute path."""

from __future__ import annotations

import sys
from pathlib import Path

# ScanCode gives up approximate matching after a share of its timeout: only a long one gives the answer that it means.
LONG_TIMEOUT = 3_600


def scancode(tree: Path, result: Path, *, jobs: int, timeout: int = LONG_TIMEOUT, text: bool = False) -> list[str]:
    """ScanCode's own command line."""
    program = Path(sys.executable).with_name("scancode")
    with_text = ["--license-text"] if text else []
    return [
        str(program),
        "--license",
        *with_text,
        *("--processes", str(jobs)),
        *("--timeout", str(timeout)),
        *("--json", str(result)),
        "--quiet",
        str(tree.resolve()),
    ]


def licscan(
    tree: Path, result: Path, *options: str, jobs: int, timeout: int = LONG_TIMEOUT, text: bool = False
) -> list[str]:
    """licscan's detection alone: the files that ScanCode looks at, no overlay, no other output."""
    return [
        *(sys.executable, "-m", "licscan", "scan"),
        *("--all-files", "--no-extra-rules", "--no-config", "--quiet"),
        *("--jobs", str(jobs)),
        *("--timeout", str(timeout)),
        *("--output", f"scancode-json{'@text' if text else ''}={result}"),
        *options,
        str(tree.resolve()),
    ]
