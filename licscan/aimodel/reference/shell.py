"""What shell scripts and Dockerfiles fetch or serve: the commands of hubs and servers, and addresses of files."""

from __future__ import annotations

import re
from collections.abc import Iterator

from licscan.aimodel.reading import Reference, Source, hub_id
from licscan.aimodel.reference.calls import Loader, name_of
from licscan.aimodel.reference.names import SPACY, YOLO, in_ollama, named, reference_of, ultralytics
from licscan.aimodel.reference.served import served
from licscan.aimodel.reference.setting import filled_in, may_set, pieces, setting
from licscan.core.aimodel import AiModelKind
from licscan.util.lazy_pattern import lazy

_VARIABLE = lazy(r"""(?:^|[\s;])(?:export\s+|ENV\s+|ARG\s+)?([A-Za-z_]\w*)[= ]["']?([^\s"'$;]+)["']?""")
_USE = lazy(r"\$\{?([A-Za-z_]\w*)(?::-([^}\s]+))?\}?")
# No name of a model is longer, with its address: what a variable stands for is put wherever it is used.
_LONGEST_VALUE = 300
_DOWNLOAD = lazy(r"\b(?:huggingface-cli|hf)\s+download\b([^\n]*)")
# Options of the download command whose value is another word, and may look like a name.
_VALUED = frozenset("--local-dir --cache-dir --revision --include --exclude --token --repo-type --max-workers".split())
_HUB = (
    r"\b(?:vllm|sglang)\s+serve\s+(?:--model\s+)?([\w.-]+/[\w.-]+)",
    r"--(?:(?:base|draft|speculative|embedding|reranker)[-_])?model(?:[-_](?:id|name|path|name[-_]or[-_]path))?[= ]+[\"']?([\w.-]+/[\w.-]+)",
    r"--(?:pretrained[-_]model[-_]name[-_]or[-_]path|hf[-_]repo|repo[-_]id|tokenizer)[= ]+[\"']?([\w.-]+/[\w.-]+)",
    r"\s-hfr?\s+([\w.-]+/[\w.-]+)",
)
# Options that name what a service runs.
_OPTION = lazy(r"""--[\w-]{0,30}(?:model|deployment|engine)(?:-(?:id|name))?[= ]{1,3}["']?([\w.:@/-]{2,120})["']?""")
_OLLAMA = (r"ollama\s+(?:pull|run|create)\s+(?!-)([\w./-]+(?::[\w.-]+)?)",)
_MODEL_RUNNER = lazy(r"\bdocker\s+model\s+(?:pull|run)\s+([\w.-]+/[\w./-]+(?::[\w.-]+)?)")
_REVISION = lazy(r"--revision[= ]([\w./-]{1,80})")
# A body that is sent to Ollama or to a server with its interface.
_SENT = lazy(r"""["'](?:model|name)\\?["']\s{0,5}:\s{0,5}\\?["']([\w./:-]{2,200}?)\\?["']""")
_SENT_TO = lazy(r"ollama|11434|/api/(?:pull|generate|chat|embed)")
# Commands that speak of a name, or that take a repository, a package or an image of that name.
_OTHER = lazy(
    r"@?(?:echo|printf|#|git\s+(?:clone|submodule|remote)|docker\s+(?:pull|push|tag|build)|gh\s|FROM\s|uses:|image:|Write-(?:Host|Output)\b"
    r"|(?:pip3?|uv|npm|yarn|pnpm|cargo|go|gem|composer|apt|apt-get|brew|conda|helm)\s+(?:pip\s+)?(?:install|add|get|i|publish|remove|require"
    r"|repo|tap|upgrade)\b)",
    re.IGNORECASE,
)
# A folder of models in a variable: "$MODELS/owner/name".
_IN_FOLDER = lazy(r"\A\$\{?\w{1,80}\}?/")
_SEPARATED = lazy(r"&&|\|\||[;|]")
_WORD = lazy(r"[^\s\"'`=,()\[\]{}<>|;&]{3,300}")
_ADDRESS = lazy(r"https?://(?:huggingface\.co|hf\.co)/(datasets/)?([\w.-]+/[\w.-]+)")
_FETCHES = lazy(r"\b(?:git\s+clone|wget|curl|aria2c|ADD)\b")
_COMMENT = lazy(r"\s*(?:#|@?rem\s|::)", re.IGNORECASE)
_DATASET = lazy(r"--(?:repo-type|type)[= ]dataset")
# One of these is part of every command and address above.
_PARTS = (b"download", b"serve", b"--", b"-hf", b"ollama", b"huggingface.co", b"hf.co", b"/", b"yolo", b"spacy")


def may_fetch(content: bytes) -> bool:
    """Whether it is worth while to look for commands and settings in a file: exact, and much quicker than looking."""
    return b"/" in content or any(part in content for part in _PARTS) or may_set(content)


def read_shell(text: str) -> tuple[Reference, ...]:
    """Return what the script or Dockerfile fetches."""
    variables: dict[str, str] = {}
    found: list[Reference] = []
    for number, line in ((number, piece) for number, whole in _lines(text) for piece in pieces(whole)):
        for assigned in _VARIABLE.finditer(line):
            if len(assigned[2]) <= _LONGEST_VALUE:
                variables[assigned[1]] = assigned[2]
            found += setting(assigned[1], assigned[2], number)
        filled = _USE.sub(lambda use: variables.get(use[1]) or use[2] or use[0], line)
        found += in_command(filled, number)
        found += _words(filled, number)
    return tuple(found)


def commands_in(text: str) -> tuple[Reference, ...]:
    """Return what the commands in ``text`` fetch or serve, wherever the text stands; nothing by its words alone."""
    return tuple(
        one for number, line in _lines(text) for piece in pieces(line) for one in in_command(filled_in(line), number)
    )


def _words(line: str, number: int) -> Iterator[Reference]:
    """Yield what the arguments of a command name, as far as their publisher or form proves it."""
    for command in _SEPARATED.split(line):
        if _OTHER.match(command.strip()):
            continue
        for word in _WORD.finditer(command):
            use = named(_IN_FOLDER.sub("", word[0].rstrip(".,:")))
            if use and (use.form or use.published):
                yield reference_of(use, number, sure=use.form)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield commands with the number of their first line: a backslash goes on with the next one."""
    started, kept = 0, ""
    for number, line in enumerate(text.split("\n"), 1):
        code = "" if _COMMENT.match(line) else re.sub(r"\s#\s.*$", "", line)
        if code.rstrip().endswith("\\"):
            kept += code.rstrip()[:-1] + " "
            started = started or number
            continue
        yield started or number, kept + code
        started, kept = 0, ""


def in_command(line: str, number: int) -> Iterator[Reference]:
    """Yield what one command line fetches or serves."""
    kind = AiModelKind.DATASET if _DATASET.search(line) else AiModelKind.MODEL
    revision = _REVISION.search(line)
    downloaded = [name for command in _DOWNLOAD.finditer(line) for name in _first_name(command[1].split())]
    started = [found[1] for pattern in _HUB for found in re.finditer(pattern, line)]
    for name in (*downloaded, *started):
        if found := name_of(name, Loader()):
            yield Reference(
                name=found[0], line=number, kind=kind, source=found[1], revision=revision[1] if revision else None
            )
    for option in _OPTION.finditer(line):
        if use := served(option[1]):
            yield Reference(name=use.name, line=number, service=use.service)
    yield from _short(line, number)
    for address in _ADDRESS.finditer(line) if _FETCHES.search(line) else ():
        if hub := hub_id(address[0]):
            yield Reference(name=hub, line=number, kind=AiModelKind.DATASET if address[1] else kind)


def _short(line: str, number: int) -> Iterator[Reference]:
    """Yield the models of Ollama, Docker, spaCy and Ultralytics in a command line."""
    for pattern in _OLLAMA:
        for found in re.finditer(pattern, line):
            yield Reference(name=found[1].removeprefix("hf.co/"), line=number, source=_source_of(found[1]))
    for found in _MODEL_RUNNER.finditer(line):
        use = named(found[1].partition(":")[0])
        if use:
            yield reference_of(use, number, sure=True)
    for found in _SENT.finditer(line) if _SENT_TO.search(line) else ():
        if in_ollama(found[1]):
            yield Reference(name=found[1], line=number, source=Source.OLLAMA)
    for found in SPACY.finditer(line):
        yield Reference(name=f"spacy/{found[1]}", line=number)
    for word in line.split() if "yolo" in line.lower() else ():
        if yolo := YOLO.fullmatch(word.rpartition("=")[2].strip("\"',")):
            yield Reference(name=ultralytics(yolo), line=number)


def _source_of(name: str) -> Source:
    return Source.HUB if name.startswith("hf.co/") else Source.OLLAMA


def _first_name(words: list[str]) -> list[str]:
    """Return the first word that is no option and no value of one."""
    for before, word in zip(["", *words], words, strict=False):
        if not word.startswith("-") and before not in _VALUED:
            return [word.strip("\"'")]
    return []
