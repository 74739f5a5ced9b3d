"""Selections and discoveries of trees, for the tests of components."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from licscan.component import ComponentFacts, ComponentOptions, discover
from licscan.core.component import Component
from licscan.core.finding import SourceFile
from licscan.core.message import say
from licscan.core.selection import SelectedFile, Selection
from licscan.core.skipped import Skipped

LEFT_OUT = ("node_modules", ".venv", "vendor", "Pods")


def nothing_read(_text: str) -> str | None:
    """A licence reader that knows nothing, so that tests see what is understood without it."""
    return None


def select_all(root: Path, left_out: tuple[str, ...] = LEFT_OUT) -> Selection:
    """Select every file below ``root`` but the installed trees, as the selection stage does by default."""
    files: list[SelectedFile] = []
    skipped: list[Skipped] = []
    for path in sorted(root.rglob("*")):
        relative = path.relative_to(root)
        outside = [part for part in relative.parts if part in left_out]
        if outside:
            if relative.parts[-1] == outside[0] and len(outside) == 1 and path.is_dir():
                skipped.append(Skipped(path=relative.as_posix(), reason=say("installed packages")))
        elif path.is_file() and not path.is_symlink():
            data = path.read_bytes()
            file = SourceFile(path=relative.as_posix(), size=len(data), sha256=hashlib.sha256(data).hexdigest())
            files.append(SelectedFile(file=file, location=str(path)))
    return Selection(root=str(root), files=tuple(files), skipped=tuple(skipped))


def discovered(root: Path, read_license: Callable[[str], str | None] = nothing_read) -> ComponentFacts:
    """Return the components of ``root``."""
    return discover(select_all(root), ComponentOptions(root_name="tree"), read_license)


def by_id(facts: ComponentFacts) -> dict[str, Component]:
    return {item.id: item for item in facts.components}


def edges(facts: ComponentFacts) -> set[tuple[str, str, str]]:
    """Return parent, child and scope of each dependency."""
    return {(item.parent, item.child, item.scope.value) for item in facts.dependencies}


def told(facts: ComponentFacts) -> str:
    """Return components, dependencies and issues as lines for a golden file."""
    lines = [
        f"{item.id} {item.kind.value} {item.scope.value} direct={item.direct} in={item.directory!r} "
        f"licences={[claim.expression for claim in item.claims]} hashes={len(item.hashes)} at={item.locations[0] if item.locations else None}"
        for item in facts.components
    ]
    lines += [
        f"{item.parent} -> {item.child} {item.scope.value} {'proven' if item.proven else 'declared'} {item.requirement or ''}".rstrip()
        for item in facts.dependencies
    ]
    lines += [f"! {issue.code.value} {issue.location} {issue.message}" for issue in facts.issues]
    return "\n".join(lines) + "\n"
