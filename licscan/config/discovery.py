"""Where the configuration of a target stands."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from licscan.config.settings import has_settings
from licscan.util.contained_files import is_file_inside

if TYPE_CHECKING:
    pass


def config_folder(target: Path) -> Path:
    """Where the configuration of ``target`` is looked for: the nearest folder upwards, within its repository, that has one,
    else one that has a baseline."""
    start = start_of(target)
    chain = [start]
    if not (start / ".git").exists():
        repository = next((folder for folder in start.parents if (folder / ".git").exists()), None)
        if repository is not None:
            chain += [folder for folder in start.parents if folder == repository or repository in folder.parents]
    with_baseline = (folder for folder in chain if is_file_inside(folder, "licscan-baseline.json"))
    return next((folder for folder in chain if has_settings(folder)), None) or next(with_baseline, chain[0])


def start_of(target: Path) -> Path:
    """The folder that the paths of a result count from, resolved: ``target``, or the one that it is in."""
    return (target if target.is_dir() else target.parent).resolve()
