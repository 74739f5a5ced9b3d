"""Where a repository is. A ``.git`` file or link is followed out of its folder only to a repository that names the folder back.

The naming back is what somebody who made a tree cannot forge: it stands in the repository that is pointed to, and that is
the user's own. ``git worktree`` and ``git submodule`` write it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from licscan.core.text import visible
from licscan.errors import UsageError
from licscan.select.git.config import Config, is_true, parse_config
from licscan.select.git.files import SMALL, BrokenRepository, GitFolder, open_regular

_CONFIG_LIMIT = 4 * 1024 * 1024
_POINTER = b"gitdir:"
_HASH_SIZES = {"sha1": 20, "sha256": 32}


class Place(Struct, frozen=True):
    """A repository with a work tree: ``root`` is its top, ``own`` the folder of this work tree, ``common`` that of all of them.

    ``hash_size`` is the length of an object's name, in bytes.
    """

    root: Path
    own: GitFolder
    common: GitFolder
    config: Config
    hash_size: int


class ForeignRepository(UsageError):
    """A ``.git`` that leads to a repository outside its folder, which does not name the folder back."""


def find_place(folder: Path) -> Place | None:
    """Return the repository around ``folder``, ``None`` when there is none.

    Raises ``ForeignRepository``, and ``BrokenRepository`` when the nearest ``.git`` cannot be understood.
    """
    start = Path(os.path.realpath(folder))
    for root in (start, *start.parents):
        git = _git_folder(root)
        if git is not None and _is_repository(git):
            return _place(root, git)
    return None


def _git_folder(root: Path) -> str | None:
    """Return the Git directory that ``root`` has or points to."""
    dot_git = str(root / ".git")
    if os.path.isdir(dot_git):
        return dot_git
    if not os.path.lexists(dot_git):
        return None
    stream = open_regular(dot_git)
    if stream is None:
        return None
    with stream:
        content = stream.read(SMALL)
    if not content.startswith(_POINTER) or b"\0" in content:
        return None
    target = os.fsdecode(content[len(_POINTER) :].strip(b" \t").rstrip(b"\r\n"))
    return os.path.join(str(root), target) if target else None


def _is_repository(git: str) -> bool:
    return os.path.lexists(os.path.join(git, "HEAD")) and (
        os.path.isdir(os.path.join(git, "objects")) or os.path.lexists(os.path.join(git, "commondir"))
    )


def _place(root: Path, git: str) -> Place:
    own = GitFolder(git)
    common = _common(own)
    config = _config(own, common)
    inside = own.path.startswith(f"{str(root).rstrip(os.sep)}{os.sep}")
    if not inside and not _names_back(root, own, common, config):
        raise ForeignRepository(
            f"its .git leads to {visible(own.path)}, which is outside and does not name this folder as its work tree",
            where=visible(str(root)),
            hint="if both are yours, let it do so: `git worktree repair`, or `git config core.worktree <this folder>` there",
        )
    _check_work_tree(root, own, common, config)
    size = _HASH_SIZES.get(config.get("extensions.objectformat", "sha1").lower())
    if size is None:
        raise own.broken("config", "names an object format that licscan does not know")
    return Place(root=root, own=own, common=common, config=config, hash_size=size)


def _common(own: GitFolder) -> GitFolder:
    """Return the folder that all work trees of a repository share: of a linked one it is two levels up, and nowhere else."""
    named = own.read("commondir")
    if named is None:
        return own
    path = os.path.realpath(os.path.join(own.path, os.fsdecode(named.replace(b"\0", b"?").rstrip(b"\r\n"))))
    if os.path.dirname(own.path) != os.path.join(path, "worktrees"):
        raise own.broken("commondir", "names a repository that this is no work tree of")
    return GitFolder(path)


def _config(own: GitFolder, common: GitFolder) -> Config:
    config = dict(parse_config(common.read("config", _CONFIG_LIMIT) or b""))
    if is_true(config, "extensions.worktreeconfig"):
        config.update(parse_config(own.read("config.worktree", _CONFIG_LIMIT) or b""))
    return config


def _names_back(root: Path, own: GitFolder, common: GitFolder, config: Config) -> bool:
    if own.path != common.path:
        return any(os.path.realpath(path) == str(root / ".git") for path in _work_tree_files(own))
    named = config.get("core.worktree")
    return named is not None and os.path.realpath(os.path.join(own.path, named.replace("\0", "?"))) == str(root)


def _work_tree_files(own: GitFolder) -> Iterator[str]:
    """Yield the ``.git`` file that a linked work tree's folder names."""
    named = own.read("gitdir")
    if named:
        yield os.path.join(own.path, os.fsdecode(named.replace(b"\0", b"?").rstrip(b"\r\n")))


def _check_work_tree(root: Path, own: GitFolder, common: GitFolder, config: Config) -> None:
    """Raise ``UsageError`` where the configuration means another work tree than the folder that the repository was found in."""
    named = config.get("core.worktree")
    if named is None or own.path != common.path:
        return
    if os.path.realpath(os.path.join(own.path, named.replace("\0", "?"))) != str(root):
        raise UsageError(
            f"the configuration of {visible(own.path)} puts its work tree elsewhere",
            where=visible(str(root)),
            hint="take core.worktree out of that configuration: `git config --unset core.worktree`",
        )


def is_bare(place: Place) -> bool:
    """Whether the repository says that it has no work tree."""
    is_linked = place.own.path != place.common.path
    return not is_linked and is_true(place.config, "core.bare") and "core.worktree" not in place.config


__all__ = ["BrokenRepository", "ForeignRepository", "Place", "find_place", "is_bare"]
