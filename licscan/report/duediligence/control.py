"""The cover and control block, and scope and limits, as pairs of a name and a value: told alike in every form."""

from __future__ import annotations

import shlex

from licscan.core.text import visible
from licscan.core.verdict import SubjectKind
from licscan.duediligence.document import Product
from licscan.duediligence.words import FACT_NAMES, FILE_KINDS, SETTING_NAMES, SETTING_VALUES
from licscan.report.duediligence.base import AuditInput
from licscan.report.duediligence.words import Words

Pair = tuple[str, str]
_NAMED = 10  # archives; the JSON form has all of them


def verdict_rows(product: Product, words: Words) -> tuple[Pair, ...]:
    """Return the verdict on ``product``, what is filed in each bucket, and what would change the verdict."""
    text, number = words.text, words.language.number
    told = f"{words.stop(words.phrase(product.verdict.headline))} {words.phrase(product.verdict.detail)}"
    rows = [(text("Verdict"), words.told(words.label(product.verdict.state), told))]
    rows += [
        (
            words.label(count.bucket),
            words.listed(
                (
                    words.told(text("Subjects"), number(count.subjects)),
                    words.told(text("Findings"), number(count.findings)),
                )
            ),
        )
        for count in product.buckets
    ]
    rows += [(text("What would change the verdict"), words.phrase(changer)) for changer in product.changers]
    return tuple(rows)


def bill(product: Product) -> tuple[int, int]:
    """Return how many components, and how many models and datasets, the bill of materials holds."""
    kinds = [entry.subject.kind for entry in product.components]
    return kinds.count(SubjectKind.COMPONENT) + kinds.count(SubjectKind.PROJECT), kinds.count(SubjectKind.MODEL)


def configuration_rows(product: Product, words: Words) -> tuple[Pair, ...]:
    """Return what the target's own configuration says, and what it changed or would have changed; nothing where it has none."""
    own, text = product.configuration, words.text
    if own is None:
        return ()
    told = (
        text("It was applied, because --trust-config was given. Its content and its effects:")
        if own.trusted
        else text("It was ignored. Its content, and the effects that it would have had:")
    )
    rows = [(text("The target's own configuration"), words.after(words.stop(visible(own.path)), told))]
    rows += [(text("Problem"), words.phrase(own.problem))] if own.problem else []
    rows += [(visible(key), visible(value)) for key, value in own.settings]
    rows += [(text("Effect"), words.phrase(effect)) for effect in own.effects]
    return tuple(rows)


def control_rows(report: AuditInput, product: Product) -> tuple[Pair, ...]:
    """Return who and what made the report on ``product``, from what, and the digest of the whole."""
    words, control, source = report.words, report.document.control, product.source
    text = words.text
    rows: list[Pair] = [
        (text("Target"), visible(product.name)),
        (text("Facts from"), text("a scan for this audit") if source.kind == "scan" else text("a stored result")),
        (text("Commit"), _commit(product, words)),
        (text("Digest of the tree"), visible(source.tree)),
        (text("Digest of the stored result"), visible(source.result or "-")),
        (text("Scanned"), words.language.moment(source.scanned_at)),
        (text("Report made"), words.language.moment(control.generated_at)),
        (text("Scanner"), f"licscan {visible(control.tool_version)}" + _made_by(product, words)),
        (
            text("Rule data"),
            text(
                "ScanCode {version}; engine and index: {detector}",
                version=source.scancode_version,
                detector=source.detector,
            ),
        ),
        (text("Policy"), words.told(control.policy_name, words.phrase(control.policy_title))),
        (text("Digest of the policy"), control.policy_digest),
        (
            text("Sources of the rules"),
            text(
                "'report' is the 2023 China Open Source Annual Report, chapter on commercialisation; 'licscan' is a rule of the tool"
            ),
        ),
        (text("Command line"), visible(shlex.join(control.command))),
        (text("Options of the scan"), _settings(product, words)),
        (text("Auditor"), visible(control.auditor or "")),
        (text("Reviewer"), visible(control.reviewer or "")),
        (text("Confidentiality"), words.phrase(control.confidentiality)),
        (
            text("Blind mode"),
            text("yes: names and paths of the seller are keyed digests") if control.blind else text("no"),
        ),
        (text("Not legal advice"), words.phrase(control.notice)),
        (text("Report digest (SHA-256)"), report.digest),
    ]
    rows += [(text("Lacks"), words.phrase(lack)) for lack in source.lacks]
    return tuple(rows)


def coverage_rows(product: Product, words: Words) -> tuple[Pair, ...]:
    """Return what was looked at and what was not."""
    seen, text, number = product.coverage, words.text, words.language.number
    rows: list[Pair] = [
        (text("Files scanned"), text("{files} files, {size} bytes", files=seen.files, size=seen.size)),
        (text("By kind"), words.listed(words.told(text(FILE_KINDS[kind]), count) for kind, count in seen.by_kind)),
        (text("Files with a licence, by what they serve"),
         words.listed(words.told(words.label(scope), count) for scope, count in seen.files_by_scope) or number(0)),
        (text("Components by scope"), words.listed(words.told(words.label(scope), count) for scope, count in seen.by_scope) or number(0)),
        (text("Components by depth"), text("direct: {direct}, indirect: {indirect}, unknown: {unknown}", direct=seen.direct,
                                           indirect=seen.indirect, unknown=seen.unknown_depth)),
        (text("Binary files"), text("{count}: scanned for text only", count=seen.binaries) if seen.binaries else number(0)),
        (text("Archives not opened"), _archives(seen.archives, words)),
    ]  # fmt: skip
    rows += [(text("Not scanned"), _unseen(row.path, words.phrase(row.what), words)) for row in seen.unread]
    rows += [
        (
            text("Left out on purpose"),
            _unseen(row.path, words.phrase(row.what), words)
            if row.path
            else words.told(words.phrase(row.what), row.count),
        )
        for row in seen.skipped
    ]
    rows += [(text("Limit"), words.phrase(limit)) for limit in seen.limits]
    rows += [
        (
            text("Fact {name}", name=text(FACT_NAMES.get(row.name, row.name))),
            _fact(row.value, words.phrase(row.source), words),
        )
        for row in product.facts
        if row.value is not None
    ]
    unknown = [text(FACT_NAMES.get(row.name, row.name)) for row in product.facts if row.value is None]
    rows += [(text("Facts not declared"), text("; ").join(unknown))] if unknown else []
    return tuple(rows)


def _archives(paths: tuple[str, ...], words: Words) -> str:
    count = words.language.number(len(paths))
    if not paths:
        return count
    named = [visible(path) for path in paths[:_NAMED]]
    rest = [words.text("and {count} more", count=len(paths) - _NAMED)] if len(paths) > _NAMED else []
    return words.told(count, words.listed([*named, *rest]))


def _settings(product: Product, words: Words) -> str:
    """Return the options that shaped the scan, those that were left empty apart."""
    everything = dict(product.source.settings).get("all-files") == "true"
    return words.text("; ").join(
        words.told(words.text(SETTING_NAMES.get(key, key)), words.text(SETTING_VALUES.get(value, visible(value))))
        for key, value in product.source.settings
        if value and not (everything and key == "installed")  # then each of their files is looked at, whatever it says
    )


def _fact(value: str | None, source: str, words: Words) -> str:
    return (
        source if value is None else words.text("{value} ({source})", value=words.text(visible(value)), source=source)
    )


def _unseen(path: str | None, what: str, words: Words) -> str:
    return words.told(visible(path), what) if path else what


def _commit(product: Product, words: Words) -> str:
    source = product.source
    if not source.commit:
        return words.text("none: the target is not a repository, or the result does not state it")
    if not source.commit_state:
        return visible(source.commit)
    return words.text("{value} ({source})", value=source.commit, source=words.phrase(source.commit_state))


def _made_by(product: Product, words: Words) -> str:
    stored = product.source
    return "" if stored.kind == "scan" else f" ({words.text('facts by {version}', version=stored.tool_version)})"
