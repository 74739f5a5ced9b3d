"""What REUSE (specification 3.3) makes of the conclusions of files.

A side file (``logo.png.license``) speaks for the file beside it, REUSE.toml and ``.reuse/dep5`` for the paths that they name, by
the specification's order of precedence. None of them is a licensed work, and the texts in ``LICENSES/`` are there for the files
that use them. What is suppressed in this way stays visible as a statement. A full notice of a copyleft or proprietary licence counts
whatever another file states: it speaks to whoever reads it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from licscan.classify.claims import CatalogueLike, classify_all, statements_of
from licscan.core.expression import all_of, keys_of, parsed
from licscan.core.finding import FileFinding, Match
from licscan.core.location import Location
from licscan.core.message import Message, license_, message
from licscan.core.message import path as path_
from licscan.core.result import Inventory
from licscan.core.reuse import Precedence, ReuseAnnotation, file_beside, is_reference, license_of_text
from licscan.core.verdict import About, Composition, Conclusion, Evidence, LicenseClass, Role, Statement, Subject

_FULL_NOTICE = 20  # words
_TAG = "spdx-license-identifier"
_OWN_FILES = ("REUSE.toml", ".reuse/dep5")
_YIELDING = frozenset({LicenseClass.PERMISSIVE, LicenseClass.UNKNOWN})


class ReuseReading(Struct, frozen=True, kw_only=True):
    """What is stated outside the files of one inventory. ``side_files`` and ``annotations`` are by the path of the file that is
    meant, the latter from the root down; ``texts`` are the files below ``LICENSES/`` that are named for a licence."""

    order: Mapping[str, int]
    findings: Mapping[str, FileFinding]
    side_files: Mapping[str, str]
    annotations: Mapping[str, Sequence[ReuseAnnotation]]
    texts: frozenset[str]
    ignored: Mapping[str, Sequence[Location]]
    catalogue: CatalogueLike

    @classmethod
    def of(cls, inventory: Inventory, catalogue: CatalogueLike) -> ReuseReading:
        order = {file.path: number for number, file in enumerate(inventory.files)}
        annotations: dict[str, list[ReuseAnnotation]] = defaultdict(list)
        for annotation in inventory.reuse.annotations:
            for path in annotation.paths:
                annotations[path].append(annotation)
        ignored: dict[str, list[Location]] = defaultdict(list)
        for place in inventory.reuse.ignored:
            ignored[place.path].append(place)
        return cls(
            order=order,
            findings={finding.path: finding for finding in inventory.findings},
            side_files={meant: path for path in order if (meant := file_beside(path)) in order and meant},
            annotations=annotations,
            texts=frozenset(path for path in order if _is_text(path, catalogue)),
            ignored=ignored,
            catalogue=catalogue,
        )

    def without_ignored(self, finding: FileFinding) -> FileFinding:
        """Return ``finding`` without what stands between ignore marks and is no full notice or text."""
        silent = self._ignored_matches(finding)
        if not silent:
            return finding
        detections = []
        for detection in finding.detections:
            kept = tuple(match for match in detection.matches if match not in silent)
            joined = all_of(tree for match in kept if (tree := parsed(match.expression)))
            if len(kept) == len(detection.matches):
                detections.append(detection)
            elif joined:
                detections.append(replace(detection, matches=kept, expression=str(joined)))
        joined = all_of(tree for each in detections if (tree := parsed(each.expression)))
        return replace(finding, detections=tuple(detections), expression=str(joined) if joined else None)

    def _ignored_matches(self, finding: FileFinding) -> list[Match]:
        places = self.ignored.get(finding.path, ())
        every = (match for detection in finding.detections for match in detection.matches) if places else ()
        return [
            match
            for match in every
            if match.path == finding.path
            and not _is_full(match)
            and any(_holds(place, match.location) for place in places)
        ]

    def restated(self, conclusions: Iterable[Conclusion], subject_of: Callable[[str], Subject]) -> list[Conclusion]:
        """Return the conclusions of files as REUSE has them, in the order of the files; those of files of which only others speak
        are among them."""
        found = {conclusion.subject.id: conclusion for conclusion in conclusions}
        spoken_for = {meant for meant, side in self.side_files.items() if side in found}
        marked = [path for path in self.ignored if self._between_marks(path)]
        paths = dict.fromkeys((*found, *spoken_for, *self.annotations, *marked))
        last = len(self.order)
        return [
            concluded
            for path in sorted(paths, key=lambda path: self.order.get(path, last))
            if (concluded := self._file(path, found, subject_of))
        ]

    def _file(
        self, path: str, found: Mapping[str, Conclusion], subject_of: Callable[[str], Subject]
    ) -> Conclusion | None:
        own = found.get(path)
        if ignored := self._between_marks(path):
            own = own or Conclusion(subject=subject_of(path), classification=None)
            own = replace(own, statements=(*own.statements, *ignored))
        if self._is_own_file(path):
            return own and _silent(
                own,
                Composition.STATED_OUTSIDE,
                message("statement.speaks-for-others", "it is about other files, and is not a work itself"),
            )
        if path in self.texts:
            why = message(
                "statement.kept-text",
                "it is the text of {licence}, kept for the files that are under it",
                licence=license_(license_of_text(path)),
            )
            return own and _silent(own, Composition.LICENSE_TEXT, why)
        concluded = own or Conclusion(subject=subject_of(path), classification=None)
        beside = found.get(self.side_files.get(path, ""))
        if beside and beside.classification:
            concluded = self._stated_instead(concluded, [beside.classification.expression], beside.evidence)
        return self._annotated(concluded, path, has_side=bool(beside and beside.classification))

    def _is_own_file(self, path: str) -> bool:
        if self.side_files.get(file_beside(path) or "") == path:
            return True
        return any(path == name or path.endswith(f"/{name}") for name in _OWN_FILES)

    def _between_marks(self, path: str) -> tuple[Statement, ...]:
        silent = self._ignored_matches(self.findings[path]) if path in self.ignored and path in self.findings else []
        why = message(
            "statement.ignored",
            "it is between the marks {start} and {end}",
            start="REUSE-" + "IgnoreStart",
            end="REUSE-" + "IgnoreEnd",
        )
        return tuple(
            _suppressed(Composition.IGNORED, match.expression, match.rule_id, match.location, why) for match in silent
        )

    def _annotated(self, concluded: Conclusion, path: str, *, has_side: bool) -> Conclusion:
        counted, overridden = _by_precedence(
            self.annotations.get(path, ()), has_own=has_side or self._has_tag(path, concluded)
        )
        statements = statements_of(claim for annotation in counted for claim in annotation.claims)
        evidence = tuple(dict.fromkeys(item for each in statements for item in each.evidence))
        expressions = [statement.expression for statement in statements]
        if not expressions:
            return concluded
        if overridden:
            return self._stated_instead(concluded, expressions, evidence)
        own = [concluded.expression] if concluded.expression else []
        return replace(
            concluded,
            classification=classify_all([*own, *expressions], self.catalogue),
            evidence=(*concluded.evidence, *evidence),
        )

    def _has_tag(self, path: str, concluded: Conclusion) -> bool:
        finding = self.findings.get(path)
        if finding is None or concluded.classification is None:
            return False
        silent = {(each.location, each.rule_id) for each in concluded.suppressed}
        return any(
            _TAG in match.matched_text.lower() and (match.location, match.rule_id) not in silent
            for detection in finding.detections
            for match in detection.matches
        )

    def _stated_instead(
        self, concluded: Conclusion, expressions: Sequence[str], evidence: Sequence[Evidence]
    ) -> Conclusion:
        """Return ``concluded`` with what another file states in place of what the file itself does."""
        kept = self._full_notices(concluded, expressions)
        where = ", ".join(dict.fromkeys(str(item.location) for item in evidence))
        gone = tuple(
            _suppressed(
                Composition.STATED_OUTSIDE,
                item.expression or "",
                item.rule_id or "",
                item.location,
                message("statement.stated-outside", "{places} speaks for this file", places=path_(where)),
            )
            for item in concluded.evidence
            if item not in kept
        )
        said = [item.expression for item in kept if item.expression]
        return replace(
            concluded,
            classification=classify_all([*expressions, *said], self.catalogue),
            evidence=(*evidence, *kept),
            statements=(*_without(concluded.statements, gone), *gone),
        )

    def _full_notices(self, concluded: Conclusion, expressions: Iterable[str]) -> list[Evidence]:
        """Return the evidence of notices in the file that nobody else can speak for: stricter than permissive, and not stated anyway."""
        finding = self.findings.get(concluded.subject.id)
        matches = [match for each in finding.detections for match in each.matches] if finding else []
        full = {(match.location, match.rule_id) for match in matches if match.kind == "notice" and _is_full(match)}
        stated = {key for text in expressions for key in keys_of(text)}
        return [
            item
            for item in concluded.evidence
            if (item.location, item.rule_id) in full
            and item.expression
            and not set(keys_of(item.expression)) <= stated
            and self.catalogue.classify(item.expression).license_class not in _YIELDING
        ]


def _by_precedence(annotations: Sequence[ReuseAnnotation], *, has_own: bool) -> tuple[list[ReuseAnnotation], bool]:
    """Return the annotations that count for one file, and whether they do so in place of what the file states.

    ``annotations`` stand from the root down. An override ends the way to the file; what is closest to it and no more than that
    counts where nothing else is stated.
    """
    counted: list[ReuseAnnotation] = []
    closest: ReuseAnnotation | None = None
    overriding: ReuseAnnotation | None = None
    for annotation in annotations:
        if annotation.precedence is Precedence.OVERRIDE:
            overriding = annotation
            break
        if annotation.precedence is Precedence.AGGREGATE:
            counted.append(annotation)
        else:
            closest = annotation
    is_stated = bool(overriding.claims) if overriding else has_own
    if overriding and overriding.claims:
        counted.append(overriding)
    if closest and not is_stated:
        counted.append(closest)
    return counted, overriding is not None


def _is_text(path: str, catalogue: CatalogueLike) -> bool:
    name = license_of_text(path)
    if name is None:
        return False
    return is_reference(name) or catalogue.knows(name)


def _is_full(match: Match) -> bool:
    return match.kind in ("notice", "text") and match.matched_length >= _FULL_NOTICE


def _holds(place: Location, other: Location) -> bool:
    return (place.start_line or 0) <= (other.start_line or 0) and (other.end_line or 0) <= (place.end_line or 0)


def _silent(concluded: Conclusion, reason: Composition, why: Message) -> Conclusion:
    gone = tuple(
        _suppressed(reason, item.expression or "", item.rule_id or "", item.location, why)
        for item in concluded.evidence
    )
    return replace(
        concluded, classification=None, evidence=(), statements=(*_without(concluded.statements, gone), *gone)
    )


def _suppressed(composition: Composition, expression: str, rule_id: str, location: Location, why: Message) -> Statement:
    return Statement(
        expression=expression,
        rule_id=rule_id,
        location=location,
        role=_ROLES.get(composition, Role.TAG),
        about=_ABOUT.get(composition, About.FILE),
        composition=composition,
        explanation=why,
    )


_ROLES = {Composition.LICENSE_TEXT: Role.TEXT}
_ABOUT = {Composition.LICENSE_TEXT: About.NOTHING, Composition.IGNORED: About.NOTHING}


def _without(statements: Iterable[Statement], gone: Iterable[Statement]) -> Iterator[Statement]:
    """Yield the statements that are not suppressed by ``gone``."""
    replaced = {(each.location, each.rule_id) for each in gone}
    return (each for each in statements if not each.counts or (each.location, each.rule_id) not in replaced)
