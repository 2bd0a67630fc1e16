"""An AdamW step of a GPT of 4 layers of 128 on 12 texts of 64 tokens, float32."""

import numpy as np
from sides import F, array, initialised, nn, optim, reshape, swapaxes, training
from timing import report

VOCABULARY, WIDTH, HEADS, LAYERS, BATCH, LENGTH = 65, 128, 4, 4, 12, 64


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm1 = nn.LayerNorm(WIDTH)
        self.attend = nn.Linear(WIDTH, 3 * WIDTH)
        self.project = nn.Linear(WIDTH, WIDTH)
        self.norm2 = nn.LayerNorm(WIDTH)
        self.widen = nn.Linear(WIDTH, 4 * WIDTH)
        self.narrow = nn.Linear(4 * WIDTH, WIDTH)

    def forward(self, x):
        qkv = reshape(self.attend(self.norm1(x)), (BATCH, LENGTH, 3, HEADS, -1))
        q, k, v = (swapaxes(qkv[:, :, i], 1, 2) for i in range(3))
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.project(reshape(swapaxes(y, 1, 2), (BATCH, LENGTH, WIDTH)))
        return x + self.narrow(F.gelu(self.widen(self.norm2(x))))


class GPT(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens = nn.Embedding(VOCABULARY, WIDTH)
        self.places = nn.Embedding(LENGTH, WIDTH)
        self.blocks = nn.Sequential(*[Block() for _ in range(LAYERS)])
        self.norm = nn.LayerNorm(WIDTH)
        self.head = nn.Linear(WIDTH, VOCABULARY)

    def forward(self, text):
        x = self.tokens(text) + self.places(array(np.arange(LENGTH)))
        return self.head(self.norm(self.blocks(x)))


model = initialised(GPT())
generator = np.random.default_rng(0)
text = array(generator.integers(0, VOCABULARY, (BATCH, LENGTH)))
following = array(generator.integers(0, VOCABULARY, BATCH * LENGTH))
optimizer = optim.AdamW(model.parameters(), lr=3e-4)


def loss():
    return F.cross_entropy(reshape(model(text), (-1, VOCABULARY)), following)


report(training(loss, optimizer), count=20, warmup=3)
