# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# # 11 · Measuring GANs: what a ruler sees, and what it misses
#
# **You will**
#
# - know what stands behind a score: features, a comparison, a number of samples, and a floor;
# - compute every measure of this course on a few numbers, by hand, and find its blind spot;
# - build generators that are bad on purpose, and see which measure notices which defect;
# - find out why a score at 1,000 samples must never be compared with one at 10,000;
# - put a number on "the loss is not the quality";
# - cheat three measures, and take home a protocol under which cheating is hard.
#
# **Time:** about 4 minutes of computing on a laptop with two cores, an hour and a quarter of yours.
# **Before:** lesson 05, the DCGAN. You have a generator. Now: is it good?

# %%
import time

import matplotlib.pyplot as plt
import numpy as np

from gan_lessons import dcgan, measuring, metrics, plots, pretrained, runtime, scoring, show, spoilt
from gan_lessons.engine.training import train
from gan_lessons.metrics import digits

started, seed = time.perf_counter(), runtime.set_seed(0)

plt.rcParams["figure.dpi"] = 80
preset = measuring.PRESETS[runtime.resolve_preset()]

# %% [markdown]
# ## The idea
#
# Below are two rows of digits, from two generators. Which of the two is better?

# %%
parts = spoilt.split(seed, preset.n)
rng = np.random.default_rng(seed)
row_a, row_b = spoilt.few(parts, rng)[:14], spoilt.perfect(parts, rng)[:14]
figure = plots.show_rows({"A": row_a, "B": row_b})

# %% [markdown]
# **What you should see:** two rows of fourteen clean handwritten digits, and no reason to prefer
# one of them.
#
# Neither comes from a GAN; both are real digits, in two roles. "Generator" B draws a new digit each
# time. "Generator" A knows ten pictures of each kind, a hundred in all, and shows them again and
# again. In a real GAN that would be a severe failure, a collapse inside the kinds, and fourteen
# pictures do not show it. Look at samples, always. But looking judges single pictures, and a
# generator is a *crowd*. Three questions have to be asked of a crowd:
#
# - **Quality:** does each picture look like a real one?
# - **Variety:** does the crowd hold all that the real crowd holds?
# - **Novelty:** are the pictures new, or copies of what it was trained on?
#
# One number can hardly answer three questions. And the number that is easiest to have, the loss,
# answers none of them, as you will see below.

# %% [markdown]
# ### What a measure is made of
#
# **Features.** To compare pictures, we need to say how far two of them are apart. Pixel by pixel is
# a poor choice. So a network that was trained to name digits looks at each picture, and we take the
# 64 numbers of its last hidden layer: what the network has to know about a picture before it can
# name it. Let us see which of the two is closer to what you would call "alike".

# %%
some, others = parts.fakes[:300], parts.held_out
spaces = {"pixels": lambda x: x.reshape(len(x), -1) / 255.0, "features": digits.features}
print(f"how far is it from a digit to   {'itself, moved':>16} {'the nearest of':>16}")
print(f"{'':31} {'by one pixel':>16} {f'{len(others):,} others':>16}")
for name, describe in spaces.items():
    here = describe(some)
    moved = np.linalg.norm(describe(measuring.moved(some)) - here, axis=1)
    nearest = metrics.nearest(describe(others), here)[0]
    usual = np.median(np.linalg.norm(np.roll(here, 1, axis=0) - here, axis=1))  # any two digits
    print(f"in {name:28} {np.median(moved) / usual:16.2f} {np.median(nearest) / usual:16.2f}")

# %% [markdown]
# (Medians over 300 digits; 1 is the distance of any two digits.) In pixels, a digit that was moved
# by a hair's breadth is further from itself than from somebody else's handwriting. In features it
# is the other way round, as it should be. But the choice has its price: **a measure sees what its
# features see.** A network that learned to name digits may well have thrown away everything that
# does not help with naming.
#
# **A comparison.** Each picture is now a point with 64 coordinates. Real digits are a cloud of such
# points, fakes are another. Measures differ in how they compare two clouds: by centre and width,
# pair by pair, or neighbour by neighbour. That is the next section.
#
# **A number of samples, $n$.** Both clouds are samples. With other samples the score is another
# one, and with *fewer* samples some scores are worse for that reason alone.
#
# **A floor.** Take real digits for the fakes, other ones than those that you compare with. What
# they score is the best that a generator can hope for. It is hardly ever exactly 0, and without it
# a score means nothing.
#
# Change one of the four, and the new numbers cannot be compared with the old ones. The famous FID
# is one certain comparison of usually 50,000 fakes, by the features of one certain network for
# photographs. Ours looks with a digit classifier, so we call it by another name.

# %% [markdown]
# ## The maths
#
# Six kinds of measures, each with its formula, the code that computes it, and an example that you
# can check by hand. Then what the number of samples does to them.
#
# ### 1. The Fréchet distance: centre and width
#
# Sum up each cloud by its mean $\mu$ and its covariance $\Sigma$, as if it were a normal
# distribution. Between two normal distributions the earth mover's distance (with squared ways) has
# a closed form:
#
# $$d^2 = \lVert \mu_1 - \mu_2 \rVert^2
#   + \mathrm{tr}\bigl(\Sigma_1 + \Sigma_2 - 2\,(\Sigma_1 \Sigma_2)^{1/2}\bigr).$$

# %%
show.source(metrics.frechet_distance)

# %% [markdown]
# In one dimension the second term is $(\sigma_1 - \sigma_2)^2$, the difference of the widths. So
# $N(0, 1)$ and $N(3, 2^2)$ are $3^2 + (1 - 2)^2 = 10$ apart. Where the axes are independent, each
# of them adds its own part.

# %%
# NBVAL_CHECK_OUTPUT
print(f"one dimension:     {metrics.frechet_distance(0.0, 1.0, 3.0, 4.0):.3f}")
wide, tall = np.diag([9.0, 1.0]), np.diag([1.0, 9.0])
apart = metrics.frechet_distance([0, 0], wide, [0, 0], tall)
print(f"wide and tall:     {apart:.3f}, that is (3 - 1)^2 for each axis")

coin = np.resize([-1.0, 1.0], 10_000)[:, None]  # heads or tails
lopsided = np.resize([2.0, -0.5, -0.5, -0.5, -0.5], 10_000)[:, None]
summed_up = [metrics.feature_statistics(x) for x in (coin, lopsided)]
for name, (mean, cov) in zip(("coin", "lopsided"), summed_up, strict=True):
    print(f"{name:18} mean {abs(mean[0]):.3f}, variance {cov[0, 0]:.3f}")
print(f"coin and lopsided: {metrics.frechet_distance(*summed_up[0], *summed_up[1]):.3f}")

# %% [markdown]
# The last lines show the **blind spot**. A coin that shows -1 or 1, and a lopsided die that shows 2
# once and -½ four times in five, have hardly anything in common but mean and variance. The Fréchet
# distance sees nothing else, and calls them equal.
#
# The course's **rFD** is this distance between the features of fakes and those of the 10,000 test
# digits of MNIST, divided by $\mathrm{tr}\,\Sigma$ of the latter, so that it has no unit. A cloud
# that has shrunk to one point in the very middle of the real one has an rFD of 1.
#
# ### 2. The kernel distance: all pairs
#
# Choose a function $k(x, y)$ that is large for points that are alike, and take its mean over pairs:
# real with real, fake with fake, real with fake. If both come from one distribution, it makes no
# difference who is paired with whom, and this is 0 on average:
#
# $$\mathrm{MMD}^2 = \frac{1}{n(n-1)} \sum_{i \neq j} k(x_i, x_j)
#   + \frac{1}{m(m-1)} \sum_{i \neq j} k(y_i, y_j)
#   - \frac{2}{nm} \sum_{i, j} k(x_i, y_j), \qquad
# k(x, y) = \Bigl(\frac{x \cdot y}{d} + 1\Bigr)^3 .$$

# %%
show.source(metrics.kernel._mmd_squared, metrics.kernel._mean_kernel, metrics.kernel._cubed)

# %% [markdown]
# No point is ever paired with itself ($i \neq j$): remember this when we come to the bias. Two
# examples. Real points 0 and 1, fakes 1 and 2: $k(0, 1) = 1$, $k(1, 2) = 27$, and the four mixed
# pairs give 1, 1, 8 and 27, on average 9.25. So the distance is $1 + 27 - 2 \cdot 9.25 = 9.5$.
#
# And in one dimension we can multiply the cube out: $(xy + 1)^3 = 1 + 3xy + 3x^2y^2 + x^3y^3$. For
# many samples the distance is therefore 3 times the squared difference of the means of $x$, plus 3
# times that of the means of $x^2$, plus that of the means of $x^3$. The last mean is 0 for the
# coin, and $\frac{1}{5} \cdot 8 - \frac{4}{5} \cdot \frac{1}{8} = 1.5$ for the lopsided die.

# %%
# NBVAL_CHECK_OUTPUT
print(f"0, 1 and 1, 2:     {metrics.kernel_distance([[0.0], [1.0]], [[1.0], [2.0]]).value:.3f}")
print(f"coin and lopsided: {metrics.kernel_distance(coin, lopsided).value:.2f}, 1.5 squared")

# %% [markdown]
# So it sees what the Fréchet distance missed. Its own blind spot begins at the fourth powers.
#
# ### 3. Balls: precision, recall, density, coverage
#
# A distance says *how bad*, not *in what way*. To learn more, put a ball round each real point,
# just large enough to reach its $k$-th nearest real neighbour. All balls together are the places
# where real points may be.
#
# - **Precision:** the share of fakes in at least one real ball. (Quality.)
# - **Density:** in how many real balls a fake lies on average, divided by $k$. (Quality, and less
#   easily impressed by one huge ball.)
# - **Coverage:** the share of real balls that hold at least one fake. (Variety.)
# - **Recall:** the other way round. Balls round the *fakes*; the share of real points in at least
#   one of these. (Variety.)

# %%
show.source(metrics.manifold_scores)

# %% [markdown]
# Real points at 0, 1 and 3, fakes at 0.2, 0.5 and 7, and $k = 1$. The real balls have the radii 1,
# 1 and 2. Two of three fakes lie in a ball (precision 2/3), each of these two in two balls (density
# 4/3), and the ball round 3 is empty (coverage 2/3). The balls round the fakes have the radii 0.3,
# 0.3 and 6.5. The last one is enormous, because its fake is far away from everything, and so it
# swallows the points 1 and 3. Recall is 1: **the worst of the fakes has made it perfect.**

# %%
# NBVAL_CHECK_OUTPUT
toy_real, toy_fake = np.array([[0.0], [1.0], [3.0]]), np.array([[0.2], [0.5], [7.0]])
print(metrics.manifold_scores(toy_real, toy_fake, k=1))

# %% [markdown]
# The same in the plane. The real points form two groups; the generator knows the left one only, and
# has put one point out of place.

# %%
toys = np.random.default_rng(4)
toy_real = np.concatenate([toys.normal(centre, 0.5, (9, 2)) for centre in ((0, 0), (4, 0))])
toy_fake = np.concatenate([toys.normal((0, 0), 0.4, (8, 2)), [[2.5, -0.2]]])
around = [measuring.radii(points, 2) for points in (toy_real, toy_fake)]
figure = plots.show_balls(toy_real, toy_fake, *around)
print(metrics.manifold_scores(toy_real, toy_fake, k=2))

# %% [markdown]
# **What you should see.** Left: pale blue balls round the real points, and the fakes as red
# squares, filled where a ball holds them. Most of those in the left group are filled, the lonely
# one between the groups is hollow. All balls of the right group are empty, which is what *coverage*
# reports. Right: pale red balls round the fakes. Those in the left group are small; the lonely
# one's is huge and takes in nearly all of the right group, of which the generator has never drawn
# anything. *Recall* believes it.
#
# That is why there are two of each. Where precision and density, or recall and coverage, tell
# different stories, suspect an outlier.

# %% [markdown]
# ### 4. What a classifier says: classifier score and legibility
#
# Let the digit classifier answer for each fake $x$ with probabilities $p(y \mid x)$. Good fakes are
# clear, so each answer should be sure. Varied fakes are of all kinds, so the *mean* answer $p(y)$
# should be undecided. Both at once is
#
# $$\exp\, \mathbb{E}_x\, \mathrm{KL}\bigl(p(y \mid x) \,\Vert\, p(y)\bigr)
#   = \exp\bigl(H(\text{mean answer}) - \text{mean } H(\text{answers})\bigr),$$
#
# where $H$ is the entropy: from 1 to the number of kinds. (With the network InceptionV3 it is
# called the Inception score.) **Legible** is simply the share of fakes of which the classifier is
# more than 90 % sure.

# %%
show.source(metrics.classifier._score, metrics.classifier._entropy, digits.legible_share)

# %%
# NBVAL_CHECK_OUTPUT
answers = {
    "sure, all ten kinds equally often": np.eye(10)[np.arange(100) % 10],
    "sure, of two kinds only": np.eye(10)[np.arange(100) % 2],
    "sure, of one kind only": np.eye(10)[np.zeros(100, int)],
    "never sure of anything": np.full((100, 10), 0.1),
}
for name, p in answers.items():
    print(f"{name:35} {metrics.classifier_score(p, splits=1).mean:5.2f}")

# %% [markdown]
# The last two rows get the same score for opposite reasons: one number, two questions. And notice
# what does not occur in the formula: **a real image**. Keep that in mind for *Break it*.
#
# ### 5. Copies: closer than real
#
# Put some real pictures aside before you train. They have the same distribution as those that you
# train on, so an honest generator has no reason to come closer to the ones than to the others.
#
# - **Closer to training:** the share of fakes whose nearest real picture is one that was trained
#   on. For an honest generator that is left to chance: one half if both sets are equally large.
# - **Copies:** the share of fakes that are as near to a training picture as only 1 % of the
#   held-out pictures are.

# %%
show.source(metrics.memorisation)

# %% [markdown]
# Trained on 0, 10 and 20; held out are 4 and 16. Fakes at 1, 9, 5 and 12: the nearest training
# point is 1, 1, 5 and 2 away, the nearest held-out one 3, 5, 1 and 4. So three of four are closer
# to training, where chance is 3 in 5. Both held-out points are 4 away from training; three of the
# four fakes are nearer than that.

# %%
# NBVAL_CHECK_OUTPUT
on_a_line = [np.array(x, "float64")[:, None] for x in ([0, 10, 20], [4, 16], [1, 9, 5, 12])]
print(metrics.memorisation(*on_a_line))

# %% [markdown]
# ### 6. Counting, where kinds can be counted
#
# On points in the plane whose modes are known (lesson 03) nothing beats counting them:
# `mode_coverage`. For pictures there is a trick: stack three digits as red, green and blue, let the
# classifier read the three, and you have a number from 0 to 999. A thousand kinds, and they can be
# counted. How unevenly they were drawn is the KL divergence from equal shares:

# %%
show.source(metrics.modes.kl_to_uniform)

# %%
# NBVAL_CHECK_OUTPUT
each = np.arange(1000)
drawn = {"each kind 26 times": np.tile(each, 26), "half of the kinds": np.tile(each[:500], 52)}
for name, numbers in drawn.items():
    print(f"{name}: {metrics.stacked_coverage(numbers)}")
print(f"log 2 = {np.log(2):.4f}")

# %% [markdown]
# With half of the kinds missing the divergence is $\log 2$, as it must be. And even *fair* draws
# are uneven by chance: 26,000 of them come to about 0.019, and fewer draws to more. Which leads to
# the last piece of mathematics.

# %% [markdown]
# ### The sample size is part of the score
#
# Compare two samples of $n$ points from **one** normal distribution of variance 1. The truth is 0.
# But either mean is off by chance, with variance $1/n$ along each axis, so the squared distance of
# the two is about $2/n$ per axis. The covariances are off as well. All together, in $d$ dimensions,
#
# $$\mathbb{E}\, d^2 \approx \frac{1}{n} \Bigl( 2d + \frac{d(d+1)}{2} \Bigr)
#   = \frac{d\,(d + 5)}{2n}.$$
#
# The first part comes from the means, the second from the $d(d+1)/2$ entries of a covariance
# matrix, each of which has to be estimated. A squared distance cannot be negative: its errors never
# cancel, they add up.

# %%
# NBVAL_CHECK_OUTPUT
chance, n = np.random.default_rng(0), 200
for d in (1, 4, 8):
    found = []
    for _ in range(600):
        two = [metrics.feature_statistics(chance.normal(size=(n, d))) for _ in range(2)]
        found.append(metrics.frechet_distance(*two[0], *two[1]))
    print(f"d = {d}, n = {n}: {np.mean(found):.3f}, formula {d * (d + 5) / (2 * n):.3f}")

# %% [markdown]
# It grows with the *square* of the dimension, and the FID's features have 2,048: hence its 50,000
# samples. Now the same with real digits against other real digits in our 64 features (each divided
# by its own spread), and the kernel distance beside it.

# %%
figure = plots.show_bias(preset.sizes, measuring.bias(preset.sizes, preset.repeats, seed))

# %% [markdown]
# **What you should see.** Left: the Fréchet distance of real digits from real digits falls along
# the dashed line, a constant divided by $n$; both axes are logarithmic. The error bars are short
# against the way it falls, and not one of them comes near 0: this is no noise. It is a *bias*, to
# the same side every time. Right: the kernel distance. With few digits it is noisy (long bars), but
# noisy *around 0*: no bias, at any $n$. About half of such values are negative, and that is right.
#
# The constant is a good deal smaller than $64 \cdot 69 / 2 = 2208$, what the formula says for 64
# axes that have nothing to do with each other. Ours have: what a classifier knows of digits goes
# together, the cloud is wide in a few directions and flat in all others. Which is the next warning:
# **the bias depends on the cloud,** so there is no table in which you could look it up.
#
# What does that mean in practice? Let real digits compete with a GAN, in an unfair race:

# %%
_, ready, _ = pretrained.load_generator("dcgan_mnist")
small, large = preset.sizes[1], preset.sizes[-1]
made_up = ready.sample(large, seed=1)
runners = {
    "real digits": parts.fakes[:small],
    "a DCGAN": made_up,
    "the same DCGAN": made_up[:small],
}
for name, images in runners.items():
    print(f"{name:16} n = {len(images):5,}   rFD {digits.score(images).rfd:.4f}")

# %% [markdown]
# The GAN "beats" reality by using more samples. Only the first and the last row may be compared.
# So: **never compare Fréchet distances at different $n$, and put the floor for your $n$ beside each
# of them.** It holds for precision and its relatives as well (the balls shrink when points are
# many), and a little for the classifier score. Only the kernel distance may be carried from one $n$
# to another, together with its error bar. And since the bias depends on the cloud, it differs a
# little from generator to generator even at the same $n$. Where it is not small against the
# difference of two scores, take more samples.

# %% [markdown]
# ## Build
#
# ### Generators that are bad on purpose
#
# Before you trust a scale, put known weights on it. We take real digits as the work of a perfect
# generator, and spoil them in five ways, one defect at a time:

# %%
show.source(*spoilt.DEFECTS.values())

# %%
pictures = {"none": parts.fakes}
for name, spoil in spoilt.DEFECTS.items():
    pictures[name] = spoil(parts, np.random.default_rng(seed))
figure = plots.show_rows({name: images[:14] for name, images in pictures.items()})

# %% [markdown]
# **What you should see,** row by row. Clean digits; the same digits, blurred; the same digits with
# grey noise all over them; digits, but no 4, no 7 and no 9 among them; digits from a small stock
# that has all kinds (you cannot see that it is small); and some of the training set itself. Only
# two rows look bad, but five are.
#
# **Predict first.** There are ten measures below: rFD, legible, kernel distance, precision, recall,
# density, coverage, classifier score, closer to training, copies. Which of them will notice which
# defect, and which will *not*?
#
# It helps to look at the clouds. Here they are, from the side from which the real one is widest:

# %%
clouds = {name: digits.features(images[:600]) for name, images in pictures.items()}
real_cloud = digits.features(parts.held_out[:600])
seen = measuring.principal_plane(real_cloud)
chosen = ("blur", "noise", "dropped kinds", "few of each kind")
figure = plots.show_clouds({name: seen(clouds[name]) for name in chosen}, seen(real_cloud), limit=3)
size = np.trace(np.cov(real_cloud.T))
for name, points in clouds.items():
    print(f"{name:17} size of its cloud: {np.trace(np.cov(points.T)) / size:.2f} of the real one")

# %% [markdown]
# **What you should see.** Blue: real digits, in arms that belong to the kinds. Red, from left to
# right: blurred digits have shrunk towards the middle; noisy ones lie nearly on the real ones; with
# kinds dropped, some blue places stay without red; few of each kind are scattered red dots, each of
# them many fakes on top of each other, in the right places, but with blue between them. The printed
# sizes (the trace of the covariance) say that noise, too, has drawn the cloud together a little.

# %% [markdown]
# ### What each measure sees and misses
#
# How far does a measure have to move before we call it a move? It also moves when nothing is wrong,
# from split to split of the digits. The standard deviation of that, for the *perfect* generator, is
# our unit: one **spread**. What has moved by one or two spreads has not moved. What has moved by
# ten, has.
#
# A spread takes several splits, each measured anew. Here are a few, and beside them a stored table
# of more (`benchmarks/measuring.py` made it).

# %%
here = spoilt.compare(preset.splits, n=preset.n)
table = show.results("measuring-quick")
stored = spoilt.from_table(table)
shifts = {
    title: np.stack([comparison.shift(defect) for defect in spoilt.DEFECTS], axis=1)
    for title, comparison in {
        f"here: {preset.splits} splits, n = {preset.n:,}": here,
        f"stored: {len(table['runs'])} splits, n = {table['settings']['n']:,}": stored,
    }.items()
}
figure = plots.show_shifts(shifts, stored.measures, list(spoilt.DEFECTS))

# %% [markdown]
# **What you should see:** two tables of ten measures (rows) and five defects (columns). Each number
# is how far the measure has moved, in spreads; brown is up, violet is down, white has not moved. A
# spread that was estimated from a handful of splits is a rough one, so the two tables may differ by
# a factor of two, and in the row of recall even of five: do not read the digits. What the tables
# have in common is which cells are dark, which are pale, and in which colour. Column by column:
#
# - **Blur** is seen by nearly everything. Both distances rise, coverage and recall collapse,
#   precision, density and legibility fall. Not so *closer* and *copies*: a blurred picture comes no
#   nearer to the training set than it was (if anything, further away).
# - **Noise,** which you noticed at once, moves both distances, recall and coverage, but far less
#   than blur does. *Legible* and the *classifier score* hardly move: the classifier reads through
#   the noise. And *precision* and *density* do not fall, they **rise,** by four or five spreads.
#   The cloud has been drawn together a little (the sizes above), so its points lie nearer to where
#   real points crowd. To the balls, some noise is an improvement.
# - **Dropped kinds** do not move *precision*, *density* or *legible*: each single picture is a
#   perfect digit, and these three look at nothing else. What is missing shows in recall, coverage,
#   the classifier score (the mean answer is uneven now) and in both distances.
# - **Few of each kind** do not move the *classifier score* either. It counts kinds, and all ten are
#   there, equally often. *Precision* and *density* stay (less than two spreads). Recall and
#   coverage fall as deep as anywhere in the table. The two distances do notice, but compare them
#   with the column before: a collapse *inside* the kinds changes centre and width of the cloud only
#   little.
# - **Memorised:** a perfect distribution, so everything that compares distributions stays where it
#   was. Only the two measures that were shown the training set see it, and they see nothing else.
#
# No row is filled from left to right, and no column is empty. **No measure sees everything, but no
# defect escapes all of them.** That is the reason to report more than one.
#
# The stored table once more, in numbers:

# %%
print("shift in spreads    " + "".join(f"{name.split()[0]:>11}" for name in spoilt.DEFECTS))
for measure, row in zip(stored.measures, list(shifts.values())[1], strict=True):
    print(f"{measure:20}" + "".join(f"{value:11.1f}" for value in row))

# %% [markdown]
# ## Train
#
# Now a real GAN. We put half of the digits aside, train a DCGAN for a short while on the other
# half, and score it at every report: always as many samples, from the same latent points. What is
# scored is the generator of that very step and not the averaged one, because the losses are its
# own.

# %%
show.source(scoring.Scores.on_epoch_end)

# %%
learned_from, held_out = scoring.hold_out(preset.held_out, seed)
watch = scoring.Scores(preset.samples)
trained = train(dcgan, preset.gan, learned_from, seed=seed, callbacks=[watch], verbose=False)
awake = watch.columns()
own = trained.model.sample(preset.held_out // 2, seed=1)  # for "Measure"
before = trained.model.sample(14, seed=1, averaged=False)
print(f"{trained.seconds:.0f} seconds; alarms: {', '.join(trained.alarms) or 'none'}")
print(f"rFD {awake['rFD'][0]:.3f} at the first report, {awake['rFD'][-1]:.4f} at the last")

# %% [markdown]
# Then the experiment of lesson 00, on a GAN that is already good: $D$ falls asleep. Its learning
# rate becomes 0, while $G$ learns on. **Predict:** what will $G$'s loss do, and what the pictures?

# %%
napping = scoring.Scores(preset.samples)
scoring.put_to_sleep(trained, preset.asleep, callbacks=[napping])
asleep = napping.columns()
after = trained.model.sample(14, seed=1, averaged=False)
for name in ("loss of G", "rFD"):
    print(f"{name:10} before {awake[name][-1]:7.4f}   after {asleep[name][-1]:7.4f}")
    for when in ("awake", "asleep"):
        values = (f"{run[f'{when}: {name}']:7.4f}" for run in table["runs"])
        print(f"   stored, seed by seed, D {when:8}" + " ".join(values))

# %% [markdown]
# ## Look

# %%
figure = plots.show_losses_and_score(awake, asleep, digits.floor(preset.samples))

# %% [markdown]
# **What you should see.** Left, the losses. In the opening $D$ wins: its loss falls, that of $G$
# rises. Then the two draw level, and for the whole second half both curves lie almost flat; you
# would say that nothing happens any more. Middle, the rFD of the same generator, on a logarithmic
# scale: it goes on falling, several-fold, while the losses stand still. Then, on grey, $D$ sleeps.
# The loss of $G$ plunges to the lowest value of the whole run, and at the very same report the
# samples are ruined; they end worse than they were in the opening. Right, each report of the waking
# time as a point, loss against rFD. The squares ($G$) form a slope that drops straight down at its
# left end: one loss there, and many an rFD. The dots ($D$) run to the left, then back to the right:
# the worst reports and the best ones stand one above the other.

# %%
figure = plots.show_rows({"D awake": before, "D has slept": after})

# %% [markdown]
# **What you should see.** Samples from the same fourteen latent points, before and after. Above:
# digits, most of which you can read. Below: thick white scrawls that look like no digit, or like
# one with strokes too many, and hardly more than two or three different ones among the fourteen. A
# $D$ that no longer learns takes them for real, and $G$'s loss asks for nothing else. With such
# pictures the rFD is above 1: further from the data than a cloud that has shrunk to one point in
# their middle. (How a network that stands still is led astray, you can try yourself in *Break it*.)
#
# Let us put numbers on the waking time. **Spearman's rank correlation** asks whether two lists have
# the same order. It is 1 if the samples are the worse, the larger the loss, without exception; 0 if
# the loss tells nothing; -1 if the samples are the *better*, the larger the loss.

# %%
show.source(scoring.rank_correlations)

# %%
print(f"correlation with the rFD   {'here':>6}   stored, seed by seed")
for name, value in scoring.rank_correlations(awake).items():
    by_seed = [run[f"correlation: {name}"] for run in table["runs"]]
    print(f"loss of {name:18} {value:6.2f}   " + " ".join(f"{r:6.2f}" for r in by_seed))

# %% [markdown]
# Be fair to the losses first. Over the whole training $G$'s loss has a strong correlation with the
# rFD, in every seed: the larger, the worse. But whatever falls in time has that correlation with
# whatever else falls in time. Samples get better, and $G$'s loss comes down from the peak of the
# opening, in any training that works at all; a clock that counts backwards would do as well.
#
# The question that you have in practice comes later. The pictures are passable by now. Are they
# still getting better? Look at the second half:
#
# - **$G$:** strongly positive in some seeds, strongly *negative* in others. If its loss rises, your
#   samples may be getting worse, or better. You cannot know. (*Here* has the seed of the first
#   stored run, and may still have another sign: a different number of processor cores rounds
#   differently, and a GAN makes much of little.)
# - **$D$:** positive in all five, the larger the worse. That would be a measure, were it not for
#   the line above it: over the whole training it is negative in all five, the larger the *better*.
#   After the opening the game becomes more even, and $D$'s loss grows; later $D$ slowly wins ground
#   back, and its loss shrinks; and through both, the samples improve. To read it, you would have to
#   know in which of the two phases you are, and for that you need a score.
#
# A correlation is about an order. What does a *value* tell? Take the very first report, and search
# the rest of the training for the report whose loss comes nearest to it:

# %%
for player, pair in scoring.same_loss(awake).items():
    for step, loss, rfd in zip(*pair.values(), strict=True):
        print(f"step {step:5,}   loss of {player} {loss:.3f}   rFD {rfd:.3f}")
    key = f"same loss of {player}, {{}}: rFD"
    times = [run[key.format("first")] / run[key.format("later")] for run in table["runs"]]
    print("stored: the rFD differs by factors of " + ", ".join(f"{t:.0f}" for t in times) + "\n")

print("at the end, D awake, seed by seed (stored)")
for name in ("loss of D", "loss of G", "rFD"):
    print(f"{name:10} " + " ".join(f"{run[f'awake: {name}']:7.4f}" for run in table["runs"]))

# %% [markdown]
# The same loss, and samples that are worlds apart, in every seed: three times better at least, and
# up to ninety times. A loss says how a player does *against the other player of that moment*.
# Against a weak one it is small, however bad the player is; put $D$ to sleep, and you have seen it.
#
# And from run to run? In the last three lines the run with the largest loss of $G$ is the worst of
# the five, so the loss is not without any meaning. But two others have the same loss of $G$ to four
# digits, and one of them is a third worse. And a larger loss of $D$ goes with *better* samples
# there, the opposite of what it does within the second half of each of these runs. With five runs
# that may be chance. That one has to ask is reason enough to measure.

# %% [markdown]
# ### Are they copies?
#
# Now the generator that comes with the course. It was trained on 60,000 digits, among them our
# 10,000. We take a thousand of its samples and search for the most suspicious one of each kind: the
# one that has the smallest distance to any of these 10,000 digits.

# %%
known = digits.as_model_input(np.concatenate([learned_from, held_out]))
fakes = made_up[:1000]
far, index = metrics.nearest(known, fakes)
kinds = digits.predict(fakes)[1].argmax(axis=1)
suspects = [min(np.flatnonzero(kinds == kind), key=far.__getitem__) for kind in np.unique(kinds)]
_, by_features = metrics.nearest(digits.features(known), digits.features(fakes[suspects]))
rows = {"made up": fakes[suspects], "nearest in pixels": known[index[suspects]]}
figure = plots.show_rows(rows | {"nearest in features": known[by_features]})

usual = metrics.nearest(known[1000:], known[:1000])[0]
for name, values in {"made-up digits": far, "real digits": usual}.items():
    print(f"{name:15} to the nearest other real one:", end=" ")
    print(f"median {np.median(values):.2f}, smallest {values.min():.2f}")

# %% [markdown]
# **What you should see:** ten made-up digits, each the most suspicious one of its kind; below each
# the nearest real digit by pixels, and the nearest one by features. They are very much alike, which
# is no wonder: of a thousand we took the most similar. But look closely, and one end is longer, one
# loop is wider. Not one is the same. Mind also what the two eyes call near: where the made-up digit
# is half way between two kinds, the nearest by pixels may even be of another kind.
#
# Is "very much alike" suspicious? Only a yardstick can tell. The last lines take a thousand *real*
# digits as suspects, and look for their nearest neighbours among the other nine thousand. Fakes are
# not nearer to real digits than real digits are to each other: this generator draws, it does not
# copy.

# %% [markdown]
# ## Measure
#
# All rulers at once: the DCGAN that you have just trained (averaged, before $D$ fell asleep), the
# pretrained one, and as many real digits in the last column, the floor.

# %%
yardstick = metrics.Yardstick(held_out, learned_from, n=preset.held_out // 2, seed=seed)
found = {"trained here": yardstick.measure(own), "pretrained": yardstick.measure(made_up)}
print(measuring.side_by_side(found, yardstick.floor))
print(f"chance for 'closer': {yardstick.floor.memory.chance:.4f}")

# %% [markdown]
# **How to read it,** by the three questions.
#
# *Quality.* Look at the pretrained generator's rFD and kernel distance: they are at the floor, as
# far as so many samples can tell. Anyone who reports these two alone has built a perfect generator.
# Now look at legible, precision and density. About one digit in nine is not clear, where it is one
# in fifty among the real ones. Both are true! A digit that lies between two kinds is a flaw for
# *you*. For the mean and the covariance of a large cloud it hardly matters, as long as there are
# few of them and they lie on all sides. A distance at the floor says that *this* ruler has reached
# its end, not that the work is done.
#
# *Variety.* Recall is that of real digits, coverage a little below: the digits that are not drawn
# as they should be are missing somewhere. The generator that was trained here, for about two
# minutes, on a twelfth of the data, is further from the floor in all rows of quality and variety
# but one: the kernel distance, at this $n$, cannot tell it from real digits (mind its error).
#
# *Novelty.* Chance is not one half here, since there are more training digits than held-out ones.
# For the generator trained here, *closer* is at chance, give or take what chance allows, and
# *copies* are fewer than among real digits: no sign of copying. For the pretrained one these two
# rows mean **nothing**: it was trained on all of these digits, the held-out ones as well, so that
# it would have no reason to prefer the ones to the others even if it copied all day. A measure is
# worth no more than the split behind it.

# %% [markdown]
# ## Break it
#
# A measure that people compete for is a measure that people will cheat, on purpose or not.
#
# ### 1. Ten pictures, and noise with a message
#
# Three "generators" go for the measures that never look at real images. The first knows one picture
# of each kind, the one that the classifier is surest of. The second draws grey noise. The third
# draws noise as well, but has been given the classifier to practise on: each pixel is moved a
# little, again and again, in the direction that makes the classifier surer.

# %%
show.source(measuring.fooling)

# %%
n = preset.held_out // 2
noise = np.random.default_rng(seed).uniform(-1, 1, (n, 28, 28, 1))
cheats = {
    "ten pictures": measuring.best_of_each(learned_from, n),
    "noise": noise,
    "taught noise": np.resize(measuring.fooling(100, preset.fooling), (n, 28, 28, 1)),
}
figure = plots.show_rows({name: images[:10] for name, images in cheats.items()})
found = {name: yardstick.measure(images) for name, images in cheats.items()}
print(measuring.side_by_side(found, yardstick.floor))

# %% [markdown]
# **What you should see:** ten digits, as the classifier likes them best; grey noise; and more grey
# noise, of another grain, in which hardly anything can be read. And yet:
#
# - **Ten pictures** have a classifier score that is *higher* than that of real digits, and all are
#   legible. The score asks for sure answers and for all kinds, no more. Ten pictures are enough.
#   Precision is perfect, too. Coverage and recall see through it at once, and so do the copies.
# - **Noise:** three quarters of it are "legible". The classifier has ten answers, and none of them
#   is "this is no digit". Its classifier score is low only because it always reads the same digit
#   (see below). And a quarter of it is "precise": far out there are a few odd real digits with
#   huge balls, and whatever is far out falls into one of these. Density, which counts balls, is not
#   impressed.
# - **Noise that was taught** is legible from first to last, and its classifier score beats that of
#   the real digits. All that it took were a few small steps, with the classifier's own gradient.
#   rFD and kernel distance, which compare with real digits, are not fooled. But they look with the
#   eyes of the same classifier. Given their gradient as well, the noise would learn to please them.

# %%
# NBVAL_CHECK_OUTPUT
read = digits.predict(cheats["noise"])[1].argmax(axis=1)
print(f"the classifier reads plain noise as: {np.bincount(read, minlength=10).argmax()}")

# %% [markdown]
# ### 2. Copies in disguise
#
# The measures for copies look pixel by pixel. Remember what a pixel is worth:

# %%
copies = {f"moved by {pixels}": measuring.moved(learned_from, pixels) for pixels in (0, 1, 2)}
found = {name: yardstick.measure(images) for name, images in copies.items()}
print(measuring.side_by_side(found, yardstick.floor))

# %% [markdown]
# Not moved, the training set is found out completely. Moved by *one* pixel it has hardly any
# *copies* left, fewer than an honest generator has by chance; *closer* still notices something.
# Moved by two pixels, it has fallen to chance, too. For everybody else these are the same pictures.
#
# The disguise has its price: real digits are centred, moved ones are not, so that the distances and
# precision object. But they do not say "copies". If novelty matters to you (with pictures of people
# it should), measure it with the eyes of the one who would complain: search over small moves and
# turns, measure in features as well, and look at the nearest pairs.

# %% [markdown]
# ### A protocol to take home
#
# 1. **Name the eyes.** Which network the features come from, and which version of its weights. A
#    score by other features gets another name.
# 2. **State $n$, the seed and the split.** And against which real data, at which $n$.
# 3. **Floor, ceiling, baseline, in one table.** The floor is real against real; a ceiling is
#    something bad that you understand, such as blur or noise; the baseline is the same model
#    without your idea.
# 4. **One measure for each question:** quality, variety, novelty. If you may have one only, take a
#    distance, and say what it does not see.
# 5. **Several seeds,** at least five where they are cheap and three where they are not. Give the
#    mean and the spread. A difference smaller than the spread is no difference.
# 6. **Equal steps, and equal minutes** where your idea makes a step dearer.
# 7. **Hold out at random, before you train.** Without held-out data nobody can see copies.
# 8. **Choose nothing by the score that you report,** no seed, no step, no threshold. If you must
#    choose, choose on one split and report on another.
# 9. **Never train against the ruler,** and not against a network that has seen what the ruler saw.
# 10. **Look.** Samples that nobody has selected, and the nearest neighbours of some of them.
#
# This is how the tables of this course were made.

# %% [markdown]
# ## Exercises
#
# Replace the line that raises `NotImplementedError`, run the cell, then run the check below it.

# %% tags=["setup"]
import numpy as np

from gan_lessons.checks import measuring_gans as checks

# %% [markdown] tags=["exercise"]
# ### 1. A distance without bias
#
# You get three tables of a kernel: `xx` (n, n) between real points, `yy` (m, m) between fakes, `xy`
# (n, m) between the two. Return the unbiased $\mathrm{MMD}^2$, a number.


# %%
def kernel_distance(xx, yy, xy):
    # BEGIN SOLUTION
    n, m = len(xx), len(yy)
    among_real = (xx.sum() - np.trace(xx)) / (n * (n - 1))
    among_fakes = (yy.sum() - np.trace(yy)) / (m * (m - 1))
    return among_real + among_fakes - 2 * xy.mean()
    # END SOLUTION


# %% tags=["check"]
checks.check_kernel_distance(kernel_distance)

# %% [markdown] tags=["exercise"]
# ### 2. The same table, read in two ways
#
# `distances` (n, m) holds the distance of each real point (row) from each fake (column), `radii`
# (n,) the radius of the ball round each real point. Return two numbers, precision and coverage.


# %%
def precision_and_coverage(distances, radii):
    # BEGIN SOLUTION
    inside = distances < radii[:, None]
    return inside.any(axis=0).mean(), inside.any(axis=1).mean()
    # END SOLUTION


# %% tags=["check"]
checks.check_precision_and_coverage(precision_and_coverage)

# %% [markdown] tags=["exercise"]
# ### 3. The classifier score
#
# `answers` (n, classes) holds probabilities, one row for each image. Return the score. A
# probability may be exactly 0, and $0 \log 0$ is 0.


# %%
def classifier_score(answers):
    # BEGIN SOLUTION
    def entropy(p):
        return -(p * np.log(np.where(p > 0, p, 1.0))).sum(axis=-1)

    return np.exp(entropy(answers.mean(axis=0)) - entropy(answers).mean())
    # END SOLUTION


# %% tags=["check"]
checks.check_classifier_score(classifier_score)

# %% [markdown] tags=["exercise"]
# ### 4. Out of the bias
#
# Somebody has measured a generator at several sample sizes. You know that such a distance is about
# $a + b/n$, where $a$ is the truth. Return $a$, using all the values; `sizes` and `distances` are
# arrays of the same length. (Chong and Forsyth made a measure of this. `np.polyfit` fits lines.)


# %%
def without_bias(sizes, distances):
    # BEGIN SOLUTION
    _, a = np.polyfit(1.0 / np.asarray(sizes), distances, 1)
    return a
    # END SOLUTION


# %% tags=["check"]
checks.check_without_bias(without_bias)

# %% [markdown] tags=["exercise"]
# ### 5. The doctor
#
# A generator comes to your surgery. `shift` says for each measure how far it has moved from that of
# a perfect generator, in spreads: a dict with the names of the table above, such as
# `shift["coverage"]`. The diagnosis is one of `"none"`, `"blur"`, `"dropped kinds"`, `"few of each
# kind"` and `"memorised"`. Defects come weaker and stronger (half and twice as strong as in the
# table), and every measure also moves by a spread or two by chance.


# %%
def which_defect(shift):
    # BEGIN SOLUTION
    if shift["copies"] > 20:
        return "memorised"
    if shift["coverage"] > -10:
        return "none"
    if shift["density"] < -6:  # the pictures themselves are worse
        return "blur"
    if shift["classifier score"] < -8:  # some kinds are missing
        return "dropped kinds"
    return "few of each kind"
    # END SOLUTION


# %% tags=["check"]
checks.check_which_defect(which_defect)

# %% [markdown]
# ### For the curious, without a check
#
# - Write a sixth defect and put it into the table: `spoilt.compare(3, {"mine": my_defect})`. A
#   defect takes the parts and a random generator. Can you find one that escapes all ten measures?
#   (Think of what a classifier of digits does not care about.)
# - Mend the measure for copies: for each fake, take the smallest distance to a training digit over
#   all moves by up to two pixels, and the same for the held-out digits.
# - Put all ten measures on your own DCGAN of lesson 05, with three seeds.

# %% [markdown]
# ## Recap and further reading
#
# - A measure is features, a comparison, a number of samples and a floor. Change one, and the
#   numbers cannot be compared.
# - Quality, variety and novelty are three questions. Precision and density ask the first one,
#   recall and coverage the second, closeness to the training set the third. Distances mix the first
#   two.
# - The Fréchet distance is biased by about a constant over $n$; the unbiased kernel distance is
#   not.
# - The losses of a GAN compare the players with each other, not with the data. In the second half
#   of a training, what $G$'s loss said of the samples had another sign from seed to seed.
# - A measure that never looks at real images can be satisfied without any.
# - Each measure has a blind spot. Report several, with floor and spread, and look at samples.
#
# Further reading:
#
# - M. Heusel and others: *GANs trained by a two time-scale update rule converge to a local Nash
#   equilibrium* (2017), [1706.08500](https://arxiv.org/abs/1706.08500): the FID
# - M. Bińkowski and others: *Demystifying MMD GANs* (2018),
#   [1801.01401](https://arxiv.org/abs/1801.01401): the kernel distance, and why the FID is biased
# - T. Kynkäänniemi and others: *Improved precision and recall metric for assessing generative
#   models* (2019), [1904.06991](https://arxiv.org/abs/1904.06991)
# - M. F. Naeem and others: *Reliable fidelity and diversity metrics for generative models* (2020),
#   [2002.09797](https://arxiv.org/abs/2002.09797): density and coverage
# - T. Salimans and others: *Improved techniques for training GANs* (2016),
#   [1606.03498](https://arxiv.org/abs/1606.03498): the Inception score; S. Barratt, R. Sharma: *A
#   note on the Inception score* (2018), [1801.01973](https://arxiv.org/abs/1801.01973): what is
#   wrong with it
# - M. J. Chong, D. Forsyth: *Effectively unbiased FID and Inception score and where to find them*
#   (2020), [1911.07023](https://arxiv.org/abs/1911.07023): exercise 4
# - C. Meehan, K. Chaudhuri, S. Dasgupta: *A non-parametric test to detect data-copying in
#   generative models* (2020), [2004.05675](https://arxiv.org/abs/2004.05675)
# - L. Theis, A. van den Oord, M. Bethge: *A note on the evaluation of generative models* (2016),
#   [1511.01844](https://arxiv.org/abs/1511.01844): likelihood, samples and usefulness need not
#   agree
# - M. Lucic and others: *Are GANs created equal?* (2018),
#   [1711.10337](https://arxiv.org/abs/1711.10337): what is left of differences with enough seeds
# - T. Kynkäänniemi and others: *The role of ImageNet classes in Fréchet inception distance* (2023),
#   [2203.06026](https://arxiv.org/abs/2203.06026): the features decide, and how the FID is cheated
# - I. Goodfellow, J. Shlens, C. Szegedy: *Explaining and harnessing adversarial examples* (2015),
#   [1412.6572](https://arxiv.org/abs/1412.6572): noise with a message
# - A. Borji: *Pros and cons of GAN evaluation measures* (2019),
#   [1802.03446](https://arxiv.org/abs/1802.03446): dozens more

# %%
runtime.footer(runtime.resolve_preset(), seed, started)
