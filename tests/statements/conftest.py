"""The catalogue of the installed ScanCode, read once."""

from tests.classify.conftest import catalogue, records

__all__ = ["catalogue", "records"]
