"""The facts of the sample results: every kind of component, model, issue and hostile text."""

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
from licscan.core.finding import Detection, FileFinding, FileKind, Match, SourceFile, UniqueDetection
from licscan.core.issue import Issue, IssueCode, IssueLevel
from licscan.core.license import LicenseRecord
from licscan.core.location import Location
from licscan.core.message import say, verbatim
from licscan.core.result import Inventory, RunInfo
from licscan.core.skipped import Skipped

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


LLAMA_SPDX = "LicenseRef-scancode-llama-2-license-2023"


def inventory() -> Inventory:
    paths = ("LICENSE", "app/serve.py", "third_party/readline/complete.c", "lib/compat.py", *HOSTILE_NAMES)
    texts = dict.fromkeys(paths, HOSTILE_TEXT)
    return Inventory(
        run=run("shop"),
        files=tuple(file(path) for path in paths),
        findings=tuple(finding(path, "gpl-3.0", "GPL-3.0-only", texts[path]) for path in paths),
        unique_detections=(
            UniqueDetection(
                identifier="gpl-3.0-1",
                expression="gpl-3.0",
                expression_spdx="GPL-3.0-only",
                count=8,
                reference_matches=(match("LICENSE", "gpl-3.0", "GPL-3.0-only", "GNU GENERAL PUBLIC LICENSE"),),
            ),
        ),
        skipped=(
            Skipped(path=".git", reason=say("version control data"), count=321),
            Skipped(path="node_modules", reason=say("installed packages: read as components"), count=4031),
            Skipped(path="assets/link", reason=say("symbolic link: never followed")),
            Skipped(path=TERMINAL, reason=say("symbolic link: never followed")),
        ),
        components=components(),
        dependencies=(
            Dependency(parent="path:", child="pkg:npm/left-pad@1.3.0", requirement="^1.3.0", proven=True),
            Dependency(parent="path:", child="pkg:pypi/mystery@0.0.1", scope=Scope.DEVELOPMENT),
        ),
        models=models(),
        licenses=(
            LicenseRecord(
                key="gpl-3.0", spdx="GPL-3.0-only", name="GNU GPL 3.0", short_name="GPL 3.0", category="Copyleft"
            ),
        ),
        issues=issues(),
    )


def run(root: str) -> RunInfo:
    return RunInfo(
        root=root,
        tool_version="0.1.0",
        scancode_version="32.5.0",
        detector="scancode:32.5.0:5f2c1a",
        started="2026-01-02T03:03:05Z",
        finished="2026-01-02T03:04:05Z",
        settings=(("max-file-size", "10 MB"), ("exclude", "build/**")),
    )


def file(path: str, kind: FileKind = FileKind.CODE, size: int = 1234) -> SourceFile:
    return SourceFile(path=path, size=size, sha256="ab" * 32, kind=kind)


def match(path: str, key: str, spdx: str, text: str) -> Match:
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


def finding(path: str, key: str, spdx: str, text: str) -> FileFinding:
    found = match(path, key, spdx, text)
    detection = Detection(
        expression=key, expression_spdx=spdx, identifier=f"{key}-1", matches=(found,), log=("perfect",)
    )
    return FileFinding(
        path=path,
        expression=key,
        expression_spdx=spdx,
        detections=(detection,),
        clues=(found,),
        license_text_percent=12.5,
    )


def claim(source: ClaimSource, key: str, spdx: str, origin: str) -> LicenseClaim:
    return LicenseClaim(
        source=source,
        expression=key,
        expression_spdx=spdx,
        raw=spdx,
        origin=origin,
        locations=(Location(path=origin, start_line=4, end_line=4),),
    )


def project(name: str, key: str, spdx: str) -> Component:
    return Component(
        id="path:",
        name=name,
        kind=ComponentKind.PROJECT,
        version="2.1.0",
        directory="",
        direct=True,
        claims=(claim(ClaimSource.DECLARED, key, spdx, "pyproject.toml"),),
        supplier="Example Ltd",
        authors=("Ada <ada@example.org>",),
    )


def components() -> tuple[Component, ...]:
    return (
        project("shop", "mit", "MIT"),
        Component(
            id="pkg:npm/left-pad@1.3.0",
            name="left-pad",
            version="1.3.0",
            purl="pkg:npm/left-pad@1.3.0",
            ecosystem="npm",
            directory="node_modules/left-pad",
            direct=True,
            claims=(
                claim(ClaimSource.DECLARED, "wtfpl-2.0", "WTFPL", "node_modules/left-pad/package.json"),
                claim(ClaimSource.DETECTED, "mit", "MIT", "node_modules/left-pad/README.md"),
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
            claims=(claim(ClaimSource.DETECTED, "gpl-3.0", "GPL-3.0-only", "third_party/readline/COPYING"),),
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


def models() -> tuple[AiModel, ...]:
    return (
        AiModel(
            id="meta-llama/Llama-2-7b-hf",
            name="Llama-2-7b-hf",
            format="safetensors",
            publisher="Meta",
            claims=(claim(ClaimSource.DECLARED, "llama-2-license-2023", LLAMA_SPDX, "models/llama/README.md"),),
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


def issues() -> tuple[Issue, ...]:
    return (
        Issue(
            code=IssueCode.TOO_LARGE,
            message=say("the file has 200 MB of text, the limit is 10 MB"),
            location=Location(path="data/dump.sql"),
            hint=say("Raise --max-file-size, or exclude the file if it is no part of the product."),
        ),
        Issue(code=IssueCode.UNREADABLE, message=say("permission denied"), location=Location(path=MARKUP)),
        Issue(
            code=IssueCode.BROKEN_MANIFEST,
            message=verbatim(f"{RICH}: line 3 is no JSON"),
            location=Location(path=RICH, start_line=3),
            level=IssueLevel.WARNING,
        ),
    )
