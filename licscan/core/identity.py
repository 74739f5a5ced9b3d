"""Which finding is which, from one run to the next: by what was found, and where."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence

from msgspec import Struct

from licscan.core.message import english
from licscan.core.same_words import words_of
from licscan.core.verdict import SubjectKind, Violation

DIGEST_LENGTH = 16


class Identity(Struct, frozen=True, order=True):
    """``key`` is of rule, subject, expression and evidence without any path; ``path`` is where it is. Equal identities are
    the same finding; equal keys alone are one that moved, if one is gone and the other new."""

    key: str
    path: str


def identity(violation: Violation) -> Identity:
    """Return the identity of a finding: lines, blanks, case and punctuation of the evidence do not matter."""
    subject = violation.subject
    is_file = subject.kind is SubjectKind.FILE
    # The words of a model's terms tell the findings of one rule apart; other rules make one finding of a subject.
    term = english(violation.trace[-1].why) if violation.trace and subject.kind is SubjectKind.MODEL else ""
    content = [
        violation.rule,
        violation.code,
        subject.kind.value,
        "" if is_file else subject.id,
        violation.expression or "",
        english(violation.question),
        term,
        evidence_words(violation),
    ]
    digest = hashlib.sha256(json.dumps(content, ensure_ascii=True).encode()).hexdigest()
    paths = {item.location.path for item in violation.evidence}
    return Identity(digest[:32], subject.id if is_file else min(paths, default=subject.path or ""))


def evidence_digest(violation: Violation) -> str:
    """Return what a waiver records of the evidence that was looked at: 16 hexadecimal digits."""
    content = json.dumps(evidence_words(violation), ensure_ascii=True).encode()
    return hashlib.sha256(content).hexdigest()[:DIGEST_LENGTH]


def evidence_words(violation: Violation) -> list[list[str]]:
    """The evidence as it survives moving and reformatting: expressions and words, sorted."""
    said = {(item.expression or "", item.words or " ".join(words_of(item.text))) for item in violation.evidence}
    return sorted(map(list, said))


class Comparison(Struct, frozen=True, kw_only=True):
    """Findings of now beside those of before: ``old`` were there before (some elsewhere), ``gone`` are no more."""

    new: tuple[Violation, ...]
    old: tuple[Violation, ...]
    gone: tuple[Identity, ...]


def compare(now: Sequence[Violation], before: Iterable[Identity]) -> Comparison:
    """Tell what is new: equal identities are matched first, one to one, then a finding that moved to one that is gone."""
    left: dict[Identity, int] = defaultdict(int)
    for known in before:
        left[known] += 1
    old: set[int] = set()
    open_: list[tuple[int, Identity]] = []
    for number, violation in enumerate(now):
        found = identity(violation)
        if left.get(found):
            left[found] -= 1
            old.add(number)
        else:
            open_.append((number, found))
    moved: dict[str, list[Identity]] = defaultdict(list)
    for known in sorted((each for each, count in left.items() for _ in range(count)), reverse=True):
        moved[known.key].append(known)
    for number, found in sorted(open_, key=lambda entry: (entry[1], entry[0])):
        if moved[found.key]:
            moved[found.key].pop()
            old.add(number)
    return Comparison(
        new=tuple(violation for number, violation in enumerate(now) if number not in old),
        old=tuple(violation for number, violation in enumerate(now) if number in old),
        gone=tuple(sorted(known for rest in moved.values() for known in rest)),
    )
