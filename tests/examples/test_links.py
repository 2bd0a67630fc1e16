"""The built documentation: every link within it leads somewhere, players are there.

python -m sphinx docs out/docs && python -m pytest tests/examples/test_links.py
"""

from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "out" / "docs"
GENERATED = ("genindex.html", "search.html", "py-modindex.html")


class Page(HTMLParser):
    """What a page links to, and the places in it that can be linked to."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.places: set[str] = set()
        self.frames = 0
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.places |= {given[key] for key in ("id", "name") if given.get(key)}
        self.frames += tag == "iframe"
        link = given.get("href" if tag in ("a", "link") else "src")
        self.links += [link] if link else []


@pytest.fixture(scope="module")
def pages(documentation):
    own = [path for path in PAGES.rglob("*.html") if "_static" not in path.parts]
    return {path.resolve(): Page(path) for path in own}


def test_every_link_between_pages_leads_to_a_file_and_a_place_in_it(pages):
    assert len(pages) > 50
    dead = []
    for path, page in pages.items():
        for link in page.links:
            where = urlsplit(link)
            if where.scheme or where.netloc or path.name in GENERATED:
                continue
            target = path.parent / unquote(where.path) if where.path else path
            place = unquote(where.fragment)
            there = pages.get(target.resolve())
            if not target.exists() or (place and there and place not in there.places):
                dead.append(f"{path.relative_to(PAGES.resolve())}: {link}")
    assert dead == []


def test_every_lesson_has_a_page_that_ran_and_has_its_players(pages):
    for path in (ROOT / "examples").glob("[0-9]*.py"):
        source, page = path.read_text(encoding="utf-8"), PAGES / "course" / path.stem
        text = page.with_suffix(".html").read_text(encoding="utf-8")
        assert "cell_output" in text, path.name
        players = source.count("viz.play(") + source.count("viz.film(")
        assert pages[page.with_suffix(".html").resolve()].frames == players, path.name
