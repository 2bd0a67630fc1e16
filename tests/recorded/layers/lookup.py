"""Rows of tables, and numbers as vectors."""

CASES = [
    ("nn.Embedding(5, 3)", [[1, 0, 4], [4, 4, 2]]),
    ("nn.Embedding(4, 2, padding_idx=-1)", [1, 0, 1]),
    ("nn.Embedding(3, 2)", 2),
    ("nn.EmbeddingBag(5, 3)", [[1, 0, 4], [4, 4, 2]]),
    ("nn.EmbeddingBag(5, 3, mode='sum')", [1, 0, 4, 4, 2], [0, 2, 2]),
    ("nn.EmbeddingBag(5, 2, mode='max')", [[1, 0], [4, 4]]),
    ("nn.EmbeddingBag(5, 2, include_last_offset=True)", [1, 0, 3], [0, 1, 3]),
    ("F.embedding", [[1, 0], [2, 2]], (3, 2)),
    ("lambda i, w: F.embedding(i, w, padding_idx=0)", [[1, 1], [2, 2]], (3, 2)),
]
