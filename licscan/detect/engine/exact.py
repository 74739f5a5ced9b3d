"""Finding every rule that stands in a text word for word."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from licscan.detect.engine.hashing import ANCHORS, Hashes, Powers, Tokens, WindowHashes, slots, token_values

if TYPE_CHECKING:
    from licscan.detect.engine.rules import Rules
    from licscan.detect.engine.store import Array, Store

Numbers = npt.NDArray[np.int64]

# So many places are looked at at once.
_AT_ONCE = 250_000


class ExactIndex:
    """Rules by the hash of their first tokens, and by the hash of all of them."""

    def __init__(self, store: Store, rules: Rules) -> None:
        self._rules = rules
        self._values = token_values(len(store.array("digit_tokens")))
        self._powers = Powers()
        self._hashes = store.array("rule_hashes")
        self._single = store.array("single_word_rules")
        self._whole_hashes = store.array("whole_hashes")
        self._whole_rules = store.array("whole_rules")
        self._anchors = [_Anchor(anchor, store) for anchor in ANCHORS]

    def hashes(self, tokens: Tokens) -> WindowHashes:
        return WindowHashes(tokens, self._values, self._powers)

    def whole(self, tokens: Tokens, hashes: WindowHashes) -> int | None:
        """Return the rule, false positives excepted, that is the whole text, if there is one."""
        wanted = hashes.of(np.zeros(1, dtype=np.int64), len(tokens))[0]
        place = int(np.searchsorted(self._whole_hashes, wanted))
        if place == len(self._whole_hashes) or self._whole_hashes[place] != wanted:
            return None
        rule = int(self._whole_rules[place])
        return rule if np.array_equal(self._rules.tokens_of(rule), tokens) else None

    def occurrences(self, tokens: Tokens, hashes: WindowHashes) -> Iterator[tuple[int, int]]:
        """Yield (start, rule) for every rule that stands in ``tokens``, wherever it does."""
        text = tokens.tobytes()
        for begin in range(0, len(tokens), _AT_ONCE):
            for starts, rules in self._likely(tokens, begin, min(begin + _AT_ONCE, len(tokens)), hashes):
                for start, rule in zip(starts.tolist(), rules.tolist(), strict=True):
                    if self._stands_at(text, start, rule):
                        yield start, rule

    def _likely(self, tokens: Tokens, begin: int, end: int, hashes: WindowHashes) -> Iterator[tuple[Numbers, Array]]:
        """Yield starts, from ``begin`` up to ``end``, and rules that very probably stand there."""
        single = self._single[tokens[begin:end]]
        starts = np.flatnonzero(single >= 0)
        yield starts + begin, single[starts]
        likely = np.arange(begin, end)
        for anchor in self._anchors:
            likely, wanted = anchor.begun(likely, len(tokens), hashes)
            if not len(likely):
                break
            yield self._anchored(anchor, likely, wanted, len(tokens), hashes)

    def _anchored(
        self, anchor: _Anchor, likely: Numbers, wanted: Hashes, size: int, hashes: WindowHashes
    ) -> tuple[Numbers, Numbers]:
        """Return starts and rules for those that begin with the tokens of an anchor, at one of the ``likely`` places."""
        place = np.minimum(np.searchsorted(anchor.hashes, wanted), len(anchor.hashes) - 1)
        hit = anchor.hashes[place] == wanted
        likely, place = likely[hit], place[hit]
        if not len(likely):
            return likely, place
        counts = anchor.begins[place + 1] - anchor.begins[place]
        starts = np.repeat(likely, counts)
        candidates = anchor.rules[expanded(anchor.begins[place], counts)].astype(np.int64)
        lengths = self._rules.lengths[candidates]
        fits = starts + lengths <= size
        starts, candidates, lengths = starts[fits], candidates[fits], lengths[fits]
        same = hashes.of(starts, lengths) == self._hashes[candidates]
        return starts[same], candidates[same]

    def _stands_at(self, text: bytes, start: int, rule: int) -> bool:
        """Compare the tokens themselves; ``text`` has two bytes for each."""
        return text.startswith(self._rules.tokens_of(rule).tobytes(), 2 * start)


class _Anchor:
    """The rules that are looked up by the hash of their first ``length`` tokens."""

    def __init__(self, length: int, store: Store) -> None:
        self.length = length
        self.hashes = store.array(f"anchor_{length}_hashes")
        self.begins = store.array(f"anchor_{length}_begins")
        self.rules = store.array(f"anchor_{length}_rules")
        # Where the hash of so many tokens stands is marked, if any rule as long or longer begins with them.
        self._begun = store.array(f"anchor_{length}_begun")

    def begun(self, likely: Numbers, size: int, hashes: WindowHashes) -> tuple[Numbers, Hashes]:
        """Return those of the ``likely`` places where a rule may begin that is as long as the anchor, and the hash of each."""
        likely = likely[: np.searchsorted(likely, size - self.length, side="right")]
        wanted = hashes.of(likely, self.length)
        may = self._begun[slots(wanted)]
        return likely[may], wanted[may]


def expanded(begins: Array, counts: Array) -> Numbers:
    """Return the concatenation of the ranges that begin at ``begins`` and have ``counts`` members."""
    total = int(counts.sum())
    if not total:
        return np.empty(0, dtype=np.int64)
    ends = np.cumsum(counts, dtype=np.int64)
    places: Numbers = np.arange(total) + np.repeat(begins - (ends - counts), counts)
    return places
