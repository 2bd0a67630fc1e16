# %% [markdown]
# # 11. Why deep, and why that is hard
#
# A network may have more neurons in a layer, or more layers. What do layers buy, and
# why did nobody train ten of them before about 2010?

# %%
import numpy as np
from course import FULL, show
from matplotlib.figure import Figure

import autograd as ag
import nn
import viz

nn.seed(0)

# %% [markdown]
# ## What layers buy
#
# Two neurons can fold the line between 0 and 1: `2·relu(x) - 4·relu(x - ½)` goes up to
# 1, and down again. Folded again it has two peaks, then four. Each layer doubles them.

# %%
x = folded = np.linspace(0, 1, 1025)
figure = Figure(figsize=(9, 1.9), layout="constrained")
for layers, axes in enumerate(figure.subplots(1, 5), 1):
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
# spirals, for networks of about 600 parameters, wide or deep:


# %%
def spirals(n: int) -> tuple[np.ndarray, np.ndarray]:
    angle = np.sqrt(np.linspace(0.01, 1, n)) * 5 * np.pi
    arm = np.stack([angle * np.cos(angle), angle * np.sin(angle)], 1) / (2.5 * np.pi)
    signs = np.repeat(np.float32([1, -1]), n)[:, None]
    return np.concatenate([arm, -arm]).astype(np.float32), signs


points, signs = spirals(150)
unseen, truth = spirals(997)  # between those
ticks = np.linspace(-2.1, 2.1, 90, dtype=np.float32)
plane = np.stack(np.meshgrid(ticks, ticks), -1)
right, shapes = [], ([150], [22, 22], [16, 16, 16])
figure = Figure(figsize=(8, 2.9), layout="constrained")
for widths, axes in zip(shapes, figure.subplots(1, 3)):
    model = nn.MLP(2, [*widths, 1], generator=0)
    for layer in model.layers:
        nn.init.kaiming_uniform_(layer.weight, generator=1)  # see below
    optimizer = nn.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(4000 if FULL else 600):
        loss = ag.relu(1 - signs * model(points)).mean()
        optimizer.zero_grad()
        loss.backward(free=True)
        optimizer.step()
    right.append(np.mean((model(unseen).data > 0) == (truth > 0)))
    size = sum(p.size for p in model.parameters())
    print(f"hidden layers {widths!s:16} {size} parameters: {right[-1]:.1%} right")
    above = model(plane).data[..., 0] > 0
    axes.contourf(ticks, ticks, above, [-0.5, 0.5, 1.5], colors=["#F6E3D3", "#D5E5F4"])
    axes.scatter(*points.T, s=2, c=np.where(signs > 0, "#1B5E9E", "#B35900")[:, 0])
    axes.set(title=f"{widths}: {right[-1]:.0%} right", aspect="equal")
    axes.set_axis_off()
show(figure, "spirals")
assert min(right[1:]) > right[0]

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
# After ten, too little is left to learn by: the gradient has *vanished*. Three
# remedies: **ReLU** has slope 1 where it speaks, and weights that *start* at the right
# size keep what passes as large as it was (He, 2015: variance 2 / inputs, as ReLU
# silences half). **Normalisation** brings the numbers of each layer to mean 0 and
# deviation 1: `LayerNorm` those of one image, `BatchNorm` those of one neuron over a
# batch. **Shortcuts** add what a layer was told to what it says: its slope is 1 and
# something. Ten layers of 32 read digits; drawn is how long each one's gradient is.


# %%
def deep(activation, start=False, norm=None, shortcut=False, layers=10):
    generator, steps, n = np.random.default_rng(0), [], 64
    for _ in range(layers):
        linear = nn.Linear(n, 32, generator=generator)
        if start:
            nn.init.kaiming_uniform_(linear.weight, generator=generator)
        block = nn.Sequential(linear, *([norm(32)] if norm else []), activation())
        steps.append(nn.Residual(block) if shortcut and n == 32 else block)
        n = 32
    return nn.Sequential(nn.Flatten(), *steps, nn.Linear(n, 10, generator=generator))


networks = {
    "sigmoid": deep(nn.Sigmoid),
    "ReLU": deep(nn.ReLU),
    "ReLU, He's start": deep(nn.ReLU, start=True),
    "ReLU, LayerNorm": deep(nn.ReLU, norm=nn.LayerNorm),
    "ReLU, BatchNorm": deep(nn.ReLU, norm=nn.BatchNorm1d),
    "ReLU, shortcuts": deep(nn.ReLU, shortcut=True),
    "ReLU, 2 layers": deep(nn.ReLU, layers=2),
    "no hidden layer": deep(nn.ReLU, layers=0),
}
images, labels = nn.data.digits()
training, epochs = (images[:1400], labels[:1400]), 30 if FULL else 6
loss, slope, right = nn.functional.cross_entropy, {}, {}
axes = Figure(figsize=(7, 3.4), layout="constrained").subplots()
for name, model in networks.items():
    loss(model(images[:200]), labels[:200]).backward()
    linear = [m for m in model.modules() if isinstance(m, nn.Linear)]
    norms = [float(np.linalg.norm(m.weight.grad)) for m in linear]
    axes.plot(range(1, len(norms) + 1), norms, "o-", ms=4, label=name)
    optimizer = nn.optim.Adam(model.parameters(), lr=3e-3)
    nn.fit(model, training, loss=loss, optimizer=optimizer, epochs=epochs)
    model.eval()
    slope[name] = norms[0]
    right[name] = np.mean(model(images[1400:]).data.argmax(1) == labels[1400:])
    print(f"{name:16} first gradient {norms[0]:.0e}, then {right[name]:.1%} right")
axes.set(yscale="log", xlabel="layer, from the image on", ylabel="length of gradient")
axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
show(axes.figure, "gradients")
assert slope["sigmoid"] < 1e-6 < 1e-2 < slope["ReLU, He's start"]
assert right["sigmoid"] < 0.2 < 0.7 < right["ReLU, He's start"]

# %% [markdown]
# With sigmoids the first layers do not move; each remedy lets them. Yet digits this
# small hardly *need* ten layers: two do as well, and so does none, which is logistic
# regression. Trained longer (`--full`), normalisation and shortcuts are two to four
# points ahead of it, and the wide network finds 97 % of the spirals, too.
