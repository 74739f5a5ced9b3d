"""Programs of an image: mere aggregation (GPL-2.0 section 2, GPL-3.0 section 5) is asked about, once for each program, by every policy."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from licscan.core.component import Component, ComponentKind
from licscan.core.facts import Distribution, Facts
from licscan.core.finding import SourceFile
from licscan.core.location import Location
from licscan.core.verdict import Conclusion, Outcome, Subject, SubjectKind, Violation
from licscan.policy.evaluate import evaluate
from licscan.policy.load import load_policy
from licscan.policy.programs import Programs
from licscan.policy.schema import ProgramState
from tests.policy.factories import classification, inventory

BUSYBOX = Component(id="pkg:deb/debian/busybox@1.35?arch=armhf", name="debian/busybox", kind=ComponentKind.SYSTEM, ecosystem="deb",
                    locations=(Location(path="image/var/lib/dpkg/status", start_line=1),))  # fmt: skip
PROJECT = Component(id="path:", name="box", kind=ComponentKind.PROJECT, directory="")
SOURCE = Component(id="path:src/busybox", name="busybox", kind=ComponentKind.VENDORED, directory="src/busybox")
LIBRARY = replace(SOURCE, id="path:src/readline", name="readline", directory="src/readline")
POLICIES = ("default", "proprietary-distribution", "open-source", "due-diligence")


def judged(policy: str, *subjects: Component | str, under: str = "gpl-2.0", **facts: object) -> list[Violation]:
    """What ``policy`` says of copyleft in components and loose files of a closed product with an image."""
    components = [each for each in subjects if isinstance(each, Component)]
    conclusions = [
        Conclusion(
            subject=Subject(kind=SubjectKind.COMPONENT, id=each.id, name=each.name, path=each.directory),
            classification=classification(under),
        )
        if isinstance(each, Component)
        else Conclusion(
            subject=Subject(kind=SubjectKind.FILE, id=each, name=each, path=each, owner="path:"),
            classification=classification(under),
        )
        for each in subjects
    ]
    files = tuple(SourceFile(path=path, size=1, sha256="0" * 64) for path in ("image/bin/busybox", "image/etc/motd"))
    made = replace(inventory(components=(PROJECT, BUSYBOX, *components)), files=files)
    found = evaluate(made, tuple(conclusions), load_policy(policy), Facts(outbound="LicenseRef-Ours", **facts))  # type: ignore[arg-type]
    return [each for each in found if each.code in ("reciprocity", "distribution-terms")]


def outcomes(found: list[Violation]) -> list[Outcome]:
    return [each.outcome for each in found]


@pytest.mark.parametrize("policy", POLICIES)
def test_a_program_of_an_image_is_asked_about_until_somebody_states_what_it_is(policy: str) -> None:
    (asked,) = judged(policy, BUSYBOX, distribution=Distribution.BINARY)
    assert asked.outcome is Outcome.REVIEW and not asked.violates
    assert "separate_programs" in str(asked.how_to_fix)
    assert asked.source == "GPL-2.0 section 2; GPL-3.0 section 5"


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("name", ["busybox", "debian/busybox", "pkg:deb/debian/busybox", "*"])
def test_a_separate_program_does_not_reach_the_product(policy: str, name: str) -> None:
    assert judged(policy, BUSYBOX, distribution=Distribution.BINARY, separate_programs=(name,)) == []


@pytest.mark.parametrize("policy", POLICIES)
def test_a_linked_program_is_denied_whatever_else_is_stated(policy: str) -> None:
    found = judged(policy, BUSYBOX, distribution=Distribution.BINARY, linked_programs=("busybox",), separate_programs=("*",))  # fmt: skip
    assert Outcome.DENY in outcomes(found)


@pytest.mark.parametrize("policy", POLICIES)
def test_source_of_which_the_image_holds_the_program_is_asked_about_and_other_copied_code_is_denied(policy: str) -> None:  # fmt: skip
    assert outcomes(judged(policy, SOURCE, distribution=Distribution.BINARY)) == [Outcome.REVIEW]
    assert outcomes(judged(policy, LIBRARY, distribution=Distribution.BINARY)) == [Outcome.DENY]


@pytest.mark.parametrize(
    ("path", "outcome"),
    [
        ("image/usr/sbin/dnsmasq", Outcome.REVIEW),
        ("image/usr/share/locale/bg/LC_MESSAGES/bash.mo", Outcome.REVIEW),
        ("image/app/server.c", Outcome.DENY),
        ("image/usr/local/bin/ours", Outcome.DENY),
        ("src/driver.c", Outcome.DENY),
    ],
)
def test_files_that_the_distribution_fills_an_image_with_are_programs_and_the_makers_own_are_not(
    path: str, outcome: Outcome
) -> None:
    assert outcomes(judged("default", path, distribution=Distribution.BINARY)) == [outcome]


def test_a_hosted_agpl_program_is_asked_about_section_13() -> None:
    for policy in ("default", "saas"):
        (asked,) = judged(policy, BUSYBOX, under="agpl-3.0", distribution=Distribution.SAAS)
        assert asked.outcome is Outcome.REVIEW
        assert asked.source == "AGPL-3.0 section 13"


def test_without_an_image_nothing_is_a_program() -> None:
    alone = inventory(components=(PROJECT, SOURCE))
    assert Programs(alone, Facts()).of(SOURCE) is None
    assert Programs(alone, Facts()).of(PROJECT, "usr/bin/x") is None
    assert Programs(alone, Facts()).of(BUSYBOX) is ProgramState.UNSTATED
