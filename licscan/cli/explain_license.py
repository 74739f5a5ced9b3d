"""What a licence is: its class and why, its duties and limits, and which policies object to it where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from licscan.classify.catalogue import Catalogue
from licscan.cli.models import describe
from licscan.core.component import ClaimSource, Component, ComponentKind, LicenseClaim
from licscan.core.expression import ExpressionError, Unit, keys, parse
from licscan.core.facts import Distribution, Facts
from licscan.core.result import Inventory, RunInfo
from licscan.core.text import one_line, visible
from licscan.core.verdict import LicenseClass, Outcome, Violation
from licscan.errors import UsageError
from licscan.modellicense.register import model_register
from licscan.policy.reasons import CLASSES, REASONS


def license_lines(name: str, cache_dir: Path) -> Iterator[str]:
    """Yield what is known of a licence, with an exception if ``name`` has one. Raises ``UsageError`` for an unknown one."""
    from licscan.app.wiring import load_catalogue

    catalogue = load_catalogue(cache_dir)
    unit = _unit(name, catalogue)
    found = catalogue.classify_unit(unit)
    record = catalogue.record(unit.key)
    yield f"{visible(found.spdx)}: {one_line(record.name) if record else visible(unit.key)}"
    yield f"  ScanCode's key {visible(str(unit))}" + (f", its category {visible(record.category)}" if record else "")
    if record and record.homepage:
        yield f"  {visible(record.homepage)}"
    network = ", takes effect over a network too" if found.network else ""
    yield from (
        "",
        f"class: {found.license_class.value}{network}",
        f"  {one_line(str(found.reason or ''), 500)} ({one_line(found.source)})",
    )
    for title, ids in (("duties", found.obligations), ("limits and terms", found.terms)):
        yield f"{title}:" if ids else f"{title}: none on record"
        for each in ids:
            term = catalogue.terms.get(each)
            yield f"  {each}" + (f": {one_line(term.meaning, 300)}" if term else "")
    versions = [str(choice) for choice in catalogue.choices(unit)[1:]]
    if versions:
        yield f"may be taken as: {', '.join(versions)}"
    yield from _model_terms(unit.key)
    judged = _judged(unit, catalogue)
    yield from _report(found.license_class, [violation for told in judged.values() for violation in told])
    yield from ("", "in a product that is delivered under MIT, as code and as a dependency:")
    for policy, told in judged.items():
        yield f"  {policy:<26}{'; '.join(map(_verdict, told)) or Outcome.ALLOW.value}"


def _unit(name: str, catalogue: Catalogue) -> Unit:
    key = catalogue.resolve(name.strip()) or _model_license(name.strip(), catalogue)
    if key:
        return Unit(key)
    try:
        expression = parse(catalogue.from_spdx(name))
    except ExpressionError:
        expression = None
    if isinstance(expression, Unit) and all(catalogue.record(each) for each in keys(expression)):
        return expression
    raise UsageError(
        f"{name!r} is no file here and no licence that licscan knows",
        where="licscan explain",
        hint=f"`licscan licenses --search {name.split()[0] if name.split() else 'TEXT'}` finds licences by name",
    )


def _model_license(name: str, catalogue: Catalogue) -> str | None:
    """The key of a model licence by any name that the register knows: ``llama-2``, ``falcon-llm-license``."""
    entry = model_register().find(name)
    return catalogue.resolve(entry.id) if entry else None


def _model_terms(key: str) -> Iterator[str]:
    entry = model_register().find(key)
    if entry is not None:
        yield from ("", "in the register of model licences:")
        yield from (f"  {line}" for line in describe(entry, model_register()))


def _report(license_class: LicenseClass, told: Iterable[Violation]) -> Iterator[str]:
    """What the report, on which the policies rest, says of the class, and of what they object to."""
    said = {f"{license_class.value} (report 3.2.1)": CLASSES[license_class]} if license_class in CLASSES else {}
    said |= {
        f"{violation.code} ({violation.source})": REASONS[violation.code]
        for violation in told
        if violation.code in REASONS
        and violation.source.startswith("report ")
        # The words are of the whole work, which weak copyleft does not reach: its class says how far it goes.
        and not (violation.code == "reciprocity" and license_class is LicenseClass.WEAK_COPYLEFT)
    }
    if said:
        yield from ("", "what the report says:", *(f"  {about}: {text}" for about, text in said.items()))


def _judged(unit: Unit, catalogue: Catalogue) -> dict[str, tuple[Violation, ...]]:
    """What each ready-made policy says of a dependency under ``unit``."""
    from licscan.pipeline.run import judge
    from licscan.policy.load import READY_MADE, load_policy

    inventory = _sample(str(unit), catalogue)
    facts = Facts(distribution=Distribution.BINARY, commercial=True, outbound="MIT")
    audits = {name: judge(inventory, catalogue, load_policy(name), facts) for name in READY_MADE}
    return {
        name: tuple(each for each in audit.violations if each.subject.id == "pkg:generic/sample@1")
        for name, audit in audits.items()
    }


def _verdict(violation: Violation) -> str:
    return f"{violation.outcome.value} ({violation.code}{', violates' if violation.violates else ''})"


def _sample(expression: str, catalogue: Catalogue) -> Inventory:
    """A project under MIT that needs one component under ``expression``."""
    from licscan.core.component import Dependency

    def component(name: str, said: str, kind: ComponentKind) -> Component:
        claim = LicenseClaim(source=ClaimSource.DECLARED, expression=said, expression_spdx=catalogue.spdx(said))
        is_project = kind is ComponentKind.PROJECT
        return Component(
            id="path:." if is_project else f"pkg:generic/{name}@1",
            name=name,
            version="1",
            kind=kind,
            directory="" if is_project else None,
            claims=(claim,),
        )

    run = RunInfo(root="sample", tool_version="", scancode_version="", detector="", started="", finished="")
    parts = (component("product", "mit", ComponentKind.PROJECT), component("sample", expression, ComponentKind.PACKAGE))
    needs = (Dependency(parent=parts[0].id, child=parts[1].id, proven=True),)
    return Inventory(run=run, files=(), findings=(), components=parts, dependencies=needs)
