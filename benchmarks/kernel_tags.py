"""Count for how many files with exactly one SPDX tag licscan concludes what the tag says, and explain the others.

    python benchmarks/kernel_tags.py TREE [--result FILE] [--samples N] [--json FILE]

Made for the Linux kernel, whose files state their licence in a tag near the top (Debian has its sources in the package
``linux-source-6.1``). A file counts when its first 8,000 bytes hold one tag and no more, whatever stands below them. TREE is scanned
unless ``--result`` gives the ``result.json`` of a scan. Expressions are compared by meaning: ``GPL-2.0`` is ``GPL-2.0-only``, and the order
of operands does not matter.

The others are grouped by what is different, and by the rules whose matches made the difference.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from license_expression import ExpressionError as ForeignError
from license_expression import Licensing
from verdicts import scan

from licscan.classify.catalogue import Catalogue
from licscan.core.expression import ExpressionError
from licscan.detect.licensedb import license_records

_LOOKED_AT = 8000  # bytes from the top of a file
_TAG = re.compile(rb"SPDX-License-Identifier:[ \t]*(.*)")
_END = re.compile(r"\s*(\*/|-->|\*\)|#\}|\"|'|`).*")
_WORDS = 300  # characters of evidence in a sample


@dataclass(frozen=True, slots=True, kw_only=True)
class Tagged:
    """One file: what its tag says, what licscan concludes, and of what kind the difference is (``None``: there is none).

    ``rules`` are those of the matches whose licences the tag does not name, ``text`` is what the first of them matched.
    """

    path: str
    tag: str
    concluded: str | None
    kind: str | None
    rules: tuple[str, ...] = ()
    text: str = ""


class Meaning:
    """Compares expressions by meaning, in ScanCode's keys."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._licensing = Licensing()
        self._parsed: dict[str, Any] = {}

    def of_spdx(self, text: str) -> Any:
        """Return a parsed expression, or ``None`` for what is no expression."""
        if text not in self._parsed:
            self._parsed[text] = self._parse(text)
        return self._parsed[text]

    def _parse(self, text: str) -> Any:
        try:
            return self._licensing.parse(self._catalogue.from_spdx(text), simple=True)
        except (ExpressionError, ForeignError):
            return None

    def keys(self, expression: str) -> frozenset[str]:
        """Return the licences and exceptions that an expression in ScanCode's keys names."""
        return frozenset(self._licensing.license_keys(expression, simple=True))

    def named(self, parsed: Any) -> frozenset[str]:
        return frozenset(symbol.key for symbol in self._licensing.license_symbols(parsed, decompose=True))

    def is_same(self, one: Any, other: Any) -> bool:
        return bool(self._licensing.is_equivalent(one, other))


def tag_of(file: Path) -> str | None:
    """Return the expression of the only tag near the top of ``file``; ``None`` where there is none, or more than one."""
    try:
        with file.open("rb") as stream:
            top = stream.read(_LOOKED_AT)
    except OSError:
        return None
    tags = _TAG.findall(top)
    if len(tags) != 1:
        return None
    return _END.sub("", tags[0].decode("utf-8", "replace")).strip()


def compare(tree: Path, result: Mapping[str, Any], meaning: Meaning) -> list[Tagged]:
    """Return every file of a result that has exactly one tag."""
    concluded = {
        each["subject"]["path"]: each for each in result["audit"]["conclusions"] if each["subject"]["kind"] == "file"
    }
    files = []
    for source in result["inventory"]["files"]:
        tag = tag_of(tree / source["path"])
        if tag is not None:
            files.append(_compared(source["path"], tag, concluded.get(source["path"]), meaning))
    return files


def _compared(path: str, tag: str, conclusion: Mapping[str, Any] | None, meaning: Meaning) -> Tagged:
    classification = conclusion and conclusion["classification"]
    if not conclusion or not classification:
        return Tagged(path=path, tag=tag, concluded=None, kind="nothing is concluded")
    expression = classification["expression_spdx"]
    asked, got = meaning.of_spdx(tag), meaning.of_spdx(expression)
    if asked is None:
        return Tagged(path=path, tag=tag, concluded=expression, kind="the tag is no expression")
    if got is not None and meaning.is_same(asked, got):
        return Tagged(path=path, tag=tag, concluded=expression, kind=None)
    others = [
        evidence
        for evidence in conclusion["evidence"]
        if evidence["expression"] and meaning.keys(evidence["expression"]) - meaning.named(asked)
    ]
    return Tagged(
        path=path,
        tag=tag,
        concluded=expression,
        kind=_kind(asked, got, meaning),
        rules=tuple(sorted({evidence["rule_id"] or "" for evidence in others})),
        text=(others[0]["text"] if others else "")[:_WORDS],
    )


def _kind(asked: Any, got: Any, meaning: Meaning) -> str:
    """Say how a conclusion differs from the tag: by the licences that it has more or less."""
    if got is None:
        return "the conclusion is no expression"
    more = sorted(meaning.named(got) - meaning.named(asked))
    less = sorted(meaning.named(asked) - meaning.named(got))
    if not more and not less:
        return "the same licences, joined otherwise"
    parts = [f"also {', '.join(more)}"] if more else []
    return "; ".join([*parts, f"without {', '.join(less)}"] if less else parts)


def table(files: Sequence[Tagged], samples: int) -> str:
    """Return the share, and a line for each kind of difference, most frequent first, with samples."""
    same = sum(file.kind is None for file in files)
    lines = [
        f"{len(files):,} files with exactly one tag in their first {_LOOKED_AT:,} bytes; concluded as the tag says: "
        f"{same:,} ({same / len(files):.2%}); otherwise: {len(files) - same:,}.",
        "",
        "| files | kind | rules | samples |",
        "|--:|---|---|---|",
    ]
    for (kind, rules), group in _groups(files):
        shown = "; ".join(f"`{file.path}` ({file.tag})" for file in group[:samples])
        lines.append(f"| {len(group)} | {kind} | {', '.join(rules[:4]) or '-'} | {shown} |")
    return "\n".join(lines)


def _groups(files: Iterable[Tagged]) -> list[tuple[tuple[str, tuple[str, ...]], list[Tagged]]]:
    groups: dict[tuple[str, tuple[str, ...]], list[Tagged]] = defaultdict(list)
    for file in files:
        if file.kind:
            groups[file.kind, file.rules].append(file)
    return sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tree", type=Path, help="the source tree")
    parser.add_argument("--result", type=Path, metavar="FILE", help="result.json of a scan of the tree")
    parser.add_argument("--samples", type=int, default=2, metavar="N", help="samples of each kind (default: 2)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every file that differs to FILE")
    parser.add_argument("--jobs", type=int, default=2, help="processes for the scan (default: 2)")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        meaning = Meaning(Catalogue.load(license_records(Path(folder))))
        if given.result:
            result = json.loads(given.result.read_text(encoding="utf-8"))
        else:
            result = scan(given.tree, Path(folder) / "result", jobs=given.jobs)
    files = compare(given.tree, result, meaning)
    if not files:
        print(f"no file with exactly one tag in {given.tree}", file=sys.stderr)
        return 2
    if given.json:
        different = [asdict(file) for file in files if file.kind]
        given.json.write_text(json.dumps(different, indent=1, ensure_ascii=False), encoding="utf-8")
    print(table(files, given.samples))
    return 0


if __name__ == "__main__":
    sys.exit(main())
