"""Films of a training: every frame is what the network was, and the page plays."""

import json
import re
import shutil
from html import unescape
from xml.etree import ElementTree

import numpy as np
import pytest

import autograd as ag
import nn
import viz
from autograd import Value

POINTS = np.array([[0, 0], [1, 1], [0, 1], [1, 0]], np.float32)
CLASSES = np.array([0, 0, 1, 1])


def trained(model, x, calls=3, **options):
    """A recorder that saw every weight grow by 1, again and again."""
    recorder = viz.Recorder(model, x, **options)
    for step in range(calls):
        recorder(0.5 / (step + 1))
        for parameter in model.parameters():
            parameter.data += 1
    return recorder


def small(**options):
    model = nn.MLP(2, [3, 2], activation=np.tanh, generator=0)
    return trained(model, np.array([1.0, -2.0], np.float32), **options)


def data_of(page):
    found = re.search(r'id="data">(.*?)</script>', page, re.DOTALL)
    return json.loads(found[1])


def test_a_recorder_keeps_what_was_and_not_what_became_of_it():
    history = small().history
    first, last = history[0].layers[1].weights, history[-1].layers[1].weights
    assert np.allclose(last - first, 2)
    assert history[1].note == "step 1 · loss 0.25"


@pytest.mark.parametrize(
    ("loss", "note"),
    [
        (None, "step 0"),
        (0.5, "step 0 · loss 0.5"),
        (np.float32(0.5), "step 0 · loss 0.5"),
        (ag.tensor([0.5], requires_grad=True), "step 0 · loss 0.5"),
        (Value(0.5), "step 0 · loss 0.5"),
        (type("Training", (), {"loss": 0.5})(), "step 0 · loss 0.5"),
        (object(), "step 0"),
    ],
)
def test_a_recorder_takes_what_a_loop_has_at_hand(loss, note):
    recorder = viz.Recorder(nn.scalar.MLP(2, [1]), [1.0, 2.0])
    recorder(loss)
    assert [frame.note for frame in recorder.history] == [note]


def test_only_every_so_many_calls_are_recorded():
    assert [frame.note[:6] for frame in small(calls=5, every=2).history] == [
        "step 0",
        "step 2",
        "step 4",
    ]


def test_every_number_of_a_page_is_what_the_recorder_saw():
    recorder = small()
    page = viz.film(recorder).html()
    for told, frame in zip(data_of(page)["frames"], recorder.history, strict=True):
        weights = [layer.weights.ravel() for layer in frame.layers[1:]]
        drawn = [float(each) for each in told["weights"]]
        assert np.allclose(drawn, np.concatenate(weights), rtol=1e-3)
        values = np.concatenate([layer.values for layer in frame.layers])
        drawn = [float(each[3].rpartition(": ")[2]) for each in told["neurons"]]
        assert np.allclose(drawn, values, rtol=1e-5)
        assert told["note"] == frame.note


def test_an_svg_has_all_frames_and_shows_the_last_where_nothing_is_to_move():
    svg = viz.film(small()).svg()
    root = ElementTree.fromstring(svg)
    frames = [each for each in root if each.get("class", "").startswith("f")]
    assert [each.get("class") for each in frames] == ["f", "f", "f z"]
    assert "prefers-reduced-motion:no-preference" in svg
    assert [float(each.get("style")[16:-1]) for each in frames] == [-10, -8, -6]


def test_one_frame_and_many_are_a_film_and_pairs_of_arrays_are_frames():
    history = [([np.full((2, 1), i)], [np.ones(1), np.ones(2) * i]) for i in range(4)]
    assert repr(viz.film(history)) == "Film(1-2, 4 frames)"
    assert repr(viz.film(history[:1])) == "Film(1-2, 1 frame)"
    assert data_of(viz.film(history).html())["frames"][3]["weights"] == ["3", "3"]


def test_an_image_that_changes_changes_on_the_page():
    history = [([np.ones((2, 49))], [np.eye(7) * i, np.ones(2)]) for i in range(2)]
    frames = data_of(viz.film(history).html())["frames"]
    assert frames[0]["before"] != frames[1]["before"]
    assert "before" not in data_of(viz.film(history[:1] * 2).html())["frames"][0]


@pytest.mark.parametrize("side", [1, 2, 3])
def test_the_plane_of_a_classifier_is_recorded(side):
    model = nn.MLP(2, [4, side], generator=0)
    recorder = trained(model, POINTS[0], points=(POINTS, CLASSES))
    plane = recorder.history[0].plane
    assert plane.classes.shape == (40, 40)
    assert plane.classes.max() < max(side, 2)
    svg = viz.film(recorder).svg()
    ElementTree.fromstring(svg)
    assert ("circles are class 0" in svg) == (side < 3)


def test_the_plane_is_the_models_own_answer():
    def model(x):
        return x @ np.array([[0.0], [1.0]]) - 0.5  # class 1 above the line

    recorder = viz.Recorder(model, np.zeros(2), points=(POINTS, CLASSES))
    recorder()
    classes = recorder.history[0].plane.classes
    assert classes[:20].all()
    assert not classes[20:].any()
    ours = viz.Recorder(nn.scalar.MLP(2, [1]), [0.0, 0.0], points=(POINTS, CLASSES))
    for w, number in zip(ours.model.parameters(), (0.0, 1.0, -0.5)):
        w.data = number
    ours()
    classes = ours.history[0].plane.classes
    assert classes[:10].all()
    assert not classes[10:].any()


@pytest.mark.parametrize("history", [3, None, "abc", [3], ["abc"], [(1, 2, 3)]])
def test_what_is_no_history_of_a_training_is_a_type_error(history):
    with pytest.raises(TypeError, match=r"viz\.Recorder"):
        viz.film(history)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: viz.film([]), "the history is empty"),
        (lambda: viz.film(3), "of its history, or of a list of pairs"),
        (lambda: viz.film([3]), "got int"),
        (lambda: viz.film([([np.eye(2)], [np.ones(2)])]), "of which there is one more"),
        (lambda: viz.film([([np.eye(2)], [np.ones(2), np.ones(3)])]), "have shape"),
        (lambda: viz.film(small(), seconds=0), "a number above 0"),
        (lambda: viz.film(small(), most=1), "2 or more"),
        (lambda: viz.film(small(), classes="abc"), "of 2 outputs"),
        (lambda: small(every=0), "1 or more"),
        (lambda: small(points=(POINTS, [1])), "of shape (n, 2)"),
        (lambda: small(points=(POINTS[:0], [])), "got none"),
        (lambda: viz.Recorder(nn.MLP(2, [1]), [1, 2])(np.ones(3)), "one element"),
        (
            lambda: viz.film([*small().history, *scalar().history]),
            "a film is of one network",
        ),
    ],
)
def test_what_is_no_film_is_refused(call, said):
    with pytest.raises((TypeError, ValueError), match=re.escape(said)):
        call()


def scalar():
    return trained(nn.scalar.MLP(2, [1]), [1.0, 2.0])


@pytest.mark.parametrize("name", ["</script><script>alert(1)", "@DATA@", "a\u2028<!--"])
def test_hostile_names_are_inert_on_a_page(name):
    page = viz.film(small(), classes=[name, "b"]).html()
    assert page.count("<script") == 2
    assert page.count("</script>") == 2
    assert "http:" not in page.replace("http://www.w3.org/2000/svg", "")


def test_notebooks_get_svg_text_and_the_player_in_a_frame(tmp_path):
    film = viz.film(small())
    bundle = film._repr_mimebundle_()
    assert bundle["text/plain"] == "Film(2-3-2, 3 frames)"
    assert "<svg" in bundle["image/svg+xml"]
    inside = re.search(r'srcdoc="([^"]*)"', bundle["text/html"])[1]
    assert unescape(inside) == film.html()
    assert 'sandbox="allow-scripts"' in bundle["text/html"]
    film.save(tmp_path / "film.html")
    assert (tmp_path / "film.html").read_text(encoding="utf-8") == film.html()


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    """The page in a browser, with what it complained of, and what it asked for."""
    playwright = pytest.importorskip("playwright.sync_api")
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        pytest.skip("there is no Chromium")
    path = tmp_path_factory.mktemp("film") / "film.html"
    viz.film(small(points=(POINTS, CLASSES)), seconds=600).save(path)
    with playwright.sync_playwright() as started:
        window = started.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        page = window.new_page(reduced_motion="reduce")
        complaints, requests = [], []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: requests.append(request.url))
        page.goto(path.as_uri())
        yield page, complaints, requests
        window.close()


def test_the_page_steps_and_plays_by_keys_alone(opened):
    page, complaints, requests = opened
    assert page.inner_text("#said") == "step 0 · loss 0.5"
    assert page.inner_text("#play") == "play"  # who wants no motion has none
    before = page.get_attribute("svg .edge >> nth=0", "class")
    tip = page.text_content("svg .edge title >> nth=0")
    plane = page.inner_html("svg .before")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert page.inner_text("#said") == "step 2 · loss 0.1667"
    assert page.get_attribute("svg .edge >> nth=0", "class") != before
    assert page.text_content("svg .edge title >> nth=0") != tip
    assert page.inner_html("svg .before") != plane
    page.keyboard.press("ArrowRight")
    assert page.inner_text("#said").startswith("step 0")
    page.keyboard.press("ArrowLeft")
    assert page.inner_text("#said").startswith("step 2")
    page.keyboard.press(" ")
    assert page.inner_text("#play") == "pause"
    page.keyboard.press(" ")
    assert page.inner_text("#play") == "play"
    assert complaints == []
    assert len(requests) == 1


def test_the_page_fills_the_window_and_no_more(opened):
    page, complaints, _ = opened
    for wide, high in (1280, 760), (1280, 400), (500, 760):
        page.set_viewport_size({"width": wide, "height": high})
        box = page.locator("svg").bounding_box()
        assert box["width"] > 0.9 * wide
        assert box["x"] + box["width"] <= wide
        bottom = page.locator("p").bounding_box()
        assert bottom["y"] + bottom["height"] <= high + 1
    assert complaints == []


def test_the_page_follows_the_slider_and_the_theme(opened):
    page, complaints, _ = opened
    page.fill("#at", "1")
    assert page.inner_text("#said").startswith("step 1")
    light = page.evaluate("getComputedStyle(document.querySelector('svg .paper')).fill")
    page.emulate_media(color_scheme="dark")
    dark = page.evaluate("getComputedStyle(document.querySelector('svg .paper')).fill")
    assert (light, dark) == ("rgb(255, 255, 255)", "rgb(20, 25, 31)")
    assert complaints == []


def test_the_svg_plays_by_itself_one_frame_at_a_time(opened, tmp_path):
    path = tmp_path / "film.svg"
    viz.film(small(), seconds=5).save(path)
    window = opened[0].context.browser.new_page()
    window.goto(path.as_uri())
    seen = [
        window.evaluate(
            """time => {
              for (const each of document.getAnimations()) {
                each.pause();
                each.currentTime = time;
              }
              return [...document.querySelectorAll(".f")].findIndex(
                frame => getComputedStyle(frame).visibility === "visible");
            }""",
            time,
        )
        for time in (100, 1100, 2100, 3100, 4900, 5100)
    ]
    window.close()
    assert seen == [0, 1, 2, 2, 2, 0]
