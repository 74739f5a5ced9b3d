"""What licence stores know of packages whose files are not at hand, put to the components, each claim with its origin."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from licscan.component.base import ComponentFacts
from licscan.component.curated_packages import KnownPackages
from licscan.component.package_store import KnownPackage
from licscan.core.component import ClaimSource, Component, ComponentKind
from licscan.core.legal_text import LegalText, LegalTextKind


def with_packages(
    facts: ComponentFacts, stores: Sequence[KnownPackages]
) -> tuple[ComponentFacts, tuple[LegalText, ...]]:
    """Return the facts with what the first store that knows a package knows of it, and the legal texts of those.

    Files in the tree and in caches of package managers tell more of what is there than any store: their packages are left alone.
    """
    having = {item.component for item in facts.legal_files}
    components = []
    texts: list[LegalText] = []
    for component in facts.components:
        is_asked = (
            component.kind is ComponentKind.PACKAGE and component.directory is None and component.id not in having
        )
        found = _first(component, stores) if is_asked else None
        if found is None:
            components.append(component)
            continue
        name, known = found
        components.append(_told(component, name, known))
        texts += [
            LegalText(
                component=component.id, path=f"{name}/{text.path}", kind=LegalTextKind(text.kind), text=text.words
            )
            for text in known.texts
        ]
    return replace(facts, components=tuple(components)), tuple(texts)


def _first(component: Component, stores: Sequence[KnownPackages]) -> tuple[str, KnownPackage] | None:
    return next(((store.path.name, known) for store in stores if (known := store.find(component)) is not None), None)


def _told(component: Component, name: str, known: KnownPackage) -> Component:
    is_understood = any(claim.expression for claim in component.claims if claim.source is not ClaimSource.MENTIONED)
    claims = () if is_understood else tuple(item.claim(name) for item in known.claims)
    return replace(
        component,
        claims=(*component.claims, *claims),
        unresolved=False,
        holders=component.holders or known.holders,
        copyrights=component.copyrights or known.copyrights,
    )
