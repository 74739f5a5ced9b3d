"""Files of weights: told by name and first bytes, read as far as their header, never loaded."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from typing import BinaryIO

from msgspec import Struct
from msgspec.structs import replace

from licscan.aimodel.gguf import read_gguf
from licscan.aimodel.header import BrokenHeader
from licscan.aimodel.onnx import read_onnx
from licscan.aimodel.pickle_names import Expected, expected_pickle
from licscan.aimodel.pickled import check_pickle
from licscan.aimodel.reading import WeightsHeader
from licscan.aimodel.safetensors import read_safetensors
from licscan.core.component import Hash
from licscan.core.finding import FileKind, SourceFile
from licscan.core.issue import Issue, IssueCode, IssueLevel
from licscan.core.location import Location
from licscan.core.message import Message, mark, message, of_system, quoted
from licscan.core.selection import SelectedFile
from licscan.util.regular_files import open_regular
from licscan.workers import LIGHT_SIZE, Work

# What the file is called, and the format that it then has.
_FORMATS = (
    (r".+\.safetensors", "safetensors"),
    (r".+\.gguf", "gguf"),
    (r".+\.ggml|ggml-.+\.bin", "ggml"),
    (r".+\.onnx", "onnx"),
    (r".+\.(?:pt|pth|ckpt)", "pytorch"),
    (r"(?:pytorch_model|adapter_model|diffusion_pytorch_model|consolidated|model|training_args).*\.bin", "pytorch"),
    (r"(?:saved_model|frozen_.+)\.pb", "tensorflow"),
    (r".+\.tflite", "tflite"),
    (r".+\.keras|.*(?:model|weights).*\.h(?:5|df5)", "keras"),
    (r".+\.mlmodel", "coreml"),
    (r"flax_model.*\.msgpack", "flax"),
    (r".+\.pdparams", "paddle"),
    (r".+\.caffemodel", "caffe"),
    (r".+\.nemo", "nemo"),
)
# One question for each name of a tree: which of the patterns it is.
_NAME = re.compile("|".join(f"({pattern})" for pattern, _ in _FORMATS), re.IGNORECASE)
# How many names a message shows.
_SHOWN = 20
_READERS: dict[str, Callable[[BinaryIO], WeightsHeader]] = {
    "safetensors": read_safetensors,
    "gguf": read_gguf,
    "onnx": read_onnx,
}
_POINTER = re.compile(
    rb"version https://git-lfs\.github\.com/spec/v1\n(?:ext-.*\n)*oid sha256:([0-9a-f]{64})\nsize (\d{1,18})\n?"
)
_POINTER_SIZE = 1024
_SHARD = re.compile(r"[-_.]?\d{2,5}-of-\d{2,5}|\.\d{2}$")
_LARGE = 64 * 1024 * 1024


class Weights(Struct, frozen=True, kw_only=True):
    """One file of weights. ``size`` and ``digest`` (SHA-256) are those of the weights themselves where it is a Git LFS pointer."""

    path: str
    format: str
    size: int
    digest: str | None = None
    header: WeightsHeader | None = None

    @property
    def hashes(self) -> tuple[Hash, ...]:
        return (Hash(algorithm="SHA-256", value=self.digest),) if self.digest else ()


def is_weights(file: SourceFile) -> bool:
    """Whether the content of ``file`` is weights: no text that could state a licence, whatever its size."""
    return (file.kind is FileKind.BINARY or file.size > _LARGE) and weights_format(file.path) is not None


def weights_format(path: str) -> str | None:
    """Return the format that a file of weights called so has, ``None`` for other files."""
    found = _NAME.fullmatch(path.rpartition("/")[2])
    return _FORMATS[found.lastindex - 1][1] if found and found.lastindex else None


def weights_name(path: str) -> str:
    """Return what a file of weights is called, without the ending of its format and the number of a shard: often its model's name."""
    stem = path.rpartition("/")[2].rpartition(".")[0]
    return _SHARD.sub("", stem)


class WeightsWork(Work[SelectedFile, tuple["Weights | None", tuple[Issue, ...]]]):
    """Reads the headers of weights, and what pickles would import."""

    name = mark("the reader of weights")
    batch = 4

    def do(self, item: SelectedFile) -> tuple[Weights | None, tuple[Issue, ...]]:
        return read_weights(item)

    def path(self, item: SelectedFile) -> str:
        return item.file.path

    def is_light(self, item: SelectedFile) -> bool:
        return item.file.size <= LIGHT_SIZE

    def refused(self, item: SelectedFile, issue: Issue) -> tuple[Weights | None, tuple[Issue, ...]]:
        file, form = item.file, weights_format(item.file.path)
        # The weights are there, whatever became of their header.
        held = (
            Weights(path=file.path, format=form, size=file.size, digest=file.sha256 or None)
            if form and is_weights(file)
            else None
        )
        return held, (issue,)


def may_be_weights(selected: SelectedFile) -> bool:
    """Whether the file is one that ``read_weights`` looks at: by its name, or because it begins as a pickle does."""
    return weights_format(selected.file.path) is not None or _expected(selected) is not None


def _expected(selected: SelectedFile) -> Expected | None:
    named = expected_pickle(selected.file.path)
    return Expected.POSSIBLE if named is None and selected.pickle else named


def read_weights(selected: SelectedFile) -> tuple[Weights | None, tuple[Issue, ...]]:
    """Return what the file says of itself, and what is wrong with it; nothing when it is no weights after all."""
    file = selected.file
    form = weights_format(file.path)
    expected = _expected(selected)
    if form is None and expected is None:
        return None, ()
    try:
        with open_regular(selected.location) as stream:
            if file.size <= _POINTER_SIZE and (pointer := _POINTER.fullmatch(stream.read(_POINTER_SIZE))):
                return _pointed_to(file, form, pointer), ()
            stream.seek(0)
            issues = () if expected is None else _unsafe(file, stream, expected)
            if file.kind is not FileKind.BINARY and file.size <= _LARGE and form not in _READERS:
                return None, issues  # gettext's .pt, a path's .pth, and pickles of the first protocol, which are text
            return _held(file, form, stream, issues)
    except OSError as error:
        return None, (
            _issue(
                file,
                message("issue.cannot-read", "cannot be read: {detail}", detail=of_system(error)),
                IssueCode.UNREADABLE,
            ),
        )


def with_digest(weights: Weights, location: str) -> Weights:
    """Return ``weights`` with the digest of the whole file, which is read for it; as they are where they have one."""
    if weights.digest:
        return weights
    digest = hashlib.sha256()
    try:
        with open_regular(location) as stream:
            while chunk := stream.read(1 << 20):
                digest.update(chunk)
    except OSError:
        return weights  # its header was read a moment ago; without the digest nothing false is said
    return replace(weights, digest=digest.hexdigest())


def _held(
    file: SourceFile, form: str | None, stream: BinaryIO, issues: tuple[Issue, ...]
) -> tuple[Weights | None, tuple[Issue, ...]]:
    if form is None:
        return None, issues
    weights = Weights(path=file.path, format=form, size=file.size, digest=file.sha256 or None)
    reader = _READERS.get(form)
    if reader is None:
        return weights, issues
    try:
        header = reader(stream)
    except BrokenHeader as error:
        return weights, (
            *issues,
            _issue(
                file,
                message(
                    "issue.header-cannot-read",
                    "the {text} header cannot be read: {detail}",
                    text=quoted(form),
                    detail=error.problem,
                ),
            ),
        )
    if header.is_vocabulary and not any(key.endswith("license") for key in header.metadata):
        return None, issues  # llama.cpp's tests have them: no model, and nothing that says whose
    found = Weights(path=file.path, format=form, size=file.size, digest=file.sha256 or None, header=header)
    return found, issues


def _pointed_to(file: SourceFile, form: str | None, pointer: re.Match[bytes]) -> Weights | None:
    if form is None:
        return None
    return Weights(path=file.path, format=form, size=int(pointer[2]), digest=pointer[1].decode())


def _unsafe(file: SourceFile, stream: BinaryIO, expected: Expected) -> tuple[Issue, ...]:
    try:
        report = check_pickle(stream, expected)
    except BrokenHeader:
        return ()  # a checkpoint of another kind, or a text
    finally:
        stream.seek(0)
    hint = message("hint.safetensors", "do not load it; ask for the weights as safetensors")
    issues = []
    if report.imports:
        names = _listed([name.replace(" ", ".") for name in report.imports])
        problem = message(
            "issue.pickle-imports",
            "loading this pickle would import what weights have no use for, and may run code: {names}",
            names=quoted(names),
        )
        issues.append(_issue(file, problem, hint=hint, warning=True))
    if report.unresolved:
        problem = message(
            "issue.pickle-unresolved",
            "what loading this pickle would import cannot be determined in full: {names}",
            names=quoted(_listed(report.unresolved)),
        )
        issues.append(_issue(file, problem, hint=hint, warning=True))
    return tuple(issues)


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


_GET_AGAIN = message("hint.get-again", "get the file again from its publisher, or leave it out with --exclude")


def _issue(
    file: SourceFile,
    problem: Message,
    code: IssueCode = IssueCode.BROKEN_MODEL_FILE,
    *,
    hint: Message = _GET_AGAIN,
    warning: bool = False,
) -> Issue:
    level = IssueLevel.WARNING if warning else IssueLevel.INCOMPLETE
    return Issue(code=code, message=problem, location=Location(path=file.path), hint=hint, level=level)
