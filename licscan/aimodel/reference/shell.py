"""What shell scripts and Dockerfiles fetch or serve: the commands of hubs and servers, and addresses of files."""

from __future__ import annotations

import re
from collections.abc import Iterator

from licscan.aimodel.reading import Reference, Source, hub_id
from licscan.aimodel.reference.calls import Loader, name_of
from licscan.aimodel.reference.setting import may_set, setting
from licscan.core.aimodel import AiModelKind

_VARIABLE = re.compile(r"""(?:^|[\s;])(?:export\s+|ENV\s+|ARG\s+)?([A-Za-z_]\w*)[= ]["']?([^\s"'$;]+)["']?""")
_USE = re.compile(r"\$\{?([A-Za-z_]\w*)(?::-([^}\s]+))?\}?")
# No command is longer; a line of a data file is, and would only cost time.
_LONGEST = 20_000
# No name of a model is longer, with its address: what a variable stands for is put wherever it is used.
_LONGEST_VALUE = 300
_DOWNLOAD = re.compile(r"\b(?:huggingface-cli|hf)\s+download\b([^\n]*)")
# Options of the download command whose value is another word, and may look like a name.
_VALUED = frozenset("--local-dir --cache-dir --revision --include --exclude --token --repo-type --max-workers".split())
_HUB = (
    r"\b(?:vllm|sglang)\s+serve\s+(?:--model\s+)?([\w.-]+/[\w.-]+)",
    r"--(?:(?:base|draft|speculative|embedding|reranker)[-_])?model(?:[-_](?:id|name|path|name[-_]or[-_]path))?[= ]+[\"']?([\w.-]+/[\w.-]+)",
    r"--(?:pretrained[-_]model[-_]name[-_]or[-_]path|hf[-_]repo|repo[-_]id|tokenizer)[= ]+[\"']?([\w.-]+/[\w.-]+)",
    r"\s-hfr?\s+([\w.-]+/[\w.-]+)",
)
_OLLAMA = (r"ollama\s+(?:pull|run|create)\s+(?!-)([\w./-]+(?::[\w.-]+)?)",)
_ADDRESS = re.compile(r"https?://(?:huggingface\.co|hf\.co)/(datasets/)?([\w.-]+/[\w.-]+)")
_FETCHES = re.compile(r"\b(?:git\s+clone|wget|curl|aria2c|ADD)\b")
_DATASET = re.compile(r"--(?:repo-type|type)[= ]dataset")
# One of these is part of every command and address above.
_PARTS = (b"download", b"serve", b"--", b"-hf", b"ollama", b"huggingface.co", b"hf.co")


def may_fetch(content: bytes) -> bool:
    """Whether it is worth while to look for commands and settings in a file: exact, and much quicker than looking."""
    return (b"/" in content or b"ollama" in content) and (any(part in content for part in _PARTS) or may_set(content))


def read_shell(text: str) -> tuple[Reference, ...]:
    """Return what the script or Dockerfile fetches."""
    variables: dict[str, str] = {}
    found: list[Reference] = []
    for number, line in _lines(text):
        if len(line) > _LONGEST:
            continue
        for assigned in _VARIABLE.finditer(line):
            if len(assigned[2]) <= _LONGEST_VALUE:
                variables[assigned[1]] = assigned[2]
            found += setting(assigned[1], assigned[2], number)
        filled = _USE.sub(lambda use: variables.get(use[1]) or use[2] or use[0], line)
        found += _in_line(filled, number)
    return tuple(found)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield commands with the number of their first line: a backslash goes on with the next one."""
    started, kept = 0, ""
    for number, line in enumerate(text.split("\n"), 1):
        code = "" if line.lstrip().startswith("#") else re.sub(r"\s#\s.*$", "", line)
        if code.rstrip().endswith("\\"):
            kept += code.rstrip()[:-1] + " "
            started = started or number
            continue
        yield started or number, kept + code
        started, kept = 0, ""


def _in_line(line: str, number: int) -> Iterator[Reference]:
    kind = AiModelKind.DATASET if _DATASET.search(line) else AiModelKind.MODEL
    downloaded = [name for command in _DOWNLOAD.finditer(line) for name in _first_name(command[1].split())]
    served = [found[1] for pattern in _HUB for found in re.finditer(pattern, line)]
    for name in (*downloaded, *served):
        if named := name_of(name, Loader()):
            yield Reference(name=named[0], line=number, kind=kind, source=named[1])
    for pattern in _OLLAMA:
        for found in re.finditer(pattern, line):
            yield Reference(name=found[1], line=number, source=Source.OLLAMA)
    for address in _ADDRESS.finditer(line) if _FETCHES.search(line) else ():
        name = hub_id(address[0])
        if name:
            yield Reference(name=name, line=number, kind=AiModelKind.DATASET if address[1] else kind)


def _first_name(words: list[str]) -> list[str]:
    """Return the first word that is no option and no value of one."""
    for before, word in zip(["", *words], words, strict=False):
        if not word.startswith("-") and before not in _VALUED:
            return [word.strip("\"'")]
    return []
