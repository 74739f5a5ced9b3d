"""The attribution document, whatever its format: who is to be named, which texts go along, and what could not be had.

Texts are told once each. A component's own licence file goes before the standard text; files that differ only in their
copyright lines are one text, and the lines stand with the component.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from licscan.core.component import SHIPPED, Component, ComponentKind
from licscan.core.expression import keys_of
from licscan.core.issue import IssueCode, IssueLevel
from licscan.core.legal_text import LegalText, LegalTextKind
from licscan.core.result import Inventory
from licscan.core.text import plural
from licscan.core.verdict import Conclusion, SubjectKind
from licscan.report.base import ReportInput

# A line that names whose copyright it is, as against one that speaks of copyright: "Copyright (c) 2020 Jane", "(c) 2020 Jane".
_COPYRIGHT_LINE = re.compile(
    r"^[\s/#*;>-]*(?:[Cc]opyright:?\s*(?:\([cC]\)|\N{COPYRIGHT SIGN}|\d{4}|by\b|(?!Holder|Notice|Licen|Law|Act\b|Owner)[A-Z])"
    r"|COPYRIGHT\s+(?:\([cC]\)|\d{4})|(?:\([cC]\)|\N{COPYRIGHT SIGN})\s*(?:[Cc]opyright\s*)?\d{4}|All rights reserved)"
)
_WORDS = re.compile(r"\w+")
# Placeholders of a licence's own text are nobody's notice.
_PLACEHOLDER = re.compile(r"[\[<{].*(?:year|yyyy|name|owner|holder).*[\]>}]", re.IGNORECASE)


class Entry(Struct, frozen=True, kw_only=True):
    """One component; ``license`` is empty where none is known. ``texts`` are the numbers of the licence texts that go with it, ``missing`` the licences of
    which there is none; ``scope`` is empty for what is distributed."""

    name: str
    version: str
    id: str
    license: str
    scope: str
    copyrights: tuple[str, ...]
    notices: tuple[LegalText, ...]
    texts: tuple[int, ...]
    missing: tuple[str, ...]


class Text(Struct, frozen=True, kw_only=True):
    """One licence text, numbered from 1. ``origin`` is the file that it was taken from, or tells that it is the standard text."""

    number: int
    title: str
    origin: str
    text: str


class Gap(Struct, frozen=True, kw_only=True):
    """Something that could not be collected, and for which components. ``matters`` says that the document must not go out without it:
    the licence, its text or the notices of something that is distributed."""

    what: str
    names: tuple[str, ...]
    matters: bool = False


class Notice(Struct, frozen=True, kw_only=True):
    """The whole document: components by name, texts by number. ``gaps`` are for whoever makes it, and never a part of it: it goes to
    customers."""

    project: str
    entries: tuple[Entry, ...]
    texts: tuple[Text, ...]
    gaps: tuple[Gap, ...]


def notice(report: ReportInput) -> Notice:
    """Gather what an attribution document tells of every third-party component."""
    inventory = report.inventory
    conclusions = {
        item.subject.id: item for item in report.audit.conclusions if item.subject.kind is SubjectKind.COMPONENT
    }
    texts = _Texts(report.license_text)
    own = _by_component(inventory)
    gaps = _Gaps(own)
    entries = []
    parts = [item for item in inventory.components if item.kind is not ComponentKind.PROJECT and not _is_apart(item)]
    for component in sorted(parts, key=lambda item: (item.name.lower(), item.version or "", item.id)):
        entry = _entry(component, conclusions.get(component.id), own.get(component.id, []), texts)
        entries.append(entry)
        gaps.note(component, entry)
    return Notice(
        project=inventory.run.root,
        entries=tuple(entries),
        texts=texts.every(),
        gaps=(*gaps.every(), *_unread(inventory)),
    )


def _is_apart(component: Component) -> bool:
    """Whether a component neither goes out with the product nor has anything in the tree: an action of a workflow, a tool."""
    return component.unresolved and component.scope not in SHIPPED


def label(entry: Entry) -> str:
    return f"{entry.name} {entry.version}".strip()


def _entry(component: Component, conclusion: Conclusion | None, own: list[LegalText], texts: _Texts) -> Entry:
    found = conclusion.classification if conclusion else None
    licenses = [item for item in own if item.kind is LegalTextKind.LICENSE]
    named = keys_of(found.expression if found else None)
    numbers = [texts.own(item, found.expression_spdx if found else component.name) for item in licenses]
    spdx = {unit.unit: unit.spdx for unit in found.units} if found else {}
    standard = {} if licenses else {spdx.get(key, key): texts.standard(key, spdx.get(key, key)) for key in named}
    numbers += [number for number in standard.values() if number is not None]
    lines = [line for item in licenses for line in _copyright_lines(item.text)]
    return Entry(
        name=component.name,
        version=component.version or "",
        id=component.id,
        license=found.expression_spdx if found else "",
        scope="" if component.scope in SHIPPED else component.scope.value,
        copyrights=_each_once((*component.copyrights, *lines)),
        notices=tuple(item for item in own if item.kind is LegalTextKind.NOTICE),
        texts=tuple(dict.fromkeys(numbers)),
        missing=tuple(name for name, number in standard.items() if number is None),
    )


class _Texts:
    """Licence texts in the order in which components need them, equal ones as one."""

    def __init__(self, license_text: Callable[[str], str] | None) -> None:
        self._license_text = license_text
        self._found: dict[str, Text] = {}
        self._standard: dict[str, int | None] = {}

    def own(self, item: LegalText, title: str) -> int:
        return self._number(item.text, title, item.path)

    def standard(self, key: str, title: str) -> int | None:
        """Return the number of the text that ScanCode ships for a licence; ``None`` where it has none."""
        if key not in self._standard:
            text = self._read(key)
            self._standard[key] = self._number(text, title, "standard text") if text else None
        return self._standard[key]

    def every(self) -> tuple[Text, ...]:
        return tuple(self._found.values())

    def _read(self, key: str) -> str:
        try:
            return self._license_text(key).strip() if self._license_text else ""
        except KeyError:
            return ""

    def _number(self, text: str, title: str, origin: str) -> int:
        body = "\n".join(line for line in text.split("\n") if not _COPYRIGHT_LINE.match(line))
        same = " ".join(_WORDS.findall(body.casefold())) or " ".join(_WORDS.findall(text.casefold()))
        if same not in self._found:
            number = len(self._found) + 1
            self._found[same] = Text(number=number, title=title, origin=origin, text=text.strip("\n"))
        elif self._found[same].text != text.strip("\n"):  # several components': whose it is stands with each of them
            self._found[same] = replace(self._found[same], text=body.strip("\n"))
        return self._found[same].number


class _Gaps:
    """What could not be collected, by kind; ``having`` are the ids of components with legal texts of their own."""

    def __init__(self, having: Collection[str]) -> None:
        self._having = having
        self._found: dict[str, dict[str, None]] = {}
        self._mattering: set[str] = set()

    def note(self, component: Component, entry: Entry) -> None:
        name, is_shipped = label(entry), not entry.scope
        if component.unresolved:
            self._add("It is unresolved: neither its files nor its metadata were read", name, matters=is_shipped)
        elif not entry.license:
            self._add("No licence is declared or detected", name, matters=is_shipped)
        elif not entry.texts:
            self._add("No text of the licence could be had", name, matters=is_shipped)
        if not entry.copyrights:
            self._add("No copyright statement was found", name, matters=False)
        # Whoever read one legal text of a package (in a cache, an archive or a store) read them all.
        is_elsewhere = component.directory is None and not component.other_paths and component.id not in self._having
        if is_elsewhere and not component.unresolved:
            self._add("Its files are not in the tree: its notices could not be read", name, matters=is_shipped)
        for license_name in entry.missing:
            self._add(f"There is no standard text of {license_name}", name, matters=is_shipped)

    def every(self) -> Iterator[Gap]:
        for what, names in self._found.items():
            yield Gap(what=what, names=tuple(names), matters=what in self._mattering)

    def _add(self, what: str, name: str, *, matters: bool) -> None:
        self._found.setdefault(what, {})[name] = None
        if matters:
            self._mattering.add(what)


def _unread(inventory: Inventory) -> Iterator[Gap]:
    if inventory.legal_texts is None:
        yield Gap(
            what="The components' own licence and notice files were not collected by this scan: `licscan notice` does",
            names=(),
        )
    if not inventory.complete:
        count = plural(len(inventory.issues), "issue")
        yield Gap(what=f"The scan is incomplete ({count}): components may be missing", names=(), matters=True)
    content = [
        str(issue.location)
        for issue in inventory.issues
        if issue.level is IssueLevel.UNREAD and issue.code is not IssueCode.UNRESOLVED
    ]
    if content:
        yield Gap(what="The content of these files was not read: what is in them is missing here", names=tuple(content))


def _by_component(inventory: Inventory) -> dict[str, list[LegalText]]:
    found: dict[str, list[LegalText]] = {}
    for item in inventory.legal_texts or ():
        found.setdefault(item.component, []).append(item)
    return found


def _copyright_lines(text: str) -> list[str]:
    """The lines that are left out when texts are compared: they go with the component."""
    lines = (line.strip() for line in text.split("\n") if _COPYRIGHT_LINE.match(line))
    return [line for line in lines if not _PLACEHOLDER.search(line)]


def _each_once(texts: Iterable[str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for text in texts:
        words = [word for word in _WORDS.findall(text.casefold()) if word != "c"]
        if words and words != ["all", "rights", "reserved"]:
            found.setdefault(" ".join(words), text)
    return tuple(found.values())
