"""Measures lesson 01: the filters on held-out messages, and the arms race, as tables in JSON.

    python benchmarks/spam_filter.py filters                     # the bundled messages
    python benchmarks/spam_filter.py filters --source PATH       # your SMS Spam Collection
    python benchmarks/spam_filter.py race                        # about 6 minutes
    python benchmarks/spam_filter.py race --source PATH --name arms_race-real --seeds 1

`filters` splits the messages with a new seed for every row, a fifth of each label held out and
near-duplicates on one side. The settings of naive Bayes are chosen by cross-validation inside the
training part (`spam_filter.choose`); the other two filters read single words with the defaults of
their classes. `race` plays the race of the preset with and without Gary's diversity term. Every
seed from 0 on counts. In the table of the race, names read filter / with or without / figure.
"""

import argparse
import dataclasses
import time

import numpy as np
from table import RESULTS, fill

from gan_lessons import arms_race, datasets, runtime, spam_filter
from gan_lessons.datasets import sms_spam
from gan_lessons.word_models import BagOfWords, NaiveBayes


def messages(source):
    """All messages with their labels, in the order of the file, so that seed 0 splits as `load`."""
    if source == "bundled":
        return sms_spam.read_bundled()
    return sms_spam.read(datasets.fetch("sms_spam") if source == "download" else source)


def one_split(texts, labels, seed):
    """The row of one split: three filters on the fifth that was held out."""
    train, test = sms_spam.split(texts, labels, seed)
    option, _ = spam_filter.choose(texts[train], labels[train], spam_filter.OPTIONS)
    row = {"seed": seed, "settings": option}
    for name, make in spam_filter.FILTERS.items():
        settings = dict(option) if name == "naive Bayes" else {"smoothing": 1.0}
        smoothing = settings.pop("smoothing")
        bag = BagOfWords(**settings).learn(texts[train])
        judge = NaiveBayes(smoothing) if name == "naive Bayes" else make()
        judge.fit(bag.counts(texts[train]), labels[train])
        found = spam_filter.report(judge.logits(bag.counts(texts[test])), labels[test])
        row |= {f"{name} / {figure}": value for figure, value in found.items()}
    return row


def one_race(data, preset, seed):
    """The row of one seed: three filters, with Gary's diversity term and without."""
    row = {"seed": seed}
    for name, make in spam_filter.FILTERS.items():
        for kind, diversity in (("with", preset.diversity), ("without", 0.0)):
            started = time.perf_counter()
            rounds = arms_race.race(
                make(), data, dataclasses.replace(preset, diversity=diversity), seed
            )
            found = {k: mean for k, (mean, _) in arms_race.balance(rounds, preset.last).items()}
            found["spread"] = arms_race.balance(rounds, preset.last)["recall"][1]
            found["first"] = rounds[0].waves[0]
            found["lowest"] = min(r.before.recall for r in rounds)
            found["after"] = float(np.mean([r.after.recall for r in rounds]))
            found["collapsed"] = int(arms_race.collapsed(rounds, preset.last))
            found["seconds"] = time.perf_counter() - started
            row |= {f"{name} / {kind} / {k}": round(float(v), 4) for k, v in found.items()}
    return row


def main(argv=None):
    """Fill the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("filters", "race"))
    parser.add_argument("--source", default="bundled", help="bundled, download or a path")
    parser.add_argument("--preset", default="quick", choices=runtime.PRESETS)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--name", help="of the table")
    arguments = parser.parse_args(argv)

    data = datasets.load("sms_spam", arguments.source)
    kind = "bundled" if arguments.source == "bundled" else "real"
    stem = "spam_filter" if arguments.what == "filters" else "arms_race"
    path = RESULTS / f"{arguments.name or f'{stem}-{kind}'}-{arguments.preset}.json"
    preset = arms_race.preset_for(arguments.preset)
    texts, labels = messages(arguments.source)
    settings = {"messages": len(texts), "spam": int(labels.sum()), "data": kind}
    if arguments.what == "race":
        settings |= dataclasses.asdict(preset)
    if arguments.what == "filters":
        fill(path, settings, arguments.seeds, lambda seed: one_split(texts, labels, seed))
    else:
        fill(path, settings, arguments.seeds, lambda seed: one_race(data, preset, seed))


if __name__ == "__main__":
    main()
