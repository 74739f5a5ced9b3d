"""Pickles: every import that an unpickler would perform is found, in every container, and nothing is unpickled."""

from __future__ import annotations

import bz2
import codecs
import collections
import gzip
import io
import lzma
import pickle
import pickletools
import struct
import tarfile
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from licscan.aimodel.header import BrokenHeader
from licscan.aimodel.opcodes import Imports, Limits, MalformedPickle, read_pickles
from licscan.aimodel.pickle_names import Expected
from licscan.aimodel.pickled import ALLOWED, PickleReport, check_pickle
from licscan.core.issue import IssueCode, IssueLevel
from licscan.util.pickle_start import begins_as_pickle
from tests.aimodel.conftest import Finder


def zipfile_of(name: str, content: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(name, content)
    return stream.getvalue()


def tar_of(name: str, content: bytes) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        info = tarfile.TarInfo(name)
        info.size = len(content)
        archive.addfile(info, io.BytesIO(content))
    return stream.getvalue()


HARMLESS = b"\x80\x02}q\x00."


def short(text: str) -> bytes:
    """A text of protocol 4."""
    return b"\x8c" + bytes([len(text.encode())]) + text.encode()


def checked(content: bytes) -> PickleReport:
    return check_pickle(io.BytesIO(content))


def imports(content: bytes) -> tuple[str, ...]:
    return checked(content).imports


CALL = b"\x8c\x02id\x85R."  # with the text "id"
HIDDEN = {
    "GLOBAL": b"cposix\nsystem\n" + CALL,
    "GLOBAL of the first protocol": b"cposix\nsystem\n(S'id'\ntR.",
    "STACK_GLOBAL": b"\x80\x04" + short("posix") + short("system") + b"\x93" + CALL,
    "INST": b"(S'id'\niposix\nsystem\n.",
    "OBJ": b"(cposix\nsystem\nS'id'\no.",
    "NEWOBJ": b"\x80\x02cposix\nsystem\n)\x81.",
    "NEWOBJ_EX": b"\x80\x04cposix\nsystem\n)}\x92.",
    "the memo, BINGET before STACK_GLOBAL": b"\x80\x04" + short("posix") + b"q\x000" + short("system") + b"q\x010"
    + short("harmless") + b"0" + b"h\x00h\x01\x93" + CALL,
    "the memo, MEMOIZE": b"\x80\x04" + short("system") + b"\x940" + short("posix") + b"\x940h\x01h\x00\x93" + CALL,
    "the memo, PUT and GET as text": b"\x80\x04" + short("posix") + b"p7\n0" + short("system") + b"p8\n0g7\ng8\n\x93" + CALL,
    "the memo, LONG_BINPUT and LONG_BINGET": b"\x80\x04" + short("posix") + b"r\x00\x01\x00\x000" + short("system")
    + b"r\x01\x01\x00\x000j\x00\x01\x00\x00j\x01\x01\x00\x00\x93" + CALL,
    "a memo that is written twice": b"\x80\x04" + short("collections") + b"q\x000" + short("posix") + b"q\x000" + short("system")
    + b"q\x010h\x00h\x01\x93" + CALL,
    "texts that are thrown away before": b"\x80\x04" + short("posix") + short("system") + short("a") + b"0(" + short("b") + b"1\x93" + CALL,
    "a copy on the stack": b"\x80\x04" + short("posix") + short("system") + short("x") + b"20" + b"0\x93" + CALL,
    "names of the first protocols": b"\x80\x02X\x05\x00\x00\x00posixU\x06system\x93" + CALL,
    "names in quotes": b"S'posix'\nS'sys\\x74em'\n\x93" + CALL,
    "names in unicode escapes": b"V\\u0070osix\nVsystem\n\x93" + CALL,
    "a frame around": b"\x80\x04\x95\x14\x00\x00\x00\x00\x00\x00\x00cposix\nsystem\n" + CALL,
    "a second pickle": HARMLESS + b"cposix\nsystem\n" + CALL,
    "a third pickle behind a number": HARMLESS + b"\x80\x02K\x01." + b"\x80\x04" + short("posix") + short("system") + b"\x93" + CALL,
    "a long text before": b"\x80\x04X" + struct.pack("<I", 5 << 20) + b"x" * (5 << 20) + b"cposix\nsystem\n" + CALL,
}  # fmt: skip


@pytest.mark.parametrize("how", HIDDEN)
def test_an_import_is_found_however_it_is_written(how: str) -> None:
    assert imports(HIDDEN[how]) == ("posix system",)


class Recorder(pickle.Unpickler):
    """An unpickler that imports nothing: it notes what it was asked for, and gives something harmless."""

    def __init__(self, content: bytes) -> None:
        super().__init__(io.BytesIO(content))
        self.names: list[str] = []

    def find_class(self, module: str, name: str) -> Any:
        self.names.append(f"{module} {name}")
        return Stub

    def persistent_load(self, pid: Any) -> Any:
        return Stub()


class Stub(dict):  # type: ignore[type-arg]
    """Whatever is called, built or filled."""

    def __new__(cls, *_: Any, **__: Any) -> Stub:
        return super().__new__(cls)

    def __init__(self, *_: Any, **__: Any) -> None:
        super().__init__()

    def __setstate__(self, state: object) -> None: ...

    def append(self, item: object) -> None: ...

    def extend(self, items: object) -> None: ...

    def __hash__(self) -> int:  # type: ignore[override]
        return 1


@pytest.mark.parametrize(
    "how", [how for how in HIDDEN if how not in ("a second pickle", "a third pickle behind a number")]
)
def test_the_samples_are_pickles_that_an_unpickler_does_import_from(how: str) -> None:
    recorder = Recorder(HIDDEN[how])
    with suppress(Exception):
        recorder.load()
    assert recorder.names == ["posix system"]


@pytest.mark.parametrize(
    "name",
    ["_io open", "torch.hub load", "_posixsubprocess fork_exec", "os system", "builtins eval", "builtins getattr", "pip main", "numpy.testing._private.utils runstring", "torch.storage _load_from_bytes", "café naïve", "a.module of_its_own"],
)  # fmt: skip
def test_whatever_weights_do_not_need_is_named(name: str) -> None:
    module, _, attribute = name.partition(" ")
    assert imports(f"c{module}\n{attribute}\n)R.".encode()) == (name,)


def test_a_name_that_would_act_on_a_terminal_is_shown_escaped_and_short() -> None:
    (shown,) = imports(b"cevil\x1b[31m\n" + b"x" * 5_000 + b"\n.")
    assert shown.startswith("evil\\x1b[31m xxx")
    assert len(shown) < 200


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_plain_data_and_arrays_of_numbers_are_what_weights_are_made_of(protocol: int) -> None:
    weights = collections.OrderedDict(
        a=np.arange(6.0).reshape(2, 3),
        b=np.float32(1),
        c={1, 2},
        d=b"x\x80y",
        e=bytearray(b"z"),
        f=1j,
        g=[("t", None, True)],
    )
    assert checked(pickle.dumps(weights, protocol=protocol)) == PickleReport()


def torch_like(storage: str = "FloatStorage") -> bytes:
    """What ``torch.save`` writes for a state dictionary: persistent ids for storages, a function that rebuilds each tensor."""
    return (
        b"\x80\x02ccollections\nOrderedDict\nq\x00)Rq\x01X\x06\x00\x00\x00weightq\x02ctorch._utils\n_rebuild_tensor_v2\nq\x03((X\x07\x00\x00\x00storageq\x04ctorch\n"
        + storage.encode()
        + b"\nq\x05X\x01\x00\x00\x000q\x06X\x03\x00\x00\x00cpuq\x07K\x06tq\x08QK\x00K\x02K\x03\x86q\tK\x03K\x01\x86q\n\x89h\x00)Rq\x0btq\x0cRq\rs}q\x0eX\t\x00\x00\x00_metadataq\x0fh\x00)Rq\x10sb."
    )


def test_a_state_dictionary_of_pytorch_needs_nothing_else() -> None:
    assert checked(torch_like()) == PickleReport()
    assert imports(torch_like("Evil")) == ("torch Evil",)


UNRESOLVED = {
    "a name that is computed": (b"\x80\x04" + short("x") + b"c_codecs\nencode\n" + short("y") + b"\x85R\x93.", "computed"),
    "a call of what was computed": (b"\x80\x04c_codecs\nencode\n" + short("y") + b"\x85R" + b")R.", "computed"),
    "an extension code": (b"\x80\x02\x82\x07.", "extension code 7"),
    "a wide extension code": (b"\x80\x02\x84\x07\x01\x00\x00.", "extension code 263"),
    "a change of an imported name": (b"\x80\x02ccollections\nOrderedDict\n}b.", "collections.OrderedDict itself"),
    "a pickle without an end": (b"\x80\x02}q\x00", "byte 5"),
    "an opcode that there is not": (b"\x80\x02}\xffcos\nsystem\n.", "no opcode"),
}  # fmt: skip


@pytest.mark.parametrize("what", UNRESOLVED)
def test_what_cannot_be_resolved_is_reported(what: str) -> None:
    content, words = UNRESOLVED[what]
    report = checked(content)
    assert words in " ".join(report.unresolved)
    assert report.imports == ()


# --- what an unpickler follows, and a shorter look would not


def rotated(text: str) -> bytes:
    """A text that a function of the allow-list computes."""
    return b"c_codecs\nencode\n(V" + codecs.encode(text, "rot13").encode() + b"\nVrot13\ntR"


RUNS = b"cposix\nsystem\n(S'id'\ntR."


def under_a_tar_header(rest: bytes) -> bytes:
    """A pickle whose first constant holds the header of a TAR archive."""
    info = tarfile.TarInfo("a").tobuf(tarfile.USTAR_FORMAT)
    block = bytearray(info)
    block[:7] = b"\x80\x04B" + struct.pack("<I", 512 - 7)
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block) + b"0" + rest


def described(descr: str, content: bytes) -> bytes:
    """A NumPy file whose header spells the type of its array as ``descr``."""
    header = f"{{'descr': {descr}, 'fortran_order': False, 'shape': (1,), }}\n".encode()
    return b"\x93NUMPY\x01\0" + struct.pack("<H", len(header)) + header + content


EVASIONS = {
    "names that are computed, all in text": (rotated("posix") + rotated("system") + b"\x93(S'id'\ntR.", "computed"),
    "more opcodes than are followed": (b"N0" * 500_010 + RUNS, "more opcodes"),
    "a line of 70,000 characters": (b"V" + b"a" * 70_000 + b"\n0" + RUNS, "posix system"),
    "a string of 200,000 characters": (b"S'" + b"a" * 200_000 + b"'\n0" + RUNS, "posix system"),
    "a line between two lines of 65,536 bytes": (b"V" + b"a" * 65_535 + b"\n0" + RUNS, "posix system"),
    "a header of TAR in a constant": (under_a_tar_header(RUNS), "posix system"),
    "a name that is no identifier, without an end": (b"cevil-mod\nrun\n(tR", "evil-mod run"),
    "a name that begins with a digit": (b"c1evil\nrun\n)R\xff", "1evil run"),
    "a name with a blank": (b"cevil mod\nrun\n)R.", "evil mod run"),
    "a name that is no identifier, in a second pickle": (b"N.cevil mod\nrun\n(tR", "evil mod run"),
    "an instance, without an end": (b"(ievil-mod\nrun\n", "evil-mod run"),
    "an extension code, all in text": (b"\x82\x01)R.", "extension code 1"),
    "a pickle behind one that is cut": (b"\x80\x04N\xff" + RUNS, "no opcode"),
    "data behind the pickle": (b"N.\xff" + RUNS, "what follows the pickle at byte 2"),
    "a text that is no pickle": (b"<html>", "no opcode"),
    "Zstandard": (b"\x28\xb5\x2f\xfd" + b"\0" * 20, "Zstandard"),
    "an array whose type is escaped": (described(r"'|\x4f'", RUNS), "posix system"),
    "an array whose type is escaped in octal": (described(r"'\117'", RUNS), "posix system"),
    "an array whose type is put together": (described("'ob' 'ject'", RUNS), "posix system"),
    "an array with one field of objects": (described("[('a', '<f4'), ('b', [('c', 'o' 'bject', (2,))])]", RUNS), "posix system"),
    "an array whose header is no literal": (described("f('x')", RUNS), "posix system"),
    "an archive in an archive": (zipfile_of("model.pt", zipfile_of("a/data.pkl", RUNS)), "posix system"),
    "weights in a compressed TAR": (gzip.compress(tar_of("model_weights.ckpt", zipfile_of("a/data.pkl", RUNS))), "posix system"),
    "a member of no known name, all in text": (zipfile_of("archive/extra", RUNS), "posix system"),
    "a member of a TAR of no known name, all in text": (tar_of("extra", RUNS), "posix system"),
    "archives in archives": (zipfile_of("a.pt", zipfile_of("b.pt", zipfile_of("c.pt", zipfile_of("d.pt", RUNS)))), "archives in archives"),
}  # fmt: skip


@pytest.mark.parametrize("how", EVASIONS)
def test_what_an_unpickler_would_run_is_never_passed_over(how: str) -> None:
    content, words = EVASIONS[how]
    report = check_pickle(io.BytesIO(content), Expected.CERTAIN)
    assert words in " ".join((*report.imports, *report.unresolved))


@pytest.mark.parametrize("how", EVASIONS)
def test_a_scan_reports_it_under_the_name_of_a_pickle(how: str, find: Finder) -> None:
    issues = find({"a.pkl": EVASIONS[how][0]}).issues
    assert issues and {issue.level for issue in issues} == {IssueLevel.WARNING}


def test_a_line_beyond_the_limit_is_reported() -> None:
    found = Imports()
    assert not read_pickles(io.BytesIO(b"V" + b"a" * 300_000 + b"\n0" + RUNS), found, Limits(lines=100_000))
    assert list(found.unresolved) == ["a line that is longer than is looked at"]


@pytest.mark.parametrize("descr", ["'<f4'", "[('Offset', '<i8'), ('object', '|u1', (2L,))]"])
def test_an_array_of_numbers_holds_no_pickle_whatever_its_fields_are_called(descr: str) -> None:
    assert check_pickle(io.BytesIO(described(descr, RUNS)), Expected.CERTAIN).imports == ()


SHARED_NAMES = "a.p a.sav a.bin a.model a.mar a.t7 a.pck a.pth.tar a.pdparams a.nemo a.ptl a.pt2".split()


@pytest.mark.parametrize(
    "name",
    [*SHARED_NAMES, "a.PKL", "a.cloudpickle", "a.jbl", "a.cpkl", "a.pkl.zst", "a.pickle4", "optimizer.bin", "a.pdopt"],
)
def test_a_pickle_is_looked_at_by_every_name_that_pickles_have(name: str, find: Finder) -> None:
    for content in (EVIL, RUNS, b"\x80\x02" + RUNS):
        assert "posix.system" in str(find({name: content}).issues[0].message)


@pytest.mark.parametrize("name", SHARED_NAMES)
@pytest.mark.parametrize(
    "content",
    [
        b"program hello;\nbegin\n  writeln('x')\nend.\n",
        b"class Foo\ninherits Bar\nmethod run\n",
        b".TH X 1\n",
        b"\n\x0e\n\x05<unk>\x15\0\0\0\0\x18\x02",
        b"\0\0\0\xea" * 100,
        b"MAR1\0\0\x10\0",
        b"GDPC\x02\0\0\0",
        b"",
    ],
    ids=[
        "Pascal",
        "a class",
        "troff",
        "SentencePiece",
        "firmware",
        "an update of Mozilla",
        "a package of Godot",
        "nothing",
    ],
)
def test_other_files_of_the_same_name_are_passed_over(name: str, content: bytes, find: Finder) -> None:
    assert not [issue for issue in find({name: content}).issues if "pickle" in str(issue.message)]


@pytest.mark.parametrize("name", ["a.p", "a.sav", "a.bin", "a.model", "a.mar", "a.t7", "a.pck"])
def test_a_list_of_words_is_no_import_where_nothing_is_called(name: str, find: Finder) -> None:
    assert find({name: b"config\nserver\nname = 1\n"}).issues == ()


@pytest.mark.parametrize("name", ["weights", "a.data-00000", "a.pb", "notes.txt", "main.py", "a.safetensors"])
@pytest.mark.parametrize(
    "content",
    [
        HIDDEN["the memo, MEMOIZE"],
        RUNS,
        b"N0" * 5 + RUNS,
        b"N." + RUNS,
        b"V" + b"a" * 70_000 + b"\n0" + RUNS,
        RUNS[:-1],
    ],
)
def test_a_pickle_is_looked_at_under_any_other_name_too(name: str, content: bytes, find: Finder) -> None:
    issues = find({name: content}).issues
    assert "posix.system" in " ".join(str(issue.message) for issue in issues)


def test_no_source_of_licscan_or_python_begins_as_a_pickle() -> None:
    sources = [*Path(pickle.__file__).parent.glob("*.py"), *Path(__file__).parents[2].glob("licscan/**/*.*")]
    assert len(sources) > 500
    assert [path for path in sources if begins_as_pickle(path.read_bytes()[:65_536])] == []


# --- against the unpickler itself


def opcodes() -> st.SearchStrategy[bytes]:
    """Single opcodes with arguments, likely to be valid one after the other."""
    texts = st.sampled_from(["os", "system", "collections", "OrderedDict", "a.b", "é", "x"])
    numbers = st.integers(0, 5)
    return st.one_of(
        st.sampled_from(
            [bytes([code]) for code in b"(012N\x88\x89]})\x8f\x94R\x81\x92\x93bloasetu\x90\x91\x85\x86\x87dQ"]
        ),
        texts.map(short),
        texts.map(lambda text: b"X" + struct.pack("<I", len(text.encode())) + text.encode()),
        texts.map(lambda text: b"V" + text.encode("raw-unicode-escape") + b"\n"),
        texts.map(lambda text: b"S" + repr(text).encode("ascii", "backslashreplace") + b"\n"),
        st.tuples(texts, texts).map(lambda pair: f"c{pair[0]}\n{pair[1]}\n".encode()),
        st.tuples(texts, texts).map(lambda pair: f"i{pair[0]}\n{pair[1]}\n".encode()),
        numbers.map(lambda number: b"q" + bytes([number])),
        numbers.map(lambda number: b"h" + bytes([number])),
        numbers.map(lambda number: b"p%d\n" % number),
        numbers.map(lambda number: b"g%d\n" % number),
        numbers.map(lambda number: b"r" + struct.pack("<I", number)),
        numbers.map(lambda number: b"j" + struct.pack("<I", number)),
        numbers.map(lambda number: b"K" + bytes([number])),
        numbers.map(lambda number: b"I%d\n" % number),
        st.binary(max_size=5).map(lambda data: b"C" + bytes([len(data)]) + data),
    )


PICKLES = st.builds(
    lambda protocol, steps: b"\x80" + bytes([protocol]) + b"".join(steps) + b".",
    st.integers(2, 5),
    st.lists(opcodes(), max_size=25),
)


@settings(max_examples=400, deadline=None)
@given(PICKLES)
@example(HIDDEN["the memo, BINGET before STACK_GLOBAL"])
@example(b"\x80\x04" + short("os") + short("system") + b"\x93\x94h\x00.")
def test_no_import_of_the_unpickler_is_missed_and_none_is_invented(content: bytes) -> None:
    recorder, found = Recorder(content), Imports()
    finished = True
    try:
        recorder.load()
    except Exception:  # noqa: BLE001 whatever an unpickler raises over such a stream
        finished = False
    with suppress(MalformedPickle):
        read_pickles(io.BytesIO(content), found, Limits())
    assert set(recorder.names) <= set(found.names)
    if finished:
        assert list(dict.fromkeys(recorder.names)) == list(found.names)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.binary(max_size=5) | st.complex_numbers() | st.just(np.float64(2)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4) | st.tuples(inner, inner)
    | inner.map(lambda value: collections.OrderedDict(a=value)) | inner.map(lambda value: collections.deque([value])),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(VALUES, st.integers(0, pickle.HIGHEST_PROTOCOL), st.booleans())
def test_what_pickle_writes_is_read_as_it_is_loaded(value: Any, protocol: int, optimized: bool) -> None:
    content = pickle.dumps(value, protocol=protocol)
    if optimized:
        content = pickletools.optimize(content)
    recorder, found = Recorder(content), Imports()
    recorder.load()
    assert read_pickles(io.BytesIO(content), found, Limits())
    assert list(found.names) == list(dict.fromkeys(recorder.names))
    assert found.unresolved == {}


# --- pickles in pickles, and in files of other kinds

EVIL = HIDDEN["the memo, BINGET before STACK_GLOBAL"]


@pytest.mark.parametrize(
    "content",
    [
        b"\x80\x04cpickle\nloads\nB" + struct.pack("<I", len(EVIL)) + EVIL + b"\x85R.",
        b"\x80\x02cpickle\nloads\nc_codecs\nencode\nX"
        + struct.pack("<I", len(EVIL.decode("latin-1").encode()))
        + EVIL.decode("latin-1").encode()
        + b"X\x06\x00\x00\x00latin1\x86R\x85R.",
        b"cpickle\nloads\nS" + repr(EVIL)[1:].encode() + b"\n\x85R.",
    ],
    ids=["bytes", "text that is encoded", "a string of the first protocol"],
)
def test_a_pickle_that_another_one_loads_is_looked_into(content: bytes) -> None:
    assert imports(content) == ("pickle loads", "posix system")


def test_numbers_that_only_look_like_a_pickle_are_none_where_nothing_loads_them() -> None:
    assert checked(pickle.dumps({"data": b"\x80\x02cposix\nsystem\n."}, protocol=4)) == PickleReport()


def test_pickles_that_hold_each_other_end() -> None:
    content = EVIL
    for _ in range(10):
        content = b"\x80\x04cpickle\nloads\nB" + struct.pack("<I", len(content)) + content + b"\x85R."
    assert imports(content) == ("pickle loads",)
    assert "pickles in pickles" in " ".join(checked(content).unresolved)


def zipped(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return stream.getvalue()


def tarred(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return stream.getvalue()


def saved(array: Any, function: Callable[..., None] = np.save) -> bytes:
    stream = io.BytesIO()
    function(stream, array, allow_pickle=True) if function is np.save else function(stream, array)
    return stream.getvalue()


def objects(content: bytes) -> bytes:
    """A NumPy file of an array of objects, whose pickle is ``content``."""
    whole = saved(np.array([None, {}], dtype=object))
    return whole[: whole.index(b"\n") + 1] + content


CONTAINERS: dict[str, Callable[[bytes], bytes]] = {
    "PyTorch's ZIP": lambda content: zipped(archive__data_pkl=content, archive__data__0=b"\0" * 64),
    "a ZIP with its name in capitals": lambda content: zipped(archive__DATA_PKL=content),
    "a ZIP with another name": lambda content: zipped(archive__extra=content),
    "the oldest PyTorch's TAR": lambda content: tarred(sys_info=HARMLESS, pickle=content, tensors=b"\0" * 64),
    "a TAR with no magic number": lambda content: without_magic(tarred(pickle=content)),
    "PyTorch's five pickles": lambda content: pickle.dumps(0x1950A86A20F9469CFC6C, protocol=2) + pickle.dumps(1001, protocol=2)
    + pickle.dumps({"little_endian": True}, protocol=2) + content + pickle.dumps(["0"], protocol=2) + b"\x01\0\0\0" + b"\x80\x3f" * 500,
    "gzip": gzip.compress,
    "two gzip streams": lambda content: gzip.compress(content[:20]) + gzip.compress(content[20:]),
    "zlib": zlib.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "lzma": lambda content: lzma.compress(content, format=lzma.FORMAT_ALONE),
    "a NumPy array of objects": objects,
    "an array behind one of numbers": lambda content: saved(np.zeros((3, 5), dtype="<f4")) + objects(content),
    "an array behind one of records": lambda content: saved(np.zeros(4, dtype=[("a", "<i8"), ("b", "U7", (2, 2)), ("c", [("d", "M8[s]")])]))
    + saved(np.array(["x", "yyy"])) + objects(content),
    "NumPy arrays in a ZIP": lambda content: zipped(a_npy=objects(content)),
}  # fmt: skip


def test_what_stands_behind_an_array_of_numbers_is_reported_and_further_arrays_are_not() -> None:
    numbers = saved(np.zeros(4, dtype="<f4"))
    assert checked(numbers + numbers) == PickleReport()
    assert checked(numbers + b"text").unresolved == (f"what follows the array at byte {len(numbers)}",)


@pytest.mark.parametrize("name", [*"?bBhHiIlLqQefdgFDG", "S3", "U3", "V3", "M8[ns]", "m8[s]", ">i4"])
def test_arrays_of_every_type_of_numbers_and_texts_have_an_end(name: str) -> None:
    array = saved(np.zeros((2, 3), dtype=name))
    assert checked(array + array) == PickleReport()


@pytest.mark.parametrize(
    "start", [b"(S'%s'\n" % (b"x" * 70_000), b"]X\x70\x11\x01\0" + b"y" * 70_000, b"I1\nI%s\n" % (b"1" * 70_000)]
)
def test_a_pickle_whose_first_text_is_longer_than_the_head_of_a_file_is_followed(start: bytes) -> None:
    assert begins_as_pickle(start[:65_536])
    assert not begins_as_pickle(start[:60_000])
    assert not begins_as_pickle(b"(function(){" + b"x" * 70_000)


def without_magic(archive: bytes) -> bytes:
    """The same archive with headers of the kind before POSIX."""
    block = bytearray(archive[:512])
    block[257:345] = bytes(88)
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block) + archive[512:]


@pytest.mark.parametrize("container", CONTAINERS)
def test_a_pickle_is_found_in_every_kind_of_file(container: str) -> None:
    content = CONTAINERS[container](EVIL)
    assert imports(content) == ("posix system",)
    assert checked(CONTAINERS[container](torch_like())) == PickleReport()


def test_arrays_of_numbers_hold_no_pickle() -> None:
    for content in (saved(np.arange(10.0)), saved(np.arange(10.0), np.savez), saved(np.zeros(3, dtype=[("a", "<f4")]))):
        assert checked(content) == PickleReport()


def test_a_compression_that_is_not_read_is_reported() -> None:
    assert "LZ4" in checked(b"\x04\x22\x4d\x18" + b"\0" * 20).unresolved[0]


def test_an_archive_that_cannot_be_read_is_reported() -> None:
    whole = CONTAINERS["PyTorch's ZIP"](EVIL)
    for content in (whole[:-30], whole[:60] + b"\xff" * 20 + whole[80:], b"PK\x03\x04" + b"\0" * 100):
        report = checked(content)
        assert report.unresolved or report.imports


@pytest.mark.parametrize("content", [b"", b"no pickle", b"\x89HDF\r\n", b"#!/bin/sh\n", b"GGUF" + b"\0" * 60])
def test_other_files_are_no_pickles(content: bytes) -> None:
    with pytest.raises(MalformedPickle):
        read_pickles(io.BytesIO(content), Imports(), Limits())


# --- bounds


def bomb(opcode: bytes) -> bytes:
    return b"\x80\x04" + opcode * 100_000 + b"."


BOMBS = {
    "opcodes without end": lambda: bomb(b"N"),
    "marks without end": lambda: bomb(b"("),
    "copies without end": lambda: b"\x80\x04N" + b"2" * 100_000 + b".",
    "a memo without end": lambda: b"\x80\x04N" + b"\x94" * 100_000 + b".",
    "texts without end": lambda: b"\x80\x04" + short("x" * 200) * 20_000 + b".",
    "tuples of tuples": lambda: b"\x80\x04)" + b"\x86" * 10 + b"2\x86" * 100_000 + b".",
    "pickles without end": lambda: HARMLESS * 50_000,
    "an archive of many": lambda: zipped(**{f"a{number}_pkl": HARMLESS for number in range(300)}),
    "a member that unpacks to much": lambda: gzip.compress(b"\x80\x04" + b"N" * 5_000_000),
    "a constant longer than the file": lambda: b"\x80\x04\x8e" + struct.pack("<Q", 2**62) + b"x.",
    "a number of 2 GB": lambda: b"\x80\x04\x8b\xff\xff\xff\x7f" + b"\1" * 10,
    "names without end": lambda: b"\x80\x02" + b"".join(b"cevil%d\nx\n0" % number for number in range(20_000)) + b".",
}


@pytest.mark.parametrize("case", BOMBS)
def test_a_pickle_that_is_made_to_cost_much_costs_little(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("licscan.aimodel.pickled.Limits", lambda: Limits(opcodes=20_000))
    monkeypatch.setattr("licscan.aimodel.pickled._MAX_UNPACKED", 1_000_000)
    content = BOMBS[case]()
    tracemalloc.start()
    try:
        with suppress(BrokenHeader):
            checked(content)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 40_000_000


@settings(max_examples=300, deadline=None)
@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"\x80\x04", b"PK\x03\x04", b"\x93NUMPY\x01\0", b"x\x9c", b"BZh9", b"\x1f\x8b\x08"]),
)
def test_any_bytes_end_in_a_report_or_in_no_pickle(content: bytes, magic: bytes) -> None:
    try:
        report = checked(magic + content)
    except BrokenHeader as error:
        assert str(error)
    else:
        assert all(" " in name for name in report.imports)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(CONTAINERS)), st.integers(0, 2_000), st.integers(0, 255))
def test_a_container_with_one_wrong_byte_ends_in_a_report(container: str, place: int, byte: int) -> None:
    content = bytearray(CONTAINERS[container](EVIL))
    content[place % len(content)] = byte
    with suppress(BrokenHeader):
        checked(bytes(content))


# --- in a scan


def test_a_hidden_import_is_a_warning_with_its_name(find: Finder) -> None:
    (issue,) = find({"m.pt": CONTAINERS["PyTorch's ZIP"](EVIL)}).issues
    assert (issue.code, issue.level) == (IssueCode.BROKEN_MODEL_FILE, IssueLevel.WARNING)
    assert "posix.system" in str(issue.message)


@pytest.mark.parametrize("name", ["a.pkl", "a.joblib", "a.npy", "a.pkl.gz", "pytorch_model.bin"])
def test_a_pickle_is_looked_at_by_every_name_that_loaders_know(name: str, find: Finder) -> None:
    content = {"a.npy": objects(EVIL), "a.pkl.gz": gzip.compress(EVIL)}.get(name, EVIL)
    (issue,) = find({name: content}).issues
    assert "posix.system" in str(issue.message)


def test_a_pickle_that_is_all_text_is_looked_at_too(find: Finder) -> None:
    (issue,) = find({"a.pkl": b"cposix\nsystem\n(S'id'\ntR."}).issues
    assert "posix.system" in str(issue.message)


@pytest.mark.parametrize(
    ("name", "content"),
    [("pt.pt", b"# Translations\nmsgid 'a'\nmsgstr 'b'\n"), ("a.pth", b"import os\n./src\n"), ("page.pt", b"<html>\n</html>\n"), ("b.pth", b"/usr/lib/x\n")],
)  # fmt: skip
def test_a_text_with_the_name_of_a_pickle_is_none(name: str, content: bytes, find: Finder) -> None:
    assert find({name: content}).issues == ()


def test_many_names_are_shown_up_to_a_number(find: Finder) -> None:
    many = b"\x80\x02" + b"".join(b"cevil%d\nx\n0" % number for number in range(500)) + b"N."
    (issue,) = find({"a.pkl": many}).issues
    assert "evil0.x" in str(issue.message)
    assert "and 480 more" in str(issue.message)
    assert len(str(issue.message)) < 3_000


def test_nothing_that_runs_code_is_allowed() -> None:
    modules = {name.split(" ")[0].split(".")[0] for name in ALLOWED}
    assert modules == {"builtins", "__builtin__", "collections", "_codecs", "torch", "numpy"}
    assert not any(
        name.endswith((" eval", " exec", " getattr", " open", " __import__", " load", "_load_from_bytes"))
        for name in ALLOWED
    )


def test_the_reader_of_codecs_is_needed_for_bytes_of_older_protocols() -> None:
    assert codecs.encode("é", "latin1") == b"\xe9"
    assert "_codecs encode" in ALLOWED


def test_nothing_is_left_in_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    checked(CONTAINERS["the oldest PyTorch's TAR"](EVIL))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("opcode", [b"\x8d", b"\x8e", b"\x96"])  # BINUNICODE8, BINBYTES8, BYTEARRAY8
def test_a_length_beyond_any_file_is_a_broken_pickle(opcode: bytes) -> None:
    content = b"\x80\x05" + opcode + (2**63 + 5).to_bytes(8, "little") + b"abc."
    with pytest.raises(MalformedPickle):
        read_pickles(io.BytesIO(content), Imports(), Limits())
