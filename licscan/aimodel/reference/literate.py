"""What documents that are run load: Livebook, Quarto and R Markdown keep code in fences, between prose that only speaks of models."""

from __future__ import annotations

from licscan.aimodel.reading import Reference
from licscan.aimodel.reference.literal import read_literals
from licscan.aimodel.reference.python import read_python
from licscan.aimodel.reference.script import read_script
from licscan.aimodel.reference.shell import read_shell
from licscan.util.lazy_pattern import lazy
from licscan.util.syntax import CODE, LANGUAGES, language_of

_FENCE = lazy(r"\s{0,12}(`{3,}|~{3,})\s*\{?\.?([A-Za-z]\w{0,20})?")
_SUFFIXES = {
    "elixir": "ex",
    "julia": "jl",
    "rust": "rs",
    "javascript": "js",
    "python": "py",
    "bash": "sh",
    "shell": "sh",
}


def read_literate(text: str) -> tuple[Reference, ...]:
    """Return what the code in the fences of ``text`` loads, each language by its own reader, with the lines of the document."""
    lines = text.split("\n")
    code: dict[str, list[str]] = {}
    mark, language = "", ""
    for number, line in enumerate(lines):
        fence = _FENCE.match(line)
        if fence and not mark:
            word = (fence[2] or "").lower()
            mark, language = fence[1], language_of(f"x.{_SUFFIXES.get(word, word)}") if word else ""
        elif mark and line.strip().startswith(mark):
            mark = ""
        elif mark and language:
            code.setdefault(language, [""] * len(lines))[number] = line
    return tuple(one for language, kept in code.items() for one in _read(language, "\n".join(kept)))


def _read(language: str, code: str) -> tuple[Reference, ...]:
    if language == "python":
        return read_python(code)
    if language == "shell":
        return read_shell(code)
    if language == "script":
        return read_script(code)
    known = LANGUAGES.get(language)
    return read_literals(code, known) if known and known.base == CODE else ()
