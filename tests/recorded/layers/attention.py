"""Attention: the function with all its options, and the layer."""

SDPA = "F.scaled_dot_product_attention"
SOME = [[True, False, True], [True, True, False]]
NOTHING = [[True, False, True], [False, False, False]]
LATER = [[False, True, True], [False, False, True], [False, False, False]]
SLOPE = [[0.5, -1.0, 2.0], [-0.3, 0.2, 1.0]]

CASES = [
    (SDPA, (2, 2), (3, 2), (3, 1)),
    (f"lambda *qkv: {SDPA}(*qkv, is_causal=True)", (2, 3, 2), (2, 3, 2), (2, 3, 1)),
    (f"lambda *qkv: {SDPA}(*qkv, None, 0.0, True, scale=2)", (2, 2), (3, 2), (3, 2)),
    (f"lambda *qkvm: {SDPA}(*qkvm)", (2, 2), (3, 2), (3, 2), SOME),
    (f"lambda q, *kvm: {SDPA}(q, *kvm)", (2, 2), (3, 2), (3, 2), NOTHING),
    (f"lambda *qkvm: {SDPA}(*qkvm, scale=0.3)", (2, 1), (3, 1), (3, 2), (2, 3)),
    (f"lambda q, k, *vm: {SDPA}(q, k, *vm)", *[(2, 2, 1)] * 3, (2, 2, 2)),
    (
        f"lambda *a: {SDPA}(*a, enable_gqa=True)",
        (1, 4, 2, 2),
        (1, 2, 3, 2),
        (1, 2, 3, 1),
    ),
    ("nn.MultiheadAttention(2, 1)", (2, 1, 2), (3, 1, 2), (3, 1, 2)),
    ("nn.MultiheadAttention(2, 2, bias=False)", (2, 2), (3, 2), (3, 2)),
    (
        "nn.MultiheadAttention(4, 2, kdim=1, vdim=3, batch_first=True)",
        (2, 1, 4),
        (2, 2, 1),
        (2, 2, 3),
        {"average_attn_weights": False},
    ),
    (
        "nn.MultiheadAttention(2, 1, 0.0, True)",
        (2, 2, 2),
        (3, 2, 2),
        (3, 2, 2),
        {"key_padding_mask": [[False, False, True], [False, False, False]]},
    ),
    (
        "nn.MultiheadAttention(2, 2, batch_first=True)",
        (1, 3, 2),
        (1, 3, 2),
        (1, 3, 2),
        {"attn_mask": LATER, "is_causal": True, "need_weights": False},
    ),
    (
        "nn.MultiheadAttention(2, 2, 0.0, False)",
        (2, 1, 2),
        (3, 1, 2),
        (3, 1, 2),
        {"attn_mask": [SLOPE, SLOPE], "key_padding_mask": [[0.0, -1.0, 0.5]]},
    ),
]
