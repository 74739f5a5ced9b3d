"""Keys of what stands beside a licence and is none: patent grants, disclaimers, notices (``rules/companions.yaml``)."""

from __future__ import annotations

from functools import lru_cache

from msgspec import Struct

from licscan.util.rule_data import packaged, read_sections

FILE = "companions.yaml"


class Companions(Struct, frozen=True):
    patent_grants: frozenset[str]
    notices: frozenset[str]


@lru_cache(maxsize=1)
def packaged_companions() -> Companions:
    """Return the keys of ``rules/companions.yaml``; raise ``RuleFileError``."""
    return read_companions(packaged(FILE), FILE)


def read_companions(text: str, file: str = FILE) -> Companions:
    """Read the data file ``text``; raise ``RuleFileError``."""
    sections = read_sections(text, file, ("patent_grants", "notices"))
    found: dict[str, set[str]] = {name: set() for name in sections}
    for name, entries in sections.items():
        for entry in entries:
            entry.allow("reason", "source", "licenses")
            entry.text("reason")
            entry.text("source")
            for key in entry.texts("licenses"):
                if any(key in keys for keys in found.values()):
                    raise entry.error(f"{key!r} is listed twice", entry.fields["licenses"])
                found[name].add(key)
    return Companions(frozenset(found["patent_grants"]), frozenset(found["notices"]))
