"""Cases of right verdicts, as the files of ``fixtures/conformance`` hold them: a small tree each, and what is right of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from licscan.app.run_options import JudgementOptions, RunOptions, policy_for, settings_for
from licscan.app.wiring import build_parts
from licscan.cli.scan import command
from licscan.cli.write import exit_code
from licscan.core.expression import ExpressionError
from licscan.core.result import Audit
from licscan.core.verdict import SubjectKind
from licscan.detect.licensedb import license_text
from licscan.pipeline.run import Parts, judge, scan
from licscan.select import WalkOptions
from licscan.util.progress import SILENT
from tests.conftest import FIXTURES

# A subject's licence as an SPDX expression, and its class; nothing for a subject without a licence.
Concluded = tuple[str | None, str | None]


def load_cases(name: str) -> list[dict[str, Any]]:
    """Return the cases of ``fixtures/conformance/NAME``."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    cases: list[dict[str, Any]] = yaml.load((FIXTURES / "conformance" / name).read_text("utf-8"), Loader=loader)
    return cases


def write_tree(files: Mapping[str, Any], folder: Path) -> None:
    """Write the files of a case: text, or a licence's text with words around it."""
    for path, content in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, dict):
            text = license_text(content["license"])
            content = f"{content.get('before', '')}{text}{content.get('after', '')}"
        file.write_bytes(content.encode())


@dataclass(frozen=True, slots=True)
class Judged:
    """What licscan says of the tree of a case."""

    exit: int
    codes: frozenset[str]
    concluded: Mapping[str, Concluded]


@dataclass(frozen=True, slots=True)
class Judge:
    """Scans and judges trees in this process, with one detector for all of them."""

    parts: Parts

    def judge(self, tree: Path, options: list[str]) -> Judged:
        """Return what ``licscan scan TREE OPTIONS`` says; options that change what is read have no effect here."""
        given = _options(tree, options)
        settings = settings_for(tree, JudgementOptions.of(given))
        inventory = scan(tree, WalkOptions(), self.parts)
        audit = judge(inventory, self.parts.catalogue, policy_for(settings), settings.facts)
        return Judged(
            exit=int(exit_code(audit)),
            codes=frozenset(violation.code for violation in audit.violations),
            concluded=_concluded(audit),
        )

    def differences(self, case: Mapping[str, Any], tree: Path) -> list[str]:
        """Write the tree of a case, judge it, and return every difference to what the case expects."""
        write_tree(case["files"], tree)
        judged = self.judge(tree, case.get("options", []))
        expect = case["expect"]
        found = [f"exit {judged.exit}"] if judged.exit != expect["exit"] else []
        for subject, license_ in expect.get("licence", {}).items():
            got, _ = judged.concluded.get(subject, (None, None))
            if got is None or not self._same(got, license_):
                found.append(f"{subject} is {got}")
        for subject, class_ in expect.get("class", {}).items():
            license_, got = judged.concluded.get(subject, (None, None))
            if got != class_:
                found.append(f"{subject} is {got} ({license_})")
        return [*found, *(f"no finding {code}" for code in expect.get("has", []) if code not in judged.codes)]

    def _same(self, one: str, other: str) -> bool:
        try:
            return self._normal(one) == self._normal(other)
        except ExpressionError:
            return False

    def _normal(self, expression: str) -> frozenset[str]:
        return frozenset(self.parts.catalogue.from_spdx(expression).split(" AND "))


@contextmanager
def open_judge(cache: Path) -> Iterator[Judge]:
    """Yield a judge whose index and results lie in ``cache``."""
    given = {**_options(Path(), ["--cache-dir", str(cache), "--no-cache"]), "direct": True}
    with build_parts(RunOptions.of(given), SILENT) as parts:
        yield Judge(parts)


def _options(target: Path, options: list[str]) -> dict[str, Any]:
    arguments = [str(target), "--no-config", "--jobs", "1", *options]
    return dict(command.make_context("scan", arguments).params)


def _concluded(audit: Audit) -> dict[str, Concluded]:
    found: dict[str, Concluded] = {}
    for conclusion in audit.conclusions:
        classification = conclusion.classification
        if conclusion.subject.kind is SubjectKind.FILE and conclusion.subject.path:
            found[conclusion.subject.path] = (
                (classification.expression_spdx, classification.license_class.value) if classification else (None, None)
            )
    return found
