"""What the report derives from a judgement: buckets, ratings, duties, questions, chapters, scenarios."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from licscan.core.component import ComponentKind, Scope
from licscan.core.facts import Distribution, Facts
from licscan.core.verdict import Classification, Conclusion, LicenseClass, Outcome, Severity, SubjectKind, Violation
from licscan.duediligence import DueDiligence, Judged, Order, derive
from licscan.duediligence.rate import bucket_of, effort, likelihood, remedies
from licscan.duediligence.ratings import Bucket, DutyState, Effort, Likelihood, Remedy, VerdictState
from licscan.duediligence.taken import taken_units
from tests.duediligence.big import big
from tests.report.sample_judgement import evidence, permissive, subject, unit, violation

COMPONENT = subject(SubjectKind.COMPONENT, "pkg:npm/x@1", "x")


def finding(code: str = "reciprocity", **changes: object) -> Violation:
    return replace(violation("f", code, COMPONENT, "x is under GPL.", evidence=(evidence("a.c", 1, "GPL"),)), **changes)


@pytest.mark.parametrize(
    ("found", "bucket"),
    [
        (finding(), Bucket.CONFLICT_BROAD),
        (finding(subject=replace(COMPONENT, scope=Scope.TEST)), Bucket.CONFLICT_NARROW),
        (finding("restricted-use", license_class=LicenseClass.PROPRIETARY), Bucket.CONFLICT_NARROW),
        (finding("no-licence", outcome=Outcome.REVIEW), Bucket.NOT_LICENSED),
        (finding("no-licence", subject=replace(COMPONENT, kind=SubjectKind.PROJECT)), Bucket.RESEARCH),
        (finding(outcome=Outcome.REVIEW), Bucket.RESEARCH),
        (finding("llama2-mau", question="How many?"), Bucket.RESEARCH),
        (finding("attribution-missing", outcome=Outcome.REVIEW), Bucket.NOTICE),
        (finding("llama2-osd", outcome=Outcome.REVIEW, severity=Severity.INFO), Bucket.FINE),
        (finding("model-terms", outcome=Outcome.REVIEW, severity=Severity.INFO), Bucket.RESEARCH),
    ],
)
def test_a_finding_is_filed_as_auditors_do(found: Violation, bucket: Bucket) -> None:
    assert bucket_of(found) is bucket


def test_what_is_not_delivered_is_unlikely_and_what_is_shipped_and_sure_is_likely() -> None:
    shipped = Facts(distribution=Distribution.BINARY)
    assert likelihood(finding(), shipped)[0] is Likelihood.HIGH
    assert likelihood(finding(), Facts(distribution=Distribution.INTERNAL))[0] is Likelihood.LOW
    assert likelihood(finding(), Facts())[0] is Likelihood.MEDIUM
    assert likelihood(finding(subject=replace(COMPONENT, scope=Scope.TEST)), shipped)[0] is Likelihood.LOW


def test_a_match_with_a_low_score_is_not_called_likely() -> None:
    weak = finding(evidence=(replace(evidence("a.c", 1, "GPL"), score=60.0),))
    rated, why = likelihood(weak, Facts(distribution=Distribution.BINARY))
    assert rated is Likelihood.MEDIUM
    assert "score" in why.text


def test_copied_code_costs_more_than_a_package_that_nobody_else_needs() -> None:
    assert effort(finding(), ComponentKind.PACKAGE, 1)[0] is Effort.DAYS
    assert effort(finding(), ComponentKind.PACKAGE, 7)[0] is Effort.WEEKS
    assert effort(finding(), ComponentKind.VENDORED, 1)[0] is Effort.WEEKS
    assert effort(finding("attribution-missing", outcome=Outcome.REVIEW), ComponentKind.PACKAGE, 1)[0] is Effort.HOURS


def test_what_is_told_for_information_has_no_way_out_and_no_claim(document: DueDiligence) -> None:
    told = [risk for risk in document.products[0].risks if risk.code == "llama2-osd"]
    assert told
    for risk in told:
        assert risk.likelihood is Likelihood.LOW
        assert risk.remedies == ()
        assert risk.effort_reason.text.startswith("Nothing has to be changed")
        assert risk.liability.text.startswith("No claim follows")


def test_keeping_the_conditions_is_the_first_way_out_of_weak_copyleft() -> None:
    weak = finding(license_class=LicenseClass.WEAK_COPYLEFT, outcome=Outcome.REVIEW)
    assert [remedy.value for remedy in remedies(weak)[:2]] == ["clarify", "comply"]
    assert remedies(finding())[0] is Remedy.REPLACE


def test_every_finding_is_in_the_register_once_and_every_one_has_evidence(
    document: DueDiligence, judged: Judged
) -> None:
    product = document.products[0]
    assert sorted(risk.id for risk in product.risks) == sorted(found.id for found in judged.audit.violations)
    proven = {finding for row in product.evidence for finding in row.findings}
    assert {risk.id for risk in product.risks} <= proven


def test_the_register_holds_components_models_and_files_with_findings(document: DueDiligence, judged: Judged) -> None:
    entries = {entry.subject.id: entry for entry in document.products[0].components}
    assert {component.id for component in judged.inventory.components} <= set(entries)
    assert {model.id for model in judged.inventory.models} <= set(entries)
    assert entries["path:third_party/readline"].bucket is Bucket.CONFLICT_BROAD
    assert entries["pkg:pypi/mystery@0.0.1"].bucket is Bucket.RESEARCH
    assert entries["pkg:npm/left-pad@1.3.0"].direct is True


def test_bucket_counts_add_up_to_the_register(document: DueDiligence) -> None:
    product = document.products[0]
    counted = {count.bucket: count.subjects for count in product.buckets}
    for bucket in Bucket:
        assert counted[bucket] == sum(entry.bucket is bucket for entry in product.components), bucket
    assert sum(count.findings for count in product.buckets) == len(product.risks)


def test_the_verdict_names_conflicts_before_gaps(document: DueDiligence) -> None:
    assert document.products[0].verdict.state is VerdictState.CONFLICTS


def test_every_missing_fact_becomes_a_question(document: DueDiligence, judged: Judged) -> None:
    asked = {found.question for found in judged.audit.violations if found.question}
    told = [question.text for question in document.products[0].questions]
    assert len([text for text in told if not text.text.endswith("{subjects}")]) >= len(asked)


def test_undeclared_delivery_is_asked_for_and_declared_delivery_is_not(judged: Judged, order: Order) -> None:
    def asked(facts: Facts) -> bool:
        audit = replace(judged.audit, facts=facts)
        product = derive([replace(judged, audit=audit)], order).products[0]
        return any("given to anybody outside" in question.text.text for question in product.questions)

    assert asked(Facts())
    assert not asked(Facts(distribution=Distribution.BINARY))


def test_a_duty_is_fulfilled_only_by_proof_and_not_triggered_where_nothing_leaves(judged: Judged, order: Order) -> None:
    def states(distribution: Distribution | None) -> set[DutyState]:
        audit = replace(judged.audit, facts=Facts(distribution=distribution))
        return {duty.state for duty in derive([replace(judged, audit=audit)], order).products[0].duties}

    assert states(Distribution.INTERNAL) == {DutyState.NOT_TRIGGERED}
    assert DutyState.OPEN in states(Distribution.BINARY)
    assert DutyState.OPEN in states(None)


def test_of_an_or_the_duties_of_the_lighter_licence_count() -> None:
    both = Classification(
        expression="gpl-3.0 OR mit",
        expression_spdx="GPL-3.0-only OR MIT",
        license_class=LicenseClass.PERMISSIVE,
        units=(
            unit("gpl-3.0", "GPL-3.0-only", LicenseClass.STRONG_COPYLEFT),
            unit("mit", "MIT", LicenseClass.PERMISSIVE),
        ),
    )
    assert [each.spdx for each in taken_units(Conclusion(subject=COMPONENT, classification=both), None)] == ["MIT"]


def test_copyleft_tells_the_way_by_which_it_comes_in(order: Order) -> None:
    product = derive([big(40, 40)], order).products[0]
    deep = next(reach for reach in product.reach if reach.subject.name == "package-36")
    assert deep.chain[0] == "big"
    assert deep.chain[-1] == "package-36 1.1.0"
    assert deep.projects == 1
    assert deep.dependents == len(deep.chain) - 1


def test_special_chapters_are_all_there_and_empty_ones_say_what_they_rest_on(document: DueDiligence) -> None:
    chapters = {chapter.key: chapter for chapter in document.products[0].chapters}
    assert list(chapters) == [
        "ownership", "copyleft", "no-licence", "custom-terms", "ai-models", "vendored", "assisted-code", "licence-changes", "stale", "encryption",
        "binaries", "names-and-fonts",
    ]  # fmt: skip
    assert {row.subject.id for row in chapters["vendored"].rows} == {"path:third_party/readline"}
    assert {row.subject.id for row in chapters["no-licence"].rows} == {"pkg:pypi/mystery@0.0.1", "path:data/faces"}
    assert not chapters["licence-changes"].rows
    assert "No earlier result" in chapters["licence-changes"].basis.text


def test_a_licence_that_changed_since_an_earlier_result_is_told(judged: Judged, order: Order) -> None:
    before = replace(
        judged.audit,
        conclusions=tuple(
            replace(each, classification=permissive("mit", "MIT")) if each.subject.name == "left-pad" else each
            for each in judged.audit.conclusions
        ),
    )
    product = derive([replace(judged, previous=(judged.inventory, before))], order).products[0]
    changes = next(chapter for chapter in product.chapters if chapter.key == "licence-changes")
    assert [row.subject.name for row in changes.rows] == ["left-pad"]


def test_scenarios_stand_side_by_side_and_tell_only_what_differs(judged: Judged, order: Order) -> None:
    hosted = replace(
        judged.audit,
        facts=Facts(distribution=Distribution.SAAS),
        violations=tuple(found for found in judged.audit.violations if found.id != "readline"),
    )
    product = derive([replace(judged, scenarios=(("binary", judged.audit), ("saas", hosted)))], order).products[0]
    laid = product.scenarios
    assert laid is not None
    assert [column.name for column in laid.columns] == ["binary", "saas"]
    assert [row.subject.name for row in laid.differences] == ["readline", "left-pad"]
    assert [cell.text for cell in laid.differences[0].cells] == [
        "{bucket}: {sentences}",
        "{bucket}: nothing objects",
    ]
    # Nothing objects to it in either: where it is passed on, its source is owed.
    assert [cell.text for cell in laid.differences[1].cells] == [
        "{bucket}: no rule applies, and more than notices is required",
        "{bucket}: nothing objects",
    ]


def test_what_was_not_looked_at_is_told_thing_by_thing(document: DueDiligence, judged: Judged) -> None:
    seen = document.products[0].coverage
    assert len(seen.unread) == len(judged.inventory.issues)
    assert sum(row.count for row in seen.skipped if not row.path) == sum(
        skipped.count for skipped in judged.inventory.skipped
    )


def test_a_stored_result_names_what_it_lacks(judged: Judged, order: Order) -> None:
    lacks = {phrase.text for phrase in derive([judged], order).products[0].source.lacks}
    assert any("Marks of assistants" in text for text in lacks)
    assert any("all files" in text for text in lacks)
    assert not any("Copyright holders" in text for text in lacks)


def test_actions_come_by_urgency_and_cover_every_finding_that_is_not_fine(document: DueDiligence) -> None:
    product = document.products[0]
    assert [action.order for action in product.actions] == list(range(1, len(product.actions) + 1))
    acted = {finding for action in product.actions for finding in action.findings}
    assert acted == {risk.id for risk in product.risks if risk.bucket is not Bucket.FINE}


def test_the_same_input_gives_the_same_document(judged: Judged, order: Order) -> None:
    assert derive([judged], order) == derive([judged], order)


def test_several_products_keep_their_own_keys(judged: Judged, order: Order) -> None:
    assert [product.key for product in derive([judged, judged], order).products] == ["p1", "p2"]
