"""Names of files in which a project passes on the licences of others."""

from __future__ import annotations

import re

# Notices, and the LICENSES folder of the REUSE convention.
_NOTICE_FILE = re.compile(r"(^|/)(notice|third.?part|attribution|acknowledg)[^/]*$|(^|/)licenses/", re.IGNORECASE)


def is_notice_file(path: str) -> bool:
    """Whether the file at ``path`` is one in which a project passes on the licences of others."""
    return _NOTICE_FILE.search(path) is not None
