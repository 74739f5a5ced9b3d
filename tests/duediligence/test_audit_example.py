"""The script that makes the example audits: the same product on every machine, or none."""

import importlib.util
import io
import subprocess
import tarfile
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


@pytest.fixture(scope="module")
def make() -> ModuleType:
    spec = importlib.util.spec_from_file_location("example_audits", EXAMPLES / "make.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _tar(*paths: str) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for path in paths:
            member = tarfile.TarInfo(path)
            member.size = len(path)
            tar.addfile(member, io.BytesIO(path.encode()))
    return buffer.getvalue()


def _wheel(*paths: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as wheel:
        for path in paths:
            wheel.writestr(path, path)
    return buffer.getvalue()


@pytest.fixture
def had(make: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small archives in place of those that the package managers bring."""
    kmod = "kmod-30+20221128"
    brought = {
        make.BBSWITCH[0]: _tar("bbswitch-0.8/bbswitch.c", "elsewhere/bbswitch.c"),
        make.KMOD[0]: _tar(f"{kmod}/libkmod/libkmod.c", f"{kmod}/libkmod/python/setup.py", f"{kmod}/shared/util.c", f"{kmod}/tools/kmod.c"),
        **{name: _tar("package/index.js") for name, _ in make.NPM},
        **{name: _wheel(f"{name.split('-')[0]}.py") for name, _ in make.WHEELS},
    }  # fmt: skip
    monkeypatch.setattr(make, "_had", lambda sources, name, digest, *command: brought[name])


def _git(tree: Path, *command: str) -> str:
    return subprocess.run(("git", *command), cwd=tree, capture_output=True, text=True, check=True).stdout


@pytest.mark.usefixtures("had")
def test_the_product_is_the_same_commit_each_time_it_is_made(make: ModuleType, tmp_path: Path) -> None:
    make.build(tmp_path / "once", tmp_path)
    make.build(tmp_path / "twice", tmp_path)
    once, twice = (_git(tmp_path / name, "rev-parse", "HEAD") for name in ("once", "twice"))
    assert once == twice
    assert _git(tmp_path / "once", "log", "-1", "--format=%cI").startswith("2026-01-02T09:00:00")


@pytest.mark.usefixtures("had")
def test_the_product_holds_the_parts_that_are_meant_and_nothing_that_lies_beside_them(
    make: ModuleType, tmp_path: Path
) -> None:
    make.build(tmp_path / "kiosk", tmp_path)
    held = set(_git(tmp_path / "kiosk", "ls-files").split())
    assert {
        "kiosk/answer.py",
        "bundle/six.py",
        "web/node_modules/lie/index.js",
        "third_party/bbswitch/bbswitch.c",
    } < held
    assert {path for path in held if path.startswith("third_party/libkmod/")} == {
        "third_party/libkmod/libkmod.c",
        "third_party/libkmod/shared/util.c",
    }


def test_a_file_with_another_digest_is_refused_by_name(make: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "kmod.tar").write_bytes(b"another version")
    with pytest.raises(SystemExit, match=r"kmod\.tar has the digest .* not 00ff"):
        make._had(tmp_path, "kmod.tar", "00ff", "false")


def test_what_a_package_manager_does_not_bring_is_told_with_its_words(make: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"did not bring kmod\.tar(.|\n)*no such package"):
        make._had(tmp_path, "kmod.tar", "00ff", "sh", "-c", "echo no such package >&2; exit 1")
