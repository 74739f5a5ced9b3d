"""What is said of the models of a small tree that names very many."""

from __future__ import annotations

from licscan.core.facts import Distribution, Facts
from licscan.core.verdict import SubjectKind
from licscan.policy import evaluate, load_policy
from tests.policy import factories as make

MANY = tuple(make.model(f"meta-llama/Llama-2-{number}b-hf", "llama-2-license-2023") for number in range(60))
FACTS = Facts(distribution=Distribution.BINARY)


def test_each_model_keeps_its_worst_finding_and_the_first_ones_all_of_theirs() -> None:
    found = evaluate(make.inventory(statements=()), (make.project("mit"), *MANY), load_policy("default"), FACTS)
    of_models: dict[str, list[str]] = {}
    for each in found:
        if each.subject.kind is SubjectKind.MODEL:
            of_models.setdefault(each.subject.id, []).append(str(each.message))
    counts = [len(messages) for messages in of_models.values()]
    assert len(counts) == 60
    assert sum(count > 1 for count in counts) == 20
    brief = [messages[0] for messages in of_models.values() if len(messages) == 1]
    assert all("Further findings of this model are left out" in message for message in brief)


def test_what_violates_still_violates_where_it_is_left_out() -> None:
    found = evaluate(make.inventory(statements=()), (make.project("mit"), *MANY), load_policy("default"), FACTS)
    violating = {each.subject.id for each in found if each.violates and each.subject.kind is SubjectKind.MODEL}
    assert len(violating) == 60


def test_few_models_keep_everything_that_is_found_of_them() -> None:
    found = evaluate(make.inventory(statements=()), (make.project("mit"), *MANY[:20]), load_policy("default"), FACTS)
    assert not any("left out" in str(each.message) for each in found)
