"""What a model has from those that it derives from, beside what it says of itself."""

from __future__ import annotations

from collections.abc import Iterable

from licscan.core.aimodel import AiModel
from licscan.core.component import LicenseClaim
from licscan.core.expression import keys_of


def drift(model: AiModel) -> tuple[tuple[str, str], ...]:
    """Return each licence that the model inherits and does not claim, with the chain of models that it comes by.

    A model that says nothing of itself claims nothing else, nor does the contract with a service that runs it.
    """
    own = _keys(claim for claim in model.claims if not claim.inherited_from)
    if not own or model.served_by:
        return ()
    found: dict[str, str] = {}
    for claim in model.claims:
        if claim.inherited_from:
            chain = " > ".join((model.name, *claim.inherited_from))
            for key in _keys([claim]) - own:
                found.setdefault(key, chain)
    return tuple(sorted(found.items()))


def _keys(claims: Iterable[LicenseClaim]) -> set[str]:
    return {key for claim in claims for key in keys_of(claim.expression)}
