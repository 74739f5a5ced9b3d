"""Hostile YAML into plain values, with the line where it breaks."""

from __future__ import annotations

from typing import Any

import yaml

from licscan.component.formats import BrokenManifest, text_of
from licscan.core.message import message, quoted
from licscan.core.text import plain_message

MAX_YAML_ALIASES = 1_000
MAX_YAML_DEPTH = 200
# Values that all aliases together may stand for: whoever walks through the document meets each of them.
MAX_YAML_ALIASED = 100_000
_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load_yaml(data: bytes) -> Any:
    """Parse the first YAML document into mappings, lists, texts, booleans and ``None``.

    Numbers stay as written: a version ``1.10`` is no number. Built from parser events because composing nodes
    recurses in C, where deep nesting ends the process.
    """
    builder = _YamlBuilder()
    try:
        for event in yaml.parse(text_of(data), Loader=_LOADER):
            if isinstance(event, yaml.DocumentEndEvent):
                break
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        what = message(
            "issue.not-valid-yaml",
            "not valid YAML: {detail}",
            detail=quoted(plain_message(error.problem or error.context or "")),
        )
        raise BrokenManifest(what, _yaml_line(error)) from error
    except (yaml.YAMLError, ValueError) as error:
        raise BrokenManifest(
            message("issue.not-valid-yaml", "not valid YAML: {detail}", detail=quoted(plain_message(str(error))))
        ) from error
    return builder.value


def _yaml_line(error: yaml.MarkedYAMLError) -> int | None:
    mark: Any = error.problem_mark or error.context_mark
    return int(mark.line) + 1 if mark else None


def load_yaml_object(data: bytes) -> dict[str, Any]:
    """Parse YAML that must be a mapping."""
    value = load_yaml(data)
    if not isinstance(value, dict):
        raise BrokenManifest(message("issue.yaml-no-mapping", "not valid YAML: a mapping is expected"), 1)
    return value


class _YamlBuilder:
    """Values from YAML events, with a stack of its own and bounds on depth and aliases."""

    def __init__(self) -> None:
        self.value: Any = None
        self._open: list[tuple[Any, list[Any], str | None]] = []  # container, waiting key, anchor
        self._anchors: dict[str, Any] = {}
        self._sizes: dict[str, int] = {}
        self._so_far: list[int] = []  # how many values are in each open container, those of aliases included
        self._aliases = 0
        self._aliased = 0

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self._add(_scalar(event), event.anchor)
        elif isinstance(event, yaml.AliasEvent):
            self._aliases += 1
            if self._aliases > MAX_YAML_ALIASES or event.anchor not in self._anchors:
                raise BrokenManifest(
                    message("issue.not-valid-yaml-too", "not valid YAML: too many or unknown aliases"),
                    _event_line(event),
                )
            size = self._sizes.get(event.anchor, 1)
            self._aliased += size
            if self._aliased > MAX_YAML_ALIASED:
                what = message(
                    "issue.not-valid-yaml-aliases",
                    "not valid YAML: its aliases expand to more than {count} values",
                    count=MAX_YAML_ALIASED,
                )
                raise BrokenManifest(what, _event_line(event))
            self._add(self._anchors[event.anchor], None, size)
        elif isinstance(event, yaml.CollectionStartEvent):
            if len(self._open) >= MAX_YAML_DEPTH:
                raise BrokenManifest(
                    message("issue.not-valid-yaml-nested", "not valid YAML: nested too deeply"), _event_line(event)
                )
            self._so_far.append(1)
            self._open.append(({} if isinstance(event, yaml.MappingStartEvent) else [], [], event.anchor))
        elif isinstance(event, yaml.CollectionEndEvent):
            container, _, anchor = self._open.pop()
            self._add(container, anchor, self._so_far.pop())

    def _add(self, value: Any, anchor: str | None, size: int = 1) -> None:
        if anchor:
            self._anchors[anchor] = value
            self._sizes[anchor] = size
        if self._so_far:
            self._so_far[-1] += size
        if not self._open:
            self.value = value
            return
        container, waiting, _ = self._open[-1]
        if isinstance(container, list):
            container.append(value)
        elif not waiting:
            waiting.append(_key(value))
        else:
            container[waiting.pop()] = value


def _key(value: Any) -> str:
    """Return the key of an entry as text; a list or mapping in its place, which may stand for any number of values, is none."""
    if isinstance(value, str):
        return value
    return str(value).lower() if isinstance(value, bool) else ""


def _event_line(event: yaml.Event) -> int | None:
    mark: Any = event.start_mark
    return int(mark.line) + 1 if mark else None


def _scalar(event: yaml.ScalarEvent) -> str | bool | None:
    if not event.implicit[0]:
        return str(event.value)
    plain: dict[str, bool | None] = {"": None, "~": None, "null": None, "true": True, "false": False}
    return plain.get(event.value, str(event.value))
