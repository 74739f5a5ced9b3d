"""From a file to its finding."""

from __future__ import annotations

from licscan.core.finding import FileFinding
from licscan.detect.engine.detections import detections
from licscan.detect.engine.findings import FindingMaker
from licscan.detect.engine.knowledge import Knowledge
from licscan.detect.engine.matched_text import release
from licscan.detect.engine.query import read_query
from licscan.detect.engine.reading import Reader
from licscan.detect.engine.search import Searcher
from licscan.detect.engine.store import Store


class Engine:
    """Finds the licences of one file after another; ``all_texts`` and ``most`` are those of ``Reader``."""

    def __init__(self, store: Store, *, all_texts: bool = False, most: int | None = None) -> None:
        self._knowledge = Knowledge(store)
        self._reader = Reader(store, all_texts=all_texts, most=most)
        self._searcher = Searcher(self._knowledge)
        self._maker = FindingMaker(self._knowledge)

    def finding(self, path: str, location: str, sha256: str = "") -> FileFinding:
        """Return what the file at ``location`` says about licences; ``path`` is what it is called in the result.

        Raise ``ChangedError`` where its digest is no longer ``sha256``.
        """
        text = self._reader.read(location, sha256)
        if text is None:
            return FileFinding(path=path)
        query = read_query(text, self._knowledge.vocabulary)
        try:
            return self._maker.finding(path, query, detections(self._searcher.search(query)))
        finally:
            release()
