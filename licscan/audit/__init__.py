"""The audit: one typed document that an acquirer's lawyer can use, derived from facts and judgements without a look at any file."""

from licscan.audit.derive import derive
from licscan.audit.document import DueDiligence
from licscan.audit.view import Judged, Order

__all__ = ["DueDiligence", "Judged", "Order", "derive"]
