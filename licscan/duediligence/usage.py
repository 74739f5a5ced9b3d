"""How each part is used: shipped, hosted or kept inside, linked, modified. Each fact stands with its source.

Sources are the tool (what was compared, where it was read), somebody's statement, what is declared of the product, and, for
linking, how an ecosystem's tools work unless told otherwise. Nobody's word is "not declared", never "no".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase

from licscan.core.component import SHIPPED, Component, DateKind, FileCheck, Scope
from licscan.core.facts import Distribution, Linking, UsageStatement
from licscan.core.message import Message, path, say
from licscan.duediligence.document import Usage
from licscan.duediligence.view import View, declared_by
from licscan.duediligence.words import label

DELIVERY: Mapping[Distribution | None, Message] = {
    Distribution.BINARY: say("shipped (as binaries)"),
    Distribution.SOURCE: say("shipped (as source)"),
    Distribution.SAAS: say("hosted"),
    Distribution.INTERNAL: say("internal"),
    Distribution.NONE: say("not delivered"),
    None: say("reaches what is delivered; how is not declared"),
}
_LINKING: Mapping[Linking, Message] = {Linking.STATIC: say("static"), Linking.DYNAMIC: say("dynamic")}
_AT_RUN_TIME = say("loaded when the program runs")
_COMPILED_IN = say("linked statically")
# How code gets together unless a build is told otherwise (bundlers, cgo, native images); purl types.
_ECOSYSTEMS: Mapping[str, Message] = {
    "npm": _AT_RUN_TIME,
    "pypi": _AT_RUN_TIME,
    "gem": _AT_RUN_TIME,
    "composer": _AT_RUN_TIME,
    "cran": _AT_RUN_TIME,
    "maven": _AT_RUN_TIME,
    "nuget": _AT_RUN_TIME,
    "golang": _COMPILED_IN,
    "cargo": _COMPILED_IN,
}
COMPILED = frozenset(name for name, way in _ECOSYSTEMS.items() if way == _COMPILED_IN)
_NOBODY = say("not stated")
_UNKNOWN = say("not declared")


def usage_of_component(view: View, component: Component) -> tuple[Usage, ...]:
    """Return all that is known of how a third-party component is used."""
    named = component.locations[0] if component.locations else None
    stated = [item for item in view.judged.usage if _is_about(item[0], component)]
    return (
        *_delivery(view, component.scope, str(named) if named else None, stated),
        *_linking(view, component, stated),
        *_modified(view, component, stated),
        *_dates(component),
    )


def usage_of_part(view: View, scope: Scope, named: str | None) -> tuple[Usage, ...]:
    """Return how a model or a file is used: whether it reaches what is delivered."""
    return tuple(_delivery(view, scope, named, []))


def usage_of_reference(view: View, scope: Scope, named: str) -> tuple[Usage, ...]:
    """Return how a model is used that the tree names and does not hold: that it is passed on cannot be told."""
    if scope not in SHIPPED:
        return usage_of_part(view, scope, named)
    value = say("named by what is delivered; whether it is passed on with it is not known")
    return (Usage(fact="use", value=value, source=say("read from {place}", place=path(named))),)


def is_modified(view: View, component: Component | None) -> bool | None:
    """Return whether a component was changed, by proof before statement before what is declared of the product."""
    if component is not None:
        if component.check and component.check.changed:
            return True
        if component.check and not component.check.unseen:
            return False
        for statement, _ in view.judged.usage:
            if statement.modified is not None and _is_about(statement, component):
                return statement.modified
    return view.audit.facts.modified


def distribution_of(view: View, component: Component | None) -> Distribution | None:
    """Return how a component reaches others: as somebody states of it, else as the product does."""
    for statement, _ in view.judged.usage if component else ():
        if component and statement.distribution is not None and _is_about(statement, component):
            return statement.distribution
    return view.audit.facts.distribution


def linking_of(view: View, component: Component | None) -> Linking | None:
    """Return how a component is said to be linked: by a statement of it, else by what is declared of the product."""
    for statement, _ in view.judged.usage if component else ():
        if component and statement.linking is not None and _is_about(statement, component):
            return statement.linking
    return view.audit.facts.linking


_Stated = list[tuple[UsageStatement, Message]]


def _is_about(statement: UsageStatement, component: Component) -> bool:
    without_version = (component.purl or component.id).partition("?")[0].rpartition("@")[0]
    names = (component.id, component.purl or component.id, without_version, component.name)
    return any(fnmatchcase(name, statement.component) for name in names if name)


def _delivery(view: View, scope: Scope, named: str | None, stated: _Stated) -> Iterator[Usage]:
    for statement, source in stated:
        if statement.distribution is not None:
            yield Usage(fact="use", value=DELIVERY[statement.distribution], source=source)
    if scope not in SHIPPED:
        place = say("read from {place}", place=path(named)) if named else say("inferred from its place in the tree")
        yield Usage(fact="use", value=Message(label(scope)), source=place)
    elif not any(statement.distribution for statement, _ in stated):
        declared = view.audit.facts.distribution
        yield Usage(
            fact="use",
            value=DELIVERY[declared],
            source=_NOBODY if declared is None else declared_by(view.judged, "distribution"),
        )


def _linking(view: View, component: Component, stated: _Stated) -> Iterator[Usage]:
    said = [(statement.linking, source) for statement, source in stated if statement.linking]
    for linking, source in said:
        yield Usage(fact="linking", value=_LINKING[linking], source=source)
    if said or component.scope not in SHIPPED:  # a tool is bound to nothing that is delivered
        return
    declared, usual = view.audit.facts.linking, _ECOSYSTEMS.get(component.ecosystem or "")
    if declared is not None:
        yield Usage(fact="linking", value=_LINKING[declared], source=declared_by(view.judged, "linking"))
    elif usual is not None:
        source = say("what tools for {ecosystem} do by default; the build was not examined",
                     ecosystem=component.ecosystem or "")  # fmt: skip
        yield Usage(fact="linking", value=usual, source=source)
    else:
        yield Usage(fact="linking", value=_UNKNOWN, source=_NOBODY)


def _modified(view: View, component: Component, stated: _Stated) -> Iterator[Usage]:
    if component.check:
        yield _checked(component.check)
    said = [(statement.modified, source) for statement, source in stated if statement.modified is not None]
    for modified, source in said:
        yield Usage(fact="modified", value=_yes_or_no(modified), source=source)
    if said or component.check:
        return
    declared = view.audit.facts.modified
    if declared is None:
        yield Usage(fact="modified", value=_UNKNOWN, source=_NOBODY)
    else:
        yield Usage(fact="modified", value=_yes_or_no(declared), source=declared_by(view.judged, "modified"))


def _checked(check: FileCheck) -> Usage:
    """What comparing the files with the package's own list of digests proves, and what it leaves open."""
    source = say("compared with the digests in {place}", place=path(str(check.location)))
    if check.changed:
        value = say(
            "yes: {count} of its files are not as they came, first {place}",
            count=len(check.changed),
            place=path(check.changed[0]),
        )
    elif check.unseen:
        value = say(
            "no change in {count} of its files; {unseen} were not compared", count=check.same, unseen=check.unseen
        )
    else:
        value = say("no: all {count} files are as they came", count=check.same)
    return Usage(fact="modified", value=value, source=source)


def _dates(component: Component) -> Iterator[Usage]:
    if component.dated:
        told = {
            DateKind.RELEASED: say("released on {date}", date=component.dated.day),
            DateKind.BUILT: say("built on {date}", date=component.dated.day),
            DateKind.NOT_AFTER: say("not changed after {date}", date=component.dated.day),
        }[component.dated.kind]
        place = component.dated.location
        named = (
            say("read from {place}", place=path(str(place))) if place else say("inferred from its place in the tree")
        )
        if component.dated.kind is DateKind.NOT_AFTER:
            named = say("the last commit that touched {place}", place=path(str(place)))
        yield Usage(fact="date", value=told, source=named)


def _yes_or_no(value: bool) -> Message:
    return say("yes") if value else say("no")
