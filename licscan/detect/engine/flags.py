"""What a rule is, as bits of one number."""

from __future__ import annotations

from typing import Any

TEXT = 1 << 0
NOTICE = 1 << 1
REFERENCE = 1 << 2
TAG = 1 << 3
INTRO = 1 << 4
CLUE = 1 << 5
FALSE_POSITIVE = 1 << 6
REQUIRED_PHRASE = 1 << 7
CONTINUOUS = 1 << 8
SMALL = 1 << 9
STARTS_WITH_LICENSE = 1 << 10
ENDS_WITH_LICENSE = 1 << 11

_ATTRIBUTES = {
    TEXT: "is_license_text",
    NOTICE: "is_license_notice",
    REFERENCE: "is_license_reference",
    TAG: "is_license_tag",
    INTRO: "is_license_intro",
    CLUE: "is_license_clue",
    FALSE_POSITIVE: "is_false_positive",
    REQUIRED_PHRASE: "is_required_phrase",
    CONTINUOUS: "is_continuous",
    SMALL: "is_small",
    STARTS_WITH_LICENSE: "starts_with_license",
    ENDS_WITH_LICENSE: "ends_with_license",
}


def of(rule: Any) -> int:
    """Return the flags of a ScanCode ``Rule``."""
    return sum(bit for bit, attribute in _ATTRIBUTES.items() if getattr(rule, attribute))
