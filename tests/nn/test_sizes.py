"""What layers are made by: whole numbers that are enough, or an error that names them."""

import numpy as np
import pytest

import autograd as ag
import nn

MADE = {  # a layer, and its sizes
    nn.Linear: {"in_features": 2, "out_features": 3},
    nn.Layer: {"n_in": 2, "n_out": 3},
    nn.Bilinear: {"in1_features": 2, "in2_features": 3, "out_features": 4},
    nn.Conv1d: {"in_channels": 2, "out_channels": 3, "kernel_size": 2},
    nn.Conv2d: {"in_channels": 2, "out_channels": 3, "kernel_size": 2, "groups": 1},
    nn.Conv3d: {"in_channels": 2, "out_channels": 3, "kernel_size": 2},
    nn.ConvTranspose2d: {"in_channels": 2, "out_channels": 3, "kernel_size": 2},
    nn.MaxPool1d: {"kernel_size": 2},
    nn.MaxPool2d: {"kernel_size": 2, "stride": 2},
    nn.AvgPool3d: {"kernel_size": 2, "stride": 2},
    nn.LPPool2d: {"norm_type": 2, "kernel_size": 2, "stride": 2},
    nn.MaxUnpool2d: {"kernel_size": 2, "stride": 2},
    nn.AdaptiveAvgPool2d: {"output_size": 2},
    nn.AdaptiveMaxPool1d: {"output_size": 2},
    nn.Unfold: {"kernel_size": 2, "stride": 1, "dilation": 1},
    nn.Fold: {"output_size": 4, "kernel_size": 2},
    nn.Upsample: {"size": 2},
    nn.PixelShuffle: {"upscale_factor": 2},
    nn.PixelUnshuffle: {"downscale_factor": 2},
    nn.BatchNorm2d: {"num_features": 2},
    nn.InstanceNorm1d: {"num_features": 2},
    nn.GroupNorm: {"num_groups": 2, "num_channels": 4},
    nn.LayerNorm: {"normalized_shape": 2},
    nn.RMSNorm: {"normalized_shape": 2},
    nn.LocalResponseNorm: {"size": 2},
    nn.Embedding: {"num_embeddings": 2, "embedding_dim": 3},
    nn.RNN: {"input_size": 2, "hidden_size": 3, "num_layers": 1},
    nn.GRUCell: {"input_size": 2, "hidden_size": 3},
    nn.MultiheadAttention: {"embed_dim": 4, "num_heads": 2},
    nn.TransformerEncoderLayer: {"d_model": 4, "nhead": 2, "dim_feedforward": 3},
    nn.Transformer: {"d_model": 8, "num_encoder_layers": 1, "num_decoder_layers": 1},
    nn.PositionalEncoding: {"d_model": 4, "max_len": 5},
    nn.PReLU: {"num_parameters": 2},
}
NONE = {  # a sum of nothing is 0; nothing comes out; a table to be filled
    (nn.Linear, "in_features"),
    (nn.Layer, "n_in"),
    (nn.Linear, "out_features"),
    (nn.Embedding, "num_embeddings"),
}
EACH = [(layer, name) for layer, sizes in MADE.items() for name in sizes]
EACH.remove((nn.LPPool2d, "norm_type"))
CONVOLUTIONS = [layer for layer in MADE if "Conv" in layer.__name__]
EACH = [one for one in EACH if one[0] not in CONVOLUTIONS or one[1] != "kernel_size"]


@pytest.mark.parametrize(("layer", "name"), EACH)
def test_a_layer_is_made_by_sizes_of_at_least_1_or_says_which_one_is_not(layer, name):
    layer(**MADE[layer])
    least = 0 if (layer, name) in NONE else 1
    for bad in (least - 1, -4):
        with pytest.raises(ValueError, match=f"at least {least} as {name}; got {bad}$"):
            layer(**{**MADE[layer], name: bad})
    for bad in (True, 2.5, "a"):
        with pytest.raises(
            TypeError, match=f"at least {least} as {name}; got {bad!r}$"
        ):
            layer(**{**MADE[layer], name: bad})


def test_sizes_for_each_axis_are_looked_at_one_by_one():
    with pytest.raises(ValueError, match="at least 1 as kernel_size; got 0"):
        nn.MaxPool2d((2, 0))
    with pytest.raises(ValueError, match="at least 1 as normalized_shape; got -3"):
        nn.LayerNorm((4, -3))
    with pytest.raises(ValueError, match="at least 0 as padding; got -1"):
        nn.AvgPool2d(2, padding=(0, -1))
    with pytest.raises(ValueError, match="at least 1 as n_outs; got 0"):
        nn.MLP(2, [3, 0, 1])
    assert nn.AdaptiveAvgPool2d((None, 2))(np.ones((1, 1, 3, 4))).shape == (1, 1, 3, 2)


@pytest.mark.parametrize("layer", CONVOLUTIONS)
@pytest.mark.parametrize("name", ["kernel_size", "stride", "dilation"])
@pytest.mark.parametrize("bad", [0, -4, True, 2.5, "a"])
def test_a_convolution_names_the_size_that_slides_nowhere(layer, name, bad):
    with pytest.raises(ValueError, match=f"{name} is a whole number of at least 1"):
        layer(**{**MADE[layer], name: bad})


def test_a_word_as_padding_is_one_that_is_known_and_fits_the_stride():
    with pytest.raises(ValueError, match="'same' or 'valid'; got 'full'"):
        nn.Conv2d(1, 1, 3, padding="full")
    with pytest.raises(ValueError, match="padding='same' is for a stride of 1"):
        nn.Conv2d(1, 1, 3, padding="same", stride=(1, 2))


@pytest.mark.parametrize(
    ("make", "error", "said"),
    [
        (lambda: nn.MaxPool2d(None), TypeError, "as kernel_size; got None"),
        (lambda: nn.MaxPool2d((2, None)), TypeError, "as kernel_size; got None"),
        (lambda: nn.MaxPool1d(2, dilation=0), ValueError, "as dilation; got 0"),
        (lambda: nn.MaxPool2d(2, padding=2), ValueError, "at most half of the kernel"),
        (
            lambda: nn.AvgPool2d((2, 2, 2)),
            ValueError,
            "kernel_size, or one for each of",
        ),
        (
            lambda: nn.LPPool1d(2, 2, stride=(1, 1)),
            ValueError,
            "stride, or one for each",
        ),
        (lambda: nn.LPPool1d(0, 2), ValueError, "norm_type is a positive"),
        (
            lambda: nn.AvgPool3d(2, divisor_override=0),
            ValueError,
            "other than 0, or None",
        ),
        (
            lambda: nn.AdaptiveMaxPool2d((2, 2, 2)),
            ValueError,
            "output_size, or one for",
        ),
        (
            lambda: nn.MaxUnpool1d((2, 2)),
            ValueError,
            "kernel_size, or one for each of 1",
        ),
        (lambda: nn.Unfold((3, 3, 3)), ValueError, "kernel_size, or one for each of 2"),
        (lambda: nn.Upsample(scale_factor=0), ValueError, "positive number, .*; got 0"),
        (lambda: nn.Upsample(scale_factor=(2, -1)), ValueError, r"got \(2, -1\)"),
        (lambda: nn.Upsample(), ValueError, "one of them"),
        (lambda: nn.Upsample(2, mode="cubic"), ValueError, "bicubic; got 'cubic'"),
        (lambda: nn.MaxPool2d(2, kernel=3), TypeError, "keyword argument 'kernel'"),
        (lambda: nn.MaxPool2d(2, padding="same"), ValueError, "padding is a whole"),
        (lambda: nn.MaxUnpool2d(2, padding="same"), ValueError, "padding is a whole"),
        (lambda: nn.LPPool1d("2", 2), ValueError, "finite number; got '2'"),
        (lambda: nn.LPPool1d(None, 2), ValueError, "finite number; got None"),
        (
            lambda: nn.AvgPool2d(2, divisor_override="2"),
            ValueError,
            "other than 0, or None; got '2'",
        ),
        (
            lambda: nn.AvgPool2d(2, divisor_override=float("nan")),
            ValueError,
            "other than 0, or None; got nan",
        ),
        (
            lambda: nn.Upsample(scale_factor="2"),
            ValueError,
            "positive number, .*; got '2'",
        ),
        (lambda: nn.Upsample(2, mode=["nearest"]), ValueError, "mode is one of"),
        (lambda: nn.Upsample((None, 2)), TypeError, "as size; got None"),
    ],
)
def test_what_could_not_slide_over_any_input_is_refused_when_it_is_made(
    make, error, said
):
    with pytest.raises(error, match=said):
        make()


def test_the_options_of_pooling_are_attributes_that_may_be_changed():
    pool = nn.MaxPool1d(2)
    x = ag.arange(5.0).reshape(1, 1, 5)
    assert not pool.ceil_mode
    assert pool(x).shape == (1, 1, 2)
    pool.ceil_mode = True
    assert pool(x).shape == (1, 1, 3)
    assert repr(pool).endswith("padding=0, dilation=1, ceil_mode=True)")
    assert repr(nn.AdaptiveMaxPool1d(2, True)).endswith("2, return_indices=True)")
    assert repr(nn.AvgPool2d(2)) == "AvgPool2d(kernel_size=2, stride=2, padding=0)"


def test_the_options_of_pooling_have_the_order_of_pytorch():
    x = ag.arange(5.0).reshape(1, 1, 5)
    largest, places = nn.MaxPool1d(2, 2, 0, 1, True, True)(x)
    assert largest.tolist() == [[[1, 3, 4]]]
    assert places.tolist() == [[[1, 3, 4]]]
    means = nn.AvgPool2d(2, 2, 1, True, False, 3)(ag.ones((1, 1, 2, 2)))
    assert (3 * means).tolist() == [[[[1, 1], [1, 1]]]]
    assert nn.AdaptiveMaxPool1d(2, True)(x)[1].tolist() == [[[2, 4]]]


def test_a_boolean_is_no_size_of_a_window_though_it_equals_one_that_was_seen():
    x, weight = ag.ones((1, 1, 4)), np.ones((1, 1, 2))
    nn.functional.conv1d(x, weight, stride=1)
    with pytest.raises(ValueError, match="stride is a whole number"):
        nn.functional.conv1d(x, weight, stride=True)
    nn.functional.conv1d(x, weight, stride=(1,), padding=((0, 1),))
    with pytest.raises(ValueError, match="stride is a whole number"):
        nn.functional.conv1d(x, weight, stride=(True,))
    with pytest.raises(ValueError, match="padding is a whole number"):
        nn.functional.conv1d(x, weight, padding=((False, True),))


def test_lists_are_sizes_as_tuples_are():
    x, weight = ag.ones((1, 1, 4, 4)), np.ones((1, 1, 2, 2))
    one = {"stride": [1, 2], "padding": [1, 0]}
    assert nn.functional.conv2d(x, weight, **one).shape == (1, 1, 5, 2)
    assert nn.functional.avg_pool2d(x, [2, 2], **one).shape == (1, 1, 5, 2)
    assert nn.functional.max_pool2d(x, [2, 2], **one).shape == (1, 1, 5, 2)
    assert nn.functional.unfold(x, [2, 2], **one).shape == (1, 4, 10)


def test_unfolding_pads_by_words_and_pairs_as_well():
    x = np.ones((1, 1, 4, 4))
    assert nn.Unfold(3, padding="same")(x).shape == (1, 9, 16)
    assert nn.Unfold(3, padding=((1, 2), (0, 1)))(x).shape == (1, 9, 15)


@pytest.mark.parametrize(
    "pool",
    [
        lambda x: nn.functional.max_pool1d(x, 2),
        lambda x: nn.functional.adaptive_max_pool1d(x, 2),
        lambda x: nn.functional.adaptive_max_pool1d(x, 3),
        lambda x: nn.functional.adaptive_max_pool1d(x, 3, return_indices=True),
    ],
)
def test_the_largest_of_booleans_is_refused(pool):
    for x in (np.ones((1, 1, 4), bool), ag.tensor(np.ones((1, 1, 4), bool))):
        with pytest.raises(TypeError, match=r"no booleans\. Cast them"):
            pool(x)


@pytest.mark.parametrize("dtype", [bool, float])
def test_attention_takes_no_masked_array_as_its_mask(dtype):
    x = ag.ones((3, 1, 4))
    mask = np.ma.masked_array(np.zeros((3, 3), dtype), mask=np.eye(3))
    with pytest.raises(TypeError, match="masked array, whose mask would be lost"):
        nn.functional.scaled_dot_product_attention(x[:, 0], x[:, 0], x[:, 0], mask)
    layer = nn.MultiheadAttention(4, 2)
    with pytest.raises(TypeError, match="masked array, whose mask would be lost"):
        layer(x, x, x, attn_mask=mask)
    with pytest.raises(TypeError, match="masked array, whose mask would be lost"):
        layer(x, x, x, key_padding_mask=mask[:1])
