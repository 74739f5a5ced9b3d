"""Which class a licence has: ScanCode's category where nothing better is known, else ``rules/classes.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TypeVar

from msgspec import Struct

from licscan.core.license import LicenseRecord
from licscan.core.message import Message, message, quoted
from licscan.core.verdict import LicenseClass
from licscan.util.rule_data import Entry, packaged, read_sections

FILE = "classes.yaml"

_Value = TypeVar("_Value")
_ORDER = tuple(LicenseClass)  # from the least to the most that is asked of whoever uses it; unknown comes last


class Ruling(Struct, frozen=True, kw_only=True):
    """A class and why it is this one."""

    license_class: LicenseClass
    reason: Message
    source: str


class ClassTable(Struct, frozen=True, kw_only=True):
    """``rules/classes.yaml``: rulings by ScanCode category and, before them, by licence key."""

    categories: Mapping[str, Ruling]
    overrides: Mapping[str, Ruling]
    network: Mapping[str, Message]  # licence key to the reason why use over a network counts

    def ruling(self, record: LicenseRecord) -> Ruling:
        """Return the class of a licence; a category that is not known gives ``unknown``."""
        ruling = self.overrides.get(record.key) or self.categories.get(record.category)
        return ruling or Ruling(
            license_class=LicenseClass.UNKNOWN,
            reason=message(
                "class.no-category", "ScanCode's category '{category}' has no class", category=quoted(record.category)
            ),
            source=f"ScanCode's licence data, {record.key}",
        )


def reason_of(text: str) -> Message:
    """Return a reason of a rule file as a message: translators know each of them (``classify.reasons``)."""
    return Message(text, id="class.reason")


def rank(license_class: LicenseClass) -> int:
    """Return the place of a class in the order that AND and OR go by: permissive 0, unknown last."""
    return _ORDER.index(license_class)


def read_classes(text: str, file: str = FILE) -> ClassTable:
    """Return the table in ``text``; raise ``RuleFileError`` with file and line."""
    sections = read_sections(text, file, ("categories", "overrides", "network"))
    categories: dict[str, Ruling] = {}
    for entry in sections["categories"]:
        entry.allow("category", "class", "reason", "source")
        _put(categories, entry.text("category"), _ruling(entry), entry)
    overrides: dict[str, Ruling] = {}
    for entry in sections["overrides"]:
        entry.allow("class", "reason", "source", "licenses")
        for key in entry.texts("licenses"):
            _put(overrides, key, _ruling(entry), entry)
    network: dict[str, Message] = {}
    for entry in sections["network"]:
        entry.allow("reason", "source", "licenses")
        for key in entry.texts("licenses"):
            _put(network, key, reason_of(f"{entry.text('reason')} ({entry.text('source')})"), entry)
    return ClassTable(categories=categories, overrides=overrides, network=network)


@lru_cache(maxsize=1)
def packaged_classes() -> ClassTable:
    """Return the table that ships with licscan."""
    return read_classes(packaged(FILE))


def _ruling(entry: Entry) -> Ruling:
    return Ruling(
        license_class=entry.choice("class", LicenseClass),
        reason=reason_of(entry.text("reason")),
        source=entry.text("source"),
    )


def _put(table: dict[str, _Value], key: str, value: _Value, entry: Entry) -> None:
    if key in table:
        raise entry.error(f"{key!r} is listed twice: a licence has exactly one class")
    table[key] = value
