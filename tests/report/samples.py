"""A result with every kind of content that a report can meet, hostile text included; plain and empty ones too."""

from __future__ import annotations

from licscan.core.aimodel import AiModel, AiModelKind
from licscan.core.component import (
    ClaimSource,
    Component,
    ComponentKind,
    Dependency,
    Hash,
    LicenseClaim,
    Scope,
)
from licscan.core.facts import Distribution, Facts, Linking
from licscan.core.finding import Detection, FileFinding, FileKind, Match, SourceFile, UniqueDetection
from licscan.core.issue import Issue, IssueCode, IssueLevel
from licscan.core.license import LicenseRecord
from licscan.core.location import Location
from licscan.core.result import Audit, Inventory, PolicyInfo, RunInfo, Skipped
from licscan.core.verdict import (
    Choice,
    Classification,
    Conclusion,
    Demotion,
    DemotionReason,
    Evidence,
    LicenseClass,
    Outcome,
    Severity,
    Subject,
    SubjectKind,
    TraceStep,
    UnitClassification,
    Violation,
)
from licscan.report.base import ReportInput

MARKUP = "src/<script>alert(1)</script><img src=x onerror=alert(2)>.py"
TERMINAL = "src/\x1b[2J\x1b]8;;http://evil.example\x07click\x1b]8;;\x07.c"
BIDI = "src/\u202egpj.txt\u2066\u200b.c"
RICH = "src/[bold red]x[/]:boom:[link=http://evil.example]y.py"
FORMULA = '=HYPERLINK("http://evil.example","x").c'
MARKDOWN = "src/`|[x](javascript:alert(1))|*b*_i_@everyone#1\nhttp://evil.example.md"
HOSTILE_NAMES = (MARKUP, TERMINAL, BIDI, RICH, FORMULA, MARKDOWN)
HOSTILE_TEXT = (
    "License: GPL </pre><script>alert(3)</script> \x1b[31mred\x07 \u202eesrever\u202c @everyone\n"
    '=cmd|"/C calc"!A0 | `tick` ``` fence\n' + "x" * 5000 + "\n" + "line\n" * 40 + "half a character: \ud83d"
)
GENERATED_AT = "2026-01-02T03:04:05Z"


def sample() -> ReportInput:
    """Return the result with everything in it: violated, and incomplete."""
    return ReportInput(inventory=_inventory(), audit=_audit(), generated_at=GENERATED_AT)


def clean() -> ReportInput:
    """Return a small result that meets its policy."""
    mit = _permissive("mit", "MIT")
    inventory = Inventory(
        run=_run("tidy"),
        files=(_file("LICENSE", FileKind.LEGAL), _file("main.py")),
        findings=(_finding("LICENSE", "mit", "MIT", "The MIT License"), FileFinding(path="main.py")),
        components=(_project("tidy", "mit", "MIT"),),
    )
    conclusions = (
        Conclusion(subject=_subject(SubjectKind.PROJECT, "path:", "tidy"), classification=mit),
        Conclusion(subject=_subject(SubjectKind.FILE, "LICENSE", owner="path:"), classification=mit),
    )
    audit = Audit(policy=_POLICY, facts=Facts(), conclusions=conclusions, violations=(), complete=True)
    return ReportInput(inventory=inventory, audit=audit, generated_at=GENERATED_AT)


def empty() -> ReportInput:
    """Return a result of nothing that could be read: incomplete, and nothing found."""
    issue = Issue(code=IssueCode.UNREADABLE, message="permission denied", location=Location(path="secret.py"))
    inventory = Inventory(run=_run("shut"), files=(), findings=(), issues=(issue,))
    audit = Audit(policy=_POLICY, facts=Facts(), conclusions=(), violations=(), complete=False)
    return ReportInput(inventory=inventory, audit=audit, generated_at=GENERATED_AT)


def large(count: int) -> ReportInput:
    """Return a result with ``count`` findings, as a contaminated monorepo gives."""
    base = sample()
    conclusions = tuple(
        Conclusion(subject=_subject(SubjectKind.FILE, f"services/s{i % 40}/src/module_{i}.c"), classification=_GPL)
        for i in range(count)
    )
    violations = tuple(
        _violation(
            f"large-{i:06}",
            "reciprocity",
            conclusion.subject,
            f"{conclusion.subject.id} is under GPL-3.0-only and reaches what is distributed.",
            evidence=(_evidence(conclusion.subject.id, 1 + i % 90, "SPDX-License-Identifier: GPL-3.0-only"),),
        )
        for i, conclusion in enumerate(conclusions)
    )
    files = tuple(_file(conclusion.subject.id) for conclusion in conclusions)
    findings = tuple(_finding(file.path, "gpl-3.0", "GPL-3.0-only", "SPDX tag") for file in files)
    return ReportInput(
        inventory=Inventory(run=_run("large"), files=files, findings=findings, components=base.inventory.components),
        audit=Audit(
            policy=_POLICY, facts=base.audit.facts, conclusions=conclusions, violations=violations, complete=True
        ),
        generated_at=GENERATED_AT,
    )


_POLICY = PolicyInfo(name="default", title="GPL contamination in what is distributed", digest="9f" * 32)


def _run(root: str) -> RunInfo:
    return RunInfo(
        root=root,
        tool_version="0.1.0",
        scancode_version="32.5.0",
        detector="scancode:32.5.0:5f2c1a",
        started="2026-01-02T03:03:05Z",
        finished="2026-01-02T03:04:05Z",
        settings=(("max-file-size", "10 MB"), ("exclude", "build/**")),
    )


def _file(path: str, kind: FileKind = FileKind.CODE, size: int = 1234) -> SourceFile:
    return SourceFile(path=path, size=size, sha256="ab" * 32, kind=kind)


def _match(path: str, key: str, spdx: str, text: str) -> Match:
    return Match(
        expression=key,
        expression_spdx=spdx,
        path=path,
        start_line=3,
        end_line=7,
        score=99.5,
        coverage=100.0,
        relevance=100,
        matched_length=18,
        matcher="2-aho",
        rule_id=f"{key}_12.RULE",
        rule_url=f"https://example.org/rules/{key}_12.RULE",
        matched_text=text,
        context=text,
    )


def _finding(path: str, key: str, spdx: str, text: str) -> FileFinding:
    match = _match(path, key, spdx, text)
    detection = Detection(
        expression=key, expression_spdx=spdx, identifier=f"{key}-1", matches=(match,), log=("perfect",)
    )
    return FileFinding(
        path=path,
        expression=key,
        expression_spdx=spdx,
        detections=(detection,),
        clues=(match,),
        license_text_percent=12.5,
    )


def _unit(key: str, spdx: str, license_class: LicenseClass, *, network: bool = False) -> UnitClassification:
    return UnitClassification(
        unit=key,
        spdx=spdx,
        license_class=license_class,
        network=network,
        reason="ScanCode's category",
        source="report 3.2.1",
        obligations=("attribution", "source-disclosure"),
        terms=("acceptable-use",) if license_class is LicenseClass.CUSTOM_MODEL else (),
    )


def _classification(key: str, spdx: str, license_class: LicenseClass, *, network: bool = False) -> Classification:
    return Classification(
        expression=key,
        expression_spdx=spdx,
        license_class=license_class,
        units=(_unit(key, spdx, license_class, network=network),),
    )


def _permissive(key: str, spdx: str) -> Classification:
    return _classification(key, spdx, LicenseClass.PERMISSIVE)


_GPL = _classification("gpl-3.0", "GPL-3.0-only", LicenseClass.STRONG_COPYLEFT)
_AGPL = _classification("agpl-3.0", "AGPL-3.0-only", LicenseClass.STRONG_COPYLEFT, network=True)
_LGPL = _classification("lgpl-2.1-plus", "LGPL-2.1-or-later", LicenseClass.WEAK_COPYLEFT)
_LLAMA = _classification("llama-2-license-2023", "LicenseRef-scancode-llama-2-license-2023", LicenseClass.CUSTOM_MODEL)
_BROKEN = Classification(
    expression="mit or and <b>x</b>",
    expression_spdx="mit or and <b>x</b>",
    license_class=LicenseClass.UNKNOWN,
    units=(),
    problem="'mit or and <b>x</b>' is no licence expression",
)


def _subject(
    kind: SubjectKind, id_: str, name: str | None = None, owner: str | None = None, scope: Scope = Scope.RUNTIME
) -> Subject:
    path = id_ if kind is SubjectKind.FILE else None
    return Subject(kind=kind, id=id_, name=name or id_, owner=owner, path=path, scope=scope)


def _claim(source: ClaimSource, key: str, spdx: str, origin: str) -> LicenseClaim:
    return LicenseClaim(
        source=source,
        expression=key,
        expression_spdx=spdx,
        raw=spdx,
        origin=origin,
        locations=(Location(path=origin, start_line=4, end_line=4),),
    )


def _project(name: str, key: str, spdx: str) -> Component:
    return Component(
        id="path:",
        name=name,
        kind=ComponentKind.PROJECT,
        version="2.1.0",
        directory="",
        direct=True,
        claims=(_claim(ClaimSource.DECLARED, key, spdx, "pyproject.toml"),),
        supplier="Example Ltd",
        authors=("Ada <ada@example.org>",),
    )


def _components() -> tuple[Component, ...]:
    return (
        _project("shop", "mit", "MIT"),
        Component(
            id="pkg:npm/left-pad@1.3.0",
            name="left-pad",
            version="1.3.0",
            purl="pkg:npm/left-pad@1.3.0",
            ecosystem="npm",
            directory="node_modules/left-pad",
            direct=True,
            claims=(
                _claim(ClaimSource.DECLARED, "wtfpl-2.0", "WTFPL", "node_modules/left-pad/package.json"),
                _claim(ClaimSource.DETECTED, "mit", "MIT", "node_modules/left-pad/README.md"),
            ),
            locations=(Location(path="package-lock.json", start_line=12, end_line=18),),
            copyrights=("Copyright 2018 Azer",),
            homepage="javascript:alert(1)",
            hashes=(Hash(algorithm="SHA-256", value="cd" * 32),),
        ),
        Component(
            id="path:third_party/readline",
            name="readline",
            kind=ComponentKind.VENDORED,
            directory="third_party/readline",
            claims=(_claim(ClaimSource.DETECTED, "gpl-3.0", "GPL-3.0-only", "third_party/readline/COPYING"),),
        ),
        Component(
            id="pkg:pypi/mystery@0.0.1",
            name="mystery<b>\x1b[31m",
            version="0.0.1",
            purl="pkg:pypi/mystery@0.0.1",
            ecosystem="pypi",
            scope=Scope.DEVELOPMENT,
            direct=False,
        ),
    )


def _models() -> tuple[AiModel, ...]:
    return (
        AiModel(
            id="meta-llama/Llama-2-7b-hf",
            name="Llama-2-7b-hf",
            format="safetensors",
            publisher="Meta",
            claims=(
                _claim(ClaimSource.DECLARED, "llama-2-license-2023", _LLAMA.expression_spdx, "models/llama/README.md"),
            ),
            locations=(
                Location(path="models/llama/config.json"),
                Location(path="app/serve.py", start_line=14, end_line=14),
            ),
            clues=(Location(path="README.md", start_line=40, end_line=40),),
            relation="finetune",
            base_models=("meta-llama/Llama-2-7b",),
            datasets=("acme/<i>support</i>-tickets",),
            size=13_476_839_424,
            parameters=6_738_415_616,
        ),
        AiModel(id="path:data/faces", name="faces", kind=AiModelKind.DATASET, format="parquet"),
    )


def _inventory() -> Inventory:
    paths = ("LICENSE", "app/serve.py", "third_party/readline/complete.c", "lib/compat.py", *HOSTILE_NAMES)
    texts = dict.fromkeys(paths, HOSTILE_TEXT)
    return Inventory(
        run=_run("shop"),
        files=tuple(_file(path) for path in paths),
        findings=tuple(_finding(path, "gpl-3.0", "GPL-3.0-only", texts[path]) for path in paths),
        unique_detections=(
            UniqueDetection(
                identifier="gpl-3.0-1",
                expression="gpl-3.0",
                expression_spdx="GPL-3.0-only",
                count=8,
                reference_matches=(_match("LICENSE", "gpl-3.0", "GPL-3.0-only", "GNU GENERAL PUBLIC LICENSE"),),
            ),
        ),
        skipped=(
            Skipped(path=".git", reason="version control data", count=321),
            Skipped(path="node_modules", reason="installed packages: read as components", count=4031),
            Skipped(path="assets/link", reason="symbolic link: never followed"),
            Skipped(path=TERMINAL, reason="symbolic link: never followed"),
        ),
        components=_components(),
        dependencies=(
            Dependency(parent="path:", child="pkg:npm/left-pad@1.3.0", requirement="^1.3.0", proven=True),
            Dependency(parent="path:", child="pkg:pypi/mystery@0.0.1", scope=Scope.DEVELOPMENT),
        ),
        models=_models(),
        licenses=(
            LicenseRecord(
                key="gpl-3.0", spdx="GPL-3.0-only", name="GNU GPL 3.0", short_name="GPL 3.0", category="Copyleft"
            ),
        ),
        issues=_issues(),
    )


def _issues() -> tuple[Issue, ...]:
    return (
        Issue(
            code=IssueCode.TOO_LARGE,
            message="the file has 200 MB of text, the limit is 10 MB",
            location=Location(path="data/dump.sql"),
            hint="Raise --max-file-size, or exclude the file if it is no part of the product.",
        ),
        Issue(code=IssueCode.UNREADABLE, message="permission denied", location=Location(path=MARKUP)),
        Issue(
            code=IssueCode.BROKEN_MANIFEST,
            message=f"{RICH}: line 3 is no JSON",
            location=Location(path=RICH, start_line=3),
            level=IssueLevel.WARNING,
        ),
    )


def _evidence(path: str, line: int, text: str, end: int | None = None) -> Evidence:
    return Evidence(
        location=Location(path=path, start_line=line, end_line=end or line),
        text=text,
        expression="gpl-3.0",
        rule_id="gpl-3.0_12.RULE",
        matcher="2-aho",
        score=100.0,
        note="the notice at the head of the file",
    )


def _violation(
    id_: str,
    code: str,
    subject: Subject,
    message: str,
    *,
    classification: Classification | None = _GPL,
    outcome: Outcome = Outcome.DENY,
    violates: bool = True,
    severity: Severity = Severity.HIGH,
    how_to_fix: str = "Replace it, move it out of what is distributed, or release the whole work under GPL-3.0-only.",
    question: str | None = None,
    choice: str | None = None,
    evidence: tuple[Evidence, ...] = (),
) -> Violation:
    return Violation(
        id=id_,
        code=code,
        rule=f"{code}-in-distribution" if outcome is Outcome.DENY else code,
        outcome=outcome,
        violates=violates,
        severity=severity,
        subject=subject,
        expression=classification.expression if classification else None,
        expression_spdx=classification.expression_spdx if classification else None,
        message=message,
        how_to_fix=how_to_fix,
        source="report 3.2.2",
        license_class=classification.license_class if classification else None,
        choice=choice,
        question=question,
        evidence=evidence,
        trace=(
            TraceStep(what="class strong-copyleft", outcome=outcome, why="the rule names this class"),
            TraceStep(what="scope runtime", outcome=outcome, why="what runs is distributed"),
        ),
    )


def _conclusions() -> tuple[Conclusion, ...]:
    demotions = (
        Demotion(
            reason=DemotionReason.BARE_WORD_IN_CODE,
            expression="gpl-1.0-plus",
            rule_id="gpl_bare_word_only.RULE",
            location=Location(path="lib/compat.py", start_line=88, end_line=88),
            explanation="the word 'gpl' is the name of a variable here",
        ),
        Demotion(
            reason=DemotionReason.RESOLVED_REFERENCE,
            expression="unknown-license-reference",
            rule_id="unknown-license-reference_5.RULE",
            location=Location(path=MARKDOWN, start_line=2),
            explanation="'see LICENSE' points to LICENSE, which is present and counted",
        ),
    )
    files = tuple(
        Conclusion(subject=_subject(SubjectKind.FILE, name, owner="path:"), classification=_GPL)
        for name in HOSTILE_NAMES
    )
    return (
        Conclusion(subject=_subject(SubjectKind.PROJECT, "path:", "shop"), classification=_permissive("mit", "MIT")),
        Conclusion(
            subject=_subject(SubjectKind.COMPONENT, "pkg:npm/left-pad@1.3.0", "left-pad"),
            classification=_permissive("wtfpl-2.0", "WTFPL"),
        ),
        Conclusion(
            subject=_subject(SubjectKind.COMPONENT, "path:third_party/readline", "readline"), classification=_GPL
        ),
        Conclusion(
            subject=_subject(
                SubjectKind.COMPONENT, "pkg:pypi/mystery@0.0.1", "mystery<b>\x1b[31m", scope=Scope.DEVELOPMENT
            ),
            classification=None,
        ),
        Conclusion(
            subject=_subject(SubjectKind.MODEL, "meta-llama/Llama-2-7b-hf", "Llama-2-7b-hf"), classification=_LLAMA
        ),
        Conclusion(subject=_subject(SubjectKind.MODEL, "path:data/faces", "faces"), classification=None),
        Conclusion(
            subject=_subject(SubjectKind.FILE, "LICENSE", owner="path:"),
            classification=_permissive("mit", "MIT"),
            evidence=(_evidence("LICENSE", 1, "The MIT License", 21),),
        ),
        Conclusion(subject=_subject(SubjectKind.FILE, "app/serve.py", owner="path:"), classification=_AGPL),
        Conclusion(
            subject=_subject(SubjectKind.FILE, "third_party/readline/complete.c", owner="path:third_party/readline"),
            classification=_GPL,
        ),
        Conclusion(
            subject=_subject(SubjectKind.FILE, "lib/compat.py", owner="path:"),
            classification=_LGPL,
            demotions=demotions,
        ),
        *files,
        Conclusion(subject=_subject(SubjectKind.FILE, "odd/expression.txt"), classification=_BROKEN),
    )


def _violations() -> tuple[Violation, ...]:
    model = _subject(SubjectKind.MODEL, "meta-llama/Llama-2-7b-hf", "Llama-2-7b-hf")
    hostile = tuple(
        _violation(
            f"hostile-{number}",
            "reciprocity",
            _subject(SubjectKind.FILE, name, owner="path:"),
            f"{name} is under GPL-3.0-only and reaches what is distributed.",
            evidence=(_evidence(name, 3, HOSTILE_TEXT, 9),),
        )
        for number, name in enumerate(HOSTILE_NAMES)
    )
    return (
        _violation(
            "llama-mau",
            "llama2-mau",
            model,
            "The Llama 2 licence needs Meta's own grant above 700 million monthly active users.",
            classification=_LLAMA,
            outcome=Outcome.REVIEW,
            severity=Severity.MEDIUM,
            how_to_fix="Declare the figure: licscan scan --fact monthly_active_users_at=NUMBER@2023-07-18",
            question="How many monthly active users did the product have on 18 July 2023?",
            evidence=(Evidence(location=Location(path="models/llama/config.json")),),
        ),
        _violation(
            "llama-osd",
            "llama2-osd",
            model,
            "The Llama 2 licence conflicts with the Open Source Definition (points 5 and 6).",
            classification=_LLAMA,
            outcome=Outcome.REVIEW,
            violates=False,
            severity=Severity.INFO,
            how_to_fix="Do not call the product open source as a whole.",
        ),
        _violation(
            "readline",
            "reciprocity",
            _subject(SubjectKind.COMPONENT, "path:third_party/readline", "readline"),
            "readline is under GPL-3.0-only and reaches what is distributed; the project's own licence is MIT.",
            severity=Severity.CRITICAL,
            choice="GPL-3.0-only",
            evidence=(
                _evidence(
                    "third_party/readline/COPYING", 1, "GNU GENERAL PUBLIC LICENSE\nVersion 3, 29 June 2007", 674
                ),
                _evidence("third_party/readline/complete.c", 3, HOSTILE_TEXT, 18),
            ),
        ),
        _violation(
            "mystery",
            "no-licence",
            _subject(SubjectKind.COMPONENT, "pkg:pypi/mystery@0.0.1", "mystery<b>\x1b[31m", scope=Scope.DEVELOPMENT),
            "mystery has no licence: all rights are reserved.",
            classification=None,
            outcome=Outcome.REVIEW,
            how_to_fix="Ask its author for a licence, or replace it.",
            evidence=(Evidence(location=Location(path="package-lock.json", start_line=44)),),
        ),
        *hostile,
    )


def _audit() -> Audit:
    facts = Facts(
        distribution=Distribution.BINARY,
        commercial=True,
        outbound="MIT",
        linking=Linking.STATIC,
        modified=False,
        annual_revenue_usd=2_500_000,
        languages=("en", "zh"),
        accepted=("falcon-royalty",),
    )
    choice = Choice(
        subject=_subject(SubjectKind.FILE, MARKUP, owner="path:"),
        expression_spdx="MIT OR GPL-2.0-only",
        taken="MIT",
        outcome=Outcome.ALLOW,
        trace=(TraceStep(what="MIT", outcome=Outcome.ALLOW, why="permissive"),),
    )
    return Audit(
        policy=_POLICY,
        facts=facts,
        conclusions=_conclusions(),
        violations=_violations(),
        complete=False,
        choices=(choice,),
    )
