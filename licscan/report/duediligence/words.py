"""A document's phrases in one language, made fit to be shown."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from functools import lru_cache

from licscan.core.message import Kind, Message, Value, render
from licscan.core.text import clip, visible
from licscan.core.verdict import LicenseClass
from licscan.duediligence.view import Term
from licscan.duediligence.words import CUT, FACT_NAMES, NO_LICENSE, label
from licscan.locale import Language

SHORT_ID = 12  # hex digits of a finding's id where space is short; the whole id stands beside it or in the workbook


class Words:
    """Renders phrases, labels, numbers and times; every text that it returns passed ``visible``."""

    def __init__(self, language: Language, terms: tuple[Term, ...]) -> None:
        self.language = language
        self._terms = {term.id: term for term in terms}
        self.phrase = lru_cache(maxsize=65_536)(self._phrase)

    def text(self, msgid: str, **values: object) -> str:
        shown = {
            key: self.language.number(value) if isinstance(value, int) else visible(str(value))
            for key, value in values.items()
        }
        return self.language.fill(msgid, shown)

    def label(self, item: Enum | None) -> str:
        return self.language.text(label(item) if item is not None else NO_LICENSE)

    def class_label(self, found: LicenseClass | None) -> str:
        return self.label(found)

    def term(self, term_id: str) -> str:
        term = self._terms.get(term_id)
        return self.language.text(term.title) if term else visible(term_id)

    def meaning(self, term_id: str) -> str:
        term = self._terms.get(term_id)
        return self.language.text(term.meaning) if term else ""

    def terms(self, ids: tuple[str, ...]) -> str:
        return self.text("; ").join(self.term(term_id) for term_id in ids)

    def listed(self, items: Iterable[str]) -> str:
        return self.text(", ").join(items)

    def fact(self, name: str, value: str) -> str:
        return self.told(self.text(FACT_NAMES.get(name, name)), self.text(visible(value)))

    def told(self, name: str, value: object) -> str:
        return self.text("{name}: {value}", name=name, value=value)

    def stop(self, sentence: str) -> str:
        """End a sentence that stands in the document without its full stop."""
        return self.text("{headline}.", headline=sentence)

    def after(self, first: str, second: str) -> str:
        """Put two sentences one after the other, as the language spaces them."""
        return self.text("{first} {second}", first=first, second=second)

    def clip(self, text: str, lines: int = 12) -> str:
        """Shorten a quotation, and say so."""
        return clip(
            text,
            lines=lines,
            lines_left=self.language.text(CUT[0]),
            characters_left=self.language.text(CUT[1]),
        )

    def _phrase(self, found: Message) -> str:
        return render(found, self.language.text, self._value)

    def _value(self, value: Value) -> str:
        # What our own templates put in is one of our words as often as a number: then it has a translation.
        if value.kind is Kind.FACT or value.name == "fact":
            return self.language.text(FACT_NAMES.get(value.text, visible(value.text)))
        shown = visible(value.text, newlines=True)
        return self.language.text(shown) if value.kind is Kind.OURS else shown
