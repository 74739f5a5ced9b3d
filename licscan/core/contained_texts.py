"""Licence texts that contain the text of another licence (``rules/contained_texts.yaml``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from licscan.util.rule_data import packaged, read_sections

FILE = "contained_texts.yaml"


def with_contained(keys: Iterable[str]) -> frozenset[str]:
    """Return ``keys``, ScanCode's keys of texts, and those of the licences whose texts they contain."""
    found = frozenset(keys)
    contained = packaged_contained()
    return found.union(*(contained[key] for key in found if key in contained))


@lru_cache(maxsize=1)
def packaged_contained() -> Mapping[str, frozenset[str]]:
    """Return the licences whose whole text a text contains, by the key of that text; raise ``RuleFileError``."""
    return read_contained(packaged(FILE), FILE)


def read_contained(text: str, file: str = FILE) -> Mapping[str, frozenset[str]]:
    """Read the data file ``text``; raise ``RuleFileError``."""
    found: dict[str, set[str]] = {}
    for entry in read_sections(text, file, ("contained",))["contained"]:
        entry.allow("license", "source", "texts")
        entry.text("source")
        for key in entry.texts("texts"):
            found.setdefault(key, set()).add(entry.text("license"))
    return {key: frozenset(licenses) for key, licenses in found.items()}
