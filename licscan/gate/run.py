"""Judge both sides of a change, and tell what is new. What was judged before is remembered, not judged again."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timezone
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from licscan.config.settings import CONFIG_NAME
from licscan.core.component import Component, ComponentKind
from licscan.core.identity import Comparison, Identity, compare, identity
from licscan.core.issue import Issue, IssueCode
from licscan.core.location import Location
from licscan.core.message import message, quoted
from licscan.core.message import path as path_
from licscan.core.result import Audit, Inventory, lacking
from licscan.core.verdict import GoneFinding, SubjectKind, Suppression, SuppressionKind, Violation
from licscan.errors import UsageError
from licscan.gate.alter import alterations, configuration_issue
from licscan.gate.baseline import Known, apply_baseline, read_baseline
from licscan.gate.change import Change
from licscan.gate.configure import Configuration, Configurer, PolicyOf, SettingsOf
from licscan.gate.memory import Memory, every_match, memory_key, recall
from licscan.gate.part import surroundings
from licscan.gate.store import SnapshotStore
from licscan.gate.view import POINTER_REASON, Contents, FactStore, View, view
from licscan.pipeline.run import Parts, judge, scan_selection
from licscan.pipeline.unresolved import unresolved_issues
from licscan.select import WalkOptions
from licscan.select.changes import Listing
from licscan.select.walk import printable
from licscan.statements.pointers import names_of

# What a tree is called whose manifests do not name it: where it was cloned to is no part of a finding.
ROOT_NAME = "repository"
# Marks the key of a finding about a component that only an installed tree names: no change of tracked files brings it in.
_UNTRACKED = "~"
_STATEMENT = 1_000  # characters: what is longer is no name but a text


class Outcome(Struct, frozen=True, kw_only=True):
    """What came of a check. ``audit`` holds as violations only what is new; what is older is suppressed.

    ``changed`` counts files, ``pointers`` those of them of which git holds no more than a Git LFS pointer.
    """

    inventory: Inventory
    audit: Audit
    changed: int
    pointers: int = 0


class CheckContext(Struct, frozen=True, kw_only=True):
    """What a check works with. ``cache`` is ``None`` when nothing is to be remembered; ``parts`` is opened when needed."""

    settings_of: SettingsOf
    policy_of: PolicyOf
    parts: Callable[[], AbstractContextManager[Parts]]
    cache: Path | None
    asked: str = ""  # the options that change a judgement, as one text
    exclude: tuple[str, ...] = ()
    baseline: bytes | None = None  # the baseline's path in the repository
    requires_baseline: bool = False


def check_change(change: Change, context: CheckContext) -> Outcome:
    """Judge ``change``. Raises what its parts raise; whatever cannot be judged is an issue of the outcome."""
    store = SnapshotStore(context.cache)
    try:
        with tempfile.TemporaryDirectory(prefix="licscan-") as folder, context.parts() as parts:
            return _Check(change, context, parts, store, Path(folder)).outcome()
    finally:
        store.close()


def judge_after(change: Change, context: CheckContext) -> tuple[Inventory, Audit]:
    """Return the facts and the judgement of what is after ``change``, all of it."""
    store = SnapshotStore(context.cache)
    try:
        with tempfile.TemporaryDirectory(prefix="licscan-") as folder, context.parts() as parts:
            return _Check(change, context, parts, store, Path(folder)).after()
    finally:
        store.close()


class _Check:
    """One check. Both sides share facts, contents and the detector."""

    def __init__(self, change: Change, context: CheckContext, parts: Parts, store: SnapshotStore, folder: Path) -> None:
        self._change = change
        self._context = context
        self._parts = parts
        self._store = store
        self._contents = Contents(change.repository, folder / "content", change.given)
        self._facts = FactStore(store, change.repository, change.given)
        self._configurer = Configurer(self._contents, folder, context.settings_of, context.policy_of)
        self._today = datetime.now(timezone.utc).date().isoformat()

    def outcome(self) -> Outcome:
        change = self._change
        own = self._configurer.read(change.after)
        now, altered = self._in_force(own)
        inventory, audit = self._judged(change.after, now)
        before = self._before(now)
        self._facts.keep(change.before, change.after)
        keys = _keys(audit, inventory, change.after)
        if not (change.given or altered):
            self._remember(change.after, _remembered(keys, inventory, audit, now), inventory)
        comparison = _compare(audit.violations, keys, before)
        known = self._known(audit, comparison)
        issues = (*altered, *self._new_issues(inventory, before))
        judged = replace(
            audit,
            violations=known.new,
            suppressed=(
                *audit.suppressed,
                *known.old,
                *(_older(violation, change.against) for violation in comparison.old),
            ),
            complete=not lacking(issues, audit.completeness, audit.unresolved),
            gone=len(comparison.gone),
            gone_findings=tuple(GoneFinding(path=each.path) for each in comparison.gone),
        )
        return Outcome(
            inventory=replace(inventory, issues=issues),
            audit=judged,
            changed=change.changes.count,
            pointers=self._pointers(inventory),
        )

    def _in_force(self, own: Configuration) -> tuple[Configuration, tuple[Issue, ...]]:
        """Return the configuration that judges the change, and what the change would alter in it: of what others wrote the base's counts."""
        change = self._change
        if not change.by_base:
            return own, ()
        try:
            base = self._configurer.read(change.before)
        except UsageError as error:
            problem = message(
                "change.base-unreadable",
                "the base's configuration cannot be read, and the change is judged by its own: {detail}",
                detail=quoted(error.what),
            )
            return own, (configuration_issue(problem, own),)
        # Where tables of licscan's stand in a manifest is told of the manifest that is looked at.
        lines = replace(base.settings.decisions, own=own.settings.decisions.own)
        steering = base.own | ({CONFIG_NAME.encode()} & change.after.keys())
        base = replace(base, settings=replace(base.settings, decisions=lines), own=frozenset(steering))
        facts = self._facts.of(change.after)
        sides = [set(view(change.after, facts, self._exclude(each), base.own).files) for each in (base, own)]
        altered = alterations(base, own, [printable(path) for path in sorted(sides[0] - sides[1])])
        return base, (*altered, *self._altered_baseline(own))

    def _altered_baseline(self, own: Configuration) -> tuple[Issue, ...]:
        path = self._context.baseline
        if path is None or self._change.before.get(path) == self._change.after.get(path):
            return ()
        return (
            configuration_issue(
                message("change.baseline", "the change alters the baseline {path}", path=path_(printable(path))), own
            ),
        )

    def _pointers(self, inventory: Inventory) -> int:
        changed = {printable(path) for path in self._change.changes.paths}
        return sum(each.reason == POINTER_REASON and each.path in changed for each in inventory.skipped)

    def after(self) -> tuple[Inventory, Audit]:
        return self._judged(self._change.after, self._configurer.read(self._change.after))

    def _known(self, audit: Audit, comparison: Comparison) -> Known:
        """What the baseline knows of what is new; it was written for the whole tree, so that is what it is compared with."""
        change = self._change
        path, after = self._context.baseline, change.before if change.by_base else change.after
        if path is None or path not in after:
            if self._context.requires_baseline:
                raise UsageError(
                    "there is no such baseline in what is checked",
                    where="--baseline",
                    hint="write it with `licscan check --write-baseline`, and `git add` it",
                )
            return Known(new=comparison.new, old=(), gone=())
        content = Path(self._contents.locate(after, [path])[path]).read_bytes()
        name = printable(path)
        known = apply_baseline(audit.violations, read_baseline(content, name), name)
        fresh = [id(violation) for violation in comparison.new]
        return Known(
            new=tuple(violation for violation in known.new if id(violation) in fresh),
            old=tuple(each for each in known.old if id(each.violation) in fresh),
            gone=known.gone,
        )

    def _before(self, now: Configuration) -> Memory:
        key = self._key(self._change.before)
        known = recall(self._store, key)
        if known is not None:
            return known
        try:
            configuration = self._configurer.read(self._change.before)
        except UsageError:
            configuration = now  # it was broken before; judged as it would be now, only the change itself counts
        inventory, audit = self._judged(self._change.before, configuration)
        known = _remembered(_keys(audit, inventory, self._change.before), inventory, audit, configuration)
        return self._remember(self._change.before, known, inventory)

    def _remember(self, listing: Listing, memory: Memory, inventory: Inventory) -> Memory:
        key = self._key(listing)
        self._store.put(f"surroundings of {key}", surroundings(inventory))
        known = replace(memory, surroundings=f"surroundings of {key}")
        self._store.put(key, known)
        return known

    def _judged(self, listing: Listing, configuration: Configuration) -> tuple[Inventory, Audit]:
        seen = self._view(listing, configuration)
        locations = self._contents.locate(seen.listing, seen.files)
        root = self._change.repository.root
        selection = seen.selection(root, locations)
        options = WalkOptions(exclude=self._exclude(configuration))
        inventory = scan_selection(selection, options, self._parts, ROOT_NAME)
        settings = configuration.settings
        audit = judge(
            inventory,
            self._parts.catalogue,
            configuration.policy,
            settings.facts,
            settings.decisions,
            today=self._today,
        )
        return inventory, audit

    def _view(self, listing: Listing, configuration: Configuration) -> View:
        own = configuration.own | ({self._context.baseline} if self._context.baseline else set())
        return view(listing, self._facts.of(listing), self._exclude(configuration), own)

    def _exclude(self, configuration: Configuration) -> tuple[str, ...]:
        return (*configuration.settings.exclude, *self._context.exclude)

    def _key(self, listing: Listing) -> str:
        return memory_key(listing, self._context.asked, self._parts.detector.fingerprint)

    def _new_issues(self, inventory: Inventory, before: Memory) -> tuple[Issue, ...]:
        """Leave out what could not be read before either, in files that the change does not touch; of dependencies, those that it does
        not bring in."""
        known = set(before.issues)
        changed = {printable(path) for path in self._change.changes.paths}
        others = (
            issue
            for issue in inventory.issues
            if issue.code is not IssueCode.UNRESOLVED
            and ((issue.code.value, _path(issue)) not in known or _path(issue) in changed)
        )
        return (*others, *unresolved_issues(_brought_in(inventory, before), online=False))


def _brought_in(inventory: Inventory, before: Memory) -> Iterator[Component]:
    """Yield the components without those that were unresolved before the change, and without submodules: a check leaves these out."""
    known = set(before.unresolved)
    return (
        each
        for each in inventory.components
        if not each.unresolved or not (each.id in known or all(map(_names_submodules, each.locations)))
    )


def _names_submodules(location: Location) -> bool:
    return location.path.rpartition("/")[2] == ".gitmodules"


def _path(issue: Issue) -> str:
    return issue.location.path if issue.location else ""


def _older(violation: Violation, against: str) -> Suppression:
    return Suppression(
        kind=SuppressionKind.BEFORE,
        violation=violation,
        why=message("before", "it was there before: {against}", against=quoted(against)),
    )


def _remembered(keys: tuple[Identity, ...], inventory: Inventory, audit: Audit, configuration: Configuration) -> Memory:
    decisions = configuration.settings.decisions
    components = [each for each in inventory.components if each.kind is not ComponentKind.PROJECT]
    named = set(names_of(match for finding in inventory.findings for match in every_match(finding)))
    # What a manifest says of its licence may name a file too: "SEE LICENSE IN terms.txt".
    named |= {word.strip("\"'") for each in inventory.components for claim in each.claims for word in _words(claim.raw)}
    return Memory(
        findings=tuple((known.key, known.path) for known in keys),
        issues=tuple((issue.code.value, _path(issue)) for issue in inventory.issues),
        day=audit.judged_on if decisions.waivers or decisions.curations else "",
        waived=sum(each.kind is SuppressionKind.WAIVER for each in audit.suppressed),
        corrected=sum(each.applied for each in audit.corrections),
        policy=audit.policy.name,
        # Names are compared in any case: a reference may be written as it likes.
        references=tuple(sorted({part.lower() for name in named for part in name.split("/")})),
        folders=tuple(sorted({path for each in components for path in (each.directory, *each.other_paths) if path})),
        own=tuple(sorted(map(printable, configuration.own))),
        shows_statements=bool(inventory.statements) or bool(inventory.models),
        states_outside=bool(inventory.reuse.annotations),
        unresolved=tuple(each.id for each in inventory.components if each.unresolved),
    )


def _words(raw: str | None) -> list[str]:
    """The words of a statement that may be the name of a file."""
    return [word for word in (raw or "")[:_STATEMENT].split() if "." in word or "/" in word]


def _keys(audit: Audit, inventory: Inventory, listing: Listing) -> tuple[Identity, ...]:
    components = {component.id: component for component in inventory.components}
    tracked = {printable(path) for path in listing} if components else set()
    asked = {each.child for each in inventory.dependencies if each.location and each.location.path in tracked}
    found = []
    for violation in audit.violations:
        known = identity(violation)
        subject = violation.subject
        named = (
            subject.kind is not SubjectKind.COMPONENT
            or subject.id in asked
            or _is_tracked(components.get(subject.id), tracked)
        )
        found.append(known if named else Identity(known.key + _UNTRACKED, known.path))
    return tuple(found)


def _is_tracked(component: Component | None, tracked: set[str]) -> bool:
    if component is None or component.directory == "":
        return True
    places = {location.path for location in component.locations}
    directory = f"{component.directory}/" if component.directory else None
    return not places.isdisjoint(tracked) or any(
        directory is not None and path.startswith(directory) for path in tracked
    )


def _compare(violations: tuple[Violation, ...], keys: tuple[Identity, ...], before: Memory) -> Comparison:
    """Compare; a finding about what only an installed tree holds is never new."""
    known = [Identity(key, path) for key, path in before.findings]
    named = [number for number, key in enumerate(keys) if not key.key.endswith(_UNTRACKED)]
    done = compare(
        [violations[number] for number in named],
        [each for each in known if not each.key.endswith(_UNTRACKED)],
    )
    installed = [violation for number, violation in enumerate(violations) if number not in set(named)]
    return replace(done, old=(*done.old, *installed))
