"""What the options of a run come to: settings, policy, outputs, cache folder, number of processes."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from licscan.config.discovery import config_folder, start_of
from licscan.config.settings import Settings, load_settings, with_facts
from licscan.util.system import processors

if TYPE_CHECKING:
    from licscan.core.selection import SelectedFile
    from licscan.policy.schema import Policy

# Ten megabytes of extracted text, as the documentation promises.
DEFAULT_MAX_FILE_SIZE = 10 * 1024 * 1024
DEFAULT_TIMEOUT = 120.0


class Output(Struct, frozen=True, kw_only=True):
    """One ``-o``: ``path`` is ``None`` for standard output."""

    format: str
    version: str | None
    path: Path | None

    @classmethod
    def parse(cls, text: str) -> Output:
        name, _, target = text.partition("=")
        format_name, _, version = name.partition("@")
        return cls(
            format=format_name.strip(),
            version=version.strip() or None,
            path=Path(target) if target not in ("", "-") else None,
        )


class RunOptions(Struct, frozen=True, kw_only=True):
    """How a run is made: processes, limits, cache, registries, and what it has to gather. ``direct`` works in this process as far as
    it can; ``meanwhile`` is called with the files while workers detect."""

    cache_dir: Path | None = None
    no_cache: bool = False
    jobs: int | None = None
    timeout: float = DEFAULT_TIMEOUT
    max_file_size: int = DEFAULT_MAX_FILE_SIZE
    online: bool = False
    online_sources: bool = False
    no_extra_rules: bool = False
    hash_weights: bool = False
    legal_texts: bool = False
    packages: tuple[Path, ...] = ()
    copyrights: bool = True
    direct: bool = False
    meanwhile: Callable[[Sequence[SelectedFile]], None] | None = None

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> RunOptions:
        """Take from the options of a command those that a run has; what the command does not offer keeps its default."""
        return cls(**{name: given[name] for name in cls.__struct_fields__ if name in given})


class JudgementOptions(Struct, frozen=True, kw_only=True):
    """What is judged by: policy and facts, and where the configuration is."""

    policy: str | None = None
    facts: tuple[str, ...] = ()
    fail_on: str | None = None
    accept_unresolved: bool = False
    config: Path | None = None
    no_config: bool = False

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> JudgementOptions:
        """Take from the options of a command those that a judgement has."""
        return cls(**{name: given[name] for name in cls.__struct_fields__ if name in given})


def settings_for(target: Path, options: JudgementOptions, *, home: Path | None = None) -> Settings:
    """Return the settings that hold for ``target``: configuration first, options on top. The configuration is looked for
    from ``target`` upwards, in ``home`` alone where one is given."""
    if options.no_config or options.config:
        settings = Settings() if options.no_config else load_settings(Path(), options.config)
    else:
        from licscan.config.rebase import seen_from

        home = home or config_folder(target)
        settings = seen_from(load_settings(home), home, start_of(target))
    if options.policy:
        settings = replace(settings, policy=options.policy, policy_root=None)
    if options.fail_on:
        settings = replace(settings, fail_on=options.fail_on)
    if options.accept_unresolved:
        settings = replace(settings, accept_unresolved=True)
    return with_facts(settings, options.facts)


def policy_for(settings: Settings) -> Policy:
    """Return the policy that the settings name, failing on what they say it fails on."""
    from licscan.core.result import Completeness
    from licscan.policy.load import failing_on, load_policy

    policy = replace(load_policy(settings.policy, root=settings.policy_root), below=settings.below)
    if settings.accept_unresolved:
        policy = replace(policy, unresolved=Completeness.REPORTED)
    return failing_on(policy, settings.fail_on) if settings.fail_on else policy


def cache_folder(given: Path | None) -> Path:
    """The folder of the index and the result cache: the option, ``LICSCAN_CACHE_DIR``, or the user's cache folder."""
    if given is not None:
        return given
    import platformdirs

    from licscan.errors import UsageError

    try:
        folder = Path(platformdirs.user_cache_dir("licscan", appauthor=False))
    except RuntimeError:  # an unknown user, and no HOME
        folder = Path("~")
    if not folder.is_absolute():  # older releases of platformdirs leave the tilde in
        raise UsageError(
            "the user has no home folder for the cache",
            where="HOME",
            hint="set HOME to a folder, or name the cache's folder with --cache-dir or LICSCAN_CACHE_DIR",
        )
    return folder


def by_pre_commit() -> bool:
    """Whether pre-commit called this process."""
    return bool(os.environ.get("PRE_COMMIT"))


def job_count(given: int | None) -> int:
    """The processes to use: those asked for, else as many as this process may run on."""
    if given is not None:
        return given
    return processors()


def own_files(settings: Settings, target: Path) -> list[Path]:
    """The files that steer this run, or another of licscan's over ``target``: read as policy, configuration and baseline, not for
    licences."""
    from licscan.gate.baseline import DEFAULT_NAME, is_baseline

    policy_file = Path(settings.policy)
    baseline = config_folder(target) / DEFAULT_NAME
    steering = [
        settings.source,
        policy_file if policy_file.suffix in (".yaml", ".yml") else None,
        baseline if is_baseline(baseline) else None,
    ]
    return [path for path in steering if path is not None and path.name != "pyproject.toml"]
