"""Which imports the opcodes of a pickle ask for, followed through its stack and memo: nothing is imported, called or built.

The opcodes are read as ``pickle.Unpickler`` reads them, not as ``pickletools`` shows them: names may hold any character, and what follows
``STOP`` may be the next pickle. What a pickle computes instead of naming it is reported as unresolved.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import BinaryIO

from licscan.core.message import ProblemError, message

# A module or a name that is longer is none; longer constants are skipped without being read.
_MAX_NAME = 1024
_MAX_LINE = 1 << 16
_CHUNK = 1 << 16
# Constants up to this size may be pickles themselves, which a function such as pickle.loads is given.
_MAX_NESTED = 4 << 20
_MAX_DEPTH = 4
_PLAUSIBLE = re.compile(r"[\w.-]*[^\W\d][\w.-]*", re.ASCII)


class MalformedPickle(ProblemError, ValueError):
    """The opcodes end or make no sense before the pickle does: an unpickler stops there too."""


class BeyondLimits(Exception):
    """The pickle goes on, and an unpickler with it: it is followed no further."""


class Limits:
    """What the opcodes of one file may cost, over all pickles in it: opcodes, bytes of nested pickles, and bytes of long lines."""

    def __init__(self, opcodes: int = 1_000_000, nested: int = 64 << 20, lines: int = 256 << 20) -> None:
        self.opcodes = opcodes
        self.nested = nested
        self.lines = lines


class Imports:
    """What was found so far: ``names`` as ``module name``, and what is ``unresolved``, in words. Both keep their order.

    ``nested`` is what constants would import that are whole pickles themselves: only if something loads them.
    ``calls`` says that something imported is called, as no text that only looks like a pickle does; ``rest`` is where data begins that follows the last whole pickle.
    """

    def __init__(self) -> None:
        self.names: dict[str, None] = {}
        self.nested: dict[str, None] = {}
        self.unresolved: dict[str, None] = {}
        self.nested_unresolved: dict[str, None] = {}
        self.calls = False
        self.rest: int | None = None

    def add(
        self, other: Imports, *, with_unresolved: bool = True, is_name: Callable[[str], bool] | None = None
    ) -> None:
        """Add what ``other`` has, of its names those that ``is_name`` takes."""
        self.names.update({name: None for name in other.names if is_name is None or is_name(name)})
        self.calls |= other.calls
        self.nested.update(other.nested)
        self.nested_unresolved.update(other.nested_unresolved)
        if with_unresolved:
            self.unresolved.update(other.unresolved)


class _Global:
    """A name that was imported."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


_MARK = object()
_VALUE = object()  # whatever is no text and no imported name
_LONG_TEXT = object()


def read_pickles(stream: BinaryIO, found: Imports, limits: Limits, *, depth: int = 0) -> bool:
    """Follow the pickles that begin where ``stream`` is, one after the other, and add to ``found``.

    Returns whether the first one is whole. What follows it may be other data, of which only plausible names count, and all where something is called.
    """
    start = stream.tell()
    try:
        whole = _read_one(stream, found, limits, depth)
    except BeyondLimits:
        return False
    while whole and limits.opcodes > 0:
        position = stream.tell()
        more = Imports()
        try:
            if not stream.read(1):
                return True
            stream.seek(position)
            is_next = _read_one(stream, more, limits, depth)
        except MalformedPickle:
            is_next = False
        except BeyondLimits:
            found.add(more)
            return whole
        found.add(more, with_unresolved=is_next or more.calls, is_name=None if more.calls else _is_plausible)
        if not is_next:
            found.rest = position
            break
    if limits.opcodes <= 0:
        found.unresolved["more opcodes than are looked at"] = None
    return whole and stream.tell() > start


def _is_plausible(name: str) -> bool:
    module, _, rest = name.partition(" ")
    return bool(_PLAUSIBLE.fullmatch(module) and _PLAUSIBLE.fullmatch(rest))


def _read_one(stream: BinaryIO, found: Imports, limits: Limits, depth: int) -> bool:
    machine = _Machine(stream, found, limits, depth)
    while limits.opcodes > 0:
        limits.opcodes -= 1
        code = stream.read(1)
        if code == b".":
            machine.pop()
            return True
        step = _STEPS.get(code)
        if step is None:
            raise MalformedPickle(
                message("issue.no-opcode-at", "no opcode at byte {count}", count=str(stream.tell()))
                if code
                else message("issue.ends-before-end", "it ends before its end")
            )
        step(machine)
    return False


class _Machine:
    """The stack and the memo of an unpickler, with what is known of each value."""

    def __init__(self, stream: BinaryIO, found: Imports, limits: Limits, depth: int) -> None:
        self.stream = stream
        self.found = found
        self.limits = limits
        self.depth = depth
        self.stack: list[object] = []
        self.memo: dict[int, object] = {}

    # --- reading

    def take(self, length: int) -> bytes:
        data = self.stream.read(length)
        if len(data) < length:
            raise MalformedPickle(message("issue.ends-before-end", "it ends before its end"))
        return data

    def number(self, form: str) -> int:
        value: int = struct.unpack(form, self.take(struct.calcsize(form)))[0]
        return value

    def line(self) -> bytes:
        """Return a line of any length, of a longer one its first bytes: those of a name, or of a constant that is none."""
        line = self.stream.readline(_MAX_LINE)
        end = line
        while end and not end.endswith(b"\n"):
            self.limits.lines -= len(end)
            if self.limits.lines < 0:
                self.found.unresolved["a line that is longer than is looked at"] = None
                raise BeyondLimits
            end = self.stream.readline(_CHUNK)
        if not end:
            raise MalformedPickle(message("issue.line-without-end", "a line without an end"))
        # The quote that ends a string stands at the end of its line.
        return line[:-1] if end is line else line + end[-2:-1]

    def index(self) -> int:
        try:
            return int(self.line())
        except ValueError as error:
            raise MalformedPickle(message("issue.number-none", "a number that is none")) from error

    # --- the stack

    def push(self, value: object = _VALUE) -> None:
        self.stack.append(value)

    def pop(self) -> object:
        if not self.stack or self.stack[-1] is _MARK:
            raise MalformedPickle(message("issue.takes-value-not", "it takes a value that is not there"))
        return self.stack.pop()

    def top(self) -> object:
        if not self.stack or self.stack[-1] is _MARK:
            raise MalformedPickle(message("issue.takes-value-not", "it takes a value that is not there"))
        return self.stack[-1]

    def pop_to_mark(self) -> list[object]:
        for place in range(len(self.stack) - 1, -1, -1):
            if self.stack[place] is _MARK:
                values = self.stack[place + 1 :]
                del self.stack[place:]
                return values
        raise MalformedPickle(message("issue.goes-back-to", "it goes back to a mark that is not there"))

    # --- what is found

    def imported(self, module: object, name: object) -> object:
        if isinstance(module, str) and isinstance(name, str):
            whole = f"{module} {name}"
            self.found.names[whole] = None
            return _Global(whole)
        self.found.unresolved["an import whose name is computed"] = None
        return _VALUE

    def called(self, function: object) -> None:
        if isinstance(function, _Global):
            self.found.calls = True
        else:
            self.found.unresolved["a call of something that is computed"] = None

    def constant(self, length: int, is_text: bool) -> None:
        """Push a constant of ``length`` bytes, of which only what can be a name is kept."""
        if length < 0:
            raise MalformedPickle(message("issue.negative-length", "a negative length"))
        if length > _MAX_NESTED:
            self.skip(length)
            self.push(_LONG_TEXT if is_text else _VALUE)
            return
        data = self.take(length)
        self.nested(data)
        if not is_text:
            self.push()
        elif length > _MAX_NAME:
            self.push(_LONG_TEXT)
        else:
            self.push(data.decode("utf-8", "surrogateescape"))

    def skip(self, length: int) -> None:
        # To the last byte, which has to be there: a length that runs past the end is a broken pickle, not a short one.
        try:
            self.stream.seek(length - 1, 1)
        except (OverflowError, OSError, ValueError) as error:  # longer than any file can be
            raise MalformedPickle(message("issue.length-runs-past", "a length that runs past the end")) from error
        self.take(1)

    def nested(self, data: bytes) -> None:
        """Look into a constant that is a whole pickle. Protocols below 3 write bytes as text, in which ``\\x80`` takes two bytes."""
        if data.startswith(b"\xc2\x80"):
            try:
                data = data.decode("utf-8").encode("latin-1")
            except ValueError:
                return
        if len(data) < 4 or data[0] != 0x80 or data[1] > 5:
            return
        self.limits.nested -= len(data)
        if self.depth >= _MAX_DEPTH or self.limits.nested < 0:
            self.found.nested_unresolved["pickles in pickles, deeper or more than are looked at"] = None
            return
        inner = Imports()
        try:
            read_pickles(BytesIO(data), inner, self.limits, depth=self.depth + 1)
            is_pickle = True  # whole, or beyond the limits
        except MalformedPickle:
            is_pickle = False
        if is_pickle or inner.names:
            self.found.nested.update({name: None for name in (*inner.names, *inner.nested) if _is_plausible(name)})
            self.found.nested_unresolved.update(inner.unresolved | inner.nested_unresolved)


# --- one function for each kind of opcode


def _constant(form: str, *, is_text: bool) -> Callable[[_Machine], None]:
    return lambda machine: machine.constant(machine.number(form), is_text)


def _fixed(length: int) -> Callable[[_Machine], None]:
    def step(machine: _Machine) -> None:
        machine.take(length)
        machine.push()

    return step


def _sized(form: str) -> Callable[[_Machine], None]:
    """A number of many bytes."""

    def step(machine: _Machine) -> None:
        length = machine.number(form)
        if length < 0:
            raise MalformedPickle(message("issue.negative-length", "a negative length"))
        if length:
            machine.skip(length)
        machine.push()

    return step


def _text_line(machine: _Machine) -> None:
    line = machine.line()
    machine.nested(line)
    machine.push(line.decode("raw-unicode-escape", "replace") if len(line) <= _MAX_NAME else _LONG_TEXT)


def _string_line(machine: _Machine) -> None:
    line = machine.line()
    if len(line) < 2 or line[:1] != line[-1:] or line[:1] not in (b'"', b"'"):
        raise MalformedPickle(message("issue.string-without-quotes", "a string without quotes"))
    data = line[1:-1].decode("unicode-escape", "replace").encode("latin-1", "replace")
    machine.nested(data)
    machine.push(data.decode("utf-8", "surrogateescape") if len(data) <= _MAX_NAME else _LONG_TEXT)


def _number_line(machine: _Machine) -> None:
    machine.line()
    machine.push()


def _global(machine: _Machine) -> None:
    module, name = (machine.line().decode("utf-8", "surrogateescape") for _ in range(2))
    machine.push(machine.imported(module, name))


def _stack_global(machine: _Machine) -> None:
    name, module = machine.pop(), machine.pop()
    machine.push(machine.imported(module, name))


def _instance(machine: _Machine) -> None:
    module, name = (machine.line().decode("utf-8", "surrogateescape") for _ in range(2))
    machine.pop_to_mark()
    machine.called(machine.imported(module, name))
    machine.push()


def _object(machine: _Machine) -> None:
    values = machine.pop_to_mark()
    if not values:
        raise MalformedPickle(message("issue.object-without-class", "an object without a class"))
    machine.called(values[0])
    machine.push()


def _extension(form: str) -> Callable[[_Machine], None]:
    def step(machine: _Machine) -> None:
        code = machine.number(form)
        machine.found.unresolved[f"an import by the extension code {code}"] = None
        machine.push()

    return step


def _call(arguments: int) -> Callable[[_Machine], None]:
    """REDUCE, NEWOBJ and NEWOBJ_EX: the function lies below its arguments."""

    def step(machine: _Machine) -> None:
        for _ in range(arguments):
            machine.pop()
        machine.called(machine.pop())
        machine.push()

    return step


def _build(machine: _Machine) -> None:
    machine.pop()
    changed = machine.top()
    if isinstance(changed, _Global):
        machine.found.unresolved[f"a change of {changed.name.replace(' ', '.')} itself"] = None


def _collect(machine: _Machine) -> None:
    machine.pop_to_mark()
    machine.push()


def _add_all(machine: _Machine) -> None:
    machine.pop_to_mark()
    machine.top()


def _replace(count: int, *, keeps: bool = False) -> Callable[[_Machine], None]:
    """Take ``count`` values and push one; with ``keeps`` that which lies below stays instead."""

    def step(machine: _Machine) -> None:
        for _ in range(count):
            machine.pop()
        if keeps:
            machine.top()
        else:
            machine.push()

    return step


def _pop(machine: _Machine) -> None:
    if not machine.stack:
        raise MalformedPickle(message("issue.takes-value-not", "it takes a value that is not there"))
    machine.stack.pop()


def _remember(form: str) -> Callable[[_Machine], None]:
    def step(machine: _Machine) -> None:
        place = machine.number(form)
        machine.memo[place] = machine.top()

    return step


def _remember_line(machine: _Machine) -> None:
    place = machine.index()
    machine.memo[place] = machine.top()


def _remember_next(machine: _Machine) -> None:
    machine.memo[len(machine.memo)] = machine.top()


def _recall(machine: _Machine, place: int) -> None:
    if place not in machine.memo:
        raise MalformedPickle(message("issue.takes-value-from", "it takes a value from the memo that is not there"))
    machine.push(machine.memo[place])


def _recall_from(form: str) -> Callable[[_Machine], None]:
    return lambda machine: _recall(machine, machine.number(form))


def _persistent_line(machine: _Machine) -> None:
    machine.line()
    machine.push()


def _ignore(length: int) -> Callable[[_Machine], None]:
    """PROTO and FRAME: what follows is read the same."""

    def step(machine: _Machine) -> None:
        machine.take(length)

    return step


def _pop_to_mark(machine: _Machine) -> None:
    machine.pop_to_mark()


def _keep(machine: _Machine) -> None:
    machine.top()


_STEPS: Mapping[bytes, Callable[[_Machine], None]] = {
    b"(": lambda machine: machine.push(_MARK),
    b"0": _pop,
    b"1": _pop_to_mark,
    b"2": lambda machine: machine.push(machine.top()),
    b"F": _number_line,
    b"I": _number_line,
    b"L": _number_line,
    b"J": _fixed(4),
    b"K": _fixed(1),
    b"M": _fixed(2),
    b"G": _fixed(8),
    b"N": lambda machine: machine.push(),
    b"\x88": lambda machine: machine.push(),
    b"\x89": lambda machine: machine.push(),
    b"\x8a": _sized("<B"),
    b"\x8b": _sized("<i"),
    b"S": _string_line,
    b"T": _constant("<i", is_text=True),
    b"U": _constant("<B", is_text=True),
    b"V": _text_line,
    b"X": _constant("<I", is_text=True),
    b"\x8c": _constant("<B", is_text=True),
    b"\x8d": _constant("<Q", is_text=True),
    b"B": _constant("<I", is_text=False),
    b"C": _constant("<B", is_text=False),
    b"\x8e": _constant("<Q", is_text=False),
    b"\x96": _constant("<Q", is_text=False),
    b"\x97": lambda machine: machine.push(),
    b"\x98": _keep,
    b"]": lambda machine: machine.push(),
    b"}": lambda machine: machine.push(),
    b")": lambda machine: machine.push(),
    b"\x8f": lambda machine: machine.push(),
    b"l": _collect,
    b"d": _collect,
    b"t": _collect,
    b"\x91": _collect,
    b"\x85": _replace(1),
    b"\x86": _replace(2),
    b"\x87": _replace(3),
    b"a": _replace(1, keeps=True),
    b"s": _replace(2, keeps=True),
    b"e": _add_all,
    b"u": _add_all,
    b"\x90": _add_all,
    b"c": _global,
    b"\x93": _stack_global,
    b"i": _instance,
    b"o": _object,
    b"\x82": _extension("<B"),
    b"\x83": _extension("<H"),
    b"\x84": _extension("<i"),
    b"R": _call(1),
    b"\x81": _call(1),
    b"\x92": _call(2),
    b"b": _build,
    b"p": _remember_line,
    b"q": _remember("<B"),
    b"r": _remember("<I"),
    b"\x94": _remember_next,
    b"g": lambda machine: _recall(machine, machine.index()),
    b"h": _recall_from("<B"),
    b"j": _recall_from("<I"),
    b"P": _persistent_line,
    b"Q": _replace(1),
    b"\x80": _ignore(1),
    b"\x95": _ignore(8),
}
