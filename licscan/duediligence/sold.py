"""Components that are sold: known by the names of their packages, by the address or banner of their terms, and by licence keys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from licscan.core.component import SHIPPED, Component
from licscan.core.message import Message, mark, name, say
from licscan.core.remark import RemarkKind
from licscan.core.verdict import Certainty, LicenseClass, Severity, SubjectKind
from licscan.duediligence.document import Issue, Item, SubjectRef
from licscan.duediligence.fold import without_platform
from licscan.duediligence.ratings import Bucket, Topic
from licscan.duediligence.vendor_register import Vendor, published_by, vendor_of
from licscan.duediligence.view import View, digest
from licscan.duediligence.worded import issue_without_findings, named_files

_PLACES = 5
_SOLD = mark("{publisher} sells it under these terms: {url}.")
_ALTERNATIVE = mark("{publisher} offers it under a copyleft licence or, for a fee, under these terms: {url}.")
_MARKED = mark("The file names terms under which {publisher} sells it: {url}.")
_KEY = mark("A licence key is set here ({how}). The key is not shown: state which contract it belongs to.")
_EVALUATION = mark(
    "A key for evaluation or non-commercial use is set here: production needs a licence that was bought."
)


def sold_components(view: View) -> list[Issue]:
    """Return the issue of components that are known to be sold, whatever their packages declare; none where there are none."""
    items = (*_by_name(view), *_by_terms(view), *_keys(view))
    return [issue_without_findings(Topic.COMMERCIAL, items, Bucket.RESEARCH, Severity.MEDIUM)] if items else []


def _by_name(view: View) -> Iterator[Item]:
    found: dict[str, list[tuple[Component, Vendor]]] = {}
    for component in view.inventory.components:
        vendor = vendor_of(component.ecosystem, component.name, component.version)
        if vendor is not None and component.scope in SHIPPED:
            found.setdefault(without_platform(component.name), []).append((component, vendor))
    for members in found.values():
        yield _named(view, members)


def _named(view: View, members: Sequence[tuple[Component, Vendor]]) -> Item:
    component, vendor = members[0]
    conclusion = view.conclusions.get((SubjectKind.COMPONENT, component.id))
    classification = conclusion.classification if conclusion else None
    declared = classification is not None and classification.license_class is LicenseClass.PROPRIETARY
    text = _ALTERNATIVE if vendor.alternative else _SOLD
    return Item(
        id=digest("item", "commercial", *(each.id for each, _ in members)),
        subject=view.component_ref(component),
        label=say("{subject}", subject=name(component.name)),
        brief=say("Commercial terms"),
        license=classification.expression_spdx if classification else "",
        certainty=Certainty.CERTAIN if declared else Certainty.LIKELY,
        what=say(text, publisher=vendor.publisher, url=vendor.terms),
        versions=tuple(dict.fromkeys(each.version for each, _ in members if each.version)),
        folded=(),
        files=0,
        places=tuple(dict.fromkeys(str(place) for each, _ in members for place in each.locations))[:_PLACES],
        findings=(),
    )


def _by_terms(view: View) -> Iterator[Item]:
    """Copies that carry the terms of a publisher, in no package that is known to be sold."""
    found: dict[str, dict[str, str]] = {}
    for remark in view.remarks[RemarkKind.TERMS]:
        owner = view.holder_of(remark.location.path)
        if owner is None or vendor_of(owner.ecosystem, owner.name, owner.version) is None:
            found.setdefault(remark.name, {}).setdefault(remark.location.path, str(remark.location))
    for publisher, places in found.items():
        vendor = published_by(publisher)
        yield _at("terms", say(_MARKED, publisher=publisher, url=vendor.terms), places, say("Commercial terms"))


def _keys(view: View) -> Iterator[Item]:
    found: dict[str, dict[str, str]] = {}
    for remark in view.remarks[RemarkKind.KEY]:
        if view.holder_of(remark.location.path) is None:
            found.setdefault(remark.name, {}).setdefault(remark.location.path, str(remark.location))
    for how, places in found.items():
        told = say(_EVALUATION) if how == "evaluation" else say(_KEY, how=how)
        yield _at("key", told, places, say("Licence key"))


def _at(kind: str, what: Message, places: dict[str, str], brief: Message) -> Item:
    first = next(iter(places))
    return Item(
        id=digest("item", kind, *places.values()),
        subject=SubjectRef(kind=SubjectKind.FILE, id=first, name=first),
        label=named_files(tuple(places)),
        brief=brief,
        license="",
        certainty=Certainty.LIKELY,
        what=what,
        versions=(),
        folded=(),
        files=len(places),
        places=tuple(places.values())[:_PLACES],
        findings=(),
    )
