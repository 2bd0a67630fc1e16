# %% [markdown]
# # 14. Praise or complaint?
#
# A thousand sentences from reviews of telephones, half of them praise: which are? There
# are two ways: forget the order and count the words, or read one after the other.
#
# Both networks end in one number, the score: above 0 is praise. Both begin with an
# `Embedding` (lesson 13), here a row for every word; number 0 stands for rare ones.
# Short sentences are filled up *in front* by a number more, whose row stays 0. The
# **bag of words** has rows of one number, how much a word praises; the score is their
# sum. That is one neuron, which counts words. The **LSTM** (*long short-term memory*),
# a recurrent network as the GRU is, has rows of 32 numbers, and a memory of 32 that
# reads them from first to last; of each of those the largest value that it ever had
# goes into the score. Only it can know that *not* turns what follows.

# %%
import numpy as np
from course import DATA, FULL, show, tinted
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline

import autograd as ag
import nn

sites = ("amazon_cells", "imdb", "yelp") if FULL else ("amazon_cells",)
texts, praise = nn.data.sentiment(DATA, of=sites)
texts = np.array(texts, object)
for text, kind in zip(texts[:4], praise):
    print("praise   " if kind else "complaint", text)


def numbers(words: nn.data.Words, texts: np.ndarray) -> np.ndarray:
    turned = [words.encode(text)[::-1] for text in texts]
    return nn.data.pad_sequences(turned, value=len(words))[0][:, ::-1]


def table(n: int, width: int) -> nn.Embedding:
    layer = nn.Embedding(n + 1, width, padding_idx=n)
    layer.weight.data *= 0.1
    return layer


def lstm(n: int) -> nn.Module:
    rows = table(n, 32), nn.Dropout(0.5)
    reads = nn.LSTM(32, 32, batch_first=True), lambda states: states[0].max(1)
    return nn.Sequential(*rows, *reads, nn.Dropout(0.5), nn.Linear(32, 1))


kinds = {
    "bag of words": lambda n: nn.Sequential(table(n, 1), lambda rows: rows.sum(1)),
    "LSTM": lstm,
}

# %% [markdown]
# ## Each held out once
#
# Two hundred held-out sentences would be too few. So each fifth is held out once, as in
# lesson 7, from the list of words, too. Beside them what one does without a network:
# logistic regression on TF-IDF, counts in which rare words weigh more.

# %%
loss = nn.functional.binary_cross_entropy_with_logits
right = {name: np.zeros(len(texts), bool) for name in ("TF-IDF", *kinds)}
nn.seed(0)
five = StratifiedKFold(5, shuffle=True, random_state=0)
for seen, unseen in five.split(texts, praise):
    classical = make_pipeline(TfidfVectorizer(), LogisticRegression(C=10))
    said = classical.fit(texts[seen], praise[seen]).predict(texts[unseen])
    right["TF-IDF"][unseen] = said == praise[unseen]
    words = nn.data.Words.learn(texts[seen], least=2)
    models = {name: kind(len(words)) for name, kind in kinds.items()}
    for name, model in models.items():
        data = numbers(words, texts[seen]), praise[seen, None].astype(np.float32)
        lr, settings = 1e-2 if name == "LSTM" else 3e-2, {"loss": loss, "epochs": 7}
        optimizer = nn.optim.AdamW(model.parameters(), lr=lr, weight_decay=0.1)
        nn.fit(model, data, batch_size=50, optimizer=optimizer, **settings)
        scores = model.eval()(numbers(words, texts[unseen])).data[:, 0]
        right[name][unseen] = (scores > 0) == praise[unseen]
for name, each in right.items():
    behind = right["TF-IDF"].astype(int) - each
    mean, error = behind.mean(), behind.std() / np.sqrt(len(each))
    print(f"{name:12} {each.mean():.1%} right, behind by {mean:.1%} ± {error:.1%}")
    assert each.mean() > 0.75

# %% [markdown]
# The classical learner leads; the LSTM is behind by no more than chance may make.
# (Rates were chosen by these same fifths.)
#
# ## Which words carry the score?
#
# The gradient of the score by a word's row says how the score would move if the row
# did. Times the row itself, summed, it is what the word adds, to first order; in the
# bag exactly its number. (`ag.grad(f)` gives the gradient of f.)


# %%
def carried(model: nn.Sequential, inputs: np.ndarray) -> np.ndarray:
    """What each word adds to the score: (texts, places) → the same shape."""
    rows = model[0](inputs).data
    gradient = ag.grad(lambda rows: model[1:](rows).sum())(rows)
    return np.sum(gradient.data * rows, axis=-1)


tests = ["not great", "great, not bad", "bad, not great"]
for name, model in models.items():
    scores = model(numbers(words, tests)).data[:, 0]
    print(name, *(f"   {text!r} {score:+.1f}" for text, score in zip(tests, scores)))

# %% [markdown]
# The bag cannot tell the last two tests apart: they have the same words. The LSTM can,
# and takes *not great* as bad. Below, held-out sentences with *not*, each to the bag
# above and to the LSTM below, with the score: purple is praise, orange the contrary. To
# the bag *not* is against by the same amount everywhere, to the LSTM by what stands
# around it. (To first order: *recommend* stays purple in both.)

# %%
sentences = []
for text in [text for text in texts[unseen] if " not " in text and len(text) < 50][:4]:
    inputs, rows = numbers(words, [text]), {}
    for name, model in models.items():
        rows[f"{name}: {model(inputs).item():+.1f}"] = carried(model, inputs)[0]
    sentences.append((nn.data.words_of(text), rows))
show(tinted(sentences), "words")
