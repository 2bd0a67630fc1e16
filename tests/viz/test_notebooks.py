"""Drawings and players in a notebook that is run: SVG, text, and a page in a frame."""

import html
import re

import pytest

nbclient = pytest.importorskip("nbclient", reason="needs nbclient")
nbformat = pytest.importorskip("nbformat", reason="needs nbformat")
pytest.importorskip("ipykernel", reason="needs ipykernel")

CELL = """
import viz
from autograd import Value
x = Value(3.0, label='</script>"<b>')
viz.play(x * x)
"""


def test_a_notebook_shows_the_player_in_a_frame_and_svg_and_text_always():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)])
    nbclient.NotebookClient(notebook, timeout=120).execute()
    (output,) = notebook.cells[0].outputs
    shown = output["data"]
    assert shown["text/plain"] == "Player(1 operation forward, 1 backward)"
    assert shown["image/svg+xml"].startswith("<svg")
    assert '"<b>' not in shown["text/html"]
    frame = re.fullmatch(
        r'<iframe srcdoc="([^"]*)" ([^<>]*)></iframe>', shown["text/html"]
    )
    assert 'sandbox="allow-scripts"' in frame[2]
    page = html.unescape(frame[1])
    assert page.startswith("<!DOCTYPE html>")
    assert page.count("</script>") == 2
