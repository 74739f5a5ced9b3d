"""Licences as SPDX 2.3 wants them: an expression whose every ``LicenseRef-`` is explained in the document."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from license_expression import get_spdx_licensing
from spdx_tools.spdx.model import ExtractedLicensingInfo, SpdxNoAssertion, SpdxNone

from licscan.core.component import ClaimSource, LicenseClaim
from licscan.core.license import LicenseRecord
from licscan.core.text import visible
from licscan.core.verdict import Conclusion
from licscan.report.license_form import spdx_license

_SPDX = get_spdx_licensing()


class Licenses:
    """Writes expressions, and remembers what they refer to. ``records`` are what ScanCode says of licences, ``texts`` what stands
    for their names in the tree."""

    def __init__(self, records: Iterable[LicenseRecord], texts: Mapping[str, str]) -> None:
        self._records = {record.spdx: record for record in records}
        self._texts = texts
        self._explained: dict[str, ExtractedLicensingInfo] = {}

    def concluded(self, conclusion: Conclusion | None) -> Any:
        """Return the concluded licence: NONE when there is none, NOASSERTION when nothing was judged."""
        if conclusion is None:
            return SpdxNoAssertion()
        if conclusion.classification is None:
            return SpdxNone()
        return self._expression([conclusion.classification.expression_spdx or conclusion.classification.expression])

    def declared(self, claims: Iterable[LicenseClaim]) -> Any:
        """Return what is declared, several declarations joined by AND; NOASSERTION when nothing is."""
        declared = (claim for claim in claims if claim.source is ClaimSource.DECLARED)
        return self._expression([claim.expression_spdx or claim.expression or claim.raw or "" for claim in declared])

    def explained(self) -> list[ExtractedLicensingInfo]:
        """Return what every ``LicenseRef-`` written so far stands for, in the order of their ids."""
        return [self._explained[id_] for id_ in sorted(self._explained)]

    def _expression(self, texts: Iterable[str]) -> Any:
        written = list(dict.fromkeys(self._written(text) for text in texts if text))
        if not written:
            return SpdxNoAssertion()
        joined = written[0] if len(written) == 1 else " AND ".join(f"({text})" for text in written)
        return _SPDX.parse(joined)

    def _written(self, text: str) -> str:
        spdx = spdx_license(text)
        external = any(
            reference.startswith("DocumentRef-") for reference in spdx.references
        )  # to a document that we have not
        if external or not spdx.is_valid_expression:
            return self._own_reference(text)
        for reference in spdx.references:
            self._explain(reference)
        return spdx.text

    def _own_reference(self, text: str) -> str:
        """A reference for a statement that is no expression; the statement itself is the extracted text."""
        id_ = f"LicenseRef-licscan-{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"
        self._explained[id_] = ExtractedLicensingInfo(license_id=id_, extracted_text=visible(text, newlines=True))
        return id_

    def _explain(self, id_: str) -> None:
        record = self._records.get(id_)
        text = (
            self._texts.get(id_) or f"A licence that is called {id_} where it is named; no text of it is in the tree."
        )
        self._explained[id_] = ExtractedLicensingInfo(
            license_id=id_,
            extracted_text=visible(text, newlines=True),
            license_name=visible(record.name) if record and record.name else SpdxNoAssertion(),
        )
