"""What a card says in its text: what the model is, who made it, what it is for and where it fails."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

_MAX_TEXT = 600
_MAX_BODY = 200_000
# No pattern looks further than some hundred characters, and of a section its beginning is read: a card may be anybody's.
_MAX_SECTION = 5_000
_HEADING = re.compile(r"^(#{1,6})[ \t]{1,10}([^\n]{1,200})", re.MULTILINE)
_KINDS = (
    ("ethics", re.compile(r"ethic|\bbias|\brisk|safety|harm", re.IGNORECASE)),
    ("limitation", re.compile(r"limitation|out[- ]of[- ]scope|misuse", re.IGNORECASE)),
    ("use", re.compile(r"intended use|direct use|downstream use|use cases?\b|^uses?\b", re.IGNORECASE)),
)
_DEVELOPED = re.compile(
    r"^[^\w\n]{0,10}(?:developed|created|trained|made|authored) by[^\w\n]{1,10}([^\n]{1,200})",
    re.IGNORECASE | re.MULTILINE,
)
_MARKS = re.compile(r"<[^<>]{1,200}>|!\[[^\]]*\]\([^)]*\)|\[More Information Needed\]|<!--.*?-->", re.DOTALL)
_LINK = re.compile(r"\[([^\]]{1,200})\]\([^)]{1,500}\)")


class CardBody(Struct, frozen=True, kw_only=True):
    """``considerations`` are pairs of a kind (use, limitation or ethics) and the first words of what the card says of it."""

    description: str | None = None
    authors: tuple[str, ...] = ()
    considerations: tuple[tuple[str, str], ...] = ()


def read_body(text: str) -> CardBody:
    """Return what the text of a card after its front matter says."""
    body = text[:_MAX_BODY]
    sections = list(_sections(body))
    considerations = tuple(
        dict.fromkeys(
            (kind, words) for title, content in sections if (kind := _kind(title)) and (words := _words(content))
        )
    )
    described = (words for title, content in sections if not _kind(title) and (words := _words(content)))
    authors = tuple(dict.fromkeys(_words(found[1]) for found in _DEVELOPED.finditer(body) if _words(found[1])))
    return CardBody(description=next(described, None), authors=authors[:5], considerations=considerations[:12])


def _sections(body: str) -> Iterator[tuple[str, str]]:
    headings = list(_HEADING.finditer(body))
    first = headings[0].start() if headings else len(body)
    yield "", body[: min(first, _MAX_SECTION)]
    for number, heading in enumerate(headings):
        end = headings[number + 1].start() if number + 1 < len(headings) else len(body)
        yield heading[2].strip("# \t"), body[heading.end() : min(end, heading.end() + _MAX_SECTION)]


def _kind(title: str) -> str | None:
    return next((kind for kind, pattern in _KINDS if pattern.search(title)), None)


def _words(content: str) -> str:
    """Return the first paragraph with words in it, on one line, without markup."""
    plain = _LINK.sub(r"\1", _MARKS.sub(" ", content))
    for paragraph in re.split(r"\n\s*\n", plain):
        words = " ".join(paragraph.replace("*", "").replace("`", "").split())
        if sum(letter.isalpha() for letter in words) > 10 and not words.startswith(("|", "```", "[!", "http")):
            return words if len(words) <= _MAX_TEXT else f"{words[: _MAX_TEXT - 1].rsplit(' ', 1)[0]}…"
    return ""
