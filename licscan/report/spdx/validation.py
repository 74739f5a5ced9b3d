"""Is what is about to be written valid SPDX? The library's own rules, in time that grows with the document.

``validate_full_spdx_document`` searches the whole document for every element (1.2 s for 1,000 packages, 25 times that for 5,000), so it
runs only when asked for. Otherwise each element passes the same rules of the library alone, and what refers to other
elements is looked up here.
"""

from __future__ import annotations

from collections.abc import Iterator

from license_expression import get_spdx_licensing
from spdx_tools.spdx.model import Document, Package, SpdxNoAssertion, SpdxNone
from spdx_tools.spdx.validation.creation_info_validator import validate_creation_info
from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document
from spdx_tools.spdx.validation.extracted_licensing_info_validator import validate_extracted_licensing_infos
from spdx_tools.spdx.validation.package_validator import validate_package
from spdx_tools.spdx.validation.spdx_id_validators import is_valid_internal_spdx_id

from licscan.errors import ScanError

_SPDX = get_spdx_licensing()


def require_valid(document: Document, *, strict: bool) -> None:
    """Raise ``ScanError`` when ``document`` breaks the specification; ``strict`` asks the library for all of it."""
    problem = next(_problems(document), None)
    if problem is None and strict:
        problem = next((message.validation_message for message in validate_full_spdx_document(document)), None)
    if problem is not None:
        raise ScanError(
            "the SPDX document would not be valid, and was not written",
            where=problem[:2_000],
            hint="This is a fault of licscan itself: please report it with the result (-o json) that it comes from.",
        )


def _problems(document: Document) -> Iterator[str]:
    version = document.creation_info.spdx_version
    messages = [
        *validate_creation_info(document.creation_info, version),
        *validate_extracted_licensing_infos(document.extracted_licensing_info),
    ]
    yield from (message.validation_message for message in messages)
    ids = [document.creation_info.spdx_id, *(package.spdx_id for package in document.packages)]
    known = set(ids)
    yield from (f"{id_} is no SPDX id" for id_ in ids if not is_valid_internal_spdx_id(id_))
    if len(known) != len(ids):
        yield "an SPDX id stands twice"
    explained = {info.license_id for info in document.extracted_licensing_info}
    for package in document.packages:
        yield from (message.validation_message for message in validate_package(package, version))
        yield from _unexplained(package, explained)
    for relationship in document.relationships:
        for id_ in (relationship.spdx_element_id, relationship.related_spdx_element_id):
            if id_ not in known:
                yield f"{id_} is related to and does not exist"


def _unexplained(package: Package, explained: set[str | None]) -> Iterator[str]:
    for expression in (package.license_concluded, package.license_declared):
        if expression is None or isinstance(expression, SpdxNone | SpdxNoAssertion):
            continue
        result = _SPDX.validate(str(expression))
        references = {key for key in _SPDX.license_keys(expression) if key.startswith("LicenseRef-")}
        unknown = (set(result.invalid_symbols) | references) - explained
        if unknown:
            yield f"{package.spdx_id}: {', '.join(sorted(unknown))} is neither listed by SPDX nor explained"
        elif result.errors and not result.invalid_symbols:
            yield f"{package.spdx_id}: {'; '.join(result.errors)}"
