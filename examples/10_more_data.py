# %% [markdown]
# # 10. More data
#
# "Networks need a lot of data": how much, and does more always help? The same digits
# are given to five learners, sixty of them, then about four times as many, and so on;
# what each reads wrong is counted on digits none of them has seen.
#
# Three of the five are known: *logistic regression*, here one neuron for each digit,
# *nearest neighbours* and the MLP. In a *random forest* fifty trees of questions about
# single pixels vote. The *convolutional network* is lesson 12; here it is enough that
# it is told which pixels lie side by side. To the others their order is all the same.

# %%
import numpy as np
from course import FULL, panels, show
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

import autograd as ag
import nn


def halved(images: np.ndarray) -> np.ndarray:  # 14 by 14: it is faster
    return images.reshape(-1, 14, 2, 14, 2).mean((2, 4))


if FULL:  # all of MNIST, from the folder named by GLASSGRAD_DATA
    (images, labels), (unseen, truth) = nn.data.mnist()
    order = np.random.default_rng(0).permutation(len(images))
else:
    images, labels = nn.data.mnist_5000()
    order = np.random.default_rng(0).permutation(len(images))
    unseen, truth = images[order[4000:]], labels[order[4000:]]
    order = order[:4000]
images, labels = halved(images[order]).reshape(-1, 196), labels[order]
unseen = halved(unseen).reshape(-1, 196)
sizes = [60, 250, 1000, 4000] + [16000, 60000] * FULL

# %% [markdown]
# ## The learners
#
# `Dropout` silences half of what the convolutions found, at random in each step of
# training (not after `eval()`): it hinders learning by heart. A network makes at least
# 120 steps of fifty images, and at least six rounds. (Lesson 12 tells of `Conv2d` and
# `Unflatten`; `ag.no_grad()(f)` is f, with nothing recorded.)


# %%
def convolutional() -> nn.Module:
    nn.seed(0)  # of all weights and chances that are drawn from here on
    first = nn.Conv2d(1, 16, 5, stride=2, padding=2), nn.ReLU()
    second = nn.Conv2d(16, 48, 3, stride=2, padding=1), nn.ReLU()
    last = nn.Flatten(), nn.Dropout(0.5), nn.Linear(48 * 16, 10)
    return nn.Sequential(nn.Unflatten(1, (1, 14, 14)), *first, *second, *last)


def trained(model: nn.Module, x: np.ndarray, y: np.ndarray):
    data = nn.DataLoader(x, y, batch_size=50, shuffle=True, generator=0)
    loss, epochs = nn.functional.cross_entropy, max(6000 // len(x), 6)
    rate = nn.optim.schedules.cosine(5e-3, steps=epochs * len(x) // 50)
    optimizer = nn.optim.Adam(model.parameters(), lr=rate)
    nn.fit(model, data, loss=loss, optimizer=optimizer, epochs=epochs)
    return ag.no_grad()(lambda images: model.eval()(images).data.argmax(1))


logistic = LogisticRegression(C=0.1, max_iter=1000)
forest = RandomForestClassifier(50, random_state=0)
learners = {  # each learns from images and labels, and gives a function that reads
    "logistic regression": lambda x, y: logistic.fit(x, y).predict,
    "nearest neighbours": lambda x, y: KNeighborsClassifier(3).fit(x, y).predict,
    "random forest": lambda x, y: forest.fit(x, y).predict,
    "MLP": lambda x, y: trained(nn.MLP(196, [128, 64, 10], generator=0), x, y),
    "convolutional": lambda x, y: trained(convolutional(), x, y),
}
errors = {name: [] for name in learners}
for n in sizes:
    for name, learned in learners.items():
        read = learned(images[:n], labels[:n])
        errors[name].append(float(np.mean(read(unseen) != truth)))

# %% [markdown]
# ## What is read wrong
#
# Both axes of the picture go by factors: one step is as much *times* as much. The
# numbers for 16,000 and 60,000 images are recorded, of a run with `--full`.

# %%
RECORDED = {
    "logistic regression": [0.086, 0.079],
    "nearest neighbours": [0.040, 0.027],
    "random forest": [0.047, 0.036],
    "MLP": [0.034, 0.018],
    "convolutional": [0.026, 0.014],
}
if not FULL:
    sizes += [16000, 60000]
    errors = {name: row + RECORDED[name] for name, row in errors.items()}
print(f"{'images':20}" + "".join(f"{n:8,}" for n in sizes), " last ÷")
gains = {name: row[-2] / row[-1] for name, row in errors.items()}
for name, row in errors.items():
    print(f"{name:20}" + "".join(f"{e:8.1%}" for e in row), f"{gains[name]:7.1f}")

figure, axes = panels(1, 7, 4)
for (name, row), style in zip(errors.items(), ("s:", "v:", "^:", "o-", "o-")):
    axes.loglog(sizes, row, style, label=name)
axes.set_yticks([0.01, 0.03, 0.1, 0.3], ["1%", "3%", "10%", "30%"])
axes.set_xticks(sizes, [f"{n:,}" for n in sizes])
axes.minorticks_off()
axes.set(xlabel="images to learn from", ylabel="read wrong")
axes.legend(frameon=False)
show(figure, "errors")
assert gains["logistic regression"] == min(gains.values())
assert min(gains["MLP"], gains["convolutional"]) > 1.5

# %% [markdown]
# The last column says by what the error is divided from 16,000 images to 60,000.
# Logistic regression has reached its *plateau*: ten neurons cannot say more, however
# much they are shown. Networks go on, nearly along a straight line on these axes, as
# they do far beyond this (Hestness and others, 2017).
#
# Another thing often said, that networks are worse where data is scarce, is not seen
# here: with 60 images both are ahead. But with 1,000 nearest neighbours are, and with
# 4,000 they and the forest still beat the MLP. (One percent of 1,000 digits is chance.)
# On tables, as in lesson 7, trees are hard to beat (Grinsztajn and others, 2022).
