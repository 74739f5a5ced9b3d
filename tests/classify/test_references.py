"""References that ScanCode's second pass leaves open, and that the tree answers all the same."""

from __future__ import annotations

import pytest

from licscan.classify.catalogue import Catalogue
from licscan.classify.conclude import conclude
from licscan.core.component import ClaimSource, Component, ComponentKind, LicenseClaim
from licscan.core.finding import FileFinding, FileKind
from licscan.core.verdict import Composition, Conclusion
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
    (statement,) = conclusion.statements
    assert statement.counts
    assert str(statement.explanation) == "it points to pyproject.toml license"


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
    assert (conclusion.expression, conclusion.suppressed) == ("free-unknown", ())


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


def pointing(text: str, path: str, *references: str) -> FileFinding:
    see = match_in(text, 1, "unknown-license-reference", "r.RULE", path=path, references=references)
    return finding(path, detection(see))


def vendored(directory: str) -> Component:
    return Component(id=f"path:{directory}", name=directory, kind=ComponentKind.VENDORED, directory=directory)


@pytest.mark.parametrize("name", ["LICENSE.txt", "LICENSE.md", "License.rst", "license.html", "LICENCE"])
def test_a_file_may_have_an_ending_that_the_reference_leaves_out(catalogue: Catalogue, name: str) -> None:
    found = (pointing("See LICENSE.", "a.c", "LICENSE"), licence_file(name, "mit"))
    conclusion = concluded(catalogue, "a.c", *found, legal=(name,))
    assert conclusion.expression == "mit"
    assert str(conclusion.statements[0].explanation) == f"it points to {name}"


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ('license-files = ["LICENSE.txt"]', "LICENSE"),
        ('license = {file = "LICENSE.txt"}', "LICENSE"),
        ('license = {file = "license.md"}', "LICENSE.txt"),
        ('license-file = "LICENSE-MIT"', "LICENSE"),
        ('license-files = ["LICENSE-*"]', "LICENSE"),
        ("```{literalinclude} ../LICENSE.txt", "licenses/LICENSE.txt"),
    ],
)
def test_the_file_that_the_line_names_comes_before_the_rules_own(
    catalogue: Catalogue, text: str, reference: str
) -> None:
    found = (
        pointing(text, "docs/a.toml", reference),
        licence_file("LICENSE", "gpl-2.0"),
        licence_file("docs/LICENSE", "gpl-2.0"),
        licence_file("LICENSE.txt", "mit"),
        licence_file("license.md", "mit"),
        licence_file("LICENSE-MIT", "mit"),
    )
    assert concluded(catalogue, "docs/a.toml", *found).expression == "mit"


def test_every_file_that_the_line_names_counts(catalogue: Catalogue) -> None:
    found = (
        pointing('license-files = ["LICENSE.txt", "licenses/LICENSE.md"]', "pyproject.toml", "LICENSE"),
        licence_file("LICENSE.txt", "mit"),
        licence_file("licenses/LICENSE.md", "gpl-2.0"),
    )
    assert concluded(catalogue, "pyproject.toml", *found).expression == "mit AND gpl-2.0"


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("See LICENSE.", "COPYING"),
        ("See LICENSE.", "LICENSE.py"),
        ('license-files = ["LICENSE.txt"]', "LICENSE.md"),
        ('license-files = ["LICENSE.txt", "licenses/LICENSE.md"]', "LICENSE.txt"),
        ("See https://example.org/other/blob/main/LICENSE.", "LICENSE.txt"),
        ("See ../../LICENSE.txt", "LICENSE.txt"),
    ],
)
def test_a_file_that_is_not_there_leaves_the_reference_unknown(catalogue: Catalogue, text: str, there: str) -> None:
    conclusion = concluded(catalogue, "a.c", pointing(text, "a.c", "LICENSE"), licence_file(there, "mit"))
    assert (conclusion.expression, conclusion.suppressed) == ("unknown-license-reference", ())


def test_the_nearest_file_above_answers_even_when_it_names_no_licence(catalogue: Catalogue) -> None:
    see = pointing("/* See license.txt */", "lib/skin/xp/a.css", "LICENSE.txt")
    found = (see, licence_file("lib/license.txt", "bsd-new"), licence_file("license.txt", "mit"))
    assert concluded(catalogue, "lib/skin/xp/a.css", *found).expression == "bsd-new"
    silent = (see, finding("lib/license.txt"), licence_file("license.txt", "mit"))
    assert concluded(catalogue, "lib/skin/xp/a.css", *silent).expression == "unknown-license-reference"


def test_a_copied_package_does_not_point_to_the_projects_licence(catalogue: Catalogue) -> None:
    found = (pointing("See LICENSE", "vendor/z/src/a.c", "LICENSE"), licence_file("LICENSE.md", "mit"))
    conclusion = concluded(catalogue, "vendor/z/src/a.c", *found, components=(vendored("vendor/z"),))
    assert conclusion.expression == "unknown-license-reference"
    beside = (*found, licence_file("vendor/z/LICENSE.md", "zlib"))
    conclusion = concluded(catalogue, "vendor/z/src/a.c", *beside, components=(vendored("vendor/z"),))
    assert conclusion.expression == "zlib"


def test_a_named_licence_comes_before_a_reference_to_a_file_that_is_missing(catalogue: Catalogue) -> None:
    page = finding(
        "docs/license.md",
        detection(
            match_in("# MIT License", 1, "mit", "mit.RULE", path="docs/license.md"),
            match_in(
                "see TERMS", 1, "unknown-license-reference", "r.RULE", path="docs/license.md", references=("TERMS",)
            ),
        ),
    )
    found = (pointing('license.file = "LICENSE"', "docs/apps.md", "LICENSE"), page)
    assert concluded(catalogue, "docs/apps.md", *found).expression == "mit"
    page_conclusion = concluded(catalogue, "docs/license.md", *found)
    assert page_conclusion.expression == "mit"
    (statement,) = page_conclusion.suppressed
    assert statement.composition is Composition.RESOLVED_REFERENCE
    assert "not in the tree" in str(statement.explanation)


def introducing(catalogue: Catalogue, text: str, kind: str = "intro") -> str | None:
    match = match_in(text, 1, "unknown-license-reference", "license-intro_2.RULE", path="README.md", kind=kind)
    return concluded(catalogue, "README.md", finding("README.md", detection(match))).expression


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It is from https://example.org and licensed under BSD.", "bsd-new"),
        ("  The library is distributed under a permissive MIT", "mit"),
        ("licensed under the ISC licence", "isc"),
    ],
)
def test_an_introduction_that_names_a_licence_by_one_word_is_that_licence(
    catalogue: Catalogue, text: str, expected: str
) -> None:
    assert introducing(catalogue, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "licensed under BSD-like terms",
        "licensed under MIT or Foo",
        "licensed under MIT\nor Foo",
        "licensed under the MIT license\nand Foo",
        "licensed under MIT, Foo and Bar",
        "licensed under the MIT license and Foo",
        "licensed under MIT licenses",
        "distributed under MITRE rules",
        "licensed under the Foo licence (not MIT)",
    ],
)
def test_an_introduction_to_more_than_a_word_stays_unknown(catalogue: Catalogue, text: str) -> None:
    assert introducing(catalogue, text) == "unknown-license-reference"
    assert introducing(catalogue, "licensed under MIT", kind="reference") == "unknown-license-reference"
