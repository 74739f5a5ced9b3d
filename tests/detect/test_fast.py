"""The fast detector gives the reference detector's results, to the letter."""

from __future__ import annotations

import pickle
import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from licscan.app.run_options import cache_folder
from licscan.core.issue import IssueCode
from licscan.core.selection import SelectedFile
from licscan.detect.base import Detector
from licscan.detect.fast import FastDetector
from tests.detect.engine.test_search import hard_text
from tests.detect.faulty import MakeFile

_SPDX = (
    "MIT",
    "GPL-2.0+ OR MIT",
    "(Apache-2.0 AND foo-1.0)",
    "GPL-2.0-with-classpath-exception",
    "GPL-2.0-only WITH Classpath-exception-2.0 */",
    "Apache 2.0 or MIT",
    "MIT, BSD",
    "NONE",
    "LicenseRef-foo",
    "",
)


def test_a_detector_can_be_sent_to_another_process(tmp_path: Path) -> None:
    detector = FastDetector(tmp_path, timeout=3, max_text=4)
    sent = pickle.loads(pickle.dumps(detector))
    assert sent.fingerprint == detector.fingerprint
    assert not list(tmp_path.iterdir())


def test_other_limits_are_another_fingerprint(tmp_path: Path) -> None:
    assert FastDetector(tmp_path, max_text=4).fingerprint != FastDetector(tmp_path, max_text=5).fingerprint


@pytest.fixture(scope="module")
def fast(tmp_path_factory: pytest.TempPathFactory) -> FastDetector:
    return FastDetector(tmp_path_factory.mktemp("cache"), max_text=1_000_000)


def _findings(detector: Detector, files: Sequence[SelectedFile]) -> list[object]:
    return [(result.path, result.finding, result.issues) for result in detector.detect(files)]


@pytest.mark.scancode
def test_hard_texts_get_the_reference_detectors_findings(fast: FastDetector, make_file: MakeFile) -> None:
    import licensedcode

    from licscan.detect.scancode import ReferenceDetector

    data = Path(licensedcode.__file__).parent / "data"
    chance = random.Random(32)
    texts = [
        file.read_text(encoding="utf-8").split("\n---", 1)[1].lstrip("-\n")
        for folder, count in (("rules", 60), ("licenses", 15))
        for file in chance.sample(sorted((data / folder).iterdir()), count)
        if file.suffix in (".RULE", ".LICENSE")
    ]
    files = [
        make_file(f"hard{number}{chance.choice(('.txt', '.c', '.min.js', '.po'))}", hard_text(texts, chance))
        for number in range(40)
    ]
    files += [
        make_file(f"spdx{number}.c", f"// SPDX-License-Identifier: {declared}\n\nint a;\n")
        for number, declared in enumerate(_SPDX)
    ]
    assert _findings(fast, files) == _findings(ReferenceDetector(), files)


@pytest.mark.scancode
def test_a_file_that_is_gone_changed_or_too_large_costs_that_file(fast: FastDetector, make_file: MakeFile) -> None:
    gone, changed, large, good = (
        make_file("gone.c", "x"),
        make_file("changed.c", "MIT license\n"),
        make_file("large.c", "mit " * 300_000),
        make_file("good.c", "MIT license\n"),
    )
    Path(gone.location).unlink()
    Path(changed.location).write_text("GPL\n")
    results = list(fast.detect([gone, changed, large, good]))
    assert [[issue.code for issue in result.issues] for result in results] == [
        [IssueCode.UNREADABLE],
        [IssueCode.UNREADABLE],
        [IssueCode.TOO_LARGE],
        [],
    ]
    assert results[3].finding is not None
    assert results[3].finding.expression == "mit"


# First lines that are correct in a programming language, or in a text, and that media and compressed files begin with too.
MASKS = {
    "a.c": b"/* XPM */\n",
    "a.py": b"#?RADIANCE\n",
    "b.py": b"#FIG 3.2\n",
    "gif.js": b"GIF89a=1;\n",
    "ogg.js": b"OggS=1;\n",
    "id3.js": b"ID3=1;\n",
    "bz.js": b"BZh=1;\n",
    "a.erl": b"%PDF-1.4\n",
    "a.html": b"<svg>\n",
    "font.txt": b"SplineFontDB: 3.0\n",
    "netpbm": b"P3 1 1 255\n",
}


@pytest.mark.parametrize("name", MASKS)
@pytest.mark.parametrize("other", [b"", b"\n/* \x01 */\n", b"\n/* \xff\xfe */\n"])
def test_no_first_line_hides_the_rest_of_a_text(tmp_path: Path, make_file: MakeFile, name: str, other: bytes) -> None:
    detector = FastDetector(cache_folder(None), all_texts=True)
    file = make_file(name, MASKS[name] + b"# SPDX-License-Identifier: GPL-3.0-only\nint x;\n" + other)
    (result,) = detector.detect([file])
    assert result.finding and result.finding.expression_spdx == "GPL-3.0-only"


def test_pictures_stay_without_a_text_whatever_they_hold(make_file: MakeFile) -> None:
    detector = FastDetector(cache_folder(None), all_texts=True)
    picture = b"GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\0\0\0!\xfe\x20SPDX-License-Identifier: MIT\n\0;"
    (result,) = detector.detect([make_file("a.gif", picture)])
    assert result.finding and not result.finding.detections


def test_a_text_that_begins_as_media_do_and_is_over_the_limit_is_an_issue(make_file: MakeFile) -> None:
    detector = FastDetector(cache_folder(None), all_texts=True, max_text=1_000)
    (result,) = detector.detect([make_file("a.c", b"/* XPM */\n" + b"int x;\n" * 200)])
    assert [issue.code.value for issue in result.issues] == ["too-large"]


def test_without_extra_rules_such_a_text_is_what_scancode_takes_it_for(make_file: MakeFile) -> None:
    detector = FastDetector(cache_folder(None))
    (result,) = detector.detect([make_file("a.c", b"/* XPM */\n/* SPDX-License-Identifier: GPL-3.0-only */\n")])
    assert result.finding and not result.finding.detections
