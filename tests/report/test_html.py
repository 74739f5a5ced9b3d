from __future__ import annotations

import base64
import hashlib
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from licscan.core.result import Audit
from licscan.report import html
from licscan.report.base import ReportInput
from tests.report import samples
from tests.report.golden import written

PAGE = written(html, samples.sample()).decode()
STYLE = (Path(html.__file__).parent / "templates" / "report.css").read_text(encoding="utf-8")
VOID = {"meta", "input", "br", "rect", "link", "img", "hr"}


class Page(HTMLParser):
    """The elements of a page with their attributes, the text in each, and whether tags are balanced."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open:
            self.texts.setdefault(self.open[-1], []).append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def page() -> Page:
    return Page(PAGE)


def test_every_element_is_closed_in_order(page: Page) -> None:
    assert page.open == []


def test_scanned_text_makes_no_element(page: Page) -> None:
    assert len(page.all("script")) == 1
    assert page.all("img") == []
    assert page.all("i") == []
    assert any("<script>alert(1)</script><img src=x onerror=alert(2)>.py" in text for text in page.texts["span"])


def test_nothing_is_fetched_and_no_attribute_acts(page: Page) -> None:
    for tag, attributes in page.elements:
        for name, value in attributes.items():
            assert not name.startswith("on"), (tag, name)
            assert name not in ("src", "srcset", "style", "action", "formaction", "background"), (tag, name)
            if name in ("href", "xlink:href"):
                assert value and value.startswith("#"), (tag, value)
    assert "url(" not in STYLE
    assert "@import" not in STYLE


def test_a_template_that_forgets_the_filter_is_harmless_nevertheless() -> None:
    shown = html._environment().from_string("{{ text }}").render(text="<b>\x1b[2J\u202e\n")
    assert shown == "&lt;b&gt;\\x1b[2J\\u202e\n"


def test_every_link_leads_somewhere(page: Page) -> None:
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    named = [
        str(attributes[a]).split() for _, attributes in page.elements for a in ("aria-labelledby",) if a in attributes
    ]
    targets = [str(link["href"])[1:] for link in page.all("a")] + [name for names in named for name in names]
    assert set(targets) <= set(ids)


def test_the_content_policy_lets_only_our_style_and_script_in(page: Page) -> None:
    policies = [meta["content"] for meta in page.all("meta") if meta.get("http-equiv") == "Content-Security-Policy"]
    assert len(policies) == 1
    rules = dict(rule.split(" ", 1) for rule in str(policies[0]).split("; "))
    script, style = "".join(page.texts["script"]), "".join(page.texts["style"])
    assert rules == {
        "default-src": "'none'",
        "script-src": f"'sha256-{_digest(script)}'",
        "style-src": f"'sha256-{_digest(style)}'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }


def test_the_chart_can_be_read_without_seeing_it(page: Page) -> None:
    (chart,) = page.all("svg")
    assert chart["role"] == "img"
    assert "Strong copyleft: 9" in "".join(page.texts["desc"])
    assert len([r for r in page.all("rect") if r["class"] == "fill"]) == 7


def test_every_table_says_what_its_columns_are(page: Page) -> None:
    assert page.all("table")
    assert all(head.get("scope") in ("col", "row") for head in page.all("th"))


def test_many_findings_are_folded_and_few_are_not() -> None:
    assert all("open" in details for details in Page(PAGE).all("details") if "finding" in str(details["class"]))
    many = Page(written(html, samples.large(200)).decode())
    findings = [details for details in many.all("details") if "finding" in str(details["class"])]
    assert len(findings) == 200
    assert not any("open" in details for details in findings)


def test_twenty_thousand_findings_make_a_page_that_a_browser_can_hold() -> None:
    size = len(written(html, samples.large(20_000)))
    assert size < 30_000_000
    assert "content-visibility: auto" in STYLE


def test_a_repair_that_a_whole_group_shares_is_told_once() -> None:
    fix = samples.large(1).audit.violations[0].how_to_fix
    assert written(html, samples.large(50)).decode().count(str(fix)) == 1


def test_a_broken_time_is_shown_as_it_stands() -> None:
    sample = samples.clean()
    report = ReportInput(inventory=sample.inventory, audit=sample.audit, generated_at="<yesterday>")
    assert "&lt;yesterday&gt;</time>" in written(html, report).decode()


def test_a_scan_that_is_incomplete_without_a_reason_says_so() -> None:
    sample = samples.clean()
    audit = Audit(policy=sample.audit.policy, facts=sample.audit.facts, conclusions=(), violations=(), complete=False)
    report = ReportInput(inventory=sample.inventory, audit=audit, generated_at=sample.generated_at)
    assert "The scan is <strong>incomplete</strong>." in written(html, report).decode()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "sheet", "wash", "bad-wash", "warn-wash", "good-wash"])
@pytest.mark.parametrize("ink", ["ink", "soft", "link", "bad", "warn", "good"])
def test_text_has_the_contrast_that_wcag_aa_asks_for(theme: str, ground: str, ink: str) -> None:
    colours = _colours(theme)
    assert _contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_bars_have_the_contrast_that_wcag_aa_asks_of_graphics(theme: str) -> None:
    colours = _colours(theme)
    classes = re.findall(r"\.bar-([\w-]+) \.fill", STYLE)
    assert len(classes) == 7
    for name in classes:
        assert _contrast(colours[name], colours["sheet"]) >= 3


def test_a_browser_runs_our_script_and_no_other(tmp_path: Path) -> None:
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        pytest.skip("no browser here: Debian's is the package chromium")
    file = tmp_path / "report.html"
    file.write_text(PAGE, encoding="utf-8")
    options = [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--enable-logging=stderr",
    ]
    done = subprocess.run(
        [browser, *options, f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", file.as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    shown = Page(done.stdout)
    (form,) = shown.all("form")
    assert "hidden" not in form  # our script has run: the filter works and shows itself
    assert "Content Security Policy" not in done.stderr
    assert len(shown.all("script")) == 1


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _colours(theme: str) -> dict[str, str]:
    light, dark = STYLE.split("@media screen and (prefers-color-scheme: dark)", 1)
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", light))
    return found if theme == "light" else found | dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", dark))


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    """Return the relative luminance of ``#rrggbb`` as WCAG 2 defines it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
