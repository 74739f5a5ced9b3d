"""Addresses in manifests, lockfiles and settings: which are those of public registries."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

ADDRESS = re.compile(
    r"(?:(?:git|hg|svn|bzr|registry|sparse|direct)\+)?(?:https?|ssh|git|svn)://(?:[^\s/@\"'<>]*@)?([\w.-]+)[^\s\"'<>,)\]}]*|\bgit@([\w.-]+)[:/]",
    re.IGNORECASE,
)
_REPOSITORY_NAME = re.compile(r"[/:]([A-Za-z][\w.-]*?)\.git\b")
# The public registries and the index that Cargo keeps in a repository, as the first 16 hex digits of SHA-256 of the host's last two labels.
_PUBLIC = frozenset(
    """03eabd6c5c4ff24d 06fa6676eada5f60 117d82dba1d95ebe 1411e994b70efbb4 15cfb7b3087213a4
    203bf95e91fb92d4 24299f39915b1fa5 2c77714df232b07f 344aa72d23ae6fdb 386c042daaf7f1eb 3ca29e55be4befa4
    3e5e3daccbe99b1e 40cb9987f0f7a914 4445b86dcaaff098 51c6b9f69c48a75b 51d88047516dce0e 66394d5952c288e4
    67cc893f5fafc8c2 683e5e50e0aed206 68691b7fe3a77ebc 6ecc65f3d5f879b6 71741fe2460a6150 75adac515f0bd3db
    75c5f478b8eabe83 789e46d79514e280 809d622f43531234 826cd146d6478a29 84b6d88be25c5668 8743857e3ea00fd1
    87d14f070cb96869 87f12485ac2cb08c 8a056da11354f64a 8b5bb5eb9d758455 9c6b05022d03bb05 9d5c76de6ed62222
    a05b0cf8b91804c7 a4a3b11fb58f2004 a4aa2ac280bb8d1a a5901d8d10f560b5 aa100016a91ee768
    b4f8a1abac508476 ba1e8c503762fce3 baff08ed6d2f0316 bc721a33042efc3e be1bed06b74e0496 beec22005a582a5c
    c2c8fd9e1e412e76 c3db8466ffcd8589 c7fd5ec83a1f5f3d ceb4ca2cdc0001b4 d4c9d9027326271a e2dd3580aeebec64
    e428137f0108839c f4112297bde52656 f65219c547f9c032 f84e9a5cb6bd63d8 f85910a1138542ab fad691c6d9ae77c4""".split()
)


def is_private(text: str) -> bool:
    """Whether ``text`` holds an address that is none of a public registry."""
    return any(not _is_public(found[1] or found[2], found[0]) for found in ADDRESS.finditer(text))


def _is_public(host: str, address: str) -> bool:
    domain = ".".join(host.lower().rstrip(".").split(".")[-2:])
    place = address.lower().partition("://")[2].rstrip("/:").removesuffix(".git")
    return not _PUBLIC.isdisjoint(hashlib.sha256(each.encode()).hexdigest()[:16] for each in (domain, place))


def repositories_in(text: str) -> Iterator[str]:
    """Yield the names of repositories at private addresses in ``text``."""
    for found in ADDRESS.finditer(text):
        if not _is_public(found[1] or found[2], found[0]):
            yield from _REPOSITORY_NAME.findall(text[found.start() : found.end() + 200].split()[0])
