"""``python -m viz FILE.py:function``, as it is typed."""

import subprocess
import sys

import pytest

from viz.__main__ import NAME, main

FILE = """
import autograd as ag, nn, numpy as np
from beside import weight

def loss():
    x = ag.Value(3.0, label="x")
    return (x * weight).tanh()

def model():
    return nn.MLP(2, [3, 1], generator=0), np.ones((1, 2), np.float32)

def function():
    return lambda a, b: a * b, 2.0, 3.0

def pair():
    x = ag.Value(3.0)
    return x, x * 2

def unfit():
    return nn.MLP(2, [3, 1], generator=0), np.ones((1, 5), np.float32)

def asking(x, y, z=0):
    raise NotImplementedError

def text():
    return "a text"

def nothing():
    pass

def raises():
    return ag.Value(1.0).nonsense

def breaks():
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    return np.tanh(x) @ np.ones((3, 2))

constant = 3
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "some.py").write_text(FILE, encoding="utf-8")
    (tmp_path / "beside.py").write_text("weight = 0.5", encoding="utf-8")
    (tmp_path / "broken.py").write_text("1 / 0", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield tmp_path
    for name in NAME, "beside":
        sys.modules.pop(name, None)


def exit_status(words):
    try:
        return main(words)
    except SystemExit as left:
        return left.code


def typed(*words):
    return subprocess.run(
        [sys.executable, "-W", "error", "-B", "-m", "viz", *words],
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    ("words", "written", "told"),
    [
        (["some.py:loss"], "loss.svg", "Drawing(forward, 4 boxes, 2 circles"),
        (["some.py:loss", "--backward"], "loss.svg", "Drawing(backward, 4 boxes"),
        (["some.py:loss", "-o", "a.dot"], "a.dot", "Drawing(forward"),
        (["some.py:loss", "--play"], "loss.html", "Player(2 operations forward"),
        (["some.py:loss", "--play", "-o", "a.svg"], "a.svg", "Player(2 operations"),
        (["some.py:loss", "-o", "a.html"], "a.html", "Player(2 operations"),
        (["some.py:model", "--depth", "0"], "model.svg", "Drawing(forward, 3 boxes"),
        (["some.py:function"], "function.svg", "Drawing(forward, 3 boxes, 1 circle"),
        (["some.py:pair", "--max-nodes", "9"], "pair.svg", "Drawing(forward, 3 boxes"),
    ],
)
def test_what_a_function_of_a_file_returns_is_drawn(
    folder, capsys, words, written, told
):
    assert main(words) == 0
    out, err = capsys.readouterr()
    assert out.startswith(f"{written}: {told}")
    assert err == ""
    assert (folder / written).stat().st_size > 300


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        ([], 2, "the following arguments are required: FILE.py:function"),
        (["some.py"], 2, "expected FILE.py:function, got 'some.py'"),
        (["some.py:"], 2, "expected FILE.py:function, got 'some.py:'"),
        (["none.py:loss"], 2, "there is no file 'none.py'"),
        (["notes.txt:loss"], 2, "its name must end in .py"),
        (["some.py:lost"], 2, "has no function 'lost'; there are loss, model"),
        (["some.py:constant"], 2, "has no function 'constant'"),
        (["some.py:loss", "--play", "--depth", "1"], 2, "--depth and --max-nodes are"),
        (["some.py:loss", "-o", "a.html", "--backward"], 2, "shows both passes"),
        (["some.py:loss", "-o", "a.jpeg"], 2, ".svg, .png, .pdf, .dot, .html"),
        (["some.py:loss", "-o", "folder"], 2, "cannot tell the format of 'folder'"),
        (["some.py:loss", "--play", "-o", "a.png"], 2, "use one of .html, .svg"),
        (["some.py:asking", "-o", "a.svg"], 2, "needs x, y. Give it defaults, or"),
        (["some.py:loss", "-o", "no/a.svg"], 1, "there is no folder 'no'"),
        (["some.py:loss", "--play", "-o", "no/a.html"], 1, "there is no folder 'no'"),
        (["some.py:loss", "--depth", "-1"], 1, "depth is a whole number"),
        (["some.py:text"], 1, "some.py:text: draw needs a Value, a Tensor"),
        (["some.py:nothing"], 1, "got NoneType"),
    ],
)
def test_a_command_that_cannot_be_done_says_why_and_writes_nothing(
    folder, capsys, words, status, told
):
    before = {*folder.iterdir()}
    assert exit_status(words) == status
    out, err = capsys.readouterr()
    assert told in err
    assert out == ""
    assert {*folder.iterdir()} == before


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (["some.py:loss", "--backward", "-o", "a.svg"], 0, "a.svg: Drawing(backward"),
        (["some.py:lost"], 2, "has no function 'lost'"),
        (["some.py:raises"], 1, "has no attribute 'nonsense'"),
        (["broken.py:loss"], 1, "ZeroDivisionError"),
    ],
)
def test_the_command_as_it_is_typed_has_an_exit_status(folder, words, status, told):
    done = typed(*words)
    assert done.returncode == status
    assert told in (done.stderr if status else done.stdout)
    assert (folder / "a.svg").exists() == (status == 0)


def test_a_function_that_raises_is_drawn_up_to_there_and_raises(folder, capsys):
    with pytest.raises(ValueError, match="matmul"):
        main(["some.py:breaks"])
    assert capsys.readouterr().out.startswith("breaks.svg: Drawing(forward")
    svg = (folder / "breaks.svg").read_text(encoding="utf-8")
    assert "tanh" in svg
    assert "ValueError was raised: this is what was recorded until then" in svg
    for words in ["--play"], ["--backward"], ["-o", "a.html"]:
        (folder / "breaks.svg").unlink(missing_ok=True)
        with pytest.raises(ValueError, match="matmul"):
            main(["some.py:breaks", *words])
        assert not [*folder.glob("breaks.*"), *folder.glob("a.*")]


def test_a_drawing_that_cannot_be_written_hides_no_error_of_the_function(
    folder, capsys
):
    with pytest.raises(ValueError, match="matmul"):
        main(["some.py:breaks", "-o", "nowhere/a.svg"])
    assert "there is no folder 'nowhere'" in capsys.readouterr().err


def test_a_model_that_raises_is_drawn_and_the_exit_status_says_so(folder, capsys):
    assert main(["some.py:unfit"]) == 1
    assert "python -m viz: some.py:unfit: " in capsys.readouterr().err
    assert "got (1, 5)" in (folder / "unfit.svg").read_text(encoding="utf-8")
