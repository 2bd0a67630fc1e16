"""The player in a browser: what a reader sees, clicks and types."""

import shutil

import numpy as np
import pytest

import autograd as ag
import nn
import viz
from autograd import Value
from viz.read.words import number

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"]
        )
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser, tmp_path):
    """Opens a player; at the end there was no error, and no request but its own."""
    complaints, contexts = [], []

    def opened(player, **settings):
        path = tmp_path / "pass.html"
        player.save(path)
        settings = {"viewport": {"width": 1200, "height": 700}} | settings
        context = browser.new_context(**settings)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "request",
            lambda request: (
                request.url.startswith(("data:", path.as_uri()))
                or complaints.append(request.url)
            ),
        )
        page.goto(path.as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def neuron():
    x1, x2 = Value(2.0, label="x1"), Value(0.0, label="x2")
    w1, w2 = Value(-3.0, label="w1"), Value(1.0, label="w2")
    b = Value(6.88, label="b")
    with ag.record_places():
        out = (x1 * w1 + x2 * w2 + b).tanh()
    out.label = "out"
    return out


def network():
    x = [Value(1.0, label="x0"), Value(-2.0, label="x1")]
    return nn.scalar.MLP(2, [16, 16, 1])(x)


def box(page, title):
    return page.locator("svg g.unit").filter(
        has=page.locator("text.title", has_text=title)
    )


def texts(locator):
    return [text for text in locator.locator("text").all_text_contents() if text]


def shut(page, title):
    return page.locator("svg g.closed").filter(
        has=page.locator("text.title", has_text=title)
    )


def at(page):
    return page.locator("#clock").inner_text()


def test_arrow_keys_step_and_every_step_says_its_arithmetic(open_page):
    page = open_page(viz.play(neuron()))
    assert at(page) == "Start, step 0 of 11"
    page.keyboard.press("ArrowRight")
    assert "2 × (-3) = -6" in page.locator("#step").inner_text()
    assert "x1 × w1" in page.locator("#step").inner_text()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    assert page.locator("#step h2").inner_text() == "The backward pass begins"
    page.keyboard.press("End")
    step = page.locator("#step").inner_text()
    assert "to x1: 0.501 × (-3) = -1.503" in step
    assert "to w1: 0.501 × 2 = 1.002" in step
    assert texts(box(page, "w1")) == ["w1", "data", "-3", "grad", "1.002"]
    page.keyboard.press("ArrowLeft")
    assert at(page) == "Backward, step 10 of 11"
    assert texts(box(page, "w1")) == ["w1", "data", "-3", "grad"]
    page.keyboard.press("Home")
    assert texts(box(page, "out")) == ["tanh", "out", "data", "grad"]


def test_the_slider_and_the_buttons_step_as_well(open_page):
    page = open_page(viz.play(neuron()))
    page.locator("#next").click()
    assert at(page) == "Forward, step 1 of 11"
    page.locator("#time").fill("8")
    assert at(page) == "Backward, step 8 of 11"
    page.locator("#back").click()
    assert at(page) == "Backward, step 7 of 11"


def test_play_runs_to_the_end_and_stops(open_page):
    page = open_page(viz.play(Value(2.0, label="x") * 3.0))
    page.clock.install()
    page.keyboard.press(" ")
    assert page.locator("#play").inner_text() == "Pause"
    page.clock.run_for(5000)
    assert at(page) == "Backward, step 3 of 3"
    assert page.locator("#play").inner_text() == "Play"


def test_a_sum_at_a_fan_out_grows_with_each_contribution(open_page):
    x = Value(3.0, label="x")
    page = open_page(viz.play(x * x + x))
    page.locator("#time").fill("4")
    assert texts(box(page, "x"))[-1] == "1"
    assert "sum there: 0 + 1 = 1 (1 of 3)" in page.locator("#step").inner_text()
    page.keyboard.press("End")
    step = page.locator("#step").inner_text()
    assert "sum there: 1 + 3 = 4 (2 of 3)" in step
    assert "sum there: 4 + 3 = 7 (3 of 3)" in step
    assert texts(box(page, "x"))[-1] == "7"


def test_groups_open_and_close_by_click_and_by_enter(open_page):
    page = open_page(viz.play(network()))
    shut(page, "layers.0").click()
    before = page.locator("svg g.unit, svg g.closed").count()
    neuron = shut(page, "neurons.3").first
    neuron.click()
    assert page.locator("svg g.unit").count() > before - 30
    frame = page.locator('svg g.frame[aria-label^="Close layers.0.neurons.3 "]')
    assert frame.count() == 1
    assert frame.evaluate("node => node === document.activeElement")
    page.keyboard.press("Enter")
    assert frame.count() == 0
    assert page.locator("svg g.unit, svg g.closed").count() == before


@pytest.mark.parametrize("width", [1000, 1280, 1920])
def test_a_player_opens_with_all_of_its_picture_in_sight(open_page, width):
    layers = [nn.Conv2d(1, 2, 3), nn.ReLU(), nn.Flatten(), nn.Linear(8, 10)]
    image = np.ones((1, 1, 4, 4), np.float32)
    for player in viz.play(network()), viz.play(nn.Sequential(*layers), image):
        page = open_page(player, viewport={"width": width, "height": 700})
        view, stage = (page.locator(at).bounding_box() for at in ("#view", "#stage"))
        assert stage["width"] <= view["width"] + 1
        assert stage["height"] <= view["height"] + 1
        assert page.locator("svg g.frame").count() >= 1


def chain():
    w, s = ag.tensor(np.eye(3) / 2, requires_grad=True), np.ones(3)
    for _ in range(25):
        s = np.tanh(w @ s + 0.1)
    return s.sum()


def sizes(page):
    """The boxes of the stage and of its view; the least size of the text, and its line."""
    stage, view = (page.locator(at).bounding_box() for at in ("#stage", "#view"))
    text = page.evaluate(
        """() => {
        const stage = document.querySelector("#stage"), least = Math.min;
        const scale = stage.getBoundingClientRect().width / stage.viewBox.baseVal.width;
        const all = [...document.querySelectorAll("svg text")].filter(t => t.textContent);
        return [least(...all.map(t => scale * parseFloat(getComputedStyle(t).fontSize))),
            least(...all.map(t => t.getBoundingClientRect().height))];
        }"""
    )
    return stage, view, text


@pytest.mark.parametrize("width", [400, 1000, 1280, 1920])
def test_what_shows_at_first_can_be_read_and_starts_at_its_beginning(open_page, width):
    image = np.ones((1, 1, 8, 8), np.float32)
    layers = [nn.Conv2d(1, 4, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()]
    convolutions = nn.Sequential(*layers, nn.Linear(36, 10))
    digit = nn.Sequential(nn.Flatten(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
    for player in (
        viz.play(neuron()),
        viz.play(chain()),
        viz.play(network()),
        viz.play(convolutions, image),
        viz.play(digit, image),
        viz.play(nn.LSTM(3, 4), np.ones((5, 1, 3), np.float32)),
    ):
        page = open_page(player, viewport={"width": width, "height": 800})
        stage, view, (letters, line) = sizes(page)
        assert letters >= 9
        assert line >= 8.9
        assert stage["x"] >= view["x"]
        assert stage["y"] >= view["y"]


def test_a_run_of_operations_too_wide_to_be_read_opens_closed(open_page):
    page = open_page(viz.play(chain()), viewport={"width": 1280, "height": 800})
    assert page.locator("svg g.frame").count() == 0
    assert page.locator("svg g.closed").count() == 4
    stage, view, _ = sizes(page)
    assert stage["width"] <= view["width"] + 1


def test_a_new_size_of_the_window_leaves_what_the_reader_moved(open_page):
    page = open_page(viz.play(neuron()), viewport={"width": 1280, "height": 800})

    def resized(width):
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate("() => new Promise(done => requestAnimationFrame(done))")
        stage, view, _ = sizes(page)
        return stage["width"], view["width"]

    assert resized(1200) == pytest.approx((888, 888), abs=1)
    page.keyboard.press("+")
    page.keyboard.press("+")
    large = sizes(page)[0]["width"]
    assert resized(1190)[0] == large
    page.keyboard.press("0")
    stage, view = resized(1100)
    assert stage == pytest.approx(view, abs=1)
    page.keyboard.press("+")
    page.mouse.move(500, 300)
    page.mouse.down()
    page.mouse.move(450, 300, steps=4)
    page.mouse.up()
    before = page.locator("#view").evaluate("view => view.scrollLeft")
    assert before > 40
    resized(1090)
    assert page.locator("#view").evaluate("view => view.scrollLeft") == before


def overlaps(page):
    """Pairs of boxes and closed groups that lie on each other."""
    return page.evaluate(
        """() => {
        const all = [...document.querySelectorAll("g.unit, g.closed")].map(g => {
            const b = g.getBBox(), [x, y] = g.getAttribute("transform").match(/-?[\\d.]+/g);
            return [+x + b.x, +y + b.y, +x + b.x + b.width, +y + b.y + b.height];
        });
        return all.flatMap((a, i) => all.slice(0, i).filter(b =>
            a[0] < b[2] - 1 && b[0] < a[2] - 1 && a[1] < b[3] - 1 && b[1] < a[3] - 1)).length;
        }"""
    )


def test_nothing_overlaps_whatever_is_open(open_page):
    page = open_page(viz.play(network()))
    assert overlaps(page) == 0
    for title in ("layers.0", "neurons.0", "neurons.3", "neurons.7", "neurons.15"):
        shut(page, title).last.dispatch_event("click")
        assert overlaps(page) == 0
    page.locator('g.frame[aria-label^="Close layers.0 "]').dispatch_event("click")
    assert overlaps(page) == 0


def test_a_closed_group_takes_one_step_and_shows_its_outputs(open_page):
    model = nn.scalar.MLP(2, [3, 1])
    out = model([1.0, -2.0])
    page = open_page(viz.play(out))
    page.locator('g.frame[aria-label^="Close MLP · "]').dispatch_event("click")
    assert page.locator("#time").get_attribute("max") == "3"
    page.keyboard.press("ArrowRight")
    assert f"out {out.data:.4g}" in texts(page.locator("g.closed"))


def test_the_quiz_grades_with_the_engines_values_and_names_the_missing_term(open_page):
    page = open_page(viz.play(neuron()))
    page.keyboard.press("q")
    page.keyboard.press("ArrowRight")
    assert "?" in texts(page.locator("svg"))
    page.locator("#step input").fill("2")
    page.keyboard.press("Enter")
    assert page.locator("#said").inner_text() == "Not yet. Missing: × w1."
    page.locator("#step input").fill("6")
    page.keyboard.press("Enter")
    assert page.locator("#said").inner_text() == "Not yet. The sign is missing."
    page.locator("#step input").fill("-6")
    page.keyboard.press("Enter")
    assert page.locator("#said").inner_text() == "Right: -6"
    assert page.locator("#step input").count() == 0
    page.keyboard.press("ArrowRight")
    assert page.locator("#said").inner_text() == ""


def test_what_is_typed_is_told_which_term_it_lacks(open_page):
    x = Value(3.0, label="x")
    y = x * x + x
    y.label = "y"
    page = open_page(viz.play(y))
    page.keyboard.press("End")
    page.keyboard.press("q")
    box(page, "x").dispatch_event("click")
    for where, typed, told in [
        ("#step input[data-key^=p]", "1", "Missing: × the local derivative of multiply()."),
        ("#step input[data-key^=p]", "2.9", "It is gradient that arrives × local derivative."),
        ("#step input[data-key^=p]", "2.99", "Right: 3"),
        ("#step input[data-key^=p]", "3", "Right: 3"),
        ("#about input", "4", "Missing: + the contribution by way of multiply()."),
        ("#about input", "6", "Missing: + the contribution by way of y."),
        ("#about input", "-7", "The sign is missing."),
        ("#about input", "seven", "A number, please."),
        ("#about input", "14/2", "Right: 7"),
    ]:  # fmt: skip
        field = page.locator(where).first
        field.fill(typed)
        field.press("Enter")
        assert page.locator("#said").inner_text().removeprefix("Not yet. ") == told


@pytest.mark.parametrize(
    ("number", "right", "wrong"),
    [
        (2.0, ["2", "2.0", " 2 ", "1.991", "2e0", "4/2", "−4 / −2"], ["1.98", "2 m"]),
        (2.0, [], ["4/2/1", "4/", "/2", "0x", "inf", "nan", "1/0", "-2", "2,0,0"]),
        (0.0133, ["0.013", ".0133"], ["0.012", "0"]),
        (2.5e-5, ["2.5e-5", "0.000025", "2,5e−5"], ["0", "0.0005", "-2.5e-5"]),
        (1e-17, ["0", "1e-17"], ["0.0001"]),
        (0.0, ["0", "-0", "0/7"], ["0.0005", "1/0"]),
    ],
)
def test_a_number_is_right_as_it_may_be_typed_and_0_for_no_other(
    open_page, number, right, wrong
):
    page = open_page(viz.play(Value(number / 2, label="x") * 2.0))
    for typed in [*wrong, *right]:
        page.reload()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("q")
        field = page.locator("#step input")
        field.fill(typed)
        field.press("Enter")
        said = page.locator("#said").inner_text()
        assert said.startswith("Right: ") == (typed in right), typed
        if typed in wrong:  # what is emptied again is not wrong any more
            assert field.get_attribute("aria-invalid") == "true"
            field.fill("")
            field.press("Enter")
            assert field.get_attribute("aria-invalid") == "false"
            assert page.locator("#said").inner_text() == ""


def test_what_is_not_finite_is_shown_and_never_asked_for(open_page):
    x = ag.tensor([0.0, 4.0], requires_grad=True)
    with np.errstate(all="ignore"):
        loss = (np.log(x) * x).sum()
    page = open_page(viz.play(loss))
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")  # the product, by whose slope -inf it passes -inf
    counted = page.locator("#step").inner_text().count("-inf")
    page.keyboard.press("q")
    assert page.locator("#step input").count() > 0
    assert page.locator("#step").inner_text().count("-inf") == counted > 2


def test_pointing_shows_full_numbers_the_source_line_and_both_passes(open_page):
    out = neuron()
    page = open_page(viz.play(out))
    page.keyboard.press("End")
    box(page, "out").hover()
    about = page.locator("#about").inner_text()
    assert repr(out.data) in about
    assert "test_player_page.py:" in about
    assert box(page, "out").evaluate("node => node.classList.contains('lit')")
    assert page.locator("svg path.edge.lit.flow").count() == 1
    page.locator("#about button", has_text="Forward step").click()
    assert at(page) == "Forward, step 5 of 11"
    page.locator("#about button", has_text="Backward step").click()
    assert at(page) == "Backward, step 7 of 11"
    page.locator("#step .num").first.hover()
    assert page.locator("svg g.lit").count() == 1


def test_zoom_and_drag_move_the_picture(open_page):
    page = open_page(viz.play(neuron()))
    size = box(page, "w1").bounding_box()
    page.mouse.move(400, 300)
    page.mouse.wheel(0, -500)
    page.wait_for_function(
        "w => document.querySelector('g.unit').getBoundingClientRect().width > w",
        arg=size["width"] * 1.2,
    )
    near = box(page, "w1").bounding_box()
    page.mouse.move(300, 600)
    page.mouse.down()
    page.mouse.move(340, 620, steps=4)
    page.mouse.up()
    moved = box(page, "w1").bounding_box()
    assert moved["x"] - near["x"] == pytest.approx(40, abs=5)
    page.keyboard.press("0")
    assert box(page, "w1").bounding_box()["width"] == pytest.approx(size["width"])


def test_search_opens_what_hides_the_thing_and_goes_there(open_page):
    page = open_page(viz.play(network()))
    page.keyboard.press("/")
    page.keyboard.type("layers.1.neurons.4.w.9")
    page.keyboard.press("Enter")
    assert page.locator("#said").inner_text() == "1 of 1 found"
    assert box(page, "w.9").count() == 1
    assert box(page, "w.9").evaluate("node => node.classList.contains('lit')")


def test_the_theme_follows_the_system_and_its_switch(open_page):
    ink = "() => getComputedStyle(document.body).backgroundColor"
    page = open_page(viz.play(neuron()), color_scheme="dark")
    assert page.evaluate(ink) == "rgb(20, 25, 31)"
    page.keyboard.press("t")
    assert page.evaluate(ink) == "rgb(255, 255, 255)"


CONTRAST = """() => {
    const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
    const rgb = color => { canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data]; };
    const light = color => rgb(color).slice(0, 3).map(v => v / 255).map(v =>
        v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
        .reduce((s, v, i) => s + v * [.2126, .7152, .0722][i], 0);
    const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p);
        return (x + .05) / (y + .05); };
    const root = getComputedStyle(document.documentElement);
    const solid = color => color && color !== "none" && !/, 0\\)$/.test(color);
    const worst = [];
    for (const t of document.querySelectorAll("svg text, aside *, header *")) {
        if (!t.textContent.trim() || t.children.length) continue;
        const own = getComputedStyle(t), ink = t.closest("svg") ? own.fill : own.color;
        let ground = null;
        if (t.closest("svg")) {
            const b = t.getBoundingClientRect(), x = b.x + b.width / 2, y = b.y + b.height / 2;
            for (const r of t.closest("g").querySelectorAll("rect")) {
                const c = r.getBoundingClientRect(), fill = getComputedStyle(r).fill;
                if (solid(fill) && c.left <= x && x <= c.right && c.top <= y && y <= c.bottom) ground = fill;
            }
        }
        for (let n = t; !ground && n; n = n.parentElement)
            if (solid(getComputedStyle(n).backgroundColor)) ground = getComputedStyle(n).backgroundColor;
        worst.push([ratio(ink, ground ?? "white"), t.textContent, ink, ground]);
    }
    return worst.sort((a, b) => a[0] - b[0])[0];
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_has_contrast_enough_in_both_themes(open_page, scheme):
    page = open_page(
        viz.play(nn.scalar.MLP(2, [3, 1])([Value(1.0, label="x"), -2.0])),
        color_scheme=scheme,
        reduced_motion="reduce",
    )
    page.locator('g.frame[aria-label^="Close layers.1 "]').dispatch_event("click")
    last = int(page.locator("#time").get_attribute("max"))
    for step in (0, 3, last // 2, last):
        page.locator("#time").fill(str(step))
        worst = page.evaluate(CONTRAST)
        assert worst[0] >= 4.5, worst


def test_nothing_moves_where_the_reader_asked_for_that(open_page):
    page = open_page(viz.play(neuron()), reduced_motion="reduce")
    lengths = page.evaluate(
        "() => [...document.querySelectorAll('svg *')].map(n => getComputedStyle(n).transitionDuration)"
    )
    assert set(lengths) == {"0s"}


def test_the_keyboard_alone_reaches_everything(open_page):
    page = open_page(viz.play(nn.scalar.MLP(2, [2, 1])([1.0, -2.0])))
    page.keyboard.press("q")
    reached = set()
    everything = page.locator("svg [data-key]").count()
    for _ in range(everything + 20):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate(
                "document.activeElement.dataset.key ?? document.activeElement.id"
            )
        )
    assert sum(key[:1] in "ug" and key[1:].isdigit() for key in reached) == everything
    buttons = {"back", "play", "next", "time", "find", "fit", "in", "out", "quiz"}
    assert reached >= buttons


def test_the_numbers_in_the_boxes_are_those_in_memory_to_four_digits(open_page):
    numbers = [0.1, -12345.678, 1e-5, 9999.5, 123456789.0, 1e300, 3.0, -0.0, 0.00012345]
    out = Value(1.0, label="x")
    for x in [*numbers, float("inf"), float("nan")]:
        out = out * 1.0 + Value(x)
    player = viz.play(out)
    page = open_page(player)
    page.keyboard.press("End")
    shown = {
        int(unit["key"][1:]): unit["texts"]
        for unit in page.evaluate(
            """() => [...document.querySelectorAll("g.unit")].map(g => ({key: g.dataset.key,
            texts: [...g.querySelectorAll(".end, .small ~ text")].map(t => t.textContent)}))"""
        )
    }
    for key, unit in enumerate(player.story.units):
        if unit.kind == "parameter":
            assert shown[key][0] == number(float(unit.value))
            assert shown[key][-1] == number(unit.gradient)


def test_elements_of_small_arrays_can_be_blanked_as_well(open_page):
    x = ag.tensor([2.0, 3.0], requires_grad=True)
    page = open_page(viz.play(x * x))
    page.keyboard.press("ArrowRight")
    page.keyboard.press("q")
    assert "[?, ?]" in texts(page.locator("svg"))
    fields = page.locator("#step input")
    assert fields.count() == 2
    for typed, told in ("3", "Not yet. Missing: × multiply()."), ("9", "Right: 9"):
        fields.nth(1).fill(typed)
        fields.nth(1).press("Enter")
        if typed == "9":
            assert page.locator("#said").inner_text() == told
    assert "[?, 9]" in texts(page.locator("svg"))


def test_the_film_shows_in_an_image_and_ends_as_the_finished_drawing(browser, tmp_path):
    viz.play(neuron()).save(tmp_path / "pass.svg")
    (tmp_path / "page.html").write_text('<img src="pass.svg">')
    page = browser.new_page()
    page.goto((tmp_path / "page.html").as_uri())
    wide = page.locator("img").evaluate("i => i.decode().then(() => i.naturalWidth)")
    assert wide > 500
    page.goto((tmp_path / "pass.svg").as_uri())
    seen = [page.evaluate(FILM, part) for part in (0, 0.3, 0.97)]
    assert [drawn["forward"] for drawn in seen] == [5, 13, 15]  # 5 leaves, 5 operations
    assert [drawn["backward"] for drawn in seen] == [0, 0, 10]
    page.close()


FILM = """part => {
    for (const a of document.getAnimations()) {
        a.pause();
        a.currentTime = part * a.effect.getComputedTiming().duration;
    }
    const drawn = which => [...document.querySelectorAll(which)].filter(g =>
        getComputedStyle(g).opacity > .9 && getComputedStyle(g).display !== "none").length;
    return {forward: drawn("[id^=f-n]"), backward: drawn("[id^=b-n]")};
}"""


@np.errstate(all="ignore")
def odd_graphs():
    x = Value(2.0, label="x")
    a = ag.tensor(np.array([[2.0, 1.0], [1.0, 3.0]]), requires_grad=True)
    values, vectors = np.linalg.eigh(a)
    z = ag.tensor(np.array([1 + 2j, 3 - 1j]), requires_grad=True)
    empty = ag.tensor(np.ones((0, 3)), requires_grad=True)
    long = x
    for _ in range(50):
        long = long * 0.9 + x
    shared = Value(0.0)
    for weight in [Value(0.1) for _ in range(100)] * 2:
        shared = shared + weight
    return {
        "a leaf": x,
        "several outputs of one operation": values.sum() + (vectors[:, 0] ** 2).sum(),
        "several outputs": [x * x, x * x * 2.0],
        "complex": (z * z.conj()).real.sum(),
        "empty": empty.sum(),
        "not finite": (a / 0.0 * 0.0).sum(),
        "no gradient": ag.record(lambda t: np.exp(t) * t, np.ones(3)),
        "a derivative": ag.record(ag.grad(lambda t: t**3 * np.sin(t)), Value(2.0)),
        "runs": long,
        "leaves that several runs read": shared,
        "booleans and numbers": np.where(a > 1.5, a, a * 2)[0, [1, 0]].sum(),
    }


@pytest.mark.parametrize("name", odd_graphs())
def test_every_step_of_odd_graphs_is_shown_with_all_open_and_all_closed(
    open_page, name
):
    page = open_page(viz.play(odd_graphs()[name]))
    walked = page.evaluate(
        """() => {
        const all = which => [...document.querySelectorAll(which)];
        const time = document.querySelector("#time");
        const walk = () => { for (let i = 0; i < 12; i++) {
            time.value = Math.floor(i * time.max / 11);
            time.dispatchEvent(new Event("input"));
            all("svg [data-key]")[i]?.dispatchEvent(new Event("pointerover", {bubbles: true}));
        } };
        const click = n => n.dispatchEvent(new MouseEvent("click", {bubbles: true}));
        walk();
        for (let i = 0; i < 40 && all("g.closed").length; i++) click(all("g.closed")[0]);
        document.querySelector("#quiz").click();
        walk();
        for (let i = 0; i < 40 && all("g.frame").length; i++) click(all("g.frame")[0]);
        walk();
        return all("svg text").map(t => t.textContent).join(" ");
        }"""
    )
    assert "undefined" not in walked
    assert "[object" not in walked
    told = page.locator("aside").inner_text()
    assert "undefined" not in told
    assert "[object" not in told


HOSTILE = [
    "</script><script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>'",
    "]]>--><!--",
    "${alert(1)} @@DATA@@ &lt;b&gt;",
    "abc\u202edcba\u2066\u0000\n\ud800",
    "x" * 10_000,
]


def test_hostile_labels_are_text_and_nothing_else(open_page):
    total = Value(0.0, label="plain")
    for label in HOSTILE:
        total = total + Value(2.0, label=label)
    page = open_page(viz.play(total))
    page.keyboard.press("End")
    assert page.locator("script").count() == 2
    assert page.locator("img, main b").count() == 0
    boxes = page.locator("svg g.unit.parameter")
    for place, label in enumerate(HOSTILE, 1):
        boxes.nth(place).dispatch_event("click")
        title = page.locator("#about td").first.inner_text()
        assert not set(title) & set("\u202e\u2066\u0000\n")
        assert title.startswith(label[:3])
        assert len(title) <= 200
