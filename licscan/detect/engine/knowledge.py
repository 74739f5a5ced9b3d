"""Everything that is known of licences, opened once by a process."""

from __future__ import annotations

from functools import cached_property

from licscan.detect.engine.candidates import CandidateIndex
from licscan.detect.engine.exact import ExactIndex
from licscan.detect.engine.prefilter import RulePrefilter
from licscan.detect.engine.rules import Rules
from licscan.detect.engine.store import Store
from licscan.detect.engine.vocabulary import Vocabulary


class Knowledge:
    """The parts of the index, each as what looks things up in it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.vocabulary = Vocabulary(store)
        self.rules = Rules(store)
        self.exact = ExactIndex(store, self.rules)
        self.candidates = CandidateIndex(store, self.rules)
        self.prefilter = RulePrefilter(self.rules)

    @cached_property
    def spdx_by_key(self) -> dict[str, str]:
        """The SPDX id of every ScanCode key."""
        return dict(zip(self._store.texts("license_keys"), self._store.texts("license_spdx"), strict=True))

    @cached_property
    def key_by_spdx(self) -> dict[str, str]:
        """The ScanCode key of every SPDX id, in lower case, old and other ids included."""
        return dict(zip(self._store.texts("spdx_ids"), self._store.texts("spdx_keys"), strict=True))

    @cached_property
    def spdx_exceptions(self) -> frozenset[str]:
        """Those SPDX ids, in lower case, that are exceptions."""
        ids = self._store.texts("spdx_ids")
        return frozenset(ids[place] for place in self._store.array("spdx_exceptions").nonzero()[0].tolist())

    @cached_property
    def unknown_key(self) -> str:
        """The ScanCode key of an SPDX id that is none."""
        return self._store.texts("unknown_spdx_key")[0]
