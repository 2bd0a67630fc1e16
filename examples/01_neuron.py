# %% [markdown]
# # 1. One neuron
#
# A neuron takes numbers in, weighs each of them, adds a number of its own (the *bias*)
# and squeezes the sum through a curve, here `tanh`, which makes of any number one
# between -1 and 1 (of 0, 1 and 3 it makes 0, 0.76 and 0.995). That is all:
#
#     out = tanh(x1 · w1 + x2 · w2 + b)

# %%
from course import show
from tiny import Number

import nn
import viz
from autograd import Value
from nn.scalar import Neuron

x1, x2 = Value(2.0, label="x1"), Value(0.0, label="x2")  # what it is told
w1, w2 = Value(-3.0, label="w1"), Value(1.0, label="w2")  # how much it listens
b = Value(6.88, label="b")  # what it thinks by itself

out = (x1 * w1 + x2 * w2 + b).tanh()
out.label = "out"
print(f"2 · -3 + 0 · 1 + 6.88 = 0.88, and tanh of it is {out.data:.4f}")

# %% [markdown]
# `Value` is a number that remembers how it was made; `data` is the plain number in it,
# `label` its name in drawings. So `viz` can draw the *graph* of the computation (`show`
# puts a picture into the folder `out/`, or below the cell): boxes are numbers, circles
# what was done with them. Read it from left to right; that is the **forward pass**.
# (*Leaves* are the numbers it begins with; what `grad` is comes below.)

# %%
show(viz.draw(out), "forward")

# %% [markdown]
# ## How much does each number matter?
#
# Nudge one number a little, and see how much the output moves: that ratio is the
# *derivative* of the output by this number, or its *slope*.

# %%
nudge = 1e-6
moved = ((x1 * (w1 + nudge) + x2 * w2 + b).tanh() - out).data
print(f"w1 moved by {nudge:g}, the output by {moved:.6g}: slope {moved / nudge:.4f}")

# %% [markdown]
# With a million weights that would take a million forward passes. There is a better
# way. Every step of the computation is so simple that its own slope is known:
#
# | step | slope |
# |---|---|
# | `a + b` | 1 by both |
# | `a * b` | `b` by `a`, and `a` by `b` |
# | `a ** 2` | `2 * a` |
# | `tanh(a)` | `1 - tanh(a)²` |
#
# And slopes along a path **multiply**: if `out` moves half as fast as the sum, and the
# sum twice as fast as `w1`, then `out` moves 0.5 · 2 = 1 times as fast as `w1`. Where
# several paths lead to the end, what comes by each is **added**. That is the chain
# rule. Going from the end to the beginning, each slope is needed only once, for all
# numbers together: the **backward pass**. The slopes it finds, `.grad`, are the
# **gradient**.

# %%
out.backward()
slope = 1 - out.data**2  # of tanh; the sum's slope by w1 is x1
print(f"by the chain rule: {slope:.4f} · x1 = {slope * x1.data:.4f}")
print(f"by backward():     {w1.grad:.4f}")
assert abs(w1.grad - moved / nudge) < 1e-4  # else it ends: a lesson keeps its word

# %% [markdown]
# The same picture, backwards: at each box the slope that has arrived, on each edge
# *what arrives × local slope = what is handed on*. And both passes, to be stepped
# through: the arrow keys go forward and back. The **quiz** blanks numbers; type what
# belongs there, and the engine's own values say whether you are right. (`w2` has a
# slope of 0 although it is not small. Why?)

# %%
show(viz.draw(out, direction="backward"), "backward")
show(viz.play(out), "steps")

# %% [markdown]
# ## The engine itself
#
# What `Value` does is no secret: `tiny.py` is a whole engine of 116 lines. Each
# operation returns a number with its parents and its local slopes; `backward` walks
# from the end to the beginning, and adds up *what arrives × local slope*.

# %%
values = (x1, x2, w1, w2, b)
numbers = t1, t2, v1, v2, c = [Number(value.data) for value in values]
(t1 * v1 + t2 * v2 + c).tanh().backward()
for value, number in zip(values, numbers):
    print(f"{value.label:2}  tiny {number.grad:7.4f}   glassgrad {value.grad:7.4f}")
    assert abs(number.grad - value.grad) < 1e-12

# %% [markdown]
# ## Learning
#
# A slope says which way is up. To make a number smaller, step against its slope, again
# and again: **gradient descent**. The neuron says 0.71; let it learn to answer 0.5. How
# wrong it is, squared, is the *loss*. Each step takes from each weight `lr`, the
# *learning rate*, times its slope.
#
# From here on `nn` does the work. A `Neuron` has weights and a bias, its *parameters*,
# and a curve of its own, left out here (`nonlin=False`) for tanh. An *optimizer* makes
# the steps; `SGD` is gradient descent. `backward` adds to what is in `.grad`, so
# `zero_grad` clears it first. At the end loss and slopes are 0, but for rounding
# (`e-16` is sixteen places down): the picture shows that nothing is left to learn.

# %%
model = Neuron(2, nonlin=False)
model.w, model.b = [Value(-3.0), Value(1.0)], Value(6.88)
optimizer = nn.optim.SGD(model.parameters(), lr=0.1)
for step in range(101):
    loss = (model([2.0, 0.0]).tanh() - 0.5) ** 2
    if step in (0, 1, 10, 100):
        print(f"step {step}: loss {loss.data:.2g}")
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
show(viz.draw(loss, direction="backward"), "learned")
assert loss.data < 1e-3
