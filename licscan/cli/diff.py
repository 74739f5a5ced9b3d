"""``licscan diff``: compares two results, folders or commits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from licscan.app.run_options import JudgementOptions, RunOptions, cache_folder, policy_for, settings_for
from licscan.cli.options import judgement_options, running_options, selection_options
from licscan.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from licscan.app.diff import ResultDiff, Side


@click.command("diff")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="[NEW]", default=".")
@click.option(
    "--format",
    "-o",
    "output_format",
    type=click.Choice(["table", "markdown", "json"]),
    default="table",
    show_default=True,
    help="Format of the output.",
)
@click.option("--all", "everything", is_flag=True, help="List the changes that do not affect the verdict too.")
@click.option("--fail-on-new", is_flag=True, help="End in 1 when there is a new finding that violates the policy.")
@judgement_options
@selection_options
@running_options
def command(old: str, new: str, output_format: str, everything: bool, fail_on_new: bool, **given: Any) -> ExitCode:
    """Show what was added, removed and changed from OLD to NEW: components, licences and findings, each with its cause.

    The project's own licence comes first, then what affects the verdict; the rest is counted.

    OLD and NEW are stored results, folders, or commits of this repository; NEW is the working folder unless given.
    """
    from licscan.app.diff import diff

    sides = [_side(name, given) for name in (old, new)]
    found = diff(*sides)
    click.echo(
        "\n".join(_written(found, output_format, everything=everything)).encode("utf-8", "backslashreplace").decode()
    )
    if not all(side.audit.complete for side in sides):
        click.echo("licscan: one of the two results is incomplete: something could not be read", err=True)
    if fail_on_new and found.brings_violations:
        return ExitCode.VIOLATED
    return ExitCode.MET if all(side.audit.complete for side in sides) else ExitCode.INCOMPLETE


def _side(name: str, given: dict[str, Any]) -> Side:
    """A stored result where there is such a file, a tree where there is such a folder, else a commit."""
    from licscan.app.diff import Side

    path = Path(name)
    if path.is_file():
        from licscan.app.stored_results import read_result

        document = read_result(path)
        return Side(name=path.name, inventory=document.inventory, audit=document.audit)
    if path.is_dir():
        return _tree(path, given)
    return _commit(name, given)


def _tree(folder: Path, given: dict[str, Any]) -> Side:
    from licscan.app.diff import Side
    from licscan.app.run_options import own_files
    from licscan.app.wiring import build_parts
    from licscan.config.rebase import excluded
    from licscan.pipeline.run import judge, scan
    from licscan.select import WalkOptions
    from licscan.util.output_record import written_below
    from licscan.util.progress import SILENT

    settings = settings_for(folder, JudgementOptions.of(given))
    options = WalkOptions(
        exclude=excluded(settings, given["exclude"]),
        below=settings.below,
        all_files=given["all_files"],
        installed_files=given["installed"] == "files",
    )
    with build_parts(RunOptions.of(given), SILENT) as parts:
        inventory = scan(
            folder, options, parts, own_files=own_files(settings, folder), own_outputs=written_below(folder)
        )
        audit = judge(inventory, parts.catalogue, policy_for(settings), settings.facts, settings.decisions)
    return Side(name=folder.name or "the tree", inventory=inventory, audit=audit)


def _commit(name: str, given: dict[str, Any]) -> Side:
    from licscan.app.diff import Side
    from licscan.app.wiring import build_parts
    from licscan.gate.change import Change
    from licscan.gate.run import CheckContext, judge_after
    from licscan.select.changes import Repository
    from licscan.util.progress import SILENT

    repository = Repository(Path())
    try:
        commit = repository.commit(name)
    except UsageError as error:
        raise UsageError(
            f"{name!r} is not a file, a folder or a commit",
            where="licscan diff",
            hint=error.hint or "name a stored result (result.json), a folder, or a commit of this repository",
        ) from error
    context = CheckContext(
        settings_of=lambda folder: settings_for(folder, JudgementOptions.of(given), home=folder),
        policy_of=policy_for,
        parts=lambda: build_parts(RunOptions.of(given), SILENT),
        cache=None if given["no_cache"] else cache_folder(given["cache_dir"]),
        exclude=given["exclude"],
    )
    change = Change(repository=repository, before={}, after=repository.tree(commit), against=name)
    inventory, audit = judge_after(change, context)
    return Side(name=name, inventory=inventory, audit=audit)


def _written(found: ResultDiff, output_format: str, *, everything: bool) -> Iterator[str]:
    from licscan.cli import diff_text

    if output_format == "json":
        return _json(found)
    return (diff_text.table if output_format == "table" else diff_text.markdown)(found, everything=everything)


def _json(found: ResultDiff) -> Iterator[str]:
    import msgspec

    document = {"licscan": {"document": "diff", "schema": 2}} | msgspec.to_builtins(found)
    yield msgspec.json.format(msgspec.json.encode(document), indent=1).decode()
