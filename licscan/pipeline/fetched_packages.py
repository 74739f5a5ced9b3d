"""Archives of packages that are not in the tree: fetched, unpacked beside it, and gone when the scan ends."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from msgspec.structs import replace

from licscan.component import ComponentFacts, FetchedArchive
from licscan.core.component import Component
from licscan.core.issue import Issue
from licscan.core.selection import Selection
from licscan.workers import RunWork, run_here

FetchSources = Callable[[Sequence[Component], Path], tuple[tuple[FetchedArchive, ...], tuple[Issue, ...]]]
"""Fetches the archives of components into a folder, and tells what was not had."""


AskOnline = Callable[[ComponentFacts, Path], ComponentFacts]
"""Asks registries for what is known of no component; what they have is written to a folder and read there."""


@contextmanager
def with_answers(components: ComponentFacts, ask: AskOnline | None) -> Iterator[ComponentFacts]:
    """Yield the components with what registries have of them, whose licence files can be read as long as this lasts."""
    if ask is None:
        yield components
        return
    with tempfile.TemporaryDirectory(prefix="licscan-", ignore_cleanup_errors=True) as folder:
        yield ask(components, Path(folder))


@contextmanager
def with_sources(
    components: ComponentFacts, fetch: FetchSources | None, run: RunWork = run_here
) -> Iterator[tuple[ComponentFacts, Selection]]:
    """Yield the components, those of which ``fetch`` has the archive with its content as their folder, and that content.

    It is unpacked as archives of the tree are, within the same limits.
    """
    nothing = Selection(root="", files=())
    if fetch is None:
        yield components, nothing
        return
    from licscan.select.archive import with_archives  # here, since few runs need it and a gate starts in a moment

    with tempfile.TemporaryDirectory(prefix="licscan-", ignore_cleanup_errors=True) as folder:
        fetched, issues = fetch(components.components, Path(folder))
        told = {item.component.id: item.component for item in fetched}
        archives = tuple(item.archive for item in fetched)
        with with_archives(replace(nothing, files=archives), run=run) as opened:
            content = tuple(file for file in opened.files if file not in archives)
            every = tuple(told.get(item.id, item) for item in components.components)
            yield (
                replace(components, components=every, issues=(*components.issues, *issues)),
                replace(opened, files=content),
            )
