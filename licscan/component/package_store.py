"""What is known of packages, in one SQLite file that can be passed on: claims with origin and date, copyright holders and legal texts, by
package URL and digest.

A store may come from anybody. It is opened for reading alone, its schema has to be this one, and every row is checked for kind and size
before it counts.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from msgspec import Struct

from licscan.component.license_ids import to_spdx
from licscan.core.component import ClaimSource, Component, Hash, LicenseClaim
from licscan.core.expression import parsed
from licscan.core.legal_text import LegalText, LegalTextKind
from licscan.errors import UsageError

APPLICATION = 0x4C53504B  # "LSPK", in the file's head
FORMAT = 1
_LARGEST_FILE = 4 * 1024 * 1024 * 1024
_LONGEST = 10_000  # characters of a field
_LONGEST_TEXT = 1024 * 1024
_MOST_ROWS = 1_000  # of one package
_STEPS = 50_000_000  # of SQLite's machine for one question
_TABLES = {
    "package": "purl TEXT NOT NULL, digest TEXT NOT NULL, PRIMARY KEY (purl, digest)",
    "claim": "purl TEXT NOT NULL, digest TEXT NOT NULL, source TEXT NOT NULL, raw TEXT, expression TEXT, origin TEXT NOT NULL, day TEXT NOT NULL",
    "holder": "purl TEXT NOT NULL, digest TEXT NOT NULL, kind TEXT NOT NULL, words TEXT NOT NULL",
    "legal": "purl TEXT NOT NULL, digest TEXT NOT NULL, path TEXT NOT NULL, kind TEXT NOT NULL, sha256 TEXT NOT NULL",
    "words": "sha256 TEXT PRIMARY KEY, words TEXT NOT NULL",
}
_INDEXES = ("claim", "holder", "legal")
_SOURCES = {ClaimSource.DECLARED.value, ClaimSource.DETECTED.value, ClaimSource.MENTIONED.value}
_HINT = "make one with `licscan packages fetch`"


class KnownClaim(Struct, frozen=True, kw_only=True, order=True):
    """One statement of a licence, who stated it, and the day on which it was read."""

    source: str
    raw: str = ""
    expression: str = ""
    origin: str
    day: str

    def claim(self, store: str) -> LicenseClaim:
        """Return it as a claim whose origin names the store too."""
        return LicenseClaim(
            source=ClaimSource(self.source),
            expression=self.expression or None,
            expression_spdx=to_spdx(self.expression) if self.expression else None,
            raw=self.raw or None,
            origin=f"{store}: {self.origin} ({self.day})" if self.day else f"{store}: {self.origin}",
        )


class KnownText(Struct, frozen=True, kw_only=True, order=True):
    """One licence or notice file of a package."""

    path: str
    kind: str
    words: str


class KnownPackage(Struct, frozen=True, kw_only=True):
    """What is known of one package; ``digest`` is ``ALGORITHM:value``, or ``""`` where no lockfile named one."""

    purl: str
    digest: str = ""
    claims: tuple[KnownClaim, ...] = ()
    holders: tuple[str, ...] = ()
    copyrights: tuple[str, ...] = ()
    texts: tuple[KnownText, ...] = ()


def packages_of(components: Iterable[Component], texts: Sequence[LegalText], day: str) -> Iterator[KnownPackage]:
    """Yield what a scan learnt of each package; those that stayed unresolved, or come from a path of the tree, are left out."""
    of_component: dict[str, list[KnownText]] = {}
    for text in texts:
        known = KnownText(path=text.path, kind=text.kind.value, words=text.text)
        of_component.setdefault(text.component, []).append(known)
    for component in components:
        claims = tuple(
            KnownClaim(
                source=claim.source.value,
                raw=claim.raw or "",
                expression=claim.expression or "",
                origin=claim.origin,
                day=day,
            )
            for claim in component.claims
            if claim.source.value in _SOURCES
        )
        if (
            component.purl
            and component.version
            and not component.unresolved
            and "download_url=file" not in component.purl
        ):
            yield KnownPackage(
                purl=component.purl,
                digest=digest_of(component.hashes),
                claims=claims,
                holders=component.holders,
                copyrights=component.copyrights,
                texts=tuple(of_component.get(component.id, ())),
            )


def digest_of(hashes: Iterable[Hash]) -> str:
    """Return the first digest of a package as one word; a lockfile names the same ones in the same order each time."""
    return next((f"{item.algorithm}:{item.value.lower()}" for item in hashes), "")


def write_store(path: Path, packages: Iterable[KnownPackage]) -> int:
    """Write a new store at ``path``; return how many packages it has. What is known of a package under the same digest is joined."""
    count = 0
    with closing(sqlite3.connect(path, isolation_level=None)) as store:
        store.execute("PRAGMA synchronous = OFF")
        store.execute(f"PRAGMA application_id = {APPLICATION}")
        store.execute(f"PRAGMA user_version = {FORMAT}")
        for table, columns in _TABLES.items():
            store.execute(f"CREATE TABLE {table} ({columns})")
        for table in _INDEXES:
            store.execute(f"CREATE INDEX {table}_of ON {table} (purl, digest)")
        store.execute("BEGIN")
        for package in packages:
            count += _add(store, package)
        store.execute("COMMIT")
    return count


def _add(store: sqlite3.Connection, package: KnownPackage) -> int:
    key = (_words(package.purl), _words(package.digest))
    known = _read(store, *key)
    added = store.execute("INSERT OR IGNORE INTO package VALUES (?, ?)", key).rowcount
    # The same statement of the same source, read again on another day, is no second one.
    same = {(item.source, item.raw, item.expression, item.origin) for item in known.claims}
    claims = [item for item in package.claims if (item.source, item.raw, item.expression, item.origin) not in same]
    people = [("holder", item) for item in package.holders if item not in known.holders]
    people += [("copyright", item) for item in package.copyrights if item not in known.copyrights]
    texts = [item for item in package.texts if item not in known.texts]
    # No more of anything than is read again.
    room = _MOST_ROWS - len(known.claims)
    store.executemany(
        "INSERT INTO claim VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (*key, item.source, *map(_words, (item.raw, item.expression, item.origin, item.day)))
            for item in claims[:room]
            if len(item.expression) <= _LONGEST
        ],
    )
    room = _MOST_ROWS - len(known.holders) - len(known.copyrights)
    store.executemany(
        "INSERT INTO holder VALUES (?, ?, ?, ?)", [(*key, kind, _words(item)) for kind, item in people[:room]]
    )
    for text in texts[: _MOST_ROWS - len(known.texts)]:
        words = _words(text.words, _LONGEST_TEXT)
        digest = hashlib.sha256(words.encode()).hexdigest()
        store.execute("INSERT OR IGNORE INTO words VALUES (?, ?)", (digest, words))
        store.execute("INSERT INTO legal VALUES (?, ?, ?, ?, ?)", (*key, _words(text.path), text.kind, digest))
    return added


def _words(text: str, longest: int = _LONGEST) -> str:
    """Return a text as it can be written: without half characters, and no longer than is read again."""
    return text[:longest].encode("utf-8", "replace").decode()


class PackageStore:
    """A store that is read. Raises ``UsageError`` where the file is none, and where what it holds is not of the form that stores have."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            size = path.stat().st_size
        except OSError as error:
            raise UsageError(f"cannot be read: {error.strerror}", where=str(path), hint=_HINT) from error
        if not path.is_file() or size > _LARGEST_FILE:
            raise self._refused("it is no file, or larger than 4 GB")
        try:
            address = f"file:{quote(path.resolve().as_posix())}?mode=ro&immutable=1"
            self._store = sqlite3.connect(address, uri=True, isolation_level=None)
            self._check()
        except (sqlite3.Error, UnicodeDecodeError) as error:
            raise self._refused("it is no SQLite file, or is damaged") from error

    def close(self) -> None:
        self._store.close()

    def find(self, component: Component) -> KnownPackage | None:
        """Return what is known of ``component``: what was read under one of its digests, else under none."""
        if component.purl is None:
            return None
        digests = {f"{item.algorithm}:{item.value.lower()}" for item in component.hashes}
        rows = self._ask("SELECT digest FROM package WHERE purl = ?", (component.purl,))
        held = [digest for (digest,) in rows if isinstance(digest, str)]
        fitting = [item for item in held if item in digests] or [item for item in held if not item or not digests]
        return self._package(component.purl, fitting[0]) if fitting else None

    def packages(self) -> Iterator[KnownPackage]:
        """Yield all packages by package URL and digest."""
        last = ("", "")
        while rows := self._ask(
            "SELECT purl, digest FROM package WHERE (purl, digest) > (?, ?) ORDER BY purl, digest LIMIT 500", last
        ):
            for purl, digest in rows:
                if not isinstance(purl, str) or not isinstance(digest, str):
                    raise self._refused("a package URL or digest in it is no text")
                yield self._package(purl, digest)
                last = (purl, digest)

    def named(self, purl: str) -> list[KnownPackage]:
        """Return what is known under a package URL."""
        return [
            self._package(purl, str(digest))
            for (digest,) in self._ask("SELECT digest FROM package WHERE purl = ?", (purl,))
        ]

    def _check(self) -> None:
        store = self._store
        store.execute("PRAGMA trusted_schema = OFF")
        store.execute("PRAGMA query_only = ON")
        store.execute("PRAGMA cell_size_check = ON")
        if store.execute("PRAGMA application_id").fetchone() != (APPLICATION,):
            raise self._refused("it is no licence store")
        if store.execute("PRAGMA user_version").fetchone() != (FORMAT,):
            raise self._refused("it has another version of the format")
        found = {
            (kind, name): sql
            for kind, name, sql in store.execute("SELECT type, name, sql FROM sqlite_master LIMIT 100")
            if not str(name).startswith("sqlite_autoindex_")
        }
        wanted = {("table", name): f"CREATE TABLE {name} ({columns})" for name, columns in _TABLES.items()}
        wanted |= {("index", f"{name}_of"): f"CREATE INDEX {name}_of ON {name} (purl, digest)" for name in _INDEXES}
        # Views, triggers and generated columns would run with each question.
        if found != wanted:
            raise self._refused("its tables are not those of a licence store")

    def _package(self, purl: str, digest: str) -> KnownPackage:
        try:
            return _read(self._store, purl, digest)
        except (sqlite3.Error, ValueError, TypeError) as error:
            raise self._refused("an entry in it is damaged, or larger than entries are") from error

    def _ask(self, question: str, values: Sequence[str]) -> list[tuple[object, ...]]:
        try:
            return self._store.execute(question, values).fetchmany(_MOST_ROWS)
        except (sqlite3.Error, ValueError) as error:
            raise self._refused("it is damaged") from error

    def _refused(self, what: str) -> UsageError:
        return UsageError(f"cannot be used as a licence store: {what}", where=str(self.path), hint=_HINT)


def _read(store: sqlite3.Connection, purl: str, digest: str) -> KnownPackage:
    """Return one package; raise ``ValueError`` for a row that is not as rows have to be."""
    key = (purl, digest)
    claims = tuple(
        KnownClaim(
            source=_one_of(source, _SOURCES), raw=raw, expression=_expression(expression), origin=origin, day=day
        )
        for source, raw, expression, origin, day in _rows(
            store,
            "SELECT source, raw, expression, origin, day FROM claim WHERE purl = ? AND digest = ? LIMIT 1001",
            key,
        )
    )
    people = _rows(store, "SELECT kind, words FROM holder WHERE purl = ? AND digest = ? LIMIT 1001", key)
    texts = tuple(
        KnownText(path=path, kind=_one_of(kind, {item.value for item in LegalTextKind}), words=words)
        for path, kind, words in _rows(
            store,
            "SELECT path, kind, words FROM legal JOIN words USING (sha256) WHERE purl = ? AND digest = ? LIMIT 1001",
            key,
            longest=_LONGEST_TEXT,
        )
    )
    return KnownPackage(
        purl=purl,
        digest=digest,
        claims=claims,
        holders=tuple(words for kind, words in people if kind == "holder"),
        copyrights=tuple(words for kind, words in people if kind == "copyright"),
        texts=texts,
    )


def _rows(
    store: sqlite3.Connection, question: str, key: tuple[str, str], longest: int = _LONGEST
) -> list[tuple[str, ...]]:
    store.set_progress_handler(lambda: 1, _STEPS)
    try:
        rows = store.execute(question, key).fetchall()
    finally:
        store.set_progress_handler(None, 0)
    if len(rows) > _MOST_ROWS or any(
        not isinstance(value, str) or len(value) > longest for row in rows for value in row
    ):
        raise ValueError("not as rows have to be")
    return rows


def _one_of(value: str, known: Iterable[str]) -> str:
    if value not in known:
        raise ValueError("no such kind")
    return value


def _expression(text: str) -> str:
    if text and parsed(text) is None:
        raise ValueError("no expression")
    return text
