#!/usr/bin/env python3
"""Print the newest versions of all dependencies, as constraints for every supported Python: python .ci/freeze.py > constraints.txt

Makes one fresh environment for each Python 3.10 to 3.14 on the PATH and installs licscan's newest dependencies there. A version
that is not the same for all gets a marker. Run the tests under the new constraints before they are committed.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

PYTHONS = ("3.10", "3.11", "3.12", "3.13", "3.14")
# The newest releases of these binary packages have no wheel for Macs with ARM processors; the ones before have.
ARM_MACS = {
    "extractcode-7z": "16.5.210525",
    "extractcode-libarchive": "3.5.1.210525",
    "typecode-libmagic": "5.39.210223",
}
ROOT = Path(__file__).resolve().parent.parent
HEAD = """\
# The versions with which the tests passed: pip install -c constraints.txt '.[test,lint]'
# Made with .ci/freeze.py. A scheduled workflow tests newer ones (.github/workflows/newest-dependencies.yml).
"""


def frozen(python: str) -> dict[str, str]:
    """Return name -> version of what a fresh environment of ``python`` gets, licscan itself left out."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([python, "-m", "venv", folder], check=True)
        pip = f"{folder}/bin/pip"
        subprocess.run([pip, "install", "--quiet", f"{ROOT}[test,lint]"], check=True)
        lines = subprocess.run(
            [pip, "freeze", "--exclude", "licscan"], check=True, capture_output=True, text=True
        ).stdout
    pairs = [line.split("==") for line in lines.splitlines()]
    if odd := [pair for pair in pairs if len(pair) != 2]:
        sys.exit(f"no plain versions: {odd}")
    return dict(pairs)


def main() -> None:
    """Print the constraints."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for version in PYTHONS:
        python = shutil.which(f"python{version}")
        if python is None:
            sys.exit(f"python{version} is not installed: the constraints have to hold for it too")
        for name, release in frozen(python).items():
            found[re.sub(r"[-_.]+", "-", name).lower()][release].append(version)
    print(HEAD, end="")
    for name, releases in sorted(found.items()):
        for release, pythons in releases.items():
            marker = " or ".join(f'python_version == "{python}"' for python in pythons)
            if name in ARM_MACS and len(releases) == 1:
                print(f'{name}=={release} ; sys_platform != "darwin" or platform_machine != "arm64"')
                print(f'{name}=={ARM_MACS[name]} ; sys_platform == "darwin" and platform_machine == "arm64"')
            else:
                print(f"{name}=={release}" + (f" ; {marker}" if len(releases) > 1 else ""))


if __name__ == "__main__":
    main()
