"""Every code that a finding can have: what it means, how bad it is unless a policy says otherwise, where it comes from.

``docs/codes.md`` is the same list for readers; a test keeps the two together.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from msgspec import Struct

from licscan.core.verdict import Severity


class Acceptance(str, Enum):
    """How a finding can be settled by recording its terms as accepted (``Facts.accepted``)."""

    NEVER = "never"  # nobody but the licensor can lift it: a waiver may, an acceptance may not
    CODE = "code"  # the code alone says which terms: ``falcon-royalty``
    LICENSE = "license"  # the licence must be named too: ``model-terms:gemma``


class FindingCode(Struct, frozen=True, kw_only=True):
    """One registered code. ``source`` is the section of the report that it rests on, or ``licscan`` for its own."""

    code: str
    description: str
    severity: Severity
    source: str
    acceptance: Acceptance = Acceptance.NEVER


def _code(
    code: str, severity: Severity, source: str, description: str, acceptance: Acceptance = Acceptance.NEVER
) -> FindingCode:
    return FindingCode(code=code, description=description, severity=severity, source=source, acceptance=acceptance)


CODES: tuple[FindingCode, ...] = (
    # How licences are infringed.
    _code("reciprocity", Severity.HIGH, "report 3.2.2", "Copyleft reaches the project's own code."),
    _code(
        "distribution-terms",
        Severity.HIGH,
        "report 3.2.2",
        "Code in the project may not be distributed under the project's own licence.",
    ),
    _code(
        "attribution-missing",
        Severity.MEDIUM,
        "report 3.2.2",
        "Third-party code is in the project without the licence text that has to accompany it.",
    ),
    _code(
        "source-not-provided",
        Severity.HIGH,
        "report 3.2.2",
        "Copyleft code is present as binaries only, and no source or offer of it is recorded.",
        Acceptance.LICENSE,
    ),
    _code(
        "restricted-use",
        Severity.HIGH,
        "report 3.2.2",
        "A licence limits what the code may be used for.",
        Acceptance.LICENSE,
    ),
    _code(
        "special-terms",
        Severity.LOW,
        "report 3.2.2",
        "A licence has clauses of its own: advertising, patents, naming, venue.",
        Acceptance.LICENSE,
    ),
    _code("no-licence", Severity.HIGH, "report 3.2.2", "No licence is declared or detected: all rights are reserved."),
    _code(
        "project-licence-unclear",
        Severity.MEDIUM,
        "licscan",
        "The places in which the project states its own licence (licence files, manifests, README, REUSE) do not agree.",
    ),
    # Model licences.
    _code(
        "llama2-mau",
        Severity.HIGH,
        "report 3.2.3",
        "More than 700 million monthly active users need a licence from Meta itself.",
        Acceptance.CODE,
    ),
    _code(
        "llama2-law",
        Severity.MEDIUM,
        "report 3.2.3",
        "Llama 2 may not be used against the law, trade compliance and its acceptable-use policy included.",
        Acceptance.CODE,
    ),
    _code(
        "llama2-language",
        Severity.LOW,
        "report 3.2.3",
        "Llama 2 is not meant for languages other than English.",
        Acceptance.CODE,
    ),
    _code(
        "llama2-improve-other-models",
        Severity.HIGH,
        "report 3.2.3",
        "Llama 2 and its output may not improve another large language model.",
    ),
    _code(
        "llama2-osd",
        Severity.INFO,
        "report 3.2.3",
        "Llama 2's licence conflicts with the Open Source Definition (criteria 5 and 6).",
    ),
    _code(
        "falcon-royalty",
        Severity.HIGH,
        "report 3.2.3",
        "Commercial use of Falcon above USD 1 million a year carries a royalty of 10 %.",
        Acceptance.CODE,
    ),
    _code(
        "falcon-attribution",
        Severity.MEDIUM,
        "report 3.2.3",
        "Works built with Falcon name the technology and the Technology Innovation Institute.",
    ),
    _code(
        "falcon-distribution",
        Severity.MEDIUM,
        "report 3.2.3",
        "Falcon's licence limits how works are published and distributed.",
        Acceptance.CODE,
    ),
    _code(
        "model-terms",
        Severity.MEDIUM,
        "report 3.2.3",
        "A model licence has terms that the product has to fit.",
        Acceptance.LICENSE,
    ),
    _code(
        "model-terms-unrecorded",
        Severity.MEDIUM,
        "report 3.2.3",
        "A licence written for models whose terms are not on record.",
        Acceptance.LICENSE,
    ),
    _code("licence-drift", Severity.HIGH, "report 3.2.3", "A model claims another licence than the one it inherits."),
    # What cannot be told.
    _code("expression-unparsable", Severity.HIGH, "licscan", "A licence expression cannot be read."),
    _code("class-unknown", Severity.MEDIUM, "licscan", "A licence whose class could not be determined."),
    _code(
        "licence-uncertain",
        Severity.HIGH,
        "licscan",
        "Possible evidence of a licence, and none that is likely or certain.",
    ),
    _code(
        "declared-detected-mismatch",
        Severity.LOW,
        "licscan",
        "What a component declares and what its files state are not the same licence.",
    ),
    _code(
        "licence-altered",
        Severity.HIGH,
        "licscan",
        "A licence text with sentences that the licence does not have, or has in other words.",
        Acceptance.LICENSE,
    ),
    # Keeping licences under control.
    _code("inventory", Severity.LOW, "report 3.2.4", "A component without what an inventory needs: version or origin."),
    _code(
        "licence-changed",
        Severity.MEDIUM,
        "report 3.1.3",
        "A component's licence changed between two versions that are locked or installed.",
    ),
    _code("stale-component", Severity.LOW, "report 3.1.3", "A component over four years old, or inactive for two."),
    _code("assisted-code", Severity.LOW, "report 3.2.4", "Marks of an AI assistant in code: its origin is not proven."),
    # Waivers.
    _code(
        "waiver-expired",
        Severity.MEDIUM,
        "licscan",
        "A waiver that lapsed: its date has passed, or the licence or the evidence changed.",
    ),
    _code("waiver-unused", Severity.INFO, "licscan", "A waiver that no finding needs."),
    _code("curation-lapsed", Severity.MEDIUM, "licscan", "A correction of a detection that has changed or is gone."),
)

BY_CODE: Mapping[str, FindingCode] = MappingProxyType({entry.code: entry for entry in CODES})

# The codes whose missing facts ``fail_on: model-fact-missing`` counts.
MODEL_CODES = frozenset(code for code in BY_CODE if code.startswith(("llama2-", "falcon-", "model-terms")))
