"""What the outputs that are asked for need of the facts."""

from __future__ import annotations

import pytest

from licscan.cli.options import Output
from licscan.cli.scan import planned_outputs, wants_copyrights


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        (("scancode-json=a.json",), False),
        (("scancode-json@text=a.json",), False),
        (("scancode-json", "html=a.html"), True),
        ((), True),
    ],
)
def test_nobody_asks_whose_code_it_is_for_detection_alone(asked: tuple[str, ...], wanted: bool) -> None:
    assert wants_copyrights(planned_outputs(asked, None)) is wanted


def test_one_output_that_tells_it_is_enough() -> None:
    assert wants_copyrights((Output.parse("scancode-json=a.json"), Output.parse("json=b.json")))
