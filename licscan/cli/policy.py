"""``licscan policy``: list, show and validate policies."""

from __future__ import annotations

import click

from licscan.errors import ExitCode, PolicyError


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
def validate(files: tuple[str, ...]) -> ExitCode:
    """Check policy files; every mistake is told with its line."""
    from licscan.cli import visible_message
    from licscan.policy.load import load_policy

    code = ExitCode.MET
    for file in files:
        try:
            policy = load_policy(file)
        except PolicyError as error:
            click.echo(visible_message(str(error)), err=True)
            code = error.exit_code
        else:
            click.echo(visible_message(f"{file}: valid, {len(policy.rules)} rules"))
    return code
