"""What code in any language names: its string literals, with the words before them; comments are told apart by the lexer.

A literal counts whose form proves it, or whose owner or family publishes models. What stands before says whether a loader or a setting
takes it, or something that only speaks of it: a comparison, a message, an import.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from msgspec.structs import replace

from licscan.aimodel.reading import Reference, Source
from licscan.aimodel.reference.names import (
    ADDRESS,
    ON_HUB_ONLY,
    Named,
    address,
    canonical,
    in_ollama,
    named,
    reference_of,
    scored,
)
from licscan.aimodel.reference.served import TAKES, Served, served
from licscan.aimodel.reference.setting import setting
from licscan.aimodel.reference.shell import commands_in
from licscan.core.aimodel import AiModelKind
from licscan.util.lazy_pattern import lazy
from licscan.util.syntax import COMMENT, STRING, Language, regions

_QUOTED = lazy(r"""(["'`])([A-Za-z0-9@][\w.@:/+-]{1,250})\1""")
_BEFORE = 160
# What only speaks of a name: a comparison, a message, an import, a place where something is put.
_SPOKEN_OF = lazy(
    r"(?:(?<![\w.:])from\s{0,20}|(?:[=!]==?|~=|\bin|\bis|\bcase|\beq|\bimport|\brequire\s{0,5}\(|\binclude\s{0,5}\(?"
    r"|(?:starts?_?with|ends?_?with|includes?|contains?|equals\w{0,20}|has_?(?:prefix|suffix))\s{0,5}\("
    r"|\b(?:print\w{0,10}|puts|echo|warn|console\.\w{1,10}|log(?:ger|ging)?\.\w{1,20}|fmt\.\w{1,20})\s{0,5}\(?)\s{0,20}[({\[]?)[rbfu]?\Z",
    re.IGNORECASE,
)
_IDENTIFIER = lazy(
    r"""([A-Za-z_$@][\w$.-]{0,80})["'`]?\]?\s{0,20}(?:\??:\s{0,20}[\w&<>?\[\]' ]{1,40}?\s{0,20})?(?:=>|\?\?=|:=|\?=|[:=(,\[{|])"""
)
_ATTRIBUTE = lazy(r"@(\w{1,80})\s{1,10}\Z")
# Names of variables and fields that hold no name to load.
NOT_LOADED = lazy(
    r"(?:.*[_.])?(?:cache|output|save|local|log)_?dir|(?:.*[_.])?(?:example|text|prompt|title|description|label|message|help|placeholder"
    r"|comment|doc|hub_model_id|push_to_hub|image|image_?name|package|github|git_?hub_?repo|repository_?url|homepage)(?:_.*)?",
    re.IGNORECASE,
)
_LOADS = lazy(
    r"from_?pretrained|snapshot_?download|hf_?hub_?(?:download|url)|:hf\b|repo(?:sitory)?_?id|hf_?(?:model|repo)(?:_?(?:id|name))?\b|hugging_?face"
    r"_?(?:model|repo)|pretrained_?model|\bapi\s{0,5}\.\s{0,20}(?:model|dataset)\s{0,5}\(|\bRepo::\w{1,20}\(|sentence_?transformer|download_?(?:model|artifact|weight|checkpoint)|\bpipeline|hf_load",
    re.IGNORECASE,
)
_HUB = lazy(
    r"model|llm|checkpoint|hugging|\bhf|tokeni[sz]er|pipeline|embed|pretrained|\bmlx|vllm|repo_?id|whisper|diffus|bumblebee",
    re.IGNORECASE,
)
_HUB_FILE = lazy(
    r"hf_hub|huggingface|bumblebee|transformers|candle|from_pretrained|\.onnx\b|\.gguf\b|safetensors|embedding",
    re.IGNORECASE,
)
# Names of variables for a name on a hub, in a file that uses one.
_PLACE = lazy(r"@?(?:.*_)?(?:repo|id|name|path|weights|base)", re.IGNORECASE)
_DATA = lazy(r"dataset|load_data|:datasets?\b|corpus", re.IGNORECASE)
_MODEL = lazy(r"model|llm", re.IGNORECASE)
_OF_MODEL = lazy(r"provider|type|family|kind|owner|vendor", re.IGNORECASE)
# A value of Spring's with its default: "${app.model:llama3.1}".
_WITH_DEFAULT = lazy(r"\$\{([\w.-]{1,100}):([^}\s\"']{2,200})\}")
_OLLAMA_FILE = lazy(r"ollama|\b11434\b", re.IGNORECASE)
_OLLAMA_CALL = lazy(r"ollama\w{0,60}\s{0,5}(?:\(|::new\()[^;{}]{0,120}\Z", re.IGNORECASE)
_COMMAND = lazy(r"huggingface-cli|\bhf download|\bollama (?:pull|run)|vllm serve|--model|-hf ")
_REVISION = lazy(r"""\A[^;\n]{0,200}?\brevision["']?\s{0,5}[:=]\s{0,5}["']([\w./-]{1,80})["']""")


def read_literals(text: str, language: Language) -> tuple[Reference, ...]:
    """Return what the literals of ``text`` name, outside of comments."""
    found = list(regions(text, language))
    code = _without_comments(text, [one for one in found if one[2] == COMMENT])
    strings = [one for one in found if one[2] == STRING]
    named_here = tuple(_Literals(code, [one[0] for one in strings], [one[1] for one in strings]).read())
    # A file of weights is one of the model that the code names, where it names any.
    return tuple(one for one in named_here if not is_file(one)) or named_here


def is_file(reference: Reference) -> bool:
    """Whether ``reference`` is the name of a file of weights, which is perhaps its model's."""
    return not reference.sure and WEIGHTS.fullmatch(reference.name) is not None


def mention(before: str) -> bool:
    """Whether the code ``before`` a literal makes it something that is spoken of and not used."""
    if _SPOKEN_OF.search(before):
        return True
    return NOT_LOADED.fullmatch(_key(before)) is not None


class _Literals:
    """``begins`` and ``ends`` are those of the strings in ``code``, which has no comments."""

    def __init__(self, code: str, begins: list[int], ends: list[int]) -> None:
        self._code = code
        self._begins = begins
        self._ends = ends
        self._lines = [one.end() for one in re.finditer("\n", code)]
        self._scored = scored(code)
        self._in_ollama = _OLLAMA_FILE.search(code) is not None
        self._on_hub = _HUB_FILE.search(code) is not None

    def read(self) -> Iterator[Reference]:
        for literal in _QUOTED.finditer(self._code):
            if closed := served(literal[2]):
                yield from self._served(closed, literal)
                continue
            use = named(literal[2])
            if use and use.name in self._scored:
                continue
            bare = None if use else self._bare(literal[2])
            if use is None and bare is None:
                continue
            before = self._code[max(0, literal.start() - _BEFORE) : literal.start()]
            if (
                use
                and not use.form
                and not use.published
                and not _LOADS.search(before[-80:])
                and not _key_loads(before)
            ):
                continue
            if mention(before) or self._is_key(literal, before) or self._is_quoted_prose(literal, before):
                continue
            line = self._line(literal.start())
            if use:
                yield reference_of(
                    self._with_context(use, literal, before), line, sure=use.form or self._is_taken(use, before)
                )
            elif bare:
                yield from self._of_bare(bare, literal[2], before, line)
        yield from self._in_strings()

    def _served(self, use: Served, literal: re.Match[str]) -> Iterator[Reference]:
        before = self._code[max(0, literal.start() - _BEFORE) : literal.start()]
        if mention(before) or self._is_key(literal, before) or self._is_quoted_prose(literal, before):
            return
        if TAKES.search(before[-100:]) and not _OF_MODEL.search(_key(before)):
            yield Reference(name=use.name, line=self._line(literal.start()), service=use.service)

    def _bare(self, text: str) -> Reference | None:
        """Return what a text without an owner can name, where the file speaks of what it would be a name of."""
        if self._in_ollama and in_ollama(text):
            return Reference(name=text, line=0, source=Source.OLLAMA)
        if WEIGHTS.fullmatch(text):
            return Reference(name=text, line=0, sure=False)
        name = canonical(text) if self._on_hub else None
        return Reference(name=name, line=0) if name else None

    def _of_bare(self, bare: Reference, text: str, before: str, line: int) -> Iterator[Reference]:
        if bare.source is Source.OLLAMA:
            known = self._of_ollama(text, before) is not None
        else:
            known = not bare.sure or _HUB.search(before) is not None
        if known:
            yield Reference(name=bare.name, line=line, source=bare.source, sure=bare.sure)

    def _with_context(self, use: Named, literal: re.Match[str], before: str) -> Named:
        """Return ``use`` with the kind and the revision that stand around it."""
        after = _REVISION.match(self._code, literal.end(), literal.end() + 400)
        is_data = _DATA.search(before[-60:]) and not _MODEL.search(_key(before))
        return replace(
            use,
            kind=AiModelKind.DATASET if is_data else use.kind,
            revision=use.revision or (after[1] if after else None),
        )

    def _is_taken(self, use: Named, before: str) -> bool:
        """Whether a loader or a setting for models takes the name: any name of one, of a publisher's in a looser context."""
        if _LOADS.search(before[-80:]) or (self._on_hub and _key_loads(before)):
            return True
        if use.name.partition("/")[0].lower() in ON_HUB_ONLY:
            return True
        return use.published and (
            _HUB.search(before) is not None or (self._on_hub and _PLACE.fullmatch(_key(before)) is not None)
        )

    def _of_ollama(self, text: str, before: str) -> str | None:
        name = in_ollama(text)
        if name is None:
            return None
        key = _key(before)
        if ":" in name or any(character.isdigit() for character in name):
            return name
        if key.lower() == "ollama" or (_MODEL.search(key) and not _OF_MODEL.search(key)) or _OLLAMA_CALL.search(before):
            return name
        return None

    def _is_key(self, literal: re.Match[str], before: str) -> bool:
        """Whether a value follows: the name is a key of a table. After a question mark it is one of two values."""
        after = self._code[literal.end() : literal.end() + 20].lstrip()
        if after.startswith(("=>", "==", "!=")):
            return True
        return after.startswith(":") and not after.startswith("::") and not before.rstrip().endswith("?")

    def _is_quoted_prose(self, literal: re.Match[str], before: str) -> bool:
        """Whether the literal is a quotation within a longer text, and no value of a setting there."""
        number = bisect_right(self._begins, literal.start()) - 1
        if number < 0 or literal.start() >= self._ends[number] or literal.start() <= self._begins[number] + 2:
            return False
        return not (_key_loads(before) or _LOADS.search(before[-40:]))

    def _in_strings(self) -> Iterator[Reference]:
        """Yield what addresses, commands and defaults within longer texts fetch or set."""
        for found in _WITH_DEFAULT.finditer(self._code):
            yield from setting(
                found[1], found[2], self._line(found.start()), local=self._in_ollama or "ollama" in found[1]
            )
        for found in ADDRESS.finditer(self._code):
            use = address(found[0])
            if use and use.form:
                yield reference_of(use, self._line(found.start()), sure=True)
        for begin, end in zip(self._begins, self._ends, strict=True):
            text = self._code[begin + 1 : end - 1]
            if _COMMAND.search(text):
                first = self._line(begin)
                for one in commands_in(text):
                    yield Reference(
                        name=one.name,
                        line=first + one.line - 1,
                        kind=one.kind,
                        source=one.source,
                        sure=one.sure,
                        revision=one.revision,
                        service=one.service,
                    )

    def _line(self, place: int) -> int:
        return bisect_right(self._lines, place) + 1


def _key(before: str) -> str:
    """Return the name nearest before a literal, that it is given to: ``model`` of ``model: "``."""
    before = _WRAPPED.sub("", before)
    attribute = _ATTRIBUTE.search(before[-100:])
    if attribute:
        return attribute[1]
    last = ""
    for found in _IDENTIFIER.finditer(before[-100:]):
        last = found[1]
    return last.rpartition(".")[2] if last.rpartition(".")[2] else last


_MODEL_KEY = lazy(
    r"""(?:["']?(?:model|repo(?:sitory)?_?id|base_?model)|(?<![\w.-])[\w.-]{0,60}model[_-]?(?:id|name|code|repo(?:_?id)?))["']?\s{0,5}[:=]\s{0,5}["'\\]{0,2}\Z""",
    re.IGNORECASE,
)
# A file of weights, whose name may tell the model.
WEIGHTS = lazy(r"(?:[\w.@-]{1,80}/){0,8}[\w.-]{5,100}\.(?:gguf|ggml|onnx|safetensors)")
# What makes one text of another.
_WRAPPED = lazy(r"(?:\b(?:String::from|Arc::from|Some|Ok|string|String|str)\s{0,5}\(\s{0,20}){1,5}\Z")


def _key_loads(before: str) -> bool:
    """Whether a setting that names a model stands right before."""
    return _MODEL_KEY.search(_WRAPPED.sub("", before)[-80:]) is not None


def _without_comments(text: str, comments: list[tuple[int, int, str]]) -> str:
    """Return ``text`` with every comment as blanks of the same length, so that places stay."""
    parts, kept = [], 0
    for begin, end, _ in comments:
        if begin < kept:
            continue
        parts += [text[kept:begin], re.sub(r"[^\n]", " ", text[begin:end])]
        kept = end
    return "".join((*parts, text[kept:]))
