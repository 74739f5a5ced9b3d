"""What one file says of a model: the words between the readers and the joining of what they read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightsHeader:
    """What the header of a weights file says. ``metadata`` holds its texts under the format's own keys."""

    format: str
    metadata: Mapping[str, str] = field(default_factory=dict)
    parameters: int | None = None
    architecture: str | None = None
