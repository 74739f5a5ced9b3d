#!/usr/bin/env python3
"""Check that a tag is the version of licscan and that the changelog has a dated section for it: python .ci/release.py v1.2.3"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def problems(tag: str, module: str, changelog: str) -> list[str]:
    """Return what keeps ``tag`` from being released, given the text of ``licscan/__init__.py`` and of the changelog."""
    found = []
    version = re.search(r'^__version__ = "(.+)"$', module, re.M)
    if version is None or tag != f"v{version[1]}":
        found.append(f"tag {tag} is not v{version[1] if version else '?'}: licscan/__init__.py states the version")
    if not re.search(rf"^## {re.escape(tag.removeprefix('v'))} - \d{{4}}-\d\d-\d\d$", changelog, re.M):
        found.append(f"CHANGELOG.md has no heading '## {tag.removeprefix('v')} - YYYY-MM-DD'")
    return found


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    texts = [(ROOT / name).read_text(encoding="utf-8") for name in ("licscan/__init__.py", "CHANGELOG.md")]
    sys.exit("\n".join(problems(sys.argv[1], *texts)) or None)
