"""Source files that say something else, judged with what surrounds them and without the rest of the tree."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from licscan.classify.catalogue import Catalogue
from licscan.classify.conclude import conclude
from licscan.classify.own_licenses import own_licenses
from licscan.core.facts import Facts
from licscan.core.finding import FileFinding, FileKind, SourceFile
from licscan.core.identity import compare, identity
from licscan.core.result import Audit, Inventory
from licscan.core.verdict import SubjectKind, Violation
from licscan.gate.memory import Memory
from licscan.policy.codes import MODEL_CODES
from licscan.policy.evaluate import evaluate_all
from licscan.policy.schema import Policy

# Names of files and folders in which a project passes on the licences of others.
_PASSES_ON = re.compile(r"licen[cs]e|notice|third.?part|attribution|acknowledg", re.IGNORECASE)

# A source file of one side and what it says, by path.
Said = Mapping[str, tuple[SourceFile, FileFinding]]


class Terms(Struct, frozen=True, kw_only=True):
    """What is judged with: the configuration is the same on both sides."""

    catalogue: Catalogue
    policy: Policy
    facts: Facts


class Partial(Struct, frozen=True, kw_only=True):
    """What came of it: ``audit`` holds what is new, ``older`` counts what was there before, ``memory`` holds afterwards."""

    inventory: Inventory
    audit: Audit
    older: int
    memory: Memory


def surroundings(inventory: Inventory) -> Inventory:
    """Return what the judgement of a source file depends on besides the file: components, models, manifests, and the files
    that state or pass on licences."""
    kept = {
        file.path
        for file in inventory.files
        if file.kind in (FileKind.LEGAL, FileKind.MANIFEST) or _PASSES_ON.search(file.path)
    }
    return replace(
        inventory,
        files=tuple(file for file in inventory.files if file.path in kept),
        findings=tuple(finding for finding in inventory.findings if finding.path in kept),
        unique_detections=(),
        skipped=(),
        empty_folders=(),
        issues=(),
    )


def judge_part(part: Inventory, sides: Sequence[Said], memory: Memory, terms: Callable[[], Terms]) -> Partial | None:
    """Judge the files of both ``sides`` among their surroundings; ``None`` where a finding concerns more than its file."""
    given = terms()
    before, after = (_judged(_with(part, side), given) for side in sides)
    done = compare(after, [identity(violation) for violation in before])
    gone = compare(before, [identity(violation) for violation in after]).new
    if not all(_stands_alone(violation) for violation in (*done.new, *gone)):
        return None
    findings = Counter(memory.findings)
    findings.subtract(_keys(gone))
    if min(findings.values(), default=0) < 0:
        return None  # what is remembered and what is seen do not fit together
    older = sum(findings.values())
    findings.update(_keys(done.new))
    audit = Audit(
        policy=given.policy.info,
        facts=given.facts,
        conclusions=(),
        violations=done.new,
        complete=True,
        gone=len(done.gone),
    )
    kept = replace(memory, findings=tuple(sorted(findings.elements())))
    return Partial(inventory=_with(part, sides[1]), audit=audit, older=older, memory=kept)


def _with(part: Inventory, side: Said) -> Inventory:
    files = sorted((*part.files, *(file for file, _ in side.values())), key=lambda file: file.path.split("/"))
    found = {finding.path: finding for finding in (*part.findings, *(finding for _, finding in side.values()))}
    return replace(part, files=tuple(files), findings=tuple(found[file.path] for file in files))


def _judged(inventory: Inventory, terms: Terms) -> tuple[Violation, ...]:
    own = own_licenses(inventory, terms.facts, named=terms.policy.licenses)
    catalogue = terms.catalogue.knowing(own)
    conclusions = conclude(inventory, catalogue)
    return evaluate_all(inventory, conclusions, terms.policy, terms.facts, catalogue).violations


def _stands_alone(violation: Violation) -> bool:
    """Whether the finding is of a file, and is joined with those of no other."""
    alone = violation.subject.kind is SubjectKind.FILE and violation.question is None
    return alone and violation.code not in MODEL_CODES


def _keys(violations: Sequence[Violation]) -> list[tuple[str, str]]:
    return [(known.key, known.path) for known in map(identity, violations)]
