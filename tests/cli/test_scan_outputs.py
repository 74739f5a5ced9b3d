"""What the outputs that are asked for need of the facts."""

from __future__ import annotations

import subprocess
import sys

import pytest

from licscan.app.run_options import Output
from licscan.cli.scan import DEFAULT_OUTPUTS, planned_outputs, wants_copyrights
from licscan.report import reporter


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


def test_the_default_outputs_are_called_as_their_formats_say() -> None:
    assert {name: reporter(name).FILE_NAME for name in DEFAULT_OUTPUTS} == DEFAULT_OUTPUTS


def test_what_will_be_needed_is_loaded_ahead_and_what_workers_need_is_not() -> None:
    program = """if True:
        import sys
        from pathlib import Path
        from licscan.cli.scan import get_ready, planned_outputs
        from licscan.core.finding import FileKind, SourceFile
        from licscan.core.selection import SelectedFile
        outputs = planned_outputs((), Path("out"))
        early = sorted({"jinja2", "cyclonedx", "cluecode"} & set(sys.modules))
        licence = SourceFile(path=sys.argv[1], size=1, sha256="", kind=FileKind.LEGAL)
        get_ready(outputs, [SelectedFile(file=licence, location="")])
        print(early, sorted({"jinja2", "cyclonedx", "cluecode"} & set(sys.modules)))
    """
    ran = subprocess.run(
        [sys.executable, "-c", program, "vendor/x/LICENSE"], capture_output=True, check=True, encoding="utf-8"
    )
    assert ran.stdout.strip() == "[] ['cyclonedx', 'jinja2']"
