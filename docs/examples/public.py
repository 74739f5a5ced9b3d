"""Makes the audits of two public codebases that stand beside this script, in English and Chinese.

    python docs/examples/public.py CHECKOUTS

``CHECKOUTS`` holds a clone of each under the name that ``TARGETS`` gives; nothing is downloaded. Each is checked out at the commit that is named
here, and the reports are the same bytes wherever they are made.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
DATE = 1796083200  # 2026-12-01, the day from which ages are counted
# The folder of each clone, its public home, the commit, and what the auditor knows of the product.
TARGETS = (
    (
        "formbricks",
        "github.com/formbricks/formbricks",
        "b66c1dd978af618a0e402bd3343b456bed68594c",
        ("distribution=saas", "commercial=true"),
    ),
    (
        "openipc",
        "github.com/OpenIPC/firmware",
        "4223e6ff52ee40c6e8788432881abcf70d390781",
        ("distribution=binary", "commercial=true"),
    ),
)
# Who audits, and who reviews, by the language of the report.
PEOPLE = {"en": ("Example auditors", "Example counsel"), "zh": ("示例审计人", "示例律师")}
_VERDICTS = (0, 1, 3)  # met, violated, incomplete: an audit that was made


def main() -> None:
    parser = argparse.ArgumentParser(description="Make the audits of two public codebases.")
    parser.add_argument("checkouts", type=Path, help="folder with a clone of each codebase")
    checkouts = parser.parse_args().checkouts.resolve()
    for name, _, commit, facts in TARGETS:
        _check(checkouts / name, commit)
        for language, (auditors, counsel) in PEOPLE.items():
            audit(checkouts, name, language, facts, auditors, counsel)


def _check(tree: Path, commit: str) -> None:
    """End unless ``tree`` is at ``commit``, without changes."""
    for command, wanted in ((("rev-parse", "HEAD"), commit), (("status", "--porcelain"), "")):
        shown = subprocess.run(("git", *command), cwd=tree, capture_output=True, text=True, check=True).stdout.strip()
        if shown != wanted:
            raise SystemExit(f"{tree}: git {' '.join(command)} says {shown[:80]!r}, not {wanted!r}: check out {commit}")


def audit(checkouts: Path, name: str, language: str, facts: tuple[str, ...], auditors: str, counsel: str) -> None:
    command = (
        *(sys.executable, "-m", "licscan", "audit", name, "--lang", language, "--quiet"),
        *("--auditor", auditors, "--reviewer", counsel),
        *(part for fact in facts for part in ("--fact", fact)),
        *("-o", f"docx={(report := f'{name}.{language}.docx')}"),
    )
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(DATE)}
    done = subprocess.run(command, cwd=checkouts, env=environment, check=False)
    if done.returncode not in _VERDICTS:
        raise SystemExit(f"licscan audit ended with {done.returncode}")
    shutil.move(checkouts / report, HERE / report)


if __name__ == "__main__":
    main()
