"""A finding at a line of a file: what annotations in editors, pull requests and merge requests are made from."""

from __future__ import annotations

import os
from collections.abc import Mapping
from urllib.parse import quote

from msgspec.structs import replace

from licscan.core.component import Component
from licscan.core.identity import identity
from licscan.core.location import Location, from_here
from licscan.core.result import Inventory
from licscan.core.scancode_order import native_name
from licscan.core.text import one_line
from licscan.core.verdict import Outcome, Severity, SubjectKind, Violation

_TEXT = 1_000


class Placer:
    """Tells the line at which a finding is shown: its evidence, the manifest that names its component, or the file that
    the project lacks. ``prefix`` comes before every path: annotations count from the top of the repository."""

    def __init__(self, inventory: Inventory, prefix: str = "") -> None:
        self._components: Mapping[str, Component] = {component.id: component for component in inventory.components}
        self._prefix = prefix

    def at(self, location: Location) -> Location:
        """Return ``location`` seen from the top."""
        return replace(location, path=self.path(location.path))

    def path(self, path: str) -> str:
        """Return ``path``, with its line or without, seen from the top."""
        return from_here(self._prefix, path)

    def place(self, violation: Violation) -> Location:
        """Return where ``violation`` is shown."""
        return self.at(self._place(violation))

    def _place(self, violation: Violation) -> Location:
        if violation.evidence:
            return violation.evidence[0].location
        component = self._components.get(violation.subject.id)
        if component is not None and component.locations:
            return component.locations[0]
        folder = violation.subject.path or ""
        if violation.subject.kind is SubjectKind.FILE:
            return Location(path=folder or violation.subject.id, start_line=1)
        return Location(path=f"{folder}/LICENSE" if folder else "LICENSE", start_line=1)


def level(violation: Violation) -> str:
    """``error`` for what violates the policy, ``warning`` or ``note`` for what is to be looked at."""
    if violation.violates:
        return "error"
    is_small = violation.severity in (Severity.INFO, Severity.LOW) and violation.outcome is not Outcome.DENY
    return "note" if is_small else "warning"


def sentence(violation: Violation) -> str:
    """What was found and how to fix it, on one line."""
    asked = f" {violation.question}" if violation.question else ""
    remarks = "".join(f" {label.capitalize()}: {text}." for label, text in violation.remarks)
    return one_line(f"{violation.message}{remarks}{asked} Fix: {violation.how_to_fix}", _TEXT)


def fingerprint(violation: Violation) -> str:
    """The finding's identity as one word of 32 hexadecimal digits and its path's; lines do not matter."""
    found = identity(violation)
    return f"{found.key}:{quote(found.path)}"


def uri(path: str) -> str:
    """Return a path of a result as a relative reference of RFC 3986, every byte of the name kept."""
    return quote(os.fsencode(native_name(path)), safe="/")
