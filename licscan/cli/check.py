"""``licscan check``: the gate in the commit hook and in CI."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from licscan.app.run_options import by_pre_commit
from licscan.cli.options import judgement_options, output_options, running_options, selection_options
from licscan.errors import ExitCode, UsageError


@click.command("check")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--staged", is_flag=True, help="Check what git's index holds, against HEAD.")
@click.option("--since", metavar="REF", help="Check what changed since the merge base with REF.")
@click.option(
    "--baseline",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File of known findings [default: licscan-baseline.json, where there is one].",
)
@click.option("--write-baseline", is_flag=True, help="Write what is found into the baseline: it is known from now on.")
@judgement_options
@selection_options
@running_options
@output_options
def command(files: tuple[Path, ...], **given: Any) -> ExitCode:
    """Print what must be fixed: in the whole tree (no FILES, or one folder), or in what a change brings in.

    With FILES, --staged or --since only findings that the change causes fail. A hook of pre-commit without FILES (a commit that
    only deletes) means --staged.
    """
    from licscan.cli import gate

    given["files"] = files
    is_of_tree = given["all_files"] or given["installed"] == "files" or given["write_baseline"]
    folder = _folder(given, means_tree=is_of_tree or not by_pre_commit())
    if folder is not None:
        return gate.check_tree(folder, given)
    if is_of_tree:
        raise UsageError(
            "--all-files, --installed files and --write-baseline are for the whole tree",
            where="licscan check",
            hint="leave out FILES, --staged and --since",
        )
    return gate.check_change(given)


def _folder(given: dict[str, Any], *, means_tree: bool) -> Path | None:
    """The tree to check as a whole; ``None`` when a change is checked. Without FILES it is as ``means_tree`` says."""
    files = given["files"]
    if given["since"] == "":
        raise UsageError(
            "--since names nothing",
            where="licscan check",
            hint="give a branch or a commit; a variable that is to name one is empty",
        )
    if given["since"] and (given["staged"] or files):
        raise UsageError(
            "--since covers everything that changed",
            where="licscan check",
            hint="leave out --staged and FILES, or leave out --since",
        )
    if given["write_baseline"] and given["outputs"]:
        raise UsageError(
            "a baseline is written, or a report",
            where="licscan check",
            hint="leave out --output, and check again for the report",
        )
    if given["staged"] or given["since"]:
        return None
    if not files:
        return Path() if means_tree else None
    return files[0] if len(files) == 1 and files[0].is_dir() else None
