"""What ScanCode's licence data says about one licence key."""

from __future__ import annotations

from msgspec import Struct


class LicenseRecord(Struct, frozen=True, kw_only=True):
    """One entry of ScanCode's licence data. ``key`` is ScanCode's, ``spdx`` the SPDX id or
    ``LicenseRef-scancode-...``; ``category`` is ScanCode's own and no class of ours. ``replaced_by`` are the
    expressions that ScanCode names in place of a deprecated key."""

    key: str
    spdx: str
    name: str
    short_name: str
    category: str
    owner: str = ""
    is_exception: bool = False
    is_deprecated: bool = False
    is_unknown: bool = False
    is_generic: bool = False
    other_spdx: tuple[str, ...] = ()
    homepage: str = ""
    replaced_by: tuple[str, ...] = ()
