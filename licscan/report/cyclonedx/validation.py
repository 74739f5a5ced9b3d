"""Is what is about to be written valid? The schemas are those that cyclonedx-python-lib ships; nothing is fetched.

The library's own JSON validator compares every component with every other (47 s for 5,000 components), and its import alone
takes over a second, so it runs only when asked for; jsonschema-rs checks the same schema in a fraction of a second.
The XML one is quick.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cyclonedx.schema import SchemaVersion, _res
from jsonschema_rs import Draft7Validator, Registry

from licscan.errors import ScanError

if TYPE_CHECKING:
    from cyclonedx.validation.xml import XmlValidator

_SCHEMA_ADDRESS = "http://cyclonedx.org/schema/"


def load_json_schema(schema: SchemaVersion) -> None:
    """Load what ``require_valid_json`` asks."""
    _json_validator(schema)


def require_valid_json(text: str, content: Any, schema: SchemaVersion, *, strict: bool) -> None:
    """Raise ``ScanError`` when ``content``, parsed from ``text``, breaks the schema; ``strict`` asks the library too."""
    error = next(_json_validator(schema).iter_errors(content), None)
    if error is not None:
        place = "/".join(str(step) for step in error.instance_path)
        raise _failed("JSON", schema, f"{place}: {error.message}")
    if strict:
        from cyclonedx.validation.json import JsonStrictValidator

        library_error = JsonStrictValidator(schema).validate_str(text)
        if library_error is not None:
            raise _failed("JSON", schema, str(library_error))


def require_valid_xml(text: str, schema: SchemaVersion) -> None:
    """Raise ``ScanError`` when ``text`` breaks the schema."""
    error = _xml_validator(schema).validate_str(text)
    if error is not None:
        raise _failed("XML", schema, str(error))


@lru_cache(maxsize=4)
def _json_validator(schema: SchemaVersion) -> Draft7Validator:
    shipped = [_res.SPDX_JSON, _res.JSF, _res.CRYPTOGRAPHY_DEFS]
    resources = [(_SCHEMA_ADDRESS + Path(path).name, _load(path)) for path in shipped]
    path = _res.BOM_JSON_STRICT[schema]
    if path is None:
        raise ScanError(f"cyclonedx-python-lib ships no JSON schema for CycloneDX {schema.to_version()}")
    registry = Registry(resources, retriever=_never_fetch)
    return Draft7Validator(_load(path), registry=registry, validate_formats=True)


@lru_cache(maxsize=4)
def _xml_validator(schema: SchemaVersion) -> XmlValidator:
    from cyclonedx.validation.xml import XmlValidator

    return XmlValidator(schema)


def _load(path: str) -> Any:
    return json.loads(Path(path).read_text(encoding="utf-8"))


def _never_fetch(uri: str) -> Any:
    raise LookupError(f"{uri} is not among the schemas that are shipped")


def _failed(format_name: str, schema: SchemaVersion, why: str) -> ScanError:
    return ScanError(
        f"the CycloneDX {schema.to_version()} {format_name} document would not be valid, and was not written",
        where=why[:2_000],
        hint="This is a fault of licscan itself: please report it with the result (-o json) that it comes from.",
    )
