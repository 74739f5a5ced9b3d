"""References that ScanCode's second pass leaves open, and that the tree answers all the same."""

from __future__ import annotations

from licscan.classify.catalogue import Catalogue
from licscan.classify.conclude import conclude
from licscan.core.component import ClaimSource, Component, ComponentKind, LicenseClaim
from licscan.core.finding import FileFinding, FileKind
from licscan.core.verdict import Conclusion, DemotionReason
from tests.classify.facts import detection, file_conclusion, finding, inventory, match_in

SAME = "# This file is distributed under the same license as the Django package."


def inherits(path: str) -> FileFinding:
    return finding(
        path,
        detection(
            match_in(
                SAME,
                1,
                "free-unknown",
                "free-unknown-package_3.RULE",
                path=path,
                references=("INHERIT_LICENSE_FROM_PACKAGE",),
            )
        ),
    )


def licence_file(path: str, expression: str) -> FileFinding:
    return finding(
        path, detection(match_in("the whole text", 1, expression, f"{expression}.LICENSE", path=path, kind="text"))
    )


def project(expression: str | None) -> Component:
    claim = LicenseClaim(
        source=ClaimSource.DECLARED, expression=expression, raw=expression, origin="pyproject.toml license"
    )
    return Component(
        id="path:", name="django", kind=ComponentKind.PROJECT, directory="", claims=(claim,) if expression else ()
    )


def concluded(
    catalogue: Catalogue,
    path: str,
    *found: FileFinding,
    components: tuple[Component, ...] = (),
    legal: tuple[str, ...] = (),
) -> Conclusion:
    facts = inventory(*found, components=components, kinds=dict.fromkeys(legal, FileKind.LEGAL))
    return file_conclusion(conclude(facts, catalogue), path)


def test_the_same_licence_as_the_package_is_what_the_package_declares(catalogue: Catalogue) -> None:
    conclusion = concluded(catalogue, "locale/de.po", inherits("locale/de.po"), components=(project("bsd-new"),))
    assert conclusion.expression == "bsd-new"
    (demotion,) = conclusion.demotions
    assert demotion.reason is DemotionReason.RESOLVED_REFERENCE
    assert demotion.explanation == "it points to pyproject.toml license, whose licence counts instead"


def test_without_a_manifest_it_is_what_the_packages_licence_file_says(catalogue: Catalogue) -> None:
    found = (
        inherits("locale/de.po"),
        licence_file("LICENSE", "bsd-new"),
        licence_file("THIRD-PARTY-LICENSE", "gpl-2.0"),
    )
    conclusion = concluded(catalogue, "locale/de.po", *found, legal=("LICENSE", "THIRD-PARTY-LICENSE"))
    assert conclusion.expression == "bsd-new"


def test_a_package_that_says_nothing_leaves_it_unknown(catalogue: Catalogue) -> None:
    conclusion = concluded(catalogue, "locale/de.po", inherits("locale/de.po"), components=(project(None),))
    assert (conclusion.expression, conclusion.demotions) == ("free-unknown", ())


def test_a_file_named_in_other_letters_is_found_beside_the_reference(catalogue: Catalogue) -> None:
    see = match_in(
        "See license.txt", 1, "unknown-license-reference", "r.RULE", path="dispatch/a.py", references=("LICENSE.txt",)
    )
    found = (
        finding("dispatch/a.py", detection(see)),
        licence_file("dispatch/license.txt", "bsd-new"),
        licence_file("LICENSE.txt", "mit"),
    )
    conclusion = concluded(catalogue, "dispatch/a.py", *found, legal=("dispatch/license.txt", "LICENSE.txt"))
    assert conclusion.expression == "bsd-new"


def test_a_file_that_names_a_licence_itself_is_not_overruled_by_what_it_points_to(catalogue: Catalogue) -> None:
    both = match_in("GPL 2, see LICENSE", 1, "gpl-2.0", "r.RULE", path="a.c", references=("LICENSE",))
    conclusion = concluded(
        catalogue, "a.c", finding("a.c", detection(both)), licence_file("LICENSE", "mit"), legal=("LICENSE",)
    )
    assert conclusion.expression == "gpl-2.0"
