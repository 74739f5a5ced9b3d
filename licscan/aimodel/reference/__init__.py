"""Models and datasets that code and configuration load, each with its line: names in calls and settings, not in prose."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from licscan.aimodel.reading import Reference
from licscan.aimodel.reference.calls import may_mention
from licscan.aimodel.reference.calls import may_set as may_set_in_code
from licscan.aimodel.reference.literal import read_literals
from licscan.aimodel.reference.literate import read_literate
from licscan.aimodel.reference.names import may_name
from licscan.aimodel.reference.notebook import read_notebook
from licscan.aimodel.reference.python import read_python
from licscan.aimodel.reference.script import read_script
from licscan.aimodel.reference.setting import may_set
from licscan.aimodel.reference.settings_file import read_settings
from licscan.aimodel.reference.shell import commands_in, may_fetch, read_shell
from licscan.util.lazy_pattern import lazy
from licscan.util.syntax import CODE, LANGUAGES, Language, language_of

_MAX_SIZE = 1024 * 1024
_MAX_NOTEBOOK = 16 * 1024 * 1024
_NAMES = tuple(
    (re.compile(pattern), reader)
    for pattern, reader in (
        (r".+\.pyi?", "python"),
        (r".+\.ipynb", "notebook"),
        (r".+\.(?:livemd|[qr]md)", "literate"),
        (r".+\.(?:js|jsx|mjs|cjs|ts|tsx|mts|cts|vue|svelte)", "script"),
        (
            r".+\.(?:sh|bash|zsh|ksh|fish|bat|cmd|ps1|mk|service)|(?:.+[.-])?(?:dockerfile|containerfile)(?:\..+)?"
            r"|(?:gnu)?makefile(?:\..+)?|\.?justfile|procfile(?:\..+)?",
            "shell",
        ),
        (
            r".+\.(?:ya?ml|toml|json|jsonc|json5|ini|cfg|conf|properties|tf|tfvars|hcl|nomad)|(?:.+)?\.env(?:\..+)?",
            "settings",
        ),
        (r"(?:.*[_-])?requirements?(?:[_-].*)?\.(?:txt|in)", "packages"),
    )
)
# Lists of packages and what model folders hold themselves name no model that is loaded.
_NO_SETTINGS = lazy(
    r"(?:package(?:-lock)?|composer|tsconfig.*|config|adapter_config|model_index|tokenizer.*|generation_config|modules|params)\.json"
    r"|.+\.lock|.+-lock\.ya?ml|.+\.index\.json|.+\.schema\.json"
)


def reference_reader_of(name: str, size: int) -> str | None:
    """Return which of ``REFERENCE_READERS`` is for a file called ``name`` (in lower case) of ``size`` bytes."""
    reader = next((reader for pattern, reader in _NAMES if pattern.fullmatch(name)), None)
    if reader is None and (language := LANGUAGES.get(language_of(name))) and language.base == CODE:
        reader = f"code-{language.name}"
    if reader == "settings" and _NO_SETTINGS.fullmatch(name):
        return None
    return reader if size <= (_MAX_NOTEBOOK if reader == "notebook" else _MAX_SIZE) else None


def _reader(
    may_hold: Callable[[bytes], bool], read: Callable[[str], tuple[Reference, ...]]
) -> Callable[[bytes], tuple[Reference, ...]]:
    """Return ``read`` for bytes, in the order of the lines: only what ``may_hold`` lets through is decoded at all."""

    def read_bytes(content: bytes) -> tuple[Reference, ...]:
        if not may_hold(content):
            return ()
        found = set(read(content.decode("utf-8", "replace")))
        return tuple(sorted(found, key=lambda one: (one.line, one.name, one.kind.value, one.source.value, one.sure)))

    return read_bytes


def _code_reader(language: Language) -> Callable[[str], tuple[Reference, ...]]:
    return lambda text: read_literals(text, language)


REFERENCE_READERS: Mapping[str, Callable[[bytes], tuple[Reference, ...]]] = MappingProxyType(
    {
        "python": _reader(
            lambda content: may_mention(content) or may_set_in_code(content) or may_name(content), read_python
        ),
        "notebook": _reader(may_fetch, read_notebook),
        "literate": _reader(may_name, read_literate),
        "script": _reader(lambda content: may_mention(content) or may_name(content), read_script),
        "shell": _reader(may_fetch, read_shell),
        "settings": _reader(may_set, read_settings),
        "packages": _reader(lambda content: b"_core_" in content, commands_in),
    }
    | {
        f"code-{name}": _reader(may_name, _code_reader(language))
        for name, language in LANGUAGES.items()
        if language.base == CODE
    }
)
