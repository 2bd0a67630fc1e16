"""Images changed at random: each by itself, the same for a seed, values kept."""

import numpy as np
import pytest
from scipy import ndimage

import nn
from nn import data

IMAGES = np.random.default_rng(0).random((40, 3, 9, 7), np.float32)
CHANGES = {
    "shift": lambda x, g: data.shift(x, 2, generator=g),
    "crop": lambda x, g: data.crop(x, (5, 4), pad=1, generator=g),
    "flip": lambda x, g: data.flip(x, generator=g),
    "noise": lambda x, g: data.noise(x, 0.1, generator=g),
    "cutout": lambda x, g: data.cutout(x, 3, generator=g),
    "rotate": lambda x, g: data.rotate(x, 30, generator=g),
    "affine": lambda x, g: data.affine(x, shift=1, scale=0.2, shear=0.1, generator=g),
}
every_change = pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)


@every_change
def test_a_seed_repeats_a_change_and_what_was_given_stays(change):
    given = IMAGES.copy()
    out = change(IMAGES, 3)
    assert np.array_equal(given, IMAGES)
    assert not np.shares_memory(out, IMAGES)
    assert np.array_equal(out, change(IMAGES, np.random.default_rng(3)))
    assert not np.array_equal(out, change(IMAGES, 4))
    nn.seed(5)
    one = change(IMAGES, None)
    nn.seed(5)
    assert np.array_equal(one, change(IMAGES, None))


@every_change
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_dtype_and_axes_are_kept(change, dtype):
    whole = change(IMAGES.astype(dtype), 0)
    assert whole.dtype == dtype
    assert whole.shape[:2] == IMAGES.shape[:2]
    assert change(IMAGES[:0], 0).shape == (0, *whole.shape[1:])
    assert change(IMAGES[:, 0], 0).shape == (len(IMAGES), *whole.shape[2:])


@every_change
def test_images_differ_in_their_change_and_channels_do_not(change):
    same = np.broadcast_to(IMAGES[0, 0], IMAGES.shape)
    out = change(np.ascontiguousarray(same), 1)
    assert not all(np.array_equal(out[0], each) for each in out)
    if change is not CHANGES["noise"]:
        assert all(np.array_equal(out[:, 0], out[:, i]) for i in range(3))


def test_bytes_stay_bytes_but_for_noise():
    images = (IMAGES * 255).astype(np.uint8)
    for name, change in CHANGES.items():
        if name != "noise":
            assert change(images, 0).dtype == np.uint8
    turned = data.rotate(images, 30, generator=2).astype(float)
    assert np.abs(turned - data.rotate(images * 1.0, 30, generator=2)).max() <= 0.51
    with pytest.raises(TypeError, match="needs images of floats; got uint8"):
        data.noise(images, 0.1)


def test_a_shift_moves_by_whole_pixels_within_its_bounds_all_of_them():
    marked = np.zeros((300, 9, 9))
    marked[:, 4, 4] = 1
    _, down, right = np.nonzero(data.shift(marked, 2, generator=0))
    assert set(down) == set(right) == {2, 3, 4, 5, 6}
    assert len(down) == 300
    moved = data.shift(marked + 1, 9, fill=-1, generator=0)
    assert (moved == -1).any()


def test_a_crop_takes_every_place():
    places = data.crop(np.arange(20).reshape(1, 4, 5).repeat(200, 0), 3, generator=0)
    assert set(places[:, 0, 0]) == {0, 1, 2, 5, 6, 7}


def test_about_a_share_p_is_mirrored():
    out = data.flip(IMAGES.repeat(10, 0), 0.25, generator=0)
    changed = [not np.array_equal(a, b) for a, b in zip(out, IMAGES.repeat(10, 0))]
    assert 0.15 < np.mean(changed) < 0.35


def test_a_hole_is_a_square_cut_off_at_the_border():
    out = data.cutout(np.ones((400, 8, 8)), 3, fill=0.5, generator=0)
    sizes = (out == 0.5).sum((1, 2))
    assert set(sizes) == {4, 6, 9}
    assert set(np.unique(out)) == {0.5, 1}


def test_an_affine_change_is_what_scipy_reads():
    """Each part alone, so that its amount can be read off the draws."""
    image, middle = IMAGES[:1, 0].astype(float), np.array([4.0, 3.0])
    for name, most in {"degrees": 40, "shift": 3, "scale": 0.5, "shear": 0.4}.items():
        g = np.random.default_rng(6)
        drawn = {
            part: np.float32(g.uniform(-high, high, 1)[0])
            for part, high in [
                ("degrees", most * (name == "degrees")),
                ("scale", most * (name == "scale")),
                ("shear", most * (name == "shear")),
                ("down", most * (name == "shift")),
                ("right", most * (name == "shift")),
            ]
        }
        angle = np.deg2rad(drawn["degrees"])
        turn = np.array(
            [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
        )
        matrix = turn / (1 + drawn["scale"]) @ [[1, 0], [-drawn["shear"], 1]]
        offset = middle - matrix @ (middle + np.array([drawn["down"], drawn["right"]]))
        wanted = ndimage.affine_transform(
            image[0], matrix, offset, order=1, mode="grid-constant"
        )
        ours = data.affine(image, **{name: most}, generator=6)[0]
        assert np.abs(ours - wanted).max() < 1e-5, name
        assert np.abs(ours - image[0]).max() > 0.1


def test_nothing_asked_changes_nothing():
    assert np.allclose(data.affine(IMAGES, generator=0), IMAGES, atol=1e-6)
    assert np.array_equal(data.shift(IMAGES, 0), IMAGES)
    assert np.array_equal(data.cutout(IMAGES, 0), IMAGES)
    assert np.array_equal(data.noise(IMAGES, 0), IMAGES)
    assert np.array_equal(data.flip(IMAGES, 0), IMAGES)


@pytest.mark.parametrize(
    ("wrong", "error", "told"),
    [
        (lambda: data.shift(IMAGES[0, 0], 1), ValueError, r"got \(9, 7\)"),
        (lambda: data.flip([[[1.0]]]), TypeError, "array of images; got list"),
        (lambda: data.shift(IMAGES, 1.5), TypeError, "whole number of pixels; got 1.5"),
        (lambda: data.shift(IMAGES, -1), ValueError, "0 or more pixels; got -1"),
        (lambda: data.crop(IMAGES, 10), ValueError, r"at most \(9, 7\)"),
        (lambda: data.crop(IMAGES, (1, 2, 3)), ValueError, "height, width"),
        (lambda: data.flip(IMAGES, 1.5), ValueError, "probability"),
        (lambda: data.flip(IMAGES, np.nan), ValueError, "probability"),
        (lambda: data.noise(IMAGES, -1), ValueError, "std is 0 or more"),
        (lambda: data.noise(IMAGES, np.nan), ValueError, "std is 0 or more"),
        (lambda: data.cutout(IMAGES, -1), ValueError, "0 or more pixels"),
        (lambda: data.affine(IMAGES, scale=1), ValueError, "below 1"),
        (lambda: data.rotate(IMAGES, "10"), TypeError, "degrees is a number"),
        (lambda: data.rotate(IMAGES * 1j, 10), ValueError, "real numbers"),
    ],
)
def test_what_cannot_be_meant_is_refused(wrong, error, told):
    with pytest.raises(error, match=told):
        wrong()
