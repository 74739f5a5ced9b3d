"""Imports go one way, and heavy or ugly libraries stay behind their doors."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "licscan"
STAGES = {"select", "detect", "component", "aimodel", "classify", "policy"}
BASE = {"errors", "util", "core"}
# What each top-level module and package may import. Stages do not import each other; docs/architecture.md describes the packages.
MAY_IMPORT = {
    "__init__": set(),
    "__main__": {"cli"},
    "errors": set(),
    "util": {"errors"},
    "core": {"errors", "util"},
    "workers": BASE,
    "declared": BASE,
    "modellicense": BASE,
    "statements": BASE,
    "config": BASE | {"declared"},
    "document": BASE,
    "select": BASE | {"workers"},
    "detect": BASE | {"workers", "modellicense", "statements"},
    "component": BASE | {"workers", "statements"},
    "aimodel": BASE | {"workers", "modellicense"},
    "classify": BASE | {"modellicense", "statements"},
    "policy": BASE | {"declared", "modellicense"},
    "pipeline": BASE | STAGES | {"workers", "modellicense", "statements"},
    "gate": BASE | STAGES | {"workers", "modellicense", "statements", "config", "pipeline"},
    "duediligence": BASE | {"modellicense"},
    "locale": BASE | {"classify", "policy", "duediligence"},
    "report": BASE | {"modellicense", "policy", "document", "duediligence", "locale"},
    "app": BASE
    | STAGES
    | {"workers", "modellicense", "statements", "config", "pipeline", "gate", "document", "duediligence"},
    "cli": BASE
    | STAGES
    | {
        "declared",
        "modellicense",
        "statements",
        "config",
        "pipeline",
        "gate",
        "document",
        "duediligence",
        "locale",
        "report",
        "app",
    },
}
DATA = {"rules", "policies"}
SCANCODE = {
    "licensedcode",
    "packagedcode",
    "scancode",
    "textcode",
    "typecode",
    "commoncode",
    "cluecode",
    "scancode_config",
}
DOORS = ("detect/", "component/scancode.py")


def imports(path: Path) -> Iterator[str]:
    """Yield what a module imports: at its top, in functions, and for type checkers alone."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module and not node.level, f"{path} has a relative import"
            for alias in node.names:
                member = f"{node.module}.{alias.name}"
                yield member if member in NAMES else node.module


MODULES = sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))


def name_of(module: str) -> str:
    return "licscan." + module.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


NAMES = {name_of(module): module for module in MODULES}


def own_imports(module: str) -> set[str]:
    """Return the modules of licscan that ``module`` imports itself."""
    found = {name for name in imports(PACKAGE / module) if name in NAMES}
    return {name for name in found if name != name_of(module)}


def circle(graph: Mapping[str, Collection[str]]) -> list[str]:
    """Return the names on a circle of ``graph``, nothing where there is none."""
    try:
        tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        return list(error.args[1])
    return []


def test_every_top_level_name_has_its_place() -> None:
    entries = {
        path.stem
        for path in PACKAGE.iterdir()
        if path.suffix == ".py" or (path.is_dir() and path.name != "__pycache__")
    }
    assert entries == {*MAY_IMPORT, *DATA}


def test_packages_depend_on_each_other_one_way() -> None:
    assert not circle(MAY_IMPORT)


def test_no_modules_import_each_other_in_a_circle_not_even_lazily_or_for_types() -> None:
    assert not circle({name: own_imports(module) for name, module in NAMES.items()})


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_what_its_package_may(module: str) -> None:
    top = module.split("/")[0].removesuffix(".py")
    for name in own_imports(module) - {"licscan.__init__"}:
        imported = name.split(".")[1]
        assert imported == top or imported in MAY_IMPORT[top], f"{module} imports {name}"


@pytest.mark.parametrize("module", MODULES)
def test_terminal_and_scancode_stay_behind_their_doors(module: str) -> None:
    for name in imports(PACKAGE / module):
        top = name.split(".")[0]
        assert top not in ("click", "rich") or module.startswith("cli/"), f"{module} imports {name}"
        assert top not in SCANCODE or module.startswith(DOORS), f"{module} imports {name}"


STARTS_PROGRAMS = {
    "component/client.py": "package clients, in an empty folder and with nothing of the tree within reach",
    "detect/index.py": "licscan itself, to build the index",
    "workers/crew.py": "licscan itself, as a worker",
}
PROGRAM_STARTERS = {"subprocess", "pty", "multiprocessing", "concurrent.futures.process"}
STARTING_CALLS = re.compile(r"\bos\.(?:system|popen|exec\w+|spawn\w+|posix_spawn\w*|fork\w*)\b")


@pytest.mark.parametrize("module", MODULES)
def test_programs_are_started_in_few_places_and_git_in_none(module: str) -> None:
    text = (PACKAGE / module).read_text(encoding="utf-8")
    starters = {name for name in imports(PACKAGE / module) if name in PROGRAM_STARTERS}
    if module not in STARTS_PROGRAMS:
        assert not starters, f"{module} imports {starters}"
        assert not STARTING_CALLS.search(text), f"{module} starts a program"
    words = {node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant)}
    assert module not in STARTS_PROGRAMS or words.isdisjoint(("git", "git.exe")), f"{module} could start git"


@pytest.mark.parametrize("module", [name for name in MODULES if not name.startswith("select/git/")])
def test_git_data_are_read_in_one_package_alone(module: str) -> None:
    """Whoever opens a file of ``.git`` by himself follows the repository's links and settings by himself."""
    inside = re.compile(rb"\.git/|packed-refs|\.git[\"'] */")
    assert not inside.search(_code(PACKAGE / module)), f"{module} reads Git data"


def _code(path: Path) -> bytes:
    """The strings of a module that are no documentation."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documentation = {
        node.value for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    texts = (
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in documentation
    )
    return "\n".join(texts).encode("utf-8", "surrogatepass")


# What only some operating systems have, by the names that say so.
_OF_SOME_SYSTEMS = re.compile(
    r"\b(?:fcntl|msvcrt|resource\.\w+|SIGALRM|SIGHUP|SIGQUIT|setitimer|O_NOFOLLOW|O_NONBLOCK|O_DIRECTORY|O_CLOEXEC|O_BINARY"
    r"|supports_dir_fd|sched_getaffinity|fchmod|os\.fork|os\.name|sys\.platform|/proc/self)\b"
)


@pytest.mark.parametrize("module", [name for name in MODULES if name != "util/system.py"])
def test_one_module_knows_what_the_operating_system_has(module: str) -> None:
    text = (PACKAGE / module).read_text(encoding="utf-8")
    code = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    assert sorted(set(_OF_SOME_SYSTEMS.findall(code))) == []
