"""The terms of a model licence in words, for the reports and the command line: one short sentence each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from licscan.core.message import english, message
from licscan.modellicense.register import ModelLicense

_COMMERCIAL = {"forbidden": "no commercial use", "restricted": "commercial use is restricted"}
_OUTPUT = {
    "forbidden": "neither it nor its output may improve other models",
    "forbidden-for-other-language-models": "neither it nor its output may improve large language models that do not derive from it",
    "forbidden-outside-its-family": "neither it nor its output may improve models that do not derive from it",
    "competing-forbidden": "its output may not train competing models",
    "commercial-forbidden": "its output may not train other models commercially",
    "naming-required": "models trained on its output take its name",
    "display-required": "models trained on its output have to say so",
}
_EFFECTS = {
    "separate-license": "a licence of the publisher's own is needed",
    "license-ends": "the licence ends",
    "display-name": "its name has to be shown",
    "royalty": "a royalty is due",
}
# Limits that are a number and no more.
_COUNTS = {
    "maas_revenue_threshold_usd": "from USD {:,} a year on who offers models as a service needs an agreement",
    "monthly_visits_max": "from {:,} visits a month on an agreement is needed",
    "edge_devices_max": "from {:,} devices on an agreement is needed",
    "monthly_output_tokens_max": "over {:,} tokens of output a month an agreement is needed",
}
# Terms that are there or not.
PLAIN_TERMS = {
    "commercial_registration_required": message(
        "model.term.commercial-registration-required", "commercial use needs the publisher's approval"
    ),
    "commercial_notice_required": message(
        "model.term.commercial-notice-required", "commercial use must be reported to the publisher"
    ),
    "competing_products_forbidden": message(
        "model.term.competing-products-forbidden", "no use for products that compete with the publisher's"
    ),
    "production_use_forbidden": message("model.term.production-use-forbidden", "no use in production"),
    "outputs_restricted": message(
        "model.term.outputs-restricted", "its output may be used for the licensed purposes only"
    ),
    "hosting_restricted": message("model.term.hosting-restricted", "offering it as a hosted service is restricted"),
    "distribution_restricted": message(
        "model.term.distribution-restricted", "limits on publishing and distributing works"
    ),
    "derivative_same_terms": message("model.term.derivative-same-terms", "derived models stay under the same licence"),
    "distilled_models_are_derivatives": message(
        "model.term.distilled-models-are-derivatives", "models distilled from it count as derived"
    ),
    "use_restrictions_flow_down": message(
        "model.term.use-restrictions-flow-down", "the forbidden uses are to be passed on to recipients"
    ),
    "aup_may_change": message("model.term.aup-may-change", "the acceptable-use policy may change"),
    "license_may_change": message("model.term.license-may-change", "the publisher may change the licence"),
    "remote_restriction_right": message(
        "model.term.remote-restriction-right", "the publisher may restrict the use of the model from afar"
    ),
    "no_patent_license": message("model.term.no-patent-license", "no patents are licensed"),
    "reverse_engineering_forbidden": message(
        "model.term.reverse-engineering-forbidden", "it may not be taken apart to see how it works"
    ),
    "sublicensing_forbidden": message("model.term.sublicensing-forbidden", "it may not be sublicensed"),
    "network_copyleft": message(
        "model.term.network-copyleft", "those who use it over a network are to be offered its source"
    ),
    "patent_termination": message(
        "model.term.patent-termination", "it ends for those who claim in court that it infringes their rights"
    ),
    "revocable": message("model.term.revocable", "the publisher may end it"),
    "indemnity_required": message("model.term.indemnity-required", "the user indemnifies the publisher"),
    "content_filter_required": message("model.term.content-filter-required", "content is to be filtered or reviewed"),
    "license_copy_required": message("model.term.license-copy-required", "a copy of the licence goes with every copy"),
    "state_changes_required": message("model.term.state-changes-required", "changes are to be marked"),
    "attribution_required": message("model.term.attribution-required", "credit is to be given"),
    "source_required": message("model.term.source-required", "source is to be offered"),
    "maas_separate_license": message(
        "model.term.maas-separate-license", "offering models as a service needs an agreement"
    ),
}
OUTPUT_IS_THE_PUBLISHERS = message("model.term.output-ownership", "its output is the publisher's")


def terms_in_words(entry: ModelLicense) -> tuple[str, ...]:
    """Return what the licence asks, the limits first."""
    return tuple(_words(entry.terms))


def _words(terms: Mapping[str, Any]) -> Iterator[str]:
    if terms.get("commercial_use") in _COMMERCIAL:
        yield _COMMERCIAL[terms["commercial_use"]]
    yield from _numbers(terms)
    if terms.get("output_training_of_other_models") in _OUTPUT:
        yield _OUTPUT[terms["output_training_of_other_models"]]
    if terms.get("acceptable_use_policy"):
        yield f"an acceptable-use policy {terms.get('acceptable_use_policy_url', 'in the licence')}"
    if terms.get("geographic_exclusions"):
        scope = " (models that see images)" if terms.get("geographic_exclusions_level") else ""
        yield f"nothing is granted in {', '.join(terms['geographic_exclusions'])}{scope}"
    if terms.get("language_limits"):
        level = " (says the model card)" if terms.get("language_limits_level") == "model-card" else ""
        yield f"meant for the languages {', '.join(terms['language_limits'])}{level}"
    yield from _statements(terms)
    yield from (english(words) for name, words in PLAIN_TERMS.items() if terms.get(name))
    conflicts = terms.get("open_source_definition", {}).get("conflicts")
    if conflicts:
        yield f"not open source: conflicts with criteria {', '.join(map(str, conflicts))} of the definition"


def _numbers(terms: Mapping[str, Any]) -> Iterator[str]:
    users = _EFFECTS[terms.get("mau_effect", "separate-license")]
    if limit := terms.get("monthly_active_users_max"):
        counted = ", counted at the release" if terms.get("mau_measured") == "at-release-date" else ""
        yield f"over {limit:,} monthly active users {users}{counted}"
    if limit := terms.get("daily_active_users_max"):
        yield f"from {limit:,} daily users on {users}"
    effect = _EFFECTS.get(terms.get("revenue_effect", ""), "further duties apply")
    if share := terms.get("royalty_percent"):
        effect = f"{share} % of the attributable revenue above it is due"
    if limit := terms.get("annual_revenue_threshold_usd"):
        yield f"from USD {limit:,} a year on {effect}"
    if limit := terms.get("monthly_revenue_threshold_usd"):
        yield f"from USD {limit:,} a month on {effect}"
    if limit := terms.get("annual_revenue_limit"):
        yield f"from {limit} a year on {effect}"
    yield from (words.format(limit) for name, words in _COUNTS.items() if (limit := terms.get(name)))
    if terms.get("output_ownership") == "licensor":
        yield english(OUTPUT_IS_THE_PUBLISHERS)


def _statements(terms: Mapping[str, Any]) -> Iterator[str]:
    if phrase := terms.get("display_statement"):
        yield f"shows '{phrase}'"
    if phrase := terms.get("attribution_statement"):
        yield f"names '{phrase}'"
    if phrase := terms.get("notice_file_must_contain"):
        yield f"a notice file with '{phrase}'"
    if rule := terms.get("naming_requirement"):
        yield str(rule)
