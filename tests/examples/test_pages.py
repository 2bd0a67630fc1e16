"""The built documentation in a browser: nothing fails, and the players play.

python -m sphinx docs out/docs && python -m pytest tests/examples/test_pages.py
"""

import shutil
from pathlib import Path

import pytest

PAGES = Path(__file__).parents[2] / "out" / "docs"
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))),
    None,
)
playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright")
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium"),
    pytest.mark.usefixtures("documentation"),
]


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"]
        )
        yield browser
        browser.close()


@pytest.mark.parametrize("page", ["course/01_neuron", "course/05_digits", "gallery"])
def test_a_page_opens_without_an_error_and_its_player_steps(browser, page):
    complaints, asked = [], []
    opened = browser.new_page()
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("requestfailed", lambda request: complaints.append(request.url))
    opened.on("request", lambda request: asked.append(request.url))
    opened.goto((PAGES / f"{page}.html").as_uri())
    player = opened.locator("iframe").first.content_frame
    before = player.locator("#clock").inner_text()
    player.locator("#next").click()
    assert player.locator("#clock").inner_text() != before
    opened.close()
    assert complaints == []
    assert [
        url for url in asked if not url.startswith(("file:", "data:", "about:"))
    ] == []
