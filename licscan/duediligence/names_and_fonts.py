"""The sheet on trademarks and fonts: marks that notices name, and fonts with the licence that was read for each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import basename

from licscan.core.image import image_roots, is_of_system
from licscan.core.message import Message, path, quoted, say
from licscan.core.remark import RemarkKind
from licscan.core.verdict import SubjectKind
from licscan.duediligence.document import ChapterRow
from licscan.duediligence.view import View

_FONT = re.compile(r"\.(ttf|otf|woff2?|eot|ttc|pfb)$", re.IGNORECASE)
# What tells the cuts of one family apart.
_CUT = re.compile(r"[-_ .]?(regular|bold|italic|oblique|light|medium|semi|demi|extra|black|thin|book|condensed|variable|vf|latin|ext|normal|webfont|wght|\d{3})+",
                  re.IGNORECASE)  # fmt: skip
_PLACES = 3


def rows(view: View) -> Iterator[ChapterRow]:
    yield from _fonts(view)
    yield from _marks(view)


def _fonts(view: View) -> Iterator[ChapterRow]:
    """One row for each family in what is not a package's own."""
    found: dict[str, list[str]] = {}
    for file in view.inventory.files:
        if _FONT.search(file.path) and view.holder_of(file.path) is None:
            stem = _FONT.sub("", basename(file.path))
            found.setdefault(_CUT.sub("", stem).strip("-_. ") or stem, []).append(file.path)
    for family, places in found.items():
        spdx = next(filter(None, (_licence_of(view, each) for each in places)), "")
        told = say("Font {name}. Files: {count}.", name=quoted(family), count=len(places))
        if not spdx:
            told = say(
                "{told} No licence was read in the files: ask for it; many fonts may not be passed on, or not in programs.",
                told=told,
            )
        yield ChapterRow(subject=view.root_ref(), license=spdx, what=told, places=tuple(places[:_PLACES]))


def _licence_of(view: View, place: str) -> str:
    conclusion = view.conclusions.get((SubjectKind.FILE, place))
    return conclusion.classification.expression_spdx if conclusion and conclusion.classification else ""


def _marks(view: View) -> Iterator[ChapterRow]:
    roots = image_roots(view.inventory.components)
    found: dict[str, list[str]] = {}
    for remark in view.remarks[RemarkKind.TRADEMARK]:
        place = remark.location.path
        owner = view.holder_of(place)
        if (owner is None or owner.id in view.own) and not any(is_of_system(root, place) for root in roots):
            found.setdefault(remark.name, []).append(str(remark.location))
    for holder, places in found.items():
        yield ChapterRow(
            subject=view.root_ref(),
            license="",
            what=say("A trademark of {holder} is named, first in {place}. A licence of the code gives no right to the mark.", holder=quoted(holder),
                     place=path(places[0])),
            places=tuple(places[:_PLACES]),
        )  # fmt: skip


def basis(view: View) -> Message:
    if view.judged.remarks is None:
        return say(
            "Font files, with the licence that was read for each. Notices of trademarks were not looked for in this result."
        )
    return say(
        "Font files, with the licence that was read for each, and trademarks that notices in the product's own files name."
    )
