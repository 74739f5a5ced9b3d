"""What the documents show of the gate is what it prints."""

from __future__ import annotations

import re

from licscan.config.settings import load_settings
from licscan.errors import ExitCode
from tests.conftest import ROOT, Repository
from tests.gate.conftest import GPL_NOTICE, Check


def blocks(page: str, language: str = "") -> list[str]:
    """The fenced blocks of a page under docs/, without their fences."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    found = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [content for named, content in found if named == language]


def test_the_findings_that_check_shows(project: Repository, check: Check) -> None:
    project.write("src/pocketmoney/a.py", GPL_NOTICE)
    project.write("src/pocketmoney/b.py", GPL_NOTICE)
    project.commit()
    project.write("src/pocketmoney/wrap.py", f'"""Wraps."""\n\nimport textwrap\n{GPL_NOTICE}')
    project.git("add", "--all")
    done = check("--staged")
    assert done.code is ExitCode.VIOLATED
    assert done.out in blocks("check.md")


def test_the_line_that_check_shows_when_all_is_well(project: Repository, check: Check) -> None:
    project.write("app/a.py", GPL_NOTICE)
    project.write("app/b.py", GPL_NOTICE)
    project.commit()
    for name in ("one", "two", "three"):
        project.write(f"app/{name}.py", f"{name} = 1\n")
    project.git("add", "--all")
    line = check("--staged").out.strip()
    assert f"`{line}`" in (ROOT / "docs/check.md").read_text(encoding="utf-8")


def test_the_line_that_baseline_shows(project: Repository, check: Check) -> None:
    project.write("app/a.py", GPL_NOTICE)
    project.write("app/b.py", GPL_NOTICE)
    check("--write-baseline")
    (project.root / "app/b.py").unlink()
    numbers = re.compile(r"\d+")
    (shown,) = blocks("baseline.md")
    assert numbers.sub("N", check().out) == numbers.sub("N", shown)


def test_the_waiver_and_the_correction_that_are_shown_are_valid(project: Repository) -> None:
    project.write("licscan.toml", "\n".join(blocks("waivers.md", "toml")))
    decisions = load_settings(project.root).decisions
    assert (len(decisions.waivers), len(decisions.curations)) == (1, 1)
