"""What notebooks load: their code cells as one module, the lines for the shell as a script."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from licscan.aimodel.reading import Reference
from licscan.aimodel.reference.calls import may_load
from licscan.aimodel.reference.python import read_python
from licscan.aimodel.reference.shell import read_shell


def read_notebook(text: str) -> tuple[Reference, ...]:
    """Return what the notebook loads, with lines of the file as it is stored. One that is no JSON loads nothing."""
    try:
        content: Any = json.loads(text)
    except (ValueError, RecursionError):
        return ()
    lines = list(_code(content))
    python = "\n".join("pass" if line.lstrip().startswith(("!", "%")) else line for line in lines)
    shell = "\n".join(line.lstrip()[1:] if line.lstrip().startswith("!") else "" for line in lines)
    stored = text.split("\n")
    found = (*(read_python(python) if may_load(python) else ()), *read_shell(shell))
    return tuple(replace(one, line=_stored_line(lines[one.line - 1], stored) or 1) for one in found)


def _code(content: Any) -> Iterator[str]:
    cells = content.get("cells", ()) if isinstance(content, dict) else ()
    for cell in cells if isinstance(cells, list) else ():
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            source = cell.get("source", "")
            joined = "".join(part for part in source if isinstance(part, str)) if isinstance(source, list) else source
            yield from joined.split("\n") if isinstance(joined, str) else ()


def _stored_line(line: str, stored: list[str]) -> int | None:
    """Return where ``line`` stands in the file: written as a JSON string."""
    written = (json.dumps(line)[1:-1], json.dumps(line, ensure_ascii=False)[1:-1])
    return next((number for number, raw in enumerate(stored, 1) if any(form in raw for form in written)), None)
