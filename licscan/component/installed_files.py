"""Whether installed files are still what their package brought: its own list of digests against the files of the tree.

Only files that were selected have digests: others stay unseen, and nothing is read a second time for it.
"""

from __future__ import annotations

import base64
import csv
import json
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from licscan.component.base import join_path, normal_path, parent_of
from licscan.component.formats import mapping, text_of
from licscan.core.component import FileCheck
from licscan.core.location import Location

if TYPE_CHECKING:
    from licscan.component.tree import Tree

_DIGEST = re.compile(r"sha256=[\w-]{43}", re.ASCII)


def check_record(tree: Tree, path: str) -> FileCheck | None:
    """Compare with RECORD, the list that a wheel brings and an installer completes (binary distribution format, PEP 427).

    ``path`` is that of the RECORD. Scripts and files that the installer adds are listed there too, so that this shows what
    was changed after the installation.
    """
    if path not in tree.selected:
        return None  # where the list itself was not selected, neither were the files
    return _compared(tree, path, _recorded(text_of(tree.read(path)), parent_of(parent_of(path))))


def check_crate(tree: Tree, directory: str) -> FileCheck | None:
    """Compare with ``.cargo-checksum.json``, which ``cargo vendor`` puts beside a crate's files."""
    path = join_path(directory, ".cargo-checksum.json")
    if path not in tree:
        return None
    try:
        files = mapping(mapping(json.loads(text_of(tree.read(path)))).get("files"))
    except ValueError:
        return None  # nothing is compared, so nothing is told: the crate itself is read from its Cargo.toml
    inside = ((normal_path(directory, name), digest) for name, digest in files.items())
    return _compared(tree, path, ((file, digest) for file, digest in inside if file and isinstance(digest, str)))


def _recorded(content: str, folder: str) -> Iterator[tuple[str, str]]:
    try:
        rows = list(csv.reader(content.splitlines()))
    except csv.Error:
        return  # damaged: it proves nothing
    for row in rows:
        # RECORD itself and compiled files have no digest.
        file = normal_path(folder, row[0]) if len(row) > 1 and _DIGEST.fullmatch(row[1]) else None
        if file:
            yield file, base64.urlsafe_b64decode(row[1].removeprefix("sha256=") + "=").hex()


def _compared(tree: Tree, record: str, listed: Iterable[tuple[str, str]]) -> FileCheck | None:
    same = unseen = 0
    changed = []
    for path, digest in listed:
        found = tree.digests.get(path)
        if not found:
            unseen += 1
        elif found == digest:
            same += 1
        else:
            changed.append(path)
    if not (same or changed):
        return None
    return FileCheck(location=Location(path=record), same=same, changed=tuple(changed), unseen=unseen)
