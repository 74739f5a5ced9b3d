"""The tables of a report, the same for the page, the workbook, the document for counsel and the text form."""
# ruff: noqa: ARG005 - every column is asked with the words and the item, and not every one needs both

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from msgspec import Struct

from licscan.core.message import mark
from licscan.core.text import visible
from licscan.core.verdict import SubjectKind
from licscan.duediligence.document import (
    Chapter,
    ChapterRow,
    Entry,
    EvidenceRow,
    Issue,
    Item,
    Product,
    SubjectRef,
    Usage,
)
from licscan.duediligence.words import MATCHERS, USAGE_FACTS
from licscan.report.duediligence.front import IssueWords, issue_words, item_name, item_places
from licscan.report.duediligence.words import Words

Cell = str | int | float | None
_CLIPPED = 4000  # characters of a cell; a workbook holds 32,767, a reader fewer


class Column(Struct, frozen=True, kw_only=True):
    """``width`` is in characters. ``choice`` marks columns whose few values make a filter; ``code`` is shown in a fixed
    pitch; ``wide`` columns are told in the details on a page."""

    key: str
    title: str
    width: int = 16
    choice: bool = False
    code: bool = False
    wide: bool = False


class Table(Struct, frozen=True, kw_only=True):
    """Rows of cells, in order; ``ids`` name the rows for links."""

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    ids: tuple[str, ...]


_Spec = tuple[Column, Callable[[Words, Any], Cell]]


def tables(product: Product, words: Words) -> tuple[Table, ...]:
    """Return all tables of one product, in the report's order."""
    return (
        _table("issues", mark("Issues"), _ISSUES, _issue_rows(product, words), words),
        _table("components", mark("Components"), _COMPONENTS, product.components, words),
        _table("licences", mark("Licence review"), _LICENSES, product.licenses, words),
        _table("register", mark("Risk register"), _RISKS, product.risks, words),
        _table("actions", mark("Actions"), _ACTIONS, product.actions, words),
        _table("obligations", mark("Obligations"), _DUTIES, product.duties, words),
        _table("questions", mark("Questions"), _QUESTIONS, product.questions, words),
        _table("evidence", mark("Evidence"), _EVIDENCE, product.evidence, words),
        _table("chapters", mark("Special chapters"), _CHAPTERS, _chapter_rows(product), words),
        scenario_table(product, words),
        _table("decisions", mark("Decisions"), _DECISIONS, product.decisions, words),
    )


def scenario_table(product: Product, words: Words) -> Table:
    """Return what scenarios judge differently, one column a scenario; empty where there are none."""
    laid = product.scenarios
    names = [scenario.name for scenario in laid.columns] if laid else []
    columns = (
        Column(key="subject", title=words.text(mark("Subject")), width=40),
        Column(key="licence", title=words.text(mark("Licence")), width=30, code=True),
        *(
            Column(key=f"scenario-{number}", title=words.text(visible(name)), width=30)
            for number, name in enumerate(names)
        ),
    )
    rows = tuple(
        (subject_name(row.subject), _shown(row.license), *(words.phrase(cell) for cell in row.cells))
        for row in (laid.differences if laid else ())
    )
    ids = tuple(row.subject.id for row in (laid.differences if laid else ()))
    return Table(key="scenarios", title=words.text(mark("Scenarios")), columns=columns, rows=rows, ids=ids)


def _issue_rows(product: Product, words: Words) -> tuple[tuple[IssueWords, Item, Issue], ...]:
    return tuple((issue_words(issue, words), item, issue) for issue in product.issues for item in issue.items)


def _chapter_rows(product: Product) -> tuple[tuple[Chapter, ChapterRow], ...]:
    return tuple((chapter, row) for chapter in product.chapters for row in chapter.rows)


def _table(key: str, title: str, specs: Sequence[_Spec], items: Iterable[Any], words: Words) -> Table:
    getters = [get for _, get in specs]
    rows = tuple(tuple([_cell(get(words, item)) for get in getters]) for item in items)
    ids = tuple(_row_id(item) for item in items)
    return Table(
        key=key,
        title=words.text(title),
        columns=tuple(_translated(column, words) for column, _ in specs),
        rows=rows,
        ids=ids,
    )


def _translated(column: Column, words: Words) -> Column:
    return Column(
        key=column.key,
        title=words.text(column.title),
        width=column.width,
        choice=column.choice,
        code=column.code,
        wide=column.wide,
    )


def _cell(value: Cell) -> Cell:
    if isinstance(value, str) and len(value) > _CLIPPED:
        return f"{value[: _CLIPPED - 3]}..."
    return value


def _row_id(item: Any) -> str:
    if isinstance(item, Entry):
        return f"{item.subject.kind.value}:{item.subject.id}"
    return str(getattr(item, "id", "") or getattr(item, "license", ""))


def subject_name(subject: SubjectRef) -> str:
    """Return what a reader knows the subject by."""
    name = subject.name if subject.name else subject.id
    return visible(f"{name} {subject.version}" if subject.version else name)


def depth(words: Words, entry: Entry) -> str:
    if entry.direct is None:
        return words.text("unknown") if entry.subject.kind is SubjectKind.COMPONENT else ""
    return words.text("direct") if entry.direct else words.text("indirect")


def usage(words: Words, found: Iterable[Usage]) -> str:
    told = (
        words.text(
            "{fact}: {value} ({source})",
            fact=words.text(USAGE_FACTS.get(item.fact, item.fact)),
            value=words.phrase(item.value),
            source=words.phrase(item.source),
        )
        for item in found
    )
    return "\n".join(told)


def place(path: str, start: int | None, end: int | None) -> str:
    shown = visible(path)
    if start is None:
        return shown
    return f"{shown}:{start}" if end in (None, start) else f"{shown}:{start}-{end}"


def _ids(found: Iterable[str]) -> str:
    return "\n".join(found)


def _shown(text: str | None) -> str:
    return visible(text or "")


_ISSUES: tuple[_Spec, ...] = (
    (Column(key="bucket", title=mark("Bucket"), width=18, choice=True), lambda w, r: w.label(r[2].bucket)),
    (Column(key="number", title=mark("Issue"), width=7), lambda w, r: r[0].number),
    (Column(key="title", title=mark("Title"), width=44, choice=True), lambda w, r: r[0].title),
    (Column(key="item", title=mark("Item"), width=40), lambda w, r: item_name(r[1], w)),
    (Column(key="licence", title=mark("Licence"), width=24, code=True), lambda w, r: w.phrase(r[1].brief)),
    (Column(key="certainty", title=mark("Certainty"), width=11, choice=True), lambda w, r: w.label(r[1].certainty)),
    (Column(key="files", title=mark("Files"), width=7), lambda w, r: r[1].files),
    (Column(key="places", title=mark("Places"), width=40, code=True), lambda w, r: item_places(r[1], w)),
    (Column(key="what", title=mark("What it is"), width=50, wide=True), lambda w, r: w.phrase(r[1].what)),
    (Column(key="why", title=mark("Why it matters"), width=50, wide=True), lambda w, r: f"{r[0].why} ({r[0].concerns})"),
    (Column(key="clauses", title=mark("What the licences state"), width=50, wide=True), lambda w, r: "\n".join(r[0].clauses)),
    (Column(key="options", title=mark("Options"), width=50, wide=True), lambda w, r: "\n".join(r[0].options)),
    (Column(key="addressees", title=mark("Who answers"), width=24, wide=True), lambda w, r: r[0].addressees),
    (Column(key="whole", title=mark("Whole expression"), width=40, code=True, wide=True), lambda w, r: _shown(r[1].license)),
    (Column(key="finding-ids", title=mark("Finding ids"), width=20, code=True, wide=True), lambda w, r: _ids(r[1].findings[:50])),
)  # fmt: skip

_COMPONENTS: tuple[_Spec, ...] = (
    (Column(key="bucket", title=mark("Bucket"), width=18, choice=True), lambda w, e: w.label(e.bucket)),
    (Column(key="kind", title=mark("Kind"), width=11, choice=True), lambda w, e: w.label(e.subject.kind)),
    (Column(key="name", title=mark("Name"), width=34), lambda w, e: _shown(e.subject.name)),
    (Column(key="version", title=mark("Version"), width=12, code=True), lambda w, e: _shown(e.subject.version)),
    (Column(key="licence", title=mark("Licence (concluded)"), width=30, code=True), lambda w, e: _shown(e.concluded)),
    (Column(key="class", title=mark("Class"), width=18, choice=True), lambda w, e: w.class_label(e.license_class)),
    (Column(key="scope", title=mark("Scope"), width=12, choice=True), lambda w, e: w.label(e.scope)),
    (Column(key="depth", title=mark("Direct or indirect"), width=11, choice=True), depth),
    (Column(key="usage", title=mark("Usage facts, and who states them"), width=44, wide=True), lambda w, e: usage(w, e.usage)),
    (Column(key="origin", title=mark("Origin"), width=24, wide=True), lambda w, e: w.phrase(e.origin)),
    (Column(key="chain", title=mark("Comes in by"), width=36, wide=True), lambda w, e: visible(" > ".join(e.chain))),
    (Column(key="declared", title=mark("Declared"), width=24, code=True, wide=True), lambda w, e: _shown(e.declared)),
    (Column(key="detected", title=mark("Detected"), width=24, code=True, wide=True), lambda w, e: _shown(e.detected)),
    (Column(key="holders", title=mark("Copyright holders"), width=30, wide=True), lambda w, e: _shown("; ".join(e.holders))),
    (Column(key="named-at", title=mark("Named at"), width=34, code=True, wide=True), lambda w, e: visible(", ".join(e.named_at[:20]))),
    (Column(key="purl", title=mark("Package URL"), width=36, code=True, wide=True), lambda w, e: _shown(e.purl)),
    (Column(key="findings", title=mark("Findings"), width=9), lambda w, e: len(e.findings)),
    (Column(key="finding-ids", title=mark("Finding ids"), width=20, code=True, wide=True), lambda w, e: _ids(e.findings)),
    (Column(key="id", title=mark("Component id"), width=30, code=True, wide=True), lambda w, e: _shown(e.subject.id)),
)  # fmt: skip

_LICENSES: tuple[_Spec, ...] = (
    (Column(key="licence", title=mark("Licence"), width=34, code=True), lambda w, r: _shown(r.license)),
    (Column(key="name", title=mark("Name"), width=34), lambda w, r: _shown(r.name)),
    (Column(key="class", title=mark("Class"), width=18, choice=True), lambda w, r: w.class_label(r.license_class)),
    (Column(key="commercial", title=mark("Limits on commercial use"), width=34), lambda w, r: w.terms(r.commercial_limits)),
    (Column(key="source", title=mark("Duties to give source"), width=34), lambda w, r: w.terms(r.source_duties)),
    (Column(key="network", title=mark("Network copyleft"), width=10, choice=True), lambda w, r: w.text("yes") if r.network else w.text("no")),
    (Column(key="duties", title=mark("All duties"), width=44, wide=True), lambda w, r: w.terms(r.duties)),
    (Column(key="limits", title=mark("All rights and limits"), width=44, wide=True), lambda w, r: w.terms(r.limits)),
    (Column(key="reason", title=mark("Why this class"), width=40, wide=True), lambda w, r: visible(w.phrase(r.reason))),
    (Column(key="subjects", title=mark("Found in"), width=9), lambda w, r: r.subjects),
)  # fmt: skip

_RISKS: tuple[_Spec, ...] = (
    (Column(key="bucket", title=mark("Bucket"), width=18, choice=True), lambda w, r: w.label(r.bucket)),
    (Column(key="severity", title=mark("Severity"), width=12, choice=True), lambda w, r: w.label(r.severity)),
    (Column(key="likelihood", title=mark("Likelihood"), width=11, choice=True), lambda w, r: w.label(r.likelihood)),
    (Column(key="subject", title=mark("Subject"), width=36), lambda w, r: subject_name(r.subject)),
    (Column(key="licence", title=mark("Licence"), width=26, code=True), lambda w, r: _shown(r.license)),
    (Column(key="code", title=mark("Code"), width=20, choice=True, code=True, wide=True), lambda w, r: r.code),
    (Column(key="effort", title=mark("Effort"), width=9, choice=True), lambda w, r: w.label(r.effort)),
    (Column(key="message", title=mark("Finding"), width=60), lambda w, r: w.phrase(r.message)),
    (Column(key="liability", title=mark("Consequences"), width=50, wide=True), lambda w, r: w.phrase(r.liability)),
    (Column(key="duties", title=mark("Duties and limits at stake"), width=30, wide=True), lambda w, r: w.terms(r.duties)),
    (Column(key="remedies", title=mark("Options"), width=26, wide=True), lambda w, r: w.listed(w.label(each) for each in r.remedies)),
    (Column(key="fix", title=mark("What to do"), width=50, wide=True), lambda w, r: w.phrase(r.how_to_fix)),
    (Column(key="question", title=mark("Question"), width=40, wide=True), lambda w, r: w.phrase(r.question) if r.question else ""),
    (Column(key="severity-reason", title=mark("Why this severity"), width=40, wide=True), lambda w, r: w.phrase(r.severity_reason)),
    (Column(key="likelihood-reason", title=mark("Why this likelihood"), width=40, wide=True), lambda w, r: w.phrase(r.likelihood_reason)),
    (Column(key="effort-reason", title=mark("Why this effort"), width=36, wide=True), lambda w, r: w.phrase(r.effort_reason)),
    (Column(key="rule", title=mark("Rule"), width=24, code=True, wide=True), lambda w, r: r.rule),
    (Column(key="source", title=mark("Rests on"), width=14, wide=True), lambda w, r: visible(r.source)),
    (Column(key="outcome", title=mark("Policy says"), width=10, choice=True, wide=True), lambda w, r: w.label(r.outcome)),
    (Column(key="choice", title=mark("Choice taken"), width=20, code=True, wide=True), lambda w, r: _shown(r.choice)),
    (Column(key="evidence", title=mark("Pieces of evidence"), width=9, wide=True), lambda w, r: len(r.evidence)),
    (Column(key="id", title=mark("Finding id"), width=20, code=True, wide=True), lambda w, r: r.id),
)  # fmt: skip

_ACTIONS: tuple[_Spec, ...] = (
    (Column(key="order", title=mark("Order"), width=7), lambda w, a: a.order),
    (Column(key="phase", title=mark("When"), width=26, choice=True), lambda w, a: w.phrase(a.phase)),
    (Column(key="what", title=mark("What to do"), width=60), lambda w, a: w.phrase(a.what)),
    (Column(key="subjects", title=mark("Subjects"), width=40), lambda w, a: _some(a.subjects, w)),
    (Column(key="severity", title=mark("Severity"), width=12, choice=True), lambda w, a: w.label(a.severity)),
    (Column(key="effort", title=mark("Effort"), width=9, choice=True), lambda w, a: w.label(a.effort)),
    (Column(key="remedies", title=mark("Options"), width=26, wide=True), lambda w, a: w.listed(w.label(each) for each in a.remedies)),
    (Column(key="owner", title=mark("Owner"), width=18), lambda w, a: a.owner),
    (Column(key="due", title=mark("Due"), width=12), lambda w, a: a.due),
    (Column(key="status", title=mark("Status"), width=10, wide=True), lambda w, a: w.text("open")),
    (Column(key="findings", title=mark("Findings"), width=9), lambda w, a: len(a.findings)),
    (Column(key="finding-ids", title=mark("Finding ids"), width=20, code=True, wide=True), lambda w, a: _ids(a.findings[:50])),
)  # fmt: skip

_DUTIES: tuple[_Spec, ...] = (
    (Column(key="state", title=mark("State"), width=14, choice=True), lambda w, d: w.label(d.state)),
    (Column(key="subject", title=mark("Subject"), width=36), lambda w, d: subject_name(d.subject)),
    (Column(key="licence", title=mark("Licence"), width=26, code=True), lambda w, d: _shown(d.license)),
    (Column(key="duty", title=mark("Duty"), width=34, choice=True), lambda w, d: w.term(d.duty)),
    (Column(key="proof", title=mark("Proof, or why not"), width=60), lambda w, d: w.phrase(d.proof)),
    (Column(key="places", title=mark("Places"), width=40, code=True, wide=True), lambda w, d: visible(", ".join(d.places))),
)  # fmt: skip

_QUESTIONS: tuple[_Spec, ...] = (
    (Column(key="number", title=mark("Order"), width=7), lambda w, q: q.number),
    (Column(key="addressee", title=mark("Who answers"), width=14, choice=True), lambda w, q: w.label(q.addressee)),
    (Column(key="question", title=mark("Question"), width=70), lambda w, q: w.phrase(q.text)),
    (Column(key="effect", title=mark("Effect of the answer"), width=50), lambda w, q: w.phrase(q.effect)),
    (Column(key="fact", title=mark("Fact that contains it"), width=20, code=True, wide=True), lambda w, q: q.fact or ""),
    (Column(key="issues", title=mark("Issues"), width=9), lambda w, q: ", ".join(str(number) for number in q.issues)),
    (Column(key="answer", title=mark("Answer"), width=30), lambda w, q: ""),
    (Column(key="findings", title=mark("Findings"), width=9), lambda w, q: len(q.findings)),
    (Column(key="finding-ids", title=mark("Finding ids"), width=20, code=True, wide=True), lambda w, q: _ids(q.findings[:50])),
)  # fmt: skip

_CURATION = "curation"  # the rule of a detection that a person corrected


def _recognised(words: Words, row: EvidenceRow) -> str:
    return words.text("a person's correction") if row.rule == _CURATION else _shown(row.rule)


_EVIDENCE: tuple[_Spec, ...] = (
    (Column(key="place", title=mark("Place"), width=44, code=True), lambda w, e: place(e.path, e.start_line, e.end_line)),
    (Column(key="licence", title=mark("Licence read from it"), width=22, code=True), lambda w, e: _shown(e.license)),
    (Column(key="rule", title=mark("Recognised by"), width=28, code=True), _recognised),
    (Column(key="score", title=mark("Score"), width=7), lambda w, e: None if e.rule == _CURATION else e.score),
    (Column(key="matcher", title=mark("How"), width=24, choice=True), lambda w, e: w.text(MATCHERS.get(e.matcher or "", _shown(e.matcher)))),
    (Column(key="text", title=mark("Matched text"), width=60, wide=True), lambda w, e: w.clip(e.text) if e.text else ""),
    (Column(key="note", title=mark("Note"), width=30, wide=True), lambda w, e: w.phrase(e.note) if e.note else ""),
    (Column(key="digest", title=mark("SHA-256 of the file"), width=20, code=True, wide=True), lambda w, e: _shown(e.digest)),
    (Column(key="finding-ids", title=mark("Finding ids"), width=20, code=True, wide=True), lambda w, e: _ids(e.findings)),
    (Column(key="id", title=mark("Evidence id"), width=20, code=True, wide=True), lambda w, e: e.id),
)  # fmt: skip

_CHAPTERS: tuple[_Spec, ...] = (
    (Column(key="chapter", title=mark("Chapter"), width=34, choice=True), lambda w, r: w.phrase(r[0].title)),
    (Column(key="subject", title=mark("Subject"), width=40), lambda w, r: subject_name(r[1].subject)),
    (Column(key="licence", title=mark("Licence"), width=30, code=True), lambda w, r: _shown(r[1].license)),
    (Column(key="what", title=mark("Statement"), width=70), lambda w, r: w.phrase(r[1].what)),
    (Column(key="places", title=mark("Places"), width=40, code=True), lambda w, r: visible(", ".join(r[1].places))),
    (Column(key="finding-ids", title=mark("Finding ids"), width=20, code=True, wide=True), lambda w, r: _ids(r[1].findings)),
)  # fmt: skip

_DECISIONS: tuple[_Spec, ...] = (
    (Column(key="kind", title=mark("Kind"), width=16, choice=True), lambda w, d: _decision_kind(w, d.kind)),
    (Column(key="subject", title=mark("Subject"), width=40), lambda w, d: subject_name(d.subject)),
    (Column(key="what", title=mark("What was decided"), width=60), lambda w, d: w.phrase(d.what)),
    (Column(key="why", title=mark("Why"), width=50), lambda w, d: w.phrase(d.why)),
    (Column(key="count", title=mark("Count"), width=7), lambda w, d: d.count),
)  # fmt: skip


def _some(names: Sequence[str], words: Words) -> str:
    shown = "\n".join(visible(each) for each in names[:20])
    return f"{shown}\n{words.text('and {count} more', count=len(names) - 20)}" if len(names) > 20 else shown


def _decision_kind(words: Words, kind: str) -> str:
    known = {
        "choice": words.text("choice of a licence"),
        "does-not-count": words.text("does not count"),
        "waiver": words.text("waiver"),
        "curation": words.text("curation"),
    }
    return known.get(kind, visible(kind))
