"""A part that is sold under other terms, and copyleft of others beside it: a copyright holder may offer two licences, nobody else may."""

from __future__ import annotations

from collections.abc import Iterator

from licscan.core.component import SHIPPED, Component, ComponentKind
from licscan.core.message import name, path, say
from licscan.core.verdict import Certainty, Conclusion, LicenseClass, Severity, SubjectKind
from licscan.duediligence.brief import brief, worst_units
from licscan.duediligence.document import Issue, Item
from licscan.duediligence.law import clauses
from licscan.duediligence.own_code import Own, is_edition
from licscan.duediligence.rate import COPYLEFT_CODES
from licscan.duediligence.ratings import Bucket, Topic
from licscan.duediligence.taken import taken_units
from licscan.duediligence.view import View, digest
from licscan.duediligence.worded import issue_without_findings

_PLACES = 5


def copyleft_beside_an_edition(view: View) -> list[Issue]:
    """Return the issue of strong copyleft of others in a product of which a part is sold under other terms; none where nothing is sold so, or
    where the policy objects to the parts already."""
    folders = edition_folders(view)
    found = list(_copyleft(view)) if folders else []
    if not found:
        return []
    inside = [_is_inside(view, component, folders) for component, _ in found]
    items = [
        _item(view, component, conclusion, folders, reaches=reaches)
        for (component, conclusion), reaches in zip(found, inside, strict=True)
    ]
    bucket = Bucket.CONFLICT_BROAD if any(inside) else Bucket.RESEARCH
    said = clauses(view, Topic.COPYLEFT, (conclusion.subject for _, conclusion in found))
    return [issue_without_findings(Topic.EDITION_COPYLEFT, items, bucket, Severity.HIGH, said)]


def edition_folders(view: View) -> tuple[str, ...]:
    """Return the folders of what the seller sells under commercial terms: its own copied folders and projects that are named so."""
    own = [view.components[id_].directory or "" for id_, which in view.own.items() if which is Own.EDITION]
    projects = [
        component.directory
        for component in view.inventory.components
        if component.kind is ComponentKind.PROJECT and component.directory and is_edition(component.directory)
    ]
    return tuple(dict.fromkeys((*own, *projects)))


def _copyleft(view: View) -> Iterator[tuple[Component, Conclusion]]:
    for component in view.inventory.components:
        if component.kind not in (ComponentKind.PACKAGE, ComponentKind.VENDORED) or component.id in view.own:
            continue
        key = (SubjectKind.COMPONENT, component.id)
        conclusion = view.conclusions.get(key)
        if conclusion is None or component.scope not in SHIPPED:
            continue
        if any(violation.code in COPYLEFT_CODES for violation in view.violations.get(key, ())):
            continue
        if any(
            unit.license_class is LicenseClass.STRONG_COPYLEFT
            for unit in taken_units(conclusion, view.choices.get(key))
        ):
            yield component, conclusion


def _is_inside(view: View, component: Component, folders: tuple[str, ...]) -> bool:
    """Whether a part lies in what is sold, or is needed by a project there."""
    above = (view.components[id_] for id_ in view.graph.above(component.id) if id_ in view.components)
    places = (
        component.directory or "",
        *(each.directory or "" for each in above if each.kind is ComponentKind.PROJECT),
    )
    return any(f"{place}/".startswith(f"{folder}/") for place in places for folder in folders)


def _item(view: View, component: Component, conclusion: Conclusion, folders: tuple[str, ...], *, reaches: bool) -> Item:
    units = [unit.spdx for unit in worst_units(conclusion.classification, LicenseClass.STRONG_COPYLEFT)]
    what = say("It is part of what is sold under other terms ({folder}).", folder=path(folders[0])) if reaches else say(
        "It is part of a product of which a part is sold under other terms ({folder}). Whether that part uses it is not shown.", folder=path(folders[0]))  # fmt: skip
    return Item(
        id=digest("item", "edition-copyleft", component.id),
        subject=view.component_ref(component),
        label=say("{subject}", subject=name(component.name)),
        brief=brief(units),
        license=conclusion.classification.expression_spdx if conclusion.classification else "",
        certainty=Certainty.LIKELY if reaches else Certainty.POSSIBLE,
        what=what,
        versions=(component.version,) if component.version else (),
        folded=(),
        files=0,
        places=tuple(str(place) for place in component.locations)[:_PLACES],
        findings=(),
    )
