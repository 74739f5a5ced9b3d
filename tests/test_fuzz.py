"""A short run of the fuzzer: every reader of untrusted files, its seeds, and the same mutations each time."""

from __future__ import annotations

from itertools import islice

import pytest

from fuzz.mutate import mutations
from fuzz.targets import targets
from licscan.component.ecosystem import SOURCES

# ScanCode's own readers and its grammar take a hundred times as long as the others.
SLOW = (
    "bower.json",
    "podspec",
    "conanfile",
    "opam",
    "haxelib",
    "meta.yaml",
    "copyrights",
    "phrases",
    "policy",
    "conclusion",
)


@pytest.mark.parametrize("name", targets())
def test_a_reader_answers_its_seeds_and_whatever_they_turn_into(name: str) -> None:
    target = targets()[name]
    count = 4 if any(word in name for word in SLOW) else 40
    for data in (*target.seeds, *islice(mutations(target.seeds, seed=7), count)):
        target.run(data)


def test_every_reader_of_manifests_is_fuzzed() -> None:
    assert {f"manifest {source.name}" for source in SOURCES} <= set(targets())
