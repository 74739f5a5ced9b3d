"""The table of what is read names its readers, so that only those that are wanted are loaded."""

from __future__ import annotations

import pkgutil
import subprocess
import sys
from importlib import import_module

import pytest

from licscan.component import ecosystem
from licscan.component.ecosystem import SOURCES
from licscan.component.registry import REGISTRIES
from licscan.component.source import Source, load_reader


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_a_named_reader_is_there(source: Source) -> None:
    assert callable(load_reader(source.reader))


def test_no_reader_is_forgotten() -> None:
    named = {source.reader for source in SOURCES} | {registry.reader for registry in REGISTRIES.values()}
    for module in pkgutil.iter_modules(ecosystem.__path__, f"{ecosystem.__name__}."):
        loaded = import_module(module.name)
        readers = {
            f"{module.name}:{name}" for name, value in vars(loaded).items() if _is_reader(name, value, module.name)
        }
        assert readers <= named, module.name


def _is_reader(name: str, value: object, module: str) -> bool:
    return (
        name.startswith("read_") and callable(value) and getattr(value, "__module__", module) in (module, "functools")
    )


def test_the_table_alone_loads_no_reader() -> None:
    code = (
        "import sys; from licscan.component.ecosystem import SOURCES;"
        "print([name for name in sys.modules if name in ('yaml', 'defusedxml', 'packaging', 'email')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
