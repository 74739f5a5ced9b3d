"""Whether work tells that it goes on: on a terminal only, and what draws there is loaded only then."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext

from licscan.util.progress import SILENT, Progress


def progress_bars(*, quiet: bool) -> AbstractContextManager[Progress]:
    """Return bars where somebody looks at standard error and did not ask for quiet, and silence otherwise."""
    if quiet or not sys.stderr.isatty():
        return nullcontext(SILENT)
    from licscan.cli.progress_bar import TerminalProgress

    return TerminalProgress()
