"""Patterns that are compiled when they are first used: a commit of a few files needs few of the hundreds that the rules have."""

from __future__ import annotations

import re
from typing import Any, cast


def lazy(pattern: str, flags: int | re.RegexFlag = 0) -> re.Pattern[str]:
    """Return what ``re.compile`` returns, compiled at the first use. A wrong pattern shows then: a test compiles them all."""
    return cast("re.Pattern[str]", _Lazy(pattern, flags))


class _Lazy:
    """Stands for a compiled pattern. Its methods become attributes of its own, so that later calls cost nothing more."""

    def __init__(self, pattern: str, flags: int | re.RegexFlag) -> None:
        self._arguments = pattern, flags

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        compiled = self.__dict__.get("_compiled")
        if compiled is None:
            compiled = self.__dict__["_compiled"] = re.compile(*self._arguments)
        found = self.__dict__[name] = getattr(compiled, name)
        return found

    def __reduce__(self) -> tuple[Any, ...]:
        return _Lazy, self._arguments
