"""Measure what is kept and what is demoted against matches of real trees that were labelled by hand.

    python benchmarks/noise.py [--wrong]

Precision of what is kept: of the matches that licscan counts, how many should count. Recall: of those that should count,
how many do. ``--wrong`` lists every match on which licscan and the label differ.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from licscan.classify.conclude import conclude
from licscan.core.component import ClaimSource, Component, ComponentKind, LicenseClaim
from licscan.core.finding import Detection, FileFinding, FileKind, Match, SourceFile
from licscan.core.location import Location
from licscan.core.result import Inventory, RunInfo
from licscan.core.verdict import Classification, Composition, LicenseClass, Statement, SubjectKind

# The licence counts all the same, by another statement of the file.
_CARRIED = frozenset(
    {
        Composition.REPEATED,
        Composition.RESOLVED_REFERENCE,
        Composition.INTRODUCTION,
        Composition.BESIDE_A_LICENSE,
        Composition.EXCEPTED_TEXT,
    }
)
LABELS = Path(__file__).resolve().parent.parent / "fixtures" / "labels" / "detections.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One labelled match, and what licscan did with it. ``label`` is the reason to suppress it, ``None`` for keep."""

    tree: str
    match: Match
    label: str | None
    why: str
    suppressed: Statement | None

    @property
    def is_wrongly_suppressed(self) -> bool:
        """Whether a statement that should count does not, and no other statement of the file carries its licence."""
        return self.label is None and self.suppressed is not None and not self.is_carried

    @property
    def is_carried(self) -> bool:
        """Whether another statement of the file carries the licence of one that is suppressed."""
        return self.suppressed is not None and self.suppressed.composition in _CARRIED

    @property
    def is_kept(self) -> bool:
        """Whether the licence of the match is in the conclusion, by this statement or by another one of the file."""
        return self.suppressed is None or (self.label is None and self.is_carried)

    @property
    def is_noise_kept(self) -> bool:
        return self.label is not None and self.suppressed is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Counts of matches. ``noise`` and ``found`` are by the reason of the label."""

    trees: int
    kept: int
    kept_rightly: int
    to_keep: int
    noise: Counter[str]
    found: Counter[str]

    @property
    def precision(self) -> float:
        return self.kept_rightly / self.kept

    @property
    def recall(self) -> float:
        return self.kept_rightly / self.to_keep


class _Classes:
    """A catalogue for which every licence is the same: classes do not matter here."""

    def classify(self, expression_text: str) -> Classification:
        return Classification(
            expression=expression_text, expression_spdx=expression_text, license_class=LicenseClass.UNKNOWN, units=()
        )

    def from_spdx(self, expression_text: str) -> str:
        return expression_text

    def knows(self, name: str) -> bool:
        return True


def judge(labels: Path = LABELS) -> list[Judged]:
    """Conclude every labelled tree, and return each labelled match with what became of it."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    document = yaml.load(labels.read_text(encoding="utf-8"), Loader=loader)
    return [judged for tree in document["trees"] for judged in _judge_tree(tree)]


def measure(judged: list[Judged]) -> Measured:
    return Measured(
        trees=len({one.tree for one in judged}),
        kept=sum(one.is_kept for one in judged),
        kept_rightly=sum(one.is_kept and one.label is None for one in judged),
        to_keep=sum(one.label is None for one in judged),
        noise=Counter(one.label for one in judged if one.label),
        found=Counter(one.label for one in judged if one.label and one.suppressed),
    )


def _judge_tree(tree: dict[str, Any]) -> Iterator[Judged]:
    findings, labelled = [], []
    for file in tree["files"]:
        detections = []
        for detection in file["detections"]:
            matches = [_match(entry, file["path"]) for entry in detection["matches"]]
            labelled += [(file["path"], *pair) for pair in zip(matches, detection["matches"], strict=True)]
            detections.append(_detection(detection, tuple(matches)))
        said = " AND ".join(f"({detection.expression})" for detection in detections) or None
        findings.append(FileFinding(path=file["path"], expression=said, detections=tuple(detections)))
    inventory = Inventory(
        run=RunInfo(root=tree["tree"], tool_version="", scancode_version="", detector="", started="", finished=""),
        files=tuple(
            SourceFile(path=file["path"], size=1, sha256="", kind=FileKind(file["kind"])) for file in tree["files"]
        ),
        findings=tuple(findings),
        components=tuple(_component(entry) for entry in tree.get("components", ())),
    )
    suppressed_statements = {
        (conclusion.subject.id, suppressed.rule_id, suppressed.location, suppressed.expression): suppressed
        for conclusion in conclude(inventory, _Classes())
        if conclusion.subject.kind is SubjectKind.FILE
        for suppressed in conclusion.suppressed
    }
    for path, match, entry in labelled:
        yield Judged(
            tree=tree["tree"],
            match=match,
            label=entry["reason"] if entry["label"] == "demote" else None,
            why=entry["why"],
            suppressed=suppressed_statements.get((path, match.rule_id, match.location, match.expression)),
        )


def _match(entry: dict[str, Any], path: str) -> Match:
    first, last = entry["lines"]
    return Match(
        expression=entry["expression"],
        expression_spdx=entry["spdx"],
        path=entry.get("file", path),
        start_line=first,
        end_line=last,
        score=100.0,
        coverage=100.0,
        relevance=entry["relevance"],
        matched_length=entry["length"],
        matcher=entry["matcher"],
        rule_id=entry["rule"],
        matched_text=entry["text"],
        context=entry["context"],
        kind=entry["kind"],
        references=tuple(entry.get("references", ())),
    )


def _detection(entry: dict[str, Any], matches: tuple[Match, ...]) -> Detection:
    said = entry["expression"]
    return Detection(
        expression=said, expression_spdx=said, identifier="", matches=matches, log=tuple(entry.get("log", ()))
    )


def _component(entry: dict[str, Any]) -> Component:
    return Component(
        id=entry["id"],
        name=entry["name"],
        kind=ComponentKind(entry["kind"]),
        directory=entry["directory"],
        claims=tuple(
            LicenseClaim(
                source=ClaimSource.DECLARED,
                expression=claim["expression"],
                raw=claim["raw"],
                locations=(Location(path=claim["path"]),),
            )
            for claim in entry["claims"]
        ),
        locations=tuple(Location(path=path, start_line=line) for path, line in entry["locations"]),
    )


def table(measured: Measured) -> str:
    """Return the numbers as the table that stands in ``docs/verdicts.md``."""
    total = measured.to_keep + sum(measured.noise.values())
    lines = [
        f"{total} matches labelled in {measured.trees} trees: {measured.to_keep} to keep, {sum(measured.noise.values())} to suppress.",
        "",
        "| what is kept | |",
        "|---|---|",
        f"| recall | {measured.recall:.1%} ({measured.kept_rightly} of {measured.to_keep}) |",
        f"| precision | {measured.precision:.1%} ({measured.kept_rightly} of {measured.kept}) |",
        f"| precision if nothing were suppressed | {measured.to_keep / total:.1%} ({measured.to_keep} of {total}) |",
        "",
        "| reason | labelled | suppressed |",
        "|---|---|---|",
        *[f"| `{reason}` | {count} | {measured.found[reason]} |" for reason, count in sorted(measured.noise.items())],
    ]
    return "\n".join(lines)


def main(arguments: list[str]) -> None:
    judged = judge()
    if "--wrong" in arguments:
        for one in judged:
            if one.is_wrongly_suppressed or one.is_noise_kept:
                found = f"suppressed ({one.suppressed.composition.value})" if one.suppressed else "kept"
                print(
                    f"{one.tree}: {one.match.location} {one.match.expression} {found}, label {one.label or 'keep'}: {one.why}"
                )
        print()
    print(table(measure(judged)))


if __name__ == "__main__":
    main(sys.argv[1:])
