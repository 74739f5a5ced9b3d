"""The languages of reports: gettext catalogues, one folder a language, read from their ``.po`` files.

English is the language of the templates themselves. docs/audit.md tells how to add another.
"""

from __future__ import annotations

import io
import re
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from babel.dates import format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import Translations

from licscan.errors import UsageError

DOMAIN = "licscan"
SOURCE = "en"
_FOLDER = Path(__file__).parent
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class Language:
    """One language: its texts, its numbers, its dates."""

    def __init__(self, code: str, translations: Translations | None) -> None:
        self.code = code
        self._translations = translations

    @property
    def html_lang(self) -> str:
        return {"zh": "zh-Hans"}.get(self.code, self.code)

    def text(self, msgid: str) -> str:
        """Return ``msgid`` in this language; as it stands where the catalogue does not have it."""
        if not msgid or self._translations is None:
            return msgid
        return str(self._translations.ugettext(msgid))

    def fill(self, msgid: str, values: dict[str, str]) -> str:
        """Return ``msgid`` in this language with ``values`` in their places, in one pass."""
        return _PLACEHOLDER.sub(lambda place: values.get(place[1], place[0]), self.text(msgid))

    def number(self, number: float) -> str:
        return format_decimal(number, locale=self.code)

    def moment(self, time: str) -> str:
        """Return an ISO 8601 time in UTC for people; as it stands where it is none."""
        try:
            moment = datetime.fromisoformat(time.replace("Z", "+00:00"))
        except ValueError:
            return time
        return f"{format_datetime(moment, 'yyyy-MM-dd HH:mm', locale=self.code)} UTC"


@lru_cache(maxsize=8)
def language(code: str) -> Language:
    """Return the language ``code``; raise ``UsageError`` naming those that there are."""
    if code == SOURCE:
        return Language(code, None)
    if code not in languages():
        raise UsageError(f"there is no language {code!r}", where="--lang", hint=f"languages: {', '.join(languages())}")
    with _catalogue(_FOLDER / code).open("rb") as file:
        catalogue = read_po(file)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Language(code, Translations(compiled, domain=DOMAIN))


@lru_cache(maxsize=1)
def languages() -> tuple[str, ...]:
    """Return the codes of all languages, the source language first."""
    found = (folder.name for folder in _FOLDER.iterdir() if _catalogue(folder).is_file())
    return (SOURCE, *sorted(found))


def _catalogue(folder: Path) -> Path:
    return folder / "LC_MESSAGES" / f"{DOMAIN}.po"
