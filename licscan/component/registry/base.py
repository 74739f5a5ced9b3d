"""What every ecosystem's registry is to licscan: addresses from the user's client, an answer for one package, and its archive.

A module for an ecosystem says how its client is configured, what to request for a pinned version, where the archive is and which of its
files is the manifest. Requests, limits, digests, caching and reading are the same for all.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol
from urllib.parse import quote, urlsplit, urlunsplit

from msgspec import Struct, field

from licscan.component.client import NotFetched, NotInstalled
from licscan.core.component import Component, Hash
from licscan.core.message import Message, message

# Versions of all ecosystems; what is not of this form reaches no address.
VERSION = re.compile(r"[A-Za-z0-9][\w.!+~-]{0,127}")


class Source(Struct, frozen=True, kw_only=True):
    """An address of a registry without a slash at its end, and what the user's configuration has for it. ``headers`` are for its own
    host alone. ``only`` is the scope of names that it is for, ``""`` for all; ``excluded`` are patterns of names that it is not for."""

    address: str
    headers: tuple[tuple[str, str], ...] = ()
    proxy: str = ""
    authorities: str = ""
    only: str = ""
    excluded: str = ""


class Archive(Struct, frozen=True, kw_only=True):
    """Where a package's archive is, how its file is called, and the digests that the registry has for it.

    ``root`` is what paths in it begin with, ``*`` for one folder of any name."""

    address: str
    name: str
    hashes: tuple[Hash, ...] = ()
    root: str = ""


class Answer(Struct, frozen=True, kw_only=True):
    """What a registry has for one package: ``files`` by path in the package's folder, ``manifest`` is the path of the one that describes
    it; the others are what it inherits from, or licence and notice files."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    manifest: str = ""
    archive: Archive | None = None


class Get(Protocol):
    """Requests an address of the registry, or one that its answer names; raises ``NotFetched``.

    ``address`` is relative to the source, or absolute. What lies on another host than the registry is only taken with its ``digest``.
    """

    source: Source

    def __call__(self, address: str, *, digest: Hash | None = None, accept: str = "") -> bytes: ...


class Run(Protocol):
    """Runs a client in ``folder``, or an empty one of our own, and returns what it prints; raises ``NotFetched``."""

    def __call__(
        self, command: Sequence[str], *, folder: Path | None = None, variables: Mapping[str, str] | None = None
    ) -> str: ...


class Registry(Struct, frozen=True, kw_only=True):
    """One ecosystem. ``programs`` are its clients, the first that is installed is used; ``install`` says how to get it.

    ``reader`` reads an answer's manifest; ``member`` finds the manifest in an archive, by the path of a member. ``nested`` is the member that holds the package's files where the archive is one of archives. ``content_hash`` is another digest than the archive's own that lockfiles hold.
    """

    label: str
    programs: tuple[str, ...]
    install: Message
    name: re.Pattern[str]
    sources: Callable[[Run, Sequence[Component]], Sequence[Source]]
    ask: Callable[[Get, Component], Answer]
    reader: str = ""
    member: Callable[[str], bool] = lambda _path: False
    nested: str = ""
    content_hash: Callable[[str], Hash] | None = None

    def check(self, component: Component) -> str:
        """Return the version of ``component``; raise ``NotFetched`` where its name or version is none that a registry can have."""
        version = component.version or ""
        parts = component.name.split("/")
        if (
            not self.name.fullmatch(component.name)
            or not VERSION.fullmatch(version)
            or not all(p.strip(".") for p in parts)
        ):
            raise NotFetched(
                message(
                    "registry.name-or-version-none-registry-can", "its name or version is none that a registry can have"
                )
            )
        return version


def with_program(
    run: Run,
    programs: Sequence[str],
    arguments: Sequence[str],
    folder: Path | None = None,
    variables: Mapping[str, str] | None = None,
) -> str:
    """Run the first of ``programs`` that is installed; raise ``NotFetched`` where none is."""
    for program in programs[:-1]:
        try:
            return run([program, *arguments], folder=folder, variables=variables)
        except NotInstalled:
            continue
    return run([programs[-1], *arguments], folder=folder, variables=variables)


def source_at(address: str, **settings: str) -> Source:
    """Return the source at ``address``; a user and password in it become a header.

    Raises ``NotFetched`` where it is no address that can be requested."""
    parts = urlsplit(address.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise NotFetched(
            message(
                "registry.address-in-client-s-configuration-none",
                "the address in its client's configuration is none that can be requested",
            )
        )
    headers: tuple[tuple[str, str], ...] = ()
    if parts.username:
        headers = (basic(parts.username, parts.password or ""),)
    host = parts.netloc.rpartition("@")[2]
    clean = urlunsplit((parts.scheme, host, parts.path.rstrip("/"), parts.query, ""))
    return Source(address=clean, headers=headers, **settings)


def basic(user: str, password: str) -> tuple[str, str]:
    """Return the header with a user's name and password."""
    return "Authorization", "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def path_of(name: str) -> str:
    """Return a name or version as one part of an address."""
    return quote(name, safe="@!~+-._")


def hash_of(algorithm: str, value: object) -> Hash | None:
    """Return a digest in hexadecimal digits; ``None`` where ``value`` is none."""
    text = value.strip().lower() if isinstance(value, str) else ""
    return Hash(algorithm=algorithm, value=text) if re.fullmatch(r"[0-9a-f]{32,128}", text) else None


def hash_of_base64(algorithm: str, value: str) -> Hash | None:
    """Return a digest that is written in base64."""
    try:
        return hash_of(algorithm, base64.b64decode(value, validate=True).hex())
    except (binascii.Error, ValueError):
        return None


def some(*hashes: Hash | None) -> tuple[Hash, ...]:
    """Return those that are digests."""
    return tuple(each for each in hashes if each is not None)


def refuse_other(component: Component, offered: Sequence[Hash]) -> None:
    """Raise ``NotFetched`` where lockfile and registry have digests of the same kind, and none is equal: it is another package."""
    kinds = {item.algorithm for item in component.hashes} & {item.algorithm for item in offered}
    locked = {item for item in component.hashes if item.algorithm in kinds}
    if locked and locked.isdisjoint(offered):
        raise NotFetched(
            message(
                "registry.registry-has-another-digest-than-lockfile",
                "the registry has another digest for it than the lockfile",
            )
        )
