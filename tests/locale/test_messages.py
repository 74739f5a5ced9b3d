"""Messages: one catalogue, ids that stay, and a rendering in every language."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from licscan.core.message import Kind, Message, Value, english, ids_of, message, render, say, verbatim
from licscan.duediligence.stake import ABOUT_MESSAGES
from licscan.locale import SOURCE, language, languages
from licscan.locale.extract import texts_of

PACKAGE = Path(__file__).resolve().parents[2] / "licscan"
PLACE = re.compile(r"\{(\w+)\}")
# Names, values and options are the same in every language; three words in a row outside of quotes are a phrase.
QUOTED = re.compile(r"`[^`]*`|'[^']*'|sqlite3 .*|--[\w-]+(?: --[\w-]+)*")
PHRASE = re.compile(r"(?:\b[A-Za-z]+\b[ ,]+){2,}\b[A-Za-z]+\b")


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Yield every call that makes a message with an id, and where it stands."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "message":
                yield f"{path.relative_to(PACKAGE)}:{node.lineno}", node


CATALOGUE: dict[str, str] = {
    id_: text for path in sorted(PACKAGE.rglob("*.py")) for id_, text, _ in texts_of(path) if id_
}


def test_an_id_has_one_text() -> None:
    found = defaultdict(set)
    for path in PACKAGE.rglob("*.py"):
        for id_, text, _ in texts_of(path):
            found[id_].add(text)
    assert {id_: texts for id_, texts in found.items() if id_ and len(texts) > 1} == {}
    assert len(CATALOGUE) > 500


def test_ids_and_texts_are_written_out_where_a_message_is_made() -> None:
    """A text that is put together there is in no catalogue."""
    wrong = [
        place
        for place, call in calls()
        if not place.startswith("core/message.py")
        and not all(isinstance(item, ast.Constant) and isinstance(item.value, str) for item in call.args)
    ]
    assert wrong == []


def test_a_message_gets_the_values_that_its_text_has_places_for() -> None:
    wrong = []
    for place, call in calls():
        if place.startswith("core/message.py") or any(keyword.arg is None for keyword in call.keywords):
            continue
        given = {keyword.arg for keyword in call.keywords}
        text = call.args[1]
        assert isinstance(text, ast.Constant)
        # Without any it is an entry of a table, filled where it is used.
        if given and given != set(PLACE.findall(str(text.value))):
            wrong.append(place)
    assert wrong == []


@pytest.mark.parametrize("code", [code for code in languages() if code != SOURCE])
def test_every_message_is_rendered_in_every_language_without_an_untranslated_word(code: str) -> None:
    words = language(code)
    untranslated = []
    for id_, text in CATALOGUE.items():
        values = tuple(Value(name, Kind.TEXT, "12") for name in PLACE.findall(text))
        shown = render(Message(text, values, id_), words.text, lambda value: value.text)
        assert "{" not in shown, (id_, shown)
        has_words = re.search("[A-Za-z]", PLACE.sub("", text)) is not None
        if PHRASE.search(QUOTED.sub("", shown)) or (has_words and shown.isascii()):
            untranslated.append((id_, shown))
    assert untranslated == []


def test_english_is_the_text_with_its_values() -> None:
    found = message("x", "{who} has {count} of {things}", who="Ann", count=12_000, things=[say("one"), say("two")])
    assert english(found) == str(found) == "Ann has 12,000 of one, two"


def test_nothing_of_a_value_acts_on_a_terminal_or_is_read_as_a_template() -> None:
    assert english(verbatim("\x1b[2J {x}\n")) == "\\x1b[2J {x}\\n"
    assert "\x1b" not in english(Message("\x1b[2J"))


def test_the_ids_of_a_message_include_those_within_it() -> None:
    inner = message("inner", "{x}", x=1)
    assert list(ids_of(message("outer", "{a} {b}", a=inner, b=[inner]))) == ["outer", "inner", "inner"]


def test_what_decides_by_the_id_of_a_message_knows_ids_of_the_catalogue() -> None:
    assert set(ABOUT_MESSAGES) <= CATALOGUE.keys()
