"""What texts say of where code comes from and on which terms it was had."""

from __future__ import annotations

import pytest

from licscan.core.finding import FileKind
from licscan.core.remark import Remark, RemarkKind
from licscan.detect.remarks import find_remarks

SOLD = ((b"ag-grid.com/eula", "AG Grid"), (b"ag grid enterprise", "AG Grid"))


def remarks(text: str, path: str = "src/a.ts", kind: FileKind = FileKind.CODE) -> list[Remark]:
    return list(find_remarks(path, kind, text.encode(), SOLD))


def sources(text: str, path: str = "src/a.ts") -> list[str]:
    return [each.name for each in remarks(text, path) if each.kind is RemarkKind.ADAPTED]


# ---- Code from elsewhere ------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("line", "source"),
    [
        ("// Adapted from https://github.com/example/graph/blob/main/layout.ts", "https://github.com/example/graph/blob/main/layout.ts"),
        ("// adapted from Example Graph (AGPLv3)", "Example Graph (AGPLv3)"),
        ("/* Ported from the Linux kernel, drivers/x.c */", "the Linux kernel"),
        ("// This function is based on https://stackoverflow.com/a/123456", "https://stackoverflow.com/a/123456"),
        ("// copied and adapted from example/widgets", "example/widgets"),
        ("// Code borrowed from Example Project.", "Example Project"),
        ("// Taken from https://gist.github.com/someone/0123456789abcdef", "https://gist.github.com/someone/0123456789abcdef"),
        ("// a TypeScript port of https://github.com/example/slow", "https://github.com/example/slow"),
    ],
)  # fmt: skip
def test_a_comment_that_says_where_code_comes_from_is_found(line: str, source: str) -> None:
    assert sources(f"const a = 1;\n{line}\nfunction f() {{}}\n") == [source]


@pytest.mark.parametrize(
    "line",
    [
        "// the value is copied from the request",
        "// derived from the base class",
        "// sorted based on the priority",
        "// based on https://example.com/docs/how-to",  # documentation, no code
        "// taken from the environment",
        "const s = 'adapted from https://github.com/example/graph';",  # a string
        "const adapted = from(https);",
        "// import from react",
    ],
)
def test_what_says_nothing_of_an_origin_is_left_alone(line: str) -> None:
    assert sources(f"{line}\n") == []


def test_comments_of_other_languages_are_read_as_such() -> None:
    assert sources('x = 1  # adapted from https://github.com/example/a\ny = "adapted from Example"\n', "src/a.py") == [
        "https://github.com/example/a"
    ]
    (found,) = remarks("/*\n * Licence text.\n * Ported from Example Library.\n */\nint f;\n", "src/a.c")
    assert found.location.start_line == 3
    assert found.text == "Ported from Example Library."


# ---- Terms, keys, contributions -----------------------------------------------------------------------------------------------------------
def test_the_address_and_the_banner_of_terms_name_the_publisher() -> None:
    found = remarks(
        "/** @ag AG Grid Enterprise v31\n * @license https://www.ag-grid.com/eula/ */\nlet x;\n", "web/grid.js"
    )
    assert {(each.kind, each.name) for each in found} == {(RemarkKind.TERMS, "AG Grid")}


@pytest.mark.parametrize(
    ("line", "how"),
    [
        ("LicenseManager.setLicenseKey('Company-0123456789-abcdef');", "setLicenseKey"),
        ('registerLicense("Ngo9BigBOggjHTQxAR8/V1NAaF5cWWJCf0x0");', "registerLicense"),
        ('GRID_LICENSE_KEY="0123-4567-89ab-cdef"', "GRID_LICENSE_KEY"),
        ("licenseKey: 'non-commercial-and-evaluation',", "evaluation"),
    ],
)
def test_a_licence_key_is_reported_by_its_place_and_never_quoted(line: str, how: str) -> None:
    (found,) = remarks(f"{line}\n")
    assert (found.kind, found.name, found.text) == (RemarkKind.KEY, how, "")
    assert found.location.start_line == 1


@pytest.mark.parametrize(
    "line",
    ["setLicenseKey(process.env.GRID_KEY)", "licenseKey: 'your-license-key-here'", "LICENSE_KEY='${GRID_LICENSE_KEY}'",
     "licenseKey: '<insert-key-here>'", "licenseKey: 'xxxxxxxxxxxxxxxx'", "t('settings.license_key.placeholder')"],
)  # fmt: skip
def test_what_stands_in_the_place_of_a_key_is_none(line: str) -> None:
    assert remarks(f"{line}\n") == []


@pytest.mark.parametrize("path", ["src/login.test.ts", "tests/data.py", "web/__mocks__/grid.js"])
def test_keys_that_tests_make_up_are_left_alone(path: str) -> None:
    assert remarks("LicenseManager.setLicenseKey('Company-0123456789-abcdef');\n", path) == []


def test_terms_of_contributions_are_found_in_prose() -> None:
    text = "# Contributing\n\nYou have to sign our Contributor License Agreement.\n"
    (found,) = remarks(text, "CONTRIBUTING.md", FileKind.PROSE)
    assert (found.kind, found.location.start_line) == (RemarkKind.CONTRIBUTIONS, 3)


# ---- Ciphers and marks --------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("line", "cipher"),
    [
        ("const c = createCipheriv('aes-256-gcm', key, iv)", "AES-GCM"),
        ("EVP_aes_256_cbc()", "AES"),
        ('Cipher.getInstance("DESede/CBC/PKCS5Padding")', "DESEDE"),
        ("cipher = Cipher(algorithms.AES(key), modes.CTR(iv))", "AES"),
        ("crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, data)", "AES-GCM"),
        ("crypto_secretbox_easy(c, m, n, nonce, key);", "NaCl"),
    ],
)
def test_a_call_for_a_cipher_names_it(line: str, cipher: str) -> None:
    assert [each.name for each in remarks(line) if each.kind is RemarkKind.CIPHER] == [cipher]


@pytest.mark.parametrize("line", ["const aesthetic = 1", "encrypt(password)", "// this cipher is described elsewhere"])
def test_words_about_encryption_are_no_call_for_a_cipher(line: str) -> None:
    assert remarks(line) == []


def test_a_notice_of_a_trademark_names_its_holder() -> None:
    (found,) = remarks("Acme Grid is a registered trademark of Acme Corp. in the U.S.", "README.md", FileKind.PROSE)
    assert (found.kind, found.name) == (RemarkKind.TRADEMARK, "Acme Corp")


# ---- BUSL-1.1 -----------------------------------------------------------------------------------------------------------------------------
BUSL = """Business Source License 1.1

Parameters

Licensor:             Example Data Ltd.
Licensed Work:        Example Store 4.2
                      The Licensed Work is (c) 2024 Example Data Ltd.
Additional Use Grant: You may use the Licensed Work in production,
                      but not offer it to third parties as a service.

Change Date:          2028-03-01

Change License:       Apache License, Version 2.0

For information about alternative licensing arrangements, see https://example.com/

-----------------------------------------------------------------------------

Terms

The Licensor hereby grants you the right. Effective on the Change Date, the Licensor hereby grants you more.
"""


def test_the_parameters_of_busl_are_read_with_the_lines_that_continue_them() -> None:
    found = remarks(BUSL, "LICENSE", FileKind.LEGAL)
    assert {each.name: each.text for each in found if each.kind is RemarkKind.PARAMETER} == {
        "Licensor": "Example Data Ltd.",
        "Licensed Work": "Example Store 4.2 The Licensed Work is (c) 2024 Example Data Ltd.",
        "Additional Use Grant": "You may use the Licensed Work in production, but not offer it to third parties as a service.",
        "Change Date": "2028-03-01",
        "Change License": "Apache License, Version 2.0",
    }


# ---- Hostile texts ------------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "text",
    [
        "// adapted from " + "a " * 400_000,
        "// adapted " * 80_000,
        "licensekey=" * 90_000,
        "// copied\n" * 90_000 + "from",
        "Business Source License\nChange Date\nLicensor:" + " \n" * 400_000,
        "/*" * 400_000 + " adapted from ",
    ],
)
def test_a_hostile_text_costs_bounded_time_and_few_remarks(text: str) -> None:
    assert len(remarks(text[: 1024 * 1024])) <= 100
