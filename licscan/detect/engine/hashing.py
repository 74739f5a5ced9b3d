"""Hashes of token sequences that a whole text yields at once: any window of it costs one subtraction.

The hash of ``t[0] ... t[n-1]`` is the sum of ``value(t[i]) * M**i`` modulo 2**64, with an odd ``M``. Equal windows have equal
hashes; unequal ones are told apart by comparing the tokens.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Tokens = npt.NDArray[np.int16]
Hashes = npt.NDArray[np.uint64]
Numbers = npt.NDArray[np.int64]

# Rules are looked up by the hash of their first tokens: of as many as the largest of these that the rule has.
ANCHORS = (2, 3, 4, 6, 8, 12, 16, 24)
_SLOT_BITS = 18
SLOTS = 1 << _SLOT_BITS

# Powers are kept of so many places; a sequence of more is a row of blocks.
_BLOCK_BITS = 16
_BLOCK = 1 << _BLOCK_BITS
_BLOCKS = 1 << 15

_BASE = 0x9E3779B97F4A7C15
_INVERSE = pow(_BASE, -1, 1 << 64)


def token_values(count: int) -> Hashes:
    """Return a 64-bit value for each of ``count`` token ids (the finaliser of SplitMix64)."""
    with np.errstate(over="ignore"):
        x = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        values: Hashes = x ^ (x >> np.uint64(31))
        return values


class Powers:
    """Powers of ``M`` and of its inverse: those of the places in a block, and those of where each block starts."""

    def __init__(self) -> None:
        self.base, self.base_of_block = _powers(_BASE)
        self.inverse, self.inverse_of_block = _powers(_INVERSE)


def _powers(base: int) -> tuple[Hashes, Hashes]:
    of_place = np.full(_BLOCK, base, dtype=np.uint64)
    of_block = np.full(_BLOCKS, pow(base, _BLOCK, 1 << 64), dtype=np.uint64)
    of_place[0] = of_block[0] = 1
    return np.multiply.accumulate(of_place), np.multiply.accumulate(of_block)


class WindowHashes:
    """The hashes of all windows of one token sequence."""

    def __init__(self, tokens: Tokens, values: Hashes, powers: Powers) -> None:
        self._powers = powers
        self._sums = np.zeros(len(tokens) + 1, dtype=np.uint64)
        for block, start in enumerate(range(0, len(tokens), _BLOCK)):
            terms = values[tokens[start : start + _BLOCK]]
            terms *= powers.base[: len(terms)]
            terms *= powers.base_of_block[block]
            terms[:1] += self._sums[start : start + 1]
            np.cumsum(terms, out=self._sums[start + 1 : start + 1 + len(terms)])

    def of(self, starts: Numbers, lengths: Numbers | int) -> Hashes:
        """Return the hash of each window; all of them must lie inside the text."""
        hashes: Hashes = (self._sums[starts + lengths] - self._sums[starts]) * self._inverse(starts)
        return hashes

    def _inverse(self, places: Numbers) -> Hashes:
        if len(self._sums) <= _BLOCK:
            inverse: Hashes = self._powers.inverse[places]
            return inverse
        inverse = self._powers.inverse[places & (_BLOCK - 1)]
        inverse *= self._powers.inverse_of_block[places >> _BLOCK_BITS]
        return inverse


def slots(hashes: Hashes) -> Numbers:
    """Return where in a table of ``SLOTS`` the hashes stand."""
    places: Numbers = (hashes >> np.uint64(64 - _SLOT_BITS)).astype(np.int64)
    return places
