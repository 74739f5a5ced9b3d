"""The register of components that are sold under commercial terms (``rules/vendors.toml``): facts alone, by the names of packages."""

from __future__ import annotations

import re
import sys
from fnmatch import fnmatchcase
from functools import cache
from importlib import resources

from msgspec import Struct, convert

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


class Vendor(Struct, frozen=True, kw_only=True):
    """``names`` are globs of the packages of one ecosystem, ``since`` the first version under commercial terms. ``alternative`` says that the
    same code is offered under a copyleft licence too; ``marks`` are addresses and banners that copies carry."""

    publisher: str
    terms: str
    ecosystem: str
    names: tuple[str, ...]
    since: str = ""
    alternative: bool = False
    marks: tuple[str, ...] = ()


def vendor_of(ecosystem: str | None, name: str, version: str | None) -> Vendor | None:
    """Return who sells the package, if anybody is known to."""
    found = (each for each in vendors() if each.ecosystem == ecosystem and _is_named(each, name))
    return next((each for each in found if _is_sold(each, version)), None)


@cache
def vendors() -> tuple[Vendor, ...]:
    text = resources.files("licscan").joinpath("rules/vendors.toml").read_text(encoding="utf-8")
    return convert(tomllib.loads(text)["vendor"], tuple[Vendor, ...])


def marks_of_terms() -> tuple[tuple[str, str], ...]:
    """Return the addresses and banners by which copies are known, each with the publisher."""
    return tuple((mark, vendor.publisher) for vendor in vendors() for mark in vendor.marks)


def published_by(publisher: str) -> Vendor:
    """Return the first entry of a publisher that the register has."""
    return next(vendor for vendor in vendors() if vendor.publisher == publisher)


def _is_named(vendor: Vendor, name: str) -> bool:
    return any(fnmatchcase(name.lower(), glob.lower()) for glob in vendor.names)


def _is_sold(vendor: Vendor, version: str | None) -> bool:
    """Whether the version is one that is sold; one that is not known may be."""
    if not vendor.since or not version:
        return True
    return _numbers(version) >= _numbers(vendor.since)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:3])
