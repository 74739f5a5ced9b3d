"""Model cards, datasets and compositions: what CycloneDX has and cyclonedx-python-lib does not write."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from xml.etree.ElementTree import Element, SubElement

import py_serializable as serializable
from msgspec import Struct


class Dataset(Struct, frozen=True, kw_only=True):
    """Data that a model was made with: the ``ref`` of a component of the SBOM, else a ``name`` alone."""

    ref: str | None = None
    name: str | None = None


class Considerations(Struct, frozen=True, kw_only=True):
    """What the model's own card wants considered before the model is used."""

    uses: tuple[str, ...] = ()
    limitations: tuple[str, ...] = ()
    ethics: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.uses or self.limitations or self.ethics)


class ModelCard(Struct, frozen=True, kw_only=True):
    """The part of a CycloneDX model card that a scan can know. ``properties`` are pairs of name and value."""

    task: str | None = None
    architecture_family: str | None = None
    architecture: str | None = None
    datasets: tuple[Dataset, ...] = ()
    considerations: Considerations = Considerations()
    properties: tuple[tuple[str, str], ...] = ()


class Composition(Struct, frozen=True, kw_only=True):
    """How much of what belongs to ``assemblies``, and of what ``dependencies`` need, is known."""

    aggregate: str
    assemblies: tuple[str, ...] = ()
    dependencies: tuple[str, ...] = ()


class ModelCardHelper(serializable.helpers.BaseHelper):
    """Writes a ``ModelCard`` as ``modelCard``."""

    @classmethod
    def json_normalize(cls, o: ModelCard, **_: Any) -> dict[str, Any]:
        parameters: dict[str, Any] = {name: text for name, text in _parameters(o) if text}
        if o.datasets:
            parameters["datasets"] = [_dataset(dataset) for dataset in o.datasets]
        given = o.considerations
        considerations: dict[str, Any] = {
            "useCases": list(given.uses),
            "technicalLimitations": list(given.limitations),
            "ethicalConsiderations": [{"name": text} for text in given.ethics],
        }
        card = {
            "modelParameters": parameters,
            "considerations": {name: content for name, content in considerations.items() if content},
            "properties": [{"name": name, "value": value} for name, value in o.properties],
        }
        return {name: content for name, content in card.items() if content}

    @classmethod
    def xml_normalize(cls, o: ModelCard, *, element_name: str, xmlns: str | None, **_: Any) -> Element:
        card, add = _builder(element_name, xmlns)
        if o.datasets or any(text for _name, text in _parameters(o)):
            parameters = add(card, "modelParameters")
            for name, text in _parameters(o):
                if text:
                    add(parameters, name, text)
            _add_datasets(o.datasets, parameters, add)
        if o.considerations:
            _add_considerations(o.considerations, add(card, "considerations"), add)
        if o.properties:
            properties = add(card, "properties")
            for name, value in o.properties:
                add(properties, "property", value, name=name)
        return card


class DatasetHelper(serializable.helpers.BaseHelper):
    """Writes the name of a dataset as the ``data`` of its component."""

    @classmethod
    def json_normalize(cls, o: Dataset, **_: Any) -> list[dict[str, Any]]:
        return [_dataset(o)]

    @classmethod
    def xml_normalize(cls, o: Dataset, *, element_name: str, xmlns: str | None, **_: Any) -> Element:
        data, add = _builder(element_name, xmlns)
        add(data, "type", "dataset")
        add(data, "name", o.name or "")
        return data


class CompositionsHelper(serializable.helpers.BaseHelper):
    """Writes ``Composition`` entries as ``compositions``."""

    @classmethod
    def json_normalize(cls, o: Iterable[Composition], **_: Any) -> list[dict[str, Any]]:
        return [
            {
                "aggregate": composition.aggregate,
                **({"assemblies": list(composition.assemblies)} if composition.assemblies else {}),
                **({"dependencies": list(composition.dependencies)} if composition.dependencies else {}),
            }
            for composition in o
        ]

    @classmethod
    def xml_normalize(cls, o: Iterable[Composition], *, element_name: str, xmlns: str | None, **_: Any) -> Element:
        compositions, add = _builder(element_name, xmlns)
        for composition in o:
            entry = add(compositions, "composition")
            add(entry, "aggregate", composition.aggregate)
            for plural, singular, refs in (
                ("assemblies", "assembly", composition.assemblies),
                ("dependencies", "dependency", composition.dependencies),
            ):
                if refs:
                    listed = add(entry, plural)
                    for ref in refs:
                        add(listed, singular, ref=ref)
        return compositions


def _add_considerations(given: Considerations, parent: Element, add: _Add) -> None:
    for plural, singular, texts in (
        ("useCases", "useCase", given.uses),
        ("technicalLimitations", "technicalLimitation", given.limitations),
    ):
        if texts:
            listed = add(parent, plural)
            for text in texts:
                add(listed, singular, text)
    if given.ethics:
        listed = add(parent, "ethicalConsiderations")
        for text in given.ethics:
            add(add(listed, "ethicalConsideration"), "name", text)


def _parameters(card: ModelCard) -> Iterator[tuple[str, str | None]]:
    yield "task", card.task
    yield "architectureFamily", card.architecture_family
    yield "modelArchitecture", card.architecture


def _dataset(dataset: Dataset) -> dict[str, Any]:
    return {"ref": dataset.ref} if dataset.ref else {"type": "dataset", "name": dataset.name}


class _Add:
    """Appends elements of the document's own namespace."""

    def __init__(self, xmlns: str | None) -> None:
        self._prefix = f"{{{xmlns}}}" if xmlns else ""

    def __call__(self, parent: Element, tag: str, text: str | None = None, **attributes: str) -> Element:
        qualified = {f"{self._prefix}{name}": value for name, value in attributes.items()}
        element = SubElement(parent, f"{self._prefix}{tag}", qualified)
        element.text = text
        return element


def _builder(element_name: str, xmlns: str | None) -> tuple[Element, _Add]:
    return Element(element_name if element_name.startswith("{") or not xmlns else f"{{{xmlns}}}{element_name}"), _Add(
        xmlns
    )


def _add_datasets(datasets: Iterable[Dataset], parameters: Element, add: _Add) -> None:
    listed = None
    for dataset in datasets:
        listed = add(parameters, "datasets") if listed is None else listed
        if dataset.ref:
            add(listed, "ref", dataset.ref)
        else:
            inline = add(listed, "dataset")
            add(inline, "type", "dataset")
            add(inline, "name", dataset.name)
