"""What a card says in its text, of anybody's card."""

from __future__ import annotations

import pytest

from licscan.aimodel.card_body import read_body
from licscan.aimodel.card_license import named_license
from licscan.modellicense.display import find_shown

CARD = """
# Talker 7B

<img src="x.png">

Talker answers questions about **talks**.

- **Developed by:** The [Example](https://example.org) team

## Uses

### Direct Use

Answers in a chat.

### Out-of-Scope Use

[More Information Needed]

## Bias, Risks, and Limitations

It repeats what its training data got wrong.
"""


def test_a_card_says_what_the_model_is_who_made_it_and_where_it_fails() -> None:
    body = read_body(CARD)
    assert body.description == "Talker answers questions about talks."
    assert body.authors == ("The Example team",)
    assert body.considerations == (
        ("use", "Answers in a chat."),
        ("ethics", "It repeats what its training data got wrong."),
    )


@pytest.mark.parametrize(
    "part", ["\n", "<!--", "# ", "- developed by ", "[", "<", "**", "-", "| a ", "developed by\n", "---\n"]
)
def test_a_card_of_one_repeated_part_is_read_in_time(part: str) -> None:
    text = part * (200_000 // len(part))
    assert read_body(text).authors is not None
    assert find_shown("README.md", f"<!-- {text} Kimi K2 " + "Kimi K2 " * 20_000, ["Kimi K2"]) is not None
    assert named_license(f"attribution{part * 5_000}x", lambda _: None) is None
