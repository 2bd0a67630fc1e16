# %% [markdown]
# # 11. Why deep, and why that is hard
#
# What do more layers buy, rather than more neurons in one? And why did nobody train ten
# of them before about 2010?
#
# Two neurons can fold the line between 0 and 1: `2·relu(x) - 4·relu(x - ½)` goes up to
# 1, and down again. Folded again it has two peaks, then four. Each layer doubles them.

# %%
import numpy as np
from course import FULL, panels, planes, show, spirals

import autograd as ag
import nn
import viz

x = folded = np.linspace(0, 1, 1025)
figure, row = panels(5, 9, 1.9)
for layers, axes in enumerate(row, 1):
    folded = 2 * ag.relu(folded) - 4 * ag.relu(folded - 0.5)
    peaks = int(np.sum(folded == 1))
    print(f"{layers} layers of 2 neurons: {peaks:2} peaks")
    axes.plot(x, folded, color="#1B5E9E", lw=1)
    axes.set(title=f"layers: {layers}", xticks=[0, 1], yticks=[0, 1])
show(figure, "folds")
assert peaks == 2**4

# %% [markdown]
# One layer has a bend for each neuron: the half million peaks of twenty such layers
# take it a million neurons (Telgarsky, 2016). Does training find such things? Two
# spirals, for networks of about 600 parameters, wide or deep, by the hinge loss:

# %%
points, signs = spirals(150)
unseen, truth = spirals(997)  # between those
right, says = [], {}
for widths in ([150], [22, 22], [16, 16, 16]):
    model = nn.Sequential(nn.MLP(2, [*widths, 1], generator=0), nn.Flatten(0))
    for layer in model[0].layers:
        nn.init.kaiming_uniform_(layer.weight, generator=1)  # see below
    optimizer = nn.optim.Adam(model.parameters(), lr=0.01)
    how = {"loss": nn.functional.hinge_loss, "optimizer": optimizer, "batch_size": 300}
    nn.fit(model, (points, signs), epochs=4000 if FULL else 600, **how)
    right.append(np.mean((model(unseen).data > 0) == (truth > 0)))
    size = sum(p.size for p in model.parameters())
    print(f"hidden layers {widths!s:16} {size} parameters: {right[-1]:.1%} right")
    name = f"{widths}: {right[-1]:.0%} right"
    says[name] = lambda x, model=model: model(np.float32(x)).data
show(planes(says, points, signs), "spirals")
assert FULL or min(right[1:]) > right[0]

# %% [markdown]
# ## Why it is hard
#
# Going back, slopes multiply (lesson 1). That of the sigmoid, the curve of the old
# networks, is ¼ at most. Four of them in a row:

# %%
out = start = ag.Value(0.0, label="x")
for _ in range(4):
    out = out.sigmoid()
out.backward()
print(f"slope through four of them: {start.grad:.4f}")
show(viz.draw(out, direction="backward"), "chain")

# %% [markdown]
# After ten, too little is left to learn by: the gradient has *vanished*. Remedies:
# **ReLU** has slope 1 where it speaks, and weights that *start* at the right size keep
# what passes as large as it was (He, 2015: variance 2 / inputs, as ReLU silences half).
# **Normalisation** brings the numbers of each layer to mean 0 and deviation 1:
# `LayerNorm` those of one image, `BatchNorm` those of one neuron over a batch.
# **Shortcuts** (`Residual`) add what a layer was told to what it says: its slope is 1
# and something. Ten layers of 32 read digits; drawn is how long each one's gradient is.


# %%
def deep(layers=10, activation=nn.ReLU, start=False, norm=None, shortcut=False):
    nn.seed(0)
    steps, n = [], 64
    for _ in range(layers):
        linear = nn.Linear(n, 32)
        if start:
            nn.init.kaiming_uniform_(linear.weight)
        block = nn.Sequential(linear, *([norm(32)] if norm else []), activation())
        steps.append(nn.Residual(block) if shortcut and n == 32 else block)
        n = 32
    return nn.Sequential(nn.Flatten(), *steps, nn.Linear(n, 10))


networks = {
    "sigmoid": deep(activation=nn.Sigmoid),
    "ReLU": deep(),
    "ReLU, He's start": deep(start=True),
    "ReLU, LayerNorm": deep(norm=nn.LayerNorm),
    "ReLU, BatchNorm": deep(norm=nn.BatchNorm1d),
    "ReLU, shortcuts": deep(shortcut=True),
    "ReLU, 2 layers": deep(layers=2),
    "no hidden layer": deep(layers=0),
}
images, labels = nn.data.digits()
x, y, unseen, truth = images[:1400], labels[:1400], images[1400:], labels[1400:]
loss, slope, right = nn.functional.cross_entropy, {}, {}
figure, axes = panels(1, 7, 3.4)
for name, model in networks.items():
    loss(model(x[:200]), y[:200]).backward()
    linear = [m for m in model.modules() if isinstance(m, nn.Linear)]
    norms = [float(np.linalg.norm(m.weight.grad)) for m in linear]
    axes.plot(range(1, len(norms) + 1), norms, "o-", ms=4, label=name)
    optimizer = nn.optim.Adam(model.parameters(), lr=3e-3)
    nn.fit(model, (x, y), loss=loss, optimizer=optimizer, epochs=30 if FULL else 6)
    slope[name] = norms[0]
    right[name] = np.mean(model.eval()(unseen).data.argmax(1) == truth)
    print(f"{name:16} first gradient {norms[0]:.0e}, then {right[name]:.1%} right")
axes.set(yscale="log", xlabel="layer, from the image on", ylabel="length of gradient")
axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
show(figure, "gradients")
assert slope["sigmoid"] < 1e-6 < 1e-2 < slope["ReLU, He's start"]
assert right["sigmoid"] < 0.2 < 0.7 < right["ReLU, He's start"]

# %% [markdown]
# With sigmoids the first layers do not move; each remedy lets them. Yet digits this
# small hardly *need* ten layers: two do as well, and so does none, which is logistic
# regression. Trained longer (`--full`), BatchNorm and shortcuts are clearly ahead of
# it, and the wide network finds the spirals, too.
