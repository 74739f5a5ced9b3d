"""Older documents made into today's, one version at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from licscan.document.envelope import SCHEMA_VERSION
from licscan.errors import UsageError

# Plain JSON in, plain JSON of the next version out: the types of a past version are not kept.
Step = Callable[[dict[str, Any]], dict[str, Any]]


def _as_it_is(document: dict[str, Any]) -> dict[str, Any]:
    """Return what needs no change: the next version only has more fields, and what they hold by default is true of it."""
    return document


# The version that a step starts from -> (the version that it leads to, the step). 1.0 is the first version.
STEPS: Mapping[str, tuple[str, Step]] = {
    "1.0": ("1.1", _as_it_is),  # 1.1: statements outside files (REUSE), altered licence texts
}


def migrate(
    document: dict[str, Any],
    *,
    where: str | None = None,
    target: str = SCHEMA_VERSION,
    steps: Mapping[str, tuple[str, Step]] = STEPS,
) -> dict[str, Any]:
    """Return ``document`` in the version ``target``; raise ``UsageError`` for a version that no step leads on from."""
    version = document["licscan"]["schema"]
    while version != target:
        if version not in steps:
            raise UsageError(
                f"a result of schema {version} cannot be read any more",
                where=where,
                hint="Make the result again with 'licscan scan'.",
            )
        version, step = steps[version]
        document = step(document)
        document["licscan"]["schema"] = version
    return document
