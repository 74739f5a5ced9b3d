"""The catalogues: complete, with the same places for values, and used in every form."""

from __future__ import annotations

import re
from importlib import resources

import pytest
from babel.messages.pofile import read_po

from licscan.audit import DueDiligence, Order
from licscan.audit.phrase import Kind, Phrase, Value, say
from licscan.errors import UsageError
from licscan.locale import language, languages
from licscan.locale.extract import catalogue, messages
from licscan.report.audit.words import Words
from tests.audit.conftest import report_of

_PLACE = re.compile(r"\{(\w+)\}")
# Values alone, and signs: the same in every language.
_SAME = re.compile(r"^(\{\w+\}|\{shown\} of \{all\}|[^a-zA-Z]*)$")


def chinese() -> dict[str, str]:
    path = resources.files("licscan.locale") / "zh" / "LC_MESSAGES" / "licscan.po"
    with path.open("rb") as stream:
        return {str(message.id): str(message.string) for message in read_po(stream) if message.id}


def test_english_and_chinese_are_there() -> None:
    assert languages() == ("en", "zh")


def test_a_language_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(UsageError, match="no language 'xx'") as caught:
        language("xx")
    assert "en, zh" in (caught.value.hint or "")


def test_every_text_has_its_chinese() -> None:
    told = chinese()
    lacking = sorted({msgid for msgid, _ in messages() if msgid and not told.get(msgid)})
    assert lacking == []


def test_a_translation_keeps_the_places_for_values() -> None:
    for msgid, text in chinese().items():
        assert set(_PLACE.findall(msgid)) == set(_PLACE.findall(text)), msgid


def test_chinese_texts_are_chinese() -> None:
    for msgid, text in chinese().items():
        assert re.search("[\u3000-\u9fff\uff00-\uffef]", text) or _SAME.match(msgid), (msgid, text)


def test_the_template_knows_policies_checks_vocabulary_and_pages() -> None:
    ids = {message.id for message in catalogue()}
    assert "{licence} was found in {subject}: changes to what is under it stay under the same licence." in ids
    assert "{terms} conflicts with the Open Source Definition: {criteria}" in ids
    assert "Offer the source to network users" in ids
    assert "What would change the verdict" in ids


def test_a_phrase_within_a_phrase_is_translated_too() -> None:
    words = Words(language("zh"), ())
    inner = say("{terms}: commercial use is {permission}", terms="Falcon", permission="forbidden")
    outer = Phrase(
        "{subject}: {detail}.", (Value("subject", Kind.NAME, "falcon-7b"), Value("detail", Kind.OURS, phrases=(inner,)))
    )
    assert words.phrase(outer) == "falcon-7b：Falcon：商业使用被禁止。"


def test_values_are_put_in_once_and_never_read_as_places() -> None:
    words = Words(language("en"), ())
    phrase = Phrase("{subject} is {detail}", (Value("subject", Kind.NAME, "{detail}"), Value("detail", Kind.TEXT, "x")))
    assert words.phrase(phrase) == "{detail} is x"


def test_numbers_and_times_are_those_of_the_language(document: DueDiligence, order: Order) -> None:
    assert report_of(document, order, "en").words.language.number(20_000) == "20,000"
    assert report_of(document, order, "zh").words.language.moment("2026-01-02T03:04:05Z") == "2026-01-02 03:04 UTC"
