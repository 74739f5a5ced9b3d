"""The licence catalogue: what every licence of ScanCode's is called, which class it has, what it asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from licscan.classify.classes import ClassTable, Ruling, packaged_classes, rank
from licscan.classify.exceptions import Effect, ExceptionRuling, packaged_exceptions
from licscan.classify.names import Names, index_names, packaged_names
from licscan.classify.own_licenses import OwnLicense
from licscan.classify.terms import Term, TermKind, TermTable, packaged_terms
from licscan.core.expression import AllOf, Expression, ExpressionError, Unit, all_of, keys, one_of, parse, units
from licscan.core.license import LicenseRecord
from licscan.core.message import Message, joined_problems, license_, listed, message
from licscan.core.reuse import is_reference
from licscan.core.verdict import Classification, LicenseClass, UnitClassification

_UNKNOWN = LicenseClass.UNKNOWN
_COPYLEFT = (LicenseClass.STRONG_COPYLEFT, LicenseClass.WEAK_COPYLEFT)
_UNTOLD_SPDX = "NOASSERTION"
_PROBLEMS_TOLD = 5


class Catalogue(Struct, frozen=True, kw_only=True):
    """Licences by name, class, obligation and term. Every answer is data: a question never raises unless it says so.

    ``own`` are the licences with names of one's own (``LicenseRef-...``) of the project that is judged.
    """

    names: Names
    classes: ClassTable
    exceptions: Mapping[str, ExceptionRuling]
    term_table: TermTable
    own: Mapping[str, OwnLicense] = field(default_factory=dict)

    @classmethod
    def load(cls, records: Sequence[LicenseRecord]) -> Catalogue:
        """Return the catalogue of ``records``, judged by the data that ships with licscan; raise ``RuleFileError``."""
        return cls(
            names=index_names(records, packaged_names()),
            classes=packaged_classes(),
            exceptions=packaged_exceptions(),
            term_table=packaged_terms(),
        )

    def knowing(self, own: Mapping[str, OwnLicense]) -> Catalogue:
        """Return the catalogue with what a project tells of its names of its own."""
        return replace(self, own=own) if own else self

    @property
    def terms(self) -> Mapping[str, Term]:
        """Every obligation and term by id, in the order in which they are listed everywhere."""
        return self.term_table.terms

    def record(self, key: str) -> LicenseRecord | None:
        """Return what ScanCode says of ``key``, which is its own key in its own spelling."""
        return self.names.records.get(key)

    def resolve(self, name: str) -> str | None:
        """Return the key for a ScanCode key or an SPDX id in any case, old, deprecated or ``LicenseRef-``."""
        return self.names.resolve(name)

    def knows(self, name: str) -> bool:
        """Whether ``name`` is a licence or an exception of ScanCode's or of the SPDX list, in any case."""
        return self.resolve(name) is not None or name.lower() in self.names.table.expressions

    def spdx(self, expression_text: str) -> str:
        """Return the expression in SPDX ids, ``LicenseRef-`` for what SPDX does not list; raise ``ExpressionError``."""
        return self.names.to_spdx(parse(expression_text))

    def from_spdx(self, expression_text: str) -> str:
        """Return an SPDX expression in ScanCode's keys, unknown ids as they are; raise ``ExpressionError``."""
        return self.names.from_spdx(expression_text)

    def later_versions(self, key: str) -> tuple[str, ...]:
        """Return the keys that may be chosen in place of ``key``, oldest first; none where it names one version only."""
        return self.names.table.later.get(key, ())

    def choices(self, unit: Unit) -> tuple[Unit, ...]:
        """Return what ``unit`` may be taken for, itself first: ``gpl-2.0-plus`` also is ``gpl-2.0`` or ``gpl-3.0``."""
        return (unit, *(Unit(key, unit.exception) for key in self.later_versions(unit.key)))

    def exception(self, key: str) -> ExceptionRuling | None:
        """Return the effect of an exception, ``None`` where ``key`` is none; a deprecated one has its successor's effect."""
        record = self.record(key)
        ruling = self.exceptions.get(key)
        if ruling or not (record and record.is_exception):
            return ruling
        successors = {name for text in record.replaced_by for name in _names_in(text) if name in self.exceptions}
        if len(successors) == 1:
            return self.exceptions[successors.pop()]
        return ExceptionRuling(
            key=key,
            effect=Effect.UNKNOWN,
            reason=message(
                "class.exception-unknown",
                "the effect of {licence} on its licence is not on record: no permission in it is relied on",
                licence=license_(key),
            ),
            source=f"ScanCode's licence data, {key}",
        )

    def classify(self, expression_text: str) -> Classification:
        """Return the class of an expression in ScanCode's keys: AND its worst part, OR its best, WITH as one unit.

        What cannot be parsed or is not known is ``unknown``, with ``problem`` saying why.
        """
        try:
            expression = self._resolved(parse(expression_text))
        except ExpressionError as error:
            return Classification(
                expression=expression_text,
                expression_spdx=_UNTOLD_SPDX,
                license_class=_UNKNOWN,
                units=(),
                problem=error.problem,
            )
        judged = {unit: self.classify_unit(unit) for unit in units(expression)}
        problems = dict.fromkeys(problem for unit in judged if (problem := self._problem(unit)))
        return Classification(
            expression=str(expression),
            expression_spdx=self.names.to_spdx(expression),
            license_class=_class_of(expression, judged),
            units=tuple(judged.values()),
            problem=_joined(tuple(problems)),
        )

    def classify_unit(self, unit: Unit) -> UnitClassification:
        """Return the class of one licence with its exception, the reasons for both, and what they ask."""
        base = self._base_ruling(unit)
        ruling, network = base, unit.key in self.classes.network and base.license_class is not _UNKNOWN
        if unit.exception:
            ruling = self._with_exception(base, unit)
        names = (unit.key, unit.exception) if unit.exception else (unit.key,)
        if unit.key in self.own:
            behind = self._behind(self.own[unit.key])
            network = behind is not None and behind.network
            names = (*names, *(_names_in(behind.expression) if behind else ()))
        asked = self.term_table.ids(ruling.license_class, names, network=network)
        return UnitClassification(
            unit=str(unit),
            spdx=self.names.to_spdx(unit),
            license_class=ruling.license_class,
            network=network,
            reason=_reasons(ruling.reason, self.classes.network.get(unit.key) if network else None),
            source=ruling.source,
            obligations=self.term_table.of_kind(TermKind.OBLIGATION, asked),
            terms=self.term_table.of_kind(TermKind.TERM, asked),
        )

    def _problem(self, unit: Unit) -> Message | None:
        """Return why nothing can be said of ``unit``; being of class unknown is no problem in itself."""
        record = self.record(unit.key)
        if unit.key in self.own:
            return None
        if not record:
            return message(
                "licence.unknown", "'{licence}' is not a licence that ScanCode knows", licence=license_(unit.key)
            )
        whole = self._replacement(record) or record.key in self.classes.overrides
        if record.is_exception and not whole:
            return message(
                "licence.exception-alone",
                "'{licence}' is an exception without the licence that it modifies",
                licence=license_(unit.key),
            )
        if unit.exception and not self.exception(unit.exception):
            return message(
                "licence.unknown-exception",
                "'{licence}' is not an exception that ScanCode knows",
                licence=license_(unit.exception),
            )
        return None

    def _base_ruling(self, unit: Unit) -> Ruling:
        """Return the ruling for the licence alone, whatever stands behind WITH."""
        if unit.key in self.own:
            return self._own_ruling(unit.key)
        record = self.record(unit.key)
        problem = self._problem(Unit(unit.key))
        if not record or problem:
            return Ruling(license_class=_UNKNOWN, reason=problem or _NOT_KNOWN, source="ScanCode's licence data")
        replacement = self._replacement(record)
        if replacement and record.key not in self.classes.overrides:
            judged = self.classify(replacement)
            return Ruling(
                license_class=judged.license_class,
                reason=message(
                    "class.deprecated",
                    "deprecated by ScanCode in favour of {replacement}",
                    replacement=license_(replacement),
                ),
                source=f"ScanCode's licence data, {record.key}",
            )
        return self.classes.ruling(record)

    def _resolved(self, expression: Expression) -> Expression:
        """Return ``expression`` with those names of one's own replaced that ScanCode has, unless the project gives them a text."""
        if isinstance(expression, Unit):
            is_own = expression.key in self.own or not is_reference(expression.key)
            return expression if is_own else parse(self.names.from_spdx(str(expression)))
        joined = (all_of if isinstance(expression, AllOf) else one_of)(map(self._resolved, expression.args))
        return joined or expression

    def _own_ruling(self, name: str) -> Ruling:
        """Return the class of what stands behind a name of one's own."""
        known = self.own[name]
        behind = self._behind(known)
        if behind is None:
            return Ruling(
                license_class=LicenseClass.PROPRIETARY,
                reason=message(
                    "class.own", "{licence} is a licence of the project's own making", licence=license_(name)
                ),
                source=known.source,
            )
        return Ruling(
            license_class=behind.license_class,
            reason=message(
                "class.own-name",
                "{licence} is the name of a text that is {known}",
                licence=license_(name),
                known=license_(behind.expression_spdx),
            ),
            source=known.source,
        )

    def _behind(self, known: OwnLicense) -> Classification | None:
        return replace(self, own={}).classify(known.expression) if known.expression else None

    def _replacement(self, record: LicenseRecord) -> str | None:
        """Return the expression in force that replaces a deprecated key, if there is exactly one."""
        if not record.is_deprecated or len(record.replaced_by) != 1:
            return None
        (text,) = record.replaced_by
        successors = [self.record(name) for name in _names_in(text)]
        alone = len(successors) == 1 and successors[0] and successors[0].is_exception
        in_force = all(successor and not successor.is_deprecated for successor in successors)
        return text if successors and in_force and not alone else None

    def _with_exception(self, base: Ruling, unit: Unit) -> Ruling:
        exception = self.exception(unit.exception or "")
        if exception is None:
            return Ruling(
                license_class=_UNKNOWN, reason=self._problem(unit) or _NOT_KNOWN, source="ScanCode's licence data"
            )
        # An exception permits, and what nobody has judged is not relied on; terms that are added may restrict.
        is_permission = exception.effect is Effect.UNKNOWN and not exception.key.endswith("-additional-terms")
        stays = is_permission and base.license_class in _COPYLEFT
        return Ruling(
            license_class=base.license_class if stays else _lifted(base.license_class, exception.effect),
            reason=_reasons(base.reason, exception.reason),
            source=f"{base.source}; {exception.source}",
        )


_NOT_KNOWN = message("class.not-known", "ScanCode's data does not state what it is")


def _reasons(*reasons: Message | None) -> Message:
    """Return one message of those that there are."""
    given = [reason for reason in reasons if reason]
    return given[0] if len(given) == 1 else message("class.reasons", "{reasons}", reasons=listed(given, "; "))


def _joined(problems: tuple[Message, ...]) -> Message | None:
    """Join a few problems; a list of ids can bring thousands."""
    more = len(problems) - _PROBLEMS_TOLD
    if more > 0:
        return message(
            "problems.more",
            "{problems}; and {count} more",
            problems=listed(problems[:_PROBLEMS_TOLD], "; "),
            count=more,
        )
    return joined_problems(problems)


def _names_in(text: str) -> tuple[str, ...]:
    try:
        return keys(parse(text))
    except ExpressionError:
        return ()


def _lifted(base: LicenseClass, effect: Effect) -> LicenseClass:
    if base is _UNKNOWN or effect is Effect.UNKNOWN:
        return _UNKNOWN
    if effect is Effect.RESTRICTS:
        return LicenseClass.PROPRIETARY
    if effect is Effect.LIFTS and base is LicenseClass.STRONG_COPYLEFT:
        return LicenseClass.WEAK_COPYLEFT
    return base


def _class_of(expression: Expression, judged: Mapping[Unit, UnitClassification]) -> LicenseClass:
    if isinstance(expression, Unit):
        return judged[expression].license_class
    classes = [_class_of(arg, judged) for arg in expression.args]
    return max(classes, key=rank) if isinstance(expression, AllOf) else min(classes, key=rank)
