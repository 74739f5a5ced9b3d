"""The sheet on encryption: libraries that hold it, and calls for ciphers in the seller's own code. Export control asks for both."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from importlib import resources

from msgspec import Struct, convert

from licscan.core.component import Component, ComponentKind
from licscan.core.image import image_roots, is_of_system
from licscan.core.message import Message, say
from licscan.core.remark import RemarkKind
from licscan.core.verdict import SubjectKind
from licscan.duediligence.document import ChapterRow
from licscan.duediligence.view import View

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


class Library(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``names`` are globs of the packages of ``ecosystems`` (purl types) that hold what ``holds`` says."""

    holds: str
    ecosystems: tuple[str, ...]
    names: tuple[str, ...]


@cache
def libraries() -> tuple[Library, ...]:
    text = resources.files("licscan").joinpath("rules/encryption.toml").read_text(encoding="utf-8")
    return convert(tomllib.loads(text)["library"], tuple[Library, ...])


def holds_encryption(component: Component) -> str:
    """Return what a component holds of encryption, in English words; nothing where it is not known to hold any."""
    name = component.name.lower()
    short = name.rpartition("/")[2] if component.kind is ComponentKind.SYSTEM else name
    for library in libraries():
        if component.ecosystem in library.ecosystems and any(
            fnmatchcase(short, glob.lower()) for glob in library.names
        ):
            return library.holds
    return ""


def encryption_rows(view: View) -> Iterator[ChapterRow]:
    seen: set[tuple[str | None, str]] = set()
    for component in view.inventory.components:
        held = holds_encryption(component)
        if not held or (component.ecosystem, component.name) in seen:
            continue
        seen.add((component.ecosystem, component.name))
        conclusion = view.conclusions.get((SubjectKind.COMPONENT, component.id))
        yield ChapterRow(
            subject=view.component_ref(component),
            license=conclusion.classification.expression_spdx if conclusion and conclusion.classification else "",
            what=say("Contains {what}.", what=Message(held)),
            places=tuple(str(place) for place in component.locations[:3]),
        )
    yield from _calls(view)


def _calls(view: View) -> Iterator[ChapterRow]:
    """The ciphers that code of the seller's own calls for, one row each."""
    roots = image_roots(view.inventory.components)
    found: dict[str, dict[str, str]] = {}
    for remark in view.remarks[RemarkKind.CIPHER]:
        place = remark.location.path
        owner = view.holder_of(place)
        if (owner is None or owner.id in view.own) and not any(is_of_system(root, place) for root in roots):
            found.setdefault(remark.name, {}).setdefault(place, str(remark.location))
    for cipher, places in found.items():
        yield ChapterRow(
            subject=view.root_ref(),
            license="",
            what=say("Its own code calls for {cipher}. Files: {count}.", cipher=cipher, count=len(places)),
            places=tuple(places.values())[:3],
        )


def encryption_basis(view: View) -> Message:
    if view.judged.remarks is None:
        return say("Libraries that are known to hold encryption. Calls for ciphers in code were not looked for in this result. Whether export "
                   "needs a licence or a notification depends on product, place and recipient: for counsel.")  # fmt: skip
    return say("Libraries that are known to hold encryption, and calls for ciphers in the product's own code. Whether export needs a licence or a "
               "notification depends on product, place and recipient: for counsel.")  # fmt: skip
