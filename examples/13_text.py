# %% [markdown]
# # 13. Text: making up names
#
# A network that writes is a network that guesses. Given the letters so far, it says of
# each letter of the alphabet how likely it is to come next; draw one by these chances,
# append it, and ask again. So six models make up first names here.
#
# A good model is seldom surprised. If it gave the letter that came the chance p, its
# surprise is -log p, in *nats*: 0 where it was sure and right, log 27 = 3.30 where it
# guesses blindly. The mean over all letters is the **cross-entropy**, the loss of the
# digits' lessons. (-1, after a name's end, does not count.)

# %%
import numpy as np
from course import DATA, FULL, show, side_by_side

import autograd as ag
import nn
import viz

names = sorted({name for name in nn.data.names(DATA) if len(name) <= 10})
np.random.default_rng(0).shuffle(names)
characters = nn.data.Characters(".abcdefghijklmnopqrstuvwxyz")  # "." begins and ends
coded = [characters.encode(f".{name}.") for name in names]
padded, _ = nn.data.pad_sequences(coded, value=-1)
letters, following = np.maximum(padded[:, :-1], 0), padded[:, 1:]
unseen, x = np.split(letters, [len(names) // 10])
truth, y = np.split(following, [len(names) // 10])
print(f"{len(x):,} names to learn from, {len(unseen)} held out, as {names[0]}")


def loss(scores: ag.Tensor, truth: np.ndarray) -> ag.Tensor:
    return nn.functional.cross_entropy(scores.swapaxes(1, 2), truth, ignore_index=-1)


# %% [markdown]
# ## Tables of counts
#
# What follows an `a`? Count it. A *bigram* table has a row for each letter and a column
# for each that may follow; a count divided by the sum of its row is a chance. (One is
# added to each: a new pair must not be impossible.) For two letters before there are
# 729 rows; to each ten cases are added, as in the shorter table.

# %%
real, before = y >= 0, lambda x: np.pad(x, ((0, 0), (1, 0)))[:, :-1]
pairs = np.ones((27, 27))
np.add.at(pairs, (x[real], y[real]), 1)
pairs /= pairs.sum(-1, keepdims=True)
triples = np.tile(10 * pairs, (27, 1, 1))
np.add.at(triples, (before(x)[real], x[real], y[real]), 1)
triples /= triples.sum(-1, keepdims=True)
counted = {"pairs": lambda x: ag.tensor(np.log(pairs[x]))}
counted["triples"] = lambda x: ag.tensor(np.log(triples[before(x), x]))

# %% [markdown]
# ## Models that learn
#
# An `Embedding` is a table, too: row i is what it gives for number i. A table of 27 by
# 27 scores, trained, must find what counting found. The others learn a row of 16 or 48
# numbers for each letter: letters that act alike come to have rows alike.
#
# The MLP is given the rows of the last three letters side by side. The GRU, a
# *recurrent* network (lesson 20), rewrites a memory of 64 numbers at each letter. The
# transformer has no memory: each place looks back on all before it, and takes what it
# needs; `PositionalEncoding` tells each its place. (`s[0]` is what a GRU held at each.)


# %%
class LookingBack(nn.TransformerEncoder):
    def forward(self, rows: ag.Tensor) -> ag.Tensor:
        return super().forward(rows, is_causal=True)


nn.seed(0)
layer = nn.TransformerEncoderLayer(48, 4, 96, 0.0, batch_first=True, norm_first=True)
head, places = nn.Linear(64, 27), nn.PositionalEncoding(48, batch_first=True)
table = nn.Embedding(27, 27)
mlp = nn.Embedding(27, 16), lambda rows: side_by_side(rows, 3), nn.MLP(48, [128, 27])
gru = nn.Embedding(27, 16), nn.GRU(16, 64, batch_first=True), lambda s: s[0], head
encoder = nn.Embedding(27, 48), places, LookingBack(layer, 2), nn.Linear(48, 27)
parts = {"pairs, learned": [table], "MLP": mlp, "GRU": gru, "transformer": encoder}
learned = {name: nn.Sequential(*modules) for name, modules in parts.items()}
for name, model in learned.items():
    top, epochs = 0.1 if name == "pairs, learned" else 6e-3, 10 if FULL else 3
    data = nn.DataLoader(x, y, batch_size=64, shuffle=True, generator=0)
    rate = nn.optim.schedules.cosine(top, steps=epochs * len(data))
    optimizer = nn.optim.AdamW(model.parameters(), lr=rate)  # by the step
    nn.fit(model, data, loss=loss, optimizer=optimizer, epochs=epochs)


def made_up(model) -> str:
    text, rng = np.zeros((7, 1), int), np.random.default_rng(1)
    for _ in range(letters.shape[1]):
        chances = nn.functional.softmax(model(text)[:, -1], dim=-1).data.cumsum(-1)
        drawn = (chances < rng.random((7, 1))).sum(-1).clip(max=26)
        text = np.concatenate([text, drawn[:, None]], 1)
    return " ".join(characters.decode(row).split(".")[1] for row in text)


losses = {}
for name, model in (counted | learned).items():
    with ag.no_grad():
        losses[name] = loss(model(unseen), truth).item()
        print(f"{name:14} {losses[name]:.3f} nats  {made_up(model)}")
assert abs(losses["pairs, learned"] - losses["pairs"]) < 0.02
assert losses["transformer"] < losses["MLP"] < losses["triples"] < losses["pairs"]

# %% [markdown]
# The gradient finds what counting finds, and who looks further back is less surprised.
#
# ## What it looks back on
#
# At each place the transformer weighs all letters so far, and takes the mean of what
# they have by these weights; how, lesson 15 tells. Below, four *heads* of it do so.
# Right of the diagonal is nothing: what comes is to be guessed. Left of it each head
# looks most at one or two of the letters before, a habit that nobody gave it.

# %%
word, first = ".isabella", learned["transformer"][2].layers[0]
with ag.no_grad():
    h = first.norm1(learned["transformer"][:2](characters.encode(word)[None]))
    weights = first.self_attn(h, h, h, is_causal=True, average_attn_weights=False)[1]
title = "heads of the first layer: the query stands at a place, and looks at keys"
show(viz.attention_maps(weights, queries=word, title=title), "attention")
