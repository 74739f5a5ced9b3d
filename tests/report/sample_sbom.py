"""A codebase with one of everything that an SBOM tells of: an application, what it needs, vendors, trains and uses."""

from __future__ import annotations

from licscan.core.aimodel import AiModel, AiModelKind
from licscan.core.component import ClaimSource, Component, ComponentKind, Dependency, Hash, LicenseClaim, Scope
from licscan.core.facts import Facts
from licscan.core.finding import Detection, FileFinding, FileKind, Match, SourceFile
from licscan.core.issue import Issue, IssueCode
from licscan.core.location import Location
from licscan.core.message import say, verbatim
from licscan.core.result import Audit, Inventory, PolicyInfo, RunInfo
from licscan.core.skipped import Skipped
from licscan.core.verdict import (
    Classification,
    Composition,
    Conclusion,
    LicenseClass,
    Outcome,
    Role,
    Severity,
    Statement,
    Subject,
    SubjectKind,
    UnitClassification,
    Violation,
)
from licscan.report.base import ReportInput

GENERATED_AT = "2026-01-02T03:04:05Z"
RUN = RunInfo(
    root="shop",
    tool_version="0.1.0",
    scancode_version="32.5.0",
    detector="reference-1",
    started="2026-01-02T03:00:00Z",
    finished="2026-01-02T03:04:00Z",
    settings=(("archives", "false"),),
)
POLICY = PolicyInfo(name="default", title="Default", digest="ab" * 32)


def claim(
    source: ClaimSource, key: str | None, spdx: str | None, raw: str | None = None, *places: Location
) -> LicenseClaim:
    return LicenseClaim(
        source=source, expression=key, expression_spdx=spdx, raw=raw, origin="package.json", locations=places
    )


def finding(path: str, key: str, spdx: str, start: int = 1, end: int = 1) -> FileFinding:
    match = Match(
        expression=key, expression_spdx=spdx, path=path, start_line=start, end_line=end, score=100.0, coverage=100.0,
        relevance=100, matched_length=12, matcher="2-aho", rule_id=f"{key}_1.RULE",
    )  # fmt: skip
    detection = Detection(expression=key, expression_spdx=spdx, identifier=f"{key}-1", matches=(match,))
    return FileFinding(path=path, expression=key, expression_spdx=spdx, detections=(detection,))


def subject(kind: SubjectKind, id_: str, owner: str | None = None) -> Subject:
    return Subject(kind=kind, id=id_, name=id_, owner=owner)


def conclusion(
    what: Subject, key: str | None, spdx: str = "", license_class: LicenseClass = LicenseClass.PERMISSIVE, *, terms: tuple[str, ...] = (),
    statements: tuple[Statement, ...] = (),
) -> Conclusion:  # fmt: skip
    if key is None:
        return Conclusion(subject=what, classification=None, statements=statements)
    unit = UnitClassification(unit=key, spdx=spdx, license_class=license_class, terms=terms)
    classification = Classification(expression=key, expression_spdx=spdx, license_class=license_class, units=(unit,))
    return Conclusion(subject=what, classification=classification, statements=statements)


def violation(id_: str, code: str, what: Subject, spdx: str) -> Violation:
    return Violation(
        id=id_, code=code, rule=code, outcome=Outcome.DENY, violates=True, severity=Severity.HIGH, subject=what, expression=spdx.lower(),
        expression_spdx=spdx, message=verbatim(f"{what.name} is under {spdx}"), how_to_fix=say("Replace it."), source="report 3.2.2",
    )  # fmt: skip


PROJECT = Component(
    id="pkg:npm/shop@1.0.0", name="shop", kind=ComponentKind.PROJECT, version="1.0.0", purl="pkg:npm/shop@1.0.0", ecosystem="npm",
    directory="", supplier="Example Ltd", authors=("Ada Example", "Bo Example"), description="A shop\nfor examples",
    homepage="https://shop.example.invalid/about?x=1", copyrights=("Copyright 2025 Example Ltd",), holders=("Example Ltd",),
    claims=(claim(ClaimSource.DECLARED, "mit", "MIT", "MIT", Location(path="package.json", start_line=4, end_line=4)),),
    locations=(Location(path="package.json"),),
)  # fmt: skip
LEFT_PAD = Component(
    id="pkg:npm/left-pad@1.3.0", name="left-pad", version="1.3.0", purl="pkg:npm/left-pad@1.3.0", ecosystem="npm",
    directory="node_modules/left-pad", direct=True, supplier="azer", homepage="not an address",
    claims=(
        claim(ClaimSource.DECLARED, "wtfpl-2.0 OR mit", "WTFPL OR MIT", "(WTFPL OR MIT)", Location(path="node_modules/left-pad/package.json", start_line=3)),
        claim(ClaimSource.DETECTED, "wtfpl-2.0", "WTFPL", None, Location(path="node_modules/left-pad/README.md", start_line=9, end_line=12)),
        claim(ClaimSource.DETECTED, "mit", "MIT", None, Location(path="node_modules/left-pad/LICENSE", start_line=1, end_line=19)),
    ),
    locations=(Location(path="package-lock.json", start_line=20, end_line=24), Location(path="package.json", start_line=8)),
    hashes=(Hash(algorithm="SHA-512", value="c" * 128), Hash(algorithm="SHA-1", value="not hex"), Hash(algorithm="Streebog-256", value="d" * 64)),
)  # fmt: skip
GPL_LIB = Component(
    id="pkg:npm/gpl-lib@2.0.0", name="gpl-lib", version="2.0.0", purl="pkg:npm/gpl-lib@2.0.0", ecosystem="npm", direct=False,
    claims=(
        claim(ClaimSource.DECLARED, "gpl-2.0 WITH classpath-exception-2.0", "GPL-2.0-only WITH Classpath-exception-2.0", "GPL-2.0 with classpath"),
        claim(ClaimSource.DETECTED, "gpl-2.0 AND mit", "GPL-2.0-only AND MIT"),
        claim(ClaimSource.DETECTED, "mit", "MIT"),
    ),
)  # fmt: skip
TEST_TOOL = Component(
    id="pkg:npm/test-tool@0.1.0", name="test-tool", version="0.1.0", purl="pkg:npm/test-tool@0.1.0", scope=Scope.DEVELOPMENT,
    claims=(claim(ClaimSource.DECLARED, None, None, "see our\nweb site"),),
)  # fmt: skip
VENDORED = Component(
    id="path:third_party/zlib", name="zlib", kind=ComponentKind.VENDORED, directory="third_party/zlib",
    claims=(claim(ClaimSource.DETECTED, "zlib", "Zlib", None, Location(path="third_party/zlib/zlib.h", start_line=5, end_line=20)),),
    copyrights=("Copyright 1995 Example Author", "Copyright 1996 Other Author"),
)  # fmt: skip
SYSTEM = Component(
    id="pkg:deb/debian/bash@5.2", name="bash", kind=ComponentKind.SYSTEM, version="5.2", purl="pkg:deb/debian/bash@5.2", scope=Scope.OPTIONAL,
    claims=(claim(ClaimSource.DECLARED, "unknown-x", "LicenseRef-scancode-unknown-x", "Special"),),
)  # fmt: skip
MODEL = AiModel(
    id="acme/chat-7b", name="chat-7b", format="safetensors", publisher="acme", size=14_000_000_000, parameters=7_000_000_000,
    claims=(claim(ClaimSource.DECLARED, "llama-2-license-2023", "LicenseRef-scancode-llama-2-license-2023", "llama2", Location(path="models/chat/README.md", start_line=2)),),
    locations=(Location(path="models/chat/model.safetensors"),), clues=(Location(path="docs/models.md", start_line=7),),
    base_models=("meta-llama/Llama-2-7b-hf",), datasets=("acme/talks", "elsewhere/books"), relation="finetune",
    hashes=(Hash(algorithm="SHA-256", value="e" * 64),), task="text-generation", architecture_family="llama", architecture="LlamaForCausalLM",
    description="A model for talks.", authors=("The acme team",), revisions=("0123456789abcdef0123456789abcdef01234567",),
    license_links=("https://example.org/llama2/LICENSE",),
    considerations=(("use", "Answers in a chat."), ("limitation", "Long texts are cut."), ("ethics", "It repeats what its training data got wrong.")),
)  # fmt: skip
DATASET = AiModel(
    id="acme/talks", name="talks", kind=AiModelKind.DATASET, locations=(Location(path="src/train.py", start_line=12),),
    claims=(claim(ClaimSource.DECLARED, "cc-by-nc-4.0", "CC-BY-NC-4.0", "cc-by-nc-4.0"),),
)  # fmt: skip

_FINDINGS = (
    finding("models/chat/README.md", "llama-2-license-2023", "LicenseRef-scancode-llama-2-license-2023", 2, 2),
    finding("node_modules/left-pad/LICENSE", "mit", "MIT", 1, 19),
    finding("src/copied.c", "gpl-3.0-plus", "GPL-3.0-or-later", 1, 14),
    FileFinding(path="src/main.js"),
    finding("src/word.c", "gpl-1.0-plus", "GPL-1.0-or-later", 40, 40),
    finding("third_party/zlib/zlib.h", "zlib", "Zlib", 5, 20),
)
_SUPPRESSED = Statement(
    composition=Composition.BARE_WORD_IN_CODE, role=Role.IDENTIFIER, expression="gpl-1.0-plus", rule_id="gpl_bare_word_only.RULE",
    location=Location(path="src/word.c", start_line=40, end_line=40), explanation=say("A variable is called gpl."),
)  # fmt: skip


def inventory(*, complete: bool = True) -> Inventory:
    issue = Issue(
        code=IssueCode.TOO_LARGE,
        message=say("200 MB"),
        location=Location(path="big.bin"),
        hint=say("Raise --max-file-size."),
    )
    return Inventory(
        run=RUN,
        files=tuple(
            SourceFile(path=item.path, size=10, sha256=f"{index:064x}", kind=FileKind.CODE)
            for index, item in enumerate(_FINDINGS)
        ),
        findings=_FINDINGS,
        skipped=(
            Skipped(path=".git", reason=say("version control"), count=7),
            Skipped(path="out", reason=say("ignored"), count=2),
        ),
        components=(PROJECT, LEFT_PAD, GPL_LIB, TEST_TOOL, VENDORED, SYSTEM),
        dependencies=(
            Dependency(parent=PROJECT.id, child=LEFT_PAD.id, proven=True, requirement="^1.3.0"),
            Dependency(parent=PROJECT.id, child=TEST_TOOL.id, scope=Scope.DEVELOPMENT, requirement=">=0.1"),
            Dependency(parent=LEFT_PAD.id, child=GPL_LIB.id, proven=True),
            Dependency(parent=LEFT_PAD.id, child="pkg:npm/missing@1", requirement="1"),
        ),
        models=(MODEL, DATASET),
        issues=() if complete else (issue,),
    )


def audit(*, complete: bool = True) -> Audit:
    component, file, model = SubjectKind.COMPONENT, SubjectKind.FILE, SubjectKind.MODEL
    copied = subject(file, "src/copied.c", PROJECT.id)
    strong, custom = LicenseClass.STRONG_COPYLEFT, LicenseClass.CUSTOM_MODEL
    llama = "LicenseRef-scancode-llama-2-license-2023"
    return Audit(
        policy=POLICY,
        facts=Facts(),
        conclusions=(
            conclusion(subject(SubjectKind.PROJECT, PROJECT.id), "mit", "MIT"),
            conclusion(subject(component, LEFT_PAD.id), "wtfpl-2.0 OR mit", "WTFPL OR MIT"),
            conclusion(subject(component, GPL_LIB.id), "gpl-2.0 WITH classpath-exception-2.0", "GPL-2.0-only WITH Classpath-exception-2.0", LicenseClass.WEAK_COPYLEFT),
            conclusion(subject(component, TEST_TOOL.id), None),
            conclusion(subject(component, VENDORED.id), "zlib", "Zlib"),
            conclusion(subject(component, SYSTEM.id), "unknown-x", "LicenseRef-scancode-unknown-x", LicenseClass.UNKNOWN),
            conclusion(subject(model, MODEL.id), "llama-2-license-2023", llama, custom, terms=("monthly-active-users", "acceptable-use")),
            conclusion(subject(model, DATASET.id), "cc-by-nc-4.0", "CC-BY-NC-4.0", LicenseClass.PROPRIETARY),
            conclusion(copied, "gpl-3.0-plus", "GPL-3.0-or-later", strong),
            conclusion(subject(file, "src/word.c", PROJECT.id), None, statements=(_SUPPRESSED,)),
            conclusion(subject(file, "third_party/zlib/zlib.h", VENDORED.id), "zlib", "Zlib"),
        ),
        violations=(
            violation("v-copied", "distribution-terms", copied, "GPL-3.0-or-later"),
            violation("v-zlib", "attribution-missing", subject(file, "third_party/zlib/zlib.h", VENDORED.id), "Zlib"),
            violation("v-llama", "llama2-mau", subject(model, MODEL.id), llama),
            violation("v-project", "inventory", subject(SubjectKind.PROJECT, PROJECT.id), "MIT"),
            violation("v-nowhere", "no-licence", subject(component, "pkg:npm/gone@1"), "NONE"),
        ),
        complete=complete,
    )  # fmt: skip


def report(version: str | None = None, *, complete: bool = True, validate: bool = False) -> ReportInput:
    return ReportInput(
        inventory=inventory(complete=complete),
        audit=audit(complete=complete),
        generated_at=GENERATED_AT,
        version=version,
        validate=validate,
    )
