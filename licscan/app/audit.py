"""What an audit is made of: targets and stored results, scanned or read, judged under the audit's own facts."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from licscan.app.stored_results import read_result
from licscan.app.target_configuration import (
    Terms,
    effects_of,
    heard,
    own_settings,
    relative,
    seller_facts,
    stated,
    told,
)
from licscan.classify.catalogue import Catalogue
from licscan.config.rebase import excluded
from licscan.config.settings import CONFIG_NAME, Settings, with_facts
from licscan.core.authorship import Authorship, Domain
from licscan.core.component import Component, ComponentKind, Dated, DateKind
from licscan.core.facts import Distribution, Facts
from licscan.core.issue import Issue
from licscan.core.location import Location
from licscan.core.message import quoted, say
from licscan.core.remark import Remark
from licscan.core.result import Audit, Inventory
from licscan.core.text import visible
from licscan.detect.remarks import remarks_in
from licscan.detect.statements import statements_in
from licscan.document.read import HEADER_SIZE, looks_like_result
from licscan.duediligence import Judged
from licscan.duediligence.assisted import ASSISTANT_MARKS, COMMIT_MARKS
from licscan.duediligence.document import Configuration
from licscan.duediligence.vendor_register import marks_of_terms
from licscan.errors import LicscanError, UsageError
from licscan.pipeline.run import Parts, judge, scan_selection
from licscan.select import WalkOptions, select, unused_git_data
from licscan.select.git import Survey, checked_out, last_changes, survey_commits
from licscan.select.git.history import day_of
from licscan.util.output_record import written_below
from licscan.util.progress import Progress

_DOMAINS, _YEARS = 20, 15  # of authors' addresses; of commits
_COPIED = (ComponentKind.VENDORED, ComponentKind.PACKAGE)  # whose files may be kept in the repository


def targets(given: Sequence[Path]) -> tuple[Path, ...]:
    """Return the codebases and results that are meant, the working folder where none is named."""
    for path in given:
        if not path.exists():
            raise UsageError(
                "there is no such file or folder", where=str(path), hint="name codebases or stored results"
            )
    return tuple(given) or (Path(),)


def is_result(path: Path) -> bool:
    """Whether ``path``, which the auditor named, is a stored result: then it is read, not scanned.

    Results in a folder are files like any other: whoever made the folder could have written them.
    """
    if path.suffix != ".json" or not path.is_file():
        return False
    with path.open("rb") as stream:
        return looks_like_result(stream.read(HEADER_SIZE))


def scanned(
    target: Path, options: WalkOptions, parts: Parts, progress: Progress, own_files: Collection[Path] = ()
) -> tuple[Inventory, GitFacts]:
    """Return the facts of ``target`` with the marks of assistants, and what its repository and its texts say of it."""
    started = parts.clock()
    selection = select(target, options, own_files=own_files, own_outputs=written_below(target), progress=progress)
    if not selection.files and not selection.issues:
        raise UsageError("there is nothing to audit", where=str(target), hint="name a folder with files in it")
    name = target.resolve().name or "root"
    inventory = scan_selection(selection, options, parts, name, single=target.is_file(), progress=progress)
    marks, unread = statements_in(selection.files, ASSISTANT_MARKS, parts.run, shown=False)
    remarks, unsearched = remarks_in(selection.files, marks_of_terms(), parts.run)
    statements = (*(inventory.statements or ()), *marks)
    known = replace(_git_facts(target, inventory.components), remarks=remarks)
    run = replace(inventory.run, started=started)
    changed = replace(
        inventory,
        run=run,
        statements=statements,
        components=known.components,
        issues=(*inventory.issues, *unread, *unsearched, *known.issues),
    )
    return changed, known


class GitFacts(Struct, frozen=True, kw_only=True):
    """What a repository's own data say: ``commit`` is what is checked out, ``dirty`` whether files differ from it,
    ``assisted`` counts the commits with a mark of an assistant, and all commits; ``authorship`` is who made them. ``issues`` tell what could
    not be read; ``remarks`` are what texts say beside licences."""

    components: tuple[Component, ...]
    commit: str | None = None
    dirty: bool = False
    assisted: tuple[int, int] | None = None
    authorship: Authorship | None = None
    issues: tuple[Issue, ...] = ()
    remarks: tuple[Remark, ...] = ()


def _git_facts(target: Path, components: tuple[Component, ...]) -> GitFacts:
    folder = target if target.is_dir() else target.parent
    try:
        found = checked_out(folder)
        if found is None:
            return GitFacts(components=components)
        surveyed = survey_commits(folder, COMMIT_MARKS)
        return GitFacts(
            components=_with_days(components, folder),
            commit=found.commit,
            dirty=found.differs,
            assisted=(surveyed.marked, surveyed.commits) if surveyed else None,
            authorship=_authorship(surveyed) if surveyed else None,
        )
    except LicscanError as error:
        return GitFacts(components=components, issues=(unused_git_data(error),))


def _authorship(surveyed: Survey) -> Authorship:
    """Sum up whom the commits name: people by their addresses, and the domains of these."""
    commits: Counter[str] = Counter()
    people: Counter[str] = Counter()
    for email, count in _by_address(surveyed).items():
        domain = visible(email.rpartition("@")[2] or "-")
        commits[domain] += count
        people[domain] += 1
    return Authorship(
        commits=surveyed.commits,
        people=sum(people.values()),
        domains=tuple(
            Domain(domain, count, people[domain])
            for domain, count in commits.most_common()
            if people[domain] > 1  # an address of one person's own tells who that is, and nothing of a company
        )[:_DOMAINS],
        signed_off=surveyed.signed_off,
        first=day_of(surveyed.first) or "",
        last=day_of(surveyed.last) or "",
        years=tuple(sorted(surveyed.years.items()))[-_YEARS:],
    )


def _by_address(surveyed: Survey) -> Counter[str]:
    found: Counter[str] = Counter()
    for author, count in surveyed.authors.items():
        found[author.email.decode("utf-8", "replace")] += count
    return found


def _with_days(components: tuple[Component, ...], target: Path) -> tuple[Component, ...]:
    """Date copied code by the repository: nothing in a folder is newer than the last commit that touched it."""
    undated = [item for item in components if item.directory and not item.dated and item.kind in _COPIED]
    days = last_changes(target, [str(item.directory) for item in undated])
    origin = "the last commit that touched its folder"
    dates = {
        item.id: Dated(
            kind=DateKind.NOT_AFTER, day=days[item.directory], origin=origin, location=Location(path=item.directory)
        )
        for item in undated
        if item.directory in days
    }
    return tuple(replace(item, dated=dates[item.id]) if item.id in dates else item for item in components)


def judged_scan(target: Path, options: WalkOptions, parts: Parts, terms: Terms, progress: Progress) -> Judged:
    """Scan one codebase and judge it; its own configuration is heard only where it is trusted."""
    own, problem, place = own_settings(target, trust=terms.trust)
    trusted = own if terms.trust and own else None
    settings = heard(terms.settings, trusted)
    if trusted and trusted.exclude:
        options = replace(options, exclude=excluded(trusted, options.exclude), below=trusted.below)
    # Heard or not, it names licences because it decides on them. Files that it names stay: they may be anything.
    own_files = [place] if own and place and place.name == CONFIG_NAME else []
    inventory, known = scanned(target, options, parts, progress, own_files)
    decisions = replace(settings.decisions, own=own.decisions.own) if own else settings.decisions
    audit = judge(inventory, parts.catalogue, terms.policy, settings.facts, decisions)
    configuration = None
    if place is not None:
        effects = () if own is None else effects_of(own, inventory, parts.catalogue, terms)
        configuration = Configuration(
            path=relative(place, target),
            trusted=trusted is not None,
            problem=say("it cannot be read: {problem}", problem=quoted(problem)) if problem else None,
            settings=told(own) if own else (),
            effects=effects,
        )
    return Judged(
        inventory=inventory,
        audit=audit,
        commit=known.commit,
        dirty=known.dirty,
        scenarios=judged_scenarios(inventory, parts.catalogue, settings, terms),
        configuration=configuration,
        marks=ASSISTANT_MARKS,
        assisted_commits=known.assisted,
        authorship=known.authorship,
        remarks=known.remarks,
        usage=stated(terms.settings, trusted),
        seller_facts=seller_facts(terms.settings, trusted),
    )


def judged_result(path: Path, catalogue: Catalogue, terms: Terms) -> Judged:
    """Judge a stored result; the facts that it was judged by before are its maker's, and heard only where trusted."""
    document = read_result(path)
    inventory, stored = document.inventory, document.audit
    own = Settings(policy=stored.policy.name, facts=stored.facts)
    settings = heard(terms.settings, own if terms.trust else None)
    audit = judge(inventory, catalogue, terms.policy, settings.facts, settings.decisions)
    configuration = None
    if stored.facts != Facts() or stored.suppressed or stored.corrections:
        effects = effects_of(own, inventory, catalogue, terms)
        waived = say("{count} findings were waived or corrected in the stored judgement; this is ignored here.",
                     count=len(stored.suppressed) + len(stored.corrections))  # fmt: skip
        configuration = Configuration(
            path=path.name,
            trusted=terms.trust,
            problem=None,
            settings=told(own),
            effects=(*effects, waived) if stored.suppressed or stored.corrections else effects,
        )
    return Judged(
        inventory=inventory,
        audit=audit,
        kind="stored-result",
        result_digest=hashlib.sha256(path.read_bytes()).hexdigest(),
        scenarios=judged_scenarios(inventory, catalogue, settings, terms),
        configuration=configuration,
        usage=stated(terms.settings, None),
        seller_facts=seller_facts(terms.settings, own if terms.trust else None),
    )


def judged_scenarios(
    inventory: Inventory, catalogue: Catalogue, settings: Settings, terms: Terms
) -> tuple[tuple[str, Audit], ...]:
    """Judge the same facts once more for each scenario: what it assumes, on top of what is declared."""
    found = []
    for name, assumed in terms.scenarios:
        changed = {name: getattr(assumed, name) for name in Facts.__struct_fields__}
        facts = replace(settings.facts, **{key: value for key, value in changed.items() if value not in (None, ())})
        found.append((name, judge(inventory, catalogue, terms.scenario_policy, facts, settings.decisions)))
    return tuple(found)


def scenario(text: str) -> tuple[str, Facts]:
    """Read ``NAME`` (a way of distribution) or ``NAME:FACT=VALUE,FACT=VALUE``."""
    name, colon, rest = text.partition(":")
    name = name.strip()
    if not colon:
        known = [each.value for each in Distribution]
        if name not in known:
            hint = f"known: {', '.join(known)}; or write NAME:FACT=VALUE,..., as in hosted:distribution=saas,modified=false"
            raise UsageError(f"unknown scenario {name!r}", where="--scenario", hint=hint)
        return name, Facts(distribution=Distribution(name))
    settings = with_facts(Settings(), [part.strip() for part in rest.split(",") if part.strip()])
    return name, settings.facts
