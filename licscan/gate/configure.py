"""The configuration of one side of a change: read from what git holds, with the policy that it names."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from licscan.config.settings import CONFIG_NAME, Settings
from licscan.errors import UsageError
from licscan.gate.view import Contents
from licscan.policy.schema import Policy
from licscan.select.changes import Listing
from licscan.util.paths import below

_EXTENDS = re.compile(rb"^extends:\s*[\"']?([^\"'\s#]+\.ya?ml)", re.MULTILINE)
_MAX_FILES = 8

# Reads the configuration in a folder, puts the options of the command line on top.
SettingsOf = Callable[[Path], Settings]
PolicyOf = Callable[[Settings], Policy]


class Configuration(Struct, frozen=True, kw_only=True):
    """What holds for one side. ``own`` are the files of the repository that steer licscan, and are not scanned."""

    settings: Settings
    policy: Policy
    own: frozenset[bytes]


class Configurer:
    """Lays out the configuration files of a listing in a private folder, and reads them there."""

    def __init__(self, contents: Contents, folder: Path, settings_of: SettingsOf, policy_of: PolicyOf) -> None:
        self._contents = contents
        self._folder = folder
        self._settings_of = settings_of
        self._policy_of = policy_of
        self._made = 0

    def read(self, listing: Listing) -> Configuration:
        """Return the configuration in ``listing``. Raises ``SettingsError`` or ``PolicyError``, the file named as in the repository."""
        self._made += 1
        try:
            return self._read(listing)
        except UsageError as error:
            inside = f"{self._folder / f'configuration-{self._made}'}{os.sep}"
            what, where = (text.replace(inside, "") for text in (error.what, error.where or ""))
            raise type(error)(what, where=where, hint=error.hint) from error

    def _read(self, listing: Listing) -> Configuration:
        folder = self._folder / f"configuration-{self._made}"
        folder.mkdir()
        own = {CONFIG_NAME.encode()} & listing.keys()
        for name in (CONFIG_NAME, "pyproject.toml"):
            self._lay(listing, name.encode(), folder)
        settings = self._settings_of(folder)
        policy_file = _relative(Path(settings.policy), folder)
        while policy_file and len(own) < _MAX_FILES and policy_file in listing and policy_file not in own:
            own.add(policy_file)
            extended = _EXTENDS.search(self._lay(listing, policy_file, folder))
            beside = posixpath.dirname(policy_file)
            policy_file = posixpath.normpath(posixpath.join(beside, extended[1])) if extended else None
        return Configuration(settings=settings, policy=self._policy_of(settings), own=frozenset(own))

    def _lay(self, listing: Listing, path: bytes, folder: Path) -> bytes:
        if path not in listing:
            return b""
        if not listing[path].is_file:
            # Told where it is read: what does not hold here must not pass for no configuration at all.
            if path == CONFIG_NAME.encode():
                (folder / CONFIG_NAME).symlink_to("nothing")
            return b""
        location = self._contents.locate(listing, [path])[path]
        content = Path(location).read_bytes()
        target = folder / os.fsdecode(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        return content


def _relative(path: Path, folder: Path) -> bytes | None:
    if path.suffix not in (".yaml", ".yml"):
        return None
    relative = below(str(path), str(folder))
    return None if relative is None else os.fsencode(relative)
