# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# # 08 · Conditional GAN: digits on demand
#
# **You will**
#
# - meet the half-breeds that a GAN draws between two kinds of digits, and see where they come from;
# - tell a GAN what to draw: a label beside $z$ for the generator, a label beside the image for the
#   discriminator;
# - type a telephone number and see it written by hand, by nobody's hand;
# - train the paper's dense form and a convolutional one, and find out why the obvious way to show a
#   discriminator a label is a weak one;
# - compare three ways to use the label, and measure obedience, quality and variety apart;
# - break the label in three ways that no loss curve and no picture will show you.
#
# **Time:** about 6 minutes of computing on a laptop with two cores, an hour and a quarter of yours.
# **Before:** lesson 05, the DCGAN. Lesson 11 explains the measures in full; what is needed here is
# explained again.

# %%
import time

import matplotlib.pyplot as plt
import numpy as np

from gan_lessons import (
    cgan,
    conditions,
    datasets,
    footer,
    metrics,
    museum,
    on_demand,
    plots,
    pretrained,
    resolve_preset,
    set_seed,
)
from gan_lessons.engine.training import train
from gan_lessons.latent import straight
from gan_lessons.metrics import digits
from gan_lessons.probability import js
from gan_lessons.show import source

started, seed = time.perf_counter(), set_seed(0)

plt.rcParams["figure.dpi"] = 80
size = resolve_preset()
preset, paper = cgan.PRESETS[size], cgan.DENSE[size]

# %% [markdown]
# First, where we are going. This generator was trained beforehand. Change the number and run the
# cell again: it writes what you ask for.

# %%
_, ready, _ = pretrained.load_generator("cgan_mnist")
number = "0175 2046-3389"
figure = plots.show_images(on_demand.write(ready, number, seed=1), columns=len(number))

# %% [markdown]
# **What you should see:** the telephone number of the line above, each digit in another hand, with
# black where the space and the dash are.

# %% [markdown]
# ## The idea
#
# ### The half-breed between two digits
#
# Here is the generator of lesson 05 again, which nobody can tell what to draw. We search its latent
# space for a clear 4 and a clear 8, and walk from one to the other along the great circle, slowly
# where it gets interesting. Below the pictures, what an independent classifier believes to see. It
# was trained to name real digits, and knows nothing of our generators.

# %%
_, unasked, _ = pretrained.load_generator("dcgan_mnist")
ways = {}
for first, last in [(4, 8), (1, 6)]:
    ends = [on_demand.clearest(unasked, label) for label in (first, last)]
    ways[f"from a {first} to a {last}"] = on_demand.way(unasked, *ends)
figure = plots.show_between(ways)

# %% [markdown]
# **What you should see:** two walks; the numbers below say how much of the way lies behind. Each
# begins and ends with a digit that is beyond doubt. On the way it passes through pictures that are
# neither the one nor the other, and perhaps through a third digit that happens to live between
# them. Below each picture the classifier's belief: one line at the top while it is sure, two or
# three lines crossing where it is not. (It may also be sure of a picture that you would not call a
# digit. It knows ten answers, and "none of these" is not among them.)
#
# There is no way round it. $z$ comes from one connected cloud, and a generator is continuous: go
# from the $z$ of a 4 to the $z$ of an 8 in small steps, and the picture changes in small steps. But
# there is nothing between a 4 and an 8 in the real world. So the generator has to draw, for some
# $z$, what does not exist. Training can make these borders narrow; it cannot make them vanish.
#
# ### Say what you want
#
# Mehdi Mirza and Simon Osindero found the remedy in 2014, a few months after the first GAN: **tell
# the generator which digit you want.** It gets $z$ *and* a label $y$. Now $z$ need not decide what
# is drawn, only how: slant, width, boldness. Ten clouds instead of one, and no way from one to
# another.
#
# That alone would not help, since nobody would check. So the discriminator gets the label as well.
# It is shown a picture and an order, and has to say whether this is *a real picture for this
# order*. A perfect 3 is a fake if a 5 was ordered.
#
# Both now work under a condition, and the thing is called a **conditional GAN**. A text instead of
# the label, a photograph, a sketch: nearly everything that has become of GANs, and the prompts of
# today's image generators too, goes back to this step.

# %% [markdown]
# ## The maths
#
# The value of the game is that of lesson 03, with everything under the condition $y$:
#
# $$\min_G \max_D\;\; \mathbb{E}_{x, y \sim p}\,\log D(x \mid y)
#   + \mathbb{E}_{z,\; y \sim p}\,\log\bigl(1 - D(G(z \mid y) \mid y)\bigr).$$
#
# Labels for the fakes are drawn as they occur in the data. Call $q(x, y)$ the distribution of fakes
# with their labels. The best $D$ for a given $G$ is found pair by pair, exactly as before:
#
# $$D^*(x \mid y) = \frac{p(x, y)}{p(x, y) + q(x, y)},
# \qquad V = -\log 4 + 2\,\mathrm{JS}\bigl(p(x, y),\, q(x, y)\bigr).$$
#
# So the conditional game compares **pairs** of image and label. Why this matters shows a world of
# three pictures: a 3, a 5, and one that could be either. Rows are pictures, columns the labels 3
# and 5, entries how often the pair occurs.

# %%
# NBVAL_CHECK_OUTPUT
p = np.array([[0.46, 0.00], [0.00, 0.46], [0.04, 0.04]])
generators = {
    "honest": p,
    "ignores the label": np.outer(p.sum(axis=1), p.sum(axis=0)),
    "swaps the labels": p[:, ::-1],
    "never ambiguous": np.array([[0.50, 0.00], [0.00, 0.50], [0.00, 0.00]]),
}
print(f"{'generator':20}{'V, D sees x':>13}{'V, D sees (x, y)':>19}")
for name, q in generators.items():
    images, pairs = js(p.sum(axis=1), q.sum(axis=1), 1), js(p.ravel(), q.ravel(), 1)
    print(f"{name:20}{2 * images - np.log(4):13.3f}{2 * pairs - np.log(4):19.3f}")

# %% [markdown]
# $-\log 4 = -1.386$ is the value of a perfect generator. A discriminator that sees only pictures is
# perfectly content with one that *ignores* the label, and with one that *swaps* the labels: as
# pictures their work is flawless. The one that sees pairs is not. In the last row is a generator
# that obeys strictly but never draws the doubtful picture. For the classifier it would be the most
# obedient of all; both discriminators notice that something is missing. Keep it in mind: we shall
# meet it again.
#
# ### How does a label get into a network?
#
# As ten numbers, nine of them 0 and one of them 1 (**one-hot**). A single number from 0 to 9 would
# claim that a 9 is three times a 3, and lies next to an 8.

# %%
# NBVAL_CHECK_OUTPUT
print(conditions.one_hot([3, 0, 9], classes=10).astype(int))

# %% [markdown]
# For the generator these ten numbers simply stand beside $z$. For the discriminator there are three
# ways in use, and the lesson compares them.
#
# **Beside the image** (`concat`; Mirza and Osindero 2014). A dense network gets them through a
# layer of their own; a convolution gets ten more channels, planes full of 0 or of 1, so that every
# pixel sees the label.
#
# **As an inner product** (`projection`; Miyato and Koyama 2018). Take the best discriminator's
# logit and split it by the rule of Bayes:
#
# $$\log\frac{p(x, y)}{q(x, y)} = \log\frac{p(x)}{q(x)} + \log\frac{p(y \mid x)}{q(y \mid x)}.$$
#
# The first part asks whether the picture is real, the second whether it fits the label. If both
# $p(y \mid x)$ and $q(y \mid x)$ are a softmax over features $\phi(x)$ of the picture, the second
# part is linear in these features, with one vector $v_y$ for each class (up to a part that does not
# depend on $y$, which the first one takes over). So let the network be
#
# $$\ell(x, y) = a^\top \phi(x) + v_y^\top \phi(x).$$
#
# **Not at all** (`auxiliary`; Odena, Olah and Shlens 2017, the AC-GAN). $D$ does not see the label,
# it has to *guess* it: beside "real or fake" it answers with ten class logits. Both players are
# paid when the guess is right,
#
# $$L_C = -\,\mathbb{E}\log p_D(y \mid x),$$
#
# $D$ on real and fake pictures, $G$ on its own.
#
# Here is the code: first what the players get to see, then what they want.

# %%
source(cgan.CGAN.order, cgan.CGAN.seen, cgan.CGAN.discriminator_loss)

# %%
source(cgan.CGAN.generator_loss, cgan.CGAN.class_loss)

# %% [markdown]
# ### A word about wrong labels
#
# One line is left, `mismatch_loss`. Think of what a discriminator with `concat` is shown: real
# pictures with the right label, and fakes. As long as the fakes are poor it can tell them by their
# strokes, whatever the label says, and has no reason to look at the label at all. When it starts to
# look, it does so reluctantly. So we show it a third kind: **real pictures under a wrong label**,
# to be refused (Reed et al. 2016, who drew birds from sentences). For these the strokes tell
# nothing, and only the label does.

# %%
source(cgan.CGAN.mismatch_loss)

# %% [markdown]
# It is a small weight for a good reason. With weight $w$, and $p'(x, y)$ for the pairs with wrong
# labels, the best discriminator becomes $p / (p + q + w\,p')$. What is $D^*$ of the three-picture
# world for an honest generator?

# %%
# NBVAL_CHECK_OUTPUT
wrong = p[:, ::-1]  # with two labels, the wrong one is the other one
for w in (0.0, 0.1, 0.5, 1.0):
    best = p[:, 0] / (2 * p[:, 0] + w * wrong[:, 0] + 1e-12)
    print(f"w = {w:.1f}: under the label 3, D*(a 3) = {best[0]:.2f}, D*(ambiguous) = {best[2]:.2f}")

# %% [markdown]
# A clear 3 is judged as before. An *ambiguous* picture is held against the generator, although it
# is drawn just as often as it occurs: under the other label it would be wrong. The generator learns
# to avoid what could be mistaken. The same happens in the AC-GAN, where $G$ is paid for pictures
# that are *easy* to name. Obedience can be bought with variety; the measures below have to watch
# both.

# %% [markdown]
# ## Build
#
# The dense form of the paper: $z$ and label each through a layer of their own, then both together;
# the same for picture and label in the discriminator. (The paper's discriminator has maxout units
# and dropout; we take LeakyReLU, the gradient penalty, shifts and the averaged generator of lesson
# 05.) The convolutional form is the DCGAN of lesson 05 with ten more inputs.

# %%
source(conditions.build_generator, conditions.build_discriminator)

# %%
# NBVAL_CHECK_OUTPUT
for way, form in cgan.ways("quick").items():
    G, D = conditions.build_generator(form), conditions.build_discriminator(form)
    told = [tuple(shape[1:]) for shape in (x.shape for x in D.inputs)]
    print(f"{way:11} G: {G.input_shape[1:]} -> {G.output_shape[1:]}, {G.count_params():9,} numbers")
    print(f"{'':11} D: {told} -> {D.output_shape[1:]}, {D.count_params():9,} numbers")

# %% [markdown]
# 64 numbers of $z$ and 10 of the label make 74. The discriminator of `auxiliary` has one input, as
# it is told nothing, and eleven outputs. `unwarned` is `concat` without the wrong labels: the same
# networks.

# %% [markdown]
# ## Train
#
# First the form of the paper. Images and labels travel together, from the shuffling on.

# %%
loaded = datasets.load(preset.dataset, source=preset.source)
data = preset.training_data(loaded)  # (images, labels)
dense = train(cgan, preset=paper, data=data, seed=seed)
print(f"{dense.seconds:.0f} seconds; alarms: {', '.join(dense.alarms) or 'none'}")

# %% [markdown]
# Then the convolutional form, with a small weight on wrong labels.

# %%
print(preset)
trained = train(cgan, preset=preset, data=data, seed=seed)
model = trained.model
print(f"{trained.seconds:.0f} seconds; alarms: {', '.join(trained.alarms) or 'none'}")

# %% [markdown]
# ## Look
#
# ### Class against style
#
# In every row one and the same $z$, in every column one label.

# %%
figure = plots.show_orders(dense.model.gallery(40, seed=2), labels=range(10))

# %% [markdown]
# **What you should see:** the dense form, four rows. In each column the digit that is named above
# it. The digits are right, but the hands are few: compare the digits of one column with each
# other. And they look a little like rubber stamps.

# %%
figure = plots.show_orders(model.gallery(60, seed=2), labels=range(10))

# %% [markdown]
# **What you should see** (after a quick or full training): the convolutional form, six rows. Again
# the digit named above, in six hands that differ clearly. Within a row the digits have something in
# common: all bold or all thin, all upright or all slanting. Nobody has taught the model what
# slant or boldness is. The label has taken over *what* is drawn, so that for $z$ only *how* is
# left, and it pays to use the same $z$ in the same way for all ten digits.
#
# ### Digits on demand
#
# The same telephone number, by the model that you have just trained, in three hands.

# %%
rows = np.concatenate([on_demand.write(model, number, seed=s) for s in (1, 2, 3)])
figure = plots.show_images(rows, columns=len(number))

# %% [markdown]
# **What you should see:** the number from the top of this notebook three times. Each digit has a
# $z$ of its own.
#
# ### Between two labels
#
# Nothing forbids to order 60 % of a 4 and 40 % of an 8. The generator has never been given such an
# order, but it is a network and will compute *something*. Compare with the walks at the top: there
# the label was part of $z$, here we keep $z$ and move the label alone.

# %%
one_hot, t = np.eye(10), np.linspace(0, 1, 13)
z = np.repeat(ready.latent(1, seed=5), len(t), axis=0)
ways = {}
for first, last in [(4, 8), (1, 6)]:
    images = ready.sample(z=z, labels=straight(one_hot[first], one_hot[last], t))
    ways[f"from the order {first} to the order {last}"] = images, on_demand.opinions(images), t
figure = plots.show_between(ways)

# %% [markdown]
# **What you should see:** the style stays, the digit turns into the other. Near both ends the
# digit is clear, somewhere in the middle it is not: these are half-breeds again, but now they are
# there *because we asked for them*. Whole orders are answered with whole digits. Is that so? Walk
# through $z$ under a fixed label, along 300 random ways, and count.

# %%
pairs = 300 if size != "smoke" else 20
print(f"{pairs} ways of 11 images           unclear images   ways with one")
for name, generator, ordered in [
    ("no orders (lesson 05)", unasked, False),
    ("label kept (trained here)", model, True),
    ("label kept (beforehand)", ready, True),
]:
    images, some = on_demand.unclear(on_demand.paths(generator, pairs, ordered=ordered))
    print(f"{name:30}{images:16.1%}{some:16.1%}")

# %% [markdown]
# Unclear is an image of which the classifier is not more than 90 % sure; of real digits that is one
# in fifty. Without orders, most ways pass through the land between two kinds at least once. With
# orders they stay within one kind, and there is no border to cross: hardly a picture is unclear.

# %% [markdown]
# ## Measure
#
# Three questions, three figures, all from 10,000 samples with an even mix of labels:
#
# - **Does it obey?** The *label accuracy*: the share of samples that the independent classifier
#   reads as the digit that was asked for. Chance is 10 %. On real test digits the classifier itself
#   is right in 99.3 % of cases.
# - **Is it good, class by class?** The rFD of lesson 05 compares all fakes with all real digits. Do
#   the same for each class alone and take the mean. A model that swaps two labels has a perfect rFD
#   and a terrible one within the classes.
# - **Are they varied?** The root mean square distance of two samples of one class, in the
#   classifier's features, over that of two real ones. 1: as varied as real digits. 0: one picture
#   for each label.

# %%
n = 10_000 if size != "smoke" else 400
images, labels = (part[:n] for part in data)
rng = np.random.default_rng(seed)
first_of_each = np.array([np.flatnonzero(labels == c)[0] for c in range(10)])
asked = model.even_mix(n)
samples = {
    "real digits": (images, labels),
    "real, any label": (images, rng.permutation(labels)),
    "one of each": (images[first_of_each][asked], asked),
    "dense, trained here": (dense.model.sample(n, seed=1), asked),
    "conv, trained here": (model.sample(n, seed=1), asked),
    "conv, beforehand": (ready.sample(n, seed=1), asked),
}
scores = {name: metrics.conditional_score(*pair) for name, pair in samples.items()}
print(f"{f'n = {n:,}':22}{'accuracy':>10}{'rFD':>9}{'in classes':>12}{'diversity':>11}")
for name, s in scores.items():
    print(f"{name:22}{s.accuracy:10.2%}{s.rfd:9.4f}{s.class_rfd:12.4f}{s.diversity:11.2f}")

# %% [markdown]
# **How to read it.** Each of the first three rows is perfect in one column and useless in another,
# and that is why there are several. Real digits under labels at random: a flawless rFD, and an
# accuracy of chance. One picture for each label: full marks for obedience, and a diversity of 0.
#
# The dense form obeys well and has an rFD several times that of the convolutional one; look at its
# diversity. The convolutional form is close to real digits in every column. Be suspicious of an
# accuracy *above* that of real digits: a few real digits are ambiguous, and a generator that never
# draws one has learnt to avoid them.
#
# Which digits are mistaken for which?

# %%
matrices = {
    name: on_demand.asked_and_read(*samples[f"{name}, trained here"]) for name in ("dense", "conv")
}
figure = plots.show_asked_and_read(matrices)

# %% [markdown]
# **What you should see:** two tables, a row for each digit that was asked for, a column for each
# that was read. Nearly everything stands on the diagonal. What stands beside it are pairs that
# people confuse too, such as 4 and 9, 3 and 5, or 7 and 2.
#
# ### Three ways to use the label
#
# One run is one throw of the dice. These are five seeds of every way, trained as the preset says,
# and stored with the course (`benchmarks/conditional.py`). *Coverage* is the share of real digits
# with a fake nearby (lesson 11); for as many real digits it would be about .96.

# %%
print(on_demand.side_by_side(on_demand.stored("quick")))
print("\nhere:", scores["conv, trained here"])

# %% [markdown]
# Read it from the top. **Dense** obeys, but knows few hands. **Unwarned**, the plain `concat` with
# convolutions, draws well and does not listen well: among thirty digits one is not what was asked
# for. The convolutions see ten constant planes; that is a whisper. With wrong labels on show
# (**concat**) it listens, to nearly every order. **Projection** gets there without being shown
# wrong labels, because the label stands at the end of the network, where the decision is made. And
# **auxiliary**, which has to guess, is the most obedient.
#
# Now compare accuracy with diversity and with the distance within the classes. `concat` and
# `auxiliary` are *more* obedient than real digits are, and both pay with variety, as the maths
# said: they draw what is easy to name. `projection`, whose best answer is the plain
# $p / (p + q)$, stays near the accuracy of real digits and is the closest to them within the
# classes. (The diversity of `unwarned` is no merit: wrong digits among the right ones raise it.)
#
# How early do they listen? Each gets an eighth of the steps.

# %%
short = dict(steps=-(-preset.steps // 8), data=data, seed=seed, verbose=False)
early = {}
for condition in conditions.CONDITIONS:
    early[condition] = train(cgan, preset=preset, condition=condition, **short).model
    score = cgan.evaluate(early[condition], preset, n=n)
    print(f"{condition:11} accuracy {score.accuracy:.1%}   rFD {score.rfd:.3f}")

# %% [markdown]
# An honest comparison would need more seeds. But obedience comes early: long before the strokes are
# good, the digits are the right ones.

# %% [markdown]
# ## Break it
#
# Three bugs that have been found in real conditional GANs. None of them raises an error. Each is
# switched on in the **bug museum** and trained as long as the healthy model above.
#
# - *Label ignored by G*: on the way into the generator the label is multiplied by 0. (In the wild:
#   an embedding that is multiplied with $z$ and starts at 0, or a label that is joined to the wrong
#   tensor.)
# - *Label ignored by D*: the discriminator never hears what was ordered.
# - *Labels shuffled apart*: images are shuffled, labels are not, or not in the same way.

# %%
broken = {"healthy": early["concat"]}
for bug in ("label ignored by G", "label ignored by D", "labels shuffled apart"):
    with museum.switched_on(bug):
        broken[bug] = train(cgan, preset=preset, **short).model
print(f"{'':24}{'accuracy':>9}{'rFD':>8}{'legible':>9}{'rFD in classes':>16}")
for name, sick in broken.items():
    images = sick.sample(n, seed=1)
    score, plain = metrics.conditional_score(images, sick.even_mix(n)), digits.score(images)
    print(f"{name:24}{score.accuracy:9.1%}{score.rfd:8.3f}{plain.legible:9.1%}", end="")
    print(f"{score.class_rfd:16.3f}")

# %%
sick = np.concatenate([sick.gallery(10, seed=2) for sick in broken.values()])
figure = plots.show_orders(sick, labels=range(10))

# %% [markdown]
# **What you should see:** four rows, one for each line of the table: healthy, then the three bugs.
# Under each column its label. In the first row most digits are the right ones. In the second all
# ten are the same picture, since $z$ is the same and the label does nothing. In the third and the
# fourth there are other digits than the ones asked for, or one digit again and again.
#
# Now look at the table. Accuracy is at chance for all three, about 10 %. But the rFD and the share
# of legible digits are those of a healthy young GAN. As *pictures* they are fine. Whoever looks
# only at sample sheets, at losses, or at a score of all images together, ships this.
#
# Two habits find it. Draw the grid of class against style, always with its labels. And ask somebody
# who has not been part of the game, a classifier that was trained on real data alone.

# %% [markdown]
# ## Exercises
#
# Write your answer in place of the `raise` line and run the cell, then the one below: it tells you
# whether the answer holds, and if not, which idea is missing. Worked solutions are in the
# `solutions` folder.

# %% tags=["setup"]
import numpy as np

from gan_lessons.checks import cgan as checks

# %% [markdown] tags=["exercise"]
# **1. Planes.** Join labels to images for a convolutional discriminator: `images` (n, h, w, 1) and
# `labels` (n,) to (n, h, w, 1 + classes), the image first.


# %%
def label_planes(images, labels, classes):
    # BEGIN SOLUTION
    one_hot = np.eye(classes)[labels]  # (n, classes)
    planes = one_hot[:, None, None, :] * np.ones_like(images)  # the one channel becomes many
    return np.concatenate([images, planes], axis=-1)
    # END SOLUTION


# %% tags=["check"]
checks.check_label_planes(label_planes)

# %% [markdown] tags=["exercise"]
# **2. The best answer.** Tables of how often image and label occur together, (images, labels), for
# the data (`p`) and for the fakes (`q`). Return $D^*$ for every pair. Where neither occurs, say one
# half.


# %%
def best_answer(p, q):
    # BEGIN SOLUTION
    both = p + q
    return np.where(both > 0, p / np.where(both > 0, both, 1.0), 0.5)
    # END SOLUTION


# %% tags=["check"]
checks.check_best_answer(best_answer)

# %% [markdown] tags=["exercise"]
# **3. Projection.** Features (n, d) of n images, the weights $a$ (d,), one vector for each class
# (classes, d), and the labels (n,). Return the n logits of a projection discriminator.


# %%
def projection_logits(features, weights, vectors, labels):
    # BEGIN SOLUTION
    return features @ weights + np.sum(vectors[labels] * features, axis=1)
    # END SOLUTION


# %% tags=["check"]
checks.check_projection(projection_logits)

# %% [markdown] tags=["exercise"]
# **4. Diversity.** Features (n, d) and labels (n,). For each class that occurs, take the root mean
# square distance of two different samples; return the mean over the classes. (The mean square
# distance of two samples is twice the sum of the variances, with $n - 1$ in the denominator.)


# %%
def diversity(features, labels):
    # BEGIN SOLUTION
    distances = []
    for label in np.unique(labels):
        variances = features[labels == label].var(axis=0, ddof=1)
        distances.append(np.sqrt(2 * variances.sum()))
    return np.mean(distances)
    # END SOLUTION


# %% tags=["check"]
checks.check_diversity(diversity)

# %% [markdown] tags=["exercise"]
# **5. The telephone number.** `sample(labels)` draws an image (28, 28, 1) in [-1, 1] for each label
# that is ordered. Return an image for each character of `text`, as one array; what is no digit
# becomes black.


# %%
def write(sample, text):
    # BEGIN SOLUTION
    images = np.full((len(text), 28, 28, 1), -1.0)
    places = [i for i, character in enumerate(text) if character.isdigit()]
    images[places] = sample([int(text[i]) for i in places])
    return images
    # END SOLUTION


# %% tags=["check"]
checks.check_write(write)

# %% [markdown]
# ### For the curious, without a check: fashion on demand
#
# *Fashion-MNIST* has the layout of MNIST and shows ten kinds of clothes. It does not come with the
# course; `gan-lessons data fetch fashion_mnist` downloads it, and Debian and Ubuntu have it as the
# package `dataset-fashion-mnist`.
#
# 1. Load it with `datasets.load("fashion_mnist", source="download")` (or the path of its folder),
#    and train on the first 10,000: `train(cgan, preset=preset, data=(images, labels))`. Draw
#    `model.gallery(60)` with `plots.show_orders` and the names in `loaded.info["kinds"]`.
# 2. The classifier of this lesson has only ever seen digits: it cannot tell whether a coat is a
#    coat. Build one that can, with `digits.build_classifier()`, on *real* clothes; what does it
#    reach on the real test set? That is the ceiling of your accuracy.
# 3. Which labels are confused? Would you tell a shirt from a pullover in 28 × 28 pixels?
#
# And with digits: train `mismatch=0.5`, `condition="projection"`, or `class_weight=0.1` with
# `condition="auxiliary"`, and watch accuracy and diversity together.
#
# ## Recap and further reading
#
# - One connected $z$ and separate kinds do not fit together: in between, an unconditional GAN draws
#   half-breeds. A label takes the choice of the kind out of $z$.
# - The conditional game compares pairs. A discriminator that does not see the label is content with
#   a generator that does not heed it.
# - Beside the image a label is a whisper. Show wrong labels, or put it where the decision is made
#   (projection), or have it guessed (auxiliary).
# - Obedience can be bought with variety. An accuracy above that of real data is a warning.
# - Samples, losses and rFD do not see a broken label. The grid and an independent classifier do.
#
# Further reading:
#
# - M. Mirza, S. Osindero: *Conditional generative adversarial nets* (2014),
#   [arXiv:1411.1784](https://arxiv.org/abs/1411.1784). It measures by a Parzen window, which has
#   since been found to say little about quality
# - S. Reed et al.: *Generative adversarial text to image synthesis* (2016),
#   [arXiv:1605.05396](https://arxiv.org/abs/1605.05396), on wrong captions
# - A. Odena, C. Olah, J. Shlens: *Conditional image synthesis with auxiliary classifier GANs*
#   (2017), [arXiv:1610.09585](https://arxiv.org/abs/1610.09585)
# - T. Miyato, M. Koyama: *cGANs with projection discriminator* (2018),
#   [arXiv:1802.05637](https://arxiv.org/abs/1802.05637)
# - M. Gong et al.: *Twin auxiliary classifiers GAN* (2019),
#   [arXiv:1907.02690](https://arxiv.org/abs/1907.02690), on the variety that the AC-GAN loses
# - H. Xiao, K. Rasul, R. Vollgraf: *Fashion-MNIST* (2017),
#   [arXiv:1708.07747](https://arxiv.org/abs/1708.07747)
#
# **Next:** lesson 09, where the condition is a whole picture, and nobody has the pairs.

# %%
footer(resolve_preset(), seed, started)
