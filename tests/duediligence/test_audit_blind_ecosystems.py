"""Blind mode over all ecosystems: whose a name is, only manifests, lockfiles, settings and addresses show."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

from licscan.cli import run
from licscan.component import first_party, registry_address
from licscan.component.first_party import FirstParty
from tests.duediligence.seller_tree import PUBLIC_REGISTRY, Seller, needles, plant


@pytest.fixture(scope="module", autouse=True)
def public_registry() -> Iterator[None]:
    """Let a reserved host be that of a public registry."""
    domain = PUBLIC_REGISTRY.partition(".")[2]
    with pytest.MonkeyPatch.context() as patch:
        digest = hashlib.sha256(domain.encode()).hexdigest()[:16]
        patch.setattr(registry_address, "_PUBLIC", registry_address._PUBLIC | {digest})
        yield


@pytest.fixture(scope="module")
def seller(tmp_path_factory: pytest.TempPathFactory) -> Seller:
    return plant(tmp_path_factory.mktemp("seller"))


def audited(seller: Seller, folder: Path, *options: str) -> dict[str, bytes]:
    """Audit the tree with every form and return all that came out of it, archives unpacked, in small letters."""
    out = folder / "out"
    terminal = StringIO()
    with redirect_stdout(terminal), redirect_stderr(terminal):
        run(
            [
                "audit",
                str(seller.root),
                "--archives",
                "--output-dir",
                str(out),
                "--html-dir",
                str(out / "hosted"),
                *options,
            ]
        )
    # The folder's own name stands where the caller gave it; no file below it may say more.
    written = {"terminal": terminal.getvalue().encode().lower()}
    for path in sorted(out.rglob("*")):
        if path.suffix in (".xlsx", ".docx"):
            with zipfile.ZipFile(path) as archive:
                written |= {
                    f"{path.name}/{name}": name.encode() + archive.read(name).lower() for name in archive.namelist()
                }
        elif path.is_file():
            written[path.name] = path.read_bytes().lower()
    written["names"] = "\n".join(path.relative_to(out).as_posix() for path in sorted(out.rglob("*"))).encode().lower()
    return written


def leaked(seller: Seller, written: dict[str, bytes]) -> set[str]:
    return {word.decode() for word in needles(seller) if any(_stands_in(word, text) for text in written.values())}


def _stands_in(word: bytes, text: bytes) -> bool:
    """Whether ``text`` holds ``word``; a version not as a part of a longer number."""
    if not word[:1].isdigit():
        return word in text
    return word in text and re.search(rb"(?<![\d.])%s(?![\d.]?\d)" % re.escape(word), text) is not None


@pytest.fixture(scope="module")
def blind(seller: Seller, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("blind")
    return audited(seller, folder, "--blind", "--blind-key", str(folder / "key"))


def test_the_tree_holds_more_than_two_hundred_strings_of_the_seller_and_as_many_public_names(seller: Seller) -> None:
    assert len(set(seller.own)) == len(seller.own) > 300
    assert len(seller.public) > 200


def test_no_output_holds_a_string_of_the_seller(seller: Seller, blind: dict[str, bytes]) -> None:
    assert {
        "audit.html",
        "audit.json",
        "audit.csv",
        "index.html",
        "audit.docx/word/document.xml",
        "audit.xlsx/xl/workbook.xml",
    } <= set(blind)
    assert leaked(seller, blind) == set()


def test_public_names_and_their_versions_stay(seller: Seller, blind: dict[str, bytes]) -> None:
    product = json.loads(blind["audit.json"])["products"][0]
    subjects = [entry["subject"] for entry in product["components"]]
    shown = {
        (re.split(r"[/:]", subject["name"])[-1], (subject["version"] or "").removeprefix("v")) for subject in subjects
    }
    missing = {
        (name, version)
        for name, version in seller.public.items()
        if (re.split(r"[/:]", name.lower())[-1], version) not in shown
    }
    assert missing == set()


def test_the_open_report_holds_these_strings_and_without_evidence_they_leak(
    seller: Seller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(leaked(seller, audited(seller, tmp_path / "open"))) > 200
    monkeypatch.setattr(first_party, "first_party_evidence", lambda *_: FirstParty())
    without = audited(seller, tmp_path / "without", "--blind", "--blind-key", str(tmp_path / "key"))
    assert len(leaked(seller, without)) > 30
