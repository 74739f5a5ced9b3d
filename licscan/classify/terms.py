"""What a licence asks and forbids: obligations and terms by class, and by licence where more is known (``rules/terms.yaml``)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from functools import lru_cache

from msgspec import Struct

from licscan.core.verdict import LicenseClass
from licscan.util.rule_data import Entry, packaged, read_sections

FILE = "terms.yaml"
# Brought by the mark that ``rules/classes.yaml`` puts beside a class.
NETWORK_SOURCE = "network-source"


class TermKind(str, Enum):
    """Whether something has to be done, or has to be borne in mind."""

    OBLIGATION = "obligation"  # to be done when the work is used or passed on
    TERM = "term"  # a right, a limit or a condition


class Term(Struct, frozen=True, kw_only=True):
    """One id of the catalogue's vocabulary, and what it means."""

    id: str
    kind: TermKind
    title: str
    meaning: str
    source: str


class TermTable(Struct, frozen=True, kw_only=True):
    """``rules/terms.yaml``: the vocabulary in its order, what each class brings, and what single licences add or lack."""

    terms: Mapping[str, Term]
    by_class: Mapping[LicenseClass, tuple[str, ...]]
    added: Mapping[str, tuple[str, ...]]
    absent: Mapping[str, tuple[str, ...]]

    def ids(self, license_class: LicenseClass, keys: tuple[str, ...], *, network: bool) -> frozenset[str]:
        """Return what a unit of ``license_class`` made of ``keys`` (licence, then exception) asks and forbids."""
        found = set(self.by_class[license_class])
        if network:
            found.add(NETWORK_SOURCE)
        for key in keys:
            found.update(self.added.get(key, ()))
        for key in keys:
            found.difference_update(self.absent.get(key, ()))
        return frozenset(found)

    def of_kind(self, kind: TermKind, ids: frozenset[str]) -> tuple[str, ...]:
        """Return the ids of one kind, in the order of the vocabulary."""
        return tuple(term.id for term in self.terms.values() if term.kind is kind and term.id in ids)


def read_terms(text: str, file: str = FILE) -> TermTable:
    """Return the table in ``text``; raise ``RuleFileError`` with file and line."""
    sections = read_sections(text, file, ("terms", "classes", "licenses"))
    terms: dict[str, Term] = {}
    for entry in sections["terms"]:
        term = _term(entry)
        if term.id in terms:
            raise entry.error(f"{term.id!r} is defined twice")
        terms[term.id] = term
    by_class: dict[LicenseClass, tuple[str, ...]] = dict.fromkeys(LicenseClass, ())
    for entry in sections["classes"]:
        entry.allow("class", "brings", "reason", "source")
        by_class[entry.choice("class", LicenseClass)] = _known(entry, "brings", terms)
    added: dict[str, tuple[str, ...]] = {}
    absent: dict[str, tuple[str, ...]] = {}
    if NETWORK_SOURCE not in terms:
        raise sections["terms"][0].error(f"the term {NETWORK_SOURCE!r} is missing")
    for entry in sections["licenses"]:
        entry.allow("adds", "lacks", "reason", "source", "licenses")
        adds, lacks = _known(entry, "adds", terms), _known(entry, "lacks", terms)
        for key in entry.texts("licenses"):
            added[key] = added.get(key, ()) + adds
            absent[key] = absent.get(key, ()) + lacks
    return TermTable(terms=terms, by_class=by_class, added=added, absent=absent)


@lru_cache(maxsize=1)
def packaged_terms() -> TermTable:
    """Return the table that ships with licscan."""
    return read_terms(packaged(FILE))


def _term(entry: Entry) -> Term:
    entry.allow("id", "kind", "title", "meaning", "source")
    return Term(
        id=entry.text("id"),
        kind=entry.choice("kind", TermKind),
        title=entry.text("title"),
        meaning=entry.text("meaning"),
        source=entry.text("source"),
    )


def _known(entry: Entry, name: str, terms: Mapping[str, Term]) -> tuple[str, ...]:
    entry.text("reason")
    entry.text("source")
    ids = entry.texts(name)
    for term_id in ids:
        if term_id not in terms:
            raise entry.error(f"{term_id!r} in {name!r} is no term that is defined here", entry.fields[name])
    return ids
