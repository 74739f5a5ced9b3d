"""What JavaScript and TypeScript load: calls by name, with literal names and constants of the same file."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import islice

from licscan.aimodel.reading import Reference, omitted
from licscan.aimodel.reference.calls import LOADERS, Loader, may_load, name_of
from licscan.aimodel.reference.literal import read_literals
from licscan.aimodel.reference.names import named
from licscan.aimodel.reference.served import served
from licscan.util.lazy_pattern import lazy
from licscan.util.syntax import LANGUAGES

# Where a text or a comment begins; what each of them goes on with.
_BEGINS = lazy(r"""["'`]|//|/\*|(?m:^[ \t]*\#)""")
_WITHIN = {
    quote: re.compile(rf"(?:[^{quote}\\{'' if quote == '`' else chr(92) + 'n'}]|\\.)*", re.DOTALL) for quote in "\"'`"
}
_CONSTANT = lazy(
    r"""(?<![\w$])([A-Za-z_$][\w$]{0,100})\s{0,20}(?::\s{0,20}\w{1,100}\s{0,20})?=\s{0,50}(?:[\w.$]{1,100}\s{0,20}(?:\|\||\?\?)\s{0,20})?["'`]([^"'`\n$]{1,200})["'`]"""
)
# Begins with letters that are known, so that the search leaps over all others; what stands before is looked at afterwards.
_CALL = lazy(rf"({'|'.join(LOADERS)})\s{{0,50}}(?:<[^<>()]{{0,200}}>)?\s{{0,50}}\(")
_OWNER = lazy(r"([\w$]+)\s*\.\s*\Z")
_BEFORE = 200
_LITERAL = lazy(r"""\s*["'`]([^"'`\n$]{1,200})["'`]\s*""")
_WORD = lazy(r"\s*([A-Za-z_$][\w$.]*)\s*")
_REVISION = lazy(r"""\brevision["']?\s{0,5}[:=]\s{0,5}["'`]([\w./-]{1,80})["'`]""")
_MAX_CALLS = 2_000  # in one file: a generated one may have more
_REACH = 2_000  # characters of arguments that are looked at


def read_script(text: str, language: str = "script") -> tuple[Reference, ...]:
    """Return what the file loads: what calls are given, and what other literals name."""
    loaded = _read_calls(text) if may_load(text) else ()
    known = {one.name for one in loaded}
    return (*loaded, *(one for one in read_literals(text, LANGUAGES[language]) if one.name not in known))


def _read_calls(text: str) -> tuple[Reference, ...]:
    code = without_comments(text)
    whole = (call for call in _CALL.finditer(code) if not _goes_on(code, call.start()))
    calls = list(islice(whole, _MAX_CALLS + 1))
    if not calls:
        return ()
    constants = {found[1]: found[2] for found in _CONSTANT.finditer(code)}
    stopped = [omitted(code.count("\n", 0, calls[-1].start()) + 1)] if len(calls) > _MAX_CALLS else []
    return (*stopped, *_loaded(code, calls[:_MAX_CALLS], constants))


def without_comments(text: str) -> str:
    """Return ``text`` with its lines and texts, and without comments. Whatever looks like a comment within a text is part of it.

    A quotation mark that nobody closes begins no text. Each place is looked at once: where one is not closed, no other of its kind
    up to there is.
    """
    parts: list[str] = []
    kept, at = 0, 0
    open_until = dict.fromkeys(_WITHIN, 0)
    last_end = text.rfind("*/")
    while begin := _BEGINS.search(text, at):
        start, mark = begin.start(), begin[0][-1] if begin[0] not in ("//", "/*") else begin[0]
        if mark in _WITHIN:
            at = start + 1
            if start < open_until[mark]:
                continue
            end = _end_of(_WITHIN[mark], text, at)
            if text.startswith(mark, end):
                at = end + 1
            else:
                open_until[mark] = end
            continue
        if mark == "/*" and last_end < start + 2:
            at = start + 2
            continue
        end = text.find("*/", start + 2) + 2 if mark == "/*" else text.find("\n", start)
        end = end if end > 0 else len(text)
        parts += (text[kept:start], _blank(text[start:end]))
        kept = at = end
    return "".join((*parts, text[kept:]))


def _end_of(within: re.Pattern[str], text: str, start: int) -> int:
    found = within.match(text, start)
    return found.end() if found else start


def _goes_on(code: str, position: int) -> bool:
    """Whether the word at ``position`` began before it: ``myPipeline``."""
    return position > 0 and (code[position - 1].isalnum() or code[position - 1] == "_")


def _loaded(code: str, calls: list[re.Match[str]], constants: dict[str, str]) -> Iterator[Reference]:
    starts = [found.end() for found in re.finditer("\n", code)]
    for call in calls:
        loader = LOADERS[call[1]]
        if loader.owner:
            owner = _OWNER.search(code[max(0, call.start() - _BEFORE) : call.start()])
            if owner is None or owner[1] != loader.owner:
                continue
        line = bisect_right(starts, call.start()) + 1
        parts = _split(code[call.end() : call.end() + _REACH])
        revision = _REVISION.search(",".join(parts))
        for text in _texts(parts, loader, constants):
            if closed := served(text):
                yield Reference(name=closed.name, line=line, service=closed.service)
            elif found := name_of(text, loader):
                use = named(text)
                yield Reference(
                    name=use.name if use and use.service else found[0],
                    line=line,
                    kind=loader.kind,
                    source=found[1],
                    revision=revision[1] if revision else None,
                    service=loader.service or (use.service if use else None),
                )


def _texts(parts: list[str], loader: Loader, constants: dict[str, str]) -> Iterator[str]:
    for position in loader.positions:
        if position < len(parts):
            yield from _text(parts[position], constants)
    inside = ",".join(parts)
    for keyword in (*loader.keywords, "repo"):
        for found in re.finditer(rf"""(?<![\w$])["']?{keyword}["']?\s*[:=]\s*([^,}})\n]+)""", inside):
            yield from _text(found[1], constants)


def _text(part: str, constants: dict[str, str]) -> Iterator[str]:
    literal, word = _LITERAL.fullmatch(part), _WORD.fullmatch(part)
    if literal:
        yield literal[1]
    elif word and (value := constants.get(word[1].rpartition(".")[2])):
        yield value


def _split(arguments: str) -> list[str]:
    """Return the arguments up to the bracket that closes the call."""
    parts: list[str] = []
    start, depth, quote = 0, 0, ""
    for position, character in enumerate(arguments):
        if quote:
            quote = "" if character == quote and arguments[position - 1] != "\\" else quote
        elif character in "\"'`":
            quote = character
        elif character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
            if depth < 0:
                return [*parts, arguments[start:position]]
        elif character == "," and depth == 0:
            parts.append(arguments[start:position])
            start = position + 1
    return [*parts, arguments[start:]]


def _blank(comment: str) -> str:
    return "\n" * comment.count("\n")
