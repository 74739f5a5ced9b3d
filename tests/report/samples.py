"""Results with every kind of content that a report can meet, hostile text included; plain and empty ones too."""

from __future__ import annotations

from licscan.core.facts import Facts
from licscan.core.finding import FileFinding, FileKind
from licscan.core.issue import Issue, IssueCode
from licscan.core.location import Location
from licscan.core.message import say
from licscan.core.result import Audit, Inventory
from licscan.core.verdict import (
    Conclusion,
    SubjectKind,
)
from licscan.report.base import ReportInput
from tests.report.sample_facts import file, finding, inventory, project, run
from tests.report.sample_judgement import GPL, POLICY, audit, evidence, permissive, subject, violation

GENERATED_AT = "2026-01-02T03:04:05Z"


def sample() -> ReportInput:
    """Return the result with everything in it: violated, and incomplete."""
    return ReportInput(inventory=inventory(), audit=audit(), generated_at=GENERATED_AT)


def clean() -> ReportInput:
    """Return a small result that meets its policy."""
    mit = permissive("mit", "MIT")
    inventory = Inventory(
        run=run("tidy"),
        files=(file("LICENSE", FileKind.LEGAL), file("main.py")),
        findings=(finding("LICENSE", "mit", "MIT", "The MIT License"), FileFinding(path="main.py")),
        components=(project("tidy", "mit", "MIT"),),
    )
    conclusions = (
        Conclusion(subject=subject(SubjectKind.PROJECT, "path:", "tidy"), classification=mit),
        Conclusion(subject=subject(SubjectKind.FILE, "LICENSE", owner="path:"), classification=mit),
    )
    audit = Audit(policy=POLICY, facts=Facts(), conclusions=conclusions, violations=(), complete=True)
    return ReportInput(inventory=inventory, audit=audit, generated_at=GENERATED_AT)


def empty() -> ReportInput:
    """Return a result of nothing that could be read: incomplete, and nothing found."""
    issue = Issue(code=IssueCode.UNREADABLE, message=say("permission denied"), location=Location(path="secret.py"))
    inventory = Inventory(run=run("shut"), files=(), findings=(), issues=(issue,))
    audit = Audit(policy=POLICY, facts=Facts(), conclusions=(), violations=(), complete=False)
    return ReportInput(inventory=inventory, audit=audit, generated_at=GENERATED_AT)


def large(count: int) -> ReportInput:
    """Return a result with ``count`` findings, as a contaminated monorepo gives."""
    base = sample()
    conclusions = tuple(
        Conclusion(subject=subject(SubjectKind.FILE, f"services/s{i % 40}/src/module_{i}.c"), classification=GPL)
        for i in range(count)
    )
    violations = tuple(
        violation(
            f"large-{i:06}",
            "reciprocity",
            conclusion.subject,
            f"{conclusion.subject.id} is under GPL-3.0-only and reaches what is distributed.",
            evidence=(evidence(conclusion.subject.id, 1 + i % 90, "SPDX-License-Identifier: GPL-3.0-only"),),
        )
        for i, conclusion in enumerate(conclusions)
    )
    files = tuple(file(conclusion.subject.id) for conclusion in conclusions)
    findings = tuple(finding(file.path, "gpl-3.0", "GPL-3.0-only", "SPDX tag") for file in files)
    return ReportInput(
        inventory=Inventory(run=run("large"), files=files, findings=findings, components=base.inventory.components),
        audit=Audit(
            policy=POLICY, facts=base.audit.facts, conclusions=conclusions, violations=violations, complete=True
        ),
        generated_at=GENERATED_AT,
    )
