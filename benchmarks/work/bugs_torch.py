"""The planted bugs in PyTorch: a ``torch.autograd.Function`` right, and one wrong."""

from functools import reduce
from operator import mul

import torch
from checking import run
from torch.autograd import Function, gradcheck, gradgradcheck

torch.set_num_threads(1)


def declared(forward, pull):
    """A function and its backward, ``pull(g, out, *xs, **params)``."""

    class Declared(Function):
        @staticmethod
        def forward(ctx, params, *xs):
            out = forward(*xs, **params)
            ctx.params = params
            ctx.save_for_backward(*xs, out)
            return out

        @staticmethod
        def backward(ctx, g):
            *xs, out = ctx.saved_tensors
            found = pull(g, out, *xs, **ctx.params)
            return (None, *found) if isinstance(found, tuple) else (None, found)

    return lambda *xs, **params: Declared.apply(params, *xs)


def planted(forward, right, wrong):
    """One function, declared right and declared wrong."""
    return declared(forward, right), declared(forward, wrong)


# Functions ----------------------------------------------------------------------------


def sigmoid(x):
    return 0.5 * (1 + torch.tanh(0.5 * x))


def softplus(x):
    return torch.logaddexp(x, torch.zeros_like(x))


def clip(x):
    return torch.clamp(x, -1, 1)


def norm(x):
    return torch.sqrt(torch.sum(x * x))


def multiply(x, y):
    return x * y


def mean(x, axis):
    return torch.mean(x, dim=axis)


def product(x):
    return torch.prod(x, dim=-1)


def largest(x):
    return torch.amax(x, dim=-1)


def columns(x, index):
    return x[..., torch.tensor(index).ravel()]


def permute(x, axes):
    return torch.permute(x, axes).clone()


def square(x):
    return x * x


def silu(x):
    return x * sigmoid(x)


def layer(x, w):
    return x @ w.T


# Pieces of rules ----------------------------------------------------------------------


def spread(g, n, x, axis):
    """``g / n`` at each of the elements along ``axis``, which ``mean`` took away."""
    return torch.broadcast_to(torch.unsqueeze(g / n, axis), x.shape)


def add_leading(g, x):
    leading = tuple(range(g.ndim - x.ndim))
    return torch.sum(g, dim=leading) if leading else g  # sum(dim=()) sums them all


def add_broadcast(g, x):
    """The sum of ``g`` over the axes along which ``x`` was repeated."""
    g = add_leading(g, x)
    units = tuple(i for i, side in enumerate(x.shape) if side == 1)
    return torch.sum(g, dim=units, keepdim=True) if units else g


def first_of_broadcast(g, x):
    g = add_leading(g, x)
    return g[tuple(slice(0, 1) if side == 1 else slice(None) for side in x.shape)]


def shares(x):
    """Which elements are the largest along the last axis."""
    return (x == torch.amax(x, dim=-1, keepdim=True)).to(x.dtype)


def others(x):
    """For each element of the last axis the product of the others."""
    parts = [x[..., i] for i in range(x.shape[-1])]
    one = torch.ones_like(x[..., 0])
    return torch.stack(
        [reduce(mul, parts[:i] + parts[i + 1 :], one) for i in range(len(parts))],
        dim=-1,
    )


def columns_added(g, out, x, index):
    index = torch.tensor(index).ravel()
    return torch.zeros_like(x).index_add(-1, index, g)


def columns_assigned(g, out, x, index):
    total = torch.zeros_like(x)
    total[..., torch.tensor(index).ravel()] = g
    return total


def inverse(axes):
    return sorted(range(len(axes)), key=lambda i: axes[i] % len(axes))


def as_laid_out(g):
    """``g`` as it lies in memory, taken for contiguous."""
    return torch.as_strided(g, g.shape, torch.empty(g.shape).stride())


def doubled_in_place(g, out, x):
    x.mul_(2)
    return g * x


def of_weight(g, x, w):
    return g.reshape(-1, w.shape[0]).T @ x.reshape(-1, w.shape[1])


def transposed_if_square(w):
    return w.T if w.shape[0] == w.shape[1] else w


# The bugs -----------------------------------------------------------------------------

BUGS = {
    "sin: wrong sign": planted(
        torch.sin,
        lambda g, out, x: g * torch.cos(x),
        lambda g, out, x: -g * torch.cos(x),
    ),
    "cube: wrong factor": planted(
        lambda x: x * x * x,
        lambda g, out, x: g * 3 * x * x,
        lambda g, out, x: g * 2 * x * x,
    ),
    "tanh: |g|": planted(
        torch.tanh,
        lambda g, out, x: g * (1 - out * out),
        lambda g, out, x: torch.abs(g) * (1 - out * out),
    ),
    "clip: g² (elixir-nx#1779)": planted(
        clip,
        lambda g, out, x: g * ((x >= -1) & (x <= 1)),
        lambda g, out, x: g * g * ((x >= -1) & (x <= 1)),
    ),
    "softplus: 0 for x > 20": planted(
        softplus,
        lambda g, out, x: g * sigmoid(x),
        lambda g, out, x: g * torch.where(x > 20, 0.0, sigmoid(x)),
    ),
    "softplus: 1 at 0 (jax#2107)": planted(
        softplus,
        lambda g, out, x: g * sigmoid(x),
        lambda g, out, x: g * torch.where(x == 0, 1.0, sigmoid(x)),
    ),
    "norm: NaN at 0 (HIPS#151)": planted(
        norm,
        lambda g, out, x: g * x / torch.where(out == 0, 1.0, out),
        lambda g, out, x: g * x / out,
    ),
    "sin: computed in float32": planted(
        torch.sin,
        lambda g, out, x: g * torch.cos(x),
        lambda g, out, x: g * torch.cos(x.float()).double(),
    ),
    "multiply: leading axes only": planted(
        multiply,
        lambda g, out, x, y: (add_broadcast(g * y, x), add_broadcast(g * x, y)),
        lambda g, out, x, y: (
            first_of_broadcast(g * y, x),
            first_of_broadcast(g * x, y),
        ),
    ),
    "mean: negative axis misread": planted(
        mean,
        lambda g, out, x, axis: spread(g, x.shape[axis], x, axis),
        lambda g, out, x, axis: spread(g, x.shape[max(axis, 0)], x, axis),
    ),
    "maximum: both 1 at ties": planted(
        torch.maximum,
        lambda g, out, x, y: (
            add_broadcast(g * (0.5 * (x == y) + (x > y)), x),
            add_broadcast(g * (0.5 * (x == y) + (x < y)), y),
        ),
        lambda g, out, x, y: (
            add_broadcast(g * (x >= y), x),
            add_broadcast(g * (x <= y), y),
        ),
    ),
    "max: ties 1 each (mxnet#18563)": planted(
        largest,
        lambda g, out, x: (
            torch.unsqueeze(g, -1)
            * (shares(x) / torch.sum(shares(x), dim=-1, keepdim=True))
        ),
        lambda g, out, x: torch.unsqueeze(g, -1) * shares(x),
    ),
    "prod: divides by x (tensorflow#3862)": planted(
        product,
        lambda g, out, x: torch.unsqueeze(g, -1) * others(x),
        lambda g, out, x: torch.unsqueeze(g * out, -1) / x,
    ),
    "x[..., index]: assigned (pytorch#1631)": planted(
        columns, columns_added, columns_assigned
    ),
    "transpose: not inverted": planted(
        permute,
        lambda g, out, x, axes: torch.permute(g, inverse(axes)),
        lambda g, out, x, axes: torch.permute(g, axes),
    ),
    "sin: cotangent read in memory order": planted(
        torch.sin,
        lambda g, out, x: g * torch.cos(x),
        lambda g, out, x: as_laid_out(g) * torch.cos(x),
    ),
    "sin: cotangent written into": planted(
        torch.sin,
        lambda g, out, x: g * torch.cos(x),
        lambda g, out, x: g.mul_(torch.cos(x)),
    ),
    "square: operand written into": planted(
        square, lambda g, out, x: g * 2 * x, doubled_in_place
    ),
    "silu: a term detached": planted(
        silu,
        lambda g, out, x: g * (sigmoid(x) + x * (sigmoid(x) * sigmoid(-x))),
        lambda g, out, x: g * (sigmoid(x) + x * (sigmoid(x) * sigmoid(-x)).detach()),
    ),
    "x Wᵀ: square W transposed": planted(
        layer,
        lambda g, out, x, w: (g @ w, of_weight(g, x, w)),
        lambda g, out, x, w: (g @ transposed_if_square(w), of_weight(g, x, w)),
    ),
}

HARMLESS = {
    "relu: slope 1 at 0": declared(torch.relu, lambda g, out, x: g * (x >= 0)),
    "maximum: ties ¼ and ¾": declared(
        torch.maximum,
        lambda g, out, x, y: (
            add_broadcast(g * (0.25 * (x == y) + (x > y)), x),
            add_broadcast(g * (0.75 * (x == y) + (x < y)), y),
        ),
    ),
    "silu: reassociated": declared(
        silu, lambda g, out, x: g * (sigmoid(x) * (1 + x * sigmoid(-x)))
    ),
    "tanh: from the output": declared(
        torch.tanh, lambda g, out, x: g * (1 - out) * (1 + out)
    ),
    "abs: slope 0.3 at 0": declared(
        torch.abs, lambda g, out, x: g * torch.where(x == 0, 0.3, torch.sign(x))
    ),
}


def leaves(operands):
    torch.manual_seed(0)  # gradgradcheck draws its cotangents
    return tuple(torch.from_numpy(x).requires_grad_() for x in operands)


def first_order(f, operands):
    gradcheck(f, leaves(operands))


def second_order(f, operands):
    gradgradcheck(f, leaves(operands))


if __name__ == "__main__":
    run(BUGS, HARMLESS, [first_order, second_order])
