"""What could not be read, in the audit's own languages: licscan's words are translated, those of others stay."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from licscan.core.issue import Issue
from licscan.core.message import verbatim
from licscan.detect import trouble
from licscan.duediligence.troubles import read_trouble
from licscan.locale import language
from licscan.report.duediligence.words import Words

# Whose text is a part of an issue's message, and what may stand in its places.
_TELLING = {"BrokenManifest", "BrokenArchive", "BrokenHeader", "CardError", "NotFetched", "_Refused", "_OverLimit", "_issue"}  # fmt: skip
_NAMED = {("Issue", "message"), ("FileFacts", "trouble")}
_SAMPLES = {
    "language": "JSON",
    "_OVER": "the archive was not read to its end",
    "what": "the metadata",
    "message": "cannot be used: full",
    "member.kind.value": "link",
    "plural(refused - _TOLD, 'more member')": "12 more members",
}


def _messages_of_issues() -> Iterator[str]:
    """Yield the message of each issue as the code has it, with 12 in the place of each value."""
    root = Path(str(resources.files("licscan")))
    for stage in ("select", "detect", "component", "aimodel"):
        for path in sorted((root / stage).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    named = [word.value for word in node.keywords if (node.func.id, word.arg) in _NAMED]
                    for part in named or (node.args[:3] if node.func.id in _TELLING else ()):
                        yield from _said(part)


def _said(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Call):  # f"...".splitlines()[0]
        node = node.value.func.value if isinstance(node.value.func, ast.Attribute) else node
    if isinstance(node, ast.Constant) and " " in str(node.value):
        yield str(node.value)
    elif isinstance(node, ast.JoinedStr):
        shown = [
            _SAMPLES.get(ast.unparse(part.value), "12")
            if isinstance(part, ast.FormattedValue)
            else ast.literal_eval(part)
            for part in node.values
        ]
        yield "".join(shown)


def test_every_message_of_an_issue_is_known_to_translators() -> None:
    told = set(_messages_of_issues())
    assert len(told) > 80
    assert sorted(text for text in told if read_trouble(text) == verbatim(text)) == []


def test_what_could_not_be_read_is_told_in_chinese_with_the_words_of_others_as_they_are() -> None:
    words = Words(language("zh"), ())

    def told(issue: Issue) -> str:
        return words.phrase(read_trouble(issue.message))

    assert told(trouble.too_large("a", 2_000_000)) == "文本超过 2,000,000 字节，未在其中查找许可证"
    assert told(trouble.timed_out("a", 120)) == "用时超过 120 秒，已放弃"
    assert told(trouble.unreadable("a", PermissionError(13, "Permission denied"))) == "无法读取：权限不足"
    assert told(trouble.crashed("a", "ValueError: odd")) == "致使许可证检测器失败：ValueError: odd"
    assert (
        told(trouble.crashed("a", "its process was ended by signal 9")) == "致使许可证检测器失败：其进程被信号 9 终止"
    )
    assert words.phrase(read_trouble("not valid JSON: Expecting value")) == "不是有效的 JSON：Expecting value"


def test_a_figure_in_the_message_of_an_issue_is_digits_alone() -> None:
    assert read_trouble("has more than secret bytes of text, and was not searched for licences").text == "{text}"
