"""The page in a real Chromium: search, filter, sort, deep links, paper, dark, hostile texts, accessibility, speed."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from licscan.duediligence import DueDiligence, Judged, Order, derive
from licscan.report.duediligence import html
from licscan.report.duediligence.base import AuditInput
from tests.duediligence.big import big
from tests.duediligence.conftest import report_of


def page_of(report: AuditInput) -> bytes:
    stream = io.BytesIO()
    html.write(report, stream)
    return stream.getvalue()


@pytest.fixture(scope="module")
def sample_page(report: AuditInput, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "audit.html"
    path.write_bytes(page_of(report))
    return path


@pytest.fixture(scope="module")
def page_of_two(judged: Judged, order: Order, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two products on one page, each with scenarios."""
    laid = replace(judged, scenarios=(("saas", judged.audit), ("binary", replace(judged.audit, violations=()))))
    path = tmp_path_factory.mktemp("two") / "audit.html"
    path.write_bytes(page_of(report_of(derive([laid, laid], order), order)))
    return path


@pytest.fixture(scope="module")
def big_page(order: Order, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("big") / "audit.html"
    path.write_bytes(page_of(report_of(derive([big(5000, 20_000)], order), order)))
    return path


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A tab that notes what it complains of, what it asks the network for, and every dialog."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    tab = context.new_page()
    tab.complaints = []
    tab.requests = []
    tab.on("console", lambda message: tab.complaints.append(message.text))
    tab.on("pageerror", lambda error: tab.complaints.append(str(error)))
    tab.on("dialog", lambda dialog: (tab.complaints.append(f"dialog {dialog.message}"), dialog.dismiss()))
    tab.on("request", lambda request: tab.requests.append(request.url))
    yield tab
    context.close()


def register(page: Any) -> Any:
    return page.locator(".grid[data-table='p1-register']")


def shown(grid: Any, column: str) -> list[str]:
    return [cell.inner_text() for cell in grid.locator(f"tbody td.k-{column}").all()]


def test_search_shows_the_rows_that_hold_every_word(page: Any, sample_page: Path) -> None:
    page.goto(sample_page.as_uri())
    grid = register(page)
    all_rows = len(shown(grid, "subject"))
    grid.locator("input[type=search]").fill("readline GPL")
    grid.locator("tbody tr").nth(1).wait_for(state="detached")
    assert shown(grid, "subject") == ["readline"]
    assert grid.locator("output").inner_text() == f"1 of {all_rows}"


def test_filters_are_combined_and_cleared(page: Any, sample_page: Path) -> None:
    page.goto(sample_page.as_uri())
    grid = register(page)
    before = len(shown(grid, "subject"))
    grid.locator("select[data-key=bucket]").select_option("Research needed")
    assert set(shown(grid, "bucket")) == {"Research needed"}
    grid.locator("select[data-key=code]").select_option("reciprocity")
    assert grid.locator("tbody td.none").inner_text() == "Nothing fits."
    grid.locator(".tools button").click()
    assert len(shown(grid, "subject")) == before


def test_a_column_is_sorted_up_and_down_and_says_so(page: Any, sample_page: Path) -> None:
    page.goto(sample_page.as_uri())
    grid = register(page)
    head = grid.locator("thead th.k-subject")
    head.locator("button").click()
    up = shown(grid, "subject")
    assert head.get_attribute("aria-sort") == "ascending"
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    assert shown(grid, "subject") != up
    assert sorted(shown(grid, "subject")) == sorted(up)


def test_a_deep_link_opens_its_finding(page: Any, big_page: Path) -> None:
    wanted = f"{17_345:064x}"
    page.goto(f"{big_page.as_uri()}#f-{wanted}")
    row = page.locator(f"#f-{wanted}")
    assert row.is_visible()
    assert "target-row" in (row.get_attribute("class") or "")
    details = row.locator("xpath=following-sibling::tr[1]")
    assert wanted in details.inner_text()
    assert "Consequences" in details.inner_text()


def test_a_link_of_a_product_leads_to_its_own_finding_where_another_product_has_it_too(
    page: Any, page_of_two: Path
) -> None:
    page.goto(page_of_two.as_uri())
    for product in ("p2", "p1"):
        page.locator(f"#{product}-issues .k-ids a").first.click()
        page.locator(f".grid[data-table='{product}-register'] .target-row").wait_for()
        assert page.locator(".target-row").count() == 1


def test_rows_unfold_by_keyboard(page: Any, sample_page: Path) -> None:
    page.goto(sample_page.as_uri())
    button = register(page).locator("button.unfold").first
    button.focus()
    page.keyboard.press("Enter")
    focused = page.evaluate("document.activeElement.getAttribute('aria-expanded')")
    assert focused == "true"
    page.keyboard.press("Space")
    assert page.evaluate("document.activeElement.getAttribute('aria-expanded')") == "false"


def test_hostile_names_and_texts_stay_text(page: Any, sample_page: Path) -> None:
    page.goto(sample_page.as_uri())
    grid = register(page)
    for button in grid.locator("button.unfold").all():
        button.click()
    evidence = page.locator(".grid[data-table='p1-evidence']")
    for button in evidence.locator("button.unfold").all():
        button.click()
    assert any("<script>alert(1)</script>" in text for text in shown(grid, "subject"))
    assert page.locator("main script, main img, main iframe").count() == 0
    assert all(
        href.startswith("#")
        for href in page.eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))")
    )
    assert page.complaints == []
    text = page.inner_text("body")
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x1b\x07]", text)


def test_the_page_asks_nobody_for_anything(page: Any, sample_page: Path) -> None:
    page.goto(sample_page.as_uri())
    assert page.requests == [sample_page.as_uri()]


def test_injected_code_would_not_run(page: Any, sample_page: Path) -> None:
    page.goto(sample_page.as_uri())
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.ran = true'}))"
    )
    assert page.evaluate("window.ran") is None
    assert any("Content Security Policy" in text for text in page.complaints)


def test_paper_has_page_numbers_and_linked_contents(page: Any, sample_page: Path) -> None:
    page.goto(sample_page.as_uri())
    paper = page.pdf(prefer_css_page_size=True, tagged=True)
    assert paper.startswith(b"%PDF")
    assert paper.count(b"/Type /Page\n") + paper.count(b"/Type /Page ") >= 6
    assert b"/Dest" in paper or b"/Dests" in paper
    assert register(page).locator(".tools").is_visible()  # and the page is as before
    page.emulate_media(media="print")
    assert not register(page).locator(".tools").is_visible()
    assert page.locator(".contents a").first.is_visible()


@pytest.fixture(scope="module")
def pages_of_paper(browser: Any, order: Order, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The text of each page of a report whose tables are longer than a page, as poppler reads it."""
    reader = shutil.which("pdftotext")
    if reader is None:
        pytest.skip("poppler is not installed: what stands on paper was not read")
    folder = tmp_path_factory.mktemp("paper")
    (folder / "audit.html").write_bytes(page_of(report_of(derive([big(20, 60)], order), order)))
    tab = browser.new_page()
    tab.goto((folder / "audit.html").as_uri())
    (folder / "audit.pdf").write_bytes(tab.pdf(prefer_css_page_size=True))
    tab.close()
    done = subprocess.run(
        [reader, "-layout", str(folder / "audit.pdf"), "-"], capture_output=True, text=True, check=True
    )
    return done.stdout.split("\f")


def test_a_table_s_head_stands_on_each_of_its_pages(pages_of_paper: list[str]) -> None:
    of_register = [page for page in pages_of_paper if "Consequences" in page]
    assert len(of_register) > 3
    assert all("Severity" in page and "Likelihood" in page for page in of_register)


def test_the_summary_begins_a_page_of_its_own(pages_of_paper: list[str]) -> None:
    summary = next(page for page in pages_of_paper if "Why it matters" in page)
    assert summary.lstrip().startswith("Summary")
    assert "Digest of the tree" not in summary


def test_paper_tells_how_parts_are_used_and_what_was_found_where(pages_of_paper: list[str]) -> None:
    paper = "".join(pages_of_paper)
    assert "Usage facts, and who states them" in paper
    assert "This program is free software 7:" in paper


def test_dark_follows_the_system(browser: Any, sample_page: Path) -> None:
    shades = {}
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme=scheme)
        tab = context.new_page()
        tab.goto(sample_page.as_uri())
        shades[scheme] = tab.evaluate("getComputedStyle(document.querySelector('main > section')).backgroundColor")
        context.close()
    assert shades == {"light": "rgb(255, 255, 255)", "dark": "rgb(23, 27, 33)"}


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_to_object_to(browser: Any, page_of_two: Path, scheme: str, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-core is not installed")
    # The page's own policy would keep the checker out, too.
    context = browser.new_context(color_scheme=scheme, bypass_csp=True, viewport={"width": width, "height": 900})
    tab = context.new_page()
    tab.goto(page_of_two.as_uri())
    register(tab).locator("button.unfold").first.click()
    found = axe.Axe().run(tab).response["violations"]
    context.close()
    assert [(each["id"], [node["html"][:120] for node in each["nodes"][:3]]) for each in found] == []


def test_20_000_findings_open_and_filter(page: Any, big_page: Path) -> None:
    """How fast is for benchmarks/audit.py to say, on a machine that does nothing else."""
    page.goto(big_page.as_uri())
    page.wait_for_selector("html[data-ready=yes]")
    grid = register(page)
    assert "20,000" in grid.locator("output").inner_text()
    grid.locator("input[type=search]").fill("module_14999")
    grid.locator("tbody tr").nth(1).wait_for(state="detached")
    assert "module_14999" in grid.locator("tbody tr").first.inner_text()


def test_on_a_phone_nothing_but_tables_is_wider_than_the_screen(browser: Any, sample_page: Path) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    tab = context.new_page()
    tab.goto(sample_page.as_uri())
    assert tab.evaluate("document.documentElement.scrollWidth") == 390
    context.close()


def test_on_a_phone_what_a_row_is_about_and_what_was_found_can_be_read_at_once(browser: Any, sample_page: Path) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    tab = context.new_page()
    tab.goto(sample_page.as_uri())
    row = register(tab).locator("tbody tr").first
    for column in ("bucket", "severity", "subject", "message"):
        box = row.locator(f"td.k-{column}").bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 390, column
    title = row.locator("td.k-message").evaluate("cell => getComputedStyle(cell, '::before').content")
    assert title == '"Finding"'
    context.close()


def test_without_scripts_the_first_rows_can_be_read(browser: Any, sample_page: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(sample_page.as_uri())
    assert "readline" in register(tab).inner_text()
    context.close()


def test_the_hosted_page_runs_under_a_policy_without_inline_code(
    report: AuditInput, browser: Any, tmp_path: Path
) -> None:
    for name, content in html.assets(report).items():
        (tmp_path / name).write_bytes(content)
    policy = "default-src 'none'; style-src 'self'; script-src 'self'; base-uri 'none'; form-action 'none'"
    assert f'content="{policy}"'.replace("'", "&#39;") in (tmp_path / "index.html").read_text()
    context = browser.new_context()
    tab = context.new_page()
    types = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}

    def serve(route: Any) -> None:
        file = tmp_path / (route.request.url.rpartition("/")[2] or "index.html")
        headers = {"Content-Security-Policy": policy}
        route.fulfill(body=file.read_bytes(), content_type=types[file.suffix], headers=headers)

    tab.route("https://audit.example/**", serve)
    complaints: list[str] = []
    tab.on("console", lambda message: complaints.append(message.text))
    tab.goto("https://audit.example/index.html")
    tab.wait_for_selector("html[data-ready=yes]")
    assert complaints == []
    context.close()


def test_the_page_is_in_chinese_when_it_is_asked_for(
    document: DueDiligence, order: Order, page: Any, tmp_path: Path
) -> None:
    path = tmp_path / "zh.html"
    path.write_bytes(page_of(report_of(document, order, "zh")))
    page.goto(path.as_uri())
    assert page.get_attribute("html", "lang") == "zh-Hans"
    assert page.locator("h1").inner_text() == "开源尽职调查报告"
    assert "整体冲突" in shown(register(page), "bucket")
