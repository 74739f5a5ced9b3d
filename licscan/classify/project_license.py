"""The project's own licence: one answer, from the licence files of its folder, its manifests, its README and REUSE.

1. A person's conclusion is the answer.
2. Manifests state it. Where they are silent, the README's licence section does, if it agrees with the licence files or there are none.
3. A licence file is the text of what is stated so, and adds nothing; a text that nobody speaks of counts beside it (AND).
4. Several texts are a choice (OR) where the README, or the notices of the project's files, leave the choice between them.
5. Where none of these is there, the licence that most source files of a REUSE project are under is the project's; where they differ
   or are silent, all texts in ``LICENSES/`` count.

Whatever is found in more than one place is compared, and that it disagrees is told with the conclusion.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from licscan.classify.claims import (
    EXCEPTION_ALONE,
    CatalogueLike,
    Statement,
    classify_all,
    join_statements,
    statements_of,
    text_of,
)
from licscan.classify.legal import own_license_files
from licscan.core.component import SHIPPED, ClaimSource, Component
from licscan.core.expression import (
    AllOf,
    Expression,
    ExpressionError,
    OneOf,
    Unit,
    all_of,
    one_of,
    parse,
    parsed,
    units,
)
from licscan.core.finding import FileKind
from licscan.core.location import Location
from licscan.core.message import Message, filled, license_, listed, message
from licscan.core.readme import LicenseSection
from licscan.core.result import Inventory
from licscan.core.reuse import TEXT_FOLDER, is_reference, license_of_text
from licscan.core.verdict import Classification, Conclusion, Evidence, LicenseClass, Role
from licscan.statements.unspecific import UNSPECIFIC

_TAG = "spdx-license-identifier"
# Names of a family, or of nothing: a text of the same family is what they mean.
_VAGUE = frozenset(
    "bsd-new bsd-simplified gpl-1.0-plus lgpl-2.0-plus agpl-3.0 apache-2.0 mit artistic-2.0 mpl-2.0 cc-by-4.0 php-3.01 python".split()
)
_UNNAMED = UNSPECIFIC | {
    "proprietary-license",
    "commercial-license",
    "other-permissive",
    "other-copyleft",
    "warranty-disclaimer",
}


class ProjectSources(Struct, frozen=True, kw_only=True):
    """What projects and components are concluded from beside their manifests and files. ``sections`` are READMEs' and ``texts`` those
    of ``LICENSES/`` by folder, the latter as (path, licence); ``legal`` and ``code`` are paths of files."""

    sections: Mapping[str, Sequence[LicenseSection]]
    texts: Mapping[str, Sequence[tuple[str, str]]]
    legal: frozenset[str]
    code: frozenset[str]

    @classmethod
    def of(cls, inventory: Inventory, catalogue: CatalogueLike) -> ProjectSources:
        sections: dict[str, list[LicenseSection]] = defaultdict(list)
        for section in inventory.readmes:
            sections[section.location.path.rpartition("/")[0]].append(section)
        texts: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for file in inventory.files:
            name = license_of_text(file.path)
            if name and (is_reference(name) or catalogue.knows(name)):
                folder = file.path.split(f"{TEXT_FOLDER}/")[0].rstrip("/")
                texts[folder].append((file.path, name))
        return cls(
            sections=sections,
            texts=texts,
            legal=frozenset(file.path for file in inventory.files if file.kind is FileKind.LEGAL),
            code=frozenset(file.path for file in inventory.files if file.kind is FileKind.CODE),
        )


class ProjectLicense(Struct, frozen=True, kw_only=True):
    """``statements`` are what counts, and join to the answer; ``disagreement`` says who says what, where they do not agree."""

    statements: tuple[Statement, ...]
    disagreement: Message | None = None


_MANIFEST = message("project.manifest", "the manifest states {licence}")
_LICENSE_FILE = message("project.licence-file", "the licence file states {licence}")
_README = message("project.readme", "the README states {licence}")
_SOURCE_FILES = message("project.source-files", "most source files state {licence}")
# Where projects without a licence file at their top keep it.
_TEXT_FOLDERS = frozenset(("doc", "docs", "legal", "license", "licence"))


def project_license(
    component: Component, owned: Sequence[Conclusion], sources: ProjectSources, catalogue: CatalogueLike
) -> ProjectLicense:
    """Return the licence of ``component``, a project, whose files ``owned`` are about."""
    folder = component.directory or ""
    claims = statements_of(component.claims)
    texts = _license_files(folder, owned, sources)
    readme = _readme(folder, owned, sources)
    reuse = _reuse(folder, owned, sources, catalogue)
    if any(claim.source is ClaimSource.CONCLUDED for claim in claims):
        return ProjectLicense(statements=join_statements(claims))
    worded = _worded(claims, texts, readme, reuse)
    of_files = () if any(map(_joins_itself, texts)) else _choices_of_files(owned)
    is_explained = texts and not claims and len(reuse) == 1 and not _has_license_text(folder, owned, sources)
    if is_explained and _is_all_permissive(texts, reuse[0], catalogue):
        return ProjectLicense(
            statements=join_statements(reuse),
            disagreement=_disagreement(_named(claims, texts, readme, reuse), catalogue),
        )
    choice = _choice_between(texts, [*worded, *([readme] if readme else []), *of_files])
    counted = join_statements([*([choice] if choice else worded), *([] if choice else texts)])
    if not counted:
        beside = _license_files_in(lambda place: _is_text_folder(place, folder), owned, sources)
        counted = join_statements(reuse or text_statements(folder, sources, catalogue) or beside)
    return ProjectLicense(
        statements=counted, disagreement=_disagreement(_named(claims, texts, readme, reuse), catalogue)
    )


def _named(
    claims: Sequence[Statement], texts: Sequence[Statement], readme: Statement | None, reuse: Sequence[Statement]
) -> tuple[tuple[Message, Sequence[Statement]], ...]:
    """Return what each place says of the project, with the words that name the place."""
    return (
        (_MANIFEST, claims),
        (_LICENSE_FILE, texts),
        (_README, [readme] if readme else []),
        (_SOURCE_FILES, reuse),
    )


def _is_all_permissive(texts: Sequence[Statement], besides: Statement, catalogue: CatalogueLike) -> bool:
    """Whether what ``texts`` name, besides what ``besides`` states and what names no licence, is permissive."""
    stated = {_text_key(unit) for unit in _units(besides.expression)}
    return all(
        unit.license_class is LicenseClass.PERMISSIVE
        or unit.unit in _UNNAMED
        or unit.unit.removesuffix("-plus") in stated
        for text in texts
        for unit in catalogue.classify(text.expression).units
    )


def _has_license_text(folder: str, owned: Sequence[Conclusion], sources: ProjectSources) -> bool:
    """Whether a legal file of the folder holds the text or the tag of a licence, and does not only explain which licences there are: of a
    REUSE project the tags of its files say it more exactly."""
    return any(
        statement.role is Role.TEXT or statement.rule_id.startswith("spdx-license-identifier")
        for conclusion in owned
        if conclusion.subject.id in sources.legal and conclusion.subject.id.rpartition("/")[0] == folder
        for statement in conclusion.statements
    )


def with_choices_of_readmes(
    files: Iterable[Conclusion], sources: ProjectSources, catalogue: CatalogueLike
) -> list[Conclusion]:
    """Return the conclusions of files, those of READMEs with the choice that their licence section leaves: what the words say of the
    project they say in the file too. A README that names a further licence elsewhere stays as it is."""
    sections = {each.location.path: each for some in sources.sections.values() for each in some if each.is_choice}
    found = []
    for conclusion in files:
        section = sections.get(conclusion.subject.id)
        said = _stated_by(section, [conclusion]) if section and conclusion.expression else None
        if isinstance(said, OneOf) and {*map(_text_key, units(said))} == {
            *map(_text_key, _units(conclusion.expression))
        }:
            conclusion = replace(conclusion, classification=classify_all([str(said)], catalogue))
        found.append(conclusion)
    return found


def text_statements(folder: str, sources: ProjectSources, catalogue: CatalogueLike) -> list[Statement]:
    """Return what the texts in ``LICENSES/`` of ``folder`` are of: the last thing to go by."""
    found = []
    for path, name in sources.texts.get(folder, ()):
        expression = _in_keys(name, catalogue)
        if expression and not _is_exception_alone(catalogue.classify(expression)):
            evidence = Evidence(
                location=Location(path=path),
                expression=expression,
                note=message("note.text-of", "the text of {licence}", licence=license_(name)),
            )
            found.append(Statement(source=ClaimSource.DETECTED, expression=expression, evidence=(evidence,)))
    return found


def statements_of_files(files: Iterable[Conclusion], legal: frozenset[str]) -> list[Statement]:
    """Return what files are concluded to be under as statements of their component."""
    return [
        Statement(
            source=ClaimSource.DETECTED,
            expression=conclusion.expression,
            evidence=_one_of_each(conclusion.evidence),
            whole_text=conclusion.subject.id in legal,
        )
        for conclusion in files
        if conclusion.expression
    ]


def _one_of_each(evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Return the first piece of evidence for each expression: what a file says of one licence proves nothing of another."""
    first: dict[str | None, Evidence] = {}
    for item in evidence:
        first.setdefault(item.expression, item)
    return tuple(first.values())


def _license_files(folder: str, owned: Sequence[Conclusion], sources: ProjectSources) -> list[Statement]:
    """Return what the licence files of the folder say, third parties' apart."""
    return _license_files_in(lambda place: place == folder, owned, sources)


def _is_text_folder(place: str, folder: str) -> bool:
    """Whether ``place`` is a folder for documents in ``folder``."""
    above, _, name = place.rpartition("/")
    return above == folder and name.lower() in _TEXT_FOLDERS


def _license_files_in(
    is_wanted: Callable[[str], bool], owned: Sequence[Conclusion], sources: ProjectSources
) -> list[Statement]:
    beside = {}
    for conclusion in owned:
        directory, _, name = conclusion.subject.id.rpartition("/")
        if conclusion.subject.id in sources.legal and is_wanted(directory):
            beside[name] = conclusion
    own = own_license_files(beside)
    return statements_of_files([conclusion for name, conclusion in beside.items() if name in own], sources.legal)


def _readme(folder: str, owned: Sequence[Conclusion], sources: ProjectSources) -> Statement | None:
    """Return what the README's licence section says: by its own words, else by what was detected in its lines."""
    for section in sources.sections.get(folder, ()):
        said = _stated_by(section, owned)
        if said is None or all(unit.key in _UNNAMED for unit in units(said)):
            continue
        evidence = Evidence(
            location=section.location,
            text=section.text,
            expression=str(said),
            note=message("note.readme", "the README's licence section"),
        )
        return Statement(source=ClaimSource.DETECTED, expression=str(said), evidence=(evidence,))
    return None


def _stated_by(section: LicenseSection, owned: Sequence[Conclusion]) -> Expression | None:
    trees = [tree for text in section.expressions if (tree := parsed(text))]
    if not trees:
        trees = [tree for text in _detected_in(section, owned) if (tree := parsed(text))]
    return one_of(map(_as_choice, trees)) if section.is_choice else all_of(trees)


def _as_choice(tree: Expression) -> Expression:
    """Return ``MIT AND GPL`` as ``MIT OR GPL``: the words around it leave the choice."""
    return one_of(tree.args) or tree if isinstance(tree, AllOf) else tree


def _detected_in(section: LicenseSection, owned: Sequence[Conclusion]) -> Iterator[str]:
    place = section.location
    for conclusion in owned:
        if conclusion.subject.id == place.path:
            for item in conclusion.evidence:
                first, last = item.location.start_line or 0, item.location.end_line or 0
                inside = (place.start_line or 0) <= first and last <= (place.end_line or 0)
                if inside and item.expression and not set(_keys(item.expression)) <= _UNNAMED:
                    yield item.expression


def _reuse(
    folder: str, owned: Sequence[Conclusion], sources: ProjectSources, catalogue: CatalogueLike
) -> list[Statement]:
    """Return the licence that most of a REUSE project's source files are under; nothing where no text stands in ``LICENSES/``."""
    texts = sources.texts.get(folder, ())
    tagged = [each for each in owned if each.subject.scope in SHIPPED and each.expression and _is_stated(each)]
    files = [each for each in tagged if each.subject.id in sources.code] or tagged
    if not texts or not files:
        return []
    counts = Counter(each.expression for each in files)
    most, count = counts.most_common(1)[0]
    if count * 2 > len(files) and most:
        return [_by_files(most, count, len(files), texts, catalogue)]
    return [_by_files(text, count, len(files), texts, catalogue) for text, count in counts.items() if text]


def _by_files(
    expression: str, count: int, whole: int, texts: Sequence[tuple[str, str]], catalogue: CatalogueLike
) -> Statement:
    keys = {_text_key(unit) for unit in units(parse(expression))}
    paths = [path for path, name in texts if keys & {_text_key(unit) for unit in _units(_in_keys(name, catalogue))}]
    evidence = Evidence(
        location=Location(path=(paths or [texts[0][0]])[0]),
        expression=expression,
        note=message("note.reuse", "REUSE: {count} of {whole} source files are under it", count=count, whole=whole),
    )
    return Statement(source=ClaimSource.DETECTED, expression=expression, evidence=(evidence,))


def _is_exception_alone(found: Classification) -> bool:
    return found.problem is not None and found.problem.id == EXCEPTION_ALONE


def _is_of_reuse(item: Evidence) -> bool:
    """Whether it rests on what REUSE states of many files, or stands in a file of REUSE's."""
    note = item.note
    return note is not None and (note.id == "note.reuse" or any("REUSE" in value.text for value in note.values))


def _is_stated(conclusion: Conclusion) -> bool:
    """Whether a tag says what the file is under, or a file that speaks for it."""
    return any(
        _TAG in item.text.lower() or item.location.path != conclusion.subject.id or _is_of_reuse(item)
        for item in conclusion.evidence
    )


def _worded(
    claims: list[Statement], texts: list[Statement], readme: Statement | None, reuse: list[Statement]
) -> list[Statement]:
    """Return the statements in words that the licence files are the texts of."""
    if claims:
        return claims
    if readme and (not texts or _same_texts(readme, texts)):
        return [readme]
    if texts and len(reuse) == 1 and _same_texts(reuse[0], texts):
        return reuse
    return []


def _same_texts(statement: Statement, texts: Sequence[Statement]) -> bool:
    return _text_keys([statement]) == _text_keys(texts)


def _choice_between(texts: Sequence[Statement], stated: Iterable[Statement]) -> Statement | None:
    """Return the choice that one of ``stated`` leaves between the licences whose ``texts`` are there; ``None`` without one."""
    held = {_text_key(unit): unit for text in texts for unit in _units(text.expression)}
    if len(held) < 2:
        return None
    for statement in stated:
        tree = parsed(statement.expression)
        if not isinstance(tree, OneOf):
            continue
        offered = list(units(tree))
        chosen = [_offered(unit, offered) for unit in held.values()]
        if all(chosen):
            joined = one_of(each or unit for each, unit in zip(chosen, held.values(), strict=True))
            exact = {_text_key(unit) for unit in offered} == set(held)
            evidence = (*statement.evidence, *(item for text in texts for item in text.evidence))
            return Statement(
                source=statement.source, expression=str(tree if exact else joined), evidence=evidence, whole_text=False
            )
    return None


def _joins_itself(text: Statement) -> bool:
    """Whether a licence file says in one sentence that several licences apply: ``lib`` is under one, all other files under another."""
    return len(text.evidence) == 1 and isinstance(parsed(text.expression), AllOf)


def _offered(unit: Unit, offered: Iterable[Unit]) -> Unit | None:
    """Return which of the licences ``offered`` the text ``unit`` is of: that one, or ``unit`` where only the family is named."""
    for each in offered:
        if _text_key(each) == _text_key(unit):
            return each
    return unit if any(_is_of_family(unit, each) for each in offered) else None


def _choices_of_files(owned: Sequence[Conclusion]) -> Iterator[Statement]:
    """Yield the choices that the project's shipped files state, the most frequent first."""
    files: dict[str, list[Conclusion]] = defaultdict(list)
    for conclusion in owned:
        if conclusion.expression and conclusion.subject.scope in SHIPPED:
            files[conclusion.expression].append(conclusion)
    for expression, some in sorted(files.items(), key=lambda item: -len(item[1])):
        if isinstance(parsed(expression), OneOf):
            evidence = _one_of_each(some[0].evidence)
            yield Statement(source=ClaimSource.DETECTED, expression=expression, evidence=evidence)


def _disagreement(named: Iterable[tuple[Message, Sequence[Statement]]], catalogue: CatalogueLike) -> Message | None:
    """Return who says what where two sources name licences of which neither are among the other's."""
    known = [
        (who, statements, told)
        for who, statements in named
        if (told := [unit for each in statements for unit in _units(each.expression) if unit.key not in _UNNAMED])
    ]
    agree = all(
        _are_among(first, second) or _are_among(second, first)
        for number, (_, _, first) in enumerate(known)
        for _, _, second in known[number + 1 :]
    )
    if agree:
        return None
    stated = [filled(who, licence=license_(_shown(statements, catalogue))) for who, statements, _ in known]
    return message("project.disagreement", "{statements}", statements=listed(stated, "; "))


def _are_among(some: Sequence[Unit], others: Sequence[Unit]) -> bool:
    return all(
        any(
            _text_key(unit) == _text_key(other) or _is_of_family(unit, other) or _is_of_family(other, unit)
            for other in others
        )
        for unit in some
    )


def _is_of_family(unit: Unit, vague: Unit) -> bool:
    return vague.key in _VAGUE and _family(unit) == _family(vague)


def _family(unit: Unit) -> str:
    found = re.match(r"[a-z]+", unit.key)
    return found[0] if found else unit.key


def _shown(statements: Sequence[Statement], catalogue: CatalogueLike) -> str:
    joined = all_of(tree for each in statements if (tree := parsed(each.expression)))
    return catalogue.classify(str(joined)).expression_spdx if joined else ""


def _text_keys(statements: Iterable[Statement]) -> set[str]:
    return {_text_key(unit) for each in statements for unit in _units(each.expression)}


def _text_key(unit: Unit) -> str:
    return text_of(unit)


def _units(text: str | None) -> list[Unit]:
    tree = parsed(text) if text else None
    return list(units(tree)) if tree else []


def _keys(text: str) -> list[str]:
    return [unit.key for unit in _units(text)]


def _in_keys(name: str, catalogue: CatalogueLike) -> str | None:
    try:
        return catalogue.from_spdx(name)
    except ExpressionError:
        return None
