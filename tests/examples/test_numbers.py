"""The built course: what its prose and its table of results tell is what was printed.

python -m sphinx docs out/docs && python -m pytest tests/examples/test_numbers.py
"""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
EXECUTED = ROOT / "out" / "jupyter_execute" / "course"
LESSONS = sorted(path.stem for path in EXAMPLES.glob("[0-9]*.py"))
jupytext = pytest.importorskip("jupytext")
built = pytest.mark.usefixtures("documentation")

NUMBER = re.compile(r"(?<![\w.])(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:e-?\d+)?(?!\w)")
NO_CLAIM = [  # what numbers in prose are that nothing printed could tell
    r"`[^`]*`",  # code
    r"^# .*",  # the title's
    r"\b[Ll]essons?\s\d+(?:, \d+)*",
    r",\s(?:19|20)\d\d\b",  # the year of a source
]

# Told, not found: arithmetic that stands beside it, the world's, and chances.
GIVEN = {
    "01_neuron": "0.76 0.995 116",  # tanh; lines, which another test counts
    "04_images": "70,000 785 17 13,002",  # of MNIST; 785 · 16 + 17 · 16 + 17 · 10
    "05_digits": "60,000 100",  # of MNIST, by --full
    "06_disease": "80",  # as an example
    "07_loans": "70 300 963",  # of 1,000: 30 % and the rest of it, all but 37
    "09_faces": "25",  # pixels
    "10_more_data": "120",  # 6,000 images, fifty at a time
    "11_why_deep": "2010",
    "13_text": "3.30 729",  # log 27, 27 · 27
    "15_shakespeare": "7",  # as an example
    "19_style": "20",  # one of five
    "20_speech": "22,050 3,200 46 25 16",  # of sound
    "21_control": "2.4",  # of the cart
    "24_coming_from": "2.13 3.15",  # versions
}


def numbers(text):
    return set(NUMBER.findall(text))


def claimed(prose):
    for pattern in NO_CLAIM:
        prose = re.sub(pattern, " ", prose, flags=re.MULTILINE)
    return numbers(prose)


def value(number):
    return float(number.replace(",", ""))


def stands_in(number, found, off=0.0):
    """Whether it is among those found: as it is, rounded, or off by such a part."""
    tolerance = off * value(number)
    if "." in number:
        decimals = len(number.partition(".")[2])
        tolerance = max(tolerance, 0.5000001 * 10.0**-decimals)
    return any(abs(value(each) - value(number)) <= tolerance for each in found)


def cells(lesson, kind):
    path = EXECUTED / f"{lesson}.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    return [cell for cell in notebook["cells"] if cell["cell_type"] == kind]


def sources(lesson, kind):
    return ["".join(cell["source"]) for cell in cells(lesson, kind)]


def printed(lesson):
    outputs = [out for cell in cells(lesson, "code") for out in cell["outputs"]]
    return "\n".join("".join(out.get("text", "")) for out in outputs)


def results():
    """Of each lesson what the table says of quick mode, and beside it."""
    text = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (.*) \|$", text, flags=re.MULTILINE)
    rows = [(lesson, rest.split(" | ")) for lesson, rest in rows]
    return {lesson: " ".join(row[:2]) for lesson, row in rows if len(row) > 2}


@built
@pytest.mark.parametrize("lesson", LESSONS)
def test_what_was_run_is_the_lesson_as_it_is(lesson):
    script = jupytext.read(EXAMPLES / f"{lesson}.py", fmt="py:percent")
    for kind in ("code", "markdown"):
        now = [cell.source for cell in script.cells if cell.cell_type == kind]
        assert sources(lesson, kind) == now, "build the documentation again"
    assert numbers(printed(lesson))


@built
@pytest.mark.parametrize("lesson", LESSONS)
def test_every_number_in_a_lessons_prose_is_printed_or_was_given(lesson):
    told = claimed("\n".join(sources(lesson, "markdown")))
    code = "\n".join(sources(lesson, "code"))
    known = numbers(code.replace("_", "")) | numbers(printed(lesson))
    given = set(GIVEN.get(lesson, "").split())
    unknown = {number for number in told if not stands_in(number, known)}
    assert unknown <= given <= told


@built
@pytest.mark.parametrize("lesson", LESSONS)
def test_the_table_of_results_says_what_quick_mode_prints(lesson):
    """But for two percent: other kernels and versions round in other ways."""
    told = numbers(results()[lesson])
    code = "\n".join(sources(lesson, "code"))
    known = numbers(printed(lesson)) | {n for n in numbers(code) if "." not in n}
    assert told
    assert {number for number in told if not stands_in(number, known, 0.02)} == set()


def test_results_of_full_mode_that_a_lesson_recalls_stand_in_the_table():
    recalled = (EXAMPLES / "10_more_data.py").read_text(encoding="utf-8")
    errors = dict(re.findall(r'"([\w ]+)": \[0\.\d+, (0\.\d+)\]', recalled))
    text = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    (row,) = re.findall(r"`10_more_data` .* 60,000: (.*)", text)
    named = {"convolutional": "convolutions", "MLP": "MLP"}
    named["nearest neighbours"] = "nearest neighbours"
    for learner, name in named.items():
        told = re.search(rf"{name} \**(\d\.\d) %", row)
        assert value(told[1]) == pytest.approx(100 * value(errors[learner]))


def test_a_number_that_is_nowhere_is_found_out():
    prose = "# 5. Title\nThe 1,000 of lesson 3 (Ho, 2020): 0.71, `0.5` and 93.4 %, 7."
    assert claimed(prose) == {"1,000", "0.71", "93.4", "7"}
    known = numbers("n = 1000; 0.7064 93.1% x7 7.4 1e-3")
    assert known == {"1000", "0.7064", "93.1", "7.4", "1e-3"}
    assert not stands_in("93.4", known)
    assert not stands_in("7", known)
    assert stands_in("0.71", known)
    assert stands_in("1,000", known)
    assert stands_in("93.4", known, off=0.02)
    assert not stands_in("95.4", known, off=0.02)
