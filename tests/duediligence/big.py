"""Large results: what a report must render in time. The facts are those that ``benchmarks/audit.py`` measures with."""

from __future__ import annotations

import importlib.util
from types import ModuleType

from licscan.core.component import Component, ComponentKind
from licscan.core.facts import Distribution, Facts
from licscan.core.finding import FileFinding
from licscan.core.result import Audit
from licscan.core.verdict import Classification, Conclusion, Evidence, Subject, SubjectKind
from licscan.duediligence import Judged
from tests.conftest import ROOT
from tests.report.sample_judgement import GPL, LGPL, POLICY, permissive, violation


def big(components: int, findings: int) -> Judged:
    """Return ``components`` packages in a graph, and ``findings`` on them and on first-party files."""
    inventory = _benchmark().large_inventory(components, findings - components)
    mit = permissive("mit", "MIT")
    packages = [part for part in inventory.components if part.kind is not ComponentKind.PROJECT]
    root = next(part for part in inventory.components if part.kind is ComponentKind.PROJECT)
    concluded = [
        *(_of_package(package, (GPL, LGPL, mit, mit)[number % 4]) for number, package in enumerate(packages)),
        *(_of_file(found, root) for found in inventory.findings),
    ]
    told = tuple(
        violation(
            f"{number:064x}",
            "reciprocity",
            conclusion.subject,
            f"{conclusion.subject.name} is under GPL-3.0-only, which reaches the software built on it.",
            classification=conclusion.classification,
            evidence=conclusion.evidence,
        )
        for number, conclusion in enumerate(concluded)
    )
    audit = Audit(
        policy=POLICY,
        facts=Facts(distribution=Distribution.BINARY),
        conclusions=tuple(concluded),
        violations=told,
        complete=True,
    )
    return Judged(inventory=inventory, audit=audit)


def _of_package(package: Component, found: Classification) -> Conclusion:
    subject = Subject(kind=SubjectKind.COMPONENT, id=package.id, name=package.name)
    places = tuple(Evidence(location=place, text="GPL-3.0-only", expression="gpl-3.0") for place in package.locations)
    return Conclusion(subject=subject, classification=found, evidence=places)


def _of_file(found: FileFinding, root: Component) -> Conclusion:
    subject = Subject(kind=SubjectKind.FILE, id=found.path, name=found.path, owner=root.id, path=found.path)
    proof = tuple(
        Evidence(
            location=match.location,
            text=match.matched_text,
            expression=match.expression,
            rule_id=match.rule_id,
            matcher=match.matcher,
            score=match.score,
        )
        for detection in found.detections
        for match in detection.matches
    )
    return Conclusion(subject=subject, classification=GPL, evidence=proof)


def _benchmark() -> ModuleType:
    spec = importlib.util.spec_from_file_location("audit_benchmark", ROOT / "benchmarks" / "audit.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
