"""The two ways to check: the whole tree, or a change; and what either says."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from msgspec.structs import replace

from licscan.app.gate_parts import (
    asked,
    digests,
    fast_detector,
    hook_parts,
    is_file,
    says_more,
    small_detector,
    terms,
)
from licscan.app.run_options import (
    JudgementOptions,
    Output,
    RunOptions,
    by_pre_commit,
    cache_folder,
    policy_for,
    settings_for,
)
from licscan.cli import visible_message
from licscan.config.discovery import config_folder
from licscan.core.text import plural
from licscan.errors import ExitCode, UsageError
from licscan.util.contained_files import read_inside
from licscan.util.paths import below

if TYPE_CHECKING:
    from licscan.cli.gate_text import Presentation
    from licscan.core.result import Audit, Inventory
    from licscan.gate.change import Change
    from licscan.gate.run import CheckContext


_MAX_BASELINE = 256 * 1024 * 1024
# What somebody chose has to be there even when there is nothing to judge: a name that is mistyped would pass for ever.
_CHOSEN = ("policy", "config", "facts", "baseline")


def check_tree(folder: Path, given: dict[str, Any]) -> ExitCode:
    """Check everything below ``folder``."""
    from licscan.app.run_options import own_files
    from licscan.app.wiring import build_parts
    from licscan.cli.gate_text import Presentation
    from licscan.cli.progress import progress_bars
    from licscan.config.rebase import excluded
    from licscan.gate.baseline import DEFAULT_NAME, apply_baseline, read_baseline
    from licscan.gate.run import ROOT_NAME
    from licscan.pipeline.run import judge, scan
    from licscan.select import WalkOptions
    from licscan.util.output_record import written_below

    outputs = _outputs(given)
    settings = settings_for(folder, JudgementOptions.of(given))
    policy = policy_for(settings)
    baseline = given["baseline"] or config_folder(folder) / DEFAULT_NAME
    options = WalkOptions(
        exclude=excluded(settings, given["exclude"]),
        below=settings.below,
        all_files=given["all_files"],
        installed_files=given["installed"] == "files",
    )
    with (
        progress_bars(quiet=given["quiet"]) as bars,
        build_parts(RunOptions.of(given), bars) as parts,
    ):
        inventory = scan(
            folder,
            options,
            parts,
            own_files=[*own_files(settings, folder), baseline],
            own_outputs=written_below(folder),
            root_name=folder.name or ROOT_NAME,
            progress=bars,
        )
        audit = judge(inventory, parts.catalogue, policy, settings.facts, settings.decisions)
    if given["write_baseline"]:
        return _write_baseline(baseline, inventory, audit, settings.below)
    content = _content(baseline, required=given["baseline"] is not None)
    written_by = ""
    if content is not None:
        known = apply_baseline(audit.violations, read_baseline(content, str(baseline)), baseline.name, settings.below)
        audit = replace(
            audit,
            violations=known.new,
            suppressed=(*audit.suppressed, *known.old),
            gone=len(known.gone),
            gone_findings=known.gone,
        )
        written_by = known.written_by
    presentation = Presentation(
        scope=plural(len(inventory.files), "file"), prefix=_prefix(folder), baseline_of=written_by
    )
    return _finish(inventory, audit, outputs, given, presentation, root=folder)


def check_change(given: dict[str, Any]) -> ExitCode:
    """Check what a change brings in."""
    from licscan.gate.change import since, staged, with_files
    from licscan.select.changes import Repository

    outputs = _outputs(given)
    files: Sequence[Path] = given["files"]
    repository = Repository(_start(files))
    compared = given["since"] or (os.environ.get("PRE_COMMIT_FROM_REF") if files or by_pre_commit() else None)
    change = since(repository, compared) if compared else staged(repository)
    if files and not given["staged"]:
        change = with_files(change, files)
    if not outputs:
        if change.before == change.after and not any(given[name] for name in _CHOSEN):
            return _say(f"policy met: nothing changed against {change.against}", given)
        code = _quick_verdict(change, given)
        if code is not None:
            return code
    return _judge_change(change, outputs, given)


def _judge_change(change: Change, outputs: tuple[Output, ...], given: dict[str, Any]) -> ExitCode:
    from licscan.cli.gate_text import Presentation
    from licscan.gate.run import check_change

    outcome = check_change(change, check_context(change, given))
    presentation = Presentation(
        scope=plural(outcome.changed, "changed file"), against=change.against, pointers=outcome.pointers
    )
    return _finish(outcome.inventory, outcome.audit, outputs, given, presentation)


def check_context(change: Change, given: dict[str, Any]) -> CheckContext:
    from licscan.gate.baseline import DEFAULT_NAME
    from licscan.gate.run import CheckContext

    root = change.repository.root
    baseline = (given["baseline"] or root / DEFAULT_NAME).absolute()
    return CheckContext(
        settings_of=lambda folder: settings_for(folder, JudgementOptions.of(given), home=folder),
        policy_of=policy_for,
        parts=lambda: hook_parts(given),
        cache=None if given["no_cache"] else cache_folder(given["cache_dir"]),
        asked=asked(given) + digests(given),
        exclude=given["exclude"],
        baseline=_relative(baseline, root),
        requires_baseline=given["baseline"] is not None,
    )


def _say(text: str, given: Mapping[str, Any]) -> ExitCode:
    """Say that the policy is met."""
    if not given["quiet"]:
        click.echo(visible_message(f"licscan: {text}"))
    return ExitCode.MET


def _quick_verdict(change: Change, given: dict[str, Any]) -> ExitCode | None:
    """Tell of a change that reaches no further than its source files; ``None`` when that is not certain."""
    if given["no_cache"] or given["verbose"] or given["config"] or given["baseline"] or is_file(given["policy"]):
        return None
    from licscan.gate.quick import Plain, QuickContext, plain_change

    fast = fast_detector(given)
    context = QuickContext(
        cache=cache_folder(given["cache_dir"]),
        asked=asked(given),
        fingerprint=fast.fingerprint,
        detector=lambda: small_detector(fast, given),
        says_more=partial(says_more, given),
        terms=lambda: terms(change, given),
    )
    found = plain_change(change, context)
    if found is None:
        return None
    if not isinstance(found, Plain):
        if found.audit.violations and _has_baseline(change, given):
            return None  # what is known is compared with the whole tree
        from licscan.cli.gate_text import Presentation

        scope = plural(change.changes.count, "changed file")
        return _finish(
            found.inventory,
            found.audit,
            (),
            given,
            Presentation(scope=scope, against=change.against, older=found.older),
        )
    memory = found.memory
    counted = ((len(memory.findings), "there before"), (memory.waived, "waived"), (memory.corrected, "corrected"))
    rest = "".join(f", {count:,} {what}" for count, what in counted if count)
    return _say(f"policy met: {plural(found.changed, 'changed file')} against {change.against}{rest}", given)


def _has_baseline(change: Change, given: Mapping[str, Any]) -> bool:
    from licscan.gate.baseline import DEFAULT_NAME

    root = change.repository.root
    path = _relative((given["baseline"] or root / DEFAULT_NAME).absolute(), root)
    return given["baseline"] is not None or path in change.after


def _outputs(given: Mapping[str, Any]) -> tuple[Output, ...]:
    outputs = tuple(Output.parse(text) for text in given["outputs"])
    for output in outputs:
        from licscan.report import reporter

        reporter(output.format)  # a wrong name is presentation before the work, not after it
    return outputs


def _finish(
    inventory: Inventory,
    audit: Audit,
    outputs: tuple[Output, ...],
    given: Mapping[str, Any],
    presentation: Presentation,
    root: Path | None = None,
) -> ExitCode:
    taken = any(output.path is None for output in outputs)
    if outputs:
        from licscan.cli.write import write_all

        write_all(inventory, audit, outputs, {**given, "quiet": True}, root=root)
    from licscan.cli.gate_text import print_verdict

    presentation = replace(presentation, verbose=given["verbose"], to_stderr=taken)
    if not given["quiet"]:
        print_verdict(inventory, audit, presentation)
    if not audit.passed:
        return ExitCode.VIOLATED
    return ExitCode.MET if audit.complete else ExitCode.INCOMPLETE


def _write_baseline(path: Path, inventory: Inventory, audit: Audit, below: str) -> ExitCode:
    from licscan.cli.gate_text import Presentation, print_verdict
    from licscan.gate.baseline import baseline_text, known_findings, read_baseline, write_baseline

    if not inventory.complete:
        print_verdict(inventory, audit, Presentation(scope=plural(len(inventory.files), "file"), to_stderr=True))
        raise UsageError(
            "no baseline was written: the scan is incomplete",
            where=str(path),
            hint="see to what could not be read, or leave it out with --exclude",
        )
    known = known_findings(audit.violations, below)
    content = _content(path, required=False) if below else None
    # What the baseline knows of other folders stays: they were not scanned.
    others = read_baseline(content, str(path)).findings if content is not None else ()
    known += [each for each in others if not each.path.startswith(below)]
    write_baseline(path, baseline_text(audit, known))
    shown = os.path.relpath(path)
    click.echo(visible_message(f"licscan: {plural(len(known), 'finding')} in {shown} from now on: commit it"), err=True)
    return ExitCode.MET


def _content(path: Path, *, required: bool) -> bytes | None:
    try:
        # Where nobody named it, it may be somebody else's: no link is followed.
        return path.read_bytes() if required else read_inside(path.parent, (path.name,), _MAX_BASELINE)
    except FileNotFoundError as error:
        if not required:
            return None
        raise UsageError(
            "there is no such baseline", where=str(path), hint="write it with `licscan check --write-baseline`"
        ) from error
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", where=str(path), hint="make it readable") from error


def _start(files: Sequence[Path]) -> Path:
    """A folder of the repository that is asked about."""
    first = files[0].parent if files else Path()
    return next((folder for folder in (first, *first.absolute().parents) if folder.is_dir()), Path())


def _relative(path: Path, root: Path) -> bytes | None:
    relative = below(str(path), str(root))
    return None if relative is None else os.fsencode(relative)


def _prefix(folder: Path) -> str:
    return "" if folder == Path() else f"{folder.as_posix().rstrip('/')}/"
