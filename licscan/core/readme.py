"""What a README says of its project's licence."""

from __future__ import annotations

from msgspec import Struct

from licscan.core.location import Location


class LicenseSection(Struct, frozen=True, kw_only=True):
    """The licence section of a README, or a sentence or badge of it that says as much.

    ``expressions`` are the licences that its words name, in ScanCode's keys and in their order; ``is_choice`` says that its words
    leave the choice between several. ``text`` is clipped.
    """

    location: Location
    text: str
    expressions: tuple[str, ...] = ()
    is_choice: bool = False
