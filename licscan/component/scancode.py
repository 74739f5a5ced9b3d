"""The door to ScanCode's licence and package data; nothing else in this package imports it.

Importing it takes a second, so it is opened only when a file needs it. What comes through is typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from packageurl import PackageURL

from licscan.component.base import (
    Package,
    Reading,
    Requirement,
    Statement,
    StatementForm,
    base_of,
    parent_of,
    project_ref,
)
from licscan.component.formats import BrokenManifest
from licscan.component.license_names import simple_name
from licscan.core.component import ComponentKind, Scope
from licscan.core.expression import ExpressionError, parse
from licscan.core.location import Location
from licscan.core.message import message, quoted
from licscan.core.text import plain_message

# Keys that stand for licences of one kind, not for one licence.
_NO_LICENCES = ("other-", "unknown", "generic-", "free-unknown", "public-domain")
_SCOPES = {
    "dev": Scope.DEVELOPMENT,
    "devdependencies": Scope.DEVELOPMENT,
    "development": Scope.DEVELOPMENT,
    "suggests": Scope.OPTIONAL,
    "enhances": Scope.OPTIONAL,
    "build": Scope.BUILD,
    "linkingto": Scope.BUILD,
    "test": Scope.TEST,
}


def read_manifest(handler: str, path: str, location: str, kind: ComponentKind) -> Reading:
    """Read one manifest with ScanCode's handler of this ``datasource_id``; ``location`` is where it can be opened.

    Raises ``BrokenManifest`` when the handler fails or finds no package in it.
    """
    try:
        # Some handlers yield nothing, or None, for what they do not recognise.
        found = [data for data in _handlers()[handler].parse(location, package_only=True) if data and data.name]
    except Exception as error:
        raise BrokenManifest(
            message(
                "issue.scancode-cannot-read",
                "ScanCode cannot read it: {detail}",
                detail=quoted(f"{type(error).__name__}: {plain_message(str(error))}"),
            )
        ) from error
    readings = [_reading(data, path, kind) for data in found]
    if not readings:
        raise BrokenManifest(message("issue.scancode-finds-no", "ScanCode finds no package in it"))
    return Reading(
        packages=tuple(package for reading in readings for package in reading.packages),
        requirements=tuple(item for reading in readings for item in reading.requirements),
    )


@cache
def _handlers() -> Mapping[str, Any]:
    from packagedcode import APPLICATION_PACKAGE_DATAFILE_HANDLERS

    return {handler.datasource_id: handler for handler in APPLICATION_PACKAGE_DATAFILE_HANDLERS}


def _reading(data: Any, path: str, kind: ComponentKind) -> Reading:
    location = Location(path=path)
    directory = parent_of(path)
    package = Package(
        type=_text(data.type) or "generic",
        namespace=_text(data.namespace),
        name=_text(data.name),
        version=_text(data.version),
        kind=kind,
        directory=directory,
        statements=tuple(_statements(data, path)),
        location=location,
        authors=tuple(
            name
            for party in data.parties or ()
            if party.role in ("author", "developer") and (name := _text(party.name))
        ),
        supplier=next((_text(party.name) for party in data.parties or () if party.role in ("owner", "vendor")), None),
        description=(_text(data.description) or "").partition("\n")[0] or None,
        homepage=_text(data.homepage_url),
    )
    wanted = _requirements(data, path) if kind is ComponentKind.PROJECT else ()
    return Reading(packages=(package,), requirements=tuple(wanted))


def _statements(data: Any, path: str) -> Iterator[Statement]:
    """Yield the licence as the handler extracted it: a text, or a list or mapping of texts."""
    statement = data.extracted_license_statement
    values = statement.values() if isinstance(statement, Mapping) else statement
    for value in [values] if isinstance(values, str) else values or ():
        if raw := _text(value):
            yield Statement(
                raw=raw, form=StatementForm.TEXT, origin=f"{base_of(path)} license", location=Location(path=path)
            )


def _requirements(data: Any, path: str) -> Iterator[Requirement]:
    for item in data.dependencies or ():
        try:
            purl = PackageURL.from_string(item.purl)
        except (ValueError, TypeError, AttributeError):
            continue  # a dependency without a name of its own, such as a version of R
        scope = _SCOPES.get((_text(item.scope) or "").lower(), Scope.RUNTIME)
        yield Requirement(
            parent=project_ref(parent_of(path)),
            type=purl.type,
            namespace=purl.namespace,
            name=purl.name,
            specifier=_text(item.extracted_requirement) or "",
            pinned=purl.version,
            scope=Scope.OPTIONAL if item.is_optional and scope is Scope.RUNTIME else scope,
            location=Location(path=path),
        )


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def license_ids() -> dict[str, dict[str, str]]:
    """Return the content of ``license_ids.json`` as the installed ScanCode has it."""
    from licensedcode.models import load_licenses

    licenses: Mapping[str, Any] = load_licenses(with_deprecated=True)
    spdx: dict[str, str] = {}
    current: dict[str, str] = {}
    former: dict[str, str] = {}
    for key, item in sorted(licenses.items()):
        expression = _expression(key, item)
        own = item.spdx_license_key or f"LicenseRef-scancode-{key}"
        if not item.is_deprecated:
            spdx[key] = own
        if expression is None:
            continue
        (former if item.is_deprecated else current)[own.lower()] = expression
        for other in item.other_spdx_license_keys or ():
            former.setdefault(other.lower(), expression)
    expressions = {**former, **current}
    return {"spdx": spdx, "expressions": dict(sorted(expressions.items()))}


def license_long_names() -> dict[str, str]:
    """Return the content of ``license_long_names.json``: the names that ScanCode's data gives to licences.

    Left out are names that two licences share, names of one plain word, and licences that are none (``other-permissive``).
    """
    from licensedcode.models import load_licenses

    licenses: Mapping[str, Any] = load_licenses(with_deprecated=False)
    found: dict[str, set[str]] = {}
    for key, item in licenses.items():
        if item.is_exception or item.category == "Unstated License" or key.startswith(_NO_LICENCES):
            continue
        for name in _names_of(key, item):
            if " " in name or any(character.isdigit() for character in name):
                found.setdefault(name, set()).add(key)
    return {name: next(iter(named)) for name, named in sorted(found.items()) if len(named) == 1}


def _names_of(key: str, item: Any) -> Iterator[str]:
    """Yield the simple names of a licence: with and without what stands in brackets, and with the version that only its key has."""
    version = re.search(r"-(\d+(?:\.\d+)*)$", key)
    for name in (item.name or "", item.short_name or ""):
        for written in (name, re.sub(r"\([^()]*\)", " ", name)):
            yield (simple := simple_name(written))
            if version and not any(character.isdigit() for character in simple):
                yield simple_name(f"{simple} {version[1]}")


def _expression(key: str, item: Any) -> str | None:
    """Return what an id of this licence stands for: itself, or for a deprecated one its replacement."""
    if not item.is_deprecated:
        return key
    replaced = [str(part) for part in item.replaced_by or ()]
    if len(replaced) != 1:
        return None
    try:
        return str(parse(replaced[0]))
    except ExpressionError:
        return None
