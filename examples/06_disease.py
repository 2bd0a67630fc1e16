# %% [markdown]
# # 6. Who is ill?
#
# 569 tumours of the breast, thirty measures of their cells each: is it malignant? Here
# mistakes are not equal. To miss a cancer is worse than to frighten somebody who is
# well; and a doctor wants to know *how sure* the answer is.

# %%
import numpy as np
from course import panels, show
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

import autograd as ag
import nn

measures, benign = nn.data.breast_cancer()
malignant = 1 - benign
both = nn.data.TensorDataset(measures, malignant)  # row by row
training, held_out = nn.data.random_split(both, [0.7, 0.3], 0, stratify=malignant)
(x, y), (unseen, truth) = training[:], held_out[:]
print(f"{len(both)} tumours, {len(truth)} held out, {truth.mean():.0%} malignant")

# %% [markdown]
# The measures have units of their own, from thousandths to thousands. Each is brought
# to mean 0 and standard deviation 1, *by the numbers of the training set alone*: the
# held-out tumours are from the future. (`stratify` gave both parts as large a share of
# malignant ones.)
#
# With two classes one score is enough. The *sigmoid*, 1 / (1 + e⁻ˢ), makes of it the
# chance of "malignant", and the loss is the cross-entropy of that chance; *logits* is
# another word for scores. The network is put together by hand: `Linear` is the weighted
# sums of a layer, without a curve; `Flatten(0)` makes of the column of scores a row.
# (float32 are numbers of seven digits: enough for a network, and faster.) Beside it
# stand two of scikit-learn's learners. **Logistic regression** is the sigmoid of one
# weighted sum, that is one neuron, trained with the same loss. **Gradient boosting**,
# the usual choice for tables, adds up small trees of questions ("is this measure above
# 0.3?"), each tree asked about what those before it got wrong.

# %%
scale = nn.data.Standardize(x)
x, unseen = scale(x), scale(unseen)

hidden, last = nn.Linear(30, 16, generator=0), nn.Linear(16, 1, generator=1)
model = nn.Sequential(hidden, nn.ReLU(), last, nn.Flatten(0))
data = nn.DataLoader(x, np.float32(y), batch_size=32, shuffle=True, generator=0)
loss = nn.functional.binary_cross_entropy_with_logits
optimizer = nn.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.1)
nn.fit(model, data, loss=loss, optimizer=optimizer, epochs=30)


def chance_of(x: np.ndarray) -> np.ndarray:
    with ag.no_grad():
        return nn.functional.sigmoid(model(x)).data


network = chance_of(unseen)
chances, trees = {"network": network}, GradientBoostingClassifier(random_state=0)
others = {"logistic regression": LogisticRegression(), "gradient boosting": trees}
for name, learner in others.items():
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
    print(f"{name:20} accuracy {accuracy:.1%}  AUC {auc:.4f}  calibrated to {off:.3f}")

# %% [markdown]
# On a table this small and well measured, logistic regression is as good as the network
# by AUC; by accuracy both others are behind by so few of 170 patients that it may be
# chance. That is usual, and worth knowing before one builds anything larger.
#
# ## Where to draw the line
#
# Say a missed cancer costs as much as twenty false alarms. Then 50 % is the wrong line
# to say "malignant" above. The line is chosen on the training set; its cost is counted
# on the held-out one. The picture shows the ROC curves, near the corner where they
# differ; how many were malignant of those given about one chance (the larger the dot,
# the more they are; small dots are chance); and what each line would have cost.

# %%
lines = np.linspace(0.01, 0.99, 99)


def cost(p: np.ndarray, truth: np.ndarray, line: float) -> int:
    missed = np.sum((p <= line) & (truth == 1))
    alarms = np.sum((p > line) & (truth == 0))
    return int(20 * missed + alarms)


best = lines[np.argmin([cost(chance_of(x), y, line) for line in lines])]
for line in (0.5, best):
    table = nn.metrics.confusion_matrix((network > line).astype(int), truth)
    missed, alarms = table[1, 0], table[0, 1]
    print(f"line at {line:.0%}: {missed} missed, {alarms} false alarms", end=", ")
    print(f"cost {cost(network, truth, line)}")

figure, (left, middle, right) = panels(3, 10, 3.4)
for (name, p), style in zip(chances.items(), ("-", "--", ":")):
    ill = truth[np.argsort(-p)]  # the surest first
    found, alarmed = np.cumsum(ill) / ill.sum(), np.cumsum(1 - ill) / (1 - ill).sum()
    left.plot([0, *alarmed], [0, *found], style, label=name)
    bins = nn.metrics.reliability(p, truth, bins=5)
    middle.plot(bins.confidence, bins.accuracy, style, lw=0.7)
    middle.scatter(bins.confidence, bins.accuracy, s=2 * bins.examples)
    right.plot(lines, [cost(p, truth, line) for line in lines], style)
middle.plot([0, 1], [0, 1], color="#1F2933", lw=0.5)
left.set(xlabel="well, and alarmed", ylabel="cancers found", title="ROC")
left.set(xlim=(-0.01, 0.4), ylim=(0.6, 1.01))
middle.set(xlabel="chance given", ylabel="share malignant", title="calibration")
right.set(xlabel="line", ylabel="cost", title="20 · missed + alarms")
left.legend(frameon=False, loc="lower right")
show(figure, "calibration")
assert nn.metrics.roc_auc(network, truth) > 0.98
