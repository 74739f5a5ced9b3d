"""``licscan scan``: from a codebase to a verdict, an SBOM and a compliance report."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from licscan.app.run_options import JudgementOptions, Output, RunOptions, own_files, policy_for, settings_for
from licscan.cli.options import deeper_options, judgement_options, output_options, running_options, selection_options
from licscan.errors import ExitCode

if TYPE_CHECKING:
    from licscan.core.selection import SelectedFile

# What scan leaves behind when nothing else is asked for, and under which names.
DEFAULT_OUTPUTS = {"cyclonedx-json": "sbom.cdx.json", "html": "report.html", "json": "result.json"}


@click.command("scan")
@click.argument("path", type=click.Path(path_type=Path), default=".")
@judgement_options
@selection_options
@deeper_options
@running_options
@output_options
@click.option(
    "--output-dir",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the SBOM, the report and the result [default: licscan-report].",
)
@click.option(
    "--hash-weights", is_flag=True, help="Digest the weights of models over 64 MB too, which reads them whole."
)
@click.option("--no-extra-rules", is_flag=True, help="ScanCode's answers alone, without licscan's own overlay.")
def command(path: Path, **given: Any) -> ExitCode:
    """Scan PATH: find every licence, apply the policy, write the SBOM and the compliance report."""
    from licscan.app.wiring import build_parts
    from licscan.cli.progress import progress_bars
    from licscan.cli.write import exit_code, write_all
    from licscan.config.rebase import excluded
    from licscan.pipeline.run import judge, scan
    from licscan.select import WalkOptions
    from licscan.util.output_record import written_below

    settings = settings_for(path, JudgementOptions.of(given))
    policy = policy_for(settings)
    outputs = planned_outputs(given["outputs"], given["output_dir"])
    asked = {
        "legal_texts": wants_legal_texts(outputs),
        "copyrights": wants_copyrights(outputs),
        "meanwhile": partial(get_ready, outputs),
    }
    options = WalkOptions(
        exclude=excluded(settings, given["exclude"]),
        below=settings.below,
        all_files=given["all_files"],
        scancode_names=given["all_files"] and given["no_extra_rules"],
        installed_files=given["installed"] == "files",
        archives=given["archives"],
    )
    with (
        progress_bars(quiet=given["quiet"]) as bars,
        build_parts(RunOptions.of(given | asked), bars) as parts,
    ):
        inventory = scan(
            path,
            options,
            parts,
            own_files=own_files(settings, path),
            own_outputs=written_below(path),
            progress=bars,
        )
        audit = judge(inventory, parts.catalogue, policy, settings.facts, settings.decisions)
    write_all(inventory, audit, outputs, given, root=path if path.is_dir() else path.parent)
    return exit_code(audit)


def wants_copyrights(outputs: tuple[Output, ...]) -> bool:
    """Whether any output tells whose code components are; no verdict rests on it, and ScanCode's JSON holds detection alone."""
    return any(output.format != "scancode-json" for output in outputs)


def get_ready(outputs: tuple[Output, ...], _files: Sequence[SelectedFile]) -> None:
    """Load what is needed after detection: beside the workers, which keep this process waiting."""
    from licscan.report import reporter
    from licscan.report.base import Preparing

    for output in outputs:
        module = reporter(output.format)
        if isinstance(module, Preparing):
            module.prepare()


def wants_legal_texts(outputs: tuple[Output, ...]) -> bool:
    """Whether any output passes on the components' own licence texts, which are kept for that alone."""
    return any(output.format.startswith("notice-") for output in outputs)


def planned_outputs(asked: tuple[str, ...], folder: Path | None) -> tuple[Output, ...]:
    """What is written: what ``-o`` asks for, else the default three into ``--output-dir``; both when both are given."""
    from licscan.report import require_format

    outputs = [Output.parse(text) for text in asked]
    for output in outputs:
        require_format(output.format)  # a wrong name is told before the scan, not after it
    if folder is not None or not outputs:
        target = folder or Path("licscan-report")
        outputs += [Output(format=name, version=None, path=target / file) for name, file in DEFAULT_OUTPUTS.items()]
    return tuple(outputs)
