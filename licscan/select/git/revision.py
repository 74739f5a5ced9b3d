"""Commits by the names that people give them: ``main``, ``v1.0^{commit}``, ``HEAD~3``, ``origin/main@{upstream}``, ``1a2b3c4``."""

from __future__ import annotations

import re

from licscan.select.git.history import History
from licscan.select.git.objects import MissingObject, ObjectStore
from licscan.select.git.place import Place
from licscan.select.git.refs import Refs

_STEP = re.compile(r"(?:\^\{(?P<kind>|commit)\}|\^(?P<parent>\d{0,4})|~(?P<back>\d{0,6}))$")
_AT = re.compile(r"(?P<name>.*)@\{(?P<what>u|upstream|\d{1,9})\}", re.IGNORECASE)
_FULL = re.compile(r"[0-9a-fA-F]{40}(?:[0-9a-fA-F]{24})?")
_SHORT = re.compile(r"[0-9a-fA-F]{4,64}")
_DESCRIBED = re.compile(r".+-\d+-g([0-9a-f]{4,64})")
_LONGEST = 1_000
_MOST_STEPS = 100


class Revisions:
    """Resolves names to commits."""

    def __init__(self, place: Place, refs: Refs, objects: ObjectStore, history: History) -> None:
        self._place, self._refs, self._objects, self._history = place, refs, objects, history

    def commit(self, name: str) -> bytes | None:
        """Return the commit, in hex, that ``name`` stands for, ``None`` when there is none. Raises ``BrokenRepository``."""
        if not name or len(name) > _LONGEST or name.startswith("-") or "\0" in name:
            return None
        steps: list[re.Match[str]] = []
        while match := _STEP.search(name):
            steps.append(match)
            name = name[: match.start()]
            if len(steps) > _MOST_STEPS:
                return None
        found = self._named(name)
        try:
            oid = self._history.peeled(found) if found else None
            for step in reversed(steps):
                oid = self._stepped(oid, step) if oid else None
        except MissingObject:
            return None  # beyond what this clone has
        return oid

    def _stepped(self, oid: bytes, step: re.Match[str]) -> bytes | None:
        if step["kind"] is not None:
            return oid
        if step["parent"] is not None:
            number = int(step["parent"] or 1)
            parents = self._history.commit(oid).parents
            return oid if number == 0 else parents[number - 1] if number <= len(parents) else None
        for _ in range(int(step["back"] or 1)):
            parents = self._history.commit(oid).parents
            if not parents:
                return None
            oid = parents[0]
        self._history.commit(oid)  # it has to be there
        return oid

    def _named(self, name: str) -> bytes | None:
        if _FULL.fullmatch(name):
            return name.lower().encode()
        if match := _AT.fullmatch(name):
            return self._at(match["name"], match["what"])
        found = self._refs.meant("HEAD" if name == "@" else name)
        return found or self._by_digits(name)

    def _at(self, name: str, what: str) -> bytes | None:
        branch = self._branch(name)
        if what.isdigit():
            return self._refs.log_entry("HEAD" if name in ("", "HEAD", "@") else branch or "", int(what))
        short = (branch or "").removeprefix("refs/heads/")
        remote = self._place.config.get(f"branch.{short}.remote")
        merged = self._place.config.get(f"branch.{short}.merge", "")
        if not remote or not merged.startswith("refs/heads/"):
            return None
        tracking = merged if remote == "." else f"refs/remotes/{remote}/{merged.removeprefix('refs/heads/')}"
        return self._refs.find(tracking)

    def _branch(self, name: str) -> str | None:
        """Return the full name of the ref that is meant in front of ``@{...}``."""
        if name in ("", "HEAD", "@"):
            return self._refs.head_branch()
        for full in (name, f"refs/{name}", f"refs/tags/{name}", f"refs/heads/{name}", f"refs/remotes/{name}"):
            if self._refs.find(full):
                return full
        return None

    def _by_digits(self, name: str) -> bytes | None:
        described = _DESCRIBED.fullmatch(name)
        digits = (described[1] if described else name).lower()
        if not _SHORT.fullmatch(digits):
            return None
        found = self._objects.beginning_with(digits)
        if len(found) > 1:
            found = {oid for oid in found if self._history.peeled(oid)}
        return found.pop() if len(found) == 1 else None
