"""Spellings made comparable, and suggestions for those that are unknown."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_NO_WORD = re.compile(r"[\W_]+")


def plain(text: str) -> str:
    """Return ``text`` without case, accents and punctuation, its words one blank apart: "Côte d’Ivoire" is "cote d ivoire"."""
    marks = unicodedata.normalize("NFKD", text.casefold().replace("&", " and "))
    letters = "".join(letter for letter in marks if not unicodedata.combining(letter))
    return _NO_WORD.sub(" ", letters).strip()


def unknown(what: str, text: str, known: Iterable[str], where: str) -> ValueError:
    """Return the error for ``text``, which is no ``what``: with the nearest of ``known``, and ``where`` all of them are listed."""
    import difflib  # only who mistypes waits for it

    words = list(dict.fromkeys(known))
    near = difflib.get_close_matches(text.casefold(), words, n=3, cutoff=0.6)
    wanted = plain(text)
    if len(wanted) > 3:
        near += [word for word in words if wanted in plain(word).split() and word not in near][: 3 - len(near)]
    advice = f"did you mean {' or '.join(repr(word) for word in near)}?" if near else where
    return ValueError(f"{text[:60]!r} is no known {what}; {advice}" + (f" {where}" if near else ""))
