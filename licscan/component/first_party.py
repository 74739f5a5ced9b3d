"""Which names a tree's manifests, lockfiles and registry settings show to be the owner's own: evidence for blind mode.

A name counts as the owner's where a manifest gives it to a project, or where an entry asks for it from an address that is not that of a public
registry, from a folder or from a repository. Settings (``licscan.component.registry_settings``) add what belongs to whole registries.
Nothing is resolved; what cannot be parsed is read by its lines.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from licscan.component.formats import relax_json
from licscan.component.registry_address import ADDRESS, is_private
from licscan.component.registry_settings import groups_in, names_in, namespaces_in, words_in
from licscan.util.lazy_pattern import lazy
from licscan.util.system import READ_UNTRUSTED
from licscan.util.toml_text import parse_toml

_MAX_SIZE = 8 << 20
_MAX_PLAIN_SIZE = 1 << 20  # of what is no lockfile
_FILES = lazy(
    r".*(?:\.lock|\.toml|\.gemspec|\.podspec|\.[cfv][sb]?proj|\.gradle|\.gradle\.kts|\.nuspec|requirements[^/]*\.(?:txt|in))"
    r"|package(?:-lock)?\.json|npm-shrinkwrap\.json|\.npmrc|\.yarnrc(?:\.yml)?|pnpm-(?:lock|workspace)\.yaml|Pipfile|setup\.(?:py|cfg)|go\.(?:mod|work|env)"
    r"|pom\.xml|settings\.xml|Gemfile|gems\.(?:rb|locked)|composer\.json|Podfile|packages\.lock\.json|pubspec\.ya?ml|mix\.exs|environment[^/]*\.ya?ml"
    r"|conanfile\.(?:py|txt)|Package\.(?:resolved|swift)|NuGet\.config|gradle\.properties|DESCRIPTION|haxelib\.json|hmm\.json|\.?bower\.json|component\.json|meta\.yaml|opam|.*\.opam|installed\.json|shard\.ya?ml|Cartfile(?:\.resolved)?|(?:GNU)?makefile|Dockerfile[^/]*|\.env(?:rc)?",
    re.IGNORECASE,
)
_MAX_LINES = 3 << 20  # characters of what is read by its lines
_LOCKFILE = lazy(r"lock|shrinkwrap|resolved", re.IGNORECASE)
_LISTS = lazy(r"(?:.*/)?requirements/[^/]+\.(?:txt|in)")
# What a line asks for that has such a key, whatever follows it.
_KEYWORD = lazy(r"\b(?:git|github|gitlab|bitbucket|tarball|path)\b\s*(?::|=>|=)", re.IGNORECASE)
# Keys before an address, which are no names: ``path: ../x``, ``:git => "…"``.
_KEY = lazy(
    r"\b(?:git|github|gitlab|bitbucket|tarball|path|registry|index|source|url|hosted)\b\s*(?::|=>|=)", re.IGNORECASE
)
_REPOSITORY = lazy(
    r"(?:git|hg|svn|bzr)\+|^git[@:]|\.git(?:[#?@]|$)|^(?:github|gitlab|bitbucket):|^(?:file|link|workspace|portal|path):",
    re.IGNORECASE,
)
_WORD = lazy(r"@?[A-Za-z][\w.+-]*(?:[/:][\w.+-]+)*")
_OWN_NAME = lazy(
    r"""^[ \t]*(?:[\w]+\.)?name\s*[:=]\s*["']?([\w@/.+-]+)|\bname\s*=\s*["']([\w@/.+-]+)["']|"name"\s*:\s*"([^"\n]+)"|^module\s+(\S+)|<(?:artifactId|groupId|PackageId|AssemblyName)>\s*([\w.+-]+)\s*<|\bapp:\s*:(\w+)""",
    re.MULTILINE,
)
# An address within an address, as Yarn writes that of an archive.
_ESCAPED = lazy("%3A%2F%2F", re.IGNORECASE)
# What a line asks for from a folder: ``x @ file:///…``, ``path 'engines' do``.
_LOCAL = lazy(r"\bfile:|\s@\s+\.{0,2}/|^\s*(?:path|git|github)\s+['\"]", re.IGNORECASE)
_FOLDER = lazy(r"\.{1,2}(?:/|$)")
_OF_A_FOLDER = ("path", "editable", "virtual", "directory")
_XML = lazy(r"\.(?:xml|config|nuspec|\w+proj)$", re.IGNORECASE)
# What follows, indented, comes from the address on this line (a Gemfile's ``source "…" do``, a Podfile.lock's list of a repository).
_OPENS = lazy(r"\bdo\s*$|\{\s*$|^\s*[\"']?(?:https?|git|ssh)[:@]\S*:\s*$")
# What begins an entry of a lockfile made of blocks: not what the entry depends on.
_ENTRY = lazy(r"\S.*|    \S+ \(.*\)$")
_KEYS_OF_ORIGIN = frozenset(
    {
        "resolved",
        "source",
        "url",
        "git",
        "registry",
        "index",
        "tarball",
        "path",
        "dist",
        "resolution",
        "from",
        "location",
        "repository-url",
        "repo",
        "registry-index",
        "vcs",
        "archive",
        "directory",
    }
)


class FirstParty(Struct, frozen=True, kw_only=True):
    """Names that are the owner's own, as written, and what names of its own begin with.

    ``namespaces`` are whole (an npm scope, a Go module's owner, a NuGet prefix), ``groups`` are Maven groups, and ``words`` are
    those that the hosts of its registries are named after.
    """

    names: frozenset[str] = frozenset()
    namespaces: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()


def first_party_evidence(root: Path, paths: Iterable[str]) -> FirstParty:
    """Return what the files at ``paths`` below ``root`` show to be the owner's own. Links are not followed."""
    names: set[str] = set()
    namespaces: set[str] = set()
    groups: set[str] = set()
    words: set[str] = set()
    for path in paths:
        base = path.rpartition("/")[2]
        text = _text(root / path) if _FILES.fullmatch(base) or _LISTS.fullmatch(path) else None
        if text is not None:
            names.update(_names(base, text))
            if not _LOCKFILE.search(base):
                names.update(names_in(path, text))
                namespaces.update(namespaces_in(base, text))
                groups.update(groups_in(base, text))
                words.update(words_in(base, text))
    return FirstParty(
        names=frozenset(names), namespaces=frozenset(namespaces), groups=frozenset(groups), words=frozenset(words)
    )


def _text(path: Path) -> str | None:
    try:
        descriptor = os.open(path, READ_UNTRUSTED)
        with open(descriptor, "rb") as stream:
            return _ESCAPED.sub(
                "://",
                stream.read(_MAX_SIZE if _LOCKFILE.search(path.name) else _MAX_PLAIN_SIZE).decode("utf-8", "replace"),
            )
    except OSError:
        return None  # the scan itself reports what cannot be read


def _names(base: str, text: str) -> Iterator[str]:
    data = _parsed(base, text)
    if isinstance(data, Mapping):
        yield from _own_names(data)
        yield from _asked_elsewhere(data, _public_aliases(data))
        yield from _of_repositories(data)
    else:
        if not base.lower().endswith(".lock"):
            yield from (name for found in _OWN_NAME.findall(_head(text)) for name in found if name)
        if not _XML.search(base):  # whose lines are no units
            yield from _from_lines(text[:_MAX_LINES], in_blocks=base.lower().endswith(".lock"))


def _head(text: str) -> str:
    """Return what of Maven's and MSBuild's files is about the project itself."""
    for tag in ("<dependencies", "<dependencyManagement", "<build", "<profiles", "<reporting"):
        text = text.partition(tag)[0]
    return re.sub(r"<parent>[^\0]{0,1000}?</parent>", "", text)


def _parsed(base: str, text: str) -> Any:
    try:
        if base.lower().endswith((".json", ".jsonc")) or text.lstrip()[:1] == "{":
            return json.loads(relax_json(text) if base == "bun.lock" else text)
        if base.lower().endswith(".toml") or base in ("Pipfile", "poetry.lock", "uv.lock", "Cargo.lock", "pdm.lock"):
            return parse_toml(text)
    except (ValueError, RecursionError):
        return None
    return None


def _own_names(data: Mapping[str, Any]) -> Iterator[str]:
    for part in (
        data,
        data.get("project"),
        data.get("package"),
        _at(data, "tool", "poetry"),
        _at(data, "tool", "flit", "metadata"),
    ):
        if isinstance(part, Mapping) and isinstance(part.get("name"), str) and part["name"]:
            yield part["name"]


def _at(data: Any, *keys: str) -> Any:
    for key in keys:
        data = data.get(key) if isinstance(data, Mapping) else None
    return data


def _public_aliases(data: Mapping[str, Any]) -> frozenset[str]:
    """Return the names that a manifest or lockfile gives to public registries."""
    lists = (
        data.get("source"),
        _at(data, "_meta", "sources"),
        _at(data, "tool", "poetry", "source"),
        _at(data, "tool", "uv", "index"),
    )
    entries = [each for found in lists if isinstance(found, list) for each in found if isinstance(each, Mapping)]
    return frozenset(
        str(each.get("name")) for each in entries if isinstance(each.get("url"), str) and not is_private(each["url"])
    )


def _asked_elsewhere(data: Mapping[str, Any], public: frozenset[str]) -> Iterator[str]:
    """Yield the names of all entries that come from somewhere else than a public registry, however deep."""
    todo: list[tuple[Any, str]] = [(data, "")]
    while todo:
        item, key = todo.pop()
        if isinstance(item, list):
            if any(isinstance(each, str) and " @ " not in each and _is_elsewhere(each) for each in item):
                yield from _variants(key)  # an entry of bun.lock
            todo += [(each, key) for each in item]
        elif isinstance(item, str):
            if " @ " in item and _is_elsewhere(item):
                yield from _leading_name(item)
        elif isinstance(item, Mapping):
            if _has_private_origin(item, public):
                yield from _named(item, key)
            for name, value in item.items():
                is_asked = isinstance(value, str) and name not in _KEYS_OF_ORIGIN
                if is_asked and (_is_elsewhere(value) or _is_alias(str(name), value)):
                    yield from _variants(str(name))
                todo.append((value, str(name)))


def _of_repositories(data: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a manifest of Composer requires from repositories that it lists by their addresses."""
    listed = data.get("repositories")
    entries = [*listed.values()] if isinstance(listed, Mapping) else listed if isinstance(listed, list) else []
    addresses = [each["url"] for each in entries if isinstance(each, Mapping) and isinstance(each.get("url"), str)]
    repositories = {
        address.removesuffix(".git").rstrip("/").lower().rpartition("/")[2].rpartition(":")[2] for address in addresses
    }
    for key in ("require", "require-dev"):
        wanted = data.get(key)
        names = [str(name) for name in wanted] if isinstance(wanted, Mapping) else []
        yield from (name for name in names if name.lower().rpartition("/")[2] in repositories)


def _is_alias(name: str, wanted: str) -> bool:
    """Whether the seller chose the name for a package of another name or registry (``"x": "npm:y@1"``)."""
    kind, mark, target = wanted.partition(":")
    if not mark or kind not in ("npm", "jsr"):
        return False
    return target[:1] + target[1:].partition("@")[0] != name


def _has_private_origin(item: Mapping[str, Any], public: frozenset[str]) -> bool:
    notified = item.get("notification-url")
    if isinstance(notified, str) and ADDRESS.search(notified) and not is_private(notified):
        return False  # Composer's public registry names the repository of each package
    return any(_is_private_origin(key, item[key], public) for key in _KEYS_OF_ORIGIN & item.keys())


def _is_private_origin(key: str, value: Any, public: frozenset[str]) -> bool:
    if isinstance(value, Mapping) and any(isinstance(value.get(name), str) for name in _OF_A_FOLDER):
        return True
    values = value.values() if isinstance(value, Mapping) else [value]
    texts = [each for each in values if isinstance(each, str)]
    is_alias = key in ("git", "registry", "index", "source") and any(
        not ADDRESS.search(text) and text not in public for text in texts if not isinstance(value, Mapping)
    )
    return key == "path" or is_alias or any(_is_elsewhere(text) for text in texts)


def _named(item: Mapping[str, Any], key: str) -> Iterator[str]:
    yield from (item[each] for each in ("name", "package") if isinstance(item.get(each), str))
    yield from _variants(key)


def _variants(key: str) -> Iterator[str]:
    """A key of a lockfile names a package by its place (``node_modules/x``) or with its version (``x@1``)."""
    name = key.rpartition("node_modules/")[2].lstrip("/")
    yield name
    yield name[:1] + name[1:].partition("@")[0].partition("(")[0]


def _leading_name(text: str) -> Iterator[str]:
    name, mark, _ = text.partition(" @ ")
    if mark and (found := _WORD.match(name.strip())):
        yield found[0]


def _is_elsewhere(text: str) -> bool:
    if _FOLDER.match(text):
        return True
    return (bool(_REPOSITORY.search(text)) and not _is_public_index(text)) or is_private(text)


def _is_public_index(text: str) -> bool:
    return text.startswith(("registry+", "sparse+")) and not is_private(text)


def _from_lines(text: str, *, in_blocks: bool) -> Iterator[str]:
    """Read by lines: an address speaks of the names on its line, and of those that the lines it is indented below begin with."""
    above: list[tuple[int, str, bool]] = []
    block: list[str] = []
    for line in [*text.splitlines(), ""]:
        words = line.strip()
        if not words:
            if in_blocks and any(ADDRESS.search(each) and _line_is_elsewhere(each) for each in block):
                yield from (word for each in block if _ENTRY.match(each) for word in _words_of(each))
            block = []
            continue
        block.append(line)
        indent = len(line) - len(line.lstrip())
        while above and above[-1][0] >= indent:
            above.pop()
        is_elsewhere = _line_is_elsewhere(line)
        if is_elsewhere or any(opens for _, _, opens in above):
            yield from _words_of(ADDRESS.sub(" ", _KEY.sub(" ", line)))
        if is_elsewhere:
            yield from (word for _, header, _ in above[-2:] for word in _words_of(header)[:4])
        above.append((indent, line, is_elsewhere and bool(_OPENS.search(line))))


def _line_is_elsewhere(line: str) -> bool:
    return is_private(line) or bool(_KEYWORD.search(line) or _LOCAL.search(line))


def _words_of(line: str) -> list[str]:
    """The words of a line that can be names, without versions that are joined to them."""
    return [name for word in _WORD.findall(line) for name in (word, word.partition(":")[0]) if name]
