"""cyclonedx-python-lib's own classes, taught what they do not write yet, through its serialisation library.

No ``from __future__ import annotations`` here: py_serializable reads the return types of properties at run time.
"""

from collections.abc import Iterable
from typing import Any, TypeVar

import py_serializable as serializable
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component
from cyclonedx.model.component_evidence import Occurrence
from cyclonedx.schema.schema import SchemaVersion1Dot5, SchemaVersion1Dot6, SchemaVersion1Dot7
from py_serializable import ObjectMetadataLibrary

from licscan.report.cyclonedx.model_card import (
    Composition,
    CompositionsHelper,
    Dataset,
    DatasetHelper,
    ModelCard,
    ModelCardHelper,
)

_C = TypeVar("_C", bound=type)


def _extends(base: type, *added: str) -> Any:
    """Register a subclass of ``base`` that has the properties ``added``; py_serializable knows a property's XML place,
    names and versions by the class that defines it, so that a subclass would lose all that it inherits."""

    def register(klass: _C) -> _C:
        serializable.serializable_class(klass, ignore_unknown_during_deserialization=True)
        properties = ObjectMetadataLibrary.klass_property_mappings
        own, inherited = (f"{owner.__module__}.{owner.__qualname__}" for owner in (klass, base))
        properties[own] = {**properties[inherited], **{name: properties[own][name] for name in added}}
        return klass

    return register


@_extends(Component, "model_card", "data")
class SbomComponent(Component):
    """A component that can hold a model card, or tell which dataset it is."""

    def __init__(self, *, model_card: ModelCard | None = None, data: Dataset | None = None, **known: Any) -> None:
        super().__init__(**known)
        self._model_card = model_card
        self._data = data

    def _order(self) -> tuple[str, str]:
        """What tells components apart: the library compares all that they hold, again and again."""
        return (self.bom_ref.value or "", self.name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SbomComponent) and self._order() == other._order()

    def __lt__(self, other: object) -> bool:
        return self._order() < other._order() if isinstance(other, SbomComponent) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._order())

    @property
    @serializable.view(SchemaVersion1Dot5)
    @serializable.view(SchemaVersion1Dot6)
    @serializable.view(SchemaVersion1Dot7)
    @serializable.type_mapping(ModelCardHelper)
    @serializable.xml_sequence(26)
    def model_card(self) -> ModelCard | None:
        return self._model_card

    @property
    @serializable.view(SchemaVersion1Dot5)
    @serializable.view(SchemaVersion1Dot6)
    @serializable.view(SchemaVersion1Dot7)
    @serializable.type_mapping(DatasetHelper)
    @serializable.xml_sequence(27)
    def data(self) -> Dataset | None:
        return self._data


@_extends(Bom, "compositions")
class SbomDocument(Bom):
    """A bill of materials that says how complete it is."""

    def __init__(self, *, compositions: Iterable[Composition] = (), **known: Any) -> None:
        super().__init__(**known)
        self._compositions = tuple(compositions)

    @property
    @serializable.view(SchemaVersion1Dot5)
    @serializable.view(SchemaVersion1Dot6)
    @serializable.view(SchemaVersion1Dot7)
    @serializable.type_mapping(CompositionsHelper)
    @serializable.xml_sequence(60)
    def compositions(self) -> tuple | None:  # type: ignore[type-arg] # py_serializable reads bare types only
        return self._compositions or None


@_extends(Occurrence)
class Place(Occurrence):
    """An occurrence with an order: the library's own compares by identity, so that its lists change from run to run."""

    def _order(self) -> tuple[str, int, str]:
        return (self.location, self.line or 0, self.additional_context or "")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Place) and self._order() == other._order()

    def __lt__(self, other: object) -> bool:
        return self._order() < other._order() if isinstance(other, Place) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._order())
