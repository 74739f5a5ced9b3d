"""Sets of positions as bits of whole numbers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.int64]


class Span:
    """A non-empty set of positions. Bit ``n`` of ``bits`` stands for position ``start + n``; bit 0 is always set."""

    __slots__ = ("bits", "start")

    def __init__(self, start: int, bits: int) -> None:
        self.start = start
        self.bits = bits

    @classmethod
    def of_range(cls, start: int, length: int) -> Span:
        return cls(start, (1 << length) - 1)

    @property
    def end(self) -> int:
        """The last position, itself included."""
        return self.start + self.bits.bit_length() - 1

    @property
    def magnitude(self) -> int:
        """How many positions there are from the first to the last, gaps included."""
        return self.bits.bit_length()

    def __len__(self) -> int:
        return self.bits.bit_count()

    def __iter__(self) -> Iterator[int]:
        return (self.start + offset for offset in bit_positions(self.bits))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Span) and self.start == other.start and self.bits == other.bits

    def __hash__(self) -> int:
        return hash((self.start, self.bits))

    def __contains__(self, position: int) -> bool:
        offset = position - self.start
        return offset >= 0 and bool(self.bits >> offset & 1)

    def __or__(self, other: Span) -> Span:
        offset = other.start - self.start
        if offset >= 0:
            return Span(self.start, self.bits | other.bits << offset)
        return Span(other.start, other.bits | self.bits << -offset)

    def overlap(self, other: Span) -> int:
        """Return how many positions both have."""
        offset = other.start - self.start
        if offset >= 0:
            return (self.bits >> offset & other.bits).bit_count()
        return (other.bits >> -offset & self.bits).bit_count()

    def covers(self, other: Span) -> bool:
        """Tell whether every position of ``other`` is here too."""
        offset = other.start - self.start
        return offset >= 0 and self.bits >> offset & other.bits == other.bits

    def distance_to(self, other: Span) -> int:
        """Return 0 where the two overlap, 1 where they touch, else how far apart they are.

        Like ScanCode's, it is negative for two that interlock without overlapping.
        """
        if self.end < other.start:
            return other.start - self.end
        if other.end < self.start:
            return self.start - other.end
        return 0 if self.overlap(other) else self.start - other.end

    def positions(self) -> list[int]:
        """Return the positions, in order."""
        positions: list[int] = (self.start + set_bits(self.bits)).tolist()
        return positions

    def places(self) -> slice | Array:
        """Return the positions as what selects them from an array."""
        if self.bits & self.bits + 1 == 0:
            return slice(self.start, self.start + self.bits.bit_length())
        return self.start + set_bits(self.bits)


def set_bits(bits: int) -> Array:
    """Return the places of the bits that are set, lowest first."""
    content = np.frombuffer(bits.to_bytes(-(-bits.bit_length() // 8), "little"), dtype=np.uint8)
    return np.flatnonzero(np.unpackbits(content, bitorder="little"))


def bit_positions(bits: int) -> Iterator[int]:
    """Yield the places of the bits that are set, lowest first."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def range_bits(start: int, length: int) -> int:
    """Return a number with ``length`` bits set from ``start`` on."""
    return ((1 << length) - 1) << start


def bits_distance(one: int, other: int) -> int:
    """Return what ``Span.distance_to`` does, for sets that are whole numbers from bit 0 on."""
    if one & other:
        return 0
    one_start, one_end = (one & -one).bit_length(), one.bit_length()
    other_start, other_end = (other & -other).bit_length(), other.bit_length()
    return other_start - one_end if one_end < other_start else one_start - other_end
