"""``licscan policy``: list, show and validate policies."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from licscan.cli import visible_message
from licscan.errors import ExitCode, PolicyError

if TYPE_CHECKING:
    from licscan.policy.fields import Problem
    from licscan.policy.schema import Policy


@click.group("policy")
def command() -> None:
    """List, show and validate policies."""


@command.command("list")
def list_policies() -> ExitCode:
    """List the ready-made policies."""
    from licscan.policy.load import ready_made

    policies = ready_made()
    width = max(len(policy.name) for policy in policies)
    for policy in policies:
        click.echo(f"{policy.name:<{width}}  {policy.title}")
    return ExitCode.MET


@command.command("show")
@click.argument("name")
def show(name: str) -> ExitCode:
    """Print the file of the ready-made policy NAME, comments included, to copy and change."""
    from licscan.policy.load import policy_text

    click.echo(policy_text(name), nl=False)
    return ExitCode.MET


@command.command("validate")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--cache-dir",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="LICSCAN_CACHE_DIR",
    help="Folder of the licence catalogue.",
)
def validate(files: tuple[str, ...], cache_dir: Path | None) -> ExitCode:
    """Check policy files; every mistake is told with its line, a licence or term that does not exist too."""
    from licscan.policy.load import load_policy

    code = ExitCode.MET
    for file in files:
        try:
            policy = load_policy(file)
        except PolicyError as error:
            click.echo(visible_message(str(error)), err=True)
            code = error.exit_code
            continue
        unknown = _unknown_words(policy, cache_dir)
        for problem in unknown:
            click.echo(
                visible_message(
                    f"{file}:{problem.line}: {problem.what}" + (f"\n  {problem.hint}" if problem.hint else "")
                ),
                err=True,
            )
        if unknown:
            code = ExitCode.USAGE
        else:
            click.echo(visible_message(f"{file}: valid, {len(policy.rules)} rules"))
    return code


def _unknown_words(policy: Policy, cache_dir: Path | None) -> tuple[Problem, ...]:
    from licscan.app.wiring import load_catalogue
    from licscan.modellicense.terms import model_terms
    from licscan.policy.vocabulary import unknown_words

    catalogue = load_catalogue(cache_dir)
    names = {
        name for record in catalogue.names.records.values() for name in (record.key, record.spdx, *record.other_spdx)
    }
    names |= {name for entry in model_terms() for name in (entry.id, *entry.ids)}
    return unknown_words(policy, names, catalogue.terms)
