"""The time that results carry: now, or ``SOURCE_DATE_EPOCH`` for results that can be made again byte by byte."""

from __future__ import annotations

import os
from datetime import datetime, timezone

from licscan.errors import UsageError


def now() -> str:
    """Return the time as ISO 8601 in UTC, to the second."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch is None:
        return _iso(datetime.now(timezone.utc))
    try:
        return _iso(datetime.fromtimestamp(int(epoch), timezone.utc))
    except (ValueError, OverflowError, OSError) as error:
        raise UsageError(
            f"{epoch!r} is no number of seconds",
            where="SOURCE_DATE_EPOCH",
            hint="set it to seconds since 1970, or unset it",
        ) from error


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
