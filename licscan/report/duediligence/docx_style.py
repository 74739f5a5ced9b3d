"""How the document for counsel looks: its properties, fonts, page and footer."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from licscan.report.duediligence.base import AuditInput
from licscan.report.duediligence.docx_parts import field_runs, run_with
from licscan.report.duediligence.words import Words


def set_properties(document: Any, report: AuditInput) -> None:
    """Set title, maker and time of the document, from the report alone."""
    core = document.core_properties
    try:
        moment = datetime.fromisoformat(report.document.control.generated_at.replace("Z", "+00:00")).astimezone(
            timezone.utc
        )
    except ValueError:
        moment = datetime(1980, 1, 1, tzinfo=timezone.utc)
    core.title, core.author, core.comments = report.words.text("Open-source due diligence"), "licscan", ""
    core.last_modified_by, core.language = "licscan", report.words.language.code
    core.created = core.modified = moment.replace(tzinfo=None)
    core.revision = 1


def set_styles(document: Any, words: Words) -> None:
    """Set fonts, the styles of tables, the page and its number; Chinese gets a font of its own."""
    from docx.enum.style import WD_STYLE_TYPE

    far_east = "Microsoft YaHei" if words.language.code == "zh" else "Calibri"
    for name in (
        "Normal",
        "Title",
        "Subtitle",
        "Heading 1",
        "Heading 2",
        "Heading 3",
        "Heading 4",
        "Quote",
        "List Bullet",
    ):
        style = document.styles[name]
        style.font.name = "Calibri"
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for attribute in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{attribute}"), None)
        fonts.set(qn("w:eastAsia"), far_east)
        if name.startswith(("Heading", "Title")):
            style.font.color.rgb = RGBColor(0x1F, 0x2A, 0x37)
    document.styles["Normal"].font.size = Pt(10.5)
    for name, bold in (("TableText", False), ("TableHead", True)):
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = document.styles["Normal"]
        style.font.size, style.font.bold = Pt(8), bold
        style.paragraph_format.space_after = Pt(0)
    settings = document.settings.element
    update = settings.makeelement(qn("w:updateFields"), {qn("w:val"): "true"})
    settings.append(update)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(19)
    section.top_margin = section.bottom_margin = Mm(20)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for run in (*field_runs("PAGE"), run_with("fldChar", fldCharType="end")):
        footer._p.append(run)
