"""Transformers: layers and stacks. Dropout is 0, as random numbers differ."""

LATER = [[False, True], [False, False]]
MASK = [[0.0, -1.0], [0.5, 0.0]]

CASES = [
    ("nn.TransformerEncoderLayer(2, 1, 2, 0.0)", (2, 1, 2)),
    (
        "nn.TransformerEncoderLayer(2, 2, 1, 0.0, 'gelu', 1e-3, True, True)",
        (2, 2, 2),
        {"src_key_padding_mask": [[False, True], [False, False]]},
    ),
    (
        "nn.TransformerEncoderLayer(2, 2, 1, 0.0, F.silu, bias=False)",
        (2, 2),
        {"src_mask": LATER, "is_causal": True},
    ),
    ("nn.TransformerDecoderLayer(2, 1, 1, 0.0)", (2, 1, 2), (1, 1, 2)),
    (
        "nn.TransformerDecoderLayer(2, 2, 1, 0.0, norm_first=True, batch_first=True)",
        (1, 2, 2),
        (1, 2, 2),
        {
            "tgt_mask": LATER,
            "memory_mask": MASK,
            "memory_key_padding_mask": [[0.0, 0.3]],
            "tgt_key_padding_mask": [[False, False]],
        },
    ),
    (
        "nn.TransformerEncoder(nn.TransformerEncoderLayer(2, 1, 1, 0.0), 2)",
        (2, 2),
        {"mask": LATER},
    ),
    (
        "nn.TransformerEncoder(nn.TransformerEncoderLayer(1, 1, 1, 0.0), 1, "
        "nn.LayerNorm(1, bias=False))",
        (2, 1, 1),
    ),
    (
        "nn.TransformerDecoder(nn.TransformerDecoderLayer(2, 1, 1, 0.0), 1, "
        "nn.LayerNorm(2))",
        (2, 2),
        (1, 2),
        {"tgt_mask": LATER},
    ),
    (
        "nn.Transformer(2, 1, 1, 1, 1, 0.0)",
        (1, 2),
        (2, 2),
        {"tgt_mask": LATER, "src_mask": [[0.5]]},
    ),
]
