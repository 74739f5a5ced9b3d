"""Makes the example audits: puts the product ``kiosk`` together and audits it, in English and Chinese.

    python docs/examples/make.py [--work DIR]

What others wrote comes through the package managers of this machine, as they are configured: ``apt-get`` (with ``deb-src``),
``npm`` and ``pip``. Each file that they bring has to have the digest that is written here, so that the tree, its commit and
the reports are the same bytes wherever they are made. What the makers of kiosk wrote themselves is in ``kiosk/``.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

HERE = Path(__file__).resolve().parent
DATE = 1767344400  # 2026-01-02 09:00 UTC
# Who audits, and who reviews, by the language of the report.
PEOPLE = {"en": ("Example auditors", "Example counsel"), "zh": ("示例审计人", "示例律师")}
FORMS = ("html", "docx", "xlsx")

# Files as the package managers name them, with the SHA-256 of each.
BBSWITCH = ("bbswitch_0.8.orig.tar.gz", "76cabd3f734fb4fe6ebfe3ec9814138d0d6f47d47238521ecbd6a986b60d1477")
KMOD = ("kmod_30+20221128.orig.tar.xz", "00bc9ae4f1f9e1bbc1266d838452865bc7c24271d0853939edbe3029ad22af4e")
NPM = (
    ("isarray-1.0.0.tgz", "e23c76f14f5222e07e39d89858b61e8e33f96956de9e0df3659cbdf8db950c87"),
    ("lie-3.3.0.tgz", "2db8461cd4a10e2fc3588c8c55da34d33465ff81cc19c72416bbcaec7ee6a36e"),
    ("immediate-3.0.6.tgz", "98c792f39650b00818c05dcc407902034dc4092f368596b37658d44f28739d11"),
)
WHEELS = (
    ("six-1.16.0-py2.py3-none-any.whl", "8abb2f1d86890a2dfb989f9a77cfcfd3e47c2a354b01111771326f8aa26e0254"),
    ("idna-3.6-py3-none-any.whl", "c05567e9c24a6b9faaa835c4821bad0590fbb9d5779e7caa6e1cc4978e7eb24f"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description="Make the example audits.")
    parser.add_argument("--work", type=Path, help="folder to work in; what was downloaded into it is used again")
    work = parser.parse_args().work
    with tempfile.TemporaryDirectory() as temporary:
        folder = (work or Path(temporary)).resolve()
        (folder / "sources").mkdir(parents=True, exist_ok=True)
        build(folder / "kiosk", folder / "sources")
        audit(folder)


def build(tree: Path, sources: Path) -> None:
    """Put the product together at ``tree``, as one commit. The files of others are downloaded to ``sources``."""
    if tree.exists():
        shutil.rmtree(tree)
    shutil.copytree(HERE / "kiosk", tree, ignore=shutil.ignore_patterns("__pycache__"))
    bbswitch = _had(sources, *BBSWITCH, "apt-get", "source", "--download-only", "--tar-only", "bbswitch")
    kmod = _had(sources, *KMOD, "apt-get", "source", "--download-only", "--tar-only", "kmod")
    third_party = tree / "third_party"
    _write(third_party / "bbswitch", _unpacked(bbswitch, "bbswitch-0.8/"))
    # The library alone, with the helpers that it is built from, which kmod keeps beside it.
    _write(third_party / "libkmod", _sources_of_libkmod(kmod))
    for name, digest in NPM:
        package, _, version = name.removesuffix(".tgz").rpartition("-")
        archive = _had(sources, name, digest, "npm", "pack", f"{package}@{version}")
        _write(tree / "web/node_modules" / package, _unpacked(archive, "package/"))
    for name, digest in WHEELS:
        package, version = name.split("-")[:2]
        pip = (sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", f"{package}=={version}")
        with zipfile.ZipFile(io.BytesIO(_had(sources, name, digest, *pip))) as wheel:
            _write(tree / "bundle", ((entry, wheel.read(entry)) for entry in wheel.namelist()))
    _commit(tree)


def audit(folder: Path) -> None:
    """Audit ``folder``/kiosk in each language, and put the reports beside this file."""
    for language, (auditors, counsel) in PEOPLE.items():
        shutil.copy(HERE / f"auditor.{language}.toml", folder)
        names = [f"audit.{language}.{form}" for form in FORMS]
        outputs = [part for form, name in zip(FORMS, names, strict=True) for part in ("-o", f"{form}={name}")]
        command = (
            *(sys.executable, "-m", "licscan", "audit", "kiosk", "--config", f"auditor.{language}.toml"),
            *("--scenario", "saas", "--scenario", "binary", "--scenario", "internal"),
            *("--auditor", auditors, "--reviewer", counsel, "--lang", language, "--quiet", *outputs),
        )
        environment = {**os.environ, "SOURCE_DATE_EPOCH": str(DATE)}
        done = subprocess.run(command, cwd=folder, env=environment, check=False)
        if done.returncode not in (1, 3):  # the example violates the policy; its facts are complete or not
            raise SystemExit(f"licscan audit ended with {done.returncode}; the example is meant to violate the policy")
        for name in names:
            shutil.move(folder / name, HERE / name)


def _had(sources: Path, name: str, digest: str, *command: str) -> bytes:
    """Return the content of the file ``name``, which ``command`` brings into ``sources`` where it is not there yet."""
    path = sources / name
    if not path.exists():
        done = subprocess.run(command, cwd=sources, check=False, capture_output=True, text=True)
        if not path.exists():
            raise SystemExit(f"{' '.join(command)} did not bring {name}:\n{done.stdout}{done.stderr}")
    content = path.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != digest:
        raise SystemExit(f"{path} has the digest {found}, not {digest}: it is another version; remove it and look")
    return content


def _unpacked(archive: bytes, folder: str) -> Iterator[tuple[str, bytes]]:
    """Yield the files under ``folder`` of a tar archive, by their paths within it."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for member in tar:
            content = tar.extractfile(member) if member.isfile() and member.name.startswith(folder) else None
            if content:
                yield member.name.removeprefix(folder), content.read()


def _sources_of_libkmod(archive: bytes) -> Iterator[tuple[str, bytes]]:
    for path, content in _unpacked(archive, "kmod-30+20221128/"):
        name = PurePosixPath(path)
        if str(name.parent) == "libkmod" and (name.suffix in (".c", ".h") or name.name in ("COPYING", "README")):
            yield name.name, content
        if str(name.parent) == "shared":
            yield path, content


def _write(folder: Path, files: Iterator[tuple[str, bytes]]) -> None:
    for path, content in files:
        place = (folder / path).resolve()
        if not place.is_relative_to(folder.resolve()):
            raise SystemExit(f"{path} leads out of {folder}")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)


def _commit(tree: Path) -> None:
    """Make one commit of everything in ``tree``, the same on every machine."""
    when = f"{DATE} +0000"
    settings = ("user.name=kiosk", "user.email=kiosk@example.org", "core.autocrlf=false", "commit.gpgsign=false")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
        "GIT_AUTHOR_DATE": when,
        "GIT_COMMITTER_DATE": when,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
    }
    for command in (
        ("init", "--quiet", "--initial-branch=main", "--object-format=sha1"),
        ("add", "--all", "--force"),
        ("commit", "--quiet", "--message=kiosk 2.3.0"),
    ):
        options = [part for setting in settings for part in ("-c", setting)]
        subprocess.run(("git", *options, *command), cwd=tree, env=environment, check=True)


if __name__ == "__main__":
    main()
