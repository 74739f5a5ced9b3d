from __future__ import annotations

import hashlib
import os
import socket
from pathlib import Path

import pytest

from licscan.core.finding import FileKind
from licscan.core.selection import Selection
from licscan.errors import UsageError
from licscan.select import OWN_OUTPUT_REASON, select
from licscan.select.git import last_changes
from licscan.select.kind import file_kind, is_legal_name
from licscan.select.walk import WalkOptions
from licscan.util.output_file import write_file
from licscan.util.output_record import remember, written_below
from tests.conftest import Repository


def paths(selection: Selection) -> list[str]:
    return [selected.file.path for selected in selection.files]


def reasons(selection: Selection) -> dict[str, str]:
    return {skipped.path: str(skipped.reason) for skipped in selection.skipped}


def write(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(f"content of {name}\n")


def test_files_come_in_one_order_whatever_the_file_system_says(tmp_path: Path) -> None:
    write(tmp_path, "b.c", "a/z.c", "a.c", "a/b/c.c", "a-b.c")
    assert paths(select(tmp_path, WalkOptions())) == ["a/b/c.c", "a/z.c", "a-b.c", "a.c", "b.c"]


def test_a_missing_path_is_a_usage_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nowhere"):
        select(tmp_path / "nowhere", WalkOptions())


def test_one_file_can_be_selected_by_itself(tmp_path: Path) -> None:
    write(tmp_path, "a.c", "b.c")
    assert paths(select(tmp_path / "a.c", WalkOptions())) == ["a.c"]


def test_an_ignored_untracked_file_is_left_out_and_told(repository: Repository) -> None:
    repository.write(".gitignore", "*.log\nbuild/\n")
    repository.write("main.c", "int main;")
    repository.write("debug.log", "x")
    repository.write("build/out.c", "x")
    selection = select(repository.root, WalkOptions())
    assert paths(selection) == [".gitignore", "main.c"]
    assert "ignored by the tree's own .gitignore" in reasons(selection)["debug.log"]
    assert "build" in reasons(selection)


def test_a_tracked_file_is_never_hidden_by_an_ignore_file(repository: Repository) -> None:
    repository.write("vendored/gpl.c", "x")
    repository.write("vendored/__pycache__/kept.py", "x")
    repository.commit()
    repository.write(".gitignore", "vendored/\n*.c\n__pycache__\n")
    assert paths(select(repository.root, WalkOptions())) == [
        ".gitignore",
        "vendored/__pycache__/kept.py",
        "vendored/gpl.c",
    ]


def test_the_users_global_ignore_file_hides_nothing(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    home = repository.root.parent / "home"
    home.mkdir()
    (home / "ignore").write_text("*.c\n")
    (home / ".gitconfig").write_text(f"[core]\n excludesFile = {home}/ignore\n")
    monkeypatch.setenv("HOME", str(home))
    repository.write("main.c", "x")
    assert paths(select(repository.root, WalkOptions())) == ["main.c"]


def test_without_a_repository_an_ignore_file_hides_nothing(tmp_path: Path) -> None:
    write(tmp_path, "a.c")
    (tmp_path / ".gitignore").write_text("*.c\n")
    assert paths(select(tmp_path, WalkOptions())) == [".gitignore", "a.c"]


def test_a_repository_cannot_make_git_run_its_programs(repository: Repository) -> None:
    trap = repository.root.parent / "trap"
    witness = repository.root.parent / "ran"
    trap.write_text(f"#!/bin/sh\ntouch {witness}\n")
    trap.chmod(0o755)
    repository.write("main.c", "x")
    repository.commit()
    repository.git("config", "core.fsmonitor", str(trap))
    repository.git("config", "core.hooksPath", str(trap.parent))
    repository.git("config", "filter.evil.clean", str(trap))
    repository.write(".gitattributes", "* filter=evil\n")
    assert paths(select(repository.root, WalkOptions())) == [".gitattributes", "main.c"]
    assert not witness.exists()


def test_symbolic_links_are_told_and_never_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    write(outside, "secret.c")
    root = tmp_path / "root"
    write(root, "a.c")
    (root / "link").symlink_to(outside)
    (root / "file-link.c").symlink_to(outside / "secret.c")
    (root / "broken").symlink_to(root / "gone")
    selection = select(root, WalkOptions(all_files=True))
    assert paths(selection) == ["a.c"]
    assert reasons(selection) == {
        "link": "symbolic link",
        "file-link.c": "symbolic link",
        "broken": "broken symbolic link",
    }


def test_pipes_and_sockets_are_told_and_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "a.c")
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("sock")
        selection = select(tmp_path, WalkOptions())
    assert paths(selection) == ["a.c"]
    assert reasons(selection) == {"pipe": "named pipe", "sock": "socket"}
    assert selection.issues == ()


def test_a_name_that_is_no_utf8_is_shown_with_its_bytes(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9.c")).write_text("x")
    selection = select(tmp_path, WalkOptions())
    assert paths(selection) == ["caf\\xe9.c"]
    assert Path(selection.files[0].location).read_text() == "x"


def test_an_unreadable_file_is_an_issue_and_the_rest_is_still_selected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "a.c", "b.c")
    real_open = os.open

    def refuse(path: bytes, flags: int) -> int:  # root may read whatever its permissions say
        if path.endswith(b"a.c"):
            raise PermissionError(13, "Permission denied")
        return real_open(path, flags)

    monkeypatch.setattr(os, "open", refuse)
    selection = select(tmp_path, WalkOptions())
    assert paths(selection) == ["b.c"]
    assert [(str(issue.location), str(issue.message)) for issue in selection.issues] == [
        ("a.c", "cannot be read: Permission denied")
    ]


def test_installed_packages_are_left_to_the_component_stage_unless_asked_for(tmp_path: Path) -> None:
    packages = "env/lib/python3.11/site-packages"
    write(tmp_path, "index.js", "node_modules/x/index.js", "env/pyvenv.cfg", f"{packages}/x.py", "env/bin/activate")
    write(tmp_path, "vendor/mine.c")
    selection = select(tmp_path, WalkOptions())
    assert paths(selection) == ["env/pyvenv.cfg", "index.js", "vendor/mine.c"]
    assert {skipped.path: skipped.count for skipped in selection.skipped} == {
        "node_modules": 1,
        packages: 1,
        "env/bin": 1,
    }
    asked = paths(select(tmp_path, WalkOptions(installed_files=True)))
    assert {"node_modules/x/index.js", f"{packages}/x.py", "env/bin/activate"} <= set(asked)


def test_a_mark_of_a_virtual_environment_hides_no_source(tmp_path: Path) -> None:
    write(tmp_path, "src/pyvenv.cfg", "src/main.py", "src/lib/x.py", "src/deep/bin/tool.py")
    assert paths(select(tmp_path, WalkOptions())) == [
        "src/deep/bin/tool.py",
        "src/lib/x.py",
        "src/main.py",
        "src/pyvenv.cfg",
    ]


def test_all_files_with_scancodes_names_looks_at_what_scancode_looks_at(tmp_path: Path) -> None:
    write(
        tmp_path, "a.c", "node_modules/x.js", "__pycache__/x.py", ".git/config", "CVS/Root", ".gitignore", "sub/.svn/x"
    )
    assert paths(select(tmp_path, WalkOptions(all_files=True, scancode_names=True))) == [
        "__pycache__/x.py",
        "a.c",
        "node_modules/x.js",
    ]


def test_folders_without_a_file_to_look_at_are_told(tmp_path: Path) -> None:
    write(tmp_path, "src/a.c", "CVS/Root")
    (tmp_path / "empty/deeper").mkdir(parents=True)
    assert select(tmp_path, WalkOptions()).empty_folders == ("empty", "empty/deeper")


def test_excluded_paths_are_counted_with_the_reason(tmp_path: Path) -> None:
    write(tmp_path, "a.c", "docs/x.md", "docs/deep/y.md", "z.min.js")
    selection = select(tmp_path, WalkOptions(exclude=("docs/", "*.min.js")))
    assert paths(selection) == ["a.c"]
    assert {skipped.path: skipped.count for skipped in selection.skipped} == {"docs": 2, "z.min.js": 1}


def test_what_licscan_wrote_is_known_by_its_place_and_digest(tmp_path: Path) -> None:
    write(tmp_path, "a.c")
    write_file(tmp_path / "report.html", lambda stream: stream.write(b"<!doctype html>GPL"))
    selection = select(tmp_path, WalkOptions(), own_outputs=written_below(tmp_path))
    assert paths(selection) == ["a.c"]
    assert reasons(selection) == {"report.html": str(OWN_OUTPUT_REASON)}


def test_the_same_bytes_elsewhere_and_other_bytes_there_are_files_like_any_other(tmp_path: Path) -> None:
    for name in ("report.html", "other.html"):
        write_file(tmp_path / name, lambda stream: stream.write(b"<!doctype html>"))
    (tmp_path / "copy.html").write_bytes((tmp_path / "report.html").read_bytes())
    (tmp_path / "other.html").write_text("somebody wrote over it")
    selection = select(tmp_path, WalkOptions(), own_outputs=written_below(tmp_path))
    assert paths(selection) == ["copy.html", "other.html"]


def test_a_record_in_the_scanned_tree_hides_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "gpl.c")
    digest = hashlib.sha256((tmp_path / "gpl.c").read_bytes()).hexdigest()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    remember(tmp_path / "gpl.c", digest)
    assert written_below(tmp_path) == {}
    monkeypatch.setenv("XDG_STATE_HOME", "")
    monkeypatch.setenv("HOME", "relative")
    assert written_below(tmp_path) == {}


def test_a_large_output_is_known_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("licscan.select.DIGEST_LIMIT", 10)
    write(tmp_path, "source.c")
    write_file(tmp_path / "result.json", lambda stream: stream.write(b"{}" * 100))
    assert paths(select(tmp_path, WalkOptions(), own_outputs=written_below(tmp_path))) == ["source.c"]


def test_policy_and_configuration_files_are_not_read_for_licences(tmp_path: Path) -> None:
    write(tmp_path, "a.c", "policy.yaml")
    assert paths(select(tmp_path, WalkOptions(), own_files=[tmp_path / "policy.yaml"])) == ["a.c"]


@pytest.mark.parametrize(
    ("path", "head", "kind"),
    [
        ("LICENSE", b"MIT", FileKind.LEGAL),
        ("src/COPYING.LESSER", b"x", FileKind.LEGAL),
        ("licenses/MIT-LICENSE.txt", b"x", FileKind.LEGAL),
        ("license.py", b"x", FileKind.CODE),
        ("package.json", b"{}", FileKind.MANIFEST),
        ("requirements-dev.txt", b"x", FileKind.MANIFEST),
        ("data/licenses.json", b"[]", FileKind.DATA),
        ("README.md", b"x", FileKind.PROSE),
        ("run", b"#!/bin/sh", FileKind.CODE),
        ("logo.png", b"\x89PNG\0", FileKind.BINARY),
        ("empty.c", b"", FileKind.EMPTY),
        ("mystery", b"x", FileKind.OTHER),
    ],
)
def test_a_files_kind_is_told_from_its_name_and_first_bytes(path: str, head: bytes, kind: FileKind) -> None:
    assert file_kind(path, head, len(head)) is kind


def test_a_source_file_about_licences_is_no_licence_file() -> None:
    assert is_legal_name("LICENSE-MIT")
    assert is_legal_name("NOTICE.txt")
    assert not is_legal_name("licenses.json")
    assert not is_legal_name("license_checker.py")


def test_a_folder_is_as_old_as_the_last_commit_that_touched_it(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day, path in (("2019-03-04T23:30:00-0500", "third_party/old/a.c"), ("2024-01-01T00:00:00Z", "app.c")):
        monkeypatch.setenv("GIT_COMMITTER_DATE", day)
        repository.write(path, "x")
        repository.commit()
    repository.write("third_party/new/b.c", "not committed")
    folders = ["third_party/old", "third_party/new", "third_party", "nowhere"]
    assert last_changes(repository.root, folders) == {"third_party/old": "2019-03-05"}


def test_outside_a_repository_no_folder_has_a_day(tmp_path: Path) -> None:
    write(tmp_path, "lib/a.c")
    assert last_changes(tmp_path, ["lib"]) == {}
