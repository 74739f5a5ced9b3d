"""Python projects as their manifests describe them: pyproject.toml, setup.cfg, setup.py, Pipfile."""

from __future__ import annotations

import ast
import configparser
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from msgspec.structs import replace
from packaging.requirements import InvalidRequirement
from packaging.requirements import Requirement as Pep508
from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import InvalidVersion

from licscan.component.base import (
    Package,
    Reading,
    ReadingBuilder,
    Requirement,
    Statement,
    StatementForm,
    base_of,
    parent_of,
    project_ref,
)
from licscan.component.ecosystem.common import kind_at, origin_of, people, scope_of_name, statement
from licscan.component.ecosystem.origin import NONE, Qualifiers, of_path, of_pip, of_repository, path_of
from licscan.component.formats import BrokenManifest, load_toml, mapping, sequence, text, text_of, texts
from licscan.component.lines import Lines
from licscan.core.component import ComponentKind, Scope
from licscan.core.location import Location
from licscan.core.message import message, quoted
from licscan.core.text import plain_message

if TYPE_CHECKING:
    from licscan.component.tree import Tree

TYPE = "pypi"
_EXTRA = re.compile(r"""\bextra\s*==\s*['"]([^'"]+)['"]""")
_EXACT = re.compile(r"===?\s*([A-Za-z0-9.!+_-]+)$")


def requirement(parent: str, written: str, location: Location, scope: Scope = Scope.RUNTIME) -> Requirement | None:
    """Return the requirement that a PEP 508 text asks for; ``None`` when it is not one."""
    try:
        parsed = Pep508(written)
    except InvalidRequirement:
        return None
    marker = str(parsed.marker) if parsed.marker else ""
    extra = _EXTRA.search(marker)
    origin = of_pip(parsed.url) if parsed.url else NONE
    # An address is written without the credentials that may stand in it.
    specifier = f"@ {origin[0][1] if origin else ''}" if parsed.url else str(parsed.specifier)
    exact = _EXACT.match(specifier)
    version = exact.group(1) if exact and "*" not in specifier else None
    return Requirement(
        parent=parent,
        type=TYPE,
        name=canonicalize_name(parsed.name),
        specifier=specifier,
        pinned=version_in(parsed.url) if parsed.url else version,
        qualifiers=origin,
        scope=scope_of_name(extra.group(1), Scope.OPTIONAL) if extra and scope is Scope.RUNTIME else scope,
        extras=tuple(sorted(canonicalize_name(name) for name in parsed.extras)),
        when_extra=canonicalize_name(extra.group(1)) if extra else None,
        location=location,
    )


def version_in(address: str) -> str | None:
    """Return the version in the name of the wheel or source archive at ``address``."""
    found = named_in(base_of(path_of(address)) if "://" in address else base_of(address.partition("#")[0]))
    return found[1] if found else None


def named_in(file: str) -> tuple[str, str] | None:
    """Return the name and version in the name of a wheel or a source archive."""
    name = unquote(file)
    try:
        parsed = parse_wheel_filename(name)[:2] if name.endswith(".whl") else parse_sdist_filename(name)
    except (InvalidWheelFilename, InvalidSdistFilename, InvalidVersion):
        return None
    return str(parsed[0]), str(parsed[1])


def table_origin(table: Mapping[str, Any]) -> Qualifiers:
    """Return the origin in a table of Poetry's, uv's, PDM's or Pipenv's: ``{git, rev}``, ``{url}``, ``{path}``."""
    for tool in ("git", "hg", "svn", "bzr"):
        if repository := text(table.get(tool)):
            keys = ("revision", "rev", "ref", "tag", "branch")
            return of_repository(
                repository, next((found for key in keys if (found := text(table.get(key)))), None), tool
            )
    if address := text(table.get("url")) or text(table.get("file")):
        return of_pip(address)
    return of_path(text(table.get("path")) or "")


# -- pyproject.toml ----------------------------------------------------------------------------------------------------


def read_pyproject(tree: Tree, path: str) -> Reading:
    """Read PEP 621, 639 and 735, and what Poetry, uv, PDM, Hatch and Flit keep under ``[tool]``."""
    data = tree.read(path)
    lines = Lines(path, data)
    document = load_toml(data)
    kind = kind_at(parent_of(path))
    project = mapping(document.get("project"))
    tool = mapping(document.get("tool"))
    poetry = mapping(tool.get("poetry"))
    if kind is None or not (project or poetry or document.get("dependency-groups") or document.get("build-system")):
        return Reading()
    reader = _Pyproject(lines, path, kind)
    reader.package(project or poetry)
    if kind is ComponentKind.PROJECT:
        reader.requirements(document, project, tool)
        reader.poetry_requirements(poetry)
    return reader.builder.build()


class _Pyproject:
    def __init__(self, lines: Lines, path: str, kind: ComponentKind) -> None:
        self.builder = ReadingBuilder()
        self._lines = lines
        self._path = path
        self._kind = kind
        self._parent = project_ref(parent_of(path))
        self._sources: dict[str, Qualifiers] = {}

    def package(self, fields: Mapping[str, Any]) -> None:
        name = text(fields.get("name"))
        if name is None and self._kind is not ComponentKind.PROJECT:
            return
        urls = {str(key).lower(): value for key, value in mapping(fields.get("urls")).items()}
        homepage = text(fields.get("homepage")) or text(urls.get("homepage")) or text(urls.get("repository"))
        self.builder.packages.append(
            Package(
                type=TYPE,
                name=canonicalize_name(name) if name else None,
                version=text(fields.get("version")),
                kind=self._kind,
                directory=parent_of(self._path),
                statements=tuple(self._statements(fields)),
                location=self._at('name = "'),
                authors=_authors(fields.get("authors")),
                description=text(fields.get("description")),
                homepage=homepage,
                public="Private :: Do Not Upload" not in texts(fields.get("classifiers")),
            )
        )

    def _statements(self, fields: Mapping[str, Any]) -> Iterable[Statement]:
        written = fields.get("license")
        origin = origin_of(self._path, "license")
        if raw := text(written):
            yield statement(raw, origin, self._at("license"))
        table = mapping(written)
        if raw := text(table.get("text")):
            yield statement(raw, origin, self._at("license"), StatementForm.TEXT)
        if raw := text(table.get("file")):
            yield statement(raw, origin, self._at("license"), StatementForm.FILE)
        yield from classifier_statements(
            texts(fields.get("classifiers")), origin_of(self._path, "classifiers"), self._at
        )

    def requirements(self, document: Mapping[str, Any], project: Mapping[str, Any], tool: Mapping[str, Any]) -> None:
        sources = mapping(mapping(tool.get("uv")).get("sources"))
        # Several sources, each with its marker, stand in a list.
        tables = {name: mapping(next(iter(sequence(value)), value)) for name, value in sources.items()}
        self._sources = {canonicalize_name(name): table_origin(table) for name, table in tables.items()}
        self._add(project.get("dependencies"), Scope.RUNTIME)
        for name, items in mapping(project.get("optional-dependencies")).items():
            self._add(items, scope_of_name(name, Scope.OPTIONAL))
        for name, items in mapping(document.get("dependency-groups")).items():
            self._add(items, scope_of_name(name, Scope.DEVELOPMENT))
        self._add(mapping(document.get("build-system")).get("requires"), Scope.BUILD)
        self._add(mapping(tool.get("uv")).get("dev-dependencies"), Scope.DEVELOPMENT)
        for name, items in mapping(mapping(tool.get("pdm")).get("dev-dependencies")).items():
            self._add(items, scope_of_name(name, Scope.DEVELOPMENT))

    def poetry_requirements(self, poetry: Mapping[str, Any]) -> None:
        self._add_poetry(poetry.get("dependencies"), Scope.RUNTIME)
        self._add_poetry(poetry.get("dev-dependencies"), Scope.DEVELOPMENT)
        for name, group in mapping(poetry.get("group")).items():
            default = Scope.RUNTIME if name == "main" else Scope.DEVELOPMENT
            self._add_poetry(mapping(group).get("dependencies"), scope_of_name(name, default))

    def _add(self, items: object, scope: Scope) -> None:
        for item in texts(items):
            if found := requirement(self._parent, item, self._at(item), scope):
                origin = found.qualifiers or self._sources.get(found.name, NONE)
                self.builder.requirements.append(replace(found, qualifiers=origin))

    def _add_poetry(self, items: object, scope: Scope) -> None:
        for name, wanted in mapping(items).items():
            if name.lower() != "python":
                self.builder.requirements.append(self._poetry(name, wanted, scope))

    def _poetry(self, name: str, wanted: object, scope: Scope) -> Requirement:
        table = mapping(wanted)
        specifier = text(wanted) or text(table.get("version")) or ""
        pinned = re.fullmatch(r"(?:==)?\s*(\d[\w.!+-]*)", specifier)
        return Requirement(
            parent=self._parent,
            type=TYPE,
            name=canonicalize_name(name),
            specifier=specifier,
            pinned=pinned.group(1) if pinned else None,
            scope=Scope.OPTIONAL if table.get("optional") is True and scope is Scope.RUNTIME else scope,
            extras=tuple(sorted(canonicalize_name(extra) for extra in texts(table.get("extras")))),
            qualifiers=table_origin(mapping(next(iter(sequence(wanted)), wanted))),
            location=self._at(name),
        )

    def _at(self, needle: str) -> Location:
        return self._lines.first(needle)


def classifier_statements(classifiers: Iterable[str], origin: str, at: Any) -> Iterable[Statement]:
    """Yield a statement for each classifier that names a licence; ``at`` gives its location."""
    for classifier in classifiers:
        # "OSI Approved" alone and the like say that there is a licence, not which.
        if classifier.startswith("License ::") and classifier not in (
            "License :: OSI Approved",
            "License :: DFSG approved",
        ):
            yield Statement(raw=classifier, form=StatementForm.CLASSIFIER, origin=origin, location=at(classifier))


def _authors(value: object) -> tuple[str, ...]:
    """Return names (or addresses where there is no name) from PEP 621 tables or Poetry's ``Name <address>``."""
    found: list[str] = []
    for item in sequence(value):
        table = mapping(item)
        author = text(table.get("name")) or text(table.get("email")) or text(item)
        if author:
            found += people([author])
    return tuple(found)


# -- setup.cfg and setup.py --------------------------------------------------------------------------------------------


def read_setup_cfg(tree: Tree, path: str) -> Reading:
    """Read the ``[metadata]`` and ``[options]`` of setuptools."""
    kind = kind_at(parent_of(path))
    parser = configparser.RawConfigParser(strict=False)
    data = tree.read(path)
    lines = Lines(path, data)
    try:
        parser.read_string(text_of(data))
    except configparser.Error as error:
        raise BrokenManifest(
            message("issue.not-valid-setup", "not valid setup.cfg: {detail}", detail=quoted(plain_message(str(error)))),
            getattr(error, "lineno", None),
        ) from error
    if kind is None or not (parser.has_section("metadata") or parser.has_section("options")):
        return Reading()
    metadata = dict(parser.items("metadata")) if parser.has_section("metadata") else {}
    lists = {"classifiers": _lines(metadata.get("classifiers"))}
    optional = dict(parser.items("options.extras_require")) if parser.has_section("options.extras_require") else {}
    return _setuptools(
        path,
        lines,
        kind,
        {**metadata, **lists},
        _lines(parser.get("options", "install_requires", fallback="")),
        {name: _lines(value) for name, value in optional.items()},
    )


def read_setup_py(tree: Tree, path: str) -> Reading:
    """Read the literal arguments of ``setup(...)`` from the syntax tree; the file is never executed."""
    kind = kind_at(parent_of(path))
    if kind is None:
        return Reading()
    data = tree.read(path)
    lines = Lines(path, data)
    try:
        module = ast.parse(data)
    except SyntaxError as error:
        raise BrokenManifest(
            message(
                "issue.not-valid-python", "not valid Python: {detail}", detail=quoted(plain_message(str(error.msg)))
            ),
            error.lineno,
        ) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise BrokenManifest(
            message("issue.not-valid-python", "not valid Python: {detail}", detail=quoted(type(error).__name__))
        ) from error
    arguments = _setup_arguments(module)
    if arguments is None:
        return Reading()
    extras = {name: list(texts(items)) for name, items in mapping(arguments.get("extras_require")).items()}
    return _setuptools(path, lines, kind, arguments, texts(arguments.get("install_requires")), extras)


def _setup_arguments(module: ast.Module) -> dict[str, Any] | None:
    """Return the arguments of the first call of ``setup`` whose values are written out, names of constants included."""
    constants: dict[str, Any] = {}
    call: ast.Call | None = None
    for node in ast.walk(module):
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            constants.setdefault(node.targets[0].id, _literal(node.value))
        elif isinstance(node, ast.Call) and _called(node.func) == "setup":
            call = call or node
    if call is None:
        return None
    values = {
        keyword.arg: constants.get(keyword.value.id) if isinstance(keyword.value, ast.Name) else _literal(keyword.value)
        for keyword in call.keywords
        if keyword.arg
    }
    return {name: _listed(value) for name, value in values.items() if value is not None}


def _called(function: ast.expr) -> str | None:
    return (
        function.attr
        if isinstance(function, ast.Attribute)
        else function.id
        if isinstance(function, ast.Name)
        else None
    )


def _literal(node: ast.expr) -> Any:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return None


def _listed(value: Any) -> Any:
    return list(value) if isinstance(value, (tuple, set, frozenset)) else value


def _setuptools(
    path: str,
    lines: Lines,
    kind: ComponentKind,
    fields: Mapping[str, Any],
    requires: Iterable[str],
    extras: Mapping[str, Iterable[str]],
) -> Reading:
    def at(needle: str) -> Location:
        return lines.first(needle)

    name = text(fields.get("name"))
    statements = list(classifier_statements(texts(fields.get("classifiers")), origin_of(path, "classifiers"), at))
    if raw := text(fields.get("license")):
        statements.insert(0, statement(raw, origin_of(path, "license"), at("license"), StatementForm.TEXT))
    version = text(fields.get("version"))
    package = Package(
        type=TYPE,
        name=canonicalize_name(name) if name else None,
        version=None if version and ":" in version else version,  # attr: and file: are read by running code
        kind=kind,
        directory=parent_of(path),
        statements=tuple(statements),
        location=at("name"),
        authors=texts(fields.get("author")),
        description=text(fields.get("description")) or text(fields.get("summary")),
        homepage=text(fields.get("url")) or text(fields.get("home-page")),
    )
    if kind is not ComponentKind.PROJECT:
        return Reading(packages=(package,)) if name else Reading()
    parent = project_ref(parent_of(path))
    wanted = [requirement(parent, item, at(item)) for item in requires]
    for extra, items in extras.items():
        wanted += [requirement(parent, item, at(item), scope_of_name(extra, Scope.OPTIONAL)) for item in items]
    return Reading(packages=(package,), requirements=tuple(item for item in wanted if item))


def _lines(value: str | None) -> list[str]:
    return [line.strip() for line in (value or "").splitlines() if line.strip() and not line.strip().startswith("#")]


# -- Pipfile -----------------------------------------------------------------------------------------------------------


def read_pipfile(tree: Tree, path: str) -> Reading:
    """Read the packages that a Pipfile asks for."""
    data = tree.read(path)
    lines = Lines(path, data)
    document = load_toml(data)
    if kind_at(parent_of(path)) is not ComponentKind.PROJECT:
        return Reading()
    found = []
    for section, scope in (("packages", Scope.RUNTIME), ("dev-packages", Scope.DEVELOPMENT)):
        for name, wanted in mapping(document.get(section)).items():
            specifier = text(wanted) or text(mapping(wanted).get("version")) or ""
            location = lines.first(name)
            written = f"{name}{'' if specifier == '*' else specifier}"
            if item := requirement(project_ref(parent_of(path)), written, location, scope):
                found.append(replace(item, qualifiers=table_origin(mapping(wanted))))
    return Reading(requirements=tuple(found))
