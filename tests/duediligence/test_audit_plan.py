"""The plan: one step for all that is alike."""

from __future__ import annotations

from msgspec.structs import replace

from licscan.core.message import name, say
from licscan.duediligence import DueDiligence
from licscan.duediligence.document import Risk
from licscan.duediligence.plan import actions
from licscan.duediligence.ratings import Bucket, Effort


def risk(document: DueDiligence, number: int, **changes: object) -> Risk:
    """A conflict on the part called ``number``, all else alike."""
    first = document.products[0].risks[0]
    subject = replace(first.subject, id=f"part-{number}", name=f"part-{number}")
    settled = {"bucket": Bucket.CONFLICT_NARROW, "question": None, "effort": Effort.DAYS}
    return replace(first, id=f"{number:064x}", subject=subject, **{**settled, **changes})


def test_findings_that_the_same_words_mend_are_one_step_whatever_rule_told_them(document: DueDiligence) -> None:
    step = say("Keep it out of what is distributed.")
    found = [risk(document, number, rule=f"rule-{number}", license=f"L-{number}", how_to_fix=step) for number in (1, 2)]
    (action,) = actions(found)
    assert action.findings == (found[0].id, found[1].id)
    assert action.subjects == ("part-1", "part-2")


def test_words_that_name_a_part_are_one_step_for_each_rule_and_licence(document: DueDiligence) -> None:
    found = [
        risk(document, number, rule=rule, how_to_fix=say("Replace {subject}.", subject=name(f"part-{number}")))
        for number, rule in ((1, "a"), (2, "a"), (3, "b"))
    ]
    assert [action.findings for action in actions(found)] == [(found[0].id, found[1].id), (found[2].id,)]


def test_what_blocks_a_purchase_is_no_step_with_what_does_not(document: DueDiligence) -> None:
    step = say("Declare the facts that are asked for.")
    found = [
        risk(document, 1, how_to_fix=step),
        risk(document, 2, how_to_fix=step, bucket=Bucket.RESEARCH),
    ]
    assert len(actions(found)) == 2
