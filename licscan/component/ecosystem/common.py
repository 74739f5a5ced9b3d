"""What the readers of every ecosystem share."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from licscan.component.base import Statement, StatementForm, base_of, parent_of
from licscan.core.archive import is_unpacked
from licscan.core.component import ComponentKind, Hash, Scope
from licscan.core.location import Location

# Folders that hold other people's code by convention.
VENDOR_FOLDERS = frozenset(
    "vendor vendors vendored _vendor third_party third-party thirdparty 3rdparty 3rd-party 3rd_party external externals "
    "extern deps bundled _bundled contrib_libs Pods bower_components Carthage".split()
)
INSTALL_FOLDERS = frozenset({"node_modules", "site-packages", "dist-packages"})
# Folders in which copies of script libraries lie.
SCRIPT_FOLDERS = (
    *("vendor", "vendors", "vendored", "third_party", "third-party", "thirdparty", "3rdparty", "external", "externals"),
    *("plugins", "assets", "static", "public", "jslib", "javascripts"),
)
# What requirements files are called.
REQUIREMENTS_FILES = (
    "requirements.txt",
    "requirements.in",
    "requirements[-_.]*.txt",
    "requirements[-_.]*.in",
    "*[-_]requirements.txt",
    "*/requirements/*.txt",
    "*/requirements/*.in",
)
# Where rpm keeps its database.
RPM_FOLDERS = ("var/lib/rpm", "usr/lib/sysimage/rpm", "usr/share/rpm")

_SCOPE_WORDS = (
    (Scope.TEST, re.compile(r"(^|[^a-z])(tests?|testing|pytest|ci)([^a-z]|$)")),
    (Scope.DOCUMENTATION, re.compile(r"(^|[^a-z])(docs?|documentation|sphinx|mkdocs|rtd)([^a-z]|$)")),
    (Scope.BUILD, re.compile(r"(^|[^a-z])(build|setup|packaging|release)([^a-z]|$)")),
    (
        Scope.DEVELOPMENT,
        re.compile(
            r"(^|[^a-z])(dev|devel|develop|development|lint|linting|typing|types|mypy|style|tools?|local)([^a-z]|$)"
        ),
    ),
)
_HASH_NAMES = {
    "md5": "MD5",
    "sha1": "SHA-1",
    "sha256": "SHA-256",
    "sha384": "SHA-384",
    "sha512": "SHA-512",
}


def is_requirements_file(path: str) -> bool:
    """Whether a file of pip's requirements is known as one by its name."""
    return any(fnmatch.fnmatchcase(f"/{path}" if "/" in each else base_of(path), each) for each in REQUIREMENTS_FILES)


def kind_at(directory: str) -> ComponentKind | None:
    """Return what a manifest in ``directory`` stands for: a project, a vendored package, or ``None`` inside an
    installed package, where only the package manager's own records count."""
    parts = directory.split("/")
    if any(part in INSTALL_FOLDERS for part in parts):
        return None
    foreign = any(part in VENDOR_FOLDERS or is_unpacked(part) for part in parts)
    return ComponentKind.PACKAGE if foreign else ComponentKind.PROJECT


def scope_of_name(name: str, default: Scope = Scope.RUNTIME) -> Scope:
    """Tell the scope of a group, extra or file from its name (``docs``, ``requirements-dev``)."""
    lowered = name.lower()
    return next((scope for scope, words in _SCOPE_WORDS if words.search(lowered)), default)


def statement(raw: str, origin: str, location: Location, form: StatementForm = StatementForm.EXPRESSION) -> Statement:
    """Return a statement whose origin names the file kind and field."""
    return Statement(raw=raw, form=form, origin=origin, location=location)


def choice(statements: Sequence[Statement], location: Location) -> Statement:
    """Return one statement for a list of licences of which one may be chosen; for a single one, that."""
    if len(statements) == 1:
        return replace(statements[0], location=location)
    first = statements[0]
    raw = " OR ".join(_grouped(item.raw) for item in statements)
    return replace(first, raw=raw, location=location, alternatives=tuple(statements), address="")


def _grouped(raw: str) -> str:
    return f"({raw})" if re.search(r"\s(?:and|or)\s", raw, re.IGNORECASE) and not raw.startswith("(") else raw


def origin_of(path: str, field: str) -> str:
    """Return the origin of a statement: the file's name and the field in it."""
    return f"{base_of(path)} {field}"


def named_hash(algorithm: str, value: str) -> Hash | None:
    """Return a hash with its algorithm as CycloneDX names it; ``None`` when it is none of those."""
    name = _HASH_NAMES.get(algorithm.lower().replace("-", ""))
    return Hash(algorithm=name, value=value.lower()) if name and re.fullmatch(r"[0-9a-fA-F]+", value) else None


def prefixed_hash(text: str) -> Hash | None:
    """Return the hash in ``sha256:<hex>``."""
    algorithm, _, value = text.partition(":")
    return named_hash(algorithm, value)


def unique(values: Iterable[str]) -> tuple[str, ...]:
    """Return each value once, in order."""
    return tuple(dict.fromkeys(values))


def people(written: Iterable[str]) -> tuple[str, ...]:
    """Return names without the addresses that follow them in angle brackets."""
    return tuple(item.partition("<")[0].strip() or item for item in written)


def installed_name(directory: str) -> str | None:
    """Return the name under which ``directory`` is installed (``.../node_modules/@scope/name``), else ``None``."""
    head, _, name = directory.rpartition("/")
    if base_of(head) == "node_modules":
        return name
    above, _, scope = head.rpartition("/")
    return f"{scope}/{name}" if scope.startswith("@") and base_of(above) == "node_modules" else None


def environment_of(path: str) -> str:
    """Return the folder in which the package of this metadata is installed (``site-packages`` or the like)."""
    return parent_of(parent_of(path))


def is_installed_metadata(path: str) -> bool:
    """Whether ``path`` is the metadata of an installed package (and not the PKG-INFO of a source archive)."""
    return base_of(parent_of(path)).endswith((".dist-info", ".egg-info"))
