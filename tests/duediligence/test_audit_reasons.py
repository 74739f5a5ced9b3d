"""Why a licence is in its class: whatever the catalogue says of it, in every language."""

from __future__ import annotations

import re

from licscan.classify.catalogue import Catalogue
from licscan.classify.reasons import packaged_reasons
from licscan.core.expression import Unit
from licscan.core.message import Message, verbatim
from licscan.duediligence import Order
from licscan.duediligence.reasons import Reasons
from licscan.locale import language
from licscan.report.duediligence.words import Words


def test_every_reason_for_a_class_has_its_chinese() -> None:
    reasons = {reason for reason, _ in packaged_reasons()}
    assert len(reasons) > 130
    assert sorted(reason for reason in reasons if language("zh").text(reason) == reason) == []


def test_whatever_the_catalogue_says_of_a_licence_is_said_in_chinese(
    catalogue_of_licences: Catalogue, order: Order
) -> None:
    reasons, words = Reasons(order.reasons), Words(language("zh"), ())
    keys = [key for key in catalogue_of_licences.names.records if not catalogue_of_licences.exception(key)]
    exceptions = [key for key in catalogue_of_licences.names.records if catalogue_of_licences.exception(key)]
    units = [Unit(key) for key in keys] + [Unit(base, key) for base in ("gpl-2.0", "agpl-3.0") for key in exceptions]
    told = {catalogue_of_licences.classify_unit(unit).reason for unit in units}
    read = {text: reasons.read(text, trusted=False) for text in told}
    assert len(told) > 150
    assert [text for text, phrase in read.items() if "{text}" in (phrase.text, *_inner_ids(phrase))] == []
    assert [text for text, phrase in read.items() if not re.search("[\u4e00-\u9fff]", words.phrase(phrase))] == []


def test_a_reason_is_read_in_its_parts_and_joined_as_the_language_joins(order: Order) -> None:
    base = "ScanCode files it as Copyleft; the whole work has to be released under the licence"
    lifted = "target code that comes from an eligible compilation may go under any terms"
    read = Reasons(order.reasons).read(f"{base}; {lifted}", trusted=True)
    assert _inner_ids(read) == [base, lifted]
    assert Words(language("en"), ()).phrase(read) == f"{base}; {lifted}"
    assert Words(language("zh"), ()).phrase(read) == (
        "ScanCode 归为 Copyleft；整个作品须以该许可证发布；经合格编译过程产生的目标代码可采用任何条款"
    )


def test_a_reason_that_no_rule_file_has_is_shown_as_it_stands(order: Order) -> None:
    reasons = Reasons(order.reasons)
    assert Words(language("zh"), ()).phrase(reasons.read("said by somebody; else", trusted=True)) == (
        "said by somebody；else"
    )
    assert reasons.read("said by the tree", trusted=False) == verbatim("said by the tree")


def _inner_ids(phrase: Message) -> list[str]:
    return [inner.text for value in phrase.values for inner in value.messages]
