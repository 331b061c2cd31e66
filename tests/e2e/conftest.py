"""A real browser for the pages. Pictures go to ``test-results/`` for somebody to look at."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.waiting import PATIENCE_SECONDS

REPOSITORY = Path(__file__).resolve().parents[2]
PICTURES = REPOSITORY / "test-results"
CHROMIUM = os.environ.get("MOTCUA_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--no-first-run",
]

# A crowded machine is slow, not wrong.
expect.set_options(timeout=PATIENCE_SECONDS * 1000)

OpenPage = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # Closed with its module: while it is open, asyncio tests cannot run in this thread.
    with sync_playwright() as playwright:
        # Without a system browser, the one that `playwright install chromium` brought.
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Opens a fresh visitor's page; the test fails on any error the page reports."""
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def opened(
        width: int = 768, height: int = 900, theme: str = "light", scripts: bool = True, touch: bool = False
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=theme,  # type: ignore[arg-type]
            java_script_enabled=scripts,
            has_touch=touch,
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda line: problems.append(line.text) if _is_problem(line.text) else None)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert problems == []


def _is_problem(line: str) -> bool:
    return "Content Security Policy" in line or "Uncaught" in line
