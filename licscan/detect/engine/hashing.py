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
    """Powers of ``M`` and of its inverse, as many as the longest text so far needs."""

    def __init__(self) -> None:
        self._size = 0
        self.base: Hashes = np.empty(0, dtype=np.uint64)
        self.inverse: Hashes = np.empty(0, dtype=np.uint64)

    def reach(self, size: int) -> None:
        if size > self._size:
            self._size = max(size, 2 * self._size, 4096)
            self.base = _powers(_BASE, self._size)
            self.inverse = _powers(_INVERSE, self._size)


def _powers(base: int, size: int) -> Hashes:
    result = np.full(size, base, dtype=np.uint64)
    result[0] = 1
    return np.multiply.accumulate(result)


class WindowHashes:
    """The hashes of all windows of one token sequence."""

    def __init__(self, tokens: Tokens, values: Hashes, powers: Powers) -> None:
        size = len(tokens)
        powers.reach(size + 1)
        self._inverse = powers.inverse
        self._sums = np.zeros(size + 1, dtype=np.uint64)
        np.cumsum(values[tokens] * powers.base[:size], out=self._sums[1:])

    def of(self, starts: Numbers, lengths: Numbers | int) -> Hashes:
        """Return the hash of each window; all of them must lie inside the text."""
        hashes: Hashes = (self._sums[starts + lengths] - self._sums[starts]) * self._inverse[starts]
        return hashes


def slots(hashes: Hashes) -> Numbers:
    """Return where in a table of ``SLOTS`` the hashes stand."""
    places: Numbers = (hashes >> np.uint64(64 - _SLOT_BITS)).astype(np.int64)
    return places
