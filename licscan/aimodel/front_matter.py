"""The front matter of a model card or dataset card: YAML between two lines of ``---``, read without building it.

Only scalars at the top, and lists of them, are taken. Nothing is expanded, so that an alias costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

import yaml

from licscan.aimodel.card import Card, CardError, Value
from licscan.core.text import plain_message

_MAX_EVENTS = 50_000
_MAX_DEPTH = 40
# What the aliases would come to if they were written out: no real card is longer.
_MAX_EXPANDED = 200_000
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_front_matter(text: str, first_line: int = 2) -> Card | None:
    """Return the card written in ``text``, which begins on ``first_line`` of its file; raise ``CardError``."""
    try:
        _check(yaml.parse(text, Loader=_LOADER))
        root = yaml.compose(text, Loader=_LOADER)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        problem = getattr(error, "problem", None) or str(error)
        raise CardError(f"the front matter is no YAML: {plain_message(problem)}") from error
    if not isinstance(root, yaml.MappingNode):
        return None
    texts: dict[str, tuple[Value, ...]] = {}
    for key, node in root.value:
        if isinstance(key, yaml.ScalarNode):
            texts.setdefault(key.value.lower(), tuple(_values(node, first_line)))
    return Card(texts=texts, names=frozenset(texts))


def _values(node: yaml.Node, first_line: int) -> Iterable[Value]:
    items = node.value if isinstance(node, yaml.SequenceNode) else [node]
    for item in items:
        if isinstance(item, yaml.ScalarNode) and item.value.strip():
            yield Value(item.value.strip(), item.start_mark.line + first_line)


def _check(events: Iterable[yaml.Event]) -> None:
    """Raise ``CardError`` for what is nested, long, or grows by aliases beyond any real card; nothing is built."""
    sizes: dict[str, int] = {}
    open_nodes: list[tuple[str | None, int]] = []  # anchor, and the size so far, of the collections that are open
    for count, event in enumerate(events):
        if count > _MAX_EVENTS:
            raise CardError(f"the front matter has more than {_MAX_EVENTS:,} parts")
        if isinstance(event, (yaml.SequenceStartEvent, yaml.MappingStartEvent)):
            open_nodes.append((event.anchor, 1))
            if len(open_nodes) > _MAX_DEPTH:
                raise CardError(f"the front matter is nested more than {_MAX_DEPTH} deep")
            continue
        if isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
            anchor, size = open_nodes.pop()
        elif isinstance(event, yaml.AliasEvent):
            anchor, size = None, sizes.get(event.anchor or "", 1)
        elif isinstance(event, yaml.ScalarEvent):
            anchor, size = event.anchor, 1
        else:
            continue
        if anchor:
            sizes[anchor] = size
        if size > _MAX_EXPANDED:
            raise CardError(f"its aliases stand for more than {_MAX_EXPANDED:,} parts")
        if open_nodes:
            outer, so_far = open_nodes[-1]
            open_nodes[-1] = (outer, so_far + size)
