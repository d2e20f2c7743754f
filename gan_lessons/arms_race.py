"""The arms race: Gary writes spam that has to pass, David's filter learns to stop it.

In every round Gary sends a pool of messages. David's filter lets some pass. Gary sees which, and
nothing else: he remembers which words passed, copies what earned money and edits the copies. David
is told which messages were spam and learns again, from all mail seen so far. Neither player is a
neural network, unless David chooses one. It is Turing learning all the same (Li, Gauci, Gross:
Turing learning: a metric-free approach to inferring behavior and its application to swarms, 2016).
"""

import dataclasses

import numpy as np

from gan_lessons.marketer import Gary, earning, effective_number, likeness
from gan_lessons.spam_filter import Confusion, report
from gan_lessons.word_models import BagOfWords


@dataclasses.dataclass(frozen=True)
class RacePreset:
    """The size of an arms race.

    Attributes:
        source: of the messages, for `datasets.load("sms_spam", source)`.
        rounds: of the race. waves: how often Gary sends a pool and learns from it in a round,
            before David learns once. pool: messages in a wave.
        mail: messages of each label, at most, that David starts with and that Gary has read.
        edits: changes in each copy, at most. longest: words in a message, at most.
        diversity: what a near copy in the next pool costs Gary, in earnings; 0 lets him collapse.
        memory: weight that David gives old spam, compared with the round after it.
        last: rounds at the end over which the equilibrium is measured.
    """

    source: str = "bundled"
    rounds: int = 24
    waves: int = 4
    pool: int = 100
    mail: int = 300
    edits: int = 3
    longest: int = 20
    diversity: float = 0.5
    memory: float = 1.0
    last: int = 8

    def __post_init__(self):
        for name in ("rounds", "waves", "pool", "mail", "edits", "longest", "last"):
            if not isinstance(getattr(self, name), int) or getattr(self, name) < 1:
                raise ValueError(
                    f"RacePreset: {name} must be a whole number >= 1, received "
                    f"{getattr(self, name)!r}."
                )
        if self.diversity < 0 or not 0 <= self.memory <= 1:
            raise ValueError(
                "RacePreset: diversity must be >= 0 and memory between 0 and 1, received "
                f"{self.diversity!r} and {self.memory!r}."
            )


PRESETS = {
    "smoke": RacePreset(rounds=16, waves=2, pool=24, mail=60, last=5),
    "quick": RacePreset(),
    "full": RacePreset(source="auto", rounds=48, pool=200, mail=700, last=16),
}


def preset_for(name):
    """The race of the preset of that name."""
    return PRESETS[name]


class David:
    """The filter's owner: remembers all mail with its labels, and trains his filter on it anew."""

    def __init__(self, judge, ham, spam, preset):
        self.judge, self.preset, self.bag = judge, preset, BagOfWords()
        self.ham, self.spam, self.age = list(ham), list(spam), [0] * len(spam)
        self.retrain()

    def receive(self, texts):
        """Newest spam, labelled by the people who received it."""
        self.spam += texts
        self.age = [age + 1 for age in self.age] + [0] * len(texts)

    def retrain(self):
        """Learn from everything, ham and spam with the same weight, older spam with less of it."""
        texts = self.ham + self.spam
        x = self.bag.learn(texts).counts(texts)
        weight = self.preset.memory ** np.array(self.age, "float64")
        weight *= len(self.ham) / weight.sum()
        y = np.repeat([0, 1], [len(self.ham), len(self.spam)])
        self.judge.fit(x, y, np.concatenate([np.ones(len(self.ham)), weight]))

    def logits(self, texts):
        return self.judge.logits(self.bag.counts(texts))


@dataclasses.dataclass(frozen=True)
class Round:
    """What happened in a round: Gary's pool, David's verdicts on it and on ham that he never saw.

    Attributes:
        pool: the last wave, and `passed`, which of it David let through.
        waves: David's recall on each wave of the round.
        before, after: Confusion of his verdicts on the last wave, before and after he learned
            from it. loss: his cross-entropy before and after.
        income: mean earning of a message of the last wave. distinct: their effective number.
    """

    number: int
    pool: list
    passed: np.ndarray
    waves: tuple
    before: Confusion
    after: Confusion
    loss: tuple
    income: float
    distinct: float


def old_mail(data, preset, seed=0):
    """The ham and the spam that both players have read before the race begins."""
    rng = np.random.default_rng(seed)
    return [rng.permutation(data.x_train[data.y_train == label])[: preset.mail] for label in (0, 1)]


def race(judge, data, preset, seed=0, retrain=None):
    """Play all rounds and return a list of `Round`.

    Args:
        judge: a filter with `fit` and `logits`.
        data: of `datasets.load("sms_spam")`; David and Gary know the training part, the held-out
            ham is the ham of the confusion matrices.
        retrain: retrain(number) says whether David learns in that round; always, if None.
    """
    ham, spam = old_mail(data, preset, seed)
    quiet = list(data.x_test[data.y_test == 0])[: preset.mail]
    gary, david = Gary(spam, ham, preset, seed), David(judge, ham, spam, preset)
    y = np.repeat([0, 1], [len(quiet), preset.pool])
    rounds = []
    for number in range(1, preset.rounds + 1):
        waves = []
        for _ in range(preset.waves):
            pool = gary.pool
            texts = [str(m) for m in pool]
            first = david.logits(quiet + texts)
            passed = first[len(quiet) :] <= 0
            waves.append(1.0 - float(passed.mean()))
            gary.learn(passed)
        david.receive(texts)
        if retrain is None or retrain(number):
            david.retrain()
        second = david.logits(quiet + texts)
        rounds.append(
            Round(
                number=number,
                pool=pool,
                passed=passed,
                waves=tuple(waves),
                before=Confusion.of(first, y),
                after=Confusion.of(second, y),
                loss=tuple(report(found, y)["cross_entropy"] for found in (first, second)),
                income=float(np.mean([earning(m) for m in pool] * passed)),
                distinct=effective_number(likeness(pool) >= 0.5),
            )
        )
    return rounds


def across_time(rounds, judge, data, preset, numbers, seed=0):
    """Recall of the David of one round on Gary's pool of another: array (Davids, pools).

    One row per David, as he was after the round; one column per pool, Gary's last wave of it. Where
    the two rounds are the same stands `after.recall`.

    Args:
        numbers: of the rounds, rising; 0 among them adds the David of before the race.
        judge, data, preset, seed: those of the race, whose Davids are taught once more here.
    """
    david = David(judge, *old_mail(data, preset, seed), preset)
    pools = {r.number: [str(m) for m in r.pool] for r in rounds}
    table = []
    for number in range(max(numbers) + 1):
        if number:
            david.receive(pools[number])
            if number in numbers:
                david.retrain()
        if number in numbers:
            table.append([float(np.mean(david.logits(pools[m]) > 0)) for m in numbers if m])
    return np.array(table)


def balance(rounds, last):
    """Where a race has settled: means and spreads over its last rounds, as {name: (mean, std)}.

    recall: David's, on the newest messages. income: Gary's, of a message. drift: the mean recall of
    these rounds minus that of as many before them, near 0 where the race has settled.
    The gains are what each would win by moving while the other stands still: david, in recall, by
    learning from the pool before him; gary, in messages that pass, by rewriting his pool in a
    round's waves instead of sending it again to the filter that has learned it. At rest in the
    sense of Nash both would be 0.
    """
    if len(rounds) < 2 * last:
        raise ValueError(f"Two times {last} rounds are compared, received {len(rounds)}.")
    end = rounds[-last:]
    newest = [r.before.recall for r in rounds]
    figures = {
        "recall": newest[-last:],
        "income": [r.income for r in end],
        "distinct": [r.distinct for r in end],
        "false_alarms": [r.after.false_alarms for r in end],
        "gain_david": [r.after.recall - r.before.recall for r in end],
        "gain_gary": [
            old.after.recall - new.before.recall
            for old, new in zip(rounds[-last - 1 : -1], end, strict=True)
        ],
    }
    found = {name: (float(np.mean(v)), float(np.std(v, ddof=1))) for name, v in figures.items()}
    drift = np.mean(newest[-last:]) - np.mean(newest[-2 * last : -last])
    return found | {"drift": (float(drift), 0.0)}


def collapsed(rounds, last, limit=0.06):
    """Whether Gary's pool amounts, over the last rounds, to at most `limit` of its messages."""
    end = rounds[-last:]
    return bool(np.mean([r.distinct for r in end]) <= max(2.0, limit * len(end[0].pool)))
