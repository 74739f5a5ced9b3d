"""``licscan explain``: why a file, a component or a licence is judged as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from licscan.app.run_options import JudgementOptions, RunOptions, cache_folder, policy_for, settings_for
from licscan.cli.options import judgement_options, running_options
from licscan.config.discovery import config_folder
from licscan.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from licscan.config.settings import Settings
    from licscan.core.result import Audit, Inventory
    from licscan.policy.settle import Home

_PLACE = re.compile(r"(?P<path>.+?):(?P<line>\d+)(?:-\d+)?", re.DOTALL)


@click.command("explain")
@click.argument("what", required=False)
@click.option("--licence", "--license", "license_id", metavar="ID", help="Explain this licence.")
@click.option("--component", metavar="NAME", help="Explain this component: its name, purl or folder.")
@click.option(
    "--root",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="The tree [default: the repository around here].",
)
@click.option("--waiver", is_flag=True, help="Print the [[waiver]] for each finding about it, to complete and add.")
@click.option(
    "--curation", is_flag=True, help="Print the [[curation]] for what is detected in FILE, to complete and add."
)
@judgement_options
@running_options
def command(
    what: str | None, license_id: str | None, component: str | None, root: Path | None, **given: Any
) -> ExitCode:
    """Say why: WHAT is FILE, FILE:LINE, or a licence's id (by ScanCode's key or SPDX); an existing file comes first.

    With --waiver or --curation nothing but what licscan.toml needs is printed: add it there, and fill in what is empty.
    """
    if sum(each is not None for each in (what, license_id, component)) != 1:
        raise UsageError(
            "one thing is explained at a time", where="licscan explain", hint="give a file, a licence or a component"
        )
    from licscan.cli.explain_license import license_lines

    target = _file(what) if what else None
    if component is not None or target is not None:
        from licscan.cli.explain_settle import Asked, settling_lines
        from licscan.cli.explain_tree import component_lines, file_lines

        place = target[0] if target else Path()
        folder = root or _root(place)
        settings = settings_for(folder, JudgementOptions.of(given))
        inventory, audit = _judged(folder, settings, component, given)
        path, line = (_relative(target[0], folder), target[1]) if target else (None, None)
        if given["waiver"] or given["curation"]:
            asked = Asked(component=component, path=path, line=line, home=_home(settings))
            lines = settling_lines(inventory, audit, asked, given)
        elif path is None:
            lines = component_lines(inventory, audit, component or "")
        else:
            lines = file_lines(inventory, audit, path, line)
    elif given["waiver"] or given["curation"]:
        raise UsageError("a licence is no finding", where="licscan explain", hint="name a file or a --component")
    else:
        lines = license_lines(license_id or what or "", cache_folder(given["cache_dir"]))
    _print(lines)
    return ExitCode.MET


def _print(lines: Iterator[str]) -> None:
    for line in lines:
        click.echo(line.encode("utf-8", "backslashreplace").decode())


def _file(what: str) -> tuple[Path, int | None] | None:
    """The file and line that are meant, if there is such a file: seen from here, else from the repository's top, as ``check``
    prints it of a change."""
    here = Path().absolute()
    top = next((folder for folder in here.parents if (folder / ".git").exists()), None)
    for folder in (Path(), *([top] if top and not (here / ".git").exists() else [])):
        if (folder / what).is_file():
            return folder / what, None
        place = _PLACE.fullmatch(what)
        if place and (folder / place["path"]).is_file():
            if not int(place["line"]):
                raise UsageError("lines count from 1", where=what, hint="name the line as check prints it")
            return folder / place["path"], int(place["line"])
    if Path(what).is_dir():
        raise UsageError("this is a folder", where=what, hint="name a file in it, or use --component or --licence")
    return None


def _root(place: Path) -> Path:
    """The tree that a file is judged in: its repository, else the folder that the configuration is in, else here."""
    start = place.absolute().parent if place != Path() else Path().absolute()
    found = next((folder for folder in (start, *start.parents) if (folder / ".git").exists()), None)
    if found is not None:
        return found
    here = Path().absolute()
    return here if here == start or here in start.parents else config_folder(start)


def _relative(file: Path, root: Path) -> str:
    whole = file.absolute().parent.resolve() / file.name
    try:
        return (
            whole.relative_to(root.resolve())
            .as_posix()
            .encode("utf-8", "surrogateescape")
            .decode("utf-8", "backslashreplace")
        )
    except ValueError as error:
        raise UsageError("this file is outside the tree", where=str(file), hint="name its tree with --root") from error


def _home(settings: Settings) -> Home:
    """Where decisions are written: in the configuration that is read here, which may be a manifest, or stand above."""
    from licscan.policy.settle import Home

    in_manifest = settings.source is not None and settings.source.name == "pyproject.toml"
    return Home(table="tool.licscan." if in_manifest else "", below=settings.below)


def _judged(folder: Path, settings: Settings, component: str | None, given: dict[str, Any]) -> tuple[Inventory, Audit]:
    from licscan.app.run_options import DEFAULT_MAX_FILE_SIZE, DEFAULT_TIMEOUT, own_files
    from licscan.app.wiring import build_parts
    from licscan.cli.progress import progress_bars
    from licscan.gate.run import ROOT_NAME
    from licscan.pipeline.run import judge, scan
    from licscan.select import WalkOptions
    from licscan.util.output_record import written_below

    given = {**given, "max_file_size": DEFAULT_MAX_FILE_SIZE, "timeout": DEFAULT_TIMEOUT}
    with (
        progress_bars(quiet=False) as bars,
        build_parts(RunOptions.of(given), bars) as parts,
    ):
        options = WalkOptions(exclude=settings.exclude, below=settings.below)
        # A project whose manifests do not name it is called by its folder in a scan, and by no machine's name in a check.
        name = folder.name if component == folder.name else ROOT_NAME
        inventory = scan(
            folder,
            options,
            parts,
            own_files=own_files(settings, folder),
            own_outputs=written_below(folder),
            root_name=name,
            progress=bars,
        )
        return inventory, judge(inventory, parts.catalogue, policy_for(settings), settings.facts, settings.decisions)
