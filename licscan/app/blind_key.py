"""The key of a blind audit: where it may lie, and how it is made. Whoever has it can guess names and paths and check the guess."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from licscan.errors import UsageError

_KEY_BYTES = 32
_VERSION_CONTROL = (".git", ".hg", ".svn", ".bzr", "_darcs", "CVS", ".jj", ".fslckout", ".pijul")
_ELSEWHERE = "choose another --blind-key, outside the target and outside version control"


def key_file(given: Path | None, *, targets: Iterable[Path], outputs: Iterable[Path]) -> Path:
    """Return the file of the key: ``given``, or one in the user's state folder.

    Raises ``UsageError`` where it would be passed on with something: with a target, with the reports, or with a directory that is under version control.
    """
    targets = [target.resolve() for target in targets]
    path = (given or _default(targets)).resolve()
    for folder in outputs:
        if folder.resolve() in (path, *path.parents):
            raise _refused(path, "the key would lie among the reports")
    for top in targets:
        if path == top or top in path.parents:
            raise _refused(path, "the key would lie in the target")
    for folder in path.parents:
        if any(os.path.lexists(folder / name) for name in _VERSION_CONTROL):
            raise _refused(path, f"the key would lie in a directory under version control ({folder})")
    return path


def _default(targets: Iterable[Path]) -> Path:
    """Return the place for the key of these targets: the names that it stands for are kept beside it."""
    import hashlib

    import platformdirs

    try:
        folder = Path(platformdirs.user_state_dir("licscan", appauthor=False))
    except RuntimeError:  # an unknown user, and no HOME
        folder = Path("~")
    if not folder.is_absolute():
        raise UsageError(
            "the user has no home folder for the key", where="HOME", hint="name the key's file with --blind-key"
        )
    digest = hashlib.sha256("\0".join(sorted(map(str, targets))).encode("utf-8", "surrogateescape")).hexdigest()
    return folder / f"blind-{digest[:12]}.key"


def _refused(path: Path, why: str) -> UsageError:
    return UsageError(why, where=str(path), hint=_ELSEWHERE)


def read_key(path: Path) -> bytes:
    """Return the key in ``path``, or make one that only its owner can read. Raises ``UsageError`` where that cannot be."""
    try:
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as stream:
                stream.write(secrets.token_hex(_KEY_BYTES) + "\n")
        key = path.read_bytes().strip()
    except OSError as error:
        raise UsageError(
            f"cannot be used: {error.strerror}", where=str(path), hint="choose another --blind-key"
        ) from error
    if len(key) < _KEY_BYTES:
        raise UsageError(
            f"the key is shorter than {_KEY_BYTES} bytes", where=str(path), hint="remove it: a new one is made"
        )
    return key
