"""The filters behind one interface, their loss, and how they are judged."""

import dataclasses

import keras
import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.metrics import confusion_matrix, log_loss, precision_score, recall_score

from gan_lessons import spam_filter
from gan_lessons.datasets import sms_spam
from gan_lessons.engine import losses
from gan_lessons.spam_filter import FILTERS, OPTIONS, Confusion, NeuralNet, report
from gan_lessons.word_models import BagOfWords, NaiveBayes


@pytest.fixture(scope="module")
def mail():
    texts, labels = sms_spam.read_bundled()
    train, test = sms_spam.split(texts, labels)
    bag = BagOfWords().learn(texts[train])
    return bag.counts(texts[train]), labels[train], bag.counts(texts[test]), labels[test]


def make(name):
    """A filter, the network only as wide as these tests need."""
    return NeuralNet(capacity=1700) if name == "neural network" else FILTERS[name]()


# --- the loss -------------------------------------------------------------------------------------


def test_davids_loss_is_the_very_function_that_trains_d():
    assert spam_filter.cross_entropy is losses.binary_cross_entropy
    assert NeuralNet.loss is losses.binary_cross_entropy
    # and that is the one which lesson 03's discriminator calls
    assert losses.discriminator_nonsaturating.__globals__["binary_cross_entropy"] is NeuralNet.loss


def test_the_network_trains_on_that_function(monkeypatch):
    calls = []

    def spy(logits, target):
        calls.append((logits.shape, target.shape))
        return losses.binary_cross_entropy(logits, target)

    monkeypatch.setattr(NeuralNet, "loss", staticmethod(spy))
    net = NeuralNet(capacity=8, steps=2, batch_size=4)
    net.fit(csr_matrix(np.eye(8)), np.arange(8) % 2)
    assert calls
    # keras would hand over (target, logits): exchanged, the loss of these two would not be 0.0067
    value = net.model.loss(np.float32([[1.0]]), np.float32([[5.0]]))
    assert float(keras.ops.convert_to_numpy(value)) == pytest.approx(np.log1p(np.exp(-5)), rel=1e-5)


def test_report_agrees_with_scikit_learn():
    rng = np.random.default_rng(0)
    logits, y = rng.normal(size=200) * 3, rng.integers(0, 2, 200)
    found = report(logits, y)
    assert found["recall"] == pytest.approx(recall_score(y, logits > 0))
    assert found["precision"] == pytest.approx(precision_score(y, logits > 0))
    assert found["accuracy"] == pytest.approx(np.mean((logits > 0) == y))
    expected = log_loss(y, 1 / (1 + np.exp(-logits)))
    assert found["cross_entropy"] == pytest.approx(expected, rel=1e-5)


# --- confusion ------------------------------------------------------------------------------------


def test_confusion_is_that_of_scikit_learn():
    rng = np.random.default_rng(0)
    logits, y = rng.normal(size=99), rng.integers(0, 2, 99)
    found = Confusion.of(logits, y)
    assert list(dataclasses.astuple(found)) == confusion_matrix(y, logits > 0).ravel().tolist()
    assert found.false_alarms == pytest.approx(found.ham_blocked / np.sum(y == 0))


def test_a_logit_of_zero_lets_pass():
    assert Confusion.of([0.0], [1]) == Confusion(0, 0, 1, 0)


def test_no_message_of_a_kind_is_not_a_number():
    found = Confusion.of([-1.0, -1.0], [0, 0])
    assert np.isnan(found.recall) and np.isnan(found.precision) and found.false_alarms == 0.0


@pytest.mark.parametrize("y", [[1, 0, 1], [[1], [0]], [1, 2]])
def test_confusion_refuses_what_does_not_fit(y):
    with pytest.raises(ValueError, match="one logit and one label"):
        Confusion.of([0.5, -0.5], y)


# --- filters --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FILTERS)
def test_every_filter_learns_and_scores_held_out_mail(name, mail):
    x, y, x_test, y_test = mail
    judge = make(name).fit(x, y)
    logits = judge.logits(x_test)
    assert logits.shape == y_test.shape and logits.dtype == np.float64
    found = report(logits, y_test)
    assert found["accuracy"] > 0.88 and found["recall"] > 0.8, found
    assert judge.logits(x_test[:0]).shape == (0,)


@pytest.mark.parametrize("name", FILTERS)
def test_weights_count_as_copies_and_zero_as_absence(name):
    """A message of weight 0 must not teach anything: here it would teach the opposite."""
    x = csr_matrix(np.array([[1.0, 0], [0, 1.0], [1.0, 0], [0, 1.0]]))
    y, weight = np.array([1, 0, 0, 1]), np.array([1.0, 1.0, 0.0, 0.0])
    judge = NeuralNet(2, steps=80) if name == "neural network" else FILTERS[name]()
    first, second = judge.fit(x, y, weight).logits(x[:2])
    assert first > 0 > second


def test_the_network_ignores_words_beyond_its_capacity_and_takes_fewer():
    net = NeuralNet(capacity=4, steps=1)
    full, cut = np.ones((2, 7)), np.ones((2, 4))
    np.testing.assert_array_equal(net.logits(csr_matrix(full)), net.logits(csr_matrix(cut)))
    assert np.isfinite(net.logits(csr_matrix(np.ones((2, 1))))).all()


def test_the_network_goes_on_from_its_weights_and_repeats_with_its_seed(mail):
    x, y, x_test, y_test = mail
    nets = [NeuralNet(1700, steps=4, seed=3).fit(x, y) for _ in range(2)]
    first = [report(net.logits(x_test), y_test)["cross_entropy"] for net in nets]
    assert first[0] == pytest.approx(first[1], rel=1e-4)
    for _ in range(6):
        nets[0].fit(x, y)
    assert report(nets[0].logits(x_test), y_test)["cross_entropy"] < first[0] / 1.5


# --- choosing -------------------------------------------------------------------------------------


def test_choose_agrees_with_a_bag_that_learns_each_fold_anew():
    texts, labels = sms_spam.read_bundled()
    texts, labels = texts[::4], labels[::4]
    option = {"shapes": True, "pairs": True, "once": False, "smoothing": 0.3}
    best, scores = spam_filter.choose(texts, labels, [option], folds=3, seed=1)
    family = sms_spam.families(texts)
    fold = np.random.default_rng(1).permutation(family.max() + 1)[family] % 3
    logits = np.zeros(len(texts))
    for number in range(3):
        train, test = fold != number, fold == number
        bag = BagOfWords(pairs=True).learn(texts[train])
        model = NaiveBayes(0.3).fit(bag.counts(texts[train]), labels[train])
        logits[test] = model.logits(bag.counts(texts[test]))
    recall = recall_score(labels, logits > 0)
    precision = precision_score(labels, logits > 0)
    assert scores == [pytest.approx(2 * recall * precision / (recall + precision))]
    assert best == option and "smoothing" in option  # not taken out of the caller's dict


def test_choose_prefers_what_works():
    texts, labels = sms_spam.read_bundled()
    deaf = {"shapes": True, "pairs": False, "once": False, "smoothing": 1e6}
    best, scores = spam_filter.choose(texts, labels, [deaf, OPTIONS[-1]])
    assert best == OPTIONS[-1] and scores[1] > scores[0]
