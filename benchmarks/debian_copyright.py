"""Read machine-readable ``debian/copyright`` files (DEP-5, format 1.0): which licence the maintainer gives to which file.

A licence is an expression of Debian's short names. Names of the specification become SPDX ids here; every other name is the
maintainer's own, and only the text of its paragraph says what it means.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from debian_inspector.copyright import CopyrightFilesParagraph, CopyrightLicenseParagraph, DebianCopyright

COPYRIGHT_FILE = Path("debian") / "copyright"
_FORMAT = re.compile(r"^\s*format:.*copyright-format/1\.", re.IGNORECASE | re.MULTILINE)

# Short names of the specification, and the spellings of them that are in common use, in lower case.
_SHORT_NAMES = {
    "0bsd": "0BSD",
    "agpl": "AGPL-3.0-or-later",
    "apache": "Apache-2.0",
    "artistic": "Artistic-1.0-Perl",
    "beerware": "Beerware",
    "boost": "BSL-1.0",
    "bsd-2-clauses": "BSD-2-Clause",
    "bsd-3-clauses": "BSD-3-Clause",
    "bsd-4-clause-uc": "BSD-4-Clause-UC",
    "bsl": "BSL-1.0",
    "cc0": "CC0-1.0",
    "expat": "MIT",
    "fsfap": "FSFAP",
    "ftl": "FTL",
    "gfdl": "GFDL-1.1-or-later",
    "gpl": "GPL-1.0-or-later",
    "lgpl": "LGPL-2.0-or-later",
    "mit": "MIT",
    "mit/x": "X11",
    "mit/x11": "X11",
    "openssl+ssleay": "OpenSSL",
    "pd": "LicenseRef-scancode-public-domain",
    "perl": "Artistic-1.0-Perl OR GPL-1.0-or-later",
    "public-domain": "LicenseRef-scancode-public-domain",
    "python": "PSF-2.0",
    "qpl": "QPL-1.0",
    "sil-1.1": "OFL-1.1",
    "x11": "X11",
    "zpl": "ZPL-2.1",
}
# Names of exceptions, without the word "exception".
_EXCEPTIONS = {
    "autoconf": "Autoconf-exception-2.0",
    "autoconf-data": "Autoconf-exception-2.0",
    "bison": "Bison-exception-2.2",
    "classpath": "Classpath-exception-2.0",
    "font": "Font-exception-2.0",
    "gcc": "GCC-exception-2.0",
    "gcc-runtime-library": "GCC-exception-3.1",
    "libtool": "Libtool-exception",
    "openssl": "cryptsetup-OpenSSL-exception",
}
_GNU = re.compile(
    r"(?P<name>[al]?gpl|gfdl)(?:-niv)?-(?:v\.?)?(?P<version>\d(?:\.\d)?)(?P<later>\+|-plus)?(?:-niv)?(?P<plus>\+)?"
)
_NUMBERED = re.compile(r"(?P<name>[a-z0-9+-]+?)-(?P<version>\d+)(?:\.0)?")

# What an unknown name means, from the text of its paragraph: an SPDX expression or ``None``.
TextReader = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Stanza:
    """One paragraph of files: its patterns in the order of the file, and the expression of short names given to them."""

    patterns: tuple[str, ...]
    license: str
    text: str

    def pattern_of(self, path: str) -> str | None:
        """Return the first pattern that matches ``path``, which is relative to the source's root."""
        return next((each for each in self.patterns if matches(each, path)), None)


@dataclass(frozen=True, slots=True)
class CopyrightFile:
    """A whole file: paragraphs of files in their order, and the text that each short name stands for."""

    stanzas: tuple[Stanza, ...]
    texts: dict[str, str]

    def stanza_of(self, path: str) -> tuple[Stanza, str] | None:
        """Return the paragraph that speaks for ``path`` and the pattern that matched. The last paragraph that matches counts."""
        for stanza in reversed(self.stanzas):
            pattern = stanza.pattern_of(path)
            if pattern is not None:
                return stanza, pattern
        return None


def matches(pattern: str, path: str) -> bool:
    """Tell whether a pattern of the specification matches the whole of ``path``."""
    return bool(_pattern(pattern).fullmatch(path))


def is_machine_readable(file: Path) -> bool:
    """Tell whether ``file`` exists and names version 1 of the format."""
    return file.is_file() and bool(_FORMAT.search(file.read_text(encoding="utf-8", errors="replace")))


def read_copyright(file: Path) -> CopyrightFile:
    """Read a machine-readable copyright file. A file without paragraphs of files gives no stanzas."""
    document = DebianCopyright.from_text(file.read_text(encoding="utf-8", errors="replace"))
    stanzas: list[Stanza] = []
    texts: dict[str, str] = {}
    for paragraph in document.paragraphs:
        if not isinstance(paragraph, (CopyrightFilesParagraph, CopyrightLicenseParagraph)):
            continue
        name = " ".join((paragraph.license.name or "").split())
        text = _plain(paragraph.license.text)
        if text and name:
            texts.setdefault(name.lower(), text)
        if isinstance(paragraph, CopyrightFilesParagraph):
            stanzas.append(Stanza(tuple(paragraph.files.values), name, text))
    return CopyrightFile(tuple(stanzas), texts)


def _plain(text: str | list[str] | None) -> str:
    """Return a formatted text without its marks of empty lines; the parser gives a list where there is none."""
    lines = (text or "").splitlines() if not isinstance(text, list) else text
    return "\n".join("" if line.strip() == "." else line for line in lines).strip()


def is_catch_all(pattern: str) -> bool:
    """Tell whether a pattern names every file, so that the maintainer looked at no particular one."""
    return pattern in ("*", "./*", "**")


def to_spdx(license_text: str, read_name: TextReader) -> str | None:
    """Return an expression of short names in SPDX form. ``read_name`` says what a name means that the specification does not
    define; ``None`` when it cannot say.

    "and" binds tighter than "or", and a comma before either ends a group, as the specification has it.
    """
    groups = _split(license_text, r"\s*,\s*(and|or)\s+")
    parts = [_alternatives(group, read_name) for group in groups[::2]]
    if None in parts or not parts:
        return None
    text = f"({parts[0]})"
    for operator, part in zip(groups[1::2], parts[1:], strict=True):
        text = f"({text} {operator.upper()} ({part}))"
    return text


def custom_names(license_text: str) -> Iterator[str]:
    """Yield the names in an expression that the specification does not define."""
    for name in re.split(r"\s*,?\s+(?:and|or)\s+", license_text, flags=re.IGNORECASE):
        if name.strip() and spdx_of_name(name.strip()) is None:
            yield name.strip()


@cache
def spdx_of_name(name: str) -> str | None:
    """Return the SPDX expression of one short name, with its exception; ``None`` for a name of the maintainer's own."""
    base, _, exception = (part.strip().lower() for part in re.sub(r"\s+", " ", name).partition(" with "))
    spdx = _base(base)
    if not exception or spdx is None:
        return spdx
    known = _EXCEPTIONS.get(re.sub(r"[\s-]*exception.*$", "", exception))
    return f"{spdx} WITH {known}" if known else None


def _base(name: str) -> str | None:
    if name in _SHORT_NAMES:
        return _SHORT_NAMES[name]
    gnu = _GNU.fullmatch(name)
    if gnu:
        version = gnu["version"] if "." in gnu["version"] else f"{gnu['version']}.0"
        return f"{gnu['name'].upper()}-{version}-{'or-later' if gnu['later'] or gnu['plus'] else 'only'}"
    from_list = _spdx_ids().get(name)
    if from_list is None and (numbered := _NUMBERED.fullmatch(name)):
        from_list = _spdx_ids().get(f"{numbered['name']}-{numbered['version']}.0")
    return from_list


@cache
def _spdx_ids() -> dict[str, str]:
    """Return the ids of the SPDX licence list by their lower case."""
    from license_expression import get_spdx_licensing

    return {key.lower(): key for key in get_spdx_licensing().known_symbols if not key.startswith("LicenseRef-")}


def _alternatives(text: str, read_name: TextReader) -> str | None:
    choices = []
    for choice in _split(text, r"\s+or\s+"):
        units = [spdx_of_name(name) or read_name(name) for name in _split(choice, r"\s+and\s+")]
        if None in units:
            return None
        choices.append(" AND ".join(f"({unit})" for unit in units))
    return " OR ".join(f"({choice})" for choice in choices)


def _split(text: str, separator: str) -> list[str]:
    return [part.strip() for part in re.split(separator, text.strip(), flags=re.IGNORECASE)]


@cache
def _pattern(glob: str) -> re.Pattern[str]:
    """Return a pattern of the specification as a regular expression: ``*`` and ``?`` match slashes and leading dots too, a
    backslash makes the next character plain, and brackets have no meaning."""
    return re.compile("".join(_pattern_parts(glob.removeprefix("./"))), re.DOTALL)


def _pattern_parts(glob: str) -> Iterable[str]:
    characters = iter(glob)
    for character in characters:
        if character == "*":
            yield ".*"
        elif character == "?":
            yield "."
        else:
            yield re.escape(next(characters, "\\") if character == "\\" else character)
