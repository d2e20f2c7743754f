"""Bags of words, naive Bayes and the mixture, against counting by hand and scikit-learn."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.naive_bayes import MultinomialNB

from gan_lessons.word_models import BagOfWords, Mixture, NaiveBayes, estimate, terms, tokens


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def counts(rng):
    return csr_matrix(rng.poisson(0.4, (120, 30)).astype(float))


@pytest.fixture
def labels(rng):
    return rng.integers(0, 2, 120)


# --- words ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, expected",
    [
        ("Call 0808 157 0119 now!", ["call", "<phone>", "now", "!"]),
        ("pay £1,500 or 50p", ["pay", "<money>", "or", "<money>"]),
        ("see www.golden-draw.example/claim ok", ["see", "<link>", "ok"]),
        ("at prize-post.example.", ["at", "<link>"]),
        ("code 87121, seat 12", ["code", "<code>", "seat", "<number>"]),
        ("I don't WIN", ["i", "don't", "win", "<capitals>"]),
        ("a pr1ze in 2nd place?", ["a", "pr1ze", "in", "2nd", "place", "?"]),
        ("", []),
    ],
)
def test_what_is_worth_knowing_about_numbers_is_their_shape(text, expected):
    assert tokens(text) == expected


def test_without_shapes_every_number_is_a_word_of_its_own():
    assert tokens("CALL 0808 at 10.40", shapes=False) == ["call", "0808", "at", "10", "40"]


def test_pairs_are_neighbours():
    assert terms("win a prize", pairs=True) == ["win", "a", "prize", "win a", "a prize"]


def test_counts_agree_with_scikit_learn():
    texts = ["to be or not to be", "be there", "", "not a word, not one"]
    theirs = CountVectorizer(tokenizer=tokens, token_pattern=None, ngram_range=(1, 2))
    expected = theirs.fit_transform(texts).toarray()
    bag = BagOfWords(pairs=True).learn(texts)
    found = bag.counts(texts).toarray()
    order = [bag.columns[word] for word in theirs.get_feature_names_out()]
    np.testing.assert_array_equal(found[:, order], expected)
    assert found.shape[1] == len(order)
    once = BagOfWords(pairs=True, once=True).learn(texts).counts(texts).toarray()
    np.testing.assert_array_equal(once, found > 0)


def test_a_bag_that_learns_more_keeps_its_columns_and_ignores_what_it_does_not_know():
    bag = BagOfWords().learn(["win cash"])
    before = bag.counts(["cash cash lunch"]).toarray()
    np.testing.assert_array_equal(before, [[0, 2]])
    bag.learn(["lunch now"])
    np.testing.assert_array_equal(bag.counts(["cash cash lunch"]).toarray(), [[0, 2, 1, 0]])
    assert list(bag.words) == ["win", "cash", "lunch", "now"]


def test_an_empty_bag_says_what_to_do():
    with pytest.raises(ValueError, match="learn"):
        BagOfWords().counts(["win"])


# --- naive Bayes ----------------------------------------------------------------------------------


@pytest.mark.parametrize("smoothing", [1e-3, 0.3, 1.0, 10.0])
@pytest.mark.parametrize("weighted", [False, True])
def test_naive_bayes_is_that_of_scikit_learn(counts, labels, rng, smoothing, weighted):
    weight = rng.uniform(0.1, 3.0, 120) if weighted else None
    ours = NaiveBayes(smoothing).fit(counts, labels, weight)
    theirs = MultinomialNB(alpha=smoothing).fit(counts, labels, sample_weight=weight)
    new = csr_matrix(rng.poisson(0.4, (50, 30)).astype(float))
    np.testing.assert_allclose(ours.log_word, theirs.feature_log_prob_, atol=1e-10)
    np.testing.assert_allclose(ours.log_prior, theirs.class_log_prior_, atol=1e-10)
    np.testing.assert_allclose(ours.log_posterior(new), theirs.predict_log_proba(new), atol=1e-10)
    log_p = theirs.predict_log_proba(new)
    np.testing.assert_allclose(ours.logits(new), log_p[:, 1] - log_p[:, 0], atol=1e-10)


def test_by_hand():
    bag = BagOfWords().learn(["win cash now", "win a prize", "see you at lunch", "lunch now"])
    x = bag.counts(["win cash now", "win a prize", "see you at lunch", "lunch now"])
    model = NaiveBayes(1.0).fit(x, [1, 1, 0, 0])
    assert model.logits(bag.counts(["win now"]))[0] == pytest.approx(np.log(3), abs=1e-12)
    assert model.logits(bag.counts(["lunch lunch"]))[0] == pytest.approx(-2 * np.log(3), abs=1e-12)
    assert model.logits(bag.counts(["unheard of"]))[0] == 0.0


def test_dense_counts_give_the_same(counts, labels):
    a, b = NaiveBayes().fit(counts, labels), NaiveBayes().fit(counts.toarray(), labels)
    np.testing.assert_allclose(a.logits(counts), b.logits(counts.toarray()), atol=1e-12)


def test_without_smoothing_an_unseen_word_rules_a_class_out():
    model = NaiveBayes(0.0).fit(csr_matrix([[1.0, 1.0], [1.0, 0.0]]), [1, 0])
    assert model.logits(csr_matrix([[0.0, 1.0]]))[0] == np.inf


def test_wrong_use_is_explained(counts, labels):
    with pytest.raises(ValueError, match="smoothing.*-1"):
        NaiveBayes(-1)
    with pytest.raises(ValueError, match="smoothing.*nan"):
        NaiveBayes(float("nan"))
    with pytest.raises(ValueError, match="both 0 and 1"):
        NaiveBayes().fit(counts, np.ones(120))
    with pytest.raises(ValueError, match="as many labels as messages"):
        NaiveBayes().fit(counts, labels[:-1])
    with pytest.raises(ValueError, match="call fit"):
        NaiveBayes().logits(counts)
    with pytest.raises(ValueError, match=r"\(n, 30\), received \(120, 20\)"):
        NaiveBayes().fit(counts, labels).logits(counts[:, :20])


# --- writing --------------------------------------------------------------------------------------


def test_samples_follow_the_word_list_of_their_class(counts, labels):
    model = NaiveBayes().fit(counts, labels)
    rng = np.random.default_rng(1)
    for label in (0, 1):
        (words,) = model.sample([200_000], rng, y=label)
        found = np.bincount(words, minlength=30) / 200_000
        np.testing.assert_allclose(found, np.exp(model.log_word[label]), atol=0.004)


def test_the_prior_chooses_the_class_of_a_sample():
    model = NaiveBayes(0.0)
    model.log_prior, model.log_word = np.log([0.2, 0.8]), np.log([[1.0, 1e-300], [1e-300, 1.0]])
    words = np.concatenate(model.sample(np.ones(20_000, int), np.random.default_rng(0)))
    assert words.mean() == pytest.approx(0.8, abs=0.01)
    lengths = [len(m) for m in model.sample([3, 1, 2], np.random.default_rng(0), y=1)]
    assert lengths == [3, 1, 2]


def test_filling_a_gap_is_the_ratio_of_two_likelihoods(counts, labels):
    model = NaiveBayes().fit(counts, labels)
    rest = counts[:3]
    gaps = model.fill_in(rest)
    np.testing.assert_allclose(np.exp(gaps).sum(axis=1), 1.0)
    for word in (0, 7):
        more = rest.toarray()
        more[:, word] += 1
        expected = model.log_likelihood(csr_matrix(more)) - model.log_likelihood(rest)
        np.testing.assert_allclose(gaps[:, word], expected, atol=1e-10)


def test_surprise_takes_each_word_out_in_turn(counts, labels):
    model = NaiveBayes().fit(counts, labels)
    x, total, number = counts[:5].toarray(), 0.0, 0
    for row in x:
        for word in np.flatnonzero(row):
            rest = row.copy()
            rest[word] -= 1
            total -= row[word] * model.fill_in(csr_matrix(rest[None]))[0, word]
            number += row[word]
    assert model.surprise(counts[:5]) == pytest.approx(total / number, abs=1e-10)


# --- the mixture ----------------------------------------------------------------------------------


def two_kinds(rng, n=300):
    """Messages of two kinds with different word lists, and which is which."""
    theta = np.array([[0.4, 0.4, 0.1, 0.05, 0.05], [0.05, 0.05, 0.1, 0.4, 0.4]])
    kind = (rng.random(n) < 0.3).astype(int)
    return csr_matrix(np.stack([rng.multinomial(12, theta[k]) for k in kind]).astype(float)), kind


def test_em_never_goes_downhill_and_finds_the_two_kinds(rng):
    x, kind = two_kinds(rng)
    model = Mixture(classes=2, smoothing=0.1, seed=3).fit(x)
    assert np.all(np.diff(model.history) > -1e-8)
    code = model.log_posterior(x).argmax(axis=1)
    assert max(np.mean(code == kind), np.mean(code != kind)) > 0.95
    assert np.exp(model.log_prior).min() == pytest.approx(kind.mean(), abs=0.05)


def test_one_class_is_the_plain_word_count(rng):
    x, _ = two_kinds(rng)
    model = Mixture(classes=1, smoothing=0.5, rounds=3).fit(x)
    total = np.asarray(x.sum(axis=0)).ravel() + 0.5
    np.testing.assert_allclose(np.exp(model.log_word[0]), total / total.sum())


def test_known_labels_make_the_mixture_naive_bayes(rng):
    x, kind = two_kinds(rng)
    bayes = NaiveBayes(0.7).fit(x, kind)
    prior, word = estimate(x, np.eye(2)[kind], 0.7)
    np.testing.assert_array_equal(bayes.log_prior, prior)
    np.testing.assert_array_equal(bayes.log_word, word)
