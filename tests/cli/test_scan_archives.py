"""What archives hold is judged like everything else, when asked."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from licscan.cli import run
from licscan.core.component import ComponentKind
from licscan.detect.licensedb import license_text
from licscan.document import Document, decode


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "app"
    (root / "lib").mkdir(parents=True)
    (root / "LICENSE").write_text(license_text("mit"))
    with zipfile.ZipFile(root / "lib" / "tool.jar", "w") as jar:
        jar.writestr("META-INF/LICENSE", license_text("gpl-3.0"))
        jar.writestr("tool/Main.class", b"\xca\xfe\xba\xbe")
    with zipfile.ZipFile(root / "lib" / "tick-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("tick/__init__.py", "x = 1\n")
        wheel.writestr("tick-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tick\nVersion: 1.0\nLicense: MIT\n")
        wheel.writestr("tick-1.0.dist-info/RECORD", "tick/__init__.py,,\ntick-1.0.dist-info/METADATA,,\n")
    return root


def scanned(root: Path, *options: str) -> tuple[int, Document]:
    out = root.parent / "result.json"
    code = run(["scan", str(root), "--no-cache", "-q", "-o", f"json={out}", *options])
    return int(code), decode(out.read_bytes())


def test_a_gpl_jar_is_found_when_asked(tree: Path) -> None:
    code, document = scanned(tree, "--archives")
    components = {item.id: item for item in document.inventory.components}
    assert components["path:lib/tool.jar-extract"].kind is ComponentKind.VENDORED
    assert components["path:lib/tool.jar-extract"].name == "tool.jar"
    assert components["pkg:pypi/tick@1.0"].kind is ComponentKind.PACKAGE
    assert "path:lib/tick-1.0-py3-none-any.whl-extract" not in components
    assert code == 1
    assert {item.subject.owner or item.subject.id for item in document.audit.violations if item.violates} == {
        "path:lib/tool.jar-extract"
    }


def test_archives_stay_closed_otherwise(tree: Path) -> None:
    code, document = scanned(tree)
    assert code == 0
    assert [item.kind for item in document.inventory.components] == [ComponentKind.PROJECT]
