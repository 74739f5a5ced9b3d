"""The audit as a document for counsel to edit: headings, contents, tables; the open and high findings in full.

At most 500 rows a table; the rest stands in the workbook under the same ids. Tables are written as XML: the library's own
cells take minutes for what a report holds.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, BinaryIO

from docx import Document

from licscan.core.message import mark
from licscan.core.text import visible
from licscan.core.verdict import Severity, SubjectKind
from licscan.duediligence.document import Product, Risk
from licscan.duediligence.ratings import Bucket
from licscan.report.duediligence.archive import rewritten
from licscan.report.duediligence.base import AuditInput
from licscan.report.duediligence.control import bill, configuration_rows, control_rows, coverage_rows
from licscan.report.duediligence.docx_parts import bookmark, safe, table_xml, write_contents
from licscan.report.duediligence.docx_style import set_properties, set_styles
from licscan.report.duediligence.front import (
    IssueWords,
    front_issues,
    front_questions,
    issue_words,
    item_rows,
    overall_issues,
    rest,
    unknown,
)
from licscan.report.duediligence.intros import INTROS
from licscan.report.duediligence.tables import Column, Table, place, subject_name, usage
from licscan.report.duediligence.words import Words

MAX_ROWS = 500
_ITEM_ROWS = 6  # of an issue
_BODY_ROWS = 12  # of a table in the body: the body is read, the annexes are looked up
_CHAPTER_ROWS = 6
_PLAN_ROWS = 8
_SCOPE_ROWS = 4  # of one name
_REGISTER = ("bucket", "severity", "subject", "message")
_PLAN = ("order", "phase", "what", "subjects", "effort", "owner", "due")
_DUTIES = ("state", "subject", "licence", "duty", "proof")
_QUESTIONS = ("number", "addressee", "question", "effect", "answer")
_Part = tuple[str, str, tuple[str, ...]]
_PARTS: tuple[_Part, ...] = (
    (mark("1. Components"), "components", ("bucket", "name", "version", "licence", "class", "scope", "depth")),
    (mark("2. Licence review"), "licences", ("licence", "name", "class", "commercial", "source", "subjects")),
)
_LONG: tuple[_Part, ...] = (
    (mark("Risk register"), "register", (*_REGISTER, "id")),
    (mark("Plan"), "actions", _PLAN),
    (mark("Obligations checklist"), "obligations", _DUTIES),
    (mark("5. Questions"), "questions", _QUESTIONS),
)
_MAX_FINDINGS = 150  # told in full, one small table each
_EVIDENCE = 3
_CHAPTER_WIDTHS, _SCENARIO_WIDTHS = (28, 26, 60), (18, 40, 18, 36)
_OPEN = (Bucket.CONFLICT_BROAD, Bucket.CONFLICT_NARROW, Bucket.NOT_LICENSED)
_HIGH = (Severity.CRITICAL, Severity.HIGH)
_CELL = 600  # characters of a cell
_WIDTHS = {"scope": 24}  # so that "documentation" stays whole
_LEAST_WIDTH, _ID_WIDTH, _MOST_WIDTH = 16, 34, 60  # of columns, in characters


def write(report: AuditInput, stream: BinaryIO) -> None:
    document = Document()
    set_properties(document, report)
    set_styles(document, report.words)
    _Counsel(document, report).fill()
    buffer = io.BytesIO()
    document.save(buffer)
    stream.write(rewritten(buffer.getvalue()))


class _Counsel:
    """Fills the document, part by part, in the report's order."""

    def __init__(self, document: Any, report: AuditInput) -> None:
        self._document = document
        self._report = report
        self._words: Words = report.words
        self._text = report.words.text
        self._style_ids = {style.name: style.style_id for style in document.styles}
        self._bookmarks = 0
        self._depth = 1 if len(report.document.products) == 1 else 2
        self._contents: list[tuple[int, str, str]] = []

    def fill(self) -> None:
        self._cover()
        here = self._document.add_paragraph()
        products = self._report.document.products
        if len(products) > 1:
            self._overall(products)
        for product in products:
            if len(products) > 1:
                self._heading(product.name, 1, new_page=True)
            self._product(product, 2 if len(products) > 1 else 1)
        self._heading(self._text("Report digest (SHA-256)"), 1)
        self._paragraph(self._report.digest)
        self._paragraph(self._text(INTROS["digest"]))
        write_contents(here, self._contents, self._depth)

    def _cover(self) -> None:
        control = self._report.document.control
        self._paragraph(self._words.phrase(control.confidentiality).upper(), "Subtitle")
        self._paragraph(self._text("Open-source due diligence"), "Title")
        self._paragraph(", ".join(visible(product.name) for product in self._report.document.products), "Subtitle")
        self._paragraph(self._words.language.moment(control.generated_at))
        self._paragraph(
            self._words.after(self._words.stop(self._text("Not legal advice")), self._words.phrase(control.notice))
        )

    def _overall(self, products: Sequence[Product]) -> None:
        """One summary over all products: verdicts, and what is filed in each bucket."""
        words, number = self._words, self._words.language.number
        self._heading(self._text("All products"), 1, new_page=True)
        head = [
            self._text("Product"),
            self._text("Verdict"),
            *(words.label(count.bucket) for count in products[0].buckets),
        ]
        rows = [
            [
                visible(product.name),
                words.label(product.verdict.state),
                *(number(count.subjects) for count in product.buckets),
            ]
            for product in products
        ]
        self._table(head, rows, (36, 22, *(19 for _ in head[2:])))
        found = overall_issues(self._report.document, words)
        self._front([issue for _, issue in found], 2, [product.name for product, _ in found])

    def _product(self, product: Product, level: int) -> None:
        found = {table.key: table for table in self._report.tables[int(product.key[1:]) - 1]}
        text = self._text
        self._summary(product, level)
        self._asked(product, level)
        self._issues(product, level)
        self._heading(text("Control"), level)
        self._table((text("What"), text("Value")), control_rows(self._report, product))
        self._heading(text("Scope and limits"), level)
        self._paragraph(text(INTROS["scope"]))
        self._table((text("What"), text("Value")), self._shortened(coverage_rows(product, self._words)))
        if product.configuration:
            self._table((text("What"), text("Value")), configuration_rows(product, self._words))
        for title, key, columns in _PARTS[:2]:
            self._part(text(title), found[key], columns, level, limit=_BODY_ROWS)
        self._heading(text("3. Risks and liabilities"), level)
        self._paragraph(text(INTROS["risks"]))
        self._part(text("Risk register"), found["register"], _REGISTER, level + 1, limit=_BODY_ROWS)
        self._heading(text("4. After the merger"), level)
        self._part(text("Plan"), found["actions"], _PLAN, level + 1, limit=_PLAN_ROWS)
        self._part(text("Obligations checklist"), found["obligations"], _DUTIES, level + 1, limit=_BODY_ROWS)
        self._heading(text("How it is watched from then on"), level + 1)
        self._bullets(self._words.phrase(step) for step in product.watch)
        self._part(text("5. Questions"), found["questions"], _QUESTIONS, level, limit=_BODY_ROWS)
        self._chapters(product, level)
        if product.scenarios:
            self._scenarios(product, found["scenarios"], level)
        self._annexes(product, found, level)

    def _shortened(self, rows: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
        """The first of many rows under one name, and how many more there are: the page and the JSON form have all of them."""
        shown: list[tuple[str, str]] = []
        for name, members in groupby(rows, key=itemgetter(0)):
            values = list(members)
            shown += values[:_SCOPE_ROWS]
            if len(values) > _SCOPE_ROWS:
                shown.append((name, self._text("and {count} more", count=len(values) - _SCOPE_ROWS)))
        return shown

    def _annexes(self, product: Product, found: dict[str, Table], level: int) -> None:
        """What is looked up rather than read: the tables that the body cuts short, findings in full, evidence, decisions."""
        text = self._text
        longer = [
            (title, key, columns)
            for title, key, columns in (*_PARTS, *_LONG)
            if key == "register" or len(found[key].rows) > (_PLAN_ROWS if key == "actions" else _BODY_ROWS)
        ]
        for number, (title, key, columns) in enumerate(longer):
            self._part(text("Annex: {title}", title=text(title)), found[key], columns, level, new_page=not number)
        self._findings(product, level)
        self._usage(product, level)
        self._heading(text("Appendix: bill of materials"), level)
        components, models = bill(product)
        self._paragraph(text(INTROS["bill"], components=components, models=models))
        self._part(
            text("Appendix: evidence"), found["evidence"], ("place", "licence", "rule", "score", "text", "note"), level
        )
        self._part(text("Appendix: decisions"), found["decisions"], ("kind", "subject", "what", "why"), level)

    def _usage(self, product: Product, level: int) -> None:
        """The usage facts of the components and models that findings are about, each with its source; the workbook has all."""
        words = self._words
        used = [
            entry
            for entry in product.components
            if entry.findings and entry.usage and entry.subject.kind is not SubjectKind.FILE
        ]
        self._heading(self._text("How parts with findings are used, and who states it"), level)
        rows = [
            (subject_name(entry.subject), words.phrase(entry.origin), _shown(usage(words, entry.usage)))
            for entry in used[: MAX_ROWS + 1]
        ]
        head = (self._text("Subject"), self._text("Origin"), self._text("Usage facts, and who states them"))
        self._table(head, rows, (32, 22, 66), total=len(used))

    def _summary(self, product: Product, level: int) -> None:
        words, verdict = self._words, product.verdict
        self._heading(self._text("Summary"), level, new_page=level == 1)
        told = words.after(words.stop(words.phrase(verdict.headline)), words.phrase(verdict.detail))
        state = words.label(verdict.state)
        self._paragraph(told if told.startswith(state) else words.told(state, told))
        self._front(front_issues(product, words), level + 1)
        if product.front.more:
            self._paragraph(rest(product, words))
        self._heading(self._text("Not known"), level + 1, contents=False)
        self._bullets(unknown(product, words), self._text("None."))

    def _front(self, found: Sequence[IssueWords], level: int, names: Sequence[str] = ()) -> None:
        """The issues that decide, one row each; with the product before each where there are several."""
        text = self._text
        self._heading(text("The issues that decide"), level, contents=False)
        head = [text("Issue"), text("Why it matters"), text("Options"), text("Who answers")]
        rows = [
            [_issue_cell(each), f"{each.why} ({each.concerns})", "\n".join(each.options), each.addressees]
            for each in found
        ]
        widths = [42, 38, 36, 21]
        if names:
            head, widths = [text("Product"), *head], [18, *widths]
            rows = [[visible(name), *row] for name, row in zip(names, rows, strict=True)]
        self._table(head, rows, widths)

    def _asked(self, product: Product, level: int) -> None:
        """The questions to ask first, by who answers."""
        text = self._text
        self._heading(text("Questions to ask first"), level, new_page=True)
        self._paragraph(text(INTROS["questions"]))
        for who, rows in front_questions(product, self._words):
            self._heading(who[:1].upper() + who[1:], level + 1, contents=False)
            cells = [(f"{number}. {asked}", effect, "") for number, asked, effect in rows]
            self._table((text("Question"), text("Effect of the answer"), text("Answer")), cells, (56, 44, 20))

    def _issues(self, product: Product, level: int) -> None:
        """Every issue with its items; identical evidence once, the whole expressions in the workbook."""
        words, text = self._words, self._text
        self._heading(text("Issues"), level)
        self._paragraph(text(INTROS["issues"]))
        for issue in product.issues:
            shown = issue_words(issue, words)
            self._heading(f"{shown.number}. {shown.title}", level + 1, contents=False)
            self._paragraph(words.after(shown.what, shown.why))
            told = (
                words.told(text("Certainty"), shown.certainty),
                shown.size,
                words.told(text("Who answers"), shown.addressees),
            )
            self._paragraph(text("; ").join(told))
            if shown.clauses:
                self._paragraph(words.stop(text("What the licences state")))
                self._bullets(shown.clauses)
            head = (text("Item"), text("Licence"), text("Certainty"), text("Places"))
            every = list(item_rows(issue, words))
            self._table(head, [[_shown(cell) for cell in row] for row in every[:_ITEM_ROWS]], (40, 22, 14, 44))
            if len(every) > _ITEM_ROWS:
                self._paragraph(text("{rest} more rows: see the workbook", rest=len(every) - _ITEM_ROWS))
        self._heading(self._text("What would change the verdict"), level + 1)
        self._bullets((words.phrase(changer) for changer in product.changers), self._text("Nothing that is known."))
        rows = [(words.label(count.bucket), words.language.number(count.subjects), words.language.number(count.findings))
                for count in product.buckets]  # fmt: skip
        self._table((text("Bucket"), text("Subjects"), text("Findings")), rows)
        self._paragraph(text(INTROS["buckets"]))

    def _findings(self, product: Product, level: int) -> None:
        """The findings that are open conflicts or of high severity, each with all that is known."""
        chosen = [risk for risk in product.risks if risk.bucket in _OPEN or risk.severity in _HIGH]
        self._heading(self._text("Open and high findings"), level)
        if not chosen:
            self._paragraph(self._text("None."))
        evidence = {row.id: row for row in product.evidence}
        for risk in chosen[:_MAX_FINDINGS]:
            self._heading(subject_name(risk.subject), level + 1, contents=False)
            places = [evidence[each] for each in risk.evidence[:_EVIDENCE]]
            self._table((self._text("What"), self._text("Value")), _finding_rows(risk, self._words))
            for row in places:
                told = place(row.path, row.start_line, row.end_line)
                shown = self._words.told(self._text("Evidence"), told)
                self._paragraph(f"{shown}\n{self._words.clip(row.text, lines=6)}" if row.text else shown, "Quote")
        if len(chosen) > _MAX_FINDINGS:
            self._paragraph(self._text("{rest} more rows: see the workbook", rest=len(chosen) - _MAX_FINDINGS))

    def _chapters(self, product: Product, level: int) -> None:
        words = self._words
        self._heading(self._text("Special chapters"), level)
        head = (self._text("Subject"), self._text("Licence"), self._text("Statement"))
        for chapter in product.chapters:
            self._heading(words.phrase(chapter.title), level + 1)
            self._paragraph(words.phrase(chapter.basis))
            rows = [(subject_name(row.subject), visible(row.license), words.phrase(row.what)) for row in chapter.rows]
            if rows or chapter.examined:
                self._table(head, rows[:_CHAPTER_ROWS], _CHAPTER_WIDTHS, none=self._text("None found."))
            if len(rows) > _CHAPTER_ROWS:
                self._paragraph(self._text("{rest} more rows: see the workbook", rest=len(rows) - _CHAPTER_ROWS))

    def _scenarios(self, product: Product, table: Table, level: int) -> None:
        laid, words = product.scenarios, self._words
        if laid is None:
            return
        self._heading(self._text("Scenarios"), level)
        main = self._report.document.control.policy_name
        self._paragraph(self._text(INTROS["scenarios"], policy=laid.columns[0].policy, main=main))
        rows = [
            (
                words.text(column.name),
                words.text("; ").join(words.fact(fact.name, fact.value or "") for fact in column.facts),
                words.label(column.verdict.state),
                words.phrase(column.verdict.headline),
            )
            for column in laid.columns
        ]
        head = (self._text("Scenario"), self._text("Facts"), self._text("Verdict"), self._text("Statement"))
        self._table(head, rows, _SCENARIO_WIDTHS)
        self._paragraph(self._text("What changes"))
        self._paragraph(self._text(INTROS["alike"], count=laid.same))
        self._table([column.title for column in table.columns], [[_shown(cell) for cell in row] for row in table.rows])

    def _part(
        self,
        title: str,
        table: Table,
        keys: Sequence[str],
        level: int,
        limit: int = MAX_ROWS,
        *,
        new_page: bool = False,
    ) -> None:
        """One table of the report under a heading, with the columns that fit a page, and at most ``limit`` rows."""
        self._heading(title, level, new_page=new_page)
        if table.key in INTROS and limit != MAX_ROWS:
            self._paragraph(self._text(INTROS[table.key]))
        chosen = [number for key in keys for number, column in enumerate(table.columns) if column.key == key]
        head = [table.columns[number].title for number in chosen]
        widths = [_width(table.columns[number]) for number in chosen]
        rows = [[_shown(row[number]) for number in chosen] for row in table.rows[: MAX_ROWS + 1]]
        if "text" in keys:
            _once(rows, keys.index("text"), self._text("as above"))
        if limit < len(rows):
            self._table(head, rows[:limit], widths)
            self._paragraph(self._text("{rest} more rows: see the annex", rest=len(table.rows) - limit))
            return
        self._table(head, rows, widths, total=len(table.rows))

    def _heading(self, text: str, level: int, *, contents: bool = True, new_page: bool = False) -> None:
        paragraph = self._paragraph(visible(text), f"Heading {min(level, 9)}")
        if new_page:
            paragraph.paragraph_format.page_break_before = True
        if contents and level <= self._depth:
            self._bookmarks += 1
            name = f"part{self._bookmarks}"
            bookmark(paragraph, name, self._bookmarks)
            self._contents.append((level, text, name))

    def _paragraph(self, text: str, style: str | None = None) -> Any:
        paragraph = self._document.add_paragraph(safe(text))
        if style:  # set by its id: the library searches all styles for a name, each time
            paragraph._p.style = self._style_ids[style]
        return paragraph

    def _bullets(self, items: Iterable[str], none: str = "") -> None:
        told = list(items)
        for item in told:
            self._paragraph(item, "List Bullet")
        if none and not told:
            self._paragraph(none)

    def _table(
        self,
        head: Sequence[str],
        rows: Sequence[Sequence[str]],
        widths: Sequence[int] = (),
        total: int | None = None,
        none: str = "",
    ) -> None:
        every = len(rows) if total is None else total
        widths = widths or ((26, 74) if len(head) == 2 else (30,) * len(head))
        if not rows:
            self._paragraph(none or self._text("None."))
            return
        body = self._document.element.body
        body.insert(len(body) - 1, table_xml(head, rows[:MAX_ROWS], widths))
        if every > MAX_ROWS:
            self._paragraph(self._text("{rest} more rows: see the workbook", rest=every - MAX_ROWS))
        else:
            self._paragraph("")


def _issue_cell(issue: IssueWords) -> str:
    return f"{issue.number}. {issue.title}\n{issue.what} ({issue.certainty})"


def _finding_rows(risk: Risk, words: Words) -> list[tuple[str, str]]:
    text, phrase = words.text, words.phrase
    rows = [
        (text("Finding"), phrase(risk.message)),
        (text("Bucket"), words.label(risk.bucket)),
        (text("Severity"), words.after(words.stop(words.label(risk.severity)), phrase(risk.severity_reason))),
        (text("Likelihood"), words.after(words.stop(words.label(risk.likelihood)), phrase(risk.likelihood_reason))),
        (text("Consequences"), phrase(risk.liability)),
        (text("Duties and limits at stake"), words.terms(risk.duties)),
        (text("Options"), words.listed(words.label(each) for each in risk.remedies)),
        (text("What to do"), phrase(risk.how_to_fix)),
        (text("Effort"), words.after(words.stop(words.label(risk.effort)), phrase(risk.effort_reason))),
        (text("Question"), phrase(risk.question) if risk.question else ""),
        (text("Rule"), text("{value} ({source})", value=risk.rule, source=risk.source)),
        (text("Finding id"), risk.id),
    ]
    return [row for row in rows if row[1]]


def _shown(cell: object) -> str:
    if cell is None:
        return ""
    text = f"{cell:g}" if isinstance(cell, float) else str(cell)
    return text if len(text) <= _CELL else f"{text[: _CELL - 3]}..."


def _once(rows: list[list[str]], column: int, above: str) -> None:
    """Write a text that the row before has too as ``above``: one notice stands in each file of a library."""
    before = ""
    for row in rows:
        text = row[column]
        if text and text == before:
            row[column] = above
        before = text


def _width(column: Column) -> int:
    """Return a column's share of the page: enough for its title's longest word, and for an id in three lines."""
    least = _ID_WIDTH if column.key == "id" or column.key.endswith("-ids") else _LEAST_WIDTH
    return max(least, min(_WIDTHS.get(column.key, column.width), _MOST_WIDTH))
