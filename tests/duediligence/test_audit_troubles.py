"""What could not be read, in the audit's own languages: licscan's words are translated, those of others stay."""

from __future__ import annotations

from licscan.core.issue import Issue
from licscan.detect import trouble
from licscan.locale import language
from licscan.report.duediligence.words import Words
from licscan.workers.crew import _how
from licscan.workers.trouble import crashed


def test_what_could_not_be_read_is_told_in_chinese_with_the_words_of_others_as_they_are() -> None:
    words = Words(language("zh"), ())

    def told(issue: Issue) -> str:
        return words.phrase(issue.message)

    assert told(trouble.too_large("a", 2_000_000)) == "文本超过 2,000,000 字节，未在其中查找许可证"
    assert told(trouble.timed_out("a", 120)) == "用时超过 120 秒，已放弃"
    assert told(trouble.unreadable("a", PermissionError(13, "Permission denied"))) == "无法读取：权限不足"
    assert told(trouble.crashed("a", "ValueError: odd")) == "致使许可证检测器失败：ValueError: odd"
    assert told(crashed("a", trouble.DETECTOR, _how(-9))) == "致使许可证检测器失败：其进程被信号 9 终止"
