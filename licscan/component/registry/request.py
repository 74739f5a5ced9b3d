"""Requests to registries: bounded in bytes and time, with retries, and followed nowhere that the user's configuration does not lead.

A registry's answer is not trusted. What lies on another host than the registry, by a redirect or by an address in an answer, is taken
only over a connection that is no weaker and only where a digest settles what it has to be; headers of the user go to the registry's own
host alone.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError
from urllib3.util.retry import Retry

from licscan import __version__
from licscan.component.client import NotFetched
from licscan.component.registry.base import Source
from licscan.core.component import Hash
from licscan.core.message import Message, message, ours

DIGESTS = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}
LARGEST_ANSWER = 32 * 1024 * 1024
LARGEST_ARCHIVE = 512 * 1024 * 1024
ANSWER_SECONDS = 60.0
ARCHIVE_SECONDS = 300.0
_WAIT = (10.0, 30.0)  # seconds for a connection, and for the next bytes
_REDIRECTS = 5
_CHUNK = 1 << 16
# Requests without any answer after which a registry counts as out of reach for the rest of the run.
_PATIENCE = 6
# 429 with its Retry-After is how registries set the pace.
_RETRY = Retry(
    total=4,
    connect=2,
    read=2,
    redirect=0,
    backoff_factor=0.5,
    backoff_max=20,
    status_forcelist=(429, 502, 503, 504),
    allowed_methods=("GET",),
    raise_on_status=False,
)


class Requests:
    """Sends requests from any number of threads."""

    def __init__(self, *, answer_seconds: float = ANSWER_SECONDS, archive_seconds: float = ARCHIVE_SECONDS) -> None:
        self._local = threading.local()
        self._silent: dict[str, int] = {}
        self._seconds = {LARGEST_ANSWER: answer_seconds, LARGEST_ARCHIVE: archive_seconds}

    def at(self, source: Source) -> SourceRequests:
        return SourceRequests(self, source)

    def save(
        self,
        source: Source,
        address: str,
        write: Callable[[bytes], object],
        *,
        largest: int,
        has_digest: bool,
        accept: str = "",
    ) -> None:
        """Request ``address`` and ``write`` what comes; raise ``NotFetched`` where nothing, or not all, does."""
        host = urlsplit(source.address).netloc
        if self._silent.get(host, 0) >= _PATIENCE:
            raise NotFetched(message("registry.registry-does-not-answer", "the registry does not answer"))
        deadline = time.monotonic() + self._seconds[largest]
        try:
            for chunk in self._chunks(source, urljoin(f"{source.address}/", address), has_digest, accept, deadline):
                largest -= len(chunk)
                if largest < 0:
                    raise NotFetched(message("registry.answer-too-large", "the answer is too large"))
                if time.monotonic() > deadline:
                    raise NotFetched(message("registry.answer-took-too-long", "the answer took too long"))
                write(chunk)
        except (requests.ConnectionError, requests.Timeout) as error:
            self._silent[host] = self._silent.get(host, 0) + 1
            raise NotFetched(
                message(
                    "registry.no-answer", "the registry does not answer: {detail}", detail=ours(type(error).__name__)
                )
            ) from error
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            raise NotFetched(
                message("registry.broke-off", "the answer broke off: {detail}", detail=ours(type(error).__name__))
            ) from error
        self._silent.pop(host, None)

    def _chunks(self, source: Source, address: str, has_digest: bool, accept: str, deadline: float) -> Iterator[bytes]:
        for _ in range(_REDIRECTS):
            is_own = _origin(address) == _origin(source.address)
            if not is_own:
                _refuse_elsewhere(source, address, has_digest)
            with closing(self._send(source, address, is_own, accept)) as response:
                if response.is_redirect:
                    address = urljoin(address, response.headers["location"])
                    continue
                if response.status_code != 200:
                    raise NotFetched(_status(response.status_code))
                while chunk := response.raw.read1(_CHUNK, decode_content=True):
                    yield chunk
                return
        raise NotFetched(message("registry.registry-redirects-without-end", "the registry redirects without end"))

    def _send(self, source: Source, address: str, is_own: bool, accept: str) -> requests.Response:
        headers = {"Accept": accept} if accept else {}
        headers |= dict(source.headers) if is_own else {}
        settings: dict[str, Any] = {"proxies": {"http": source.proxy, "https": source.proxy}} if source.proxy else {}
        if source.authorities:
            settings["verify"] = source.authorities
        return self._session().get(
            address, headers=headers, stream=True, allow_redirects=False, timeout=_WAIT, **settings
        )

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = requests.Session()
            session.headers["User-Agent"] = f"licscan/{__version__}"
            for scheme in ("http://", "https://"):
                session.mount(scheme, HTTPAdapter(max_retries=_RETRY))
            self._local.session = session
        return session


class SourceRequests:
    """Requests to one source; implements ``Get``."""

    def __init__(self, sender: Requests, source: Source) -> None:
        self._sender = sender
        self.source = source

    def __call__(self, address: str, *, digest: Hash | None = None, accept: str = "") -> bytes:
        found = bytearray()
        self._sender.save(
            self.source, address, found.extend, largest=LARGEST_ANSWER, has_digest=digest is not None, accept=accept
        )
        data = bytes(found)
        if digest is not None and hashlib.new(DIGESTS[digest.algorithm], data).hexdigest() != digest.value:
            raise NotFetched(
                message(
                    "registry.answer-has-another-digest-than-registry",
                    "the answer has another digest than the registry states",
                )
            )
        return data


def _origin(address: str) -> tuple[str, str]:
    parts = urlsplit(address)
    return parts.scheme, parts.netloc


def _refuse_elsewhere(source: Source, address: str, has_digest: bool) -> None:
    scheme, own = urlsplit(address).scheme, urlsplit(source.address).scheme
    if scheme not in ("http", "https") or (own == "https" and scheme != "https"):
        raise NotFetched(
            message(
                "registry.registry-leads-address-not-encrypted-or",
                "the registry leads to an address that is not encrypted, or cannot be requested",
            )
        )
    if not has_digest:
        raise NotFetched(
            message(
                "registry.registry-leads-another-host-digest-says",
                "the registry leads to another host, and no digest says what has to be there",
            )
        )


def _status(code: int) -> Message:
    number = ours(str(code))
    if code in (401, 403):
        return message(
            "registry.refused", "the registry refuses it ({code}): log in with its client first", code=number
        )
    if code in (404, 410):
        return message("registry.absent", "the registry does not have it ({code})", code=number)
    if code == 429:
        return message(
            "registry.limited",
            "the registry limits requests ({code}): run again later; what was fetched is kept",
            code=number,
        )
    return message("registry.status", "the registry answers with {code}", code=number)
