"""What the catalogue answers."""

from __future__ import annotations

import pytest

from licscan.classify.catalogue import Catalogue
from licscan.core.expression import Unit
from licscan.core.license import LicenseRecord
from licscan.core.verdict import LicenseClass


def test_a_unit_tells_its_reason_its_source_and_its_spdx_form(catalogue: Catalogue) -> None:
    unit = catalogue.classify_unit(Unit("cpl-1.0"))

    assert unit.license_class is LicenseClass.STRONG_COPYLEFT
    assert unit.spdx == "CPL-1.0"
    assert "Common Public License" in str(unit.reason)
    assert unit.source == "report 3.2.1"


def test_an_exception_adds_its_reason_to_that_of_its_base(catalogue: Catalogue) -> None:
    unit = catalogue.classify_unit(Unit("gpl-2.0", "classpath-exception-2.0"))

    assert unit.license_class is LicenseClass.WEAK_COPYLEFT
    assert "Copyleft" in str(unit.reason)
    assert "modules" in str(unit.reason)


def test_a_lift_leaves_the_duty_towards_network_users(catalogue: Catalogue) -> None:
    unit = catalogue.classify_unit(Unit("agpl-3.0", "linking-exception-agpl-3.0"))

    assert unit.license_class is LicenseClass.WEAK_COPYLEFT
    assert unit.network
    assert "network-source" in unit.obligations


def test_a_restriction_makes_any_base_proprietary(catalogue: Catalogue) -> None:
    for base in ("mit", "gpl-3.0", "lgpl-2.1", "agpl-3.0"):
        assert catalogue.classify_unit(Unit(base, "commons-clause")).license_class is LicenseClass.PROPRIETARY


def test_nothing_lifts_what_cannot_be_told(catalogue: Catalogue) -> None:
    assert catalogue.classify_unit(Unit("unknown", "classpath-exception-2.0")).license_class is LicenseClass.UNKNOWN
    assert catalogue.classify_unit(Unit("unknown", "commons-clause")).license_class is LicenseClass.UNKNOWN


@pytest.mark.parametrize(
    ("expression", "word"),
    [
        ("no-such-key", "not a licence that ScanCode knows"),
        ("classpath-exception-2.0", "an exception without the licence"),
        ("gpl-2.0 WITH no-such-exception", "not an exception that ScanCode knows"),
        ("gpl-2.0 WITH mit", "not an exception that ScanCode knows"),
        ("mit AND", "not a licence expression"),
    ],
)
def test_what_is_wrong_is_told(expression: str, word: str, catalogue: Catalogue) -> None:
    classification = catalogue.classify(expression)

    assert classification.license_class is LicenseClass.UNKNOWN
    assert word in str(classification.problem)


def test_of_many_problems_a_few_are_told_and_the_rest_counted(catalogue: Catalogue) -> None:
    problem = str(catalogue.classify(" AND ".join(f"strange-{number}" for number in range(8))).problem)

    assert problem is not None
    assert "'strange-4'" in problem
    assert "'strange-5'" not in problem
    assert problem.endswith("and 3 more")


def test_a_class_that_is_unknown_is_no_problem_in_itself(catalogue: Catalogue) -> None:
    classification = catalogue.classify("unknown-license-reference")

    assert classification.license_class is LicenseClass.UNKNOWN
    assert classification.problem is None


def test_what_does_not_parse_keeps_its_text_and_asserts_nothing(catalogue: Catalogue) -> None:
    classification = catalogue.classify("mit AND (")

    assert classification.expression == "mit AND ("
    assert classification.expression_spdx == "NOASSERTION"
    assert classification.units == ()


def test_contributor_agreements_and_patent_statements_say_that_they_are_no_license(catalogue: Catalogue) -> None:
    for key in ("google-cla", "dco-1.1", "google-patent-license-golang", "defensive-patent-1.1"):
        unit = catalogue.classify_unit(Unit(key))
        assert unit.license_class is LicenseClass.UNKNOWN
        assert "no licence" in str(unit.reason)


def test_units_stand_in_the_order_of_the_expression_each_once(catalogue: Catalogue) -> None:
    classification = catalogue.classify("zlib AND (mit OR zlib)")

    assert [unit.unit for unit in classification.units] == ["zlib", "mit"]


def test_an_or_later_offers_its_later_versions_with_the_exception(catalogue: Catalogue) -> None:
    assert catalogue.later_versions("gpl-2.0-plus") == ("gpl-2.0", "gpl-3.0")
    assert catalogue.later_versions("gpl-2.0") == ()
    assert catalogue.choices(Unit("gpl-2.0-plus", "classpath-exception-2.0"))[-1] == Unit(
        "gpl-3.0", "classpath-exception-2.0"
    )


def test_every_choice_of_an_or_later_can_be_classified(catalogue: Catalogue) -> None:
    for key in catalogue.names.table.later:
        for choice in catalogue.choices(Unit(key)):
            assert catalogue.classify_unit(choice).license_class is not LicenseClass.UNKNOWN, str(choice)


def test_a_deprecated_key_has_the_class_of_what_replaced_it(catalogue: Catalogue) -> None:
    unit = catalogue.classify_unit(Unit("libcap"))  # bsd-new OR gpl-2.0-plus

    assert unit.license_class is LicenseClass.PERMISSIVE
    assert "bsd-new OR gpl-2.0-plus" in str(unit.reason)


def test_a_record_of_the_model_register_is_custom_model(catalogue: Catalogue) -> None:
    record = LicenseRecord(
        key="LicenseRef-a-model",
        spdx="LicenseRef-a-model",
        name="A model's licence",
        short_name="A",
        category="AI Model",
    )
    extended = Catalogue.load([*catalogue.names.records.values(), record])

    assert extended.classify("LicenseRef-a-model").license_class is LicenseClass.CUSTOM_MODEL


def test_a_category_that_nobody_has_judged_is_unknown(catalogue: Catalogue) -> None:
    record = LicenseRecord(key="new-1.0", spdx="LicenseRef-new", name="New", short_name="New", category="Brand New")

    unit = Catalogue.load([record]).classify_unit(Unit("new-1.0"))

    assert unit.license_class is LicenseClass.UNKNOWN
    assert "Brand New" in str(unit.reason)


def test_an_exception_that_nobody_has_judged_changes_no_copyleft_and_makes_all_else_unknown(
    catalogue: Catalogue,
) -> None:
    exception = LicenseRecord(
        key="new-exception", spdx="LicenseRef-new", name="New", short_name="New", category="Copyleft", is_exception=True
    )
    extended = Catalogue.load([*catalogue.names.records.values(), exception])

    assert extended.classify("gpl-2.0 WITH new-exception").license_class is LicenseClass.STRONG_COPYLEFT
    assert extended.classify("lgpl-2.1 WITH new-exception").license_class is LicenseClass.WEAK_COPYLEFT
    assert extended.classify("mit WITH new-exception").license_class is LicenseClass.UNKNOWN
    assert extended.classify("gpl-2.0 WITH gpl-generic-additional-terms").license_class is LicenseClass.UNKNOWN


def test_a_catalogue_of_few_records_answers_for_them(catalogue: Catalogue) -> None:
    """A stored result holds only the licences that it names."""
    record = catalogue.record("gpl-2.0-plus")
    assert record is not None
    small = Catalogue.load([record])

    assert small.classify("gpl-2.0-plus") == catalogue.classify("gpl-2.0-plus")
    assert small.record("mit") is None


@pytest.mark.parametrize(
    ("key", "obligations", "terms"),
    [
        ("mit", {"attribution", "license-text"}, set()),
        ("apache-2.0", {"notice-file", "state-changes"}, {"patent-grant", "patent-termination"}),
        ("bsd-original", {"attribution"}, {"advertising-clause", "no-endorsement"}),
        ("gpl-3.0", {"source-disclosure", "same-license", "installation-information"}, {"patent-grant"}),
        ("agpl-3.0", {"network-source"}, set()),
        ("cpal-1.0", {"attribution-display", "network-source"}, {"venue"}),
        ("cc-by-nc-4.0", {"attribution"}, {"non-commercial"}),
        ("cc-by-nc-sa-4.0", {"same-license"}, {"non-commercial"}),
        ("json", set(), {"field-of-use"}),
        ("bsl-1.1", set(), {"time-limited", "production-limit"}),
        ("elastic-license-v2", set(), {"no-hosting"}),
        ("polyform-shield-1.0.0", set(), {"competitor"}),
        ("llama-2-license-2023", {"notice-file"}, {"user-limit", "acceptable-use", "output-limits"}),
    ],
)
def test_a_license_asks_and_forbids(key: str, obligations: set[str], terms: set[str], catalogue: Catalogue) -> None:
    unit = catalogue.classify_unit(Unit(key))

    assert obligations <= set(unit.obligations)
    assert terms <= set(unit.terms)


@pytest.mark.parametrize(
    "key", ["ofl-1.0", "ofl-1.1", "ofl-1.1-rfn", "ubuntu-font-1.0", "cc-by-sa-3.0", "cc-by-sa-4.0"]
)
def test_share_alike_without_a_clause_on_source_asks_for_none(key: str, catalogue: Catalogue) -> None:
    unit = catalogue.classify_unit(Unit(key))
    assert unit.license_class is LicenseClass.WEAK_COPYLEFT
    assert "same-license" in unit.obligations
    assert "source-disclosure" not in unit.obligations


def test_public_domain_asks_for_nothing(catalogue: Catalogue) -> None:
    unit = catalogue.classify_unit(Unit("cc0-1.0"))

    assert unit.license_class is LicenseClass.PERMISSIVE
    assert (unit.obligations, unit.terms) == ((), ())


def test_a_lifted_license_has_the_obligations_of_its_new_class_and_an_exception_its_own_terms(
    catalogue: Catalogue,
) -> None:
    assert "no-sale" in catalogue.classify_unit(Unit("apache-2.0", "commons-clause")).terms
    assert "same-license" in catalogue.classify_unit(Unit("gpl-2.0", "classpath-exception-2.0")).obligations


def test_every_id_that_is_given_out_is_defined_and_in_the_order_of_the_vocabulary(catalogue: Catalogue) -> None:
    order = list(catalogue.terms)
    for key in catalogue.names.records:
        unit = catalogue.classify_unit(Unit(key))
        for ids in (unit.obligations, unit.terms):
            assert [order.index(term_id) for term_id in ids] == sorted(order.index(term_id) for term_id in ids)
