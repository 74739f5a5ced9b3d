"""What translators get: every text of the audit, the policies, the vocabulary and the licence catalogue, as a gettext template.

``python -m licscan.locale.extract`` writes ``licscan.pot`` beside this file and brings each ``.po`` up to date.
"""

from __future__ import annotations

import ast
import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from licscan.classify.reasons import packaged_reasons
from licscan.classify.terms import packaged_terms
from licscan.duediligence.encryption import libraries
from licscan.duediligence.law_register import law_points
from licscan.locale import DOMAIN
from licscan.policy.codes import CODES
from licscan.policy.load import READY_MADE, load_policy

_PACKAGE = Path(__file__).parent.parent
# Function that marks a text -> which of its arguments is the text.
_KEYWORDS = {"say": 0, "mark": 0, "message": 1}
# Methods of what renders a document, in the one report that is translated.
_OF_THE_REPORT = {"text": 0, "_text": 0}
_TEMPLATE_KEYWORDS = {"_": None}


def catalogue() -> Catalog:
    """Return every text that a report may show, with where it stands."""
    found = Catalog(project="licscan", charset="utf-8", fuzzy=False)
    for msgid, place in messages():
        if msgid:
            found.add(msgid, locations=[(place, 0)])
    return found


def messages() -> Iterator[tuple[str, str]]:
    """Yield each text and where it stands: code, templates, policies, vocabulary, reasons for classes, finding codes."""
    for path in sorted(_PACKAGE.rglob("*.py")):
        yield from ((text, path.relative_to(_PACKAGE).as_posix()) for _, text, _ in texts_of(path))
    for template in sorted((_PACKAGE / "report/duediligence/templates").glob("*.j2")):
        with template.open("rb") as stream:
            for _, msgid, _, _ in extract(
                "jinja2.ext:babel_extract", stream, _TEMPLATE_KEYWORDS, options={"trimmed": "true"}
            ):
                yield str(msgid), template.name
    for name in READY_MADE:
        policy = load_policy(name)
        yield policy.title, f"policies/{name}.yaml"
        for rule in policy.rules:
            yield rule.message, f"policies/{name}.yaml"
            yield rule.how_to_fix, f"policies/{name}.yaml"
    for term in packaged_terms().terms.values():
        yield term.title, "rules/terms.yaml"
        yield term.meaning, "rules/terms.yaml"
    yield from _of_registers()
    for reason, file in packaged_reasons():
        yield reason, f"rules/{file}"
    for code in CODES:
        yield code.description, "policy/codes.py"


def _of_registers() -> Iterator[tuple[str, str]]:
    for point in law_points():
        yield point.section, "rules/law.toml"
        yield point.states, "rules/law.toml"
    for library in libraries():
        yield library.holds, "rules/encryption.toml"


def texts_of(path: Path) -> Iterator[tuple[str, str, int]]:
    """Yield id, text and line of each call that marks a text: calls inside f-strings and inside other calls too, which a reader
    of tokens misses. The id is empty where the call names none."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    is_of_report = "duediligence" in path.parts or path.name == "audit.py"
    keywords = _KEYWORDS | _OF_THE_REPORT if is_of_report else _KEYWORDS
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if name not in keywords or len(call.args) <= keywords[name]:
            continue
        given = [item.value if isinstance(item, ast.Constant) else None for item in call.args]
        text = given[keywords[name]]
        if isinstance(text, str):
            yield str(given[0]) if name == "message" else "", text, call.lineno


def updated(old: bytes, template: Catalog) -> bytes:
    """Return the catalogue in ``old`` with the texts of ``template``: what is gone is dropped, what is new is empty."""
    translated = read_po(io.BytesIO(old))
    translated.update(template, no_fuzzy_matching=True, update_creation_date=False)
    target = io.BytesIO()
    write_po(target, translated, omit_header=False, sort_output=True, no_location=True, ignore_obsolete=True, width=0)
    return target.getvalue()


def main() -> None:
    """Write the template and bring each language up to date."""
    template = catalogue()
    folder = Path(__file__).parent
    with (folder / f"{DOMAIN}.pot").open("wb") as stream:
        write_po(stream, template, omit_header=True, sort_output=True, no_location=True, width=0)
    for path in sorted(folder.glob(f"*/LC_MESSAGES/{DOMAIN}.po")):
        path.write_bytes(updated(path.read_bytes(), template))


if __name__ == "__main__":
    main()
