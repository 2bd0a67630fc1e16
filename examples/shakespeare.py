"""Train a transformer to go on with Shakespeare's text, character by character.

    python examples/shakespeare.py --data FOLDER [--seed 0] [--out out]
    python examples/shakespeare.py --quick

FOLDER has tiny shakespeare, ``input.txt``; ``--quick`` takes the six sonnets beside
this file. The network is trained on the first 90 %, and measured on all of the rest.
"""

import argparse
import time
from pathlib import Path

import numpy as np

import autograd as ag
import nn

try:
    import pictures
    from tqdm import tqdm
except ModuleNotFoundError as error:
    raise SystemExit(f'{error}; run: pip install "glassgrad[examples]"') from None
from transformer import GPT, Size


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
    first = held_out[:10_000]
    history = train(model, training, first, size, rng)
    nats = surprises(model, held_out, size.length)
    wall, cpu = time.perf_counter() - began, time.process_time() - cpu
    print(f"{nats.mean():.4f} nats a character, on all {len(nats):,} held out")
    print(f"in {wall:.0f} s, {cpu:.0f} s of CPU")
    more = go_on(model, held_out[: size.length], 300, size.length, rng)
    print(f"\nIt goes on:\n\n{characters.decode(more[size.length :])}")
    options.out.mkdir(parents=True, exist_ok=True)
    steps, *losses = zip(*history)
    named = dict(zip(("training, nats", f"held out, {len(first):,} of it"), losses))
    pictures.curves(steps, named, "steps", options.out / "shakespeare-loss.png")
    page = characters.decode(held_out[1:1000]), nats[:999]
    pictures.page(*page, options.out / "shakespeare-surprises.png")
    print(f"\nPictures: {options.out}/shakespeare-*")


if __name__ == "__main__":
    main()
