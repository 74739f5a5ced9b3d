"""Where a dependency comes from when it comes from no registry: a repository, an address or a path, as qualifiers of its purl.

``vcs_url`` is written as SPDX writes download locations (``git+https://host/path@revision``), ``download_url`` as the address of
the archive, or as ``file:`` and the path.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from licscan.component.registry_address import is_private

Qualifiers = tuple[tuple[str, str], ...]

NONE: Qualifiers = ()
_LONGEST = 1_000  # characters of an address; it stands in every id of the component
_TOOLS = ("git", "hg", "svn", "bzr")
_SCP = re.compile(r"(?:(?P<user>[\w.-]+)@)?(?P<host>[\w.-]+\.[\w-]+):(?P<path>(?!//)[^\s\\]+)")
_HOSTED = re.compile(r"(?:(?P<host>github|gitlab|bitbucket|gist):)?(?P<path>[\w.-]+/[\w./-]+)(?:#(?P<rest>.*))?")
_HOSTS = {
    "github": "github.com",
    "gitlab": "gitlab.com",
    "bitbucket": "bitbucket.org",
    "gist": "gist.github.com",
}
# What GitHub serves for a commit or tag of a repository.
_GITHUB_ARCHIVE = re.compile(
    r"https?://(?:codeload\.github\.com/(?P<a>[^/]+/[^/]+)/(?:legacy\.)?(?:tar\.gz|zip)/(?:refs/(?:tags|heads)/)?(?P<b>[^?#]+)"
    r"|github\.com/(?P<c>[^/]+/[^/]+)/(?:archive|tarball|zipball)/(?:refs/(?:tags|heads)/)?(?P<d>[^?#]+?)(?:\.tar\.gz|\.zip)?(?:[?#].*)?$)"
)


def of_repository(address: str, revision: str | None = None, tool: str = "git") -> Qualifiers:
    """Return the origin of a package that lies in the repository at ``address``, at ``revision`` where one is known."""
    bare = address.strip()
    for each in _TOOLS:
        if bare.startswith(f"{each}+"):
            tool, bare = each, bare[len(each) + 1 :]
    scp = None if "://" in bare else _SCP.fullmatch(bare)
    if scp:
        bare = f"ssh://{scp['user'] or 'git'}@{scp['host']}/{scp['path'].lstrip('/')}"
    url = _without_secrets(bare)
    if not url:
        return NONE
    return (("vcs_url", f"{tool}+{url}{f'@{revision}' if revision else ''}"[:_LONGEST]),)


def of_address(address: str) -> Qualifiers:
    """Return the origin of a package that is fetched from ``address``; an archive that GitHub makes of a repository names that too."""
    url = _without_secrets(address.strip())
    if not url:
        return NONE
    archive = _GITHUB_ARCHIVE.fullmatch(url)
    found: Qualifiers = (("download_url", url[:_LONGEST]),)
    if archive:
        path, revision = archive["a"] or archive["c"], archive["b"] or archive["d"]
        found += of_repository(f"https://github.com/{path}.git", revision)
    return found


def of_path(path: str) -> Qualifiers:
    """Return the origin of a package that lies at a path of the file system."""
    shown = path.strip().removeprefix("file:")
    shown = re.sub(r"^//(?=/)", "", shown).replace("\\", "/")
    return (("download_url", f"file:{shown}"[:_LONGEST]),) if shown else NONE


def of_npm(written: str) -> Qualifiers:
    """Return the origin in what npm, Yarn, pnpm and Bun call a package's version or resolution; nothing for a registry's."""
    text = written.strip()
    if text.startswith(("file:", "link:", "portal:")):
        return of_path(text.partition(":")[2])
    address, _, fragment = text.partition("#")
    revision = _revision(fragment)
    if address.startswith(("git+", "git:", "git@", "ssh:")) or (
        address.startswith(("http:", "https:")) and address.endswith(".git")
    ):
        return of_repository(address, revision)
    if "://" in address:
        return of_address(address) if address.startswith(("http:", "https:")) else NONE
    if scp := _SCP.fullmatch(address):
        return of_repository(scp.group(), revision)
    hosted = _HOSTED.fullmatch(text)
    if hosted and not text.startswith((".", "@", "/", "~")):
        host = _HOSTS[hosted["host"] or "github"]
        return of_repository(
            f"https://{host}/{hosted['path'].removesuffix('.git')}.git", _revision(hosted["rest"] or "")
        )
    return NONE


def of_npm_archive(address: str, name: str, version: str) -> Qualifiers:
    """Return the origin of a package that was locked at ``address``: nothing where a registry keeps it there."""
    found = of_npm(address)
    is_archive = len(found) == 1 and found[0][0] == "download_url"
    return NONE if is_archive and _is_of_registry(address, name, version) else found


def of_pip(address: str) -> Qualifiers:
    """Return the origin in a direct reference of pip's: ``git+https://host/path@revision#egg=name``, an address, or a path."""
    text = address.strip().partition("#")[0]
    tool, plus, _ = text.partition("+")
    if plus and tool in _TOOLS:
        head, slash, path = text.rpartition("/")
        name, at, revision = path.partition("@")
        if not at and "@" in head.partition("://")[2].partition("/")[2]:
            # A revision may hold a slash: refs/pull/1/head.
            base, _, rest = head.partition("://")
            host, _, below = rest.partition("/")
            place, _, before = below.partition("@")
            return of_repository(f"{base}://{host}/{place}", f"{before}/{path}")
        return of_repository(f"{head}{slash}{name}", revision or None)
    if text.startswith("file:") or "://" not in text:
        return of_path(text)
    return of_address(text)


def _is_of_registry(address: str, name: str, version: str) -> bool:
    """Whether ``address`` is where a registry of npm packages keeps this version: at a host that is known for it, with ``/-/`` before
    the archive, or with name and version in its path."""
    if address.startswith("file:"):
        return False
    path = path_of(address)
    return not is_private(address) or "/-/" in path or f"/{name}/{version}" in path


def path_of(address: str) -> str:
    """Return the path in an address, from its first slash; nothing is too odd to have one, or none."""
    bare = re.split(r"[?#]", address, maxsplit=1)[0]
    rest = bare.partition("://")[2] if "://" in bare else bare
    return rest[rest.find("/") :] if "/" in rest else ""


def _revision(fragment: str) -> str | None:
    """Return the revision in the fragment of an address: ``#v1``, ``#commit=abc``, ``#semver:^1`` (which is none)."""
    fields = dict(_pairs(fragment.split("&")))
    found = fields.get("commit") or fields.get("tag") or fields.get("head") or fields.get("")
    return None if found and found.startswith("semver:") else found or None


def _pairs(parts: Iterable[str]) -> Iterable[tuple[str, str]]:
    for part in parts:
        key, equals, value = part.partition("=")
        yield (key, value) if equals else ("", part)


def _without_secrets(address: str) -> str:
    """Return an address without query, fragment and credentials; ``git@`` is no secret."""
    bare = re.split(r"[?#]", address, maxsplit=1)[0]
    scheme, found, rest = bare.partition("://")
    if not found:
        return bare
    authority, slash, path = rest.partition("/")
    user, at, host = authority.rpartition("@")
    kept = f"{user}@" if at and user in ("git", "hg") else ""
    # "ssh://git@host:owner/name" means the path that "git@host:owner/name" does; a number would be a port.
    host = re.sub(r":(?=\D)", "/", host)
    return f"{scheme}://{kept}{host}{slash}{path}"
