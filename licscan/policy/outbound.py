"""The project's own licence: what is declared to licscan, else what the project says of itself, else its licence files."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence

from licscan.core.component import Component
from licscan.core.expression import ExpressionError, all_of, parse, units
from licscan.core.finding import FileKind, SourceFile
from licscan.core.message import message
from licscan.core.verdict import Classification, Conclusion, LicenseClass, SubjectKind, UnitClassification
from licscan.policy.catalogue import LicenseCatalogue
from licscan.policy.compatibility import Outbound

# The files in which a project states its own licence; NOTICE and the like state others'.
_LICENSE_FILE = re.compile(r"(un)?licen[cs]e|copying|gnu-|(l|a)?gpl", re.IGNORECASE)


def declared_outbound(
    text: str, catalogue: LicenseCatalogue | None, known: Mapping[str, UnitClassification]
) -> Outbound | None:
    """Return the declared outbound licence, written in SPDX ids or ScanCode's keys; ``None`` when it is no expression.

    A name that nobody knows is a licence of the project's own making: the declaration of a closed product.
    """
    try:
        expression = parse(catalogue.from_spdx(text) if catalogue else text)
    except ExpressionError:
        return None
    judged = [
        catalogue.classify_unit(unit) if catalogue else known.get(str(unit).lower()) for unit in units(expression)
    ]
    return Outbound(
        expression=str(expression),
        expression_spdx=text,
        tree=expression,
        units=tuple(found or _own(str(unit)) for unit, found in zip(units(expression), judged, strict=True)),
        origin="declared in the configuration",
    )


def project_outbound(
    project: Component, conclusions: Sequence[Conclusion], files: Mapping[str, SourceFile]
) -> Outbound | None:
    """Return what ``project`` goes out under, as concluded from it; ``None`` when it does not say."""
    own = [conclusion for conclusion in conclusions if conclusion.subject.id == project.id]
    found = _stated((conclusion.classification for conclusion in own), "concluded from the project itself")
    if found:
        return found
    directory = project.directory or ""
    beside = [
        conclusion.classification
        for conclusion in conclusions
        if conclusion.subject.kind is SubjectKind.FILE and _states_license(conclusion.subject.id, directory, files)
    ]
    return _stated(beside, "concluded from the project's licence file")


def _states_license(path: str, directory: str, files: Mapping[str, SourceFile]) -> bool:
    parent, name = posixpath.split(path)
    file = files.get(path)
    return parent == directory and file is not None and file.kind is FileKind.LEGAL and bool(_LICENSE_FILE.match(name))


def _stated(classifications: Iterable[Classification | None], origin: str) -> Outbound | None:
    told = [found for found in classifications if found and found.units and not _unreadable(found)]
    tree = all_of(parse(found.expression) for found in told)
    if tree is None:
        return None
    judged = {unit.unit: unit for found in told for unit in found.units}
    return Outbound(
        expression=str(tree),
        expression_spdx=" AND ".join(dict.fromkeys(found.expression_spdx for found in told)),
        tree=tree,
        units=tuple(judged[str(unit)] for unit in units(tree)),
        origin=origin,
    )


def _unreadable(found: Classification) -> bool:
    """Nothing follows from a licence that nobody can name; one known part is enough to compare with."""
    try:
        named = {str(unit) for unit in units(parse(found.expression))}
    except ExpressionError:
        return True
    judged = {unit.unit for unit in found.units}
    return not named <= judged or all(unit.license_class is LicenseClass.UNKNOWN for unit in found.units)


def _own(name: str) -> UnitClassification:
    return UnitClassification(
        unit=name,
        spdx=name,
        license_class=LicenseClass.UNKNOWN,
        reason=message("class.own-making", "a licence of the project's own making"),
        source="the project's configuration",
    )
