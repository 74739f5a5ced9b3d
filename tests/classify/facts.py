"""Facts for tests, made the way detection makes them: a match knows the three lines around it."""

from __future__ import annotations

from licscan.classify.conclude import FileConcluder
from licscan.core.component import Component
from licscan.core.finding import Detection, FileFinding, FileKind, Match, SourceFile
from licscan.core.ownership import Owners
from licscan.core.result import Inventory, RunInfo
from licscan.core.verdict import Classification, Conclusion, LicenseClass, Statement, SubjectKind
from licscan.detect.findings import context_of


def match_in(
    text: str,
    line: int,
    expression: str,
    rule_id: str,
    *,
    path: str = "src/a.cpp",
    end: int | None = None,
    kind: str = "reference",
    references: tuple[str, ...] = (),
    spdx: str | None = None,
) -> Match:
    """Return a match at ``line`` (to ``end``) of the file ``text``."""
    numbered = list(enumerate(text.split("\n"), 1))
    last = end or line
    own = "\n".join(row for number, row in numbered if line <= number <= last)
    return Match(
        expression=expression,
        expression_spdx=spdx or expression,
        path=path,
        start_line=line,
        end_line=last,
        score=100.0,
        coverage=100.0,
        relevance=100,
        matched_length=1,
        matcher="2-aho",
        rule_id=rule_id,
        matched_text=own,
        context=context_of(numbered, line, last, own),
        kind=kind,
        references=references,
    )


def detection(*matches: Match, expression: str | None = None) -> Detection:
    said = expression or " AND ".join(dict.fromkeys(match.expression for match in matches))
    return Detection(expression=said, expression_spdx=said, identifier=f"{said}-1", matches=matches)


def finding(path: str, *detections: Detection) -> FileFinding:
    said = " AND ".join(dict.fromkeys(one.expression for one in detections)) or None
    return FileFinding(path=path, expression=said, expression_spdx=said, detections=detections)


def inventory(
    *findings: FileFinding,
    kinds: dict[str, FileKind] | None = None,
    components: tuple[Component, ...] = (),
    **more: object,
) -> Inventory:
    """Return an inventory of ``findings``; files are code unless ``kinds`` says otherwise."""
    files = tuple(
        SourceFile(path=one.path, size=1, sha256="0", kind=(kinds or {}).get(one.path, FileKind.CODE))
        for one in findings
    )
    run = RunInfo(root="app", tool_version="1", scancode_version="32.5.0", detector="d", started="", finished="")
    return Inventory(run=run, files=files, findings=findings, components=components, **more)  # type: ignore[arg-type]


class AnyCatalogue:
    """A catalogue for which every licence is the same: classes do not matter where it is used."""

    def classify(self, expression_text: str) -> Classification:
        return Classification(
            expression=expression_text, expression_spdx=expression_text, license_class=LicenseClass.UNKNOWN, units=()
        )

    def from_spdx(self, expression_text: str) -> str:
        return expression_text

    def knows(self, name: str) -> bool:
        return True


def suppressed_in(facts: Inventory, path: str, owner: Component | None = None) -> list[Statement]:
    """Return the statements of one file, which belongs to ``owner``, that do not count."""
    owners = Owners({}) if owner is None else Owners({"": owner, path.rpartition("/")[0]: owner})
    conclusion = FileConcluder(facts, owners, AnyCatalogue()).conclusion(path)
    return list(conclusion.suppressed) if conclusion else []


def file_conclusion(conclusions: tuple[Conclusion, ...], path: str) -> Conclusion:
    (found,) = (each for each in conclusions if each.subject.kind is SubjectKind.FILE and each.subject.id == path)
    return found
