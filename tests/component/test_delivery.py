"""Actions of workflows, images of containers and submodules are components with their scope."""

from __future__ import annotations

import pytest

from licscan.core.component import Component, Scope
from licscan.core.issue import IssueLevel
from licscan.pipeline.unresolved import unresolved_issues
from tests.component.conftest import Plant

WORKFLOW = """on: push
jobs:
  a:
    runs-on: ubuntu-latest
    container: {image: "node:20"}
    services:
      db: {image: postgres:16}
    steps:
    - uses: actions/checkout@v4
    - uses: docker/login-action@5e57cd118135c172c3672efd75eb46360885c0ef # v3
    - uses: github/codeql-action/init@v3
    - uses: ./.github/actions/own
    - uses: docker://alpine:3.20
    - run: make
  b:
    uses: example/shared/.github/workflows/build.yml@main
"""
DOCKERFILE = """# syntax=docker/dockerfile:1
ARG PYTHON=3.12
ARG NOTHING
FROM --platform=$BUILDPLATFORM golang:1.22-alpine AS build
RUN go build \\
  # a comment in between
  ./...
FROM python:${PYTHON}-slim AS base
FROM $NOTHING AS odd
FROM base
COPY --from=build /app /app
COPY --from=ghcr.io/astral-sh/uv:0.4 /uv /bin/
"""


def of(plant: Plant, **files: str) -> dict[str | None, Component]:
    return {each.purl: each for each in plant(files).components if each.kind.value == "package"}


def test_a_workflow_runs_actions_and_images_in_the_build(plant: Plant) -> None:
    found = {each.purl: each for each in plant({".github/workflows/ci.yml": WORKFLOW}).components if each.purl}
    assert set(found) == {
        "pkg:github/actions/checkout@v4",
        "pkg:github/docker/login-action@5e57cd118135c172c3672efd75eb46360885c0ef",
        "pkg:github/github/codeql-action@v3",
        "pkg:github/example/shared@main",
        "pkg:docker/alpine@3.20",
        "pkg:docker/node@20",
        "pkg:docker/postgres@16",
    }
    assert {each.scope for each in found.values()} == {Scope.BUILD}
    assert all(each.unresolved and each.locations[0].start_line for each in found.values())
    (issue,) = unresolved_issues(found.values(), online=False)
    assert issue.level is IssueLevel.WARNING


def test_an_action_of_the_tree_runs_others(plant: Plant) -> None:
    action = "name: own\nruns:\n  using: composite\n  steps:\n  - uses: actions/setup-node@v4\n  - run: npm ci\n    shell: bash\n"
    (found,) = [each for each in plant({".github/actions/own/action.yml": action}).components if each.purl]
    assert (found.purl, found.scope) == ("pkg:github/actions/setup-node@v4", Scope.BUILD)


def test_the_base_of_the_last_stage_is_passed_on_and_the_others_only_build(plant: Plant) -> None:
    facts = plant({"Dockerfile": DOCKERFILE})
    found = {each.purl: each.scope for each in facts.components if each.purl}
    assert found == {
        "pkg:docker/golang@1.22-alpine": Scope.BUILD,
        "pkg:docker/python@3.12-slim": Scope.RUNTIME,
        "pkg:docker/astral-sh/uv@0.4?repository_url=ghcr.io": Scope.RUNTIME,
    }
    (issue,) = facts.issues
    assert "named when the image is built" in str(issue.message) and issue.level is IssueLevel.WARNING
    # The content of an image is a question of completeness, not of a package that somebody forgot to install.
    (line,) = unresolved_issues(facts.components, online=False)
    assert line.level is IssueLevel.UNREAD and str(line.message).endswith("scan the files of the image itself")


@pytest.mark.parametrize(
    ("written", "purl"),
    [
        ("nginx", "pkg:docker/nginx"),
        ("docker.io/library/nginx:1.27", "pkg:docker/nginx@1.27"),
        ("registry.example:5000/team/app:1.0", "pkg:docker/team/app@1.0?repository_url=registry.example:5000"),
        (
            f"mcr.example/dotnet/sdk:8.0@sha256:{'ab' * 32}",
            f"pkg:docker/dotnet/sdk@sha256:{'ab' * 32}?repository_url=mcr.example&tag=8.0",
        ),
    ],
)
def test_an_image_is_named_by_its_parts(plant: Plant, written: str, purl: str) -> None:
    (found,) = [each for each in plant({"sub/app.Dockerfile": f"FROM {written}\n"}).components if each.purl]
    assert found.purl == purl


def test_services_of_a_compose_file_are_images_unless_they_are_built_here(plant: Plant) -> None:
    compose = (
        "services:\n  web: {build: ., image: own}\n  db: {image: 'postgres:${TAG:-16}'}\n  odd: {image: '${ALL}'}\n"
    )
    facts = plant({"docker-compose.yml": compose})
    assert {each.purl for each in facts.components if each.purl} == {"pkg:docker/postgres@16"}


def test_submodules_are_components_with_their_content_where_it_is_there(plant: Plant) -> None:
    modules = (
        '[submodule "a"]\n\tpath = third_party/a\n\turl = https://github.com/example/a.git\n\tbranch = v1\n'
        '[submodule "b"]\n\tpath = ext/b\n\turl = git@example.org:team/b.git\n'
        '[submodule "c"]\n\tpath = c\n\turl = ../c.git\n'
    )
    facts = plant({".gitmodules": modules, "ext/b/LICENSE": "SPDX-License-Identifier: MIT\n", "ext/b/b.c": "int b;\n"})
    found = {each.purl: each for each in facts.components if each.kind.value == "package"}
    assert set(found) == {
        "pkg:github/example/a?vcs_url=git%2Bhttps://github.com/example/a.git%40v1",
        "pkg:generic/b?vcs_url=git%2Bssh://git%40example.org/team/b.git",
        "pkg:generic/c?download_url=file:../c.git",
    }
    b = found["pkg:generic/b?vcs_url=git%2Bssh://git%40example.org/team/b.git"]
    assert b.directory == "ext/b" and not b.unresolved
    assert not [each for each in facts.components if each.kind.value == "vendored"]
    (issue,) = unresolved_issues(facts.components, online=False)
    assert "2 of 3 dependencies in .gitmodules are unresolved; run after `git submodule update" in str(issue.message)


@pytest.mark.parametrize(
    "files",
    [
        {".github/workflows/x.yml": "jobs: [1, 2]\nsteps: {a: b}\n"},
        {".github/workflows/x.yml": "on: push\njobs: {a: {steps: [null, {uses: 7}, {uses: '@'}], services: [x]}}\n"},
        {"Dockerfile": "FROM\nFROM a AS\nCOPY --from= x y\n\\\n\\\n"},
        {"compose.yaml": "services: {a: null, b: {image: [1]}}\n"},
        {".gitmodules": "[submodule\nurl\npath = ../../../x\nurl = \\\\\n"},
    ],
    ids=lambda files: next(iter(files)),
)
def test_odd_files_are_read_as_far_as_they_go(plant: Plant, files: dict[str, str]) -> None:
    facts = plant(files)
    assert all(issue.location for issue in facts.issues)
