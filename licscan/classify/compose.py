"""From the statements of one file to its licence: a few rules of composition (``docs/verdicts.md``)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from licscan.classify.claims import text_of
from licscan.classify.exceptions import packaged_exceptions
from licscan.classify.overlay import Overlay
from licscan.classify.references import Answer
from licscan.core.component import LicenseClaim
from licscan.core.expression import AllOf, Expression, ExpressionError, OneOf, Unit, all_of, keys, parsed, units
from licscan.core.finding import CueKind, FileFinding, FileKind, Match
from licscan.core.message import Message, license_, message, path, quoted
from licscan.core.same_words import digest_of
from licscan.core.verdict import About, Certainty, Composition, Evidence, Role, Statement
from licscan.statements.choices import Named, family, find_choices
from licscan.statements.companions import packaged_companions
from licscan.statements.context import context_of
from licscan.statements.from_matches import (
    CURATION,
    MODULE_LICENSE,
    Suppression,
    is_assigned,
    is_entry,
    roles,
    statement,
)
from licscan.statements.manifest_field import ManifestFields
from licscan.statements.no_license import names_no_license
from licscan.statements.own_words import is_scattered_id, names_none, stated_by_words
from licscan.statements.unspecific import UNSPECIFIC
from licscan.util.lazy_pattern import lazy

MAX_EVIDENCE_TEXT = 2_000  # characters of matched text that a conclusion carries
_FIELD = lazy(
    r"\W*(?:SPDX-)?Licen[cs]e(?:-Identifier|-Expression)?[\"']?:\s*(?P<quote>[\"']?)(?P<value>[\w.+() -]+?)(?P=quote),?\s*",
    re.IGNORECASE,
)
_OPERATOR = lazy(r"\s(?:OR|AND|WITH)\s")
_REACH = 12  # lines from an introduction, outside of its block, to the licence that it introduces
_SAME_BLOCK = 8  # lines between two statements of one comment or paragraph
_NEXT_PARAGRAPH = 2  # lines from the end of a paragraph to the beginning of the next one
_TITLE = 12  # words of a title
_NEXT_TO = 6  # lines between a licence and the exception in a block of its own
_GENERIC_EXCEPTION = "generic-exception"
# ScanCode's keys for "some terms": words that point to a file mean the terms that the file has.
# Catalogues of the messages of programs.
_MESSAGES = (".po", ".pot", ".mo", ".gmo")
_POINTER = "unknown-license-reference"
_GENERIC_TERMS = frozenset({"proprietary-license", "commercial-license", "other-permissive"})
_AGREEMENTS = frozenset({"proprietary-license", "commercial-license"})
_POSSIBLE_COVERAGE, _LIKELY_SCORE = 50.0, 90.0
# A single word that is weak as a rule, where words stand for other things too.
_WEAK_RELEVANCE, _WEAK_CONTEXT = 50, frozenset({"markup", "data", "string"})
_COMPANIONS = packaged_companions().patent_grants | packaged_companions().notices


class FileResult(Struct, frozen=True):
    """What one file is under: expressions that all apply, the statements that they follow from, and their evidence."""

    expressions: tuple[str, ...]
    statements: tuple[Statement, ...]
    evidence: tuple[Evidence, ...]
    fields: tuple[LicenseClaim, ...]  # the licence fields of a manifest that are among them


class _Item:
    """A match on its way through the rules. ``tree`` is what it states by then; ``gone`` says why it does not count."""

    def __init__(self, match: Match, tree: Expression | None, suppression: Suppression | None) -> None:
        self.match = match
        self.tree = tree
        self.role = roles(match)
        self.certainty = certainty_of(match, tree)
        self.gone: Suppression | None = None
        self.part = suppression if suppression and suppression.expression not in (None, match.expression) else None
        if suppression and self.part is None:
            self.gone = suppression
        self.composition = Composition.COUNTS
        self.why: Message | None = None
        self.field: LicenseClaim | None = None

    @property
    def counts(self) -> bool:
        return self.gone is None

    @property
    def names(self) -> bool:
        """Whether it counts and names a licence."""
        return self.counts and self.tree is not None and self.role in _NAMING and not set(keys(self.tree)) <= UNSPECIFIC

    @property
    def note(self) -> Message | None:
        if self.field:
            return message(
                "note.field",
                "read as the field {origin}: {licence}",
                origin=quoted(self.field.origin),
                licence=license_(self.field.expression_spdx or self.field.expression or ""),
            )
        return self.why

    def drop(self, composition: Composition, why: Message, about: About | None = None) -> None:
        self.gone = Suppression(composition, why, about=about)

    def statement(self) -> Statement:
        found = statement(self.match, self.certainty, self.gone)
        if self.gone is not None:
            return found
        text = str(self.tree) if self.tree is not None else found.expression
        return replace(found, role=self.role, expression=text, composition=self.composition, explanation=self.why)


_NAMING = frozenset({Role.TEXT, Role.NOTICE, Role.TAG, Role.FIELD, Role.REFERENCE})


def certainty_of(match: Match, tree: Expression | None) -> Certainty:
    """Return how sure it is that a match is what its rule is made for, and states what ``tree`` says."""
    if match.kind == "clue" or match.coverage < _POSSIBLE_COVERAGE or (tree is not None and names_none(match, tree)):
        return Certainty.POSSIBLE
    if is_scattered_id(match):
        return Certainty.POSSIBLE
    if match.matched_length == 1 and match.relevance <= _WEAK_RELEVANCE and match.syntax in _WEAK_CONTEXT:
        return Certainty.POSSIBLE
    if match.score < _LIKELY_SCORE or match.syntax in ("string", "code") or match.relevance < _LIKELY_SCORE:
        return Certainty.LIKELY
    return Certainty.CERTAIN


class Composer:
    """Composes the statements of one file. ``answer`` gives what a reference leads to, ``fields`` are the licence fields of manifests, ``overlay`` is
    what licscan's own rules recognise."""

    def __init__(self, answer: Callable[[Match], Answer | None], fields: ManifestFields, overlay: Overlay) -> None:
        self._answer = answer
        self._fields = fields
        self._overlay = overlay

    def compose(self, finding: FileFinding, suppressed: Mapping[Match, Suppression], kind: FileKind) -> FileResult:
        """Return what the statements of a file come to; ``suppressed`` are the matches that do not count by themselves."""
        items = self._items(finding, suppressed)
        _drop_parts(items, finding)
        _drop_possible(items)
        self._resolve(items)
        self._drop_program_data(items, kind)
        if kind is FileKind.LEGAL:
            _join_agreements(items)
        _consume_introductions(items, kind)
        _drop_companions(items, kind)
        _drop_titles(items)
        choices = _choose(items, finding, kind)
        _attach_exceptions(items)
        _drop_repeated(items)
        return self._result(items, choices)

    def _items(self, finding: FileFinding, suppressed: Mapping[Match, Suppression]) -> list[_Item]:
        found = []
        for match in dict.fromkeys(match for detection in finding.detections for match in detection.matches):
            # A match of another path is of a file that a reference leads to: that file speaks for itself.
            item = self._item(match, suppressed.get(match)) if match.path == finding.path else None
            if item is not None:
                found.append(item)
        return found

    def _item(self, match: Match, suppression: Suppression | None) -> _Item | None:
        tree = parsed(match.expression)
        item = _Item(match, stated_by_words(match, tree) if tree is not None else None, suppression)
        is_mention = item.gone is not None and item.gone.composition is Composition.MENTION
        joined = self._field_on_a_line(match) if item.counts or is_mention else None
        if joined is not None:
            item.tree, item.role, item.gone = joined, Role.FIELD, None
        gone = set(self._overlay.mistaken(match))
        if isinstance(item.tree, AllOf):
            gone |= _COMPANIONS  # "under the BSD licence, with an additional patent grant" is under the BSD licence
        if item.tree is not None and not isinstance(item.tree, Unit):
            gone.add(_POINTER)  # "commercial, or LGPL 2.1 (see LICENSE)": the licence is named, whatever the file holds
        if item.part is not None:
            part = parsed(item.part.expression or "")
            gone |= set(keys(part)) if part else set()
        if gone and item.tree is not None and item.counts:
            item.tree = _without(item.tree, gone)
            if item.tree is None:
                return None
        claim = self._fields.claim(match) if item.counts else None
        if claim and claim.expression and (field := parsed(claim.expression)) is not None:
            item.tree, item.role, item.field = field, Role.FIELD, claim
        return item

    def _field_on_a_line(self, match: Match) -> Expression | None:
        """Read a field on one line ("License: FTL OR GPL-2.0-or-later") as one expression; ScanCode finds the ids apart."""
        if match.start_line != match.end_line or match.matcher == CURATION:
            return None
        found = _FIELD.fullmatch(match.matched_text)
        if found is None or not _OPERATOR.search(found["value"]):
            return None
        catalogue = self._overlay.catalogue
        try:
            text = catalogue.from_spdx(found["value"])
        except ExpressionError:
            return None
        return None if catalogue.classify(text).problem else parsed(text)

    def _drop_program_data(self, items: Sequence[_Item], kind: FileKind) -> None:
        """A string is data of a program that states its licence elsewhere; a module's licence field adds nothing to a notice."""
        if kind is not FileKind.CODE:
            return
        spoken = [item for item in items if item.names and item.match.syntax not in ("string", "code")]
        for item in items:
            if not item.counts or item.match.syntax != "string":
                continue
            text = "\n".join(context_of(item.match).own)[:2_000]
            if MODULE_LICENSE.search(text):
                item.role, item.certainty = Role.FIELD, Certainty.LIKELY
                if (
                    item.tree is not None
                ):  # "GPL and additional rights" takes nothing from the GPL, and asks nothing more
                    item.tree = _without(item.tree, ("free-unknown",)) or item.tree
                others = [
                    other
                    for other in items
                    if other is not item and other.names and not MODULE_LICENSE.search(other.match.matched_text[:2_000])
                ]
                if others:
                    item.drop(
                        Composition.REPEATED,
                        message(
                            "statement.module-field",
                            "the file states its licence itself; a module's licence field adds nothing to it",
                        ),
                    )
            elif spoken and (not is_assigned(item.match) or is_entry(item.match)):
                item.drop(
                    Composition.PROGRAM_DATA,
                    message(
                        "statement.program-string",
                        "it is a string of the program, which states its licence at line {line}",
                        line=str(spoken[0].match.start_line),
                    ),
                    About.NOTHING,
                )

    def _resolve(self, items: Sequence[_Item]) -> None:
        """A reference leads to the file that it names; a licence that it names itself comes before a file that is missing."""
        named = [item for item in items if item.names and not item.match.references]
        for item in items:
            if not item.counts or item.tree is None:
                continue
            if not set(keys(item.tree)) <= UNSPECIFIC | _GENERIC_TERMS:
                self._widen(item)
                continue
            answer = self._answer(item.match)
            if answer is not None:
                item.tree = parsed(answer.expression)
                item.role = Role.REFERENCE
                item.why = message("statement.points-to", "it points to {path}", path=path(answer.place))
                if item.tree is None or _is_companion(item.tree):
                    item.drop(
                        Composition.RESOLVED_REFERENCE,
                        message(
                            "statement.points-to-companion",
                            "it points to {path}, which grants no licence of its own",
                            path=path(answer.place),
                        ),
                    )
                continue
            beside = [other for other in named if _is_near(other.match, item.match)] or named
            if item.match.references and beside:
                why = message(
                    "statement.file-missing",
                    "the file that it points to is not in the tree; line {line} names the licence",
                    line=str(beside[0].match.start_line),
                )
                item.drop(Composition.RESOLVED_REFERENCE, why)

    def _widen(self, item: _Item) -> None:
        """A notice that names one licence of a choice, and points to the file that offers the choice, offers it too."""
        if not item.match.references or not isinstance(item.tree, Unit):
            return
        answer = self._answer(item.match)
        whole = parsed(answer.expression) if answer else None
        if answer and whole is not None and _offers(whole, item.tree):
            item.tree = whole
            item.why = message(
                "statement.points-to-choice", "it points to {path}, which offers a choice", path=path(answer.place)
            )

    def _result(self, items: Sequence[_Item], choices: Sequence[Expression]) -> FileResult:
        trees = [
            item.tree for item in items if item.counts and item.composition is not Composition.CHOICE and item.tree
        ]
        expressions = tuple(dict.fromkeys(str(tree) for tree in (*choices, *trees)))
        statements: list[Statement] = []
        for item in items:
            statements.append(item.statement())
            if item.part is not None and item.counts:
                statements.append(statement(item.match, item.certainty, item.part))
        return FileResult(
            expressions,
            tuple(statements),
            tuple(match_evidence(item.match, item.note) for item in items if item.counts),
            tuple(item.field for item in items if item.counts and item.field),
        )


def match_evidence(match: Match, note: Message | None = None) -> Evidence:
    """Return a match as a piece of evidence."""
    return Evidence(
        location=match.location,
        text=match.matched_text[:MAX_EVIDENCE_TEXT],
        words=digest_of(match.matched_text, match.edges),
        expression=match.expression,
        rule_id=match.rule_id,
        matcher=match.matcher,
        score=match.score,
        note=note,
    )


def _is_near(one: Match, other: Match) -> bool:
    if one.block != (0, 0) and one.block == other.block:
        return True
    return one.start_line - _REACH <= other.end_line and other.start_line - _REACH <= one.end_line


def _offers(whole: Expression, unit: Unit) -> bool:
    return not isinstance(whole, (Unit, AllOf)) and any(text_of(each) == text_of(unit) for each in units(whole))


def _is_adjacent(one: Match, other: Match) -> bool:
    """Whether two matches stand in one comment or paragraph, or in paragraphs that follow each other."""
    first, last = (one, other) if one.start_line <= other.start_line else (other, one)
    # A manual within a program is one block: what stands far apart in it may be about different works.
    reach = _SAME_BLOCK if one.block != (0, 0) and one.block == other.block else _NEXT_PARAGRAPH
    return last.start_line - first.end_line <= reach


def _is_companion(tree: Expression) -> bool:
    return set(keys(tree)) <= _COMPANIONS


def _drop_possible(items: Sequence[_Item]) -> None:
    """A possible licence is a question: it is no part of a conclusion."""
    for item in items:
        if item.counts and item.certainty is Certainty.POSSIBLE:
            why = message(
                "statement.uncertain",
                "the rule's words match by {coverage} %, with a relevance of {relevance}: too weak to state a fact",
                coverage=f"{item.match.coverage:g}",
                relevance=str(item.match.relevance),
            )
            item.drop(Composition.UNCERTAIN, why)


def _join_agreements(items: Sequence[_Item]) -> None:
    """Words such as "subject to the terms and conditions" in the text of an agreement under terms of its own are words of that agreement."""
    agreement = next((item for item in items if item.names and item.match.expression in _AGREEMENTS), None)
    for item in items if agreement is not None else ():
        is_unnamed = item.counts and item.tree is not None and set(keys(item.tree)) <= UNSPECIFIC
        if (
            agreement
            and is_unnamed
            and not item.match.references
            and item.match.start_line >= agreement.match.start_line
        ):
            item.drop(
                Composition.INTRODUCTION,
                message(
                    "statement.of-agreement",
                    "it is a sentence of the agreement at line {line}",
                    line=str(agreement.match.start_line),
                ),
            )


def _consume_introductions(items: Sequence[_Item], kind: FileKind) -> None:
    """An introduction is consumed by the licence that follows it, or that it points back to."""
    named = [item for item in items if item.names]
    for item in items:
        if not item.counts or item.tree is None or item.match.matcher == CURATION:
            continue
        if item.tree == parsed(item.match.expression):
            why = names_no_license(item.match, [each.match for each in named if each is not item], kind)
            if why:
                item.drop(Composition.NAMES_NO_LICENSE, why, About.NOTHING)
                continue
        if item.role is not Role.INTRODUCTION or not set(keys(item.tree)) <= UNSPECIFIC:
            continue
        introduced = _introduced(item.match, [each for each in named if each is not item], kind)
        if introduced is not None:
            item.drop(
                Composition.INTRODUCTION,
                message(
                    "statement.introduces",
                    "it introduces the licence at line {line}",
                    line=str(introduced.match.start_line),
                ),
            )


# A licence that ScanCode has no rule for, between the words that introduce it and the next one.
_ANOTHER_NAME = lazy(
    r"\b(?!This|The|These|Following|Open|Free|Permissive|Dual|Standard)[A-Z]\w+\s+(?:(?:Public|Community|Software|Source)\s+)?[Ll]icen[cs]e\b"
)


def _names_another(match: Match, named: _Item) -> bool:
    """Whether a licence is named between an introduction and the first one that is recognised behind it."""
    lines = match.context.split("\n")
    first = next((n for n, line in enumerate(lines) if match.matched_text.split("\n")[0].strip() in line), 0)
    height = match.end_line - match.start_line
    between = lines[first + height + 1 : first + named.match.start_line - match.start_line]
    return any(map(_ANOTHER_NAME.search, between))


_FAR = lazy(r"\b(?:at|to|in)\s+(?:the\s+)?(?:end|bottom|below|foot)\b|\bbelow\b", re.IGNORECASE)


def _introduced(match: Match, named: Sequence[_Item], kind: FileKind) -> _Item | None:
    """Return the licence that an introduction belongs to: of its own comment or paragraph, else the next one below it."""
    inside = [
        item for item in named if match.block != (0, 0) and match.block[0] <= item.match.start_line <= match.block[1]
    ]
    if inside:
        behind = [item for item in inside if item.match.end_line >= match.start_line]
        found = (behind or inside)[0]
        return None if _names_another(match, found) else found
    if match.kind != "intro":
        return None
    everywhere = _FAR.search(match.matched_text) is not None
    reach = 10**9 if everywhere or kind in (FileKind.LEGAL, FileKind.PROSE, FileKind.MANIFEST) else _REACH
    below = [item for item in named if 0 <= item.match.start_line - match.end_line <= reach]
    return below[0] if below and not _names_another(match, below[0]) else None


def _drop_companions(items: Sequence[_Item], kind: FileKind) -> None:
    """A disclaimer or a patent grant belongs to the licence next to it: with a licence in the file it adds nothing."""
    licenses = [item for item in items if item.names]
    for item in items:
        if not item.counts or item.role not in (Role.DISCLAIMER, Role.PATENT_GRANT):
            continue
        if licenses:
            nearest = min(licenses, key=lambda other: abs(other.match.start_line - item.match.start_line))
            line = str(nearest.match.start_line)
            item.drop(
                Composition.BESIDE_A_LICENSE,
                message(
                    "statement.patents-beside", "the patent grant adds a right to the licence at line {line}", line=line
                )
                if item.role is Role.PATENT_GRANT
                else message(
                    "statement.disclaimer-beside", "the disclaimer belongs to the licence at line {line}", line=line
                ),
            )
            continue
        if item.role is Role.PATENT_GRANT:
            item.drop(
                Composition.BESIDE_A_LICENSE,
                message("statement.patents-alone", "it grants rights in patents, and licenses no work by itself"),
            )
            continue
        why = names_no_license(item.match, [], kind) or _no_license_of_data(item.match, kind)
        if why:
            item.drop(Composition.NAMES_NO_LICENSE, why, About.NOTHING)


def _drop_titles(items: Sequence[_Item]) -> None:
    """The name of a licence right above its text is the title of the text, and takes its fate."""
    texts = [item for item in items if item.names and item.role is Role.TEXT and isinstance(item.tree, Unit)]
    for item in items:
        if not item.names or item.role not in (Role.REFERENCE, Role.NOTICE) or item.match.matched_length > _TITLE:
            continue
        text = next(
            (each for each in texts if each.tree == item.tree and _is_right_below(each.match, item.match)), None
        )
        if text is not None:
            why = message(
                "statement.title", "it is the title of the text at line {line}", line=str(text.match.start_line)
            )
            item.drop(Composition.REPEATED, why)


def _is_right_below(text: Match, title: Match) -> bool:
    return title.start_line <= text.start_line <= title.end_line + _NEXT_PARAGRAPH and text.end_line > title.end_line


def _no_license_of_data(match: Match, kind: FileKind) -> Message | None:
    """A disclaimer alone may be the end of a notice where notices stand; in strings, messages and binaries a program prints it."""
    is_printed = match.syntax == "string" or kind is FileKind.BINARY or match.path.lower().endswith(_MESSAGES)
    return (
        message(
            "statement.disclaimer-printed",
            "a text that disclaims a warranty, and that a program prints, licenses nothing",
        )
        if is_printed
        else None
    )


def _choose(items: Sequence[_Item], finding: FileFinding, kind: FileKind) -> list[Expression]:
    """Make alternatives of the statements that the words beside them offer for choice."""
    if not finding.cues:
        return []
    by_match = {item.match: item for item in items}
    named = [Named(item.match, item.tree) for item in items if item.names and item.tree is not None]
    intros = [item.match for item in items if not item.names]
    found = []
    for choice in find_choices(named, intros, finding.cues, kind):
        found.append(choice.tree)
        for match in choice.matches:
            item = by_match[match]
            item.composition = Composition.CHOICE
            item.why = message(
                "statement.choice",
                'one of a choice: "{text}" at line {line}',
                text=quoted(choice.cue.text),
                line=str(choice.cue.start_line),
            )
        _drop_inside(items, choice.cue.start_line, choice.matches)
    return found


def _drop_inside(items: Sequence[_Item], line: int, matches: Sequence[Match]) -> None:
    """The words that introduce a choice are consumed by it."""
    for item in items:
        points = item.tree is None or not set(keys(item.tree)) <= UNSPECIFIC or item.match.references
        if not item.counts or points:
            continue
        inside = item.match.start_line <= line <= item.match.end_line
        if inside or any(_is_near(item.match, match) for match in matches):
            item.drop(
                Composition.INTRODUCTION,
                message("statement.introduces-choice", "it introduces the choice at line {line}", line=str(line)),
            )


def _attach_exceptions(items: Sequence[_Item]) -> None:
    """An exception belongs to the licence of the same comment or paragraph, else to the one that ends just above it."""
    for item in items:
        if not item.counts or not isinstance(item.tree, Unit) or item.tree.exception:
            continue
        key = item.tree.key
        if key != _GENERIC_EXCEPTION and not _is_exception(key):
            continue
        base = _base_of(item, items)
        if base is None:
            _without_base(item, key, items)
            continue
        if key == _GENERIC_EXCEPTION:
            why = message(
                "statement.permission-unknown",
                "it adds a permission to the licence at line {line}; what it permits is not known, and not relied on",
                line=str(base.match.start_line),
            )
            item.drop(Composition.BESIDE_A_LICENSE, why)
            continue
        base.tree = _with_exception(base.tree, key)
        base.composition = Composition.WITH_EXCEPTION if base.composition is Composition.COUNTS else base.composition
        base.why = message(
            "statement.with-exception", "with the exception at line {line}", line=str(item.match.start_line)
        )
        item.drop(
            Composition.EXCEPTED_TEXT,
            message(
                "statement.exception-beside",
                "the exception belongs to the licence at line {line}",
                line=str(base.match.start_line),
            ),
        )


def _without_base(item: _Item, key: str, items: Sequence[_Item]) -> None:
    """The text of an exception that stands alone, and names the licence that it is added to, states both. Where words name an exception
    and nothing that it would be added to, they state nothing."""
    if key == _GENERIC_EXCEPTION:
        _drop_bare_exception(item, items)
        return
    named = packaged_exceptions()[key].names
    if (
        item.role is Role.REFERENCE
        and item.match.matched_length <= _SHORT
        and any(other.names for other in items if other is not item)
    ):
        why = message(
            "statement.exception-named", "it names an exception, and no licence that the exception is added to"
        )
        item.drop(Composition.NAMES_NO_LICENSE, why, About.NOTHING)
    elif named and item.role is Role.TEXT:
        item.tree = Unit(named, key)
        item.composition = Composition.WITH_EXCEPTION
        item.why = message(
            "statement.exception-names-base",
            "the exception's text names the licence that it is added to: {licence}",
            licence=license_(named),
        )


def _drop_parts(items: Sequence[_Item], finding: FileFinding) -> None:
    """An entry of a list about another part of a work than the one that was copied says nothing of the copy."""
    entries = [cue for cue in finding.cues if cue.kind is CueKind.NOT_COPIED]
    for item in items:
        entry = next(
            (cue for cue in entries if cue.start_line <= item.match.start_line and item.match.end_line <= cue.end_line),
            None,
        )
        if entry is not None and item.counts:
            item.drop(
                Composition.OTHER_WORK,
                message(
                    "statement.part-not-copied",
                    "it is about another part of the work than {name}, which the heading names and the list gives a licence of its own",
                    name=quoted(entry.text),
                ),
                About.OTHER_WORK,
            )


def _drop_bare_exception(item: _Item, items: Sequence[_Item]) -> None:
    why = names_no_license(
        item.match, [each.match for each in items if each.names and each is not item], FileKind.OTHER
    )
    if why:
        item.drop(Composition.NAMES_NO_LICENSE, why, About.NOTHING)


def _is_exception(key: str) -> bool:
    return key in packaged_exceptions()


def _base_of(item: _Item, items: Sequence[_Item]) -> _Item | None:
    """Return the copyleft notice that an exception is about."""
    ruling = packaged_exceptions().get(item.match.expression)
    bases = [
        other
        for other in items
        if other.names
        and isinstance(other.tree, Unit)
        and (ruling is None or not ruling.base or ruling.base == other.tree.key)
    ]
    if ruling is None or not ruling.base:
        bases = [
            other for other in bases if isinstance(other.tree, Unit) and family(other.tree) in ("gpl", "lgpl", "agpl")
        ]
    inside = [other for other in bases if item.match.block != (0, 0) and other.match.block == item.match.block]
    above = [other for other in inside or bases if other.match.start_line <= item.match.start_line]
    if inside:
        return above[-1] if above else inside[0]
    near = [other for other in bases if abs(other.match.end_line - item.match.start_line) <= _NEXT_TO]
    if near:
        return near[-1]
    return bases[0] if len({str(other.tree) for other in bases}) == 1 and item.role is not Role.TEXT else None


def _with_exception(tree: Expression | None, key: str) -> Expression | None:
    return Unit(tree.key, key) if isinstance(tree, Unit) and not tree.exception else tree


# How exactly a statement says what the licence is: a tag before a field, a notice before the text that it repeats.
_EXACT = {Role.TAG: 4, Role.FIELD: 3, Role.NOTICE: 2, Role.REFERENCE: 1, Role.TEXT: 1}
_VAGUE = {
    "gpl-1.0-plus": ("gpl", "agpl"),
    "gpl-1.0": ("gpl", "agpl"),
    "lgpl-2.0-plus": ("lgpl",),
    "bsd-new": ("bsd",),
    "mit": ("mit",),
    "apache-2.0": ("apache",),
    "other-copyleft": ("gpl", "lgpl", "agpl", "mpl", "epl"),
    "other-permissive": ("bsd", "mit", "isc", "apache", "zlib"),
}
# What ScanCode calls a licence without its version, or without its name.
_FAMILIES = ("gpl-1.0-plus", "gpl-1.0", "lgpl-2.0-plus", "other-copyleft", "other-permissive")
_MAX_LINE = 1_000  # characters
_SHORT = 8  # words of a statement that may name a family only


def _drop_repeated(items: Sequence[_Item]) -> None:
    """A vaguer statement, or a repeated text, of a licence that the file states more exactly adds nothing."""
    # By what they state, since a file may hold thousands of statements of a few licences.
    stating: dict[Expression, list[tuple[int, _Item]]] = {}
    for number, item in enumerate(items):
        if item.names and item.tree is not None:
            stating.setdefault(item.tree, []).append((number, item))
    for item in items:
        if item.names and isinstance(item.tree, AllOf):
            _drop_families(item, items)
        if not item.names or not isinstance(item.tree, Unit) or item.composition is Composition.CHOICE:
            continue
        better = _better(item, item.tree, stating)
        if better is not None:
            item.drop(
                Composition.REPEATED,
                _states_more_exactly(better),
            )


def _states_more_exactly(item: _Item) -> Message:
    return message(
        "statement.repeated",
        "line {line} states the same licence more exactly: {licence}",
        line=str(item.match.start_line),
        licence=license_(str(item.tree)),
    )


def _drop_families(item: _Item, items: Sequence[_Item]) -> None:
    """Several families and nothing exact ("GPL, other copyleft, free") add nothing to a licence that is named in the same lines."""
    named = {*keys(item.tree)} - UNSPECIFIC if item.tree else set()
    if not named <= set(_FAMILIES):
        return
    families = {each for key in named for each in _VAGUE.get(key, ())}
    exact = next(
        (
            other
            for other in items
            if other is not item and other.names and isinstance(other.tree, Unit) and _is_in(item.match, other.match)
            if other.tree.key not in _FAMILIES and family(other.tree) in families
        ),
        None,
    )
    if exact is not None:
        item.drop(
            Composition.REPEATED,
            _states_more_exactly(exact),
        )


def _is_in(one: Match, other: Match) -> bool:
    """Whether the lines of ``one`` are among those of ``other``."""
    return other.start_line <= one.start_line and one.end_line <= other.end_line


def _better(item: _Item, unit: Unit, stating: Mapping[Expression, Sequence[tuple[int, _Item]]]) -> _Item | None:
    """Return the first item that covers ``item``."""
    found = []
    for tree, others in stating.items():
        if tree == unit or not _is_close(unit, tree):
            continue
        covers = ((number, other) for number, other in others if other.names and _covers(other, item))
        found += [first] if (first := next(covers, None)) else []
    return min(found)[1] if found else None


@lru_cache(maxsize=4_096)
def _is_close(unit: Unit, tree: Expression) -> bool:
    """Whether ``tree`` names the text of ``unit``, or a licence of a family that ``unit`` may stand for."""
    families = _VAGUE.get(unit.key, ())
    return any(text_of(each) == text_of(unit) or family(each) in families for each in units(tree))


def _is_spdx_tag(match: Match) -> bool:
    return match.matcher == "1-spdx-id" or "spdx" in match.matched_text[:_MAX_LINE].lower()


def _covers(other: _Item, item: _Item) -> bool:
    """Whether ``other`` states all that ``item`` states, and more exactly."""
    unit = item.tree
    assert isinstance(unit, Unit) and other.tree is not None  # noqa: S101 - the caller's own conditions
    if other.tree == unit:
        return False
    same = [each for each in units(other.tree) if text_of(each) == text_of(unit)]
    if same:
        return _covers_text(other, item, same)
    is_family = unit.key in _FAMILIES
    if unit.exception or (item.match.matched_length > _SHORT and not is_family):
        return False
    # A tag names its licence exactly; "License: GPL" is one to ScanCode, and names a family alone.
    if item.role is Role.TAG and not (is_family and not _is_spdx_tag(item.match)):
        return False
    return _is_vaguer(unit, other)


def _covers_text(other: _Item, item: _Item, same: Sequence[Unit]) -> bool:
    unit = item.tree
    assert isinstance(unit, Unit)  # noqa: S101 - the caller's own condition
    if unit.exception and unit.exception not in {each.exception for each in same}:
        return _EXACT[other.role] > _EXACT[item.role] and other.role is Role.TAG
    if not isinstance(other.tree, Unit):
        return other.role is Role.TAG or item.role is Role.TEXT or _is_adjacent(item.match, other.match)
    if other.tree.exception:
        return other.role is Role.TAG or item.role is Role.TEXT or _is_adjacent(item.match, other.match)
    if _EXACT[other.role] != _EXACT[item.role]:
        return _EXACT[other.role] > _EXACT[item.role]
    return unit.key.endswith("-plus") is False and item.role is Role.TEXT


def _is_vaguer(unit: Unit, other: _Item) -> bool:
    families = _VAGUE.get(unit.key)
    if families is None or other.tree is None:
        return False
    if unit.key not in _FAMILIES and other.role is Role.REFERENCE:
        return False
    return any(family(each) in families and each.key != unit.key for each in units(other.tree))


def _without(tree: Expression, gone: Iterable[str]) -> Expression | None:
    """Return ``tree`` without the operands of AND that consist of ``gone`` keys, in its alternatives too."""
    dropped = set(gone)
    if set(keys(tree)) <= dropped:
        return None
    if isinstance(tree, AllOf):
        return all_of(kept for part in tree.args if (kept := _without(part, dropped)) is not None)
    if isinstance(tree, OneOf):
        return OneOf(tuple(_without(part, dropped) or part for part in tree.args))
    return tree
