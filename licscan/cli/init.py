"""``licscan init``: the first configuration, and the hook."""

from __future__ import annotations

import os
from pathlib import Path

import click

from licscan.errors import ExitCode, UsageError

CONFIGURATION = """\
# What licscan reads in this repository. Every setting: docs/configuration.md of licscan.

# A ready-made policy (`licscan policy list` names them), or a file: "policies/ours.yaml", relative to this one.
policy = "default"

# The licence under which the project itself goes out, as an SPDX expression; "LicenseRef-Proprietary" for a closed one.
# outbound = "Apache-2.0"

# What is not scanned, written as in .gitignore.
# exclude = ["docs/screenshots/", "*.min.js"]

# What violates the policy, instead of its own setting: "deny", or "review" for everything that is to be looked at too.
# fail_on = "review"

# What licence terms ask about the product. What is not declared is asked for by name, and never taken for "no".
[facts]
# distribution = "binary"        # none, internal, saas, binary or source
# commercial = true
# linking = "static"             # static or dynamic
# modified = false               # whether third-party code was changed
# monthly_active_users = 120_000
# monthly_active_users_at = "120000@2023-07-18"   # some licences count at the model's release
# annual_revenue_usd = 2_000_000
# attributable_revenue_usd = 0   # earned with the model
# languages = ["en"]
# regions = ["DE"]
# uses = ["search"]
# trains_other_models = false    # whether a model, or what it puts out, improves another one
# commercial_licences = ["pkg:npm/example-grid", "LicenseRef-Example"] # packages or licences of which a commercial licence is held
# separate_programs = ["busybox", "dnsmasq"] # packages of an image that run on their own beside the product
# linked_programs = ["libexample"] # packages of an image that the product is linked with
# accepted = ["falcon-royalty"]  # terms that somebody looked at and accepted

# What is stated of single components, where it differs from the product.
# [[usage]]
# component = "pkg:pypi/six"
# linking = "dynamic"            # any of distribution, linking and modified
# by = "J. Doe, head of development"
# comment = "Taken as released."

# A finding that somebody answers for, until a date. `licscan check --verbose` prints the digest of the evidence.
# [[waiver]]
# path = "vendor/parser.c"
# reason = "separate-licence"    # own-code, separate-licence, not-distributed, terms-met, legal-approval,
#                                # replacement-planned or risk-accepted
# comment = "Bought from its authors, contract 12."
# by = "legal@example.com"
# expires = 2027-06-30
# approved = "GPL-2.0-only"
# evidence = "0123456789abcdef"

# A detection that is wrong, and what the file really says ("none" for nothing).
# [[curation]]
# path = "docs/licences.md"
# detected = "GPL-2.0-only"
# concluded = "none"
# why = "A list of what others use."
# by = "legal@example.com"
"""

HOOK = """\
#!/bin/sh
# Checks the licences of what is about to be committed. To commit without it: git commit --no-verify
exec licscan check --staged
"""


@click.command("init")
@click.option("--hook", is_flag=True, help="Also make git run `licscan check --staged` before each commit.")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False), default=".")
def command(folder: Path, hook: bool) -> ExitCode:
    """Write a commented licscan.toml into FOLDER, and with --hook a commit hook. Nothing that exists is overwritten."""
    from licscan.config.settings import CONFIG_NAME

    target = folder / CONFIG_NAME
    # The hook first: when it cannot be had, nothing was done.
    hook_file = _hook_file(folder) if hook else None
    existing = _existing(folder)
    if existing is not None and hook_file is None:
        raise UsageError(
            "it exists already, and was left as it is",
            where=str(existing),
            hint="change it by hand, or move it away first",
        )
    if existing is None:
        _create(target, CONFIGURATION, 0o666)
        click.echo(f"wrote {target}", err=True)
    if hook_file is not None:
        _create(hook_file, HOOK, 0o777)
        click.echo("wrote the commit hook: `licscan cache warm .` makes it quick from the first commit on", err=True)
    return ExitCode.MET


def _existing(folder: Path) -> Path | None:
    """The configuration that holds in ``folder`` by now; a licscan.toml beside ``[tool.licscan]`` would put that out of force."""
    from licscan.config.settings import CONFIG_NAME, load_settings

    target = folder / CONFIG_NAME
    return target if os.path.lexists(target) else load_settings(folder).source


def _hook_file(folder: Path) -> Path:
    """Where git looks for the hook. Raises ``UsageError`` where there is one already, or where it lies outside the repository."""
    from licscan.select.git import Repository
    from licscan.select.git.hooks import hook_place

    repository = Repository(folder)
    path = hook_place(repository.place, "pre-commit")
    if os.path.lexists(path):
        raise UsageError(
            "there is a commit hook already",
            where=str(path),
            hint="let it run `licscan check --staged`, or use pre-commit: see docs/ci.md",
        )
    return path


def _create(path: Path, text: str, mode: int) -> None:
    """Create ``path``; never over what exists, a dangling link included."""
    try:
        path.parent.mkdir(exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror}", where=str(path)) from error
    with open(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
