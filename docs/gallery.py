"""The gallery: every function below makes a picture, and its lines stand beside it.

python docs/gallery.py

writes ``docs/gallery.md`` and the pictures to ``docs/gallery/``; the build of the
documentation does so, too.
"""

import inspect
import re
import shutil
import sys
import textwrap
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.datasets import load_digits, make_moons

import autograd as ag
import nn
import viz
from autograd import Value

here = Path(__file__).parent

HEAD = """# Gallery

Every picture is made from a live model when these pages are built, by the lines that
stand above it.

## What the pictures share

```python
"""

TALL = {"Film": 480, "Player": 560}  # pixels of the pages in the page


# What the pictures share ------------------------------------------------------------


@cache
def digits():
    images, labels = load_digits(return_X_y=True)
    return (images / 16).astype(np.float32), labels


@cache
def trained():
    images, labels = digits()
    model = nn.MLP(64, [16, 16, 10], generator=0)
    optimizer = nn.optim.Adam(model.parameters(), lr=0.02)
    history = nn.fit(
        model,
        (images[:1500], labels[:1500]),
        validation=(images[1500:], labels[1500:]),
        loss=nn.CrossEntropyLoss(),
        optimizer=optimizer,
        epochs=12,
        progress=False,
    )
    return model, history


def neuron():
    x1, x2 = Value(2.0, label="x1"), Value(0.0, label="x2")
    w1, w2 = Value(-3.0, label="w1"), Value(1.0, label="w2")
    return (x1 * w1 + x2 * w2 + Value(6.88, label="b")).tanh()


# The pictures -----------------------------------------------------------------------


def a_neuron_forwards():
    return viz.draw(neuron())


def a_neuron_backwards():
    return viz.draw(neuron(), direction="backward")


def the_backward_pass_as_a_graph():
    return viz.draw(neuron(), direction="both")


def both_passes_to_step_through():
    model = nn.scalar.MLP(2, [3, 3, 1])
    return viz.play(model, [1.0, -2.0])


def a_pass_that_plays_by_itself():
    x, w = Value(1.2, label="x"), Value(0.5, label="w")
    return viz.play((w * x + 0.1).tanh())


def a_trained_network():
    model, _ = trained()
    return viz.network(model, digits()[0][1600], classes=list("0123456789"))


def a_training_as_a_film():
    points, classes = make_moons(80, noise=0.1, random_state=0)
    model = nn.MLP(2, [8, 8, 1], activation=np.tanh, generator=1)
    optimizer = nn.optim.Adam(model.parameters(), lr=0.05)
    recorder = viz.Recorder(model, points[0], points=(points, classes), every=10)
    for _ in range(200):
        loss = nn.functional.softplus((1 - 2 * classes) * model(points)[:, 0]).mean()
        optimizer.zero_grad()
        loss.backward()
        recorder(loss)
        optimizer.step()
    return viz.film(recorder)


def a_product_of_matrices_opened():
    w = ag.tensor([[1.0, 2.0], [-1.0, 0.5]], requires_grad=True)
    w.label = "w"
    return viz.draw(viz.expand(np.array([3.0, 0.5]) @ w))


def a_convolutional_network():
    model = nn.Sequential(
        *(nn.Conv2d(1, 4, 3, generator=0), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Flatten(), nn.Linear(36, 10, generator=1)),
    )
    return viz.draw(model, digits()[0][:1].reshape(1, 1, 8, 8))


def an_lstm_of_a_thousand_steps():
    cell, x = nn.LSTMCell(3, 4, generator=0), np.ones((1, 3), np.float32)
    state = cell(x)
    for _ in range(999):
        state = cell(x, state)
    return viz.draw(state[0].sum())


def a_gpt_of_two_blocks():
    return viz.draw(GPT(), np.arange(6)[None])


def attention_maps():
    word = GPT().embed(np.arange(6))
    _, shares = nn.MultiheadAttention(8, 2, generator=0)(
        *(word, word, word), is_causal=True, average_attn_weights=False
    )
    return viz.attention_maps(shares, queries=["the", "cat", "sat", "on", "a", "mat"])


def where_a_nan_came_from():
    x = ag.tensor([0.0, 4.0], requires_grad=True)
    x.label = "x"
    with np.errstate(all="ignore"):
        loss = np.sum(np.log(x) * x)
        loss.backward()
    return viz.draw(loss, direction="backward", marks=ag.explain(x).marks)


def weight_images():
    model, _ = trained()
    return viz.weight_images(model.layers[0], title="what the first layer looks for")


def feature_maps():
    image = digits()[0][1600].reshape(1, 1, 8, 8)
    return viz.feature_maps(nn.Conv2d(1, 6, 3, generator=0)(image))


def loss_curves():
    _, history = trained()
    losses = {"training": history["loss"], "validation": history["val_loss"]}
    return viz.loss_curves(losses)


class GPT(nn.Module):
    """Two blocks of causal attention over six words."""

    def __init__(self) -> None:
        block = {"dim_feedforward": 16, "dropout": 0.0, "batch_first": True}
        self.embed = nn.Embedding(6, 8, generator=0)
        self.blocks = nn.Sequential(
            *(nn.TransformerEncoderLayer(8, 2, **block, generator=i) for i in (0, 1))
        )
        self.head = nn.Linear(8, 6, generator=2)

    def forward(self, words: Any) -> Any:
        x = self.embed(words)
        for block in self.blocks:
            x = block(x, is_causal=True)
        return self.head(x)


# The page ---------------------------------------------------------------------------

SHARED = (neuron, digits, trained, GPT)
PICTURES = (
    a_neuron_forwards,
    a_neuron_backwards,
    the_backward_pass_as_a_graph,
    both_passes_to_step_through,
    a_pass_that_plays_by_itself,
    a_trained_network,
    a_training_as_a_film,
    a_product_of_matrices_opened,
    a_convolutional_network,
    an_lstm_of_a_thousand_steps,
    a_gpt_of_two_blocks,
    where_a_nan_came_from,
    weight_images,
    feature_maps,
    attention_maps,
    loss_curves,
)
NAMED = {picture.__name__: picture for picture in PICTURES}
MOVING = {"a_pass_that_plays_by_itself"}  # as SVG, not as a page
NAMES = {"gpt": "GPT", "lstm": "LSTM", "nan": "NaN"}


def title_of(picture: Callable[[], Any]) -> str:
    """``where_a_nan_came_from`` as a heading."""
    words = [NAMES.get(word, word) for word in picture.__name__.split("_")]
    text = " ".join(words)
    return text[0].upper() + text[1:]


def lines_of(picture: Callable[[], Any]) -> str:
    """The body of a function, as it would stand in a notebook."""
    body = inspect.getsource(picture).partition(":\n")[2]
    return textwrap.dedent(body).replace("return ", "")


def shown(picture: Any, name: str, folder: Path) -> str:
    """Write the picture; the lines of the page that show it."""
    kind = type(picture).__name__
    if kind in TALL and name not in MOVING:
        picture.save(folder / f"{name}.html")
        return (
            f'<iframe src="_static/{name}.html" title="{name}" loading="lazy"\n'
            f'style="width:100%;height:{TALL[kind]}px;border:1px solid #7b8794">'
            "</iframe>"
        )
    path = folder / f"{name}.svg"
    if hasattr(picture, "savefig"):
        picture.savefig(path, metadata={"Date": None})
    else:
        picture.save(path)
    found = re.search(r'width="([\d.]+)', path.read_text(encoding="utf-8"))
    wide = float(found[1]) if found else 0.0
    return (  # as wide as the page, but not so small that it cannot be read
        f'<div style="overflow-x:auto"><img src="_static/{name}.svg"\n'
        f'alt="{title_of(NAMED[name])}" style="width:100%;max-width:{wide:.0f}px;'
        f'min-width:{0.6 * wide:.0f}px"></div>'
    )


def write(folder: Path) -> None:
    """``gallery.md`` and the pictures beside it, in ``folder``."""
    pictures = folder / "gallery"
    shutil.rmtree(pictures, ignore_errors=True)
    pictures.mkdir()
    shared = "\n\n".join(inspect.getsource(each).rstrip() for each in SHARED)
    parts = [f"{HEAD}{shared}\n```\n"]
    for name, picture in NAMED.items():
        code = f"```python\n{lines_of(picture)}```\n"
        parts.append(
            f"## {title_of(picture)}\n\n{code}\n{shown(picture(), name, pictures)}\n"
        )
    (folder / "gallery.md").write_text("\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]) if sys.argv[1:] else here)
