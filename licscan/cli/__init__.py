"""The command line: one module per user job, loaded when its command is called."""

from __future__ import annotations

import errno
import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click

from licscan import __version__
from licscan.collector import seldom_collect
from licscan.core.text import plain_message, visible
from licscan.errors import ExitCode, LicscanError

COMMANDS = {
    "scan": "licscan.cli.scan",
    "check": "licscan.cli.check",
    "audit": "licscan.cli.audit",
    "report": "licscan.cli.report",
    "notice": "licscan.cli.notice",
    "policy": "licscan.cli.policy",
    "licenses": "licscan.cli.licenses",
    "cache": "licscan.cli.cache",
    "init": "licscan.cli.init",
    "explain": "licscan.cli.explain",
    "diff": "licscan.cli.diff",
}


# A disk or a quota that is full, a device that fails: no fault of ours, and no verdict.
_FULL = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EIO))


class LazyGroup(click.Group):
    """Imports a command's module only when that command is called, so that ``--help`` stays quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(COMMANDS[cmd_name]).command
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, package_name="licscan", message="licscan %(version)s")
def licscan() -> None:
    """May we ship this codebase, and what do we owe?

    Finds every licence with ScanCode's detection, applies a policy, and writes a CycloneDX SBOM and a compliance report.

    Exit codes: 0 the policy is met, 1 it is violated, 2 wrong usage, 3 incomplete, 130 interrupted.
    """


def run(arguments: Sequence[str] | None = None) -> ExitCode:
    """Run one command and return its exit code: the single place where errors become messages."""
    try:
        result: Any = licscan.main(
            args=list(arguments) if arguments is not None else None, prog_name="licscan", standalone_mode=False
        )
        sys.stdout.flush()
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return ExitCode.INTERRUPTED
    except click.ClickException as error:
        error.show()
        return ExitCode.USAGE
    except LicscanError as error:
        error.where = _from_here(error.where)
        click.echo(f"licscan: {visible_message(str(error))}", err=True)
        return error.exit_code
    except (BrokenPipeError, SystemExit):
        # Click answers a closed pipe with exit(1), which would read as "violated"; whoever closed it wants no message.
        _forget_standard_output()
        return ExitCode.INCOMPLETE
    except OSError as error:
        if error.errno not in _FULL:
            _tell_of_a_bug(error)
        else:
            _forget_standard_output()
            place = f"{error.filename}: " if error.filename else ""
            click.echo(f"licscan: {visible_message(place)}cannot be written: {error.strerror}", err=True)
        return ExitCode.INCOMPLETE
    except Exception as error:  # noqa: BLE001 the boundary: a bug must never end in 1, which says "violated"
        _tell_of_a_bug(error)
        return ExitCode.INCOMPLETE
    return ExitCode(result) if isinstance(result, int) else ExitCode.MET


def main() -> None:
    """Entry point of the ``licscan`` command."""
    seldom_collect()
    _have_standard_streams()
    code = run()
    try:
        sys.stdout.flush()
    except OSError:  # told already, or nobody listens any more
        _forget_standard_output()
    gc.freeze()  # the process ends: nothing is to be gained from looking for cycles among all that was found
    sys.exit(int(code))


def _have_standard_streams() -> None:
    """Whoever closed one wants nothing of it; a verdict must not end in a traceback for that, nor a file take its number."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115  as long as the process lives


def _from_here(where: str | None) -> str | None:
    """Name a place below the working folder from there: shorter, and the same on every machine."""
    try:
        here = os.getcwd().rstrip(os.sep) + os.sep
    except FileNotFoundError:  # the folder was removed
        return where
    return where.removeprefix(here) if where else where


def visible_message(text: str) -> str:
    """Keep line breaks, show every other control character as an escape: messages quote the scanned tree."""
    return visible(text, newlines=True)


def _tell_of_a_bug(error: Exception) -> None:
    import traceback

    click.echo(visible_message("".join(traceback.format_exception(error))), err=True)
    click.echo(
        f"licscan: internal error: {plain_message(str(error)) or type(error).__name__}\n"
        f"  This is a bug in licscan {__version__}, not a verdict. Please report it with the lines above.",
        err=True,
    )


def _forget_standard_output() -> None:
    """Let the interpreter's last flush go nowhere instead of failing once more."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, sys.stdout.fileno())
