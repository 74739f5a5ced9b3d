"""A folder below its configuration: whatever path the configuration names counts from where the configuration stands."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

from msgspec.structs import replace

from licscan.config.settings import Settings
from licscan.core.location import Location
from licscan.core.waiver import Curation, Decisions, Waiver

_GLOB = re.compile(r"([*?\[\]\\])")
_ESCAPED = r"\\\1"


def seen_from(settings: Settings, home: Path, folder: Path) -> Settings:
    """Return what ``settings``, which stand in ``home``, say of ``folder``, whose files have paths that count from it.

    Both are resolved paths. Settings of another place, and those of ``folder`` itself, stay as they are.
    """
    if folder == home or home not in folder.parents:
        return settings
    steps = folder.relative_to(home).parts
    below = "".join(f"{os.fsencode(step).decode('utf-8', 'backslashreplace')}/" for step in steps)
    up = "../" * len(steps)
    # Lines of the configuration's own are not scanned: it stands above.
    decisions = Decisions(
        waivers=tuple(_waiver(each, below, up) for each in settings.decisions.waivers),
        curations=tuple(
            _curation(each, below, up) for each in settings.decisions.curations if each.path.startswith(below)
        ),
    )
    return replace(settings, below=below, decisions=decisions)


def excluded(settings: Settings, given: Iterable[str]) -> tuple[str, ...]:
    """Return the patterns of the configuration and of the command line, which count from the folder that is looked at, as
    patterns that all count from where the configuration stands."""
    return (*settings.exclude, *(_below(pattern, settings.below) for pattern in given))


def _below(pattern: str, below: str) -> str:
    sign, body = ("!", pattern[1:]) if pattern.startswith("!") else ("", pattern)
    if not below or not body.strip() or body.startswith("#"):
        return pattern
    start = f"{sign}/{_GLOB.sub(_ESCAPED, below)}"
    return f"{start}{body.lstrip('/')}" if "/" in body.rstrip("/") else f"{start}**/{body}"


def _waiver(waiver: Waiver, below: str, up: str) -> Waiver:
    return replace(waiver, below=below, location=_place(waiver.location, up))


def _curation(curation: Curation, below: str, up: str) -> Curation:
    return replace(curation, path=curation.path.removeprefix(below), location=_place(curation.location, up))


def _place(location: Location, up: str) -> Location:
    return replace(location, path=up + location.path)
