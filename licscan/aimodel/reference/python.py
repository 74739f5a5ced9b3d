"""What Python code loads, by its syntax tree: calls, and the constants and defaults that they take their names from.

Nothing is imported or run. A value is followed within its module and no further, and every value that a name is given
before counts: which of them holds when the line is reached is not asked.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice, product

from msgspec.structs import replace

from licscan.aimodel.reading import Reference, Source, hub_id, omitted
from licscan.aimodel.reference.calls import LOADERS, Loader, may_load, may_set, name_of
from licscan.aimodel.reference.literal import NOT_LOADED, WEIGHTS, is_file
from licscan.aimodel.reference.names import ON_HUB_ONLY, address, canonical, in_ollama, may_name, named, scored
from licscan.aimodel.reference.script import read_script
from licscan.aimodel.reference.served import TAKES, served
from licscan.aimodel.reference.setting import IN_DATASETS, setting
from licscan.aimodel.reference.shell import commands_in
from licscan.aimodel.reference.short import MEMBERS, OPEN_CLIP, SHORT, dataset, open_clip
from licscan.core.aimodel import AiModelKind
from licscan.util.lazy_pattern import lazy

_MAX_DEPTH = 8
_MAX_VALUES = 1_000
# Looked at for one argument: names that are made of each other would have no end.
_MAX_STEPS = 20_000
# Looked at for all arguments of one module.
_MAX_ALL_STEPS = 300_000
_MODULE = 0
_LONGEST_TEXT = 100_000
_MODEL_WORD = lazy(r"model|llm|checkpoint|hugging|\bhf|tokenizer|repo_?id|embed|pretrained|pipeline", re.IGNORECASE)
_DATA_WORD = lazy(r"dataset|corpus", re.IGNORECASE)
_FETCHED = lazy(r"https?://|huggingface-cli|hf download|ollama (?:pull|run)|vllm serve|--model|spacy download|-hf ")
_OLLAMA_TEXT = lazy(r"ollama|\b11434\b", re.IGNORECASE)
# Functions that speak of a text, or look for it in another.
_SPEAKS = lazy(
    r"print|echo|pprint|log|debug|info|warning|warn|error|exception|critical|startswith|endswith|\w*(?:Error|Exception)|skip|skipif|xfail"
    r"|push_to_hub|save_pretrained|create_repo|upload_\w+|makedirs|mkdir"
)
_HUB_LIBRARIES = frozenset(
    {"transformers", "huggingface_hub", "sentence_transformers", "diffusers", "peft", "optimum", "datasets", "trl"}
)
_MODEL = lazy(r"(?:\w{1,30}_)?(?:model|checkpoint)(?:_(?:id|name|checkpoint))?", re.IGNORECASE)
_DATASET = lazy(r"(?:\w{1,30}_)?datasets?(?:_(?:id|name|path))?", re.IGNORECASE)
_FOR_NAME = lazy(r"(?:\w{1,40}_)?model_(?:id|name)|repo_id", re.IGNORECASE)
_LOG = lazy(r"log|logger|logging|console|_log|_logger|LOG|LOGGER|warnings")


def read_python(text: str) -> tuple[Reference, ...]:
    """Return what the module loads. What this Python cannot parse is read as plain calls with literal names."""
    content = text.encode("utf-8", "replace")
    if not may_load(text) and not may_set(content) and not may_name(content):
        return ()
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return read_script(text, "python")
    module = _Module()
    calls = module.read(tree)
    loaded = [found for call, scope in calls for found in _loaded(call, scope, module)]
    known = {
        (found.name, found.source) for found in loaded
    }  # the call says more than the constant that it takes the name from
    on_hub = bool(module.imported & _HUB_LIBRARIES)
    settings = [found for name, value in module.settings for found in _set(name, value, on_hub=on_hub)]
    others = [found for found in settings if (found.name, found.source) not in known]
    known |= {(name, Source.HUB) for name in scored(text)}
    known |= {(found.name, found.source) for found in settings}
    literals = [
        found
        for found in _Literals(tree, local=_OLLAMA_TEXT.search(text) is not None, on_hub=on_hub).read()
        if (found.name, found.source) not in known
    ]
    named_here = bool(loaded or others) or any(not is_file(found) for found in literals)
    stopped = () if module.stopped is None else (omitted(module.stopped),)
    return (
        *stopped,
        *loaded,
        *others,
        *(found for found in literals if not (named_here and is_file(found))),
    )


def _loaded(call: ast.Call, scope: int, module: _Module) -> Iterator[Reference]:
    yield from _short(call, scope, module)
    yield from _open_clip(call, scope, module)
    loader = LOADERS.get(_last_name(call.func))
    if loader is None:
        yield from _by_keyword(call, scope, module)
    if loader is None or (loader.owner and loader.owner not in module.imported):
        return
    revision = next(
        (
            text
            for keyword in call.keywords
            if keyword.arg == "revision"
            for text in module.values(keyword.value, scope)
        ),
        None,
    )
    for argument in _arguments(call, loader):
        if isinstance(argument, ast.Name) and argument.id in module.taken and not module.values(argument, scope):
            yield Reference(
                name=module.taken[argument.id], line=call.lineno, kind=loader.kind, sure=False, imported=True
            )
        for text in module.values(argument, scope):
            if closed := served(text):
                yield Reference(name=closed.name, line=call.lineno, service=closed.service)
                continue
            name = dataset(text) if loader.kind is AiModelKind.DATASET and "/" not in text else None
            if loader.source is Source.HUB and "/" not in text and (name := name or canonical(text)):
                yield Reference(
                    name=name, line=call.lineno, kind=loader.kind, revision=revision, service=loader.service
                )
            elif found := name_of(text, loader):
                use = named(text)
                yield Reference(
                    name=use.name if use and use.service else found[0],
                    line=call.lineno,
                    kind=loader.kind,
                    source=found[1],
                    revision=revision,
                    service=loader.service or (use.service if use else None),
                )


def _by_keyword(call: ast.Call, scope: int, module: _Module) -> Iterator[Reference]:
    """Yield what an argument for the name of a model takes from a variable, whatever the function: ``ai_model_id=name``."""
    for keyword in call.keywords:
        if isinstance(keyword.value, ast.Constant) or not _FOR_NAME.fullmatch(keyword.arg or ""):
            continue
        for text in module.values(keyword.value, scope):
            use = named(text)
            if closed := served(text):
                yield Reference(name=closed.name, line=call.lineno, service=closed.service)
            elif use and use.source is Source.HUB and (use.form or use.published):
                yield Reference(name=use.name, line=call.lineno, revision=use.revision)


def _short(call: ast.Call, scope: int, module: _Module) -> Iterator[Reference]:
    """Yield what a call loads by a short name that its library alone understands."""
    name = _last_name(call.func)
    owner = _last_name(call.func.value) if isinstance(call.func, ast.Attribute) else ""
    keywords: tuple[str, ...]
    if (owner, name) in MEMBERS and module.imported & {"torch", "clip", "spacy"}:
        position, keywords, on_hub = MEMBERS[owner, name]
    elif name in SHORT and module.imported & {*SHORT[name][0]}:
        _, position, keywords, on_hub = SHORT[name]
    else:
        return
    for argument in _arguments(call, Loader(positions=(position,), keywords=keywords)):
        for text in module.values(argument, scope):
            if ("/" not in text or owner in ("hub", "clip")) and (found := on_hub(text)):
                yield Reference(name=found, line=call.lineno)


def _open_clip(call: ast.Call, scope: int, module: _Module) -> Iterator[Reference]:
    """Yield the weights that a call of OpenCLIP names in two parts: an architecture, and what it was trained on."""
    if _last_name(call.func) not in OPEN_CLIP or "open_clip" not in module.imported:
        return
    trained = Loader(positions=(1,), keywords=("pretrained",))
    for architecture in [*call.args[:1], *(word.value for word in call.keywords if word.arg == "model_name")]:
        for name, weights in product(
            module.values(architecture, scope),
            [text for arg in _arguments(call, trained) for text in module.values(arg, scope)],
        ):
            yield Reference(name=open_clip(name, weights), line=call.lineno)


class _Literals:
    """All texts of a module that are neither compared, nor printed, nor keys, nor comments: what they name by their form or publisher.

    ``local`` says that the module speaks of Ollama, so that a model's setting may name one of its library; ``on_hub`` that it takes
    models or data sets from the Hub.
    """

    def __init__(self, tree: ast.Module, *, local: bool, on_hub: bool) -> None:
        self._tree = tree
        self._on_hub = on_hub
        self._local = local
        self._found: list[tuple[str, ast.Constant]] = []
        self._lists: list[tuple[str, int]] = []

    def read(self) -> Iterator[Reference]:
        pending: list[tuple[ast.AST, str]] = [(self._tree, "")]
        while pending:
            node, key = pending.pop()
            if isinstance(node, ast.Constant):
                if isinstance(node.value, str):
                    self._found.append((key, node))
            elif isinstance(node, (ast.List, ast.Tuple)):
                words = [
                    part.value for part in node.elts if isinstance(part, ast.Constant) and isinstance(part.value, str)
                ]
                self._lists.append((" ".join(words), node.lineno))
                pending += ((part, key) for part in node.elts)
            else:
                pending += _parts(node, key)
        for key, literal in self._found:
            yield from self._of(key, literal)
        for command, line in self._lists:
            yield from (replace(one, line=line) for one in commands_in(command))

    def _of(self, key: str, literal: ast.Constant) -> Iterator[Reference]:
        text = str(literal.value)
        line = literal.lineno
        if len(text) > _LONGEST_TEXT or NOT_LOADED.fullmatch(key):
            return
        if closed := served(text):
            if TAKES.search(key):
                yield Reference(name=closed.name, line=line, service=closed.service, constant=key or None)
            return
        use = named(text)
        if use and (use.form or use.published):
            on_hub_only = use.name.partition("/")[0].lower() in ON_HUB_ONLY
            sure = use.form or on_hub_only or _MODEL_WORD.search(key) is not None
            kind = AiModelKind.DATASET if _DATA_WORD.search(key) else use.kind
            yield Reference(
                name=use.name,
                line=line,
                kind=kind,
                source=use.source,
                sure=sure,
                revision=use.revision,
                service=use.service,
                constant=key or None,
            )
        elif self._local and (name := in_ollama(text)):
            if (
                ":" in name
                or any(character.isdigit() for character in name)
                or _MODEL_WORD.search(key)
                or key == "ollama"
            ):
                yield Reference(name=name, line=line, source=Source.OLLAMA)
        elif _FOR_NAME.fullmatch(key) and (moved := canonical(text)):
            yield Reference(name=moved, line=line)
        elif _FETCHED.search(text):
            found = address(text[text.find("http") :])
            if found and found.form:
                yield Reference(name=found.name, line=line, kind=found.kind, revision=found.revision)
            yield from (replace(one, line=line + one.line - 1) for one in commands_in(text))
        elif WEIGHTS.fullmatch(text):
            yield Reference(name=text, line=line, sure=False)
        else:
            yield from _settled(key, setting(key, text, line), on_hub=self._on_hub)


def _settled(key: str, found: Iterable[Reference], *, on_hub: bool) -> Iterator[Reference]:
    """Yield what a setting names; in a module that takes models from the Hub, a variable that is called a model or a data set holds one."""
    for one in found:
        holds = _DATASET if one.kind is AiModelKind.DATASET else _MODEL
        sure = one.sure or (on_hub and hub_id(one.name) is not None and holds.fullmatch(key) is not None)
        yield replace(one, sure=sure)


def _parts(node: ast.AST, key: str) -> list[tuple[ast.AST, str]]:
    """Return the parts of ``node`` whose texts can be used, each with the name that it is given to."""
    if isinstance(node, ast.Compare) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
        return []
    if isinstance(node, ast.Dict):
        names = [str(name.value) if isinstance(name, ast.Constant) else "" for name in node.keys]
        if _DATASET.fullmatch(key):
            names = [IN_DATASETS if name == "path" else name for name in names]
        return list(zip(node.values, names, strict=True))
    if isinstance(node, ast.Call):
        return _given(node, key)
    if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        return [(node.value, _last_name(target))]
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
        return _of_function(node)
    return [(child, key) for child in ast.iter_child_nodes(node)]


def _given(call: ast.Call, key: str) -> list[tuple[ast.AST, str]]:
    function = _last_name(call.func)
    if _SPEAKS.fullmatch(function) or (
        isinstance(call.func, ast.Attribute) and _LOG.fullmatch(_last_name(call.func.value))
    ):
        return []
    owner = _last_name(call.func.value) if isinstance(call.func, ast.Attribute) else ""
    # A short name is read with its call; an address says the same wherever it stands.
    arguments = [one for one in call.args if (owner, function) not in MEMBERS or _is_address(one)]
    own = key if function in ("get", "getenv", "Field", "field", "str", "Path", "setdefault") else function
    return [
        (call.func, ""),
        *((argument, own) for argument in arguments),
        *((word.value, (key or word.arg or "") if word.arg == "default" else word.arg or "") for word in call.keywords),
    ]


def _is_address(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and "://" in node.value


def _of_function(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> list[tuple[ast.AST, str]]:
    given = node.args
    positional = [*given.posonlyargs, *given.args]
    defaults = [(value, arg.arg) for arg, value in zip(reversed(positional), reversed(given.defaults), strict=False)]
    named_only = [
        (value, arg.arg) for arg, value in zip(given.kwonlyargs, given.kw_defaults, strict=True) if value is not None
    ]
    body = node.body if isinstance(node.body, list) else [node.body]
    return [*defaults, *named_only, *((part, "") for part in (*body, *getattr(node, "decorator_list", ())))]


def _set(name: str, value: ast.expr, *, on_hub: bool) -> Iterator[Reference]:
    """Yield the model that a setting in code names: a default of an option, a field, a constant of the module."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        found = setting(name, value.value, value.lineno)
        yield from (replace(one, constant=name) for one in _settled(name, found, on_hub=on_hub))


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
        self.stopped: int | None = None
        self.taken: dict[str, str] = {}  # names from other modules, each with its module's last name and its own
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
        if depth > _MAX_DEPTH:
            return ()
        if self._steps > _MAX_STEPS or self._all_steps > _MAX_ALL_STEPS:
            self._stop(node)
            return ()
        found = dict.fromkeys(islice(self._values(node, scope, depth + 1), _MAX_VALUES + 1))
        if len(found) > _MAX_VALUES:
            self._stop(node)
        return tuple(found)

    def _stop(self, node: ast.expr) -> None:
        self.stopped = min(node.lineno, self.stopped or node.lineno)

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
            if isinstance(node, ast.ImportFrom) and node.module:
                last = node.module.rpartition(".")[2]
                self.taken |= {alias.asname or alias.name: f"{last}.{alias.name}" for alias in node.names}
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
