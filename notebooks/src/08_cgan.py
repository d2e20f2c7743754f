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
# - meet the in-betweens that a GAN draws on the way from one digit to another, and see where they
#   come from;
# - tell a GAN what to draw: a label beside $z$ for the generator, a label beside the image for the
#   discriminator;
# - type a telephone number and see it written by hand, by nobody's hand;
# - train the paper's dense form and a convolutional one, and see which ways of showing a label to a
#   discriminator are weak;
# - compare three ways to use the label, and measure obedience, quality and variety apart;
# - break the label in three ways that raise no error and leave the pictures as good as before.
#
# **Time:** about 6 minutes of computing on a laptop with two cores, an hour and a quarter of yours.
# **Before:** lesson 05, the DCGAN. Lesson 11 explains the measures in full; what is needed here is
# explained again.

# %%
import dataclasses
import time

import matplotlib.pyplot as plt
import numpy as np

# %%
from gan_lessons import (
    cgan,
    conditions,
    datasets,
    dcgan,
    footer,
    lab,
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

# %%
started, seed = time.perf_counter(), set_seed(0)

plt.rcParams["figure.dpi"] = 80
size = resolve_preset()
preset = cgan.PRESETS[size]
# The form of the paper, for a third of its steps: the tables below have it at full length.
paper = lab.shortened(cgan.DENSE[size], -(-cgan.DENSE[size].steps // 3))

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
# ### Between two digits
#
# Here is the generator of lesson 05 again, which nobody can tell what to draw. We search its latent
# space for a clear 4 and a clear 8, and walk from one to the other along the great circle, slowly
# where it gets interesting. (The first and the last step are large; the eleven pictures between
# them lie within a quarter of the way.) Below the pictures, what an independent classifier believes
# it sees. It was trained to name real digits, and knows nothing of our generators.

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
# Both now work under a condition, and the thing is called a **conditional GAN**. The condition can
# be a text instead of a label, or a photograph, or a sketch. Most image generators since then, GANs
# or not, are conditional in this sense.

# %% [markdown]
# ## The maths
#
# The value of the game is that of lesson 03, with everything under the condition $y$:
#
# $$V(D, G) = \mathbb{E}_{x, y \sim p}\,\log D(x \mid y)
#   + \mathbb{E}_{z,\; y \sim p}\,\log\bigl(1 - D(G(z \mid y) \mid y)\bigr),$$
#
# which $D$ wants large and $G$ wants small.
#
# Labels for the fakes are drawn as they occur in the data. Call $q(x, y)$ the distribution of fakes
# with their labels. The best $D$ for a given $G$ is found pair by pair, exactly as before:
#
# $$D^*(x \mid y) = \frac{p(x, y)}{p(x, y) + q(x, y)},
# \qquad V = -\log 4 + 2\,\mathrm{JS}\bigl(p(x, y),\, q(x, y)\bigr).$$
#
# So the conditional game compares **pairs** of image and label. A world of three pictures shows why
# this matters: a 3, a 5, and one that could be either. Rows are pictures, columns the labels 3 and
# 5, entries how often the pair occurs.

# %%
# NBVAL_CHECK_OUTPUT
p = np.array([[0.46, 0.00], [0.00, 0.46], [0.04, 0.04]])
generators = {
    "honest": p,
    "ignores the label": np.outer(p.sum(axis=1), p.sum(axis=0)),
    "swaps the labels": p[:, ::-1],
    "never ambiguous": np.array([[0.50, 0.00], [0.00, 0.50], [0.00, 0.00]]),
}
# (The 1 that `js` gets is the spacing of its grid: each entry here is a probability by itself.)
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
# **Beside the image** (`concat`; Mirza and Osindero 2014, in a dense network). There they come in
# through a layer of their own. A convolution gets ten more channels, planes full of 0 or of 1, so
# that every pixel sees the label.
#
# **As an inner product** (`projection`; Miyato and Koyama 2018). The best discriminator's logit is
# $\log \frac{D^*}{1 - D^*} = \log\frac{p(x, y)}{q(x, y)}$, and since $p(x, y) = p(x)\,p(y \mid x)$,
# and the same for $q$, it has two parts:
#
# $$\log\frac{p(x, y)}{q(x, y)} = \log\frac{p(x)}{q(x)} + \log\frac{p(y \mid x)}{q(y \mid x)}.$$
#
# The first asks whether the picture is real, the second whether it fits the label. Now suppose that
# $p(y \mid x)$ is a softmax of logits that are linear in features $\phi(x)$ of the picture: $\log
# p(y \mid x) = u_y^\top \phi(x)$ minus something without $y$. Let $q(y \mid x)$ be the same with
# other vectors $u'_y$. Then the second part is $(u_y - u'_y)^\top \phi(x)$, and something without
# $y$ that we leave to the first part. Call the difference $v_y$, and take the first part as linear
# too:
#
# $$\ell(x, y) = a^\top \phi(x) + b + v_y^\top \phi(x).$$
#
# **Not at all** (`auxiliary`; Odena, Olah and Shlens 2017, the AC-GAN). $D$ does not see the label,
# it has to *guess* it: beside "real or fake" it answers with ten class logits. Both players are
# paid when the guess is right,
#
# $$L_C = -\,\mathbb{E}\log p_D(y \mid x),$$
#
# $D$ on real and fake pictures, $G$ on its own.
#
# Here is the code. `order` and `seen` are what the players are given; then come their losses. A
# discriminator answers with columns: the first one, `[:, :1]`, is the logit "real", and `auxiliary`
# has ten more. `judge` asks about real and fake pictures in one call or in two; `steepness` is the
# R1 of lesson 05, where only the image moves and the label stays.

# %%
source(cgan.CGAN.order, cgan.CGAN.seen, cgan.CGAN.discriminator_loss)

# %%
source(cgan.CGAN.generator_loss, cgan.CGAN.class_loss)

# %% [markdown]
# ### A word about wrong labels
#
# One term is left, `mismatch_loss`. Think of what a discriminator with `concat` is shown: real
# pictures with the right label, and fakes. As long as the fakes are poor it can tell them by their
# strokes, whatever the label says, and has little reason to look at the label. So we show it a
# third kind: **real pictures under a wrong label**, to be refused (Reed et al. 2016, who drew birds
# from sentences). For these the strokes tell nothing, and only the label does.

# %%
source(cgan.CGAN.mismatch_loss)

# %% [markdown]
# In our preset its weight is small, 0.1, and for a good reason. Take any weight $w$, and call
# $p'(x, y)$ the distribution of real pictures with wrong labels. Then the best discriminator
# becomes $p / (p + q + w\,p')$. What is $D^*$ of the three-picture world for an honest generator?

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
# the same for picture and label in the discriminator. (The paper has maxout units in the
# discriminator, dropout, and uniform $z$. We take LeakyReLU, normal $z$, and the gradient penalty,
# shifts and averaged generator of lesson 05.) The convolutional form is the DCGAN of lesson 05 with
# ten more inputs.

# %%
source(conditions.build_generator, conditions.build_discriminator)

# %%
# NBVAL_CHECK_OUTPUT
for way, form in cgan.ways("quick").items():
    G, D = conditions.build_generator(form), conditions.build_discriminator(form)
    told = [tuple(x.shape[1:]) for x in D.inputs]
    print(f"{way:11} G: {G.input_shape[1:]} -> {G.output_shape[1:]}, {G.count_params():9,} numbers")
    print(f"{'':11} D: {told} -> {D.output_shape[1:]}, {D.count_params():9,} numbers")

# %% [markdown]
# 64 numbers of $z$ and 10 of the label make 74. The discriminator of `auxiliary` has one input, as
# it is told nothing, and eleven outputs. `unwarned` is `concat` without the wrong labels: the same
# networks.

# %% [markdown]
# ## Train
#
# First the form of the paper. Images and labels travel together, from the shuffling on. It wants
# larger batches, smaller steps and more of them than there is time for here: it gets a third. This
# is where the settings of the two forms differ:

# %%
print(f"{'setting':16}{'dense':>10}{'conv':>10}")
for field in dataclasses.fields(preset):
    of_dense, of_conv = (getattr(form, field.name) for form in (paper, preset))
    if of_dense != of_conv:
        print(f"{field.name:16}{of_dense!s:>10}{of_conv!s:>10}")

# %%
loaded = datasets.load(preset.dataset, source=preset.source)
data = preset.training_data(loaded)  # (images, labels)
dense = train(cgan, preset=paper, data=data, seed=seed)
print(f"{dense.seconds:.0f} seconds; alarms: {', '.join(dense.alarms) or 'none'}")

# %% [markdown]
# Then the convolutional form, with a small weight on wrong labels.

# %%
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
# **What you should see:** the dense form, four rows. In most columns the digit that is named above
# it, in each row another hand; after a third of its training some 2, 5 and 8 are still badly drawn.
# Look at the edges of the strokes: to a dense network it is all the same which pixels are
# neighbours, and it has to learn every one of them by itself.

# %%
figure = plots.show_orders(model.gallery(60, seed=2), labels=range(10))

# %% [markdown]
# **What you should see** (after a quick or full training): the convolutional form, six rows. Again
# the digit named above, in six hands that differ clearly. Within a row the digits have something in
# common: all bold or all thin, all upright or all slanting. Nobody has taught the model what slant
# or boldness is. The label has taken over *what* is drawn, so that for $z$ only *how* is left; and
# as all ten digits are drawn by the same weights, it is easiest to use $z$ in the same way for each
# of them.
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
# Nothing forbids ordering 60 % of a 4 and 40 % of an 8. The generator has never been given such an
# order, but it is a network and will compute *something*. Compare with the walks at the top: there
# $z$ alone decided on the digit, here we keep $z$ and move the label alone.

# %%
orders, t = np.eye(10), np.linspace(0, 1, 13)
z = np.repeat(ready.latent(1, seed=5), len(t), axis=0)
ways = {}
for first, last in [(4, 8), (1, 6)]:
    images = ready.sample(z=z, labels=straight(orders[first], orders[last], t))
    ways[f"from the order {first} to the order {last}"] = images, on_demand.opinions(images), t
figure = plots.show_between(ways)

# %% [markdown]
# **What you should see:** the style stays, the digit turns into the other. Near both ends the
# digit is clear, somewhere in the middle it is not: these are in-betweens again, but now they are
# there *because we asked for them*. Whole orders are answered with whole digits. Is that so? Walk
# through $z$ under a fixed label, along 300 random ways, and count.

# %%
pairs = 300 if size != "smoke" else 20
print(f"{f'{pairs} ways of 11 images':30}{'unclear images':>16}{'ways with any':>16}")
for name, generator, ordered in [
    ("no orders (lesson 05)", unasked, False),
    ("label kept (trained here)", model, True),
    ("label kept (beforehand)", ready, True),
]:
    images, some = on_demand.unclear(on_demand.paths(generator, pairs, ordered=ordered))
    print(f"{name:30}{images:16.1%}{some:16.1%}")

# %% [markdown]
# An image is unclear if the classifier is at most 90 % sure of it; among real digits, one in fifty
# is. Without orders, most ways pass through the land between two kinds at least once. With orders
# they stay within one kind, and there is no border to cross: hardly a picture is unclear. (Compare
# with that one in fifty, and keep it in mind as well.)

# %% [markdown]
# ## Measure
#
# Three questions, all answered from 10,000 samples with an even mix of labels:
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
    "real, any label": (images, rng.permutation(labels)),
    "one of each": (images[first_of_each][asked], asked),
    "dense, trained here": (dense.model.sample(n, seed=1), asked),
    "conv, trained here": (model.sample(n, seed=1), asked),
    "conv, beforehand": (ready.sample(n, seed=1), asked),
}
scores = {name: metrics.conditional_score(*pair) for name, pair in samples.items()}
s = scores["conv, trained here"]
print(f"{f'n = {n:,}':22}{'accuracy':>10}{'rFD':>9}{'in classes':>12}{'diversity':>11}")
print(f"{'real digits':22}{metrics.conditional.REAL_ACCURACY:10.2%}", end="")
print(f"{s.floor:9.4f}{s.class_floor:12.4f}{1:11.2f}")
for name, s in scores.items():
    print(f"{name:22}{s.accuracy:10.2%}{s.rfd:9.4f}{s.class_rfd:12.4f}{s.diversity:11.2f}")

# %% [markdown]
# **How to read it.** The first line says what real digits reach: the accuracy of the classifier on
# test digits, and the distances between different real ones. (Within the classes these are two
# halves with some 500 of each digit, so a perfect generator could come out a little lower. Each
# class is measured by its own, much smaller spread, and so this column is larger than the rFD. A
# distance at or below the first line's means: no longer to be told apart with this ruler.)
#
# Each of the next two lines is perfect in one column and useless in another, and that is why there
# are several. Real digits under labels at random: a flawless rFD, and an accuracy of chance. One
# picture for each label: full marks for obedience, and a diversity of 0.
#
# The dense form, after its short training, obeys less well, and its digits are the poorest; what it
# reaches at full length stands in the next table. The convolutional form is close to the first
# line, and the one that was trained beforehand, with six times the digits and four times the steps,
# nearly reaches it. Be suspicious of an accuracy *above* that of real digits: a few real digits are
# ambiguous, and a generator that never draws one has learnt to avoid them.
#
# Which digits are mistaken for which?

# %%
matrices = {
    name: on_demand.asked_and_read(*samples[f"{name}, trained here"]) for name in ("dense", "conv")
}
figure = plots.show_asked_and_read(matrices)

# %% [markdown]
# **What you should see:** two tables, a row for each digit that was asked for, a column for each
# that was read. Nearly everything stands on the diagonal. Shares below half a percent are not
# printed, so in the convolutional form there may be nothing beside it at all. The mistakes of the
# dense form are mostly digits that share their strokes: what was to become a 2, a 5 or an 8 and is
# read as a 3.
#
# ### Three ways to use the label
#
# One run may be luck. These are several seeds of every way, trained with the quick preset and
# stored with the course (`benchmarks/conditional.py`). *Coverage* is the share of real digits with
# a fake nearby (lesson 11); for as many real digits it would be about .96.

# %%
print(on_demand.side_by_side(on_demand.stored("quick")))

# %% [markdown]
# Read it from the top. **Dense** obeys, though it is never shown a wrong label: there the label
# comes in through a layer of its own. What it lacks is quality, with more than twice the rFD of
# `concat`. (It also takes half as many steps again, of batches twice as large.) **Unwarned**, the
# plain `concat` with convolutions, draws well and listens less well: among thirty digits one is not
# what was asked for. A likely reason: to a small window, ten constant planes are no more than a
# shift of the bias. With wrong labels on show (**concat**) it follows nearly every order.
# **Projection** gets close without them; there the label meets the features at the end of the
# network, where the decision is made. And **auxiliary**, which has to guess, is the most obedient.
#
# Now compare accuracy with the distance within the classes. `unwarned` and `concat` differ in
# nothing but the wrong labels. With them obedience rises, above that of real digits even, and yet
# each class is *farther* from the real one, although no wrong digits stand among its samples any
# more. That is the price the maths has warned of: it draws what is easy to name. `projection`,
# which errs a little more often than the classifier does on real digits, is by far the closest
# within the classes, and more varied than `concat` and `auxiliary`. (The diversity of `unwarned` is
# no merit: wrong digits among the right ones raise it.)

# %% [markdown]
# ## Break it
#
# Three bugs that are easily made in a conditional GAN. None of them raises an error. Each is
# switched on in the **bug museum** and trained for a tenth of the steps, beside a healthy model
# and, for comparison, the DCGAN of lesson 05, which knows of no labels.
#
# - *Label ignored by G*: on the way into the generator the label is multiplied by 0. (It comes to
#   the same if the label is joined to a tensor that nobody uses afterwards.)
# - *Label ignored by D*: the discriminator never hears what was ordered.
# - *Labels shuffled apart*: images are shuffled, labels are not, or not in the same way.

# %%
short = dict(steps=-(-preset.steps // 10), seed=seed, verbose=False)
broken = {"healthy": train(cgan, preset, data, **short).model}
for bug in ("label ignored by G", "label ignored by D", "labels shuffled apart"):
    with museum.switched_on(bug):
        broken[bug] = train(cgan, preset, data, **short).model
without = train(dcgan, size, data[0], **short).model  # lesson 05: no labels at all

# %%
m = n // 2
print(f"{f'n = {m:,}':24}{'accuracy':>9}{'rFD':>8}{'legible':>9}{'rFD in classes':>16}")
for name, sick in {**broken, "no labels (lesson 05)": without}.items():
    images = sick.sample(m, seed=1)
    score, plain = metrics.conditional_score(images, asked[:m]), digits.score(images)
    print(f"{name:24}{score.accuracy:9.1%}{score.rfd:8.3f}{plain.legible:9.1%}", end="")
    print(f"{score.class_rfd:16.3f}")

# %%
pictures = np.concatenate([sick.gallery(10, seed=2) for sick in broken.values()])
figure = plots.show_orders(pictures, labels=range(10))

# %% [markdown]
# **What you should see:** four rows: healthy, then the three bugs. Above each column its label. In
# the first row nearly all digits are the right ones. In each of the others all ten are the same
# picture, since $z$ is the same and the label does nothing.
#
# Now look at the table. Accuracy is near chance for all three bugs (10 %, each seed a few percent
# more or less). Their pictures are far behind those of their healthy twin as well: a label makes
# the task easier, ten small clouds instead of one. But who has a healthy twin at hand? Compare with
# the last line, a GAN that was never meant to know labels, after as many steps: by their rFD two of
# the three stand where it stands, and the third is not far behind. Nothing about such pictures
# looks *wrong*; they look young, and you would train on. Whoever looks only at samples without
# their labels, or at a score of all images together, ships this.
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
# **1. Planes.** Join labels to images for a convolutional discriminator. `images` is (n, h, w, 1),
# `labels` (n,) holds whole numbers. Return (n, h, w, 1 + classes): the image, then one plane for
# each class, 1 everywhere for the image's own class and 0 everywhere for the others.


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
# **2. The best answer.** Tables (images, labels) of the probability of each pair, in the data (`p`)
# and among the fakes (`q`); each table sums to 1. Return $D^*$ for every pair. Where neither
# occurs, say one half.


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
# square distance of two different samples; return the plain mean over the classes. (That mean
# square is twice the sum of the variances of the features, computed within the class with
# `ddof=1`.)


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
# **5. The telephone number.** `sample(labels)` takes a list of whole numbers and draws an image
# (28, 28, 1) in [-1, 1] for each. Return one array with an image for each character of `text`.
# Order the digits only; every other character becomes black, -1.


# %%
def write(sample, text):
    # BEGIN SOLUTION
    images = np.full((len(text), 28, 28, 1), -1.0)
    places = [i for i, character in enumerate(text) if character in "0123456789"]
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
# 1. Load it with `clothes = datasets.load("fashion_mnist", source="download")` (or the path of its
#    folder), take `wear = clothes.x_train[:10_000], clothes.y_train[:10_000]`, and train on it:
#    `dressed = train(cgan, preset=preset, data=wear).model`. Draw `dressed.gallery(60)` with
#    `plots.show_orders` and the names in `clothes.info["kinds"]`.
# 2. The classifier of this lesson has only ever seen digits: it cannot tell whether a coat is a
#    coat. Build one that can, with `digits.build_classifier()`, on *real* clothes; what does it
#    reach on the real test set? That is the ceiling of your accuracy.
# 3. Which labels are confused? Would you tell a shirt from a pullover in 28 × 28 pixels?
#
# And with digits: `train(cgan, preset=preset, data=data, mismatch=0.5)`, or with
# `condition="projection"`, or with `condition="auxiliary", class_weight=0.1`. Watch accuracy and
# diversity together.
#
# ## Recap and further reading
#
# - One connected $z$ and separate kinds do not fit together: on the way from one to another an
#   unconditional GAN draws what does not exist. A label takes the choice of the kind out of $z$.
# - The conditional game compares pairs. A discriminator that neither sees the label nor has to
#   guess it is content with a generator that does not heed it.
# - As constant planes beside the image a label is a whisper. Show wrong labels, or put it where the
#   decision is made (projection), or have it guessed (auxiliary).
# - Obedience can be bought with variety. An accuracy above that of real data is a warning.
# - Samples without labels and the rFD do not see a broken label. The labelled grid and an
#   independent classifier do.
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
