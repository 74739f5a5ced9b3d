"""Values of a policy file, read with their lines: what is wrong is collected, so that a user sees all of it at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from typing import TypeVar

from msgspec import Struct, field

from licscan.core.text import one_line
from licscan.errors import closest
from licscan.policy.yamltree import Node

E = TypeVar("E", bound=Enum)


class Problem(Struct, frozen=True):
    """One mistake in a file: its line, what it is, and what to write instead."""

    line: int
    what: str
    hint: str | None = None


class Problems(Struct):
    """The mistakes found so far, in the order of the file."""

    found: list[Problem] = field(default_factory=list)

    def add(self, line: int, what: str, hint: str | None = None) -> None:
        self.found.append(Problem(line, what, hint))


def suggest(word: str, known: Iterable[str]) -> str:
    """Name the known word that was probably meant, or all of them."""
    choices = sorted(known)
    close = closest(word.lower(), choices)
    return f"did you mean {close!r}?" if close else f"known: {', '.join(choices)}"


def mapping(node: Node | None, known: Sequence[str], problems: Problems, what: str) -> Mapping[str, Node]:
    """Return the mapping at ``node`` by key; keys that are not ``known`` are problems."""
    if node is None:
        return {}
    if not isinstance(node.value, dict):
        problems.add(node.line, f"{what} has to be a mapping, not {node.kind}")
        return {}
    for key in node.value:
        if key.name not in known:
            problems.add(key.line, f"{one_line(key.name, 40)!r} is no key of {what}", suggest(key.name, known))
    return {key.name: value for key, value in node.value.items() if key.name in known}


def text(node: Node | None, problems: Problems, what: str) -> str | None:
    """Return the text at ``node``, its line breaks and runs of blanks made one blank each."""
    if node is None:
        return None
    if not isinstance(node.value, str) or not node.value.strip():
        problems.add(node.line, f"{what} has to be a text, not {node.kind}")
        return None
    return " ".join(node.value.split())


def words(node: Node | None, problems: Problems, what: str) -> tuple[tuple[str, int], ...]:
    """Return one word or a list of words, each with its line; numbers and yes/no count as words."""
    if node is None:
        return ()
    items = node.value if isinstance(node.value, list) else [node]
    if not items:
        problems.add(node.line, f"{what} is an empty list", "remove the key, or say what it should hold")
    found = []
    for item in items:
        word = _word(item)
        if word is None:
            problems.add(item.line, f"{what} has to be a word or a list of words, not {item.kind}")
        else:
            found.append((word, item.line))
    return tuple(found)


def _word(node: Node) -> str | None:
    if isinstance(node.value, bool):
        return "true" if node.value else "false"
    if isinstance(node.value, (str, int, float)) and str(node.value).strip():
        return str(node.value)
    return None


def members(node: Node | None, kind: type[E], problems: Problems, what: str) -> tuple[E, ...]:
    """Return one or several members of ``kind`` by their values."""
    known = {member.value: member for member in kind}
    return tuple(known[word] for word in known_words(node, known, problems, what))


def known_words(node: Node | None, known: Iterable[str], problems: Problems, what: str) -> tuple[str, ...]:
    """Return the words at ``node`` that are ``known``; the others are problems."""
    choices = tuple(known)
    found = words(node, problems, what)
    for word, line in found:
        if word not in choices:
            problems.add(line, f"this is no {what}", suggest(word, choices))
    return tuple(word for word, _ in found if word in choices)


def one(found: Sequence[E], node: Node | None, problems: Problems, what: str) -> E | None:
    """Return the only one of ``found``; several are a problem."""
    if len(found) > 1 and node is not None:
        problems.add(node.line, f"only one {what} can be given")
    return found[0] if found else None


def boolean(node: Node | None, problems: Problems, what: str) -> bool | None:
    if node is None:
        return None
    if not isinstance(node.value, bool):
        problems.add(node.line, f"{what} has to be true or false, not {node.kind}")
        return None
    return node.value


def number(node: Node | None, problems: Problems, what: str) -> int | None:
    if node is None:
        return None
    if isinstance(node.value, bool) or not isinstance(node.value, int):
        problems.add(node.line, f"{what} has to be a whole number, not {node.kind}")
        return None
    return node.value


def each(node: Node | None, problems: Problems, what: str, read: Callable[[Node], None]) -> None:
    """Read every item of the list at ``node``."""
    if node is None:
        return
    if not isinstance(node.value, list):
        problems.add(node.line, f"{what} has to be a list, not {node.kind}")
        return
    for item in node.value:
        read(item)
