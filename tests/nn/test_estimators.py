"""Networks in scikit-learn: its own checks, and what it does with estimators."""

import pickle
import subprocess
import sys
from functools import partial
from pathlib import Path
from unittest import SkipTest

import numpy as np
import pytest

import nn
from nn.random import drawing_from, generator_of

pytest.importorskip("sklearn")

from sklearn.base import clone
from sklearn.datasets import load_iris, make_multilabel_classification
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import check_estimator, estimator_checks_generator

ROOT = Path(__file__).parents[2]
IRIS, SPECIES = load_iris(return_X_y=True)
QUICK = {"lr": 0.02, "epochs": 30, "random_state": 0}


def small(**settings):
    return nn.NeuralClassifier([8], **{**QUICK, **settings})


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (nn.NeuralClassifier((16,), lr=0.02, epochs=40), MLPClassifier()),
        (nn.NeuralRegressor((16,), lr=0.02, epochs=40), MLPRegressor()),
    ],
)
@pytest.mark.filterwarnings("ignore")  # many checks provoke them
def test_scikit_learns_checks_pass_and_skip_only_what_its_own_networks_skip(
    ours, theirs
):
    beside = {
        check.func.__name__: partial(check, estimator)
        for estimator, check in estimator_checks_generator(theirs)
    }
    found = check_estimator(ours, on_fail=None, on_skip=None)
    assert {each["check_name"] for each in found} == set(beside)
    for each in found:
        if each["status"] == "skipped":
            with pytest.raises(SkipTest):
                beside[each["check_name"]]()
        else:
            assert each["status"] == "passed", each


def test_pipelines_grids_and_folds_train_it_and_it_reads_flowers():
    network = nn.NeuralClassifier(random_state=0, lr=0.02, epochs=40)
    model = make_pipeline(StandardScaler(), network)
    assert cross_val_score(model, IRIS, SPECIES, cv=3).mean() > 0.9
    grid = {
        "neuralclassifier__module": [[4], [16, 8], nn.Linear],
        "neuralclassifier__optimizer": [nn.optim.Adam, partial(nn.optim.SGD, momentum=0.9)],
    }  # fmt: skip
    search = GridSearchCV(model, grid, cv=2, error_score="raise").fit(IRIS, SPECIES)
    assert search.best_score_ > 0.9


def test_a_module_a_function_and_sizes_are_trained_alike():
    def network(n_in, n_out):
        return nn.MLP(n_in, [8, n_out], dtype=np.float64)

    expected = small().fit(IRIS, SPECIES).predict_proba(IRIS)
    made = small().set_params(module=network).fit(IRIS, SPECIES)
    assert (made.predict_proba(IRIS) == expected).all()

    template = network(4, 3)
    before = template.state_dict()
    one = small().set_params(module=template).fit(IRIS, SPECIES)
    other = clone(one).fit(IRIS, SPECIES)
    assert one.module_ is not template
    assert all((template.state_dict()[k] == before[k]).all() for k in before)
    assert (one.predict_proba(IRIS) == other.predict_proba(IRIS)).all()


def test_a_module_is_fed_in_its_own_precision_and_images_keep_their_axes():
    images = np.random.default_rng(0).normal(size=(40, 1, 6, 6))
    labels = np.where(images.mean(axis=(1, 2, 3)) > 0, "bright", "dark")

    def network(n_in, n_out):
        assert n_in == 1
        return nn.Sequential(
            nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(64, n_out)
        )

    model = small(lr=0.01).set_params(module=network).fit(images, labels)
    assert model.predict_proba(images).dtype == np.float32
    assert model.score(images, labels) > 0.9


@pytest.mark.parametrize(
    "given", [3, np.random.RandomState(3), np.random.default_rng(3)]
)
def test_a_random_state_decides_all_and_nns_own_generator_is_left_alone(given):
    def network(n_in, n_out):
        return nn.Sequential(nn.Linear(n_in, 8), nn.Dropout(0.5), nn.Linear(8, n_out))

    nn.seed(0)
    expected = nn.Linear(2, 2).weight.data
    runs = []
    for _ in range(2):
        nn.seed(0)
        model = small(random_state=pickle.loads(pickle.dumps(given)))
        model.set_params(module=network, early_stopping=True, epochs=4)
        runs.append(model.fit(IRIS, SPECIES).predict_proba(IRIS))
        assert (nn.Linear(2, 2).weight.data == expected).all()
    assert (runs[0] == runs[1]).all()


def test_without_a_random_state_nn_seed_decides():
    runs = []
    for _ in range(2):
        nn.seed(5)
        runs.append(small(random_state=None).fit(IRIS, SPECIES).predict_proba(IRIS))
    assert (runs[0] == runs[1]).all()


def test_a_block_that_draws_from_a_generator_ends_with_it():
    own = np.random.default_rng(0)
    before = generator_of(None)
    with drawing_from(own):
        assert generator_of(None) is own
        assert generator_of(3) is not own
    assert generator_of(None) is before


def test_weights_count_as_repetitions_do_and_zero_as_absence():
    rng = np.random.default_rng(0)
    weights = rng.integers(0, 3, len(IRIS))
    rows = np.repeat(np.arange(len(IRIS)), weights)
    plain = small(batch_size=1000).fit(IRIS[rows], SPECIES[rows])
    weighted = small(batch_size=1000).fit(IRIS, SPECIES, sample_weight=weights)
    assert np.allclose(
        plain.predict_proba(IRIS), weighted.predict_proba(IRIS), atol=1e-9
    )
    assert np.allclose(plain.loss_curve_, weighted.loss_curve_)


def test_partial_fit_goes_on_where_fit_ended():
    whole = small(epochs=3, batch_size=40).fit(IRIS, SPECIES)
    parts = small(epochs=1, batch_size=40).fit(IRIS, SPECIES)
    for _ in range(2):
        parts.partial_fit(IRIS, SPECIES)
    assert whole.loss_curve_ == parts.loss_curve_
    assert parts.n_iter_ == 3
    thawed = pickle.loads(pickle.dumps(parts)).partial_fit(IRIS, SPECIES)
    assert thawed.loss_curve_ == parts.partial_fit(IRIS, SPECIES).loss_curve_


def test_partial_fit_learns_classes_that_a_part_does_not_show():
    model = small()
    with pytest.raises(ValueError, match="classes"):
        model.partial_fit(IRIS, SPECIES)
    for _ in range(100):
        for rows in (SPECIES == 0, SPECIES > 0):
            model.partial_fit(IRIS[rows], SPECIES[rows], classes=[0, 1, 2])
    assert model.predict_proba(IRIS).shape == (150, 3)
    with pytest.raises(ValueError, match="classes_"):
        model.partial_fit(IRIS, SPECIES + 1)
    with pytest.raises(ValueError, match="classes_"):
        model.partial_fit(IRIS, SPECIES, classes=[0, 1])


def test_early_stopping_keeps_the_best_weights():
    model = nn.NeuralRegressor(
        [64], lr=0.05, epochs=500, early_stopping=True, random_state=0
    )
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(60, 5)), rng.normal(size=60)
    model.fit(X, y)
    held_out = model.validation_loss_curve_
    assert model.n_iter_ == len(held_out) == len(model.loss_curve_) < 500
    assert min(held_out) not in held_out[-model.patience + 1 :]
    again = clone(model).set_params(epochs=int(np.argmin(held_out)) + 1).fit(X, y)
    assert (again.predict(X) == model.predict(X)).all()


def test_several_numbers_and_several_labels_are_told_at_once():
    X = np.random.default_rng(0).normal(size=(80, 3))
    y = np.stack([X[:, 0], -X[:, 1]], axis=1)
    model = nn.NeuralRegressor([16], lr=0.02, epochs=150, random_state=0).fit(X, y)
    assert model.predict(X).shape == (80, 2)
    assert model.score(X, y) > 0.9
    X, labels = make_multilabel_classification(80, n_classes=3, random_state=0)
    model = small(epochs=100).fit(X, labels)
    assert model.predict_proba(X).shape == (80, 3)
    assert np.allclose(np.exp(model.predict_log_proba(X)), model.predict_proba(X))
    assert (model.predict(X) == labels).mean() > 0.9


def test_texts_as_sparse_rows_are_read_without_being_laid_out_at_once():
    texts = ["good fine nice", "bad poor", "nice good", "poor sad bad"] * 5
    model = make_pipeline(TfidfVectorizer(), small(lr=0.1)).fit(texts, [1, 0, 1, 0] * 5)
    assert model.predict(["fine good", "sad"]).tolist() == [1, 0]


@pytest.mark.parametrize("loss", [nn.functional.huber_loss, nn.functional.l1_loss])
def test_another_loss_and_lbfgs_train_it_weighted_or_not(loss):
    X = np.random.default_rng(0).normal(size=(40, 2))
    y = X @ [1.0, -2.0]
    for weights in (None, np.arange(40.0)):
        model = nn.NeuralRegressor([], loss=loss, lr=0.1, epochs=300, random_state=0)
        assert model.fit(X, y, weights).score(X, y) > 0.95
    newton = nn.NeuralRegressor([], optimizer=nn.optim.LBFGS, lr=1.0, epochs=20)
    assert newton.fit(X, y).score(X, y) > 0.9999


def test_a_regressor_is_told_numbers():
    with pytest.raises(TypeError, match="y is of numbers; got <U"):
        nn.NeuralRegressor().fit(np.ones((3, 2)), ["1", "2", "a"])


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"module": lambda n_in, n_out: nn.Linear(n_in, n_out + 1)}, r"gave shape \(150, 4\) for 150"),
        ({"module": lambda n_in, n_out: np.tanh}, "made a ufunc"),
        ({"module": [8, 0]}, r"sizes of hidden layers.*\[8, 0\]"),
        ({"module": 8.5}, "sizes of hidden layers.*8.5"),
        ({"module": "mlp"}, "sizes of hidden layers.*'mlp'"),
        ({"optimizer": "adam"}, "class such as nn.optim.Adam.*'adam'"),
        ({"optimizer": lambda parameters, lr: None}, "needs an optimizer"),
        ({"epochs": 0}, "epochs must be at least 1; got 0"),
        ({"batch_size": 0}, "batch_size is at least 1; got 0"),
        ({"early_stopping": True, "patience": 0}, "patience must be at least 1; got 0"),
        ({"lr": 1e300}, "not finite|inf|nan"),
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_what_cannot_be_trained_is_told_and_nothing_is_changed(settings, told):
    model = small(epochs=2).fit(IRIS, SPECIES)
    expected = model.predict_proba(IRIS)
    model.set_params(**settings)
    before = {
        name: pickle.dumps(x) for name, x in vars(model).items() if name not in settings
    }
    with pytest.raises((TypeError, ValueError, FloatingPointError), match=told):
        model.fit(IRIS[:, :3], SPECIES)
    after = {
        name: pickle.dumps(x) for name, x in vars(model).items() if name not in settings
    }
    assert after == before
    assert (model.predict_proba(IRIS) == expected).all()


def test_a_part_that_cannot_be_learned_leaves_the_network_as_it_was():
    model = small(epochs=2).fit(IRIS, SPECIES)
    before, curve = model.predict_proba(IRIS), list(model.loss_curve_)
    for X, y in [
        (IRIS[:, :3], SPECIES),
        (IRIS, SPECIES + 1),
        (IRIS, SPECIES[:-1]),
    ]:
        with pytest.raises((ValueError, FloatingPointError)):
            model.partial_fit(X, y)
        assert (model.predict_proba(IRIS) == before).all()
        assert model.loss_curve_ == curve


def test_weights_of_zero_alone_are_refused():
    with pytest.raises(ValueError, match="zero"):
        small().fit(IRIS, SPECIES, sample_weight=np.zeros(150))


def test_weights_need_a_loss_that_can_tell_that_of_each_example():
    model = small(loss=nn.CrossEntropyLoss(), epochs=1)
    assert len(model.fit(IRIS, SPECIES).loss_curve_) == 1
    with pytest.raises(TypeError, match=r"own reduction: .*functional\.cross_entropy"):
        model.fit(IRIS, SPECIES, sample_weight=np.ones(150))


def test_each_epoch_is_told_if_asked_for(capsys):
    small(epochs=2, verbose=True, early_stopping=True).fit(IRIS, SPECIES)
    told = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in told] == ["epoch 1", "epoch 2"]
    assert "held out" in told[0]


def run(code):
    script = f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{code}"
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", script], capture_output=True, text=True
    )


def test_nn_does_without_scikit_learn_and_making_one_names_the_extra():
    done = run(
        "sys.modules['sklearn'] = None\n"
        "import nn\n"
        "from nn import *\n"
        "assert isinstance(NeuralRegressor, type)\n"
        "nn.NeuralClassifier([3])"
    )
    assert done.returncode == 1
    assert done.stderr.strip().startswith("Traceback")
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("ImportError: nn.NeuralClassifier needs scikit-learn")
    assert 'pip install "glassgrad[sklearn]"' in last


def test_scikit_learn_is_imported_when_an_estimator_is_asked_for():
    done = run(
        "import nn\nassert 'sklearn' not in sys.modules\n"
        "nn.NeuralClassifier\nassert 'sklearn' in sys.modules"
    )
    assert done.returncode == 0, done.stderr
