"""Where the project shows the phrases that licences oblige it to show."""

from __future__ import annotations

from pathlib import Path

import pytest

from licscan.core.finding import FileKind, SourceFile
from licscan.core.selection import SelectedFile
from licscan.detect.statements import statements_in
from licscan.modellicense.display import find_shown

PHRASES = ("Built with Llama", "Énergie: Falcon LLM", "a b")
TEXTS = {
    "in other case": "BUILT WITH LLAMA\n",
    "over two lines of a comment": "# built\n#   with llama\n",
    "as a part of a word": "Built with Llamas; a bb\n",
    "with letters beyond ASCII": "ÉNERGIE: falcon llm\n",
    "all words, apart from each other": "llama with a\nbuilt-in b\n",
    "none": "nothing here\n",
}


@pytest.mark.parametrize("case", TEXTS)
def test_the_quick_look_loses_no_phrase(case: str, tmp_path: Path) -> None:
    text = TEXTS[case]
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    file = SourceFile(path="a.txt", size=len(text), sha256="", kind=FileKind.PROSE)
    found, _ = statements_in([SelectedFile(file=file, location=str(tmp_path / "a.txt"))], PHRASES)
    assert found == find_shown("a.txt", text, PHRASES)


def test_something_is_found_at_all() -> None:
    assert sum(bool(find_shown("a.txt", text, PHRASES)) for text in TEXTS.values()) == 3
