"""Known findings in a file to commit: an old codebase starts today, and pays its debts when it can."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from licscan.core.identity import Identity, compare, identity
from licscan.core.marker import MARKER
from licscan.core.result import Audit
from licscan.core.verdict import Suppression, SuppressionKind, Violation
from licscan.errors import UsageError
from licscan.policy.waive import OWN_CODES

DEFAULT_NAME = "licscan-baseline.json"
VERSION = 1
_REWRITE = "write it again: `licscan check --write-baseline`"


class _Known(Struct, frozen=True, kw_only=True):
    """One finding. Only ``key`` and ``path`` are compared; the rest is for whoever reads the file's changes."""

    key: str
    path: str
    code: str
    rule: str
    subject: str
    licence: str


class _File(Struct, frozen=True, kw_only=True):
    marker: str
    version: int
    policy: str
    findings: tuple[_Known, ...]


class _Head(Struct, frozen=True, kw_only=True):
    marker: str
    version: int


def baseline_text(audit: Audit, violations: Sequence[Violation]) -> bytes:
    """Return the baseline that knows ``violations``: one finding a line, sorted, so that changes can be read.

    What is said of waivers and corrections themselves is never known: it is there to be mended.
    """
    known = sorted(
        ((identity(each), each) for each in violations if each.code not in OWN_CODES),
        key=lambda pair: (pair[0], pair[1].id),
    )
    lines = [
        json.dumps(
            {
                "key": found.key,
                "path": found.path,
                "code": violation.code,
                "rule": violation.rule,
                "subject": violation.subject.id,
                "licence": violation.expression_spdx or "",
            },
            ensure_ascii=True,
        )
        for found, violation in known
    ]
    head = f'"marker": {json.dumps(MARKER)},\n "version": {VERSION},\n "policy": {json.dumps(audit.policy.name)},'
    body = ",\n  ".join(lines)
    return f'{{{head}\n "findings": [{f"{chr(10)}  {body}{chr(10)} " if lines else ""}]\n}}\n'.encode()


def read_baseline(content: bytes, where: str) -> tuple[Identity, ...]:
    """Return what a baseline knows. Raises ``UsageError`` for what is none, is broken, or is of another version."""
    try:
        head = msgspec.json.decode(content, type=_Head)
        if head.marker == MARKER and head.version != VERSION:
            age = "a newer" if head.version > VERSION else "an older"
            raise UsageError(
                f"this baseline was written by {age} licscan (version {head.version}; this one reads {VERSION})",
                where=where,
                hint="upgrade licscan" if head.version > VERSION else _REWRITE,
            )
        read = msgspec.json.decode(content, type=_File)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise UsageError(f"this is no baseline: {error}", where=where, hint=_REWRITE) from error
    if read.marker != MARKER:
        raise UsageError("this is no baseline of licscan's", where=where, hint=_REWRITE)
    return tuple(Identity(known.key, known.path) for known in read.findings)


def write_baseline(path: Path, content: bytes) -> None:
    """Write beside the target first, so that a failure never leaves half a baseline."""
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(temporary, 0o666 & ~mask)
        os.replace(temporary, path)
    except OSError as error:
        raise UsageError(
            f"cannot be written: {error.strerror}", where=str(path), hint="name another file with --baseline"
        ) from error


class Known(Struct, frozen=True, kw_only=True):
    """What a baseline makes of findings: ``new`` it does not know, ``old`` it does; ``gone`` counts what is no more."""

    new: tuple[Violation, ...]
    old: tuple[Suppression, ...]
    gone: int


def apply_baseline(violations: Sequence[Violation], known: Sequence[Identity], name: str) -> Known:
    """Compare findings with a baseline called ``name``."""
    done = compare(violations, known)
    old = tuple(
        Suppression(kind=SuppressionKind.BASELINE, violation=violation, why=f"known: it stands in {name}")
        for violation in done.old
    )
    return Known(new=done.new, old=old, gone=len(done.gone))
