"""Train a transformer to go on with Shakespeare's text, character by character.

    python examples/shakespeare.py --data FOLDER [--seed 0] [--out out]
    python examples/shakespeare.py --quick

FOLDER has tiny shakespeare, ``input.txt``; ``--quick`` takes the six sonnets beside this
file. Trained on the first 90 %, measured on all of the last 10 %.
"""

import argparse
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np

import autograd as ag
import nn

try:
    import pictures
    from tqdm import tqdm
except ModuleNotFoundError as error:
    raise SystemExit(f'{error}; run: pip install "glassgrad[examples]"') from None


class Size(NamedTuple):
    """Of the network, and of its training."""

    width: int = 128
    heads: int = 4
    layers: int = 4
    length: int = 128  # characters that it looks back on, itself among them
    batch: int = 16
    steps: int = 2400


class Block(nn.Module):
    """Each position looks at those before it, then thinks for itself."""

    def __init__(self, size: Size, rng: np.random.Generator) -> None:
        def linear(n: int, m: int) -> nn.Linear:
            return nn.Linear(n * size.width, m * size.width, bias=False, generator=rng)

        self.heads = size.heads
        self.norm1, self.norm2 = nn.RMSNorm(size.width), nn.RMSNorm(size.width)
        self.attend, self.project = linear(1, 3), linear(1, 1)
        self.widen, self.narrow = linear(1, 4), linear(4, 1)
        for last in self.project, self.narrow:  # at first a block changes nothing
            nn.init.zeros_(last.weight)

    def forward(self, x: ag.Tensor) -> ag.Tensor:
        batch, length, width = x.shape
        qkv = self.attend(self.norm1(x)).reshape(batch, length, 3, self.heads, -1)
        q, k, v = (qkv[:, :, i].swapaxes(1, 2) for i in range(3))
        y = nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.project(y.swapaxes(1, 2).reshape(batch, length, width))
        h = nn.functional.relu(self.widen(self.norm2(x)))
        return x + self.narrow(h * h)


class GPT(nn.Module):
    """Characters (batch, n) → the scores of each to be the next: (batch, n, 65).

    A position begins as the sum of four embeddings: of its character and of the three
    before, each by a table of its own. So the first layer knows what stood there, and
    need not find it out by attention: most of what a short training can learn.
    """

    def __init__(self, characters: int, size: Size, rng: np.random.Generator) -> None:
        tables = [nn.Embedding(characters, size.width, generator=rng) for _ in range(4)]
        self.tables = nn.ModuleList(tables)
        self.places = nn.Embedding(size.length, size.width, generator=rng)
        for table, scale in zip([*tables, self.places], (0.5, 0.5, 0.5, 0.5, 0.1)):
            nn.init.normal_(table.weight, std=scale, generator=rng)
        self.blocks = nn.Sequential(*[Block(size, rng) for _ in range(size.layers)])
        self.norm = nn.RMSNorm(size.width)
        self.head = nn.Linear(size.width, characters, generator=rng)
        nn.init.zeros_(self.head.weight)

    def forward(self, text: np.ndarray) -> ag.Tensor:
        length = text.shape[1]
        x = self.places(np.arange(length))
        for back, table in enumerate(self.tables):
            x = x + table(np.pad(text, ((0, 0), (back, 0)))[:, :length])
        return self.head(self.norm(self.blocks(x)))


def train(
    model: GPT,
    text: np.ndarray,
    held_out: np.ndarray,
    size: Size,
    rng: np.random.Generator,
) -> list[tuple[int, float, float]]:
    """Muon for the matrices of the blocks, AdamW for the rest; both rise, then fall.

    Returns some steps, the mean loss since the last of them, and that of ``held_out``.
    """

    def rate(top: float) -> nn.optim.schedules.Schedule:
        return lambda step: top * min((step + 1) / 100, 1 - step / size.steps)

    matrices = [p for p in model.blocks.parameters() if p.ndim == 2]
    rest = [p for p in model.parameters() if all(p is not m for m in matrices)]
    optimizers = [
        nn.optim.Muon(matrices, lr=rate(0.02)),
        nn.optim.AdamW(rest, lr=rate(0.003), betas=(0.9, 0.95), weight_decay=0.0),
    ]
    history, losses = [], []
    for step in (bar := tqdm(range(size.steps), leave=False, disable=None)):
        starts = rng.integers(0, len(text) - size.length, size.batch)
        at = starts[:, None] + np.arange(size.length)
        loss = ag.cross_entropy(by_rows(model(text[at])), text[at + 1].ravel())
        for optimizer in optimizers:
            optimizer.zero_grad()
        loss.backward(free=True)
        for optimizer in optimizers:
            optimizer.step()
        losses.append(loss.item())
        if (step + 1) % (size.steps // 20) == 0:
            unseen = surprises(model, held_out, size.length).mean()
            history.append((step + 1, np.mean(losses), unseen))
            told = "step {:5}: loss {:.3f}, held out {:.3f}".format(*history[-1])
            bar.write(told) if not bar.disable else print(told, flush=True)
            losses = []
    return history


def by_rows(scores: ag.Tensor) -> ag.Tensor:
    return scores.reshape(-1, scores.shape[-1])


def surprises(model: GPT, text: np.ndarray, length: int) -> np.ndarray:
    """-log of the probability of each character but the first: (n,) → (n - 1,).

    It is read by windows, each half of the one before and half anew; a character counts
    where more stands before it.
    """
    last = len(text) - length - 1
    starts = np.append(np.arange(0, last, length // 2), last)
    nats = np.empty(len(text) - 1)
    for some in np.array_split(starts[::-1], -(-len(starts) // 64)):
        at = some[:, None] + np.arange(length)
        with ag.no_grad():
            scores, following = by_rows(model(text[at])), text[at + 1].ravel()
            found = nn.functional.cross_entropy(scores, following, reduction="none")
        for window, each in zip(at, found.data.reshape(at.shape)):
            nats[window] = each  # the earlier window, which comes later, prevails
    return nats


def go_on(
    model: GPT, text: np.ndarray, count: int, length: int, rng: np.random.Generator
) -> np.ndarray:
    """``count`` characters more, each drawn by its probability: (n,) → (n + count,)."""
    for _ in range(count):
        with ag.no_grad():
            weights = ag.softmax(model(text[None, -length:])).data[0, -1].astype(float)
        text = np.append(text, rng.choice(len(weights), p=weights / weights.sum()))
    return text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="less, in seconds")
    parser.add_argument("--data", type=Path, help="the folder of input.txt")
    parser.add_argument("--out", type=Path, default=Path("out"), help="for pictures")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    size = Size(64, 4, 2, 64, 8, 100) if options.quick else Size()
    if options.quick:
        text = Path(__file__).with_name("sonnets.txt").read_text(encoding="ascii")
    elif options.data is None:
        parser.error("name the folder of input.txt by --data, or run with --quick")
    else:
        try:
            text = nn.data.tiny_shakespeare(options.data)
        except FileNotFoundError as error:
            raise SystemExit(str(error)) from None
    began, cpu = time.perf_counter(), time.process_time()
    rng = np.random.default_rng(options.seed)
    characters = nn.data.Characters(text)
    numbers = characters.encode(text)
    training, held_out = np.split(numbers, [len(numbers) * 9 // 10])
    model = GPT(len(characters), size, rng)
    count = sum(p.size for p in model.parameters())
    print(f"{len(training):,} characters to train on; {count:,} parameters")
    history = train(model, training, held_out[:10_000], size, rng)
    nats = surprises(model, held_out, size.length)
    print(
        f"{nats.mean():.4f} nats a character, on all {len(nats):,} held out, after "
        f"{time.perf_counter() - began:.0f} s ({time.process_time() - cpu:.0f} s of CPU)"
    )
    more = go_on(model, held_out[: size.length], 300, size.length, rng)
    print(f"\nIt goes on:\n\n{characters.decode(more[size.length :])}")
    options.out.mkdir(parents=True, exist_ok=True)
    steps, *losses = zip(*history)
    named = dict(zip(("nats, training", "held out"), losses))
    pictures.curves(steps, named, "steps", options.out / "shakespeare-loss.png")
    page = characters.decode(held_out[1:1000]), nats[:999]
    pictures.page(*page, options.out / "shakespeare-surprises.png")
    print(f"\nPictures: {options.out}/shakespeare-*")


if __name__ == "__main__":
    main()
