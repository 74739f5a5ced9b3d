"""Issues instead of findings: what has one cause and one remedy is one thing to read and to decide."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain

from msgspec.structs import replace

from licscan.core.component import ComponentKind
from licscan.core.issue import IssueLevel
from licscan.core.message import Message, name, path, say
from licscan.core.verdict import Certainty, Severity, SubjectKind, Violation
from licscan.duediligence.adapted import adapted_code
from licscan.duediligence.brief import brief, distinct, family, in_title, worst_units
from licscan.duediligence.certainty import certainty_of, least, possible
from licscan.duediligence.document import FrontPage, Issue, Item, Question, Risk, SubjectRef
from licscan.duediligence.edition import copyleft_beside_an_edition
from licscan.duediligence.fold import Home, Homes, Part, own_of, parts, with_images_folded
from licscan.duediligence.law import clauses, notes
from licscan.duediligence.rate import bucket_of
from licscan.duediligence.ratings import Bucket, Topic
from licscan.duediligence.review import evidence_of
from licscan.duediligence.sold import sold_components
from licscan.duediligence.topics import WORDS, topic_of
from licscan.duediligence.view import View, digest
from licscan.duediligence.worded import filled, subjects_of

_FRONT = 8  # issues on the front page
_ASKED = 15  # questions to ask first
_TOPICS, _BUCKETS, _SEVERITIES = tuple(Topic), tuple(Bucket), tuple(reversed(Severity))
_MINOR = frozenset({Severity.LOW, Severity.INFO})
_CERTAINTIES = tuple(Certainty)
# Topics with one issue for each family of licences: each family asks for a decision of its own.
_BY_FAMILY = frozenset({Topic.COPYLEFT, Topic.NETWORK, Topic.RESTRICTED, Topic.MODELS, Topic.WEAK, Topic.EDITION})
_BY_LICENCE_IN_IMAGES = _BY_FAMILY | {Topic.PROGRAMS, Topic.SOURCE}
_PLACES = 5
_NAMED = 3  # packages of an image in the name of an item
_OWN_TERMS = "LicenseRef-scancode-commercial-license"  # whatever text a commercial folder's terms were made from
_DECIDING = frozenset({Bucket.CONFLICT_BROAD, Bucket.CONFLICT_NARROW, Bucket.NOT_LICENSED, Bucket.RESEARCH})


def issues(view: View, risks: Sequence[Risk]) -> tuple[Issue, ...]:
    """Return all issues, the weightiest first: every finding belongs to exactly one."""
    messages = {risk.id: risk.message for risk in risks}
    groups: dict[tuple[Topic, str], list[Part]] = {}
    homes = Homes(view)
    by_topic: dict[Topic, list[tuple[Violation, Home]]] = {}
    for violation in view.audit.violations:
        home = homes.of(violation)
        own = own_of(view, violation)
        topic = topic_of(view, violation, own=own, in_image=home.in_image)
        by_topic.setdefault(topic, []).append((violation, home))
    for topic, members in by_topic.items():
        for part in with_images_folded(parts(view, members), partial(_kind_in_image, view, topic)):
            groups.setdefault((topic, _family(view, topic, part)), []).append(part)
    made = [_issue(view, topic, members, messages) for (topic, _), members in groups.items()]
    made += [*sold_components(view), *adapted_code(view), *copyleft_beside_an_edition(view)]
    ordered = sorted(made, key=_weight)
    return tuple(_numbered(issue, number) for number, issue in enumerate(ordered, 1))


def front(view: View, found: Sequence[Issue], asked: Sequence[Question] = ()) -> FrontPage:
    """Return what stands on the first page."""
    deciding = [issue for issue in found if issue.bucket in _DECIDING] or list(found)
    chosen = tuple(issue.number for issue in deciding[:_FRONT])
    return FrontPage(
        issues=chosen,
        more=len(found) - len(chosen),
        questions=tuple(question.number for question in asked[:_ASKED]),
        unknown=tuple(_unknown(view)),
    )


def _kind_in_image(view: View, topic: Topic, part: Part) -> str:
    """What puts packages of an image together: the family of their licence where the issue turns on it, else the issue itself."""
    names = _licenses(view, part)
    return family(names[0]) if topic in _BY_LICENCE_IN_IMAGES and names else topic.value


def _family(view: View, topic: Topic, part: Part) -> str:
    names = _licenses(view, part)
    return family(names[0]) if topic in _BY_FAMILY and names else ""


def _weight(issue: Issue) -> tuple[object, ...]:
    return (
        _BUCKETS.index(issue.bucket) if issue.bucket not in _DECIDING else 0,
        issue.severity in _MINOR and issue.certainty is Certainty.POSSIBLE,
        _TOPICS.index(issue.topic),
        _BUCKETS.index(issue.bucket),
        _SEVERITIES.index(issue.severity),
        -len(issue.items),
        issue.id,
    )


def _numbered(issue: Issue, number: int) -> Issue:
    return replace(issue, number=number)


def _issue(view: View, topic: Topic, members: Sequence[Part], messages: Mapping[str, Message]) -> Issue:
    items = sorted(
        (_item(view, topic, part, messages) for part in members),
        key=lambda item: (_CERTAINTIES.index(item.certainty), -item.files, item.subject.name, item.id),
    )
    violations = tuple(chain.from_iterable(part.violations for part in members))
    counted = Counter(name for part in members for name in distinct(_licenses(view, part))[:1])
    licences = [name for name, _ in counted.most_common()] if topic is not Topic.EDITION else [_OWN_TERMS]
    words = WORDS[topic]
    shown = in_title(licences)
    return Issue(
        id=digest("issue", topic.value, *sorted(each.id for each in violations)),
        number=0,
        topic=topic,
        bucket=min((bucket_of(each, view.unread, view.own) for each in violations), key=_BUCKETS.index),
        severity=min((each.severity for each in violations), key=_SEVERITIES.index),
        title=filled(words.title, shown, subjects_of(items)),
        what=filled(words.what, shown, subjects_of(items)),
        why=filled(words.why, shown, subjects_of(items)),
        concerns=words.concerns,
        options=words.options,
        addressees=words.addressees,
        certainty=least(item.certainty for item in items),
        items=tuple(items),
        findings=tuple(each.id for each in violations),
        clauses=clauses(view, topic, (each.subject for each in violations)),
    )


def _item(view: View, topic: Topic, part: Part, messages: Mapping[str, Message]) -> Item:
    names = _licenses(view, part) if topic is not Topic.EDITION else (_OWN_TERMS,)
    about = next((each for each in part.violations if each.subject.id == part.first.id), part.violations[0])
    conclusion = view.conclusion(part.first)
    whole = conclusion.classification.expression_spdx if conclusion and conclusion.classification else ""
    files = part.files
    if part.home.key.kind is SubjectKind.FILE:
        whole = part.violations[0].expression_spdx or ""
    if part.packages:
        whole = ""
    return Item(
        id=digest("item", part.home.key.kind.value, part.home.key.name, *sorted(each.id for each in part.violations)),
        subject=_ref(view, part),
        label=_label(part),
        brief=_brief(topic, part, names),
        license=whole,
        certainty=least(certainty_of(view, each) for each in part.violations),
        what=_what(view, topic, part, messages[about.id]),
        versions=() if part.packages else _versions(view, part),
        folded=()
        if part.packages
        else tuple(dict.fromkeys(each.name for each in part.subjects if each.name != part.first.name)),
        files=len(files),
        places=_places(view, part),
        findings=tuple(each.id for each in part.violations),
        notes=_packages(part) or notes(view, view.conclusion(part.violations[0].subject)),
    )


def _brief(topic: Topic, part: Part, names: Sequence[str]) -> Message:
    if not part.packages:
        return brief(names)
    if topic not in _BY_LICENCE_IN_IMAGES or not names:
        return say("several")
    return in_title([each for each in names if family(each) == family(names[0])])


def _what(view: View, topic: Topic, part: Part, message: Message) -> Message:
    if topic is Topic.EDITION:
        return _own_terms(view, part)
    return (
        say("The same applies to each of these packages; the register has the finding of each.")
        if part.packages
        else message
    )


def _packages(part: Part) -> tuple[Message, ...]:
    """The names of all packages that an item stands for."""
    if not part.packages:
        return ()
    return (say("Packages: {names}", names=tuple(say("{subject}", subject=name(each)) for each in part.packages)),)


def _own_terms(view: View, part: Part) -> Message:
    """What is said of a commercial folder of the seller's own: its text is like others' texts, and is no licence of these."""
    places = _places(view, part)
    if not places:
        return say("The seller's own code under terms of its own: have them read.")
    return say("The seller's own code under terms of its own: have them read in {place}.", place=path(places[0]))


def _ref(view: View, part: Part) -> SubjectRef:
    if part.home.key.kind is SubjectKind.FILE and part.home.component is not None:
        return view.component_ref(part.home.component)
    if part.home.key.kind is SubjectKind.COMPONENT and part.home.component is not None:
        return view.component_ref(part.home.component)
    return view.root_ref() if part.home.key.kind is SubjectKind.FILE else view.ref(part.first)


def _label(part: Part) -> Message:
    """Name a part as people do: a file by its path, several by how many they are and where the first stands."""
    if part.packages:
        first = tuple(say("{subject}", subject=name(each)) for each in part.packages[:_NAMED])
        return say("{names} and {count} other packages of the image", names=first, count=len(part.packages) - _NAMED)
    if part.home.key.kind is not SubjectKind.FILE:
        return say("{subject}", subject=name(_own_name(part)))
    files = part.files
    if len(files) == 1:
        return say("{place}", place=path(files[0]))
    folder = part.home.folder
    if not folder:
        return say("{count} files ({place} and others)", count=len(files), place=path(files[0]))
    if part.home.is_binary:
        return say("{place} ({count} binary files)", count=len(files), place=path(f"{folder}/"))
    return say("{place} ({count} files)", count=len(files), place=path(f"{folder}/"))


def _own_name(part: Part) -> str:
    component = part.home.component
    if component is None or component.kind is ComponentKind.PROJECT:
        return part.first.name
    plain = part.home.key.name.partition(":")[2]
    several = len({each.name for each in part.subjects}) > 1
    return plain if several and component.kind is ComponentKind.PACKAGE else component.name


def _versions(view: View, part: Part) -> tuple[str, ...]:
    found = (view.components[each.id].version for each in part.subjects if each.id in view.components)
    return tuple(dict.fromkeys(version for version in found if version))


def _places(view: View, part: Part) -> tuple[str, ...]:
    """The first places of the evidence, identical texts once."""
    seen: dict[str, str] = {}
    for violation in part.violations:
        for item in evidence_of(view, violation):
            seen.setdefault(item.words or str(item.location), str(item.location))
        if len(seen) >= _PLACES:
            break
    return tuple(list(seen.values())[:_PLACES])


def _licenses(view: View, part: Part) -> tuple[str, ...]:
    """The licences that the findings on a part are about, by SPDX id: those that decided, then those of the findings' class, then all."""
    found: dict[str, None] = {}
    for violation in part.violations:
        conclusion = view.conclusion(violation.subject)
        classification = conclusion.classification if conclusion else None
        units = worst_units(classification, violation.license_class)
        decided = violation.trace[-1].what.split(", ") if violation.trace else ()
        found.update(dict.fromkeys(unit.spdx for unit in units if unit.spdx in decided))
        found.update(dict.fromkeys(unit.spdx for unit in units if unit.license_class is violation.license_class))
        found.update(dict.fromkeys(unit.spdx for unit in units))
    return tuple(found)


def _unknown(view: View) -> Iterator[Message]:
    """What could change the picture and is not known: one line for each kind."""
    components = [item for item in view.inventory.components if item.kind is not ComponentKind.PROJECT]
    unread = sum(1 for item in components if item.unresolved)
    if unread:
        yield say("Licences not looked up: {count} of {all} dependencies, which are named but not in the tree.", count=unread, all=len(components))  # fmt: skip
    if view.unopened:
        yield say("Content recognised and not read (archives, compressed files): {count}.", count=len(view.unopened))
    failed = sum(1 for issue in view.inventory.issues if issue.level is IssueLevel.INCOMPLETE)
    if failed:
        yield say("Files that could not be read: {count}.", count=failed)
    weak = sum(1 for each in view.audit.conclusions if possible(each))
    if weak:
        yield say("Possible licences only, to be confirmed by reading: {count}.", count=weak)
    facts = view.audit.facts
    missing = [fact for fact in ("distribution", "commercial", "linking", "modified") if getattr(facts, fact) is None]
    if missing:
        yield say("Facts not stated: {facts}.", facts=tuple(say("{fact}", fact=fact) for fact in missing))


def grouped(found: Iterable[Issue]) -> Mapping[str, int]:
    """Return the number of the issue that each finding belongs to."""
    return {finding: issue.number for issue in found for finding in issue.findings}
