"""Large results: what a report must render in time."""

from __future__ import annotations

from licscan.audit import Judged
from licscan.core.component import ClaimSource, Component, ComponentKind, Dependency, LicenseClaim
from licscan.core.facts import Distribution, Facts
from licscan.core.location import Location
from licscan.core.result import Audit, Inventory
from licscan.core.verdict import Conclusion, Evidence, Subject, SubjectKind
from tests.report.sample_facts import file, run
from tests.report.sample_judgement import GPL, LGPL, POLICY, permissive, violation


def big(components: int, findings: int) -> Judged:
    """Return ``components`` packages in a graph, and ``findings`` on them and on first-party files."""
    mit = permissive("mit", "MIT")
    packages = tuple(_package(number) for number in range(components))
    root = Component(id="path:", name="big", kind=ComponentKind.PROJECT, directory="")
    edges = tuple(
        Dependency(parent=packages[(number - 1) // 3].id if number else root.id, child=package.id, proven=True)
        for number, package in enumerate(packages)
    )
    concluded = [
        Conclusion(
            subject=Subject(kind=SubjectKind.COMPONENT, id=package.id, name=package.name),
            classification=(GPL, LGPL, mit, mit)[number % 4],
        )
        for number, package in enumerate(packages)
    ]
    paths = [f"services/s{number % 40}/src/module_{number}.c" for number in range(findings - components)]
    concluded += [
        Conclusion(
            subject=Subject(kind=SubjectKind.FILE, id=path, name=path, owner="path:", path=path), classification=GPL
        )
        for path in paths
    ]
    told = tuple(
        violation(
            f"{number:064x}",
            "reciprocity",
            conclusion.subject,
            f"{conclusion.subject.name} is under GPL-3.0-only, which reaches the software built on it.",
            classification=conclusion.classification,
            evidence=(_evidence(conclusion.subject.path or "package-lock.json", number),),
        )
        for number, conclusion in enumerate(concluded)
    )
    inventory = Inventory(
        run=run("big"),
        files=tuple(file(path) for path in paths),
        findings=(),
        components=(root, *packages),
        dependencies=edges,
    )
    audit = Audit(
        policy=POLICY,
        facts=Facts(distribution=Distribution.BINARY),
        conclusions=tuple(concluded),
        violations=told,
        complete=True,
    )
    return Judged(inventory=inventory, audit=audit)


def _package(number: int) -> Component:
    claim = LicenseClaim(
        source=ClaimSource.DECLARED, expression="mit", expression_spdx="MIT", origin="package-lock.json"
    )
    purl = f"pkg:npm/package-{number}@1.{number % 7}.0"
    return Component(
        id=purl,
        name=f"package-{number}",
        version=f"1.{number % 7}.0",
        purl=purl,
        ecosystem="npm",
        claims=(claim,),
        locations=(Location(path="package-lock.json", start_line=number + 1),),
        copyrights=(f"Copyright Holder {number % 900}",),
    )


def _evidence(path: str, number: int) -> Evidence:
    text = f"This program is free software {number}: you can redistribute it and/or modify it under the terms of the GNU GPL."
    return Evidence(
        location=Location(path=path, start_line=number + 1, end_line=number + 12),
        text=text,
        expression="gpl-3.0",
        rule_id=f"gpl-3.0_{number % 300}.RULE",
        matcher="2-aho",
        score=100.0,
    )
