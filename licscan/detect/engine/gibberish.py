"""Telling a licence's short name in a binary from bytes that happen to spell it."""

from __future__ import annotations

from licscan.detect.engine import flags
from licscan.detect.engine.match import Match
from licscan.detect.engine.matched_text import matched_text

# A rule's text of so many characters is no accident.
_LONG_ENOUGH = 5
# A rule of at least this relevance may have one more character around it.
_RELEVANT = 80


def is_gibberish(match: Match) -> bool:
    rule = match.rule
    if rule.length != 1 or not match.query.text.is_binary or not rule.flags & (flags.REFERENCE | flags.CLUE):
        return False
    return not is_meant(matched_text(match).strip(), rule.text, extra=1 if rule.relevance >= _RELEVANT else 0)


def is_meant(matched: str, rule: str, *, extra: int) -> bool:
    """Tell whether ``matched`` is the name that ``rule`` has, by its case and by the characters around it.

    >>> is_meant("Gpl", "GPL", extra=0), is_meant("gPl", "GPL", extra=0), is_meant("GPL[", "GPL", extra=0)
    (True, False, False)
    """
    matched_words, rule_words = " ".join(matched.split()), " ".join(rule.split())
    if matched == rule or matched_words == rule_words or len(rule_words) >= _LONG_ENOUGH:
        return True
    difference = len(matched_words) - len(rule_words)
    if difference and difference != extra:
        return False
    if rule.endswith("+"):
        matched, rule = matched.rstrip("+"), rule.rstrip("+")
    return matched.istitle() or matched in (matched.lower(), matched.upper()) or rule in matched
