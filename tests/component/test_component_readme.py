"""What READMEs say of their project's licence, in any common markup."""

from __future__ import annotations

from pathlib import Path

import pytest

from licscan.component.readme import license_section
from tests.component.trees import discovered

RUST = """## License

Licensed under either of

 * Apache License, Version 2.0
   ([LICENSE-APACHE](LICENSE-APACHE) or http://www.apache.org/licenses/LICENSE-2.0)
 * MIT license
   ([LICENSE-MIT](LICENSE-MIT) or http://opensource.org/licenses/MIT)

at your option.

## Contribution

Contributions are licensed as above.
"""


@pytest.mark.parametrize(
    ("text", "expressions", "is_choice"),
    [
        ("# thing\n\n## License\n\nMIT © Example\n", ["mit"], False),
        (RUST, ["apache-2.0", "mit"], True),
        ("Title\n=====\n\nLicense\n-------\n\nDistributed under the terms of the `MIT`_ license.\n", ["mit"], False),
        (
            "= Foo\n\n== License\n\nCopyright 2020 X. Licensed under the Apache License, Version 2.0.\n",
            ["apache-2.0"],
            False,
        ),
        (
            "## License\n\nThing is dual-licensed under [BSD](LICENSE) OR [GPLv2](COPYING).\n",
            ["bsd-new OR gpl-2.0"],
            True,
        ),
        ("### 📝 License\n\nReleased under the [GPL-3.0 license](LICENSE).\n", ["gpl-3.0"], False),
        ("## License\n[MIT](./LICENSE)\n", ["mit"], False),
        ("## Licence\n\nThe MIT License (MIT). Please see [License File](LICENSE.md) for more.\n", ["mit"], False),
        ("## License\n\nFoo is MIT licensed, as found in the LICENSE file.\n", ["mit"], False),
        (
            "## License\n\nCopyright (c) X. All rights reserved.\n\nLicensed under the [MIT](L) license.\n",
            ["mit"],
            False,
        ),
        ("License\n~~~~~~~\n\nMIT or Apache 2.0, at your option\n", ["mit OR apache-2.0"], True),
        ("<h2>License</h2>\n<p>BSD-2-Clause</p>\n", ["bsd-simplified"], False),
        ("**License**\n\nISC\n", ["isc"], False),
        ("LICENSE\n\nISC\n", ["isc"], False),
        ("# x\n\nThis project is licensed under the BSD 3-Clause license. See LICENSE.\n", ["bsd-new"], False),
        ("# x\n\nLicense: GPL-2+\n\nfoo\n", ["gpl-2.0-plus"], False),
        ("# x\n[![L](https://img.shields.io/badge/License-Apache%202.0-blue.svg)](L)\n", ["apache-2.0"], False),
        ("## License\n\nAsk us.\n", [], False),
    ],
)
def test_a_section_names_its_licences(text: str, expressions: list[str], is_choice: bool) -> None:
    section = license_section("README", text)
    assert section is not None
    assert (list(section.expressions), section.is_choice) == (expressions, is_choice)


@pytest.mark.parametrize(
    "text",
    [
        "# x\n\n## Third-party licenses\n\nMIT\n",
        "# x\n\n## License checks\n\nThis tool is run under the GPL.\n",
        "# x\n\nThis project is not licensed under the GPL v3.\n",
        "# x\n\n```\n# License\nMIT\n```\n",
        "",
    ],
)
def test_what_is_about_something_else_is_no_statement(text: str) -> None:
    assert license_section("README", text) is None


def test_a_hostile_readme_is_read_as_any_other() -> None:
    for text in ("#" * 200_000, "[" * 50_000, "*" * 50_000 + "\n## License\n" + "under the " * 20_000, "<h1" * 20_000):
        license_section("README", text)


def test_the_readmes_of_projects_are_read(tmp_path: Path) -> None:
    for name in ("README.md", "lib/README.md", "docs/README.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("## License\n\nMIT\n")
    (tmp_path / "lib" / "package.json").write_text('{"name": "lib", "version": "1.0.0"}')
    assert [str(each.location) for each in discovered(tmp_path).readmes] == ["README.md:2-3", "lib/README.md:2-3"]
