"""The command line: one module per user job, loaded when its command is called."""

from __future__ import annotations

import errno
import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, TextIO

import click

from licscan import __version__
from licscan.cli.stopping import private_temporary_folder, stop_on_signals
from licscan.cli.streams import nobody_reads, open_missing_descriptors, standard_output_problem, survive_failures
from licscan.core.text import plain_message, visible
from licscan.errors import ExitCode, LicscanError
from licscan.util.garbage_collection import seldom_collect

COMMANDS = {
    "scan": "licscan.cli.scan",
    "check": "licscan.cli.check",
    "audit": "licscan.cli.audit",
    "report": "licscan.cli.report",
    "notice": "licscan.cli.notice",
    "policy": "licscan.cli.policy",
    "licenses": "licscan.cli.licenses",
    "models": "licscan.cli.models",
    "facts": "licscan.cli.facts",
    "packages": "licscan.cli.packages",
    "checklist": "licscan.cli.checklist",
    "cache": "licscan.cli.cache",
    "init": "licscan.cli.init",
    "explain": "licscan.cli.explain",
    "diff": "licscan.cli.diff",
}


# A disk or a quota that is full, a device that fails: no fault of ours, and no verdict.
_FULL = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EFBIG))


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
    """May we ship this codebase, and under which obligations?

    Finds every licence with ScanCode's detection, applies a policy, and writes a CycloneDX SBOM and a compliance report.

    Exit codes: 0 the policy is met, 1 it is violated, 2 wrong usage, 3 incomplete or failed, 130 interrupted.
    """


def run(arguments: Sequence[str] | None = None) -> ExitCode:
    """Run one command and return its exit code: the single place where errors become messages."""
    try:
        result: Any = licscan.main(
            args=list(arguments) if arguments is not None else None, prog_name="licscan", standalone_mode=False
        )
        sys.stdout.flush()
    except BaseException as error:  # noqa: BLE001 the boundary: nothing but a violation may end in 1
        return _report(error)
    return ExitCode(result) if isinstance(result, int) else ExitCode.MET


def _report(error: BaseException) -> ExitCode:
    """Write the message of ``error``, where somebody can be reached, and return the code that it ends in."""
    code, message = _explain(error)
    if isinstance(error, (BrokenPipeError, SystemExit)) or _is_full(error):
        _forget(sys.stdout)
    if message:
        try:
            click.echo(message, err=True)
        except (OSError, ValueError):  # nobody can be told; the code stands
            _forget(sys.stderr)
    return code


def _explain(error: BaseException) -> tuple[ExitCode, str]:
    if isinstance(error, (click.Abort, KeyboardInterrupt)):
        return ExitCode.INTERRUPTED, "interrupted"
    if isinstance(error, click.ClickException):
        return ExitCode.USAGE, _usage_message(error)
    if isinstance(error, LicscanError):
        error.where = _from_here(error.where)
        return error.exit_code, f"licscan: {visible_message(str(error))}"
    if isinstance(error, (BrokenPipeError, SystemExit)):
        # Click answers a closed pipe with exit(1), which would read as "violated"; whoever closed it wants no message.
        return ExitCode.INCOMPLETE, ""
    if isinstance(error, OSError) and _is_full(error):
        place = f"{error.filename}: " if error.filename else ""
        return ExitCode.INCOMPLETE, f"licscan: {visible_message(place)}cannot be written: {error.strerror}"
    if isinstance(error, FileNotFoundError) and not _has_working_folder():
        hint = "change to a folder that exists"
        return ExitCode.USAGE, f"licscan: the working directory no longer exists\n  {hint}"
    return ExitCode.INCOMPLETE, _bug_message(error)


def _has_working_folder() -> bool:
    try:
        os.getcwd()
    except OSError:
        return False
    return True


def _is_full(error: BaseException) -> bool:
    return isinstance(error, OSError) and error.errno in _FULL


def _usage_message(error: click.ClickException) -> str:
    """Return what ``error.show()`` would print, with control characters shown."""
    context = getattr(error, "ctx", None)
    lines = [f"Error: {error.format_message()}"]
    if context is not None:
        help_option = context.help_option_names[0] if context.help_option_names else "--help"
        lines = [context.get_usage(), f"Try '{context.command_path} {help_option}' for help.", "", *lines]
    return visible_message("\n".join(lines))


def main() -> None:
    """Entry point of the ``licscan`` command."""
    seldom_collect()
    code = ExitCode.INCOMPLETE
    try:
        open_missing_descriptors()
        survive_failures()
        stop_on_signals()
        with private_temporary_folder():
            code = run()
        code = _with_output_problem(code)
    except KeyboardInterrupt:
        code = ExitCode.INTERRUPTED
    except BaseException as error:  # noqa: BLE001 Python itself would end in 1
        code = _report(error)
    gc.freeze()  # the process ends: nothing is to be gained from looking for cycles among all that was found
    sys.exit(int(code))


def _with_output_problem(code: ExitCode) -> ExitCode:
    """Return ``code``, or ``INCOMPLETE`` where standard output did not take all that a successful command wrote."""
    sys.stdout.flush()
    problem = standard_output_problem()
    if problem is None:
        return code
    if not nobody_reads(problem):
        click.echo(f"licscan: standard output: cannot be written: {problem.strerror}", err=True)
    return ExitCode.INCOMPLETE if code is ExitCode.MET else code


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


def _bug_message(error: BaseException) -> str:
    import traceback

    return (
        f"{visible_message(''.join(traceback.format_exception(error)))}\n"
        f"licscan: internal error: {plain_message(str(error)) or type(error).__name__}\n"
        f"  This is a bug in licscan {__version__}, not a verdict. Please report it with the lines above."
    )


def _forget(stream: TextIO) -> None:
    """Let the interpreter's last flush of ``stream`` go nowhere instead of failing once more."""
    try:
        number = stream.fileno()
    except (OSError, ValueError):  # a stream in memory
        return
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, number)
    os.close(null)
