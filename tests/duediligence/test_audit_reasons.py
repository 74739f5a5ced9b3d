"""Why a licence is in its class: whatever the catalogue says of it, in every language."""

from __future__ import annotations

import re

from licscan.classify.catalogue import Catalogue
from licscan.classify.reasons import packaged_reasons
from licscan.core.expression import Unit
from licscan.locale import language
from licscan.report.duediligence.words import Words


def test_every_reason_for_a_class_has_its_chinese() -> None:
    reasons = {reason for reason, _ in packaged_reasons()}
    assert len(reasons) > 130
    assert sorted(reason for reason in reasons if language("zh").text(reason) == reason) == []


def test_whatever_the_catalogue_says_of_a_licence_is_in_chinese_too(catalogue_of_licences: Catalogue) -> None:
    words = Words(language("zh"), ())
    keys = [key for key in catalogue_of_licences.names.records if not catalogue_of_licences.exception(key)]
    exceptions = [key for key in catalogue_of_licences.names.records if catalogue_of_licences.exception(key)]
    units = [Unit(key) for key in keys] + [Unit(base, key) for base in ("gpl-2.0", "agpl-3.0") for key in exceptions]
    reasons = {catalogue_of_licences.classify_unit(unit).reason for unit in units}
    assert len(reasons) > 150
    assert [str(each) for each in reasons if each and not re.search("[\u4e00-\u9fff]", words.phrase(each))] == []


def test_several_reasons_are_joined_as_the_language_joins(catalogue_of_licences: Catalogue) -> None:
    found = catalogue_of_licences.classify_unit(Unit("gpl-2.0", "classpath-exception-2.0")).reason
    assert found is not None and found.id == "class.reasons"
    assert "; " in Words(language("en"), ()).phrase(found)
    assert "；" in Words(language("zh"), ()).phrase(found)
