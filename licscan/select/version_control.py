"""Folders of version control, known by what is in them: a name is easily taken, and what hides behind one is shipped all the same.

A folder is one of version control when it holds what its system cannot do without. In it only those files are left out that lie where the
system puts them and are written as the system writes them; any other is a file of the tree. Texts that people write for the system, such
as the message of a commit, have no form of their own: those that the system itself names are left out too, each by its name.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable
from enum import Enum
from functools import lru_cache
from importlib import resources
from zlib import decompressobj
from zlib import error as ZlibError  # noqa: N812 - the library's own name is a plain "error"

from msgspec import Struct

from licscan.util.regular_files import open_regular

# ScanCode leaves these out of every scan by their names, whatever their case.
SCANCODE_NAMES = frozenset(
    b".bzr .bzrignore .git .gitignore .gitattributes .hg .hgignore .repo .svn .svnignore .tfignore vssver.scc cvs .cvsignore _mtn _darcs {arch}".split()
)
_HEAD = 8_192
_LINE = 4_096  # bytes of a line
_MAX_LINES = 64 * 1024 * 1024  # bytes of a file that is checked line by line
_MAX_MESSAGE = 64 * 1024
_DIGESTED = 64 * 1024 * 1024
# Says whether a file is the system's own, from where it is, its first bytes and its size.
Check = Callable[[bytes, bytes, int], bool]


class Kept(Enum):
    """How a system keeps a file in its folder."""

    DATA = "data"  # in a form of the system's own
    MESSAGE = "message"  # a text that somebody wrote for it


def _begins(*magic: bytes) -> Check:
    return lambda _location, head, _size: head.startswith(magic)


def _is_zlib(_location: bytes, head: bytes, _size: int) -> bool:
    try:
        return bool(decompressobj().decompress(head, 1))
    except ZlibError:
        return False


def _is_revlog(location: bytes, head: bytes, size: int) -> bool:
    """A revision log of Mercurial, its data, or a cache of fixed-size records."""
    return b"\0" in head[:64] or head.startswith(b"\x28\xb5\x2f\xfd") or _is_zlib(location, head, size)


def _lines(pattern: bytes, most: int = 0) -> Check:
    """Every line is of this form, none is long, and there are no more than ``most`` where that is given."""

    def check(location: bytes, head: bytes, size: int) -> bool:
        line = _line(pattern)
        if size > _MAX_LINES:
            return False
        if size > len(head):
            with open_regular(location) as stream:
                head = stream.read(_MAX_LINES)
        lines = head.split(b"\n")
        return (not most or len(lines) <= most + 1) and all(
            len(each) <= _LINE and line.fullmatch(each) for each in lines
        )

    return check


@lru_cache(maxsize=128)
def _line(pattern: bytes) -> re.Pattern[bytes]:
    return re.compile(pattern, re.DOTALL)


def _digest(*digests: str) -> Check:
    """The content is one that the system writes, by its SHA-256."""
    return lambda _location, head, size: size <= len(head) and hashlib.sha256(head).hexdigest() in digests


def _is_template(_location: bytes, head: bytes, size: int) -> bool:
    """A file that Git's templates put into every new repository."""
    return size <= len(head) and hashlib.sha256(head).hexdigest() in _git_templates()


@lru_cache(maxsize=1)
def _git_templates() -> frozenset[str]:
    text = (resources.files("licscan") / "rules" / "git_templates.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if not line.startswith("#"))


def _is_journal(_location: bytes, head: bytes, size: int) -> bool:
    """A journal of SQLite; one that is finished is empty, or begins with zeros."""
    return head.startswith(b"\xd9\xd5\x05\xf9") or not any(head[:28]) or size == 0


def _named_by(algorithm: str) -> Check:
    """The file's name is the digest of its content."""

    def check(location: bytes, _head: bytes, size: int) -> bool:
        if size > _DIGESTED:
            return False
        name = os.path.basename(location).split(b".")[0].decode("ascii", "replace")
        with open_regular(location) as stream:
            return hashlib.new(algorithm, stream.read(), usedforsecurity=False).hexdigest() == name

    return check


class System(Struct, frozen=True):
    """One system of version control: ``proofs`` are entries of which the folder holds all of one group; ``members`` the paths, relative
    to the folder, at which it keeps its own files, and how they are written; ``messages`` the paths of texts that people write."""

    proofs: tuple[tuple[bytes, ...], ...]
    members: tuple[tuple[re.Pattern[bytes], Check], ...]
    messages: re.Pattern[bytes] = re.compile(rb"(?!)")


def _members(*pairs: tuple[bytes, Check]) -> tuple[tuple[re.Pattern[bytes], Check], ...]:
    return tuple((re.compile(pattern, re.DOTALL), check) for pattern, check in pairs)


_OBJECT = rb"[0-9a-f]{40}(?:[0-9a-f]{24})?"
_WORD_LINE = _lines(rb"|[^\s]{1,300}", most=2)  # a name, a number or an object
_PATH_LINE = _lines(rb"|[^\0]{1,4096}", most=1)
_SETTINGS = _lines(rb"""|\s*\[[\w.-]+(?:\s+"(?:[^"\\]|\\.)*")?\]\s*|\s*[A-Za-z][\w.:-]*\s*(?:=\s*.{0,1000})?""")
_REFERENCE = _lines(rb"|ref: \S+|" + _OBJECT, most=1)
_FETCHED = _lines(rb"|" + _OBJECT + rb"\t(?:not-for-merge)?\t.{0,2000}")
_LOG = _lines(rb"|" + _OBJECT + rb" " + _OBJECT + rb" [^\n]*<[^\n>]*> \d+ [+-]\d{4}(?:\t.*)?")
_PACKED = _lines(rb"|# pack-refs with:[ \w-]*|" + _OBJECT + rb" \S+|\^" + _OBJECT)
# The folder of a submodule or of another work tree is built the same.
_GIT = rb"(?:(?:modules/[^\0]+?|worktrees/[^/]+)/)?"
_GIT_STATE = (
    rb"[A-Z_]+_(?:EDITMSG|MSG|MODE|RR|LOG|START|NAMES|TERMS)|"
    rb"rebase-merge/(?:message|message-(?:squash|fixup)s?|author-script|git-rebase-todo(?:\.backup)?|done|patch|current-fixups|update-refs|"
    rb"rewritten-(?:list|pending)|strategy_opts|gpg_sign_opt|amend|autostash)|"
    rb"rebase-apply/(?:author-script|final-commit|info|msg|msg-clean|patch|apply-opt|original-commit|rewritten|[0-9]{4})|sequencer/(?:todo|opts)"
)
_SYSTEMS: dict[bytes, Callable[[], System]] = {
    b".git": lambda: System(
        proofs=((b"HEAD", b"objects", b"refs"), (b"HEAD", b"commondir")),
        members=_members(
            (_GIT + rb"(?:FETCH_HEAD|MERGE_HEAD)", _FETCHED),
            (_GIT + rb"(?:[A-Z_]*HEAD|AUTO_MERGE|BISECT_EXPECTED_REV|shallow|refs/.+)", _REFERENCE),
            (_GIT + rb"(?:MERGE_HEAD|shallow)", _lines(rb"|" + _OBJECT)),
            (_GIT + rb"logs/.+", _LOG),
            (_GIT + rb"packed-refs", _PACKED),
            (_GIT + rb"info/refs", _lines(rb"|" + _OBJECT + rb"\t\S+")),
            (_GIT + rb"objects/[0-9a-f]{2}/[0-9a-f]{38}(?:[0-9a-f]{24})?", _is_zlib),
            (_GIT + rb"objects/pack/pack-[0-9a-f]+\.pack", _begins(b"PACK\0\0\0")),
            (
                _GIT + rb"objects/pack/(?:pack-[0-9a-f]+\.(?:idx|rev|bitmap|mtimes)|multi-pack-index\S*)",
                _begins(b"\xfftOc\0", b"RIDX\0", b"BITM\0", b"MTME\0", b"MIDX\1"),
            ),
            (_GIT + rb"objects/pack/pack-[0-9a-f]+\.promisor", _lines(rb"|" + _OBJECT + rb" \S+")),
            (_GIT + rb"objects/pack/pack-[0-9a-f]+\.keep", _lines(rb"|[^\n]{0,200}", most=1)),
            (_GIT + rb"objects/info/(?:commit-graph|commit-graphs/graph-[0-9a-f]+\.graph)", _begins(b"CGPH\1")),
            (
                _GIT + rb"objects/info/(?:packs|commit-graphs/commit-graph-chain)",
                _lines(rb"|P pack-[0-9a-f]+\.pack|[0-9a-f]+"),
            ),
            (_GIT + rb"objects/info/alternates", _lines(rb"|/\S*|\.\S*", most=16)),
            (_GIT + rb"(?:index|sharedindex\.[0-9a-f]+|next-index-\d+)", _begins(b"DIRC\0\0\0")),
            (_GIT + rb"lfs/objects/[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{64}", _named_by("sha256")),
            (_GIT + rb"config(?:\.worktree)?", _SETTINGS),
            (_GIT + rb"(?:commondir|gitdir)", _PATH_LINE),
            (_GIT + rb"(?:rebase-merge|rebase-apply|sequencer)/[a-z0-9_-]+", _WORD_LINE),
            (_GIT + rb"(?:description|info/exclude|hooks/[a-z-]+\.sample)", _is_template),
        ),
        messages=re.compile(_GIT + rb"(?:" + _GIT_STATE + rb")", re.DOTALL),
    ),
    b".hg": lambda: System(
        proofs=((b"requires", b"store"), (b"requires", b"sharedpath"), (b"00changelog.i",)),
        members=_members(
            (rb"(?:store/)?(?:(?:data|meta|dh)/.+|00(?:changelog|manifest)[\w.-]*)\.(?:i|d|n|nd|idx|dat)", _is_revlog),
            (
                rb"(?:dirstate[\w.-]*|undo\.(?:backup\.)?dirstate|cache/(?:rbc|branchmap|hgtagsfnodes)[\w.-]*|wcache/\w+|store/undo\.[\w.-]+)",
                _is_revlog,
            ),
            (rb"(?:store/(?:undo\.backup\.)?fncache)", _lines(rb"|(?:data|meta|dh)/.*\.(?:i|d|n|nd)")),
            (
                rb"store/undo|store/undo\.backupfiles|store/undo\.backup\.[\w.-]+",
                _lines(rb"|\d+|[^\s\0]*(?:\0[^\s\0]*)+"),
            ),
            (
                rb"(?:undo\.(?:backup\.)?)?(?:bookmarks|bookmarks\.current|branch)",
                _lines(rb"|[^\s]{1,300}|" + _OBJECT + rb" \S{1,300}"),
            ),
            (rb"cache/(?:branch\d*|tags\d*)[\w.-]*", _lines(rb"|(?:\d+ )?" + _OBJECT + rb"(?: \S{1,300}){0,3}")),
            (rb"store/(?:undo\.)?phaseroots", _lines(rb"|\d+ " + _OBJECT)),
            (rb"cache/rbc-names[\w.-]*", _lines(rb"[^\s]{0,4096}", most=1)),
            (rb"(?:store/)?requires", _lines(rb"|[a-z0-9.-]{1,100}(?:=\S{1,100})?", most=64)),
            (rb"undo\.desc", _lines(rb"|\d+|[\w :.-]{1,80}", most=3)),
            (rb"sharedpath", _PATH_LINE),
            (rb"hgrc", _SETTINGS),
        ),
        messages=re.compile(rb"last-message\.txt"),
    ),
    b".svn": lambda: System(
        proofs=((b"wc.db",), (b"entries", b"format")),
        members=_members(
            (rb"wc\.db", _begins(b"SQLite format 3\0")),
            (rb"wc\.db-journal", _is_journal),
            (rb"pristine/[0-9a-f]{2}/[0-9a-f]{40}\.svn-base", _named_by("sha1")),
            (rb"entries|format", _lines(rb"|\d+", most=1)),
        ),
    ),
    b"cvs": lambda: System(
        proofs=((b"Root", b"Repository", b"Entries"),),
        members=_members(
            (rb"Entries(?:\.Log|\.Backup)?", _lines(rb"|(?:[AR] )?D?/[^/]+(?:/[^/]*){4}|D")),
            (rb"Root|Repository", _PATH_LINE),
            (rb"Tag", _lines(rb"|[TND]\S{1,300}", most=1)),
            (rb"Entries\.Static", _lines(rb"", most=1)),
            (rb"Base(?:rev)?", _lines(rb"|B?/?[^/\s]+/[\d.]+/?")),
        ),
    ),
    b".bzr": lambda: System(
        proofs=((b"branch-format",),),
        members=_members(
            (
                rb"(?:checkout/dirstate|repository/pack-names|repository/(?:packs|indices|obsolete_packs|upload)/.+)",
                _begins(b"Bazaar pack format", b"B+Tree Graph Index", b"#bazaar dirstate"),
            ),
            (rb"README", _digest("66b15e22e5a818d5ebe94b13c781032529d49847b40897e61553fe39b18843d4")),
            (
                rb"branch-format|(?:branch|checkout|repository)/(?:format|conflicts|merge-hashes)",
                _lines(rb"|(?:Bazaar|BZR)[\w .,()-]{1,100}", most=2),
            ),
            (rb"branch/location", _lines(rb"|[a-z+]+://\S{1,1000}", most=1)),
            (rb"branch/last-revision", _lines(rb"|\d+ \S{1,300}", most=1)),
            (rb"branch/branch\.conf|control\.conf", _SETTINGS),
            (rb"branch/tags", _lines(rb"|d(?:\d+:[^\s]*)*e", most=1)),
        ),
    ),
    b"_darcs": lambda: System(
        proofs=((b"hashed_inventory", b"format"), (b"inventory", b"patches")),
        members=_members(
            (rb"(?:patches|pristine\.hashed|inventories)/[0-9a-f-]+(?:\.gz)?", _begins(b"\x1f\x8b\x08")),
            (rb"index(?:\.old)?", _begins(b"HSI")),
            (rb"format", _lines(rb"|[a-z0-9-]{1,40}(?:\|[a-z0-9-]{1,40})?", most=4)),
            (rb"tentative_pristine", _lines(rb"|pristine:[0-9a-f-]+", most=1)),
            (rb"rebase(?:\.tentative)?|patches/pending(?:\.tentative)?", _lines(rb"|[{}]|rebase [\d.]+ \{", most=4)),
            (
                rb"prefs/(?:binaries|boring)",
                _digest(
                    "d5da983cefb675fab2421eee9ccfacaf03d9164f0fc95b56eea9290c2b179394",
                    "86c411706b6d1ae0d5fb4b5c10e3105573c55354a7641c569915ed589f7bb944",
                ),
            ),
            (rb"prefs/sources", _lines(rb"|(?:repo|thisrepo|cache):[./][^\s]{0,1000}", most=16)),
            (rb"prefs/(?:defaultrepo|repos|author)", _lines(rb"|[^\n]{1,300}", most=1)),
        ),
        messages=re.compile(rb"hashed_inventory|tentative_hashed_inventory"),
    ),
    b"_mtn": lambda: System(
        proofs=((b"options", b"revision"),),
        members=_members(
            (rb"format|options|revision|inodeprints", _lines(rb'|\s*[a-z_]+(?:\s+(?:"[^"]*"|\[[0-9a-f]*\]))+|\d+'))
        ),
        messages=re.compile(rb"log"),
    ),
    b"{arch}": lambda: System(
        proofs=((b".arch-project-tree",), (b"=tagging-method",)),
        members=_members((rb"\.arch-project-tree|\+\+default-version", _WORD_LINE)),
    ),
}
_GIT_POINTER = re.compile(rb"gitdir: [^\n]{1,4096}\n?")


@lru_cache(maxsize=8)
def _system(name: bytes) -> System:
    return _SYSTEMS[name]()


def system_of(name: bytes, location: bytes) -> System | None:
    """Return the system whose folder is called ``name`` and lies at ``location``; ``None`` for a folder that only bears such a name."""
    if name.lower() not in _SYSTEMS:
        return None
    system = _system(name.lower())
    if any(all(os.path.lexists(os.path.join(location, each)) for each in proof) for proof in system.proofs):
        return system
    return None


def kept_as(system: System, path: bytes, location: bytes, size: int) -> Kept | None:
    """Return how ``system`` keeps the file at ``path``, relative to its folder; ``None`` for a file that is none of the system's own."""
    if system.messages.fullmatch(path):
        return Kept.MESSAGE if size <= _MAX_MESSAGE else None
    checks = [check for pattern, check in system.members if pattern.fullmatch(path)]
    if size == 0:
        return Kept.DATA  # an empty file hides nothing
    try:
        with open_regular(location) as stream:
            head = stream.read(_HEAD)
        return Kept.DATA if any(check(location, head, size) for check in checks) else None
    except OSError:
        return None


def is_pointer(name: bytes, location: bytes, size: int) -> bool:
    """Whether a file called ``.git`` says where the repository of a submodule or work tree is, and nothing else."""
    if name != b".git" or size > _LINE:
        return False
    try:
        with open_regular(location) as stream:
            return _GIT_POINTER.fullmatch(stream.read(_LINE + 16)) is not None
    except OSError:
        return False
