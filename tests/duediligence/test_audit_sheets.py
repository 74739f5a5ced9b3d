"""The sheets beside the licences: whose code it is, encryption, binary files, trademarks and fonts, activity."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from licscan.core.authorship import Authorship, Domain
from licscan.core.component import Component, ComponentKind, Scope
from licscan.core.finding import FileKind, SourceFile
from licscan.core.issue import Issue, IssueCode, IssueLevel
from licscan.core.location import Location
from licscan.core.message import say
from licscan.core.remark import Remark, RemarkKind
from licscan.core.verdict import Conclusion, SubjectKind
from licscan.duediligence import Order
from licscan.duediligence.document import Chapter, Product
from licscan.duediligence.encryption import holds_encryption, libraries
from licscan.locale import language
from licscan.report.duediligence.words import Words
from tests.duediligence.test_audit_issues import EE, component, own, part, product
from tests.report.sample_judgement import permissive


def shown(made: Product, key: str, order: Order, code: str = "en") -> list[str]:
    words = Words(language(code), order.terms)
    return [words.phrase(row.what) for row in the(made, key).rows]


def the(made: Product, key: str) -> Chapter:
    return next(chapter for chapter in made.chapters if chapter.key == key)


def remark(kind: RemarkKind, place: str, name: str = "", text: str = "") -> Remark:
    return Remark(kind=kind, location=Location(path=place, start_line=2, end_line=2), name=name, text=text)


def file(path: str, kind: FileKind = FileKind.BINARY) -> SourceFile:
    return SourceFile(path=path, size=10, sha256="0" * 64, kind=kind)


def with_files(order: Order, paths: list[str], components: tuple[Component, ...] = (), **given: object) -> Product:
    return product(order, [], components, files=tuple(file(path) for path in paths), **given)


# ---- Whose code it is ---------------------------------------------------------------------------------------------------------------------
HISTORY = Authorship(
    commits=120,
    people=7,
    domains=(Domain("shop.example", 90, 2), Domain("mail.example", 30, 5)),
    signed_off=3,
    first="2020-01-02",
    last="2026-01-01",
    years=(("2020", 20), ("2026", 100)),
)


def test_holders_editions_parts_of_others_and_the_history_are_told_apart(order: Order) -> None:
    edition = component(
        "path:web/ee",
        "ee",
        ecosystem=None,
        kind=ComponentKind.VENDORED,
        directory="web/ee",
        holders=("Example Shop GmbH", "A. Partner"),
    )
    made = with_files(order, ["web/ee/a.so"], (edition, component("pkg:npm/a@1", "a")), authorship=HISTORY, remarks=(),
                      conclusions=(own(), Conclusion(subject=part(edition.id), classification=EE)))  # fmt: skip
    told = shown(made, "ownership", order)
    assert told == [
        "Holders that notices of the product name: Example Shop GmbH.",
        "Other holders that its notices name (1): A. Partner. Ask how the company has their rights.",
        "Sold under commercial terms of the seller's own: web/ee. Files: 1.",
        "Parts of others: packages: 1; copied folders: 0; system packages: 0.",
        "Commits: 120, by 7 addresses, from 2020-01-02 to 2026-01-01.",
        "Domains that several authors' addresses share: shop.example (commits: 90, people: 2), mail.example (commits: 30, people: 5). Ask for the agreement with "
        "everybody who was not employed.",
        "Commits that are signed off: 3 of 120.",
        "No contributor agreement and no rule for signing off was found in the tree: ask how rights in contributions were had.",
    ]


def test_terms_of_contributions_are_quoted_with_their_place(order: Order) -> None:
    said = remark(RemarkKind.CONTRIBUTIONS, "CONTRIBUTING.md", text="Sign our Contributor License Agreement.")
    rows = the(product(order, [], remarks=(said,)), "ownership").rows
    assert rows[-1].places == ("CONTRIBUTING.md:2",)


def test_without_a_look_at_texts_nothing_is_said_of_agreements(order: Order) -> None:
    assert not any("agreement" in told for told in shown(product(order, []), "ownership", order))


def test_commits_by_year_tell_the_activity_of_the_product(order: Order) -> None:
    assert shown(product(order, [], authorship=HISTORY), "stale", order) == [
        "Commits of the product by year: 2020: 20, 2026: 100."
    ]


# ---- Encryption ---------------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("ecosystem", "name", "kind", "held"),
    [
        ("deb", "debian/libssl3", ComponentKind.SYSTEM, "TLS and ciphers"),
        ("deb", "debian/dropbear-bin", ComponentKind.SYSTEM, "the SSH protocol"),
        ("npm", "node-forge", ComponentKind.PACKAGE, "ciphers"),
        ("pypi", "cryptography", ComponentKind.PACKAGE, "ciphers"),
        ("npm", "cryptography", ComponentKind.PACKAGE, ""),
        ("maven", "org.bouncycastle/bcprov-jdk18on", ComponentKind.PACKAGE, "ciphers"),
        ("golang", "golang.org/x/crypto", ComponentKind.PACKAGE, "ciphers"),
        ("npm", "left-pad", ComponentKind.PACKAGE, ""),
    ],
)
def test_libraries_that_hold_encryption_are_known_by_ecosystem_and_name(
    ecosystem: str, name: str, kind: ComponentKind, held: str
) -> None:
    assert holds_encryption(component("x", name, ecosystem=ecosystem, kind=kind)) == held


def test_every_library_names_packages_of_an_ecosystem() -> None:
    assert all(library.names and library.ecosystems and library.holds for library in libraries())


def test_libraries_and_calls_of_the_product_s_own_are_on_the_sheet_once_each(order: Order) -> None:
    forge = [component(f"pkg:npm/node-forge@{n}", "node-forge", directory=f"web/v{n}") for n in (1, 2)]
    calls = (
        remark(RemarkKind.CIPHER, "src/a.ts", "AES-GCM"),
        remark(RemarkKind.CIPHER, "src/b.ts", "AES-GCM"),
        remark(RemarkKind.CIPHER, "web/v1/c.js", "DES"),
    )
    assert shown(product(order, [], tuple(forge), remarks=calls), "encryption", order) == [
        "Contains ciphers.",
        "Its own code calls for AES-GCM. Files: 2.",
    ]


# ---- Binary files, fonts, trademarks ------------------------------------------------------------------------------------------------------
def test_binary_files_are_counted_by_what_they_are(order: Order) -> None:
    wheel = component("pkg:pypi/lib@1", "lib", ecosystem="pypi", directory="site/lib")
    paths = ["drivers/a.ko", "drivers/b.ko", "firmware/wifi.bin", "lib/x.so.1", "site/lib/y.so", "img/logo.png"]
    licensed = Conclusion(
        subject=part("drivers/a.ko", SubjectKind.FILE, owner="path:"), classification=permissive("mit", "MIT")
    )
    made = with_files(order, paths, (wheel,), conclusions=(own(), licensed))
    told = shown(made, "binaries", order)
    assert [text.partition(":")[0] for text in told] == [
        "Binary files of this kind (kernel modules) without a package's record",
        "Binary files of this kind (firmware) without a package's record",
        "Binary files of this kind (libraries) without a package's record",
    ]
    assert "2; a licence was read in 1 of them" in told[0]
    assert "record: 1;" in told[2]


def test_what_was_not_opened_is_on_the_sheet_and_asked_about(order: Order) -> None:
    unread = Issue(
        level=IssueLevel.UNREAD,
        code=IssueCode.NOT_READ,
        message=say("it is an archive"),
        location=Location(path="vendor/x.tgz"),
    )
    unresolved = replace(unread, code=IssueCode.UNRESOLVED, message="10 of 10 dependencies are unresolved")
    made = product(order, [], issues=(unread, unresolved))
    assert "recognised and not opened: 1" in shown(made, "binaries", order)[0]
    (asked,) = [question for question in made.questions if "not opened" in question.text.text]
    assert asked.addressee.value == "engineering"
    told = [Words(language("en"), order.terms).phrase(line) for line in made.front.unknown]
    assert "Content recognised and not read (archives, compressed files): 1." in told


def test_fonts_are_one_row_for_each_family_with_the_licence_that_was_read(order: Order) -> None:
    paths = ["fonts/Acme-Regular.ttf", "fonts/Acme-BoldItalic.ttf", "fonts/Other-400.woff2"]
    licensed = Conclusion(
        subject=part(paths[0], SubjectKind.FILE, owner="path:"), classification=permissive("ofl-1.1", "OFL-1.1")
    )
    made = with_files(order, paths, conclusions=(own(), licensed))
    assert [
        (row.license, text)
        for row, text in zip(the(made, "names-and-fonts").rows, shown(made, "names-and-fonts", order), strict=True)
    ] == [
        ("OFL-1.1", "Font Acme. Files: 2."),
        (
            "",
            "Font Other. Files: 1. No licence was read in the files: ask for it; many fonts may not be passed on, or not in programs.",
        ),
    ]


def test_a_trademark_that_a_notice_names_is_on_the_sheet(order: Order) -> None:
    made = product(order, [], remarks=(remark(RemarkKind.TRADEMARK, "README.md", "Acme Corp"),))
    assert shown(made, "names-and-fonts", order) == [
        "A trademark of Acme Corp is named, first in README.md:2. A licence of the code gives no right to the mark."
    ]


# ---- What has no licence ------------------------------------------------------------------------------------------------------------------
def test_packages_that_nothing_was_read_of_are_one_row(order: Order) -> None:
    parts = tuple(component(f"pkg:npm/p{n}@1", f"p{n}", scope=Scope.RUNTIME, unresolved=True) for n in range(300))
    conclusions = (own(), *(Conclusion(subject=part(each.id), classification=None) for each in parts))
    rows = shown(product(order, [], parts, conclusions=conclusions), "no-licence", order)
    assert rows == ["Packages that are not in the tree and whose metadata was not read: 300, the first of them pkg:npm/p0@1. Whether they have a licence is not "
                    "known. Have them looked up."]  # fmt: skip


def test_the_sheets_are_in_chinese_too(order: Order) -> None:
    made = with_files(order, ["drivers/a.ko"], authorship=HISTORY, remarks=())
    for key in ("ownership", "binaries"):
        assert all(not text.isascii() for text in shown(made, key, order, "zh"))
