"""A small index: real rules of ScanCode's, few enough to be loaded at once."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from licscan.detect.engine import compile as compiling
from licscan.detect.engine.knowledge import Knowledge
from licscan.detect.engine.store import Array, Store, save

_RULES = (
    "apache-2.0_1*.RULE",
    "gpl-2.0-plus_1?.RULE",
    "gpl-2.0_10*.RULE",
    "gpl_*.RULE",
    "bsd-new_1??.RULE",
    "mit_1?.RULE",
    "mit_or_gpl-2.0_*.RULE",
    "lgpl-2.1-plus_1*.RULE",
    "license-intro_1*.RULE",
    "license-clue*.RULE",
    "false-positive_1?.RULE",
    "unknown-license-reference_1?.RULE",
    "x11_1*.RULE",
)
_LICENSES = ("mit", "bsd-new", "apache-2.0", "isc", "zlib", "gpl-2.0")


@pytest.fixture(scope="session")
def small_index() -> Any:
    """ScanCode's own index of some hundred rules."""
    import licensedcode
    from licensedcode.index import LicenseIndex
    from licensedcode.legalese import common_license_words
    from licensedcode.models import License, Rule, build_rule_from_license

    data = Path(licensedcode.__file__).parent / "data"
    files = sorted({file for pattern in _RULES for file in (data / "rules").glob(pattern)})
    rules = [rule for rule in (Rule.from_file(str(file)) for file in files) if not rule.is_deprecated]
    rules += [build_rule_from_license(License.from_dir(key, str(data / "licenses"))) for key in _LICENSES]
    return LicenseIndex(rules, _legalese=common_license_words, _license_tokens={"license", "licence", "licensed"})


@pytest.fixture(scope="session")
def small_arrays(small_index: Any) -> dict[str, Array]:
    """The same index in flat arrays."""
    keys = {key for rule in small_index.rules_by_rid if rule.license_expression for key in rule.license_keys()}
    licenses = {key: SimpleNamespace(key=key, spdx_license_key=key.upper(), is_exception=False) for key in sorted(keys)}
    cache = SimpleNamespace(
        spdx_symbols={found.spdx_license_key.lower(): found for found in licenses.values()},
        unknown_spdx_symbol=SimpleNamespace(key="unknown-spdx"),
        db=licenses,
    )
    return {
        **compiling._vocabulary(small_index),
        **compiling._rules(small_index),
        **compiling._exact(small_index),
        **compiling._approximate(small_index),
        **compiling._licenses(cache),
        **compiling._file_types(),
    }


@pytest.fixture(scope="session")
def small_store(small_arrays: dict[str, Array], tmp_path_factory: pytest.TempPathFactory) -> Store:
    path = tmp_path_factory.mktemp("index") / "small.bin"
    save(path, "small", small_arrays)
    return Store(path, "small")


@pytest.fixture(scope="session")
def knowledge(small_store: Store) -> Knowledge:
    return Knowledge(small_store)
