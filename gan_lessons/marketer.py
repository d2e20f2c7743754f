"""Gary, the marketer: what he sells, what a message earns, and how he edits what passed.

He is this lesson's generator. He never sees David's filter from inside, only which of his messages
passed. What he learns from that is kept in one table, how often messages with each word passed, and
in his pool of messages, which is edited copies of the best ones.
"""

import dataclasses
import functools
import math
import re

import numpy as np

from gan_lessons.word_models import BagOfWords

# What Gary sells, and the words that sell it. A message without one of its words earns nothing.
OFFERS = {
    "prize": "prize prizes win winner won claim award awarded reward voucher jackpot lottery gift",
    "loan": "loan loans cash credit debt debts borrow money refund rebate compensation owed",
    "romance": "dating date sexy singles flirt love girls admirer chat naughty adults lonely",
    "phone": "ringtone tone tones mobile phone handset minutes texts camera games download video",
    "shop": "order buy sale deal offer discount price shop delivery sell bargain stock",
    "body": "pills weight slim diet fat cure trial serum miracle pain kilos younger",
    "work": "earn paid job hire work profit invest investment traders income boss shares",
    "account": "account card verify password payment pay fee bank details identity expires login",
    "fun": "holiday cruise tickets casino spins bet poker bingo quiz trip nights bonus",
}
OFFERS = {name: frozenset(words.split()) for name, words in OFFERS.items()}
LOOKALIKES = {"a": "4", "e": "3", "i": "1", "o": "0", "s": "5", "l": "1", "b": "8"}


@dataclasses.dataclass(frozen=True)
class Message:
    """A message of Gary's: its words as written, and which of OFFERS it sells."""

    words: tuple
    offer: str

    def __str__(self):
        return " ".join(self.words)


@functools.cache
def spelled(word):
    """A word without capitals and marks, as a filter reads it."""
    return re.sub(r"[^a-z0-9']", "", word.lower())


@functools.cache
def plain(word):
    """`spelled`, with look-alike digits turned back into letters, as a person reads it."""
    word = spelled(word)
    if re.search("[a-z]", word):  # else it is a number
        for letter, digit in LOOKALIKES.items():
            word = word.replace(digit, letter)
    return word


@functools.cache
def sells(word, offer):
    """Whether a reader still recognises a selling word of the offer in it, garbled or not."""
    word = plain(word)
    return any(word.replace("l", "i") == w.replace("l", "i") for w in OFFERS[offer])


def offer_of(text):
    """The offer that a text has most selling words of, or None."""
    words = text.split()
    score = {name: sum(sells(word, name) for word in words) for name in OFFERS}
    best = max(score, key=score.get)
    return best if score[best] else None


def earning(message):
    """What a message earns if it passes: .5 for each selling word, .35 if garbled, 1 at most."""
    selling = [spelled(w) for w in message.words if sells(w, message.offer)]
    return min(1.0, sum(0.5 if w in OFFERS[message.offer] else 0.35 for w in selling))


def likeness(messages):
    """Jaccard index of the sets of words of every two messages: (n, n), 1 on the diagonal."""
    texts = [str(m) for m in messages]
    x = BagOfWords(shapes=False, once=True).learn(texts).counts(texts)
    common = (x @ x.T).toarray()
    size = common.diagonal()
    return common / np.maximum(size[:, None] + size - common, 1)


def effective_number(same):
    """How many different messages a pool amounts to, between 1 and its size.

    Args:
        same: (n, n), 1 where two messages count as the same, 0 where not, or in between.

    exp of the mean of -log of the share of the pool that is the same as message i. Where "the same"
    splits the pool into groups, it is exp of the entropy of the groups' shares (Leinster and
    Cobbold: Measuring diversity: the importance of species similarity, 2012, order 1).
    """
    return float(np.exp(-np.mean(np.log(np.mean(same, axis=1)))))


class Gary:
    """The marketer: a pool of messages, a phrase book, and a memory of which words passed.

    Args:
        spam: texts to begin with; those that sell nothing are left out.
        ham: everyday messages, which he has read too, to borrow phrases from.
    """

    def __init__(self, spam, ham, preset, seed=0):
        self.preset, self.rng = preset, np.random.default_rng(seed)
        stock = [Message(tuple(t.split()[: preset.longest]), offer_of(t)) for t in spam]
        stock = [m for m in stock if m.offer and earning(m)]
        if not stock:
            raise ValueError("None of these messages sells anything in OFFERS; Gary cannot begin.")
        self.pool = [stock[i] for i in self.rng.permutation(len(stock))[: preset.pool]]
        while len(self.pool) < preset.pool:
            self.pool.append(stock[self.rng.integers(len(stock))])
        self.phrases = [tuple(t.split()[i : i + n]) for t in ham for n in (2, 3, 4)
                        for i in range(len(t.split()) - n + 1)]  # fmt: skip
        self.record = {}  # word: (times passed, times sent), fading
        self.odds = {}  # word: log-odds that a message with it passes, from the record

    def luck(self, words):
        """How well words have passed so far: mean log-odds, 0 for words never sent."""
        return sum(self.odds.get(spelled(w), 0.0) for w in words) / max(1, len(words))

    def learn(self, passed):
        """See which messages of the pool passed, (pool,) of booleans; write the next pool."""
        passed = np.asarray(passed, bool)
        if passed.shape != (len(self.pool),):
            raise ValueError(
                f"Expected one verdict for each of {len(self.pool)} messages, received an array of "
                f"shape {passed.shape}."
            )
        self.record = {w: (0.7 * p, 0.7 * n) for w, (p, n) in self.record.items()}
        for message, through in zip(self.pool, passed, strict=True):
            for word in {spelled(w) for w in message.words}:
                p, n = self.record.get(word, (0.0, 0.0))
                self.record[word] = (p + through, n + 1.0)
        self.odds = {w: math.log((p + 0.5) / (n - p + 0.5)) for w, (p, n) in self.record.items()}
        income = np.array([earning(m) for m in self.pool]) * passed
        hope = np.array([0.2 * np.tanh(self.luck(m.words)) for m in self.pool])
        parents = self.choose(income + hope)
        self.pool = [self.edited(self.pool[i], [self.pool[j] for j in parents]) for i in parents]

    def choose(self, score):
        """Numbers of the messages to copy, the best first, each as often as it is copied.

        Without the diversity term every copy is one of the best messages there are. With it, each
        near copy chosen before makes a message less attractive.
        """
        same = likeness(self.pool) >= 0.5
        score = score + self.rng.gumbel(scale=0.03, size=len(score))  # no fixed order among equals
        chosen, cost = [], np.zeros(len(score))
        for _ in range(len(score)):
            best = int(np.argmax(score - cost + self.rng.gumbel(scale=0.02, size=len(score))))
            chosen.append(best)
            cost += self.preset.diversity * same[best]
        return chosen

    def edited(self, message, others):
        """A copy with one to `edits` changes; of a few tries, one whose words passed best."""
        tries = []
        for _ in range(4):
            words = message.words
            for _ in range(self.rng.integers(1, self.preset.edits + 1)):
                edit = (self.swap, self.add, self.drop, self.garble, self.resell, self.recombine)
                words = edit[self.rng.integers(len(edit))](list(words), message.offer, others)
            draft = Message(tuple(words), message.offer)
            if earning(draft) and len(words) <= self.preset.longest:
                tries.append(draft)
        if not tries:
            return message
        return max(tries, key=lambda m: self.luck(m.words) + self.rng.gumbel(scale=0.3))

    # The edits: each takes and returns a list of words.

    def phrase(self):
        """A few words of everyday language, the luckiest of some."""
        some = self.rng.integers(len(self.phrases), size=6)
        return max((self.phrases[i] for i in some), key=self.luck)

    def swap(self, words, offer, others):
        """Everyday words in the place of an unlucky word."""
        i = self.unlucky(words, offer)
        return words[:i] + list(self.phrase()) + words[i + 1 :]

    def add(self, words, offer, others):
        i = self.rng.integers(len(words) + 1)
        return words[:i] + list(self.phrase()) + words[i:]

    def drop(self, words, offer, others):
        i = self.unlucky(words, offer)
        return words[:i] + words[i + 1 :] if len(words) > 3 else words

    def garble(self, words, offer, others):
        """A letter becomes a digit that looks like it, as in pr1ze."""
        i = self.rng.integers(len(words))
        places = [k for k, letter in enumerate(words[i].lower()) if letter in LOOKALIKES]
        if places and len(words[i]) > 2:
            k = places[self.rng.integers(len(places))]
            words[i] = words[i][:k] + LOOKALIKES[words[i][k].lower()] + words[i][k + 1 :]
        return words

    def resell(self, words, offer, others):
        """Another selling word of the offer instead of one that is there, the luckiest of some."""
        there = [i for i, word in enumerate(words) if sells(word, offer)]
        if there:
            some = self.rng.choice(sorted(OFFERS[offer]), 4).tolist()
            words[there[self.rng.integers(len(there))]] = max(some, key=lambda w: self.luck([w]))
        return words

    def recombine(self, words, offer, others):
        """The first half of this message, the second half of another with the same offer."""
        mates = [m for m in others if m.offer == offer]
        mate = mates[self.rng.integers(len(mates))].words if mates else words
        return words[: len(words) // 2] + list(mate[len(mate) // 2 :])

    def unlucky(self, words, offer):
        """The place of the unluckiest of a few words; the last selling word is left alone."""
        free = [i for i, word in enumerate(words) if not sells(word, offer)]
        free = free or list(range(len(words)))
        return min(self.rng.choice(free, 3), key=lambda i: self.luck([words[i]]))
