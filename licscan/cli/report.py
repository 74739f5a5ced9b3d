"""``licscan report``: render a stored result, perhaps under another policy, without a scan."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from msgspec.structs import replace

from licscan.app.run_options import Output, policy_for
from licscan.app.stored_results import read_result
from licscan.cli.options import judgement_options, output_options
from licscan.config.settings import Settings, load_settings, with_facts
from licscan.core.result import Audit
from licscan.document import Document
from licscan.errors import ExitCode, UsageError


@click.command("report")
@click.argument("result", type=click.Path(path_type=Path, dir_okay=False))
@judgement_options
@output_options
@click.option(
    "--cache-dir",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="LICSCAN_CACHE_DIR",
    help="Folder of the licence catalogue.",
)
def command(result: Path, **given: Any) -> ExitCode:
    """Render the stored RESULT (result.json) in other formats, or judge it again.

    It is judged again when --policy, --fact, --fail-on or --config is given; otherwise the stored verdict is rendered.
    """
    from licscan.cli.write import exit_code, write_all

    document = read_result(result)
    inventory, audit = document.inventory, document.audit
    if any(given[name] for name in ("policy", "facts", "fail_on", "accept_unresolved", "config")):
        audit = _judge_again(document, result, given)
    outputs = tuple(Output.parse(text) for text in given["outputs"])
    write_all(inventory, audit, outputs, given)
    return exit_code(audit)


def _judge_again(document: Document, result: Path, given: dict[str, Any]) -> Audit:
    from licscan.app.wiring import load_catalogue
    from licscan.pipeline.run import judge
    from licscan.policy.load import READY_MADE

    stored = Settings(policy=document.audit.policy.name, facts=document.audit.facts)
    settings = load_settings(Path(), given["config"]) if given["config"] else stored
    if settings is stored and not given["policy"] and stored.policy not in READY_MADE:
        # The name is whatever stands in the result: it must not be taken for a file.
        raise UsageError(
            "the result was judged by a policy that is not licscan's own",
            where=str(result),
            hint="name it with --policy",
        )
    settings = replace(
        settings,
        policy=given["policy"] or settings.policy,
        policy_root=None if given["policy"] else settings.policy_root,
        fail_on=given["fail_on"] or settings.fail_on,
        accept_unresolved=given["accept_unresolved"],
    )
    settings = with_facts(settings, given["facts"])
    catalogue = load_catalogue(given["cache_dir"])
    return judge(document.inventory, catalogue, policy_for(settings), settings.facts, settings.decisions)
