"""What the register of model licences says of a text, looked for in that text: sums, numbers, phrases, words of each duty."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from licscan.modellicense.register import ModelLicense

_PHRASES = ("display_statement", "attribution_statement", "notice_file_must_contain")
_NUMBERS = ("monthly_active_users_max", "annual_revenue_threshold_usd", "monthly_revenue_threshold_usd")
# A word that stands in every text with the duty, in English or Chinese.
_WORDS = {
    "indemnity_required": r"indemnif|hold harmless|赔偿",
    "patent_termination": r"litigation|lawsuit|legal claim|proceeding|patent claim|诉讼",
    "sublicensing_forbidden": r"sub-?licens|再许可",
    "reverse_engineering_forbidden": r"reverse|decompil",
    "distilled_models_are_derivatives": r"distill|synthetic|output patterns|imitat|outputs? |蒸馏|合成数据",
    "license_copy_required": r"copy of (?:this|the|such)|provide a copy|include (?:a copy|this)|permission notice|copies of|pass(?:es|ed)? on|text of|retain|provide the source|副本",
    "revocable": r"revo[ck]|terminat|可撤销|终止",
    "competing_products_forbidden": r"compet",
    "content_filter_required": r"filter|review|moderat",
    "no_patent_license": r"patent",
    "royalty_percent": r"royalt",
}


def unsupported(entry: ModelLicense, text: str) -> Iterator[tuple[str, Any]]:
    """Yield each term of ``entry``, with its value, of which ``text`` has no trace."""
    flattened = _flat(text)
    for name, value in entry.terms.items():
        if name in _PHRASES:
            found = _flat(value) in flattened
        elif name in _NUMBERS:
            found = any(form in flattened for form in _forms(value))
        else:
            found = not value or name not in _WORDS or re.search(_WORDS[name], text, re.IGNORECASE) is not None
        if not found:
            yield name, value


def _forms(number: int) -> tuple[str, ...]:
    return (_flat(f"{number:,}"), f"{number // 10**6} million", str(number), f"{number // 10**4}万")


def _flat(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text.lower()).strip()
