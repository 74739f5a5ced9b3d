"""A card's ``license_link`` is followed to a file of the tree, and never out of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from licscan.core.finding import FileFinding
from tests.aimodel.conftest import Finder

FALCON = "falcon-2-11b-1.0"


def card(link: str) -> str:
    return f"---\nlicense: other\nlicense_link: {link}\nlibrary_name: transformers\n---\n# x\n"


def claims(find: Finder, link: str, path: str) -> dict[str, str | None]:
    finding = FileFinding(path=path, expression=FALCON)
    (model,) = find({"work/m/README.md": card(link), path: "terms\n"}, (finding,)).models
    return {claim.origin: claim.expression for claim in model.claims}


@pytest.mark.parametrize(
    ("link", "path"),
    [
        ("TERMS.txt", "work/m/TERMS.txt"),
        ("./TERMS.txt", "work/m/TERMS.txt"),
        ("docs/TERMS.txt", "work/m/docs/TERMS.txt"),
        ("../TERMS.txt", "work/TERMS.txt"),
        ("https://huggingface.co/someone/m/blob/main/TERMS.txt", "work/m/TERMS.txt"),
        ("https://huggingface.co/someone/m/resolve/main/docs/TERMS.txt", "work/m/docs/TERMS.txt"),
    ],
)
def test_a_link_to_a_file_of_the_tree_is_followed(link: str, path: str, find: Finder) -> None:
    assert claims(find, link, path)[path] == FALCON


@pytest.mark.parametrize(
    "link",
    [
        "../../../TERMS.txt",
        "/TERMS.txt",
        "~/TERMS.txt",
        "https://example.org/TERMS.txt",
        "https://huggingface.co/someone/another/blob/main/TERMS.txt",
        "file:///etc/passwd",
        "TERMS.txt%00",
    ],
)
def test_a_link_to_anything_else_is_not(link: str, find: Finder) -> None:
    assert FALCON not in claims(find, link, "work/m/TERMS.txt").values()


def test_what_lies_above_the_tree_is_not_opened(tmp_path: Path, find: Finder) -> None:
    outside = tmp_path.parent / "TERMS.txt"
    outside.write_text("terms\n")
    assert FALCON not in claims(find, "../../../TERMS.txt", "work/other/TERMS.txt").values()
