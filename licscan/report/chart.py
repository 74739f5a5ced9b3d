"""The classes as a bar chart: SVG that needs no script, no network, and no eyes."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from licscan.core.text import plural
from licscan.report.summary import ClassCount

_ROW = 34
_BAR = 16
_LABEL = 168
_WIDTH = 640
_NUMBER = 64  # room for the figure behind the longest bar


def class_chart(counts: Sequence[ClassCount]) -> Markup:
    """Return the chart as an SVG element; colours come from the page's style (``bar-<class>``)."""
    largest = max((count.total for count in counts), default=0)
    height = _ROW * len(counts)
    told = "; ".join(f"{count.label}: {count.total:,}" for count in counts)
    head = Markup(
        '<svg class="chart" role="img" aria-labelledby="chart-title chart-desc" viewBox="0 0 {w} {h}">'
        '<title id="chart-title">Licences by class</title><desc id="chart-desc">{told}</desc>'
    ).format(w=_WIDTH, h=height, told=told)
    return head + Markup("").join(_bar(count, row, largest) for row, count in enumerate(counts)) + Markup("</svg>")


def _bar(count: ClassCount, row: int, largest: int) -> Markup:
    room = _WIDTH - _LABEL - _NUMBER
    # A class that has members shows at least a sliver: one GPL file among 20,000 is what the reader looks for.
    width = max(3.0, room * count.total / largest) if count.total else 0
    middle = row * _ROW + _ROW / 2
    return Markup(
        '<g class="bar bar-{key}"><title>{label}: {told}</title>'
        '<text class="bar-label" x="0" y="{y}">{label}</text>'
        '<rect class="track" x="{x}" y="{top}" width="{room}" height="{bar}" rx="3"></rect>'
        '<rect class="fill" x="{x}" y="{top}" width="{width}" height="{bar}" rx="3"></rect>'
        '<text class="bar-count" x="{end}" y="{y}">{total}</text></g>'
    ).format(
        key=count.key,
        label=count.label,
        told=plural(count.total, "subject"),
        y=middle + 5,
        x=_LABEL,
        top=middle - _BAR / 2,
        room=room,
        bar=_BAR,
        width=round(width, 1),
        end=_WIDTH - _NUMBER + 10,
        total=f"{count.total:,}",
    )
