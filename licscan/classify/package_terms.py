"""What the licence files of one package state, read as the files of the tree are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from licscan.classify.claims import CatalogueLike
from licscan.classify.conclude import FileConcluder
from licscan.core.component import Component, ComponentKind, StatedTerms
from licscan.core.expression import keys, parsed
from licscan.core.finding import FileFinding, FileKind, SourceFile
from licscan.core.ownership import Owners
from licscan.core.result import Inventory, RunInfo
from licscan.core.verdict import Composition
from licscan.statements.unspecific import UNSPECIFIC

_PACKAGE = Component(id="package", name="package", kind=ComponentKind.PACKAGE, directory="")
_RUN = RunInfo(root="package", tool_version="", scancode_version="", detector="", started="", finished="")


def package_terms(findings: Sequence[FileFinding], catalogue: CatalogueLike) -> Mapping[str, StatedTerms]:
    """Return what each of ``findings``, the licence files of one package, puts the package under, and what it only mentions."""
    inventory = Inventory(
        run=_RUN,
        files=tuple(SourceFile(path=finding.path, size=1, sha256="", kind=FileKind.LEGAL) for finding in findings),
        findings=tuple(findings),
        components=(_PACKAGE,),
    )
    concluder = FileConcluder(inventory, Owners({"": _PACKAGE}), catalogue)
    found = {}
    for finding in findings:
        conclusion = concluder.conclusion(finding.path)
        if conclusion is None:
            continue
        whole = parsed(conclusion.expression) if conclusion.expression else None
        counted = set(keys(whole)) if whole else set()
        mentions = dict.fromkeys(
            statement.expression
            for statement in conclusion.suppressed
            if statement.composition is Composition.MENTION
            and (tree := parsed(statement.expression))
            and not set(keys(tree)) <= counted | UNSPECIFIC
        )
        found[finding.path] = StatedTerms(terms=conclusion.expression, mentions=tuple(mentions))
    return found
