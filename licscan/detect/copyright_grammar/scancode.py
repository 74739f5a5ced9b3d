"""ScanCode's copyright detection as it is, imported without what it does not need here."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import Any


def _late(module: str, name: str) -> Callable[..., Any]:
    """Return a function that gets at ``name`` of ``module`` when it is called."""
    return lambda *args, **kwargs: getattr(import_module(module), name)(*args, **kwargs)


def _load() -> Any:
    """Import ScanCode's module without two libraries that it loads for callers who have files to read: two thirds of the time."""
    stand_ins = []
    for name, function in (("bs4.dammit", "UnicodeDammit"), ("typecode", "get_type")):
        if name not in sys.modules:
            stand_ins.append(name)
            sys.modules[name] = ModuleType(name)
            setattr(sys.modules[name], function, _late(name, function))
    try:
        return import_module("cluecode.copyrights")
    finally:
        for name in stand_ins:
            del sys.modules[name]


cluecode = _load()
"""The module ``cluecode.copyrights``."""
