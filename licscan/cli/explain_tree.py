"""Why a file or a component is judged as it is: evidence beside the rule's text, statements, class, and the policy's rule."""

from __future__ import annotations

import difflib
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from itertools import islice, zip_longest

from licscan.classify.claims import SEVERAL_CLASSIFIERS, has_several_classifiers
from licscan.core.component import Component
from licscan.core.finding import FileFinding, Match
from licscan.core.identity import evidence_digest
from licscan.core.location import Location
from licscan.core.result import Audit, Inventory
from licscan.core.text import one_line, visible
from licscan.core.verdict import About, Composition, Conclusion, Polarity, Role, Statement, SubjectKind, Violation
from licscan.detect.ruletext import rule_text
from licscan.errors import UsageError, closest
from licscan.report.annotation import Placer

_COLUMN = 56
_ROWS = 60
_WORDS = 3_000  # of one text: comparing takes time that grows with the square
_FILES = 20
_SETTLE = (
    "--waiver (a person accepts it) or --curation (a file's detection is wrong) prints what to add to the configuration"
)


def file_lines(inventory: Inventory, audit: Audit, path: str, line: int | None) -> Iterator[str]:
    """Yield what is said of a file, or of what stands at one of its lines."""
    finding = next((each for each in inventory.findings if each.path == path), None)
    if finding is None:
        yield from _left_out(inventory, path)
        return
    conclusion = _conclusion(audit, SubjectKind.FILE, path)
    yield f"{visible(path)}: {_spdx(conclusion)}"
    statements = conclusion.statements if conclusion else ()
    matches = [match for match in _matches(finding) if line is None or match.start_line <= line <= match.end_line]
    if not matches:
        yield f"  nothing was detected {'in it' if line is None else f'at line {line}'}"
    for match in matches:
        made = [each for each in statements if (each.rule_id, each.location) == (match.rule_id, match.location)]
        yield from ("", *_match(match, made, match in finding.clues))
    for correction in audit.corrections:
        if correction.path == path:
            said = f"corrected to {correction.concluded or 'no licence'}, detected as {correction.detected}"
            state = said if correction.applied else f"a correction that does not apply: {correction.note}"
            yield f"{state}: {one_line(correction.why)} ({one_line(correction.by)}; {correction.location})"
    if conclusion is not None:
        yield from _classes(conclusion)
    there = "it" if line is None else f"what stands at line {line}"
    yield from _verdicts(audit, violations_at(inventory, audit, path, line), (SubjectKind.FILE, path), there)


def component_lines(inventory: Inventory, audit: Audit, name: str) -> Iterator[str]:
    """Yield where a component comes from, and each source of its licence."""
    for number, component in enumerate(components_called(inventory, name)):
        if number:
            yield ""
        yield from _component(component, inventory, audit)


def components_called(inventory: Inventory, name: str) -> list[Component]:
    """Return the components of that name, purl or folder. Raises ``UsageError`` where there is none."""
    found = [each for each in inventory.components if _is_called(each, name)]
    if not found:
        close = closest(name, (each.name for each in inventory.components))
        hint = f"did you mean {close!r}?" if close else "`licscan scan -o table` lists every component"
        raise UsageError(f"there is no component {name!r}", where="--component", hint=hint)
    return found


def violations_at(inventory: Inventory, audit: Audit, path: str, line: int | None) -> tuple[Violation, ...]:
    """Return the findings about a file, and those about something else that are shown in it; at one line, if given."""
    placer = Placer(inventory)

    def is_there(violation: Violation) -> bool:
        places = [placer.place(violation), *(item.location for item in violation.evidence)]
        here = [place for place in places if place.path == path]
        is_file = violation.subject.kind is SubjectKind.FILE and violation.subject.id == path
        if line is None:
            return is_file or bool(here)
        return any((place.start_line or 1) <= line <= (place.end_line or place.start_line or line) for place in here)

    return tuple(violation for violation in audit.violations if is_there(violation))


def _left_out(inventory: Inventory, path: str) -> Iterator[str]:
    above = [each for each in inventory.skipped if path == each.path or path.startswith(f"{each.path}/")]
    reason = str(above[0].reason) if above else "it is not among the files that were looked at"
    yield f"{visible(path)}: was left out: {one_line(reason)}"


def _matches(finding: FileFinding) -> list[Match]:
    every = [match for detection in finding.detections for match in detection.matches]
    return list(dict.fromkeys((*every, *finding.clues)))


def _match(match: Match, statements: Sequence[Statement], is_clue: bool) -> Iterator[str]:
    place = Location(path=match.path, start_line=match.start_line, end_line=match.end_line)
    yield f"{visible(str(place))}: {one_line(match.expression_spdx)}"
    yield f"  rule {visible(match.rule_id)} ({match.matcher}): score {match.score:g}, coverage {match.coverage:g} %, relevance {match.relevance}, {match.matched_length} words"
    if is_clue:
        yield "  does not count: a clue, too weak to be a detection"
    for each in statements:
        yield from _statement(each, match)
    yield from _beside(match.matched_text or match.context, rule_text(match.rule_id))


_ROLES = {
    Role.TEXT: "the text of a licence",
    Role.NOTICE: "a licence notice",
    Role.TAG: "a licence tag",
    Role.FIELD: "a licence field",
    Role.REFERENCE: "a reference to a licence",
    Role.INTRODUCTION: "words that introduce a licence",
    Role.EXCEPTION: "an exception to a licence",
    Role.DISCLAIMER: "a disclaimer or a notice without a licence",
    Role.PATENT_GRANT: "a grant of patent rights",
    Role.CONTRIBUTION_TERMS: "terms for contributions",
    Role.LIST_ENTRY: "an entry of a list of licences",
    Role.IDENTIFIER: "a name in the program",
    Role.MENTION: "a mention of a licence",
}
_SYNTAX = {
    "comment": "in a comment",
    "string": "in a string",
    "code": "in code",
    "markup": "in markup",
    "prose": "in prose",
    "data": "in data",
}
_ABOUT = {
    About.FILE: "this file",
    About.PACKAGE: "this package",
    About.OTHER_WORK: "another work",
    About.CONTRIBUTIONS: "contributions",
    About.FUTURE: "a later date",
    About.NOTHING: "nothing that is licensed here",
}


def _statement(statement: Statement, match: Match) -> Iterator[str]:
    """Yield what a match is taken for, how sure that is, and by which rule it counts or not."""
    where = f" {_SYNTAX[statement.syntax]}" if statement.syntax in _SYNTAX else ""
    yield f"  statement: {_ROLES[statement.role]}{where}, about {_ABOUT[statement.about]}; {statement.certainty.value}"
    if statement.polarity is not Polarity.STATES:
        yield f"  it {statement.polarity.value} the licence"
    part = (
        "" if statement.counts or statement.expression == match.expression else f" ({one_line(statement.expression)})"
    )
    verdict = "counts" if statement.counts else f"does not count{part}"
    why = f": {one_line(str(statement.explanation), 500)}" if statement.explanation else ""
    rule = "" if statement.composition is Composition.COUNTS else f" [{statement.composition.value}]"
    yield f"  {verdict}{rule}{why}"
    if statement.counts and statement.expression != match.expression:
        yield f"  it states {one_line(statement.expression)}"


def _beside(found: str, rule: str | None) -> Iterator[str]:
    """Yield the text that was found and the rule's, side by side; words of only one of them stand in brackets."""
    if rule is None:
        yield from (f"  | {one_line(each, 200)}" for each in found.splitlines()[:_ROWS])
        return
    # What begins a comment line is no word of the text.
    left, right = ([word for word in text.split()[:_WORDS] if _letters(word)] for text in (found, rule))
    matcher = difflib.SequenceMatcher(None, _plain(left), _plain(right), autojunk=False)
    told: tuple[list[str], list[str]] = ([], [])
    for kind, start, end, other_start, other_end in matcher.get_opcodes():
        for words, target in ((left[start:end], told[0]), (right[other_start:other_end], told[1])):
            text = " ".join(words)
            if text:
                target.append(text if kind == "equal" else f"[{text}]")
    yield f"  {'found':<{_COLUMN}} | the rule's text ([...]: in one of them only)"
    columns = [textwrap.wrap(visible(" ".join(parts)), _COLUMN) for parts in told]
    rows = zip_longest(*columns, fillvalue="")
    yield from (f"  {one:<{_COLUMN}} | {other}".rstrip() for one, other in islice(rows, _ROWS))
    more = max(map(len, columns)) - _ROWS
    if more > 0:
        yield f"  and {more:,} more lines"


def _plain(words: Sequence[str]) -> list[str]:
    return [_letters(word) for word in words]


def _letters(word: str) -> str:
    return "".join(character for character in word.lower() if character.isalnum())


def _classes(conclusion: Conclusion) -> Iterator[str]:
    if conclusion.classification is None:
        return
    yield ""
    yield f"class: {conclusion.classification.license_class.value}"
    for unit in conclusion.classification.units:
        yield f"  {visible(unit.spdx)}: {unit.license_class.value}: {one_line(str(unit.reason or ''), 500)} ({one_line(unit.source)})"


def _verdicts(audit: Audit, about: Sequence[Violation], subject: tuple[SubjectKind, str], called: str) -> Iterator[str]:
    """Yield the findings ``about`` something, then those about ``subject`` that do not count."""
    settled = [each for each in audit.suppressed if (each.violation.subject.kind, each.violation.subject.id) == subject]
    yield ""
    if not about and not settled:
        yield f"policy {one_line(audit.policy.name)}: no rule objects to {called}"
    for violation in about:
        state = "violates the policy" if violation.violates else "is to be looked at"
        yield f"policy {one_line(audit.policy.name)}, rule {violation.rule} ({violation.source}): {violation.outcome.value}, {state}"
        yield f"  {one_line(str(violation.message), 500)}"
        yield from (
            f"  {one_line(step.what)}: {step.outcome.value}: {one_line(str(step.why), 500)}" for step in violation.trace
        )
        if violation.question:
            yield f"  asked: {one_line(str(violation.question), 500)}"
        yield f"  fix: {one_line(str(violation.how_to_fix), 500)}"
        yield f"  evidence: {evidence_digest(violation)}"
    for each in settled:
        until = f", until {each.expires}" if each.expires else ""
        yield f"{each.kind.value}: {each.violation.code} does not count: {one_line(str(each.why))} ({one_line(each.by)}{until}; {each.location or ''})"
    if about:
        yield _SETTLE


def _is_called(component: Component, name: str) -> bool:
    names = (component.id, component.name, component.purl or "", component.directory or "")
    return any(fnmatchcase(each, name) for each in names) or component.id.partition("@")[0] == name


def _licence_of(component: Component, conclusion: Conclusion | None) -> str:
    is_open = component.unresolved and (conclusion is None or conclusion.classification is None)
    return "unresolved" if is_open else _spdx(conclusion)


def _component(component: Component, inventory: Inventory, audit: Audit) -> Iterator[str]:
    conclusion = _conclusion(audit, None, component.id)
    direct = "" if component.direct is None else ", direct" if component.direct else ", indirect"
    yield (
        f"{visible(component.name)} {visible(component.version or '')}".rstrip()
        + f": {_licence_of(component, conclusion)}"
    )
    yield f"  {visible(component.id)}, {component.kind.value}, {component.scope.value}{direct}"
    yield from _paths("named in", component.locations)
    parents = [each for each in inventory.dependencies if each.child == component.id]
    for each in parents[:_FILES]:
        proof = "" if each.proven else ", asked for"
        where = f", {visible(str(each.location))}" if each.location else ""
        yield f"  needed by {visible(each.parent)} ({each.scope.value}{proof}{where})"
    if component.unresolved:
        yield "neither its files nor its metadata were read: run with --online, or after installing it"
    yield "sources of its licence:" if component.claims else "no source states its licence"
    for claim in component.claims:
        said = claim.expression_spdx or claim.expression or "not understood"
        raw = f", written {one_line(claim.raw)!r}" if claim.raw and claim.raw != said else ""
        where = f" at {visible(str(claim.locations[0]))}" if claim.locations else ""
        yield f"  {claim.source.value}: {one_line(said)}{raw} ({one_line(claim.origin)}{where})"
    if has_several_classifiers(component.claims):
        yield f"  {SEVERAL_CLASSIFIERS}"
    if conclusion is not None:
        for item in islice((each for each in conclusion.evidence if each.rule_id), _FILES):
            yield f"  detected: {one_line(item.expression or '')} at {visible(str(item.location))} ({visible(item.rule_id or '')})"
        yield from _classes(conclusion)
        kind = conclusion.subject.kind
        about = [each for each in audit.violations if each.subject.kind is kind and each.subject.id == component.id]
        yield from _verdicts(audit, about, (kind, component.id), "it")


def _paths(label: str, locations: Iterable[Location]) -> Iterator[str]:
    places = [visible(str(location)) for location in locations]
    if places:
        yield f"  {label} {', '.join(places[:_FILES])}"


def _conclusion(audit: Audit, kind: SubjectKind | None, subject: str) -> Conclusion | None:
    kinds = (kind,) if kind else (SubjectKind.COMPONENT, SubjectKind.PROJECT)
    return next((each for each in audit.conclusions if each.subject.id == subject and each.subject.kind in kinds), None)


def _spdx(conclusion: Conclusion | None) -> str:
    found = conclusion.classification if conclusion else None
    return one_line(found.expression_spdx, 500) if found else "no licence"
