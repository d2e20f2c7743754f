# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# # 10 · WGAN: how far is it?
#
# ## You will
#
# - see two distributions between which KL and JS find no way, and a distance that does;
# - solve the earth mover's problem exactly, and watch its dual turn into a *critic*;
# - let a network learn that critic, and compare it with the exact one, on a line and in the plane;
# - keep the critic's slope in check by clipping, see the damage, and do it with a gradient penalty;
# - train a WGAN-GP on points and on digits, and ask whether its loss, at last, tells how good it
#   is;
# - put odd architectures to the test, each under four losses.
#
# **Time:** about 5 minutes of computing on two CPU cores (the last cell says how long it took), an
# hour and a half for reading and exercises. **You need:** lesson 05; lesson 02 for KL and JS.

# %%
import dataclasses
import time

started = time.perf_counter()

from gan_lessons import runtime  # before Keras: it chooses the backend and makes it quick

SEED = runtime.set_seed(0)
PRESET = runtime.resolve_preset()
print(runtime.describe(), "| preset:", PRESET)

import numpy as np

# %%
from gan_lessons import (
    critics,
    datasets,
    earth_mover,
    lab,
    plots,
    pretrained,
    robustness,
    show,
    wgan,
    wgan_lab,
    witnesses,
)
from gan_lessons.engine import losses, penalties
from gan_lessons.engine.training import train

how = wgan_lab.PRESETS[PRESET]  # how much of all this is computed here

# %% [markdown]
# ## The idea
#
# A discriminator answers a question: real or fake? While the fakes are bad, that question is too
# easy. All answers are right, all of them equally sure, and "wrong, by a mile" sounds just like
# "wrong, by an inch". In lesson 04 you have seen what is left of the generator's gradient then.
#
# A **critic** answers another one: *how far?* Think of the real data as a heap of earth and of the
# fakes as another. How much work is it to shovel the one into the shape of the other: how much
# earth, times how far it has to go? That is the **earth mover's distance**, $W_1$. It is large when
# the heaps are far apart, it shrinks as they come closer, and it is 0 when they are the same. As
# long as they differ, moving the fakes along the cheapest ways makes it smaller: distance alone
# never makes it flat.
#
# Nobody can solve the shovelling problem for images in every training step. But by a theorem of
# Kantorovich and Rubinstein there is a function $f$ of single places that knows the answer: the
# mean of $f$ over the one heap, minus its mean over the other, *is* the distance. A network can
# learn that function. Martin Arjovsky, Soumith Chintala and Léon Bottou did this in 2017, and
# called it the **Wasserstein GAN**.

# %% [markdown]
# ## The maths
#
# ### Two parallel lines
#
# All real data lie on an upright line at $x = 0$, and all fakes on another one at $x = \theta$;
# along both, $y$ is uniform in $[0, 1]$. The generator has one number to learn. It is the simplest
# case in which two distributions have nothing in common. High-dimensional data lie on something
# thin, and there it is the usual case.

# %%
show.source(earth_mover.parallel_lines)

# %%
thetas = np.linspace(-1, 1, 41)
found = [earth_mover.parallel_lines(theta) for theta in thetas]
figure = plots.show_lines(thetas, found)

# %%
# NBVAL_CHECK_OUTPUT
print(f"{'theta':>6}{'KL':>8}{'JS':>8}{'TV':>6}{'W1':>6}")
for theta in (1.0, 0.5, 0.01, 0.0):
    d = earth_mover.parallel_lines(theta)
    print(f"{theta:6.2f}{d.kl:8.2f}{d.js:8.3f}{d.total_variation:6.1f}{d.w1:6.2f}")

# %% [markdown]
# **What you should see.** Left the two lines. Right, four distances against $\theta$. The KL
# divergence is infinite everywhere but at 0 (triangles). JS is $\log 2$ and the total variation 1,
# wherever the second line stands: two flat roofs with a hole in the middle. On a roof no gradient
# shows the way to the hole. $W_1 = |\theta|$ is a valley: its slope leads to 0 from everywhere.
# (Why $\log 2$? On the first line $p$ is twice the average $m$ of both, so $\log(p / m) = \log 2$
# at every point, and the same for $q$ on the other. The slanted sides of the hole are drawn by the
# plot, which joins neighbouring points.)
#
# The loss $\log(1 - D)$ of the original GAN is, at $D$'s best, JS up to constants (lesson 02). So
# this is where the vanishing gradients come from: not from a bad $D$, but from a good one. The
# other loss, $-\log D$, keeps a gradient there, but it is not the slope of a distance any more.

# %% [markdown]
# ### A transport problem, solved
#
# Six piles with masses $p_i$, four holes with masses $q_j$, and the ways $d_{ij}$ between them. A
# *plan* says how much goes from which pile to which hole. The cheapest one is a linear programme,
#
# $$W_1 = \min_{\pi \ge 0} \sum_{ij} \pi_{ij}\, d_{ij}
# \qquad \text{with} \qquad \sum_j \pi_{ij} = p_i, \quad \sum_i \pi_{ij} = q_j,$$
#
# and such a problem has a **dual**. Imagine a carrier who offers to do the work for you. She names
# prices: $f_i$ for a unit picked up at pile $i$, $g_j$ for a unit put down at hole $j$ (a price may
# be negative; then she pays you). You accept as long as both together are nowhere dearer than
# walking yourself. She earns at most
#
# $$\max_{f, g} \; \sum_i f_i\, p_i + \sum_j g_j\, q_j
# \qquad \text{with} \qquad f_i + g_j \le d_{ij} \text{ for all } i, j.$$

# %%
show.source(earth_mover.transport)

# %%
rng = np.random.default_rng(4)
piles, holes = rng.uniform(-1, 0.2, (6, 2)), rng.uniform(-0.2, 1, (4, 2))
p, q = rng.dirichlet(np.full(6, 4.0)), rng.dirichlet(np.full(4, 4.0))


def ways(a, b):
    """Distances (n, m) of points (n, 2) and (m, 2)."""
    return np.linalg.norm(a[:, None] - b, axis=2)


moved = earth_mover.transport(p, q, ways(piles, holes))

# %%
# NBVAL_CHECK_OUTPUT
print(f"the least work, over all plans:          {moved.work:.6f}")
print(f"the most a carrier earns, over prices:   {moved.income:.6f}")
print(f"arrows in the plan: {(moved.plan > 1e-9).sum()} of {moved.plan.size} possible")
slack = ways(piles, holes) - moved.f[:, None] - moved.g
print(f"least gap between way and prices: {abs(slack.min().round(9)):.6f}; ", end="")
print(f"largest gap where earth is carried: {abs(slack[moved.plan > 1e-9].max().round(9)):.6f}")

# %% [markdown]
# Both problems have the same value: what the cleverest walker cannot undercut, the cleverest
# carrier can demand. That is **duality**. And where earth is carried, the prices are *exactly* the
# way.
#
# Now the step to a critic. Let her name both prices at *every* place. To carry from a place to
# itself costs nothing, so $f(x) + g(x) \le 0$ there. Since a detour is never shorter, she loses
# nothing by taking $g = -f$. Then her condition reads $f(x) - f(y) \le d(x, y)$: one function,
# nowhere steeper than 1. It is made from the prices like this:

# %%
show.source(earth_mover.Transport.critic)

# %%
# NBVAL_CHECK_OUTPUT
on_piles, on_holes = (moved.critic(ways(x, holes)) for x in (piles, holes))
print(f"sum p f(piles) - sum q f(holes) = {p @ on_piles - q @ on_holes:.6f}")
places = rng.uniform(-1, 1, (300, 2))
f = moved.critic(ways(places, holes))
gaps = ways(places, places) + np.eye(300)
steepest = (np.abs(f[:, None] - f) / gaps).max()
print(f"steepest slope between 300 places: {steepest:.3f}, never above 1")

# %% [markdown]
# This is the theorem, *seen*: a single function whose slope is nowhere above 1 (such functions are
# called 1-Lipschitz), and whose means over the two heaps differ by exactly $W_1$:
#
# $$W_1(p, q) = \max_{\lVert f \rVert_L \le 1} \;
#   \mathbb{E}_{x \sim p} f(x) - \mathbb{E}_{x \sim q} f(x).$$

# %%
line = np.linspace(-1.1, 1.1, 120)
x, y = np.meshgrid(line, line)
field = moved.critic(ways(np.stack([x.ravel(), y.ravel()], axis=1), holes)).reshape(x.shape)
figure = plots.show_transport(piles, holes, p, q, moved, (x, y, field))

# %% [markdown]
# **What you should see.** Left, blue piles and red holes, their size is their mass; grey arrows
# carry earth from one to the other, thick ones more. Half of the piles serve one hole, half serve
# two (one arrow is thin as a hair). Right,
# the critic $f$ as a landscape over the same places: orange is high, where there is too much earth,
# purple is low, with a pit at each hole, and in between it is as steep as a slope of 1 allows. The
# arrows of the left picture run straight down it, across the contours. (In a GAN the real data are
# the heap on high ground. A generator that moves its fakes *uphill* takes the cheapest way there.)

# %% [markdown]
# ### On a line
#
# With numbers instead of places the problem is solved by sorting: the smallest goes to the
# smallest. It can also be read off the two distribution functions: past each place $x$ the earth
# $|F_p(x) - F_q(x)|$ has to be carried, so $W_1 = \int |F_p - F_q|\,dx$. And for any $f$,
# integration by parts gives
#
# $$\mathbb{E}_p f - \mathbb{E}_q f = \int f'(x)\,\bigl(F_q(x) - F_p(x)\bigr)\,dx,$$
#
# which is largest if $f' = 1$ where $F_q$ is above $F_p$, and $-1$ where it is below. That is the
# best critic:

# %%
show.source(earth_mover.witness)

# %% [markdown]
# ## Build
#
# The networks are those of lesson 05, whose discriminator had no batch normalisation and answered
# with a logit, any number. As a critic it loses its last bias as well, because raising all answers
# by one number changes nothing. What is new is the loss: no sigmoid, no probability, no logarithm.
# The critic makes this small: its estimate of $W_1$ with a minus sign, and a penalty, of which more
# below.

# %%
show.source(critics.Critical.critic_loss, losses.discriminator_wasserstein)

# %%
show.source(wgan.WGAN.generator_loss, losses.generator_wasserstein)

# %% [markdown]
# The whole difficulty is the condition: the slope of $f$ must not be above 1. A network knows of no
# such thing. Without it, it would double its answers, double the "distance", and double them again.
#
# **Clipping** (Arjovsky and others, 2017) forces every weight into a small range after each step. A
# network with small weights has a small slope. *How* small nobody can say, so it measures at most
# $K\,W_1$, with a $K$ that depends on the network, and less where such small weights cannot draw
# the best critic.

# %%
show.source(critics.Clip)

# %% [markdown]
# The **gradient penalty** (Ishaan Gulrajani and others, 2017) looks at the slope itself. The best
# critic has slope 1 along every way that earth is carried. Nobody knows the ways; so ask for it
# between real and fake samples paired at random, each pair with a coefficient of its own:
#
# $$\lambda \; \mathbb{E}_{\hat x} \bigl( \lVert \nabla_{\hat x} f(\hat x) \rVert - 1 \bigr)^2,
# \qquad \hat x = u\,x + (1 - u)\,G(z), \quad u \sim U[0, 1], \quad \lambda = 10.$$

# %%
show.source(penalties.gradient_norm_between, penalties.one_centred, penalties.at_most_one)

# %% [markdown]
# Because each slope is asked at one sample, the critic must judge each sample *alone*. With batch
# normalisation an answer depends on the neighbours in the batch, and a "slope at this sample" no
# longer means anything.
#
# **How exact is it?** A penalty can be paid. Raise the slope everywhere to $s$: the estimate grows
# to $s\,W_1$, the price is $\lambda(s - 1)^2$. The critic does best at $s = 1 + W_1 / (2\lambda)$,
# so with $\lambda = 10$ and a distance of 3 it says 15 % too much. To *measure*, we take $\lambda =
# 30$ and the one-sided form. (Between random pairs the best critic may well be flatter than 1, and
# the two-sided form punishes that. It also has a second valley at slope $-1$: a critic that has to
# rise on one side and fall on the other may stay a straight line for ever.)
#
# ### A critic alone
#
# No generator yet. Two samples stay where they are, and a critic learns what lies between them.
# *Alike*, below, is the correlation of the learned and the exact witness over all points.

# %%
show.source(critics.CriticAlone.make_fakes, witnesses.learn)

# %%
alone = lab.shortened(witnesses.ALONE, how.alone, reports=12)
pairs = {name: witnesses.pair(name, how.points, SEED) for name in witnesses.PAIRS}
learned = {}
for name, pair in pairs.items():
    learned[name] = witnesses.learn(alone, pair.p, pair.q, SEED)
    told = witnesses.figures(learned[name], pair)
    print(f"{name:22} exact W1 {told['exact W1']:.3f}   learned {told['estimate']:.3f}", end="")
    print(f"   ratio {told['of W1']:.3f}   witness alike {told['alike']:.3f}")

# %%
grid = np.linspace(-7, 7, 500)[:, None]
columns = {}
for name in ("a shift", "a heap between two", "wide and narrow"):
    p, q = pairs[name].p[:, 0], pairs[name].q[:, 0]
    columns[name] = (p, q, pairs[name].witness(grid), {"learned": learned[name].witness(grid)})
figure = plots.show_witnesses(grid[:, 0], columns)

# %% [markdown]
# **What you should see.** Three pairs of heaps, real ones blue and fakes red, and below each the
# best critic (broad grey line) with the learned one on top of it (green). *A shift*: a ramp that
# rises from the fakes to the real data. *A heap between two*: a V, with the fakes at its foot and a
# slope to either side. *Wide and narrow*: a V as well, because some of the fakes have to go left
# and some right. Where there are data, the green line runs inside the grey one. Outside, where
# nobody has anything to move, both are free: the grey one is drawn flat, the green one goes its own
# way.

# %% [markdown]
# ## Train
#
# ### Points
#
# Now with a generator. Each of its steps follows `n_critic` steps of the critic, each on fresh data
# and fresh fakes: the estimate is only worth something if the critic has had time to learn it.

# %%
points = datasets.load("grid")
grid_run = train(wgan, how.points_gan, points.x_train, seed=SEED, verbose=False)
grid_score = wgan.evaluate(grid_run.model, how.points_gan, how.sample)
print(grid_score, f"| {grid_run.seconds:.0f} s")

# %% [markdown]
# ### Digits
#
# And the real thing: WGAN-GP on ten thousand digits, in two ways. *In haste* (plain "WGAN-GP" in
# the tables): two turns of the critic, ten times the papers' learning rate, and it falls in the
# last part of the training. That gives good samples soon. *With patience*: five turns of the
# critic, as in the papers, and half that rate, constant. Here that is a third as many steps, so its
# samples cannot be as good; what we want of it is its *estimate*. A DCGAN takes as many steps as
# the hasty one. At every report, `Follow` measures the rFD of the generator of that very step, and
# keeps it beside what the players log.

# %%
show.source(wgan_lab.Follow.on_epoch_end)

# %%
runs, logs = {}, {}
for name, (lesson, field, _) in wgan_lab.FOLLOWED.items():
    preset = getattr(how, field)
    runs[name], logs[name] = wgan_lab.followed(lesson, preset, how, SEED)
    score = lesson.evaluate(runs[name].model, preset, how.sample)
    print(f"{name} ({preset.steps} steps, {runs[name].seconds:.0f} s): {score}")

# %% [markdown]
# ## Look

# %%
figure = plots.show_clouds(
    {"WGAN-GP": grid_run.model.sample(1500, seed=1)}, points.x_train[:1500], limit=5.2
)

# %% [markdown]
# **What you should see.** A square of 25 bunches. Blue real points, red fakes; all bunches hold
# both, and some fakes stray between them, about one in seven. No mode is missing: to leave one out
# would mean to carry a 25th of all earth over a distance of 2, and the critic would show where.

# %%
_, ready, its_preset = pretrained.load_generator("wgan_mnist")
rows = {name: run.model.sample(14, seed=1) for name, run in runs.items()}
figure = plots.show_rows({**rows, "WGAN-GP, beforehand": ready.sample(14, seed=1)})

# %% [markdown]
# **What you should see.** Fourteen digits of each, averaged generators. In the first and the third
# row most can be read; some are half one digit and half another. The two look alike. The patient
# one has had less practice, and it shows. In the last row are digits of a WGAN-GP that comes with
# the course: it has seen all 60,000 digits of MNIST and took about six times as many steps as the
# hasty one.

# %%
square = np.stack(np.meshgrid(*[np.linspace(-3, 3, 60)] * 2), axis=-1).reshape(-1, 2)
ring = pairs["a ring round a heap"]
funnels = {"exact": ring.witness, "learned": learned["a ring round a heap"].witness}
figure = plots.show_fields(
    {name: f(square).reshape(60, 60) for name, f in funnels.items()},
    ring.p[:400],
    ring.q[:400],
    limit=3.0,
)

# %% [markdown]
# **What you should see.** A ring of real points round a heap of fakes, over the best critic (left)
# and the learned one (right), as contours. Both are funnels: lowest (purple) in the middle, and
# rising evenly to the ring, with circles for contours. Beyond the ring, where nothing has to be
# carried, they are free to differ: the exact one is drawn flat, the learned one goes on rising.

# %% [markdown]
# ## Measure
#
# ### A known distance, five times

# %%
table = show.results("earth_movers-known")
print(f"{len(table['runs'])} seeds{'':17}{'exact W1':>10}{'the critic says':>18}", end="")
print(f"{'of W1':>17}{'predicted':>12}")
for name, row in lab.rows(table).items():
    exact, told, share = (row[k] for k in ("exact W1", "estimate", "of W1"))
    predicted = 1 + exact[0] / (2 * witnesses.ALONE.penalty)
    print(f"{name:24}{exact[0]:10.3f}{told[0]:10.3f} ± {told[1]:.3f}", end="")
    print(f"{share[0]:9.3f} ± {share[1]:.3f}{predicted:12.3f}")

# %% [markdown]
# The critic is right to a few per cent. It says a little too much, and by just what the price of a
# slope has predicted, $1 + W_1 / (2\lambda)$. It was never told where earth should go. It found out
# only the price.
#
# ### The 25-grid, five times

# %%
table = show.results("earth_movers-grid")
for name, (mean, spread) in lab.rows(table)["WGAN-GP"].items():
    print(f"{name:14} {mean:7.3f} ± {spread:.3f}   ({len(table['runs'])} seeds)")

# %% [markdown]
# `floor` is the exact $W_1$ of 2,000 real points to 2,000 other real ones, in one draw; other draws
# give .2, give or take .03. Ours is only some hundredths above: this ruler can hardly tell more.
# `high_quality` can, the share of points within three standard deviations of a mode: of real ones
# it is .99.
#
# ### Does the loss tell?

# %%
hasty, patient, rival = logs.values()
figure = plots.show_following(
    {
        "WGAN-GP, in haste:\nestimate of W1": [hasty[k] for k in ("step", "w1_estimate", "rFD")],
        "WGAN-GP, patient:\nestimate of W1": [patient[k] for k in ("step", "w1_estimate", "rFD")],
        "DCGAN:\nloss of D": [rival[k] for k in ("step", "discriminator_loss", "rFD")],
        "DCGAN:\nloss of G": [rival[k] for k in ("step", "generator_loss", "rFD")],
    }
)

# %% [markdown]
# **What you should see.** Four panels; in each, green and solid what the training logs, red and
# dotted the rFD of the same generator, on a logarithmic scale. All red lines fall. *In haste:* the
# green line falls steeply at first, and then lies flat or even rises a little, while the samples go
# on improving. *Patient:* it falls with the red one, all the way. *DCGAN, D:* the loss goes down
# and up, and up means better here. *DCGAN, G:* it has a peak and then falls, at last very slowly.
#
# In numbers, the rank correlation of each log with the rFD (1: the larger, the worse the samples,
# without exception), here and over the stored seeds. *A clock* is the number of steps that are
# still to come: it knows nothing of the samples.

# %%
stored = show.results("earth_movers-digits")
rows = lab.rows(stored)
print(f"{'rank correlation with the rFD':50}{'here':>7}{len(stored['runs']):9} seeds")
for who, (_, _, told) in wgan_lab.FOLLOWED.items():
    for name, value in wgan_lab.correlations(logs[who], told).items():
        mean, spread = rows[who][name]
        print(f"{who:18}{name:32}{value:7.2f}{mean:8.2f} ± {spread:.2f}")
    clock = wgan_lab.rank_correlation(-logs[who]["step"], logs[who]["rFD"])
    print(f"{who:18}{'a clock, whole training':32}{clock:7.2f}")

# %%
for who, row in rows.items():
    if who in runs:
        print(f"{who:18}stored rFD {row['rfd'][0]:.4f} ± {row['rfd'][1]:.4f}", end="")
        print(f", legible {row['legible'][0]:.1%}")
print("beforehand:", wgan.evaluate(ready, its_preset, how.sample))

# %% [markdown]
# **Patient.** The estimate falls with the rFD, over the whole training and in its second half. The
# paper promised this, and its authors knew of no GAN before that had such a loss. But this run is
# short, and at its end its samples are still far from those of the hasty one: we have seen the
# estimate tell while there was much to learn, not at the finish.
#
# **In haste.** At first the estimate falls with the rFD, too. In the second half it *rises* while
# the samples get better. The theorem speaks of the *best* critic. One that lags behind reports the
# distance times its own skill, and skill can change: when the learning rate falls, the generator
# slows down and the critic may catch up. (Both the turns and the falling rate differ between our
# two runs. We have not taken them apart.) So before you read the curve, make sure that the critic
# is nearly at its best: more turns, and no change of the rates on the way.
#
# **DCGAN.** Be fair: here the loss of $G$ follows the rFD as well as any estimate does. But so does
# a clock. In a training that works, whatever drifts one way correlates. What the DCGAN lacks is a
# reason. Its losses compare each player with the opponent of that moment: a weak $D$ makes $G$'s
# loss small whatever the samples are, and for the loss of $D$ *up* was the better direction. The
# estimate has a theorem, a unit and a known direction, on one condition, and the hasty run breaks
# it. (Lesson 11 follows another DCGAN over five seeds.)

# %% [markdown]
# ### Odd architectures
#
# A DCGAN is a balance that took years to find. What happens if you do not keep to it? Gulrajani and
# others trained odd architectures by four methods. So do we. One of them is new to you: the
# **LSGAN** (Mao and others, 2017) replaces the logarithms by squares, $(D - 1)^2$ for real and
# $D^2$ for fake samples, without a sigmoid.

# %%
# NBVAL_CHECK_OUTPUT
usual = robustness.Architecture()
for name, odd in robustness.ARCHITECTURES.items():
    print(f"{name:32}{ {k: v for k, v in vars(odd).items() if v != getattr(usual, k)} }")
print("methods:", ", ".join(f"{name} ({loss})" for name, loss in robustness.METHODS.items()))

# %%
table = show.results("earth_movers-robust")
of = len(table["runs"])
print(f"the median rFD of {of} seeds; * and how many of them failed (above {robustness.FAILED})")
print(f"{'':32}" + "".join(f"{method:>8}{'':8}" for method in robustness.METHODS))
for name in robustness.ARCHITECTURES:
    cells = [robustness.outcome(table["runs"], name, method) for method in robustness.METHODS]
    told = [f"{rfd:8.2f}{f'* {n} of {of}' if n else '':8}" for rfd, n in cells]
    print(f"{name:32}" + "".join(told))

# %% [markdown]
# Failed means an rFD above .5, farther off than real digits under a blur. It need not mean
# "illegible": a generator that draws one clear digit for ever has failed, too. There is one setting
# for each method, tuned for no row; these are small networks after 800 steps; and the critics take
# two turns where the discriminators take one. So see who is fussy, not who is best.
#
# - **As in the DCGAN**, all four get on, in every seed.
# - **Without batch normalisation**, the clipped WGAN no longer does in every seed. (The critic of
#   WGAN-GP never has any, so for it this changes the generator alone.)
# - **Tanh everywhere:** the clipped WGAN is lost. A likely reason: the clip keeps what enters each
#   tanh of its critic so near to 0 that the tanh is a straight line there, and the critic hardly
#   more than a weighted sum of pixels. (A LeakyReLU has its bend at 0, however small its input.)
# - **Twice as deep, no batch normalisation:** LSGAN and the clipped WGAN fail in every seed, DCGAN
#   in some, and WGAN-GP has its best score of all. Depth is hard on a clip; *Break it* shows why.
#   Why the other two fail we have not looked into.
# - **A dense generator:** DCGAN and LSGAN fail, both critics carry on. A likely reason: the
#   convolutional side is soon far ahead, and a critic that is far ahead still says which way to go.
# - **A dense generator without batch normalisation** is beyond all four *here*. In the paper
#   WGAN-GP trained a dense generator of four layers, at a rate ten times lower and with far more
#   steps.
#
# So the penalty does not make a GAN much better where all is well tuned. It makes a GAN less fussy.

# %% [markdown]
# ## Break it
#
# ### What a clip does to a deep critic
#
# Ten hidden layers, real points on a ring of eight modes, and as fakes the same points under noise.
# There are four ways to hold the critic, three clips and the penalty; three of them are trained
# here. We ask two questions of each: what gradient reaches each layer, and where do the weights
# lie, at the start and at the end?

# %%
show.source(witnesses.gradients_by_depth)

# %%
gradients, weights, fields = {}, {}, {}
for name in ("clip 0.1", "clip 0.01", "penalty"):
    model, real, fake = witnesses.reined(name, how.damage // 2, SEED)
    gradients[name] = witnesses.gradients_by_depth(model.critic, real[:500])
    size = witnesses.REINS[name].clip if name.startswith("clip") else None
    weights[name] = (witnesses.kernels(model.critic), size)
    fields[name] = model.witness(square).reshape(60, 60)
    first, last = gradients[name][[0, -1]]
    new = critics.build_critic(dataclasses.replace(witnesses.REINS[name], shape=(2,)))
    before, after = (witnesses.share_at(c, size or np.inf) for c in (new, model.critic))
    print(f"{name:10} gradient at the first layer {first:7.2g}, at the last {last:7.2g}", end="")
    print(f"; weights at the clip: {before:3.0%} at the start, {after:3.0%} now")

# %%
del weights["clip 0.01"]
figure = plots.show_damage(gradients, weights)

# %% [markdown]
# **What you should see.** Left, the length of the gradient at each hidden layer, on a logarithmic
# scale. With a clip of .1 it *explodes* on its way down to the first layer, by many powers of ten;
# with .01 it *vanishes*, by even more. Only the penalty keeps it near 1 in all layers. Middle,
# where the weights lie under the clip of .1: two needles, at its two ends. A third of the weights
# was there from the start, because a clip cuts off the random weights as well; training has pushed
# most of the others after them. The critic has become a function of a very simple kind. (With .01
# such a picture would prove nothing: more than nine tenths are cut off at the start, and that it
# stays, for this critic never learns.) Right, under the penalty: spread about as evenly as on the
# first day. It had no need to push a weight anywhere.

# %%
figure = plots.show_fields(fields, real[:400], fake[:400], limit=3.0)

# %% [markdown]
# **What you should see.** The three critics as contours under the same points: eight blue bunches,
# and red fakes round each. With a clip of .1, one broad hill with a few creases; it does not tell
# bunches from the space between them. With .01 there is no landscape at all: its answers are the
# same everywhere as far as a float32 can tell, and what you see is rounding. The critic with the
# penalty has a hill for every single bunch.

# %%
stored = show.results("earth_movers-clip")
table = lab.rows(stored)
print(f"{len(stored['runs'])} seeds     {'first layer / last':>20}{'weights at the clip':>22}")
for name, row in table.items():
    print(f"{name:12}{row['first to last'][0]:20.2g}{row['at the clip'][0]:22.0%}")

# %% [markdown]
# Three clips that differ by a factor of ten in all, and more than fifteen powers of ten between
# what reaches the first layer. The middle one still explodes, a thousandfold; a little smaller, and
# it would vanish. A clip has to fit the depth, the width and the data. "Weight clipping is a
# clearly terrible way to enforce a Lipschitz constraint", wrote the very people who had proposed
# it.
#
# ### What else can break
#
# - **Batch normalisation in the critic** makes the penalty ask a question without a meaning.
# - **Momentum**: the critic's task changes with every step of $G$. Both papers keep it at 0.
# - **Too few critic steps**: $G$ climbs a slope that is out of date, and the estimate is none.
#   (Samples may still be good: two turns were enough here. In theory no fixed number is enough, see
#   Mescheder below.)
# - **The sign.** $f$ is large on real data, $G$ climbs. Exchange it in one place only and both
#   players work for the same side. The guards of this course's tests know that bug, and several
#   more that go with critics: see `gan_lessons.museum`.

# %% [markdown]
# ## Exercises
#
# Replace the line that raises `NotImplementedError`, run the cell, then run the check below it.
# NumPy is enough for all of them.

# %% tags=["setup"]
from gan_lessons import runtime

runtime.set_seed(0)

import numpy as np

from gan_lessons.checks import wgan as checks

# %% [markdown] tags=["exercise"]
# ### 1. The earth mover's distance on a line
#
# `x` and `y` are arrays of $n$ numbers each. Each number of `x` is a pile of mass $1/n$, each
# number of `y` a hole of the same size. Return $W_1$.


# %%
def earth_mover_1d(x, y):
    # BEGIN SOLUTION
    return np.mean(np.abs(np.sort(x) - np.sort(y)))
    # END SOLUTION


# %% tags=["check"]
checks.check_line(earth_mover_1d)

# %% [markdown] tags=["exercise"]
# ### 2. From prices to a critic
#
# `distances` has the shape $(k, m)$, from $k$ places to the $m$ holes, and `g` holds the price
# $g_j$ of each hole. Return the *largest* $f(x_i)$ for which $f(x_i) + g_j \le d(x_i, y_j)$ holds
# for every hole $j$, shape $(k,)$.


# %%
def critic_from_prices(distances, g):
    # BEGIN SOLUTION
    return np.min(distances - g, axis=1)
    # END SOLUTION


# %% tags=["check"]
checks.check_critic_from_prices(critic_from_prices)

# %% [markdown] tags=["exercise"]
# ### 3. Points between real and fake
#
# `real` and `fake` are images $(n, h, w, c)$, `u` holds $n$ uniform numbers. Return
# $u_i\,x_i + (1 - u_i)\,G(z_i)$ for every sample.


# %%
def between(real, fake, u):
    # BEGIN SOLUTION
    mix = u[:, None, None, None]
    return mix * real + (1 - mix) * fake
    # END SOLUTION


# %% tags=["check"]
checks.check_between(between)

# %% [markdown] tags=["exercise"]
# ### 4. Three penalties
#
# `norms` holds the lengths of $n$ gradients. Return three means, without any weight: the
# **two-sided** penalty of WGAN-GP, the **one-sided** one, which leaves slopes below 1 alone, and
# **R1** of lesson 03, which wants the slope to be 0 (at real samples, but that is not our business
# here).


# %%
def three_penalties(norms):
    # BEGIN SOLUTION
    two_sided = np.mean((norms - 1) ** 2)
    one_sided = np.mean(np.maximum(norms - 1, 0) ** 2)
    return two_sided, one_sided, np.mean(norms**2)
    # END SOLUTION


# %% tags=["check"]
checks.check_three_penalties(three_penalties)

# %% [markdown] tags=["exercise"]
# ### 5. What the penalty adds
#
# A critic under a penalty of weight $\lambda$ says `estimate` $= W_1\,(1 + W_1 / (2\lambda))$.
# Return $W_1$.


# %%
def without_overshoot(estimate, weight):
    # BEGIN SOLUTION
    return -weight + np.sqrt(weight**2 + 2 * weight * estimate)
    # END SOLUTION


# %% tags=["check"]
checks.check_without_overshoot(without_overshoot)

# %% [markdown] tags=["solution"]
# $W^2 + 2\lambda W - 2\lambda e = 0$, and of the two roots $-\lambda \pm \sqrt{\lambda^2 + 2\lambda
# e}$ the positive one is a distance. For a large $\lambda$ it is nearly $e$ itself.

# %% [markdown]
# ### For the curious, without a check
#
# - Train the digits with `one_sided=True`: `train(wgan, "quick", one_sided=True)`. Does the rFD
#   change by more than five seeds differ among themselves?
# - And with R1 instead: make a subclass of `dcgan.DCGAN` with `losses.discriminator_wasserstein`
#   (and its own penalty) and `losses.generator_wasserstein` as the losses of the two players.
# - `gan-lessons train wgan --variant clip` trains the first WGAN. How many steps does it take to
#   get as far as the penalty does in a hundred?
# - Feed the known pairs to a critic with the *two-sided* penalty, from several seeds:
#   `dataclasses.replace(alone, one_sided=False)`. Does any of the three pairs on the line go wrong,
#   and how does its witness look?

# %% [markdown]
# ## Recap and further reading
#
# - Between distributions that do not overlap, KL and JS have no slope. The earth mover's distance
#   says how far, and its slope does not fade with the distance.
# - Its dual is a function $f$ of slope 1 at most; the means of $f$ differ by $W_1$. A network that
#   learns $f$ is a critic, and a generator climbs it.
# - Clipping keeps the slope in check at the price of the critic: weights at the ends, gradients
#   that explode or vanish with depth. The gradient penalty asks for slope 1 where it counts, each
#   sample alone; no batch normalisation.
# - The penalty can be paid: an estimate of $W_1$ is too large by about the factor
#   $1 + W_1/(2\lambda)$.
# - The estimate follows the quality of the samples as long as the critic is nearly the best one. A
#   hasty critic makes good samples too, but late in training its estimate may point the wrong way.
#
# Further reading:
#
# - M. Arjovsky, S. Chintala, L. Bottou, *Wasserstein Generative Adversarial Networks*, ICML 2017:
#   the parallel lines, the critic, clipping.
# - I. Gulrajani, F. Ahmed, M. Arjovsky, V. Dumoulin, A. Courville, *Improved Training of
#   Wasserstein GANs*, NIPS 2017: what clipping does, the gradient penalty, odd architectures.
# - H. Petzka, A. Fischer, D. Lukovnikov, *On the Regularization of Wasserstein GANs*, ICLR 2018:
#   the one-sided penalty.
# - C. Villani, *Topics in Optimal Transportation*, 2003; G. Peyré, M. Cuturi, *Computational
#   Optimal Transport*, 2019: the theory, and how to compute it.
# - L. Mescheder, A. Geiger, S. Nowozin, *Which Training Methods for GANs do actually Converge?*,
#   ICML 2018: with a fixed number of critic steps, WGAN and WGAN-GP need not converge; R1 does.
# - M. Lucic and others, *Are GANs Created Equal?*, NeurIPS 2018: with the same effort in tuning,
#   the losses differ less than their papers let you expect.
#
# Next, lesson 11: how to measure a GAN, whatever its loss.

# %%
runtime.footer(PRESET, SEED, started)
