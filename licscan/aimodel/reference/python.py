"""What Python code loads, by its syntax tree: calls, and the constants and defaults that they take their names from.

Nothing is imported or run. A value is followed within its module and no further, and every value that a name is given
before counts: which of them holds when the line is reached is not asked.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from itertools import islice, product

from licscan.aimodel.reading import Reference
from licscan.aimodel.reference.calls import LOADERS, Loader, may_load, may_set, name_of
from licscan.aimodel.reference.script import read_script
from licscan.aimodel.reference.setting import setting

_MAX_DEPTH = 8
_MAX_VALUES = 32
# Looked at for one argument: names that are made of each other would have no end.
_MAX_STEPS = 2_000
# Looked at for all arguments of one module.
_MAX_ALL_STEPS = 300_000
_MODULE = 0


def read_python(text: str) -> tuple[Reference, ...]:
    """Return what the module loads. What this Python cannot parse is read as plain calls with literal names."""
    if not may_load(text) and not may_set(text.encode("utf-8", "replace")):
        return ()
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return read_script(text)
    module = _Module()
    calls = module.read(tree)
    loaded = [found for call, scope in calls for found in _loaded(call, scope, module)]
    told = {found.name for found in loaded}  # the call says more than the constant that it takes the name from
    settings = [found for name, value in module.settings for found in _set(name, value)]
    return (*loaded, *(found for found in settings if found.name not in told))


def _loaded(call: ast.Call, scope: int, module: _Module) -> Iterator[Reference]:
    loader = LOADERS.get(_last_name(call.func))
    if loader is None or (loader.owner and loader.owner not in module.imported):
        return
    for argument in _arguments(call, loader):
        for text in module.values(argument, scope):
            named = name_of(text, loader)
            if named:
                yield Reference(name=named[0], line=call.lineno, kind=loader.kind, source=named[1])


def _set(name: str, value: ast.expr) -> Iterator[Reference]:
    """Yield the model that a setting in code names: a default of an option, a field, a constant of the module."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield from setting(name, value.value, value.lineno)


def _arguments(call: ast.Call, loader: Loader) -> Iterator[ast.expr]:
    for position in loader.positions:
        if position < len(call.args) and not any(isinstance(arg, ast.Starred) for arg in call.args[: position + 1]):
            yield call.args[position]
    yield from (keyword.value for keyword in call.keywords if keyword.arg in loader.keywords)


class _Module:
    """The values that names are given, by the function that they stand in; attributes by their name alone."""

    def __init__(self) -> None:
        self.imported: set[str] = set()
        self.settings: list[tuple[str, ast.expr]] = []
        self._steps = 0
        self._all_steps = 0
        self._parents: dict[int, int] = {}
        self._names: dict[tuple[int, str], list[ast.expr]] = defaultdict(list)
        self._attributes: dict[str, list[ast.expr]] = defaultdict(list)

    def read(self, tree: ast.Module) -> list[tuple[ast.Call, int]]:
        """Gather every assignment and default; return the calls, each with its scope, in the order of their lines."""
        calls = []
        pending: list[tuple[ast.AST, int]] = [(tree, _MODULE)]
        while pending:
            node, scope = pending.pop()
            if isinstance(node, ast.Call):
                calls.append((node, scope))
            self._assign(node, scope)
            inner = scope
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
                inner = id(node)
                self._parents[inner] = scope
                self._defaults(node, inner)
            pending += ((child, inner) for child in ast.iter_child_nodes(node))
        return sorted(calls, key=lambda call: (call[0].lineno, call[0].col_offset))

    def values(self, node: ast.expr, scope: int, depth: int = 0) -> tuple[str, ...]:
        """Return the texts that ``node`` can be, as far as constants tell."""
        self._steps = self._steps + 1 if depth else 0
        self._all_steps += 1
        if depth > _MAX_DEPTH or self._steps > _MAX_STEPS or self._all_steps > _MAX_ALL_STEPS:
            return ()
        found = dict.fromkeys(islice(self._values(node, scope, depth + 1), _MAX_VALUES))
        return tuple(found)

    def _values(self, node: ast.expr, scope: int, depth: int) -> Iterator[str]:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            yield from self._joined([part for part in node.values if isinstance(part, ast.expr)], scope, depth)
        elif isinstance(node, ast.FormattedValue):
            yield from self.values(node.value, scope, depth)
        elif isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Div)):
            between = "/" if isinstance(node.op, ast.Div) else ""
            for left, right in product(*(self.values(side, scope, depth) for side in (node.left, node.right))):
                yield f"{left}{between}{right}"
        else:
            for source in self._sources(node, scope):
                yield from self.values(source, scope, depth)

    def _joined(self, parts: list[ast.expr], scope: int, depth: int) -> Iterator[str]:
        for pieces in product(*(self.values(part, scope, depth) for part in parts)):
            yield "".join(pieces)

    def _sources(self, node: ast.expr, scope: int) -> list[ast.expr]:
        """Return the expressions whose value ``node`` takes on."""
        if isinstance(node, ast.Name):
            return self._lookup(node, scope)
        if isinstance(node, ast.Attribute):
            return self._attributes.get(node.attr, [])
        if isinstance(node, ast.IfExp):
            return [node.body, node.orelse]
        if isinstance(node, ast.BoolOp):
            return node.values
        if isinstance(node, ast.NamedExpr):
            return [node.value]
        if isinstance(node, ast.Subscript):
            return self._entries(node, scope)
        if isinstance(node, ast.Call):
            return _returned(node)
        return []

    def _lookup(self, node: ast.Name, scope: int) -> list[ast.expr]:
        """Return what the name is given. Within its function only what stands before it: a later value, which a loop alone
        would bring back, is more often the name of what is saved in the end."""
        own = scope
        while True:
            found = self._names.get((scope, node.id), [])
            self._all_steps += len(found) // 8
            if found and scope == own != _MODULE:
                here = (node.lineno, node.col_offset)
                return [value for value in found if (value.lineno, value.col_offset) < here] or found
            if found or scope == _MODULE:
                return found
            scope = self._parents.get(scope, _MODULE)

    def _entries(self, node: ast.Subscript, scope: int) -> list[ast.expr]:
        """Return the entry of a dictionary that is asked for; any of them where that cannot be told."""
        tables = [node.value] if isinstance(node.value, ast.Dict) else self._sources(node.value, scope)
        key = node.slice.value if isinstance(node.slice, ast.Constant) else None
        found: list[ast.expr] = []
        for table in tables:
            if isinstance(table, ast.Dict):
                pairs = list(zip(table.keys, table.values, strict=True))
                exact = [value for name, value in pairs if isinstance(name, ast.Constant) and name.value == key]
                found += exact or [value for _, value in pairs]
        return found

    def _assign(self, node: ast.AST, scope: int) -> None:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                self._bind(target, node.value, scope)
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            self._bind(node.target, node.value, scope)
        elif isinstance(node, ast.ClassDef):
            for statement in node.body:
                self._class_attribute(statement)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            self.imported |= {name.partition(".")[0] for name in names}
        elif isinstance(node, ast.Call) and _last_name(node.func) == "add_argument":
            for name, value in _option(node):  # it becomes ``args.name``
                self._attributes[name].append(value)
                self.settings.append((name, value))

    def _bind(self, target: ast.expr, value: ast.expr, scope: int) -> None:
        if isinstance(target, ast.Name):
            self._names[scope, target.id].append(value)
            if scope == _MODULE:
                self.settings.append((target.id, value))
        elif isinstance(target, ast.Attribute):
            self._attributes[target.attr].append(value)
        elif isinstance(target, (ast.Tuple, ast.List)) and isinstance(value, (ast.Tuple, ast.List)):
            for part, given in zip(target.elts, value.elts, strict=False):
                self._bind(part, given, scope)

    def _class_attribute(self, statement: ast.stmt) -> None:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and statement.value:
            self._attributes[statement.target.id].append(statement.value)
        elif isinstance(statement, ast.Assign):
            for target in statement.targets:
                if isinstance(target, ast.Name):
                    self._attributes[target.id].append(statement.value)

    def _defaults(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, scope: int) -> None:
        given = node.args
        positional = [*given.posonlyargs, *given.args]
        for arg, default in zip(reversed(positional), reversed(given.defaults), strict=False):
            self._names[scope, arg.arg].append(default)
        for keyword, only in zip(given.kwonlyargs, given.kw_defaults, strict=True):
            if only is not None:
                self._names[scope, keyword.arg].append(only)
        for decorator in getattr(node, "decorator_list", ()):
            if isinstance(decorator, ast.Call) and _last_name(decorator.func) in ("option", "argument"):
                for name, value in _option(decorator):
                    self._names[scope, name].append(value)
                    self.settings.append((name, value))


def _option(call: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    """Yield the variable and the default of an option of a command line: ``"--model-name", default=...``."""
    default = next((keyword.value for keyword in call.keywords if keyword.arg == "default"), None)
    options = [arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
    if default is not None and options:
        yield max(options, key=len).lstrip("-").replace("-", "_"), default


def _returned(call: ast.Call) -> list[ast.expr]:
    """Return what a call hands on: the default of a look-up in the environment, of a field or an option."""
    name = _last_name(call.func)
    if name in ("get", "getenv", "getattr", "pop"):
        return call.args[-1:] if len(call.args) > 1 else []
    if name in ("str", "Path", "PurePath", "expanduser", "resolve"):
        return call.args[:1]
    if name in ("field", "Field", "Option", "Argument", "Form", "Query"):
        named = [keyword.value for keyword in call.keywords if keyword.arg == "default"]
        return named or call.args[:1]
    return []


def _last_name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""
