"""The search against ScanCode's own, over a small index."""

from __future__ import annotations

import random
from copy import copy
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from licscan.detect.engine import alignment, exact, prefilter, query, vocabulary
from licscan.detect.engine import search as search_module
from licscan.detect.engine.candidates import CandidateIndex
from licscan.detect.engine.engine import Engine
from licscan.detect.engine.knowledge import Knowledge
from licscan.detect.engine.match import Match
from licscan.detect.engine.matched_text import highlighted_text, matched_text, whole_lines_text
from licscan.detect.engine.query import read_query
from licscan.detect.engine.reading import Reader
from licscan.detect.engine.search import Searcher
from licscan.detect.engine.store import Store
from licscan.detect.engine.text import Text
from licscan.detect.trouble import ChangedError

_OTHER_WORDS = (
    "int foo = bar ( 12 ) return the software static frobnicate 2011 copyright by this file is not license gpl class void under"
).split()
_BETWEEN = ("\n", "\n" * 6, "\n" * 20, "\nfoo bar\n", "\n" + "bar\n" * 30)
_ENDINGS = (".txt", ".c", ".html", ".min.js", "", ".json", ".po")


def hard_text(texts: list[str], chance: random.Random) -> str:
    """Return some of the texts, whole or cut or with words changed, in a row."""
    parts = []
    for _ in range(chance.choice((1, 1, 2, 4))):
        words = chance.choice(texts).split(" ")
        if chance.random() < 0.7:
            for _ in range(chance.randrange(1 + len(words) // 8)):
                place = chance.randrange(len(words))
                words[place : place + chance.randrange(2)] = [chance.choice(_OTHER_WORDS)] * chance.randrange(2)
        text = " ".join(words or ["nothing"])
        start = chance.randrange(len(text) + 1) if chance.random() < 0.2 else 0
        prefix = chance.choice(("", " * ", "# "))
        parts += ["\n".join(prefix + line for line in text[start:].splitlines()), chance.choice(_BETWEEN)]
    return "".join(parts)


def found(match: Match) -> dict[str, Any]:
    return {
        "rule": match.rule.identifier,
        "lines": (match.start_line, match.end_line),
        "matcher": match.matcher,
        "score": match.score(),
        "coverage": match.coverage(),
        "length": match.len,
        "text": matched_text(match),
        "highlighted": highlighted_text(match),
        "lines_text": whole_lines_text(match),
    }


def found_by_scancode(match: Any) -> dict[str, Any]:
    return {
        "rule": match.rule.identifier,
        "lines": match.lines(),
        "matcher": match.matcher,
        "score": match.score(),
        "coverage": match.coverage(),
        "length": match.len(),
        "text": match.matched_text(whole_lines=False, highlight=False, _usecache=False),
        "highlighted": match.matched_text(_usecache=False),
        "lines_text": match.matched_text(whole_lines=True, highlight=False, _usecache=False),
    }


@pytest.fixture(scope="session")
def search(knowledge: Knowledge, small_store: Store) -> Any:
    reader = Reader(small_store)
    searcher = Searcher(knowledge)

    def search(location: Path) -> list[dict[str, Any]]:
        text = reader.read(str(location))
        return [found(match) for match in searcher.search(read_query(text, knowledge.vocabulary))] if text else []

    return search


@pytest.mark.parametrize("seed", range(60))
def test_hard_texts_get_scancodes_matches(seed: int, small_index: Any, search: Any, tmp_path: Path) -> None:
    chance = random.Random(seed)
    texts = [rule.text for rule in small_index.rules_by_rid]
    location = tmp_path / f"file{chance.choice(_ENDINGS)}"
    line_end = chance.choice((b"\n", b"\n", b"\r\n", b"\r"))
    encoding = chance.choice(("utf-8", "utf-8", "latin-1"))
    location.write_bytes(hard_text(texts, chance).encode(encoding, "replace").replace(b"\n", line_end))
    expected = [found_by_scancode(match) for match in small_index.match(location=str(location))]
    assert search(location) == expected


def hard_file(folder: Path, index: Any, chance: random.Random) -> Path:
    texts = [rule.text for rule in index.rules_by_rid]
    location = folder / "file.txt"
    location.write_text("".join(hard_text(texts, chance) for _ in range(chance.choice((1, 3)))))
    return location


class _Everything:
    """RulePrefilter that leave out no rule."""

    def holding(self, found: Any) -> frozenset[int]:
        return frozenset(number for _, numbers, _ in found for number in numbers)


@pytest.mark.parametrize("seed", range(1000, 1080))
def test_no_match_is_lost_with_the_rules_that_the_prefilter_leaves_out(
    seed: int, small_index: Any, small_store: Store, knowledge: Knowledge, search: Any, tmp_path: Path
) -> None:
    chance = random.Random(seed)
    location = hard_file(tmp_path, small_index, chance)
    patient = copy(knowledge)
    patient.prefilter = _Everything()  # type: ignore[assignment]
    text = Reader(small_store).read(str(location))
    assert text is not None
    every = Searcher(patient).search(read_query(text, knowledge.vocabulary))
    assert search(location) == [found(match) for match in every]


@pytest.mark.parametrize("seed", range(2000, 2030))
def test_what_is_taken_in_small_portions_gives_the_same_matches(
    seed: int, small_index: Any, search: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(seed)
    location = hard_file(tmp_path, small_index, chance)
    at_once = search(location)
    monkeypatch.setattr(vocabulary, "_AT_ONCE", 100)
    monkeypatch.setattr(query, "_AT_ONCE", 3)
    monkeypatch.setattr(exact, "_AT_ONCE", 30)
    monkeypatch.setattr(alignment, "_PAIRS", 200)
    monkeypatch.setattr(prefilter, "_AT_ONCE", 20)
    assert search(location) == at_once
    monkeypatch.setattr(search_module, "_STRETCHES", 100)
    assert search(location) == at_once


@pytest.mark.parametrize("seed", range(40))
def test_the_best_rules_are_the_same_when_all_are_put_in_order(
    seed: int, small_index: Any, knowledge: Knowledge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(seed)
    text = Text(hard_text([rule.text for rule in small_index.rules_by_rid], chance) + "\n")
    tokens = read_query(text, knowledge.vocabulary).tokens
    top = chance.choice((1, 2, 5))
    best = knowledge.candidates.candidates(tokens, top)
    monkeypatch.setattr(CandidateIndex, "_foremost", lambda self, rules, shared, size, count: (rules, shared))
    assert knowledge.candidates.candidates(tokens, top) == best


_SPECIAL = {
    "empty.txt": b"",
    "blank.txt": b" \n\n ",
    "numbers.txt": b"1 2 3\n" * 50,
    "one-word.c": b"gpl",
    "punctuated.txt": b"GPL.",
    "picture.png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR licensed under the GPL",
    "binary.o": b"\x7fELF\2\1\1"
    + bytes(range(32)) * 9
    + b"Licensed under the GPL version 2 or later\0gPl\0GPL\0[gpl]\0"
    + bytes(99),
    "turkish.txt": "İstanbul İ license: GPL\nLicensed under the Apache License, Version 2.0 İ".encode(),
    "greek.txt": "ΟΔΟΣ.ΑΘ licensed under the MIT license ΟΔΟΣ".encode(),
    "long.js": b"var a='" + b"x,y;" * 300 + b"';/* Licensed under the MIT license. */\n",
    "locale/de.txt": b"a 'b' \"c\"," * 80 + b" Licensed under the MIT license.\n",
    "package.json": b'{"a": "' + b"b, c" * 200 + b'", "license": "MIT"}\n',
    "code.js.map": b'{"version":3,"sourcesContent":["// Licensed under the MIT license\\\\n\\nvar a;","b"],"sources":["a"]}',
    "broken.js.map": b'{"version":3,"sourcesContent":[null,"Licensed under the MIT license"',
    "picture.svg": b'<svg xmlns="http://www.w3.org/2000/svg"><!-- Licensed under the MIT license --></svg>\n',
    "vector.txt": b"<svg xmlns='http://www.w3.org/2000/svg'><!-- Licensed under the MIT license --></svg>\n",
    "icon.xpm": b"/* XPM */\nstatic char *a[] = {\n/* Licensed under the MIT license */ };\n",
    "script": b"#!/usr/bin/icon\n# Licensed under the MIT license\n",
    "form-feed.c": b"\x0c/* Licensed under the MIT license */\n\x0c\n",
    "escape.txt": b"\x1b[1mLicensed under the MIT license\x1b[0m\n",
    "nul.c": b"/* Licensed under the MIT license */" + b" " * 600 + b"\0\0\n",
    "spelt-out.py": rb"text = 'Licensed under the\nApache License,\tVersion 2.0'" + b"\n",
    "game.sgf": b"(;FF[4]GM[1]SZ[19]C[Licensed under the MIT license]\n",
    "table.sam": b"\t".join(
        [b"name", b"4", b"chr1", b"10", b"20", b"M", b"*", b"0", b"0", b"ACGT", b"mit license", b"x", b"y"]
    )
    + b"\n",
    "text.sst": b"% SiSU 2.0\nLicensed under the MIT license\n",
    "bom.c": b"\xef\xbb\xbf/* Licensed under the MIT license */\n",
    "punctuated-end.txt": b"(foo) Licensed under the MIT license ...!",
    "spaced-end.txt": b"foo\nLicensed under the MIT license.) \n",
    "sixteen.txt": "Licensed under the MIT license\n".encode("utf-16"),
}


@pytest.mark.parametrize("name", _SPECIAL)
def test_special_files_get_scancodes_matches(name: str, small_index: Any, search: Any, tmp_path: Path) -> None:
    location = tmp_path / name
    location.parent.mkdir(exist_ok=True)
    location.write_bytes(_SPECIAL[name])
    expected = [found_by_scancode(match) for match in small_index.match(location=str(location))]
    assert search(location) == expected


def test_an_engine_says_what_a_file_says(small_store: Store, tmp_path: Path) -> None:
    location = tmp_path / "a.c"
    location.write_text("/* Licensed under the MIT license. */\n")
    finding = Engine(small_store).finding("src/a.c", str(location))
    assert (finding.path, finding.expression, finding.expression_spdx) == ("src/a.c", "mit", "MIT")
    assert [match.path for detection in finding.detections for match in detection.matches] == ["src/a.c"]


def test_a_file_that_changed_since_its_digest_was_taken_has_no_finding(small_store: Store, tmp_path: Path) -> None:
    location = tmp_path / "a.c"
    location.write_text("/* Licensed under the MIT license. */\n")
    digest = sha256(location.read_bytes()).hexdigest()
    engine = Engine(small_store)
    assert engine.finding("a.c", str(location), digest).expression == "mit"
    location.write_text("/* Licensed under the Apache License, Version 2.0. */\n")
    with pytest.raises(ChangedError):
        engine.finding("a.c", str(location), digest)
