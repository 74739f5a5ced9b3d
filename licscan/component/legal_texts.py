"""The texts of licences and notices that third-party components bring along, for whoever passes them on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from licscan.component.base import base_of
from licscan.component.copyrights import is_notice_bearing
from licscan.component.tree import is_license_name
from licscan.core.issue import Issue, IssueCode
from licscan.core.legal_text import LegalText, LegalTextKind
from licscan.core.location import Location
from licscan.core.message import message
from licscan.core.selection import SelectedFile
from licscan.util.encoding import as_written, wide_encoding
from licscan.util.regular_files import read_regular
from licscan.workers import LIGHT_SIZE, RunWork, Work, run_here

# Longer ones are lists of data or whole books; the notice document tells that they are missing.
MAX_TEXT = 1024 * 1024
# Characters of all texts of one scan, equal ones counted once: they are kept in memory until the notice document is written.
MAX_TOTAL = 64 * 1024 * 1024


class LegalTextsWork(Work[SelectedFile, "str | Issue | None"]):
    """Reads licence and notice files in the encoding that they are written in; ``None`` for one that is no text of usual length."""

    name = "the reader of legal texts"

    def do(self, item: SelectedFile) -> str | Issue | None:
        try:
            data = read_regular(item.location, MAX_TEXT + 1)
        except OSError:
            return None  # an issue of the scan already; the notice document tells that the text is missing
        if len(data) > MAX_TEXT or (b"\0" in data and wide_encoding(data[:4096]) is None):
            return None
        return as_written(data).replace("\r\n", "\n")

    def path(self, item: SelectedFile) -> str:
        return item.file.path

    def is_light(self, item: SelectedFile) -> bool:
        return item.file.size <= LIGHT_SIZE

    def refused(self, item: SelectedFile, issue: Issue) -> str | Issue | None:
        return issue


def legal_texts(
    files: Mapping[str, Sequence[SelectedFile]], run: RunWork = run_here
) -> tuple[tuple[LegalText, ...], tuple[Issue, ...]]:
    """Return the text of each licence and notice file among the ``files`` of components, in their order, and what could not be read.

    Texts beyond ``MAX_TOTAL`` are left out; one issue names the first and how many.
    """
    wanted = [(component, file) for component, some in files.items() for file in some if is_notice_bearing(file)]
    distinct: dict[str, str] = {}  # equal texts are kept once
    left_out: list[str] = []
    texts: list[LegalText] = []
    issues: list[Issue] = []
    total = 0
    answers = run(LegalTextsWork(), [file for _, file in wanted])
    for (component, file), text in zip(wanted, answers, strict=True):
        if isinstance(text, Issue):
            issues.append(text)
        elif text is not None and text.strip():
            if text not in distinct:
                if total + len(text) > MAX_TOTAL:
                    left_out.append(file.file.path)
                    continue
                total += len(text)
            kept = distinct.setdefault(text, text)
            texts.append(LegalText(component=component, path=file.file.path, kind=_kind(file.file.path), text=kept))
    if left_out:
        issues.append(_too_many(left_out))
    return tuple(texts), tuple(issues)


def _kind(path: str) -> LegalTextKind:
    is_license = is_license_name(base_of(path)) or "/licenses/" in path.lower()
    return LegalTextKind.LICENSE if is_license else LegalTextKind.NOTICE


def _too_many(paths: Sequence[str]) -> Issue:
    return Issue(
        code=IssueCode.TOO_LARGE,
        message=message(
            "issue.legal-texts-limit",
            "the licence and notice files come to more than {count} MB of text: {most} are left out",
            count=MAX_TOTAL >> 20,
            most=len(paths),
        ),
        location=Location(path=paths[0]),
        hint=message("hint.one-by-one", "scan the components one by one, or leave folders out with --exclude"),
    )
