"""The licences that an inventory names, and what they want said: kept with it, so that it can be judged without ScanCode."""

from __future__ import annotations

from collections.abc import Set

from licscan.classify.claims import CatalogueLike
from licscan.classify.tags import retagged, with_unread_tags
from licscan.core.expression import ExpressionError, keys, parse
from licscan.core.result import Inventory
from licscan.modellicense.terms import model_terms


def names_in(inventory: Inventory, catalogue: CatalogueLike) -> set[str]:
    """Return every licence and exception key in the inventory, those in tags that ``catalogue`` reads for ScanCode among them."""
    named: set[str] = set()
    for text in _expressions(inventory, catalogue):
        try:
            named.update(keys(parse(text)))
        except ExpressionError:
            continue  # told by the conclusion, as a finding of its own
    return named


def wanted_statements(names: Set[str]) -> tuple[str, ...]:
    """Return what the model licences among ``names`` want shown; any of them may stand behind a tag that ScanCode cannot read."""
    if "unknown-spdx" in names:
        return model_terms().statements
    entries = (model_terms().find(name) for name in sorted(names))
    return tuple(sorted({phrase for entry in entries if entry for phrase in entry.statements}))


def _expressions(inventory: Inventory, catalogue: CatalogueLike) -> set[str]:
    texts = {finding.expression for finding in (*inventory.findings, *inventory.overlay)}
    texts |= {match.expression for finding in inventory.findings for match in finding.clues}
    tagged = (retagged(with_unread_tags(finding, catalogue), catalogue, ()) for finding in inventory.findings)
    texts |= {finding.expression for finding in tagged}
    claims = [component.claims for component in inventory.components] + [model.claims for model in inventory.models]
    claims += [annotation.claims for annotation in inventory.reuse.annotations]
    texts |= {claim.expression for some in claims for claim in some}
    texts |= {text for section in inventory.readmes for text in section.expressions}
    return {text for text in texts if text}
