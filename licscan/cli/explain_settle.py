"""What to add to licscan.toml where a finding needs no fix: printed alone, so that it can be appended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from licscan.cli.explain_tree import components_called, violations_at
from licscan.core.result import Audit, Inventory
from licscan.core.verdict import Violation
from licscan.errors import UsageError
from licscan.policy.settle import Home, curation_block, waiver_block


class Asked(Struct, frozen=True, kw_only=True):
    """What is to be settled: a component by any of its names, or a file of the tree and a line in it; and where it is written."""

    component: str | None
    path: str | None
    line: int | None
    home: Home


def settling_lines(inventory: Inventory, audit: Audit, asked: Asked, given: Mapping[str, Any]) -> Iterator[str]:
    """Yield the blocks that ``given`` asks for, a blank line before each: the file that they are appended to may end without
    one. Raises ``UsageError`` where there is nothing to settle."""
    if given["curation"]:
        yield f"\n{_curation(inventory, asked)}"
    if given["waiver"]:
        blocks = [
            block
            for violation in _violations(inventory, audit, asked)
            if (block := waiver_block(violation, asked.home))
        ]
        if not blocks:
            raise UsageError(
                "there is no finding about it",
                where=asked.path or asked.component,
                hint="`licscan check` tells where each finding is",
            )
        yield from (f"\n{block}" for block in dict.fromkeys(blocks))


def _curation(inventory: Inventory, asked: Asked) -> str:
    if asked.path is None:
        raise UsageError(
            "a correction is about a file", where="--curation", hint="name the file in which the detection is wrong"
        )
    finding = next((each for each in inventory.findings if each.path == asked.path), None)
    block = curation_block(finding, asked.home) if finding else None
    if block is None:
        raise UsageError("nothing is detected in it", where=asked.path, hint="`licscan explain` tells what is")
    return block


def _violations(inventory: Inventory, audit: Audit, asked: Asked) -> tuple[Violation, ...]:
    if asked.path is not None:
        return violations_at(inventory, audit, asked.path, asked.line)
    called = {component.id for component in components_called(inventory, asked.component or "")}
    return tuple(violation for violation in audit.violations if violation.subject.id in called)
