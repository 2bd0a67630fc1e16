# %% [markdown]
# # 23. A primitive of your own
#
# The functions that the engine records as one step, its *primitives*, are not special:
# each is a NumPy function with its derivative beside it. When yours is missing, too
# slow, or exact only by hand, declare it; have the derivative checked by properties
# before anyone trusts it; then it is drawn, differentiated and nested like any other.

# %%
import numpy as np
from course import show

import autograd as ag
import nn
import viz
from autograd.check import GradientError, check_grads, gradient_property

# %% [markdown]
# ## Declare
#
# Snake (Ziyin and others, 2020) is x + sin²x: an activation that keeps what is
# periodic. Its derivative is 1 + sin 2x. `elementwise` takes a function of each element
# and its slope; from these follow reverse mode, which is the backward pass, forward
# mode, which carries slopes along from the beginning, and derivatives of every order.

# %%
snake = ag.elementwise(
    lambda x: x + np.sin(x) ** 2, lambda x: 1 + np.sin(2 * x), name="snake"
)
x = np.array([-1.0, 0.0, 2.0])
print("slope    ", ag.grad(lambda x: snake(x).sum())(x).round(4))
print("curvature", np.diag(ag.hessian(lambda x: snake(x).sum())(x)).round(4))

# %% [markdown]
# ## Check
#
# At points, against two ways to make the nudge of lesson 1 exact, the complex step and
# Ridders' extrapolation, in both modes and to second order. Then at points nobody
# thought of: one line is a test, which draws them by the package Hypothesis, and
# belongs into a test file.

# %%
print(check_grads(snake, x))
test_snake = gradient_property(snake)
test_snake()

# %% [markdown]
# What a mistake looks like: a slope with a forgotten factor 2 inside. The report says
# which check failed, where, and by how much.

# %%
wrong = ag.elementwise(
    lambda x: x + np.sin(x) ** 2, lambda x: 1 + np.sin(x), name="wrong"
)
try:
    check_grads(wrong, x)
except GradientError as error:
    print(error)
else:
    raise AssertionError("the mistake was not found")

# %% [markdown]
# ## More than elements
#
# A function that mixes elements has a *pullback*. Given `g`, the slope that arrives at
# its result (the *cotangent*), it says what is handed on to each operand. `out` is the
# result itself, for those who need it. Here the length of each row.


# %%
def row_lengths(x):
    return np.sqrt(np.sum(x * x, axis=-1))


def pullback(g, x, out):
    return np.expand_dims(g / out, -1) * x


lengths = ag.general(row_lengths, pullback, name="row_lengths")
print(check_grads(lengths, np.array([[3.0, 4.0], [1.0, -2.0]])))

# %% [markdown]
# ## Use, and draw
#
# In a layer it is a function like any other: a network that must go on with a wave
# outside of where it was shown one. The same network with ReLU goes on with a straight
# line.


# %%
class Waves(nn.Module):
    def __init__(self, activation, seed):
        self.first = nn.Linear(1, 32, generator=seed, dtype=np.float64)
        self.last = nn.Linear(32, 1, generator=seed + 1, dtype=np.float64)
        self.activation = activation

    def forward(self, x):
        return self.last(self.activation(self.first(x)))


shown = np.linspace(-3, 3, 80)[:, None]
errors = {}
for name, activation in (("snake", snake), ("relu", ag.relu)):
    model = Waves(activation, 0)
    optimizer = nn.optim.Adam(model.parameters(), lr=0.02)
    for _ in range(400):
        loss = nn.functional.mse_loss(model(shown), np.sin(2 * shown))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    beyond = np.linspace(3, 5, 40)[:, None]
    unseen = nn.functional.mse_loss(model(beyond), np.sin(2 * beyond)).item()
    errors[name] = unseen
    print(f"{name:5} error where it was shown {loss.item():.4f}, beyond {unseen:.3f}")
assert errors["snake"] < errors["relu"]

# %%
small = Waves(snake, 0)
small.first, small.last = nn.Linear(1, 2, generator=0), nn.Linear(2, 1, generator=1)
point = ag.tensor([[0.5]])
point.label = "x"
show(viz.play(small(point).sum()), "snake")
