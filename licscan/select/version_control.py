"""Folders of version control, known by what is in them: a name is easily taken, and what hides behind one is shipped all the same.

A folder is one of version control when it holds what its system cannot do without. In it only those files are left out that lie where the
system puts them and begin as the system writes them; any other is a file of the tree.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable

from msgspec import Struct

from licscan.util.regular_files import open_regular

# ScanCode leaves these out of every scan by their names, whatever their case.
SCANCODE_NAMES = frozenset(
    b".bzr .bzrignore .git .gitignore .gitattributes .hg .hgignore .repo .svn .svnignore .tfignore vssver.scc cvs .cvsignore _mtn _darcs {arch}".split()
)
_HEAD = 8_192
# No text that a system keeps of its own is longer, but for lists that are checked line by line.
_SMALL = 8_192
_DIGESTED = 64 * 1024 * 1024
# Says whether a file is the system's own, from where it is, its first bytes and its size.
Check = Callable[[bytes, bytes, int], bool]


def _begins(*magic: bytes) -> Check:
    return lambda _location, head, _size: head.startswith(magic)


def _is_small(_location: bytes, _head: bytes, size: int) -> bool:
    return size <= _SMALL


def _is_zlib(_location: bytes, head: bytes, _size: int) -> bool:
    return len(head) > 1 and head[0] == 0x78 and (head[0] << 8 | head[1]) % 31 == 0


def _is_binary(_location: bytes, head: bytes, size: int) -> bool:
    return size == 0 or b"\0" in head[:64] or head.startswith((b"x", b"\x28\xb5\x2f\xfd", b"\x1f\x8b"))


def _lines(pattern: bytes) -> Check:
    """Every line that begins within the first bytes is of this form, and none is long."""
    line = re.compile(pattern)

    def check(_location: bytes, head: bytes, size: int) -> bool:
        lines = head.split(b"\n")
        whole = lines if size <= len(head) else lines[:-1]
        return all(len(each) <= 1_000 and line.fullmatch(each) for each in whole)

    return check


def _named_by(algorithm: str) -> Check:
    """The file's name is the digest of its content."""

    def check(location: bytes, _head: bytes, size: int) -> bool:
        if size > _DIGESTED:
            return False
        name = os.path.basename(location).split(b".")[0].decode("ascii", "replace")
        try:
            with open_regular(location) as stream:
                return hashlib.new(algorithm, stream.read(), usedforsecurity=False).hexdigest() == name
        except OSError:
            return False

    return check


class System(Struct, frozen=True):
    """One system of version control: ``proofs`` are entries of which the folder holds all of one group; ``members`` the paths, relative
    to the folder, at which it keeps its own files, and how they begin."""

    proofs: tuple[tuple[bytes, ...], ...]
    members: tuple[tuple[re.Pattern[bytes], Check], ...]


def _members(*pairs: tuple[bytes, Check]) -> tuple[tuple[re.Pattern[bytes], Check], ...]:
    return tuple((re.compile(pattern, re.DOTALL), check) for pattern, check in pairs)


_OBJECT = rb"[0-9a-f]{40}(?:[0-9a-f]{24})?"
_GIT_TEXT = _lines(rb"|ref: \S+|#.*|\^?" + _OBJECT + rb"(?:[ \t].*)?")
_GIT_HOOKS = (
    rb"applypatch-msg|pre-applypatch|post-applypatch|pre-commit|pre-merge-commit|prepare-commit-msg|commit-msg|post-commit|pre-rebase|"
    rb"post-checkout|post-merge|pre-push|pre-receive|update|proc-receive|post-receive|post-update|reference-transaction|push-to-checkout|"
    rb"pre-auto-gc|post-rewrite|sendemail-validate|fsmonitor-watchman"
)
# The folder of a submodule or of another work tree is built the same.
_GIT = rb"(?:(?:modules/[^\0]+?|worktrees/[^/]+)/)?"
_SYSTEMS: dict[bytes, System] = {
    b".git": System(
        proofs=((b"HEAD", b"objects", b"refs"), (b"HEAD", b"commondir")),
        members=_members(
            (
                _GIT + rb"[A-Z_]*HEAD|" + _GIT + rb"(?:refs|logs)/.+|" + _GIT + rb"(?:packed-refs|shallow|ORIG_HEAD)",
                _GIT_TEXT,
            ),
            (_GIT + rb"objects/[0-9a-f]{2}/[0-9a-f]{38}(?:[0-9a-f]{24})?", _is_zlib),
            (_GIT + rb"objects/pack/pack-[0-9a-f]+\.pack", _begins(b"PACK")),
            (
                _GIT + rb"objects/pack/(?:pack-[0-9a-f]+\.(?:idx|rev|bitmap|mtimes)|multi-pack-index\S*)",
                _begins(b"\xfftOc", b"RIDX", b"BITM", b"MTME", b"MIDX"),
            ),
            (_GIT + rb"objects/pack/pack-[0-9a-f]+\.(?:keep|promisor)", _is_small),
            (_GIT + rb"objects/info/(?:commit-graph|commit-graphs/graph-[0-9a-f]+\.graph)", _begins(b"CGPH")),
            (_GIT + rb"objects/info/(?:packs|alternates|commit-graphs/commit-graph-chain)", _is_small),
            (_GIT + rb"(?:index|sharedindex\.[0-9a-f]+|.*\bindex)", _begins(b"DIRC")),
            (_GIT + rb"lfs/objects/[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{64}", _named_by("sha256")),
            (
                _GIT
                + rb"(?:config(?:\.worktree)?|description|[A-Z_]+_(?:EDITMSG|MSG|MODE|RR|LOG|START|NAMES|TERMS)|gc\.(?:log|pid)|commondir|gitdir|"
                rb"locked|git-daemon-export-ok|info/(?:exclude|attributes|refs|grafts|sparse-checkout)|hooks/(?:"
                + _GIT_HOOKS
                + rb")(?:\.sample)?|branches/[^/]+|(?:rebase-merge|rebase-apply|sequencer)/[^/]+|lfs/(?:cache|tmp)/.+)",
                _is_small,
            ),
        ),
    ),
    b".hg": System(
        proofs=((b"requires", b"store"), (b"00changelog.i",)),
        members=_members(
            (rb"(?:store/)?(?:(?:data|meta|dh)/.+|00(?:changelog|manifest))\.(?:i|d|n|nd)", _is_binary),
            (rb"(?:dirstate.*|cache/.+|wcache/.+|undo\..*|store/(?:undo|00).*)", _is_binary),
            (rb"store/fncache", _lines(rb"|(?:data|meta)/.*\.(?:i|d|n|nd)")),
            (
                rb"(?:requires|hgrc|branch|last-message\.txt|bookmarks.*|localtags|sharedpath|undo.*|dirstate.*|w?cache/.+|"
                rb"store/(?:requires|phaseroots|obsstore|undo.*|lock))",
                _is_small,
            ),
        ),
    ),
    b".svn": System(
        proofs=((b"wc.db",), (b"entries", b"format")),
        members=_members(
            (rb"wc\.db(?:-journal)?", _begins(b"SQLite format 3\0", b"\xd9\xd5\x05\xf9")),
            (rb"pristine/[0-9a-f]{2}/[0-9a-f]{40}\.svn-base", _named_by("sha1")),
            (rb"entries|format|all-wcprops|dir-prop.*|lock|(?:prop-base|props)/.+", _is_small),
        ),
    ),
    b"cvs": System(
        proofs=((b"Root", b"Repository", b"Entries"),),
        members=_members(
            (rb"Entries(?:\.Log|\.Backup)?", _lines(rb"|(?:[AR] )?D?/[^/]+(?:/[^/]*){4}|D")),
            (rb"Root|Repository|Tag|Entries\.Static|Notify|Template|Baserev|Checkin\.prog|Update\.prog", _is_small),
        ),
    ),
    b".bzr": System(
        proofs=((b"branch-format",),),
        members=_members(
            (
                rb"(?:checkout/dirstate|repository/(?:packs|indices|obsolete_packs|upload)/.+)",
                _begins(b"Bazaar pack format", b"B+Tree Graph Index", b"#bazaar dirstate"),
            ),
            (rb"README|branch-format|branch-lock/.+|(?:branch|checkout|repository)/(?:[a-z.-]+|lock/.+)", _is_small),
        ),
    ),
    b"_darcs": System(
        proofs=((b"hashed_inventory", b"format"), (b"inventory", b"patches")),
        members=_members(
            (rb"(?:patches|pristine\.hashed|inventories)/[0-9a-f-]+(?:\.gz)?", _begins(b"\x1f\x8b")),
            (rb"format|hashed_inventory|tentative_.*|index|prefs/.+|patches/(?:pending.*|unrevert)", _is_small),
        ),
    ),
    b"_mtn": System(
        proofs=((b"options", b"revision"),),
        members=_members((rb"format|log|options|revision|inodeprints|work|workspace", _is_small)),
    ),
    b"{arch}": System(
        proofs=((b".arch-project-tree",), (b"=tagging-method",)),
        members=_members((rb"\.arch-project-tree|=tagging-method|\+\+.+|.+/patch-log/[^/]+", _is_small)),
    ),
}
_GIT_POINTER = re.compile(rb"gitdir: [^\n]{1,4096}\n?")


def system_of(name: bytes, location: bytes) -> System | None:
    """Return the system whose folder is called ``name`` and lies at ``location``; ``None`` for a folder that only bears such a name."""
    system = _SYSTEMS.get(name.lower())
    if system is None:
        return None
    if any(all(os.path.lexists(os.path.join(location, each)) for each in proof) for proof in system.proofs):
        return system
    return None


def is_own_file(system: System, path: bytes, location: bytes, size: int) -> bool:
    """Whether the file at ``path``, relative to the folder of ``system``, is one that the system keeps there."""
    checks = [check for pattern, check in system.members if pattern.fullmatch(path)]
    if not checks:
        return False
    if path.endswith(b".lock") or size == 0:
        return size == 0
    try:
        with open_regular(location) as stream:
            head = stream.read(_HEAD)
    except OSError:
        return False
    return any(check(location, head, size) for check in checks)


def is_pointer(name: bytes, location: bytes, size: int) -> bool:
    """Whether a file called ``.git`` says where the repository of a submodule or work tree is, and nothing else."""
    if name != b".git" or size > _SMALL:
        return False
    try:
        with open_regular(location) as stream:
            return _GIT_POINTER.fullmatch(stream.read(_SMALL)) is not None
    except OSError:
        return False
