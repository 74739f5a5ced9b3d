"""``licscan checklist``: what a result has of the elements that others want of a bill of materials, and what is missing."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import click

from licscan.errors import ExitCode

if TYPE_CHECKING:
    from licscan.report.checklist import Checked, Checklist

_WIDTH = 110
_SHOWN = 5


@click.command("checklist")
@click.argument("result", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--standard", type=click.Choice(["g7", "bsi"]), help="One checklist alone [default: both].")
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="How to print it.",
)
@click.option("--verbose", "-v", is_flag=True, help="Name every part that lacks an element.")
def command(result: Path, standard: str | None, output_format: str, *, verbose: bool) -> ExitCode:
    """Check the stored RESULT against the G7's minimum elements for AI and against BSI TR-03183-2.

    The exit code is 0 whatever is missing: a checklist judges nothing.
    """
    from licscan.app.stored_results import read_result
    from licscan.report.checklist import checklists

    document = read_result(result)
    lists = [each for each in checklists(document.inventory, document.audit) if standard in (None, each.standard)]
    if output_format == "json":
        import msgspec

        sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(lists)) + b"\n")
        return ExitCode.MET
    for each in lists:
        _print(each, verbose=verbose)
    return ExitCode.MET


def _print(checklist: Checklist, *, verbose: bool) -> None:
    from licscan.report.checklist import State

    click.echo(f"{checklist.title}\n{checklist.source}\n")
    cluster = ""
    for element in checklist.elements:
        if element.cluster != cluster:
            cluster = element.cluster
            click.echo(cluster)
        click.echo(f"  {element.state.value:<14} {element.element}{_amount(element)}")
        if element.how:
            _say(element.how)
        if element.lacking and element.state is State.PARTLY:
            _say("lacking: " + _named(element.lacking, every=verbose))
    counts = ", ".join(f"{checklist.count(state)} {state.value}" for state in State if checklist.count(state))
    click.echo(f"\n{len(checklist.elements)} elements: {counts}\n")


def _amount(element: Checked) -> str:
    return f" ({element.total - len(element.lacking)} of {element.total})" if element.lacking else ""


def _named(names: tuple[str, ...], *, every: bool) -> str:
    shown = names if every else names[:_SHOWN]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _say(text: str) -> None:
    click.echo(textwrap.fill(text, _WIDTH, initial_indent=" " * 17, subsequent_indent=" " * 17, break_on_hyphens=False))
