"""Every reader of untrusted files as a function of bytes, with the seeds that mutation starts from.

A target lets through only what it must not do: an exception that its callers do not expect. What a file may be wrong in is
no exception here, since a reader answers that with an issue, or with the one error of its kind.
"""

from __future__ import annotations

import io
import os
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache, partial
from itertools import starmap
from pathlib import Path
from typing import NamedTuple

import msgspec

from fuzz.git_data import git_targets
from licscan.aimodel.file import CONFIGS, read_content
from licscan.aimodel.gguf import read_gguf
from licscan.aimodel.header import BrokenHeader
from licscan.aimodel.onnx import read_onnx
from licscan.aimodel.pickled import check_pickle
from licscan.aimodel.reference import REFERENCE_READERS
from licscan.aimodel.safetensors import read_safetensors
from licscan.app.run_options import cache_folder
from licscan.app.wiring import load_catalogue
from licscan.classify.catalogue import Catalogue
from licscan.component import ComponentOptions, assemble
from licscan.component.base import base_of, parent_of
from licscan.component.ecosystem import SOURCES
from licscan.component.read import ManifestWork, Matcher
from licscan.component.tree import Tree
from licscan.detect.fast import FastDetector
from licscan.errors import LicscanError

HERE = Path(__file__).resolve().parent
FIXTURES = HERE.parent / "fixtures"
# What comes of an input stays within this, in bytes of JSON.
FACTOR, ALLOWANCE = 50, 1_000_000
_SHM = Path("/dev/shm")
_NAMES = ("a.c", "a.py", "LICENSE", "README.md", "a.html", "package.json", "a.js", "pom.xml")


class Target(NamedTuple):
    """``run`` reads an input; ``seeds`` are inputs that are well formed, or were hostile once."""

    name: str
    run: Callable[[bytes], None]
    seeds: tuple[bytes, ...]


class GrownError(AssertionError):
    """More came of an input than may."""


@cache
def targets() -> dict[str, Target]:
    """Return all targets by name."""
    found = [*_manifests(), *_models(), *_texts(), *_archives(), *_settings(), *_git_data()]
    return {target.name: target for target in found}


@cache
def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="licscan-fuzz-", dir=_SHM if _SHM.is_dir() else None))


def _place(name: str, data: bytes) -> Path:
    place = _folder() / f"{os.getpid()}-{name}"
    place.write_bytes(data)
    return place


def _seeds(name: str) -> tuple[bytes, ...]:
    folder = HERE / "seeds" / name.replace("/", "-").replace(" ", "_")
    return tuple(path.read_bytes() for path in sorted(folder.iterdir())) if folder.is_dir() else ()


def _bounded(result: object, data: bytes) -> None:
    written = len(msgspec.json.encode(result))
    if written > FACTOR * len(data) + ALLOWANCE:
        raise GrownError(f"{len(data):,} bytes come to {written:,}")


# -- manifests and lockfiles -----------------------------------------------------------------------------------------

# What readers look for beside the file that they read, by the end of their names; each of these has the same content.
_BESIDE = (
    "Directory.Build.props",
    "Directory.Packages.props",
    "go.sum",
    ".cargo-checksum.json",
    "RECORD",
    "parent/pom.xml",
    "LICENSE",
    "setup.cfg",
    "requirements/base.txt",
    "gradle.properties",
)
_PATHS = {
    "installed metadata": "app/lib/x-1.0.dist-info/METADATA",
    "vendor/modules.txt": "app/vendor/modules.txt",
    "pom.properties": "META-INF/maven/g/a/pom.properties",
    "version catalogue of Gradle": "gradle/libs.versions.toml",
    "vendor/composer/installed.json": "vendor/composer/installed.json",
    "conda-meta": "env/conda-meta/x.json",
    "copyright of a Debian package": "usr/share/doc/x/copyright",
    "requirements file": "requirements.txt",
    "workflow": ".github/workflows/ci.yml",
    "script library": "static/jquery.min.js",
    "header of a library": "third_party/zlib/zlib.h",
    "font": "fonts/a.ttf",
    "header of WordPress": "wp-content/plugins/x/x.php",
    "manifest of a browser's extension": "third_party/x/manifest.json",
    "README.chromium": "third_party/x/README.chromium",
    "CMakeLists.txt": "third_party/x/CMakeLists.txt",
}  # fmt: skip


class _OneFile(Tree, frozen=True):
    """A tree in which every file that is asked for has the same content."""

    data: bytes = b""

    def read(self, path: str) -> bytes:
        self.location(path)
        return self.data

    def head(self, path: str, size: int) -> bytes:
        return self.read(path)[:size]

    def location(self, path: str) -> str:
        return str(_place(base_of(path), self.data)) if path in self else super().location(path)

    def size(self, path: str) -> int:
        return len(self.data)


def _manifests() -> Iterator[Target]:
    seeds = _fixture_seeds()
    for number, source in enumerate(SOURCES):
        name = f"manifest {source.name}"
        path = _PATHS.get(source.name) or source.patterns[0].lstrip("*/").replace("*", "x")
        path = f"x{path}" if path.startswith(".") and source.patterns[0].startswith("*") else path
        assert source in Matcher(SOURCES).sources(path), f"{path} is not read by {source.name}"
        found = (*_seeds(name), *seeds.get(source.name, ()))
        yield Target(name, partial(_read_manifest, number, path), found or (b"",))


def _fixture_seeds() -> dict[str, tuple[bytes, ...]]:
    matcher = Matcher(SOURCES)
    found: dict[str, tuple[bytes, ...]] = {}
    for path in sorted(FIXTURES.rglob("*")):
        if not path.is_file() or path.stat().st_size > 8_192:
            continue
        for source in matcher.sources(path.relative_to(FIXTURES).as_posix()):
            found[source.name] = (*found.get(source.name, ()), path.read_bytes())
    return {name: some[:6] for name, some in found.items()}


def _read_manifest(number: int, path: str, data: bytes) -> None:
    paths = [path, *(f"{parent_of(path)}/{name}".lstrip("/") for name in _BESIDE)]
    folders: dict[str, tuple[str, ...]] = {parent_of(each): () for each in paths}
    tree = _OneFile(
        root="/nowhere",
        selected=dict.fromkeys(paths, "/nowhere"),
        found={},
        links={},
        digests=dict.fromkeys(paths, "0" * 64),
        folders=folders,
        data=data,
    )
    reading = ManifestWork(tree, SOURCES).do((path, number))
    _bounded(assemble(tree, reading, ComponentOptions(root_name="root"), lambda _: None), data)


# -- models ----------------------------------------------------------------------------------------------------------


def _models() -> Iterator[Target]:
    for reader in (*CONFIGS, "card", "modelfile", *REFERENCE_READERS):
        name = f"model {reader}"
        yield Target(name, partial(_read_model, reader), _seeds(name) or _seeds("model config") or (b"{}",))
    for kind, read in (("safetensors", read_safetensors), ("gguf", read_gguf), ("onnx", read_onnx)):
        yield Target(f"weights {kind}", partial(_read_weights, read), _seeds(f"weights {kind}") or (b"",))
    yield Target("weights pickle", partial(_read_weights, check_pickle), _seeds("weights pickle") or (b"",))


def _read_model(reader: str, data: bytes) -> None:
    _bounded(read_content(reader, data), data)


def _read_weights(read: Callable[..., object], data: bytes) -> None:
    with _place("weights", data).open("rb") as stream, suppress(BrokenHeader):
        _bounded(read(stream), data)


# -- texts -----------------------------------------------------------------------------------------------------------


def _texts() -> Iterator[Target]:
    yield Target("text copyrights", _read_copyrights, _seeds("text copyrights"))
    yield Target("text phrases", _read_phrases, _seeds("text phrases"))
    yield Target("text licence field", _read_field, _seeds("text licence field"))
    yield Target("text expression", _read_expression, _seeds("text expression"))
    yield Target("text clues", _read_clues, _seeds("text phrases"))
    yield Target("text notices", _read_notices, (*_seeds("text notices"), *_seeds("text phrases")))
    yield Target("text comments", _read_comments, _seeds("text comments"))
    yield Target("text conclusion", _conclude, (*_seeds("text notices"), *_seeds("text comments")))


def _read_copyrights(data: bytes) -> None:
    from licscan.detect.copyrights import copyrights_in

    _bounded(copyrights_in(data.decode("utf-8", "replace")), data)


def _read_phrases(data: bytes) -> None:
    from licscan.aimodel.phrases import licenses_in
    from licscan.core.display_phrase import find_statements
    from licscan.modellicense.register import model_register

    text = data.decode("utf-8", "replace")
    found = licenses_in(text, model_register())
    _bounded(find_statements("a.txt", text, [phrase for _, phrase in found] or ["Built with Llama"]), data)


def _read_field(data: bytes) -> None:
    from licscan.component.base import Statement, StatementForm
    from licscan.component.license import LicenseNormaliser
    from licscan.core.location import Location

    text = data.decode("utf-8", "replace")
    normaliser = LicenseNormaliser(lambda _: None, lambda _: text)
    place = Location(path="package.json")
    statements = [
        Statement(raw=text, form=form, origin="package.json license", location=place) for form in StatementForm
    ]
    _bounded(normaliser.claims(statements), data)


def _read_expression(data: bytes) -> None:
    from licscan.core.expression import ExpressionError, keys, parse

    try:
        tree = parse(data.decode("utf-8", "replace"))
    except ExpressionError:
        return
    str(tree), keys(tree)


def _read_clues(data: bytes) -> None:
    from licscan.aimodel.clues import CluesWork
    from licscan.core.finding import SourceFile
    from licscan.core.selection import SelectedFile

    place = _place("clues", data)
    selected = SelectedFile(file=SourceFile(path="a", size=len(data), sha256=""), location=str(place))
    _bounded(CluesWork(["meta-llama/Llama-2-7b", "a/b", "a/bc", "aa/b"]).do(selected), data)


def _read_notices(data: bytes) -> None:
    from licscan.core.reuse import ignored_lines
    from licscan.detect.notices import read_notices

    _bounded((read_notices("src/a.c", data), tuple(ignored_lines("src/a.c", data))), data)


def _read_comments(data: bytes) -> None:
    from licscan.util.syntax import language_for, regions

    text = data.decode("utf-8", "replace")
    for name in ("a.c", "a.py", "a.sh", "a.html", "a.php", "a.ml", "a.lisp", "a.rb", "a.vim", "a.tex"):
        language = language_for(name, text[:80])
        if language is not None:
            end = 0
            for begin, end, _ in regions(text, language):
                assert 0 <= begin <= end <= len(text)


def _conclude(data: bytes) -> None:
    """Detect the licences of a file, and conclude from them; the first byte says what the file is called."""
    from licscan.classify.conclude import conclude
    from licscan.core.finding import SourceFile
    from licscan.core.result import Inventory, RunInfo
    from licscan.core.selection import SelectedFile

    path = _NAMES[data[0] % len(_NAMES)] if data else "LICENSE"
    file = SourceFile(path=path, size=len(data), sha256="")
    detector, catalogue = _detection()
    (result,) = detector.detect([SelectedFile(file=file, location=str(_place(path, data)))])
    run = RunInfo(root="a", tool_version="", scancode_version="", detector="", started="", finished="")
    findings = (result.finding,) if result.finding else ()
    found = conclude(Inventory(run=run, files=(file,), findings=findings), catalogue)
    for conclusion in found:
        # What surrounds every file's judgement turns an exception into a problem; here it is a fault.
        problem = conclusion.classification.problem if conclusion.classification else None
        if problem and problem.id == "conclusion.failed":
            raise AssertionError(str(problem))
    _bounded((findings, found), data)


@cache
def _detection() -> tuple[FastDetector, Catalogue]:
    detector = FastDetector(cache_folder(None))
    detector.warm()
    return detector, load_catalogue(None)


# -- archives --------------------------------------------------------------------------------------------------------


def _archives() -> Iterator[Target]:
    for name in ("a.zip", "a.tar", "a.tgz", "a.deb"):
        yield Target(
            f"archive {name[2:]}", partial(_read_archive, name), (*_seeds(f"archive {name[2:]}"), *_made(name))
        )


def _read_archive(name: str, data: bytes) -> None:
    from licscan.select.archive_format import BrokenArchive, members
    from licscan.select.uncovered import Uncovered

    left = 20_000_000
    place = str(_place(name, data))
    try:
        for member in members(place, name, max_output=left, max_directory=1_000_000, uncovered=Uncovered()):
            for chunk in member.chunks(65_536) if member.kind.value == "file" else ():
                left -= len(chunk)
                if left < 0:
                    return
    except BrokenArchive:
        pass


def _made(name: str) -> Iterator[bytes]:
    content = io.BytesIO()
    if name == "a.zip":
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("src/LICENSE", "MIT License" * 20)
            archive.writestr("src/", "")
    else:
        with tarfile.open(fileobj=content, mode="w:gz" if name == "a.tgz" else "w", format=tarfile.PAX_FORMAT) as tar:
            for path in ("src/LICENSE", "src/" + "long" * 40, "src/ü"):
                info = tarfile.TarInfo(path)
                info.size = 11
                tar.addfile(info, io.BytesIO(b"MIT License"))
    packed = content.getvalue()
    if name == "a.deb":
        header = "%-16s%-12d%-6d%-6d%-8o%-10d`\n"
        packed = b"!<arch>\n" + b"".join(
            (header % (part, 0, 0, 0, 0o644, len(packed))).encode() + packed for part in ("control.tar", "data.tar")
        )
    yield packed


# -- Git data ----------------------------------------------------------------------------------------------------------


def _git_data() -> Iterator[Target]:
    yield from starmap(Target, git_targets(_folder()))


# -- what steers licscan, and what it wrote --------------------------------------------------------------------------


def _settings() -> Iterator[Target]:
    for name, run in (
        ("settings licscan.toml", _read_settings),
        ("settings policy", _read_policy),
        ("settings baseline", _read_baseline),
        ("settings ignore rules", _read_rules),
        ("settings result", _read_result),
    ):
        yield Target(name, run, _seeds(name) or (b"",))


def _read_settings(data: bytes) -> None:
    from licscan.config.settings import load_settings

    place = _place("licscan.toml", data)
    with suppress(LicscanError):
        load_settings(place.parent, place)


def _read_policy(data: bytes) -> None:
    from licscan.policy.load import load_policy

    with suppress(LicscanError):
        load_policy(str(_place("policy.yaml", data)))


def _read_baseline(data: bytes) -> None:
    from licscan.gate.baseline import read_baseline

    with suppress(LicscanError):
        read_baseline(data, "baseline.json")


def _read_rules(data: bytes) -> None:
    from licscan.util.ignore_patterns import ignore_rules

    try:
        rules = ignore_rules(data.decode("utf-8", "replace").splitlines())
    except LicscanError:
        return
    for path in ("a", "a/b.c", "src/LICENSE", "x" * 40):
        rules.match_file(path)


def _read_result(data: bytes) -> None:
    from licscan.document.read import decode

    with suppress(LicscanError):
        decode(data)
