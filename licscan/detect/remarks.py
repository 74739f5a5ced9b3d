"""Finds remarks in texts: code from elsewhere, terms of what is sold, licence keys, terms of contributions, parameters of BUSL-1.1."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from licscan.core.finding import FileKind
from licscan.core.issue import Issue
from licscan.core.location import Location
from licscan.core.remark import Remark, RemarkKind
from licscan.core.selection import SelectedFile
from licscan.core.text import one_line
from licscan.util.lazy_pattern import lazy
from licscan.util.regular_files import read_regular
from licscan.util.syntax import COMMENT, language_for, regions
from licscan.workers import LIGHT_SIZE, RunWork, Work, run_here

_MAX_SIZE = 1024 * 1024
_NO_TEXT = (FileKind.BINARY, FileKind.EMPTY)
_MOST = 20  # remarks of one kind in one file
_LINE = 400  # characters of a line that are looked at
_QUOTED = 200

# ---- Code from elsewhere ------------------------------------------------------------------------------------------------------------------
_ORIGIN_WORDS = (b"from", b"based on", b"port of", b"fork of")
_BETWEEN = r"(?:\s+[\w'`\"-]+){0,4}?\s+"
# "Adapted from the name of a project" says enough; "taken from" has to name an address, a repository or a licence.
_NAMED = lazy(rf"\b(?:adapted|ported|borrowed|transliterated|forked|backported)(?:{_BETWEEN}|\s+)from\b:?\s*(.{{3,200}})|\bport of\b\s+(.{{3,200}})", re.IGNORECASE)  # fmt: skip
_ADDRESSED = lazy(rf"\b(?:taken|copied|derived|lifted|stolen|extracted|modified|translated|code|implementation)(?:{_BETWEEN}|\s+)from\b:?\s*(.{{3,200}})|\b(?:loosely\s+|heavily\s+|partly\s+)?based (?:up)?on\b:?\s*(.{{3,200}})|\bfork of\b\s+(.{{3,200}})", re.IGNORECASE)  # fmt: skip
_ADDRESS = lazy(r"https?://[^\s<>\"'`)\]}]{4,200}", re.IGNORECASE)
_CODE_ADDRESS = lazy(
    r"https?://(?:www\.|gist\.|raw\.)?(?:github(?:usercontent)?\.com|gitlab\.[\w.-]+|bitbucket\.org|codeberg\.org|sourceforge\.net|stackoverflow\.com"
    r"|[\w-]+\.stackexchange\.com|codepen\.io|jsfiddle\.net|gitee\.com|sourceware\.org|cgit\.[\w.-]+|git\.[\w.-]+|svn\.[\w.-]+)/[^\s<>\"'`)\]}]{3,200}",
    re.IGNORECASE,
)
_LICENSED = lazy(r"\b(?:A?GPL|LGPL|MPL|EPL|CDDL|BSD|MIT|Apache|ISC|CC[- ]BY|licen[sc]ed under)\b", re.IGNORECASE)
_SENTENCE = lazy(r"[.;]\s|,\s|\s-+\s")
_SOURCE = 80
_A_NAME = lazy(r"(?:the\s+)?(?:[\w.-]+/[\w.-]+\b|`?[A-Z][\w.+-]{2,})")

# ---- Terms, keys, contributions -----------------------------------------------------------------------------------------------------------
_KEY = lazy(
    r"\b(?P<how>set_?licen[sc]e_?key|register_?licen[sc]e|(?:\w{0,40}_)?licen[sc]e_?key)\b[\"']?\s*(?:[:=]>?|\()\s*[\"'](?P<key>[^\"'\s]{12,4000})[\"']",
    re.IGNORECASE,
)
_NO_KEY = lazy(r"\$\{|process\.env|^<|x{5}|\*{4}|your|example|placeholder|changeme|dummy|test|mock|fake|sample|licen[sc]e[_.-]?key", re.IGNORECASE)  # fmt: skip
_TRIED = lazy(
    r"(^|/)(tests?|__tests__|specs?|e2e|fixtures?|mocks?|__mocks__|playwright|cypress)/|[._-](test|spec|stories|mock)s?\.",
    re.IGNORECASE,
)
_EVALUATION = lazy(r"evaluation|non-commercial|trial", re.IGNORECASE)
_CONTRIBUTIONS = lazy(
    r"\b(contributor licen[sc]e agreement|contributor agreement|developer certificate of origin|copyright assignment|assign(?:s|ed)? (?:all )?(?:your |the )?"
    r"copyright)\b",
    re.IGNORECASE,
)
_MENTIONS = (FileKind.PROSE, FileKind.DATA, FileKind.MANIFEST)  # what speaks of a product is no copy of it
_PROSE = (FileKind.PROSE, FileKind.LEGAL, FileKind.OTHER)

# ---- Ciphers and marks --------------------------------------------------------------------------------------------------------------------
_CIPHER_WORDS = (b"cipher", b"aes", b"encrypt", b"chacha20", b"secretbox")
_CIPHER = lazy(
    r"\b(aes)[-_ ]?(?:128|192|256)?[-_](gcm|cbc|ctr|ecb|cfb|ofb|xts|ccm|siv)\b|\bEVP_(aes|des|chacha20|camellia|aria|sm4)_\w+|\b(?:algorithms|Cipher)\.(AES|ChaCha20|TripleDES|"
    r"Blowfish|Camellia|ARC4)\b|\b(?:getInstance|createCipheriv|createDecipheriv)\(\s*[\"'](AES|DESede|DES|ChaCha20|RSA|Blowfish|SM4)(?![-_]\d)|\b(AES|DES3|ChaCha20)\.new\("
    r"|\b(AES)-(GCM|CBC|CTR|KW)\b|\b(RSA)-OAEP\b|\bcrypto_(secretbox|box|aead)\w*\(",
    re.IGNORECASE,
)
_TRADEMARK = lazy(r"\b(?:is|are)\s+(?:an?\s+)?(?:registered\s+)?(?:trademarks?|service marks?)(?:\s+or\s+registered\s+trademarks?)?\s+of\s+(?:the\s+)?([A-Z][\w&.,' -]{2,60})")  # fmt: skip

# ---- BUSL-1.1 -----------------------------------------------------------------------------------------------------------------------------
_PARAMETER = lazy(
    r"[\s#*/>-]{0,20}(Licensor|Licensed Work|Additional Use Grant|Change Date|Change License)\s{0,20}:[ \t]*(.*)"
)
_PARAMETERS_END = lazy(r"[\s#*/>]*(?:-{3,}|Terms\b|Notice\b|For information about|$)")
_BUSL_LINES = 80
_LONGEST_PARAMETER = 500


class RemarksWork(Work[SelectedFile, "tuple[Remark, ...] | Issue"]):
    """Looks for remarks; ``sold`` are addresses and banners of terms, with the publisher that each belongs to."""

    name = "the search for remarks"
    batch = 256

    def __init__(self, sold: Sequence[tuple[str, str]]) -> None:
        self._sold = [(mark.lower().encode(), publisher) for mark, publisher in sold]

    def do(self, item: SelectedFile) -> tuple[Remark, ...] | Issue:
        try:
            content = read_regular(item.location, _MAX_SIZE)
        except OSError:
            return ()
        return tuple(find_remarks(item.file.path, item.file.kind, content, self._sold))

    def path(self, item: SelectedFile) -> str:
        return item.file.path

    def is_light(self, item: SelectedFile) -> bool:
        return item.file.size <= LIGHT_SIZE

    def refused(self, item: SelectedFile, issue: Issue) -> tuple[Remark, ...] | Issue:
        return issue


def remarks_in(
    files: Iterable[SelectedFile], sold: Sequence[tuple[str, str]], run: RunWork = run_here
) -> tuple[tuple[Remark, ...], tuple[Issue, ...]]:
    """Return the remarks in text files, and what could not be read."""
    wanted = [file for file in files if file.file.kind not in _NO_TEXT and file.file.size <= _MAX_SIZE]
    found: list[Remark] = []
    issues: list[Issue] = []
    for answer in run(RemarksWork(sold), wanted):
        if isinstance(answer, Issue):
            issues.append(answer)
        else:
            found += answer
    return tuple(found), tuple(issues)


def find_remarks(path: str, kind: FileKind, content: bytes, sold: Iterable[tuple[bytes, str]] = ()) -> Iterator[Remark]:
    """Yield the remarks of one text. Most texts hold none of the words, so that no pattern is tried on them."""
    lowered = content.lower()
    near = [(mark, publisher) for mark, publisher in sold if mark in lowered] if kind not in _MENTIONS else []
    has_origin = kind is FileKind.CODE and any(word in lowered for word in _ORIGIN_WORDS)
    has_key = b"licen" in lowered and (b"key" in lowered or b"register" in lowered) and not _TRIED.search(path)
    has_terms = kind in _PROSE and (
        b"contributor" in lowered or b"certificate of origin" in lowered or b"copyright" in lowered
    )
    has_parameters = b"business source license" in lowered and b"change date" in lowered
    has_cipher = kind is FileKind.CODE and any(word in lowered for word in _CIPHER_WORDS)
    has_mark = b"trademark" in lowered or b"service mark" in lowered
    if not (near or has_origin or has_key or has_terms or has_parameters or has_cipher or has_mark):
        return
    text = content.decode("utf-8", "replace")
    lines = text.split("\n")
    if has_origin:
        yield from _first(_adapted(path, text))
    for mark, publisher in near:
        yield from _first(_lines_with(path, lines, RemarkKind.TERMS, _holds(mark.decode()), publisher))
    if has_key:
        yield from _first(_keys(path, lines))
    if has_terms:
        yield from _first(
            _lines_with(path, lines, RemarkKind.CONTRIBUTIONS, lambda line: bool(_CONTRIBUTIONS.search(line)))
        )
    if has_cipher:
        yield from _first(_named(path, lines, RemarkKind.CIPHER, _cipher))
    if has_mark:
        yield from _first(_named(path, lines, RemarkKind.TRADEMARK, _holder_of_mark))
    if has_parameters:
        yield from _parameters(path, lines)


def _holds(mark: str) -> Callable[[str], bool]:
    return lambda line: mark in line.lower()


def _first(found: Iterator[Remark]) -> Iterator[Remark]:
    for _, remark in zip(range(_MOST), found, strict=False):
        yield remark


def _lines_with(
    path: str, lines: Sequence[str], kind: RemarkKind, fits: Callable[[str], bool], name: str = ""
) -> Iterator[Remark]:
    for number, line in enumerate(lines, 1):
        for start in range(0, min(len(line), _MAX_SIZE), _LINE):  # a minified file is one line
            piece = line[max(0, start - 100) : start + _LINE]
            if fits(piece):
                yield _remark(path, number, kind, name, piece)
                break


def _named(path: str, lines: Sequence[str], kind: RemarkKind, named: Callable[[str], str]) -> Iterator[Remark]:
    """One remark for each name that ``named`` finds in the lines."""
    seen: set[str] = set()
    for number, line in enumerate(lines, 1):
        name = named(line[:_LINE])
        if name and name not in seen:
            seen.add(name)
            yield _remark(path, number, kind, name, line[:_LINE])


def _cipher(line: str) -> str:
    """Return the cipher that a line calls for, with its mode where it names one."""
    found = [[group.upper() for group in match.groups() if group] for match in _CIPHER.finditer(line)]
    if not found:
        return ""
    named = max(found, key=len)
    return "NaCl" if named[0] in ("SECRETBOX", "BOX", "AEAD") else "-".join(named)


def _holder_of_mark(line: str) -> str:
    match = _TRADEMARK.search(line)
    return _phrase(match[1]) if match else ""


def _adapted(path: str, text: str) -> Iterator[Remark]:
    """Comments that say where code comes from; what a string or the code itself says is no such statement."""
    language = language_for(path, text.partition("\n")[0])
    if language is None:
        return
    line, counted = 1, 0
    for begin, end, kind in regions(text, language):
        if kind != COMMENT:
            continue
        line += text.count("\n", counted, begin)
        counted = begin
        for offset, each in enumerate(text[begin:end].split("\n")):
            source = _source(each[:_LINE])
            if source:
                yield _remark(path, line + offset, RemarkKind.ADAPTED, source, each)


def _source(line: str) -> str:
    """Return what a line of a comment names as the source of code; nothing where it names none."""
    match = _NAMED.search(line)
    if match:
        rest = next(filter(None, match.groups()))
        address = _ADDRESS.search(rest)
        if address:
            return _plain(address[0])
        named = _A_NAME.match(rest)
        return _phrase(rest) if named or _LICENSED.search(rest) else ""
    match = _ADDRESSED.search(line)
    if match:
        rest = next(filter(None, match.groups()))
        address = _CODE_ADDRESS.search(rest)
        if address:
            return _plain(address[0])
        return _phrase(rest) if _LICENSED.search(rest) and _A_NAME.match(rest) else ""
    return ""


def _phrase(rest: str) -> str:
    """Return what is named up to the end of the sentence."""
    return _plain(_SENTENCE.split(rest, maxsplit=1)[0][:_SOURCE])


def _plain(text: str) -> str:
    return one_line(text.strip().rstrip(".,;:*/ "), _QUOTED)


def _keys(path: str, lines: Sequence[str]) -> Iterator[Remark]:
    for number, line in enumerate(lines, 1):
        for match in _KEY.finditer(line[: 10 * _LINE]):
            if _EVALUATION.search(match["key"]):
                yield Remark(
                    kind=RemarkKind.KEY,
                    location=Location(path=path, start_line=number, end_line=number),
                    name="evaluation",
                )
            elif not _NO_KEY.search(match["key"]):
                yield Remark(
                    kind=RemarkKind.KEY,
                    location=Location(path=path, start_line=number, end_line=number),
                    name=match["how"],
                )


def _parameters(path: str, lines: Sequence[str]) -> Iterator[Remark]:
    """The parameters that stand above the terms of BUSL-1.1, each with the lines that continue it."""
    name, value, start = "", "", 0
    for number, line in enumerate([*lines[:_BUSL_LINES], ""], 1):
        match = _PARAMETER.match(line[:_LINE])
        ends = number > start and bool(name) and (bool(match) or bool(_PARAMETERS_END.match(line[:_LINE])))
        if ends and (value.strip() or match):
            if value.strip():
                yield Remark(kind=RemarkKind.PARAMETER, location=Location(path=path, start_line=start, end_line=number - 1), name=name,
                             text=one_line(value, _LONGEST_PARAMETER))  # fmt: skip
            name, value = "", ""
        if match:
            name, value, start = match[1], match[2], number
        elif name:
            value = f"{value} {line[:_LINE].strip(' #*/>')}"[: 2 * _LONGEST_PARAMETER]


def _remark(path: str, line: int, kind: RemarkKind, name: str, text: str) -> Remark:
    location = Location(path=path, start_line=line, end_line=line)
    return Remark(kind=kind, location=location, name=name, text=one_line(text.strip(" \t*/#<!->;%"), _QUOTED))
