"""Every reason that the licence catalogue can give for a class, one text each: a unit's reason is made of them."""

from __future__ import annotations

from collections.abc import Iterator

from licscan.classify.classes import FILE as CLASSES
from licscan.classify.classes import packaged_classes
from licscan.classify.exceptions import FILE as EXCEPTIONS
from licscan.classify.exceptions import packaged_exceptions


def packaged_reasons() -> Iterator[tuple[str, str]]:
    """Yield each reason and the rule file that it stands in; one that several licences share comes several times."""
    table = packaged_classes()
    for ruling in (*table.categories.values(), *table.overrides.values()):
        yield ruling.reason.text, CLASSES
    for reason in table.network.values():
        yield reason.text, CLASSES
    for exception in packaged_exceptions().values():
        yield exception.reason.text, EXCEPTIONS
