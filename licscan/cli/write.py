"""Write reports to files or standard output, print the summary, and tell the exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from licscan.app.run_options import Output
from licscan.core.result import Audit, Inventory
from licscan.core.text import one_line
from licscan.errors import ExitCode, UsageError
from licscan.report import reporter
from licscan.report.base import ReportInput
from licscan.select.walk import printable
from licscan.util.clock import now
from licscan.util.output_file import write_file

if TYPE_CHECKING:
    from licscan.report.notice import Gap

_NAMED = 20  # components that an open item of a notice names


def exit_code(audit: Audit) -> ExitCode:
    """Violated beats incomplete beats met: an incomplete scan that already found a violation has violated."""
    if not audit.passed:
        return ExitCode.VIOLATED
    return ExitCode.MET if audit.complete else ExitCode.INCOMPLETE


def write_all(
    inventory: Inventory, audit: Audit, outputs: Sequence[Output], given: Mapping[str, Any], *, root: Path | None = None
) -> None:
    """Write every output, files first, then the summary where standard output (or standard error, if a format takes it) allows."""
    generated_at = now()
    prefix = _from_top(root) if root else ""
    to_files = [output for output in outputs if output.path is not None]
    to_stdout = [output for output in outputs if output.path is None]
    for output in (*to_files, *to_stdout):
        report = ReportInput(
            inventory=inventory,
            audit=audit,
            generated_at=generated_at,
            version=output.version,
            validate=given["validate"],
            license_text=_license_text,
            prefix=prefix,
        )
        write = partial(reporter(output.format).write, report)
        if output.path is None:
            write(sys.stdout.buffer)
        else:
            write_file(output.path, write, within=[root] if root else [])
        if output.format == "github":
            _write_step_summary(report)
    if not given["quiet"] and any(output.format.startswith("notice-") for output in outputs):
        print_open_items(open_items(inventory, audit))
    if not given["quiet"]:
        from licscan.cli.render import print_summary, summary_console  # what draws is loaded for who reads

        written = [output.path for output in to_files if output.path]
        print_summary(
            summary_console(to_stderr=bool(to_stdout)), inventory, audit, written, root=root, verbose=given["verbose"]
        )


def open_items(inventory: Inventory, audit: Audit) -> tuple[Gap, ...]:
    """Return what a notice document lacks. Nothing of it stands in the document, which is for customers."""
    from licscan.report.notice import notice

    report = ReportInput(inventory=inventory, audit=audit, generated_at=now(), license_text=_license_text)
    return notice(report).gaps


def print_open_items(gaps: Sequence[Gap]) -> None:
    """Print on standard error what a notice document lacks."""
    if gaps:
        click.echo("licscan: open items of the notice:", err=True)
    for gap in gaps:
        names = f": {', '.join(gap.names[:_NAMED])}" if gap.names else ""
        more = f" and {len(gap.names) - _NAMED:,} more" if len(gap.names) > _NAMED else ""
        click.echo(f"  {one_line(gap.what + names, 1_000)}{more}", err=True)


def _from_top(folder: Path) -> str:
    """The way to ``folder`` from the top of its repository; empty where there is none, or it is the top."""
    here = folder.resolve()
    top = next((each for each in (here, *here.parents) if (each / ".git").exists()), here)
    return "".join(f"{printable(os.fsencode(part))}/" for part in here.relative_to(top).parts)


def _write_step_summary(report: ReportInput) -> None:
    """Put the report for people where GitHub Actions shows it, beside the annotations."""
    target = os.environ.get("GITHUB_STEP_SUMMARY")
    if not target:
        return
    try:
        with open(target, "ab") as stream:
            reporter("markdown").write(report, stream)
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror}", where="GITHUB_STEP_SUMMARY") from error


def _license_text(key: str) -> str:
    from licscan.detect.licensedb import license_text

    return license_text(key)
