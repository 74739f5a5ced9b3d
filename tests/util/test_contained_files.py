"""No name in a file of the scanned tree leads out of it."""

from __future__ import annotations

import ast
import os
from pathlib import Path

import pytest

from licscan.app.run_options import policy_for
from licscan.component.base import ComponentOptions
from licscan.component.places import find_installed
from licscan.config.settings import load_settings
from licscan.core.text import plain_message
from licscan.errors import PolicyError, SettingsError, UsageError
from licscan.policy.load import load_policy
from licscan.select import WalkOptions, select
from licscan.util.contained_files import OutsideError, read_inside, relative_parts

PACKAGE = Path(__file__).resolve().parents[2] / "licscan"
SECRET = "machine example.invalid login alice password hunter2"
POLICY = "policy: {name: p, title: T, description: D}\nextends: %s\n"


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A file beside the tree that no error may show."""
    secret = tmp_path / "netrc.yaml"
    secret.write_text(f"{SECRET}: [\n")
    (tmp_path / "tree").mkdir()
    return secret


@pytest.mark.parametrize(
    "name", ["/etc/passwd", "../x", "a/../../x", "C:\\x", "\\\\host\\x", "~/x", "", ".", "a\0b", "a/.."]
)
def test_a_name_that_leads_out_is_refused(name: str) -> None:
    with pytest.raises(OutsideError):
        relative_parts(name)


def test_a_name_counts_from_the_folder_of_the_file_that_names_it() -> None:
    assert relative_parts("../b.yaml", beside="a/c") == ("a", "b.yaml")
    with pytest.raises(OutsideError):
        relative_parts("../../../b.yaml", beside="a/c")


@pytest.mark.parametrize("link", ["file", "folder"])
def test_a_link_is_not_followed(link: str, outside: Path) -> None:
    tree = outside.parent / "tree"
    (tree / "link").symlink_to(outside if link == "file" else outside.parent)
    with pytest.raises(OutsideError, match="link"):
        read_inside(tree, ("link",) if link == "file" else ("link", outside.name), 100)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    with pytest.raises(OutsideError):
        read_inside(tmp_path, ("pipe.yaml",), 100)


@pytest.mark.parametrize(
    "how", ["absolute", "above", "link", "linked folder", "extends", "extends above", "extends a link"]
)
def test_no_policy_outside_the_tree_is_read_or_shown(how: str, outside: Path) -> None:
    tree = outside.parent / "tree"
    (tree / "policy").mkdir()
    (tree / "out").symlink_to(outside.parent)
    (tree / "link.yaml").symlink_to(outside)
    named = {
        "absolute": str(outside),
        "above": "../netrc.yaml",
        "link": "link.yaml",
        "linked folder": "out/netrc.yaml",
    }.get(how, "policy/own.yaml")
    extended = {"extends": str(outside), "extends above": "../../netrc.yaml"}.get(how, "../link.yaml")
    (tree / "policy" / "own.yaml").write_text(POLICY % extended)
    (tree / "licscan.toml").write_text(f'policy = "{named}"\n')
    with pytest.raises(UsageError) as caught:
        policy_for(load_settings(tree))
    assert "hunter2" not in str(caught.value)
    assert (
        "licscan.toml:1" in str(caught.value)
        or "own.yaml:" in str(caught.value)
        or "is not read" in str(caught.value)
        or "link" in str(caught.value)
    )


def test_a_policy_of_the_tree_may_extend_another_of_it(tmp_path: Path) -> None:
    (tmp_path / "policy").mkdir()
    (tmp_path / "base.yaml").write_text(POLICY % "default")
    (tmp_path / "policy" / "own.yaml").write_text(POLICY % "../base.yaml")
    (tmp_path / "licscan.toml").write_text('policy = "policy/own.yaml"\n')
    assert policy_for(load_settings(tmp_path)).name == "p"


def test_a_policy_that_the_user_names_may_be_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tree").mkdir()
    (tmp_path / "own.yaml").write_text(POLICY % "default")
    (tmp_path / "company.toml").write_text('policy = "own.yaml"\n')
    monkeypatch.chdir(tmp_path / "tree")
    assert load_policy("../own.yaml").name == "p"
    assert policy_for(load_settings(Path(), Path("../company.toml"))).name == "p"


def test_a_configuration_behind_a_link_is_not_read(outside: Path) -> None:
    tree = outside.parent / "tree"
    (tree / "licscan.toml").symlink_to(outside)
    with pytest.raises(SettingsError, match="not followed") as caught:
        load_settings(tree)
    assert "hunter2" not in str(caught.value)
    (tree / "licscan.toml").unlink()
    (tree / "pyproject.toml").symlink_to(outside)
    assert load_settings(tree).source is None


@pytest.mark.parametrize(
    "text",
    [
        f"x = {SECRET}\n",
        f"{SECRET}\n",
        f'fail_on = "{SECRET}"\n',
        f"outbound = ['{SECRET}']\n",
        f"[facts]\ncommercial = '{SECRET}'\n",
        f"[facts]\ndistribution = '{SECRET}'\n",
        f"[facts]\nmonthly_active_users = '{SECRET}'\n",
        f"[[waiver]]\npath = 'x/'\nreason = '{SECRET}'\n",
        f"[[waiver]]\npath = '{SECRET}'\nreason = 'other'\n",
        f"[[curation]]\npath='x'\ndetected = '{SECRET}'\n",
        f'"{SECRET}" = "{SECRET}" x\n',
    ],
)
def test_an_error_in_a_configuration_quotes_no_value(text: str, tmp_path: Path) -> None:
    (tmp_path / "licscan.toml").write_text(text)
    with pytest.raises(SettingsError) as caught:
        load_settings(tmp_path)
    assert "licscan.toml:" in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        SECRET,
        f"policy: {SECRET}\n",
        f"policy: '{SECRET}\n",
        f"policy: !{SECRET.replace(' ', '')} x\n",
        f"policy: *{SECRET.replace(' ', '')}\n",
        f"policy: {{name: p, title: T}}\nfail_on: [{SECRET}]\n",
        f"policy: {{name: p, title: T}}\nextends: {SECRET}\n",
        f"policy: {{name: p, title: T}}\nextends: default\nremove: [{SECRET}]\n",
        f"policy: {{name: p, title: T}}\nfail_on: [deny]\nrules: [{{id: a, verdict: '{SECRET}'}}]\n",
        f"policy: {{name: p, title: T}}\nfail_on: [deny]\nrules: [{{id: a, verdict: allow, when: {{class: '{SECRET}'}}}}]\n",
        f"policy: {{name: p, title: T}}\nfail_on: [deny]\nrules: [{{id: a, verdict: review, message: '{{{SECRET}}}'}}]\n",
        f"policy: {{name: p, title: T}}\nfail_on: [deny]\nrules: [{{id: '{SECRET}', verdict: allow}}, {{id: '{SECRET}', verdict: allow}}]\n",
    ],
)
def test_an_error_in_a_policy_quotes_no_value(text: str, tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(text)
    with pytest.raises(PolicyError) as caught:
        load_policy(str(tmp_path / "p.yaml"))
    assert "p.yaml:" in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("Invalid value (at line 1, column 5)", "Invalid value (at line 1, column 5)"),
        ("found character 'x' that cannot start any token", "found character ... that cannot start any token"),
        ("'a' or \"b\" c 'd' e", "... e"),
        ("invalid literal for int() with base 10: 'secret", "invalid literal for int() with base 10: ..."),
        ("it doesn't fit", "it doesn't fit"),
        ("Expected a semicolon\n    secret\n    ^", "Expected a semicolon"),
        ("undefined entity &secret;: line 1", "undefined entity ... line 1"),
        ("", ""),
    ],
)
def test_a_parsers_message_is_told_without_what_it_quotes(message: str, shown: str) -> None:
    assert plain_message(message) == shown


# Modules that open files of the scanned tree, and where their paths come from. Whatever another file names goes through licscan.util.contained_files.
OPENING = {
    "aimodel/__init__.py": "selected files",
    "aimodel/overlay.py": "selected files",
    "aimodel/weights.py": "selected files",
    "component/curated_packages.py": "curations that the user named",
    "component/caches.py": "package managers' caches, names checked part by part",
    "component/ecosystem/copied.py": "licscan's own data",
    "component/ecosystem/debian.py": "the content of a file of the tree",
    "component/ecosystem/rpm.py": "selected files",
    "component/evidence.py": "selected files",
    "component/first_party.py": "selected files",
    "component/kept.py": "packages in a package manager's cache or a temporary folder of licscan's own",
    "component/license.py": "licscan's own data",
    "component/license_ids.py": "licscan's own data",
    "component/online.py": "a temporary folder of licscan's own",
    "component/package_store.py": "the store that the user named",
    "component/places.py": "folders that package managers fill, without links",
    "component/registry/cargo.py": "the user's own configuration of the client",
    "component/registry/golang.py": "a temporary folder of licscan's own",
    "component/registry/maven.py": "the user's own configuration of the client, the client itself",
    "component/registry/npm.py": "the user's own configuration of the client",
    "component/registry/pub.py": "a temporary folder of licscan's own",
    "component/registry/unpack.py": "a temporary folder of licscan's own",
    "component/sources.py": "archives that were fetched",
    "component/tree.py": "selected files",
    "duediligence/encryption.py": "licscan's own data",
    "duediligence/law_register.py": "licscan's own data",
    "duediligence/vendor_register.py": "licscan's own data",
    "modellicense/register.py": "licscan's own data",
    "policy/load.py": "the policy that the user named, licscan's own policies",
    "report/cyclonedx/validation.py": "schemas of a library",
    "report/license_form.py": "schemas of a library",
    "select/__init__.py": "the walk",
    "select/archive.py": "a folder of licscan's own",
    "select/archive_format.py": "selected files",
    "select/changes.py": "git's index",
    "select/git/files.py": "the repository around the target, held below its folder",
    "select/git/hooks.py": "the hooks folder that the user asks to write to",
    "select/git/objects.py": "the repository around the target",
    "select/git/pack.py": "the repository around the target",
    "select/git/repository.py": "the repository around the target",
    "select/git/state.py": "tracked files of the tree",
    "select/version_control.py": "licscan's own data",
    "select/walk.py": "the walk",
    "select/zip_members.py": "selected files",
}
_READING = {
    "open",
    "read_bytes",
    "read_text",
    "scandir",
    "walk",
    "listdir",
    "readlink",
    "iterdir",
    "glob",
    "rglob",
    "stat",
}


@pytest.mark.parametrize(
    "stage",
    [
        "aimodel",
        "classify",
        "component",
        "core",
        "duediligence",
        "modellicense",
        "policy",
        "report",
        "select",
        "statements",
    ],
)
def test_only_known_modules_of_a_stage_open_files(stage: str) -> None:
    opening = set()
    for path in sorted((PACKAGE / stage).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                owner = getattr(getattr(node.func, "value", None), "id", "")
                if name in _READING and owner not in ("ast", "zipfile", "tarfile", "msgspec", "entry", "archive"):
                    opening.add(path.relative_to(PACKAGE).as_posix())
    assert opening <= {name for name in OPENING if name.startswith(f"{stage}/")}


def test_an_environment_behind_a_link_is_not_read(tmp_path: Path) -> None:
    metadata = tmp_path / "outside" / "lib" / "secret-1.0.dist-info" / "METADATA"
    metadata.parent.mkdir(parents=True)
    metadata.write_text("Name: secret\nVersion: 1.0\n")
    tree = tmp_path / "tree"
    (tree / "__pypackages__").mkdir(parents=True)
    (tree / "main.py").write_text("x = 1\n")
    (tree / "__pypackages__" / "3.11").symlink_to(tmp_path / "outside")
    found = find_installed(select(tree, WalkOptions()), ComponentOptions())
    assert found.files == {}
