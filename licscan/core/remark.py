"""What texts say beside licences that the buyer of a codebase wants to know: where code comes from, and on which terms it was had."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from licscan.core.location import Location


class RemarkKind(str, Enum):
    ADAPTED = "adapted"  # a comment says that code comes from elsewhere
    TERMS = "terms"  # the address or the banner of terms under which a component is sold
    KEY = "licence-key"  # a licence key is set; what it is stays where it stands
    CONTRIBUTIONS = "contributions"  # terms on which contributions are taken
    CIPHER = "cipher"  # code calls for a cipher
    TRADEMARK = "trademark"  # a notice names a mark
    PARAMETER = "busl-parameter"  # what BUSL-1.1 leaves to the licensor


class Remark(Struct, frozen=True, kw_only=True):
    """``text`` quotes the place, and is empty for a key; ``name`` is the parameter, the publisher, the source, the cipher, the holder
    of a mark, or how a key is set."""

    kind: RemarkKind
    location: Location
    name: str = ""
    text: str = ""
