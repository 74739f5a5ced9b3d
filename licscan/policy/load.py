"""Load a policy by its name or from a file: text, tree, rules, and what it extends, in that order."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib import resources
from pathlib import Path

from msgspec.structs import replace

from licscan.core.result import Completeness, PolicyInfo
from licscan.errors import PolicyError
from licscan.policy.checks import CHECKS
from licscan.policy.fields import Problem, Problems, suggest
from licscan.policy.schema import FAIL_ON_DENY, FAIL_ON_REVIEW, Policy, PolicyRule
from licscan.policy.validate import RawPolicy, read_policy
from licscan.policy.yamltree import MAX_BYTES, YamlError, read_yaml
from licscan.util.contained_files import OutsideError, read_inside, relative_parts
from licscan.util.paths import below

READY_MADE = ("default", "proprietary-distribution", "saas", "internal", "open-source", "due-diligence")
_SUFFIXES = (".yaml", ".yml")
_MAX_EXTENDS = 5


def load_policy(name_or_path: str, *, root: Path | None = None) -> Policy:
    """Return the ready-made policy of that name, or the policy in that file.

    What ends in ``.yaml`` or ``.yml`` or holds a path separator is a file, relative to the working directory. ``root`` is the folder
    that the file, and what it extends, must lie in: the configuration of a scanned tree named it, and no link is followed. Raises
    ``PolicyError`` with file and line, and with every mistake that the file holds.
    """
    if not _is_path(name_or_path):
        return _ready_made(name_or_path)
    return _load(name_or_path, Path(name_or_path), (), root)


def ready_made() -> tuple[PolicyInfo, ...]:
    """Return what the ready-made policies are called, in the order in which they are told."""
    return tuple(_ready_made(name).info for name in READY_MADE)


def policy_text(name: str) -> str:
    """Return the commented YAML of a ready-made policy; ``PolicyError`` when there is none of that name."""
    if name not in READY_MADE:
        raise PolicyError(
            f"there is no policy called {name!r}",
            hint=f"{suggest(name, READY_MADE)} (a file's name ends in .yaml)",
        )
    return (resources.files("licscan") / "policies" / f"{name}.yaml").read_text(encoding="utf-8")


def failing_on(policy: Policy, outcome: str) -> Policy:
    """Return ``policy`` as ``--fail-on`` wants it: ``deny`` alone, or ``review`` and ``deny``."""
    wanted = frozenset({FAIL_ON_DENY, FAIL_ON_REVIEW} if outcome == FAIL_ON_REVIEW else {FAIL_ON_DENY})
    return replace(policy, fail_on=wanted)


def _is_path(name: str) -> bool:
    return name.lower().endswith(_SUFFIXES) or "/" in name or "\\" in name


@lru_cache(maxsize=len(READY_MADE))
def _ready_made(name: str) -> Policy:
    return _load(name, None, ())


def _load(name: str, path: Path | None, chain: tuple[str, ...], root: Path | None = None) -> Policy:
    text = _read(path, root) if path else policy_text(name)
    where = str(path) if path else f"{name}.yaml"
    problems = Problems()
    try:
        raw = read_policy(read_yaml(text), where, frozenset(CHECKS), problems)
    except YamlError as problem:
        raise PolicyError(problem.what, where=f"{where}:{problem.line}", hint=problem.hint) from problem
    if problems.found:
        raise _error(where, problems)
    digest = hashlib.sha256(text.encode("utf-8", "surrogateescape"))
    base = _base(raw, where, path, (*chain, where), root) if raw.extends else None
    if base:
        digest.update(base.digest.encode())
    return _policy(raw, base, where, digest.hexdigest())


def _read(path: Path, root: Path | None) -> str:
    try:
        if root is not None:
            parts = relative_parts(below(str(path), str(root)) or "..")
            return read_inside(root, parts, MAX_BYTES + 1).decode("utf-8")
        if not path.is_file():
            raise FileNotFoundError
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1).decode("utf-8")
    except FileNotFoundError as error:
        raise PolicyError(
            "there is no such policy file", where=str(path), hint="give a file, or: licscan policy list"
        ) from error
    except OSError as error:
        raise PolicyError(f"the policy cannot be read: {error.strerror}", where=str(path)) from error
    except UnicodeDecodeError as error:
        raise PolicyError("the policy is not written in UTF-8", where=str(path), hint="save it as UTF-8") from error


def _base(raw: RawPolicy, where: str, path: Path | None, chain: tuple[str, ...], root: Path | None) -> Policy:
    wanted = raw.extends or ""
    if not _is_path(wanted):
        try:
            policy_text(wanted)
        except PolicyError as error:
            what = "'extends' names no ready-made policy"
            raise PolicyError(what, where=f"{where}:{raw.line}", hint=error.hint) from error
        return _ready_made(wanted)
    target = path.parent / wanted if path else Path(wanted)
    if root is not None and path is not None:
        target = _inside(root, path, wanted, f"{where}:{raw.line}")
    if str(target) in chain or len(chain) > _MAX_EXTENDS:
        raise PolicyError(
            f"the policy extends itself, or more than {_MAX_EXTENDS} files extend one another",
            where=f"{where}:{raw.line}",
            hint="extend a ready-made policy, or one file that extends nothing",
        )
    return _load(wanted, target, chain, root)


def _inside(root: Path, path: Path, wanted: str, where: str) -> Path:
    try:
        return root.joinpath(*relative_parts(wanted, below(str(path.parent), str(root)) or ""))
    except OutsideError as error:
        hint = "extend a policy of the same tree, or name this one with --policy"
        raise PolicyError(f"'extends' is not read: {error.strerror}", where=where, hint=hint) from error


def _policy(raw: RawPolicy, base: Policy | None, where: str, digest: str) -> Policy:
    inherited = {rule.id: rule for rule in base.rules} if base else {}
    problems = Problems()
    for rule_id, line in raw.remove:
        if rule_id not in inherited:
            problems.add(line, "this is no rule of what is extended", suggest(rule_id, inherited))
    if problems.found:
        raise _error(where, problems)
    default = base.fail_on if base else frozenset()
    return Policy(
        name=raw.name,
        title=raw.title,
        description=raw.description,
        fail_on=default if raw.fail_on is None else raw.fail_on,
        rules=_merge(raw.rules, inherited, frozenset(rule_id for rule_id, _ in raw.remove)),
        digest=digest,
        completeness=raw.completeness or (base.completeness if base else Completeness.REPORTED),
        unresolved=raw.unresolved or (base.unresolved if base else Completeness.REQUIRED),
    )


def _merge(
    own: tuple[PolicyRule, ...], inherited: dict[str, PolicyRule], removed: frozenset[str]
) -> tuple[PolicyRule, ...]:
    """A rule with an inherited id takes its place; the others come first, so that they decide first."""
    replacing = {rule.id: rule for rule in own if rule.id in inherited}
    new = [rule for rule in own if rule.id not in inherited]
    kept = [replacing.get(rule_id, rule) for rule_id, rule in inherited.items() if rule_id not in removed]
    return (*new, *kept)


def _error(where: str, problems: Problems) -> PolicyError:
    first, *others = sorted(problems.found, key=lambda problem: problem.line)
    hints = [first.hint] if first.hint else []
    hints += [f"line {problem.line}: {_told(problem)}" for problem in others]
    return PolicyError(first.what, where=f"{where}:{first.line}", hint="\n  ".join(hints) or None)


def _told(problem: Problem) -> str:
    return f"{problem.what} ({problem.hint})" if problem.hint else problem.what
