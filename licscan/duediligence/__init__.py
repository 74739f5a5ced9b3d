"""The audit: one typed document that an acquirer's lawyer can use, derived from facts and judgements without a look at any file."""

from licscan.duediligence.derive import derive
from licscan.duediligence.document import DueDiligence
from licscan.duediligence.view import Judged, Order

__all__ = ["DueDiligence", "Judged", "Order", "derive"]
