"""``licscan notice``: the attribution document that goes out with the product."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from licscan.app.run_options import JudgementOptions, Output, RunOptions
from licscan.cli.options import deeper_options, running_options, selection_options
from licscan.errors import ExitCode, UsageError

FORMATS = ("notice-text", "notice-markdown", "notice-html")


@click.command("notice")
@click.argument("path", type=click.Path(path_type=Path), default=".")
@selection_options
@deeper_options
@running_options
@click.option("--config", type=click.Path(path_type=Path, dir_okay=False), help="Configuration file to use.")
@click.option("--no-config", is_flag=True, help="Use no configuration file.")
@click.option(
    "-o", "--output", "outputs", multiple=True, metavar="FORMAT[=FILE]", help=f"{', '.join(FORMATS)}; repeatable."
)
@click.option("--quiet", "-q", is_flag=True, help="Print no progress and no summary.")
def command(path: Path, **given: Any) -> ExitCode:
    """Write who made the third-party software in PATH, and the licence texts and notices that have to go with it.

    Plain text on standard output unless -o says otherwise; what is still open goes to standard error. The exit code is 0, or 3 where the
    scan is incomplete, or a licence, a text or the notices of something that is distributed could not be had.
    """
    from licscan.app.run_options import own_files, policy_for, settings_for
    from licscan.app.wiring import build_parts
    from licscan.cli.progress import progress_bars
    from licscan.cli.write import open_items, print_open_items, write_all
    from licscan.config.rebase import excluded
    from licscan.pipeline.run import judge, scan
    from licscan.select import WalkOptions
    from licscan.util.output_record import written_below

    outputs = _outputs(given["outputs"] or FORMATS[:1])
    settings = settings_for(path, JudgementOptions(config=given["config"], no_config=given["no_config"]))
    options = WalkOptions(
        exclude=excluded(settings, given["exclude"]),
        below=settings.below,
        all_files=given["all_files"],
        installed_files=given["installed"] == "files",
        archives=given["archives"],
    )
    with (
        progress_bars(quiet=given["quiet"]) as bars,
        build_parts(RunOptions.of(given | {"legal_texts": True}), bars) as parts,
    ):
        inventory = scan(
            path,
            options,
            parts,
            own_files=own_files(settings, path),
            own_outputs=written_below(path),
            progress=bars,
        )
        audit = judge(inventory, parts.catalogue, policy_for(settings), settings.facts, settings.decisions)
    # No summary: a verdict is not what was asked for.
    write_all(
        inventory,
        audit,
        outputs,
        given | {"quiet": True, "validate": False},
        root=path if path.is_dir() else path.parent,
    )
    gaps = open_items(inventory, audit)
    if not given["quiet"]:
        print_open_items(gaps)
    is_whole = inventory.complete and not any(gap.matters for gap in gaps)
    return ExitCode.MET if is_whole else ExitCode.INCOMPLETE


def _outputs(asked: tuple[str, ...]) -> tuple[Output, ...]:
    outputs = tuple(Output.parse(text) for text in asked)
    for output in outputs:
        if output.format not in FORMATS:
            raise UsageError(
                f"{output.format!r} is no format of a notice", where="-o", hint=f"formats: {', '.join(FORMATS)}"
            )
    return outputs
