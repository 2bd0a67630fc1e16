# %% [markdown]
# # 6. Who is ill?
#
# 569 tumours of the breast, thirty measures of their cells each: is it malignant? Here
# mistakes are not equal. To miss a cancer is worse than to frighten somebody who is
# well; and a doctor wants to know *how sure* the answer is.

# %%
import numpy as np
from course import show
from matplotlib.figure import Figure
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

import autograd as ag
import nn

measures, benign = nn.data.breast_cancer()
malignant = 1 - benign
training, held_out = nn.data.random_split(
    measures, [0.7, 0.3], stratify=malignant, generator=0
)
x, y = measures[training.indices], malignant[training.indices]
unseen, truth = measures[held_out.indices], malignant[held_out.indices]
print(f"{len(y)} to learn from, {len(truth)} held out, {truth.mean():.0%} malignant")

# %% [markdown]
# The measures have units of their own, from thousandths to thousands. Each is brought
# to mean 0 and standard deviation 1, *by the numbers of the training set alone*: the
# held-out tumours are from the future. (`stratify` gave both parts as large a share of
# malignant ones; `indices` are the rows that are in a part.)
#
# With two classes one score is enough. The *sigmoid*, 1 / (1 + e⁻ˢ), makes of it the
# chance of "malignant", and the loss is the cross-entropy of that chance; *logits* is
# another word for scores. The network is put together by hand: `Linear` is the weighted
# sums of a layer, without a curve. (float32 are numbers of seven digits: enough for a
# network, and faster.) Beside it stand two of scikit-learn's learners. **Logistic
# regression** is the sigmoid of one weighted sum, that is one neuron, trained with the
# same loss. **Gradient boosting**, the usual choice for tables, adds up small trees of
# questions ("is this measure above 0.3?"), each tree asked about what those before it
# got wrong.

# %%
scale = nn.data.Standardize(x)
x, unseen = scale(x), scale(unseen)

model = nn.Sequential(
    nn.Linear(30, 16, generator=0), nn.ReLU(), nn.Linear(16, 1, generator=1)
)


def loss(scores: ag.Tensor, truth: np.ndarray) -> ag.Tensor:
    return nn.functional.binary_cross_entropy_with_logits(
        scores[:, 0], truth.astype(np.float32)
    )


history = nn.fit(
    model,
    nn.DataLoader(x, y, batch_size=32, shuffle=True, generator=0),
    loss=loss,
    optimizer=nn.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.1),
    epochs=30,
)

with ag.no_grad():
    network = nn.functional.sigmoid(model(unseen)).data[:, 0]
chances = {"network": network}
for name, learner in (
    ("logistic regression", LogisticRegression()),
    ("gradient boosting", GradientBoostingClassifier(random_state=0)),
):
    chances[name] = learner.fit(x, y).predict_proba(unseen)[:, 1]  # of class 1

# %% [markdown]
# ## One number is not enough
#
# *Accuracy* counts right answers. *AUC* asks how often a malignant tumour gets a higher
# chance than a benign one, wherever one draws the line between the two: 1 is always,
# 0.5 what guessing does. (It is the area under the *ROC curve*, which gives it its
# name: the share of cancers found, over the share of the well who are alarmed, as the
# line is moved.) The *calibration error* asks whether, of those given a chance of 80 %,
# about 80 % are malignant.

# %%
for name, p in chances.items():
    accuracy = nn.metrics.accuracy((p > 0.5).astype(int), truth)
    auc, off = nn.metrics.roc_auc(p, truth), nn.metrics.calibration_error(p, truth)
    print(
        f"{name:20} accuracy {accuracy:.1%}  AUC {auc:.4f}  calibration error {off:.3f}"
    )

# %% [markdown]
# On a table this small and this well measured, logistic regression is as good as the
# network by AUC; by accuracy it is three of 170 patients behind, too few to tell, and
# boosting four. That is the usual outcome, and worth knowing before one builds anything
# larger.
#
# ## Where to draw the line
#
# Say a missed cancer costs as much as twenty false alarms. Then 50 % is the wrong line
# to say "malignant" above. The line is chosen on the training set; what it costs is
# counted on the held-out one. The picture shows the ROC curves, near the corner where
# they differ; how many were malignant of those given about one chance (the larger the
# dot, the more they are: between sure and sure there are few, and so much is chance);
# and what each line would have cost.

# %%
lines = np.linspace(0.01, 0.99, 99)


def cost(p: np.ndarray, truth: np.ndarray, line: float) -> int:
    missed = np.sum((p <= line) & (truth == 1))
    alarms = np.sum((p > line) & (truth == 0))
    return int(20 * missed + alarms)


with ag.no_grad():
    seen = nn.functional.sigmoid(model(x)).data[:, 0]
best = lines[np.argmin([cost(seen, y, line) for line in lines])]
for line in (0.5, best):
    table = nn.metrics.confusion_matrix((network > line).astype(int), truth)
    print(
        f"line at {line:.0%}: {table[1, 0]} missed, {table[0, 1]} false alarms, "
        f"cost {cost(network, truth, line)}"
    )

# %%
figure = Figure(figsize=(10, 3.4), layout="constrained")
left, middle, right = figure.subplots(1, 3)
for (name, p), style in zip(chances.items(), ("-", "--", ":")):
    ill = truth[np.argsort(-p)]  # the surest first
    found, alarmed = np.cumsum(ill) / ill.sum(), np.cumsum(1 - ill) / (1 - ill).sum()
    label = f"{name}: {nn.metrics.roc_auc(p, truth):.4f}"
    left.plot([0, *alarmed], [0, *found], style, label=label)
    bins = nn.metrics.reliability(p, truth, bins=5)
    middle.plot(bins.confidence, bins.accuracy, style, lw=0.7)
    middle.scatter(bins.confidence, bins.accuracy, s=2 * bins.examples)
    right.plot(lines, [cost(p, truth, line) for line in lines], style)
middle.plot([0, 1], [0, 1], color="#1F2933", lw=0.5)
left.set(xlabel="well, and alarmed", ylabel="cancers found", title="ROC")
left.set(xlim=(-0.01, 0.4), ylim=(0.6, 1.01))
middle.set(xlabel="chance given", ylabel="share malignant", title="calibration")
right.set(xlabel="line", ylabel="cost", title="20 · missed + alarms")
left.legend(frameon=False, loc="lower right", fontsize=9, title="area under it")
show(figure, "calibration")
assert nn.metrics.roc_auc(network, truth) > 0.98
