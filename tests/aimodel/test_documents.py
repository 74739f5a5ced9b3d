"""Licence texts of models that come as PDF files: XVERSE, Skywork and Baichuan publish theirs so."""

from __future__ import annotations

from pathlib import Path

import pytest

from licscan.aimodel.overlay import find_overlay
from licscan.core.finding import FileKind
from licscan.detect.text import document_text
from licscan.modellicense.register import ModelRegister
from licscan.select import WalkOptions, select

TITLE = "Skywork Community License"


def pdf(text: str) -> bytes:
    """Return the smallest document with one line of text."""
    content = f"BT /F1 12 Tf 72 700 Td ({text}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> /MediaBox [0 0 612 792] >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out = b"%PDF-1.4\n%\x00\xff\n"  # a NUL, as many documents have near their start
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"xref\n0 6\n0000000000 65535 f \n%strailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        table,
        len(out),
    )


@pytest.mark.parametrize("name", ["MODEL_LICENSE.pdf", "Community License for Some Model.pdf", "LICENSE.PDF"])
def test_a_document_with_a_licence_is_recognised(name: str, tmp_path: Path, register: ModelRegister) -> None:
    (tmp_path / name).write_bytes(pdf(TITLE))
    files = select(tmp_path, WalkOptions()).files
    assert [selected.file.kind for selected in files] == [FileKind.LEGAL]
    (found,), _ = find_overlay(files, {}, register, document_text)
    assert found.expression == "LicenseRef-skywork-community"


def test_no_document_is_read_without_a_reader(tmp_path: Path, register: ModelRegister) -> None:
    (tmp_path / "LICENSE.pdf").write_bytes(pdf(TITLE))
    assert find_overlay(select(tmp_path, WalkOptions()).files, {}, register) == ((), ())


def test_a_document_that_is_broken_says_nothing(tmp_path: Path, register: ModelRegister) -> None:
    (tmp_path / "LICENSE.pdf").write_bytes(b"%PDF-1.4\n\x00 no objects at all")
    assert find_overlay(select(tmp_path, WalkOptions()).files, {}, register, document_text) == ((), ())


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Tongyi Qianwen LICENSE AGREEMENT", FileKind.LEGAL),
        ("ModelsCommunityLicenseAgreement", FileKind.LEGAL),
        ("USE_POLICY.md", FileKind.LEGAL),
        ("ACCEPTABLE_USE_POLICY", FileKind.LEGAL),
        ("reuse_policy.md", FileKind.PROSE),
        ("check_license.py", FileKind.CODE),
        ("paper.pdf", FileKind.PROSE),
        ("license_agreement.json", FileKind.DATA),
    ],
)
def test_the_names_that_publishers_give_are_those_of_legal_texts(name: str, kind: FileKind, tmp_path: Path) -> None:
    (tmp_path / name).write_text("text\n")
    assert [selected.file.kind for selected in select(tmp_path, WalkOptions()).files] == [kind]
