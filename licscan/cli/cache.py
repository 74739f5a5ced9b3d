"""``licscan cache``: what is kept between runs, made ready or thrown away."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

from licscan.errors import ExitCode, UsageError

# Everything that licscan keeps in its folder, and nothing else: the folder may be one that the user shares with other things.
_OWN = re.compile(
    r"index-.*\.(bin|lock|seen)|licenses-.*\.json|results\.sqlite(-journal|-wal|-shm)?"
    r"|snapshots\.sqlite(-journal|-wal|-shm)?"
)
_cache_dir = click.option(
    "--cache-dir",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="LICSCAN_CACHE_DIR",
    help="Folder of the index and the result cache.",
)


@click.group("cache")
def command() -> None:
    """Tell what is kept between runs, make it ready, or throw it away."""


@command.command("info")
@_cache_dir
def info(cache_dir: Path | None) -> ExitCode:
    """Tell where the cache is and what it holds."""
    from licscan.app.run_options import cache_folder
    from licscan.cli import visible_message
    from licscan.detect.cache import FILE_NAME, ResultCache
    from licscan.detect.index import index_path

    folder = cache_folder(cache_dir)
    index = index_path(folder)
    click.echo(visible_message(f"folder   {folder}"))
    click.echo(
        f"index    {_size(index.stat().st_size)}, ready"
        if index.is_file()
        else "index    not built yet: it is built by the first scan, or by `licscan cache warm`"
    )
    if not (folder / FILE_NAME).is_file():
        click.echo("results  none")
    else:
        store = ResultCache(folder)
        held = store.info()
        store.close()
        click.echo(f"results  {_size(held.size)}, {held.entries:,} answers")
    others = [path for path in _files(folder) if path not in (index, folder / FILE_NAME)]
    if others:
        click.echo(f"other    {_size(sum(path.stat().st_size for path in others))} in {len(others)} files")
    return ExitCode.MET


@command.command("warm")
@_cache_dir
@click.option("--quiet", "-q", is_flag=True, help="Print nothing.")
@click.argument("repository", type=click.Path(path_type=Path, exists=True, file_okay=False), required=False)
def warm(repository: Path | None, cache_dir: Path | None, quiet: bool) -> ExitCode:
    """Build what the first scan would have to build: the licence index and the licence catalogue.

    Some 30 seconds, once for each version of ScanCode. With the index in place nothing is done.
    With REPOSITORY also what is checked out there is judged and remembered, so that the first commit is not the one that waits.
    """
    from licscan.app.run_options import cache_folder
    from licscan.cli.progress import progress_bars
    from licscan.detect.index import index_path, open_index
    from licscan.detect.licensedb import license_records

    folder = cache_folder(cache_dir)
    with progress_bars(quiet=quiet) as bars:
        license_records(folder)
        open_index(folder, bars)
        told = [f"the licence index is ready: {_size(index_path(folder).stat().st_size)}"]
        if repository is not None:
            from licscan.cli.remember import remember_head

            told.append(remember_head(repository, cache_dir, bars))
    if not quiet:
        click.echo("\n".join(told), err=True)
    return ExitCode.MET


@command.command("clear")
@_cache_dir
@click.option("--results", is_flag=True, help="Only the stored results; the index stays.")
def clear(cache_dir: Path | None, results: bool) -> ExitCode:
    """Throw away the stored results and the index. Nothing is lost but time."""
    from licscan.app.run_options import cache_folder

    folder = cache_folder(cache_dir)
    doomed = [path for path in _files(folder) if not results or ".sqlite" in path.name]
    freed = 0
    for path in doomed:
        freed += _told(path, lambda: path.stat().st_size)  # noqa: B023 called at once
        _told(path, path.unlink)
    click.echo(f"freed {_size(freed)}: {len(doomed)} files", err=True)
    return ExitCode.MET


def _files(folder: Path) -> Iterator[Path]:
    """Yield licscan's own files in ``folder``, sorted; links are left alone."""
    if folder.is_dir():
        for path in sorted(folder.iterdir()):
            if _OWN.fullmatch(path.name) and path.is_file() and not path.is_symlink():
                yield path


def _told(path: Path, act: Callable[[], Any]) -> Any:
    try:
        return act()
    except FileNotFoundError:
        return 0  # another process was quicker
    except OSError as error:
        raise UsageError(
            f"cannot be thrown away: {error.strerror}", where=str(path), hint="check who owns the folder"
        ) from error


def _size(count: int) -> str:
    return f"{count / 1_000_000:,.1f} MB" if count >= 100_000 else f"{count / 1000:,.1f} kB"
