"""Who made the commits of a codebase, as its history claims."""

from __future__ import annotations

from msgspec import Struct


class Domain(Struct, frozen=True):
    """The part after the ``@`` of authors' addresses, and the commits and people that have it."""

    name: str
    commits: int
    people: int


class Authorship(Struct, frozen=True, kw_only=True):
    """``people`` are told apart by their addresses; ``domains`` are those that several share, of most
    commits first; ``first`` and ``last`` are days, empty where
    no commit has one; ``years`` counts commits by year, in order."""

    commits: int
    people: int
    domains: tuple[Domain, ...]
    signed_off: int
    first: str = ""
    last: str = ""
    years: tuple[tuple[str, int], ...] = ()
