"""Code that is sent to browsers is passed on, also by a product that is only hosted; and clauses that nobody enforces any more."""

from __future__ import annotations

import pytest

from licscan.core.component import Component, ComponentKind, Dependency, Scope
from licscan.core.facts import Distribution, Facts
from licscan.core.verdict import LicenseClass, Outcome, SubjectKind, UnitClassification, Violation
from licscan.policy.evaluate import evaluate
from licscan.policy.load import load_policy
from licscan.policy.matching import holds
from licscan.policy.profile import Profile
from tests.policy.factories import about, file, inventory, project_component, vendored

HOSTED = Facts(outbound="LicenseRef-Ours", distribution=Distribution.SAAS)


def judged(policy: str, conclusion: object, *components: Component, needs: tuple[str, ...] = ()) -> list[Violation]:
    app = project_component()
    parts = {each.id: each for each in components}
    dependencies = tuple(Dependency(parent=app.id, child=child) for child in (*needs, *parts))
    made = inventory(components=(app, *components), dependencies=dependencies)
    found = evaluate(made, (conclusion,), load_policy(policy), HOSTED)  # type: ignore[arg-type]
    return [each for each in found if each.code == "distribution-terms"]


@pytest.mark.parametrize("policy", ["default", "saas"])
@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("public/js/chart.js", True),
        ("web/static/editor.min.js", True),
        ("frontend/src/App.tsx", True),
        ("server/index.js", False),
        ("public/robots.txt", False),
        ("assets.py", False),
    ],
)
def test_a_hosted_product_is_asked_about_copyleft_that_it_sends_to_browsers(
    policy: str, path: str, asked: bool
) -> None:
    found = judged(policy, file(path, "gpl-3.0"))
    assert [each.outcome for each in found] == ([Outcome.REVIEW] if asked else [])
    assert all(each.source == "GPL-2.0 section 1; GPL-3.0 section 0" for each in found)


@pytest.mark.parametrize(("framework", "asked"), [("pkg:npm/react-dom@18.2.0", True), ("pkg:npm/%40angular/core@17", True), ("pkg:npm/express@4", False)])  # fmt: skip
def test_packages_of_a_project_for_browsers_are_sent_to_them(framework: str, asked: bool) -> None:
    package = Component(id="pkg:npm/viral@1", name="viral", ecosystem="npm", version="1")
    found = judged("default", about(package, "gpl-3.0"), package, needs=(framework,))
    assert bool(found) is asked


def test_copied_folders_that_are_served_are_sent_to_browsers() -> None:
    folder = vendored("public/vendor/editor")
    assert folder.kind is ComponentKind.VENDORED
    assert judged("default", about(folder, "gpl-2.0"), folder)
    assert not judged("default", about(vendored("lib/editor"), "gpl-2.0"), vendored("lib/editor"))


@pytest.mark.parametrize("policy", ["due-diligence", "proprietary-distribution"])
@pytest.mark.parametrize(("spdx", "told"), [("BSD-4-Clause-UC", False), ("BSD-4-Clause", True)])
def test_berkeley_s_advertising_clause_was_rescinded_and_others_were_not(policy: str, spdx: str, told: bool) -> None:
    rules = [rule for rule in load_policy(policy).rules if "advertising-clause" in rule.when.terms]
    unit = UnitClassification(
        unit=spdx.lower(), spdx=spdx, license_class=LicenseClass.PERMISSIVE, terms=("advertising-clause",)
    )
    profile = Profile(kind=SubjectKind.COMPONENT, scope=Scope.RUNTIME, component=ComponentKind.VENDORED)
    assert any(holds(rule, unit, profile, Facts()) for rule in rules) is told
