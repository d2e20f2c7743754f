# %% [markdown]
# # 01 · The spam filter: a writer against a reader
#
# ## You will
#
# - tell two kinds of models apart: one that *judges* a message, $p(y \mid x)$, and one that could
#   have *written* it, $p(x \mid y)$;
# - derive a spam filter in five lines, naive Bayes, and check it against scikit-learn;
# - turn the same filter round and let it write spam;
# - play a race with two learners in it: Gary, who writes spam that passes, and David, who stops it;
# - measure where the race settles, and see the writer collapse onto a single message.
#
# No neural network is needed until the very end, and then only to show that none is needed. What
# you meet here, two players who learn from each other's mistakes, is the whole idea of a GAN.
#
# **Time:** about a minute of computing (the last cell says how long it took), an hour for reading
# and exercises. **You need:** a little Python, and to know what a probability is.

# %%
import time

started = time.perf_counter()

from gan_lessons import runtime  # before Keras: it chooses the backend and makes it quick

SEED = runtime.set_seed(0)
PRESET = runtime.resolve_preset()
print(runtime.describe(), "| preset:", PRESET)

import dataclasses

import numpy as np

from gan_lessons import arms_race, datasets, marketer, plots, show, spam_filter, word_models
from gan_lessons.engine import losses
from gan_lessons.spam_filter import FILTERS, report
from gan_lessons.word_models import BagOfWords, Mixture, NaiveBayes

# %% [markdown]
# ## The idea
#
# **Gary** sells things that nobody asked for, by text message. **David** looks after the inboxes of
# a small town. Every message is *ham* (wanted) or *spam* (Gary's), and David's filter either lets
# it pass or blocks it. So there are four things that can happen:
#
# | | passes | is blocked |
# |---|---|---|
# | **ham** | as it should be | a *false alarm*: a daughter's message never arrives |
# | **spam** | Gary earns | Gary earns nothing |
#
# This table is called a **confusion matrix**. Each player reads it in his own way, and each cell
# tells somebody what to change. Two numbers sum it up: **recall**, the share of spam that was
# blocked, and **precision**, the share of what was blocked that was spam.
#
# Neither player ever sees the other's mind. Gary learns only which messages passed, not what was
# wrong with the others. (Keep an eye on that: in a GAN the judge will also tell the writer in which
# direction to change every pixel, and that makes all the difference in speed.) David learns only
# which messages were spam. If both keep learning, what happens? You can guess now and look
# later: does one of them win, do they meet in the middle, or do they run in circles?
#
# In the language of this course Gary is a **generator** and David is a **discriminator**. They
# could be of any kind. To learn by fooling a judge, and to judge by catching fools, has been called
# *Turing learning* (Li, Gauci and Gross, 2016), after the test in which a machine has to pass for a
# person.

# %% [markdown]
# ## The maths
#
# ### Two questions about the same message
#
# Let $x$ be a message and $y$ its label, 1 for spam and 0 for ham.
#
# - A **discriminative** model answers: given $x$, how likely is spam? $p(y \mid x)$. It only needs
#   to know what tells the two apart.
# - A **generative** model answers: given spam, how likely is this message? $p(x \mid y)$. It has to
#   know what spam *looks like*, all of it, and so it can also make some up.
#
# Bayes' rule leads from the second question to the first:
#
# $$p(y \mid x) = \frac{p(y)\, p(x \mid y)}{\sum_{y'} p(y')\, p(x \mid y')}.$$
#
# There is no way back. From $p(y \mid x)$ alone you cannot write a message.
#
# ### Words as numbers
#
# We forget the order of the words and count them: a **bag of words**.

# %%
# NBVAL_CHECK_OUTPUT
tiny = ["win cash now", "win a prize", "see you at lunch", "lunch now"]
tiny_labels = np.array([1, 1, 0, 0])

tiny_bag = BagOfWords().learn(tiny)
tiny_x = tiny_bag.counts(tiny)
print("messages and different words:", tiny_x.shape)
print(*tiny_bag.words)
print(tiny_x.toarray().astype(int))

# %% [markdown]
# ### A model that could have written it
#
# The simplest story of how a message comes into being: somebody flips a coin for the label, then
# draws each word, one by one, from the word list of that label, blind to the words before. If
# $\theta_{y,w}$ is the probability of word $w$ in that list and $x_w$ its count, then
#
# $$p(x \mid y) \propto \prod_w \theta_{y,w}^{x_w}.$$
#
# It is *naive*: after "see" the word "you" is likelier than after "win", and this model has no
# idea. But learning it is only counting. Of all the words in spam, what share is $w$?
#
# $$\theta_{y,w} = \frac{n_{y,w} + \alpha}{\sum_v (n_{y,v} + \alpha)}.$$
#
# The $\alpha$ is **Laplace smoothing**: we pretend to have seen every word $\alpha$ times more in
# each pile. Without it a single word that never occurred in ham would make ham *impossible*,
# however hammy the rest of the message.

# %%
show.source(word_models.estimate)

# %% [markdown]
# ### A model that judges
#
# Divide Bayes' rule for spam by Bayes' rule for ham, take the logarithm, and the denominator is
# gone:
#
# $$l(x) = \log \frac{p(1 \mid x)}{p(0 \mid x)}
#   = \underbrace{\log \frac{p(1)}{p(0)}}_{\text{before reading}}
#   + \sum_w x_w \underbrace{\log \frac{\theta_{1,w}}{\theta_{0,w}}}_{\text{weight of a word}}.$$
#
# This $l$ is a **logit**: above 0 where spam is the likelier, and $p(1 \mid x) = \sigma(l) = 1/(1 +
# e^{-l})$. Each word adds its own weight of evidence.

# %%
show.source(NaiveBayes.fit, NaiveBayes.logits)

# %% [markdown]
# By hand, for the message "win now". In our four messages "win" occurs 2 times among 6 words of
# spam and 0 times among 6 words of ham, and there are 9 different words. With $\alpha = 1$ its
# weight is $\log \frac{(2 + 1)/(6 + 9)}{(0 + 1)/(6 + 9)} = \log 3$. The word "now" occurs once in
# each pile, so its weight is 0, and so is the evidence before reading. The odds are 3 to 1.

# %%
# NBVAL_CHECK_OUTPUT
small = NaiveBayes(smoothing=1.0).fit(tiny_x, tiny_labels)
logit = small.logits(tiny_bag.counts(["win now"]))[0]
print(f"logit {logit:.6f}, by hand log 3 = {np.log(3):.6f}")
print(f"p(spam | win now) = {1 / (1 + np.exp(-logit)):.2f}")

# %% [markdown]
# Is our arithmetic that of a grown-up library? On random counts, with random weights, compare every
# log-probability with scikit-learn's:

# %%
# NBVAL_CHECK_OUTPUT
from scipy.sparse import csr_matrix
from sklearn.naive_bayes import MultinomialNB

rng = np.random.default_rng(0)
counts, labels = csr_matrix(rng.poisson(0.3, (300, 80)).astype(float)), rng.integers(0, 2, 300)
weights = rng.uniform(0.1, 2.0, 300)

ours = NaiveBayes(smoothing=0.3).fit(counts, labels, weights)
theirs = MultinomialNB(alpha=0.3).fit(counts, labels, sample_weight=weights)
words = np.abs(ours.log_word - theirs.feature_log_prob_).max()
verdicts = np.abs(ours.log_posterior(counts) - theirs.predict_log_proba(counts)).max()
print("log p(word | label) agree to 1e-10:   ", bool(words < 1e-10))
print("log p(label | message) agree to 1e-10:", bool(verdicts < 1e-10))

# %% [markdown]
# ### How wrong is a filter? The function that you will meet again
#
# Counting mistakes is coarse: it makes no difference between "spam, I think" and "spam, I swear".
# The **cross-entropy** does. It is the mean of $-\log$ of the probability that David gave to the
# truth: 0 if he was sure and right, $\log 2$ if he shrugged, and large if he swore and was wrong.
# Written on logits it never overflows:

# %%
show.source(spam_filter.cross_entropy)

# %% [markdown]
# Look at where this comes from. It does not belong to the spam filter. It is *the* function that
# trains the discriminator of every GAN in lesson 03. Not a similar one; the same object in the
# computer's memory:

# %%
# NBVAL_CHECK_OUTPUT
print("David's loss is the loss of D in lesson 03:", spam_filter.cross_entropy is
      losses.binary_cross_entropy)  # fmt: skip
print("and the network below trains on it:", spam_filter.NeuralNet.loss is
      losses.binary_cross_entropy)  # fmt: skip
print(f"a shrug costs {float(spam_filter.cross_entropy(np.float32(0), 1.0)):.4f} = log 2")
spam_called_1 = float(spam_filter.cross_entropy(np.float32(1.5), 1.0))
ham_called_1 = float(spam_filter.cross_entropy(np.float32(-1.5), 0.0))
same = abs(spam_called_1 - ham_called_1) < 1e-6
print("exchanging the names of the labels changes nothing:", same)

# %% [markdown]
# The last line matters for later. David calls spam 1, because he is looking for it. A GAN's
# discriminator calls the *real* thing 1 and the forgery 0. That is only a name: turn all labels
# round and the sign of the logit with them, and the loss is the same.

# %% [markdown]
# ## Build
#
# ### The messages

# %%
RACE = arms_race.preset_for(PRESET)
data = datasets.load("sms_spam", source=RACE.source)
rng = np.random.default_rng(SEED)
for label, name in enumerate(("ham", "spam")):
    for text in rng.choice(data.x_train[data.y_train == label], 5, replace=False):
        print(f"{name:5}| {text}")
    print()

# %% [markdown]
# If the line above says that these messages are bundled, then they were made up for this course: no
# person, firm, number or address in them is real. Some are hard on purpose. "Free" and "win" occur
# in ham, and some spam sounds like your daughter.
#
# A fifth of each pile is put aside and never looked at until the filter is finished.
# Near-duplicates stay on one side, otherwise David would be examined on what he has learned by
# heart.
#
# How should a message be read: are all telephone numbers one word, do pairs of words count, how
# does a word that is repeated count once or every time (`once`), how much smoothing? We let
# **cross-validation** decide, *inside* the training part: learn from four fifths of it, judge the
# rest, in turn, and keep what worked best. To rank them we need one number out of recall and
# precision: **F1**, their harmonic mean, which is high only if both are.

# %%
option, scores = spam_filter.choose(data.x_train, data.y_train, spam_filter.OPTIONS)
settings = dict(option)
smoothing = settings.pop("smoothing")
print(f"best of {len(scores)}: {option}, F1 of spam {max(scores):.3f}")

bag = BagOfWords(**settings).learn(data.x_train)
x_train, x_test = bag.counts(data.x_train), bag.counts(data.x_test)
david = NaiveBayes(smoothing).fit(x_train, data.y_train)
print(f"{x_train.shape[0]:,} messages, {x_train.shape[1]:,} different words")

# %%
weights = david.log_word[1] - david.log_word[0]
figure = plots.show_word_weights(bag.words, weights)

# %% [markdown]
# **What you should see.** On the left the words that speak most for ham, those of people who tell
# each other about their day: *he*, *she*, *dinner*, *late*. On the right those that speak most for
# spam: money, and pieces of telephone numbers, prices and links. (Numbers are read by their shape:
# *0909*, *0808*, *07700* and *555* are how telephone numbers begin that are kept free for made-up
# stories, and so for made-up spam.) Nobody told the filter any of this. It counted. And it counts
# everything: the addresses in the bundled spam all end in `.example`, so that they lead nowhere,
# and at once "example" is its favourite clue, with those numbers close behind. A filter takes any
# regularity for knowledge, also one that is only there because of how the data were made. Always
# look.

# %% [markdown]
# ### Two stories, one verdict
#
# For every held-out message there are two numbers: how well the story "this is ham" explains it,
# and how well "this is spam" does.

# %%
size = np.maximum(1, np.asarray(x_test.sum(axis=1)).ravel())
stories = np.asarray(x_test @ david.log_word.T) / size[:, None]
figure = plots.show_two_stories(stories[:, 0], stories[:, 1], data.y_test)

# %% [markdown]
# **What you should see.** Two clouds along a diagonal, ham (blue) below the green line and spam
# (red) above it, and a few on the wrong side. A *generative* model knows both coordinates of every
# point: how a message would look if it were ham, and if it were spam. A *discriminative* model only
# needs the side of the line. Two of those are coming: a **support vector machine**, which looks
# for the line that keeps the largest distance from both clouds, and a small neural network. They
# know nothing else, and often that is enough to judge as well or better. It is not enough to write.

# %% [markdown]
# ### Three ways to write
#
# What can be generated from what? There are three kinds of tasks, and all later lessons fall into
# one of them. Naive Bayes can do a toy version of each.
#
# **1. From a label to a message.** Choose the label, draw words from its list.

# %%
rng = np.random.default_rng(SEED)
for label, name in enumerate(("ham", "spam")):
    print(f"{name}, written by naive Bayes:")
    for message in david.sample([9, 12, 15], rng, y=label):
        print("   ", *bag.words[message])

# %% [markdown]
# Right words, no sentence. The samples show *exactly* what the model believes about messages, and
# what it is blind to: the order. That is the great use of generating, also for much larger models:
# **let it write, and you see what it has understood.** Its verdicts, good as they are, hide that.
#
# **2. From a hidden code to a message.** Now nobody tells us the labels. We only suppose that
# *some* switch with two positions was set before each message was written, and look for the setting
# that makes all messages likeliest. This is naive Bayes with the labels missing, a **mixture**. It
# goes back and forth: guess whose message is whose, count as if the guess were true, guess again
# with the new counts. (Dempster, Laird and Rubin, 1977; the guess is Bayes' rule, the counting is
# the function above.)

# %%
show.source(Mixture.fit)

# %%
mixture = Mixture(seed=SEED).fit(x_train)
code = mixture.log_posterior(x_train).argmax(axis=1)
agree = max(np.mean(code == data.y_train), np.mean(code != data.y_train))
always = max(np.mean(data.y_train), 1 - np.mean(data.y_train))
print(f"each round improves the fit: {bool(np.all(np.diff(mixture.history) > -1e-6))}")
print(f"code and label agree for {agree:.1%} of the messages (one code for all: {always:.1%})\n")
for number in range(2):
    print(f"switch at {number}, written by the mixture:")
    for message in mixture.sample([9, 12], np.random.default_rng(SEED), y=number):
        print("   ", *bag.words[message])

# %% [markdown]
# Nobody said "spam", and yet the switch that was found is, for the bundled messages, mostly the
# switch between ham and spam: it is the largest difference that there is. The generator of a GAN
# has a hidden code too, usually a hundred numbers called $z$, and nobody tells it what they mean.
#
# **3. From some features to the others.** Part of the message is missing; the rest says what it
# may have been. First guess the label from the rest, then the word from the label, weighing both
# guesses: $p(w \mid \text{rest}) = \sum_y p(y \mid \text{rest})\, \theta_{y,w}$.

# %%
blind = Mixture(classes=1, smoothing=smoothing, rounds=1).fit(x_train)
for rest in ("your prize is waiting", "sorry I am late"):
    before, after = (m.fill_in(bag.counts([rest]))[0] for m in (blind, david))
    gained = np.argsort(np.exp(before) - np.exp(after))[:8]
    print(f"{rest} ___  likelier than before: {', '.join(bag.words[gained])}")
print()
for name, model in (("knowing nothing", blind), ("knowing the rest", david)):
    print(f"{name:17} a missing word is one in {np.exp(model.surprise(x_test)):.0f}")

# %% [markdown]
# **What the last lines mean.** How hard is it to guess a word of a held-out message? As hard as
# guessing among that many equally likely words (this is called perplexity). Knowing the other words
# helps a little, since they give away the label, and no more than that, since this model knows
# nothing finer. Filling a hole in a picture is the same task with pixels.

# %% [markdown]
# ## Train
#
# ### The rules of the race
#
# **Gary** has a pool of messages. Each must *sell*: it belongs to one of nine offers, and earns
# only if it passes and still contains words that sell the offer. Without that rule he would just
# send "see you at lunch" and go home.

# %%
show.source(marketer.sells, marketer.earning)

# %% [markdown]
# A person still reads a prize in *pr1ze*, so that counts, but less. After each wave Gary sees what
# passed. He keeps a record for every word, copies the messages that earned, and edits the copies:
# swap an unlucky word for some everyday words, add or drop some, garble a letter, sell with another
# word, join the halves of two messages. Of a few drafts he keeps one whose words have been lucky.

# %%
show.source(marketer.Gary.learn, marketer.Gary.choose)

# %% [markdown]
# Mind the last lines: each near copy that has been chosen already makes a message less attractive.
# This is the **diversity term**. We shall take it away later.
#
# **David** is slower. Gary writes several waves before David has collected enough complaints to
# learn again. Then he trains on what he has kept: the ham, the old spam, and the last wave of every
# round so far, with ham and spam weighing the same.

# %%
show.source(arms_race.David.retrain)

# %% [markdown]
# Notice what David is asked for: `fit` and `logits`. Any filter will do. We start with naive Bayes.

# %%
rounds = arms_race.race(NaiveBayes(), data, RACE, seed=SEED)
print(" round   recall, wave by wave   then David learns   Gary earns")
for r in rounds[:6]:
    waves = "  ".join(f"{recall:4.0%}" for recall in r.waves)
    print(f"{r.number:6}   {waves:22}   {r.after.recall:10.0%}   {r.income:15.2f}")

# %% [markdown]
# Read the first line from left to right: Gary starts with spam that David knows, nearly all of it
# is blocked, and from wave to wave more gets through. Then David learns and the same messages are
# blocked again. In the next line Gary starts from those.

# %% [markdown]
# ## Look
#
# ### The race

# %%
figure = plots.show_race(rounds, RACE.last)

# %% [markdown]
# **What you should see.** Above, a saw. In each round David's recall on what Gary sends slides down
# wave by wave (red) and, when David learns, jumps back up (green). The saw neither grinds to a halt
# nor runs away; towards the end (grey) its lowest points lie about the dotted level. In the middle,
# what Gary earns per message, and the share of wanted mail that David blocks by mistake, which is
# the price of his vigilance: the more of Gary's borrowed everyday words he distrusts, the more ham
# he loses. Below, on a scale of factors of ten, how many different messages Gary's pool amounts to.

# %% [markdown]
# ### Every round's confusion matrix

# %%
figure = plots.show_confusions({f"round {r.number}": r.before for r in rounds})

# %% [markdown]
# **What you should see.** One small table per round: truth in the rows, verdict in the columns,
# counted on Gary's last wave and on ham that David never saw. Blue is a decision that David is glad
# of, red one that hurts him, the stronger the larger the share. The upper row stays blue on the
# left and nearly empty on the right. The lower row is where the fight is.
#
# What each cell told the players after its round:
#
# | cell | David reads | Gary reads |
# |---|---|---|
# | ham passed | all is well | (does not see it) |
# | ham blocked | a warning: everyday words are under suspicion | (does not see it) |
# | spam passed | these are the words to learn now | copy these, and words like these |
# | spam blocked | no change needed | change these, and avoid their words |

# %% [markdown]
# ### Yesterday's David, tomorrow's Gary
#
# The saw hides whether anything is *learned*. So let players of different rounds meet: David as he
# was after one round judges what Gary wrote in another.

# %%
numbers = [0, *np.linspace(1, len(rounds), 6).astype(int).tolist()]
table = arms_race.across_time(rounds, NaiveBayes(), data, RACE, numbers, seed=SEED)
figure = plots.show_across_time(table, numbers)
ahead = np.array([[d < g for g in numbers[1:]] for d in numbers])
print(f"David on messages that are older than he: blocks {table[~ahead].mean():.0%}")
print(f"David on messages that are newer than he: blocks {table[ahead].mean():.0%}")

# %% [markdown]
# **What you should see.** A staircase. Below it, blue: David blocks what he has met, the messages
# of long ago as well (towards the lower left a little less: what he has to remember grows). Above
# it, red: he blocks next to nothing of what Gary will write in rounds to come. Both have learned
# all the time, and each would beat the other's past hands down. Against each other, at the same
# time of day, they seem to stand still: in the saw you see only the edge of the staircase.

# %% [markdown]
# ### What Gary writes

# %%
for r in [rounds[0], rounds[len(rounds) // 2], rounds[-1]]:
    print(f"round {r.number}, passed:" if r.passed.any() else f"round {r.number}: nothing passed")
    through = np.random.default_rng(SEED).permutation(np.flatnonzero(r.passed))
    for i in through[:4]:  # drawn blindly, not the best
        sold = [w for w in r.pool[i].words if marketer.sells(w, r.pool[i].offer)]
        print(f"  [{r.pool[i].offer}: {', '.join(sold)}]  {r.pool[i]}")

# %% [markdown]
# Not literature. Gary's idea of language is as naive as David's: a filter that does not see the
# order of words is fooled by words in no order, and no reward makes Gary write better than his
# judge can read. **A generator gets exactly as good as its discriminator forces it to be.** Keep
# that sentence; it explains much of what comes later, and why so much care will go into
# discriminators.

# %% [markdown]
# ## Measure
#
# ### The filters
#
# First without Gary: three filters on the messages that were put aside. The network trains on the
# very loss of lesson 03; for the other two it is only reported.

# %%
single = BagOfWords().learn(data.x_train)
rows = {"always ham": (np.full(len(data.y_test), -1e-3), data.y_test)}
rows["naive Bayes, chosen"] = (david.logits(x_test), data.y_test)
for name, make in FILTERS.items():
    judge = make().fit(single.counts(data.x_train), data.y_train)
    rows[name] = (judge.logits(single.counts(data.x_test)), data.y_test)
print(f"{'':22}{'accuracy':>9}{'recall':>9}{'precision':>11}{'cross-entropy':>15}")
for name, (logits, truth) in rows.items():
    r = report(logits, truth)
    print(f"{name:22}{r['accuracy']:9.1%}{r['recall']:9.1%}{r['precision']:11.1%}"
          f"{r['cross_entropy']:15.3f}")  # fmt: skip
print(f"\nThese figures come from: {data.source}.")

# %% [markdown]
# Two things to read from it. A filter that lets everything pass blocks no spam, so its precision is
# 0 divided by 0; its accuracy is simply the share of ham. And two filters with the same accuracy
# can differ in cross-entropy. Naive Bayes swears too readily: it takes every word for independent
# evidence, like a reporter who counts the same rumour from ten friends as ten witnesses. The
# support vector machine's number is a distance and not a log-odds at all, so do not compare it with
# the rest.
#
# **Expected**, over five ways to put a fifth aside:


# %%
def told(name, figures, rows=None):
    table = show.results(name)
    for row in rows or FILTERS:
        found = [table["summary"][f"{row} / {figure}"] for figure in figures]
        cells = "  ".join(f"{f} {v['mean']:.3f} +- {v['std']:.3f}"
                          for f, v in zip(figures, found, strict=True))  # fmt: skip
        print(f"   {row:26} {cells}")


for name in ("spam_filter-bundled-quick", "spam_filter-real-quick"):
    info = show.results(name)["settings"]
    kind = "bundled messages" if info["data"] == "bundled" else "SMS Spam Collection"
    ham = 1 - info["spam"] / info["messages"]
    print(f"{kind}: {info['messages']:,} messages; always saying ham is right in {ham:.1%}")
    told(name, ("accuracy", "recall", "cross_entropy"))

# %% [markdown]
# The SMS Spam Collection is a real one (Almeida, Gómez Hidalgo and Yamakami, 2011). Do not compare
# the accuracies of the two sets: only 13 % of the real messages are spam, so that saying "ham" to
# everything is right in 87 % of them, and in 50 % of ours. Compare the recall; it is much the same.
# If you have the collection, or want it, this whole notebook runs on it: `gan-lessons data fetch
# sms_spam`, and start again in the preset `full`, or name its folder in `GAN_LESSONS_DATA` and
# write `source="auto"` in the cell that loads the messages.

# %% [markdown]
# ### Three Davids
#
# Now the race once more, against a support vector machine and against a small neural network. Not a
# line of Gary changes: he only ever sees what passed.

# %%
races = {"naive Bayes": rounds}
for name in ("linear SVM", "neural network"):
    races[name] = arms_race.race(FILTERS[name](), data, RACE, seed=SEED)
figure = plots.show_races(races)

# %% [markdown]
# **What you should see.** Three times the same play. After learning (green), David blocks nearly
# everything he has just been shown. The newest messages (red) always get past him in part. Below,
# Gary's pool stays varied all the way. The three differ in height and in temper, not in kind:
# **learning by fooling a judge asks nothing of the judge but a verdict**. Neural networks will come
# in because they can read pictures, not because the game needs them.

# %% [markdown]
# ### Where it settles
#
# In an **equilibrium** in Nash's sense nobody gains by moving while the other stands still. So let
# us measure just that, over the last rounds:
#
# - *David's gain*: his recall on Gary's last wave after learning from it, minus before;
# - *Gary's gain*: what passes after he has rewritten his pool, minus what would pass if he sent the
#   old pool again to a filter that has learned it.

# %%
show.source(arms_race.balance)

# %%
columns = ("recall", "drift", "gain_david", "gain_gary", "false_alarms")
print(f"{'':16}{'recall':>7} +- std" + "".join(f"{name:>14}" for name in columns[1:]))
for name, played in races.items():
    b = arms_race.balance(played, RACE.last)
    means = "".join(f"{b[column][0]:14.2f}" for column in columns[1:])
    print(f"{name:16}{b['recall'][0]:7.2f} +- {b['recall'][1]:.2f}{means}")
print("\nExpected, five seeds in the quick preset, bundled messages:")
with_term = [f"{name} / with" for name in FILTERS]
told("arms_race-bundled-quick", ("first", "lowest", "recall", "drift"), with_term)
told("arms_race-bundled-quick", ("gain_david", "gain_gary", "false_alarms"), with_term)

# %% [markdown]
# **What you should see.** The two gains are nearly equal, and that is mere bookkeeping: what David
# wins by learning, Gary wins back by moving, or the level would run away. What they tell is their
# *size*: how much a player still wins by answering the other's last move. In Nash's sense, at an
# equilibrium, both would be 0. Ours are not. Neither has run out of answers.
#
# Whether the level has settled is told by the "drift": the mean recall of the last rounds minus
# that of as many before. For naive Bayes and for the support vector machine it is within the spread
# between seeds. For the network it is not: its recall was still creeping up when the race ended.
# "First" is the recall on Gary's very first wave, "lowest" that of David's worst round. And read
# the false alarms beside the recall: the network lets least of Gary's mail pass, and it also blocks
# far more of everybody else's than the other two. Which David is best depends on what a lost
# message costs.
#
# It is also a first warning. All the while both players change, and the number that they fight
# about tells you nothing of it. In lesson 03 the same will happen to the loss of a GAN.

# %% [markdown]
# ## Break it
#
# ### A Gary who only copies the best
#
# Take the diversity term away, and leave everything else as it was.

# %%
greedy = dataclasses.replace(RACE, diversity=0.0)
collapsed = arms_race.race(NaiveBayes(), data, greedy, seed=SEED)
figure = plots.show_races({"with the term": rounds, "without": collapsed})
for message in collapsed[-1].pool[:5]:
    print(message)

# %% [markdown]
# **What you should see.** On the right the number of different messages is near one already after
# the first round, and never gets beyond a handful. The printed messages are copies of one another
# with a word changed. Meanwhile David's recall on the newest messages jumps between two extremes.
# Either the one message passes, and so does the whole pool; or, most of the time, it is caught, and
# so is the whole pool.
#
# **Why.** Today's best message is best for *every* place in the pool, so all places copy it.
# Nothing in Gary's reward says that they should differ. It is no stupidity: against a filter that
# stands still it is the best that he can do. But David does not stand still, and a hundred copies
# of one message are learned as easily as one. In a GAN this is called **mode collapse**: the
# generator makes one kind of picture and forgets the others. You will meet it in lesson 03 with
# dots.
#
# How often does it happen?

# %%
summary = show.results("arms_race-bundled-quick")
seeds = len(summary["runs"])
for name in FILTERS:
    for kind in ("with", "without"):
        fell = sum(int(run[f"{name} / {kind} / collapsed"]) for run in summary["runs"])
        number = summary["summary"][f"{name} / {kind} / distinct"]["mean"]
        print(f"{name:15} {kind:8} the term: collapsed in {fell} of {seeds} seeds, "
              f"{number:5.1f} different messages of {summary['settings']['pool']}")  # fmt: skip

# %% [markdown]
# ### A David who learns from old mail only
#
# Somebody forgets to hand him the complaints. He retrains each week, dutifully, on last year's
# mail, which is to say that he never changes:

# %%
stale = arms_race.race(NaiveBayes(), data, RACE, seed=SEED, retrain=lambda number: number <= 1)
figure = plots.show_races({"learns every round": rounds, "stale mail": stale})

# %% [markdown]
# **What you should see.** On the right the recall falls and does not come back. A filter that
# stands still is a lock that can be picked at leisure. And Gary's messages need not become any good
# for that: he only finds the holes in one particular filter. (After the first round the green line
# lies under the red one.) A generator against a frozen discriminator ends like this.
#
# ### The same filter in another town
#
# Take a filter that blocks 95 % of the spam and 3 % of the ham, wherever it is used. When it has
# blocked a message, how likely is it spam? That depends on how much spam there *is*:

# %%
rates = np.geomspace(0.005, 0.6, 200)
recall, false_alarms = 0.95, 0.03
precision = rates * recall / (rates * recall + (1 - rates) * false_alarms)
figure = plots.show_base_rates(rates, precision, at=(0.01, 0.134, 0.5))

# %% [markdown]
# **What you should see.** The curve climbs from left to right. Where half of the mail is spam, as
# in our bundled messages, nearly everything that is blocked deserves it. Where 13 % is spam, as in
# the SMS Spam Collection, about one blocked message in six was wanted. Where 1 % is, *most* blocked
# messages were wanted, by the very same filter. The evidence in the words is the same; what differs
# is the first term of the logit, $\log p(1)/p(0)$, what you believe before reading. A filter
# trained on one town's mail and used in another has that term wrong, and it can be mended without
# any training: subtract the old log-odds, add the new. Exercise 2 is about this.

# %% [markdown]
# ## Exercises
#
# Each exercise has a stub and a check. Replace the line that raises `NotImplementedError`, run the
# cell, then run the check below it. It tells you what is missing. NumPy is enough for all of them.

# %% tags=["setup"]
from gan_lessons import runtime

runtime.set_seed(0)

import numpy as np

from gan_lessons.checks import spam_filter as checks

# %% [markdown] tags=["exercise"]
# ### 1. Laplace smoothing
#
# `counts` says how often each word occurs in one pile, as an array. Return the probabilities of the
# words with smoothing `alpha`.


# %%
def smoothed(counts, alpha):
    # BEGIN SOLUTION
    counts = np.asarray(counts, float) + alpha
    return counts / counts.sum()
    # END SOLUTION


# %% tags=["check"]
checks.check_smoothed(smoothed)

# %% [markdown] tags=["exercise"]
# ### 2. Believing after reading
#
# A message is `ratio` times as likely under spam as under ham: that is all its words say. The share
# of spam in the mail is `prior`. Return the probability that the message is spam. (Odds are
# multiplied by evidence; probabilities are not.)


# %%
def posterior(ratio, prior):
    # BEGIN SOLUTION
    odds = ratio * prior / (1 - prior)
    return odds / (1 + odds)
    # END SOLUTION


# %% tags=["check"]
checks.check_posterior(posterior)

# %% [markdown] tags=["exercise"]
# ### 3. Recall and precision
#
# `matrix` is a confusion matrix as in this lesson: rows ham, spam; columns passed, blocked. Return
# recall and precision of spam, in this order.


# %%
def recall_and_precision(matrix):
    # BEGIN SOLUTION
    (_, ham_blocked), (spam_passed, spam_blocked) = matrix
    return spam_blocked / (spam_blocked + spam_passed), spam_blocked / (spam_blocked + ham_blocked)
    # END SOLUTION


# %% tags=["check"]
checks.check_recall_and_precision(recall_and_precision)

# %% [markdown] tags=["exercise"]
# ### 4. David's cross-entropy
#
# From logits and labels (1 for spam), return the mean of $-\log p(\text{truth})$ in nats. It must
# survive a David who is very sure and very wrong. (Hint: $-\log \sigma(l) = \log(1 + e^{-l})$, and
# `np.logaddexp(a, b)` is $\log(e^a + e^b)$ without overflow.)


# %%
def cross_entropy(logits, labels):
    # BEGIN SOLUTION
    return np.mean(np.logaddexp(0.0, logits) - labels * logits)
    # END SOLUTION


# %% tags=["check"]
checks.check_cross_entropy(cross_entropy)

# %% [markdown] tags=["exercise"]
# ### 5. How many messages are there, really?
#
# Gary's pool holds `copies[i]` copies of message `i`. A hundred messages of which 97 are the same
# are hardly four different ones. Return the **effective number**: $e^H$, where $H = -\sum_i p_i
# \log p_i$ is the entropy of the shares. A message with no copies counts nothing.


# %%
def effective_number(copies):
    # BEGIN SOLUTION
    shares = np.asarray(copies, float) / np.sum(copies)
    shares = shares[shares > 0]
    return np.exp(-np.sum(shares * np.log(shares)))
    # END SOLUTION


# %% tags=["check"]
checks.check_effective_number(effective_number)

# %% [markdown] tags=["solution"]
# The lesson's own `marketer.effective_number` does the same for messages that are only *nearly*
# equal: there the share of message $i$ is the share of the pool that has at least half of its words
# in common with it.

# %% [markdown]
# ### For the curious, without a check
#
# - Let David forget: `dataclasses.replace(RACE, memory=0.0)` makes him learn from the newest spam
#   only. What does Gary do with a judge who has no past?
# - Let Gary move once per round, or ten times (`waves`). In a GAN this is the number of turns that
#   each player gets, and it decides who has the upper hand there too.
# - Change `marketer.earning` so that a message must be readable to sell, for example by asking for
#   two neighbouring words that also stand together in ham. What happens to the balance?

# %% [markdown]
# ## Recap and further reading
#
# - A discriminative model knows which side of a line a message is on. A generative one knows how
#   messages of either kind come about, and can write. Bayes' rule leads from the second to the
#   first, not back.
# - Naive Bayes is counting. Its verdicts are better than its sentences.
# - Something is generated from something: from a label, from a hidden code, from the rest.
# - Two players that learn from each other's mistakes need no teacher who knows what is good, and no
#   neural networks. Where the level settles, the players still do not stand still.
# - A generator without a reason to be varied collapses onto what works today.
# - David's cross-entropy is the loss of every discriminator to come.
#
# Further reading:
#
# - T. Almeida, J. M. Gómez Hidalgo, A. Yamakami, *Contributions to the Study of SMS Spam Filtering:
#   New Collection and Results*, DocEng 2011: the SMS Spam Collection.
# - V. Metsis, I. Androutsopoulos, G. Paliouras, *Spam Filtering with Naive Bayes: Which Naive
#   Bayes?*, CEAS 2006: whether to count a word once or every time, and more.
# - A. Ng, M. Jordan, *On Discriminative vs. Generative Classifiers: A comparison of logistic
#   regression and naive Bayes*, NIPS 2001.
# - N. Dalvi and others, *Adversarial Classification*, KDD 2004: the race between spammer and filter
#   as a game.
# - W. Li, M. Gauci, R. Gross, *Turing learning: a metric-free approach to inferring behavior and
#   its application to swarms*, Swarm Intelligence, 2016.
# - I. Goodfellow and others, *Generative Adversarial Nets*, NIPS 2014.
#
# Next, lesson 02: what a distribution is, how to draw from one, and what the best possible David
# would answer.

# %%
runtime.footer(PRESET, SEED, started)
