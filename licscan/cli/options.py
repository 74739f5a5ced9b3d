"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from licscan.app.run_options import DEFAULT_MAX_FILE_SIZE, DEFAULT_TIMEOUT

Command = TypeVar("Command", bound=Callable[..., Any])


def _all(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    def decorate(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def _size(_context: click.Context, _parameter: click.Parameter, value: str | None) -> int:
    """Read ``10MB``, ``512k`` or a number of bytes."""
    if value is None:
        return DEFAULT_MAX_FILE_SIZE
    text = value.strip().lower().removesuffix("b").removesuffix("i")
    factor = {"k": 1024, "m": 1024**2, "g": 1024**3}.get(text[-1:], 1)
    digits = text[:-1] if factor > 1 else text
    if not digits.isdecimal():
        raise click.BadParameter(f"{value!r} is no size; write 10MB, 512k or a number of bytes")
    return int(digits) * factor


judgement_options = _all(
    click.option("--policy", metavar="NAME|FILE", help="Ready-made policy or a policy file [default: default]."),
    click.option("--fact", "facts", multiple=True, metavar="NAME=VALUE", help="A fact about the product; repeatable."),
    click.option(
        "--fail-on", type=click.Choice(["deny", "review"]), help="What violates the policy, instead of its own setting."
    ),
    click.option(
        "--accept-unresolved", is_flag=True, help="Unresolved dependencies are reported, and leave the scan complete."
    ),
    click.option("--config", type=click.Path(path_type=Path, dir_okay=False), help="Configuration file to use."),
    click.option("--no-config", is_flag=True, help="Use no configuration file."),
)

selection_options = _all(
    click.option(
        "--exclude", multiple=True, metavar="GLOB", help="Leave out what matches (as in .gitignore); repeatable."
    ),
    click.option("--all-files", is_flag=True, help="Scan exactly the files that ScanCode scans."),
    click.option(
        "--installed",
        type=click.Choice(["metadata", "files"]),
        default="metadata",
        show_default=True,
        help="What to read of installed packages.",
    ),
    click.option("--max-file-size", callback=_size, metavar="SIZE", help="Largest text of one file [default: 10MB]."),
    click.option(
        "--timeout",
        type=click.FloatRange(min=0.1),
        default=DEFAULT_TIMEOUT,
        show_default=True,
        metavar="SECONDS",
        help="Longest time for one file.",
    ),
)

deeper_options = _all(
    click.option(
        "--archives", is_flag=True, help="Scan the content of jars, wheels, zips, tarballs and Debian packages too."
    ),
    click.option(
        "--online",
        is_flag=True,
        help="Query the registries of your package clients for licences that nothing in the tree states.",
    ),
    click.option(
        "--online-sources", is_flag=True, help="Fetch the packages' archives from there, and scan their files too."
    ),
    click.option(
        "--packages",
        multiple=True,
        type=click.Path(path_type=Path, exists=True),
        metavar="FILE",
        help="Licence store (see `licscan packages`), or curations of ClearlyDefined or ORT, to take licences of packages from; repeatable.",
    ),
)

running_options = _all(
    click.option("--jobs", "-j", type=click.IntRange(min=1), help="Processes to use [default: one per processor]."),
    click.option(
        "--cache-dir",
        type=click.Path(path_type=Path, file_okay=False),
        envvar="LICSCAN_CACHE_DIR",
        help="Folder of the index and the result cache.",
    ),
    click.option("--no-cache", is_flag=True, help="Store and use no results (the index stays)."),
)

output_options = _all(
    click.option(
        "--output",
        "-o",
        "outputs",
        multiple=True,
        metavar="FORMAT[=FILE]",
        help="What to write; repeatable; no file or - is standard output.",
    ),
    click.option("--validate", is_flag=True, help="Check what is written with the strict (slow) validators."),
    click.option("--quiet", "-q", is_flag=True, help="Print no summary and no progress."),
    click.option("--verbose", "-v", is_flag=True, help="Print every finding, and what was left out."),
)
