# %% [markdown]
# # 03 · The vanilla GAN: a forger and a detective
#
# ## You will
#
# - say in one formula what the two networks of a GAN fight about, and what happens if both play
#   perfectly;
# - write the training loop by hand, once, and check that the course's engine does exactly the
#   same;
# - watch a GAN fumble about eight dots, measure how badly, and cure it;
# - teach a GAN of plain dense layers to write digits, and find out that its loss does not tell
#   you how well;
# - break it in two ways, one of which you may well have copied from the web already.
#
# **Time:** 7 minutes of computing on two quick CPU cores, 25 on slow ones (the last cell says how
# long it took), an hour for reading and exercises. **You need:** Python, NumPy, and to know what a
# derivative is. A little Keras helps. Lesson 02 derives some of the mathematics more slowly.

# %%
import time

started = time.perf_counter()

from gan_lessons import runtime  # before Keras: it chooses the backend and makes it quick

SEED = runtime.set_seed(0)
PRESET = runtime.resolve_preset()
print(runtime.describe(), "| preset:", PRESET)

import dataclasses
import warnings

import keras
import numpy as np
from keras import ops

from gan_lessons import datasets, metrics, plots, show, vanilla_gan
from gan_lessons.engine import losses, penalties
from gan_lessons.engine.backends import input_gradient
from gan_lessons.engine.batches import Batches
from gan_lessons.engine.training import train
from gan_lessons.layers import fourier_features

# %% [markdown]
# ## The idea
#
# A **forger** paints banknotes. A **detective** gets to see banknotes, real ones and forged ones
# mixed, and says for each how likely it is to be real. The forger never sees a real note. All he
# learns is how the detective reacted, and he changes his next notes a little so that they pass
# more easily. The detective, too, learns from every case. If both keep improving, the forgeries
# end up looking like money.
#
# In a **generative adversarial network** (Goodfellow and others, 2014) both are neural networks:
#
# - the **generator** $G$ turns random numbers $z$ into a sample $G(z)$, a banknote;
# - the **discriminator** $D$ looks at a sample $x$ and answers with a probability $D(x)$ that it
#   is real.
#
# Note what is missing: nobody ever tells $G$ what a good sample *is*. There is no formula for
# "looks like a handwritten seven". $D$ is that formula, and it is learned along the way.

# %% [markdown]
# ## The maths
#
# ### One number to fight about
#
# Both players care about the same number, the **value** of the game:
#
# $$V(D, G) = \mathbb{E}_{x}\big[\log D(x)\big] +
#   \mathbb{E}_{z}\big[\log\big(1 - D(G(z))\big)\big].$$
#
# The first term is close to 0, its maximum, if $D$ recognises real samples ($D(x)$ near 1). The
# second is close to 0 if $D$ recognises fakes ($D(G(z))$ near 0). So $D$ wants $V$ to be large. $G$
# only enters the second term and wants $V$ to be small: $\min_G \max_D V(D, G)$.
#
# Networks are trained by making a *loss* small, so $D$'s loss is $-V$. Here is the very function
# that trains all the discriminators below, read from the course's code at this moment:

# %%
show.source(losses.discriminator_nonsaturating, losses.binary_cross_entropy)

# %% [markdown]
# Two things to notice. First, this is the ordinary cross-entropy of a classifier with the targets
# 1 for real and 0 for fake. A discriminator is nothing more exotic than that.
#
# Second, our networks return a **logit** $l$, any real number, and $D(x) = \sigma(l) = 1/(1 +
# e^{-l})$. Computing $\sigma(l)$ first and its logarithm afterwards breaks down when $D$ is very
# sure: $\sigma$ is rounded to 0 and $\log 0$ is $-\infty$. But $-\log \sigma(l)$ is the same as
# $\mathrm{softplus}(-l) = \log(1 + e^{-l})$, which never overflows, and
# $-\log(1 - \sigma(l)) = \mathrm{softplus}(l)$.
#
# ### The best discriminator
#
# Suppose $G$ stands still. Real samples have the density $p(x)$, fakes the density $q(x)$. What
# should $D$ answer at one particular place $x$? With $d = D(x)$, this place contributes
#
# $$p \log d + q \log(1 - d)$$
#
# to $V$. The derivative $p/d - q/(1 - d)$ is zero at
#
# $$D^*(x) = \frac{p(x)}{p(x) + q(x)}.$$
#
# That is common sense: where real samples are three times as frequent as fakes, the best guess
# is 3/4. Put $D^*$ into $V$, and what is left for $G$ to minimise is
#
# $$V(D^*, G) = -\log 4 + 2\,\mathrm{JS}(p \,\|\, q),$$
#
# where JS is the Jensen-Shannon divergence, a distance between distributions which is zero only
# if they are equal. So a perfect forger makes $q = p$, the detective is reduced to answering 1/2
# everywhere, and the value is $2 \log \tfrac12 = -\log 4 \approx -1.386$.
#
# Do not take it on trust. On a line, with two bell curves, we can let the computer *search* for
# the best answer at every $x$, knowing nothing of the formula:

# %%
# NBVAL_CHECK_OUTPUT
x = np.linspace(-7, 9, 801)
answers = np.linspace(0.0005, 0.9995, 1000)  # all the answers that we try at every x


def bell(centre):
    return np.exp(-0.5 * (x - centre) ** 2) / np.sqrt(2 * np.pi)


def search(p, q):
    value = p[:, None] * np.log(answers) + q[:, None] * np.log(1 - answers)
    return answers[value.argmax(axis=1)], value.max(axis=1).sum() * (x[1] - x[0])


def jensen_shannon(p, q):
    m = (p + q) / 2
    return 0.5 * np.sum(p * np.log(p / m) + q * np.log(q / m)) * (x[1] - x[0])


p, q = bell(0), bell(2)
best, value = search(p, q)
print(f"search and p / (p + q) differ by at most {np.abs(best - p / (p + q)).max():.3f}")
print(f"value found by the search     {value:.3f}")
print(f"-log 4 + 2 JS(p, q)           {-np.log(4) + 2 * jensen_shannon(p, q):.3f}")
print(f"value if the fakes are real   {search(p, p)[1]:.3f}   (-log 4 is {-np.log(4):.3f})")

# %%
figure = plots.show_best_answer(x, p, q, best)

# %% [markdown]
# **What you should see.** Two bells, real on the left (blue), fake on the right (red), overlapping
# in the middle. Below, $D^*$ is almost 1 under the left bell, almost 0 under the right one, and
# crosses 1/2 exactly where the two densities are equal. Notice its slope: it tells the forger in
# which direction to move. Where the curve is flat, there is nothing to learn from it.

# %% [markdown]
# ### What the forger minimises
#
# Taken literally, $G$ should make $\log(1 - D(G(z)))$ small. At the beginning that goes badly. The
# first forgeries are terrible, $D$ is sure about them, and $\log(1 - D)$ is flat just there: it
# **saturates**. The 2014 paper itself advises to minimise $-\log D(G(z))$ instead. It has the same
# goal (convince $D$), but it pulls hardest where the forgery is worst.

# %%
show.source(losses.generator_saturating, losses.generator_nonsaturating)

# %%
logits = np.linspace(-8, 6, 200)
d = 1 / (1 + np.exp(-logits))
saturating, nonsaturating = "log(1 - D), saturating", "-log D, non-saturating"
figure = plots.show_loss_shapes(
    logits,
    {saturating: np.log(1 - d), nonsaturating: -np.log(d)},
    {saturating: -d, nonsaturating: d - 1},
)

# %% [markdown]
# **What you should see.** Left: both curves fall from left to right, so both forgers want a higher
# logit. But in the grey zone, where $D$ is sure that the sample is fake, the saturating one (blue)
# is flat and the non-saturating one (red) is steep. Right: the size of the slopes. They are mirror
# images, $\sigma(l)$ and $1 - \sigma(l)$. The blue forger learns mostly from the fakes that pass
# anyway.
#
# The same in numbers, this time as derivatives of the functions shown above, computed by
# whatever backend you use:

# %%
# NBVAL_CHECK_OUTPUT
print("   logit   saturating   non-saturating")
for logit in (-8.0, -4.0, 0.0, 4.0):
    point = ops.convert_to_tensor([[logit]])
    slopes = [
        float(ops.convert_to_numpy(input_gradient(loss, point))[0, 0])
        for loss in (losses.generator_saturating, losses.generator_nonsaturating)
    ]
    print(f"{logit:8.0f} {slopes[0]:12.4f} {slopes[1]:16.4f}")

# %% [markdown]
# ## Build
#
# Pictures are hard to judge by eye, so we begin with points in the plane. The **ring** has eight
# tight bunches of points. We know where they are, so we can *count* how many of them a generator
# found. In the language of statistics the bunches are the **modes** of the distribution.

# %%
ring = datasets.load("ring")
grid = datasets.load("grid")
digits = datasets.load("mnist", source=vanilla_gan.preset_for(PRESET).source)

# %% [markdown]
# The networks are as plain as networks get: dense layers. Both are built from a **preset**, a small
# record of sizes and settings.

# %%
show.source(vanilla_gan.build_generator, vanilla_gan.build_discriminator)

# %% [markdown]
# For the first experiment we write our own preset, tiny and the same on every machine, in the form
# of 2014: `vanilla_gan.plain` takes every modern addition out.

# %%
# NBVAL_CHECK_OUTPUT
SMALL = vanilla_gan.VanillaPreset(
    dataset="ring",
    shape=(2,),  # a sample is a point in the plane
    latent_dim=4,  # z is four random numbers
    generator=(64, 64),
    discriminator=(64, 64),
    steps=50,
    report_every=1,
    steps_per_execution=1,
    jit=False,  # so small that compiling it further takes longer than training it
)
SMALL = dataclasses.replace(vanilla_gan.plain(SMALL), dropout=0.0)

G, D = vanilla_gan.build_generator(SMALL), vanilla_gan.build_discriminator(SMALL)
print("G:", G.input_shape, "->", G.output_shape, f"{G.count_params():,} parameters")
print("D:", D.input_shape, "->", D.output_shape, f"{D.count_params():,} parameters")

# %% [markdown]
# Count with me for $G$: $4 \cdot 64 + 64$ in the first layer, $64 \cdot 64 + 64$ in the second,
# $64 \cdot 2 + 2$ in the last, together 4,610. `None` is the batch size: any will do.

# %% [markdown]
# ## Train
#
# ### By hand, once
#
# Here is the whole algorithm. In every step $D$ has a turn, then $G$ has one. A `GradientTape`
# records what is computed inside its block; afterwards we ask it for the derivative of a loss with
# respect to *one player's* weights, and that player's optimizer moves them. The other player's
# weights stay where they are, because nobody touches them.


# %%
def train_by_hand(G, D, noise, batches, steps):
    import tensorflow as tf

    d_optimizer, g_optimizer = (keras.optimizers.Adam(2e-4, 0.5, 0.999) for _ in range(2))
    d_optimizer.build(D.trainable_variables)
    g_optimizer.build(G.trainable_variables)

    @tf.function(jit_compile=SMALL.jit_compile is True)  # a fast graph, made as the helper does
    def step(real):
        z = noise(len(real))
        with tf.GradientTape() as tape:  # D's turn: real is 1, fake is 0
            on_real, on_fake = D(real, training=True), D(G(z, training=True), training=True)
            d_loss = ops.mean(ops.softplus(-on_real)) + ops.mean(ops.softplus(on_fake))
        gradients = tape.gradient(d_loss, D.trainable_variables)
        d_optimizer.apply(gradients, D.trainable_variables)

        with tf.GradientTape() as tape:  # G's turn: make D say 1
            g_loss = ops.mean(ops.softplus(-D(G(z, training=True), training=True)))
        gradients = tape.gradient(g_loss, G.trainable_variables)
        g_optimizer.apply(gradients, G.trainable_variables)
        return d_loss, g_loss

    return np.array([step(batches[i][0]) for i in range(steps)])


# %% [markdown]
# That is all there is to it. `real` is a batch of real samples. Both turns use the same $z$, so the
# fakes that $D$ has just judged are those that $G$ now improves; nothing is lost by that, and it
# can save work. Even so, $D$ has already moved by the time $G$ asks for its opinion.
#
# Let us run fifty steps. The loop is written for TensorFlow; on another backend this cell steps
# aside.

# %%
if runtime.backend() == "tensorflow":
    runtime.set_seed(SEED)
    mine = vanilla_gan.build(SMALL, seed=SEED)  # we use its networks and its source of noise
    batches = Batches(ring.x_train, SMALL.batch_size, seed=SEED)
    by_hand = train_by_hand(mine.generator, mine.discriminator, mine.noise, batches, SMALL.steps)
    print("losses of D and G in the first step:", by_hand[0].round(3))
    print("losses of D and G in the last step: ", by_hand[-1].round(3))
else:
    by_hand = None
    print("The loop by hand needs TensorFlow. The rest of the notebook runs on any backend.")

# %% [markdown]
# ### The same in three lines
#
# From here on the course's helper does the work. It builds the same networks from the same seed,
# draws the same batches and the same noise, and then Keras' `fit` takes turns:

# %%
helped = train(vanilla_gan, preset=SMALL, data=ring.x_train, seed=SEED, verbose=False)
by_helper = [helped.history["discriminator_loss"], helped.history["generator_loss"]]
by_helper = np.transpose(by_helper)

# %% [markdown]
# If the helper does what we did, all hundred losses must agree, up to rounding errors of 32-bit
# numbers:

# %%
# NBVAL_CHECK_OUTPUT
if by_hand is not None:
    agree = np.abs(by_hand - by_helper).max() < 1e-4
    print(f"{by_helper.shape[0]} steps, losses by hand and by helper agree to 0.0001: {agree}")

# %% [markdown]
# So the helper is no magic either. What it adds: pictures, checkpoints, alarms, three backends, and
# speed.
#
# ### Eight dots, the 2014 way
#
# Now for longer, with larger networks, still in the form of 2014. (The preset knows how long. We
# take a sixth of it, which is enough to see the trouble. The dropout of that form is left out: with
# two coordinates to look at, a detective who forgets some at random is merely blind.)

# %%
RING = vanilla_gan.preset_for(PRESET, "ring")
short = dataclasses.replace(RING, steps=RING.steps // 6)
simple = dataclasses.replace(vanilla_gan.plain(short), dropout=0.0)
toys = {"form of 2014": train(vanilla_gan, simple, ring.x_train, verbose=False)}


def coverage(trained, data):
    return metrics.mode_coverage(trained.model.sample(10_000, seed=1), **data.info)


print(coverage(toys["form of 2014"], ring))

# %% [markdown]
# Read that line slowly. A mode counts as found if *one* of 10,000 samples comes near it, so the
# first number is generous. "High quality" is the share of samples within three standard deviations
# of a mode. The "reverse KL" says how unevenly the good samples are spread over the modes; 0 is
# even.
#
# What goes wrong? The players never come to rest. $D$ draws its borders ever sharper, $G$ is thrown
# across them, overshoots, is called back, and overshoots again on the other side. It knows about
# where the bunches are and cannot land on them.

# %% [markdown]
# ### Cure 1: a gradient penalty, and smaller, calmer steps
#
# The sharper $D$ can separate the two piles, the steeper it becomes, and the more violently $G$ is
# thrown about. **R1** (Mescheder and others, 2018) asks $D$ to be no steeper than necessary at real
# samples; R2 asks the same at fakes:
#
# $$R_1 = \frac{\gamma}{2}\; \mathbb{E}_{x}\,\big\|\nabla_x l(x)\big\|^2 .$$
#
# At the equilibrium $D$ is flat, so the penalty is not in the way of the goal. Without it, even the
# simplest GAN circles round the goal for ever; with it, it provably spirals in. Because it is a
# derivative inside a loss it is not cheap, so we compute it in every eighth step, with eight times
# the weight.

# %%
show.source(penalties.zero_centred, penalties.squared_gradient_norm, vanilla_gan.VanillaGAN.penalty)

# %% [markdown]
# Two more habits come with it in our preset. The learning rates fall to zero towards the end of the
# run, so that the players come to rest. And we look at an **average** of $G$'s weights over the
# last steps rather than at the last step itself, which takes out the remaining wobble.

# %%
calm = dataclasses.replace(short, loss="nonsaturating", noise=0.0, frequencies=0)
toys["with penalties"] = train(vanilla_gan, calm, ring.x_train, verbose=False)
print(coverage(toys["with penalties"], ring))

# %% [markdown]
# ### Cure 2: compare, do not judge
#
# Ask the detective a different question: not "is this note real?" but "**which of these two** is
# the real one?" This is the *relativistic* loss (Jolicoeur-Martineau, 2018; in this form Huang and
# others, 2024). Every real sample is paired with a fake. If $G$ neglects a mode, the real samples
# there win every comparison by a wide margin, and the loss keeps saying so.

# %%
show.source(losses.discriminator_relativistic, losses.generator_relativistic)

# %% [markdown]
# ### Cure 3: glasses that clear up
#
# Our bunches are tiny and far apart. Between them there are neither real samples nor fakes, so $D$
# may say there what it likes, and $G$ gets no directions across the gap. If both real and fake
# points are blurred by **noise**, the bunches grow until they overlap, and there is a slope
# everywhere. Then the noise fades, and the details come into focus.

# %%
show.source(vanilla_gan.VanillaGAN.veil)

# %% [markdown]
# ### Cure 4: sharper eyes
#
# A dense network is short-sighted: it learns quickly what varies slowly over space, and slowly what
# varies quickly. To see bunches that are a hundred times smaller than the ring, give $D$ the
# coordinates together with sine and cosine waves of them, **Fourier features** (Tancik and others,
# 2020).

# %%
show.source(fourier_features)

# %% [markdown]
# All four together make the form that this lesson ends with. While it trains, we take a look at the
# samples now and then. Keras calls a *callback* after every report:


# %%
class Watch(keras.callbacks.Callback):
    """Keeps what `look(model)` returns: at the first report and about `times` times later."""

    def __init__(self, look, preset, times=5):
        super().__init__()
        self.look, self.seen = look, []
        self.every = max(1, preset.steps // preset.report_every // times)

    def on_epoch_end(self, epoch, logs=None):  # an "epoch" is one report here
        if epoch == 0 or (epoch + 1) % self.every == 0:
            self.seen.append((int(self.model.step_counter.value), self.look(self.model)))


film = Watch(lambda model: model.sample(1000, averaged=False), RING, times=4)
toys["all four cures"] = train(vanilla_gan, RING, ring.x_train, callbacks=[film], verbose=False)
print(coverage(toys["all four cures"], ring))

# %% [markdown]
# Now the harder exam, 25 modes in a square grid:

# %%
GRID = vanilla_gan.preset_for(PRESET, "grid")
on_grid = train(vanilla_gan, GRID, grid.x_train, verbose=False)
print(coverage(on_grid, grid))

# %% [markdown]
# ### Digits
#
# A picture of 28 by 28 pixels is a point too, in 784 dimensions. The same two networks, wider, can
# be trained on handwritten digits. First the form of 2014, for a fifth of the time, then the form
# that we end with. In 784 dimensions our digits are not tiny dots, so the preset's own choice of
# cures is a different one than for the ring.

# %%
DIGITS = vanilla_gan.preset_for(PRESET)
DIGITS_2014 = vanilla_gan.plain(DIGITS)

print(f"{'setting':16}{'2014':>16}{'this lesson':>16}")
for field in dataclasses.fields(DIGITS):
    then, now = getattr(DIGITS_2014, field.name), getattr(DIGITS, field.name)
    if then != now:
        print(f"{field.name:16}{then!s:>16}{now!s:>16}")


# %%
def look(model):
    """The distance of 2,500 samples from real digits (see Measure), and the first 12 of them."""
    samples = model.sample(2_500, seed=1)
    return metrics.digits.score(samples).rfd, samples[:12]


fifth = dataclasses.replace(DIGITS_2014, steps=DIGITS.steps // 5)
old_film = Watch(look, fifth, times=2)
old = train(vanilla_gan, fifth, digits.x_train, callbacks=[old_film])

# %%
new_film = Watch(look, DIGITS)
new = train(vanilla_gan, DIGITS, digits.x_train, callbacks=[new_film])

# %% [markdown]
# ## Look
#
# ### The ring, three times

# %%
figure = plots.show_clouds(
    {name: trained.model.sample(2000, seed=1) for name, trained in toys.items()},
    ring.x_train[:2000],
    limit=1.4,
)

# %% [markdown]
# **What you should see.** Blue are real points, eight small bunches on a circle; red are fakes. In
# the form of 2014 the fakes know about where to go, but form a loose cloud round each bunch, with
# arms and strays in between. With penalties they gather on the bunches, joined by thin threads of
# stray points. With all four cures the red dots cover the blue ones, and little is left between.


# %%
def landscape(discriminator, limit=1.4, side=160):
    axis = np.linspace(-limit, limit, side, dtype="float32")
    points = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    answers = ops.sigmoid(discriminator(points, training=False))
    return ops.convert_to_numpy(answers).reshape(side, side)


figure = plots.show_landscapes(
    {name: landscape(toys[name].model.discriminator) for name in list(toys)[:2]}, limit=1.4
)

# %% [markdown]
# **What you should see.** The opinion of two detectives about every point of the plane: blue means
# "real", red "fake", white "cannot tell". Both have found the eight places: there lie eight pale
# islands, where fakes are now mistaken for real points. In the form of 2014 the sea between them is
# dark red with steep shores. With penalties everything is paler and slopes more gently, so that a
# fake far from all islands still feels in which direction the next one lies.
#
# (A relativistic detective only compares. Adding a constant to all its logits changes nothing, so
# a picture like this would mean nothing for it.)

# %%
figure = plots.show_clouds(
    {f"step {step:,}": points for step, points in film.seen}, ring.x_train[:2000], limit=1.4
)

# %% [markdown]
# **What you should see.** The training of the full form, from left to right. Under strong noise the
# fakes first find the *shape*, a fuzzy ring. Then they gather near the bunches, and as the noise
# fades they close in on them. Towards the end, when the learning rate falls too, they come to rest.

# %%
figure = plots.show_clouds(
    {"grid, all four cures": on_grid.model.sample(3000, seed=1)}, grid.x_train[:3000], limit=5.2
)

# %% [markdown]
# **What you should see.** Five rows of five bunches, each one found, and only few strays on the
# straight lines between neighbours. A continuous generator cannot jump: it has to cross the gaps
# somewhere, and the best that it can do is to cross them quickly.
#
# ### Digits, while they were learned

# %%
figure = plots.show_rows({f"step {step:,}": images for step, (_, images) in old_film.seen})

# %% [markdown]
# **What you should see.** The form of 2014, for a fifth of the time, from top to bottom. First
# light blobs in the middle of the picture, the first thing that any forger of digits finds out.
# Then strokes appear. Some are digits with a bit of goodwill, most are speckled.

# %%
figure = plots.show_rows({f"step {step:,}": images for step, (_, images) in new_film.seen})

# %% [markdown]
# **What you should see.** The form that the lesson ends with. All rows are drawn from the same
# points $z$, so you can follow one column downwards: a smudge decides to become a digit, sometimes
# changes its mind, and gets cleaner. In the last row most are digits that you can name.

# %%
axis = plots.show_images(new.model.sample(64, seed=2), columns=16, width=8)

# %% [markdown]
# **What you should see.** Sixty-four digits in different hands, at the end of the training. All ten
# kinds occur, thick and thin, upright and slanted. Speckles at the edges of strokes remain: a dense
# network does not know that neighbouring pixels are neighbours. That is what lesson 05 is about.

# %%
figure = plots.show_history(new.history)

# %% [markdown]
# **What you should see.** Left: the two losses settle early, then hardly move. Neither goes to
# zero, and that is no failure: whatever one player gains, the other loses. Right: the mean answer
# of $D$ to real digits (upper) and to fakes (lower). Both would be 1/2 at the equilibrium; the gap
# between them says that $D$ still finds something to object to.
#
# ### The loss is not the quality

# %%
figure = plots.show_loss_and_score(
    {"2014": old.history, "this lesson": new.history},
    {
        name: [(step, score) for step, (score, _) in watched.seen]
        for name, watched in (("2014", old_film), ("this lesson", new_film))
    },
    metrics.digits.floor(2_500),
)

# %% [markdown]
# **What you should see.** Left, the loss of the generator over time; right, the measured distance
# of its samples from real digits, on a scale where each line is a factor of ten. From the second
# point on, the samples of this lesson's form still get several times better, while its loss hardly
# moves. And comparing the heights of two losses tells you nothing about which samples are better.
#
# The reason: $G$'s loss is a mark given by $D$, and $D$ becomes stricter all the time. A pupil
# whose marks stay the same while the exams get harder is learning. In ordinary training you may
# watch the loss. In a GAN you must **look and measure**.

# %% [markdown]
# ## Measure
#
# The toys first: 10,000 samples of each run, beside real points, and beside random points of the
# same spread for the level of chance.

# %%
random = np.random.default_rng(1).normal(size=(10_000, 2))
print(f"{'':24}{'modes':>6}{'high quality':>14}{'reverse KL':>12}")
for data, runs in ((ring, toys), (grid, {"all four cures": on_grid})):
    rows = {"chance": metrics.mode_coverage(random * data.x_train.std(), **data.info)}
    rows |= {name: coverage(trained, data) for name, trained in runs.items()}
    rows |= {"real points": metrics.mode_coverage(data.x_train[:10_000], **data.info)}
    for name, row in rows.items():
        share = f"{row.high_quality:.1%}"
        print(f"{data.name + ', ' + name:24}{row.modes:6}{share:>14}{row.reverse_kl:12.4f}")

# %% [markdown]
# Two lines for comparison: what five seeds reached in the quick preset, mean and spread.

# %%
print("expected, ring:", show.expected("vanilla_gan-ring", PRESET))
print("expected, grid:", show.expected("vanilla_gan-grid", PRESET))

# %% [markdown]
# Real points reach 98.9 %, because about one normal point in ninety lies further out than three
# standard deviations. The spread over the seeds is worth a look: a reverse KL of .02 means that a
# mode of the grid typically has a fifth more or less than its share, and no GAN is safe from luck.
# And see how little the number of modes says by itself: random points "find" nearly all the modes
# of the grid.
#
# For digits we need a ruler. A small network that has learned to *name* digits describes each image
# by 64 numbers. Real digits form a cloud in that space, and so do ours; the **relative Fréchet
# distance**, rFD, says how far apart the clouds are, as a share of the real cloud's own size.

# %%
print(f"{'digits, n = 10,000':26}{'rFD':>9}{'legible':>10}")
noise = np.random.default_rng(1).integers(0, 256, (10_000, 28, 28, 1), dtype="uint8")
samples = {
    "chance (noise)": noise,
    "form of 2014, short": old.model.sample(10_000, seed=1),
    "this lesson": new.model.sample(10_000, seed=1),
}
scores = {name: metrics.digits.score(images) for name, images in samples.items()}
for name, row in scores.items():
    print(f"{name:26}{row.rfd:9.4f}{row.legible:10.1%}")
print(f"{'real digits':26}{row.floor:9.4f}{row.real_legible:10.1%}")

# %%
print("expected, this lesson: ", show.expected("vanilla_gan-mnist", PRESET))
print("expected, form of 2014:", show.expected("vanilla_gan-mnist-plain", PRESET))

# %% [markdown]
# The lines "expected" hold what several seeds reached in the quick preset, with their spread; the
# form of 2014 had as many steps there as this lesson's. In the table above it had a fifth of them:
# compare at equal steps in the last figure, where the curve of this lesson has its second point at
# that place.
#
# "Legible" counts images of which the classifier is more than 90 % sure. Never read it alone: the
# classifier has only ever seen digits, and is happy to be sure about noise as well.

# %% [markdown]
# ## Break it
#
# ### Too fast
#
# Ten times the learning rate, everything else as before (and no average that would hide the worst):

# %%
hasty = dataclasses.replace(short, rates=tuple(10 * rate for rate in RING.rates), average=None)
ruined = train(vanilla_gan, hasty, ring.x_train, verbose=False)
print(coverage(ruined, ring))
figure = plots.show_clouds(
    {"rates x 10": ruined.model.sample(2000, seed=1)}, ring.x_train[:2000], limit=2.0
)

# %% [markdown]
# **What you should see.** Most bunches are deserted. The fakes crowd in one place or lie strung
# along a line that wanders past a few bunches, and it is a matter of luck where it lies when the
# training stops. This is **mode collapse**. In numbers: hardly any fake is good, and the reverse KL
# is huge (if all good samples sat on one of the eight modes it would be $\log 8 = 2.08$) or, where
# there is no good sample at all, not defined.
#
# **Why.** A forger who puts *all* his notes on the one spot that $D$ believes in today does well,
# today. With small steps $D$ notices early, and the reward shrinks before everyone has moved there.
# With large steps the whole crowd has arrived by the time $D$ turns against the place, and then
# flees to the next one. Ordinary training at too high a rate is noisy; a GAN forgets.
#
# The engine watches for the usual ways to die and raises an **alarm**. It names the section of
# lesson 04 that shows this death, in slow motion, and the cure:
#
# - *collapse*: the fakes look alike, as here in the extreme. Lower the rates, penalise the slope.
# - *discriminator wins*: $D$ is sure about everything, so $G$ learns nothing. Penalise the slope of
#   $D$, and check that $G$ minimises the non-saturating loss.
# - *dead generator*: the fakes do not depend on $z$ at all. Lower the rate of $G$ and start anew.
# - *saturation*: nearly every pixel is fully black or fully white, where the slope of tanh is zero.
#   Lower the rate of $G$, and check that the real images are scaled to $[-1, 1]$.
# - *standing still*: the weights of a player have not moved by a single bit. The next section shows
#   a famous way to get there.
# - *not finite*: a loss became infinite or undefined. The training stops. Lower the rates.

# %% [markdown]
# ### The detective who never learns
#
# Here is the loop that many older tutorials teach. Compile $D$; then freeze it; then put $G$
# and the frozen $D$ into a second model to train $G$. In old Keras, $D$'s own `train_on_batch`
# still trained it, since freezing only counted when a model was compiled. In Keras 3 it counts at
# once. Run it and see how far both networks move:


# %%
def classic_loop(steps=20):
    G, D = (
        keras.Sequential([keras.Input((n,)), keras.layers.Dense(32, "relu"), last])
        for n, last in ((4, keras.layers.Dense(2)), (2, keras.layers.Dense(1, "sigmoid")))
    )
    D.compile("adam", "binary_crossentropy")
    D.trainable = False  # meant for the combined model only
    combined = keras.Sequential([G, D])
    combined.compile("adam", "binary_crossentropy")
    before = [network.get_weights() for network in (G, D)]
    for i in range(steps):
        real, z = ring.x_train[64 * i :][:64], np.random.default_rng(i).normal(size=(64, 4))
        D.train_on_batch(real, np.ones((64, 1)))
        D.train_on_batch(ops.convert_to_numpy(ops.stop_gradient(G(z))), np.zeros((64, 1)))
        combined.train_on_batch(z, np.ones((64, 1)))
    after = [network.get_weights() for network in (G, D)]
    return [
        max(np.abs(new - old).max() for new, old in zip(a, b, strict=True))
        for a, b in zip(after, before, strict=True)
    ]


# %%
# NBVAL_CHECK_OUTPUT
with warnings.catch_warnings(record=True) as told:
    warnings.simplefilter("always")
    g_moved, d_moved = classic_loop()
print("G moved:", bool(g_moved > 0))
print("largest change of any weight of D:", float(d_moved))
print("what Keras had to say:", {str(w.message) for w in told if "trainable" in str(w.message)})

# %% [markdown]
# **What you should see.** $G$ moved, and the largest change of any weight of $D$ is 0.0. Not small:
# zero. There is no error. On TensorFlow there is a warning, which scrolls away among others; on JAX
# not even that. $G$ happily learns to please a detective who has random weights and never looks up,
# and its loss falls beautifully.
#
# **How to notice.** Compare the weights before and after. That is one line, and in this course a
# test does it for every model: after $D$'s turn, $D$ has changed and $G$ has not, and the other way
# round. In the loop by hand above the mistake cannot happen, since each turn names the weights that
# it moves.

# %% [markdown]
# ## Exercises
#
# Each exercise has a stub and a check. Replace the line that raises `NotImplementedError`, run the
# cell, then run the check below it. It tells you what is missing. Use `ops` (that is `keras.ops`,
# already imported: `ops.mean`, `ops.sum`, `ops.softplus`, ...) for exercises 1, 4 and 5, and NumPy
# for 2 and 3.

# %% tags=["setup"]
from gan_lessons import runtime

runtime.set_seed(0)

import numpy as np
from keras import ops

from gan_lessons.checks import vanilla_gan as checks
from gan_lessons.engine.backends import input_gradient

# %% [markdown] tags=["exercise"]
# ### 1. The detective's loss
#
# From logits for real samples and logits for fakes, compute the mean of $-\log D(x)$ plus the mean
# of $-\log(1 - D(G(z)))$. It must survive a detective who is very sure and very wrong.


# %%
def discriminator_loss(real_logits, fake_logits):
    # BEGIN SOLUTION
    return ops.mean(ops.softplus(-real_logits)) + ops.mean(ops.softplus(fake_logits))
    # END SOLUTION


# %% tags=["check"]
checks.check_discriminator_loss(discriminator_loss)

# %% [markdown] tags=["exercise"]
# ### 2. A detective who is never quite sure
#
# *One-sided label smoothing* (Salimans and others, 2016) lowers the target of real samples from 1
# to $1 - s$ and leaves the fakes alone. Return the targets of `n_real` real samples followed by
# those of `n_fake` fakes, as one array. Think about why it is one-sided: what would $D^*$ become if
# fakes had a target above 0?


# %%
def smoothed_targets(n_real, n_fake, smoothing):
    # BEGIN SOLUTION
    return np.concatenate([np.full(n_real, 1.0 - smoothing), np.zeros(n_fake)])
    # END SOLUTION


# %% tags=["check"]
checks.check_smoothed_targets(smoothed_targets)

# %% [markdown] tags=["solution"]
# With targets $\alpha$ for real and $\beta$ for fake, the best answer becomes
# $(\alpha p + \beta q) / (p + q)$. Where there are only fakes it would be $\beta$ instead of 0, so
# $D$ would no longer push fakes away from places where there is nothing real.

# %% [markdown] tags=["exercise"]
# ### 3. The high-quality share
#
# `samples` has the shape $(n, 2)$, `centres` the shape $(k, 2)$. Return the share of samples that
# lie at most three standard deviations from their nearest centre. (Hint: `samples[:, None] -
# centres` has the shape $(n, k, 2)$.)


# %%
def high_quality_share(samples, centres, std):
    # BEGIN SOLUTION
    distances = np.linalg.norm(samples[:, None] - centres, axis=-1)
    return np.mean(distances.min(axis=1) <= 3 * std)
    # END SOLUTION


# %% tags=["check"]
checks.check_high_quality_share(high_quality_share)

# %% [markdown] tags=["exercise"]
# ### 4. The R1 penalty
#
# Return $\frac{\gamma}{2}\,\mathbb{E}\,\|\nabla_x l(x)\|^2$ for a batch of real samples of any
# shape, points or images. `input_gradient(fn, x)` gives the derivative of `fn` at every sample, in
# the shape of `x`.


# %%
def r1_penalty(discriminator, real, gamma):
    # BEGIN SOLUTION
    slopes = input_gradient(lambda x: discriminator(x, training=True), real)
    slopes = ops.reshape(slopes, (len(slopes), -1))
    return gamma / 2 * ops.mean(ops.sum(ops.square(slopes), axis=1))
    # END SOLUTION


# %% tags=["check"]
checks.check_r1_penalty(r1_penalty)

# %% [markdown] tags=["exercise"]
# ### 5. Repair a forger
#
# A friend's GAN does not get off the ground: the discriminator is right about everything after a
# few steps, and from then on the generator stands still. This is the line in the friend's loop:
#
# ```python
# g_loss = ops.mean(ops.log(1.0 - ops.sigmoid(fake_logits)))
# ```
#
# Write a loss with the same goal that does not leave the forger alone when he needs help most.


# %%
def generator_loss(fake_logits):
    # BEGIN SOLUTION
    return ops.mean(ops.softplus(-fake_logits))
    # END SOLUTION


# %% tags=["check"]
checks.check_generator_loss(generator_loss)

# %% [markdown]
# ### For the curious, without a check
#
# - Give the grid a latent space of one dimension: `dataclasses.replace(GRID, latent_dim=1)`. Can a
#   line be bent so that it visits 25 places?
# - Take the four cures away one at a time (`r1=0.0, r2=0.0`; `loss="nonsaturating"`; `noise=0.0`;
#   `frequencies=0`), on the ring and on the grid. Which is missed most, and is it the same one?
# - Train the digits with `average=None` and compare the scores. What was the average worth?

# %% [markdown]
# ## Recap and further reading
#
# - A GAN is a classifier and its opponent. $D$ minimises an ordinary cross-entropy; $G$ gets its
#   gradient *through* $D$.
# - The best $D$ is $p / (p + q)$, and at the equilibrium it answers 1/2 everywhere; the value is
#   $-\log 4$.
# - Minimise $-\log D(G(z))$ rather than $\log(1 - D(G(z)))$: same goal, but it pulls when needed.
# - The form of 2014 circles round its goal. A gradient penalty calms it; comparing instead of
#   judging, fading noise and finer features do the rest on hard toys.
# - Steps that are too large end in mode collapse: everything in one place.
# - The loss is not the quality. Look at samples, measure them, and state what chance and real data
#   would score.
# - Check that both players move.
#
# Further reading:
#
# - I. Goodfellow and others, *Generative Adversarial Nets*, NIPS 2014: eight pages, and the origin
#   of it all.
# - L. Mescheder, A. Geiger, S. Nowozin, *Which Training Methods for GANs do actually Converge?*,
#   ICML 2018: the penalties R1 and R2.
# - T. Salimans and others, *Improved Techniques for Training GANs*, NIPS 2016: label smoothing and
#   other habits.
# - A. Jolicoeur-Martineau, *The relativistic discriminator*, 2018, and Y. Huang and others, *The
#   GAN is dead; long live the GAN!*, NeurIPS 2024: comparing instead of judging.
# - M. Tancik and others, *Fourier Features Let Networks Learn High Frequency Functions in Low
#   Dimensional Domains*, NeurIPS 2020.
# - Z. Lin and others, *PacGAN*, NeurIPS 2018: the ring, the grid and how to count modes.
#
# Next, lesson 05: the same game with convolutions, which know that neighbouring pixels are
# neighbours.

# %%
runtime.footer(PRESET, SEED, started)
