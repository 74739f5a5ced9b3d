"""What a file is used for: its path, and the scope of the component that it belongs to."""

from __future__ import annotations

from functools import lru_cache

from msgspec import Struct
from pathspec import GitIgnoreSpec

from licscan.core.component import SHIPPED, Component, ComponentKind, Scope
from licscan.util.rule_data import packaged, read_sections

FILE = "scopes.yaml"


class ScopeRule(Struct, frozen=True):
    """Paths that share a scope, and why."""

    scope: Scope
    paths: GitIgnoreSpec
    reason: str
    source: str


@lru_cache(maxsize=1)
def packaged_scopes() -> tuple[ScopeRule, ...]:
    """Return the rules of ``rules/scopes.yaml`` in order; raise ``RuleFileError``."""
    return read_scopes(packaged(FILE), FILE)


def read_scopes(text: str, file: str) -> tuple[ScopeRule, ...]:
    """Read the data file ``text``; raise ``RuleFileError``."""
    return tuple(
        ScopeRule(
            scope=entry.choice("scope", Scope),
            paths=GitIgnoreSpec.from_lines(entry.texts("patterns")),
            reason=entry.text("reason"),
            source=entry.text("source"),
        )
        for section in [read_sections(text, file, ("scopes",))["scopes"]]
        for entry in section
        if entry.allow("scope", "patterns", "reason", "source")
    )


def scope_of(path: str, owner: Component | None) -> Scope:
    """Return the scope of the file ``path``, which belongs to ``owner``.

    What is inside a shipped component may be less than that (its tests); nothing inside a component that is not shipped
    is more. A component that itself lies in a folder of tests is for tests. Its own folder's name says nothing: a
    package may be called ``test``.
    """
    directory = owner.directory if owner and owner.directory is not None else ""
    inside = path[len(directory) + 1 :] if directory else path
    base = owner.scope if owner else Scope.RUNTIME
    if base not in SHIPPED:
        return base
    around = directory.rpartition("/")[0]
    return _by_path(inside) or (_by_path(f"{around}/-") if around else None) or base


def component_scope(component: Component) -> Scope:
    """Return what a component is used for: less than it says itself where its folder, or every file that names it, is for less.

    A package that only ``tests/requirements.txt`` asks for is a package of the tests.
    """
    if component.scope not in SHIPPED or component.kind is ComponentKind.PROJECT:
        return component.scope
    if component.directory:
        around = component.directory.rpartition("/")[0]
        return (_by_path(f"{around}/-") if around else None) or component.scope
    named = {_by_path(location.path) for location in component.locations}
    return next(iter(named), None) or component.scope if len(named) == 1 else component.scope


@lru_cache(maxsize=16_384)
def _by_path(path: str) -> Scope | None:
    lowered = path.lower()
    return next((rule.scope for rule in packaged_scopes() if rule.paths.match_file(lowered)), None)
