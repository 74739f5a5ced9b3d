"""Documents and reports of the sample results, and a browser where there is one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from licscan.classify.catalogue import Catalogue
from licscan.classify.terms import TermKind, packaged_terms
from licscan.detect.licensedb import license_records
from licscan.duediligence import DueDiligence, Judged, Order, derive
from licscan.duediligence.view import Term
from licscan.locale import language
from licscan.policy.codes import BY_CODE
from licscan.report.duediligence.base import AuditInput, audit_input
from licscan.report.duediligence.words import Words
from tests.report.samples import sample


@pytest.fixture(scope="session")
def order() -> Order:
    """The order of an audit, with the real vocabulary and the real sentences."""
    terms = tuple(
        Term(
            id=term.id,
            title=term.title,
            meaning=term.meaning,
            source=term.source,
            duty=term.kind is TermKind.OBLIGATION,
        )
        for term in packaged_terms().terms.values()
    )
    return Order(
        generated_at="2026-01-02T03:04:05Z",
        tool_version="0.1.0",
        scancode_version="32.5.0",
        command=("licscan", "audit", "shop"),
        auditor="A. Auditor",
        terms=terms,
        codes={code: entry.description for code, entry in BY_CODE.items()},
    )


@pytest.fixture(scope="session")
def catalogue_of_licences(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return Catalogue.load(license_records(tmp_path_factory.mktemp("catalogue")))


@pytest.fixture(scope="session")
def judged() -> Judged:
    report = sample()
    return Judged(inventory=report.inventory, audit=report.audit, commit="c0ffee" * 6 + "c0ff")


@pytest.fixture(scope="session")
def document(judged: Judged, order: Order) -> DueDiligence:
    return derive([judged], order)


def report_of(document: DueDiligence, order: Order, code: str = "en") -> AuditInput:
    return audit_input(document, Words(language(code), order.terms))


@pytest.fixture(scope="session")
def report(document: DueDiligence, order: Order) -> AuditInput:
    return report_of(document, order)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A real Chromium without a network; tests that want it are skipped, and say so, where there is none."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("no Chromium is installed: the page was not tried in a browser")
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield started
        started.close()
