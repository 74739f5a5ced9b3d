"""The judgement of the sample results: every kind of conclusion, statement, finding and choice."""

from __future__ import annotations

from licscan.core.component import (
    Scope,
)
from licscan.core.facts import Distribution, Facts, Linking
from licscan.core.location import Location
from licscan.core.message import say, verbatim
from licscan.core.result import Audit, PolicyInfo
from licscan.core.verdict import (
    Choice,
    Classification,
    Composition,
    Conclusion,
    Correction,
    Evidence,
    LicenseClass,
    Outcome,
    Role,
    Severity,
    Statement,
    Subject,
    SubjectKind,
    Suppression,
    SuppressionKind,
    TraceStep,
    UnitClassification,
    Violation,
)
from tests.report.sample_facts import HOSTILE_NAMES, HOSTILE_TEXT, LLAMA_SPDX, MARKDOWN, MARKUP


def unit(key: str, spdx: str, license_class: LicenseClass, *, network: bool = False) -> UnitClassification:
    return UnitClassification(
        unit=key,
        spdx=spdx,
        license_class=license_class,
        network=network,
        reason=say("ScanCode's category"),
        source="report 3.2.1",
        obligations=("attribution", "source-disclosure"),
        terms=("acceptable-use",) if license_class is LicenseClass.CUSTOM_MODEL else (),
    )


def classification(key: str, spdx: str, license_class: LicenseClass, *, network: bool = False) -> Classification:
    return Classification(
        expression=key,
        expression_spdx=spdx,
        license_class=license_class,
        units=(unit(key, spdx, license_class, network=network),),
    )


def permissive(key: str, spdx: str) -> Classification:
    return classification(key, spdx, LicenseClass.PERMISSIVE)


POLICY = PolicyInfo(name="default", title="GPL contamination in what is distributed", digest="9f" * 32)


GPL = classification("gpl-3.0", "GPL-3.0-only", LicenseClass.STRONG_COPYLEFT)


AGPL = classification("agpl-3.0", "AGPL-3.0-only", LicenseClass.STRONG_COPYLEFT, network=True)


LGPL = classification("lgpl-2.1-plus", "LGPL-2.1-or-later", LicenseClass.WEAK_COPYLEFT)


LLAMA = classification("llama-2-license-2023", LLAMA_SPDX, LicenseClass.CUSTOM_MODEL)


BROKEN = Classification(
    expression="mit or and <b>x</b>",
    expression_spdx="mit or and <b>x</b>",
    license_class=LicenseClass.UNKNOWN,
    units=(),
    problem=say("'mit or and <b>x</b>' is not a licence expression"),
)


def subject(
    kind: SubjectKind, id_: str, name: str | None = None, owner: str | None = None, scope: Scope = Scope.RUNTIME
) -> Subject:
    path = id_ if kind is SubjectKind.FILE else None
    return Subject(kind=kind, id=id_, name=name or id_, owner=owner, path=path, scope=scope)


def evidence(path: str, line: int, text: str, end: int | None = None) -> Evidence:
    return Evidence(
        location=Location(path=path, start_line=line, end_line=end or line),
        text=text,
        expression="gpl-3.0",
        rule_id="gpl-3.0_12.RULE",
        matcher="2-aho",
        score=100.0,
        note=say("the notice at the head of the file"),
    )


def violation(
    id_: str,
    code: str,
    subject: Subject,
    message: str,
    *,
    classification: Classification | None = GPL,
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
        message=verbatim(message),
        how_to_fix=verbatim(how_to_fix),
        source="report 3.2.2",
        license_class=classification.license_class if classification else None,
        choice=choice,
        question=verbatim(question) if question else None,
        evidence=evidence,
        trace=(
            TraceStep(what="class strong-copyleft", outcome=outcome, why=say("the rule names this class")),
            TraceStep(what="scope runtime", outcome=outcome, why=say("what runs is distributed")),
        ),
    )


def conclusions() -> tuple[Conclusion, ...]:
    statements = (
        Statement(
            composition=Composition.BARE_WORD_IN_CODE,
            role=Role.IDENTIFIER,
            expression="gpl-1.0-plus",
            rule_id="gpl_bare_word_only.RULE",
            location=Location(path="lib/compat.py", start_line=88, end_line=88),
            explanation=say("the word 'gpl' is the name of a variable here"),
        ),
        Statement(
            composition=Composition.RESOLVED_REFERENCE,
            role=Role.REFERENCE,
            expression="unknown-license-reference",
            rule_id="unknown-license-reference_5.RULE",
            location=Location(path=MARKDOWN, start_line=2),
            explanation=say("'see LICENSE' points to LICENSE, which is present and counted"),
        ),
    )
    files = tuple(
        Conclusion(subject=subject(SubjectKind.FILE, name, owner="path:"), classification=GPL) for name in HOSTILE_NAMES
    )
    return (
        Conclusion(subject=subject(SubjectKind.PROJECT, "path:", "shop"), classification=permissive("mit", "MIT")),
        Conclusion(
            subject=subject(SubjectKind.COMPONENT, "pkg:npm/left-pad@1.3.0", "left-pad"),
            classification=permissive("wtfpl-2.0", "WTFPL"),
        ),
        Conclusion(subject=subject(SubjectKind.COMPONENT, "path:third_party/readline", "readline"), classification=GPL),
        Conclusion(
            subject=subject(
                SubjectKind.COMPONENT, "pkg:pypi/mystery@0.0.1", "mystery<b>\x1b[31m", scope=Scope.DEVELOPMENT
            ),
            classification=None,
        ),
        Conclusion(
            subject=subject(SubjectKind.MODEL, "meta-llama/Llama-2-7b-hf", "Llama-2-7b-hf"), classification=LLAMA
        ),
        Conclusion(subject=subject(SubjectKind.MODEL, "path:data/faces", "faces"), classification=None),
        Conclusion(
            subject=subject(SubjectKind.FILE, "LICENSE", owner="path:"),
            classification=permissive("mit", "MIT"),
            evidence=(evidence("LICENSE", 1, "The MIT License", 21),),
        ),
        Conclusion(subject=subject(SubjectKind.FILE, "app/serve.py", owner="path:"), classification=AGPL),
        Conclusion(
            subject=subject(SubjectKind.FILE, "third_party/readline/complete.c", owner="path:third_party/readline"),
            classification=GPL,
        ),
        Conclusion(
            subject=subject(SubjectKind.FILE, "lib/compat.py", owner="path:"),
            classification=LGPL,
            statements=statements,
        ),
        *files,
        Conclusion(subject=subject(SubjectKind.FILE, "odd/expression.txt"), classification=BROKEN),
    )


def violations() -> tuple[Violation, ...]:
    model = subject(SubjectKind.MODEL, "meta-llama/Llama-2-7b-hf", "Llama-2-7b-hf")
    hostile = tuple(
        violation(
            f"hostile-{number}",
            "reciprocity",
            subject(SubjectKind.FILE, name, owner="path:"),
            f"{name} is under GPL-3.0-only and reaches what is distributed.",
            evidence=(evidence(name, 3, HOSTILE_TEXT, 9),),
        )
        for number, name in enumerate(HOSTILE_NAMES)
    )
    return (
        violation(
            "llama-mau",
            "llama2-mau",
            model,
            "The Llama 2 licence needs Meta's own grant above 700 million monthly active users.",
            classification=LLAMA,
            outcome=Outcome.REVIEW,
            severity=Severity.MEDIUM,
            how_to_fix="Declare the figure: licscan scan --fact monthly_active_users_at=NUMBER@2023-07-18",
            question="How many monthly active users did the product have on 18 July 2023?",
            evidence=(Evidence(location=Location(path="models/llama/config.json")),),
        ),
        violation(
            "llama-osd",
            "llama2-osd",
            model,
            "The Llama 2 licence conflicts with the Open Source Definition (points 5 and 6).",
            classification=LLAMA,
            outcome=Outcome.REVIEW,
            violates=False,
            severity=Severity.INFO,
            how_to_fix="Do not call the product open source as a whole.",
        ),
        violation(
            "readline",
            "reciprocity",
            subject(SubjectKind.COMPONENT, "path:third_party/readline", "readline"),
            "readline is under GPL-3.0-only and reaches what is distributed; the project's own licence is MIT.",
            severity=Severity.CRITICAL,
            choice="GPL-3.0-only",
            evidence=(
                evidence("third_party/readline/COPYING", 1, "GNU GENERAL PUBLIC LICENSE\nVersion 3, 29 June 2007", 674),
                evidence("third_party/readline/complete.c", 3, HOSTILE_TEXT, 18),
            ),
        ),
        violation(
            "mystery",
            "no-licence",
            subject(SubjectKind.COMPONENT, "pkg:pypi/mystery@0.0.1", "mystery<b>\x1b[31m", scope=Scope.DEVELOPMENT),
            "mystery has no licence: all rights are reserved.",
            classification=None,
            outcome=Outcome.REVIEW,
            how_to_fix="Ask its author for a licence, or replace it.",
            evidence=(Evidence(location=Location(path="package-lock.json", start_line=44)),),
        ),
        *hostile,
    )


def audit() -> Audit:
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
        subject=subject(SubjectKind.FILE, MARKUP, owner="path:"),
        expression_spdx="MIT OR GPL-2.0-only",
        taken="MIT",
        outcome=Outcome.ALLOW,
        trace=(TraceStep(what="MIT", outcome=Outcome.ALLOW, why=say("permissive")),),
    )
    return Audit(
        policy=POLICY,
        facts=facts,
        conclusions=conclusions(),
        violations=violations(),
        complete=False,
        choices=(choice,),
        suppressed=suppressed(),
        corrections=(
            Correction(
                path="docs/licences.md",
                detected="GPL-2.0-only",
                concluded=None,
                why="It lists what others use; <b>nothing</b> here is under it.",
                by="An Auditor",
                location=Location(path="licscan.toml", start_line=31),
                applied=True,
            ),
        ),
        judged_on="2026-11-22",
    )


def suppressed() -> tuple[Suppression, ...]:
    """A finding that is waived, and one that was known when the baseline was written."""
    waived, known = (
        violation(
            name,
            "reciprocity",
            subject(SubjectKind.FILE, f"legacy/{name}.c", f"legacy/{name}.c"),
            f"legacy/{name}.c is under GPL-3.0-only.",
            evidence=(evidence(f"legacy/{name}.c", 2, "GNU GENERAL PUBLIC LICENSE", 4),),
        )
        for name in ("parser", "lexer")
    )
    return (
        Suppression(
            kind=SuppressionKind.WAIVER,
            violation=waived,
            why=say("separate-licence: bought from its authors | contract 12"),
            by="A Lawyer",
            expires="2027-06-30",
            location=Location(path="licscan.toml", start_line=12),
        ),
        Suppression(kind=SuppressionKind.BASELINE, violation=known, why=say("known when the baseline was written")),
    )
