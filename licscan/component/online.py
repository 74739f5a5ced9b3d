"""Licences that nothing in the tree tells, asked of the ecosystems' own clients with the user's own configuration.

A client starts in an empty folder, so that nothing in the scanned tree can redirect it. pip looks at wheels only and
installs nothing; npm only shows what its registry says. No code of a package runs, and no address stands here.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from licscan.component.base import LicenseReader, Statement, StatementForm
from licscan.component.client import NotFetched, NotInstalled, run_client
from licscan.component.license import LicenseNormaliser, names_file
from licscan.core.component import ClaimSource, Component, ComponentKind, LicenseClaim
from licscan.core.issue import Issue, IssueCode, IssueLevel
from licscan.core.location import Location
from licscan.core.message import Message, filled, message, quoted, subject

TIMEOUT = 60.0  # seconds for one package
_AT_ONCE = 4
_SHAPE = "online 1"
# Nothing else reaches a command line: a name in a hostile lockfile could be an option or an address.
_PYPI_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_NPM_NAME = re.compile(r"(?:@[a-z0-9~][\w.~-]*/)?[a-zA-Z0-9~_][\w.~-]*")
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9.!+_-]*")

Said = tuple[tuple[str, str, str], ...]
"""Statements of an answer: form, text, and the field that holds it."""


class Store(Protocol):
    """Keeps answers from run to run; ``ResultCache`` is one."""

    def recall(self, key: bytes) -> bytes | None: ...

    def keep(self, key: bytes, value: bytes) -> None: ...


Run = Callable[[Sequence[str]], str]
"""Runs a command in an empty folder and returns what it prints; raises ``NotFetched``."""


class Client(Struct, frozen=True, kw_only=True):
    """How an ecosystem's client is asked, how its answer is read, and how it fetches a package's archive into the folder in
    which it runs. ``programs`` are tried in order."""

    programs: tuple[str, ...]
    name: re.Pattern[str]
    command: Callable[[str, str], Sequence[str]]
    read: Callable[[object], Said]
    fetch: Callable[[str, str], Sequence[str]]

    def run(self, component: Component, command: Callable[[str, str], Sequence[str]], run: Run) -> tuple[str, str]:
        """Run ``command`` with the first program that is installed; return the program and what it printed. Raises ``NotFetched``."""
        version = component.version or ""
        if not self.name.fullmatch(component.name) or not _VERSION.fullmatch(version):
            raise NotFetched(message("issue.name-or-version", "its name or version is none that a registry can have"))
        trouble = NotFetched(message("issue.no-client", "there is no client"))
        for program in self.programs:
            try:
                return program, run([program, *command(component.name, version)])
            except NotFetched as error:
                trouble = error
                if not isinstance(error, NotInstalled):
                    break
        raise trouble


def ask_online(
    components: Sequence[Component],
    read_license: LicenseReader,
    store: Store | None = None,
    run: Run | None = None,
    *,
    target: Path | None = None,
) -> tuple[tuple[Component, ...], tuple[Issue, ...]]:
    """Return the components with what the clients say of those without an understood licence, and what was not had.

    ``target`` is what is scanned: nothing in it reaches a client.
    """
    run = run or partial(run_client, timeout=TIMEOUT, target=target)
    wanted = [item for item in components if _is_wanted(item)]
    normaliser = LicenseNormaliser(read_license, lambda _path: None)
    answers: dict[str, Said | Issue] = {item.id: known for item in wanted if (known := _recall(item, store))}
    unknown = [item for item in wanted if item.id not in answers]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for item, answer in zip(unknown, pool.map(lambda item: _ask(item, run), unknown), strict=True):
            answers[item.id] = answer
            if store is not None and answer and not isinstance(answer, Issue):
                store.keep(_key(item), json.dumps(answer).encode())
    told = {
        item.id: _with_answer(item, normaliser.claims(_statements(item, answer)))
        for item in wanted
        if not isinstance(answer := answers[item.id], Issue)
    }
    issues = (answer for item in wanted if isinstance(answer := answers[item.id], Issue))
    return tuple(told.get(item.id, item) for item in components), tuple(issues)


def _with_answer(component: Component, claims: tuple[LicenseClaim, ...]) -> Component:
    """Add what the registry says; where that is only the name of a file in the package, the licence is still to be looked up."""
    is_told = not claims or any(claim.expression or not names_file(claim.raw or "") for claim in claims)
    return replace(component, claims=(*component.claims, *claims), unresolved=component.unresolved and not is_told)


def _is_wanted(component: Component) -> bool:
    understood = any(claim.expression for claim in component.claims if claim.source is not ClaimSource.MENTIONED)
    is_asked = component.ecosystem in CLIENTS and not component.has_own_origin
    return component.kind is ComponentKind.PACKAGE and is_asked and not understood


def _ask(component: Component, run: Run) -> Said | Issue:
    client = CLIENTS[component.ecosystem or ""]
    try:
        return _answer(component, client, run)
    except NotFetched as error:
        return not_fetched(component, METADATA_NOT_FETCHED, client, error)


METADATA_NOT_FETCHED = message("issue.metadata-not-fetched", "the metadata of {subject} was not fetched: {detail}")


def not_fetched(component: Component, what: Message, client: Client, error: NotFetched) -> Issue:
    """Return the issue of a component of which the client gave no answer; ``what`` says what was asked for."""
    return Issue(
        code=IssueCode.NOT_FETCHED,
        message=filled(what, subject=subject(component.id), detail=error.problem),
        location=component.locations[0] if component.locations else None,
        hint=message(
            "issue.try-by-hand",
            "try it by hand: {programs} has to work with your own configuration",
            programs=quoted(client.programs[0]),
        ),
        level=IssueLevel.WARNING,  # the component stays unresolved, which its manifest reports
    )


def _answer(component: Component, client: Client, run: Run) -> Said:
    program, answer = client.run(component, client.command, run)
    try:
        return client.read(json.loads(answer))
    except (ValueError, RecursionError) as error:
        raise NotFetched(
            message("issue.answer-no-json", "the answer of {text} is no JSON", text=quoted(program))
        ) from error


def _statements(component: Component, said: Said) -> Iterable[Statement]:
    place = component.locations[0] if component.locations else Location(path="")
    for form, raw, origin in said:
        yield Statement(raw=raw, form=StatementForm(form), origin=origin, location=place)


def _pip_command(name: str, version: str) -> Sequence[str]:
    options = "--dry-run --no-deps --only-binary :all: --ignore-installed --ignore-requires-python --no-input --quiet"
    return ["install", *options.split(), "--disable-pip-version-check", "--report", "-", "--", f"{name}=={version}"]


def _pip_fetch(name: str, version: str) -> Sequence[str]:
    # Wheels only: pip runs the code of a source archive to learn its metadata, even where it is only to be downloaded.
    options = (
        "--no-deps --only-binary :all: --ignore-requires-python --no-input --quiet --disable-pip-version-check --dest ."
    )
    return ["download", *options.split(), "--", f"{name}=={version}"]


def _read_pip(answer: object) -> Said:
    metadata = _mapping(_first(_mapping(answer).get("install"))).get("metadata")
    fields = _mapping(metadata)
    if expression := _text(fields.get("license_expression")):
        return ((StatementForm.EXPRESSION.value, expression, "pip License-Expression"),)
    said = []
    if (text := _text(fields.get("license"))) and text.upper() not in ("UNKNOWN", "NONE"):
        said.append((StatementForm.TEXT.value, text, "pip License"))
    classifiers = fields.get("classifier")
    texts = map(_text, classifiers if isinstance(classifiers, list) else ())
    said += [
        (StatementForm.CLASSIFIER.value, text, "pip Classifier") for text in texts if text.startswith("License ::")
    ]
    return tuple(said)


def _npm_command(name: str, version: str) -> Sequence[str]:
    return [
        "view",
        "--json",
        "--ignore-scripts",
        "--no-update-notifier",
        "--no-workspaces",
        "--",
        f"{name}@{version}",
        "license",
    ]


def _npm_fetch(name: str, version: str) -> Sequence[str]:
    options = "--json --ignore-scripts --no-update-notifier --no-workspaces --pack-destination ."
    return ["pack", *options.split(), "--", f"{name}@{version}"]


def _read_npm(answer: object) -> Said:
    value = _first(answer) if isinstance(answer, list) else answer
    text = _text(value) or _text(_mapping(value).get("type")) or _text(_mapping(value).get("license"))
    return ((StatementForm.EXPRESSION.value, text, "npm license"),) if text else ()


CLIENTS: Mapping[str, Client] = {
    "pypi": Client(programs=("pip", "pip3"), name=_PYPI_NAME, command=_pip_command, read=_read_pip, fetch=_pip_fetch),
    "npm": Client(programs=("npm",), name=_NPM_NAME, command=_npm_command, read=_read_npm, fetch=_npm_fetch),
}


def _recall(component: Component, store: Store | None) -> Said:
    stored = store.recall(_key(component)) if store is not None else None
    try:
        rows = json.loads(stored) if stored else []
        return tuple((StatementForm(form).value, str(raw), str(origin)) for form, raw, origin in rows)
    except (ValueError, TypeError):
        return ()


def _key(component: Component) -> bytes:
    return hashlib.sha256(f"{_SHAPE} {component.id}".encode("utf-8", "surrogateescape")).digest()


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _first(value: object) -> object:
    return value[0] if isinstance(value, list) and value else None


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
