"""What installed packages say about their licence in their own files: texts that lie beside the scanned tree's files.

The component stage only finds them. Whoever holds a detector reads them, and puts what was found to the components.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from licscan.component.base import ComponentFacts, base_of
from licscan.component.license_ids import to_spdx
from licscan.component.tree import is_license_name
from licscan.core.component import ClaimSource, Component, LicenseClaim, StatedTerms
from licscan.core.finding import FileFinding, FileKind, SourceFile
from licscan.core.location import Location
from licscan.core.selection import SelectedFile
from licscan.util.system import READ_UNTRUSTED

ORIGIN = "its own files"
# What the licence files of one package state, by path.
ReadTerms = Callable[[Sequence[FileFinding]], Mapping[str, StatedTerms]]
_TOLD = re.compile(
    r"(readme|change|changes|changelog|history|news|authors|contributors|thanks|credits|metadata)\b", re.IGNORECASE
)
_MAX_TEXT = 2 * 1024 * 1024


def evidence_files(facts: ComponentFacts, *, only_undeclared: bool = True) -> tuple[SelectedFile, ...]:
    """Return the licence files of installed packages for a detector, by path.

    By default only those of packages whose declared licence is missing or not understood: reading the texts of
    every installed package costs more than the rest of the scan. A file that cannot be read is left out.
    """
    wanted = {item.id for item in facts.components if not only_undeclared or not _is_understood(item)}
    found = []
    for item in facts.legal_files:
        if item.component in wanted and _states_terms(item.path):
            selected = selected_file(item.path, item.location)
            if selected:
                found.append(selected)
    return tuple(found)


def _states_terms(path: str) -> bool:
    """Whether a file states terms: packagers put change logs and lists of authors among the licences too."""
    name = base_of(path)
    # What other folders called "licenses" hold is passed on: licences of the package's own parts, whose terms are not its own.
    return is_license_name(name) or (".dist-info/licenses/" in path and not _TOLD.match(name))


def with_evidence(
    facts: ComponentFacts, findings: Iterable[FileFinding], read_terms: ReadTerms
) -> tuple[Component, ...]:
    """Return the components with a claim for what each of the evidence files says: DETECTED for terms, MENTIONED for the rest."""
    owners = {item.path: item.component for item in facts.legal_files}
    found: dict[str, list[FileFinding]] = defaultdict(list)
    for finding in findings:
        if finding.expression and finding.path in owners:
            found[owners[finding.path]].append(finding)
    return tuple(
        replace(item, claims=(*item.claims, *_claims(found[item.id], read_terms))) if item.id in found else item
        for item in facts.components
    )


def _claims(findings: Sequence[FileFinding], read_terms: ReadTerms) -> Iterator[LicenseClaim]:
    terms: dict[str, list[Location]] = defaultdict(list)
    mentions: dict[str, list[Location]] = defaultdict(list)
    for path, stated in read_terms(findings).items():
        if stated.terms:
            terms[stated.terms].append(Location(path=path))
        for expression in stated.mentions:
            mentions[expression].append(Location(path=path))
    for source, places in ((ClaimSource.DETECTED, terms), (ClaimSource.MENTIONED, mentions)):
        for expression, locations in sorted(places.items()):
            yield LicenseClaim(
                source=source,
                expression=expression,
                expression_spdx=to_spdx(expression),
                origin=ORIGIN,
                locations=tuple(locations),
            )


def _is_understood(component: Component) -> bool:
    claims = [claim for claim in component.claims if claim.source is not ClaimSource.MENTIONED]
    return bool(claims) and all(claim.expression for claim in claims)


def selected_file(path: str, location: str) -> SelectedFile | None:
    """Return a licence or notice file that was not selected as one that can be read; ``None`` when it cannot."""
    try:
        descriptor = os.open(location, READ_UNTRUSTED)
        with open(descriptor, "rb") as stream:
            data = stream.read(_MAX_TEXT + 1)
    except OSError:
        return None  # gone since it was listed: the component stays without this evidence, and is told as such
    if len(data) > _MAX_TEXT:
        return None
    digest = hashlib.sha256(data).hexdigest()
    return SelectedFile(
        file=SourceFile(path=path, size=len(data), sha256=digest, kind=FileKind.LEGAL), location=location
    )
