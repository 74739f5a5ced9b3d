"""The documents: links lead somewhere, every command and format has its page, and figures of speech stay out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from licscan.cli import COMMANDS
from licscan.report import REPORTS
from tests.conftest import ROOT

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "fixtures").glob("*.md")])
MARKDOWN = MarkdownIt("commonmark").enable("table")


def tokens(path: Path) -> Iterator[tuple[str, str]]:
    """Yield ``("link", target)``, ``("heading", text)`` and ``("text", text)`` of a document; code is left out."""
    heading = False
    for token in MARKDOWN.parse(path.read_text(encoding="utf-8")):
        if token.type == "heading_open":
            heading = True
        for child in token.children or ():
            if child.type == "link_open":
                yield "link", str(child.attrs["href"])
        if token.type == "inline":
            kind = "heading" if heading else "text"
            parts = [child.content for child in token.children or () if child.type in ("text", "code_inline")]
            yield (
                kind,
                "".join(parts)
                if heading
                else " ".join(child.content for child in token.children or () if child.type == "text"),
            )
            heading = False


def anchors(path: Path) -> set[str]:
    """The anchors of a document's headings, as hosts make them."""
    texts = (text for kind, text in tokens(path) if kind == "heading")
    return {re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") for text in texts}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_within_the_repository_leads_somewhere(document: Path) -> None:
    broken = []
    for kind, target in tokens(document):
        if kind != "link" or re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        place = (document.parent / name).resolve() if name else document
        if not place.exists() or (anchor and place.suffix == ".md" and anchor not in anchors(place)):
            broken.append(target)
    assert broken == []


def test_a_link_to_nowhere_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# One two\n[b](b.md#x) [c](#one-two)\n")
    assert [target for kind, target in tokens(tmp_path / "a.md") if kind == "link"] == ["b.md#x", "#one-two"]
    assert anchors(tmp_path / "a.md") == {"one-two"}


# A command whose page has another name.
PAGES = {"facts": "configuration", "policy": "policies"}


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_has_a_page_that_shows_how_to_call_it(command: str) -> None:
    page = ROOT / "docs" / f"{PAGES.get(command, command)}.md"
    assert f"licscan {command}" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("report", sorted(REPORTS))
def test_every_format_is_described_on_one_of_three_pages(report: str) -> None:
    pages = [(ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("reports.md", "sbom.md", "notice.md")]
    name = "table" if report == "table" else report
    assert any(f"`{name}`" in page or f"`{name}[" in page or f"-o {name}" in page for page in pages)


def test_every_page_is_linked_from_the_readme_or_from_a_page_that_is() -> None:
    reached, new = {ROOT / "README.md"}, [ROOT / "README.md"]
    while new:
        page = new.pop()
        for kind, target in tokens(page):
            place = (page.parent / target.partition("#")[0]).resolve()
            if kind == "link" and place.suffix == ".md" and place.exists() and place not in reached:
                reached.add(place)
                new.append(place)
    pages = set((ROOT / "docs").glob("*.md"))
    assert sorted(path.name for path in pages - reached) == []


# Words of the style guide's table that documents no longer use. CHANGELOG.md is history, and the style guide names them.
RETIRED = re.compile(
    r"\b(told|untold|mend(?:ed|s|ing)?|owe[sd]?|nobody|somebody|goes out under|by whose word|no legal advice)\b",
    re.IGNORECASE,
)
SPEAKING = [
    path for path in DOCUMENTS if path.name not in ("CHANGELOG.md", "style.md") and "examples" not in path.parts
]


@pytest.mark.parametrize("document", SPEAKING, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_document_uses_standard_words(document: Path) -> None:
    texts = (text for kind, text in tokens(document) if kind != "link")
    assert sorted({match[0].lower() for text in texts for match in RETIRED.finditer(text)}) == []
