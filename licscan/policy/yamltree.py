"""YAML read into a tree that knows its lines, and into nothing that a hostile file could make grow.

Only plain YAML is taken: mappings, lists and scalars. Anchors, aliases and tags are refused, so that a small file is a
small tree; so are files over ``MAX_BYTES`` and nesting over ``MAX_DEPTH``.
"""

from __future__ import annotations

import yaml
from msgspec import Struct

from licscan.core.text import one_line, plain_message

MAX_BYTES = 1_000_000
MAX_DEPTH = 20

# libyaml where PyYAML was built with it: a tenth of the time, and lines all the same.
_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Scalar = str | int | float | bool | None


class YamlError(Exception):
    """The text is not the YAML that is taken. ``line`` counts from 1."""

    def __init__(self, line: int, what: str, hint: str | None = None) -> None:
        super().__init__(what)
        self.line = line
        self.what = what
        self.hint = hint


class Key(Struct, frozen=True):
    """A key of a mapping, and the line it stands on."""

    name: str
    line: int


class Node(Struct, frozen=True):
    """A value and the line where it begins: a scalar, a list of nodes, or pairs of keys and nodes."""

    value: Scalar | list[Node] | dict[Key, Node]
    line: int

    @property
    def kind(self) -> str:
        """What the value is, in a user's words."""
        if isinstance(self.value, dict):
            return "a mapping"
        if isinstance(self.value, list):
            return "a list"
        if isinstance(self.value, bool):
            return "yes or no"
        if isinstance(self.value, (int, float)):
            return "a number"
        return "a text" if self.value is not None else "nothing"


def read_yaml(text: str) -> Node:
    """Return the tree of ``text``; raise ``YamlError`` where it is no plain YAML."""
    if len(text) > MAX_BYTES:
        raise YamlError(1, f"the file is larger than {MAX_BYTES:,} characters")
    try:
        _refuse_the_exotic(text)
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlError(
            mark.line + 1 if mark else 1, f"not valid YAML: {plain_message(error.problem or '')}"
        ) from error
    except (yaml.YAMLError, ValueError) as error:  # ReaderError has no mark; ValueError comes of odd escapes
        raise YamlError(1, f"not valid YAML: {plain_message(str(error))}") from error
    if root is None:
        raise YamlError(1, "the file is empty")
    return _convert(root)


def _refuse_the_exotic(text: str) -> None:
    depth = documents = 0
    for event in yaml.parse(text, Loader=_LOADER):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise YamlError(line, "anchors and aliases (& and *) are not used here", "write the value out")
        if isinstance(event, (yaml.ScalarEvent, yaml.CollectionStartEvent)) and event.tag:
            raise YamlError(line, "tags are not used here", "remove the tag")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise YamlError(line, f"nested more than {MAX_DEPTH} levels deep")
        documents += isinstance(event, yaml.DocumentStartEvent)
        if documents > 1:
            raise YamlError(line, "a second document begins here", "keep one document to a file")


def _convert(node: yaml.Node) -> Node:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        return Node(_mapping(node), line)
    if isinstance(node, yaml.SequenceNode):
        return Node([_convert(item) for item in node.value], line)
    return Node(_scalar(node), line)


def _mapping(node: yaml.MappingNode) -> dict[Key, Node]:
    pairs: dict[Key, Node] = {}
    seen: dict[str, int] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        name = _scalar(key_node) if isinstance(key_node, yaml.ScalarNode) else None
        if not isinstance(name, str):
            raise YamlError(line, "a key has to be a word", "quote it if it looks like a number or yes/no")
        if name in seen:
            raise YamlError(line, f"{one_line(name, 40)!r} is given twice", f"it stands already on line {seen[name]}")
        seen[name] = line
        pairs[Key(name, line)] = _convert(value_node)
    return pairs


def _scalar(node: yaml.Node) -> Scalar:
    text = str(node.value)
    kind = node.tag.rpartition(":")[2]
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() in {"true", "yes", "on"}
    if kind == "int":
        return _number(text)
    if kind == "float":
        return float(text.replace("_", "")) if text.lower().lstrip("+-.") not in {"inf", "nan"} else text
    return text  # dates too: nothing here is one


def _number(text: str) -> Scalar:
    # Only what a reader takes for a number: YAML 1.1 would read 010 as eight and 1:30 as ninety.
    digits = text.replace("_", "")
    sign, bare = (-1, digits[1:]) if digits.startswith("-") else (1, digits)
    return sign * int(bare) if bare.isdecimal() and len(bare) <= 18 and not (len(bare) > 1 and bare[0] == "0") else text
