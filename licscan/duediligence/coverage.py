"""Scope and limits: what was looked at, what was not, and how deep. A silent gap would ruin trust in all the rest."""

from __future__ import annotations

from collections import Counter

from licscan.core.archive import EXTRACT_SUFFIX
from licscan.core.component import ComponentKind
from licscan.core.finding import FileKind
from licscan.core.issue import Issue, IssueCode, IssueLevel
from licscan.core.message import Message, license_, quoted, say
from licscan.core.verdict import SubjectKind
from licscan.duediligence.document import Coverage, Source, Unseen
from licscan.duediligence.view import Judged, View, digest
from licscan.duediligence.words import FILE_KINDS

_ARCHIVES = (
    ".zip", ".jar", ".war", ".ear", ".aar", ".whl", ".egg", ".tar", ".tgz", ".gz", ".bz2", ".xz", ".zst", ".7z", ".rar", ".nupkg",
    ".gem", ".crate", ".deb", ".rpm", ".apk", ".ipa", ".iso", ".cab",
)  # fmt: skip
_ISSUES = {
    IssueCode.UNREADABLE: say("could not be read"),
    IssueCode.TOO_LARGE: say("too large"),
    IssueCode.TIMED_OUT: say("took too long"),
    IssueCode.CRASHED: say("the detector or a parser failed on it"),
    IssueCode.BROKEN_MANIFEST: say("a manifest or lockfile that does not parse"),
    IssueCode.BROKEN_MODEL_FILE: say("a model file, card or configuration that does not parse"),
    IssueCode.UNSAFE_ARCHIVE: say("an archive with a member that was refused"),
    IssueCode.NOT_FETCHED: say("looked up online and not found"),
    IssueCode.CACHE: say("the cache could not be used; the answers are not affected"),
    IssueCode.UNRESOLVED: say("neither files nor metadata were read"),
    IssueCode.NOT_READ: say("recognised, and not read"),
    IssueCode.UNPARSED_EXPRESSION: say("a licence expression that is none"),
}

# Entries that were left out and are named one by one; the rest is counted, and named in the result.
_NAMED = 200


def coverage(view: View) -> Coverage:
    inventory = view.inventory
    third_party = [component for component in inventory.components if component.kind is not ComponentKind.PROJECT]
    kinds = Counter(file.kind for file in inventory.files)
    scopes = Counter(component.scope for component in third_party)
    depth = Counter(component.direct for component in third_party)
    licensed = Counter(
        conclusion.subject.scope
        for conclusion in view.audit.conclusions
        if conclusion.subject.kind is SubjectKind.FILE and conclusion.classification
    )
    return Coverage(
        files=len(inventory.files),
        size=sum(file.size for file in inventory.files),
        by_kind=tuple((kind.value, kinds[kind]) for kind in FileKind if kinds[kind] and kind.value in FILE_KINDS),
        by_scope=tuple((scope, count) for scope, count in sorted(scopes.items(), key=lambda item: item[0].value)),
        files_by_scope=tuple(
            (scope, count) for scope, count in sorted(licensed.items(), key=lambda item: item[0].value)
        ),
        direct=depth[True],
        indirect=depth[False],
        unknown_depth=depth[None],
        unread=tuple(_issue(issue) for issue in sorted(inventory.issues, key=_issue_order)),
        skipped=_skipped(view),
        archives=_unopened(view),
        binaries=kinds[FileKind.BINARY],
        limits=_limits(view),
    )


def _unopened(view: View) -> tuple[str, ...]:
    """Return the archives of which no content was looked at."""
    paths = [file.path for file in view.inventory.files]
    opened = {path.partition(f"{EXTRACT_SUFFIX}/")[0] for path in paths if f"{EXTRACT_SUFFIX}/" in path}
    return tuple(path for path in paths if path.lower().endswith(_ARCHIVES) and path not in opened)


def _issue(issue: Issue) -> Unseen:
    what = say("{what}: {detail}", what=_ISSUES.get(issue.code, say("trouble")), detail=issue.message)
    place = str(issue.location) if issue.location else None
    count = 0 if issue.level is IssueLevel.WARNING else 1
    return Unseen(code=issue.code.value, what=what, count=count, path=place)


def _issue_order(issue: Issue) -> tuple[bool, str, str]:
    return issue.level is not IssueLevel.INCOMPLETE, issue.code.value, str(issue.location)


def _skipped(view: View) -> tuple[Unseen, ...]:
    counted: Counter[Message] = Counter()
    for skipped in view.inventory.skipped:
        counted[skipped.reason] += skipped.count
    rows = (Unseen(code="skipped", what=reason, count=count) for reason, count in counted.items())
    named = (
        Unseen(code="skipped", what=skipped.reason, count=skipped.count, path=skipped.path)
        for skipped in view.inventory.skipped[:_NAMED]
    )
    ignored = (
        Unseen(
            code="ignored",
            what=say("{licence}, between the ignore marks of REUSE", licence=license_(statement.expression)),
            count=1,
            path=str(statement.location),
        )
        for statement in view.ignored[:_NAMED]
    )
    return (*sorted(rows, key=lambda row: (-row.count, row.what.text)), *named, *ignored)


def _limits(view: View) -> tuple[Message, ...]:
    settings = dict(view.inventory.run.settings)
    limits = [
        say("Depth: licence texts, notices and tags in files, and what manifests, lockfiles, installed packages and model files "
            "declare. Copied fragments without a notice are not looked for."),
        say("The present state of the tree was scanned, not the history of the repository, but for the messages of commits.")
        if view.judged.assisted_commits
        else say("The present state of the tree was scanned, not the history of the repository."),
        say("Services that the product calls, and what is loaded when it runs, are not part of the tree."),
        say("Shipped and development parts are distinguished by manifests and by places in the tree; what the build actually packs is not "
            "known. Compare it with a delivered copy."),
        say("Components are identified from manifests, lockfiles, installed packages and copied folders; what code merely imports, and no "
            "such record names, is not among them."),
    ]  # fmt: skip
    absent = sum(
        component.kind is ComponentKind.PACKAGE and component.directory is None
        for component in view.inventory.components
    )
    if absent:
        limits.append(say("Packages that are named and are not in the tree: {count}. None of their files was scanned, and their own "
                          "dependencies are known only where a lockfile lists them.", count=absent))  # fmt: skip
    if settings.get("archives") != "true":
        limits.append(
            say("Archives and packed files, recognised by their names, are not opened; what is inside is not known.")
        )
    if settings.get("installed") != "files" and settings.get("all-files") != "true":
        limits.append(say("Of installed packages the metadata and licence files were read, not each of their files."))
    if settings.get("all-files") != "true":
        limits.append(say("Files that the tree's own ignore files match and that are not tracked were left out."))
    if settings.get("exclude"):
        limits.append(say("Left out by a pattern of the scan: {patterns}", patterns=quoted(settings["exclude"])))
    return tuple(limits)


def source(judged: Judged) -> Source:
    """Return what was audited: where its facts come from, and what they lack."""
    run = judged.inventory.run
    state = None
    if judged.commit:
        state = say("with changes that are not committed") if judged.dirty else say("without uncommitted changes")
    return Source(
        kind=judged.kind,
        name=run.root,
        commit=judged.commit,
        commit_state=state,
        tree=digest(*((file.path, file.sha256) for file in judged.inventory.files)),
        result=judged.result_digest,
        scanned_at=run.finished,
        tool_version=run.tool_version,
        scancode_version=run.rule_data,
        detector=run.detector,
        settings=run.settings,
        lacks=_lacks(judged),
    )


def _lacks(judged: Judged) -> tuple[Message, ...]:
    """What the facts do not hold and a full audit would."""
    inventory = judged.inventory
    settings = dict(inventory.run.settings)
    third_party = [component for component in inventory.components if component.kind is not ComponentKind.PROJECT]
    lacks = []
    if not any(component.copyrights or component.holders for component in inventory.components):
        lacks.append(say("Copyright holders: none are recorded, so that attribution cannot be shown to be fulfilled."))
    everything = settings.get("installed") == "files" or settings.get("all-files") == "true"
    if any(component.directory for component in third_party) and not everything:
        lacks.append(say("Files of installed packages: they were not scanned one by one (--installed files)."))
    if settings.get("all-files") != "true":
        lacks.append(say("Files that were left out: the scan did not cover all files (--all-files)."))
    if judged.marks is None:
        lacks.append(say("Marks of assistants: they were not looked for."))
    if inventory.statements is None:
        lacks.append(say("Statements that model licences want shown: they were not looked for."))
    if judged.commit is None:
        lacks.append(say("The commit: the tree is identified by the digest of its files only."))
    if not any(component.version for component in third_party) and third_party:
        lacks.append(say("Versions of components: none are recorded."))
    return tuple(lacks)
