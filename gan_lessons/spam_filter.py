"""Spam filters: three of them behind one interface, and how to judge them.

A message becomes a row of word counts x. A label y is 1 for spam and 0 for ham. A filter has two
methods, and nothing else is asked of a discriminator in this lesson:

- ``fit(x, y, weight=None)`` learns from counts (n, words), labels (n,) and weights (n,);
- ``logits(x)`` gives a number per message, above 0 where spam is the likelier.

Naive Bayes and the bag of words that makes the counts are in `word_models`.
"""

import dataclasses

import keras
import numpy as np
from keras import layers, ops

from gan_lessons.engine.losses import binary_cross_entropy as cross_entropy
from gan_lessons.word_models import BagOfWords, NaiveBayes, present


class SupportVectors:
    """A linear support vector machine on which words are present (scikit-learn's LinearSVC).

    It looks for the plane with the widest margin between the two heaps. Its "logit" is a distance
    from that plane: the sign is a verdict, the size was never meant to be a log-odds.
    """

    def __init__(self, cost=0.3):
        self.cost = cost

    def fit(self, x, y, weight=None):
        from sklearn.svm import LinearSVC

        self.model = LinearSVC(C=self.cost, random_state=0)
        self.model.fit(present(x), y, sample_weight=weight)
        return self

    def logits(self, x):
        return np.asarray(present(x) @ self.model.coef_[0]) + self.model.intercept_[0]


class NeuralNet:
    """A small network on which words are present, trained with the cross-entropy of lesson 03.

    It is built once, for up to `capacity` words, and each `fit` goes on from the weights it has.
    Every batch is drawn anew, in proportion to the weights.
    """

    loss = staticmethod(cross_entropy)  # the very function that trains D in lesson 03

    def __init__(self, capacity=6144, width=16, steps=60, batch_size=128, rate=0.01, seed=0):
        self.capacity, self.steps, self.batch_size = capacity, steps, batch_size
        self.draw = np.random.default_rng(seed)
        start = keras.initializers.RandomNormal(stddev=0.05, seed=seed)
        self.model = keras.Sequential(
            [
                keras.Input((capacity,)),
                layers.Dense(width, activation="relu", kernel_initializer=start),
                layers.Dense(1, kernel_initializer=keras.initializers.GlorotNormal(seed=seed + 1)),
            ]
        )
        # Keras hands over (targets, predictions), the course's losses take (logits, target).
        self.model.compile(
            keras.optimizers.Adam(rate), loss=lambda target, logits: self.loss(logits, target)
        )

    def fit(self, x, y, weight=None):
        share = np.ones(len(y)) if weight is None else np.asarray(weight, "float64")
        rows = self.draw.choice(len(y), self.steps * self.batch_size, p=share / share.sum())
        self.model.fit(
            self._inputs(x[rows]),
            np.asarray(y, "float32")[rows, None],
            batch_size=self.batch_size,
            shuffle=False,
            verbose=0,
        )
        return self

    def logits(self, x):
        found = [
            ops.convert_to_numpy(self.model(self._inputs(x[i : i + 512]), training=False))[:, 0]
            for i in range(0, x.shape[0], 512)
        ]
        return np.concatenate(found).astype("float64") if found else np.zeros(0)

    def _inputs(self, x):
        """Presence of words as a dense array (n, capacity); words beyond the capacity are lost."""
        x = present(x[:, : self.capacity])
        dense = np.zeros((x.shape[0], self.capacity), "float32")
        dense[:, : x.shape[1]] = x.toarray()
        return dense


FILTERS = {
    "naive Bayes": NaiveBayes,
    "linear SVM": SupportVectors,
    "neural network": NeuralNet,
}

# What `choose` chooses from for naive Bayes: how to read a message, and how much to smooth.
OPTIONS = [
    {"shapes": shapes, "pairs": pairs, "once": once, "smoothing": smoothing}
    for shapes in (True, False)
    for pairs in (True, False)
    for once in (True, False)
    for smoothing in (0.1, 0.3, 1.0)
]


@dataclasses.dataclass(frozen=True)
class Confusion:
    """The four ways in which a verdict and the truth can meet, as numbers of messages."""

    ham_passed: int
    ham_blocked: int
    spam_passed: int
    spam_blocked: int

    @classmethod
    def of(cls, logits, y):
        """Count; a logit above 0 blocks the message. Raises ValueError for unequal lengths."""
        blocked, y = np.asarray(logits) > 0, np.asarray(y)
        if blocked.shape != y.shape or not np.isin(y, (0, 1)).all():
            raise ValueError(
                f"Expected one logit and one label (0 or 1) per message, received logits of shape "
                f"{blocked.shape} and labels of shape {y.shape}: {np.unique(y)[:5]}."
            )
        pairs = ((0, False), (0, True), (1, False), (1, True))
        return cls(*(int(np.sum((y == label) & (blocked == verdict))) for label, verdict in pairs))

    @property
    def accuracy(self):
        return _share(self.ham_passed + self.spam_blocked, sum(dataclasses.astuple(self)))

    @property
    def recall(self):
        """Share of the spam that was blocked."""
        return _share(self.spam_blocked, self.spam_blocked + self.spam_passed)

    @property
    def precision(self):
        """Share of what was blocked that was spam."""
        return _share(self.spam_blocked, self.spam_blocked + self.ham_blocked)

    @property
    def false_alarms(self):
        """Share of the ham that was blocked."""
        return _share(self.ham_blocked, self.ham_blocked + self.ham_passed)


def _share(part, whole):
    return part / whole if whole else float("nan")


def report(logits, y):
    """Accuracy, spam recall, precision and cross-entropy (in nats) of a filter's logits."""
    found = Confusion.of(logits, y)
    loss = cross_entropy(np.asarray(logits, "float32"), np.asarray(y, "float32"))
    return {
        "accuracy": found.accuracy,
        "recall": found.recall,
        "precision": found.precision,
        "cross_entropy": float(ops.convert_to_numpy(loss)),
    }


def choose(texts, labels, options, folds=5, seed=0):
    """Pick settings of bag and naive Bayes by cross-validation; only ever give it training data.

    Args:
        options: dicts with the keys of `BagOfWords` and "smoothing".

    Returns:
        the option with the highest F1 of spam (harmonic mean of recall and precision) over all
        folds together, and a list with the F1 of every option. Near-duplicates share a fold.
    """
    from gan_lessons.datasets.sms_spam import families

    family = families(texts)
    fold = np.random.default_rng(seed).permutation(family.max() + 1)[family] % folds
    scores = []
    for option in options:
        settings = dict(option)
        model = NaiveBayes(settings.pop("smoothing"))
        x, logits = BagOfWords(**settings).learn(texts).counts(texts), np.zeros(len(texts))
        for number in range(folds):
            train, test = fold != number, fold == number
            seen = np.flatnonzero(x[train].sum(axis=0))  # what a bag learns from these texts alone
            model.fit(x[train][:, seen], labels[train])
            logits[test] = model.logits(x[test][:, seen])
        found = Confusion.of(logits, labels)
        errors = found.ham_blocked + found.spam_passed
        scores.append(2 * found.spam_blocked / (2 * found.spam_blocked + errors))
    return options[int(np.argmax(scores))], scores
