"""The door to ScanCode's index: turns it into flat arrays, once."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from licscan.detect.engine import flags
from licscan.detect.engine.hashing import ANCHORS, SLOTS, Powers, WindowHashes, slots, token_values
from licscan.detect.engine.magic import telling_part
from licscan.detect.engine.store import Array, save, text_arrays

Step = Callable[[int, int], None]
# What is done, and counted as one step each.
_STEPS = 5
# A token that so many rules have is common.
_COMMON = 600


def build(path: str, fingerprint: str) -> None:
    """Write the index to ``path`` and tell every step on standard output: the whole work of a process of its own."""

    def tell(done: int, total: int) -> None:
        sys.stdout.write(f"{done}/{total}\n")
        sys.stdout.flush()

    save(Path(path), fingerprint, compile_index(tell))


def compile_index(step: Step) -> dict[str, Array]:
    """Return the arrays of everything that detection needs; it loads ScanCode's index (10 seconds, 1.4 GB).

    ``step`` is called with the number of steps done and of all.
    """
    step(0, _STEPS)
    from licensedcode.cache import get_cache

    cache = get_cache()
    index = cache.index
    step(1, _STEPS)
    arrays = _vocabulary(index)
    arrays |= _rules(index)
    step(2, _STEPS)
    arrays |= _exact(index)
    step(3, _STEPS)
    arrays |= _approximate(index)
    step(4, _STEPS)
    arrays |= _licenses(cache)
    arrays |= _file_types()
    step(_STEPS, _STEPS)
    return arrays


def _vocabulary(index: Any) -> dict[str, Array]:
    from licensedcode.stopwords import STOPWORDS

    words = sorted(index.dictionary)
    size = max(index.dictionary.values()) + 1
    short = np.zeros(size, dtype=np.bool_)
    short[[token for word, token in index.dictionary.items() if len(word) == 1 or word.isdigit()]] = True
    digits = np.zeros(size, dtype=np.bool_)
    digits[list(index.digit_only_tids)] = True
    return {
        **text_arrays("words", words),
        "word_tokens": np.array([index.dictionary[word] for word in words], dtype=np.int16),
        "digit_tokens": digits,
        "short_tokens": short,
        **text_arrays("stopwords", sorted(STOPWORDS)),
        "legalese": np.array([index.len_legalese], dtype=np.int64),
    }


def _rules(index: Any) -> dict[str, Array]:
    rules = index.rules_by_rid
    expressions = sorted({rule.license_expression or "" for rule in rules})
    number = {expression: n for n, expression in enumerate(expressions)}
    spans = [[(span.start, span.end) for span in rule.required_phrase_spans] for rule in rules]
    stopwords = [sorted(rule.stopwords_by_pos.items()) for rule in rules]
    # The text is asked for only where one word of a binary may be gibberish.
    texts = [rule.text if rule.length == 1 else "" for rule in rules]
    arrays = {
        **text_arrays("rule_names", [rule.identifier for rule in rules]),
        **text_arrays("rule_urls", [rule.rule_url or "" for rule in rules]),
        **text_arrays("rule_texts", texts),
        **text_arrays("rule_references", ["\n".join(rule.referenced_filenames) for rule in rules]),
        **text_arrays("expressions", expressions),
        **_ragged("rule_phrases", [list(chain.from_iterable(pairs)) for pairs in spans], np.int32),
        **_ragged("rule_stopwords", [list(chain.from_iterable(pairs)) for pairs in stopwords], np.int32),
        **_ragged("rule_tokens", index.tids_by_rid, np.int16),
        "rule_expression": np.array([number[rule.license_expression or ""] for rule in rules], dtype=np.int32),
        "rule_flags": np.array([flags.of(rule) for rule in rules], dtype=np.int32),
    }
    for name in ("relevance", "minimum_coverage", "min_matched_length", "min_high_matched_length"):
        arrays[f"rule_{name}"] = np.array([getattr(rule, name) for rule in rules], dtype=np.int32)
    return arrays


def _exact(index: Any) -> dict[str, Array]:
    tokens = np.concatenate([np.asarray(tids, dtype=np.int16) for tids in index.tids_by_rid])
    ends = np.cumsum([len(tids) for tids in index.tids_by_rid])
    starts = np.concatenate(([0], ends[:-1]))
    lengths = ends - starts
    size = max(index.dictionary.values()) + 1
    windows = WindowHashes(tokens, token_values(size), Powers())
    hashes = windows.of(starts, lengths)
    single = np.full(size, -1, dtype=np.int32)
    for rid in np.flatnonzero(lengths == 1):
        single[tokens[starts[rid]]] = rid
    regular = np.array(sorted(index.regular_rids))
    order = regular[np.argsort(hashes[regular], kind="stable")]
    arrays: dict[str, Array] = {
        "rule_hashes": hashes,
        "single_word_rules": single,
        "whole_hashes": hashes[order],
        "whole_rules": order.astype(np.int32),
    }
    for anchor, longer in zip(ANCHORS, (*ANCHORS[1:], None), strict=True):
        held = np.flatnonzero((lengths >= anchor) & (lengths < longer if longer else True))
        first = windows.of(starts[held], anchor)
        by_hash = np.lexsort((lengths[held], first))
        keys, begins = np.unique(first[by_hash], return_index=True)
        begun = np.zeros(SLOTS, dtype=np.bool_)
        begun[slots(windows.of(starts[lengths >= anchor], anchor))] = True
        arrays[f"anchor_{anchor}_begun"] = begun
        arrays[f"anchor_{anchor}_hashes"] = keys
        arrays[f"anchor_{anchor}_begins"] = np.append(begins, len(held)).astype(np.int32)
        arrays[f"anchor_{anchor}_rules"] = held[by_hash].astype(np.int32)
    return arrays


def _approximate(index: Any) -> dict[str, Array]:
    """Token sets and multisets of the rules that can be matched approximately, and which rules have a token."""
    rids = sorted(index.approx_matchable_rids)
    rules = [index.rules_by_rid[rid] for rid in rids]
    sets = [np.unique(np.asarray(index.tids_by_rid[rid], dtype=np.int16), return_counts=True) for rid in rids]
    size = max(index.dictionary.values()) + 1
    frequency = np.zeros(size, dtype=np.int64)
    for distinct, _ in sets:
        frequency[distinct] += 1
    arrays = {
        "approximate_rules": np.array(rids, dtype=np.int32),
        **_ragged("set_tokens", [distinct for distinct, _ in sets], np.int16),
        "set_counts": np.concatenate([counts for _, counts in sets]).astype(np.int16),
        "set_high": np.array([rule.high_length_unique for rule in rules], dtype=np.int32),
        "rounded_lengths": np.array(
            [round(length / 20, 1) for length in range(max(rule.length for rule in rules) + 1)]
        ),
        "token_frequency": frequency.astype(np.int32),
        "minimum_containment": np.array([rule._minimum_containment for rule in rules], dtype=np.float64),
        **_inverted("postings", [distinct for distinct, _ in sets], size),
        **_common([distinct for distinct, _ in sets], frequency),
    }
    for name in (
        "length",
        "min_matched_length",
        "min_high_matched_length",
        "min_matched_length_unique",
        "min_high_matched_length_unique",
    ):
        arrays[f"approximate_{name}"] = np.array([getattr(rule, name) for rule in rules], dtype=np.int32)
    return arrays


def _inverted(name: str, tokens_by_rule: Sequence[Array], size: int) -> dict[str, Array]:
    tokens = np.concatenate(tokens_by_rule).astype(np.int64)
    rules = np.repeat(np.arange(len(tokens_by_rule)), [len(tokens) for tokens in tokens_by_rule])
    order = np.lexsort((rules, tokens))
    return {
        name: rules[order].astype(np.uint16),
        f"{name}_ends": np.cumsum(np.bincount(tokens, minlength=size)).astype(np.int64),
    }


def _common(tokens_by_rule: Sequence[Array], frequency: Array) -> dict[str, Array]:
    """Return the tokens that many rules have, each as a row of zeros and ones; next to no text does without them."""
    common = np.flatnonzero(frequency >= _COMMON)
    rows = np.full(len(frequency), -1, dtype=np.int16)
    rows[common] = np.arange(len(common))
    table = np.zeros((len(common), len(tokens_by_rule)), dtype=np.uint8)
    for rule, tokens in enumerate(tokens_by_rule):
        held = rows[tokens]
        table[held[held >= 0], rule] = 1
    return {"common_rows": rows, "common": table.ravel()}


def _licenses(cache: Any) -> dict[str, Array]:
    symbols = sorted(cache.spdx_symbols.items())
    licenses = sorted((key, found.spdx_license_key or "") for key, found in cache.db.items())
    return {
        **text_arrays("spdx_ids", [spdx for spdx, _ in symbols]),
        **text_arrays("spdx_keys", [symbol.key for _, symbol in symbols]),
        "spdx_exceptions": np.array([symbol.is_exception for _, symbol in symbols], dtype=np.bool_),
        **text_arrays("license_keys", [key for key, _ in licenses]),
        **text_arrays("license_spdx", [spdx for _, spdx in licenses]),
        **text_arrays("unknown_spdx_key", [cache.unknown_spdx_symbol.key]),
    }


def _file_types() -> dict[str, Array]:
    from binaryornot.helpers import _load_binary_signatures

    part, patterns = telling_part()
    return {
        "magic": np.frombuffer(part, dtype=np.uint8),
        **text_arrays("magic_patterns", patterns),
        **text_arrays("signatures", sorted(signature.hex() for signature in _load_binary_signatures())),
    }


def _ragged(name: str, rows: Iterable[Any], kind: Any) -> dict[str, Array]:
    kept = [np.asarray(row, dtype=kind) for row in rows]
    return {
        name: np.concatenate([*kept, np.empty(0, dtype=kind)]),
        f"{name}_ends": np.cumsum([len(row) for row in kept], dtype=np.int64),
    }
