"""A licence store keeps what was learnt of packages, can be passed on, and is not trusted when it comes back."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace

from licscan.component.base import ComponentFacts
from licscan.component.known_packages import with_packages
from licscan.component.package_store import (
    KnownClaim,
    KnownPackage,
    KnownText,
    PackageStore,
    packages_of,
    write_store,
)
from licscan.core.component import ClaimSource, Component, Hash, LicenseClaim
from licscan.core.legal_text import LegalText, LegalTextKind
from licscan.errors import UsageError

PURL = "pkg:npm/lib@1.0.0"
DIGEST = Hash(algorithm="SHA-256", value="ab" * 32)
OTHER = Hash(algorithm="SHA-256", value="cd" * 32)
DAY = "2026-01-02"
MIT = KnownClaim(source="declared", raw="MIT", expression="mit", origin="npm: package.json license", day=DAY)
LIB = KnownPackage(
    purl=PURL,
    digest=f"SHA-256:{DIGEST.value}",
    claims=(MIT,),
    holders=("Example Author",),
    copyrights=("Copyright 2020 Example Author",),
    texts=(KnownText(path="$FETCHED/npm/lib-1.0.0/LICENSE", kind="license", words="the licence\n"),),
)


def component(*hashes: Hash, purl: str = PURL) -> Component:
    return Component(id=purl, purl=purl, name="lib", version="1.0.0", ecosystem="npm", hashes=hashes, unresolved=True)


def stored(folder: Path, *packages: KnownPackage, name: str = "store.sqlite") -> Path:
    write_store(folder / name, packages)
    return folder / name


def told(store: Path, *components: Component) -> tuple[ComponentFacts, tuple[LegalText, ...]]:
    with closing(PackageStore(store)) as opened:
        return with_packages(ComponentFacts(components=components), [opened])


def test_what_a_scan_learnt_comes_back_with_its_origin_and_its_day(tmp_path: Path) -> None:
    claim = LicenseClaim(source=ClaimSource.DECLARED, expression="mit", raw="MIT", origin="npm: package.json license")
    learnt = replace(
        component(DIGEST),
        claims=(claim,),
        unresolved=False,
        holders=LIB.holders,
        copyrights=LIB.copyrights,
    )
    text = LegalText(component=PURL, path=LIB.texts[0].path, kind=LegalTextKind.LICENSE, text="the licence\n")
    path = stored(tmp_path, *packages_of([learnt, component(purl="pkg:npm/open@1.0.0")], [text], DAY))
    with closing(PackageStore(path)) as store:
        assert list(store.packages()) == [LIB], "what stayed unresolved is not known"
    facts, texts = told(path, component(DIGEST))
    (found,) = facts.components
    assert not found.unresolved and found.holders == LIB.holders and found.copyrights == LIB.copyrights
    assert found.claims == (
        LicenseClaim(
            source=ClaimSource.DECLARED,
            expression="mit",
            expression_spdx="MIT",
            raw="MIT",
            origin="store.sqlite: npm: package.json license (2026-01-02)",
        ),
    )
    assert [(item.component, item.text) for item in texts] == [(PURL, "the licence\n")]


@pytest.mark.parametrize(
    ("digest", "locked", "known"),
    [
        (f"SHA-256:{DIGEST.value}", (DIGEST,), True),
        (f"SHA-256:{DIGEST.value}", (OTHER, DIGEST), True),
        (f"SHA-256:{DIGEST.value}", (OTHER,), False),
        (f"SHA-256:{DIGEST.value}", (), True),
        ("", (OTHER,), True),
    ],
)
def test_a_package_under_another_digest_is_another_package(
    tmp_path: Path, digest: str, locked: tuple[Hash, ...], known: bool
) -> None:
    facts, _ = told(stored(tmp_path, replace(LIB, digest=digest)), component(*locked))
    assert facts.components[0].unresolved is not known


def test_what_the_tree_says_itself_is_left_alone(tmp_path: Path) -> None:
    path = stored(tmp_path, LIB)
    own = LicenseClaim(source=ClaimSource.DECLARED, expression="isc")
    facts, texts = told(
        path,
        replace(component(DIGEST), claims=(own,)),
        replace(component(DIGEST), id="b", directory="node_modules/lib"),
    )
    assert facts.components[0].claims == (own,), "a claim that is understood needs no other"
    assert facts.components[1].claims == () and len(texts) == 1


def test_stores_are_joined_without_saying_anything_twice(tmp_path: Path) -> None:
    later = replace(LIB, claims=(replace(MIT, day="2026-03-04"), replace(MIT, origin="curated by X", expression="isc")))
    path = stored(tmp_path, LIB, later, replace(LIB, purl="pkg:npm/z@1"))
    with closing(PackageStore(path)) as store:
        joined, other = store.packages()
    assert joined.claims == (MIT, replace(MIT, origin="curated by X", expression="isc"))
    assert joined.holders == LIB.holders and joined.texts == LIB.texts and other.purl == "pkg:npm/z@1"


def test_words_that_cannot_be_written_cost_nothing_else(tmp_path: Path) -> None:
    odd = replace(LIB, holders=("half \ud800",), claims=(replace(MIT, raw="x" * 20_000),))
    with closing(PackageStore(stored(tmp_path, odd))) as store:
        (found,) = store.packages()
    assert found.holders == ("half ?",) and len(found.claims[0].raw) == 10_000


def sql(*statements: str) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        with closing(sqlite3.connect(path)) as store:
            for statement in statements:
                store.execute(statement)
            store.commit()

    return change


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda path: path.write_bytes(b"no database at all"), "no SQLite file"),
        (lambda path: path.write_bytes(path.read_bytes()[:4096]), "damaged|not those of a licence store"),
        (sql("PRAGMA application_id = 1"), "no licence store"),
        (sql("PRAGMA user_version = 99"), "another version"),
        (sql("CREATE VIEW more AS SELECT 1"), "not those of a licence store"),
        (sql("CREATE TRIGGER t AFTER INSERT ON claim BEGIN SELECT 1; END"), "not those of a licence store"),
        (sql("DROP TABLE words", "CREATE VIEW words AS SELECT '' AS sha256, '' AS words"), "not those of"),
        (sql("UPDATE claim SET expression = 'mit AND ('"), "an entry in it is damaged"),
        (sql("UPDATE claim SET source = 'concluded'"), "an entry in it is damaged"),
        (sql("UPDATE claim SET raw = x'00ff'"), "an entry in it is damaged"),
        (sql("UPDATE claim SET raw = NULL"), "an entry in it is damaged"),
        (sql("UPDATE holder SET words = CAST(zeroblob(20000) AS TEXT)"), "an entry in it is damaged"),
        (sql("UPDATE legal SET kind = 'program'"), "an entry in it is damaged"),
        (
            sql(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 5000) "
                "INSERT INTO holder SELECT purl, digest, 'holder', i FROM package, n"
            ),
            "an entry in it is damaged, or larger",
        ),
    ],
)
def test_a_store_that_is_not_as_stores_are_is_refused(
    tmp_path: Path, change: Callable[[Path], None], reason: str
) -> None:
    path = stored(tmp_path, LIB)
    change(path)
    with pytest.raises(UsageError, match=reason), closing(PackageStore(path)) as store:
        store.find(component(DIGEST))


def test_reading_a_store_changes_nothing_in_it_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = stored(tmp_path, LIB)
    before = path.read_bytes()
    told(path, component(DIGEST))
    assert path.read_bytes() == before and [item.name for item in tmp_path.iterdir()] == ["store.sqlite"]
