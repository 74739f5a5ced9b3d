"""What notebooks load: their code cells as one module, the lines for the shell as a script."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from licscan.aimodel.reading import Reference, omitted
from licscan.aimodel.reference.python import read_python
from licscan.aimodel.reference.shell import read_shell

# References of one notebook, and characters that are looked through for the lines where they stand.
_MOST = 2_000
_SEARCHED = 64 * 1024 * 1024


def read_notebook(text: str) -> tuple[Reference, ...]:
    """Return what the notebook loads, with lines of the file as it is stored. One that is no JSON loads nothing."""
    try:
        content: Any = json.loads(text)
    except (ValueError, RecursionError):
        return ()
    lines = list(_code(content))
    python = "\n".join("pass" if line.lstrip().startswith(("!", "%")) else line for line in lines)
    shell = "\n".join(line.lstrip()[1:] if line.lstrip().startswith("!") else "" for line in lines)
    found = (*read_python(python), *read_shell(shell))
    stored = _Stored(text)
    placed = (replace(one, line=stored.line_of(lines[one.line - 1])) for one in found[:_MOST])
    return (*placed, *([omitted(1)] if len(found) > _MOST else []))


def _code(content: Any) -> Iterator[str]:
    cells = content.get("cells", ()) if isinstance(content, dict) else ()
    for cell in cells if isinstance(cells, list) else ():
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            source = cell.get("source", "")
            joined = "".join(part for part in source if isinstance(part, str)) if isinstance(source, list) else source
            yield from joined.split("\n") if isinstance(joined, str) else ()


class _Stored:
    """The file as it is stored: usually a line of code on a line of its own, as a JSON string."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._left = _SEARCHED
        self._lines: dict[str, int] = {}
        for number, raw in enumerate(text.split("\n"), 1):
            self._lines.setdefault(raw.strip().removesuffix(",").strip('"').removesuffix("\\n"), number)

    def line_of(self, code: str) -> int:
        """Return where ``code`` stands, the first line where that cannot be told."""
        forms = (json.dumps(code)[1:-1], json.dumps(code, ensure_ascii=False)[1:-1])
        known = next((self._lines[form] for form in forms if form in self._lines), None)
        if known is not None:
            return known
        for form in forms:  # written as one long line, or in some other way
            if self._left <= 0:
                break
            at = self._text.find(form)
            self._left -= at if at >= 0 else len(self._text)
            if at >= 0:
                return self._text.count("\n", 0, at) + 1
        return 1
