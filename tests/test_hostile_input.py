"""Files that once ended a scan, or kept it busy without end: each is an issue of its own, or read like any other, and the scan goes on."""

from __future__ import annotations

import io
import json
import os
import pickle
import struct
import subprocess
import tarfile
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from licscan.aimodel.file import read_content
from licscan.classify.catalogue import Catalogue
from licscan.config.settings import load_settings
from licscan.core.component import Component, ComponentKind, Dependency
from licscan.core.expression import ExpressionError, parse
from licscan.core.facts import Facts
from licscan.core.finding import FileFinding, SourceFile
from licscan.core.issue import Issue
from licscan.core.result import Audit, Inventory
from licscan.core.selection import SelectedFile
from licscan.detect.base import DetectionResult
from licscan.detect.fast import FastDetector
from licscan.detect.licensedb import license_records
from licscan.document.read import decode
from licscan.document.write import encode
from licscan.errors import SettingsError, UsageError
from licscan.modellicense.records import with_model_licenses
from licscan.modellicense.register import model_register
from licscan.pipeline.run import Parts, judge, scan
from licscan.policy import load_policy
from licscan.policy.reach import Reach
from licscan.report import REPORTS, reporter
from licscan.report.base import ReportInput
from licscan.select import WalkOptions, select
from licscan.select.archive import ArchiveLimits, with_archives
from licscan.util.ignore_patterns import ignore_rules
from licscan.util.toml_text import TOMLDecodeError, parse_toml

Scan = Callable[[dict[str, "bytes | str"]], Inventory]


class Silent:
    """A detector that finds nothing."""

    fingerprint = "silent"

    def detect(self, files: Sequence[SelectedFile]) -> Iterator[DetectionResult]:
        for file in files:
            yield DetectionResult(path=file.file.path, finding=FileFinding(path=file.file.path))


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    records = license_records(tmp_path_factory.mktemp("licenses"))
    return Catalogue.load(with_model_licenses(records, model_register()))


@pytest.fixture
def scanned(tmp_path: Path, catalogue: Catalogue) -> Scan:
    def read_license(text: str) -> str | None:
        try:
            return catalogue.from_spdx(text)
        except ExpressionError:
            return catalogue.resolve(text.strip())

    def scanned(files: dict[str, bytes | str]) -> Inventory:
        for path, content in files.items():
            place = tmp_path / "tree" / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content if isinstance(content, bytes) else content.encode())
        parts = Parts(
            detector=Silent(),
            scancode_version="32.5.0",
            catalogue=catalogue,
            licenses=(),
            read_license=read_license,
            clock=lambda: "2026-01-01T00:00:00Z",
        )
        return scan(tmp_path / "tree", WalkOptions(), parts)

    return scanned


def messages(inventory: Inventory) -> str:
    return "\n".join(f"{issue.location}: {issue.message}" for issue in inventory.issues)


def number_of_bytes(data: bytes) -> bytes:
    return struct.pack("<Q", len(data)) + data


BESIDE = {"other/package.json": '{"name": "other", "version": "1.0.0", "license": "MIT"}'}
HALF = "\\ud800"
SMALL: dict[str, dict[str, bytes | str]] = {
    "a package called /": {"package.json": '{"name": "/", "version": "1"}'},
    "half a character in a name": {"package.json": f'{{"name": "a{HALF}", "version": "1{HALF}", "license": "{HALF} OR MIT"}}'},
    "a dependency called nothing": {"package.json": '{"name": "a", "dependencies": {"": "1", "/": "2", " ": "3"}}'},
    "a package of Composer without a name": {"composer.json": '{"name": "x/", "require": {"y/": "1", "/": "2"}}'},
    "a checkpoint that is none": {"m/model.pt": b"\x80\x02}q\x00(X\x05" + bytes(range(256))},
    "an archive of weights that ends early": {"m/model.pt": b"PK\x03\x04" + bytes(300)},
    "numbers of 4,299 digits": {"m/model.safetensors": number_of_bytes(b'{"w": {"shape": [%s, %s]}}' % (b"9" * 4299, b"9" * 4299))},
    "TOML nested 100,000 deep": {"pyproject.toml": "a = " + "[" * 100_000},
    "JSON nested 100,000 deep": {"package.json": '{"name": ' + "[" * 100_000},
    "YAML whose aliases are a key": {"pnpm-lock.yaml": "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}' if n else 'x'] * 9)}]\n" for n in range(12)) + "? *a11\n: 1\n"},
    "YAML whose aliases are many": {"pnpm-lock.yaml": "x: &x {" + ", ".join(f"p{n}: 1" for n in range(2000)) + "}\nimporters:\n" + "".join(f"  f{n}: {{dependencies: *x}}\n" for n in range(900))},
    "a key of 40,000 bytes": {"pyproject.toml": "a." * 20_000 + "a = 1\n"},
    "a Modelfile of newlines": {"Modelfile": "FROM a\n" + "\n" * 100_000},
    "a notebook of many names": {"a.ipynb": json.dumps({"cells": [{"cell_type": "code", "source": [f"m.from_pretrained('o/n{n}')\n" for n in range(3_000)]}]})},
    "a text of model names": {"m/config.json": '{"model_type": "llama", "_name_or_path": "o/n"}', "use.py": "x.from_pretrained('o/n')\n", "a.txt": "o/n " * 250_000},
    "unclosed comments": {"a.js": "pipeline('x')" + "/*" * 200_000},
    "unclosed texts": {"a.js": "pipeline('x')" + '\\"' * 100_000},
    "variables of variables": {"a.sh": "M=" + "a/b" * 6_000 + "\nollama pull x\n" + "$M/" * 6_000 + "\n"},
}  # fmt: skip


@pytest.mark.parametrize("what", SMALL)
def test_one_hostile_file_costs_itself_and_no_more(scanned: Scan, catalogue: Catalogue, what: str) -> None:
    begun = time.process_time()
    inventory = scanned({**BESIDE, **SMALL[what]})
    assert "pkg:npm/other@1.0.0" in {component.id for component in inventory.components}
    size = sum(len(content) for content in SMALL[what].values())
    assert len(encode(inventory, audited(inventory, catalogue))) < 50 * size + 1_000_000
    assert time.process_time() - begun < 60  # what had no end takes a second


def audited(inventory: Inventory, catalogue: Catalogue) -> Audit:
    return judge(inventory, catalogue, load_policy("default"), Facts())


@pytest.mark.parametrize("name", REPORTS)
def test_half_characters_go_through_every_output(scanned: Scan, catalogue: Catalogue, name: str) -> None:
    inventory = scanned({"package.json": f'{{"name": "a{HALF}b", "version": "1{HALF}", "license": "{HALF}", "author": "{HALF}", "dependencies": {{"{HALF}": "1"}}}}'})  # fmt: skip
    stored = encode(inventory, audited(inventory, catalogue)).replace("\ufffd".encode(), b"\\ud800")
    document = decode(stored, is_foreign=True)
    assert "\ud800" not in repr(document.inventory.components)
    for facts, verdict in ((inventory, audited(inventory, catalogue)), (document.inventory, document.audit)):
        stream = io.BytesIO()
        reporter(name).write(ReportInput(inventory=facts, audit=verdict, generated_at="2026-01-01T00:00:00Z"), stream)
        assert stream.getvalue().decode()


def test_a_tree_of_1_500_folders_in_each_other_is_walked(tmp_path: Path) -> None:
    where = os.open(tmp_path, os.O_RDONLY)
    for _ in range(1_500):
        os.mkdir("d", dir_fd=where)
        where, above = os.open("d", os.O_RDONLY, dir_fd=where), where
        os.close(above)
    os.close(os.open("LICENSE", os.O_CREAT | os.O_WRONLY, dir_fd=where))
    os.close(where)
    try:
        selection = select(tmp_path, WalkOptions(all_files=True))
        assert [file.file.path for file in selection.files] == ["d/" * 1_500 + "LICENSE"] or selection.issues
    finally:
        subprocess.run(["rm", "-r", str(tmp_path / "d")], check=True)  # Python's own way takes a call for each folder


@pytest.mark.parametrize("pattern", ["!", "[z-a]", "*a" * 40, "x" * 5_000])
def test_a_pattern_without_meaning_or_end_is_a_mistake_of_the_configuration(tmp_path: Path, pattern: str) -> None:
    with pytest.raises(UsageError):
        ignore_rules([pattern])
    (tmp_path / "licscan.toml").write_text(f'policy = "default"\nexclude = ["{pattern}"]\n')
    with pytest.raises(SettingsError, match=r"licscan\.toml:2"):
        load_settings(tmp_path)


@pytest.mark.parametrize("text", ["a." * 20_000 + "a = 1", "a = " + "[" * 100_000, 'x = {"a"' + '."a"' * 200 + " = 1}"])
def test_toml_has_limits_that_are_named(tmp_path: Path, text: str) -> None:
    with pytest.raises(TOMLDecodeError, match="more than 100"):
        parse_toml(text)
    (tmp_path / "licscan.toml").write_text(text)
    with pytest.raises(SettingsError, match="more than 100"):
        load_settings(tmp_path)


def test_toml_with_long_texts_and_many_tables_is_read() -> None:
    text = 'a = "' + "x." * 500 + '"\n' + "[[t]]\nb = [1, 2]\nc = {d.e = 1}\n" * 500 + "e = '''" + "[" * 300 + "'''\n"
    assert len(parse_toml(text)["t"]) == 500


def unpacked(tree: Path, limits: ArchiveLimits | None = None) -> tuple[list[str], list[Issue]]:
    with with_archives(select(tree, WalkOptions()), limits or ArchiveLimits()) as opened:
        return [file.file.path for file in opened.files], list(opened.issues)


def test_limits_hold_for_all_archives_together(tmp_path: Path) -> None:
    for number in range(6):
        with zipfile.ZipFile(tmp_path / f"{number}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("zeros", bytes(400_000))
    files, issues = unpacked(tmp_path, ArchiveLimits(all_ratio_from=1_000_000))
    assert sum(path.endswith("zeros") for path in files) == 2
    assert "what is left for all archives of the tree together" in str(issues[-1].message)
    files, issues = unpacked(tmp_path, ArchiveLimits(all_count=4))
    assert sum(path.endswith("zeros") for path in files) == 4 and len(issues) == 2


def test_members_that_cannot_be_are_issues_of_their_archive(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("x", b"1")
        archive.writestr("/".join("d" * 1_000) + "/deep", b"1")
    nameless = (tmp_path / "a.zip").read_bytes().replace(b"\x01\x00\x00\x00x", b"\x01\x00\x00\x00\x00")
    (tmp_path / "b.zip").write_bytes(nameless)
    header = f"{'junk':16}{0:<12}{0:<6}{0:<6}{'644':8}{-60:<10}`\n"
    (tmp_path / "c.deb").write_bytes(b"!<arch>\n" + header.encode() * 3)
    files, issues = unpacked(tmp_path)
    assert "a.zip-extract/x" in files
    told = "\n".join(f"{issue.location}: {issue.message}" for issue in issues)
    assert (
        "a.zip: the member d/d" in told and "c.deb: the archive cannot be read: a member has less than no bytes" in told
    )


def test_the_list_of_a_zip_has_a_limit(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for number in range(2_000):
            archive.writestr(f"folder{number}/", b"")
    _, issues = unpacked(tmp_path, ArchiveLimits(max_directory=50_000))
    assert "and the limit is 50,000" in str(issues[0].message)


def test_long_names_in_a_tar_have_a_limit(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tgz", "w:gz", format=tarfile.GNU_FORMAT) as archive:
        archive.addfile(tarfile.TarInfo("first"))
        archive.addfile(tarfile.TarInfo("n" * 1_000_000))
    files, issues = unpacked(tmp_path)
    assert "a.tgz-extract/first" in files and "over the limit of 65,536" in str(issues[0].message)


def test_a_header_of_weights_has_limits(scanned: Scan) -> None:
    many = b"{" + b",".join(b'"%d":{"shape":[]}' % number for number in range(310_000)) + b"}"
    inventory = scanned({"m/model.safetensors": number_of_bytes(many)})
    assert "describes more than 300,000 tensors" in messages(inventory)


def test_a_lockfile_that_says_more_than_its_size_is_cut_short(scanned: Scan) -> None:
    every = {f"p{number}": "1" for number in range(300)}
    lock = {
        "lockfileVersion": 3,
        "packages": {
            "": {"name": "a", "dependencies": every},
            **{f"node_modules/{name}": {"version": "1", "peerDependencies": {"x" * 600: "1"}} for name in every},
        },
    }
    inventory = scanned({"package.json": '{"name": "a"}', "package-lock.json": json.dumps(lock)})
    assert len(inventory.components) > 200


def test_every_reader_of_models_answers_a_file_of_one_sign_repeated() -> None:
    for reader in ("modelfile", "card", "python", "notebook", "literate", "script", "shell", "settings"):
        for sign in (
            "\n",
            " ",
            "`",
            "/*",
            '"',
            "'",
            "--model ",
            "model: ",
            "a/b ",
            "pipeline ",
            "ollama pull ",
            "=",
            "$A",
        ):
            begun = time.process_time()
            read_content(reader, (f"FROM a\npipeline(model)\nmodel='a/b'\n{sign * (60_000 // len(sign))}").encode())
            assert time.process_time() - begun < 20, (reader, sign)


def test_pickles_with_many_members_are_read_within_limits(scanned: Scan) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(300):
            archive.writestr(f"m/{number}.pkl", pickle.dumps([1] * 1000, 2))
    assert scanned({**BESIDE, "m/model.pt": content.getvalue()}).components


def test_a_lockfile_that_is_one_long_chain_is_told_in_proportion_to_its_size() -> None:
    names = [f"pkg:npm/p{number}@1" for number in range(3_000)]
    components = [Component(id="path:.", name="a", kind=ComponentKind.PROJECT, directory="")]
    components += [Component(id=name, name=name, kind=ComponentKind.PACKAGE) for name in names]
    pairs = zip(["path:.", *names], names, strict=False)
    reach = Reach(components, [Dependency(parent=parent, child=child, proven=True) for parent, child in pairs])
    (way,) = reach.ways(names[-1])
    assert way[0] == "a" and way[-1] == names[-1] and "... 2,988 more ..." in way
    assert sum(len(reach.ways(name)[0]) for name in names[1:]) < 30 * len(names)


def test_an_expression_has_limits_that_are_named() -> None:
    for text in ("x" * 40_000, " AND ".join(f"a{number}" for number in range(500))):
        with pytest.raises(ExpressionError, match="may have"):
            parse(text)


def test_a_file_of_holes_costs_no_time(tmp_path: Path) -> None:
    place = tmp_path / "sparse"
    with place.open("wb") as stream:
        stream.truncate(10 * 1024**3)
    file = SelectedFile(file=SourceFile(path="sparse", size=10 * 1024**3, sha256=""), location=str(place))
    (result,) = FastDetector(tmp_path).detect([file])
    assert "less than a hundredth is stored" in str(result.issues[0].message)
