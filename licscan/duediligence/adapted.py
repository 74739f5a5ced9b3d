"""Code that comes from elsewhere by the word of a comment: whatever licence its source has, the files do not state it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from licscan.core.image import image_roots, is_of_system
from licscan.core.message import Message, license_, quoted, say
from licscan.core.remark import Remark, RemarkKind
from licscan.core.verdict import Certainty, Severity, SubjectKind
from licscan.duediligence.document import Issue, Item, SubjectRef
from licscan.duediligence.own_code import own_words
from licscan.duediligence.ratings import Bucket, Topic
from licscan.duediligence.view import View, digest
from licscan.duediligence.worded import issue_without_findings, named_files

_PLACES = 5
_COPYLEFT = re.compile(r"\b(A?GPL|LGPL|MPL|EPL|CC[- ]BY[- ]SA)(?=\b|v?\d)", re.IGNORECASE)
_LICENSE = re.compile(r"\b(A?GPL|LGPL|MPL|EPL|CDDL|BSD|MIT|Apache|ISC|CC[- ]BY(?:[- ]SA)?)(?=\b|v?\d)")
# What a site's terms say of the code that people post there.
_POSTED = re.compile(r"stackoverflow\.com|stackexchange\.com", re.IGNORECASE)


def adapted_code(view: View) -> list[Issue]:
    """Return the issue of code that comments say comes from elsewhere; none where there is none."""
    found = _by_source(view)
    if not found:
        return []
    items = [_item(source, remarks) for source, remarks in found.items()]
    items.sort(key=lambda item: (not _COPYLEFT.search(_words(found, item)), -item.files, item.places))
    severe = any(_COPYLEFT.search(each.text) for remarks in found.values() for each in remarks)
    severity = Severity.HIGH if severe else Severity.LOW
    return [issue_without_findings(Topic.ADAPTED, items, Bucket.RESEARCH, severity)]


def _words(found: Mapping[str, Sequence[Remark]], item: Item) -> str:
    return " ".join(each.text for each in found.get(item.subject.name, ()))


def _by_source(view: View) -> dict[str, list[Remark]]:
    """The remarks on files of the seller's own, by the source that they name; what names the seller is no other source."""
    words = own_words(view.inventory)
    roots = image_roots(view.inventory.components)
    found: dict[str, list[Remark]] = {}
    for remark in view.remarks[RemarkKind.ADAPTED]:
        place = remark.location.path
        owner = view.holder_of(place)
        is_others = owner is not None and owner.id not in view.own
        if is_others or any(is_of_system(root, place) for root in roots):
            continue
        if not any(word in remark.name.lower() for word in words):
            found.setdefault(remark.name, []).append(remark)
    return found


def _item(source: str, remarks: Sequence[Remark]) -> Item:
    files = tuple(dict.fromkeys(remark.location.path for remark in remarks))
    first = remarks[0]
    return Item(
        id=digest("item", "adapted", *(str(remark.location) for remark in remarks)),
        subject=SubjectRef(kind=SubjectKind.FILE, id=first.location.path, name=source),
        label=named_files(files),
        brief=_brief(remarks),
        license="",
        certainty=Certainty.POSSIBLE,
        what=say("A comment says: {text}", text=quoted(first.text)),
        versions=(),
        folded=(),
        files=len(files),
        places=tuple(str(remark.location) for remark in remarks)[:_PLACES],
        findings=(),
        notes=tuple(_notes(source)),
    )


def _brief(remarks: Sequence[Remark]) -> Message:
    named = next((match[1] for each in remarks if (match := _LICENSE.search(each.text))), None)
    return say("{licence}", licence=license_(named)) if named else say("not stated")


def _notes(source: str) -> Iterator[Message]:
    yield say("Source: {source}", source=quoted(source))
    if _POSTED.search(source):
        yield say("By the terms of the site, what is posted there is under CC-BY-SA.")
