"""Models and datasets that code and configuration load, each with its line: names in calls and settings, not in prose."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from licscan.aimodel.reading import Reference
from licscan.aimodel.reference.notebook import read_notebook
from licscan.aimodel.reference.python import read_python
from licscan.aimodel.reference.script import read_script
from licscan.aimodel.reference.setting import read_settings
from licscan.aimodel.reference.shell import read_shell
from licscan.core.finding import FileKind
from licscan.core.selection import SelectedFile

_MAX_SIZE = 1024 * 1024
_MAX_NOTEBOOK = 16 * 1024 * 1024
_Reader = Callable[[str], tuple[Reference, ...]]
_READERS: tuple[tuple[re.Pattern[str], _Reader], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), reader)
    for pattern, reader in (
        (r".+\.pyi?", read_python),
        (r".+\.ipynb", read_notebook),
        (r".+\.(?:js|jsx|mjs|cjs|ts|tsx|mts|cts|vue|svelte)", read_script),
        (r".+\.(?:sh|bash|zsh)|(?:.+\.)?(?:dockerfile|containerfile)(?:\..+)?|makefile|justfile", read_shell),
        (r".+\.(?:ya?ml|toml|json|ini|cfg|conf|properties)|(?:.+)?\.env(?:\..+)?", read_settings),
    )
)
# Lists of packages and what model folders hold themselves name no model that is loaded.
_NO_SETTINGS = re.compile(
    r"(?:package(?:-lock)?|composer|tsconfig.*|config|adapter_config|model_index|tokenizer.*|generation_config|modules|params)\.json"
    r"|.+\.lock|.+-lock\.ya?ml|.+\.index\.json|.+\.schema\.json",
    re.IGNORECASE,
)


def references_in(selected: SelectedFile) -> tuple[Reference, ...]:
    """Return what the file loads, in the order of its lines. A file that has become unreadable loads nothing."""
    file = selected.file
    name = file.path.rpartition("/")[2]
    reader = next((reader for pattern, reader in _READERS if pattern.fullmatch(name)), None)
    if reader is None or file.kind is FileKind.BINARY or (reader is read_settings and _NO_SETTINGS.fullmatch(name)):
        return ()
    if file.size > (_MAX_NOTEBOOK if reader is read_notebook else _MAX_SIZE):
        return ()
    try:
        text = Path(selected.location).read_bytes().decode("utf-8", "replace")
    except OSError:
        return ()  # selection tells of files that cannot be read
    return tuple(sorted(set(reader(text)), key=lambda found: (found.line, found.name, found.kind.value)))
