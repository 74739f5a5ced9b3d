"""Licence files of components and projects that hold nothing but the texts of what the component or project is under.

The text of the GPL says neither "or later" nor "only": judged by itself it would be a second finding beside the component's, and
a wrong one where the component is under the LGPL 3, which comes with the text of the GPL 3.
"""

from __future__ import annotations

from collections.abc import Iterable

from licscan.core.component import ComponentKind
from licscan.core.expression import ExpressionError, parse, units
from licscan.core.finding import FileKind
from licscan.core.result import Inventory
from licscan.core.verdict import Conclusion, SubjectKind

_LATER = "-plus"
_ALL_TEXT = 95.0  # percent of the words of a file that holds nothing but a licence text


def own_texts(inventory: Inventory, conclusions: Iterable[Conclusion]) -> frozenset[str]:
    """Return the paths of those files."""
    legal = {file.path for file in inventory.files if file.kind is FileKind.LEGAL}
    legal |= {finding.path for finding in inventory.findings if finding.license_text_percent >= _ALL_TEXT}
    third_party = {item.id for item in inventory.components if item.kind is not ComponentKind.PROJECT}
    concluded = list(conclusions)
    of_component = {
        item.subject.id: _texts(item.expression) for item in concluded if item.subject.kind is SubjectKind.COMPONENT
    }
    of_folder = {
        item.subject.path or "": _texts(item.expression)
        for item in concluded
        if item.subject.kind is SubjectKind.PROJECT
    }
    found = set()
    for item in concluded:
        subject = item.subject
        if subject.kind is not SubjectKind.FILE or subject.id not in legal or item.altered:
            continue
        if subject.owner in third_party:
            held = of_component.get(subject.owner or "", frozenset())
        else:
            held = of_folder.get(subject.id.rpartition("/")[0], frozenset())
        said = _texts(item.expression)
        if said and said <= held:
            found.add(subject.id)
    return frozenset(found)


def _texts(expression: str | None) -> frozenset[str]:
    """Return the keys of the texts that stand behind an expression."""
    try:
        found = {unit.key.removesuffix(_LATER) for unit in units(parse(expression))} if expression else set()
    except ExpressionError:
        return frozenset()
    return frozenset(found | ({"gpl-3.0"} if "lgpl-3.0" in found else set()))
