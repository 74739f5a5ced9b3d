"""How surely a file is a pickle, by its name alone: the one list that the scan of a tree and that of an archive's members share."""

from __future__ import annotations

import re
from enum import IntEnum


class Expected(IntEnum):
    """``CERTAIN``: files called so are nothing but pickles or arrays, and what cannot be followed in one is reported.
    ``LIKELY``: files of weights and texts share the name. ``POSSIBLE``: files of any kind do, and only a pickle that calls something, or is whole, counts.
    """

    POSSIBLE = 0
    LIKELY = 1
    CERTAIN = 2


_COMPRESSED = r"(?:\.(?:gz|z|bz2|xz|lzma|lz4|zst|zstd))?"
_NAMES = (
    (Expected.CERTAIN, rf".*\.(?:c?pkl|pckl|pickle\d?|joblib|jbl|dill|cloudpickle){_COMPRESSED}|.+\.np[yz]"),
    (
        Expected.LIKELY,
        r".+\.(?:pt|pth|ckpt|pt2|ptl|pdparams|pdopt|pdiparams|nemo|pth\.tar|ckpt\.tar|pt\.tar)"
        r"|(?:pytorch_model|adapter_model|diffusion_pytorch_model|consolidated|model|training_args|optimizer|scheduler|random_states).*\.bin",
    ),
    (Expected.POSSIBLE, rf".+\.(?:p|pck|pcl|sav|bin|model|mdl|mar|t7|th|dat|data|state|weights|obj){_COMPRESSED}"),
)
_NAME = re.compile("|".join(f"({pattern})" for _, pattern in _NAMES), re.IGNORECASE)


def expected_pickle(path: str) -> Expected | None:
    """Return how surely a loader takes a file called so as a pickle; ``None`` where the name is that of other files."""
    found = _NAME.fullmatch(path.rpartition("/")[2])
    return _NAMES[found.lastindex - 1][0] if found and found.lastindex else None
