# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# # 07 · VAE or GAN? The same faces, the same decoder, the same minutes
#
# **You will**
#
# - squeeze a face into a few numbers and draw it again from them (the autoencoder);
# - derive the ELBO, the lower bound that makes a generative model of it (the VAE), and check the
#   derivation on a case that can be solved by hand;
# - pass a gradient through a throw of dice (the reparametrisation trick);
# - see *why* a VAE blurs, and give it a discriminator's eye instead of a ruler (the VAE-GAN);
# - put five models (autoencoder, VAE, VAE-GAN and two DCGANs) into one table: reconstructions,
#   sharpness, coverage, distance, copies, time;
# - break a VAE in two common ways.
#
# **Time:** the last cell says how many minutes of computing it took here (most of them are five
# trainings, a good time to read on), about an hour and a half of yours.
# **Before:** lesson 05, the DCGAN, and from lesson 02 the KL divergence. Lesson 06 shows the DCGAN
# of faces, lesson 11 explains the measures in full; neither is needed.

# %%
import time

import matplotlib.pyplot as plt
import numpy as np

from gan_lessons import comparing, dcgan_faces, elbo, metrics, plots, rulers, vae, vae_gan
from gan_lessons.engine.training import train
from gan_lessons.runtime import footer, resolve_preset, set_seed
from gan_lessons.show import source

started, seed = time.perf_counter(), set_seed(0)

from keras import ops  # after gan_lessons, which prepares the ground for Keras

plt.rcParams["figure.dpi"] = 80
how = comparing.PRESETS[resolve_preset()]

# %%
faces = comparing.load(how, seed)
print(f"{len(faces.train):,} to train on, {len(faces.test):,} to measure with, as many more")
figure = plots.show_images(faces.train[:24], columns=12, width=8)

# %% [markdown]
# **What you should see:** 24 faces. With the full preset and your own copy of CelebA they are
# photographs. Otherwise they are *drawings*, made by the course's code from random numbers:
# nobody's faces. They differ in skin, hair and its colour, beard, eyes, glasses, hats, smile, the
# turn of the head, light and background.
#
# Some of the pictures are put aside. No model of this notebook ever trains on them.

# %% [markdown]
# ## The idea
#
# A picture of a face is thousands of numbers, yet it takes far fewer to say which face it is: how
# dark, how wide, smiling or not. An **autoencoder** looks for such numbers by itself. One network,
# the *encoder*, turns a picture $x$ into a short code $z$. Another, the *decoder*, draws a picture
# from the code. Both are trained together, and their only wish is that the picture comes back. The
# code is a bottleneck, so what goes through it has to be what matters.
#
# The decoder turns a short list of numbers into a picture, just like the generator of a GAN. So why
# not throw away the encoder, put random numbers in, and have a generator? Because nobody has told
# us *which* random numbers. The codes of real faces lie somewhere, in some shape with holes in it,
# and what the decoder draws outside it has never been asked for.
#
# The **variational autoencoder** (VAE), found by Diederik Kingma and Max Welling and at the same
# time by Danilo Rezende and colleagues, mends this. Its encoder does not answer with a point but
# with a cloud, and each cloud is pulled towards one known shape, the normal distribution, so that
# together they nearly fill it. Then a normal random point is nearly a code like any other.
#
# A VAE and a GAN learn to do the same thing from opposite ends:
#
# | | VAE | GAN |
# |---|---|---|
# | asks | "could I have drawn *this* real picture?" | "does *my* picture look real?" |
# | is punished for | every real picture that it cannot draw | every picture that gives it away |
# | so it may | draw everything, and blur | draw well, and forget some |
# | what it minimises | a bound, one loss, one player | nothing; two players in a balance |
# | besides | an encoder; a number for each picture | neither |
#
# Is it so? We shall measure it. And then we shall build the child of both, the **VAE-GAN**.

# %% [markdown]
# ## The maths
#
# ### A lower bound
#
# Let the world be made like this: first a code is drawn from the prior, $z \sim p(z) = N(0, I)$,
# then a picture from the decoder, $x \sim p(x \mid z)$, a cloud around the picture that the decoder
# draws. We want to make real pictures likely, that is, to raise
#
# $$\log p(x) = \log \int p(x \mid z)\, p(z)\, dz.$$
#
# This integral is hopeless: for nearly every $z$ the picture $x$ is as good as impossible, and the
# few codes that count are a needle in a haystack. So let a second network, the encoder, say where
# to look: $q(z \mid x)$, again a normal cloud, with a mean and a variance for each dimension. Take
# the logarithm apart, with any density $q$ that is nowhere 0:
#
# $$\log p(x)
#   = \mathbb{E}_{q} \log \frac{p(x \mid z)\, p(z)}{p(z \mid x)}
#   = \underbrace{\mathbb{E}_{q} \log p(x \mid z)
#     - \mathrm{KL}\bigl(q(z \mid x) \,\|\, p(z)\bigr)}_{\text{ELBO}}
#   + \underbrace{\mathrm{KL}\bigl(q(z \mid x) \,\|\, p(z \mid x)\bigr)}_{\ge\, 0}.$$
#
# The first step is Bayes' rule, $p(x)\, p(z \mid x) = p(x \mid z)\, p(z)$, which holds for each
# $z$, so also on average over $q$. In the second we multiply and divide by $q(z \mid x)$ and sort
# the logarithms. A KL is never negative, so the first two terms are a *lower bound* of what we
# want, the **ELBO** (evidence lower bound). And both can be computed:
#
# - **reconstruction**: draw a code from the encoder's cloud. How likely is the picture from there?
# - **KL**: how far is the cloud from the prior? It is what the code costs, in nats (a nat is 1.44
#   bits: logarithms to the base $e$ instead of 2).
#
# The gap is the encoder's own mistake, its distance from the true posterior $p(z \mid x)$. The ELBO
# is $\log p(x)$ less the gap, so it can rise in two ways: the picture becomes likelier, or the gap
# becomes narrower. As a rule both happen. But the model is also drawn towards worlds whose
# posterior is easy to guess, even at some cost of $\log p(x)$.
#
# Here is a world in which everything can be worked out on paper: one number $z$, and $x$ is $wz$
# plus noise, with $w = 2$ and a standard deviation of $s = 0.5$. Then $x$ is normal with the
# variance $w^2 + s^2$, and the posterior is normal, too (multiply the two densities and complete
# the square). On average over $q = N(m, v)$, $(x - wz)^2$ is $(x - wm)^2 + w^2 v$. We have seen $x
# = 1.5$. Three encoders guess where it came from.

# %%
# NBVAL_CHECK_OUTPUT
w, s, x = 2.0, 0.5, 1.5
log_p = -0.5 * (x**2 / (w**2 + s**2) + np.log(2 * np.pi * (w**2 + s**2)))
v_true = 1 / (1 + w**2 / s**2)  # the true posterior: its variance, and its mean
m_true = v_true * w * x / s**2


def terms(m, v):
    """Reconstruction term, KL from the prior, and KL from the true posterior, in nats."""
    fit = -0.5 * ((x - w * m) ** 2 + w**2 * v) / s**2 - np.log(s) - 0.5 * np.log(2 * np.pi)
    gap = 0.5 * (v / v_true + (m - m_true) ** 2 / v_true - 1 - np.log(v / v_true))
    return fit, float(elbo.kl_from_prior(float(m), float(np.log(v)))), gap


print(f"log p(x) = {log_p:.3f}\nencoder's answer    reconstr.      KL    ELBO     gap  ELBO + gap")
answers = {"the prior": (0.0, 1.0), "right mean, too sure": (m_true, 0.001)}
answers["the true posterior"] = (m_true, v_true)
for name, q in answers.items():
    fit, kl, gap = terms(*q)
    print(f"{name:20}{fit:9.3f}{kl:8.3f}{fit - kl:8.3f}{gap:8.3f}{fit - kl + gap:12.3f}")

# %% [markdown]
# The last column is the same three times: $\log p(x)$. The gap takes exactly what the ELBO lacks.
# Whoever answers with the prior pays nothing for the code and reconstructs badly. Whoever is too
# sure reconstructs best of all and pays too much. The true posterior is the best bargain: it does
# not have the best reconstruction, but no gap.
#
# ### The two terms, in code
#
# The KL between two normal distributions has a closed form. For each dimension of the code
#
# $$\mathrm{KL}\bigl(N(\mu, \sigma^2) \,\|\, N(0, 1)\bigr)
#   = \tfrac12 \bigl(\mu^2 + \sigma^2 - 1 - \log \sigma^2\bigr).$$
#
# It is zero for $\mu = 0, \sigma = 1$ only. The encoder tells $\log \sigma^2$, so that $\sigma$
# cannot become negative.

# %%
source(elbo.kl_from_prior)

# %% [markdown]
# The decoder's cloud is a normal distribution around the picture that it draws, with one standard
# deviation $\sigma_x$ for all $D$ pixels:
#
# $$\log p(x \mid z) = -\frac{\lVert x - \hat x(z) \rVert^2}{2 \sigma_x^2}
#   - D \log \sigma_x - \frac D2 \log 2\pi .$$

# %%
source(elbo.log_likelihood)

# %% [markdown]
# Look at $\sigma_x$. Many programs leave it out and write "squared error plus KL". That is the same
# as to choose $\sigma_x$ blindly, and it decides everything: a small $\sigma_x$ makes errors dear
# and codes cheap. We let the training find it. Set the slope by $\sigma_x$ to zero, and the best
# value is simply the root mean square error of the reconstructions (Rybkin, Daniilidis and Levine
# 2021). It starts wide and narrows slowly, so that at first only what matters most is worth a code.
# The sum over pixels matters as much: see *Break it*.

# %% [markdown]
# ### A gradient through dice
#
# The reconstruction term is an average over codes drawn from $N(\mu, \sigma^2)$, and $\mu$ and
# $\sigma$ come from a network that is to learn. What is the gradient of a *draw*? The answer of
# Kingma and Welling and of Rezende and colleagues: let the dice be thrown outside. With $\epsilon
# \sim N(0, 1)$,
#
# $$z = \mu + \sigma\, \epsilon$$
#
# is distributed as it should be, and now it is an ordinary function of $\mu$ and $\sigma$.

# %%
source(elbo.reparametrise)

# %% [markdown]
# There is an older way which needs no such trick, the score function (REINFORCE in reinforcement
# learning): $\nabla_\mu\, \mathbb{E} f(z) = \mathbb{E}\, f(z)\, \nabla_\mu \log q(z)$. Both are
# right on average. Try them on $f(z) = z^2$, where the exact slope is $2\mu$.

# %%
# NBVAL_CHECK_OUTPUT
mu, sigma = 1.5, 0.5
noise = np.random.default_rng(0).standard_normal(100_000)
z = mu + sigma * noise
estimates = {"reparametrised": 2 * z, "score function": z**2 * (z - mu) / sigma**2}
print(f"exact slope: {2 * mu:.1f}")
for name, slopes in estimates.items():
    print(f"{name}: mean {slopes.mean():.1f}, spread of a single draw {slopes.std():.1f}")

# %% [markdown]
# Both are right on average, but a single draw of the score function is several times as noisy, and
# for a function of many dimensions it gets worse (there are remedies that help a little). With the
# trick *one* draw for each picture and step is enough, since a batch averages over many.

# %% [markdown]
# ### Why it blurs
#
# Suppose the code says that there is an edge, but does not say quite where. One picture has to
# stand for all that it may be. Which has the smallest squared error?

# %%
# NBVAL_CHECK_OUTPUT
place = np.arange(32)
edges = np.array([np.where(place < k, -1.0, 1.0) for k in range(12, 21)])
mean = edges.mean(axis=0)
for name, guess in {"the mean of all": mean, "a sharp edge in the middle": edges[4]}.items():
    print(f"{name}: squared error {np.mean((edges - guess) ** 2):.3f}")

# %%
figure = plots.show_blur(place, edges, mean)

# %% [markdown]
# **What you should see:** nine steps, each a possible edge, in thin blue, and one orange line which
# climbs evenly from -1 to 1. None of the possible pictures looks like it, and still it is the least
# wrong about all of them: by squared error any sharp picture is worse.
#
# So blur is not a bug: it is the honest answer to a question about *pixels*. The squared error
# decides that what is uncertain is painted as a mean, a hair as fog. *How much* is uncertain, that
# is decided by the bottleneck, by the noise in $z$ and by the KL term, which is why a plain
# autoencoder can give pictures back a little closer than a VAE. (The model does not claim
# that faces are foggy: it says "this, give or take $\sigma_x$ at every pixel". If you added that
# noise, as the model says you should, you would get grainy fog. By custom it is left out, and so
# do we.) A discriminator asks another question, "is this a picture or not?", and to it the orange
# line gives itself away at once.
#
# ### The VAE-GAN
#
# What if the question were put to somebody who knows what a picture is? Larsen and colleagues
# (2016) replaced the pixels in the reconstruction term by a hidden layer of a discriminator,
# $D_l(x)$. There an edge is an edge, and one pixel to the left matters less. With $\bar x$ for what
# comes back from the code of $x$, the likeness of the two is
#
# $$\ell = \log N\bigl(D_l(x);\, D_l(\bar x),\, s^2\bigr),$$
#
# with a spread $s$ that is learned, as $\sigma_x$ is (Larsen: 1). And there are three players:
#
# $$L_{\text{enc}} = \beta\,\mathrm{KL} - \mathbb{E}\,\ell, \qquad
#   L_{\text{dec}} = L_G - \frac{\gamma}{n_l}\, \mathbb{E}\,\ell, \qquad
#   L_{\text{dis}} = L_D .$$
#
# $L_G$ and $L_D$ are those of the DCGAN (real and fake compared in pairs, with penalties on D's
# slopes; lessons 03, 04 and 06); the fakes are reconstructions in one half of the batch and samples
# of the prior in the other. $n_l$ is the number of units in $D_l$, a picture of $8 \times 8$ here.
# This is how a turn begins: pictures are coded, drawn again, and some are drawn from nothing.

# %%
source(vae_gan.VAEGAN.make_fakes, vae_gan.VAEGAN.likeness)

# %%
source(vae_gan.VAEGAN.encoder_loss)

# %% [markdown]
# This looks like minus an ELBO, but it is none. $D_l$ changes from step to step and is no density
# of pictures, so nothing is bounded any more and no bits can be counted: the price of a better
# question.

# %%
source(vae_gan.VAEGAN.half_and_half, vae_gan.VAEGAN.generator_loss)

# %%
source(vae_gan.VAEGAN.discriminator_loss)

# %% [markdown]
# Each loss moves its own player and nothing else. That is more than tidiness: if the encoder were
# allowed to fool the discriminator, it would choose codes that are easy to draw, and if the
# discriminator were moved by the likeness, it would go blind on purpose: if it sees no difference
# between any two pictures, every reconstruction counts as perfect.

# %% [markdown]
# ## Build
#
# All of them have one decoder in common, the generator of the DCGAN of faces: a dense layer that
# makes a small picture of 4 × 4, then a block for each doubling. The encoder has the blocks of the
# discriminator and ends in two answers instead of one. (These are the networks of 2016. The loss
# and the penalties of the VAE-GAN and of the DCGAN are of 2024, the learned $\sigma_x$ of the other
# two is of 2021: each is given what helps it. "DCGAN 2016" is the DCGAN without that help.)

# %%
source(vae.build_encoder)

# %% [markdown]
# And this is the whole VAE: the chance that a turn needs, and the loss. Where a GAN's turn gets
# fakes, this one gets noise. There is nobody to fool, so there is one player, who owns both
# networks.

# %%
source(vae.VAE.make_fakes, vae.VAE.negative_elbo)

# %%
# NBVAL_CHECK_OUTPUT
form = comparing.PRESETS["quick"].faces
networks = {
    "decoder": dcgan_faces.build_generator(*form.drawing),
    "encoder": vae.build_encoder(*form.coding),
    "discriminator": dcgan_faces.build_discriminator(*form.judging),
}
for name, network in networks.items():
    print(f"{name:14} {network.input_shape[1:]!s:12} {network.count_params():9,} numbers")
print("encoder's answers:", [shape[1:] for shape in networks["encoder"].output_shape])
for name in ("autoencoder", "VAE"):
    print(name, "= encoder + decoder", end="; ")
print("DCGAN = decoder + discriminator; VAE-GAN = all three")

# %% [markdown]
# The plain autoencoder is the same program with two things off: no noise ($z = \mu$), and no KL
# term ($\beta = 0$). What is left of its loss grows with the squared error.
# (It still reports a KL, which may be huge: nothing in its loss looks at it.)

# %% [markdown]
# ## Train
#
# Five models, the same faces in the same order, the same time for each. (The fourth is the DCGAN
# with the loss of 2016, the year of the VAE-GAN's paper: without the comparison in pairs, without
# penalties, without a number for how much a group of pictures differs; averaged weights and a
# falling learning rate it keeps.) That is one of several
# fair comparisons. It favours whoever learns fast and has cheap steps; the VAE-GAN's are the
# dearest: three turns, each through several networks. The table will say how many steps each of
# them made, and below stands another table, with as many steps for all. (The
# learning rates, and how long they are held before they fall, differ: each has what suits it.)

# %%
p, each = how.faces, f"{how.minutes} minutes" if how.minutes else f"{how.faces.steps} steps"
print(f"{each} each; pictures of {p.size} pixels in batches of {p.batch_size}", end=", ")
print(f"{p.latent_dim} numbers in z; measured with {how.n} samples")

# %%
trained = {}
for name in how.models:
    print(f"{name}:")
    trained[name] = comparing.train_model(name, how, faces, seed)
models = {name: run.model for name, run in trained.items()}
print({name: f"{run.seconds:.0f} s, alarms: {run.alarms}" for name, run in trained.items()})

# %% [markdown]
# ## Look
#
# ### The two terms
#
# A VAE has what a GAN lacks: a loss that says how far it has come.

# %%
figure = plots.show_terms(trained["VAE"].history)

# %% [markdown]
# **What you should see:** left, minus the reconstruction term. It falls in a nearly straight line
# and then flattens: most of the fall is $\sigma_x$ narrowing, at first as fast as Adam lets it, and
# that lowers each of thousands of terms. What the networks learn is in the two other panels. In the
# middle the KL term: what the code says, and costs. It grows as the code is put to use. Right, the
# error, which falls.
#
# The loss is the first plus the second. Its scale looks odd, since it adds up thousands of pixels,
# and it may well be below zero, as a density may be above one. In bits for each number of a picture
# it becomes readable: what a file of it would need, if the model were used to compress it. (It can
# come near to that with a method called bits-back coding.)

# %%
print("on pictures that were held out:", models["VAE"].elbo(faces.test))
print("with every number stored as it is: 8 bits; sigma_x:", round(models["VAE"].scale.value, 4))

# %% [markdown]
# ### Faces that come back
#
# Seven pictures that no model has trained on, and what comes back from their codes. The DCGANs are
# not here: they have no encoder. (One can search for a $z$ whose picture comes closest, a training
# of its own for each picture.) Here $z$ is the mean of the encoder's cloud; the ELBO above used a
# draw.


# %%
def coded(images):
    """{name: images after the way through the code}, for the three that have an encoder."""
    able = {name: model for name, model in models.items() if hasattr(model, "encoder")}
    return {name: model.reconstruct(images) for name, model in able.items()}


figure = plots.show_rows({"held out": faces.test[:7] / 127.5 - 1, **coded(faces.test[:7])})

# %% [markdown]
# **What you should see:** four rows of seven. At the top real pictures. The autoencoder gives them
# back soft: head, hair, hat, beard and background are right, glasses are a shadow. The VAE hardly
# differs: its code is noisy, and that costs little. The VAE-GAN has edges, grain, eyes with
# detail, and takes liberties: a mouth or a strand of hair sits elsewhere or is
# another's. Pixel by pixel it is further away than the other two (the column *error* of the table
# below).
#
# ### Faces that never were

# %%
samples = {name: model.sample(how.n, seed=seed + 1) for name, model in models.items()}
rows = {"real": faces.others[:7] / 127.5 - 1, **{k: v[:7] for k, v in samples.items()}}
figure = plots.show_rows(rows)

# %% [markdown]
# **What you should see:** six rows. At the top real pictures. In the second, what the plain
# autoencoder draws from normal random numbers: the same grey pattern over and over, and no face,
# since its codes lie somewhere else, far out (we come back to that). This is also what the alarm
# meant during its training: it looks at samples. The VAE draws heads, all soft, some hardly more
# than a fog. The VAE-GAN's are crisp and grainy, the old DCGAN's patchy, and both have some that
# went wrong. The last row, the same DCGAN with the helpers of lesson 04, comes nearest to the
# first.
#
# Where is the softness? Take the pictures apart into waves, from those that fit once across the
# picture to those of two pixels, and compare the power of each with that in real pictures.

# %%
spectra = {name: metrics.power_spectrum(images) for name, images in samples.items()}
figure = plots.show_spectra({"real": metrics.power_spectrum(faces.test), **spectra})

# %% [markdown]
# **What you should see:** a dotted line at 1 for real pictures and a curve for each model. The
# DCGAN's stays near it from the large shapes, on the left, to the finest detail; that of 2016 lies
# somewhat lower. The VAE's begins at about half (the large shapes are too pale as well) and falls
# to about a tenth: the smaller a detail is, the less is left of it. That is the blur, as a number
# for each size. The VAE-GAN's lies near 1 or above: where it is above, detail is invented. And
# the autoencoder's samples have a few hundredths of the power at any size: a pale pattern.

# %% [markdown]
# ### What the code is used for
#
# Our codes have many dimensions. Which of them does the encoder use? Those in which its cloud
# differs from the prior.


# %%
def nats(model):
    """KL of each latent dimension, a mean over the held-out pictures: (d,)."""
    return ops.convert_to_numpy(elbo.kl_from_prior(*model.encode(faces.test))).mean(axis=0)


used = {name: nats(models[name]) for name in ("VAE", "VAE-GAN")}
figure = plots.show_dimensions(used)

# %% [markdown]
# **What you should see:** a bar for each latent dimension, in order of size, for the VAE and for
# the VAE-GAN. Both use all of theirs, the VAE some more than others. A dimension pays for itself if
# what it tells about the picture, summed over all pixels, is more than $\sigma_x^2$ (Lucas et al.
# 2019, for a linear VAE), and so few numbers are soon all needed. One that did not pay would be
# left idle at next to no cost: there the encoder answers with the prior, and the decoder learns not
# to listen. (*Break it* shows a VAE that leaves all of them idle.) Which ones it would be depends
# also on how the training goes. Ours starts with a wide $\sigma_x$, when codes are dear, and what
# the decoder has learnt to ignore seldom comes back. So this is no count of "how many numbers a
# face needs".
#
# This matters for the samples too. On average over pictures the KL term is the information that the
# code has about the picture, plus $\mathrm{KL}(q(z) \| p(z))$, where $q(z)$ is all clouds together
# (Hoffman and Johnson 2016). So it pushes the clouds together towards the prior, but does not
# promise that they get there; a point of the prior may fall between them.
#
# ### From one face to another
#
# An encoder allows what a GAN cannot by itself: a walk between two *given* pictures. For the DCGANs
# we take two random points. Where the prior is normal we go along the great circle of lesson 05;
# the codes of the plain autoencoder need not lie near a sphere, so there a straight line has to do.

# %%
t = np.linspace(0, 1, 7)
ways = {}
for name, model in models.items():
    if hasattr(model, "encoder"):
        a, b = model.encode(faces.test[[0, 1]])[0]
    else:
        a, b = model.latent(2, seed=3)
    ways[name] = model.sample(z=rulers.way(model)(a, b, t))
figure = plots.show_rows(ways)

# %% [markdown]
# **What you should see:** five walks from left to right. The first three begin and end with the
# same two held-out faces; the DCGANs walk between two of their own. Every stop is a face. The first
# two rows look much alike, a hat fades out while a fringe fades in; but this is one pair. Over many
# pairs, the column *halfway* of the next table, the autoencoder's are further from real faces than
# the VAE's: nothing has ever asked it to make sense there. (A part of that is the way: a straight
# line passes nearer to the middle than a great circle. And mark the first line of the table: even
# the mean of two pictures' pixels does not score badly. The network forgives a double exposure.)

# %% [markdown]
# ## Measure
#
# Every measure is blind to something, so we need several:
#
# - **error**: root mean square error of held-out pictures that come back, in [-1, 1];
# - **sharp**: how far a pixel is from the mean of its four neighbours (the variance of the
#   Laplacian), real pictures = 1. Too low is blur, too high is noise;
# - **Fréchet**: how far the crowd of samples is from the crowd of held-out pictures (lesson 11), in
#   what a small network sees that has learnt to name the portraits' attributes, in units of the
#   real crowd's spread. *Not* the FID of the papers, whose network knows photographs;
# - **coverage**: share of the held-out pictures that have a sample of their kind. It falls when a
#   model forgets kinds of faces. A kind is what the network says of it, glasses, blond, smiling,
#   and so on, and a little blur hardly changes that: to be forgotten is one thing, to be drawn
#   softly another;
# - **nearest**: distance to the nearest training picture, in pixels, held-out pictures = 1. It
#   notices copies, and nothing else does. (Smooth pictures, too, lie nearer than 1: look at the
#   blurred line before you cry thief);
# - **halfway**: the Fréchet distance of pictures half way between two, by each model's own way. In
#   the first line they are means of pixels;
# - and what it took, in **steps**, **seconds** and milliseconds for a step.
#
# (Photographs, of which the network knows nothing, are measured by handmade features instead.)
#
# Above the models stand four lines that need no model: other real pictures (how good it can
# get), the same blurred, copies of the training pictures, and one single face repeated. In the last
# line the VAE is not fed with points of the prior but with points of the normal distribution that
# fits the codes of the training pictures best; *Break it* shows why.

# %%
ruler = rulers.Ruler(faces)
rows = ruler.yardsticks() | {name: ruler.measure_trained(run) for name, run in trained.items()}
z = rulers.fitted_codes(models["VAE"], faces.train, how.n, seed)
rows[comparing.FITTED] = ruler.measure(models["VAE"].sample(z=z))
print(comparing.table(rows))

# %%
figure = plots.show_map(rows)

# %% [markdown]
# **What you should see:** each line of the table as a point, coverage to the right, sharpness
# upwards; real pictures are at the top right, on the dotted line, and blurred ones below them. "One
# face" covers next to nothing. Both VAE points lie far below the dotted line: that is the blur, as
# a number. The VAE-GAN lies on it or above: where it has more detail than real pictures, some of it
# is noise. From left to right the points tell of variety. The plain autoencoder has next to none.
# The VAE's samples are somewhere in the middle, and with the fitted points the *same decoder* moves
# to the right, to where the DCGAN of 2016 is, or past it. Furthest to the right of all models is
# the DCGAN with the helpers of lesson 04.
#
# One run is one throw of the dice. With several seeds, and other pictures held out in each:

# %%
print(comparing.expected(resolve_preset()))

# %% [markdown]
# And the same for as many *steps* each, so with unequal times; for some that is more training than
# a minute allowed, for others less:

# %%
print(comparing.expected(f"{resolve_preset()}-steps"))

# %% [markdown]
# ### Which is better for what?
#
# The old rule says: GANs are sharp and forget, VAEs are soft and cover everything. The tables say
# when it holds.
#
# - **You need to look at single pictures, and they must be crisp:** a GAN. The VAE's softness is in
#   the question that it is asked. Steps do not remove it: half as many again, from the last table
#   to the one before, take its sharpness from .06 to .08, where real pictures have 1.
# - **You need the whole variety**, for example to enlarge a data set: it depends on the GAN. A VAE
#   pays for every real picture that it cannot draw, a GAN is punished for it only as far as D
#   notices. So against the GAN of 2016 the old rule holds, but only just, and only if the VAE is
#   asked where its codes are (the line with the fitted points). Against a GAN whose losses and
#   penalties were made to keep every mode, it does not: that DCGAN covers most.
# - **You need codes**: to compare, to sort, to edit a *given* picture. The VAE, or an autoencoder
#   where nothing is to be drawn at random. A GAN has no way back of its own.
# - **You need a number for a picture**, or to know whether training goes well: the VAE. Its loss is
#   a bound on a likelihood, on pictures that it has never seen. But do not take a high number for
#   "like the training pictures": smooth and simple pictures of another kind get higher ones
#   (Nalisnick et al. 2019).
# - **You want no trouble:** the VAE. One player, one loss, no balance to keep. (In the same minute
#   the DCGAN draws better samples; that took two players, and the helpers of many years.)
# - **You want both:** the VAE-GAN, and then you pay for both, in time and in balance, and give up
#   the bound.
#
# ### Is that the last word?
#
# No, and it would be unfair to leave it here. What you have trained are small networks of 2016,
# with later helpers on both sides, on a laptop. VAEs have caught up since:
#
# - *Deep hierarchies* of codes, coarse to fine (NVAE 2020, very deep VAEs 2021) draw large faces
#   with far less fog, the shown ones at a lowered temperature; by FID they stayed behind the GANs
#   of their time. With enough codes less is left uncertain, so less is averaged.
# - *Discrete codes* with a strong model of their prior (VQ-VAE-2, 2019) rivalled the best GANs of
#   their time, with more variety.
# - *Diffusion models* (Ho et al. 2020) can be read as very deep VAEs whose encoder only adds noise
#   (Kingma et al. 2021), and they are what most picture generators of today are made of.
# - And the VAE-GAN? It is everywhere. A latent diffusion model (Rombach et al. 2022, the ground of
#   Stable Diffusion) draws in the code of an autoencoder that was trained with a small KL term, a
#   likeness in the hidden layers of a network (a fixed one, trained to name photographs), and a
#   discriminator. You have just built its small ancestor.
#
# GANs in turn keep their speed, one pass from noise to picture, and their sharpness. The question
# "VAE or GAN" has become "which parts of both".

# %% [markdown]
# ## Break it
#
# ### 1. Mean instead of sum
#
# Here is a loss that stands in a great many programs: the mean squared error, plus the KL term.
#
# `loss = mean((x - rebuilt)**2) + kl`
#
# It looks harmless. But the ELBO *sums* over the pixels. The mean is smaller by a factor of $D$,
# the number of pixel values, and that makes the KL term $D$ times too heavy. Multiply the line by
# $D$ and compare it with the ELBO: it is our loss with $\beta = D$ and $\sigma_x^2 = \frac12$. So
# we can train exactly this bug with two settings, beside a sound VAE of as many steps.

# %%
dimensions = 3 * how.faces.size**2
bug = dict(beta=float(dimensions), scale=0.5**0.5)
broken = {}
for name, changes in {"sound": {}, "mean, not sum": bug}.items():
    settings = dict(data=faces.train, seed=seed, steps=how.broken, verbose=False, **changes)
    run = train(vae, how.models["VAE"][1], **settings)
    broken[name], found = run.model, run.model.elbo(faces.test)
    error = run.history["rms_error"][-1]
    print(f"{name}: KL {found.kl:.2f} nats, {found.in_use} dimensions in use, error {error:.3f}")
figure = plots.show_dimensions({name: nats(model) for name, model in broken.items()})

# %% [markdown]
# **What you should see:** left, the nats of a sound VAE after a short training; right, of the
# broken one: next to nothing, in any dimension. Every picture gets the same answer, the prior. This
# is **posterior collapse**, the VAE's own disease. (The two have another $\sigma_x$, so their ELBOs
# cannot be compared; the KL and the error can.)

# %%
shown, dice = {}, np.random.default_rng(seed)
for name, model in broken.items():
    mean, log_var = model.encode(faces.test[:7])  # codes drawn as in training, not their means
    z = mean + np.exp(log_var / 2) * dice.standard_normal(mean.shape)
    shown[name] = model.sample(z=z.astype("float32"))
figure = plots.show_rows({"held out": faces.test[:7] / 127.5 - 1, **shown})

# %% [markdown]
# **What you should see:** the top row are the originals, the second comes back roughly, and in the
# third nobody does: the code says nothing, and what is drawn is a mean of all faces. The loss of
# such a training falls and then stays flat, as in a sound one: look at the KL term, at the
# dimensions in use, or at the pictures. So log both terms, always.
#
# The KL term is also weighted on *purpose*: with $\beta$ moderately above 1 (the $\beta$-VAE,
# Higgins et al. 2017) fewer dimensions are used, and these are sometimes easier to read. Our bug is
# a $\sigma_x$ that is far too large, in disguise: the line as it stands is, up to a constant, minus
# the ELBO with $\sigma_x^2 = D/2$ (Lucas et al. 2019). Collapse has other causes, too, such as a
# decoder so strong that it needs no code. The cure depends on the cause; the symptom is always this
# one.

# %% [markdown]
# ### 2. An autoencoder, used as a generator
#
# The second row of the samples above was no accident. Where *are* the codes of an autoencoder?

# %%
codes = {name: models[name].encode(faces.test)[0] for name in ("autoencoder", "VAE")}
for name, code in codes.items():
    spread = code.std(axis=0)
    print(f"{name:12} mean length {np.linalg.norm(code, axis=1).mean():.2f};", end=" ")
    print(f"widest dimension {spread.max():.2f}, narrowest {spread.min():.4f}")
print(f"a normal point  length about {how.faces.latent_dim**0.5:.2f}; every dimension 1")

# %% [markdown]
# Nobody told the autoencoder how large its codes should be, and they are more than a hundred times
# as long as normal points. Seen from there, all normal points are nearly one point, the middle, and
# so all are drawn alike. But we can mend
# a good deal of it *afterwards*, without training: measure mean and covariance of the codes of the
# training pictures, and draw from that normal distribution instead.

# %%
kinds = {"normal points": samples["autoencoder"]}
for name in ("autoencoder", "VAE"):
    z = rulers.fitted_codes(models[name], faces.train, how.n, seed)
    kinds[f"{name}, fit"] = models[name].sample(z=z)
kinds["VAE"] = samples["VAE"]
print(comparing.table({name: ruler.measure(images) for name, images in kinds.items()}))
figure = plots.show_rows({name: images[:7] for name, images in kinds.items()})

# %% [markdown]
# **What you should see:** above, the autoencoder's grey pattern; below, the same decoder fed with
# points of the right shape: faces. The same can be done to the VAE (third row; fitted to the means
# of its clouds, which lack the clouds' own spread). By the table the mended autoencoder is about as
# good as the mended VAE, and both are better than the VAE fed with normal points: its clouds
# together are not the prior, and nothing promises that they will be. (Above: their means are longer
# than they should be, and some dimensions wider than others.)
#
# So is the VAE needed at all? Ghosh and colleagues (2020) asked just that, and found that an
# autoencoder with a little regularisation and a fitted distribution holds its own as a generator.
# What it does not give is a bound on the likelihood. And remember this bug: sampling from
# $N(0, I)$ with a model that was not trained for it. It raises no error.

# %% [markdown]
# ## Exercises
#
# Write your answer in place of the `raise` line and run the cell, then the one below: it tells you
# whether the answer holds, and if not, which idea is missing. Worked solutions are in the
# `solutions` folder.

# %% tags=["setup"]
import numpy as np

from gan_lessons.checks import vae_vs_gan as checks

# %% [markdown] tags=["exercise"]
# **1. Throw the dice outside.** The encoder has told `mean` and `log_var` (the logarithm of the
# *variance*), arrays (n, d). `noise` (n, d) is standard normal. Return the codes.


# %%
def reparametrise(mean, log_var, noise):
    # BEGIN SOLUTION
    return mean + np.exp(log_var / 2) * noise  # sigma is the root of the variance
    # END SOLUTION


# %% tags=["check"]
checks.check_reparametrise(reparametrise)

# %% [markdown] tags=["exercise"]
# **2. The price of a code.** Return the KL of each picture's cloud from the prior, in nats: from
# `mean` and `log_var` (n, d) to (n,).


# %%
def kl(mean, log_var):
    # BEGIN SOLUTION
    each = 0.5 * (mean**2 + np.exp(log_var) - 1 - log_var)  # for each dimension
    return each.sum(axis=1)
    # END SOLUTION


# %% tags=["check"]
checks.check_kl(kl)

# %% [markdown] tags=["exercise"]
# **3. How sure may the decoder be?** Given pictures `x` and what came back, `rebuilt` (of one
# shape), return the one $\sigma_x$ that makes the pictures likeliest. Set the slope of the
# log-likelihood by $\sigma_x$ to zero first, on paper.


# %%
def best_scale(x, rebuilt):
    # BEGIN SOLUTION
    # -D / sigma + sum of squares / sigma^3 = 0
    return np.sqrt(np.mean((x - rebuilt) ** 2))
    # END SOLUTION


# %% tags=["check"]
checks.check_best_scale(best_scale)

# %% [markdown] tags=["exercise"]
# **4. Is anybody listening?** `means` (n, d) are the encoder's means of n pictures. A dimension is
# in use if its mean differs from picture to picture: its variance over the pictures is above the
# threshold (Burda, Grosse and Salakhutdinov 2016 take 0.01). Return how many are.


# %%
def dimensions_in_use(means, threshold):
    # BEGIN SOLUTION
    return (means.var(axis=0) > threshold).sum()
    # END SOLUTION


# %% tags=["check"]
checks.check_in_use(dimensions_in_use)

# %% [markdown] tags=["exercise"]
# **5. From nats to bits.** A picture has so many `dimensions` (numbers), each one of 256 levels
# that are 1/127.5 apart in [-1, 1]. Its ELBO, in nats, is a log *density*. The probability of a
# level is about density times width. Return the bits per dimension that a code of the picture
# needs: minus the base-2 logarithm of the probability, divided by the number of dimensions.


# %%
def bits_per_dimension(elbo, dimensions):
    # BEGIN SOLUTION
    log_probability = elbo - dimensions * np.log(127.5)  # each number's level is 1/127.5 wide
    return -log_probability / np.log(2) / dimensions
    # END SOLUTION


# %% tags=["check"]
checks.check_bits(bits_per_dimension)

# %% [markdown]
# To go on by yourself: train VAEs with `beta` 0.1, 1, 10 and 100, and draw error against nats, one
# point for each: a curve that compression engineers call rate and distortion. Or let the VAE-GAN
# look elsewhere (`look=4`, `look=16`), or weigh likeness against fooling (`gamma`). Three seeds
# each, or the dice decide.
#
# ## Recap and further reading
#
# - An autoencoder squeezes and redraws. Its codes lie anywhere, so it is no generator by itself.
# - The ELBO is reconstruction minus KL. What it lacks of $\log p(x)$ is the encoder's own mistake.
# - Throw the dice outside: $z = \mu + \sigma\epsilon$ has a gradient.
# - The scale of the likelihood and the sum over pixels are not details: they set the price of a
#   code. Too dear, and the posterior collapses. Watch the KL term, dimension by dimension.
# - Blur is the best answer to a question about pixels. Ask a discriminator's hidden layer instead.
# - A VAE is punished for what it cannot draw, a GAN for what gives it away. So measure sharpness
#   *and* coverage, and look for copies.
# - Many of today's generators mix both.
#
# Further reading:
#
# - D. P. Kingma, M. Welling: *Auto-encoding variational Bayes* (2014),
#   [arXiv:1312.6114](https://arxiv.org/abs/1312.6114), and their book-length *An introduction to
#   variational autoencoders* (2019), [arXiv:1906.02691](https://arxiv.org/abs/1906.02691)
# - D. J. Rezende, S. Mohamed, D. Wierstra: *Stochastic backpropagation and approximate inference in
#   deep generative models* (2014), [arXiv:1401.4082](https://arxiv.org/abs/1401.4082)
# - A. B. L. Larsen et al.: *Autoencoding beyond pixels using a learned similarity metric* (2016),
#   [arXiv:1512.09300](https://arxiv.org/abs/1512.09300), the VAE-GAN
# - Y. Burda, R. Grosse, R. Salakhutdinov: *Importance weighted autoencoders* (2016),
#   [arXiv:1509.00519](https://arxiv.org/abs/1509.00519)
# - O. Rybkin, K. Daniilidis, S. Levine: *Simple and effective VAE training with calibrated
#   decoders* (2021), [arXiv:2006.13202](https://arxiv.org/abs/2006.13202)
# - J. Lucas et al.: *Don't blame the ELBO! A linear VAE perspective on posterior collapse* (2019),
#   [arXiv:1911.02469](https://arxiv.org/abs/1911.02469)
# - I. Higgins et al.: *beta-VAE: learning basic visual concepts with a constrained variational
#   framework* (2017), [OpenReview](https://openreview.net/forum?id=Sy2fzU9gl)
# - M. D. Hoffman, M. J. Johnson: *ELBO surgery: yet another way to carve up the variational
#   evidence lower bound* (2016), a workshop paper
# - E. Nalisnick et al.: *Do deep generative models know what they don't know?* (2019),
#   [arXiv:1810.09136](https://arxiv.org/abs/1810.09136)
# - P. Ghosh et al.: *From variational to deterministic autoencoders* (2020),
#   [arXiv:1903.12436](https://arxiv.org/abs/1903.12436)
# - A. Razavi, A. van den Oord, O. Vinyals: *Generating diverse high-fidelity images with VQ-VAE-2*
#   (2019), [arXiv:1906.00446](https://arxiv.org/abs/1906.00446)
# - A. Vahdat, J. Kautz: *NVAE: a deep hierarchical variational autoencoder* (2020),
#   [arXiv:2007.03898](https://arxiv.org/abs/2007.03898); R. Child: *Very deep VAEs* (2021),
#   [arXiv:2011.10650](https://arxiv.org/abs/2011.10650)
# - J. Ho, A. Jain, P. Abbeel: *Denoising diffusion probabilistic models* (2020),
#   [arXiv:2006.11239](https://arxiv.org/abs/2006.11239); D. P. Kingma et al.: *Variational
#   diffusion models* (2021), [arXiv:2107.00630](https://arxiv.org/abs/2107.00630)
# - R. Rombach et al.: *High-resolution image synthesis with latent diffusion models* (2022),
#   [arXiv:2112.10752](https://arxiv.org/abs/2112.10752)
#
# **Next:** lesson 08 tells a GAN what to draw.

# %%
footer(resolve_preset(), seed, started)
