"""What is checked out is judged ahead of the first hook, so that no commit waits for it."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from licscan.app.run_options import RunOptions
from licscan.app.wiring import build_parts
from licscan.cli.check import command
from licscan.cli.gate import check_context
from licscan.core.text import plural
from licscan.gate.change import Change
from licscan.gate.run import check_change
from licscan.select.changes import Repository
from licscan.util.progress import Progress


def remember_head(folder: Path, cache_dir: Path | None, progress: Progress) -> str:
    """Judge what is checked out in the repository around ``folder``, so that the first hook need not; tell of it."""

    repository = Repository(folder)
    head = repository.head()
    if head is None:
        return "nothing is committed yet"
    # The options of a hook that is called without any.
    chosen = ["--cache-dir", str(cache_dir)] if cache_dir else []
    given = {**command.make_context("check", ["--staged", *chosen]).params}
    change = Change(repository=repository, before={}, after=repository.tree(head), against="nothing")
    context = replace(check_context(change, given), parts=lambda: build_parts(RunOptions.of(given), progress))
    outcome = check_change(change, context)
    return f"{plural(outcome.changed, 'file')} of HEAD remembered"
