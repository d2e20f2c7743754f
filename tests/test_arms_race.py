"""The arms race: what sells, what is the same, who learns from what, and where it settles."""

import dataclasses

import numpy as np
import pytest

from gan_lessons import arms_race, datasets, marketer
from gan_lessons.arms_race import PRESETS, David, RacePreset, balance, collapsed, race
from gan_lessons.marketer import Gary, Message, earning, effective_number, likeness, offer_of, sells
from gan_lessons.spam_filter import Confusion, SupportVectors
from gan_lessons.word_models import NaiveBayes

SMALL = RacePreset(rounds=6, waves=2, pool=16, mail=40, last=3)


@pytest.fixture(scope="module")
def data():
    return datasets.load("sms_spam", source="bundled", verbose=False)


@pytest.fixture
def gary(data):
    spam, ham = (data.x_train[data.y_train == label] for label in (1, 0))
    return Gary(spam, ham, SMALL, seed=0)


# --- what sells -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "word, sold",
    [("prize", 1), ("PRIZE!", 1), ("pr1z3", 1), ("c1aim", 1), ("prizes", 1), ("price", 0),
     ("", 0), ("1", 0), ("loan", 0)],
)  # fmt: skip
def test_a_reader_recognises_a_selling_word_garbled_or_not(word, sold):
    assert sells(word, "prize") == bool(sold)


@pytest.mark.parametrize(
    "words, income",
    [("a prize", 0.5), ("claim a prize", 1.0), ("claim prize award win", 1.0), ("c1aim", 0.35),
     ("c1aim a prize", 0.85), ("see you at lunch", 0.0), ("a loan", 0.0)],
)  # fmt: skip
def test_income(words, income):
    assert earning(Message(tuple(words.split()), "prize")) == pytest.approx(income)


def test_offers():
    assert offer_of("Claim your prize") == "prize"
    assert offer_of("cheap loan, cash and a prize") == "loan"
    assert offer_of("see you at lunch") is None


# --- what is the same -----------------------------------------------------------------------------


def test_likeness_is_the_jaccard_index():
    pool = [Message(tuple(t.split()), "prize") for t in ("win a prize", "a prize a prize", "loan")]
    np.testing.assert_allclose(likeness(pool), [[1, 2 / 3, 0], [2 / 3, 1, 0], [0, 0, 1]])


@pytest.mark.parametrize("copies", [[7], [1] * 9, [5, 5], [97, 1, 1, 1], [3, 2, 1]])
def test_effective_number_of_groups_is_exp_of_their_entropy(copies):
    group = np.repeat(np.arange(len(copies)), copies)
    p = np.array(copies) / np.sum(copies)
    expected = np.exp(-np.sum(p * np.log(p)))
    assert effective_number(group[:, None] == group) == pytest.approx(expected)


def test_effective_number_grows_as_messages_become_less_alike():
    values = [effective_number(np.full((8, 8), s) + (1 - s) * np.eye(8)) for s in (1, 0.5, 0.1, 0)]
    assert values == sorted(values)
    assert values[0] == pytest.approx(1) and values[-1] == pytest.approx(8)


# --- Gary -----------------------------------------------------------------------------------------


def test_gary_starts_from_spam_that_sells(gary):
    assert len(gary.pool) == SMALL.pool
    assert all(earning(m) > 0 and len(m.words) <= SMALL.longest for m in gary.pool)


def test_whatever_he_edits_still_sells_and_is_short_enough(gary):
    rng = np.random.default_rng(0)
    for _ in range(12):
        gary.learn(rng.random(SMALL.pool) < 0.5)
        assert len(gary.pool) == SMALL.pool
        for message in gary.pool:
            assert earning(message) > 0 and len(message.words) <= SMALL.longest
            assert message.offer in marketer.OFFERS


def test_gary_learns_which_words_pass(gary):
    """A judge who blocks every message without two different words of a few must get them."""
    liked = {"i", "my", "you", "the", "we"}

    def passes():
        return np.array([len(liked & {w.lower() for w in m.words}) >= 2 for m in gary.pool])

    assert passes().mean() < 0.4
    for _ in range(12):
        gary.learn(passes())
    assert passes().mean() > 0.6
    assert gary.luck(["the"]) > 0


def test_luck_is_the_log_odds_of_passing_and_fades(gary):
    gary.pool = [Message(("good", "prize"), "prize")] * 8 + [Message(("bad", "prize"), "prize")] * 8
    gary.learn([True] * 8 + [False] * 8)
    assert gary.luck(["good"]) == pytest.approx(np.log(8.5 / 0.5))
    assert gary.luck(["bad"]) == pytest.approx(-np.log(8.5 / 0.5))
    assert gary.luck(["prize"]) == pytest.approx(0.0)
    assert gary.luck(["never", "sent"]) == 0.0 and gary.luck([]) == 0.0
    before = gary.luck(["bad"])
    gary.pool = [Message(("other", "prize"), "prize")] * SMALL.pool
    gary.learn([True] * SMALL.pool)
    assert abs(gary.luck(["bad"])) < abs(before)


def test_he_copies_what_earned_and_the_diversity_term_spreads_the_copies(gary):
    """With the term, equally good messages share the copies; without, the best takes them all."""
    gary.pool = [Message((f"w{i}", f"v{i}", "prize"), "prize") for i in range(SMALL.pool)]
    score = np.where(np.arange(SMALL.pool) == 3, 1.0, 0.0)
    gary.preset = dataclasses.replace(SMALL, diversity=0.0)
    assert set(gary.choose(score)) == {3}
    gary.preset = dataclasses.replace(SMALL, diversity=0.5)
    chosen = gary.choose(score)
    assert chosen[0] == 3 and 2 <= chosen.count(3) <= 4 and len(set(chosen)) > 8


def test_gary_says_what_he_misses(gary, data):
    with pytest.raises(ValueError, match="one verdict for each of 16"):
        gary.learn([True])
    with pytest.raises(ValueError, match="sells anything"):
        Gary(["see you at lunch"], data.x_train[:5], SMALL)


# --- David ----------------------------------------------------------------------------------------


class Spy:
    """A filter that keeps what it was taught."""

    def fit(self, x, y, weight=None):
        self.x, self.y, self.weight = x, y, weight
        return self

    def logits(self, x):
        return np.zeros(x.shape[0])


@pytest.mark.parametrize("memory", [1.0, 0.5, 0.0])
def test_david_learns_from_all_mail_with_ham_and_spam_in_balance(memory):
    preset = dataclasses.replace(SMALL, memory=memory)
    david = David(Spy(), ["see you", "at lunch", "ok"], ["win cash"], preset)
    david.receive(["claim prize", "claim now"])
    david.retrain()
    spam = david.judge.weight[david.judge.y == 1]
    assert david.judge.y.tolist() == [0, 0, 0, 1, 1, 1]
    assert spam.sum() == pytest.approx(3.0) and david.judge.weight[:3].tolist() == [1, 1, 1]
    assert spam[0] / spam[1] == pytest.approx(memory) and spam[1] == spam[2]
    assert {"claim", "lunch", "cash"} <= set(david.bag.columns)


def test_words_that_david_has_not_learned_yet_count_nothing():
    david = David(NaiveBayes(), ["see you"], ["win cash"], SMALL)
    assert david.logits(["cash qwxz"]) == pytest.approx(david.logits(["cash"]))


# --- the race -------------------------------------------------------------------------------------


def test_a_race_is_reproducible_and_complete(data):
    first, second = (race(NaiveBayes(), data, SMALL, seed=4) for _ in range(2))
    assert [r.number for r in first] == [1, 2, 3, 4, 5, 6]
    for a, b in zip(first, second, strict=True):
        assert [str(m) for m in a.pool] == [str(m) for m in b.pool] and a.before == b.before
    other = race(NaiveBayes(), data, SMALL, seed=5)
    assert [str(m) for m in first[-1].pool] != [str(m) for m in other[-1].pool]
    for r in first:
        assert len(r.waves) == 2 and r.waves[-1] == pytest.approx(r.before.recall)
        assert r.before.spam_passed + r.before.spam_blocked == SMALL.pool == len(r.pool)
        assert r.before.spam_passed == r.passed.sum()
        assert r.before.ham_passed + r.before.ham_blocked == min(SMALL.mail, 60)
        incomes = [earning(m) for m, p in zip(r.pool, r.passed, strict=True) if p]
        assert r.income == pytest.approx(sum(incomes) / SMALL.pool)
        assert 1 <= r.distinct <= SMALL.pool


def test_held_out_ham_is_never_learned(data):
    spy = Spy()
    race(spy, data, dataclasses.replace(SMALL, rounds=1, mail=300), seed=0)
    assert np.sum(spy.y == 0) == np.sum(data.y_train == 0)


def test_recall_falls_while_gary_moves_and_recovers_when_david_learns(data):
    preset = dataclasses.replace(PRESETS["quick"], rounds=5, last=2)
    rounds = race(NaiveBayes(), data, preset, seed=0)
    assert rounds[0].waves[0] > 0.9
    assert min(r.before.recall for r in rounds) < 0.8
    assert all(r.after.recall >= r.before.recall for r in rounds)
    assert np.mean([r.after.recall for r in rounds]) > 0.95


def test_a_david_on_stale_mail_is_overrun(data):
    preset = dataclasses.replace(PRESETS["quick"], rounds=6, last=2)
    stale = race(NaiveBayes(), data, preset, seed=0, retrain=lambda number: False)
    awake = race(NaiveBayes(), data, preset, seed=0)
    assert stale[-1].before.recall < 0.2 < awake[-1].before.recall
    assert stale[-1].after.recall == stale[-1].before.recall


def test_without_the_diversity_term_gary_collapses_and_with_it_he_does_not(data):
    preset = dataclasses.replace(PRESETS["quick"], rounds=6, last=3)
    varied = race(SupportVectors(), data, preset, seed=1)
    greedy = race(SupportVectors(), data, dataclasses.replace(preset, diversity=0.0), seed=1)
    assert collapsed(greedy, 3) and not collapsed(varied, 3)
    assert varied[-1].distinct > 10 * greedy[-1].distinct


# --- where it settles -----------------------------------------------------------------------------


def made_up(number, before, after, distinct=50.0):
    """A round of ten ham and ten spam, with so many spam blocked before and after."""
    first, second = (Confusion(9, 1, 10 - n, n) for n in (before, after))
    return arms_race.Round(number, [None] * 100, np.zeros(10, bool), (before / 10,), first, second,
                           (0.7, 0.2), 0.25, distinct)  # fmt: skip


def test_balance_is_what_each_would_gain_by_moving():
    rounds = [made_up(i, b, a) for i, (b, a) in enumerate([(9, 10), (7, 10), (4, 8), (6, 10)])]
    found = balance(rounds, last=2)
    assert found["recall"] == pytest.approx((0.5, np.std([0.4, 0.6], ddof=1)))
    assert found["gain_david"][0] == pytest.approx((0.4 + 0.4) / 2)  # .8 - .4, 1 - .6
    assert found["gain_gary"][0] == pytest.approx((0.6 + 0.2) / 2)  # 1 - .4, .8 - .6
    assert found["drift"][0] == pytest.approx(0.5 - 0.8)
    assert found["false_alarms"] == pytest.approx((0.1, 0.0))
    assert found["income"] == pytest.approx((0.25, 0.0))
    with pytest.raises(ValueError, match="received 4"):
        balance(rounds, last=3)


@pytest.mark.parametrize("distinct, fallen", [(1.0, True), (5.9, True), (6.1, False), (60, False)])
def test_collapse_is_a_small_share_of_the_pool(distinct, fallen):
    assert collapsed([made_up(0, 5, 9, 90.0), made_up(1, 5, 9, distinct)], last=1) == fallen


@pytest.mark.parametrize(
    "change", [{"rounds": 0}, {"pool": 2.5}, {"waves": -1}, {"diversity": -1}, {"memory": 2}]
)
def test_presets_refuse_what_makes_no_sense(change):
    with pytest.raises(ValueError, match=next(iter(change))):
        dataclasses.replace(SMALL, **change)


def test_every_preset_has_fifteen_rounds_and_enough_for_the_balance():
    for name, preset in PRESETS.items():
        assert arms_race.preset_for(name) is preset
        assert preset.rounds >= 15 and preset.rounds >= 2 * preset.last


def test_across_time_teaches_the_davids_of_the_race_again(data):
    rounds = race(NaiveBayes(), data, SMALL, seed=2)
    table = arms_race.across_time(rounds, NaiveBayes(), data, SMALL, [0, 1, 4, 6], seed=2)
    assert table.shape == (4, 3)
    after = [rounds[n - 1].after.recall for n in (1, 4, 6)]
    np.testing.assert_allclose(np.diag(table, -1), after, rtol=1e-12)
    one_wave = dataclasses.replace(SMALL, waves=1)  # then David judged the pool before he learned
    rounds = race(NaiveBayes(), data, one_wave, seed=2)
    table = arms_race.across_time(rounds, NaiveBayes(), data, one_wave, [0, 1, 2, 3], seed=2)
    before = [r.before.recall for r in rounds[:3]]
    np.testing.assert_allclose(np.diag(table), before, rtol=1e-12)
