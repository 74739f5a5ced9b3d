"""The stages in order, and nothing else: select, detect, components, models give the facts; conclude and evaluate judge them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from typing import Protocol

from msgspec import Struct, field
from msgspec.structs import replace

from licscan import __version__
from licscan.aimodel import ModelOptions, find_models, find_overlay, is_weights
from licscan.classify.catalogue import Catalogue
from licscan.classify.conclude import conclude
from licscan.classify.own_licenses import own_licenses
from licscan.classify.package_terms import package_terms
from licscan.component import (
    CacheFolder,
    ComponentFacts,
    ComponentOptions,
    FetchedArchive,
    discover,
    evidence_files,
    files_by_component,
    legal_texts,
    with_copyrights,
    with_evidence,
)
from licscan.component.curated_packages import KnownPackages
from licscan.component.known_packages import with_packages
from licscan.component.license_phrase import named_expression
from licscan.core.alteration import Alteration
from licscan.core.component import Component
from licscan.core.copyright import CopyrightReader
from licscan.core.facts import Facts
from licscan.core.finding import FileFinding
from licscan.core.issue import Issue, IssueCode, IssueLevel
from licscan.core.legal_text import LegalText
from licscan.core.license import LicenseRecord
from licscan.core.result import Audit, Inventory, RunInfo, lacking
from licscan.core.selection import SelectedFile, Selection
from licscan.core.verdict import Conclusion
from licscan.core.waiver import NO_DECISIONS, Decisions
from licscan.detect.alterations import find_alterations
from licscan.detect.base import Detector
from licscan.detect.document import document_text
from licscan.detect.licensedb import license_text
from licscan.detect.link import link
from licscan.detect.notices import beside
from licscan.detect.statement import read_statement
from licscan.detect.statements import statements_in
from licscan.errors import UsageError
from licscan.modellicense.register import model_register
from licscan.pipeline.fetched_packages import with_answers, with_sources
from licscan.pipeline.named_licenses import names_in, wanted_statements
from licscan.pipeline.texts import NOTHING, TextFacts, read_texts
from licscan.pipeline.unresolved import unresolved_issues
from licscan.policy.curate import curate
from licscan.policy.evaluate import evaluate_all
from licscan.policy.schema import Policy
from licscan.policy.waive import lapsed_curations, waive
from licscan.select import NOTHING_WRITTEN, WalkOptions, select
from licscan.select.wide import as_utf8
from licscan.util.progress import SILENT, Progress
from licscan.workers import RunWork, run_here

# A licence field that is longer holds more than a name.
_TEXT = 200


class AskOnline(Protocol):
    """Asks registries for licences of components, and writes what it reads to a folder; ``target`` is what is scanned, and what no client
    gets to see."""

    def __call__(self, facts: ComponentFacts, folder: Path, *, target: Path) -> ComponentFacts: ...


class FetchArchives(Protocol):
    """Fetches archives of components into a folder; ``target`` as above."""

    def __call__(
        self, components: Sequence[Component], folder: Path, *, target: Path
    ) -> tuple[tuple[FetchedArchive, ...], tuple[Issue, ...]]: ...


class Parts(Struct, frozen=True, kw_only=True):
    """What the stages work with; built once, by the command line or by a test.

    ``clock`` gives the time as ISO 8601 in UTC; ``read_license`` turns free text into an expression in ScanCode's keys.
    ``extra_rules`` says whether licscan's own overlay adds to what ScanCode's detection finds. Without ``copyrights``
    nobody asks whose code third-party components are; ``legal_texts`` keeps the texts of their licences and notices.
    ``packages`` are stores of what is known of packages; ``online`` asks others for the licences that nothing in the tree tells, ``fetch`` for the archives of packages whose files are
    not in the tree; ``caches`` are folders outside the tree in which
    package managers keep packages. ``run`` reads whatever is read beside detection: in processes that can be killed, where the
    files are somebody else's.
    """

    detector: Detector
    scancode_version: str
    catalogue: Catalogue
    licenses: tuple[LicenseRecord, ...]
    read_license: Callable[[str], str | None]
    clock: Callable[[], str]
    extra_rules: bool = True
    hash_weights: bool = False
    copyrights: CopyrightReader | None = None
    legal_texts: bool = False
    spdx_list_version: str = ""
    packages: tuple[KnownPackages, ...] = ()
    online: AskOnline | None = None
    fetch: FetchArchives | None = None
    caches: Mapping[str, tuple[CacheFolder, ...]] = field(default_factory=dict)
    run: RunWork = run_here


def scan(
    target: Path,
    options: WalkOptions,
    parts: Parts,
    *,
    own_files: Collection[Path] = (),
    own_outputs: Mapping[str, str] = NOTHING_WRITTEN,
    root_name: str | None = None,
    progress: Progress = SILENT,
) -> Inventory:
    """Return the facts of ``target``, which is called ``root_name`` (its own name, unless given); ``own_files`` and ``own_outputs`` are
    as in ``select``.

    Raises ``UsageError`` when there is nothing to review.
    """
    started = parts.clock()
    selection = select(target, options, own_files=own_files, own_outputs=own_outputs, progress=progress)
    if not selection.files and not selection.issues:
        raise UsageError("there is nothing to scan", where=str(target), hint=_why_empty(selection))
    root_name = root_name or target.resolve().name or "root"
    inventory = scan_selection(selection, options, parts, root_name, single=target.is_file(), progress=progress)
    return replace(inventory, run=replace(inventory.run, started=started))


def scan_selection(
    selection: Selection,
    options: WalkOptions,
    parts: Parts,
    root_name: str,
    *,
    single: bool = False,
    progress: Progress = SILENT,
) -> Inventory:
    """Return the facts of files that were selected already: of a commit, say, whose files lie elsewhere."""
    if not options.archives:
        return _scan_opened(selection, options, parts, root_name, single=single, progress=progress)
    from licscan.select.archive import with_archives  # here, since few runs need it and a gate starts in a moment

    with with_archives(selection, run=parts.run) as opened:
        return _scan_opened(opened, options, parts, root_name, single=single, progress=progress)


def _scan_opened(
    selection: Selection, options: WalkOptions, parts: Parts, root_name: str, *, single: bool, progress: Progress
) -> Inventory:
    """Make texts in wide encodings readable first; without licscan's own rules all is read as ScanCode reads it."""
    with as_utf8(selection.files if parts.extra_rules else ()) as texts:
        return _scan_readable(selection, texts, options, parts, root_name, single=single, progress=progress)


def _scan_readable(
    selection: Selection,
    texts: Mapping[str, SelectedFile],
    options: WalkOptions,
    parts: Parts,
    root_name: str,
    *,
    single: bool,
    progress: Progress,
) -> Inventory:
    started = parts.clock()
    originals = {selected.file.path: selected.file for selected in selection.files if selected.file.path in texts}
    read = tuple(texts.get(selected.file.path, selected) for selected in selection.files)
    found, issues = _detect(read, options, parts.detector, progress)
    # Whoever reads on reads the text; size and digest in the result are the file's.
    selection = replace(
        selection,
        files=tuple(replace(one, file=originals[one.file.path]) if one.file.path in originals else one for one in read),
    )
    looking = ComponentOptions(root_name=root_name, caches=parts.caches)
    components = discover(selection, looking, lambda text: read_field(text, parts), parts.run)
    fetch = partial(parts.fetch, target=Path(selection.root)) if parts.fetch else None
    components, stored = with_packages(components, parts.packages)
    ask = partial(parts.online, target=Path(selection.root)) if parts.online else None
    with (
        with_answers(components, ask) as components,
        with_sources(components, fetch, parts.run) as (components, fetched),
    ):
        more, trouble = _detect(fetched.files, options, parts.detector, progress)
        every = sorted(
            zip((*selection.files, *fetched.files), (*found, *more), strict=True),
            key=lambda item: item[0].file.path.split("/"),
        )
        selection = replace(
            selection,
            files=tuple(file for file, _ in every),
            issues=(*_without_weights(selection), *fetched.issues, *issues, *trouble),
        )
        run = RunInfo(
            root=root_name,
            single_file=single,
            tool_version=__version__,
            scancode_version=parts.scancode_version,
            spdx_list_version=parts.spdx_list_version,
            detector=parts.detector.fingerprint,
            started=started,
            finished="",
            settings=(*_settings(options), *_elsewhere(components.looked_in, parts)),
        )
        return _inventory(selection, [finding for _, finding in every], components, stored, parts, run)


def _inventory(
    selection: Selection,
    found: Sequence[FileFinding],
    components: ComponentFacts,
    stored: tuple[LegalText, ...],
    parts: Parts,
    run: RunInfo,
) -> Inventory:
    findings, unique = link(found, run.root, single_file=run.single_file, empty_folders=selection.empty_folders)
    licensed, altered, trouble = _with_own_licenses(components, parts)
    owned = files_by_component(components.components, selection.files, components.legal_files)
    licensed = tuple(
        replace(each, unresolved=False) if each.unresolved and owned.get(each.id) else each for each in licensed
    )
    readable = _without_trouble(selection.files, selection.issues)
    overlay, unsearched = _overlay(readable, findings, parts)
    texts = _texts(selection.files, parts)
    if parts.extra_rules:
        overlay = _together(overlay, _notices(texts, findings, selection.issues))
    alterations, uncompared = _alterations(readable, findings, parts)
    said = {path: facts.models for path, facts in texts.items()}
    models = find_models(selection.files, said, findings, overlay, _model_options(parts))
    licensed, unasked = _with_holders(licensed, owned, findings, parts.copyrights)
    legal, illegible = legal_texts(owned, parts.run) if parts.legal_texts else ((), ())
    detected = [finding.path for finding in findings if finding.detections]
    inventory = Inventory(
        run=replace(run, finished=parts.clock()),
        files=tuple(selected.file for selected in selection.files),
        findings=findings,
        unique_detections=unique,
        skipped=selection.skipped,
        empty_folders=selection.empty_folders,
        components=licensed,
        dependencies=components.dependencies,
        models=models.models,
        overlay=overlay,
        alterations=(*alterations, *altered),
        issues=(
            *selection.issues,
            *components.issues,
            *unsearched,
            *uncompared,
            *(issue for facts in texts.values() for issue in facts.issues),
            *trouble,
            *models.issues,
            *unasked,
            *illegible,
        ),
        legal_texts=(*legal, *stored) if parts.legal_texts else None,
        readmes=components.readmes,
        reuse=replace(
            components.reuse, ignored=tuple(line for path in detected for line in texts.get(path, NOTHING).ignored)
        ),
    )
    names = names_in(inventory, parts.catalogue)
    statements, unread = statements_in(selection.files, wanted_statements(names), parts.run)
    return replace(
        inventory,
        licenses=tuple(record for record in parts.licenses if record.key in names),
        statements=statements,
        issues=_each_once((*inventory.issues, *unread, *unresolved_issues(licensed, online=parts.online is not None))),
    )


def _each_once(issues: Iterable[Issue]) -> tuple[Issue, ...]:
    """Return the issues without those that say of a file what another one says: several readers may meet the same trouble."""
    found: dict[object, Issue] = {}
    for number, issue in enumerate(issues):
        is_of_file = issue.location and issue.code in (IssueCode.CRASHED, IssueCode.TIMED_OUT)
        found.setdefault((issue.code, issue.location, issue.message) if is_of_file else number, issue)
    return tuple(found.values())


def judge(
    inventory: Inventory,
    catalogue: Catalogue,
    policy: Policy,
    facts: Facts,
    decisions: Decisions = NO_DECISIONS,
    *,
    today: str = "",
) -> Audit:
    """Judge facts: pure, and quick enough to be asked again under another policy.

    ``decisions`` are waivers and corrections; whether a waiver has lapsed is told by ``today`` (ISO 8601, UTC; the real
    date unless given).
    """
    today = today or datetime.now(timezone.utc).date().isoformat()
    curated, corrections = curate(inventory, decisions.curations, catalogue)
    catalogue = catalogue.knowing(own_licenses(curated, facts, decisions, policy.licenses))
    conclusions = conclude(curated, catalogue, decisions.own)
    verdicts = evaluate_all(curated, conclusions, policy, facts, catalogue)
    waived = waive(verdicts.violations, decisions.waivers, catalogue, today)
    return Audit(
        policy=policy.info,
        facts=facts,
        conclusions=conclusions,
        violations=(*waived.violations, *lapsed_curations(corrections)),
        choices=verdicts.choices,
        complete=not lacking(inventory.issues, policy.completeness, policy.unresolved),
        completeness=policy.completeness,
        unresolved=policy.unresolved,
        suppressed=waived.suppressed,
        corrections=corrections,
        judged_on=today,
    )


def conclude_again(
    inventory: Inventory, catalogue: Catalogue, policy: Policy, facts: Facts, decisions: Decisions = NO_DECISIONS
) -> tuple[Catalogue, tuple[Conclusion, ...]]:
    """Return what the subjects of an inventory are under, and the catalogue that knows the project's own licences too."""
    curated, _ = curate(inventory, decisions.curations, catalogue)
    catalogue = catalogue.knowing(own_licenses(curated, facts, decisions, policy.licenses))
    return catalogue, conclude(curated, catalogue, decisions.own)


def _detect(
    files: tuple[SelectedFile, ...], options: WalkOptions, detector: Detector, progress: Progress
) -> tuple[tuple[FileFinding, ...], list[Issue]]:
    """Look for licences in all files but weights, of which ``find_models`` reads the header, unless all are asked for."""
    found: dict[str, FileFinding] = {}
    issues: list[Issue] = []
    read = [selected for selected in files if options.all_files or not is_weights(selected.file)]
    progress.step("detect", 0, len(read))
    for number, result in enumerate(detector.detect(read), 1):
        found[result.path] = result.finding or FileFinding(path=result.path)
        issues.extend(result.issues)
        progress.step("detect", number, len(read))
    return tuple(found.get(selected.file.path) or FileFinding(path=selected.file.path) for selected in files), issues


def _without_weights(selection: Selection) -> tuple[Issue, ...]:
    """Leave out that weights were not read: of them the header says what there is to say."""
    weights = {selected.file.path for selected in selection.files if is_weights(selected.file)}
    return tuple(
        issue
        for issue in selection.issues
        if issue.code is not IssueCode.NOT_READ or issue.location is None or issue.location.path not in weights
    )


def _without_trouble(files: tuple[SelectedFile, ...], issues: Iterable[Issue]) -> tuple[SelectedFile, ...]:
    """Return the files whose text detection got at: what took too long or broke there is not opened a second time."""
    troubled = _troubled(issues)
    return tuple(selected for selected in files if selected.file.path not in troubled)


def _troubled(issues: Iterable[Issue]) -> set[str]:
    return {issue.location.path for issue in issues if issue.location and issue.level is not IssueLevel.UNREAD}


def read_field(text: str, parts: Parts) -> str | None:
    """Read a licence field of a manifest: a name that the catalogue knows, else as a text, which may be a whole licence file."""
    known = parts.read_license(text)
    found = None if known else read_statement(text, parts.detector)
    if found is None:
        return known
    stated = package_terms([found], parts.catalogue).get(found.path)
    return stated.terms if stated else None


def _overlay(
    files: tuple[SelectedFile, ...], findings: tuple[FileFinding, ...], parts: Parts
) -> tuple[tuple[FileFinding, ...], tuple[Issue, ...]]:
    if not parts.extra_rules:
        return (), ()
    return find_overlay(
        files, {finding.path: finding for finding in findings}, model_register(), document_text, parts.run
    )


def _texts(files: tuple[SelectedFile, ...], parts: Parts) -> dict[str, TextFacts]:
    """Return what texts say, by path."""
    return {selected.file.path: facts for selected, facts in zip(files, read_texts(files, parts.run), strict=True)}


def _notices(
    texts: Mapping[str, TextFacts], findings: Iterable[FileFinding], issues: Iterable[Issue]
) -> Iterable[FileFinding]:
    """Yield what notices add to the findings of files whose text detection got at."""
    troubled = _troubled(issues)
    found = {finding.path: finding for finding in findings}
    for path, facts in texts.items():
        if facts.notices and path not in troubled and (more := beside(facts.notices, found.get(path))):
            yield more


def _model_options(parts: Parts) -> ModelOptions:
    def read_license(text: str) -> str | None:
        """What a card calls its licence counts where the catalogue knows all of it; a whole text is read as one."""
        expression = named_expression(text) or (
            read_field(text, parts) if len(text) > _TEXT else parts.read_license(text)
        )
        return expression if expression and parts.catalogue.classify(expression).problem is None else None

    return ModelOptions(
        register=model_register(),
        read_license=read_license,
        hash_weights=parts.hash_weights,
        run=parts.run,
    )


def _together(overlay: Iterable[FileFinding], notices: Iterable[FileFinding]) -> tuple[FileFinding, ...]:
    """Return the findings of licscan's own rules, one for each file."""
    found = {finding.path: finding for finding in overlay}
    for finding in notices:
        other = found.get(finding.path)
        found[finding.path] = _both(other, finding) if other else finding
    return tuple(found[path] for path in sorted(found, key=lambda path: path.split("/")))


def _both(one: FileFinding, other: FileFinding) -> FileFinding:
    return replace(
        one,
        expression=" AND ".join(text for text in (one.expression, other.expression) if text) or None,
        expression_spdx=" AND ".join(text for text in (one.expression_spdx, other.expression_spdx) if text) or None,
        detections=(*one.detections, *other.detections),
        clues=(*one.clues, *other.clues),
    )


def _with_own_licenses(
    facts: ComponentFacts, parts: Parts
) -> tuple[tuple[Component, ...], tuple[Alteration, ...], tuple[Issue, ...]]:
    """Add what installed packages' own licence files say: files that are not scanned otherwise. Return how they differ from the
    licences too."""
    files = evidence_files(facts, only_undeclared=False)
    findings = [result.finding for result in parts.detector.detect(files) if result.finding]
    read_terms = partial(package_terms, catalogue=parts.catalogue)
    return with_evidence(facts, findings, read_terms), *_alterations(files, findings, parts)


def _alterations(
    files: tuple[SelectedFile, ...], findings: Iterable[FileFinding], parts: Parts
) -> tuple[tuple[Alteration, ...], tuple[Issue, ...]]:
    if not parts.extra_rules:
        return (), ()
    return find_alterations(files, {finding.path: finding for finding in findings}, parts.run)


def _with_holders(
    components: tuple[Component, ...],
    files: Mapping[str, Sequence[SelectedFile]],
    findings: tuple[FileFinding, ...],
    reader: CopyrightReader | None,
) -> tuple[tuple[Component, ...], tuple[Issue, ...]]:
    if reader is None:
        return components, ()
    return with_copyrights(components, files, {finding.path: finding for finding in findings}, reader, license_text)


def _why_empty(selection: Selection) -> str:
    if not selection.skipped:
        return "the folder is empty"
    reasons = sorted({str(skipped.reason) for skipped in selection.skipped})
    return f"everything in it was left out: {'; '.join(reasons)}"


def _settings(options: WalkOptions) -> tuple[tuple[str, str], ...]:
    return (
        ("all-files", str(options.all_files).lower()),
        ("exclude", " ".join(options.exclude)),
        ("installed", "files" if options.installed_files else "metadata"),
        *((("archives", "true"),) if options.archives else ()),
    )


def _elsewhere(looked_in: Sequence[str], parts: Parts) -> Iterable[tuple[str, str]]:
    """What outside the tree was asked, so that a component without licence can tell it."""
    if looked_in:
        yield "caches", " ".join(looked_in)
    if parts.packages:
        yield "packages", " ".join(store.path.name for store in parts.packages)
    if parts.online:
        yield "online", "true"
    if parts.fetch:
        yield "online-sources", "true"
