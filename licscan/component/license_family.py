"""Names that are made by rule: the GNU licences with version and "or later", and a licence with its exception.

A table cannot hold every way to write them ("GNU Lesser General Public License (LGPL), Version 2.1", "LGPLv2.1+"); what
they have in common is short.
"""

from __future__ import annotations

import re

from msgspec import Struct

from licscan.component.license_ids import key_expression, license_ids
from licscan.core.expression import Unit, parse
from licscan.util.lazy_pattern import lazy

_LATER = (
    r" ?\+|[ ,]+(?:(?:or|and|or at your option) )?(?:\(?at your option\)? )?(?:any )?"
    r"(?:later|newer|greater|higher|above|upwards?|onwards?|up)(?: versions?| one)?(?: at your option)?|-?or-later"
)
_FAMILY = (
    r"(?P<{n}agpl>agpl|gnu agpl|(?:gnu )?affero (?:gnu )?(?:gpl|general public)|gnu affero)"
    r"|(?P<{n}lgpl>lgpl|gnu lgpl|(?:gnu )?(?:lesser|library|library or lesser|lesser or library)"
    r" (?:gnu )?(?:gpl|general public|general)|gnu (?:lesser|library)(?: public)?)"
    r"|(?P<{n}gpl>gpl|gnu gpl|gnugpl|(?:gnu )?general public|gnu public|gnu)"
    r"|(?P<{n}gfdl>g?fdl|gnu g?fdl|(?:gnu )?free documentation)"
)
_MENTION = lazy(
    rf"(?:{_FAMILY.format(n='')})(?: public)?"
    rf"(?:[ ,-]*v?(?P<version>\d(?:\.\d)?))?(?P<later>{_LATER})?(?P<only>[ -]only)?(?=[ ,]|$)"
)
_GLUED = lazy(r"(?<=gpl|fdl)[ .-]*v?[ .-]*(?=\d)")
# What may be said of a licence without a version, and the least that a version number can be.
_UNVERSIONED = {"gpl": "gpl-1.0-plus", "lgpl": "lgpl-2.0-plus", "agpl": "agpl-3.0", "gfdl": "gfdl-1.1-plus"}
_NO_INVARIANTS = lazy(r"^gfdl niv|^gfdl (?=.*\bno[ -]invariants?\b)")


# The words beside "BSD" that tell how many clauses it has.
_BSD = {
    "bsd-new": frozenset({"3", "three", "new", "revised", "modified", "bsd3"}),
    "bsd-simplified": frozenset({"2", "two", "simplified", "bsd2"}),
    "bsd-original": frozenset({"4", "four", "original", "old", "bsd4"}),
}


def bsd_expression(simple: str) -> str | None:
    """Return the BSD licence that ``simple`` names by its number of clauses or its epithet, if they agree."""
    words = set(simple.replace("-", " ").split())
    if "bsd" not in words:
        return None
    left = words - {"bsd", "clause", "style"}
    return next((key for key, told in _BSD.items() if left and left <= told), None)


class _Mention(Struct, frozen=True):
    family: str
    version: str
    is_later: bool
    is_only: bool


def family_expression(simple: str) -> str | None:
    """Return the GNU licence that ``simple`` (as ``simple_name`` makes it) names, in ScanCode's keys.

    A licence may be named twice ("GNU General Public License v2 (GPLv2)"): both have to agree. One without a version may be
    taken under any that was published.
    """
    text = _GLUED.sub(" ", simple)
    if _NO_INVARIANTS.search(text):
        return _without_invariants(text)
    found: list[_Mention] = []
    while text:
        match = _MENTION.match(text)
        family = next((name for name in _UNVERSIONED if match and match[name]), None)
        if match is None or family is None or (match[family] == "gnu" and not found and not match["version"]):
            return None
        found.append(_Mention(family, match["version"] or "", bool(match["later"]), bool(match["only"])))
        text = text[match.end() :].strip(" ,")
    return _agreed(found)


def _agreed(found: list[_Mention]) -> str | None:
    versions = {mention.version.removesuffix(".0") for mention in found if mention.version}
    if not found or len({mention.family for mention in found}) > 1 or len(versions) > 1:
        return None
    family, version = found[0].family, next(iter(versions), "")
    is_later = any(mention.is_later for mention in found)
    is_only = any(mention.is_only for mention in found)
    if not version:
        return None if is_only else "agpl-3.0-plus" if is_later and family == "agpl" else _UNVERSIONED[family]
    if is_later and is_only:
        return None
    key = f"{family}-{version if '.' in version else version + '.0'}{'-plus' if is_later else ''}"
    return key if key in license_ids().spdx else None


def _without_invariants(text: str) -> str | None:
    version = re.search(r"\d\.\d", text)
    kind = "or-later" if re.search(r"\d ?\+|or later", text) else "only"
    return key_expression(f"GFDL-{version[0]}-no-invariants-{kind}") if version else None


_WORD = r"\b(?:with|w/|w)(?= |$)"
_WITH = lazy(rf"(?P<base>.+?)[\s,;(-]*{_WORD}\s*(?P<exception>.+?)\)?", re.IGNORECASE)
_HYPHENED = lazy(
    r"(?P<base>[\w.+ -]+?)[ ~-]+(?:with[ -])?(?P<exception>[a-z0-9.]+(?:[ -][a-z0-9.]+){0,2})[ -]exception",
    re.IGNORECASE,
)
_FILLER = lazy(
    r"\b(?:the|a|an|special|gnu|exceptions?|exemptions?|additional|permissions?|licen[cs]e|which|that|version|to|for|gpl|clause)\b"
)
_VERSION_MARK = lazy(r"\bv\.?(?=\d)")
_PLAIN_EXCEPTION = lazy(
    r"(?:the |a |an |some |special |additional )*(?:exceptions?|permissions?|exemptions?)", re.IGNORECASE
)

# Exceptions by the words that are left of their names, for any licence.
_EXCEPTIONS: dict[str, str] = {
    "bison": "bison-exception-2.2",
    "bison 2.2": "bison-exception-2.2",
    "bootloader": "bootloader-exception",
    "classpath": "classpath-exception-2.0",
    "classpath 2.0": "classpath-exception-2.0",
    "classpath linking": "classpath-exception-2.0",
    "ce": "classpath-exception-2.0",
    "cpe": "classpath-exception-2.0",
    "commons": "commons-clause",
    "ecos": "ecos-exception-2.0",
    "ecos 2.0": "ecos-exception-2.0",
    "font": "font-exception-gpl",
    "font embedding": "font-exception-gpl",
    "linux syscall note": "linux-syscall-exception-gpl",
    "llvm": "llvm-exception",
    "ocaml linking": "ocaml-lgpl-linking-exception",
    "ocaml static linking": "ocaml-lgpl-linking-exception",
    "openjdk assembly": "openjdk-assembly-exception-1.0",
    "swift": "apple-runtime-library-exception",
    "swift runtime": "apple-runtime-library-exception",
    "tex": "tex-exception",
    "texinfo": "tex-exception",
    "universal foss": "universal-foss-exception-1.0",
    "universal foss 1.0": "universal-foss-exception-1.0",
    "wxwindows": "wxwindows-exception-3.1",
    "wxwidgets": "wxwindows-exception-3.1",
    "wxwindows library": "wxwindows-exception-3.1",
}
# Exceptions that have another text for each licence that they modify, by the beginning of its key; the first that fits counts.
_OF_LICENCE: dict[str, tuple[tuple[str, str], ...]] = {
    "autoconf": (("gpl-2", "autoconf-exception-2.0"), ("gpl-3", "autoconf-exception-3.0")),
    "gcc": (("gpl-2", "gcc-linking-exception-2.0"), ("gpl-3", "gcc-exception-3.1")),
    "gcc runtime": (("gpl-2", "gcc-linking-exception-2.0"), ("gpl-3", "gcc-exception-3.1")),
    "gcc runtime library": (("gpl-2", "gcc-linking-exception-2.0"), ("gpl-3", "gcc-exception-3.1")),
    "gcc runtime 3.1": (("gpl-3", "gcc-exception-3.1"),),
    "runtime library": (("apache-2.0", "apple-runtime-library-exception"), ("gpl-3", "gcc-exception-3.1")),
    "libtool": (("gpl", "libtool-exception-2.0"), ("lgpl", "libtool-exception-lgpl")),
    "qt": (("gpl", "qt-gpl-exception-1.0"), ("lgpl", "qt-lgpl-exception-1.1")),
    "openssl": (
        ("gpl-2.0-plus", "openssl-exception-gpl-2.0-plus"),
        ("gpl-2.0", "openssl-exception-gpl-2.0"),
        ("gpl-3", "openssl-exception-gpl-3.0-plus"),
        ("lgpl-3", "openssl-exception-lgpl-3.0-plus"),
        ("lgpl-2", "openssl-exception-lgpl-2.0-plus"),
        ("agpl-3.0-plus", "openssl-exception-agpl-3.0-plus"),
        ("agpl-3", "openssl-exception-agpl-3.0"),
    ),
}
_PYINSTALLER = lazy(r"\bpyinstaller\b")
# "LGPL with exceptions": a further permission that nobody names.
UNNAMED_EXCEPTION = "generic-exception"


def split_exception(raw: str) -> tuple[str, str] | None:
    """Return the two sides of ``with`` in ``raw``: a licence and what modifies it; ``None`` where there is no ``with``."""
    match = _WITH.fullmatch(raw) or _HYPHENED.fullmatch(raw)
    return (match["base"].strip(" ,;("), match["exception"].strip()) if match else None


def with_exception(base: str, exception: str) -> str | None:
    """Return ``base`` (in ScanCode's keys) with the exception of that name; ``None`` where several texts could be meant."""
    tree = parse(base)
    if not isinstance(tree, Unit) or tree.exception:
        return None
    key = UNNAMED_EXCEPTION if _PLAIN_EXCEPTION.fullmatch(exception) else _exception_key(exception, tree.key)
    return str(Unit(tree.key, key)) if key else None


def _exception_key(name: str, base: str) -> str | None:
    known = license_ids().expressions.get(name.lower())
    if known and "exception" in known:
        return known
    lowered = name.lower()
    if _PYINSTALLER.search(lowered):
        return "bootloader-exception"
    words = " ".join(re.sub(r"[^a-z0-9.]+", " ", _FILLER.sub(" ", _VERSION_MARK.sub(" ", lowered))).split())
    for_base = _OF_LICENCE.get(words, ())
    return _EXCEPTIONS.get(words) or next((key for start, key in for_base if base.startswith(start)), None)
