"""Where a repository's hooks are: the one place of a repository that licscan writes to, when its user says so."""

from __future__ import annotations

import os
from pathlib import Path

from licscan.core.text import visible
from licscan.errors import UsageError
from licscan.select.git.config import parse_config
from licscan.select.git.place import Place

_LIMIT = 4 * 1024 * 1024  # bytes of a configuration


def hook_place(place: Place, name: str) -> Path:
    """Return the file that git runs as the hook ``name``, in the repository's own folder of hooks.

    Raises ``UsageError`` where git would run those of another folder (``core.hooksPath``: it may be anybody's), and where a link
    leads out of the repository: neither is written to.
    """
    hooks = place.common.place("hooks")
    if "core.hookspath" in place.config or _is_set_by_the_user():
        raise UsageError(
            "git runs the hooks of another folder (core.hooksPath)",
            where=visible(str(place.root)),
            hint="let that folder's pre-commit hook run `licscan check --staged`",
        )
    if os.path.lexists(hooks) and (os.path.islink(hooks) or not place.common.has_folder("hooks")):
        raise UsageError(
            "the folder of hooks is a link to another one, and nothing is written through a link",
            where=visible(hooks),
            hint="let the pre-commit hook in that folder run `licscan check --staged`",
        )
    return Path(hooks, name)


def _is_set_by_the_user() -> bool:
    """Whether the user's own configuration names a folder of hooks for all repositories."""
    home = os.path.expanduser("~")
    above = os.environ.get("XDG_CONFIG_HOME") or os.path.join(home, ".config")
    named = os.environ.get("GIT_CONFIG_GLOBAL")
    files = [named] if named else [os.path.join(home, ".gitconfig"), os.path.join(above, "git", "config")]
    return any("core.hookspath" in parse_config(_content(file)) for file in files)


def _content(file: str) -> bytes:
    try:
        with open(file, "rb") as stream:
            return stream.read(_LIMIT)
    except OSError:
        return b""
