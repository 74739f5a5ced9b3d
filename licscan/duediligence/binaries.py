"""The sheet on what could not be read as text: firmware, kernel modules, libraries and programs without source, archives that were not opened."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from licscan.core.finding import FileKind
from licscan.core.image import image_roots, is_of_system
from licscan.core.message import mark, say
from licscan.core.verdict import SubjectKind
from licscan.duediligence.document import ChapterRow
from licscan.duediligence.view import View

# What a binary file is, by its name, in the order of the sheet.
_KINDS: Mapping[str, re.Pattern[str]] = {
    mark("kernel modules"): re.compile(r"\.ko(\.(gz|xz|zst))?$"),
    mark("firmware"): re.compile(r"\.(fw|ucode|hcd|mfw|dfu|uf2|elf|axf)$|(^|/)firmware/[^\n]*\.(bin|img|hex|dat|sig)$|\.(bin|img|hex)$", re.IGNORECASE),
    mark("libraries"): re.compile(r"\.(so(\.\d+)*|a|dll|dylib|lib|jar|aar|pyd|node|wasm)$", re.IGNORECASE),
    mark("programs"): re.compile(r"\.(exe|com|msi|apk|out)$|(^|/)s?bin/[^/.]+$", re.IGNORECASE),
}  # fmt: skip
_PLACES = 3


def binary_rows(view: View) -> Iterator[ChapterRow]:
    """One row for each kind of binary in what is not a package's: how many, how many with a licence, the folder of most of them."""
    roots = image_roots(view.inventory.components)
    found: dict[str, list[str]] = {kind: [] for kind in _KINDS}
    for file in view.inventory.files:
        if file.kind is not FileKind.BINARY or view.holder_of(file.path) is not None:
            continue
        if any(is_of_system(root, file.path) for root in roots):
            continue
        kind = next((kind for kind, pattern in _KINDS.items() if pattern.search(file.path)), None)
        if kind is not None:
            found[kind].append(file.path)
    for kind, paths in found.items():
        if not paths:
            continue
        licensed = sum(1 for each in paths if _has_licence(view, each))
        yield ChapterRow(
            subject=view.root_ref(),
            license="",
            what=say("Binary files of this kind ({kind}) without a package's record: {count}; a licence was read in {licensed} of them. Ask for their "
                     "source, or for the terms on which they may be passed on.", kind=say(kind), count=len(paths), licensed=licensed),
            places=tuple(paths[:_PLACES]),
        )  # fmt: skip
    yield from _unopened(view)


def _has_licence(view: View, path: str) -> bool:
    conclusion = view.conclusions.get((SubjectKind.FILE, path))
    return conclusion is not None and conclusion.classification is not None


def _unopened(view: View) -> Iterator[ChapterRow]:
    places = [issue.location.path for issue in view.unopened if issue.location]
    if places:
        yield ChapterRow(
            subject=view.root_ref(),
            license="",
            what=say("Archives and formats that were recognised and not opened: {count}. Scan with --archives, or ask what they hold.", count=len(places)),
            places=tuple(places[:_PLACES]),
        )  # fmt: skip
