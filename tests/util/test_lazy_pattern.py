"""Patterns that are compiled at their first use behave as compiled ones."""

from __future__ import annotations

import pickle
import pkgutil
import re
import subprocess
import sys
from importlib import import_module

import pytest

import licscan
from licscan.util.lazy_pattern import _Lazy, lazy


def test_a_lazy_pattern_answers_as_a_compiled_one() -> None:
    pattern, compiled = lazy(r"(?P<a>x+)y?", re.IGNORECASE), re.compile(r"(?P<a>x+)y?", re.IGNORECASE)
    for text in ("xxy", "XX", "z", ""):
        for method in ("search", "match", "fullmatch"):
            one, other = getattr(pattern, method)(text), getattr(compiled, method)(text)
            assert (one and one.groupdict()) == (other and other.groupdict())
        assert pattern.findall(text) == compiled.findall(text) and pattern.sub("-", text) == compiled.sub("-", text)
    assert (pattern.pattern, pattern.flags, pattern.groups) == (compiled.pattern, compiled.flags, compiled.groups)
    assert pickle.loads(pickle.dumps(pattern)).fullmatch("xy")


def test_a_wrong_pattern_shows_at_its_first_use() -> None:
    pattern = lazy("(")
    with pytest.raises(re.error):
        pattern.search("x")


def test_every_lazy_pattern_of_the_package_compiles() -> None:
    found = 0
    for module in pkgutil.walk_packages(licscan.__path__, "licscan."):
        if not module.name.endswith("__main__"):
            for value in vars(import_module(module.name)).values():
                if isinstance(value, _Lazy):
                    found += bool(value.pattern)
    assert found > 200


def test_reading_the_statements_package_compiles_nothing() -> None:
    code = (
        "import re; real = re.compile; seen = []\n"
        "import licscan.statements.sentence as module\n"
        "print('_compiled' in module._CHANGED.__dict__)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
