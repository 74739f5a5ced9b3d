"""What the user wrote in ``licscan.toml`` or ``[tool.licscan]``, checked; options of the command line come on top."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from licscan.core.facts import Distribution, Facts, Linking, UsageStatement
from licscan.core.location import Location
from licscan.core.text import one_line, plain_message
from licscan.core.waiver import NO_DECISIONS, Decisions
from licscan.errors import SettingsError, closest
from licscan.util.contained_files import OutsideError, is_file_inside, read_inside, relative_parts
from licscan.util.toml_text import parse_toml

CONFIG_NAME = "licscan.toml"
_MAX_BYTES = 8 * 1024 * 1024
# "Korea, Republic of" is one country.
_OF_STATE = re.compile(
    r",\s*((?:[A-Za-z' ]+ )?(?:republic|federation|kingdom|state|states) of)\b(?=\s*(?:[,;]|$))", re.IGNORECASE
)
FAIL_ON = ("deny", "review")
_LINE = re.compile(r"at line (\d+)")
_HEADER = re.compile(r"\s*\[")
_OWN_HEADER = re.compile(r"\s*\[+\s*tool\s*\.\s*licscan\s*[.\]]")


class Settings(Struct, frozen=True, kw_only=True):
    """Settings as they hold for one run. ``source`` is the file they came from, if any; ``policy`` is a ready-made
    name or a path (relative paths count from the configuration file), which stays in the folder ``policy_root`` where a
    configuration names it that a scanned tree may hold; ``fail_on`` overrides the policy's own. ``below``
    is the folder that is looked at, seen from the configuration's: empty, or a path and a slash (``licscan.config.rebase``)."""

    policy: str = "default"
    policy_root: Path | None = None
    exclude: tuple[str, ...] = ()
    facts: Facts = field(default_factory=Facts)
    fail_on: str | None = None
    accept_unresolved: bool = False
    decisions: Decisions = NO_DECISIONS
    usage: tuple[UsageStatement, ...] = ()
    source: Path | None = None
    below: str = ""


def load_settings(folder: Path, config: Path | None = None) -> Settings:
    """Read ``config``, else ``licscan.toml`` or ``[tool.licscan]`` in ``folder``, else return the defaults.

    Raises ``SettingsError`` with file and line for what is not TOML, not known or not of the right type.
    """
    if config is not None:
        if not config.is_file():
            raise SettingsError(
                "there is no such configuration file", where=str(config), hint="check the path given to --config"
            )
        return _read(config, None)
    if is_file_inside(folder, CONFIG_NAME):
        return _read(folder / CONFIG_NAME, folder)
    if os.path.lexists(folder / CONFIG_NAME):
        raise SettingsError(
            "this is no file, or a symbolic link that is not followed",
            where=str(folder / CONFIG_NAME),
            hint="put the configuration itself there, or pass --config FILE or --no-config",
        )
    if is_file_inside(folder, "pyproject.toml"):
        return _read(folder / "pyproject.toml", folder)
    return Settings()


def has_settings(folder: Path) -> bool:
    """Whether ``folder`` has a configuration of its own: a licscan.toml, or ``[tool.licscan]`` in its pyproject.toml."""
    if os.path.lexists(folder / CONFIG_NAME):
        return True
    manifest = folder / "pyproject.toml"
    try:
        if not is_file_inside(folder, "pyproject.toml") or b"licscan" not in (content := manifest.read_bytes()):
            return False
        return bool(parse_toml(content.decode()).get("tool", {}).get("licscan"))
    except (OSError, ValueError):
        return True  # told where it is read


def _read(path: Path, root: Path | None) -> Settings:
    """Read a configuration; ``root`` is the folder that it stands in where a scanned tree may hold it, ``None`` where the user named it."""
    content = b""
    try:
        content = read_inside(root, (path.name,), _MAX_BYTES) if root else path.read_bytes()
        text = content.decode()
        document: dict[str, Any] = parse_toml(text)
    except (OSError, ValueError) as error:
        if path.name == "pyproject.toml" and b"licscan" not in content:
            return Settings()  # a broken manifest is told as such by the component stage, not as our configuration
        line = _LINE.search(str(error))
        raise SettingsError(
            f"cannot be read as TOML: {_problem(error)}",
            where=f"{path}:{line[1]}" if line else str(path),
            hint="correct the file, or pass --no-config",
        ) from error
    if path.name == "pyproject.toml":
        document = document.get("tool", {}).get("licscan", {})
        if not document:
            return Settings()
    return _Reader(path, text, root).settings(document)


def _problem(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "it is no UTF-8"
    return error.strerror or "" if isinstance(error, OSError) else plain_message(str(error))


class _Reader:
    """Turns a parsed document into Settings; knows the file's text to name lines."""

    def __init__(self, path: Path, text: str, root: Path | None) -> None:
        self._path = path
        self._root = root
        self._lines = text.splitlines()

    def settings(self, document: Mapping[str, Any]) -> Settings:
        self._known(document, ("policy", "exclude", "outbound", "facts", "fail_on", "waiver", "curation", "usage"))
        facts = self._facts(document.get("facts", {}))
        if "outbound" in document:
            facts = replace(facts, outbound=self._typed(document, "outbound", str))
        fail_on = self._typed(document, "fail_on", str) if "fail_on" in document else None
        if fail_on not in (None, *FAIL_ON):
            raise self._error("fail_on", f"fail_on must be one of: {', '.join(FAIL_ON)}")
        return Settings(
            policy=self._policy(self._typed(document, "policy", str)) if "policy" in document else "default",
            policy_root=self._root if "policy" in document else None,
            exclude=self._patterns(document, "exclude"),
            facts=facts,
            fail_on=fail_on,
            decisions=self._decisions(document),
            usage=self._usage(document),
            source=self._path,
        )

    def _decisions(self, document: Mapping[str, Any]) -> Decisions:
        found = NO_DECISIONS
        if "waiver" in document or "curation" in document:
            from licscan.config.decisions import read_decisions

            found = read_decisions(document, self._path, self._lines)
        return replace(found, own=tuple(self._own_lines())) if self._path.name == "pyproject.toml" else found

    def _own_lines(self) -> Iterator[Location]:
        """Yield the lines of the tables below ``[tool.licscan]``."""
        headers = [number for number, text in enumerate(self._lines, 1) if _HEADER.match(text)]
        for first, after in zip(headers, (*headers[1:], len(self._lines) + 1), strict=True):
            if _OWN_HEADER.match(self._lines[first - 1]):
                yield Location(path=self._path.name, start_line=first, end_line=after - 1)

    def _usage(self, document: Mapping[str, Any]) -> tuple[UsageStatement, ...]:
        if "usage" not in document:
            return ()
        from licscan.config.decisions import read_usage

        return read_usage(document, self._path, self._lines, convert_fact)

    def _policy(self, name: str) -> str:
        if "/" not in name and "\\" not in name and not name.lower().endswith((".yaml", ".yml")):
            return name
        if self._root is None:
            return str(self._path.parent / name)
        try:
            return str(self._root.joinpath(*relative_parts(name)))
        except OutsideError as error:
            hint = "put the policy beside the configuration or below it, or name it with --policy"
            raise self._error("policy", f"this policy is not read: {error.strerror}", hint) from error

    def _facts(self, table: Any) -> Facts:
        if not isinstance(table, dict):
            raise self._error("facts", "facts must be a table: [facts]")
        self._known(table, Facts.__struct_fields__)
        facts = Facts()
        for name, value in table.items():
            try:
                facts = replace(facts, **{name: convert_fact(name, value)})
            except ValueError as error:
                raise self._error(name, str(error)) from error
        return facts

    def _known(self, table: Mapping[str, Any], known: Iterable[str]) -> None:
        names = tuple(known)
        for key in table:
            if key not in names:
                close = closest(key, names)
                raise self._error(
                    key,
                    f"{one_line(key, 40)!r} is no setting of licscan",
                    f"did you mean {close!r}?" if close else f"known here: {', '.join(names)}",
                )

    def _typed(self, table: Mapping[str, Any], key: str, kind: type[str]) -> str:
        value = table[key]
        if not isinstance(value, kind):
            raise self._error(key, f"{key} must be a text in quotes")
        return value

    def _strings(self, table: Mapping[str, Any], key: str) -> tuple[str, ...]:
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self._error(key, f"{key} must be a list of texts")
        return tuple(value)

    def _patterns(self, document: Mapping[str, Any], key: str) -> tuple[str, ...]:
        patterns = self._strings(document, key)
        if patterns:
            from licscan.util.ignore_patterns import PatternError, check_pattern

            for pattern in patterns:
                try:
                    check_pattern(pattern)
                except PatternError as error:
                    raise self._error(key, str(error)) from error
        return patterns

    def _error(self, key: str, what: str, hint: str = "see docs/configuration.md for every setting") -> SettingsError:
        pattern = re.compile(rf"\s*(\[+\s*(.*\.)?)?[\"']?{re.escape(key)}[\"']?\s*(=|\]|\.)")
        line = next((number for number, text in enumerate(self._lines, 1) if pattern.match(text)), None)
        return SettingsError(what, where=f"{self._path}:{line}" if line else str(self._path), hint=hint)


_COUNTS = ("monthly_active_users",)
_MONEY = ("annual_revenue_usd", "attributable_revenue_usd")
_YES_OR_NO = ("commercial", "modified", "trains_other_models")
_LISTS = ("languages", "regions", "uses", "accepted", "commercial_licences", "separate_programs", "linked_programs")
_CHOICES: dict[str, type[Distribution] | type[Linking]] = {"distribution": Distribution, "linking": Linking}


def convert_fact(name: str, value: object) -> Any:
    """Return ``value`` (from TOML, or a text from the command line) as the fact ``name`` holds it.

    Raises ``ValueError`` saying what is expected and what comes nearest; ``KeyError`` never: an unknown name is a ``ValueError`` too.
    """
    if name in _CHOICES:
        return _choice(name, value)
    if name in (*_COUNTS, *_MONEY):
        from licscan.declared.numbers import read_number

        return read_number(name, value, money=name in _MONEY)
    if name in _YES_OR_NO:
        return _yes_or_no(name, value)
    if name in _LISTS:
        return _texts(name, value)
    if name == "monthly_active_users_at":
        return _count_at(name, value)
    if name == "outbound":
        if not isinstance(value, str) or not value.strip():
            raise ValueError(f"{name} must be a text")
        return value.strip()
    known_names = list(Facts.__struct_fields__)
    close = closest(name, known_names)
    raise ValueError(
        f"there is no fact {name!r}" + (f"; did you mean {close!r}?" if close else f"; known: {', '.join(known_names)}")
    )


def _choice(name: str, value: object) -> Distribution | Linking:
    known = [choice.value for choice in _CHOICES[name]]
    word = value.strip().lower() if isinstance(value, str) else value
    if word not in known:
        close = closest(word, known) if isinstance(word, str) else None
        raise ValueError(f"{name} must be one of: {', '.join(known)}" + (f"; did you mean {close!r}?" if close else ""))
    return _CHOICES[name](word)


def _count_at(name: str, value: object) -> str:
    """Read ``<number>@<YYYY-MM-DD>``, and return it with the number in digits alone."""
    from licscan.declared.numbers import read_number

    number, at, day = value.partition("@") if isinstance(value, str) else ("", "", "")
    try:
        counted = date.fromisoformat(day.strip())
    except ValueError:
        at = ""
    if not at:
        raise ValueError(f"{name} must be a number and the day at which it was counted: 650M@2023-06-30")
    return f"{read_number(name, number, money=False)}@{counted.isoformat()}"


def _yes_or_no(name: str, value: object) -> bool:
    if isinstance(value, str) and value.strip().lower() in ("true", "yes", "y", "false", "no", "n"):
        return value.strip().lower() in ("true", "yes", "y")
    if not isinstance(value, bool):
        raise ValueError(f"{name} must be true or false")
    return value


def _texts(name: str, value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        joined = _OF_STATE.sub(r" \1", value) if name == "regions" else value
        value = [part.strip() for part in re.split("[,;]" if name in _NAMED else ",", joined) if part.strip()]
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError(f"{name} must be a list of texts")
    read = _NAMED.get(name)
    if read is None:
        return tuple(value)
    if not value:
        raise ValueError(f"{name} must name at least one")
    return tuple(dict.fromkeys(read(item) for item in value))


def _region(text: str) -> str:
    from licscan.declared.regions import read_region

    return read_region(text)


def _language(text: str) -> str:
    from licscan.declared.languages import read_language

    return read_language(text)


def _use(text: str) -> str:
    from licscan.declared.uses import read_use

    return read_use(text)


# Facts whose values have names: each reader is imported where a value is declared.
_NAMED: dict[str, Callable[[str], str]] = {"regions": _region, "languages": _language, "uses": _use}


def with_facts(settings: Settings, given: Iterable[str]) -> Settings:
    """Put ``NAME=VALUE`` facts of the command line on top of the configured ones."""
    facts = settings.facts
    for text in given:
        name, equals, value = text.partition("=")
        if not equals:
            raise SettingsError(
                f"{text!r} is no fact",
                where="--fact",
                hint="write it as NAME=VALUE, for example --fact distribution=saas",
            )
        try:
            facts = replace(facts, **{name.strip(): convert_fact(name.strip(), value.strip())})
        except ValueError as error:
            raise SettingsError(str(error), where="--fact", hint="see docs/configuration.md for every fact") from error
    return replace(settings, facts=facts)
