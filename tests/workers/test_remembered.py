"""Work that has an answer of nothing for a file is not done again for the same content."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

import licscan
from licscan.aimodel.overlay import OverlayWork
from licscan.core.finding import SourceFile
from licscan.core.selection import SelectedFile
from licscan.detect.alterations import AlterationsWork
from licscan.detect.statements import StatementsWork, statements_in
from licscan.pipeline.texts import TextWork
from licscan.workers import Work, run_here
from licscan.workers.remembered import Remembered, source_digest
from tests.pipeline.test_texts import Kept

REMEMBERED = (OverlayWork, AlterationsWork, StatementsWork, TextWork)


def selected(path: Path, content: str) -> SelectedFile:
    path.write_text(content)
    digest = hashlib.sha256(content.encode()).hexdigest()
    return SelectedFile(file=SourceFile(path=path.name, size=len(content), sha256=digest), location=str(path))


class Counting:
    """Runs work here, and counts the items."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, work: Work[Any, Any], items: Sequence[Any]) -> Iterator[Any]:
        self.count += len(items)
        return run_here(work, items)


def test_only_files_with_something_are_looked_at_again(tmp_path: Path) -> None:
    files = [selected(tmp_path / f"{n}.md", f"text {n}\n") for n in range(5)]
    files.append(selected(tmp_path / "shown.md", "Built with Llama\n"))
    store, counting = Kept(), Counting()
    first = statements_in(files, ("Built with Llama",), Remembered(counting, store))
    assert counting.count == 6
    assert statements_in(files, ("Built with Llama",), Remembered(counting, store)) == first
    assert counting.count == 7
    assert [found.location.path for found in first[0]] == ["shown.md"]


def test_another_question_about_the_same_content_is_answered_by_reading(tmp_path: Path) -> None:
    files = [selected(tmp_path / "a.md", "Built with Llama\n")]
    run = Remembered(run_here, Kept())
    assert statements_in(files, ("Built with Gemma",), run) == ((), ())
    assert len(statements_in(files, ("Built with Llama",), run)[0]) == 1


def test_work_without_sources_is_always_done(tmp_path: Path) -> None:
    class Plain(Work[int, int]):
        def do(self, item: int) -> int:
            return 0

        def path(self, item: int) -> str:
            return str(item)

    counting = Counting()
    for _ in range(2):
        assert list(Remembered(counting, Kept())(Plain(), [1, 2])) == [0, 0]
    assert counting.count == 4


@pytest.mark.parametrize("work", REMEMBERED, ids=lambda work: work.__name__)
def test_the_sources_of_remembered_work_are_there_and_hold_its_module(work: type[Work[Any, Any]]) -> None:
    package = Path(licscan.__file__).parent
    assert work.sources and all((package / name).exists() for name in work.sources)
    module = Path(*work.__module__.split(".")[1:]).with_suffix(".py")
    assert any(module == Path(name) or Path(name) in module.parents for name in work.sources)
    assert len(source_digest(work.sources)) == 64


@pytest.mark.parametrize("work", REMEMBERED, ids=lambda work: work.__name__)
def test_what_remembered_work_imports_of_the_package_is_among_its_sources(work: type[Work[Any, Any]]) -> None:
    """Else another version of what is imported would not be noticed."""
    package = Path(licscan.__file__).parent
    named = [Path(name) for name in work.sources]
    seen: set[Path] = set()
    todo = [Path(*work.__module__.split(".")[1:]).with_suffix(".py")]
    while todo:
        module = todo.pop()
        if module in seen or module.parts[0] in ("workers", "errors.py"):
            continue
        seen.add(module)
        for line in (package / module).read_text().splitlines():
            if line.startswith("from licscan."):
                base = Path(*line.split()[1].split(".")[1:])
                todo += (
                    [base.with_suffix(".py")]
                    if (package / base.with_suffix(".py")).exists()
                    else [base / "__init__.py"]
                )
    missing = {str(each) for each in seen if not any(each == name or name in each.parents for name in named)}
    assert missing <= {"detect/installed.py", "detect/index.py", "workers/__init__.py"}, missing
