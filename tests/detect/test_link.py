"""References between files are followed, and the codebase's detections counted."""

from __future__ import annotations

import pytest

from licscan.core.finding import Detection, FileFinding, Match
from licscan.detect.link import link


def match(
    expression: str,
    path: str,
    *,
    references: tuple[str, ...] = (),
    kind: str = "notice",
    matcher: str = "2-aho",
    coverage: float = 100.0,
) -> Match:
    return Match(
        expression=expression,
        expression_spdx=expression.replace("mit", "MIT").replace("isc", "ISC"),
        path=path,
        start_line=1,
        end_line=1,
        score=100.0,
        coverage=coverage,
        relevance=100,
        matched_length=5,
        matcher=matcher,
        rule_id=f"{expression}.RULE",
        kind=kind,
        references=references,
    )


def finding(path: str, *matches: Match) -> FileFinding:
    """A file with one detection a match."""
    detections = tuple(
        Detection(
            expression=found.expression,
            expression_spdx=found.expression_spdx,
            identifier=f"{found.expression}-of-{path}",
            matches=(found,),
        )
        for found in matches
    )
    expression = " AND ".join(dict.fromkeys(found.expression for found in matches)) or None
    return FileFinding(path=path, expression=expression, expression_spdx=expression, detections=detections)


def says(path: str, expression: str) -> FileFinding:
    return finding(path, match(expression, path))


def refers(path: str, *names: str, expression: str = "unknown-license-reference") -> FileFinding:
    return finding(path, match(expression, path, references=names, kind="reference"))


def linked(*findings: FileFinding, empty_folders: tuple[str, ...] = ()) -> dict[str, str | None]:
    followed, _ = link(findings, "root", empty_folders=empty_folders)
    assert [found.path for found in followed] == [found.path for found in findings]
    return {found.path: found.expression for found in followed}


def test_a_reference_is_followed_to_the_file_beside_it() -> None:
    assert linked(refers("src/a.c", "COPYING"), says("src/COPYING", "mit"), says("COPYING", "isc"))["src/a.c"] == "mit"


def test_a_reference_is_followed_to_the_root_when_nothing_is_beside_it() -> None:
    assert (
        linked(refers("src/deep/a.c", "COPYING"), says("src/COPYING", "mit"), says("COPYING", "isc"))["src/deep/a.c"]
        == "isc"
    )


def test_a_reference_to_nothing_stays_what_it_was() -> None:
    expressions = linked(refers("a.c", "COPYING"), says("LICENSE", "mit"))
    assert expressions["a.c"] == "unknown-license-reference"


def test_a_file_without_licences_beside_ends_the_search() -> None:
    expressions = linked(refers("src/a.c", "COPYING"), finding("src/COPYING"), says("COPYING", "mit"))
    assert expressions["src/a.c"] == "unknown-license-reference"


@pytest.mark.parametrize("empty", [(), ("src/COPYING",)])
def test_a_folder_of_that_name_ends_the_search(empty: tuple[str, ...]) -> None:
    inside = () if empty else (finding("src/COPYING/inside.txt"),)
    expressions = linked(refers("src/a.c", "COPYING"), says("COPYING", "mit"), *inside, empty_folders=empty)
    assert expressions["src/a.c"] == "unknown-license-reference"


def test_a_reference_can_climb_a_folder_but_not_out_of_the_tree() -> None:
    expressions = linked(
        refers("lib/a.c", "../LICENSE"),
        refers("b.c", "../root/LICENSE"),
        refers("c.c", "../LICENSE"),
        says("LICENSE", "mit"),
    )
    assert expressions == {"lib/a.c": "mit", "b.c": "mit", "c.c": "unknown-license-reference", "LICENSE": "mit"}


def test_a_file_that_is_the_root_has_nothing_beside_it() -> None:
    (followed,), _ = link([refers("LICENSE", "LICENSE")], "LICENSE", single_file=True)
    assert followed.detections[0].log == ()


def test_what_was_followed_keeps_the_place_of_its_text() -> None:
    (followed, _), _ = link([refers("a.c", "COPYING"), says("COPYING", "mit")], "root")
    (detection,) = followed.detections
    assert [(found.path, found.expression) for found in detection.matches] == [
        ("a.c", "unknown-license-reference"),
        ("COPYING", "mit"),
    ]
    assert (detection.expression, detection.expression_spdx) == ("mit", "MIT")
    assert (followed.expression, followed.expression_spdx) == ("mit", "MIT")
    assert detection.log == ("unknown-reference-to-local-file",)


def test_a_known_licence_takes_in_one_that_adds_to_it() -> None:
    expressions = linked(refers("a.c", "COPYING", expression="mit"), says("COPYING", "isc"))
    assert expressions["a.c"] == "isc"  # the reference itself does not speak once it was followed


def test_the_same_licences_otherwise_joined_are_no_better_answer() -> None:
    expressions = linked(refers("a.c", "COPYING", expression="mit OR isc"), says("COPYING", "mit AND isc"))
    assert expressions["a.c"] == "mit OR isc"


@pytest.mark.parametrize(
    ("said", "expected"), [("mit", "mit"), ("unknown-license-reference", "a AND b AND c AND d AND e AND f")]
)
def test_a_file_of_many_licences_answers_only_the_unknown(said: str, expected: str) -> None:
    expressions = linked(refers("a.c", "COPYING", expression=said), says("COPYING", "a AND b AND c AND d AND e AND f"))
    assert expressions["a.c"] == expected


def test_an_introduction_does_not_speak_beside_a_licence() -> None:
    intro = match("unknown-license-reference", "COPYING", kind="intro")
    fuzzy = match("unknown-license-reference", "COPYING", kind="intro", matcher="3-seq", coverage=80.0)
    exact = linked(refers("a.c", "COPYING"), finding("COPYING", intro, match("mit", "COPYING")))
    assert exact["a.c"] == "mit"
    approximate = linked(refers("a.c", "COPYING"), finding("COPYING", fuzzy, match("mit", "COPYING")))
    assert approximate["a.c"] == "unknown-license-reference AND mit"


def test_references_are_followed_in_the_order_of_the_walk() -> None:
    # B refers to a, and a to C: a comes first in the walk, so B sees what a has become.
    expressions = linked(refers("B", "a"), refers("a", "C"), says("C", "mit"))
    assert expressions == {"B": "mit", "a": "mit", "C": "mit"}
    # Here a refers to B, which is followed only later.
    expressions = linked(refers("B", "C"), refers("a", "B"), says("C", "mit"))
    assert expressions == {"B": "mit", "a": "unknown-license-reference", "C": "mit"}


def test_equal_detections_are_counted_and_told_from_their_first_file() -> None:
    def shared(path: str) -> FileFinding:
        found = match("mit", path)
        detection = Detection(expression="mit", expression_spdx="MIT", identifier="mit-1", matches=(found,))
        return FileFinding(path=path, expression="mit", expression_spdx="MIT", detections=(detection,))

    _, unique = link([shared("z/a"), says("b", "isc"), shared("Y"), shared("x")], "root")
    assert [(found.expression, found.count) for found in unique] == [("isc", 1), ("mit", 3)]
    assert unique[1].reference_matches[0].path == "x"


def test_unique_detections_stand_by_expression_then_by_number() -> None:
    def made(path: str, identifier: str) -> FileFinding:
        detection = Detection(
            expression="mit", expression_spdx="MIT", identifier=identifier, matches=(match("mit", path),)
        )
        return FileFinding(path=path, expression="mit", detections=(detection,))

    _, unique = link(
        [made("a", "mit-2"), made("b", "mit-3"), made("c", "mit-3"), made("d", "mit-1"), says("e", "isc")], "root"
    )
    assert [found.identifier for found in unique] == ["isc-of-e", "mit-3", "mit-1", "mit-2"]


def test_a_tree_without_licences_has_no_detections() -> None:
    assert link([], "root") == ((), ())
    assert link([finding("a")], "root") == ((finding("a"),), ())


# In memory ScanCode's second detection sees what the first has become; on disk it sees what the first was.
@pytest.mark.parametrize(("in_memory", "matches"), [(10_000, [3, 5]), (3, [3, 3])])
def test_a_file_that_refers_to_itself_twice_is_taken_as_scancode_keeps_it(in_memory: int, matches: list[int]) -> None:
    reference = match("unknown-license-reference", "b/LICENSE", references=("LICENSE",))
    (_, followed), _ = link([finding("a"), finding("b/LICENSE", reference, reference)], "root", in_memory=in_memory)
    assert [len(detection.matches) for detection in followed.detections] == matches
