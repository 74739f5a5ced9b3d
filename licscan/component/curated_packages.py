"""Curations that others publish, used where they are named: a directory of ClearlyDefined's curated data, or an ORT configuration's
package curations. Of both only the licence of an exact package counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from licscan.component.format_yaml import load_yaml
from licscan.component.formats import BrokenManifest, mapping, sequence, text
from licscan.component.license_ids import key_expression
from licscan.component.package_store import KnownClaim, KnownPackage, PackageStore
from licscan.core.component import ClaimSource, Component
from licscan.errors import UsageError

_LARGEST = 16 * 1024 * 1024
_LONGEST = 1_000  # characters of a licence
_CLEARLY_DEFINED = {
    "npm": "npm",
    "pypi": "pypi",
    "cargo": "crate",
    "golang": "go",
    "maven": "maven",
    "nuget": "nuget",
    "gem": "gem",
    "composer": "composer",
}
_ORT = {
    "npm": "npm",
    "pypi": "pypi",
    "crate": "cargo",
    "go": "golang",
    "maven": "maven",
    "nuget": "nuget",
    "gem": "gem",
    "composer": "composer",
    "pub": "pub",
}


class ClearlyDefinedCurations:
    """A directory in the layout of ClearlyDefined's curated data: ``curations/TYPE/PROVIDER/NAMESPACE/NAME.yaml``."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._root = path / "curations" if (path / "curations").is_dir() else path

    def close(self) -> None:
        return None

    def find(self, component: Component) -> KnownPackage | None:
        """Return the declared licence that is curated for the component's version."""
        type_ = _CLEARLY_DEFINED.get(component.ecosystem or "")
        version = component.version or ""
        if type_ is None or component.purl is None or component.has_own_origin:
            return None
        for place in self._places(type_, component.name):
            revision = mapping(mapping(_read(place)).get("revisions")).get(version)
            if raw := text(mapping(mapping(revision).get("licensed")).get("declared")):
                return _known(component.purl, raw, "ClearlyDefined curation")
        return None

    def _places(self, type_: str, full_name: str) -> Iterator[Path]:
        namespace, _, name = full_name.rpartition("/")
        parts = (quote(namespace, safe="@").lower() if type_ == "go" else namespace) or "-", name
        if not all(part.strip(".") and "/" not in part and "\\" not in part for part in parts):
            return
        providers = sorted(self._root.joinpath(type_).iterdir()) if self._root.joinpath(type_).is_dir() else []
        for provider in providers:
            place = provider / parts[0] / f"{parts[1]}.yaml"
            if place.is_file():
                yield place


class OrtCurations:
    """A file of ORT's package curations; a curation for a version counts before one for all versions."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._licenses: dict[tuple[str, str, str], str] = {}
        for entry in map(mapping, sequence(_read(path))):
            found = text(mapping(entry.get("curations")).get("concluded_license"))
            parts = (text(entry.get("id")) or "").split(":")
            if found and len(parts) == 4 and (ecosystem := _ORT.get(parts[0].lower())):
                name = f"{parts[1]}/{parts[2]}" if parts[1] else parts[2]
                self._licenses.setdefault((ecosystem, name, parts[3]), found)

    def close(self) -> None:
        return None

    def find(self, component: Component) -> KnownPackage | None:
        """Return the licence that is concluded for the component."""
        if component.purl is None or component.has_own_origin:
            return None
        for version in (component.version or "", ""):
            if raw := self._licenses.get((component.ecosystem or "", component.name, version)):
                return _known(component.purl, raw, "ORT curation")
        return None


KnownPackages = PackageStore | ClearlyDefinedCurations | OrtCurations


def open_packages(path: Path) -> KnownPackages:
    """Return what a user names with ``--packages``: a directory of curated data, a YAML file of curations, or a store."""
    if path.is_dir():
        return ClearlyDefinedCurations(path)
    return OrtCurations(path) if path.suffix.lower() in (".yml", ".yaml") else PackageStore(path)


def _known(purl: str, raw: str, origin: str) -> KnownPackage:
    raw = raw[:_LONGEST]
    claim = KnownClaim(
        source=ClaimSource.DECLARED.value, raw=raw, expression=key_expression(raw) or "", origin=origin, day=""
    )
    return KnownPackage(purl=purl, claims=(claim,))


def _read(place: Path) -> Mapping[str, Any] | list[Any]:
    try:
        with open(place, "rb") as stream:
            data = stream.read(_LARGEST + 1)
        if len(data) > _LARGEST:
            raise UsageError("cannot be used as curations: it is larger than 16 MB", where=str(place))
        found = load_yaml(data)
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", where=str(place)) from error
    except BrokenManifest as error:
        raise UsageError(f"cannot be used as curations: {error}", where=str(place)) from error
    if not isinstance(found, (dict, list)):
        raise UsageError("cannot be used as curations: a mapping or a list is expected", where=str(place))
    return found
