"""Real repositories, and the gate run in them as a user would."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from licscan.app.run_options import cache_folder
from licscan.cli import run
from licscan.detect.index import index_path, open_index
from licscan.detect.licensedb import license_records
from licscan.errors import ExitCode
from tests.conftest import Repository

GPL_NOTICE = """# This program is free software: you can redistribute it and/or modify
# it under the terms of the GNU General Public License as published by
# the Free Software Foundation, either version 3 of the License, or
# (at your option) any later version.
"""
MIT = """MIT License

Copyright (c) 2024 The Authors

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache folder with an index, made once (or taken from the user's own) for all tests of the gate."""
    folder = tmp_path_factory.mktemp("gate-cache")
    ready = index_path(cache_folder(None))
    if ready.exists():
        os.link(ready, folder / ready.name)
    else:
        open_index(folder)
    license_records(folder)
    return folder


@dataclass
class Checked:
    """How one run of the gate ended."""

    code: ExitCode
    out: str
    err: str

    @property
    def verdict(self) -> str:
        return self.out.splitlines()[-1]


Check = Callable[..., Checked]


@pytest.fixture
def check(
    repository: Repository, cache: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Check:
    """Run ``licscan check`` in the repository."""
    monkeypatch.setenv("LICSCAN_CACHE_DIR", str(cache))
    monkeypatch.delenv("PRE_COMMIT", raising=False)  # these tests may run in somebody's hook

    def checked(*arguments: str, command: str = "check") -> Checked:
        monkeypatch.chdir(repository.root)
        capsys.readouterr()
        code = run([command, *arguments])
        told = capsys.readouterr()
        return Checked(code, told.out, told.err)

    return checked


@pytest.fixture
def project(repository: Repository) -> Repository:
    """A project under MIT with one commit, which meets the policy."""
    repository.write("LICENSE", MIT)
    repository.write("app/main.py", "print('hello')\n")
    repository.write("app/other.py", "def other():\n    return 1\n")
    repository.commit("begin")
    return repository
