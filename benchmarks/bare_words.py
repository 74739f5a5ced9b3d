"""Derive ``licscan/rules/bare_words.yaml`` from the rule data of the installed ScanCode.

    python benchmarks/bare_words.py > licscan/rules/bare_words.yaml

A bare-word rule is one whose whole text is the name of a licence and nothing that says what the name is there for: one
word, or an abbreviation of the GPL family with a version. Licence texts, notices, introductions, false positives and
deprecated rules are none.
"""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

# ScanCode's own words are runs of letters and digits, with a plus sign behind or inside them.
_WORD = re.compile(r"[^_\W]+(?:\+[^_\W]*)*", re.UNICODE)
_ABBREVIATION = re.compile(r"(?:gnu)?(?:[al]|la)?gpl(?:v?\d+)?(?:plus|ed|d|h)?\+?")
_QUALIFIER = re.compile(r"gnu|v|v?\d+\+?|only|plus|or|later")
_NEVER = ("is_license_text", "is_license_notice", "is_license_intro", "is_false_positive", "is_deprecated")

_HEADER = """\
# ScanCode's bare-word rules: a match of one of them says that a word stands there, not what it is there for.
# Written by benchmarks/bare_words.py from the rule data of ScanCode {version}; a test compares the two.
# An entry is a rule's id and the words of its text.
"""
_GROUPS = (
    (
        "abbreviation",
        "The whole rule is an abbreviation of the GPL family, perhaps with a version: in code it is as well a name in the program",
    ),
    ("word", "The whole rule is one word: in code it is as well a name in the program"),
)


def derive(rules: Path | None = None) -> dict[str, dict[str, str]]:
    """Return group -> rule id -> words, sorted."""
    groups: dict[str, dict[str, str]] = {name: {} for name, _ in _GROUPS}
    for identifier, data, words in _read(rules or installed_rules()):
        if any(data.get(flag) for flag in _NEVER) or not "".join(words).isascii():
            continue
        if data.get("is_license_clue") and "bare" not in identifier:
            continue
        if _is_abbreviation(words):
            groups["abbreviation"][identifier] = " ".join(words)
        else:
            groups["word"][identifier] = words[0]
    return groups


def installed_rules() -> Path:
    """Return the folder of the installed ScanCode's rules, without importing ScanCode."""
    package = importlib.util.find_spec("licensedcode")
    if package is None or not package.submodule_search_locations:
        raise SystemExit("ScanCode is not installed")
    return Path(package.submodule_search_locations[0]) / "data" / "rules"


def _read(folder: Path) -> Iterator[tuple[str, dict[str, Any], list[str]]]:
    for path in sorted(folder.glob("*.RULE")):
        _, front, text = path.read_text(encoding="utf-8").split("---\n", 2)
        words = _WORD.findall(text.lower())
        if len(words) == 1 or _is_abbreviation(words):
            yield path.name, yaml.safe_load(front), words


def _is_abbreviation(words: list[str]) -> bool:
    named = [word for word in words if _ABBREVIATION.fullmatch(word)]
    return len(named) == 1 and all(word in named or _QUALIFIER.fullmatch(word) for word in words)


def render(groups: dict[str, dict[str, str]], version: str) -> str:
    """Return the data file."""
    source = f"rule data of ScanCode {version} (licensedcode/data/rules)"
    entries = [
        {"group": name, "reason": reason, "source": source, "rules": [f"{i} {w}" for i, w in groups[name].items()]}
        for name, reason in _GROUPS
    ]
    body = yaml.safe_dump({"bare_words": entries}, sort_keys=False, allow_unicode=True, width=1000)
    return _HEADER.format(version=version) + "\n" + body


if __name__ == "__main__":
    from importlib.metadata import version

    sys.stdout.write(render(derive(), version("scancode-toolkit")))
