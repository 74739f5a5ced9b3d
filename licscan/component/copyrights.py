"""Whose code third-party components are: which of their files are asked, and what comes of the answers.

A component's licence and notice files are asked first. Only where these name nobody are others: a few, from the top of
its folder, since notices repeat from file to file and each costs.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec.structs import replace

from licscan.component.base import LegalFile, base_of
from licscan.component.evidence import selected_file
from licscan.component.own import Owners
from licscan.component.tree import is_passed_on, is_third_party_notice
from licscan.core.component import Component, ComponentKind
from licscan.core.copyright import CopyrightReader, Copyrights
from licscan.core.expression import ExpressionError, keys, parse
from licscan.core.finding import FileFinding, FileKind
from licscan.core.issue import Issue
from licscan.core.selection import SelectedFile

LicenseText = Callable[[str], str]
"""The text of a licence by its key; raises ``KeyError`` where there is none."""

# How many files of a component are asked when its licence files name nobody.
MAX_OTHER_FILES = 20
# The copyright files of a distribution's packages are long lists of everybody: they are reproduced, never taken apart.
_ASKED = frozenset({ComponentKind.PACKAGE, ComponentKind.VENDORED})
_THIRD_PARTY = _ASKED | {ComponentKind.SYSTEM}
_TELLING = frozenset({FileKind.CODE, FileKind.PROSE, FileKind.MANIFEST})
_REPEATING = ".map"  # source maps hold what other files say, on lines of megabytes
_NAMES = ("authors", "contributors", "copyright")
_WORDS = re.compile(r"[^\W_]+")


def with_copyrights(
    components: Sequence[Component],
    files: Mapping[str, Sequence[SelectedFile]],
    findings: Mapping[str, FileFinding],
    reader: CopyrightReader,
    license_text: LicenseText,
) -> tuple[tuple[Component, ...], tuple[Issue, ...]]:
    """Return the components with the statements and holders that their ``files`` (by component, see ``files_by_component``) name,
    and what could not be read.

    Statements of a licence's own text (the Free Software Foundation's, in each copy of the GPL) are not of the component.
    """
    boilerplate = _Boilerplate(license_text)
    found: dict[str, Copyrights] = {}
    issues: dict[Issue, None] = {}
    for choose in (_legal, _others):
        left = [item for item in components if item.kind in _ASKED and item.id in files and item.id not in found]
        asked = [(item, file) for item in left for file in choose(files[item.id])]
        answers: dict[str, list[Copyrights]] = defaultdict(list)
        for (item, file), answer in zip(asked, reader.read([file for _, file in asked]), strict=True):
            if answer.issue:
                issues[answer.issue] = None
            named = _license_keys(item, findings.get(file.file.path))
            answers[item.id].append(boilerplate.without(answer, named))
        found.update({id_: joined for id_, some in answers.items() if (joined := _join(some)).statements})
    return tuple(_filled(item, found.get(item.id)) for item in components), tuple(issues)


def files_by_component(
    components: Iterable[Component], selected: Iterable[SelectedFile], legal: Iterable[LegalFile]
) -> Mapping[str, Sequence[SelectedFile]]:
    """Return the files of each third-party component that can be asked: selected ones, and the licence files of what
    is installed; by path."""
    every = tuple(components)
    wanted = {item.id for item in every if item.kind in _THIRD_PARTY}
    owners = Owners(every)
    files: dict[str, dict[str, SelectedFile]] = defaultdict(dict)
    for file in selected if wanted else ():
        owner = owners.owner_of(file.file.path)
        if owner in wanted and owner:
            files[owner][file.file.path] = file
    for item in legal:
        if item.component in wanted and item.path not in files[item.component]:
            read = selected_file(item.path, item.location)
            if read:
                files[item.component][item.path] = read
    return {id_: [found[path] for path in sorted(found)] for id_, found in sorted(files.items())}


def is_notice_bearing(file: SelectedFile) -> bool:
    """Whether a file is one of those in which licences and notices are expected."""
    name = base_of(file.file.path)
    return file.file.kind is FileKind.LEGAL or is_passed_on(file.file.path) or name.lower().startswith(_NAMES)


class _Boilerplate:
    """Tells statements that belong to a licence's own text."""

    def __init__(self, license_text: LicenseText) -> None:
        self._license_text = license_text
        self._texts: dict[str, str] = {}

    def without(self, found: Copyrights, licenses: Iterable[str]) -> Copyrights:
        texts = [self._text(key) for key in licenses] if found.statements else []
        kept = tuple(item for item in found.statements if not any(_plain(item) in text for text in texts))
        named = " ".join(map(_plain, kept))
        return Copyrights(statements=kept, holders=tuple(item for item in found.holders if _plain(item) in named))

    def _text(self, key: str) -> str:
        if key not in self._texts:
            try:
                self._texts[key] = _plain(self._license_text(key))
            except KeyError:
                self._texts[key] = ""
        return self._texts[key]


def _legal(files: Sequence[SelectedFile]) -> list[SelectedFile]:
    """Return the files that name the component's own holders: those of third parties are passed on as they are."""
    return [file for file in files if is_notice_bearing(file) and not is_third_party_notice(base_of(file.file.path))]


def _others(files: Sequence[SelectedFile]) -> list[SelectedFile]:
    telling = [
        file
        for file in files
        if file.file.kind in _TELLING
        and not is_notice_bearing(file)
        and not file.file.path.lower().endswith(_REPEATING)
    ]
    telling.sort(key=lambda file: (file.file.path.count("/"), file.file.path))
    return telling[:MAX_OTHER_FILES]


def _license_keys(component: Component, finding: FileFinding | None) -> tuple[str, ...]:
    said = [claim.expression for claim in component.claims]
    said += [match.expression for detection in finding.detections for match in detection.matches] if finding else []
    named: dict[str, None] = {}
    for expression in said:
        try:
            named.update(dict.fromkeys(keys(parse(expression)) if expression else ()))
        except ExpressionError:
            continue  # told by the conclusion, as a finding of its own
    named.update(dict.fromkeys(key.removesuffix("-plus") for key in tuple(named)))
    return tuple(named)


def _join(answers: Iterable[Copyrights]) -> Copyrights:
    every = list(answers)
    return Copyrights(
        statements=_each_once(item for answer in every for item in answer.statements),
        holders=_each_once(item for answer in every for item in answer.holders),
    )


def _each_once(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the texts in order, those that differ in signs, case or a ``(c)`` as the first of them."""
    found: dict[str, str] = {}
    for text in texts:
        found.setdefault(" ".join(word for word in _plain(text).split() if word != "c"), text)
    return tuple(found.values())


def _filled(component: Component, found: Copyrights | None) -> Component:
    if found is None:
        return component
    return replace(
        component,
        copyrights=_each_once((*component.copyrights, *found.statements)),
        holders=_each_once((*component.holders, *found.holders)),
    )


def _plain(text: str) -> str:
    return " ".join(_WORDS.findall(text.casefold()))
