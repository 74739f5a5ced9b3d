"""The chapter on whose code it is: holders, commercial folders, parts of others, the history, and the terms on which contributions are taken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from licscan.core.authorship import Authorship
from licscan.core.component import ComponentKind
from licscan.core.message import Message, path, quoted, say
from licscan.core.remark import RemarkKind
from licscan.duediligence.document import ChapterRow
from licscan.duediligence.edition import edition_folders
from licscan.duediligence.own_code import own_words
from licscan.duediligence.view import View

_SHOWN = 5


def ownership_rows(view: View) -> Iterator[ChapterRow]:
    yield from _holders(view)
    yield from _edition(view)
    yield _others(view)
    if view.judged.authorship is not None:
        yield from _history(view, view.judged.authorship)
    yield from _contributions(view)


def _row(view: View, what: Message, places: tuple[str, ...] = ()) -> ChapterRow:
    return ChapterRow(subject=view.root_ref(), license="", what=what, places=places)


def _holders(view: View) -> Iterator[ChapterRow]:
    """Whom the projects' own notices name; a name that is none of the seller's words is told apart."""
    words = own_words(view.inventory)
    named = dict.fromkeys(
        holder
        for component in view.inventory.components
        if component.kind is ComponentKind.PROJECT or component.id in view.own
        for holder in component.holders
    )
    mine = [each for each in named if any(word in each.lower() for word in words)]
    others = [each for each in named if each not in mine]
    if mine:
        yield _row(
            view,
            say(
                "Holders that notices of the product name: {holders}.",
                holders=tuple(say("{name}", name=quoted(each)) for each in mine[:_SHOWN]),
            ),
        )
    if others:
        yield _row(view, say("Other holders that its notices name ({count}): {holders}. Ask how the company has their rights.", count=len(others),
                             holders=tuple(say("{name}", name=quoted(each)) for each in others[:_SHOWN])))  # fmt: skip


def _edition(view: View) -> Iterator[ChapterRow]:
    for folder in edition_folders(view):
        count = sum(1 for file in view.inventory.files if file.path.startswith(f"{folder}/"))
        yield _row(
            view,
            say(
                "Sold under commercial terms of the seller's own: {folder}. Files: {count}.",
                folder=path(folder),
                count=count,
            ),
            (folder,),
        )


def _others(view: View) -> ChapterRow:
    kinds = Counter(each.kind for each in view.inventory.components if each.id not in view.own)
    return _row(view, say("Parts of others: packages: {packages}; copied folders: {copied}; system packages: {system}.", packages=kinds[ComponentKind.PACKAGE],
                          copied=kinds[ComponentKind.VENDORED], system=kinds[ComponentKind.SYSTEM]))  # fmt: skip


def _history(view: View, known: Authorship) -> Iterator[ChapterRow]:
    yield _row(view, say("Commits: {commits}, by {people} addresses, from {first} to {last}.", commits=known.commits, people=known.people,
                         first=known.first or "-", last=known.last or "-"))  # fmt: skip
    domains = tuple(say("{domain} (commits: {commits}, people: {people})", domain=quoted(each.name), commits=each.commits, people=each.people)
                    for each in known.domains[:_SHOWN])  # fmt: skip
    if domains:
        yield _row(
            view,
            say(
                "Domains that several authors' addresses share: {domains}. Ask for the agreement with everybody who was not employed.",
                domains=domains,
            ),
        )
    yield _row(view, say("Commits that are signed off: {signed} of {all}.", signed=known.signed_off, all=known.commits))


def _contributions(view: View) -> Iterator[ChapterRow]:
    if view.judged.remarks is None:
        return
    found = [each for each in view.remarks[RemarkKind.CONTRIBUTIONS] if _is_own(view, each.location.path)]
    for remark in found[:_SHOWN]:
        yield _row(
            view, say("Terms of contributions are named: {text}", text=quoted(remark.text)), (str(remark.location),)
        )
    if not found:
        yield _row(
            view,
            say(
                "No contributor agreement and no rule for signing off was found in the tree: ask how rights in contributions were had."
            ),
        )


def _is_own(view: View, place: str) -> bool:
    owner = view.holder_of(place)
    return owner is None or owner.id in view.own


def ownership_basis(view: View) -> Message:
    if view.judged.authorship is None:
        return say("What notices and names show. No history was at hand. That the company has the rights is shown by contracts, not by a tree: employment, "
                   "assignments, contributor agreements.")  # fmt: skip
    return say("What notices, names and the history show; the history is a claim of whoever wrote it. That the company has the rights is shown by contracts, "
               "not by a tree: employment, assignments, contributor agreements.")  # fmt: skip


def activity(view: View) -> Iterator[ChapterRow]:
    """The commits of the product itself by year."""
    known = view.judged.authorship
    if known is not None and known.years:
        years = tuple(say("{year}: {count}", year=year, count=count) for year, count in known.years)
        yield _row(view, say("Commits of the product by year: {years}.", years=years))
