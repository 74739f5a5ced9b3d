"""Small factories: conclusions, components and inventories made by hand, and a catalogue of a dozen licences."""

from __future__ import annotations

from collections.abc import Sequence

from licscan.core.component import Component, ComponentKind, Dependency, Scope
from licscan.core.display_phrase import Statement
from licscan.core.expression import ExpressionError, Unit, keys, parse, units
from licscan.core.finding import Detection, FileFinding, FileKind, Match, SourceFile
from licscan.core.location import Location
from licscan.core.result import Inventory, RunInfo
from licscan.core.verdict import (
    Classification,
    Conclusion,
    Evidence,
    LicenseClass,
    Subject,
    SubjectKind,
    UnitClassification,
)

P, W, S = LicenseClass.PERMISSIVE, LicenseClass.WEAK_COPYLEFT, LicenseClass.STRONG_COPYLEFT
M, X, U = LicenseClass.CUSTOM_MODEL, LicenseClass.PROPRIETARY, LicenseClass.UNKNOWN

# ScanCode key: SPDX id, class, terms.
LICENSES: dict[str, tuple[str, LicenseClass, tuple[str, ...]]] = {
    "mit": ("MIT", P, ()),
    "apache-2.0": ("Apache-2.0", P, ()),
    "bsd-new": ("BSD-3-Clause", P, ()),
    "lgpl-2.1": ("LGPL-2.1-only", W, ()),
    "mpl-2.0": ("MPL-2.0", W, ()),
    "gpl-2.0": ("GPL-2.0-only", S, ()),
    "gpl-2.0-plus": ("GPL-2.0-or-later", S, ()),
    "gpl-2.0 WITH classpath-exception-2.0": ("GPL-2.0-only WITH Classpath-exception-2.0", W, ()),
    "gpl-3.0": ("GPL-3.0-only", S, ()),
    "gpl-3.0-plus": ("GPL-3.0-or-later", S, ()),
    "agpl-3.0": ("AGPL-3.0-only", S, ()),
    "cc-by-nc-4.0": ("CC-BY-NC-4.0", X, ("non-commercial",)),
    "mongodb-sspl-1.0": ("SSPL-1.0", X, ("no-hosting",)),
    "commercial-license": ("LicenseRef-scancode-commercial-license", X, ()),
    "bsd-original": ("BSD-4-Clause", P, ("advertising-clause",)),
    "ofl-1.1": ("OFL-1.1", W, ("no-sale",)),
    "cc-by-nd-4.0": ("CC-BY-ND-4.0", X, ("no-derivatives",)),
    "polyform-shield-1.0.0": ("PolyForm-Shield-1.0.0", X, ("competitor",)),
    "unknown-license-reference": ("LicenseRef-scancode-unknown-license-reference", U, ()),
    "llama-2-license-2023": ("LicenseRef-scancode-llama-2-license-2023", M, ()),
    "LicenseRef-tii-falcon-llm-1.0": ("LicenseRef-tii-falcon-llm-1.0", M, ()),
    "falcon-2-11b-1.0": ("LicenseRef-scancode-falcon-2-11b-1.0", M, ()),
    "gemma": ("LicenseRef-scancode-gemma", M, ()),
}
_NOTICES = ("attribution", "license-text")
_OBLIGATIONS = {P: _NOTICES, W: (*_NOTICES, "source-disclosure"), S: (*_NOTICES, "source-disclosure")}
_WITHOUT_SOURCE = frozenset({"ofl-1.1"})
LATER = {"gpl-2.0-plus": ("gpl-2.0", "gpl-3.0"), "gpl-3.0-plus": ("gpl-3.0",)}


def unit(key: str) -> UnitClassification:
    spdx, license_class, terms = LICENSES.get(key, (key, U, ()))
    return UnitClassification(
        unit=key,
        spdx=spdx,
        license_class=license_class,
        network=key.startswith("agpl"),
        obligations=_NOTICES if key in _WITHOUT_SOURCE else _OBLIGATIONS.get(license_class, ()),
        terms=terms,
    )


def classification(expression: str) -> Classification:
    """Classify as the catalogue would; the class of the whole is not what policies read."""
    try:
        tree = parse(expression)
    except ExpressionError as error:
        return Classification(
            expression=expression, expression_spdx="NOASSERTION", license_class=U, units=(), problem=error.problem
        )
    found = tuple(unit(str(part)) for part in dict.fromkeys(units(tree)))
    written = expression
    for part in sorted(found, key=lambda part: -len(part.unit)):
        written = written.replace(part.unit, part.spdx) if written == part.unit else written
    if " " in expression and " WITH " not in expression:
        written = " ".join(unit(word).spdx if word in LICENSES else word for word in expression.split(" "))
    return Classification(
        expression=expression, expression_spdx=written, license_class=found[0].license_class, units=found
    )


class SmallCatalogue:
    """The part of a licence catalogue that evaluation asks for."""

    def from_spdx(self, expression_text: str) -> str:
        by_spdx = {spdx.lower(): key for key, (spdx, _, _) in LICENSES.items()}
        text = expression_text
        for name in keys(parse(expression_text)):
            text = text.replace(name, by_spdx.get(name.lower(), name))
        return text

    def classify(self, expression_text: str) -> Classification:
        return classification(expression_text)

    def classify_unit(self, unit: Unit) -> UnitClassification:
        return _unit(str(unit))

    def choices(self, unit: Unit) -> tuple[Unit, ...]:
        return (unit, *(Unit(key, unit.exception) for key in LATER.get(unit.key, ())))


_unit = unit


def subject(
    name: str, kind: SubjectKind = SubjectKind.FILE, scope: Scope = Scope.RUNTIME, owner: str | None = None
) -> Subject:
    path = name if kind is SubjectKind.FILE else None
    return Subject(kind=kind, id=name, name=name, scope=scope, owner=owner, path=path)


def file(
    path: str, expression: str | None, scope: Scope = Scope.RUNTIME, owner: str | None = None, line: int = 1
) -> Conclusion:
    evidence = Evidence(
        location=Location(path=path, start_line=line, end_line=line), text=f"under {expression}", expression=expression
    )
    return Conclusion(
        subject=subject(path, scope=scope, owner=owner),
        classification=classification(expression) if expression else None,
        evidence=(evidence,),
    )


def about(component: Component, expression: str | None) -> Conclusion:
    is_project = component.kind is ComponentKind.PROJECT
    kind = SubjectKind.PROJECT if is_project else SubjectKind.COMPONENT
    return Conclusion(
        subject=Subject(
            kind=kind, id=component.id, name=component.name, scope=component.scope, path=component.directory
        ),
        classification=classification(expression) if expression else None,
    )


def model(name: str, expression: str | None) -> Conclusion:
    return Conclusion(
        subject=subject(name, SubjectKind.MODEL),
        classification=classification(expression) if expression else None,
    )


def project(expression: str | None, directory: str = "") -> Conclusion:
    return about(project_component(directory), expression)


def project_component(directory: str = "") -> Component:
    return Component(id=f"path:{directory}", name=directory or "app", kind=ComponentKind.PROJECT, directory=directory)


def package(name: str, scope: Scope = Scope.RUNTIME, directory: str | None = None) -> Component:
    return Component(id=f"pkg:pypi/{name}", name=name, kind=ComponentKind.PACKAGE, scope=scope, directory=directory)


def vendored(directory: str) -> Component:
    return Component(
        id=f"path:{directory}", name=directory.rpartition("/")[2], kind=ComponentKind.VENDORED, directory=directory
    )


def source(path: str, kind: FileKind = FileKind.CODE) -> SourceFile:
    return SourceFile(path=path, size=1, sha256="0" * 64, kind=kind)


def finding(path: str, expression: str, words: int = 5, lines: tuple[int, int] = (1, 3)) -> FileFinding:
    spdx = unit(expression).spdx
    match = Match(
        expression=expression,
        expression_spdx=spdx,
        path=path,
        start_line=lines[0],
        end_line=lines[1],
        score=100.0,
        coverage=100.0,
        relevance=100,
        matched_length=words,
        matcher="2-aho",
        rule_id="some.RULE",
    )
    detection = Detection(expression=expression, expression_spdx=spdx, identifier="x", matches=(match,))
    return FileFinding(path=path, expression=expression, expression_spdx=spdx, detections=(detection,))


def inventory(
    *,
    files: Sequence[SourceFile] = (),
    findings: Sequence[FileFinding] = (),
    components: Sequence[Component] = (),
    dependencies: Sequence[Dependency] = (),
    statements: Sequence[Statement] | None = (),
) -> Inventory:
    run = RunInfo(
        root="app",
        tool_version="0",
        scancode_version="32.5.0",
        detector="none",
        started="2026-01-01T00:00:00Z",
        finished="2026-01-01T00:00:00Z",
    )
    return Inventory(
        run=run,
        files=tuple(files),
        findings=tuple(findings),
        components=tuple(components),
        dependencies=tuple(dependencies),
        statements=None if statements is None else tuple(statements),
    )
