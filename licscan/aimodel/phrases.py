"""The phrases by which model licences are recognised, looked for in a text.

A register has hundreds of phrases and a tree thousands of texts, nearly all of them about something else: a phrase is looked
for exactly only where its words stand in a row, other letters than ASCII's aside.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache

from msgspec import Struct

from licscan.modellicense.register import ModelLicense, ModelRegister
from licscan.util.lazy_pattern import lazy

_BETWEEN = lazy(r"[\W_]+")
# Cuts text into words whatever letters it has: of a word with others than ASCII's, its parts are left.
_CUT = bytes(code if code < 128 and chr(code).isalnum() else 32 for code in range(256))


def licenses_in(text: str, register: ModelRegister) -> tuple[tuple[ModelLicense, str], ...]:
    """Return the licences whose phrases stand in ``text``, each with the longest of them.

    Of two licences the one goes whose phrases are only parts of the other's.
    """
    lowered = text.lower()
    possible = _filed(register).possible_in(lowered)
    flat = _flat(lowered) if possible else ""
    found = {entry: phrases for entry in possible if (phrases := _phrases_in(flat, entry))}
    return tuple(
        (entry, max(phrases, key=len))
        for entry, phrases in found.items()
        if not any(_is_part(phrases, others) for other, others in found.items() if other is not entry)
    )


class _Way(Struct, frozen=True):
    """One way to recognise the licence of this ``number``: a phrase, or several together, each as ``_cut`` leaves it.

    ``words`` are those of all phrases; ``others`` words that have other letters than ASCII's.
    """

    number: int
    phrases: tuple[bytes, ...]
    words: frozenset[bytes]
    others: tuple[str, ...]


class _Filed:
    """The ways of a register, each under the word of its own that the fewest others have."""

    def __init__(self, register: Iterable[ModelLicense]) -> None:
        self._licenses = tuple(register)
        ways = [_way(number, together) for number, entry in enumerate(self._licenses) for together in _ways(entry)]
        shared = Counter(word for way in ways for word in way.words)
        self._by_word: dict[bytes, list[_Way]] = defaultdict(list)
        self._wordless = [way for way in ways if not way.words]  # in Chinese alone
        for way in ways:
            if way.words:
                self._by_word[min(way.words, key=lambda word: (shared[word], -len(word), word))].append(way)

    def possible_in(self, lowered: str) -> tuple[ModelLicense, ...]:
        """Return the licences that ``lowered`` may name, in the order of the register: none that it names is left out."""
        cut = _cut(lowered)
        words = set(cut)
        near = [way for word in self._by_word.keys() & words for way in self._by_word[word] if way.words <= words]
        near += self._wordless
        text = _spaced(cut) if any(way.phrases for way in near) else b""  # few texts have all words of a way
        found = {
            way.number
            for way in near
            if all(other in lowered for other in way.others) and all(phrase in text for phrase in way.phrases)
        }
        return tuple(self._licenses[number] for number in sorted(found))


def _ways(entry: ModelLicense) -> tuple[tuple[str, ...], ...]:
    return (*((phrase,) for phrase in entry.phrases), *entry.phrases_all)


def _way(number: int, together: Iterable[str]) -> _Way:
    flat = [_flat_phrase(phrase) for phrase in together]
    cut = [words for phrase in flat if (words := _cut(phrase))]
    return _Way(
        number,
        phrases=tuple(map(_spaced, cut)),
        words=frozenset(word for words in cut for word in words),
        others=tuple(word for phrase in flat for word in phrase.split() if not word.isascii()),
    )


def _cut(lowered: str) -> list[bytes]:
    return lowered.encode("utf-8", "replace").translate(_CUT).split()


def _spaced(words: Iterable[bytes]) -> bytes:
    return b" %s " % b" ".join(words)


def _phrases_in(flat: str, entry: ModelLicense) -> tuple[str, ...]:
    found = [phrase for phrase in entry.phrases if _flat_phrase(phrase) in flat]
    for together in entry.phrases_all:
        if all(_flat_phrase(phrase) in flat for phrase in together):
            found += together
    return tuple(found)


def _is_part(phrases: Sequence[str], others: Sequence[str]) -> bool:
    flat, around = [_flat_phrase(phrase) for phrase in phrases], [_flat_phrase(phrase) for phrase in others]
    return all(any(phrase in other and phrase != other for other in around) for phrase in flat)


def _flat(lowered: str) -> str:
    """Return the words of ``lowered``, whatever stands between two of them as one blank, and a blank around."""
    return f" {_BETWEEN.sub(' ', lowered).strip()} "


@lru_cache(maxsize=1024)
def _flat_phrase(phrase: str) -> str:
    return _flat(phrase.lower())


@lru_cache(maxsize=4)
def _filed(register: ModelRegister) -> _Filed:
    return _Filed(register)
