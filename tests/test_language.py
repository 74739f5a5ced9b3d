"""Words that licscan no longer uses, in code and in messages; docs/style.md has what to write instead."""

from __future__ import annotations

import io
import re
import tokenize
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from tests.conftest import ROOT

MODULES = sorted((ROOT / "licscan").rglob("*.py"))
# In names, comments and strings of the code.
CODE = re.compile(r"\b(?:workshop|prospects?|looker|untold|mend(?:s|ed|ing)?|what do we owe)\b", re.IGNORECASE)
# In texts for users. `owed` may be the name of a placeholder.
MESSAGES = re.compile(
    r"(?<!\{)\b(?:told|untold|mend(?:s|ed|ing)?|owe[sd]?|nobody|somebody|what do we owe|no legal advice)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_code_uses_standard_words(module: Path) -> None:
    tokens = tokenize.generate_tokens(io.StringIO(module.read_text(encoding="utf-8")).readline)
    found = {(match[0].lower(), token.start[0]) for token in tokens for match in CODE.finditer(token.string)}
    assert sorted(found) == []


def test_messages_use_standard_words() -> None:
    with (ROOT / "licscan/locale/licscan.pot").open("rb") as stream:
        texts = [str(message.id) for message in read_po(stream) if message.id]
    assert len(texts) > 1_000
    assert [text for text in texts if MESSAGES.search(text)] == []


def test_chinese_uses_full_width_punctuation() -> None:
    with (ROOT / "licscan/locale/zh/LC_MESSAGES/licscan.po").open("rb") as stream:
        texts = [str(message.string) for message in read_po(stream) if message.id]
    assert [text for text in texts if re.search(r"[\u4e00-\u9fff][,;:?!](?:\s|[\u4e00-\u9fff])", text)] == []
