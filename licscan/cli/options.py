"""Options that several commands share, and what becomes of them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from msgspec import Struct
from msgspec.structs import replace

from licscan.inside import is_file_inside
from licscan.settings import Settings, has_settings, load_settings, with_facts

if TYPE_CHECKING:
    from licscan.policy.schema import Policy

Command = TypeVar("Command", bound=Callable[..., Any])

# Ten megabytes of extracted text, as the documentation promises.
DEFAULT_MAX_FILE_SIZE = 10 * 1024 * 1024
DEFAULT_TIMEOUT = 120.0


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
    click.option("--all-files", is_flag=True, help="Look at exactly the files that ScanCode looks at."),
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
    click.option("--archives", is_flag=True, help="Look into jars, wheels, zips, tarballs and Debian packages too."),
    click.option("--online", is_flag=True, help="Ask pip and npm for licences that nothing in the tree tells."),
    click.option(
        "--online-sources", is_flag=True, help="Fetch packages with pip and npm, and look into their files too."
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


class Output(Struct, frozen=True, kw_only=True):
    """One ``-o``: ``path`` is ``None`` for standard output."""

    format: str
    version: str | None
    path: Path | None

    @classmethod
    def parse(cls, text: str) -> Output:
        name, _, target = text.partition("=")
        format_name, _, version = name.partition("@")
        return cls(
            format=format_name.strip(),
            version=version.strip() or None,
            path=Path(target) if target not in ("", "-") else None,
        )


def settings_for(target: Path, given: dict[str, Any], *, home: Path | None = None) -> Settings:
    """Return the settings that hold for ``target``: configuration first, options on top. The configuration is looked for
    from ``target`` upwards, in ``home`` alone where one is given."""
    if given["no_config"] or given["config"]:
        settings = Settings() if given["no_config"] else load_settings(Path(), given["config"])
    else:
        from licscan.subfolder import seen_from

        home = home or config_folder(target)
        settings = seen_from(load_settings(home), home, start_of(target))
    if given["policy"]:
        settings = replace(settings, policy=given["policy"], policy_root=None)
    if given["fail_on"]:
        settings = replace(settings, fail_on=given["fail_on"])
    if given.get("accept_unresolved"):
        settings = replace(settings, accept_unresolved=True)
    return with_facts(settings, given["facts"])


def policy_for(settings: Settings) -> Policy:
    """Return the policy that the settings name, failing on what they say it fails on."""
    from licscan.core.result import Completeness
    from licscan.policy.load import failing_on, load_policy

    policy = replace(load_policy(settings.policy, root=settings.policy_root), below=settings.below)
    if settings.accept_unresolved:
        policy = replace(policy, unresolved=Completeness.REPORTED)
    return failing_on(policy, settings.fail_on) if settings.fail_on else policy


def config_folder(target: Path) -> Path:
    """Where the configuration of ``target`` is looked for: the nearest folder upwards, within its repository, that has one,
    else one that has a baseline."""
    start = start_of(target)
    chain = [start]
    if not (start / ".git").exists():
        repository = next((folder for folder in start.parents if (folder / ".git").exists()), None)
        if repository is not None:
            chain += [folder for folder in start.parents if folder == repository or repository in folder.parents]
    with_baseline = (folder for folder in chain if is_file_inside(folder, "licscan-baseline.json"))
    return next((folder for folder in chain if has_settings(folder)), None) or next(with_baseline, chain[0])


def start_of(target: Path) -> Path:
    """The folder that the paths of a result count from, resolved: ``target``, or the one that it is in."""
    return (target if target.is_dir() else target.parent).resolve()


def cache_folder(given: Path | None) -> Path:
    """The folder of the index and the result cache: the option, ``LICSCAN_CACHE_DIR``, or the user's cache folder."""
    if given is not None:
        return given
    import platformdirs

    from licscan.errors import UsageError

    try:
        folder = Path(platformdirs.user_cache_dir("licscan", appauthor=False))
    except RuntimeError:  # an unknown user, and no HOME
        folder = Path("~")
    if not folder.is_absolute():  # older releases of platformdirs leave the tilde in
        raise UsageError(
            "the user has no home folder for the cache",
            where="HOME",
            hint="set HOME to a folder, or name the cache's folder with --cache-dir or LICSCAN_CACHE_DIR",
        )
    return folder


def by_pre_commit() -> bool:
    """Whether pre-commit called this process."""
    return bool(os.environ.get("PRE_COMMIT"))


def job_count(given: int | None) -> int:
    """The processes to use: those asked for, else as many as this process may run on."""
    if given is not None:
        return given
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
