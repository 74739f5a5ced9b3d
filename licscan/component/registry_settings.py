"""What registry settings say of whole groups of names: evidence for blind mode, beside that of single entries.

A setting that sends everything to one private registry (a mirror) shows nothing of a single name, but its host is named after
somebody. A setting for a scope, a prefix or a channel, and a list of requirements with an index of its own, show whose the names are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from licscan.component.registry_address import is_private, repositories_in
from licscan.util.lazy_pattern import lazy

_LONGEST = 10_000  # characters of a field that is looked into
_NPM_SCOPE = lazy(r"^[ \t]*(@[\w.-]+):registry\s*=\s*(\S+)", re.MULTILINE)
_YARN_SCOPE = lazy(r"^  [\"']?@?([\w.-]+)[\"']?:\s*\n(?:    .*\n)*?    npmRegistryServer:\s*(\S+)", re.MULTILINE)
_GO_PRIVATE = lazy(r"\b(?:GOPRIVATE|GONOPROXY|GONOSUMDB|GONOSUMCHECK)\b[\s:=]+[\"']?([\w.*/,-]+)")
_NUGET_SOURCE = lazy(r"""<add\s+key\s*=\s*["']([^"']+)["']\s+value\s*=\s*["']([^"']+)["']""", re.IGNORECASE)
_NUGET_MAPPING = lazy(
    r"""<packageSource\s+key\s*=\s*["']([^"']+)["']\s*>(.{0,5000}?)</packageSource>""", re.DOTALL | re.IGNORECASE
)
_NUGET_PATTERN = lazy(r"""<package\s+pattern\s*=\s*["']([^"'*]+)\.?\*?["']""", re.IGNORECASE)
_GRADLE_GROUP = lazy(r"""^[ \t]*(?:project\.)?group\s*=?\s*\(?["']?([A-Za-z][\w.-]+)["']?\)?[ \t]*$""", re.MULTILINE)
_POM_GROUP = lazy(r"<groupId>\s*([\w.-]+)\s*</groupId>")
_PIP_INDEX = lazy(r"^[ \t]*(?:--(?:extra-)?index-url|-i|--find-links|-f)[\s=]+(\S+)", re.MULTILINE)
_REQUIRED = lazy(r"^[ \t]*([A-Za-z][\w.-]*)", re.MULTILINE)
_CHANNEL = lazy(r"^[ \t]*-\s*[\"']?(\S+?)::([\w.-]+)", re.MULTILINE)
# A package of Conan with the user and channel of a remote of somebody's: those of the public one have none.
_CONAN = lazy(r"\b([A-Za-z][\w.+-]{0,100})/[^\s@\"'/]{1,100}@(?!_|conan/|bincrafters/)[\w.+-]+/")
_REMOTES = lazy(r"^Remotes:(.*(?:\n[ \t].*)*)", re.MULTILINE)
# Channels of conda that everybody has.
_PUBLIC_CHANNELS = frozenset(
    "conda-forge defaults main r msys2 anaconda bioconda pytorch nvidia intel free pkgs/main pkgs/r rapidsai fastai huggingface esri plotly".split()
)
# Where everybody has repositories: the host says nothing of the owner.
_SHARED_HOSTS = frozenset(
    "github.com gitlab.com bitbucket.org gitee.com codeberg.org sr.ht githubusercontent.com amazonaws.com azure.com windows.net visualstudio.com "
    "googleapis.com".split()
)
# Lines that set a registry, in the files that have such lines. The address is looked for in what follows.
_SETTINGS = lazy(
    r"(?:registry|index|extra-index-url|index-url|find-links|npmRegistryServer|maven|url|value|hosted|source|proxy|channels?|remote)\W[^\n]*",
    re.IGNORECASE,
)
_HOST = lazy(r"(?:https?|ssh|git)://(?:[^\s/@\"'<>]*@)?([\w.-]+)|\bgit@([\w.-]+):")
_POM_REPOSITORY = lazy(r"<(repository|snapshotRepository|pluginRepository|mirror)>(.{0,1000}?)</\1>", re.DOTALL)
_GRADLE_URL = lazy(r"\burl\s*(?:=|\(|\s)[^\n]*")


def names_in(path: str, text: str) -> Iterator[str]:
    """Yield the names that a list or a channel of its own shows to be the owner's, and those of its repositories."""
    base = path.rpartition("/")[2].lower()
    yield from repositories_in(text if not base.endswith((".lock", ".json", ".xml", ".gemspec", ".podspec")) else "")
    if base.endswith((".txt", ".in")) and any(is_private(address) for address in _PIP_INDEX.findall(text)):
        yield from _REQUIRED.findall(text)
    if base.startswith("environment"):
        yield from (name for channel, name in _CHANNEL.findall(text) if channel not in _PUBLIC_CHANNELS)
    if base.startswith("conanfile"):
        yield from _CONAN.findall(text)
    if base == "description":
        for remotes in _REMOTES.findall(text):
            for each in remotes[:_LONGEST].split(","):
                yield from re.findall(r"([A-Za-z][\w.]*)(?:\.git)?(?:[@#]\S*)?\s*$", each.strip().removesuffix(".git"))


def namespaces_in(base: str, text: str) -> Iterator[str]:
    """Yield scopes, prefixes and owners that a setting keeps for a private registry."""
    yield from (f"{scope}/" for scope, address in _NPM_SCOPE.findall(text) if is_private(address))
    if base == ".yarnrc.yml":
        yield from (f"@{scope}/" for scope, address in _YARN_SCOPE.findall(text) if is_private(address))
    for patterns in _GO_PRIVATE.findall(text):
        yield from (each.rstrip("/*") for each in patterns.split(",") if "." in each.strip("*./"))
    if base.lower() == "nuget.config":
        private = {key for key, address in _NUGET_SOURCE.findall(text) if is_private(address)}
        for key, patterns in _NUGET_MAPPING.findall(text):
            if key in private:
                yield from (pattern.rstrip(".") for pattern in _NUGET_PATTERN.findall(patterns))


def groups_in(base: str, text: str) -> Iterator[str]:
    """Yield the Maven groups that the owner publishes under."""
    if base.endswith((".gradle", ".gradle.kts")) or base == "gradle.properties":
        yield from (group for group in _GRADLE_GROUP.findall(text) if "." in group)


def words_in(base: str, text: str) -> Iterator[str]:
    """Yield the words that the hosts of private registries are named after, in small letters."""
    for setting in _settings(base, text):
        for found in _HOST.finditer(setting):
            labels = (found[1] or found[2]).lower().split(".")
            if len(labels) > 1 and ".".join(labels[-2:]) not in _SHARED_HOSTS and is_private(found[0]):
                yield labels[-2]


def _settings(base: str, text: str) -> Iterator[str]:
    name = base.lower()
    if name.endswith(".xml"):
        yield from (found[2] for found in _POM_REPOSITORY.finditer(text))
    elif name.endswith((".gradle", ".gradle.kts")):
        yield from _GRADLE_URL.findall(text)
    elif name in (
        ".npmrc",
        ".yarnrc",
        ".yarnrc.yml",
        "nuget.config",
        "config.toml",
        "gemfile",
        "gems.rb",
        "pipfile",
    ):
        yield from (line for line in text.splitlines() if _SETTINGS.search(line))
    elif name.endswith((".txt", ".in")):
        yield from _PIP_INDEX.findall(text)
    elif name == "composer.json":
        yield from re.findall(r'"url"\s*:\s*"[^"]*"', text)
    elif name == "pyproject.toml":
        yield from re.findall(
            r"^[ \t]*(?:url|index-url|extra-index-url)\s*=.*", _without_project_addresses(text), re.MULTILINE
        )


def _without_project_addresses(text: str) -> str:
    """Return a pyproject.toml without the addresses that a project gives of itself, which may be those of public pages."""
    return re.sub(r"^\[(?:project|tool\.poetry)\.urls\][^\[]*", "", text, flags=re.MULTILINE)
