"""What a result has of the elements that others want of a bill of materials."""

from __future__ import annotations

from licscan.report.checklist import Checklist, State, checklists
from tests.report import sample_sbom as sample


def checked() -> dict[str, Checklist]:
    report = sample.report()
    return {each.standard: each for each in checklists(report.inventory, report.audit)}


def states(checklist: Checklist, cluster: str) -> dict[str, State]:
    return {each.element: each.state for each in checklist.elements if each.cluster == cluster}


def test_the_elements_of_a_model_are_present_or_said_to_be_missing() -> None:
    found = states(checked()["g7"], "Models")
    assert (found["identifier"], found["version"], found["limitations"]) == (State.PRESENT,) * 3
    assert (found["timestamp"], found["licence"]) == (State.MISSING, State.PRESENT)


def test_what_no_source_tree_shows_is_for_a_person() -> None:
    assert states(checked()["g7"], "Security properties")["security controls"] is State.PERSON


def test_what_some_components_lack_is_named_with_what_to_do() -> None:
    version = next(each for each in checked()["bsi"].elements if each.element == "version")
    assert version.state is State.PARTLY
    assert "model:acme/talks" in version.lacking and "model:acme/chat-7b" not in version.lacking
    assert "lockfile" in version.how


def test_the_seven_clusters_have_their_elements() -> None:
    clusters = [each.cluster for each in checked()["g7"].elements]
    counts = {cluster: clusters.count(cluster) for cluster in dict.fromkeys(clusters)}
    assert list(counts.values()) == [10, 9, 14, 10, 2, 4, 2]
