"""Configuration of licence tools: lists of what is permitted and forbidden, which license nothing."""

from __future__ import annotations

import posixpath
import re

from licscan.core.finding import FileKind, Match
from licscan.statements.context import context_of
from licscan.util.lazy_pattern import lazy

_VERDICT = (
    r"(?:allow(?:ed|list)?|den(?:y|ied|ylist)|forbid(?:den)?|block(?:ed|list)?|black[-_ ]?list(?:ed)?|white[-_ ]?list(?:ed)?|ban(?:ned)?|permit(?:ted)?|accept(?:ed|able)?|approved?|unapproved"
    r"|(?:un)?authori[sz]ed|reject(?:ed)?|prohibit(?:ed|s)?|disallow(?:ed)?|restrict(?:ed)?|fail[-_ ]?on|only[-_ ]?allow|incompatible|compatible|unwanted|ignored?|whitelisted|exempt(?:ed)?|clarif(?:y|ication)s?)"
)
# A key that gives a verdict: "allow", "deny-licenses", "licensesForbidden"; "exclude" and "exceptions" only beside a word about licences.
_KEY = lazy(rf"(?:^|[-_.\s]|(?<=[a-z])(?=[A-Z])){_VERDICT}(?:$|[-_.\s]|(?=[A-Z])|licen[cs]es?)", re.IGNORECASE)
_WEAK_KEY = lazy(
    r"exclud\w*|exceptions?|unencumbered|reciprocal|notice|permissive|copyleft|policy|polic(?:y|ies)|rules?|categor\w+",
    re.IGNORECASE,
)
_LICENSE_WORD = lazy(r"licen[cs]|spdx", re.IGNORECASE)
# On the line of the match itself: an option of a command, or a name of a list in a program.
_OPTION = lazy(
    rf"(?<![\w.-])--?(?:{_VERDICT}|fail(?:On|-on)?|exclude|only|ignore)[\w-]*(?:[= ]|\\?[\"'])|\b\w*(?:{_VERDICT})\w*licen[cs]\w*[\"']?\s*(?:[:=(]|=>)|\blicen[cs]\w*?_?(?:{_VERDICT})\w*[\"']?\s*(?:[:=(]|=>)",
    re.IGNORECASE,
)
_MAX_WORDS = 20
_TOOL_FILES = frozenset(
    """deny.toml about.toml trivy.yaml .licensee.json .licrc liccheck.ini license_finder.yml dependency_decisions.yml doc/dependency_decisions.yml .ort.yml
    license-checker-config.json license-checker.json .license-checker.json licenses-policy.yml .grant.yaml licenserc.toml .fossa.yml .whitesource
    pip-licenses.toml licensecheck.toml .licensed.yml""".split()
)


def configures_a_tool(match: Match, kind: FileKind) -> bool:
    """Whether a match names a licence that a tool is to permit, forbid or ignore."""
    if match.matched_length > _MAX_WORDS or match.kind == "text" or kind in (FileKind.LEGAL, FileKind.BINARY):
        return False
    if match.syntax == "comment":
        return False
    lines = [line[:2_000] for line in context_of(match).own]
    if any(map(_OPTION.search, lines)):
        return True
    if kind is FileKind.PROSE:
        return False
    if any(map(_KEY.search, match.within)):
        return True
    name = posixpath.basename(match.path).lower()
    if name in _TOOL_FILES:
        return True
    about_licenses = any(map(_LICENSE_WORD.search, (*match.within, name)))
    return about_licenses and any(map(_WEAK_KEY.search, match.within))
