"""``licscan facts``: which facts the licences of a codebase ask about, and how each is answered."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from licscan.app.run_options import JudgementOptions, RunOptions
from licscan.cli.options import judgement_options, running_options, selection_options
from licscan.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from licscan.config.settings import Settings
    from licscan.core.result import Inventory
    from licscan.policy.needed import NeededFact

_WIDTH = 100


@click.command("facts")
@click.argument("target", metavar="[RESULT|PATH]", type=click.Path(path_type=Path), required=False)
@click.option(
    "--values", type=click.Choice(["uses", "regions", "languages"]), help="Print the values that a fact can have."
)
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="How to print the list.",
)
@judgement_options
@selection_options
@running_options
@click.option("--quiet", "-q", is_flag=True, help="Print no progress.")
def command(target: Path | None, values: str | None, output_format: str, **given: Any) -> ExitCode:
    """List the facts that the licences in a stored RESULT, or in the codebase at PATH, ask about.

    Each has its question, the form of the answer, what is declared already and the licences concerned. Without RESULT or PATH
    all facts are listed.
    """
    if values:
        _print_values(values, output_format)
        return ExitCode.MET
    if target is None:
        from licscan.policy.needed import FACTS, NeededFact

        needed: Iterable[NeededFact] = [NeededFact(fact=fact, licenses=(), reasons=()) for fact in FACTS]
    else:
        needed = _needed(target, given)
    if output_format == "json":
        import msgspec

        sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode([_row(each) for each in needed])) + b"\n")
        return ExitCode.MET
    needed = tuple(needed)
    for each in needed:
        click.echo("\n".join(_described(each)) + "\n")
    missing = sum(1 for each in needed if each.licenses and not each.declared)
    click.echo(f"{len(needed)} facts" + (f", {missing} not declared" if target else ""), err=True)
    return ExitCode.MET


def _needed(target: Path, given: dict[str, Any]) -> tuple[NeededFact, ...]:
    from licscan.app.run_options import policy_for, settings_for
    from licscan.app.stored_results import read_result
    from licscan.app.wiring import load_catalogue
    from licscan.config.settings import Settings, with_facts
    from licscan.pipeline.run import conclude_again
    from licscan.policy.needed import needed_facts

    if target.is_dir():
        settings = settings_for(target, JudgementOptions.of(given))
        inventory = _scanned(target, settings, given)
    else:
        if not target.exists():
            raise UsageError(
                "there is no such file or folder", where=str(target), hint="give a result.json or a folder"
            )
        document = read_result(target)
        inventory = document.inventory
        settings = with_facts(Settings(policy=given["policy"] or "default", facts=document.audit.facts), given["facts"])
    catalogue = load_catalogue(given["cache_dir"])
    policy = policy_for(settings)
    known, conclusions = conclude_again(inventory, catalogue, policy, settings.facts, settings.decisions)
    return needed_facts(inventory, conclusions, policy, settings.facts, known)


def _scanned(path: Path, settings: Settings, given: dict[str, Any]) -> Inventory:
    from licscan.app.run_options import own_files
    from licscan.app.wiring import build_parts
    from licscan.cli.progress import progress_bars
    from licscan.config.rebase import excluded
    from licscan.pipeline.run import scan
    from licscan.select import WalkOptions
    from licscan.util.output_record import written_below

    options = WalkOptions(
        exclude=excluded(settings, given["exclude"]),
        below=settings.below,
        all_files=given["all_files"],
        installed_files=given["installed"] == "files",
    )
    offline = {"archives": False, "online": False, "online_sources": False}
    with progress_bars(quiet=given["quiet"]) as bars, build_parts(RunOptions.of(given | offline), bars) as parts:
        return scan(
            path, options, parts, own_files=own_files(settings, path), own_outputs=written_below(path), progress=bars
        )


def _described(needed: NeededFact) -> Iterator[str]:
    yield f"{needed.fact.name}: {needed.fact.question}"
    yield from _field("answer", needed.fact.format)
    yield from _field("example", f"--fact {_quoted(f'{needed.fact.name}={needed.fact.example}')}")
    yield from _field("declared", needed.declared)
    yield from _field("licences", ", ".join(needed.licenses))
    yield from _field("why", "; ".join(needed.reasons))


def _quoted(text: str) -> str:
    return f'"{text}"' if " " in text else text


def _field(label: str, text: str) -> Iterator[str]:
    if text:
        prefix = f"    {label + ':':<10}"
        yield from textwrap.wrap(
            text, _WIDTH, initial_indent=prefix, subsequent_indent=" " * len(prefix), break_on_hyphens=False
        )


def _row(needed: NeededFact) -> dict[str, Any]:
    return {
        "name": needed.fact.name,
        "question": needed.fact.question,
        "format": needed.fact.format,
        "example": needed.fact.example,
        "declared": needed.declared or None,
        "licenses": needed.licenses,
        "reasons": needed.reasons,
    }


def _print_values(fact: str, output_format: str) -> None:
    rows = list(_values(fact))
    if output_format == "json":
        import msgspec

        sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(dict(rows))) + b"\n")
        return
    for value, meaning in rows:
        click.echo("\n".join(textwrap.wrap(f"{value:<30} {meaning}", _WIDTH, subsequent_indent=" " * 31)))


def _values(fact: str) -> Iterator[tuple[str, str]]:
    if fact == "uses":
        from licscan.declared.uses import uses

        for use in uses().values():
            yield use.id, use.name + (f" (also: {', '.join(use.also)})" if use.also else "")
    elif fact == "regions":
        from licscan.declared.regions import regions

        yield from regions()
    else:
        from licscan.declared.languages import languages

        yield from languages()
