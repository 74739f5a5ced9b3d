"""The front page and the list of issues in words: the same on the page, in the document, in the workbook and on a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from msgspec import Struct

from licscan.core.text import visible
from licscan.duediligence.document import Clause, DueDiligence, Issue, Item, Product
from licscan.duediligence.ratings import Addressee
from licscan.report.duediligence.words import Words

_PLACES = 3
_OVERALL = 8  # issues over several products


class IssueWords(Struct, frozen=True, kw_only=True):
    """An issue in words. ``options`` are whole phrases, each with its effort and cost class."""

    number: int
    bucket: str
    title: str
    what: str
    certainty: str
    why: str
    concerns: str
    options: tuple[str, ...]
    addressees: str
    size: str
    clauses: tuple[str, ...]


def issue_words(issue: Issue, words: Words) -> IssueWords:
    return IssueWords(
        number=issue.number,
        bucket=issue.bucket.value,
        title=words.phrase(issue.title),
        what=words.phrase(issue.what),
        certainty=words.label(issue.certainty),
        why=words.phrase(issue.why),
        concerns=words.listed(words.label(each) for each in issue.concerns),
        options=tuple(
            words.text(
                "{what} (effort: {effort}; cost: {cost})",
                what=words.phrase(option.what),
                effort=words.label(option.effort),
                cost=words.label(option.cost),
            )
            for option in issue.options
        ),
        addressees=words.listed(words.label(each) for each in issue.addressees),
        size=_size(issue, words),
        clauses=tuple(_clause(clause, words) for clause in issue.clauses),
    )


def _clause(clause: Clause, words: Words) -> str:
    where = words.text(
        "{licences}, {section}", licences=words.listed(clause.licenses), section=words.phrase(clause.section)
    )
    return words.told(where, words.phrase(clause.states))


def _size(issue: Issue, words: Words) -> str:
    """How many things an issue is about, in how many files."""
    files = sum(item.files for item in issue.items)
    if not files:
        return words.text("Items: {items}", items=len(issue.items))
    return words.text("Items: {items}; files: {files}", items=len(issue.items), files=files)


def front_issues(product: Product, words: Words) -> tuple[IssueWords, ...]:
    """Return the issues of the front page, in its order."""
    chosen = set(product.front.issues)
    return tuple(issue_words(issue, words) for issue in product.issues if issue.number in chosen)


def overall_issues(document: DueDiligence, words: Words) -> tuple[tuple[Product, IssueWords], ...]:
    """Return the issues that decide over all products: the first of each product, then the second, so that none crowds out another."""
    fronts = [[(product, issue) for issue in front_issues(product, words)] for product in document.products]
    ranked = [row for rank in zip_longest(*fronts) for row in rank if row is not None]
    return tuple(ranked[:_OVERALL])


def rest(product: Product, words: Words) -> str:
    """What is said of the issues that the front page leaves out; nothing where there are none."""
    if not product.front.more:
        return ""
    return words.text("Further issues of less weight: {count}, in the list of issues.", count=product.front.more)


def front_questions(product: Product, words: Words) -> tuple[tuple[str, tuple[tuple[int, str, str], ...]], ...]:
    """Return the questions to ask first by who answers: the number, the question and the effect of its answer."""
    chosen = set(product.front.questions)
    grouped: dict[Addressee, list[tuple[int, str, str]]] = {addressee: [] for addressee in Addressee}
    for question in product.questions:
        if question.number in chosen:
            grouped[question.addressee].append(
                (question.number, words.phrase(question.text), words.phrase(question.effect))
            )
    return tuple((words.label(addressee), tuple(rows)) for addressee, rows in grouped.items() if rows)


def unknown(product: Product, words: Words) -> tuple[str, ...]:
    return tuple(words.phrase(each) for each in product.front.unknown)


def item_rows(issue: Issue, words: Words) -> Iterator[tuple[str, str, str, str]]:
    """Yield each item of an issue: what it is, its licence in a word or two, how certain, and where."""
    for item in issue.items:
        yield item_name(item, words), words.phrase(item.brief), words.label(item.certainty), item_places(item, words)


def item_name(item: Item, words: Words) -> str:
    told = words.phrase(item.label)
    if item.versions:
        shown = words.listed(visible(version) for version in item.versions[:_PLACES])
        more = len(item.versions) - _PLACES
        told = f"{told} {shown}" + (f" {words.text('and {count} more', count=more)}" if more > 0 else "")
    if item.notes:
        told = words.text(
            "{name} ({notes})", name=told, notes=words.text("; ").join(words.phrase(note) for note in item.notes)
        )
    if item.folded:
        told = words.text("{name} (builds and parts: {count})", name=told, count=len(item.folded) + 1)
    return told


def item_places(item: Item, words: Words) -> str:
    shown = [visible(place) for place in item.places[:_PLACES]]
    more = max(item.files, len(item.places)) - len(shown)
    if more > 0 and shown:
        shown.append(words.text("and {count} more", count=more))
    return words.listed(shown)
