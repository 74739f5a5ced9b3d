"""``licscan audit``: the due-diligence report that an acquirer's lawyer can use."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import click
from msgspec import Struct
from msgspec.structs import replace

from licscan.app.run_options import RunOptions
from licscan.cli.options import deeper_options, running_options, selection_options
from licscan.config.settings import Settings, load_settings, with_facts
from licscan.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from licscan.app.target_configuration import Terms
    from licscan.core.result import Inventory
    from licscan.duediligence import DueDiligence, Judged, Order
    from licscan.duediligence.own import Evidence
    from licscan.locale import Language
    from licscan.report.duediligence.base import AuditInput

DEFAULT_FOLDER = Path("licscan-audit")
DEFAULT_POLICY = "due-diligence"


class Target(Struct, frozen=True, kw_only=True):
    """One form to write, and where; ``path`` is ``None`` for standard output."""

    form: str
    path: Path | None


@click.command("audit")
@click.argument("targets", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH or RESULT]...")
@click.option("--policy", metavar="NAME|FILE", default=DEFAULT_POLICY, show_default=True, help="Policy to judge by.")
@click.option("--fact", "facts", multiple=True, metavar="NAME=VALUE", help="A fact about the product; repeatable.")
@click.option("--config", type=click.Path(path_type=Path, dir_okay=False), help="The auditor's own configuration file.")
@click.option("--trust-config", is_flag=True, help="Apply the target's own configuration, or a stored result's facts.")
@click.option("--scenario", "scenarios", multiple=True, metavar="NAME[:FACT=VALUE,...]", help="Judge under other facts too; repeatable.")  # fmt: skip
@click.option(
    "--scenario-policy", metavar="NAME|FILE", default="default", show_default=True, help="Policy of scenarios."
)
@click.option(
    "--previous", type=click.Path(path_type=Path, dir_okay=False), help="An earlier result to compare licences with."
)
@click.option("--auditor", help="Who makes the audit.")
@click.option("--reviewer", help="Who reviews it.")
@click.option("--confidentiality", metavar="TEXT", help="Mark of confidentiality, instead of the usual one.")
@click.option("--lang", default="en", show_default=True, help="Language of the report: en or zh.")
@click.option("--blind", is_flag=True, help="Replace names, paths and texts of the seller's own by keyed digests.")
@click.option("--blind-key", type=click.Path(path_type=Path, dir_okay=False), help="The key; made where there is none [default: in the user's state folder].")  # fmt: skip
@click.option(
    "--first-party", multiple=True, metavar="GLOB", help="Names that blind mode takes for the seller's own; repeatable."
)
@selection_options
@deeper_options
@running_options
@click.option(
    "-o", "--output", "outputs", multiple=True, metavar="FORM[=FILE]", help="html, xlsx, docx, json or csv; repeatable."
)
@click.option(
    "--output-dir",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for all forms [default: licscan-audit].",
)
@click.option(
    "--html-dir",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for a page with separate assets, to be hosted.",
)
@click.option("--quiet", "-q", is_flag=True, help="Print no summary and no progress.")
def command(targets: tuple[Path, ...], **given: Any) -> ExitCode:
    """Write the due-diligence report on codebases (PATH) or stored results (RESULT), or a folder of results.

    Looks at all files. The target's own licscan configuration is ignored unless --trust-config is given; the report lists
    what it would have changed.
    """
    from licscan.locale import language
    from licscan.util.garbage_collection import collector_paused

    if given["blind_key"] and not given["blind"]:
        raise UsageError(
            "--blind-key is of no use without --blind", where="--blind-key", hint="add --blind, or leave the key out"
        )
    words_language = language(given["lang"])
    planned = planned_targets(given)
    given["_targets"] = targets
    if given["blind"]:
        from licscan.app.blind_key import key_file

        folders = [folder for folder in (given["output_dir"], given["html_dir"]) if folder]
        if not given["outputs"]:
            folders += [target.path.parent for target in planned if target.path]
        files = [target.path for target in planned if target.path]
        given["_blind_key"] = key_file(given["blind_key"], targets=targets or (Path(),), outputs=[*folders, *files])
    terms = _terms(given)
    products = _products(targets, given, terms)
    order = _order(given)
    with collector_paused():
        report = _report(products, order, words_language, given)
        written = [*_write(report, planned, given, targets), *_bills(products, order, given, targets)]
    if not given["quiet"]:
        _tell(report, written, to_stderr=any(target.path is None for target in planned))
        if given["blind"] and not given["blind_key"]:
            click.echo(f"  the key, and the names that the tokens stand for: {given['_blind_key'].parent}", err=True)
    return _exit_code(products, report.document)


def _report(products: Sequence[Judged], order: Order, words_language: Language, given: Mapping[str, Any]) -> AuditInput:
    from licscan.duediligence import derive
    from licscan.report.duediligence.base import audit_input
    from licscan.report.duediligence.words import Words

    document = derive(products, order)
    if given["blind"]:
        document = _blinded(document, products, order, given)
    return audit_input(document, Words(words_language, order.terms))


def planned_targets(given: Mapping[str, Any]) -> tuple[Target, ...]:
    """Return what is written: what ``-o`` asks for, else every form into ``--output-dir``."""
    from licscan.report.duediligence import FORMS

    planned = []
    for text in given["outputs"]:
        name, _, file = text.partition("=")
        if name not in FORMS:
            raise UsageError(f"unknown form {name!r}", where="-o", hint=f"forms: {', '.join(FORMS)}")
        planned.append(Target(form=name, path=None if file in ("", "-") else Path(file)))
    if given["output_dir"] or not (planned or given["html_dir"]):
        folder = given["output_dir"] or DEFAULT_FOLDER
        planned += [Target(form=name, path=folder / file) for name, (_, file) in FORMS.items()]
    return tuple(planned)


def _terms(given: Mapping[str, Any]) -> Terms:
    from licscan.app.audit import scenario
    from licscan.app.target_configuration import Terms
    from licscan.policy.load import load_policy

    settings = load_settings(Path(), given["config"]) if given["config"] else Settings()
    return Terms(
        policy=load_policy(given["policy"]),
        settings=with_facts(settings, given["facts"]),
        scenario_policy=load_policy(given["scenario_policy"]),
        scenarios=tuple(scenario(text) for text in given["scenarios"]),
        trust=given["trust_config"],
    )


def _products(given_targets: Sequence[Path], given: dict[str, Any], terms: Terms) -> tuple[Judged, ...]:
    """Scan or read each target; the detector is started only where something has to be scanned."""
    from licscan.app.audit import is_result, judged_result, judged_scan, targets
    from licscan.app.wiring import build_parts, load_catalogue
    from licscan.cli.progress import progress_bars
    from licscan.select import WalkOptions
    from licscan.util.garbage_collection import collector_paused

    found = targets(given_targets)
    previous = _previous(given)
    products: list[Judged] = []
    if all(is_result(target) for target in found):
        catalogue = load_catalogue(given["cache_dir"])
        with collector_paused():
            products = [judged_result(target, catalogue, terms) for target in found]
    else:
        options = WalkOptions(
            exclude=given["exclude"],
            all_files=True,
            installed_files=given["installed"] == "files",
            archives=given["archives"],
        )
        with (
            progress_bars(quiet=given["quiet"]) as bars,
            build_parts(RunOptions.of(given), bars) as parts,
        ):
            for target in found:
                if is_result(target):
                    products.append(judged_result(target, parts.catalogue, terms))
                else:
                    products.append(judged_scan(target, options, parts, terms, bars))
    return tuple(replace(product, previous=previous) for product in products)


def _previous(given: Mapping[str, Any]) -> Any:
    from licscan.app.stored_results import read_result

    if not given["previous"]:
        return None
    document = read_result(given["previous"])
    return document.inventory, document.audit


def _order(given: Mapping[str, Any]) -> Order:
    from licscan import __version__
    from licscan.classify.terms import TermKind, packaged_terms
    from licscan.detect.installed import scancode_version
    from licscan.duediligence import Order
    from licscan.duediligence.view import Term
    from licscan.policy.codes import BY_CODE
    from licscan.util.clock import now

    vocabulary = tuple(
        Term(
            id=term.id,
            title=term.title,
            meaning=term.meaning,
            source=term.source,
            duty=term.kind is TermKind.OBLIGATION,
        )
        for term in packaged_terms().terms.values()
    )
    return Order(
        generated_at=now(),
        tool_version=__version__,
        scancode_version=scancode_version(),
        command=("licscan", *sys.argv[1:]) if sys.argv[1:2] == ["audit"] else ("licscan", "audit"),
        auditor=given["auditor"],
        reviewer=given["reviewer"],
        confidentiality=given["confidentiality"],
        terms=vocabulary,
        codes={code: entry.description for code, entry in BY_CODE.items()},
    )


def _blinded(
    document: DueDiligence, products: Sequence[Judged], order: Order, given: Mapping[str, Any]
) -> DueDiligence:
    from licscan.app.blind_key import read_key
    from licscan.duediligence.blind import Blinder
    from licscan.duediligence.own import known

    path = given["_blind_key"]
    allowed = known((product.inventory for product in products), given["first_party"], _evidence(products, given))
    blinder = Blinder(read_key(path), allowed, order.codes or {})
    blinded = blinder.document(document)
    _keep_names(path.with_name(f"{path.name}.names.json"), blinder.tokens)
    return blinded


def _evidence(products: Sequence[Judged], given: Mapping[str, Any]) -> Evidence:
    """Return what the manifests of the targets show to be the seller's own. Of a stored result there are none to read."""
    from licscan.app.audit import targets
    from licscan.component.first_party import first_party_evidence
    from licscan.duediligence.own import Evidence

    found = [
        first_party_evidence(target, _own_files(product.inventory))
        for target, product in zip(targets(given["_targets"]), products, strict=True)
        if target.is_dir()
    ]
    return Evidence(
        names=frozenset().union(*(each.names for each in found)),
        namespaces=frozenset().union(*(each.namespaces for each in found)),
        groups=frozenset().union(*(each.groups for each in found)),
        words=frozenset().union(*(each.words for each in found)),
    )


def _own_files(inventory: Inventory) -> list[str]:
    """Return the files outside all packages: what an installed or copied package says of itself shows nothing of the seller."""
    from licscan.core.component import ComponentKind

    folders = {part.directory for part in inventory.components if part.kind is not ComponentKind.PROJECT} - {None, ""}
    return [
        file.path
        for file in inventory.files
        if folders.isdisjoint(str(each) for each in PurePosixPath(file.path).parents)
    ]


def _keep_names(path: Path, tokens: Mapping[str, str]) -> None:
    """Write what each token stands for beside the key, for the seller alone: the buyer asks about tokens."""
    import json

    from licscan.util.output_file import write_file

    text = json.dumps({"names": dict(sorted(tokens.items()))}, indent=1)
    write_file(path, lambda stream: stream.write(text.encode()), mode=0o600)


def _write(
    report: AuditInput, planned: Sequence[Target], given: Mapping[str, Any], within: Sequence[Path]
) -> Iterator[Path]:
    from importlib import import_module

    from licscan.report.duediligence import FORMS
    from licscan.util.output_file import write_file

    for target in planned:
        module = import_module(FORMS[target.form][0])
        if target.path is None:
            module.write(report, sys.stdout.buffer)
        else:
            write_file(target.path, lambda stream, module=module: module.write(report, stream), within=within)  # type: ignore[misc]
            yield target.path
    if given["html_dir"]:
        from licscan.report.duediligence.html import assets

        for name, content in assets(report).items():
            path = given["html_dir"] / name
            write_file(path, lambda stream, content=content: stream.write(content), within=within)  # type: ignore[misc]
            yield path


def _bills(
    products: Sequence[Judged], order: Order, given: Mapping[str, Any], within: Sequence[Path]
) -> Iterator[Path]:
    """Write the SBOM of each product beside the report, with the same finding ids; never in blind mode, whose names it has."""
    from licscan.report.base import ReportInput
    from licscan.report.cyclonedx import json_format
    from licscan.util.output_file import write_file

    if given["blind"] or not (given["output_dir"] or not (given["outputs"] or given["html_dir"])):
        return
    for number, product in enumerate(products, 1):
        bill = ReportInput(inventory=product.inventory, audit=product.audit, generated_at=order.generated_at)
        name = json_format.FILE_NAME if len(products) == 1 else f"p{number}-{json_format.FILE_NAME}"
        path = (given["output_dir"] or DEFAULT_FOLDER) / name
        write_file(path, lambda stream, bill=bill: json_format.write(bill, stream), within=within)  # type: ignore[misc]
        yield path


def _tell(report: AuditInput, written: Sequence[Path], *, to_stderr: bool) -> None:
    from licscan.cli import visible_message
    from licscan.report.duediligence.front import front_issues, front_questions, rest, unknown

    words = report.words
    for product in report.document.products:
        told = f"{product.name}: {words.stop(words.phrase(product.verdict.headline))} {words.phrase(product.verdict.detail)}"
        click.echo(visible_message(told), err=to_stderr)
        counts = ", ".join(
            f"{words.label(count.bucket)}: {count.subjects}" for count in product.buckets if count.subjects
        )
        click.echo(f"  {counts}", err=to_stderr)
        for issue in front_issues(product, words):
            click.echo(visible_message(f"  {issue.number}. {issue.title}"), err=to_stderr)
            click.echo(visible_message(f"     {issue.certainty}; {issue.concerns}; {issue.addressees}"), err=to_stderr)
        for who, asked in front_questions(product, words):
            told = words.told(who, words.text("Questions: {count}", count=len(asked)))
            click.echo(visible_message(f"  {told}"), err=to_stderr)
        for line in (rest(product, words), *unknown(product, words)):
            if line:
                click.echo(visible_message(f"  {line}"), err=to_stderr)
    for path in written:
        click.echo(f"  {visible_message(str(path))}", err=to_stderr)


def _exit_code(products: Sequence[Judged], report: DueDiligence) -> ExitCode:
    """The code says what the verdicts say: conflicts, and questions that the policy does not let pass, are violations."""
    from licscan.duediligence.ratings import VerdictState

    conflicts = any(product.verdict.state is VerdictState.CONFLICTS for product in report.products)
    if conflicts or not all(product.audit.passed for product in products):
        return ExitCode.VIOLATED
    return ExitCode.MET if all(product.audit.complete for product in products) else ExitCode.INCOMPLETE
