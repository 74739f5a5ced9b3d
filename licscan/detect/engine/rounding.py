"""Python's ``round(x, 1)`` for whole arrays: exact on the decimal value, which NumPy's own is not."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import numpy.typing as npt


def _first_rounded_up(tenth: int) -> float:
    """Return the smallest float that ``round(x, 1)`` takes above ``tenth`` tenths."""
    tie = Fraction(2 * tenth + 1, 20)
    nearest = float(tie)
    above = Fraction(nearest) > tie or (Fraction(nearest) == tie and tenth % 2 == 1)
    return nearest if above else math.nextafter(nearest, math.inf)


_STEPS = np.array([_first_rounded_up(tenth) for tenth in range(11)])


def tenths(ratios: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Return ``round(x, 1)`` in tenths for ratios from 0 to 1."""
    return np.searchsorted(_STEPS, ratios, side="right")
