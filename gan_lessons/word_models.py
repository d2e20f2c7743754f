"""Words as numbers, and models of how they come to be in a message: naive Bayes and a mixture.

A message becomes a row of word counts, in a sparse matrix of SciPy's: most words are missing from
most messages. Both models tell the same story. A class is drawn, with the probabilities pi. Then
every word is drawn from the class's own list of probabilities theta, one by one, blind to the words
before it:

    p(y) = pi_y,    p(x | y) = const * prod_w theta[y, w] ** x_w.

The constant counts the orders of the words and is the same for every class, so it is left out.
Naive Bayes is told the classes (ham, spam) and only needs to count; the mixture has to guess them.
"""

import itertools
import re

import numpy as np
from scipy.sparse import csr_matrix
from scipy.special import logsumexp

SHAPES = (  # what is worth knowing about such strings is what they look like
    (
        "<link>",
        r"(?:https?://|www\.)\S+|\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:example|com|net|org|uk)\b\S*",
    ),
    ("<money>", r"[£$€]\s?\d[\d.,]*|\b\d+(?:\.\d+)?p\b"),
    ("<phone>", r"\+?\d(?:[ -]?\d){6,}"),
    ("<code>", r"\b\d{5,6}\b"),
    ("<number>", r"\b\d+(?:[.,:]\d+)*\b"),
)
SHAPE = re.compile("|".join(f"({pattern})" for _, pattern in SHAPES))
WORD = re.compile(r"<[a-z]+>|[a-z0-9']*[a-z][a-z0-9']*|[!?]|\d+")


def tokens(text, shapes=True):
    """The words of a message in lower case, and the marks ! and ?.

    With `shapes`, links, amounts of money, telephone numbers, short codes and other numbers are
    replaced by what they are ("<phone>"), and a word in capitals is followed by "<capitals>".
    """
    words = text.lower()
    if shapes:
        words = SHAPE.sub(lambda found: f" {SHAPES[found.lastindex - 1][0]} ", words)
    found = WORD.findall(words)
    shouted = len(re.findall(r"\b[A-Z]{3,}\b", text)) if shapes else 0
    return found + ["<capitals>"] * shouted


def terms(text, shapes=True, pairs=False):
    """What is counted in a message: its tokens, and with `pairs` neighbouring tokens as well."""
    found = tokens(text, shapes)
    return found + [f"{a} {b}" for a, b in itertools.pairwise(found)] * pairs


class BagOfWords:
    """Counts words; their order is forgotten, like that of things thrown into a bag.

    Args:
        shapes, pairs: as in `terms`. once: count a word that is repeated in a message only once.

    Attributes:
        columns: {word: its column}. `learn` adds to it and never changes a column.
    """

    def __init__(self, shapes=True, pairs=False, once=False):
        self.shapes, self.pairs, self.once, self.columns = shapes, pairs, once, {}

    def learn(self, texts):
        """Give a column to every new word of the texts; returns self."""
        for text in texts:
            for word in terms(text, self.shapes, self.pairs):
                self.columns.setdefault(word, len(self.columns))
        return self

    def counts(self, texts):
        """How often each known word occurs: a sparse matrix (texts, words). Others are ignored.

        Raises ValueError if no word has been learned.
        """
        if not self.columns:
            raise ValueError("This bag knows no words yet: call learn(texts) before counts(texts).")
        known, ends = [], [0]
        for text in texts:
            found = terms(text, self.shapes, self.pairs)
            known += [self.columns[word] for word in found if word in self.columns]
            ends.append(len(known))
        shape = (len(ends) - 1, len(self.columns))
        x = csr_matrix((np.ones(len(known)), np.array(known, "int64"), ends), shape)
        x.sum_duplicates()
        return present(x) if self.once else x

    @property
    def words(self):
        """All known words as an array, in the order of the columns."""
        return np.array(list(self.columns), dtype=object)


def present(x):
    """Counts as 0 or 1: is the word there?"""
    return (x > 0).astype("float64")


class WordModel:
    """What follows from `log_prior` (classes,) and `log_word` (classes, words), however found."""

    def joint(self, x):
        """log p(x, y) for counts x (n, words) and every class: (n, classes)."""
        self._check(x)
        return np.asarray(x @ self.log_word.T) + self.log_prior

    def log_posterior(self, x):
        """log p(y | x) by Bayes' rule: (n, classes)."""
        joint = self.joint(x)
        return joint - logsumexp(joint, axis=1, keepdims=True)

    def log_likelihood(self, x):
        """log p(x), the classes summed out: (n,)."""
        return logsumexp(self.joint(x), axis=1)

    def sample(self, lengths, rng, y=None):
        """Write messages: word numbers, one array per length.

        Args:
            y: the class of every message, a number or (n,). None draws it from the prior.
        """
        classes = len(self.log_prior)
        if y is None:
            y = rng.choice(classes, len(lengths), p=np.exp(self.log_prior))
        theta = np.exp(self.log_word)
        y = np.broadcast_to(y, len(lengths))
        return [rng.choice(theta.shape[1], n, p=theta[c]) for n, c in zip(lengths, y, strict=True)]

    def fill_in(self, x):
        """log p(one more word | the words x): (n, words). What the gap in a message held."""
        return logsumexp(self.log_posterior(x)[:, :, None] + self.log_word[None], axis=1)

    def surprise(self, x):
        """Mean -log p(a word | the other words of its message) over all words that occur in x."""
        joint, places = self.joint(x), x.tocoo()
        own = self.log_word[:, places.col].T  # (words that occur, classes)
        whole = joint[places.row]
        gap = logsumexp(whole, axis=1) - logsumexp(whole - own, axis=1)
        return float(-np.average(gap, weights=places.data))

    def _check(self, x):
        if not hasattr(self, "log_word"):
            raise ValueError("This model has learned nothing yet: call fit before asking it.")
        if x.ndim != 2 or x.shape[1] != self.log_word.shape[1]:
            raise ValueError(
                f"Expected counts of shape (n, {self.log_word.shape[1]}), received {x.shape}. "
                "Count with the bag whose counts the model was fitted to."
            )


def estimate(x, share, smoothing):
    """The likeliest `log_prior` and `log_word`, given how much of each message each class owns.

    Args:
        x: counts (n, words). share: (n, classes), 0 or 1 where labels are known.
        smoothing: imaginary occurrences of every word in every class (Laplace: 1). With 0, a word
            never seen in a class would make every message with it impossible there.
    """
    seen = np.asarray(x.T @ share).T + smoothing
    with np.errstate(divide="ignore"):
        log_word = np.log(seen) - np.log(seen.sum(axis=1, keepdims=True))
        return np.log(share.sum(axis=0)) - np.log(share.sum()), log_word


class NaiveBayes(WordModel):
    """Multinomial naive Bayes: as a filter p(y | x), as a writer p(x | y)."""

    def __init__(self, smoothing=1.0):
        if not smoothing >= 0:
            raise ValueError(f"smoothing must be a number from 0 on, received {smoothing!r}.")
        self.smoothing = smoothing

    def fit(self, x, y, weight=None):
        """Count. x: (n, words), y: (n,) of 0 and 1, weight: (n,), all 1 if None; returns self."""
        y, weight = np.asarray(y), np.ones(len(y)) if weight is None else np.asarray(weight)
        share = np.stack([y == 0, y == 1], axis=1) * weight[:, None]
        if x.shape[0] != len(y) or not np.all(share.sum(axis=0) > 0):
            raise ValueError(
                f"Expected as many labels as messages, both 0 and 1 among them; received "
                f"{x.shape[0]} messages and the labels {np.unique(y, return_counts=True)}."
            )
        self.log_prior, self.log_word = estimate(x, share, self.smoothing)
        return self

    def logits(self, x):
        """log p(spam | x) - log p(ham | x): (n,). The prior's odds, and a weight for each word."""
        self._check(x)
        weights = self.log_word[1] - self.log_word[0]
        return np.asarray(x @ weights) + (self.log_prior[1] - self.log_prior[0])


class Mixture(WordModel):
    """Naive Bayes whose labels are hidden, fitted by expectation and maximisation.

    Dempster, Laird, Rubin: Maximum Likelihood from Incomplete Data via the EM Algorithm, 1977.

    Attributes:
        history: what EM increases, after each round: the log-likelihood of all messages, and the
            logarithm of the smoothing's (Dirichlet) prior.
    """

    def __init__(self, classes=2, smoothing=1.0, rounds=60, seed=0):
        self.classes, self.smoothing, self.rounds, self.seed = classes, smoothing, rounds, seed

    def fit(self, x):
        """x: counts (n, words); returns self."""
        rng = np.random.default_rng(self.seed)
        share = rng.dirichlet(np.full(self.classes, 0.3), x.shape[0])
        self.history = []
        for _ in range(self.rounds):
            self.log_prior, self.log_word = estimate(x, share, self.smoothing)  # M: count
            share = np.exp(self.log_posterior(x))  # E: whose message is it, by Bayes' rule?
            prior = self.smoothing * self.log_word.sum()
            self.history.append(self.log_likelihood(x).sum() + prior)
        return self
