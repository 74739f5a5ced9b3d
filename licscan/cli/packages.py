"""``licscan packages``: what is known of packages in one file, to be used where there is no network."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from licscan.cli.options import running_options, selection_options
from licscan.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from licscan.component.package_store import KnownPackage, PackageStore

_file = click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
_output = click.option(
    "--output",
    "-o",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The store to write.",
)


@click.group("packages")
def command() -> None:
    """Collect what is known of packages in one file, look into it, and join such files."""


@command.command("fetch")
@click.argument("path", type=click.Path(path_type=Path), default=".")
@selection_options
@running_options
@_output
@click.option("--config", type=click.Path(path_type=Path, dir_okay=False), help="Configuration file to use.")
@click.option("--no-config", is_flag=True, help="Use no configuration file.")
@click.option("--quiet", "-q", is_flag=True, help="Print no progress and no summary.")
def fetch(path: Path, output: Path, **given: Any) -> ExitCode:
    """Query the registries for the dependencies of PATH, as `scan --online` does, and write what is known of them to FILE.

    The exit code is 0, or 3 where dependencies stayed unresolved.
    """
    from licscan.app.run_options import JudgementOptions, RunOptions, own_files, settings_for
    from licscan.app.wiring import build_parts
    from licscan.cli.progress import progress_bars
    from licscan.component.package_store import packages_of
    from licscan.config.rebase import excluded
    from licscan.core.component import ComponentKind
    from licscan.core.text import plural
    from licscan.pipeline.run import scan
    from licscan.select import WalkOptions
    from licscan.util.output_record import written_below

    settings = settings_for(path, JudgementOptions(config=given["config"], no_config=given["no_config"]))
    options = WalkOptions(
        exclude=excluded(settings, given["exclude"]),
        below=settings.below,
        all_files=given["all_files"],
        installed_files=given["installed"] == "files",
    )
    asked = {"online": True, "legal_texts": True, "copyrights": True}
    with progress_bars(quiet=given["quiet"]) as bars, build_parts(RunOptions.of(given | asked), bars) as parts:
        inventory = scan(
            path, options, parts, own_files=own_files(settings, path), own_outputs=written_below(path), progress=bars
        )
    packages = [item for item in inventory.components if item.kind is ComponentKind.PACKAGE]
    count = _write(output, packages_of(packages, inventory.legal_texts or (), inventory.run.started[:10]))
    missing = sum(item.unresolved for item in packages)
    if not given["quiet"]:
        left = f"; {plural(missing, 'dependency', 'dependencies')} unresolved" if missing else ""
        click.echo(f"{output}: {plural(count, 'package')}{left}", err=True)
    return ExitCode.INCOMPLETE if missing else ExitCode.MET


@command.command("list")
@_file
def list_(file: Path) -> ExitCode:
    """List the packages in FILE with their licences."""
    from licscan.core.text import one_line, visible

    with _opened(file) as store:
        for known in store.packages():
            licences = sorted({item.expression or item.raw for item in known.claims}) or ["none stated"]
            click.echo(f"{visible(known.purl)}  {one_line('; '.join(licences))}")
    return ExitCode.MET


@command.command("show")
@_file
@click.argument("purl")
def show(file: Path, purl: str) -> ExitCode:
    """Show what FILE holds of the package PURL: claims with origin and date, holders and legal texts."""
    from licscan.core.text import one_line, visible

    with _opened(file) as store:
        found = store.named(purl)
        if not found:
            raise UsageError(f"holds nothing of {purl}", where=str(file), hint=f"`licscan packages list {file}`")
        for known in found:
            click.echo(visible(f"{known.purl}  {known.digest or 'without digest'}"))
            for claim in known.claims:
                words = f", written {one_line(claim.raw)!r}" if claim.raw and claim.raw != claim.expression else ""
                stated = one_line(claim.expression or "not understood")
                click.echo(f"  {claim.source}: {stated}{words} ({one_line(claim.origin)}, {visible(claim.day)})")
            for holder in known.holders:
                click.echo(f"  holder: {one_line(holder)}")
            for text in known.texts:
                click.echo(f"  {text.kind}: {one_line(text.path)}, {len(text.words):,} characters")
    return ExitCode.MET


@command.command("merge")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@_output
def merge(files: tuple[Path, ...], output: Path) -> ExitCode:
    """Write what all FILES hold to one store. A statement that several have is written once, with the date of the first."""

    def packages() -> Iterator[KnownPackage]:
        for file in files:
            with _opened(file) as store:
                yield from store.packages()

    count = _write(output, packages())
    click.echo(f"{output}: {count:,} packages", err=True)
    return ExitCode.MET


@command.command("export")
@_file
def export(file: Path) -> ExitCode:
    """Print all that FILE holds as JSON, one package a line."""
    import msgspec

    with _opened(file) as store:
        for known in store.packages():
            click.echo(json.dumps(msgspec.to_builtins(known)))
    return ExitCode.MET


@contextmanager
def _opened(file: Path) -> Iterator[PackageStore]:
    from licscan.component.package_store import PackageStore

    store = PackageStore(file)
    try:
        yield store
    finally:
        store.close()


def _write(output: Path, packages: Iterable[KnownPackage]) -> int:
    """Write the store beside, and put it in place when it is whole."""
    from licscan.component.package_store import write_store
    from licscan.util.output_file import write_file

    with tempfile.TemporaryDirectory(prefix="licscan-") as folder:
        made = Path(folder, "packages.sqlite")
        count = write_store(made, packages)

        def copy(stream: BinaryIO) -> None:
            with made.open("rb") as source:
                shutil.copyfileobj(source, stream)

        write_file(output, copy)
    return count
