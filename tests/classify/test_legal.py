from __future__ import annotations

import pytest

from licscan.classify.legal import own_license_files


@pytest.mark.parametrize(
    ("names", "own"),
    [
        ("LICENSE", "LICENSE"),
        ("LICENSE LICENSE.python", "LICENSE"),
        ("LICENSE LICENSE.jquery.txt NOTICE", "LICENSE"),
        ("LICENSE-MIT LICENSE-APACHE", "LICENSE-MIT LICENSE-APACHE"),
        ("LICENSE LICENSE-MIT.md LICENSE-APACHE-2.0", "LICENSE LICENSE-MIT.md LICENSE-APACHE-2.0"),
        ("COPYING COPYING.LESSER", "COPYING COPYING.LESSER"),
        ("COPYING.GPLv2 COPYING.LGPLv2.1 COPYING", "COPYING.GPLv2 COPYING.LGPLv2.1 COPYING"),
        ("LICENSE-CODE LICENSE-MODEL", "LICENSE-CODE"),
        ("License.txt THIRD-PARTY-LICENSES.txt AUTHORS", "License.txt"),
        ("LICENSE.python", "LICENSE.python"),
    ],
)
def test_a_folders_own_licence_files_are_told_from_those_of_others(names: str, own: str) -> None:
    assert own_license_files(names.split()) == set(own.split())
