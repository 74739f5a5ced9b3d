"""From findings to things: the files of a component are the component, its versions and its builds for several platforms are one item.

A tree has thousands of files and a lockfile as many packages; what a reader decides about is far fewer things.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from posixpath import commonpath

from msgspec import Struct

from licscan.core.component import SHIPPED, Component, ComponentKind
from licscan.core.finding import FileKind
from licscan.core.image import image_roots, is_of_system
from licscan.core.verdict import Subject, SubjectKind, Violation
from licscan.duediligence.brief import family
from licscan.duediligence.copied import is_of_project, project_of
from licscan.duediligence.own_code import Own, own_code
from licscan.duediligence.view import View

_SYSTEM = r"linux|darwin|win32|windows|macos|osx|android|freebsd|openbsd|netbsd|sunos|aix|wasm32|wasi"
_MACHINE = r"x64|x86|x86_64|ia32|i686|arm|arm64|aarch64|armv7|armv7l|armv6|ppc64|ppc64le|s390x|riscv64|loong64|mips64el|universal"
_VARIANT = r"gnu|musl|msvc|gnueabihf|musleabihf|eabi|eabihf|gnuabi64"
# Such as the ends of ``@esbuild/linux-arm64``, ``@img/sharp-libvips-linuxmusl-x64`` and ``rollup-android-arm-eabi``.
_BUILD = re.compile(
    rf"[-_/@.]({_SYSTEM})(musl)?([-_.]({_MACHINE}|{_VARIANT}|{_SYSTEM}))*$|[-_]({_SYSTEM})(musl)?[-_]({_MACHINE})([-_]({_VARIANT}))?$"
)
# What distributions add to the name of a program's package.
_PACKAGING = re.compile(r"(-(base|bin|core|common|utils|tools|data|dev|libs?))+$|^(lib|fonts-|ttf-)(?=\w)|\d+$")


_FEW = 3  # packages of an image that are read one by one


class Key(Struct, frozen=True):
    """What makes two subjects one thing: for files of a project, ``rest`` is their folder, the family of their licence, and whether
    they are binary: what is copied as binaries asks for other things than what is copied as source."""

    kind: SubjectKind
    name: str
    rest: str = ""


class Home(Struct, frozen=True):
    """The thing that a finding is about. ``in_image`` says that it stands in a root filesystem, beside the product."""

    key: Key
    component: Component | None
    in_image: bool = False
    folder: str = ""
    is_binary: bool = False


class Part(Struct, frozen=True, kw_only=True):
    """One thing with all findings on it. ``first`` stands for it: the component itself where a finding is about it. ``packages`` are the
    names of the packages of an image of which the same is to be said."""

    home: Home
    first: Subject
    violations: tuple[Violation, ...]
    packages: tuple[str, ...] = ()

    @property
    def files(self) -> tuple[str, ...]:
        """The files with findings, in their order."""
        found = (each.subject.id for each in self.violations if each.subject.kind is SubjectKind.FILE)
        return tuple(dict.fromkeys(found))

    @property
    def subjects(self) -> tuple[Subject, ...]:
        """The subjects but for files, each once."""
        found = (each.subject for each in self.violations if each.subject.kind is not SubjectKind.FILE)
        return tuple({subject.id: subject for subject in found}.values())


def without_platform(name: str) -> str:
    """Return the name of a package without the platform that it was built for."""
    return _BUILD.sub("", name) or name


def parts(view: View, homed: Iterable[tuple[Violation, Home]]) -> tuple[Part, ...]:
    """Return what findings are about, in the order of the first finding on each."""
    found: dict[Key, list[Violation]] = {}
    homes: dict[Key, Home] = {}
    for violation, home in homed:
        found.setdefault(home.key, []).append(violation)
        homes.setdefault(home.key, home)
    return tuple(_part(view, homes[key], members) for key, members in found.items())


def with_images_folded(found: Iterable[Part], kind_of: Callable[[Part], str]) -> tuple[Part, ...]:
    """Return ``found`` with the packages of an image put together that are of one kind, where they are more than a few: what is to be said of them is
    the same, and a reader wants their names."""
    groups: dict[str, list[Part]] = {}
    for part in found:
        component = part.home.component
        is_package = component is not None and component.kind is ComponentKind.SYSTEM
        groups.setdefault(f"image {kind_of(part)}" if is_package else f"{part.home.key}", []).append(part)
    return tuple(
        part
        for kind, members in groups.items()
        for part in ([_folded(kind, members)] if kind.startswith("image ") and len(members) > _FEW else members)
    )


def _folded(kind: str, members: list[Part]) -> Part:
    names = (part.home.component.name for part in members if part.home.component)
    violations = tuple(violation for part in members for violation in part.violations)
    home = Home(Key(SubjectKind.COMPONENT, kind), None, in_image=True)
    return Part(home=home, first=members[0].first, violations=violations, packages=tuple(dict.fromkeys(names)))


def _part(view: View, home: Home, members: list[Violation]) -> Part:
    itself = next((each.subject for each in members if each.subject.kind is not SubjectKind.FILE), None)
    if home.key.kind is SubjectKind.PROJECT and home.component is not None:
        project = view.conclusions.get((SubjectKind.PROJECT, home.component.id))
        itself = project.subject if project else itself
    if itself is None and home.component is not None and home.key.kind is SubjectKind.COMPONENT:
        conclusion = view.conclusions.get((SubjectKind.COMPONENT, home.component.id))
        itself = conclusion.subject if conclusion else None
    return Part(home=home, first=itself or members[0].subject, violations=tuple(members))


def own_of(view: View, violation: Violation) -> Own | None:
    """Return what the subject of a finding is to the product where it is the seller's own: a folder of it, a file in one, or a file of a project that
    only repeats the licence that the project is under."""
    subject = violation.subject
    own = own_code(view.own, subject)
    if own is not None or not is_of_project(view, subject):
        return own
    conclusion = view.conclusion(subject)
    project = view.conclusions.get((SubjectKind.PROJECT, project_of(view, subject).id))
    if conclusion is None or conclusion.classification is None or project is None or project.classification is None:
        return None
    stated = {family(unit.spdx) for unit in project.classification.units}
    return Own.PART if {family(unit.spdx) for unit in conclusion.classification.units} <= stated else None


class Homes:
    """Finds the thing that the subject of a finding belongs to."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._roots = image_roots(view.inventory.components)
        self._by_name = _system_packages(view)
        paths: dict[tuple[str, str], list[str]] = {}
        for violation in view.audit.violations:
            if violation.subject.kind is SubjectKind.FILE and is_of_project(view, violation.subject):
                path = violation.subject.id
                paths.setdefault((violation.subject.owner or "", self._top(violation.subject)), []).append(path)
        # The folder that all files with findings below one top folder have in common.
        self._folders = {top: commonpath(files) for top, files in paths.items()}

    def of(self, violation: Violation) -> Home:
        subject = violation.subject
        if own_of(self._view, violation) is Own.PART:
            return self._of_project()
        if subject.kind is SubjectKind.FILE:
            return self._of_file(violation)
        component = self._view.components.get(subject.id)
        if subject.kind is SubjectKind.COMPONENT and component is not None:
            return Home(_key_of(component), component, component.kind is ComponentKind.SYSTEM)
        return Home(Key(subject.kind, subject.id), component)

    def _of_project(self) -> Home:
        """The product itself, which its own folders are a part of."""
        root = self._view.root_ref()
        return Home(Key(SubjectKind.PROJECT, root.id), self._view.components.get(root.id))

    def _of_file(self, violation: Violation) -> Home:
        subject = violation.subject
        owner = self._view.components.get(subject.owner or "")
        if not is_of_project(self._view, subject) and owner is not None:
            return Home(_key_of(owner), owner, owner.kind is ComponentKind.SYSTEM)
        in_image = any(is_of_system(root, subject.id) for root in self._roots)
        package = self._package_of(subject.id) if in_image else None
        if package is not None:
            return Home(_key_of(package), package, in_image=True)
        folder = self._folders[subject.owner or "", self._top(subject)]
        name = family((violation.expression_spdx or "").replace("(", " ").strip().partition(" ")[0])
        is_binary = self._view.kinds.get(subject.id) is FileKind.BINARY
        return Home(
            Key(SubjectKind.FILE, subject.owner or "", f"{folder} {name} {is_binary}"),
            owner,
            in_image,
            folder,
            is_binary,
        )

    def _top(self, subject: Subject) -> str:
        """The folder under its project that a file stands in: what is delivered and what is not are told apart."""
        owner = self._view.components.get(subject.owner or "")
        base = f"{owner.directory}/" if owner is not None and owner.directory else ""
        inside = subject.id.removeprefix(base)
        top = inside.partition("/")[0] if "/" in inside else ""
        return f"{top} {subject.scope in SHIPPED}"

    def _package_of(self, path: str) -> Component | None:
        """Return the system package that a file of a root filesystem is named after, as ``bash.mo`` and ``sbin/dnsmasq`` are."""
        words = (re.split(r"[.]", word)[0].lower() for word in reversed(path.split("/")))
        return next((self._by_name[word] for word in words if word in self._by_name), None)


def _key_of(component: Component) -> Key:
    if component.kind in (ComponentKind.PACKAGE, ComponentKind.SYSTEM):
        return Key(SubjectKind.COMPONENT, f"{component.ecosystem}:{without_platform(component.name)}")
    return Key(SubjectKind.COMPONENT, component.id)


def _system_packages(view: View) -> Mapping[str, Component]:
    """Return the packages of root filesystems by the names that their files have."""
    named: dict[str, Component] = {}
    for component in view.inventory.components:
        if component.kind is not ComponentKind.SYSTEM:
            continue
        name = component.name.rpartition("/")[2].lower()
        for word in (name, _PACKAGING.sub("", name)):
            if len(word) > 2:
                named.setdefault(word, component)
    return named
