"""Python's garbage collector, out of the way of work that makes many objects and hardly a cycle."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# New objects after which the youngest are looked through; Python's own 700 comes from days of smaller programs.
_SELDOM = 100_000


def seldom_collect() -> None:
    """Let the collection of cycles run seldom in this process: a tenth of the time of a scan's own process went into it, and
    results, which are trees of frozen records, have none. Reference counting goes on."""
    gc.set_threshold(_SELDOM, *gc.get_threshold()[1:])


@contextmanager
def collector_paused() -> Iterator[None]:
    """Pause the collection of cycles: it looks through hundreds of thousands of living objects again and again,
    a quarter of the time that a large SBOM or audit takes. Reference counting goes on."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
