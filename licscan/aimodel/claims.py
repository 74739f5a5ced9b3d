"""What is said of a model's licence: by its card, its weights, the files beside it, the register, and what it derives from."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice

from msgspec import Struct
from msgspec.structs import replace

from licscan.aimodel.card_license import is_family, named_license
from licscan.aimodel.held import Held, own_id, stated_license
from licscan.aimodel.phrases import licenses_in
from licscan.aimodel.reading import is_path, weights_stem
from licscan.aimodel.weights import weights_name
from licscan.core.component import ClaimSource, LicenseClaim
from licscan.core.finding import FileFinding, FileKind, SourceFile
from licscan.core.location import Location
from licscan.modellicense.register import UNRECORDED, ModelRegister

REGISTER = "licscan's register of model licences"
LicenseReader = Callable[[str], str | None]
# What is said of a licence file in which no licence is found.
UNRECOGNISED = "a licence text that is not recognised"
# Licences that ask nothing of whoever passes a work on, or what derives from it.
_RELEASING = frozenset({"cc0-1.0", "unlicense", "pddl-1.0", "wtfpl-2.0", "0bsd", "bsd-zero", "mit-0", "public-domain"})
_IS_LICENSE = re.compile(r"licen[cs]e|copying|agreement")
_MAX_RAW = 300
# Licences of one card or one file of weights that are read.
_MOST_STATED = 50
# A longer statement may be a text, not a name.
_NAME_LENGTH = 40
# The address on the Hub of a file of the model itself: owner/NAME/blob/main/FILE.
_OWN_FILE = re.compile(r"https?://(?:huggingface\.co|hf\.co)/[\w.-]+/([\w.-]+)/(?:blob|resolve|raw)/[\w.-]+/([\w./-]+)")
# Words in the names of licence files that tell whose licence it is.
_OF_WEIGHTS = ("model", "weights")
_OF_CODE = ("code", "source")


class Claims(Struct, frozen=True):
    """``files`` and ``findings`` are those of the tree by path, ``overlay`` what licscan's own rules add to them."""

    register: ModelRegister
    read_license: LicenseReader
    files: Mapping[str, SourceFile]
    findings: Mapping[str, FileFinding]
    overlay: Mapping[str, FileFinding]

    def of_held(self, held: Held) -> tuple[LicenseClaim, ...]:
        """Return what the model's own files say, each once; the register speaks where its name is on record.

        What only says that other terms hold ("other", or a name that nobody knows) counts where nothing tells these terms.
        """
        own = own_id(held)
        linked = list(self._linked(held))
        origins = {one.origin for one in linked}
        beside = [*linked, *(claim for claim in self._beside(held) if claim.origin not in origins)]
        named = self.of_name(own) if own else ()
        known = {claim.expression for claim in (*beside, *named) if claim.expression}
        bases = {key for name in held.bases if (key := self._of_base(name)) and not self._is_general(key)}
        read = [
            (value, claim)
            for value, claim in (
                *_few(self._of_card(held, known | bases)),
                *_few(self._of_weights(held, known | bases)),
            )
            if claim.expression or not (known or (bases and is_family(value)))
        ]
        stated = [claim for _, claim in read]
        family = [
            claim
            for claim in (() if named else self._of_files(held))
            if not self._is_general(claim.expression or "")
            or not (known or stated)  # what is permissive frees nothing else
        ]
        return tuple(dict.fromkeys((*stated, *beside, *named, *family)))

    def _of_base(self, name: str) -> str | None:
        return self.register.of_model(name) or self.register.of_name(name)

    def _is_general(self, key: str) -> bool:
        entry = self.register.find(key)
        return entry is None or entry.general

    def _of_files(self, held: Held) -> tuple[LicenseClaim, ...]:
        """Return what the names of the weights, or of their folder, say of the family that these are of."""
        for path in (*(item.path for item in held.weights), held.path):
            name = weights_name(path) if path != held.path or held.weights else path.rpartition("/")[2]
            place = (Location(path=path),) if held.weights else held.places[:1]
            if name and (key := self.register.of_bare(name)) and key != UNRECORDED:
                return (_claim(key, "its name, that of a family of models", place, inherited=(name,)),)
        return ()

    def of_name(self, name: str, locations: tuple[Location, ...] = ()) -> tuple[LicenseClaim, ...]:
        """Return what the register says of a model called so."""
        if name.startswith("ollama/"):
            key = self.register.of_ollama(name.removeprefix("ollama/"))
        else:
            key = self.register.of_model(name)
        if key == UNRECORDED:
            return (_claim(None, REGISTER, locations, raw=f"{name}: under a licence that is not on record"),)
        if key:
            return (_claim(key, REGISTER, locations),)
        return self.of_family(name, locations)

    def of_family(self, name: str, locations: tuple[Location, ...] = ()) -> tuple[LicenseClaim, ...]:
        """Return what a name says of the family that a copy or a derived model is of."""
        key = self.register.of_name(name) or self.register.of_copy(name) or self._of_bare(name)
        if not key or key == UNRECORDED:
            return ()
        return (_claim(key, "its name, that of a family of models", locations, inherited=(name.rpartition("/")[2],)),)

    def _of_bare(self, name: str) -> str | None:
        """Return the licence that a name without a publisher tells: the base that a path names, a file of weights."""
        stem = weights_stem(name)
        return self.register.of_bare(stem) if stem else None

    def of_service(self, key: str, locations: tuple[Location, ...]) -> tuple[LicenseClaim, ...]:
        """Return what binds whoever uses a model over the interface of the service: the contract with that."""
        known = self.register.of_service(key)
        return (_claim(known[1], f"the terms of {known[0]}, which serves it", locations),) if known else ()

    def of_dataset(self, name: str, locations: tuple[Location, ...]) -> tuple[LicenseClaim, ...]:
        key = self.register.of_dataset(name)
        return (_claim(key, REGISTER, locations),) if key else ()

    def _of_card(self, held: Held, hints: set[str]) -> Iterator[tuple[str, LicenseClaim]]:
        for value in stated_license(held.card) if held.card else ():
            place = (Location(path=held.card_path, start_line=value.line, end_line=value.line),)
            yield value.text, self._stated(value.text, "model card", place, hints)

    def _linked(self, held: Held) -> Iterator[LicenseClaim]:
        """Yield what the file says that the card's ``license_link`` leads to: one of the tree, never one outside of it."""
        folder = "" if held.path == "." else held.path
        for value in held.card.values("license_link") if held.card else ():
            own = _OWN_FILE.fullmatch(value.text)
            if own and own[1].lower() != (own_id(held) or held.name).lower().rpartition("/")[2]:
                continue
            link = own[2] if own else value.text
            if not is_path(link) or link.startswith(("/", "~")):
                continue
            path = posixpath.normpath(posixpath.join(folder, link))
            expression = self._said(path) if path in self.files else None
            if expression:
                yield _claim(expression, path, (Location(path=path),), source=ClaimSource.DETECTED)

    def _of_weights(self, held: Held, hints: set[str]) -> Iterator[tuple[str, LicenseClaim]]:
        for text, place in held.licenses:
            origin = "Modelfile" if place.path == held.path and not held.weights else "the weights' metadata"
            yield text, self._stated(text, origin, (place,), hints)

    def _stated(self, text: str, origin: str, places: tuple[Location, ...], hints: set[str]) -> LicenseClaim:
        """Read one statement: what a card calls a licence, an SPDX expression, a name, or a whole text."""
        known = [entry.id for entry in self.register.in_card(text)]
        by_id = self.register.find(text.strip())
        known = known or ([by_id.id] if by_id else [])
        told = [key for key in known if key in hints] or known  # one value can stand for several texts
        if not told and len(text) > _NAME_LENGTH:
            told = [entry.id for entry, _ in licenses_in(text, self.register)]
        expression = " AND ".join(told) or named_license(text, self.read_license)
        if not expression and len(text) > _NAME_LENGTH:
            expression = self.read_license(text)
        return _claim(expression, origin, places, raw=text[:_MAX_RAW])

    def _beside(self, held: Held) -> Iterator[LicenseClaim]:
        """Yield what the licence files in the model's folder say: those for weights, else those that are for no code."""
        loose = bool(held.weights) and held.path == held.weights[0].path
        folder = held.path.rpartition("/")[0] if loose else "" if held.path == "." else held.path
        here = self._legal(folder)
        if not here and "params.json" in held.configs and folder:
            here = self._legal(folder.rpartition("/")[0])  # Llama's download puts the licence above the weights
        of_weights = [path for path in here if any(word in _name(path) for word in _OF_WEIGHTS)]
        others = [path for path in here if not any(word in _name(path) for word in _OF_CODE)]
        if loose and not folder:
            others = []  # the project's own licence, which says nothing of a file of weights beside it
        for path in of_weights or others:
            expression = self._said(path)
            if not expression and not _IS_LICENSE.search(_name(path)):
                continue  # a policy, a list of patents: read where it says something
            raw = None if expression else UNRECOGNISED
            yield _claim(expression, path, (Location(path=path),), source=ClaimSource.DETECTED, raw=raw)

    def _legal(self, folder: str) -> list[str]:
        return [
            path
            for path, file in self.files.items()
            if path.rpartition("/")[0] == folder and file.kind is FileKind.LEGAL and "notice" not in _name(path)
        ]

    def _said(self, path: str) -> str | None:
        own = self.overlay.get(path)
        found = own or self.findings.get(path)
        return found.expression if found else None


def inherited(claims: Iterable[LicenseClaim], base: str, places: tuple[Location, ...]) -> tuple[LicenseClaim, ...]:
    """Return the claims on a base as claims on what derives from it, which says so at ``places``; a licence that asks nothing of what
    derives from the base adds none."""
    return tuple(
        LicenseClaim(
            source=claim.source,
            expression=claim.expression,
            raw=claim.raw,
            origin=f"inherited from {base}",
            locations=places,
            inherited_from=(base, *(name for name in claim.inherited_from if name != base)),
        )
        for claim in claims
        if claim.expression not in _RELEASING
    )


def _few(stated: Iterator[tuple[str, LicenseClaim]]) -> Iterator[tuple[str, LicenseClaim]]:
    """Yield as many statements as a card has in earnest; a licence of which nothing is known stands for the others."""
    yield from islice(stated, _MOST_STATED)
    for value, claim in stated:
        raw = f"further licences, which are left out: no more than {_MOST_STATED} are read"
        yield value, replace(claim, expression=None, raw=raw)
        return


def _claim(
    expression: str | None,
    origin: str,
    places: tuple[Location, ...],
    *,
    source: ClaimSource = ClaimSource.DECLARED,
    raw: str | None = None,
    inherited: tuple[str, ...] = (),
) -> LicenseClaim:
    return LicenseClaim(
        source=source, expression=expression, raw=raw, origin=origin, locations=places, inherited_from=inherited
    )


def _name(path: str) -> str:
    return path.rpartition("/")[2].lower()
