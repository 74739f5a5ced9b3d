"""What a person would write to settle a finding: the ``[[waiver]]`` or ``[[curation]]`` to paste, for them to complete."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from msgspec import Struct

from licscan.core.finding import FileFinding
from licscan.core.identity import evidence_digest
from licscan.core.verdict import OWN_CODES, SubjectKind, Violation
from licscan.core.waiver import WaiverReason
from licscan.policy.normal import NONE
from licscan.policy.waive import without_version

# A path of a waiver is a glob as in an ignore file.
_GLOB = re.compile(r"[\\*?\[\]]")
_NAME_GLOB = re.compile(r"[*?\[]")
# What is to be decided stays empty: an empty value is refused with its line.
_OPEN = {
    "reason": ", ".join(reason.value for reason in WaiverReason),
    "comment": "why the finding may stand, in a sentence",
    "why": "why the detection is wrong, in a sentence",
    "by": "who answers for it: a name or an address",
    "expires": "the last day on which it counts, for example 2027-06-30",
    "concluded": f"what the file really says: an expression, or {NONE!r}",
}


class Home(Struct, frozen=True, kw_only=True):
    """Where a block is to stand: ``table`` comes before its name (``tool.licscan.`` in a manifest), ``below`` before its paths."""

    table: str = ""
    below: str = ""


def waiver_block(violation: Violation, home: Home) -> str | None:
    """Return the waiver for one finding, ``None`` for one that cannot be waived."""
    if violation.code in OWN_CODES:
        return None
    subject = violation.subject
    is_file = subject.kind is SubjectKind.FILE
    path = _GLOB.sub(r"\\\g<0>", home.below + subject.id)
    known = {"path": path} if is_file else {"component": _component(subject.id)}
    known |= {"code": violation.code, "approved": violation.expression_spdx or NONE}
    if is_file:
        known["evidence"] = evidence_digest(violation)
    return "\n".join(_table(f"{home.table}waiver", known, ("reason", "comment", "by", "expires")))


def curation_block(finding: FileFinding, home: Home) -> str | None:
    """Return the correction of what is detected in a file, ``None`` where nothing is."""
    if not finding.expression:
        return None
    known = {"path": home.below + finding.path, "detected": finding.expression_spdx or finding.expression}
    return "\n".join(_table(f"{home.table}curation", known, ("concluded", "why", "by")))


def _component(name: str) -> str:
    """The component in whatever version: another licence lapses the waiver, a new version does not."""
    shown = without_version(name) if name.startswith("pkg:") else name
    return _NAME_GLOB.sub(r"[\g<0>]", shown)


def _table(name: str, known: dict[str, str], left: tuple[str, ...]) -> Iterator[str]:
    yield f"[[{name}]]"
    for key, value in known.items():
        # JSON's escapes are TOML's too.
        yield f"{key} = {json.dumps(value)}"
    for key in left:
        yield f'{key} = ""  # {_OPEN[key]}'
