"""The catalogues: complete, with the same places for values, and used in every form."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from msgspec.structs import replace

from licscan.classify.catalogue import Catalogue
from licscan.core.facts import Distribution, Facts
from licscan.core.message import Kind, Message, Value, say
from licscan.duediligence import DueDiligence, Judged, Order, derive
from licscan.errors import UsageError
from licscan.locale import extract, language, languages
from licscan.locale.extract import catalogue, messages
from licscan.modellicense.descriptions import PLAIN_TERMS
from licscan.pipeline.run import judge
from licscan.policy.checks.model_duties import COPIES, STANDING
from licscan.policy.load import load_policy
from licscan.report.duediligence import docx, html, xlsx
from licscan.report.duediligence.base import Form, content
from licscan.report.duediligence.words import Words
from tests.duediligence.conftest import report_of

_PLACE = re.compile(r"\{(\w+)\}")
# Values alone, and signs: the same in every language.
_SAME = re.compile(r"^((\{\w+\} ?)+|\{shown\} of \{all\}|[^a-zA-Z]*)$")


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


def test_texts_inside_f_strings_and_inside_other_texts_are_found_too(tmp_path: Path) -> None:
    (tmp_path / "duediligence").mkdir()
    source = tmp_path / "duediligence" / "some.py"
    source.write_text("x = f\"a {words.text('in an f-string', n=1)}\"\ny = say('outer {x}', x=say('inner'))\n")
    assert [text for _, text, _ in extract.texts_of(source)] == ["in an f-string", "outer {x}", "inner"]


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
    outer = Message(
        "{subject}: {detail}.",
        (Value("subject", Kind.NAME, "falcon-7b"), Value("detail", Kind.OURS, messages=(inner,))),
    )
    assert words.phrase(outer) == "falcon-7b：Falcon：商业使用被禁止。"


def test_values_are_put_in_once_and_never_read_as_places() -> None:
    words = Words(language("en"), ())
    phrase = Message(
        "{subject} is {detail}", (Value("subject", Kind.NAME, "{detail}"), Value("detail", Kind.TEXT, "x"))
    )
    assert words.phrase(phrase) == "{detail} is x"


def test_numbers_and_times_are_those_of_the_language(document: DueDiligence, order: Order) -> None:
    assert report_of(document, order, "en").words.language.number(20_000) == "20,000"
    assert report_of(document, order, "zh").words.language.moment("2026-01-02T03:04:05Z") == "2026-01-02 03:04 UTC"


# What is shown as others wrote it: quotations, names, expressions, paths, and the command line.
_QUOTED = {
    "holders", "text", "command", "name", "names", "license", "declared", "detected", "concluded", "path", "places", "settings",
    "named_at", "choice", "subjects", "chain", "id", "purl", "auditor", "reviewer", "archives", "detector", "rule",
}  # fmt: skip
_ENGLISH = re.compile(r"[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}")
# Names of licences and of standards' parts in a sentence are names in every language.
_NAMES = re.compile(
    r"Llama 2 Community License Agreement|'Llama 2 is licensed under the LLAMA 2 Community License'|licscan (audit|check|diff|scan|report)[ \w.-]*|\([^)]*\.json[^)]*\)"
)


def leaves(value: object, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, item in value.items():
            # What the sample could not read or left out is invented, and so are its reasons.
            yield from leaves(item, name) if name not in ("unread", "skipped") else ()
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item, key)
    elif isinstance(value, str):
        yield key, value


@pytest.mark.parametrize("distribution", [None, Distribution.BINARY, Distribution.SAAS, Distribution.NONE])
def test_no_sentence_of_the_chinese_edition_is_left_in_english(
    judged: Judged, order: Order, catalogue_of_licences: Catalogue, distribution: Distribution | None
) -> None:
    """Judged by the real policies, whose messages are what the report is made of."""
    facts = Facts(distribution=distribution)
    main, other = (load_policy(name) for name in ("due-diligence", "default"))
    audits = [judge(judged.inventory, catalogue_of_licences, policy, facts) for policy in (main, other)]
    bare = judge(judged.inventory, catalogue_of_licences, other, Facts())
    laid = replace(judged, audit=audits[0], scenarios=(("saas", audits[1]), ("bare", bare)), marks=("by Copilot",))
    report = report_of(derive([laid], order), order, "zh")
    told = [(key, text) for key, text in leaves(content(report.document, report.words)) if key not in _QUOTED]
    assert len(told) > 100
    assert [(key, text) for key, text in told if _ENGLISH.search(_NAMES.sub("", text))] == []


@pytest.mark.parametrize("form", [html, xlsx, docx])
def test_no_form_shows_an_english_text_that_the_catalogue_has_in_chinese(
    form: Form, document: DueDiligence, order: Order
) -> None:
    stream = io.BytesIO()
    form.write(report_of(document, order, "zh"), stream)
    shown = _texts_of(stream.getvalue())
    english = {
        msgid for msgid, text in chinese().items() if " " in msgid and not _PLACE.search(msgid) and text != msgid
    }
    assert len(shown) > 100
    keys = set(html._UI)  # what the page's script asks for its texts by
    assert sorted(shown & english - keys) == []


def _texts_of(data: bytes) -> set[str]:
    """Return the texts between tags, of a page or of every part of an office file."""
    parts = [data.decode("utf-8", "replace")]
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = [archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml")]
    return {
        text.strip()
        for part in parts
        for pair in re.findall(r">([^<>]+)<|\"([^\"<>]+)\"", part)
        for text in pair
        if text
    }


def test_the_words_of_model_duties_are_known_to_translators() -> None:
    told = {str(PLAIN_TERMS[name]) for name in (*COPIES, *STANDING)}
    assert told <= chinese().keys()
