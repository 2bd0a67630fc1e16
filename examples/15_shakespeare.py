# %% [markdown]
# # 15. Shakespeare, character by character
#
# As in lesson 13, on a longer scale: a small transformer reads plays, and says at each
# character what comes next. Its heart, *causal attention*, is written out here.
#
# At each place stands a row of 64 numbers: what is known there. Three are made from it:
# a *query* (what do I look for?), a *key* (what have I to offer?) and a *value* (what I
# hand over). The query of one place times the key of another, summed, is a score: how
# well they fit. Softmax makes weights of the scores, and the place takes the mean of
# all values by these weights. It must not look ahead: what comes next is what it is to
# guess. So the scores of later places are set to -∞, and their weights are 0. That is
# *causal*; and one pass over 64 characters trains 64 guesses. Four *heads* do this side
# by side, with 16 of the numbers each.

# %%
import numpy as np
from course import DATA, FULL, matrix, show, side_by_side

import autograd as ag
import nn

text = nn.data.tiny_shakespeare(DATA)
characters = nn.data.Characters(text)
training, held_out = np.split(characters.encode(text), [len(text) * 9 // 10])
kinds, length, width = len(characters), 64, 64
print(f"{len(training):,} characters to learn from, of {kinds} kinds")


class Attention(nn.Module):
    def __init__(self) -> None:
        self.ask = nn.Linear(width, 3 * width, bias=False)
        self.out = nn.Linear(width, width, bias=False)

    def forward(self, x: ag.Tensor) -> ag.Tensor:
        batch, n, _ = x.shape
        three = self.ask(x).reshape(batch, n, 3, 4, -1)
        query, key, value = three.transpose(2, 0, 3, 1, 4)  # each (batch, 4, n, 16)
        scores = query @ key.swapaxes(-1, -2) / np.sqrt(query.shape[-1])
        scores = ag.where(np.tri(n, dtype=bool), scores, -np.inf)  # above: not seen
        mixed = nn.functional.softmax(scores, dim=-1) @ value
        return self.out(mixed.swapaxes(1, 2).reshape(batch, n, width))


# %% [markdown]
# A *block* is attention, which carries things from place to place, and then an MLP at
# each place by itself. Both *add* to what was there (`Residual`, the shortcut of lesson
# 11); before each, `RMSNorm` brings the row to size 1. At the start stand the rows of
# four characters, its own and the three before, which matter most.


# %%
def block() -> list[nn.Module]:
    parts = Attention(), nn.MLP(width, [4 * width, width])
    return [nn.Residual(nn.Sequential(nn.RMSNorm(width), part)) for part in parts]


def loss(scores: ag.Tensor, truth: np.ndarray) -> ag.Tensor:
    return ag.cross_entropy(scores.reshape(-1, kinds), truth.ravel())


nn.seed(0)
places = nn.PositionalEncoding(width, batch_first=True)
blocks = [part for _ in range(4 if FULL else 2) for part in block()]
last = nn.RMSNorm(width), nn.Linear(width, kinds)
start = nn.Embedding(kinds, 16), lambda rows: side_by_side(rows, 4)
model = nn.Sequential(*start, places, *blocks, *last)
windows = nn.data.Windows(training, length, stride=28)  # (what is read, what follows)
data = nn.DataLoader(windows, batch_size=8, shuffle=True, generator=0)
rate = nn.optim.schedules.cosine(1e-2, steps=len(data))
optimizer = nn.optim.AdamW(model.parameters(), lr=rate)
nn.fit(model, data, loss=loss, optimizer=optimizer, epochs=1)

# %% [markdown]
# ## Nats and perplexity
#
# The loss is the mean surprise, -log p, in *nats*. Its exponential is the
# **perplexity**: at 7 a model is as unsure as one that chooses among 7 characters, all
# as likely. On text it has not read, beside a table of pairs as in lesson 13:

# %%
pairs = np.ones((kinds, kinds))
np.add.at(pairs, (training[:-1], training[1:]), 1)
pairs = np.log(pairs / pairs.sum(1, keepdims=True))
read, following = nn.data.Windows(held_out, length, stride=length).examples(slice(None))
with ag.no_grad():
    nats = {"blind guess": np.log(kinds), "pairs": -pairs[read, following].mean()}
    nats["transformer"] = loss(model(read), following).item()
for name, each in nats.items():
    print(f"{name:12} {each:.3f} nats, perplexity {np.exp(each):.1f}")
assert nats["transformer"] < nats["pairs"] - 0.2

# %% [markdown]
# ## It does not look ahead
#
# The *Jacobian*, the slope of each output by each input, can tell: how strongly does
# the highest score of each guess depend on each character's row (`_` is a space)? The
# last four count most; what attention brings from further back is pale yet.

# %%
rows = model[0](held_out[None, :32]).data
jacobian = ag.jacobian(lambda rows: model[1:](rows).max(-1)[0])(rows).data
felt = np.linalg.norm(jacobian[:, 0], axis=-1)  # (guesses, characters)
assert np.all(felt[~np.tri(32, dtype=bool)] == 0)
labels = [repr(c)[1:-1].replace(" ", "_") for c in characters.decode(held_out[:32])]
show(matrix(np.sqrt(felt), labels, "depends on", "guess after"), "felt")

# %% [markdown]
# ## Temperature
#
# To write, draw by the chances, append, ask again. Scores divided by a *temperature*
# become sharper chances (below 1) or flatter (above): timid, or bold and wrong. For
# sentences one needs more: `shakespeare.py`.

# %%
for temperature in (0.3, 0.8, 1.5):
    written, rng = characters.encode("ROMEO:"), np.random.default_rng(0)
    for _ in range(120):
        with ag.no_grad():
            scores = model(written[None, -length:]).data[0, -1] / temperature
        chances = np.exp(scores - scores.max(), dtype=float)
        written = np.append(written, rng.choice(kinds, p=chances / chances.sum()))
    print(f"--- temperature {temperature}\n{characters.decode(written)}")
