"""The baseline: known findings in a file to commit, so that only new findings fail."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
import msgspec.structs
from msgspec import Struct
from msgspec.structs import replace

from licscan import __version__
from licscan.core.identity import Identity, compare, identity
from licscan.core.message import message, path
from licscan.core.result import Audit
from licscan.core.text import plain_message
from licscan.core.verdict import OWN_CODES, GoneFinding, SubjectKind, Suppression, SuppressionKind, Violation
from licscan.errors import UsageError
from licscan.util.output_file import write_file
from licscan.util.system import READ_UNTRUSTED

DEFAULT_NAME = "licscan-baseline.json"
VERSION = 1
# Characters: names and expressions are shorter, texts of licences longer.
_MAX_FIELD = 1_000
_REWRITE = "write it again: `licscan check --write-baseline`"


class KnownFinding(Struct, frozen=True, kw_only=True):
    """One finding of a baseline. Only ``key`` and ``path`` are compared; the rest is for readers of the file's changes."""

    key: str
    path: str
    code: str
    rule: str
    subject: str
    licence: str

    @property
    def identity(self) -> Identity:
        return Identity(self.key, self.path)


class Baseline(Struct, frozen=True, kw_only=True):
    """A baseline file. ``licscan`` is the version that wrote it; 0.1 did not record its version."""

    version: int
    policy: str
    findings: tuple[KnownFinding, ...]
    licscan: str = "0.1"


class _StrictFinding(KnownFinding, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class _Strict(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A baseline that holds nothing else: no licence text can stand in it under another name."""

    version: int
    policy: str
    findings: tuple[_StrictFinding, ...]
    licscan: str = ""


class _Head(Struct, frozen=True, kw_only=True):
    version: int


def known_findings(violations: Sequence[Violation], below: str = "") -> list[KnownFinding]:
    """Return what a baseline holds of ``violations``; ``below`` comes before their paths, as in ``apply_baseline``.

    Findings about waivers and corrections themselves are left out: they are there to be fixed.
    """
    pairs = [(identity(each), each) for each in violations if each.code not in OWN_CODES]
    pairs.sort(key=lambda pair: (pair[0], pair[1].id))
    return [
        KnownFinding(
            key=found.key,
            path=below + found.path,
            code=violation.code,
            rule=violation.rule,
            subject=f"{below if violation.subject.kind is SubjectKind.FILE else ''}{violation.subject.id}",
            licence=violation.expression_spdx or "",
        )
        for found, violation in pairs
    ]


def baseline_text(audit: Audit, known: Iterable[KnownFinding]) -> bytes:
    """Return the baseline that holds ``known``: one finding a line, sorted, so that changes can be read."""
    ordered = sorted(known, key=lambda each: each.identity)
    lines = [json.dumps(msgspec.to_builtins(each), ensure_ascii=True) for each in ordered]
    head = f'"version": {VERSION},\n "licscan": "{__version__}",\n "policy": {json.dumps(audit.policy.name)},'
    body = ",\n  ".join(lines)
    return f'{{{head}\n "findings": [{f"{chr(10)}  {body}{chr(10)} " if lines else ""}]\n}}\n'.encode()


def read_baseline(content: bytes, where: str) -> Baseline:
    """Return a baseline. Raises ``UsageError`` for what is none, is broken, or is of another version."""
    try:
        head = msgspec.json.decode(content, type=_Head)
        if head.version != VERSION:
            age = "a newer" if head.version > VERSION else "an older"
            raise UsageError(
                f"this baseline was written by {age} licscan (version {head.version}; this one reads {VERSION})",
                where=where,
                hint="upgrade licscan" if head.version > VERSION else _REWRITE,
            )
        return msgspec.json.decode(content, type=Baseline)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise UsageError(f"this is not a baseline: {plain_message(str(error))}", where=where, hint=_REWRITE) from error


def is_baseline(path: Path) -> bool:
    """Whether the file at ``path``, which is no link, is a baseline and holds nothing else."""
    try:
        descriptor = os.open(path, READ_UNTRUSTED)
        with open(descriptor, "rb") as stream:
            read = msgspec.json.decode(stream.read(), type=_Strict)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return False
    return all(len(text) <= _MAX_FIELD for known in read.findings for text in msgspec.structs.astuple(known))


def write_baseline(path: Path, content: bytes) -> None:
    """Write it whole or not at all. Raises as ``write_file`` does."""
    write_file(path, lambda stream: stream.write(content), within=[path.parent])


class Known(Struct, frozen=True, kw_only=True):
    """Findings compared with a baseline: ``new`` are not in it, ``old`` are, and ``gone`` are entries that match no finding.

    ``written_by`` is the version of licscan that wrote the baseline.
    """

    new: tuple[Violation, ...]
    old: tuple[Suppression, ...]
    gone: tuple[GoneFinding, ...]
    written_by: str = __version__


def apply_baseline(violations: Sequence[Violation], baseline: Baseline, name: str, below: str = "") -> Known:
    """Compare findings with a baseline called ``name``, of which only what lies in the folder ``below`` counts: empty for all
    of it, or a path and a slash, which stands before every path of ``violations``."""
    entries = baseline.findings
    inside = [replace(each, path=each.path.removeprefix(below)) for each in entries if each.path.startswith(below)]
    by_identity = {each.identity: each for each in inside}
    done = compare(violations, [each.identity for each in inside])
    old = tuple(
        Suppression(
            kind=SuppressionKind.BASELINE,
            violation=violation,
            why=message("known", "known: it is in {path}", path=path(name)),
        )
        for violation in done.old
    )
    gone = tuple(_gone(by_identity[each]) for each in done.gone)
    return Known(new=done.new, old=old, gone=gone, written_by=baseline.licscan)


def _gone(known: KnownFinding) -> GoneFinding:
    return GoneFinding(path=known.path, code=known.code, license=known.licence)
