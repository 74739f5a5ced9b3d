"""Blind mode: canaries in everything that is the seller's own, searched for in every form, unpacked."""

from __future__ import annotations

import io
import zipfile
from importlib import import_module

import pytest
from msgspec import Struct
from msgspec.structs import replace

from licscan.core.component import ClaimSource, Component, ComponentKind, LicenseClaim
from licscan.core.facts import Distribution, Facts
from licscan.core.issue import Issue, IssueCode
from licscan.core.license import LicenseRecord
from licscan.core.location import Location
from licscan.core.message import Kind, Message, Value, license_, name, quoted, say, verbatim
from licscan.core.result import Audit, Inventory
from licscan.core.skipped import Skipped
from licscan.core.verdict import (
    Conclusion,
    Correction,
    Evidence,
    LicenseClass,
    Subject,
    SubjectKind,
    Suppression,
    SuppressionKind,
)
from licscan.duediligence import DueDiligence, Judged, Order, derive
from licscan.duediligence import document as document_types
from licscan.duediligence.blind import Blinder, _hints, _kind, blind
from licscan.duediligence.document import Configuration
from licscan.duediligence.own import Known, known
from licscan.report.duediligence import FORMS
from tests.duediligence.conftest import report_of
from tests.report.sample_facts import file, run
from tests.report.sample_judgement import GPL, POLICY, classification, evidence, violation

KEY = b"0123456789abcdef0123456789abcdef"
CANARY = "zanzibar"  # planted in every text that is the seller's own


def planted() -> Judged:
    """A result with the canary in names, paths, holders, matched text, comments, issues and configuration."""
    path = f"src/{CANARY}/secret_engine.c"
    own = Component(
        id="path:",
        name=f"{CANARY}-shop",
        kind=ComponentKind.PROJECT,
        directory="",
        version="1.0",
        claims=(
            LicenseClaim(
                source=ClaimSource.DECLARED, expression=None, raw=f"LicenseRef-{CANARY}", origin=f"{CANARY}.toml"
            ),
        ),
        holders=(f"{CANARY} Ltd",),
        copyrights=(f"Copyright {CANARY}",),
        supplier=f"{CANARY} Ltd",
        description=f"about {CANARY}",
    )
    third = Component(
        id="pkg:npm/left-pad@1.3.0",
        name="left-pad",
        version="1.3.0",
        purl="pkg:npm/left-pad@1.3.0",
        ecosystem="npm",
        locations=(Location(path=f"{CANARY}/package-lock.json", start_line=3),),
        directory=f"{CANARY}/node_modules/left-pad",
        holders=(f"{CANARY} contributor",),
    )
    own_package = Component(
        id=f"pkg:npm/@{CANARY}/ui@1", name=f"@{CANARY}/ui", purl=f"pkg:npm/@{CANARY}/ui@1", version="1"
    )
    workspace = Component(id="path:ui", name=f"@{CANARY}/web", kind=ComponentKind.PROJECT, directory="ui")
    subject = Subject(kind=SubjectKind.FILE, id=path, name=path, path=path, owner="path:")
    left_pad = Subject(kind=SubjectKind.COMPONENT, id=third.id, name=third.name)
    proof = replace(evidence(path, 3, f"/* {CANARY} */"), note=verbatim(f"a comment on {CANARY}"))
    named = violation(
        "aa" * 32, "reciprocity", subject, f"{path} is under GPL-3.0-only: {CANARY} says so.", evidence=(proof,)
    )
    known_words = violation(
        "bb" * 32,
        "reciprocity",
        left_pad,
        "",
        evidence=(
            Evidence(
                location=Location(path=f"{CANARY}/left-pad/LICENSE", start_line=1, end_line=9), rule_id="gpl-3.0_1.RULE"
            ),
        ),
    )
    known_words = replace(
        known_words,
        message=say(
            "{subject} is under {license}, and the project is licensed under {outbound}.",
            subject=name("left-pad"),
            license=license_("GPL-3.0-only"),
            outbound=license_(f"LicenseRef-{CANARY}"),
        ),
    )
    custom = classification(f"licenseref-{CANARY}", f"LicenseRef-{CANARY}", LicenseClass.UNKNOWN)
    inventory = Inventory(
        run=replace(run(f"{CANARY}-tree"), settings=(("exclude", f"{CANARY}/**"),)),
        files=(file(path), file(f"{CANARY}/data.zip")),
        findings=(),
        licenses=(
            LicenseRecord(
                key="gpl-3.0", spdx="GPL-3.0-only", name="GPL 3.0", short_name="GPL 3.0", category="Copyleft"
            ),
        ),
        components=(own, third, own_package, workspace),
        skipped=(Skipped(path=f"{CANARY}/x", reason=verbatim(f"left out for {CANARY}")),),
        issues=(
            Issue(code=IssueCode.UNREADABLE, message=verbatim(f"{CANARY}: no"), location=Location(path=f"{CANARY}/y")),
        ),
    )
    correction = Correction(
        path=path, detected="gpl-3.0", concluded="mit", why=f"{CANARY} wrote it", by=f"{CANARY} lawyer",
        location=Location(path=f"{CANARY}.toml"), applied=True,
    )  # fmt: skip
    waived = Suppression(
        kind=SuppressionKind.WAIVER, violation=named, why=verbatim(f"{CANARY} agreed"), by=f"{CANARY} boss"
    )
    audit = Audit(
        policy=POLICY,
        facts=Facts(distribution=Distribution.BINARY, outbound=f"LicenseRef-{CANARY}", uses=(f"{CANARY} analytics",)),
        conclusions=(
            Conclusion(subject=Subject(kind=SubjectKind.PROJECT, id="path:", name=own.name), classification=custom),
            Conclusion(subject=left_pad, classification=GPL),
            Conclusion(subject=subject, classification=GPL),
        ),
        violations=(named, known_words),
        complete=False,
        suppressed=(waived,),
        corrections=(correction,),
    )
    settings = Configuration(
        path=f"{CANARY}.toml",
        trusted=False,
        problem=say("it cannot be read: {problem}", problem=quoted(CANARY)),
        settings=(("waiver", f"{CANARY}: fine"),),
        effects=(),
    )
    return Judged(inventory=inventory, audit=audit, commit=f"{CANARY}0", configuration=settings)


def blinded(order: Order) -> DueDiligence:
    judged = planted()
    orders = replace(
        order, command=("licscan", "audit", f"/home/{CANARY}/tree", f"--fact=uses={CANARY}", f"-o=html={CANARY}.html")
    )
    return blind(derive([judged], orders), KEY, known([judged.inventory]), order.codes)


def unpacked(data: bytes) -> bytes:
    """Return the bytes of a form, with those of every entry where it is an archive."""
    if not data.startswith(b"PK"):
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return b"\n".join(name.encode() + archive.read(name) for name in archive.namelist())


def test_the_canary_is_really_planted_in_the_open_report(order: Order) -> None:
    report = report_of(derive([planted()], order), order)
    stream = io.BytesIO()
    import_module(FORMS["json"][0]).write(report, stream)
    assert stream.getvalue().lower().count(CANARY.encode()) > 30


@pytest.mark.parametrize("form", FORMS)
def test_nothing_of_the_sellers_own_is_left_in_any_form(form: str, order: Order) -> None:
    stream = io.BytesIO()
    import_module(FORMS[form][0]).write(report_of(blinded(order), order), stream)
    content = unpacked(stream.getvalue()).lower()
    assert content
    for left in (CANARY, "secret_engine", "aa" * 32, "bb" * 32):
        assert left.encode() not in content, left


def test_the_hosted_page_holds_nothing_of_the_sellers_own_either(order: Order) -> None:
    from licscan.report.duediligence.html import assets

    for content in assets(report_of(blinded(order), order)).values():
        assert CANARY.encode() not in content.lower()


def test_third_party_names_versions_licences_lines_and_rules_stay(order: Order) -> None:
    product = blinded(order).products[0]
    entry = next(entry for entry in product.components if entry.subject.name == "left-pad")
    assert (entry.subject.version, entry.purl) == ("1.3.0", "pkg:npm/left-pad@1.3.0")
    row = next(row for row in product.evidence if row.rule == "gpl-3.0_1.RULE")
    assert (row.start_line, row.end_line) == (1, 9)
    assert row.path.startswith("path-")
    report = report_of(blinded(order), order)
    messages = {report.words.phrase(risk.message) for risk in product.risks}
    assert any(text.startswith("left-pad is under GPL-3.0-only, and the project") for text in messages), messages


def test_another_key_gives_other_tokens_and_the_same_key_the_same(order: Order) -> None:
    judged = planted()
    document = derive([judged], order)
    allowed = known([judged.inventory])
    assert blind(document, KEY, allowed) == blind(document, KEY, allowed)
    other = blind(document, KEY[::-1], allowed)
    assert {risk.id for risk in other.products[0].risks}.isdisjoint(
        risk.id for risk in blind(document, KEY, allowed).products[0].risks
    )


def test_a_name_that_the_seller_calls_its_own_goes_too() -> None:
    inventory = planted().inventory
    assert "left-pad" in known([inventory]).names
    assert "left-pad" not in known([inventory], ("left-*",)).names


def test_the_name_of_a_copied_folder_is_the_sellers_where_nothing_but_the_folder_says_it() -> None:
    inventory = planted().inventory
    tools = Component(id="path:src/tools", name="tools", kind=ComponentKind.VENDORED, directory="src/tools")
    zlib = replace(tools, id="path:src/zlib", name="zlib", purl="pkg:generic/zlib@1.3")
    names = known([replace(inventory, components=(*inventory.components, tools, zlib))]).names
    assert "tools" not in names
    assert "zlib" in names


def test_every_text_of_the_document_says_what_blind_mode_does_with_it() -> None:
    kinds = [
        kind
        for kind in vars(document_types).values()
        if isinstance(kind, type) and issubclass(kind, Struct) and kind is not Message
    ]
    checked = 0
    for kind in kinds:
        for field in kind.__struct_fields__:
            hint = _hints(kind)[field]
            if "str" in str(hint) and "Annotated" not in str(hint):
                pytest.fail(f"{kind.__name__}.{field} has no kind")
            checked += 1
    assert checked > 100


def test_a_text_without_a_kind_is_refused() -> None:
    with pytest.raises(TypeError):
        _kind(str)


def test_the_seller_can_tell_what_a_token_stands_for() -> None:
    blinder = Blinder(KEY, Known(names=frozenset(), subjects=frozenset(), licenses=frozenset()), {})
    shown = blinder._value(Value("x", Kind.PATH, "src/a.c:3-9"))
    assert shown.text.endswith(":3-9")
    assert blinder.tokens[shown.text.partition(":")[0]] == "src/a.c"
