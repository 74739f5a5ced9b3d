"""The charts of the page, as inline SVG made of attributes only: no style, no script, nothing of the tree but text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from markupsafe import Markup, escape

from licscan.core.text import one_line
from licscan.core.verdict import Severity
from licscan.duediligence.document import Product, Reach
from licscan.duediligence.ratings import Likelihood
from licscan.report.duediligence.words import Words

_SEVERITIES = tuple(reversed(Severity))
_LIKELIHOODS = (Likelihood.LOW, Likelihood.MEDIUM, Likelihood.HIGH)
_REACHES = 6  # chains drawn; the chapter on copyleft tells all
_BOXES = 4
_BOX = 148


def class_chart(product: Product, words: Words) -> Markup:
    """Return components, models and files by class as bars."""
    rows = [(count, count.components + count.models + count.files + count.projects) for count in product.classes]
    most = max((total for _, total in rows), default=0) or 1
    pieces = []
    for number, (count, total) in enumerate(rows):
        y = 8 + number * 30
        key = count.license_class.value if count.license_class else "none"
        width = round(330 * total / most, 1)
        pieces.append(
            Markup(
                '<g class="bar c-{key}"><text x="168" y="{text}" text-anchor="end">{label}</text>'
                '<rect class="track" x="180" y="{y}" width="330" height="18" rx="3"/>'
                '<rect class="fill" x="180" y="{y}" width="{width}" height="18" rx="3"/>'
                '<text class="value" x="520" y="{text}">{total}</text></g>'
            ).format(
                key=key,
                label=words.class_label(count.license_class),
                y=y,
                text=y + 14,
                width=width,
                total=words.language.number(total),
            )
        )
    title = words.text("Licences by class")
    return _svg(title, (580, 16 + 30 * len(rows)), pieces)


def risk_matrix(product: Product, words: Words) -> Markup:
    """Return findings by severity and likelihood."""
    counted = Counter((risk.severity, risk.likelihood) for risk in product.risks)
    pieces = []
    for column, likely in enumerate(_LIKELIHOODS):
        pieces.append(
            Markup('<text x="{x}" y="18" text-anchor="middle">{label}</text>').format(
                x=200 + column * 130, label=words.label(likely)
            )
        )
    for row, severity in enumerate(_SEVERITIES):
        y = 28 + row * 42
        pieces.append(
            Markup('<text x="124" y="{y}" text-anchor="end">{label}</text>').format(
                y=y + 24, label=words.label(severity)
            )
        )
        for column, likely in enumerate(_LIKELIHOODS):
            count = counted[severity, likely]
            heat = min(4, max(0, (4 - row) + column - 1)) if count else "none"
            pieces.append(
                Markup(
                    '<g class="heat-{heat}"><rect x="{x}" y="{y}" width="124" height="36" rx="4"/>'
                    '<text x="{mid}" y="{text}" text-anchor="middle">{count}</text></g>'
                ).format(
                    heat=heat,
                    x=138 + column * 130,
                    mid=200 + column * 130,
                    y=y,
                    text=y + 24,
                    count=words.language.number(count),
                )
            )
    return _svg(words.text("Findings by severity and likelihood"), (530, 32 + 42 * len(_SEVERITIES)), pieces)


def reach_chart(product: Product, words: Words) -> Markup | None:
    """Return how copyleft comes in: one chain of boxes for each of the widest reaches; ``None`` where there is none."""
    shown = [reach for reach in product.reach if len(reach.chain) > 1][:_REACHES]
    if not shown:
        return None
    pieces: list[Markup] = []
    for number, reach in enumerate(shown):
        pieces += _chain(reach, 6 + number * 60, words)
    return _svg(words.text("How copyleft comes in"), (6 + _BOXES * (_BOX + 26) + 130, 6 + 60 * len(shown)), pieces)


def _chain(reach: Reach, y: int, words: Words) -> Iterator[Markup]:
    steps = list(reach.chain)
    if len(steps) > _BOXES:
        steps = [*steps[:2], words.text("{count} more", count=len(steps) - 3), steps[-1]]
    for number, step in enumerate(steps):
        x = 2 + number * (_BOX + 26)
        last = number == len(steps) - 1
        if number:
            yield Markup('<path class="arrow" d="M{a} {y}h22m-6 -4l6 4l-6 4"/>').format(a=x - 25, y=y + 20)
        yield Markup(
            '<g class="box{mark}"><rect x="{x}" y="{y}" width="{w}" height="40" rx="5"/>'
            '<text x="{mid}" y="{text}" text-anchor="middle">{step}</text></g>'
        ).format(
            mark=" copyleft" if last else "", x=x, y=y, w=_BOX, mid=x + _BOX / 2, text=y + 24, step=one_line(step, 20)
        )
    x = 2 + len(steps) * (_BOX + 26) - 16
    told = words.text(
        "{licence}; parts that hold or need it: {count}", licence=one_line(reach.license, 24), count=reach.dependents
    )
    yield Markup('<text class="note" x="{x}" y="{y}">{told}</text>').format(x=x, y=y + 24, told=told)


def _svg(title: str, size: tuple[int, int], pieces: list[Markup]) -> Markup:
    head = Markup(
        '<svg class="chart" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" aria-label="{title}">'
    ).format(w=size[0], h=size[1], title=title)
    return (
        head
        + Markup("<title>{}</title>").format(title)
        + Markup("").join(escape(piece) for piece in pieces)
        + Markup("</svg>")
    )
