"""Curations of ClearlyDefined and ORT count where they are named, for the exact package, and say where they come from."""

from __future__ import annotations

from pathlib import Path

import pytest

from licscan.component.base import ComponentFacts
from licscan.component.curated_packages import ClearlyDefinedCurations, OrtCurations, open_packages
from licscan.component.known_packages import with_packages
from licscan.component.package_store import PackageStore, write_store
from licscan.core.component import Component
from licscan.errors import UsageError

LODASH = "coordinates:\n  name: lib\n  provider: npmjs\n  type: npm\nrevisions:\n  1.0.0:\n    licensed:\n      declared: MIT\n"
CURATIONS = """\
- id: "Maven:org.example:lib:1.0.0"
  curations:
    comment: "The pom names no licence."
    concluded_license: "Apache-2.0"
- id: "NPM:@team:lib:"
  curations:
    concluded_license: "ISC"
- id: "NPM:@team:lib:2.0.0"
  curations:
    concluded_license: "MIT"
- id: "PyPI::other:1.0.0"
  curations:
    homepage_url: "https://example.org"
"""


def package(ecosystem: str, name: str, version: str = "1.0.0", qualifiers: str = "") -> Component:
    purl = f"pkg:{ecosystem}/{name}@{version}{qualifiers}"
    return Component(id=purl, purl=purl, name=name, version=version, ecosystem=ecosystem, unresolved=True)


def claims(path: Path, *components: Component) -> list[list[tuple[str | None, str]]]:
    facts, _ = with_packages(ComponentFacts(components=components), [open_packages(path)])
    return [[(claim.expression, claim.origin) for claim in item.claims] for item in facts.components]


def test_a_directory_of_clearly_defined_is_looked_up_by_type_namespace_name_and_version(tmp_path: Path) -> None:
    place = tmp_path / "curated/curations/npm/npmjs/-"
    place.mkdir(parents=True)
    (place / "lib.yaml").write_text(LODASH)
    found = claims(
        tmp_path / "curated",
        package("npm", "lib"),
        package("npm", "lib", "1.0.1"),
        package("pypi", "lib"),
        package("npm", "../../lib"),
        package("npm", "lib", qualifiers="?vcs_url=git%2Bhttps://example.org/lib.git"),
    )
    assert found == [[("mit", "curated: ClearlyDefined curation")], [], [], [], []]


def test_ort_curations_hold_for_a_version_or_for_all(tmp_path: Path) -> None:
    path = tmp_path / "curations.yml"
    path.write_text(CURATIONS)
    found = claims(
        path,
        package("maven", "org.example/lib"),
        package("npm", "@team/lib"),
        package("npm", "@team/lib", "2.0.0"),
        package("pypi", "other"),
        package("maven", "org.example/lib", "2.0.0"),
    )
    origin = "curations.yml: ORT curation"
    assert found == [[("apache-2.0", origin)], [("isc", origin)], [("mit", origin)], [], []]


def test_what_is_named_is_told_by_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("[]")
    write_store(tmp_path / "s.sqlite", [])
    kinds = [type(open_packages(path)) for path in (tmp_path, tmp_path / "c.yaml", tmp_path / "s.sqlite")]
    assert kinds == [ClearlyDefinedCurations, OrtCurations, PackageStore]


@pytest.mark.parametrize("content", ["a: [", "just words", "&a [*a]"])
def test_curations_that_cannot_be_read_are_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "c.yaml").write_text(content)
    with pytest.raises(UsageError, match="cannot be used as curations"):
        open_packages(tmp_path / "c.yaml")
