"""``licscan diff``: what is another between two results, commits, or a result and the tree."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from licscan.cli.options import (
    cache_folder,
    judgement_options,
    policy_for,
    running_options,
    selection_options,
    settings_for,
)
from licscan.core.text import one_line, plural, visible
from licscan.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from licscan.diff import FindingChange, ResultDiff, Side, VersionChange


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
    help="How to tell it.",
)
@click.option("--fail-on-new", is_flag=True, help="End in 1 when there is a new finding that violates the policy.")
@judgement_options
@selection_options
@running_options
def command(old: str, new: str, output_format: str, fail_on_new: bool, **given: Any) -> ExitCode:
    """Tell what came, went and changed from OLD to NEW: components, licences and findings, each with its cause.

    OLD and NEW are stored results, folders, or commits of this repository; NEW is the working folder unless given.
    """
    from licscan.diff import diff

    sides = [_side(name, given) for name in (old, new)]
    found = diff(*sides)
    click.echo("\n".join(_WRITERS[output_format](found)).encode("utf-8", "backslashreplace").decode())
    if not all(side.audit.complete for side in sides):
        click.echo("licscan: one of the two is incomplete: something could not be looked at", err=True)
    if fail_on_new and found.brings_violations:
        return ExitCode.VIOLATED
    return ExitCode.MET if all(side.audit.complete for side in sides) else ExitCode.INCOMPLETE


def _side(name: str, given: dict[str, Any]) -> Side:
    """A stored result where there is such a file, a tree where there is such a folder, else a commit."""
    from licscan.diff import Side

    path = Path(name)
    if path.is_file():
        from licscan.cli.report import read_result

        document = read_result(path)
        return Side(name=path.name, inventory=document.inventory, audit=document.audit)
    if path.is_dir():
        return _tree(path, given)
    return _commit(name, given)


def _tree(folder: Path, given: dict[str, Any]) -> Side:
    from licscan.cli.scan import own_files
    from licscan.cli.wiring import build_parts
    from licscan.diff import Side
    from licscan.pipeline import judge, scan
    from licscan.progress import SILENT
    from licscan.record import written_below
    from licscan.select import WalkOptions
    from licscan.subfolder import excluded

    settings = settings_for(folder, given)
    options = WalkOptions(
        exclude=excluded(settings, given["exclude"]),
        below=settings.below,
        all_files=given["all_files"],
        installed_files=given["installed"] == "files",
    )
    with build_parts(given, SILENT) as parts:
        inventory = scan(
            folder, options, parts, own_files=own_files(settings, folder), own_outputs=written_below(folder)
        )
        audit = judge(inventory, parts.catalogue, policy_for(settings), settings.facts, settings.decisions)
    return Side(name=folder.name or "the tree", inventory=inventory, audit=audit)


def _commit(name: str, given: dict[str, Any]) -> Side:
    from licscan.cli.wiring import build_parts
    from licscan.diff import Side
    from licscan.gate.change import Change
    from licscan.gate.run import Workshop, judge_after
    from licscan.progress import SILENT
    from licscan.select.changes import Repository

    repository = Repository(Path())
    try:
        commit = repository.commit(name)
    except UsageError as error:
        raise UsageError(
            f"{name!r} is no file, no folder and no commit",
            where="licscan diff",
            hint=error.hint or "name a stored result (result.json), a folder, or a commit of this repository",
        ) from error
    workshop = Workshop(
        settings_of=lambda folder: settings_for(folder, given, home=folder),
        policy_of=policy_for,
        parts=lambda: build_parts(given, SILENT),
        cache=None if given["no_cache"] else cache_folder(given["cache_dir"]),
        exclude=given["exclude"],
    )
    change = Change(repository=repository, before={}, after=repository.tree(commit), against=name)
    inventory, audit = judge_after(change, workshop)
    return Side(name=name, inventory=inventory, audit=audit)


def _table(found: ResultDiff) -> Iterator[str]:
    yield f"{visible(found.old_name)} -> {visible(found.new_name)}"
    for title, changes in (("New findings", found.new), ("Mended", found.mended)):
        if changes:
            yield from ("", f"{title}: {len(changes)}")
            yield from (f"  {_finding(change)}" for change in changes)
    if found.changed:
        yield from ("", f"Changed findings: {len(found.changed)}")
        yield from (f"  {_finding(change)}, was {_licence(old.expression_spdx)}" for old, change in found.changed)
    if found.versions:
        yield from ("", f"Other versions: {len(found.versions)}")
        yield from (f"  {_version(each)}" for each in found.versions)
    if found.licenses:
        yield from ("", f"Licences: {len(found.licenses)}")
        for each in found.licenses:
            sign = "+" if each.came else "-" if each.went else "~"
            told = _licence(each.new if each.came else each.old)
            arrow = "" if each.came or each.went else f" -> {_licence(each.new)}"
            yield f"  {sign} {each.kind.value} {visible(each.subject)}: {told}{arrow}"
    yield from ("", _summary(found))


def _markdown(found: ResultDiff) -> Iterator[str]:
    from licscan.report.markdown import code, prose

    yield from (f"# Licences: {code(found.old_name)} to {code(found.new_name)}", "", f"**{_summary(found)}**")
    for title, changes in (("New findings", found.new), ("Mended", found.mended)):
        if changes:
            yield from ("", f"## {title}", "", "| Code | Where | Licence | Caused by |", "|---|---|---|---|")
        for change in changes:
            violation = change.violation
            cells = (code(violation.code), code(_where(change)), code(_licence(violation.expression_spdx)))
            yield f"| {' | '.join(cells)} | {change.cause.value} |"
    if found.changed:
        yield from ("", "## Changed findings", "", "| Code | Where | Was | Is | Caused by |", "|---|---|---|---|---|")
    for old, change in found.changed:
        was, now = _licence(old.expression_spdx), _licence(change.violation.expression_spdx)
        told = (code(change.violation.code), code(_where(change)), code(was), code(now))
        yield f"| {' | '.join(told)} | {change.cause.value} |"
    if found.versions:
        yield from ("", "## Other versions", "")
    for version in found.versions:
        terms = f", licence changed from {code(_licence(version.old_license))} to {code(_licence(version.new_license))}"
        note = terms if version.changes_license else ""
        yield f"- {prose(version.name)}: {code(version.old)} to {code(version.new)}{note}"
    if found.licenses:
        yield from ("", "## Licences", "", "| | Subject | Was | Is |", "|---|---|---|---|")
    for each in found.licenses:
        sign = "came" if each.came else "went" if each.went else "changed"
        was = "-" if each.came else code(_licence(each.old))
        now = "-" if each.went else code(_licence(each.new))
        yield f"| {sign} | {each.kind.value} {code(each.subject)} | {was} | {now} |"


def _json(found: ResultDiff) -> Iterator[str]:
    import msgspec

    document = {"licscan": {"document": "diff", "schema": 1}} | msgspec.to_builtins(found)
    yield msgspec.json.format(msgspec.json.encode(document), indent=1).decode()


def _version(change: VersionChange) -> str:
    told = f", licence changed: {_licence(change.old_license)} -> {_licence(change.new_license)}"
    return f"{visible(change.name)}: {visible(change.old)} -> {visible(change.new)}{told if change.changes_license else ''}"


def _finding(change: FindingChange) -> str:
    violation = change.violation
    state = "violates" if violation.violates else "to look at"
    return f"{visible(_where(change))}: {violation.code}: {_licence(violation.expression_spdx)} ({state}; {change.cause.value})"


def _where(change: FindingChange) -> str:
    violation = change.violation
    if not violation.evidence:
        return violation.subject.id
    location = violation.evidence[0].location
    return f"{location.path}:{location.start_line}" if location.start_line else location.path


def _licence(expression: str | None) -> str:
    return one_line(expression or "no licence", 200)


def _summary(found: ResultDiff) -> str:
    licenses = len(found.licenses)
    return (
        f"{plural(len(found.new), 'new finding')}, {len(found.mended):,} mended, {len(found.changed):,} changed, "
        f"{found.unchanged:,} as before; {plural(licenses, 'licence')} came, went or changed"
    )


_WRITERS = {"table": _table, "markdown": _markdown, "json": _json}
