"""``licscan packages``: list, show, merge and export a store; ``--packages`` takes licences from it without a network."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from licscan.cli import licscan
from licscan.component.package_store import KnownClaim, KnownPackage, write_store

MIT = KnownClaim(
    source="declared", raw="MIT \x1b[31m", expression="mit", origin="npm: package.json license", day="2026-01-02"
)
LIB = KnownPackage(purl="pkg:npm/lib@1.0.0", claims=(MIT,), holders=("Example Author",))


def run(*arguments: object) -> str:
    result = CliRunner().invoke(licscan, [str(item) for item in arguments], standalone_mode=False)
    assert result.exception is None, result.exception
    return result.output


def test_a_store_can_be_looked_into_and_joined_with_another(tmp_path: Path) -> None:
    one, two, both = tmp_path / "one.sqlite", tmp_path / "two.sqlite", tmp_path / "both.sqlite"
    write_store(one, [LIB])
    write_store(two, [LIB, KnownPackage(purl="pkg:npm/other@2.0.0")])
    run("packages", "merge", one, two, "-o", both)
    assert run("packages", "list", both).splitlines() == ["pkg:npm/lib@1.0.0  mit", "pkg:npm/other@2.0.0  none stated"]
    shown = run("packages", "show", both, "pkg:npm/lib@1.0.0")
    assert "declared: mit" in shown and "2026-01-02" in shown and "holder: Example Author" in shown
    assert "\x1b" not in shown, "what a store holds is shown as any hostile text"
    lines = [json.loads(line) for line in run("packages", "export", both).splitlines()]
    assert [line["purl"] for line in lines] == ["pkg:npm/lib@1.0.0", "pkg:npm/other@2.0.0"]


def test_a_scan_takes_licences_from_a_store_and_names_it(tmp_path: Path) -> None:
    tree, store, result = tmp_path / "tree", tmp_path / "known.sqlite", tmp_path / "result.json"
    tree.mkdir()
    (tree / "package.json").write_text(
        '{"name": "app", "version": "1", "license": "MIT", "dependencies": {"lib": "1.0.0"}}'
    )
    entry = {"version": "1.0.0", "resolved": "https://registry.example/lib/-/lib-1.0.0.tgz"}
    locked = {
        "name": "app",
        "lockfileVersion": 3,
        "packages": {"": {"dependencies": {"lib": "1.0.0"}}, "node_modules/lib": entry},
    }
    (tree / "package-lock.json").write_text(json.dumps(locked))
    write_store(store, [LIB])
    run("scan", tree, "--packages", store, "-o", f"json={result}", "--quiet")
    inventory = json.loads(result.read_text())["inventory"]
    (lib,) = [item for item in inventory["components"] if item["name"] == "lib"]
    assert lib["claims"][0]["expression"] == "mit"
    assert lib["claims"][0]["origin"] == "known.sqlite: npm: package.json license (2026-01-02)"
    assert not lib.get("unresolved") and ["packages", "known.sqlite"] in inventory["run"]["settings"]
