"""Checks of the exercises in lesson 01, the spam filter."""

import numpy as np

from gan_lessons.checks.core import as_array, check, expect, expect_close


@check("Laplace smoothing")
def check_smoothed(fn):
    """fn(counts, alpha) are the probabilities of the words of one pile."""
    plain = as_array(fn(np.array([3.0, 1.0, 0.0]), 0.0), (3,))
    expect(
        np.isclose(plain.sum(), 1.0),
        "Probabilities of all words together make 1. Divide by the number of words in the pile.",
    )
    expect_close(
        plain,
        [0.75, 0.25, 0.0],
        "Without smoothing, the probability of a word is its share of all words in the pile.",
    )
    one = as_array(fn(np.array([3.0, 1.0, 0.0]), 1.0), (3,))
    expect(
        one[2] > 0,
        "A word that was never seen still needs a probability above 0, or one such word would rule "
        "out the whole pile. Add alpha to *every* count, those of 0 included.",
    )
    expect(
        np.isclose(one.sum(), 1.0),
        "The probabilities must still make 1. What was added to the counts has to be in the sum "
        f"that you divide by, too: alpha for each of the words. Yours make {one.sum():.4f}.",
    )
    expect_close(
        one,
        [4 / 7, 2 / 7, 1 / 7],
        "Counts of 3, 1, 0 become 4, 2, 1 with alpha = 1, out of 7.",
    )
    expect_close(
        fn(np.array([8, 0]), 0.5), [8.5 / 9, 0.5 / 9], "The amount of smoothing is an argument."
    )


@check("believing after reading")
def check_posterior(fn):
    """fn(ratio, prior) is p(spam | x), given p(x | spam) / p(x | ham) and p(spam)."""
    expect_close(
        fn(1.0, 0.2),
        0.2,
        "Words that are as likely in ham as in spam tell nothing: you still believe what you "
        "believed before reading.",
    )
    expect_close(
        fn(3.0, 0.5), 0.75, "With half of the mail spam, a ratio of 3 means odds of 3 to 1."
    )
    expect_close(
        fn(10.0, 0.01),
        10 / 109,
        "Where spam is rare, strong evidence is still not much: prior odds of 1 to 99, times 10, "
        "are 10 to 99. The ratio multiplies the *odds* p / (1 - p), not the probability.",
    )
    expect_close(
        fn(0.25, 0.8), 0.5, "Odds of 4 to 1 for spam and evidence of 4 to 1 for ham cancel out."
    )


@check("recall and precision")
def check_recall_and_precision(fn):
    """fn(matrix) is (recall, precision) of spam; rows ham, spam; columns passed, blocked."""
    answer = fn(np.array([[80, 10], [5, 15]]))
    expect(answer is not None, "Your function returned nothing: did you forget `return`?")
    pair = as_array(answer, (2,))
    swapped = np.allclose(pair, [0.6, 0.75])
    expect(not swapped, "Those are precision and recall; recall is asked for first.")
    of_ham = np.allclose(pair, [80 / 90, 80 / 85])
    expect(not of_ham, "Those are the two figures of ham. Spam is what David is looking for.")
    expect_close(
        pair[0],
        0.75,
        "Recall is the share of the *spam* that was blocked: stay in the row of spam. 15 of 20.",
    )
    expect_close(
        pair[1],
        0.6,
        "Precision is the share of what was *blocked* that was spam: stay in the column of what "
        "was blocked. 15 of 25.",
    )
    expect_close(
        fn(np.array([[0, 4], [0, 4]])),
        [1.0, 0.5],
        "A filter that blocks everything misses no spam, and is right about as often as there is "
        "spam.",
    )


@check("David's cross-entropy")
def check_cross_entropy(fn):
    """fn(logits, labels) is the mean of -log p(truth), with p(spam) = sigmoid(logit)."""
    expect_close(
        fn(np.zeros(3), np.array([0.0, 1.0, 1.0])),
        np.log(2.0),
        "A logit of 0 says 1/2, whatever the truth, and -log(1/2) is log 2 = 0.693. It is a mean "
        "over messages, in natural logarithms.",
    )
    right, wrong = (as_array(fn(np.array([logit]), np.array([1.0])), ()) for logit in (3.0, -3.0))
    expect(
        right < wrong,
        "A high logit says spam, and spam has the label 1. To be right must cost less than to be "
        "wrong.",
    )
    logits, labels = np.array([2.0, -1.0, 0.5, -3.0]), np.array([1.0, 0.0, 0.0, 1.0])
    expect_close(
        fn(logits, labels),
        np.mean(np.where(labels == 1, np.log1p(np.exp(-logits)), np.log1p(np.exp(logits)))),
        "For spam the cost is -log sigmoid(l), for ham -log(1 - sigmoid(l)). Both kinds count.",
    )
    with np.errstate(all="ignore"):
        sure = fn(np.array([-2000.0, 2000.0]), np.array([1.0, 0.0]))
    expect_close(
        sure,
        2000.0,
        "To be very sure and very wrong is expensive, not infinite: -log sigmoid(-2000) is 2000. "
        "Do not take the logarithm of a sigmoid that was rounded to 0; use np.logaddexp.",
    )


@check("the effective number of messages")
def check_effective_number(fn):
    """fn(copies) is exp of the entropy of the shares."""
    expect_close(
        fn(np.array([5, 5, 5, 5])),
        4.0,
        "Four messages, equally often, are four messages, however many copies there are of each: "
        "take shares first, the natural logarithm, and exp at the end.",
    )
    expect_close(fn(np.array([40])), 1.0, "Forty copies of one message are one message.")
    with np.errstate(all="ignore"):
        unused = fn(np.array([3, 0, 3]))
    expect_close(
        unused,
        2.0,
        "A message without copies counts nothing: p log p goes to 0 with p, so leave it out before "
        "taking the logarithm.",
    )
    shares = np.array([0.97, 0.01, 0.01, 0.01])
    expect_close(
        fn(np.array([97, 1, 1, 1])),
        np.exp(-np.sum(shares * np.log(shares))),
        "97 copies of one message and three others are hardly more than one: rare messages weigh "
        "by their share, so this is about 1.2 and not 4.",
    )
