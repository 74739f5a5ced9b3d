"""A comparison as text: the project's own licence, then what affects the verdict, then what licscan itself changed, then the rest, collapsed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from licscan.app.diff import FindingChange, LicenseChange, ResultDiff, VersionChange
from licscan.core.text import one_line, plural, visible
from licscan.core.verdict import SubjectKind


class Section(Struct, frozen=True):
    """Changes of one kind: the lines of a table on a terminal, and rows of cells for Markdown under ``head``."""

    title: str
    head: tuple[str, ...]
    lines: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


_Quote = Callable[[str], str]
_LICSCAN_CHANGED = "Changes of licscan, in files that are the same"
_FINDING = ("Finding", "Where", "Licence", "State", "Caused by")


def own_license(found: ResultDiff) -> tuple[LicenseChange, ...]:
    """Return the changes to the licences of the projects themselves."""
    return tuple(each for each in found.licenses if each.kind is SubjectKind.PROJECT)


def affecting(found: ResultDiff, code: _Quote = str) -> tuple[Section, ...]:
    """Return what the codebase, its policy or people changed in the verdict."""
    return _of_verdict(found, code, of_licscan=False) + _sections(
        [
            _versions(
                "Other versions under another licence", [each for each in found.versions if each.changes_license], code
            )
        ]
    )


def of_licscan(found: ResultDiff, code: _Quote = str) -> tuple[Section, ...]:
    """Return what changed in the verdict because licscan or its data changed, while the files are the same."""
    return _of_verdict(found, code, of_licscan=True)


def others(found: ResultDiff, code: _Quote = str) -> tuple[Section, ...]:
    """Return all changes that leave the verdict as it is."""
    new = [each for each in found.new if not each.violation.violates]
    removed = [each for each in found.removed if not each.violation.violates]
    changed = [(old, each) for old, each in found.changed if not (old.violates or each.violation.violates)]
    versions = [each for each in found.versions if not each.changes_license]
    licenses = [each for each in found.licenses if each.kind is not SubjectKind.PROJECT]
    return _sections(
        (_findings("New findings to review", new, code), _findings("Findings to review that are no longer present", removed, code),
         _changed(changed, code), _versions("Other versions", versions, code), _licenses(licenses, code))
    )  # fmt: skip


def _of_verdict(found: ResultDiff, code: _Quote, *, of_licscan: bool) -> tuple[Section, ...]:
    """Return findings that violate, those that no longer do and those that changed, by whether licscan is the cause."""
    new = [each for each in found.new if each.violation.violates and each.cause.is_of_licscan is of_licscan]
    removed = [each for each in found.removed if each.violation.violates and each.cause.is_of_licscan is of_licscan]
    changed = [
        (old, each)
        for old, each in found.changed
        if (old.violates or each.violation.violates) and each.cause.is_of_licscan is of_licscan
    ]
    return _sections(
        (_findings("New violations", new, code), _findings("No longer present", removed, code), _changed(changed, code))
    )


def table(found: ResultDiff, *, everything: bool) -> Iterator[str]:
    """Yield the lines for a terminal; what does not affect the verdict is counted, and listed with ``everything``."""
    yield f"{visible(found.old_name)} -> {visible(found.new_name)}"
    yield from ("", "The project's own licence")
    yield from (f"  {_licence_line(each)}" for each in own_license(found))
    if not own_license(found):
        yield "  unchanged"
    for section in affecting(found):
        yield from _section(section)
    if ours := of_licscan(found):
        yield from ("", _LICSCAN_CHANGED, f"  {found.old_tool} -> {found.new_tool}")
        for section in ours:
            yield from _section(section)
    rest = others(found)
    if everything:
        for section in rest:
            yield from _section(section)
    elif rest:
        yield from ("", "Changes that do not affect the verdict (--all lists them)")
        yield from (f"  {section.title}: {len(section.lines):,}" for section in rest)
    yield from ("", summary(found))


def markdown(found: ResultDiff, *, everything: bool) -> Iterator[str]:
    """Yield the lines of a comment: the rest is folded away, or open with ``everything``."""
    from licscan.report.markdown import code

    yield from (f"# Licences: {code(found.old_name)} to {code(found.new_name)}", "", f"**{summary(found)}**")
    yield from ("", "## The project's own licence", "")
    own = own_license(found)
    yield from (f"- {code(each.subject)}: {_before(each, code)} to {_after(each, code)}" for each in own)
    if not own:
        yield "Unchanged."
    for section in affecting(found, code):
        yield from ("", f"## {section.title}", "", *_grid(section))
    if ours := of_licscan(found, code):
        yield from ("", f"## {_LICSCAN_CHANGED}", "", f"{code(found.old_tool)} to {code(found.new_tool)}.")
        for section in ours:
            yield from ("", f"### {section.title}", "", *_grid(section))
    rest = others(found, code)
    if not rest:
        return
    opened = " open" if everything else ""
    yield from ("", f"<details{opened}><summary>Changes that do not affect the verdict</summary>")
    for section in rest:
        yield from ("", f"### {section.title}: {len(section.rows):,}", "", *_grid(section))
    yield from ("", "</details>")


def summary(found: ResultDiff) -> str:
    return (
        f"{plural(len(found.new), 'new finding')}, {len(found.removed):,} no longer present, {len(found.changed):,} changed, "
        f"{found.unchanged:,} as before; {plural(len(found.licenses), 'licence')} added, removed or changed"
        f"{_licscan_share(found)}"
    )


def _licscan_share(found: ResultDiff) -> str:
    """Return how many of the differences in findings licscan itself caused."""
    changes = [*found.new, *found.removed, *(each for _, each in found.changed)]
    ours = sum(each.cause.is_of_licscan for each in changes)
    return (
        f"; {ours:,} of {plural(len(changes), 'difference')} in findings caused by licscan or its data" if ours else ""
    )


def _sections(every: Sequence[Section]) -> tuple[Section, ...]:
    return tuple(section for section in every if section.lines)


def _section(section: Section) -> Iterator[str]:
    yield from ("", f"{section.title}: {len(section.lines):,}")
    yield from (f"  {line}" for line in section.lines)


def _grid(section: Section) -> Iterator[str]:
    yield f"| {' | '.join(section.head)} |"
    yield "|" + "---|" * len(section.head)
    yield from (f"| {' | '.join(row)} |" for row in section.rows)


def _findings(title: str, changes: Sequence[FindingChange], code: _Quote) -> Section:
    rows = (
        (
            code(each.violation.code),
            code(_where(each)),
            code(_licence(each.violation.expression_spdx)),
            _state(each),
            each.cause.value,
        )
        for each in changes
    )
    return Section(title, _FINDING, tuple(_finding(each) for each in changes), tuple(rows))


def _changed(changes: Sequence[tuple[object, FindingChange]], code: _Quote) -> Section:
    lines, rows = [], []
    for old, each in changes:
        was = _licence(getattr(old, "expression_spdx", None))
        lines.append(f"{_finding(each)}, was {was}")
        now = code(_licence(each.violation.expression_spdx))
        rows.append((code(each.violation.code), code(_where(each)), code(was), now, each.cause.value))
    return Section("Changed findings", ("Finding", "Where", "Was", "Is", "Caused by"), tuple(lines), tuple(rows))


def _versions(title: str, changes: Sequence[VersionChange], code: _Quote) -> Section:
    rows = (
        (code(each.name), code(each.old), code(each.new), code(_licence(each.old_license)), code(_licence(each.new_license)))
        for each in changes
    )  # fmt: skip
    head = ("Component", "Was", "Is", "Licence before", "Licence now")
    return Section(title, head, tuple(_version(each) for each in changes), tuple(rows))


def _licenses(changes: Sequence[LicenseChange], code: _Quote) -> Section:
    signs = {(True, False): "added", (False, True): "removed"}
    rows = tuple(
        (
            signs.get((each.added, each.removed), "changed"),
            f"{each.kind.value} {code(each.subject)}",
            _before(each, code),
            _after(each, code),
        )
        for each in changes
    )
    return Section("Licences", ("", "Subject", "Was", "Is"), tuple(_licence_line(each) for each in changes), rows)


def _licence_line(each: LicenseChange) -> str:
    sign = "+" if each.added else "-" if each.removed else "~"
    first = _licence(each.new if each.added else each.old)
    arrow = "" if each.added or each.removed else f" -> {_licence(each.new)}"
    cause = f" ({each.cause.value})" if each.cause.is_of_licscan else ""
    return f"{sign} {each.kind.value} {visible(each.subject)}: {first}{arrow}{cause}"


def _before(each: LicenseChange, code: _Quote) -> str:
    return "-" if each.added else code(_licence(each.old))


def _after(each: LicenseChange, code: _Quote) -> str:
    return "-" if each.removed else code(_licence(each.new))


def _version(change: VersionChange) -> str:
    license = f", licence changed: {_licence(change.old_license)} -> {_licence(change.new_license)}"
    return f"{visible(change.name)}: {visible(change.old)} -> {visible(change.new)}{license if change.changes_license else ''}"


def _finding(change: FindingChange) -> str:
    violation = change.violation
    what = f"{violation.code}: {_licence(violation.expression_spdx)} ({_state(change)}; {change.cause.value})"
    return f"{visible(_where(change))}: {what}"


def _state(change: FindingChange) -> str:
    return "violates" if change.violation.violates else "to review"


def _where(change: FindingChange) -> str:
    violation = change.violation
    if not violation.evidence:
        return violation.subject.id
    location = violation.evidence[0].location
    return f"{location.path}:{location.start_line}" if location.start_line else location.path


def _licence(expression: str | None) -> str:
    return one_line(expression or "no licence", 200)
