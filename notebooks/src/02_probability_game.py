# %% [markdown]
# # 02 · The game of probability: from dice to a forger's best move
#
# ## You will
#
# - see what it means to "draw a face at random", and why almost all pictures are not faces;
# - turn plain random numbers into numbers of any shape you like, first by formula, then with a
#   network;
# - measure how far apart two distributions are, in four ways, and find out which of them can
#   teach;
# - play a game in which nobody should be predictable, and see why learning it goes in circles;
# - check two famous claims about GANs with networks of your own: what the best detective answers,
#   and what the game is worth in the end.
#
# **Time:** under 3 minutes of computing on two CPU cores (the last cell says how long it took),
# an hour and a half for reading and exercises. **You need:** Python, NumPy, and to know what a
# derivative and an integral are. No knowledge of networks beyond "numbers in, numbers out, and it
# can be trained".

# %%
import time

started = time.perf_counter()

from gan_lessons import runtime  # before Keras: it chooses the backend and makes it quick

SEED = runtime.set_seed(0)
PRESET = runtime.resolve_preset()
print(runtime.describe(), "| preset:", PRESET)

import dataclasses
import math

import matplotlib
import numpy as np
from scipy import stats

from gan_lessons import datasets, faces, games, matching, plots, probability, show
from gan_lessons.engine import losses
from gan_lessons.engine.training import train

matplotlib.rcParams["figure.dpi"] = 80

# %% [markdown]
# ## The idea
#
# ### Chance has a shape
#
# Throw two dice. There are 36 ways in which they can fall: that is the **sample space**, the list
# of everything that may happen. A **random variable** is a number read off what happened, for
# instance the sum of the spots. Its **distribution** says how likely each value is: 6 of the 36
# ways give a 7, only one gives a 12.
#
# A single throw tells you next to nothing about the distribution. Many throws show it:

# %%
rng = np.random.default_rng(SEED)
throws = rng.integers(1, 7, size=(10_000, 2)).sum(axis=1)
sums = np.arange(2, 13)
plots.animate_shares(
    throws,
    sums,
    chances=(6 - np.abs(sums - 7)) / 36,
    moments=[5, 10, 20, 40, 80, 150, 300, 600, 1500, 10_000],
    text="Bars of the sums of two dice come closer and closer to a triangle of dots.",
)

# %% [markdown]
# **What you should see.** A picture that moves (or, where it cannot, four stills of it). With 5
# throws the bars are wild: some sums never came, others far too often. With a few hundred they
# begin to follow the black dots, the true probabilities, which rise in a straight line to the 7
# and fall again. With 10,000 throws bars and dots agree. The triangle was there all the time; the
# throws reveal it.
#
# This course is about the way back: we are given *throws* (photographs, digits, melodies), nobody
# tells us the distribution, and we want a machine that makes new throws of the same kind. Such a
# machine is called a **generator**.
#
# ### A face is a point
#
# What is the sample space of photographs? A small portrait of 218 by 178 pixels in three colours
# consists of $218 \cdot 178 \cdot 3$ numbers. So it is a *point* in a space with that many
# dimensions, and "all pictures of this size" is that space. Let us take a few points from it at
# random, each number from 0 to 255 with equal probability:

# %%
# NBVAL_CHECK_OUTPUT
print(f"dimensions: {math.prod(faces.SHAPE):,}")

# %%
noise = rng.integers(0, 256, size=(2, *faces.SHAPE), dtype="uint8")
portraits = np.stack([faces.draw(faces.random_face(number)) for number in range(5)])
axis = plots.show_images(
    np.concatenate([noise[:1], portraits, noise[1:]])[:, ::3, ::3], columns=7, width=6
)

# %% [markdown]
# **What you should see.** Seven pictures in a row. The first and the last are random points of the
# space, and they are noise, like a television without an aerial. You could look at random points
# until the end of the universe and would see nothing else. The five between them are faces.
#
# (They are *drawings* by a few lines of code, from eight random numbers each: `gan_lessons.faces`.
# Nobody was photographed for them. Lesson 06 works with photographs.)
#
# How rare are faces? Take the first drawing, and be generous: a picture counts as "like it" if
# every one of its numbers is at most 25 levels away. A random number from 0 to 255 manages that
# with a probability of at most 51/256. All of them together:

# %%
# NBVAL_CHECK_OUTPUT
exponent = math.prod(faces.SHAPE) * math.log10(51 / 256)
print(f"probability that random pixels look like one given face: below 10^{exponent:,.0f}")
print("atoms in the observable universe, roughly: 10^80")

# %% [markdown]
# That is one face, and there are many. But however many you allow for, ten to the power of a
# hundred or of a thousand, nothing makes up for an exponent like that. **Almost all points are not
# faces.** The faces lie on something thin in that huge space, in our case something with only
# eight dimensions, since eight numbers make one of our drawings.
#
# Thin, and curved. Halfway between two faces there is *not* a face:


# %%
def portrait(number):
    """A face of which three of the eight numbers are `number`."""
    return faces.draw(faces.Face(width=number, hair=number, hair_length=number))


pixels = np.stack([portrait(0.0), portrait(1.0)]).mean(axis=0).astype("uint8")
row = np.stack([portrait(0.0), pixels, portrait(0.5), portrait(1.0)])
axis = plots.show_images(row[:, ::2, ::2], columns=4, width=5)


def neighbours(images):
    return np.corrcoef(images[:, :, :-1].ravel(), images[:, :, 1:].ravel())[0, 1]


print(f"correlation of neighbouring pixels: noise {neighbours(noise):.3f},", end=" ")
print(f"drawings {neighbours(portraits):.3f}")

# %% [markdown]
# **What you should see.** At the two ends drawings: left a narrow face with short dark hair, right
# a wide one with long fair hair. The second picture is the mean of their *pixels*: a double
# exposure, with two heads of hair. The third is drawn from the mean of their *numbers*: a proper
# face. A good generator does the latter: it takes a few numbers, moves along the thin sheet, and
# never leaves it. Below, the correlation of neighbouring pixels: 0 for noise, nearly 1 for the
# drawings. Real pictures have rules, and random points know none of them.
#
# ### The plan
#
# A generator has to be a *function*: a few random numbers $z$ in, a picture $G(z)$ out. The
# randomness comes from $z$, the shape of the distribution from $G$. Finding $G$ is the whole
# problem, and on a line, in one dimension, we can watch every part of it. Three ways lead there:
#
# 1. a **formula**, if we know the distribution;
# 2. a **ruler**, if we only have samples: measure how far apart fakes and data are, and make that
#    smaller;
# 3. an **adversary**, if there is no good ruler: let a second network learn to tell them apart.

# %% [markdown]
# ## The maths
#
# ### Way 1, the formula: the transformation method
#
# Every computer makes numbers $u$ that are spread evenly between 0 and 1. Let $F(x)$ be the
# probability that our random variable is at most $x$, its **cumulative distribution function** or
# CDF. It climbs from 0 to 1. Now read it backwards: choose a height $u$ at random, go across to the
# curve, and fall down to $x$,
#
# $$x = F^{-1}(u).$$
#
# Where the curve is steep, many heights end up close together, and there $x$ is frequent. Formally:
# $P(x \le a) = P(u \le F(a)) = F(a)$, which is what we wanted. All that is left is to solve
# $u = F(x)$ for $x$. By hand, for three distributions:
#
# - waiting times (exponential): $u = 1 - e^{-\lambda x}$ gives $x = -\log(1 - u)/\lambda$;
# - logistic: $u = 1 / (1 + e^{-x})$ gives $x = \log u - \log(1 - u)$;
# - triangular: $u$ grows as a square up to the peak, so $x$ is a square root, and the same from the
#   other end.

# %%
show.source(probability.exponential, probability.logistic, probability.triangular)

# %%
u = rng.uniform(size=4000)
x = np.linspace(0, 1, 400)
triangle = stats.triang(0.3)
plots.animate_transformation(
    u,
    lambda u: probability.triangular(u, 0.0, 0.3, 1.0),
    x,
    triangle.cdf(x),
    triangle.pdf(x),
    moments=[6, 12, 24, 50, 150, 500, 1500, 4000],
    text="Numbers between 0 and 1 cross to the CDF, fall to x, and pile up as a triangle.",
    still=2,
)

# %% [markdown]
# **What you should see.** Above, the CDF of a triangular distribution. Red lines start at random
# heights on the left, meet the curve, and fall. Below, they pile up. Where the curve is steep the
# lines fall close together, where it is flat they fall far apart, and so the pile takes the shape
# of the blue triangle.
#
# All three, with 20,000 numbers each. The *Kolmogorov-Smirnov* statistic is the largest gap between
# the CDF that we wanted and the one we got. With 20,000 honest samples it stays below 0.0115 in 99
# of 100 cases.

# %%
# NBVAL_CHECK_OUTPUT
u = np.random.default_rng(1).uniform(size=20_000)
made = {
    "exponential": (probability.exponential(u), stats.expon(), np.linspace(0, 6, 300)),
    "logistic": (probability.logistic(u), stats.logistic(), np.linspace(-7, 7, 300)),
    "triangular": (probability.triangular(u, 0, 0.3, 1), triangle, np.linspace(-0.1, 1.1, 300)),
}
for name, (samples, wanted, _) in made.items():
    print(
        f"{name:12} largest gap to SciPy's CDF: {stats.kstest(samples, wanted.cdf).statistic:.4f}"
    )

# %%
figure = plots.show_transformed(
    {name: (samples, x, wanted.pdf(x)) for name, (samples, wanted, x) in made.items()}
)

# %% [markdown]
# **What you should see.** Three histograms (red) that fill three blue curves: one that falls from
# the left, a bell, and a triangle that leans to the left. All were made from the *same* 20,000
# uniform numbers, which is why the three gaps above are equal: a rising function moves the numbers
# and keeps their order.
#
# That is a complete generator! Its only flaw: it needs $F$. For faces there is no $F$, and in more
# than one dimension there is not even one way to "read it backwards".
#
# ### Way 2, the ruler: how far apart are two distributions?
#
# If we only have samples, we can still try functions $G$ and ask how far the fakes, with density
# $q$, are from the data, with density $p$. The classic answer is the **Kullback-Leibler
# divergence**,
#
# $$\mathrm{KL}(p\,\|\,q) = \int p(x) \log \frac{p(x)}{q(x)}\, dx ,$$
#
# how much more surprised you are on average, if you expect $q$ and get $p$. It is infinite as soon
# as something happens that $q$ calls impossible. The **Jensen-Shannon divergence** is tamer:
# compare both with their average, $m = (p + q)/2$,
#
# $$\mathrm{JS}(p, q) = \tfrac12 \mathrm{KL}(p\,\|\,m) + \tfrac12 \mathrm{KL}(q\,\|\,m).$$

# %%
show.source(probability.kl, probability.js)

# %% [markdown]
# Push two boxes apart, each one wide and one high, and watch both. For boxes that still overlap
# one finds $\mathrm{JS} = \theta \log 2$ by hand, where $\theta$ is the shift. And then?

# %%
# NBVAL_CHECK_OUTPUT
step = 0.001
x = np.arange(-3, 8, step) + step / 2


def box(start):
    return 1.0 * ((x > start) & (x < start + 1))


print("shift   KL(p, q)   JS(p, q)   JS / log 2")
for shift in (0.0, 0.25, 0.5, 1.0, 2.0, 5.0):
    far = probability.js(box(0), box(shift), step)
    kl = probability.kl(box(0), box(shift), step)
    print(f"{shift:5.2f} {kl + 0.0:10.2f} {far:10.3f} {far / math.log(2):12.2f}")

# %%
shifts = np.linspace(0, 6, 61)
wide = np.linspace(-10, 16, 5201)


def bell(centre):
    return stats.norm(centre, 1).pdf(wide)


curves = {
    "JS of two boxes": [probability.js(box(0), box(s), step) for s in shifts],
    "JS of two bells": [probability.js(bell(0), bell(s), wide[1] - wide[0]) for s in shifts],
}
figure = plots.show_curves(shifts, curves, "how far apart", "JS", lines=[math.log(2)])
last = np.diff(list(curves.values()))[:, -1] / (shifts[1] - shifts[0])
print(f"slope at a distance of 6: boxes {last[0]:.6f}, bells {last[1]:.6f}")

# %% [markdown]
# **What you should see.** Both curves climb and then lie flat on the dotted line, $\log 2 \approx
# 0.693$. The boxes are as different as can be, according to JS, from the moment at which they no
# longer touch: 1 apart or 100 apart is all the same. The bells always overlap a little, so their
# curve bends gently, but at a distance of 6 its slope, too, is less than a hundredth.
#
# Flat means: **no slope, no direction.** A generator whose fakes lie beside the data, and at the
# beginning they always do, cannot learn from JS which way to go. Keep this picture in mind. It
# comes back in *Break it*, and in lesson 10, which is about a distance that does not saturate.
#
# There is a second problem: for KL and JS we need to know the densities. From samples alone they
# are hard to get.
#
# ### A ruler for samples: maximum mean discrepancy
#
# Choose a **kernel**, a function that says how alike two points are, from 1 (the same) to 0 (far
# apart). Ours is $k(x, y) = e^{-|x-y|^2/(2h^2)}$, and the *bandwidth* $h$ says what "far" means. If
# $x$ and $y$ are samples of the same distribution, then two $x$ are on average as alike as an $x$
# and a $y$. If not, then they are more alike among themselves. That is the **maximum mean
# discrepancy** (Gretton and others, 2012):
#
# $$\mathrm{MMD}^2 = \mathbb{E}\,k(x, x') + \mathbb{E}\,k(y, y') - 2\,\mathbb{E}\,k(x, y).$$
#
# Means over samples instead of expectations $\mathbb{E}$, and we are done, with one trap. $x$ and
# $x'$ are two *different* draws. Comparing a point with itself gives a 1 that does not belong
# there, so the diagonal of the table of likenesses is left out:
#
# $$\widehat{\mathrm{MMD}}^2 = \frac{1}{n(n-1)}\sum_{i \ne j} k(x_i, x_j)
#   + \frac{1}{m(m-1)}\sum_{i \ne j} k(y_i, y_j) - \frac{2}{nm}\sum_{i,j} k(x_i, y_j).$$

# %%
show.source(probability.gaussian_kernel, probability.mmd_squared, probability._mean_of_pairs)

# %% [markdown]
# Each pair of *different* points has the right mean, so the whole has it too: the estimate is
# **unbiased**. Check it: for normal distributions, the true value can be found by integration
# (`probability.mmd_squared_of_normals`). We take many tiny samples, eight points each, and average:


# %%
# NBVAL_CHECK_OUTPUT
def estimates(shift, repeats=200, n=8):
    """Mean estimate without and with the diagonal (which adds 2 (1 - mean likeness) / n)."""
    draws, rng = [], np.random.default_rng(2)
    for _ in range(repeats):
        x, y = rng.normal(0, 1, (n, 1)), rng.normal(shift, 1, (n, 1))
        within = [float(probability._mean_of_pairs(s, (1.0,))) for s in (x, y)]
        draws.append((float(probability.mmd_squared(x, y)), sum(1 - w for w in within) / n))
    fair, extra = np.mean(draws, axis=0)
    return fair, fair + extra


print("shift   true   unbiased   with the diagonal")
for shift in (0.0, 1.0, 2.0):
    true = probability.mmd_squared_of_normals(0, 1, shift, 1, 1.0)
    fair, biased = estimates(shift)
    print(f"{shift:5.1f} {true:6.2f} {fair:10.2f} {biased:19.2f}")

# %% [markdown]
# The first two columns agree within chance. With the diagonal, two samples of the *same*
# distribution (shift 0) seem to differ. And the bandwidth? Again two bells that are pushed apart:

# %%
shifts = np.linspace(0, 12, 121)


def mmd(h):
    return np.array([probability.mmd_squared_of_normals(0, 1, s, 1, h) for s in shifts])


curves = {f"h = {h:g}": mmd(h) for h in (0.1, 1.0, 10.0)}
curves["mean of the three"] = np.mean(list(curves.values()), axis=0)
figure = plots.show_curves(shifts, curves, "how far apart", "squared MMD")

# %% [markdown]
# **What you should see.** With $h = 0.1$ (solid) the curve is low everywhere, so that the noise of
# a batch drowns it: this ruler only sees points that nearly coincide. With $h = 10$ (dash-dotted)
# it hardly rises near 0, because everything looks alike to it, but it still rises at the right
# end. $h = 1$ (dashed), as wide as the bells, sees well nearby, nothing far away. The mean of the
# three (dotted) has a slope everywhere. That is the usual way out: **use several bandwidths.**

# %% [markdown]
# ### Why not simply use this ruler for faces?
#
# Because in many dimensions everything is far from everything. Take random points of a cube and
# look at the distances between them:

# %%
print("dimensions   mean distance   spread, as a share of the mean")
for dimensions in (1, 10, 100, 1000, 100_000):
    a, b = rng.uniform(size=(2, 300, dimensions))
    apart = np.linalg.norm(a - b, axis=1)
    print(f"{dimensions:10,} {apart.mean():15.2f} {apart.std() / apart.mean():20.1%}")

# %% [markdown]
# The distances **concentrate**: in 100,000 dimensions all pairs are equally far apart, within a
# fraction of a percent. Faces and digits lie on something much thinner than the whole space, so it
# is not as bad for them; but whatever looks like noise, and much of what is wrong with a fake does,
# adds about the same to every distance. A kernel turns distances into likeness, and what tells good
# fakes from bad ones drowns.
#
# Here is a flaw that generators really have: a faint chequered pattern. We add it to real digits.
# Can the MMD see it? And can a *small network that is trained to look for a difference*, from the
# same number of pictures?

# %%
digits = datasets.load("mnist", source="bundled").x_train[rng.permutation(10_000)]
digits = digits.reshape(-1, 784).astype("float32") / 255
pattern = 0.04 * (-1.0) ** np.indices((28, 28)).sum(axis=0).reshape(784)


def flawed(images):
    return (images + pattern * rng.choice([-1, 1], size=(len(images), 1))).astype("float32")


rows = {"real": digits[:7], "with the flaw": flawed(digits[:7])}
figure = plots.show_rows({k: 2 * v.reshape(-1, 28, 28, 1) - 1 for k, v in rows.items()})

# %% [markdown]
# **What you should see.** The same seven handwritten digits twice. In the second row, if you look
# closely at the background or at a stroke, there is a faint weave of darker and lighter pixels.


# %%
def compare(other, repeats=10, n=1000, bandwidth=10.0):  # about the usual distance of two digits
    """Squared MMD of two random sets of pictures, many times."""
    found = []
    for _ in range(repeats):
        picks = rng.permutation(len(digits))[: 2 * n]
        x, y = digits[picks[:n]], other(digits[picks[n:]])
        found.append(float(probability.mmd_squared(x, y, (bandwidth,))))
    return 1000 * np.mean(found), 1000 * np.std(found)


print("squared MMD in thousandths, mean and spread over random sets of 1,000 pictures")
for name, other in (("real and real", lambda x: x), ("real and flawed", flawed)):
    print("  {:16} {:6.3f} +- {:.3f}".format(name, *compare(other)))
caught = matching.detective_accuracy(digits[:2000], flawed(digits[2000:4000]))
print(f"the small network is right about {caught:.1%} of 2,000 pictures that it has not seen")

# %% [markdown]
# In a single comparison the ruler's answer to the flawed pictures is lost in its own spread. The
# network found out what to look for, because it *could choose*. (It is an easy flaw: the border of
# a real digit is exactly black. But nobody told the network to look there.) A fixed ruler looks in
# all directions equally; a trained detective looks where the difference is.
#
# So here is **way 3**: do not fix the ruler. Let a second network learn it, along with the
# generator, always against the newest fakes. But then two learn at the same time, with opposite
# goals. That is not a minimisation any more. It is a game.

# %% [markdown]
# ### Zero-sum games
#
# *Matching pennies*: two players each show one side of a coin. If both sides are equal, the row
# player wins a penny from the column player, else she loses one. What one wins, the other loses: a
# **zero-sum game**. Suppose the row player shows heads with probability $p$. Whoever knows $p$ can
# exploit any lean to one side. So she should ask: what do I get *if the other one answers as well
# as possible*, and make that large, $\max_p \min_q V(p, q)$. Von Neumann proved in 1928 that it
# does not matter who has to choose first, if both may mix: $\max \min V = \min \max V$. At that
# point nobody gains by changing alone: a **Nash equilibrium**. A linear programme finds it:

# %%
# NBVAL_CHECK_OUTPUT
print(games.PENNIES, "\n")
row, column, value = games.solve(games.PENNIES)
print("row player:", row.round(3), " column player:", column.round(3), f" value: {value + 0:.3f}")
uneven = np.array([[3.0, -1.0], [-2.0, 1.0]])
row, column, value = games.solve(uneven)
print("another game:", row.round(3), column.round(3), f"value: {value:.3f}")

# %% [markdown]
# Half and half: be unpredictable. But how could players *learn* it? Try the obvious: always answer
# best to what the other has done so far. This is called fictitious play.

# %%
rows, columns = games.fictitious_play(games.PENNIES, 3000)
figure = plots.show_curves(
    np.arange(1, 3001),
    {"row player": rows[:, 0], "column player": columns[:, 0]},
    "round",
    "share of heads so far",
    lines=[0.5],
    xscale="log",
)
gap = games.exploitability(games.PENNIES, rows[-1], columns[-1])
print(f"what both could still gain together after 3,000 rounds: {gap:.3f}")

# %% [markdown]
# **What you should see.** Two waves around the dotted line at 1/2, the row player's and the column
# player's, one always behind the other, each swing lower than the one before. The *shares* settle
# at the equilibrium, but the players never do: each round is pure heads or pure tails, and the
# leader of today is the prey of tomorrow.
#
# ### Small steps go in circles
#
# Networks learn by small steps along a slope. If the column player shows heads with probability
# $q$, write $x = 2q - 1$ and $y = 2p - 1$, so that the equilibrium is 0. Then the mean payoff is
#
# $$V(x, y) = x\,y .$$
#
# One player moves $x$ to make $V$ small, the other moves $y$ to make it large. The slopes are
# $\partial V/\partial x = y$ and $\partial V/\partial y = x$. If both step at once with the rate
# $\eta$, then $x' = x - \eta y$ and $y' = y + \eta x$, and
#
# $$x'^2 + y'^2 = (1 + \eta^2)\,(x^2 + y^2):$$
#
# every step leads *away* from the equilibrium. Here are four ways to step:

# %%
show.source(games.simultaneous, games.alternating, games.extragradient, games.penalised)

# %%
paths = {rule: games.play(rule, rate=0.1, steps=150) for rule in games.RULES}
paths["alternating, mean"] = games.running_mean(paths["alternating"])
figure = plots.show_paths(paths, {name: games.radius(path) for name, path in paths.items()})

# %% [markdown]
# **What you should see.** Left, the path of the two players round the cross; all start at (1, 0).
# Right, how far from the equilibrium they are. *Simultaneous* steps spiral outwards. *Alternating*
# ones, where the second player sees what the first has just done, stay on a closed round for ever.
# *Extragradient* (look one step ahead, then decide) creeps inwards. The *penalised* game, in which
# one side pays for being far out, comes in quickly. And the *mean* of all positions of the
# alternating players comes in as well, in ever smaller loops that pass close by the cross, although
# the players themselves never do.
#
# The closed forms, beside what was just computed:

# %%
# NBVAL_CHECK_OUTPUT
rate, steps = 0.1, 150
closed = {
    "simultaneous": (1 + rate**2) ** (steps / 2),
    "extragradient": (1 - rate**2 + rate**4) ** (steps / 2),
}
for rule, wanted in closed.items():
    print(f"{rule:14} distance {games.radius(paths[rule])[-1]:.4f}, by formula {wanted:.4f}")
x, y = paths["alternating"].T
print(
    f"{'alternating':14} x^2 + y^2 + rate x y stays 1: {np.allclose(x**2 + y**2 + rate * x * y, 1)}"
)

# %% [markdown]
# Remember three of them. GANs take turns (alternating), penalise the detective's slope (the
# penalty), and show the *average* of the generator's weights (the mean): each of these habits is
# one of the curves above.

# %% [markdown]
# ### The value of the GAN game
#
# Now the game of this course. The generator makes fakes with density $q$; the detective $D$ says
# for every $x$ how likely it is to be real. They play about
#
# $$V(D, G) = \mathbb{E}_{\text{real}} \log D(x) + \mathbb{E}_{\text{fake}} \log (1 - D(x))
#   = \int p \log D + q \log(1 - D)\; dx .$$
#
# The detective wants it large. Look at one single place $x$: with $d = D(x)$ it contributes
# $p \log d + q \log (1 - d)$, whose slope in $d$ is $p/d - q/(1-d)$. It is zero at
#
# $$D^*(x) = \frac{p(x)}{p(x) + q(x)} .$$
#
# Put that back into $V$. With $m = (p+q)/2$ we have $D^* = p/(2m)$ and $1 - D^* = q/(2m)$, so each
# term gives a KL to $m$ and a $-\log 2$:
#
# $$V(D^*, G) = -\log 4 + 2\,\mathrm{JS}(p, q).$$
#
# So a forger who plays against a perfect detective minimises JS without ever computing it. The best
# he can do is $q = p$. Then $D^* = 1/2$ everywhere, and the game is worth $-\log 4$. The function
# that trains $D$ is $-V$:

# %%
show.source(losses.discriminator_nonsaturating)

# %%
# NBVAL_CHECK_OUTPUT
print(f"-log 4 = {-math.log(4):.4f}")
p, q = bell(0), bell(1)
best, dx = p / (p + q), wide[1] - wide[0]
by_integral = np.sum(p * np.log(best) + q * np.log(1 - best)) * dx
print(f"two bells, 1 apart: V(D*, G) = {by_integral:.4f} by integration,", end=" ")
print(f"{-math.log(4) + 2 * probability.js(p, q, dx):.4f} by -log 4 + 2 JS")

# %% [markdown]
# These are claims about *perfect* players. We want to know whether networks get there.

# %% [markdown]
# ## Build
#
# The data of this lesson: two bumps on a line, of 30 % and 70 %. We know everything about them,
# so everything can be checked, but the networks only ever get samples.

# %%
# NBVAL_CHECK_OUTPUT
from gan_lessons import watching

TARGET, GRID = matching.TARGET, watching.GRID
print(TARGET)
print(f"standard deviation {TARGET.std:.3f}, probability of the left bump {TARGET.cdf(0.0):.2f}")
data = TARGET.sample(50_000, seed=100 + SEED)
print("samples:", data.shape)

# %% [markdown]
# The generator turns one random number $z$, standard normal, into one number $x$. It begins as a
# straight line, so its first fakes are a single wide bell. Learning means bending the line.

# %%
show.source(matching.build_generator, matching.build_discriminator)

# %% [markdown]
# On the course's engine a model is *players and their losses*. The generator that is trained with
# the ruler has no opponent: one player. The GAN has two. `R1` is the penalty on the detective's
# slope; lesson 03 explains it.

# %%
show.source(
    matching.Matcher.generator_loss,
    matching.LineGAN.discriminator_loss,
    matching.LineGAN.generator_loss,
)

# %%
# NBVAL_CHECK_OUTPUT
small = matching.preset_for("quick", "gan")
G, D = matching.build_generator(small), matching.build_discriminator(small)
print("G:", G.input_shape, "->", G.output_shape, f"{G.count_params():,} parameters")
print("D:", D.input_shape, "->", D.output_shape, f"{D.count_params():,} parameters")

# %% [markdown]
# ## Train
#
# ### By sorting
#
# First, a warm-up that only works on a line. Sort the data. Sort as many random numbers. The
# smallest $z$ shall become the smallest $x$, the second smallest the second smallest, and so on:
# ordinary regression. Nobody told the network a formula, and still it learns the transformation.

# %%
show.source(matching.learn_sorted)

# %%
METHODS = {name: matching.preset_for(PRESET, name) for name in ("mmd", "gan", "detective")}
sorted_network = matching.learn_sorted(METHODS["mmd"], data[:10_000], seed=SEED)

# %% [markdown]
# ### By the ruler alone
#
# No sorting now, nothing that needs a line. The loss is the MMD between a batch of data and a batch
# of fakes, with several bandwidths, and the generator simply makes it small.

# %%
print("bandwidths:", METHODS["mmd"].bandwidths)
ruler = train(matching, METHODS["mmd"], data, seed=SEED, verbose=False).model

# %% [markdown]
# ### A detective alone
#
# Before the game, check the first claim. The fakes stand still, a bell with a standard deviation
# of 1.5; only the detective learns. Does it find $p/(p+q)$, of which it has never heard?

# %%
detective = train(matching, METHODS["detective"], data, seed=SEED, verbose=False).model

# %% [markdown]
# ### The game
#
# Now both. The film keeps what there is to see at some moments, most of them early.

# %%
show.source(matching.LinePreset)

# %%
film = watching.Film(METHODS["gan"])
gan = train(matching, METHODS["gan"], data, seed=SEED, callbacks=[film], verbose=False)

# %% [markdown]
# ## Look
#
# ### The lone detective

# %%
p, q = TARGET.density(GRID), matching.FAKES.density(GRID)
answer = watching.answers(detective.discriminator)
figure = plots.show_trained_answer(GRID, p, q, p / (p + q), answer)

# %% [markdown]
# **What you should see.** Above, the data with their two bumps (blue) and the wide bell of the
# fakes (red). Below, the formula (grey, thick) and what the network answers (green). Where there
# are samples, in the middle, you can hardly tell the two lines apart: high at the bumps, a dip
# between them. Far outside, where neither real nor fake samples ever came, the network may answer
# what it likes, and does.
#
# ### The game, move by move

# %%
plots.animate_game(
    film.shots,
    GRID,
    p,
    "A red heap of fakes splits into the two bumps of the data; the line of D gets flat.",
    still=2,
)

# %% [markdown]
# **What you should see.** The dotted line is the data, the red heap the fakes, the green dashed
# line the detective's answer. At the bottom, evenly spread places of $z$ and where $G$ sends them.
# At first the heap is a single bell, and the green line is arbitrary. Soon it bends: up where data
# are missing from the heap, down where fakes are too many. The fakes move uphill along the line,
# split, overshoot, and come back. In the end the heap lies on the dotted line, but for a spike
# where $G$ is a little too flat, and the green line is near 1/2 wherever there are data.
#
# Four moments of it, in the form of the figure that opens the paper by Goodfellow and others
# (2014), this time from our own run:

# %%
picks = [film.shots[i] for i in (0, 1, len(film.shots) // 3, -1)]
figure = plots.show_four_moments(picks, GRID, p)

# %% [markdown]
# **What you should see.** From left to right: the start, where the detective's line is arbitrary;
# very early in the training, where it has an opinion and the fakes begin to follow it; later, where
# they have split; and the end, where dotted line and red heap agree and $D$ is close to 1/2. Look
# at the grey lines at the bottom, too: in the end they part in the middle and gather below the
# two bumps.
#
# ### What the networks have learned

# %%
z = np.linspace(-3, 3, 400, dtype="float32")[:, None]
everyone = {"by sorting": sorted_network, "by MMD": ruler, "by a GAN": gan.model}


def made_by(model, z):
    return (
        model.sample(z=z)[:, 0] if hasattr(model, "sample") else model.predict(z, verbose=0)[:, 0]
    )


def density_of(model):
    made = made_by(model, probability.quantiles(40_000))
    edges = np.append(GRID, GRID[-1] + GRID[1] - GRID[0]) - (GRID[1] - GRID[0]) / 2
    return np.histogram(made, edges)[0] / (len(made) * (GRID[1] - GRID[0]))


figure = plots.show_learned(
    z[:, 0],
    {name: made_by(model, z) for name, model in everyone.items()},
    TARGET.transform(stats.norm.cdf(z[:, 0])),
    GRID,
    {name: density_of(model) for name, model in everyone.items()},
    p,
)

# %% [markdown]
# **What you should see.** Above, the function that each network has become (red) on top of the
# transformation that the formula would give, the inverse CDF (thick blue). Three very different
# trainings, and in each the line has been bent into nearly the same curve: it rises slowly through
# the left bump, quickly across the gap, slowly again through the right bump. Below, the densities
# that come out. Spikes show where a curve is too flat, so that fakes pile up; the GAN's is the
# tallest, in the left bump. Between the bumps all three leave a few fakes too many: there the curve
# is not quite steep enough yet.
#
# So a GAN's generator *is* a transformation, learned by playing. That it is nearly the one we
# derived by hand is owed to how we built it, as a rising line to be bent: any other map that
# carries $z$ to the data, a falling or a folded one, would win the game just as well. And where
# hardly any $z$ lies, beyond 2.5 or so, nobody tells it where to go.

# %% [markdown]
# ## Measure
#
# ### The samples
#
# How far do you have to move the fakes, per sample and on average, until they are the data? That is
# the **Wasserstein distance** $W_1$; on a line, sort both samples and compare. We give it in units
# of the data's standard deviation, from 10,000 samples. The floor is what two *real* samples reach.


# %%
from gan_lessons import metrics


def distance(samples):
    real = TARGET.sample(len(samples), seed=200 + SEED)
    return metrics.wasserstein_1d(samples[:, 0], real[:, 0]) / TARGET.std


normal = np.random.default_rng(1).standard_normal((10_000, 1)).astype("float32")
rows = {"untrained (a wide bell)": matching.FAKES.sample(10_000, 500 + SEED)}
rows |= {name: made_by(model, normal)[:, None] for name, model in everyone.items()}
rows |= {"real, the floor": TARGET.sample(10_000, 500 + SEED)}
for name, samples in rows.items():
    print(f"{name:24} W1 = {distance(samples):.3f}")

# %% [markdown]
# ### The two claims
#
# The detective's error is the mean of $|D - p/(p+q)|$ over real and fake samples. The value of the
# game we measure three times, as its distance from $-\log 4$: with the GAN's own detective, with a
# *fresh* one that is trained against the finished generator, and with the best possible one, by
# formula.

# %%
dx = GRID[1] - GRID[0]
against = matching.build(METHODS["detective"], seed=SEED, make=gan.model.ema_generator)
fresh = train(matching, METHODS["detective"], data, seed=SEED, model=against, verbose=False).model

real, fake = TARGET.sample(100_000, 400 + SEED), gan.model.sample(100_000, seed=300 + SEED)
value = watching.value(gan.model.discriminator, real, fake)
print(f"error of the lone detective           {watching.answer_error(answer, p, q, dx):.4f}")
print(f"value of the game at the end          {value:.4f}   (-log 4 is {-math.log(4):.4f})")
print(f"its distance from -log 4              {value - watching.LOWEST:+.4f}")
value = watching.value(fresh.discriminator, real, fake)
print(f"  with a fresh detective              {value - watching.LOWEST:+.4f}")
best = 2 * probability.js(p, watching.density(gan.model), dx)
print(f"  with the best detective, 2 JS(p, q) {best:+.4f}")

# %%
print("Expected:", show.expected("probability_game", PRESET))

# %% [markdown]
# The last line is the mean and the spread over five seeds, measured by
# `benchmarks/probability_game.py` in the quick preset, with the names of its table: the three
# `value_gap` are the distances from $-\log 4$ in the order above.
#
# Three things are worth noticing. The lone detective's error is small: $D^*$ is not only a formula,
# a network finds it from samples. The value ends close to $-\log 4$. And the GAN's *own* detective
# gives the smallest distance of the three: it has spent its life chasing a moving target under a
# penalty, so it is blunter than a fresh one, which is blunter than the formula. **A value near
# $-\log 4$ alone does not prove that the fakes are good.** A detective that answers 1/2 to
# everything gives exactly that value, whatever the fakes look like. Always measure the samples too.

# %% [markdown]
# ## Break it
#
# ### Far away
#
# Move the data ten to the right, so that at the beginning fakes and data do not overlap at all. We
# train for a quarter of the time, with four settings:
#
# - the MMD with narrow bandwidths only;
# - the MMD with an additional wide one;
# - a GAN whose forger minimises $\log(1 - D)$, the value itself, against a quick detective;
# - the same GAN, but the forger minimises $-\log D$ instead.

# %%
far = data + np.float32(10.0)
quick_detective = dict(rates=(1e-2, 3e-4), r1=0.0)
settings = {
    "MMD, h = .1, .3": ("mmd", dict(bandwidths=(0.1, 0.3))),
    "MMD, h = .1 to 10": ("mmd", dict(bandwidths=(0.1, 0.3, 1.0, 3.0, 10.0))),
    "GAN, log(1 - D)": ("gan", dict(loss="saturating", **quick_detective)),
    "GAN, -log D": ("gan", dict(loss="nonsaturating", **quick_detective)),
}
ends = {}
print(f"the data's mean: {far.mean():.2f}")
for name, (method, changes) in settings.items():
    preset = METHODS[method]
    preset = dataclasses.replace(preset, steps=preset.steps // 4, average=None, **changes)
    run = train(matching, preset, far, seed=SEED, verbose=False)
    ends[name] = run.model.sample(5000, seed=1)
    near = np.mean(abs(ends[name] - far.mean()) < 4)
    print(
        f"{name:18} mean of the fakes {ends[name].mean():7.2f}, {near:4.0%} of them near the data"
    )

# %%
x = np.linspace(-12, 16, 500)
figure = plots.show_transformed(
    {name: (samples[:, 0], x, TARGET.density(x - 10)) for name, samples in ends.items()}
)

# %% [markdown]
# **What you should see.** Blue, the data, far to the right; red, the fakes. First panel: the
# narrow ruler sees no likeness between fakes and data at first, so that term has no slope. All
# that is left is "be less alike among yourselves", and the fakes scatter blindly. Those that
# happened to run into the data stuck to the first bump that they met; the others flew off, far
# out of the picture, as their mean tells. Second: one wide kernel shows the way, and the fakes
# have arrived. Third: the forger has not moved at all. Fourth: he is
# among the data, though not yet shaped like them.
#
# **Why.** The third panel is the flat part of the JS curve. The detective is sure about everything,
# $D = 0$ at all fakes, and $\log(1 - D)$ is flat there. The forger gets no direction, just as the
# formula says: against a perfect detective he minimises JS, and JS is stuck at $\log 2$. The fourth
# forger has the same goal and the same detective, but his loss is steep where $D$ is sure. Lesson
# 03 looks at the two losses side by side.
#
# ### Too large a step
#
# And the pennies? With *alternating* steps the players circle for ever, as long as the steps are
# small. Watch what happens as the rate grows:

# %%
# NBVAL_CHECK_OUTPUT
print("rate   " + "".join(f"{rule:>15}" for rule in games.RULES))
for rate in (0.05, 0.2, 0.8, 2.1):
    ends = [games.radius(games.play(rule, rate, 200))[-1] for rule in games.RULES]
    print(f"{rate:4.2f}   " + "".join(f"{end:15.1e}" for end in ends))

# %% [markdown]
# Simultaneous players run away at every rate, faster with larger steps. Alternating ones stay near
# their circle until the rate passes 2, and then explode. The two cures work only while the steps
# are small: the penalised game shrinks if the penalty's weight (here 0.5) is larger than the rate,
# and looking ahead helps for rates below 1. **A cure for circling is no licence for large steps.**

# %% [markdown]
# ## Exercises
#
# Each has a check that tells you what is missing. Solutions are in the folder `solutions`.

# %% tags=["setup"]
import numpy as np

from gan_lessons.checks import probability_game as checks

# %% [markdown] tags=["exercise"]
# ### 1. Darts by the transformation method
#
# You throw darts at a point; both coordinates are standard normal. The probability to hit within a
# distance $x$ is $F(x) = 1 - e^{-x^2/2}$. Given `u`, uniform between 0 and 1, return the distance.


# %%
def dart_distance(u):
    # BEGIN SOLUTION
    return np.sqrt(-2 * np.log(1 - u))
    # END SOLUTION


# %% tags=["check"]
checks.check_dart_distance(dart_distance)

# %% [markdown] tags=["solution"]
# $u = 1 - e^{-x^2/2}$, so $e^{-x^2/2} = 1 - u$, so $x^2 = -2 \log(1 - u)$. With a random angle
# added, this is how normal numbers are often made (the method of Box and Muller).

# %% [markdown] tags=["exercise"]
# ### 2. The unbiased MMD
#
# You get three tables of likenesses: `k_xx` with the shape $(n, n)$, `k_yy` with $(m, m)$, and
# `k_xy` with $(n, m)$. Return the unbiased estimate of the squared MMD.


# %%
def mmd_from_tables(k_xx, k_yy, k_xy):
    # BEGIN SOLUTION
    def pairs(k):
        return (k.sum() - np.trace(k)) / (len(k) * (len(k) - 1))

    return pairs(k_xx) + pairs(k_yy) - 2 * k_xy.mean()
    # END SOLUTION


# %% tags=["check"]
checks.check_mmd(mmd_from_tables)

# %% [markdown] tags=["exercise"]
# ### 3. An uneven detective
#
# Suppose only a `share` of what the detective is shown is real (until now it was one half). What
# should it answer where the data have density `p` and the fakes `q`?


# %%
def best_answer(p, q, share):
    # BEGIN SOLUTION
    return share * p / (share * p + (1 - share) * q)
    # END SOLUTION


# %% tags=["check"]
checks.check_best_answer(best_answer)

# %% [markdown] tags=["solution"]
# That is Bayes' rule. It is the sentence by which a spam filter judges a message, too: see lesson
# 01.

# %% [markdown] tags=["exercise"]
# ### 4. Jensen-Shannon
#
# `p` and `q` are arrays of probabilities, over the same places. Some may be 0. Return
# $\mathrm{JS}(p, q)$ with the natural logarithm.


# %%
def jensen_shannon(p, q):
    # BEGIN SOLUTION
    def kl(a, b):
        there = a > 0
        return np.sum(a[there] * np.log(a[there] / b[there]))

    middle = (p + q) / 2
    return kl(p, middle) / 2 + kl(q, middle) / 2
    # END SOLUTION


# %% tags=["check"]
checks.check_js(jensen_shannon)

# %% [markdown] tags=["exercise"]
# ### 5. The step that looks ahead
#
# The game is $V(x, y) = x y$; $x$ wants it small, $y$ wants it large. Return the new `(x, y)` after
# one *extragradient* step: go ahead by a plain simultaneous step, read the slopes there, and use
# them for a step from where you are.


# %%
def look_ahead(x, y, rate):
    # BEGIN SOLUTION
    ahead_x, ahead_y = x - rate * y, y + rate * x
    return x - rate * ahead_y, y + rate * ahead_x
    # END SOLUTION


# %% tags=["check"]
checks.check_extragradient(look_ahead)

# %% [markdown]
# ### For the curious, without a check
#
# - Train the GAN without its penalty and without the average: `dataclasses.replace(METHODS["gan"],
#   r1=0.0, average=None)`. Which of the spirals above does the film remind you of?
# - Give the three bumps of `probability.Mixture((-3, 0, 3), 0.4, (0.2, 0.3, 0.5))` to the ruler and
#   to the GAN as data. Which of them loses a bump first when you move the bumps apart?
# - In the row of half-way faces, walk from one drawing to the other in ten steps, by pixels and by
#   numbers.

# %% [markdown]
# ## Recap and further reading
#
# - A generator is a function of random numbers. With a known CDF, on a line, it is $F^{-1}$.
# - Pictures are points in a huge space, and those that we care for lie on something thin in it.
# - KL and JS compare densities. Where distributions do not overlap, JS is stuck at $\log 2$: no
#   slope, nothing to learn from.
# - The MMD compares samples. It can train a generator by itself, if its bandwidths fit; in many
#   dimensions a fixed kernel overlooks what a trained detective finds.
# - In a zero-sum game, learning by small steps circles. Turns, penalties, averages and a look ahead
#   calm it.
# - The best detective answers $p/(p+q)$. Against it, the forger minimises JS, and the game ends at
#   $-\log 4$. Both hold for networks, within errors that you have measured.
#
# Further reading:
#
# - I. Goodfellow and others, *Generative Adversarial Nets*, NIPS 2014 (arXiv 1406.2661): the game,
#   its value, and the four panels.
# - L. Devroye, *Non-Uniform Random Variate Generation*, Springer 1986: everything about
#   transformations.
# - A. Gretton and others, *A Kernel Two-Sample Test*, Journal of Machine Learning Research, 2012:
#   the MMD.
# - Y. Li, K. Swersky, R. Zemel, *Generative Moment Matching Networks*, ICML 2015, and G. Dziugaite,
#   D. Roy, Z. Ghahramani, *Training generative neural networks via Maximum Mean Discrepancy
#   optimization*, UAI 2015: generators trained by MMD alone.
# - A. Ramdas and others, *On the Decreasing Power of Kernel and Distance based Nonparametric
#   Hypothesis Tests in High Dimensions*, AAAI 2015: what many dimensions do to rulers.
# - J. von Neumann, *Zur Theorie der Gesellschaftsspiele*, Mathematische Annalen, 1928: the minimax
#   theorem.
# - L. Mescheder, A. Geiger, S. Nowozin, *Which Training Methods for GANs do actually Converge?*,
#   ICML 2018: the smallest GAN, its circles, and the penalty.
#
# Next, lesson 03: the same game in two dimensions and on pictures, with the training loop written
# out by hand.

# %%
runtime.footer(PRESET, SEED, started)
