"""Git's data as licscan reads them: what git itself says of the same repository, and nothing worse than an error for damaged ones."""

from __future__ import annotations

import os
import random
import subprocess
import time
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from hashlib import sha1, sha256
from pathlib import Path

import pytest

from licscan.errors import LicscanError, UsageError
from licscan.select import WalkOptions, select
from licscan.select.git import BrokenRepository, ForeignRepository, checked_out, git_view, last_changes, survey_commits
from licscan.select.git import Repository as Read
from licscan.select.git.ignore import parse_rules
from licscan.select.git.pack import apply_delta
from tests.conftest import Repository


def listed(repository: Repository, *command: str) -> dict[bytes, tuple[bytes, bytes]]:
    """Path to (mode, object) as ``git ls-files -s`` or ``git ls-tree -r`` has them."""
    done = subprocess.run(["git", *command, "-z"], cwd=repository.root, capture_output=True, check=True)
    found = {}
    for line in filter(None, done.stdout.split(b"\0")):
        head, _, path = line.partition(b"\t")
        words = head.split(b" ")
        found[path] = (words[0], words[2] if words[1] in (b"blob", b"commit") else words[1])
    return found


def read_index(repository: Repository) -> dict[bytes, tuple[bytes, bytes]]:
    return {path: (entry.mode, entry.oid) for path, entry in Read(repository.root).index().items()}


def with_history(repository: Repository, *, packed: bool = False) -> list[str]:
    """Give the repository branches and merges, and files that change a little each time; return all commits."""
    chance = random.Random(7)
    lines = [f"line {number} of a text\n" for number in range(400)]
    for number in range(12):
        lines[chance.randrange(400)] = f"changed {number}\n"
        repository.write("lib/long.txt", "".join(lines))
        repository.write(f"lib/deep/{number % 3}/file.py", f"x = {number}\n")
        repository.commit(f"change {number}")
        if number == 4:
            repository.git("branch", "side")
        if number in (7, 10):
            repository.git("checkout", "--quiet", "side")
            repository.write(f"side/{number}.py", "y = 1\n")
            repository.commit(f"side {number}\n\nCo-Authored-By: Claude <x@example.invalid>")
            repository.git("checkout", "--quiet", "main")
            repository.git("merge", "--quiet", "--no-edit", "side")
    if packed:
        repository.git("repack", "-a", "-d", "-f", "--quiet")
        repository.git("pack-refs", "--all")
    return repository.git("rev-list", "--all").split()


@pytest.mark.parametrize("packed", [False, True])
def test_trees_contents_and_history_are_those_that_git_shows(repository: Repository, packed: bool) -> None:
    commits = with_history(repository, packed=packed)
    read = Read(repository.root)
    assert read.head() == repository.git("rev-parse", "HEAD").strip()
    for commit in commits:
        tree = {path: (entry.mode, entry.oid) for path, entry in read.tree(commit).items()}
        assert tree == listed(repository, "ls-tree", "-r", commit)
    entries = read.tree(commits[0])
    for oid, size, content in read.blobs((entry.oid for entry in entries.values()), 1 << 20):
        shown = subprocess.run(["git", "cat-file", "blob", oid], cwd=repository.root, capture_output=True, check=True)
        assert (size, content) == (len(shown.stdout), shown.stdout)
    for one in commits[::3]:
        for other in commits[1::4]:
            bases = repository.git("merge-base", "--all", one, other).split()
            found = read.history.merge_base(one.encode(), other.encode())
            assert found is not None and found.decode() in bases
    for folder in ("", "lib", "lib/deep", "lib/deep/1", "side"):
        expected = repository.git("rev-list", "--count", "HEAD", "--", folder or ".").strip()
        marked = repository.git("rev-list", "--count", "-i", "-F", "--grep=claude", "HEAD", "--", folder or ".").strip()
        found_here = survey_commits(repository.root / folder, ["Claude"])
        assert found_here is not None
        assert (found_here.marked, found_here.commits) == (int(marked), int(expected)), folder
        listing = repository.git("log", "--format=%ae", "--", folder or ".").split()
        assert {author.email.decode(): count for author, count in found_here.authors.items()} == Counter(listing)


NAMES = (
    "HEAD main side heads/main refs/heads/side @ HEAD~2 HEAD^ HEAD^2 main~1^{commit} v1 v1^{} tags/v1 v1^{commit}~1 side@{0} @{1} "
    "HEAD@{2} {short} {full} {described} nope HEAD^9 HEAD~99 {short}~1 ../../config -h"
).split()


@pytest.mark.parametrize("name", NAMES)
def test_a_name_means_the_commit_that_it_means_to_git(repository: Repository, name: str) -> None:
    for number in range(4):
        repository.write("a.py", f"x = {number}\n")
        repository.commit()
        if number == 1:
            repository.git("tag", "--annotate", "--message", "one", "v1")
            repository.git("checkout", "--quiet", "-b", "side")
            repository.write("b.py", "y = 1\n")
            repository.commit()
            repository.git("checkout", "--quiet", "main")
            repository.git("merge", "--quiet", "--no-ff", "--no-edit", "side")
    full = repository.git("rev-parse", "HEAD~1").strip()
    described = repository.git("describe").strip()
    written = (
        name.format(short=full[:7], full=full, described=described)
        if name.startswith("{") and "}" in name and name[1].isalpha()
        else name
    )
    command = ["git", "rev-parse", "--verify", "--quiet", "--end-of-options", f"{written}^{{commit}}"]
    expected = subprocess.run(command, cwd=repository.root, capture_output=True, text=True, check=False).stdout.strip()
    try:
        found = Read(repository.root).commit(written)
    except UsageError:
        found = ""
    assert found == expected


def sparse(repository: Repository) -> None:
    repository.git("sparse-checkout", "set", "--cone", "--sparse-index", "lib")


@pytest.mark.parametrize(
    "form",
    [
        ("update-index", "--index-version", "2"),
        ("update-index", "--index-version", "3"),
        ("update-index", "--index-version", "4"),
        ("update-index", "--split-index"),
        ("update-index", "--untracked-cache"),
        ("sparse-checkout", "set", "--cone", "--sparse-index", "lib"),
    ],
)
def test_every_form_of_the_index_is_read(repository: Repository, form: Sequence[str]) -> None:
    for name in ("lib/a.py", "lib/deep/b.py", "other/c.py", "other/deep/d.py", "e.sh"):
        repository.write(name, f"# {name}\n")
    (repository.root / "e.sh").chmod(0o755)
    (repository.root / "link").symlink_to("e.sh")
    repository.commit()
    repository.git(*form)
    assert read_index(repository) == listed(repository, "ls-files", "-s")
    repository.write("lib/new.py", "n = 1\n")
    repository.write("lib/a.py", "changed\n")
    repository.git("rm", "--quiet", "e.sh")
    repository.git("add", "lib")
    assert read_index(repository) == listed(repository, "ls-files", "-s")
    assert (repository.root / ".git/index").read_bytes()[:4] == b"DIRC"


def test_a_repository_of_the_newer_hash_is_read(tmp_path: Path) -> None:
    subprocess.run(
        ["git", "init", "--quiet", "--object-format=sha256", "--initial-branch=main", str(tmp_path / "new")], check=True
    )
    repository = Repository(tmp_path / "new")
    with_history(repository, packed=True)
    read = Read(repository.root)
    assert read.tree(read.head() or "") == read.index()
    assert read_index(repository) == listed(repository, "ls-files", "-s")
    assert read.merge_base("side") == repository.git("merge-base", "side", "HEAD").strip()


PIECES = (
    "*",
    "?",
    "**",
    "a",
    "b",
    "ab",
    "[ab]",
    "[!a]",
    "[a-b]",
    "[[:alpha:]]",
    "\\a",
    "a*",
    "*b",
    "a?",
    ".x",
    "[",
    "a b ",
    "[a",
    "[]a]",
    "*a*b*",
)


def test_ignore_files_mean_what_they_mean_to_git(tmp_path: Path) -> None:
    chance = random.Random(3)
    names = ["a", "b", "ab", "ba", ".x", "a b", "abb", "[", "aab"]
    for number in range(25):
        folder = tmp_path / str(number)
        folder.mkdir()
        repository = Repository(folder)
        for _ in range(30):
            parts = [chance.choice(names) for _ in range(chance.randint(1, 4))]
            try:
                repository.write("/".join(parts), "x")
            except OSError:  # a file and a folder of one name
                continue
        places = [
            "",
            *(
                path.relative_to(folder).as_posix() + "/"
                for path in folder.rglob("*")
                if path.is_dir() and ".git" not in path.parts
            ),
        ]
        for place in {"", *chance.choices(places, k=2)}:
            lines = []
            for _ in range(chance.randint(1, 5)):
                pattern = "/".join(chance.choice(PIECES) for _ in range(chance.randint(1, 3)))
                lines.append(chance.choice(["", "", "!", "/"]) + pattern + chance.choice(["", "", "/", " ", "\r"]))
            repository.write(f"{place}.gitignore", "\n".join(lines))
        tracked = chance.sample(
            sorted(
                path.relative_to(folder).as_posix()
                for path in folder.rglob("*")
                if path.is_file() and ".git" not in path.parts
            ),
            3,
        )
        repository.git("add", "--force", *(f":(literal){path}" for path in tracked))
        done = subprocess.run(
            ["git", "ls-files", "-z", "--others", "--ignored", "--exclude-per-directory=.gitignore"],
            cwd=folder, capture_output=True, check=True,
        )  # fmt: skip
        view = git_view(folder)
        assert view is not None
        files = (
            os.fsencode(path.relative_to(folder))
            for path in folder.rglob("*")
            if path.is_file() and ".git" not in path.parts
        )
        rules = {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob(".gitignore")}
        assert {path for path in files if path in view.ignored} == set(filter(None, done.stdout.split(b"\0"))), rules


def test_a_pattern_made_to_go_back_and_forth_is_matched_at_once() -> None:
    rules = parse_rules(b"*a*a*a*a*a*a*a*a*a*a*a*a*b\n" + b"**/a/" * 40 + b"b\n" + b"[" * 5000 + b"\n")
    started = time.process_time()
    for rule in rules:
        assert not rule.matches([b"a"] * 200 + [b"a" * 250], False)
    assert time.process_time() - started < 1


def test_a_repository_inside_is_not_judged_by_the_rules_outside(repository: Repository) -> None:
    repository.write(".gitignore", "*.py\nignored/\n")
    inner = repository.root / "inner"
    inner.mkdir()
    Repository(inner).write("a.py", "x = 1\n")
    repository.write("ignored/b.py", "x\n")
    repository.write("c.py", "x\n")
    view = git_view(repository.root)
    assert view is not None
    assert [path in view.ignored for path in (b"inner/a.py", b"c.py", b"ignored/", b"ignored/b.py")] == [
        False,
        True,
        True,
        True,
    ]


# --- the work tree ----------------------------------------------------------------------------------------------------


def pipe_in_place(root: Path) -> None:
    (root / "lib/a.py").unlink()
    os.mkfifo(root / "lib/a.py")


def test_a_file_that_only_has_another_time_is_no_change(repository: Repository) -> None:
    repository.write("a.py", "x = 1\n")
    commit = repository.commit()
    os.utime(repository.root / "a.py", (1, 1))
    found = checked_out(repository.root)
    assert found and (found.commit, found.differs) == (commit, False)


@pytest.mark.parametrize(
    "change",
    [
        lambda root: (root / "lib/a.py").write_text("y = 2\n"),
        lambda root: (root / "lib/a.py").unlink(),
        lambda root: ((root / "lib/a.py").unlink(), (root / "lib/a.py").symlink_to("/dev/zero")),
        pipe_in_place,
        lambda root: subprocess.run(["git", "rm", "--quiet", "--cached", "lib/a.py"], cwd=root, check=True),
    ],
)
def test_a_changed_file_is_a_change_in_its_folder_alone(
    repository: Repository, change: Callable[[Path], object]
) -> None:
    repository.write("lib/a.py", "x = 1\n")
    repository.write("app/b.py", "x = 1\n")
    repository.commit()
    change(repository.root)
    assert [(found := checked_out(repository.root / folder)) and found.differs for folder in ("", "lib", "app")] == [
        True,
        True,
        False,
    ]


def test_conversions_that_need_no_program_are_followed(repository: Repository) -> None:
    content = b"\0weights" * 100
    pointer = (
        f"version https://git-lfs.github.com/spec/v1\noid sha256:{sha256(content).hexdigest()}\nsize {len(content)}\n"
    )
    repository.write("w.bin", pointer)
    repository.write("a.txt", "one\ntwo\n")
    repository.commit()
    repository.write("w.bin", content)
    repository.write("a.txt", "one\r\ntwo\r\n")
    assert (found := checked_out(repository.root)) and not found.differs
    repository.write("w.bin", content + b"!")
    assert (found := checked_out(repository.root)) and found.differs


# --- what leads elsewhere ---------------------------------------------------------------------------------------------


def other_repository(tmp_path: Path) -> Repository:
    (tmp_path / "users").mkdir()
    users = Repository(tmp_path / "users")
    users.write("secret.py", "x = 1\n")
    users.commit()
    return users


@pytest.mark.parametrize("way", ["file", "link", "worktree"])
def test_a_tree_cannot_point_at_a_repository_that_does_not_name_it_back(tmp_path: Path, way: str) -> None:
    users = other_repository(tmp_path)
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "a.py").write_text("y = 2\n")
    target = users.root / ".git"
    if way == "worktree":
        users.git("worktree", "add", "--quiet", "--detach", str(tmp_path / "linked"))
        target = users.root / ".git/worktrees/linked"
    if way == "link":
        (tree / ".git").symlink_to(target)
    else:
        (tree / ".git").write_text(f"gitdir: {target}\n")
    with pytest.raises(ForeignRepository, match="does not name this folder"):
        Read(tree)
    selection = select(tree, WalkOptions())
    assert [file.file.path for file in selection.files] == ["a.py"]
    assert str(selection.issues[0].message).startswith("its Git data were not used")


def test_a_linked_work_tree_and_a_submodule_name_their_folder_back(repository: Repository, tmp_path: Path) -> None:
    users = other_repository(tmp_path)
    repository.write("a.py", "x\n")
    repository.commit()
    repository.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", f"file://{users.root}", "third")
    repository.git("worktree", "add", "--quiet", "--detach", str(tmp_path / "linked"))
    assert list(Read(repository.root / "third").index()) == [b"secret.py"]
    assert Read(tmp_path / "linked").head() == repository.git("rev-parse", "HEAD").strip()


@pytest.mark.parametrize("part", ["HEAD", "index", "packed-refs", "objects", "refs", "commondir", "alternates"])
def test_no_part_of_a_git_directory_leads_out_of_it(repository: Repository, tmp_path: Path, part: str) -> None:
    users = other_repository(tmp_path)
    secret = users.git("rev-parse", "HEAD").strip()
    repository.write("a.py", "x\n")
    repository.commit()
    place = repository.root / ".git" / part
    if part == "alternates":
        (repository.root / ".git/objects/info").mkdir(exist_ok=True)
        (repository.root / ".git/objects/info/alternates").write_text(f"{users.root}/.git/objects\n")
        (repository.root / ".git/refs/heads/main").write_text(f"{secret}\n")
    elif part == "commondir":
        place.write_text(f"{users.root}/.git\n")
    else:
        if place.is_dir():
            place.rename(tmp_path / "away")
        else:
            place.unlink(missing_ok=True)
        place.symlink_to(users.root / ".git" / part)
    with pytest.raises(LicscanError):
        read = Read(repository.root)
        read.tree(read.head() or "")
        read.index()
        read.commit("refs/heads/nothing")


def test_a_store_outside_counts_where_the_user_names_it(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_history(repository)
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", "--shared", str(repository.root), str(clone)], check=True)
    with pytest.raises(BrokenRepository) as refused:
        Read(clone).tree(Read(clone).head() or "")
    assert "GIT_ALTERNATE_OBJECT_DIRECTORIES" in str(refused.value)
    monkeypatch.setenv("GIT_ALTERNATE_OBJECT_DIRECTORIES", str(repository.root / ".git/objects"))
    assert Read(clone).tree(Read(clone).head() or "") == Read(repository.root).index()


# --- what is damaged, or made to do damage -------------------------------------------------------------------------------


def loose(repository: Repository, kind: str, content: bytes, *, name: bytes = b"") -> str:
    whole = f"{kind} {len(content)}\0".encode() + content
    oid = sha1(name or whole, usedforsecurity=False).hexdigest()
    place = repository.root / ".git/objects" / oid[:2] / oid[2:]
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(zlib.compress(whole))
    return oid


def commit_of(repository: Repository, tree: str, when: str = "1600000000 +0000") -> str:
    who = f"A <a@example.invalid> {when}"
    oid = loose(repository, "commit", f"tree {tree}\nauthor {who}\ncommitter {who}\n\nmade\n".encode())
    (repository.root / ".git/refs/heads/main").write_text(f"{oid}\n")
    return oid


@pytest.mark.parametrize(
    "when", ["99999999999999 +0000", "-5 +0000", "0 +0000", "x", "", "9" * 400, "1600000000 +999999999"]
)
def test_a_date_that_is_none_is_no_date(repository: Repository, when: str) -> None:
    repository.write("lib/a.py", "x\n")
    repository.commit()
    commit_of(repository, repository.git("rev-parse", "HEAD^{tree}").strip(), when)
    assert set(last_changes(repository.root, ["lib"]).values()) <= {"2020-09-13"}
    assert (found := checked_out(repository.root)) and not found.differs


@pytest.mark.parametrize("name", [b"..", b".", b"", b"a/b", b"../../escaped", b"/etc"])
def test_a_path_that_leads_out_of_a_commit_is_refused(repository: Repository, name: bytes) -> None:
    repository.write("a.py", "x\n")
    repository.commit()
    blob = bytes.fromhex(repository.git("rev-parse", "HEAD:a.py").strip())
    inner = loose(repository, "tree", b"100644 file\0" + blob)
    tree = loose(repository, "tree", b"40000 " + name + b"\0" + bytes.fromhex(inner))
    commit = commit_of(repository, tree)
    with pytest.raises(BrokenRepository):
        Read(repository.root).tree(commit)


def test_a_few_trees_that_list_billions_of_files_are_an_error(repository: Repository) -> None:
    repository.write("a.py", "x\n")
    repository.commit()
    oid = repository.git("rev-parse", "HEAD:a.py").strip()
    mode = b"100644"
    for _ in range(10):
        content = b"".join(b"%s %d\0" % (mode, number) + bytes.fromhex(oid) for number in range(10))
        oid, mode = loose(repository, "tree", content), b"40000"
    with pytest.raises(BrokenRepository, match="more than 1,000,000 files"):
        Read(repository.root).tree(commit_of(repository, oid))


def test_a_tree_without_an_end_of_levels_is_an_error(repository: Repository) -> None:
    repository.write("a.py", "x\n")
    repository.commit()
    oid, mode = repository.git("rev-parse", "HEAD:a.py").strip(), b"100644"
    for _ in range(1200):
        oid, mode = loose(repository, "tree", mode + b" d\0" + bytes.fromhex(oid)), b"40000"
    with pytest.raises(BrokenRepository, match="levels of folders"):
        Read(repository.root).tree(commit_of(repository, oid))


def test_content_under_a_forged_name_is_not_believed(repository: Repository) -> None:
    repository.write("a.py", "x\n")
    repository.commit()
    oid = repository.git("rev-parse", "HEAD:a.py").strip().encode()
    place = repository.root / ".git/objects" / oid[:2].decode() / oid[2:].decode()
    place.chmod(0o644)
    place.write_bytes(zlib.compress(b"blob 5\0other"))
    with pytest.raises(LicscanError, match="does not hold what its name stands for"):
        list(Read(repository.root).blobs([oid], 100))


def test_a_difference_that_claims_gigabytes_takes_no_memory() -> None:
    base, size = b"A" * 65536, 16 << 30
    claimed = bytearray()
    for number in (len(base), size):
        while number > 0x7F:
            claimed.append(number & 0x7F | 0x80)
            number >>= 7
        claimed.append(number)
    with pytest.raises(ValueError, match="too large"):
        apply_delta(base, bytes(claimed) + b"\xf0\xff\xff\xff" * 1000, 64 << 20)


@pytest.mark.parametrize("claimed", ["1000000000000", "5"])
def test_an_object_larger_or_smaller_than_it_says_is_an_error(repository: Repository, claimed: str) -> None:
    repository.write("a.py", "x\n")
    repository.commit()
    oid = "ab" + "0" * 38
    place = repository.root / ".git/objects/ab" / ("0" * 38)
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(zlib.compress(f"blob {claimed}\0".encode() + bytes(1 << 20), 9))
    with pytest.raises(LicscanError):
        for _, _, content in Read(repository.root).blobs([oid.encode()], 1 << 40):
            assert not content


def test_references_that_lead_to_one_another_are_an_error(repository: Repository) -> None:
    repository.write("a.py", "x\n")
    repository.commit()
    heads = repository.root / ".git/refs/heads"
    (heads / "main").write_text("ref: refs/heads/other\n")
    (heads / "other").write_text("ref: refs/heads/main\n")
    with pytest.raises(BrokenRepository, match="without an end"):
        Read(repository.root).head()


@pytest.mark.parametrize(
    "part", ["HEAD", "index", "config", "packed-refs", "shallow", "refs/heads/main", "objects/info/alternates"]
)
def test_a_pipe_in_place_of_a_file_keeps_nobody_waiting(repository: Repository, part: str) -> None:
    repository.write("a.py", "x\n")
    repository.commit()
    place = repository.root / ".git" / part
    place.parent.mkdir(exist_ok=True, parents=True)
    place.unlink(missing_ok=True)
    os.mkfifo(place)
    with pytest.raises(LicscanError):
        read = Read(repository.root)
        read.index()
        read.tree(read.head() or "")
        read.commit("other")


def test_damage_anywhere_is_an_error_and_never_a_traceback(repository: Repository) -> None:
    with_history(repository, packed=True)
    repository.git("update-index", "--split-index")
    repository.write("lib/long.txt", "changed\n")
    repository.git("add", "--all")
    chance = random.Random(11)
    parts = [
        path for path in sorted((repository.root / ".git").rglob("*")) if path.is_file() and "hooks" not in path.parts
    ]
    for path in parts:
        path.chmod(0o644)
        content = path.read_bytes()
        for _ in range(6 if path.suffix in (".pack", ".idx") or "index" in path.name else 2):
            damaged = bytearray(content)
            for _ in range(chance.randint(1, 8)):
                if damaged:
                    damaged[chance.randrange(len(damaged))] = chance.randrange(256)
            path.write_bytes(damaged[: chance.choice([len(damaged), chance.randrange(len(damaged) + 1)])])
            for question in (
                git_view,
                checked_out,
                lambda root: last_changes(root, ["lib", "side"]),
                lambda root: survey_commits(root, ["x"]),
                everything,
            ):
                try:
                    question(repository.root)
                except LicscanError:
                    continue
        path.write_bytes(content)
    assert everything(repository.root)


def everything(root: Path) -> int:
    read = Read(root)
    entries = {**read.tree(read.merge_base("side")), **read.index()}
    return sum(size for _, size, _ in read.blobs((entry.oid for entry in entries.values() if entry.is_file), 1000))
