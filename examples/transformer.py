"""A transformer that says which character comes next, as small as can be."""

from typing import NamedTuple

import numpy as np

import autograd as ag
import nn


class Size(NamedTuple):
    """Of the network, and of its training."""

    width: int = 128
    heads: int = 4
    layers: int = 4
    length: int = 128  # characters that it looks back on, itself among them
    batch: int = 16
    steps: int = 2400


class Block(nn.Module):
    """Each position looks at those before it, then thinks for itself."""

    def __init__(self, size: Size, rng: np.random.Generator) -> None:
        def linear(n: int, m: int) -> nn.Linear:
            return nn.Linear(n * size.width, m * size.width, bias=False, generator=rng)

        self.heads = size.heads
        self.norm1, self.norm2 = nn.RMSNorm(size.width), nn.RMSNorm(size.width)
        self.attend, self.project = linear(1, 3), linear(1, 1)
        self.widen, self.narrow = linear(1, 4), linear(4, 1)
        for last in self.project, self.narrow:  # at first a block changes nothing
            nn.init.zeros_(last.weight)

    def forward(self, x: ag.Tensor) -> ag.Tensor:
        batch, length, width = x.shape
        qkv = self.attend(self.norm1(x)).reshape(batch, length, 3, self.heads, -1)
        q, k, v = (qkv[:, :, i].swapaxes(1, 2) for i in range(3))
        y = nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.project(y.swapaxes(1, 2).reshape(batch, length, width))
        h = nn.functional.relu(self.widen(self.norm2(x)))
        return x + self.narrow(h * h)


class GPT(nn.Module):
    """Characters (batch, n) → the scores of each to be the next: (batch, n, 65).

    A position begins as the sum of four embeddings: of its character and of the three
    before, each by a table of its own. So the first layer knows what stood there, and
    need not find it out by attention: most of what a short training can learn.
    """

    def __init__(self, characters: int, size: Size, rng: np.random.Generator) -> None:
        tables = [nn.Embedding(characters, size.width, generator=rng) for _ in range(4)]
        self.tables = nn.ModuleList(tables)
        self.places = nn.Embedding(size.length, size.width, generator=rng)
        for table, scale in zip([*tables, self.places], (0.5, 0.5, 0.5, 0.5, 0.1)):
            nn.init.normal_(table.weight, std=scale, generator=rng)
        self.blocks = nn.Sequential(*[Block(size, rng) for _ in range(size.layers)])
        self.norm = nn.RMSNorm(size.width)
        self.head = nn.Linear(size.width, characters, generator=rng)
        nn.init.zeros_(self.head.weight)

    def forward(self, text: np.ndarray) -> ag.Tensor:
        length = text.shape[1]
        x = self.places(np.arange(length))
        for back, table in enumerate(self.tables):
            x = x + table(np.pad(text, ((0, 0), (back, 0)))[:, :length])
        return self.head(self.norm(self.blocks(x)))
