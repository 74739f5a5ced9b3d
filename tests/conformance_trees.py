"""Small trees and what a licence engineer concludes of them (``fixtures/conformance/trees``), made and run."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from license_expression import get_spdx_licensing

from licscan.cli import run
from licscan.detect.licensedb import license_text
from tests.conftest import FIXTURES

TREES = FIXTURES / "conformance" / "trees"
FIELDS = {"id", "why", "files", "options", "expect", "source"}
EXPECTATIONS = {
    *("exit", "licence", "class", "has", "lacks", "violates", "purls", "lacks_components", "unresolved", "complete"),
    *("notice", "notice_lacks"),
}
_SPDX = get_spdx_licensing()


def cases(name: str) -> list[dict[str, Any]]:
    """Return the cases of one file, by its name without ending."""
    loaded: list[dict[str, Any]] = yaml.safe_load((TREES / f"{name}.yaml").read_text(encoding="utf-8"))
    return loaded


def materialise(case: Mapping[str, Any], root: Path) -> Path:
    """Write the files of ``case`` below ``root``; ``{license: KEY}`` is the text that the installed ScanCode has under this key."""
    for path, content in case["files"].items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, dict) and "license" in content:
            text = license_text(content["license"])
            place.write_text(content.get("before", "") + text + content.get("after", ""), encoding="utf-8")
        elif isinstance(content, dict):
            place.write_bytes(content["text"].encode(content.get("encoding", "utf-8")))
        else:
            place.write_text(content, encoding="utf-8")
    return root


def scanned(root: Path, out: Path, *options: str) -> tuple[int, dict[str, Any]]:
    """Scan ``root`` and return the exit code and the result."""
    arguments = ["scan", str(root), "--no-config", "--quiet", "--jobs", "1", "-o", f"json={out}", *options]
    code = run(arguments)
    return int(code), json.loads(out.read_text(encoding="utf-8"))


def wrong(case: Mapping[str, Any], work: Path) -> list[str]:
    """Return what a scan of ``case`` gets wrong."""
    tree, expect = materialise(case, work / "tree"), case["expect"]
    code, result = scanned(tree, work / "result.json", *case.get("options", ()))
    found = [*_wrong(expect, code, result), *_wrong_components(expect, result)]
    return [*found, *_wrong_notice(expect, tree, work / "NOTICE")]


def _wrong(expect: Mapping[str, Any], code: int, result: dict[str, Any]) -> Iterator[str]:
    said = _subjects(result)
    findings = result["audit"]["violations"]
    codes = {each["code"] for each in findings}
    violating = sorted({each["code"] for each in findings if each["violates"]})
    if code != expect.get("exit", code):
        yield f"exit {code}, want {expect['exit']}: {violating}"
    for number, field in enumerate(("licence", "class")):
        for subject, value in expect.get(field, {}).items():
            got = said.get(subject, (None, None))[number]
            if not (_same(got, value) if field == "licence" else got == value):
                yield f"{field} of {subject} is {got}, want {value}"
    yield from (f"no finding {each}" for each in expect.get("has", ()) if each not in codes)
    yield from (f"finding {each}" for each in expect.get("lacks", ()) if each in codes)
    if "violates" in expect and violating != sorted(expect["violates"]):
        yield f"violating {violating}, want {sorted(expect['violates'])}"
    names = {each["name"] for each in result["inventory"]["components"]}
    yield from (f"component {each}" for each in expect.get("lacks_components", ()) if each in names)


def _wrong_components(expect: Mapping[str, Any], result: dict[str, Any]) -> Iterator[str]:
    components = [each for each in result["inventory"]["components"] if each["kind"] != "project"]
    purls = {each["purl"] for each in components if each["purl"]}
    yield from (f"no component {each} among {sorted(purls)}" for each in expect.get("purls", ()) if each not in purls)
    unresolved = sorted(each["name"] for each in components if each["unresolved"])
    if "unresolved" in expect and unresolved != sorted(expect["unresolved"]):
        yield f"unresolved {unresolved}, want {sorted(expect['unresolved'])}"
    if "complete" in expect and result["audit"]["complete"] is not expect["complete"]:
        yield f"complete is {result['audit']['complete']}"


def _wrong_notice(expect: Mapping[str, Any], tree: Path, out: Path) -> Iterator[str]:
    if "notice" not in expect and "notice_lacks" not in expect:
        return
    run(["notice", str(tree), "--no-config", "--quiet", "--jobs", "1", "-o", f"notice-text={out}"])
    text = out.read_text(encoding="utf-8")
    yield from (f"the notice lacks {each!r}" for each in expect.get("notice", ()) if each not in text)
    yield from (f"the notice holds {each!r}" for each in expect.get("notice_lacks", ()) if each in text)


def _subjects(result: dict[str, Any]) -> dict[str, tuple[str | None, str | None]]:
    found = {}
    for each in result["audit"]["conclusions"]:
        subject, judged = each["subject"], each["classification"] or {}
        value = (judged.get("expression_spdx"), judged.get("license_class"))
        if subject["kind"] == "project" and not subject["path"]:
            found["project"] = value
        if subject["kind"] == "model":
            found[f"model:{subject['name']}"] = value
        found[subject["id" if subject["kind"] == "file" else "name"]] = value
    return found


def _same(one: str | None, other: str | None) -> bool:
    if one is None or other is None:
        return one is other
    return one == other or _SPDX.is_equivalent(*(_SPDX.parse(text, validate=False) for text in (one, other)))


def words(case: Mapping[str, Any]) -> int:
    """Return how many words the reason of ``case`` has."""
    return len(re.findall(r"\w+", case["why"]))
