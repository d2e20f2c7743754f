"""Models of how words come to be in a message: naive Bayes with labels, a mixture without them.

Both tell the same story. A class is drawn, with the probabilities pi. Then every word is drawn
from the class's own list of probabilities theta, one by one, blind to the words before it:

    p(y) = pi_y,    p(x | y) = const * prod_w theta[y, w] ** x_w.

The constant counts the orders of the words and is the same for every class, so it is left out.
Naive Bayes is told the classes (ham, spam) and only needs to count; the mixture has to guess them.
"""

import numpy as np
from scipy.special import logsumexp


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

    def __init__(self, classes=6, smoothing=0.1, rounds=60, seed=0):
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
