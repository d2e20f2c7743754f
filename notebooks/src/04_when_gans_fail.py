# %% [markdown]
# # 04 · When GANs fail
#
# ## You will
#
# - see why two players who both step downhill need not arrive anywhere, in a game of two numbers;
# - make a GAN fail in every way that matters: circling, vanishing gradients, mode collapse, dead
#   ends, steps that are too fast and networks that are too large;
# - tell these failures apart by their symptoms, and cure each of them;
# - measure which of the famous "GAN hacks" has an effect, and which only has a reputation;
# - visit the **bug museum**: five broken programs without an error message, and a detective's job.
#
# **Time:** about 6 minutes of computing on two quick CPU cores, 20 on slow ones (the last cell says
# how long it took), an hour and a half for reading and exercises. **You need:** lesson 03.

# %%
import time

started = time.perf_counter()

from gan_lessons import runtime  # before Keras: it chooses the backend and makes it quick

SEED = runtime.set_seed(0)
PRESET = runtime.resolve_preset()
print(runtime.describe(), "| preset:", PRESET)


import numpy as np
from keras import ops

# %%
from gan_lessons import (
    cases,
    datasets,
    failures,
    games,
    hacks,
    lab,
    latent,
    layers,
    plots,
    show,
    stacked,
    vanilla_gan,
)
from gan_lessons.engine import losses, penalties
from gan_lessons.engine.alarms import ADVICE, between
from gan_lessons.engine.backends import input_gradient
from gan_lessons.engine.training import train
from gan_lessons.watching import Film

sizes = lab.PRESETS[PRESET]  # how much of all this is computed here

# %% [markdown]
# ## The idea
#
# Ordinary training is a **descent**. There is one loss, every step goes a little downhill, and if
# you wait long enough you are in a valley. Much can go wrong on the way, but the loss tells you.
#
# A GAN is a **game**. Each player walks downhill in a landscape of its own, and each of its steps
# moves the ground under the other. There is no quantity that both make smaller, so there is no
# number that tells you how far you have got. The goal is not a valley but an *equilibrium*: a place
# where neither player wants to move. Nothing promises that two players who each take the best next
# step will ever get there.
#
# So GANs fail in ways that an ordinary network does not know. In this lesson every one of them is
# caused on purpose, measured, and cured:
#
# | what you see | its name | alarm | what helps |
# |---|---|---|---|
# | samples wander and never settle | circling | none | penalise $D$'s slope, average |
# | $D$ is sure, $G$ stands still | vanishing gradients | `discriminator wins` | another loss |
# | samples look alike | mode collapse | `collapse` | penalties, packs |
# | pixels are all black or white | saturation | `saturation` | begin anew, slower |
# | $z$ has no effect at all | a dead layer | `dead generator` | begin anew, slower |
# | a player's weights never change | no gradient | `standing still` | find the bug |
# | a loss is not a number | too fast | `not finite` | lower the rates |
# | it trains, but badly | a bug | often none | compare with a healthy run |
#
# The alarms are on in every training of this course. When one sounds, it names the section of this
# notebook that you should read:

# %%
# NBVAL_CHECK_OUTPUT
for name, (_, section) in ADVICE.items():
    print(f"{name:20} -> {section}")

# %% [markdown]
# ## The maths
#
# ### Circles
#
# The smallest GAN there is has two numbers (Mescheder and others, 2018, who call it the *Dirac
# GAN*). All real data are the number 0. The generator has one weight $\theta$ and makes the fake
# $\theta$, always. The discriminator has one weight $\psi$ and answers with the logit $\psi x$. So
# $\psi$ says in which direction real data lie, and how sure $D$ is of that.
#
# The equilibrium is plain: $\theta = 0$, the fake is real, and $\psi = 0$, $D$ has no opinion. Let
# both players take gradient steps and see whether they find it. This is the rule, and the paths
# that we are going to compare:

# %%
show.source(failures.dirac, failures.circles)

# %%
distances = failures.circles()
figure = plots.show_distances(distances)

# %%
# NBVAL_CHECK_OUTPUT
print(f"{'distance from the equilibrium':32}{'at first':>10}{'at last':>10}")
for name, distance in distances.items():
    print(f"{name:32}{distance[0]:10.2f}{distance[-1]:10.2f}")

# %% [markdown]
# **What you should see.** Four curves on a logarithmic scale. If both players step at the same
# moment, the distance *grows*: they spiral outwards. If they take turns, as in our training loop,
# it wobbles about its first value for ever: they circle. With the R1 penalty of lesson 03 it falls
# almost in a straight line, which on this scale means by the same factor in every round, until it
# leaves the figure. The average of the circling positions comes closer as well, in swings that
# become smaller (a dip is a moment at which it passes close by), but it takes its time.
#
# **Why circles?** Suppose that $\theta > 0$. $D$ notices that fakes lie to the right and turns
# $\psi$ negative. $G$ follows it to the left, passes 0, and since $D$ still points to the left, it
# keeps going. Now fakes lie on the wrong side, $D$ has to turn round, and the chase begins anew.
# Each player does exactly what is right *now*. R1 makes $D$ pay $\frac{\gamma}{2}\psi^2$ for its
# slope, which works like friction.

# %% [markdown]
# ### Vanishing gradients
#
# $G$ learns through $D$. By the chain rule, the gradient of its loss begins with the slope of the
# loss by the logit $l$ of a fake, and everything else is multiplied by that number. With
# $D = \sigma(l)$ and $\sigma' = \sigma (1 - \sigma)$:
#
# $$\frac{d}{dl} \log(1 - D) = -D, \qquad \frac{d}{dl} \big(-\log D\big) = -(1 - D).$$
#
# The size of this slope is the **pull** of the loss. Where $D$ is nearly certain of a fake, $D$ is
# close to 0: the first loss, the *saturating* one, has a pull close to 0, the second one, the
# *non-saturating*, a pull close to 1.

# %%
show.source(failures.pull, losses.generator_saturating, losses.generator_nonsaturating)

# %%
# NBVAL_CHECK_OUTPUT
answers = [0.5, 0.1, 0.01, 1e-4]
weak = failures.pull(losses.generator_saturating, answers)
strong = failures.pull(losses.generator_nonsaturating, answers)
print(f"{'D(fake)':>9}{'saturating':>13}{'non-saturating':>17}{'ratio':>10}")
for d, a, b in zip(answers, weak, strong, strict=True):
    print(f"{d:9.4f}{a:13.4f}{b:17.4f}{a / b:10.4f}")

# %% [markdown]
# How sure does a real $D$ get? We let one learn digits while $G$ has to wait with its random
# weights, and look at both pulls on the way:

# %%
show.source(lab.ahead, lab.Pulls)

# %%
waiting = lab.ahead(sizes.ahead)
figure = plots.show_pulls(waiting)
print(
    f"after {waiting['step'][-1]} steps of D alone: D(fake) {waiting['D(fake)'][-1]:.2g}, ", end=""
)
print(f"pulls {waiting['saturating'][-1]:.2g} and {waiting['nonsaturating'][-1]:.2g}")

# %% [markdown]
# **What you should see.** Left: the mean answer of $D$ to fakes falls the longer it learns alone.
# Right: the pull of the saturating loss (squares) falls along with it, since it *is* the mean of
# $D$; in the quick preset both end at a few millionths. The pull of the non-saturating loss
# (circles) stays at 1 all the time. In the beginning of every training $G$ is in this position,
# because telling noise from digits is easy.
#
# Two alarms have sounded. `standing still` is right, since we told $G$ to wait. The other one,
# `discriminator wins`, says that real samples get almost 1 and fakes almost 0, report after
# report. **Cures:** the non-saturating loss, so that a sure $D$ still teaches; a penalty on
# the slope of $D$, so that it cannot become that sure; noise on what $D$ sees, so that real and
# fake overlap. Training $D$ *less* is the cure that people try first. It is a poor one: a lazy
# detective teaches nothing either.

# %% [markdown]
# ### Mode collapse
#
# Why should a generator put all samples in one place? Because its loss says so. For a fixed $D$,
# the loss of $G$ is a mean over samples, and a mean is smallest if *every* sample sits where $D$ is
# most easily fooled. Diversity is rewarded nowhere in it. What keeps $G$ honest is only that $D$
# reacts. In symbols, the two orders
#
# $$\min_G \max_D V(D, G) \qquad \text{and} \qquad \max_D \min_G V(D, G)$$
#
# are not the same game. In the first, $D$ moves last: whatever $G$ does, it is punished for it, so
# it had better cover everything. In the second, $G$ moves last, and simply picks the best spot.
# Gradient steps in turns are neither, and can slide from one to the other.
#
# As a game with a table (the tools come from lesson 02): $G$ makes one of four modes, $D$ watches
# one of them, and $G$ passes with its fake unless $D$ watches that very mode.

# %%
# NBVAL_CHECK_OUTPUT
passes = 1.0 - np.eye(4)  # rows: the mode that G makes; columns: the mode that D watches
plans = {"all on mode 4": np.array([0.0, 0, 0, 1]), "evenly on all four": np.full(4, 0.25)}
watched = np.array([0.4, 0.3, 0.2, 0.1])  # how a fixed D divides its attention
print(f"{'how often G passes':22}{'D stays as it is':>18}{'D moves last':>15}")
for name, plan in plans.items():
    print(f"{name:22}{plan @ passes @ watched:18.2f}{(plan @ passes).min():15.2f}")
row, column, value = games.solve(passes)
print(f"at the equilibrium: G plays {row.round(2)}, and passes with {value:.2f}")

# %% [markdown]
# Against a $D$ that stays as it is, the collapsed plan is the *better* one. It only loses if $D$
# gets to answer. That is the whole mechanism: $G$ runs to the least watched mode, $D$ turns there,
# $G$ runs on.
#
# This suggests two kinds of cure. Either make $D$ react in time and gently, so that the reward
# shrinks before everyone has arrived (penalties, smaller rates). Or change what $D$ looks at, so
# that *sameness itself* gives a fake away.

# %% [markdown]
# ## Build
#
# The toys are those of lesson 03 with a few more settings:

# %%
show.source(failures.ToyPreset)

# %% [markdown]
# `failures.COLLAPSE` is a GAN for the 25-grid that has the networks of lesson 03 and none of its
# cures. Each remedy changes one thing in it:

# %%
# NBVAL_CHECK_OUTPUT
for name, preset in failures.REMEDIES.items():
    changes = {k: v for k, v in vars(preset).items() if v != getattr(failures.COLLAPSE, k)}
    print(f"{name:24}{changes or 'as it is'}")

# %% [markdown]
# You know R1, R2, noise and the relativistic loss from lesson 03. Three are new.
#
# **The diversity term** (Mao and others, 2019, "mode seeking") tells $G$ directly: two different
# $z$ must not give the same sample.

# %%
show.source(failures.ToyGAN.generator_loss, failures.ToyGAN.sameness)

# %% [markdown]
# **Packs** (Lin and others, 2018, "PacGAN") show $D$ several samples side by side, all real or all
# fake. Four banknotes with the same serial number are no longer convincing, however good each is.

# %%
show.source(layers.packed)

# %% [markdown]
# **The minibatch standard deviation** (Karras and others, 2018, after an idea of Salimans and
# others, 2016) computes how much the samples of a group differ, and hands this number to $D$ as one
# more feature.

# %%
show.source(layers.MinibatchStddev.call)

# %% [markdown]
# And once more the penalties, since they will be needed:

# %%
show.source(penalties.zero_centred, vanilla_gan.VanillaGAN.penalty)

# %% [markdown]
# ## Train
#
# First the failure, then three cures, all with the same number of steps. `alarms` lists what the
# engine noticed by itself.


# %%
def toy(name):
    """Train `COLLAPSE` with one remedy, say what came out, and return what is left of it."""
    preset = lab.remedied(name, sizes)
    films[name] = Film(preset, 5, lambda model: {"fakes": model.sample(600, averaged=False)})
    trained = train(
        failures, preset, grid.x_train, seed=SEED, callbacks=[films[name]], verbose=False
    )
    found = failures.evaluate(trained.model, preset)
    print(f"{name}: {found}, alarms: {', '.join(trained.alarms) or 'none'}")
    return trained


grid, films = datasets.load("grid"), {}
toys = {"none": toy("none")}

# %%
CURES = ("noise", "R2", "R1 and R2")  # try others from the list above
for cure in CURES:
    toys[cure] = toy(cure)

# %% [markdown]
# Without a remedy one mode of 25 is left, and the engine says so. Both cures with a penalty on
# *fakes* (R2) find all 25; noise finds them as well, but leaves fewer samples in the right places.
#
# ## Look

# %%
figure = plots.show_clouds(
    {name: trained.model.sample(1200, seed=1) for name, trained in toys.items()},
    grid.x_train[:1200],
    limit=5.2,
)

# %% [markdown]
# **What you should see.** Blue are real points, 25 bunches in a square; red are fakes. On the left,
# without a remedy, all fakes sit on top of each other in a single bunch: look for the one red dot.
# Every one of them is a perfect sample! In the other three panels red lies in all or nearly all
# bunches. With noise the bunches are unequally filled; with both penalties they are even. In all
# three some fakes still lie between the bunches, on the way from one to the next.

# %%
shots = {f"step {shot['step']:,}": shot["fakes"] for shot in films["none"].shots}
figure = plots.show_clouds(shots, grid.x_train[:600], limit=5.2)

# %% [markdown]
# **What you should see.** The collapsing generator at the start and at later moments of its
# training, the last step on the right (not the average this time). At first the fakes are a loose
# cloud that touches several bunches. Already in the second picture all of them are in one, and
# there they stay until the end: nothing in the loss calls them back to the places that they have
# left. Try `films["R1 and R2"]` for comparison.
#
# ## Measure
#
# ### Mode collapse, five times
#
# One run proves nothing: with another seed, another mode is lost. So every remedy was trained with
# several seeds and the same number of steps. The table gives mean and spread; a real sample would
# reach 25 modes, 98.9 % and 0.

# %%
table = show.results("failing-coverage")
print(f"{len(table['runs'])} seeds{'':18}{'modes':>14}{'high quality':>18}{'reverse KL':>18}")
for name, row in lab.rows(table).items():
    modes, quality, uneven = (row[k] for k in ("modes", "high_quality", "reverse_kl"))
    told = f"{quality[0]:.1%} +- {quality[1]:.1%}"
    print(f"{name:24}{modes[0]:7.1f} +- {modes[1]:4.1f}{told:>18}", end="")
    print(f"{uneven[0]:10.3f} +- {uneven[1]:.3f}")

# %% [markdown]
# This is not what most tutorials would let you expect. **Packs, the minibatch deviation and the
# relativistic loss**, alone, change next to nothing here: one mode, or two. Their papers began with
# a GAN that had lost a few modes. Ours has lost all but one, and when all fakes are one point, its
# $D$ is so steep around that point that being told "they are all alike" comes too late. The
# **diversity term** spreads the fakes over a few modes, at the price of quality. **R1**, alone,
# does the same at a lower price. **Noise** brings nearly all modes back, unevenly.
#
# And **R2** cures it: all 25 modes in every seed, alone or together with anything else. R1 makes
# $D$ flat where the data are, R2 where the *fakes* are, and a crowd in one place needs exactly
# that: without a steep cliff around it, it is not driven on all at once, it melts. (That is our
# reading of the table. The table itself only says *that* it works.) R1 and R2 together are the most
# even, and in three times the steps, the last row, they come close to real samples.
#
# The relativistic loss, which was part of the cure in lesson 03, adds nothing to R1 and R2 here:
# the two rows do not differ by more than their spreads.
#
# Three things to remember for your own GANs. Read *all three* figures: a remedy may well trade one
# for another. Read the spread: a remedy that saves four seeds of five has not cured anything. And
# note which remedies work on the cause ($D$ too steep) and which on the symptom (samples too
# alike).

# %% [markdown]
# ### The hacks, one at a time
#
# In 2016 a list of tricks went round (Chintala and others, "How to train a GAN?"). It was honest
# about its status: things that seemed to help somebody, somewhere. Most tutorials still copy it.
# `hacks` is a small DCGAN on digits in which each of them is one setting:

# %%
# NBVAL_CHECK_OUTPUT
for name, change in hacks.ABLATIONS.items():
    print(f"{name:30}{change or 'the list as it stands'}")

# %% [markdown]
# Read the table like this: the first row follows the list. Every other row changes *one* thing, and
# is trained with the same seeds and steps. The figure is the rFD of lesson 03, lower is better.
#
# Is a difference an effect, or luck? We count it in **pooled spreads**: the root of the mean of
# both variances over the seeds. A row that lies within two spreads of the first is called "no
# effect here". It may have one elsewhere, or a small one; we just cannot see it.

# %%
table = show.results("failing-hacks")
rows = lab.rows(table)
base = rows["all of them"]
print(f"{len(table['runs'])} seeds{'':24}{'rFD':>18}{'legible':>10}{'spreads':>9}")
effects = {}
for name, row in rows.items():
    apart = lab.spreads_apart(base["rfd"], row["rfd"]) if row is not base else 0.0
    verdict = "no effect here" if abs(apart) < 2 else "worse" if apart > 0 else "better"
    mean, spread = row["rfd"]
    told = f"{mean:.4f} +- {spread:.4f}"
    print(f"{name:30}{told:>18}{row['legible'][0]:10.1%}", end="")
    print(f"{apart:+9.1f}  {verdict}" if row is not base else "")
    if row is not base:
        effects[name] = apart
figure = plots.show_effects(effects, label="rFD, difference from 'all of them' in spreads")

# %% [markdown]
# **What you should see.** One line per changed hack, starting at 0, the rFD of the full list. Dots
# in the grey band are within two spreads of it: no effect here. To the right of the band (red) the
# change makes the samples worse, so the hack was worth having; to the left (blue) it makes them
# better, so the hack did harm. By far the largest effect has the rule that nobody finds exciting:
# batch normalisation must see real and fakes apart. If they share a batch, $D$ can read from the
# statistics of the batch what it was told. Next comes Adam's momentum, .5 instead of the usual .9.
# Two hacks do *harm* here: with images in $[0, 1]$ and with max pooling the samples come out
# better, by about a fifth of the rFD. And half of the list has no effect that five seeds could
# show: the normal $z$, LeakyReLU, and smoothed, noisy or flipped labels.
#
# With one unlucky seed you might have believed something else. To get a feeling for that, here are
# a few rows in small, with one seed each:

# %%
HERE = ("all of them", "real and fake in one batch", "Adam with beta_1 .9")
short = lab.shortened(hacks.PRESETS[PRESET], sizes.hacks, reports=10)
for name in HERE:
    found = lab.hack(name, short, seed=SEED, n=2_500)
    print(f"{name:30} rFD {found['rfd']:.3f}, {found['legible']:.1%} legible", end="")
    print(f", alarms: {', '.join(found['alarms']) or 'none'}")

# %% [markdown]
# The two large effects show at a quarter of the steps and with a single seed. For all the others
# you would need what the table has: more steps, and above all more seeds.
#
# ### One hack by arithmetic: walk on the sphere
#
# The list says: draw $z$ from a normal distribution, and if you go from one $z$ to another, go on a
# great circle. The reason needs no training. A normal $z$ in $d$ dimensions has a length near
# $\sqrt{d}$: its square is a sum of $d$ numbers with the mean 1. The middle of two of them,
# $\frac12 (z_1 + z_2)$, has half that variance in each coordinate, so its length is near
# $\sqrt{d/2}$. In high dimensions a sample is practically never that short.

# %%
# NBVAL_CHECK_OUTPUT
from scipy.stats import chi2

rng = np.random.default_rng(0)
print(f"{'d':>4}{'length of z':>13}{'straight':>10}{'sqrt(d/2)':>11}{'circle':>8}{'shorter z':>12}")
for d in (2, 16, 64, 512):
    first, second = rng.normal(size=(2, 4000, d))
    paths = first, latent.straight(first, second, 0.5), latent.great_circle(first, second, 0.5)
    length, middle, circle = (np.linalg.norm(z, axis=1).mean() for z in paths)
    print(f"{d:4}{length:13.1f}{middle:10.1f}{np.sqrt(d / 2):11.1f}{circle:8.1f}", end="")
    print(f"{chi2.cdf(d / 2, d):12.0e}")

# %% [markdown]
# The last column is the probability that a normal $z$ is as short as the middle of the straight
# line. In two dimensions that happens all the time, and the straight line is fine. In 64, the size
# of our digits' latent space, hardly ever: there you would ask $G$ for something that it has never
# practised. The great circle stays where $z$ is at home. Lesson 05 walks along it.
#
# ### A thousand modes
#
# 25 modes can be counted by eye. For images there is a trick to count as well: put three random
# digits into the three colour channels. The picture then stands for a number from 000 to 999, a
# classifier can read it, and there are exactly 1,000 modes (Metz and others, 2017). This is
# **Stacked MNIST**.

# %%
numbers = datasets.load("stacked_mnist")
axis = plots.show_images(numbers.x_train[:24], columns=12, width=7)

# %% [markdown]
# **What you should see.** Twenty-four numbers of three digits each, printed over one another in
# red, green and blue; where strokes cross, the colours mix. Try to read one: the digits are all
# there. A generator may paint every one of them beautifully and still know 300 numbers only. By
# looking at 24 samples you would never find out.

# %%
table = show.results("failing-stacked")
print(f"{len(table['runs'])} seeds, {stacked.SAMPLES:,} samples each")
for name, row in lab.rows(table).items():
    modes = ", ".join(str(run[f"{name}: modes"]) for run in table["runs"])
    mean, spread = row["kl"]
    print(f"{name:22} modes {modes:28} KL {mean:.3f} +- {spread:.3f}", end="   ")
    print("runs with an alarm:", sum(bool(run[f"{name}: alarms"]) for run in table["runs"]))

# %% [markdown]
# KL is 0 for perfectly even draws, and about .02 for even draws by chance. "Uncured" is a GAN as it
# was built in 2016: batch normalisation in a $D$ that is tiny beside $G$, and neither penalty nor
# averaged generator. It loses nearly everything, in every seed. "New networks" are those of lesson
# 05 with their averaged generator, still without any cure, and they are a gamble: one seed keeps
# almost all modes, another a handful. "Cured" adds the relativistic loss with R1 and R2, the
# remedies of the 25 dots: every mode in every seed, evenly served. Whoever had tried the new
# networks once, with a lucky seed, would have thought that they need no cure.
#
# And remember how you would have found out otherwise: not at all. Even the alarms of this course
# kept silent in nearly all of the lost runs (the table counts them). They ask whether samples look
# alike, and thirty different pictures do not.
#
# ## Break it
#
# ### Too fast, too large
#
# How much does it matter to get the settings right? The ring of lesson 03, at learning rates from a
# tenth to ten times its own, and with networks from tiny to wide. Once **bare** (no penalty, no
# noise, the loss of 2014), once **penalised**. The stored runs have several seeds; the crosses are
# trained here, in small.

# %%
stored = lab.rows(show.results("failing-sweep"))
forms = lab.sweep_presets(sizes.sweep)
ring = datasets.load("ring")
here = {form: {} for form in forms}
for form, what in (("bare", "rates x 1"), ("bare", "rates x 10"), ("penalised", "rates x 10")):
    trained = train(failures, forms[form][what], ring.x_train, seed=SEED, verbose=False)
    row = here[form][what] = lab.mode_row(trained)
    print(f"{form}, {what}: {row['modes']} modes, {row['high_quality']:.1%} good,", end=" ")
    print(f"alarms: {', '.join(row['alarms']) or 'none'}")

# %%
panels = {
    kind: [what for what in forms["bare"] if what.startswith(kind)] for kind in ("rates", "width")
}
for name, label, best in (("modes", "modes", 8), ("high_quality", "share of good samples", 1)):
    rows = {form: {what: stored[f"{form}: {what}"][name] for what in forms[form]} for form in forms}
    crosses = {form: {what: row[name] for what, row in here[form].items()} for form in forms}
    figure = plots.show_sensitivity(rows, panels, crosses, label, best)

# %% [markdown]
# **What you should see.** Above, the modes that were found, below, the share of good samples; left
# against the factor on both learning rates, right against the width of the layers. Red is the bare
# form, blue the penalised one; bars are the spread over seeds, crosses single, shorter runs made
# here. The bare form does not work at *any* rate or width. Where its samples are good, they are all
# in one place: never read the lower row without the upper one. The penalised form has a plateau. It
# holds all eight modes from a tenth of the rate to three times of it, and with 32 or 128 units a
# layer. The slowest runs are not wrong but not done yet, so that few of their samples are good; at
# ten times the rate it loses most modes as well; with eight units a layer it cannot draw eight
# bunches, and with 512 it begins to lose one.
#
# **Why.** With large steps the crowd of fakes has arrived at the best spot before $D$ has turned
# against it; that is mode collapse by speed. A wide network makes larger changes of its *function*
# for the same rate, so "too large" is often just another way to be too fast. With still larger
# steps a loss overflows, and the alarm `not finite` stops the training: lower the rates first, then
# look for other causes. A penalty does not only improve the result, it makes the settings matter
# less, and that is worth at least as much.

# %% [markdown]
# ### Dead ends
#
# Some states cannot be left by gradient steps, because the gradient there is zero. Two of them live
# in the activations. $\tanh$ becomes flat when its input is large, and ReLU is flat wherever its
# input is negative:

# %%
# NBVAL_CHECK_OUTPUT
print(f"{'input':>6}{'slope of tanh':>15}{'slope of ReLU':>15}{'of LeakyReLU':>14}")
for x in (-20.0, -5.0, -1.0, 1.0, 5.0, 20.0):
    point = ops.convert_to_tensor([[x]])
    slopes = [
        float(ops.convert_to_numpy(input_gradient(f, point))[0, 0])
        for f in (ops.tanh, ops.relu, lambda t: ops.leaky_relu(t, 0.2))
    ]
    print(f"{x:6.0f}{slopes[0]:15.4f}{slopes[1]:15.1f}{slopes[2]:14.1f}")

# %% [markdown]
# A generator whose outputs are all near $-1$ or 1 is **saturated**: whatever $D$ says, the tanh
# multiplies it by nothing. A layer of ReLUs whose inputs are all negative is **dead**: it returns 0
# for every $z$, and no gradient gets past it. Large steps lead to both. We do not wait for that but
# damage two generators ourselves, then train them and see whether they recover:


# %%
def saturate(generator):
    last = [layer for layer in generator.layers if layer.weights][-1]
    last.set_weights([1e4 * w for w in last.get_weights()])


def kill(generator):
    kernel, bias = generator.layers[0].get_weights()
    generator.layers[0].set_weights([kernel, bias - 100.0])


digits = datasets.load("mnist", source="bundled")
patient = lab.shortened(lab.PATIENT, sizes.case, reports=10)
for name, harm in {"healthy": lambda generator: None, "saturated": saturate, "dead": kill}.items():
    runtime.set_seed(SEED)
    model = vanilla_gan.build(patient, seed=SEED)
    harm(model.generator)
    before = model.generator.layers[0].get_weights()[0]
    print(f"{name}:", end=" ")
    train(vanilla_gan, patient, digits.x_train, seed=SEED, model=model, verbose=False)
    moved = np.abs(model.generator.layers[0].get_weights()[0] - before).max()
    grey = between(model.sample(100, seed=1, averaged=False))
    print(f"first layer of G moved by {moved:.2g}; {grey:.1%} of all pixels are grey")

# %% [markdown]
# The alarms have told you which is which. In the dead generator not one weight of the first layer
# has moved, and none ever will, however long you wait. The saturated one looks livelier: its
# weights do change, since Adam divides every gradient by its own size and so makes a step out of
# next to nothing. It does not help. Grey pixels, of which the edges of real strokes are full, are
# gone for good.
#
# **Cures.** There is no gradient to save you, so begin anew and avoid the way there: images scaled
# to $[-1, 1]$ like the tanh, weights that start small, lower rates for $G$, batch normalisation or
# LeakyReLU where ReLUs die. The third alarm of this kind, `standing still`, means that not a single
# bit of a player's weights changes between two reports. Then it has no gradient at all, or nobody
# trains it; you will meet it again below.

# %% [markdown]
# ### Large images
#
# Why did GANs stay small for years? Shrink the digits to 4, 7, 14 or 28 pixels a side, train the
# same small GAN on each, and ask how easily a *fresh* network sees through its samples. One half
# would be guessing: then the GAN has won, at that size.

# %%
show.source(lab.shrunk, lab.sight_at)

# %%
for side in (lab.SIZES[0], lab.SIZES[-1]):
    found = lab.sight_at(side, sizes.case, sizes.sight, digits.x_train, SEED)
    print(f"here, after {sizes.case} steps, {side} x {side}: told apart {found:.1%}")

stored = lab.rows(show.results("failing-sight"))
accuracies = {}
for name, row in stored.items():
    age, _, side = name.rpartition(": ")
    accuracies.setdefault(age, {})[int(side)] = row["accuracy"]
figure = plots.show_sight(accuracies)

# %% [markdown]
# **What you should see.** The share of pictures that a fresh network names correctly, against the
# size of the pictures, for GANs of two ages; bars are the spread over seeds. Both lines rise from
# left to right. After 400 steps the fresh network is right about three of four pictures with 4 x 4
# pixels, and about all with 28 x 28. After 1,500 steps three sizes have come closer to guessing,
# the smallest closest (two of three), and 28 x 28 pixels are still seen through nearly always.
#
# **Why it matters.** The larger the picture, the more ways there are to be recognised as a fake,
# and the sooner $D$ is sure. A young generator is then left with the vanishing gradients from
# above, from the first step on. A way out is to begin with small pictures, where the game is even,
# and to let both networks *grow* when they have learned that: progressive growing (Karras and
# others, 2018), which a later lesson is about.

# %% [markdown]
# ### The bug museum
#
# The failures above come from the game. Most failures in practice come from the program, and they
# are the worst kind: there is no error message, and a GAN with a bug still draws *something*. Here
# are five cases. Each is a small GAN on digits with one classic bug inside, each of these once
# found in a popular repository or lying in wait in Keras. The suspects:
#
# | name | what has been done |
# |---|---|
# | `frozen discriminator` | $D$ was frozen for the combined model and never thawed |
# | `smoothing past one` | targets of real samples were "smoothed" the wrong way, to 1.2 |
# | `one batch of noise for all turns` | $z$ was drawn once, before the loop, not in every turn |
# | `scaled twice` | images are brought to $[-1, 1]$ with the data, and again in the model |
# | `average from another start` | the averaged generator began with random weights of its own |
#
# Before you look: what would *you* expect to see for each of them? Which curve, which row of
# samples?

# %%
healthy = cases.examine(None, vanilla_gan, patient, digits.x_train, seed=SEED)
figure = plots.show_patient(healthy, healthy, f"healthy | {healthy.notes()}")

# %% [markdown]
# **What you should see.** The healthy run, for comparison. Left, the losses; in the middle, the
# mean answers of $D$ to real digits and to fakes. They approach each other but the upper one stays
# above. Right, three rows of samples: from $z$ that are new to $G$, from $z$ drawn just as they are
# drawn in its training, and from the averaged generator. They are young digits, and all three rows
# are about equally good. Both players have moved.

# %%
charts = {
    case: cases.examine(case, vanilla_gan, patient, digits.x_train, seed=SEED)
    for case in cases.CASES
}
for case, found in charts.items():
    figure = plots.show_patient(found, healthy, f"case {case} | {found.notes()}")

# %% [markdown]
# **What you should see.** Five charts like the healthy one, whose curves are repeated as dotted
# lines. In each of them one thing is out of order, and it is a different one each time: two curves
# on the wrong side of a line; two rows of samples that ought to be equally good, twice; a colour; a
# number in the title. We will not say more here. Write your diagnosis into exercise 6.
#
# If you cannot see the pictures, the same symptoms as numbers:

# %%
print(f"{'at the end':12}{'D loss':>8}{'D(real)':>9}{'D(fake)':>9}{'brightness':>12}", end="")
print(f"{'legible, new z':>17}{'its z':>8}{'average':>9}")
for case, found in {"healthy": healthy, **charts}.items():
    late = {name: np.mean(values[-4:]) for name, values in found.history.items()}
    print(f"{case:12}{late['discriminator_loss']:8.2f}{late['real_score']:9.2f}", end="")
    print(f"{late['fake_score']:9.2f}{(found.samples.mean() + 1) / 2:12.2f}", end="")
    for share, width in zip(found.legible().values(), (17, 8, 9), strict=True):
        print(f"{share:{width}.0%}", end="")
    print()
print(f"{'real digits':38}{digits.x_train.mean() / 255:12.2f}")

# %% [markdown]
# "Legible" is the measure of lesson 03, for more samples of the three kinds than the charts show.
# (The classifier has only ever seen digits, and may be sure about noise as well.)

# %% [markdown]
# ## Exercises
#
# Replace the line that raises `NotImplementedError`, run the cell, then run the check below it.
# NumPy is enough for all of them.

# %% tags=["setup"]
from gan_lessons import runtime

runtime.set_seed(0)

import numpy as np

from gan_lessons.checks import when_gans_fail as checks

# %% [markdown] tags=["exercise"]
# ### 1. The pull of both losses
#
# $D$ gives a fake the probability `d`. Return how strongly $\log(1 - D)$ and $-\log D$ pull at its
# logit: the sizes of both slopes, in this order. Two short formulas.


# %%
def pulls(d):
    # BEGIN SOLUTION
    return d, 1 - d
    # END SOLUTION


# %% tags=["check"]
checks.check_pulls(pulls)

# %% [markdown] tags=["exercise"]
# ### 2. The diversity term
#
# `z1` and `z2` have the shape $(n, d)$, the samples `x1` and `x2` made from them the shape
# $(n, k)$. Return the mean over the $n$ pairs of
#
# $$\frac{|z_1 - z_2|}{|x_1 - x_2| + 0.01},$$
#
# where $|a - b|$ is the mean of the absolute differences over the coordinates.


# %%
def diversity(z1, z2, x1, x2):
    # BEGIN SOLUTION
    z_apart = np.abs(z1 - z2).mean(axis=1)
    x_apart = np.abs(x1 - x2).mean(axis=1)
    return np.mean(z_apart / (x_apart + 0.01))
    # END SOLUTION


# %% tags=["check"]
checks.check_diversity(diversity)

# %% [markdown] tags=["exercise"]
# ### 3. The minibatch standard deviation
#
# `features` has the shape $(n, k)$; every `group` neighbours in it belong together. For each group,
# take the standard deviation of every feature over the group, and the mean of these $k$ numbers.
# Return `features` with this number as one more column: shape $(n, k + 1)$.


# %%
def minibatch_deviation(features, group):
    # BEGIN SOLUTION
    n, k = features.shape
    groups = features.reshape(n // group, group, k)
    spread = groups.std(axis=1).mean(axis=1)  # one number per group
    return np.column_stack([features, np.repeat(spread, group)])
    # END SOLUTION


# %% tags=["check"]
checks.check_minibatch_deviation(minibatch_deviation)

# %% [markdown] tags=["exercise"]
# ### 4. One step of the Dirac GAN, with friction
#
# $D$'s loss is $\log(1 + e^{\psi\theta}) + \frac{\gamma}{2}\psi^2$, $G$'s loss is the saturating
# one, $-\log(1 + e^{\psi\theta})$. Return the next `(theta, psi)`: $D$ takes a gradient step first,
# then $G$ takes one and sees the new $\psi$. (The derivative of $\log(1 + e^t)$ is $\sigma(t)$.)


# %%
def dirac_step(theta, psi, rate, gamma):
    # BEGIN SOLUTION
    def sigmoid(t):
        return 1 / (1 + np.exp(-t))

    psi = psi - rate * (sigmoid(psi * theta) * theta + gamma * psi)
    theta = theta + rate * sigmoid(psi * theta) * psi
    return theta, psi
    # END SOLUTION


# %% tags=["check"]
checks.check_dirac_step(dirac_step)

# %% [markdown] tags=["exercise"]
# ### 5. Is there an effect?
#
# Two rows of a table, as arrays with one score per seed. Return by how many **pooled spreads** the
# mean of `other` lies above that of `base`. A spread is the standard deviation over $n - 1$; the
# pooled one is the root of the mean of both variances.


# %%
def spreads_apart(base, other):
    # BEGIN SOLUTION
    pooled = np.sqrt((np.var(base, ddof=1) + np.var(other, ddof=1)) / 2)
    return (np.mean(other) - np.mean(base)) / pooled
    # END SOLUTION


# %% tags=["check"]
checks.check_spreads_apart(spreads_apart)

# %% [markdown] tags=["exercise"]
# ### 6. The diagnosis
#
# Which bug is behind which case? Return a dictionary from the cases `"A"` to `"E"` to the names of
# the suspects. A wrong diagnosis is answered with the symptom that speaks against it.


# %%
def diagnosis():
    # BEGIN SOLUTION
    return {
        "A": "average from another start",
        "B": "scaled twice",
        "C": "one batch of noise for all turns",
        "D": "frozen discriminator",
        "E": "smoothing past one",
    }
    # END SOLUTION


# %% tags=["check"]
checks.check_diagnosis(diagnosis)

# %% [markdown] tags=["solution"]
# - **A, average from another start.** The first two rows show digits, the third one is a blur of
#   random weights. The engine starts the average as a copy of $G$.
# - **B, scaled twice.** All samples are black. After the second scaling a white pixel is $-0.99$:
#   to $D$ every real digit is a black picture, and $G$ has learned to paint that, perfectly. Both
#   answers of $D$ end at 1/2, as if at the equilibrium.
# - **C, one batch of noise.** $G$ does well on the few $z$ that it practised, and worse on new
#   ones. Its losses look fine.
# - **D, frozen discriminator.** Not a single weight of $D$ has moved. $G$ has found the noise that
#   a random network likes, and its loss falls beautifully.
# - **E, smoothing past one.** With a target of 1.2 for real samples, $D$'s best answer is
#   $1.2\,p / (p + q)$: where fakes are as good as real it says .6, so both of its answers lie above
#   1/2, and its loss below the healthy one. Where it is certain, no logit is large enough for it,
#   and the loss has no lower bound at all.

# %% [markdown]
# ### For the curious, without a check
#
# - `failures.circles` uses the saturating loss. What does the Dirac GAN do with the non-saturating
#   one, and with `loss="wasserstein"`? Use `games.play(failures.dirac(...))`.
# - Combine two remedies that each cured half of the collapse. Is the sum better?
# - Give the collapse more time: ten times the steps. Does it recover by itself?
# - Put a bug of your own into a copy of the loop by hand of lesson 03, train it, and give the
#   curves to a friend.

# %% [markdown]
# ## Recap and further reading
#
# - A GAN is a game, not a descent: two right steps can lead in a circle. Penalties on $D$'s slope
#   and averaged weights bring it home.
# - The pull of the saturating loss is $D$, that of the non-saturating one $1 - D$. The second is
#   there when it is needed.
# - For a fixed $D$, collapse is $G$'s best answer. Make $D$ react gently, or let it see several
#   samples at once.
# - Saturated and dead generators do not recover. Begin anew, with smaller steps.
# - A hack is worth what it measures, over several seeds, in spreads.
# - Many failures do not look like failures. Compare with a healthy run: losses, both answers of
#   $D$, samples from new and from old $z$, the average, and how far every weight has moved.
#
# Further reading:
#
# - L. Mescheder, A. Geiger, S. Nowozin, *Which Training Methods for GANs do actually Converge?*,
#   ICML 2018: the Dirac GAN, and what makes it converge.
# - M. Arjovsky, L. Bottou, *Towards Principled Methods for Training Generative Adversarial
#   Networks*, ICLR 2017: why a good discriminator leaves no gradient, and noise as a remedy.
# - I. Goodfellow, *NIPS 2016 Tutorial: Generative Adversarial Networks*, 2016: mode collapse as
#   min-max against max-min.
# - T. Salimans and others, *Improved Techniques for Training GANs*, NIPS 2016: minibatch
#   discrimination and label smoothing.
# - Z. Lin, A. Khetan, G. Fanti, S. Oh, *PacGAN: The power of two samples in generative adversarial
#   networks*, NeurIPS 2018.
# - T. Karras and others, *Progressive Growing of GANs for Improved Quality, Stability, and
#   Variation*, ICLR 2018: the minibatch standard deviation, and growing.
# - Q. Mao and others, *Mode Seeking Generative Adversarial Networks for Diverse Image Synthesis*,
#   CVPR 2019: the diversity term.
# - L. Metz and others, *Unrolled Generative Adversarial Networks*, ICLR 2017: Stacked MNIST, and
#   another cure for collapse.
# - Y. Huang and others, *The GAN is dead; long live the GAN! A Modern GAN Baseline*, NeurIPS 2024:
#   R1 and R2 together with the relativistic loss.
# - S. Chintala and others, *How to Train a GAN? Tips and tricks to make GANs work*, 2016: the list.
# - T. White, *Sampling Generative Networks*, 2016: great circles in latent space.
#
# Next, lesson 05: convolutions, with all that we know now.

# %%
runtime.footer(PRESET, SEED, started)
