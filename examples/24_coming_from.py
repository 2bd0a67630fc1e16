# %% [markdown]
# # 24. Coming from elsewhere
#
# One small program five times: two neurons with ReLU, the mean of squared differences,
# and the gradient of that by the weights. Where a library is installed, it is run;
# where it is not, what it gave is recorded at the end. All agree.
#
# ## Here
#
# A Tensor remembers how it was made, and `backward()` leaves gradients in `.grad`. Or,
# as a function of a function, nothing is left anywhere. Or as a layer. It is the same
# graph.

# %%
import os
from importlib.util import find_spec

import numpy as np
from course import show

import autograd as ag
import nn
import viz

x = np.array([[1.0, 2.0], [-1.0, 0.5], [0.3, -0.7]])
y = np.array([[0.5, -0.5], [0.0, 1.0], [-1.0, 0.25]])
weight = np.array([[0.2, -0.4], [0.7, 0.1]])
gradients = {}


def loss_of(w, np=np):
    return np.mean((np.maximum(x @ w.T, 0) - y) ** 2)


w = ag.tensor(weight, requires_grad=True)
w.label = "w"
loss = loss_of(w)
loss.label = "loss"
loss.backward()
gradients["Tensor"] = w.grad
gradients["ag.grad"] = ag.grad(loss_of)(weight)
layer = nn.Linear(2, 2, bias=False, dtype=np.float64)
layer.load_state_dict({"weight": weight})
nn.functional.mse_loss(nn.functional.relu(layer(x)), y).backward()
gradients["nn"] = layer.weight.grad
show(viz.draw(loss, direction="backward"), "graph")

# %% [markdown]
# ## PyTorch, JAX, Keras, micrograd
#
# **PyTorch**: modules, layers, optimizers and states have the same names and arguments.
# Functions of arrays are NumPy's: `axis`, not `dim`. **JAX**: `grad`, `vjp`, `hessian`
# and their kin mean the same, but there is no second NumPy, arrays may be written into,
# and branches and loops are Python's. **Keras**: there a model is compiled, and fitted
# by a method; here `nn.fit` takes model, loss and optimizer. It stores the weights of a
# layer transposed. **micrograd**: single numbers; its programs run here with the import
# changed to `from autograd import Value`, as this one does.

# %%
if find_spec("torch"):
    import torch

    w = torch.tensor(weight, requires_grad=True)
    out = torch.relu(torch.tensor(x) @ w.T)
    torch.nn.functional.mse_loss(out, torch.tensor(y)).backward()
    gradients["PyTorch"] = w.grad.numpy()

if find_spec("jax"):
    import jax

    jax.config.update("jax_enable_x64", True)
    gradients["JAX"] = jax.grad(lambda w: loss_of(w, jax.numpy))(weight)

if find_spec("keras") and find_spec("jax"):
    os.environ["KERAS_BACKEND"] = "jax"
    import keras

    model = keras.Sequential([keras.layers.Dense(2, "relu", use_bias=False)])
    model.build((None, 2))

    def keras_loss(variables):
        out, _ = model.stateless_call(variables, [], x)
        return keras.ops.mean((out - y) ** 2)

    gradients["Keras"] = jax.grad(keras_loss)([weight.T])[0].T


def number_by_number(Value):
    w = [[Value(each) for each in row] for row in weight.tolist()]
    loss = Value(0.0)
    for (a, b), wanted in zip(x.tolist(), y.tolist()):
        for row, right in zip(w, wanted):
            loss = loss + ((row[0] * a + row[1] * b).relu() - right) ** 2
    loss = loss / 6
    loss.backward()
    return np.array([[each.grad for each in row] for row in w])


gradients["Value"] = number_by_number(ag.Value)
if find_spec("micrograd"):
    import micrograd.engine

    gradients["micrograd"] = number_by_number(micrograd.engine.Value)

# %% [markdown]
# ## Equal
#
# `RECORDED` is what PyTorch 2.13, JAX 0.10.2, Keras 3.15 and micrograd 0.1 gave.

# %%
RECORDED = np.array([[402, -938], [1367, 2877]]) / 3000
for name, gradient in gradients.items():
    print(f"{name:10} {np.asarray(gradient).round(6).tolist()}")
    assert np.allclose(gradient, RECORDED, rtol=1e-6), name

# %% [markdown]
# | here | PyTorch | JAX | Keras | micrograd |
# |---|---|---|---|---|
# | `ag.tensor(…)` | `torch.tensor(…)` | arrays | `Variable` | `Value` |
# | `loss.backward()` | the same | `grad(f)(w)` | in `fit` | the same |
# | `ag.grad(f)` | `torch.func.grad(f)` | `jax.grad(f)` | | |
# | `np.sum(x, axis=0)` | `x.sum(dim=0)` | `jnp.sum(x, axis=0)` | `ops.sum(x, 0)` | |
# | `nn.Linear(2, 3)` | the same | | `Dense(3)` | `Layer(2, 3)` |
# | `nn.optim.Adam(p, lr=…)` | the same | `optax.adam(…)` | `Adam(…)` | |
# | `nn.fit(model, data, …)` | | | `model.fit` | |
