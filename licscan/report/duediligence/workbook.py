"""A workbook of text and numbers as SpreadsheetML, written directly: styles, widths, filters, frozen headers, nothing else.

Libraries take 10 to 15 seconds for the million cells of a large audit, since they check each cell for what it might be. Here a cell is a
number or a text by its type; there are no formulas, links to elsewhere or macros to guard against, because none can be written: a link leads to a cell of
the same workbook, by the sheet's name and the row's number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from xml.sax.saxutils import escape, quoteattr

from msgspec import Struct, field

Value = str | int | float | None

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PAGE_WIDTH = 220  # characters that A4 across holds in the smallest print that can still be read
_LINE, _MAX_LINES = 15, 27  # points of a line; the format ends at 409 points a row
_MOST_LINKS = 60_000  # the format's limit is 65,530 a sheet
_MAX_TEXT = 32_000  # the format's limit is 32,767 characters
# What a spreadsheet would read as the escape of one character.
_ESCAPE = re.compile(r"_x(?=[0-9A-Fa-f]{4}_)")


class Style(Struct, frozen=True, kw_only=True):
    """How cells look. ``fill`` and ``color`` are hexadecimal RGB; text wraps and stands at the top."""

    bold: bool = False
    size: float = 11
    font: str = "Calibri"
    fill: str | None = None
    color: str | None = None


class Sheet(Struct, kw_only=True):
    """One sheet: its rows as XML already, since a large one has too many cells to be kept twice."""

    name: str
    widths: tuple[float, ...]
    frozen: tuple[int, int]  # rows, columns
    filtered: bool
    rows: list[str] = field(default_factory=list)
    links: list[tuple[str, str, int]] = field(default_factory=list)

    def link(self, column: int, sheet: str, row: int) -> None:
        """Let a cell of the last row lead to the first cell of ``row`` in ``sheet``."""
        if len(self.links) < _MOST_LINKS:
            self.links.append((f"{_letters(column)}{len(self.rows)}", sheet, row))

    def add(self, values: Sequence[Value], styles: Sequence[int]) -> None:
        """Add a row; ``styles`` are places in the workbook's list of styles."""
        number = len(self.rows) + 1
        cells = [
            f'<c r="{letters}{number}" s="{style}"{_text(value) if isinstance(value, str) else f"><v>{value}</v>"}</c>'
            for letters, value, style in zip(_letters_of(len(values)), values, styles, strict=True)
            if value is not None and value != ""
        ]
        self.rows.append(f'<row r="{number}" ht="{self._height(values)}">{"".join(cells)}</row>')

    def _height(self, values: Sequence[Value]) -> int:
        """In points, so that wrapped texts show: not every program works a row's height out itself."""
        lines = 1
        for value, width in zip(values, self.widths, strict=False):
            if isinstance(value, str) and _wraps(value, width):
                lines = max(lines, _lines(value, width))
        return min(lines, _MAX_LINES) * _LINE


def _wraps(text: str, width: float) -> bool:
    """Whether a text may take more than one line: most of a large sheet's cells are short, or ids and paths."""
    # What is shorter than half a line fits, whatever its script.
    return (2 * len(text) > width and (" " in text or not text.isascii())) or "\n" in text


@lru_cache(maxsize=20_000)
def _lines(text: str, width: float) -> int:
    """How many lines a text takes in a column; characters outside Latin scripts are taken to be twice as wide.

    Ids and paths get one line: they are looked up, not read through.
    """
    if "\n" in text:
        return sum(_lines(line, width) for line in text.split("\n"))
    if text.isascii():
        return 1 if " " not in text else -(-len(text) // int(width))
    return -(-(len(text) + sum(character > "\u2e7f" for character in text)) // int(width))


def entries(sheets: Sequence[Sheet], styles: Sequence[Style], properties: str) -> Iterator[tuple[str, str]]:
    """Yield the parts of the file by name. ``properties`` is the part ``docProps/core.xml``."""
    numbers = range(1, len(sheets) + 1)
    yield "docProps/core.xml", properties
    yield "[Content_Types].xml", _content_types(numbers)
    yield (
        "_rels/.rels",
        _relations(
            [
                ("officeDocument", "xl/workbook.xml", _RELATIONS),
                ("metadata/core-properties", "docProps/core.xml", f"{_PACKAGE}/relationships"),
            ]
        ),
    )
    yield "xl/workbook.xml", _workbook(sheets)
    parts = [("worksheet", f"worksheets/sheet{number}.xml", _RELATIONS) for number in numbers]
    yield "xl/_rels/workbook.xml.rels", _relations([*parts, ("styles", "styles.xml", _RELATIONS)])
    yield "xl/styles.xml", _styles(styles)
    for number, sheet in zip(numbers, sheets, strict=True):
        yield f"xl/worksheets/sheet{number}.xml", _sheet(sheet)


def core_properties(title: str, description: str, created: str) -> str:
    """Return the properties of an office file: what it is, who made it, and when (ISO 8601 in UTC)."""
    return (
        f'{_HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(title)}</dc:title><dc:creator>licscan</dc:creator><dc:description>{escape(description)}</dc:description>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{escape(created)}</dcterms:created></cp:coreProperties>'
    )


# A large audit says the same few words in most of its cells.
@lru_cache(maxsize=20_000)
def _text(value: str) -> str:
    """The rest of a text cell's start tag, and what the cell holds."""
    shown = value if len(value) <= _MAX_TEXT else value[:_MAX_TEXT]
    safe = escape(_ESCAPE.sub("_x005F_x", shown) if "_x" in shown else shown)
    return f' t="inlineStr"><is><t xml:space="preserve">{safe}</t></is>'


@cache
def _letters_of(columns: int) -> tuple[str, ...]:
    return tuple(_letters(column) for column in range(columns))


def _letters(column: int) -> str:
    return chr(65 + column) if column < 26 else chr(64 + column // 26) + chr(65 + column % 26)


def _sheet(sheet: Sheet) -> str:
    rows, columns = sheet.frozen
    corner = f"{_letters(columns)}{rows + 1}"
    last = f"{_letters(len(sheet.widths) - 1)}{max(len(sheet.rows), 2)}"
    widths = "".join(
        f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>'
        for number, width in enumerate(sheet.widths, 1)
    )
    return (
        f'{_HEAD}<worksheet {_MAIN}><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews><sheetView workbookViewId="0">'
        f'<pane xSplit="{columns}" ySplit="{rows}" topLeftCell="{corner}" activePane="bottomRight" state="frozen"/>'
        f'</sheetView></sheetViews><sheetFormatPr defaultRowHeight="{_LINE}"/><cols>{widths}</cols><sheetData>{"".join(sheet.rows)}</sheetData>'
        + (f'<autoFilter ref="A1:{last}"/>' if sheet.filtered else "")
        + _links(sheet)
        + f'<pageSetup paperSize="9" orientation="landscape" fitToWidth="{_pages_wide(sheet)}" fitToHeight="0"/>'
        "<headerFooter><oddFooter>&amp;L&amp;A&amp;R&amp;P / &amp;N</oddFooter></headerFooter></worksheet>"
    )


def _links(sheet: Sheet) -> str:
    found = "".join(
        f"<hyperlink ref={quoteattr(cell)} location={quoteattr(f'{_quoted(name)}!A{row}')}/>"
        for cell, name, row in sheet.links
    )
    return f"<hyperlinks>{found}</hyperlinks>" if found else ""


def _quoted(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"


def _pages_wide(sheet: Sheet) -> int:
    """On how many pages side by side the columns stay readable in print."""
    return -(-int(sum(sheet.widths)) // _PAGE_WIDTH)


def _workbook(sheets: Sequence[Sheet]) -> str:
    named = "".join(
        f'<sheet name={quoteattr(sheet.name)} sheetId="{number}" r:id="rId{number}"/>'
        for number, sheet in enumerate(sheets, 1)
    )
    names = "".join(_names(number, sheet) for number, sheet in enumerate(sheets))
    return f'{_HEAD}<workbook {_MAIN} xmlns:r="{_RELATIONS}"><sheets>{named}</sheets><definedNames>{names}</definedNames></workbook>'


def _names(number: int, sheet: Sheet) -> str:
    """The names that make filters work and headers come again on each printed page."""
    quoted = _quoted(sheet.name)
    last = f"${_letters(len(sheet.widths) - 1)}${max(len(sheet.rows), 2)}"
    filtered = f'<definedName name="_xlnm._FilterDatabase" localSheetId="{number}" hidden="1">{escape(quoted)}!$A$1:{last}</definedName>'
    headers = f"{quoted}!$1:$1"
    if _pages_wide(sheet) > 1:  # what a row is about comes again beside its further columns
        headers = f"{quoted}!$A:${_letters(sheet.frozen[1] - 1)},{headers}"
    titles = f'<definedName name="_xlnm.Print_Titles" localSheetId="{number}">{escape(headers)}</definedName>'
    return (filtered if sheet.filtered else "") + titles


def _styles(styles: Sequence[Style]) -> str:
    fonts = "".join(
        f'<font>{"<b/>" if style.bold else ""}<sz val="{style.size}"/>'
        + (f'<color rgb="FF{style.color}"/>' if style.color else "")
        + f'<name val="{style.font}"/></font>'
        for style in styles
    )
    fills = "".join(
        f'<fill><patternFill patternType="solid"><fgColor rgb="FF{style.fill}"/></patternFill></fill>'
        if style.fill
        else '<fill><patternFill patternType="none"/></fill>'
        for style in styles
    )
    formats = "".join(
        f'<xf numFmtId="0" fontId="{number}" fillId="{number + 2}" borderId="0" xfId="0" applyFont="1" applyFill="1" '
        'applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>'
        for number in range(len(styles))
    )
    return (
        f'{_HEAD}<styleSheet {_MAIN}><fonts count="{len(styles)}">{fonts}</fonts><fills count="{len(styles) + 2}">'
        '<fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
        f'{fills}</fills><borders count="1"><border/></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(styles)}">{formats}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )


def _relations(found: Iterable[tuple[str, str, str]]) -> str:
    rows = "".join(
        f'<Relationship Id="rId{number}" Type="{base}/{kind}" Target="{target}"/>'
        for number, (kind, target, base) in enumerate(found, 1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{rows}</Relationships>'


def _content_types(numbers: Iterable[int]) -> str:
    sheets = "".join(
        f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{_TYPES}.worksheet+xml"/>'
        for number in numbers
    )
    return (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPES}.styles+xml"/>'
        '<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
        f"{sheets}</Types>"
    )
