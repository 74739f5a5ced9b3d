"""How a bill of materials names a model: its purl, its revision, where it is published, and the licences of what it derives from."""

from __future__ import annotations

import re
from collections.abc import Iterator

from packageurl import PackageURL

from licscan.core.aimodel import AiModel, AiModelKind
from licscan.core.text import visible
from licscan.modellicense.register import model_register
from licscan.report.sbom import Part

_HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}")
_COMMIT = re.compile(r"[0-9a-fA-F]{40}")
# Of a register's sources, those that hold the licence and no description of it.
_LICENSE_PAGE = re.compile(r"https://\S*(?:licen[cs]e|terms|agreement|legal|policy)\S*", re.IGNORECASE)
_HUB = "https://huggingface.co"


def hub_name(name: str) -> str | None:
    """Return the ``owner/name`` on the Hub that an id of a model is, ``None`` for a path or a name in Ollama's library."""
    return name if _HUB_NAME.fullmatch(name) and not name.startswith(("ollama/", "path:")) else None


def revision_of(model: AiModel) -> str | None:
    """Return the revision that code names, where it names one alone."""
    return visible(model.revisions[0]) if len(model.revisions) == 1 else None


def model_purl(model: AiModel) -> PackageURL | None:
    """Return the package URL of a model on the Hub; its version is the commit that code names. Datasets have no type of purl."""
    if model.kind is not AiModelKind.MODEL or _is_unpublished(model):
        return None
    return name_purl(model.id, revision_of(model))


def _is_unpublished(model: AiModel) -> bool:
    """Whether only a service has the model: it is on no hub."""
    key = model_register().of_model(model.id) if model.served_by else None
    entry = model_register().find(key) if key else None
    return entry is not None and bool(entry.services)


def name_purl(name: str, revision: str | None = None) -> PackageURL | None:
    """Return the package URL of a model called so on the Hub."""
    known = hub_name(name)
    if known is None:
        return None
    owner, _, rest = known.partition("/")
    commit = revision.lower() if revision and _COMMIT.fullmatch(revision) else None
    return PackageURL(type="huggingface", namespace=owner, name=rest, version=commit)


def address_of(model: AiModel) -> str | None:
    """Return the page of a model or dataset on the Hub or in Ollama's library."""
    if model.id.startswith("ollama/"):
        return f"https://ollama.com/library/{model.id.removeprefix('ollama/').partition(':')[0]}"
    name = hub_name(model.id)
    if name is None or _is_unpublished(model):
        return None
    return f"{_HUB}/datasets/{name}" if model.kind is AiModelKind.DATASET else f"{_HUB}/{name}"


def license_addresses(part: Part) -> tuple[str, ...]:
    """Return where the licences of a part can be read: what its card links to, SPDX's page, and the register's sources."""
    model = part.subject
    found = list(model.license_links) if isinstance(model, AiModel) else []
    classification = part.conclusion.classification if part.conclusion else None
    for unit in classification.units if classification else ():
        found += _addresses(unit.unit, unit.spdx)
    return tuple(dict.fromkeys(found))


def _addresses(key: str, spdx: str) -> Iterator[str]:
    if not spdx.startswith("LicenseRef-") and " " not in spdx:
        yield f"https://spdx.org/licenses/{spdx}.html"
        return
    entry = model_register().find(key) or model_register().find(spdx)
    yield from (source for source in (entry.sources if entry else ()) if _LICENSE_PAGE.fullmatch(source))


def base_licenses(part: Part, model: AiModel) -> dict[str, tuple[str, ...]]:
    """Return, for each base, the licences that it has itself, in SPDX form; a licence that has none is left out."""
    classification = part.conclusion.classification if part.conclusion else None
    names = {unit.unit: unit.spdx for unit in classification.units} if classification else {}
    found: dict[str, dict[str, None]] = {base: {} for base in model.base_models}
    for claim in model.claims:
        base = claim.inherited_from[0] if claim.inherited_from else ""
        spdx = claim.expression_spdx or names.get(claim.expression or "")
        if base in found and len(claim.inherited_from) == 1 and spdx:
            found[base][spdx] = None
    return {base: tuple(texts) for base, texts in found.items()}
