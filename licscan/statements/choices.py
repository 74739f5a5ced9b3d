"""Choices in a text: which of its statements are alternatives, because words beside them say so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from licscan.core.expression import Expression, OneOf, Unit, one_of, units
from licscan.core.finding import Cue, CueKind, FileKind, Match
from licscan.statements.spoken_names import names_in

_SPREADING = frozenset({FileKind.LEGAL, FileKind.PROSE})
_MAX_SENTENCE = 1_000  # characters
_NEXT_PARAGRAPH = 3  # lines between the paragraphs of one explanation


class Named(Struct, frozen=True):
    """A statement that names a licence: its match and what it states."""

    match: Match
    tree: Expression


class Choice(Struct, frozen=True):
    """Alternatives, and the matches that name them; ``cue`` are the words that make them alternatives."""

    tree: Expression
    matches: tuple[Match, ...]
    cue: Cue


def find_choices(
    named: Sequence[Named], intros: Sequence[Match], cues: Sequence[Cue], kind: FileKind
) -> Iterator[Choice]:
    """Yield the choices of one file, each match in one of them at most.

    ``named`` are its statements that name a licence, in order, ``intros`` those that introduce one.
    """
    taken: set[Match] = set()
    chosen: list[tuple[tuple[int, int], set[str]]] = []  # blocks with a choice, and the families that it is between
    both = [cue for cue in cues if cue.kind is CueKind.BOTH]
    parts = [cue for cue in cues if cue.kind is CueKind.OTHER_PART]
    for cue in (each for each in cues if each.kind is CueKind.CHOICE):
        free = [each for each in named if each.match not in taken]
        block = _block(cue, [each.match for each in free] + list(intros))
        if block is None or any(_inside(other, block) for other in both):
            continue
        group = _beside(cue, [each for each in free if _inside_lines(each.match, block)], parts)
        spoken = _spoken(cue, [*(each.match for each in group), *intros])
        trees = [*(each.tree for each in group), *_unread(spoken, group)]
        if len(_families(trees)) < 2 and kind in _SPREADING:
            following = _following(block, free, parts)
            group = [*group, *(each for each in following if each not in group)]
            trees = [*trees, *(each.tree for each in following)]
        families = _families(trees)
        if len(families) < 2 or any(other == block and families <= known for other, known in chosen):
            continue
        chosen.append((block, families))
        tree = one_of(_most_exact(trees))
        if tree is not None and isinstance(tree, OneOf):
            taken |= {each.match for each in group}
            yield Choice(tree, tuple(each.match for each in group), cue)


def _block(cue: Cue, matches: Sequence[Match]) -> tuple[int, int] | None:
    """Return the lines of the comment or paragraph that holds a cue, as the matches in it have them."""
    blocks = {match.block for match in matches if match.block[0] <= cue.start_line and cue.end_line <= match.block[1]}
    return max(blocks, key=lambda block: block[1] - block[0], default=None)


def _inside(cue: Cue, block: tuple[int, int]) -> bool:
    return block[0] <= cue.start_line and cue.end_line <= block[1]


def _inside_lines(match: Match, block: tuple[int, int]) -> bool:
    return block[0] <= match.start_line and match.end_line <= block[1]


def _beside(cue: Cue, group: Sequence[Named], parts: Sequence[Cue]) -> list[Named]:
    """Return the statements of ``group`` that no words set apart from the cue as being about another part of the file."""
    behind = [part.start_line for part in parts if part.start_line > cue.end_line]
    before = [part.start_line for part in parts if part.start_line <= cue.start_line]
    first, last = max(before, default=0), min(behind, default=None)
    return [each for each in group if each.match.start_line >= first and (last is None or each.match.start_line < last)]


def _following(block: tuple[int, int], named: Sequence[Named], parts: Sequence[Cue]) -> list[Named]:
    """Return the statements of the paragraphs that follow a block, as long as each of them has one."""
    found: list[Named] = []
    end = block[1]
    stop = min((part.start_line for part in parts if part.start_line > end), default=None)
    for each in named:
        first, last = each.match.block
        if last <= end:
            if each.match.start_line > block[1]:
                found.append(each)
            continue
        if first > end + _NEXT_PARAGRAPH or (stop is not None and first >= stop):
            break
        found.append(each)
        end = last
    return found


def _spoken(cue: Cue, matches: Sequence[Match]) -> list[str]:
    """Return the names in the sentence of a cue, which ScanCode may not have rules for."""
    for match in matches:
        lines = match.context.split("\n")
        text = match.context
        if match.start_line - 3 <= cue.start_line and cue.end_line <= match.end_line + 3 and len(lines) < 60:
            plain = re.sub(r"(?m)^[ \t]*(?:/\*+|\*+/?|//+|#+|;+|--+|%+)", " ", text)
            sentences = re.split(r"(?<=[^\d.\s]{2})\.(?=\s|$)|\n\s*\n", plain)
            words = cue.text.split()[:3]
            pattern = re.compile(r"\W+".join(map(re.escape, words)), re.IGNORECASE)
            for number, sentence in enumerate(sentences):
                if pattern.search(sentence):
                    found = [key for _, key in names_in(sentence[:_MAX_SENTENCE])]
                    if len(found) < 2 and number:  # "Dual licensed under X and Y. Choose the one that you prefer."
                        found = [key for _, key in names_in(sentences[number - 1][-_MAX_SENTENCE:])] + found
                    return found
    return []


def _unread(spoken: Sequence[str], group: Sequence[Named]) -> list[Expression]:
    """Return the names of a sentence that no statement in it is about."""
    read = {family(unit) for each in group for unit in units(each.tree)}
    return [Unit(key) for key in dict.fromkeys(spoken) if family(Unit(key)) not in read]


def family(unit: Unit) -> str:
    """Return a name for the licences that one short name may mean: all of the GPL, the BSD licences."""
    key = unit.key
    for start in ("agpl", "lgpl", "gpl", "bsd", "mit", "apache", "mpl", "epl", "artistic"):
        if key.startswith(start):
            return start
    return key


def _families(trees: Sequence[Expression]) -> set[str]:
    return {family(unit) for tree in trees for unit in units(tree)}


def _most_exact(trees: Sequence[Expression]) -> list[Expression]:
    """Drop a unit that only names the family of another one, or the first version of one "or later"."""
    vague = {"gpl-1.0-plus": "gpl", "lgpl-2.0-plus": "lgpl"}
    every = [unit for tree in trees for unit in units(tree)]
    exact = {family(unit) for unit in every if unit.key not in vague}
    later = {unit.key.removesuffix("-plus") for unit in every if unit.key.endswith("-plus")}
    return [
        tree for tree in trees if not (isinstance(tree, Unit) and (vague.get(tree.key) in exact or tree.key in later))
    ]
