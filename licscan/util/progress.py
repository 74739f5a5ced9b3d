"""How long work tells that it goes on; library code never prints."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    def step(self, stage: str, done: int, total: int | None) -> None:
        """``done`` of ``total`` items of ``stage`` are ready; ``total`` is ``None`` while unknown."""


class _Silent:
    def step(self, stage: str, done: int, total: int | None) -> None:
        return None


SILENT: Progress = _Silent()
