# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# # 09 · CycleGAN: the same picture, if it were a zebra
#
# **You will**
#
# - turn horses into zebras and back, with two piles of pictures that do not belong together;
# - meet a painter of perfect zebras who fools every discriminator and translates nothing;
# - tie a translation to its picture by asking for the way back, and see what this does *not* tie;
# - build all four networks: translators with residual blocks, discriminators that judge patches;
# - measure the translations against their hidden partners, which nobody was trained on;
# - switch off each part of the method, one at a time, and read from several seeds what it was for;
# - ask for a change of shape, and see the method fail.
#
# **Time:** the last cell says how many minutes of computing it took here (most of them are one
# training), and the one before it how much memory; an hour and a half of yours.
# **Before:** lesson 05, the DCGAN. (In lesson 08 a generator is told a label; here it is shown a
# picture.)

# %%
import time

import matplotlib.pyplot as plt
import numpy as np

from gan_lessons import (
    cyclegan,
    cyclegan_lab,
    layers,
    museum,
    pairing,
    plots,
    runtime,
    show,
    translation,
    translators,
    turning,
)
from gan_lessons.engine import losses
from gan_lessons.engine.callbacks import Anneal
from gan_lessons.engine.training import train
from gan_lessons.runtime import footer, resolve_preset, set_seed
from gan_lessons.show import source

started, seed = time.perf_counter(), set_seed(0)

# %%
from keras import ops  # after gan_lessons, which prepares the ground for Keras

plt.rcParams["figure.dpi"] = 80
how = cyclegan_lab.PRESETS[resolve_preset()]
data = how.whole.load()
x, y = data.x_test[: how.n], data.y_test[: how.n]  # held out, for looking and for measuring
figure = plots.show_rows({"horses": data.x_train[:6], "zebras": data.y_train[:6]})

# %% [markdown]
# **What you should see:** six horses and, in the row below, six zebras, on meadows and dry
# plains. They are *drawings*, made by a few hundred lines of code from random numbers. No picture
# of the upper row belongs to the one below it: another place, another animal, another pose. Two
# such piles are all that a CycleGAN gets.

# %% [markdown]
# ## The idea
#
# ### With pairs
#
# Because our code draws both animals, it can do what no photographer can: put a zebra exactly where
# a horse stood. We shall call the two **hidden partners**. If somebody gave us such pairs for
# training, we would need no GAN, since here a picture determines its partner. One network, one
# picture in, one picture out, and the error to the partner as the loss:

# %%
source(pairing.learn_with_pairs)

# %%
paired = pairing.learn_with_pairs(how.whole, how.pairs, how.pair_steps, seed)
made, truth = cyclegan_lab.applied(paired, x), data.info["truth"][0][: how.n]
print("with pairs:", translation.judged(made, data))
figure = plots.show_rows({"horse": x[:5], "learned with pairs": made[:5], "its partner": truth[:5]})

# %% [markdown]
# **What you should see:** five columns, each a scene that the network has not been trained on.
# Above a horse, below its hidden partner, in the same pose and place. Everything around the animal
# stays. The coat changes and, if you look closely, the outline a little: a horse has a long mane
# and a full tail, a zebra a short upright mane and a tuft. In the middle (after a quick run) what
# some seconds of training with pairs make of the horse: a zebra in the making. The stripes are in
# their places, many of them still brown instead of black.
#
# The partner is no guesswork. Our horses are duns, horses with faint dark bars, and where a bar
# lies the zebra has a stripe. And the way back: a horse is brown on green grass, grey on straw. So
# all that is needed can be seen in the picture.
#
# The line above the picture says how alike they are. (Who takes it for a zebra, you learn in a
# moment.) **SSIM**, the structural similarity, compares
# means, contrasts and patterns in small windows; 1 is the same picture. "Copying" is what the horse
# itself would get, unchanged.
#
# ### Without pairs
#
# But nobody has ever photographed the zebra that this very horse would be. Of summer and winter, of
# photographs and paintings by Monet, of scans by two machines, there are two piles and no pairs.
#
# You know a tool that needs no pairs. Let a generator $G$ make a picture from a horse instead of
# from $z$, and let a discriminator $D_y$ say whether the result looks like a zebra. Is that enough?
# Here are four painters to choose from. The second one paints perfect zebras, and answers each
# horse with the partner of *another* horse.

# %%
found = pairing.claims(data, n=how.n)
shown = {claim.name: claim.pictures[:4] for claim in found[:3]}
figure = plots.show_rows({"horse": x[:4], **shown})

# %% [markdown]
# **What you should see:** on top four horses, below them the answers of three painters. *The hidden
# partner*: the true translation. *The partner of another horse*: flawless zebras, in poses and
# places that have nothing to do with the horses above. *Mirrored*: flawless zebras that look the
# wrong way. (The fourth painter returns the horse as it is.)
#
# Who would notice? Ask a **witness**, a classifier that has seen many drawn horses and zebras and
# takes no part in the game.

# %%
print(pairing.claims_table(found))

# %% [markdown]
# To the witness the first three rows are zebras. The first two have to be the same for
# *everybody* who looks at the answers alone: they are the same pictures, in another order. No
# discriminator, however clever, can prefer the translation to the permutation. And still the
# second painter's error is larger than that of doing nothing.
#
# Now the last column. Give each answer to somebody who translates perfectly *back* (and who leaves
# a horse alone), and compare with the horse that you started from. The permutation is found out:
# another horse comes back. The mirrored answer is found out as well, by *this* one on the way back;
# keep that in mind. But so little does this column say about stripes that it has no complaint about
# the last row, the painter who does not paint.
#
# So each test alone is passed by a cheat, and the two cheats have nothing in common. In spring 2017
# three groups had the idea to put the two tests together, among them Jun-Yan Zhu, Taesung Park,
# Phillip Isola and Alexei Efros, whose CycleGAN this lesson follows (the others are DiscoGAN and
# DualGAN): **look like a zebra, and keep all that is needed to become the same horse again.** It is
# how you check a translator of a language you do not speak: have a second one translate back, and
# compare.

# %% [markdown]
# ## The maths
#
# ### How much is tied by a way back?
#
# One thing was too good in that table: the perfect translator back. In training there is nobody
# like that. The translator back, call it $F$, learns together with $G$, and may become its
# accomplice: if $G$ mirrors, $F$ can mirror back. What can two accomplices get away with? Make it
# small enough to see everything. Horses are numbers $x$ between 0 and 1, zebras numbers between 2
# and 3, and the true partner of $x$ is $x + 2$. Five maps $G$, and for each the *best* way back
# that there can be.

# %%
# NBVAL_CHECK_OUTPUT
print(f"{'':22}{'as a pile':>12}{'to truth':>11}{'cycle':>9}{'thrown':>9}")
for line in pairing.line_maps():
    figures = f"{line.seen:12.3f}{line.error:11.3f}{line.cycle:9.3f}{line.thrown:9.3f}"
    print(f"{line.name:22}{figures}")

# %% [markdown]
# *As a pile*: how far all answers together are from all zebras (sort both and take the mean gap: an
# earth mover's distance; it stands for what a discriminator can see). *To truth*: the mean error.
# *Cycle*: the error after the
# best way back. *Thrown*: how far that way back throws two neighbouring answers apart.
#
# - **Always the same** answer: a discriminator sees it, as it would any collapsed generator.
# - **Folded**: seven different numbers get one answer. As a pile it is fine, but nothing can tell
#   the seven apart again. *The cycle forbids to merge what is different.*
# - **By lot** (each number gets the partner of another, drawn at random): as a pile perfect, and
#   the cycle error is 0! If $F$ has the list, it finds everybody
#   again. But a list is all that would help: neighbours come from places a third of the line
#   apart. A network that answers similar pictures similarly cannot learn it for pictures that it
#   has never seen.
# - **Mirrored**: as a pile perfect, the cycle error is 0, and smooth. *Neither test has a word
#   against it.*
#
# Be clear about this, since it is often told otherwise: a cycle error of 0 does not say that the
# translation is right. It says that nothing was lost. That $G$ takes the plain way and not a
# mirrored one is due to what a convolutional network does by itself, which is to keep things in
# their place, and may be due a little to one more term below.

# %% [markdown]
# ### Four networks, three terms
#
# $G$ makes a $y$ of an $x$, a zebra of a horse; $F$ makes an $x$ of a $y$. $D_x$ and $D_y$ judge
# whether a picture is of their kind.
#
# **Adversarial.** In place of the cross-entropy stand squares (*least squares GAN*, Mao et al.
# 2017): $D$ answers with any number and should say 1 to real pictures and 0 to fakes, $G$ and $F$
# want to hear a 1. For $D_y$ (and $D_x$ likewise), and for $G$ and $F$:
#
# $$\tfrac12\,\mathbb{E}\,(D_y(y) - 1)^2 + \tfrac12\,\mathbb{E}\,D_y(G(x))^2
# \qquad\text{and}\qquad \mathbb{E}\,(D_y(G(x)) - 1)^2 + \mathbb{E}\,(D_x(F(y)) - 1)^2$$

# %%
source(
    losses.discriminator_least_squares,
    losses.generator_least_squares,
    cyclegan.CycleGAN.adversarial_term,
)

# %% [markdown]
# What does it change? Take one fake to which the discriminator says $\ell$. How strongly, and which
# way, does each loss of $G$ pull at $\ell$?

# %%
# NBVAL_CHECK_OUTPUT
print(f"{'answer':>6}{'saturating':>12}{'non-saturating':>16}{'least squares':>15}")
for answer in (-6.0, -2.0, 0.0, 1.0, 2.0, 6.0):
    d = 1 / (1 + np.exp(-answer))
    print(f"{answer:6.0f}{d:12.3f}{1 - d:16.3f}{1 - answer:15.3f}")

# %% [markdown]
# (The answers of the first two losses are logits, those of the third are taken as they are: compare
# the shapes of the columns, not their sizes. The last one is for Mao's form, with a factor ½ before
# every mean. Zhu and others halve the loss of $D$ only, to slow it down, as they write; Adam, which
# divides by the size of the gradient, hardly notices. The factor of $G$'s term matters: it is
# weighed against the cycle. The 2.0 in the code undoes our library's half.) Squares pull the harder
# the further away an answer is
# from 1. They even pull *back* a fake that looks "more than real" (negative numbers in the last
# rows). Zhu and others found their trainings more stable with it.
#
# **Cycle.** Both ways round, by absolute values, which blur less than squares:
#
# $$\mathbb{E}\,\lvert F(G(x)) - x \rvert + \mathbb{E}\,\lvert G(F(y)) - y \rvert$$

# %%
source(cyclegan.away, cyclegan.CycleGAN.cycle_terms, cyclegan.CycleGAN.reconstruct)

# %% [markdown]
# **Identity.** A zebra needs no more stripes: what is of the right kind already is to be left
# alone. This speaks against a $G$ that mirrors *whatever* it gets, or tints it: such a $G$ would
# spoil zebras, too. (One that tells the kinds apart and mirrors horses only has nothing to fear.)
#
# $$\mathbb{E}\,\lvert G(y) - y \rvert + \mathbb{E}\,\lvert F(x) - x \rvert$$
#
# The term is Taigman's and others' (2017). Zhu and others use it, with half the weight of the
# cycle, where paintings become photographs, and do without it for horses and zebras. In the code a
# few pictures of the right kind go through each translator beside those that are to be translated:

# %%
source(cyclegan.CycleGAN.make_fakes, cyclegan.CycleGAN.identity_term)

# %% [markdown]
# **All together**, each with a weight. $G$ and $F$ are one player with one loss, the two
# discriminators are the other.

# %%
source(cyclegan.CycleGAN.translators_loss)

# %%
for name, p in {"here": how.whole, "in the paper, for paintings": cyclegan.PRESETS["full"]}.items():
    told = {term: getattr(p, term) for term in cyclegan_lab.TERMS}
    print(f"{name:29}" + ", ".join(f"{term} {weight:g}" for term, weight in told.items()))

# %% [markdown]
# `forward` and `backward` weigh the two cycle terms, $F(G(x))$ and $G(F(y))$, `same` the identity.
# Our cycle weighs less than the paper's, because our translators have a *brush* (below): a good
# part of the picture comes through from the first step on, and daring to change something is the
# hard part.
#
# Whom does each term teach? Take one step by one term alone, and see whose weights have moved.

# %%
# NBVAL_CHECK_OUTPUT
for term in cyclegan_lab.TERMS:
    print(f"{term:12}", cyclegan_lab.moved_by(term))

# %% [markdown]
# Every term moves both. The forward cycle is $F(G(x))$, a chain of two networks: $F$ learns to come
# back, and $G$ learns to leave in its zebras what $F$ needs. Keep this list in mind: under *Break
# it* you meet a program that loses half of it.

# %% [markdown]
# ## Build
#
# ### A translator
#
# Two steps down, some **residual blocks**, two steps up. A residual block computes a *change* and
# adds it to what came in, $h + r(h)$ (He et al. 2016; a translator of this form is from Johnson et
# al. 2016). To leave its features as they are, a block need not learn to copy them: it only has to
# turn down the scale of its last normalisation. And most of a horse picture should stay as it is.

# %%
source(translators.build_translator)

# %% [markdown]
# Three things in it are new.
#
# **Reflection padding.** A convolution looks beyond the edge, and something has to be there. Zeros
# are grey in pictures between -1 and 1: a grey frame around every picture, which no picture has. So
# mirror the picture instead (the layers with a stride still pad with zeros, as in the paper's
# code):

# %%
corner = np.arange(1, 13, dtype="float32").reshape(1, 3, 4, 1)
mirrored = ops.convert_to_numpy(layers.ReflectionPadding(2)(corner))[0, ..., 0]
figure = plots.number_tables({"a picture": corner[0, ..., 0], "padded by 2": mirrored})

# %% [markdown]
# **What you should see:** left twelve numbers in three rows. Right the same in the middle of seven
# rows. To the left of the 1 stand 2 and 3, above it 5 and 9: the edge is the mirror, and is not
# itself repeated.
#
# **Instance normalisation.** Batch normalisation takes its mean and variance over all pictures of a
# batch, so that each picture depends on its neighbours (lesson 05). Here every channel of every
# picture is normalised by itself. A side effect: contrast and brightness of the whole picture are
# taken out. Where they belong to the *style*, that is welcome. But what the network paints cannot
# depend on the light of the scene any more. (With a brush, below, the picture itself still carries
# it.)

# %%
# NBVAL_CHECK_OUTPUT
bright = np.random.default_rng(0).uniform(0, 1, (1, 8, 8, 3)).astype("float32")
pair = np.concatenate([bright, 0.3 * bright - 0.5])  # the same again, dull and dark
normal = ops.convert_to_numpy(layers.InstanceNormalization()(pair))
print(f"before: they differ by {np.abs(pair[0] - pair[1]).mean():.2f}")
print(f"after:  they differ by {np.abs(normal[0] - normal[1]).mean():.2f}")

# %% [markdown]
# **A brush.** This is ours, not the paper's (it comes from GANimation, Pumarola et al. 2018). The
# network paints a picture $p$ and, beside it, a mask $m$ between 0 and 1 that says where the paint
# goes on: $G(x) = x + m\,(p - x)$. Meadow and sky need not be painted anew. On two cores, in
# minutes, it is meant to help (a table below has a row without it); on a GPU it can be left out.

# %%
# NBVAL_CHECK_OUTPUT
for name in ("quick", "full"):
    p = cyclegan.PRESETS[name]
    G = translators.build_translator(p.shape, p.channels, p.blocks, p.kernel, p.brush)
    D = translators.build_judge(p.shape, p.judge, p.judge_norm)
    print(
        f"{name:6} G: {G.input_shape[1:]} -> {G.output_shape[1:]}, {G.count_params():10,} numbers"
    )
    print(f"{'':6} D: {D.input_shape[1:]} -> {D.output_shape[1:]}, {D.count_params():10,} numbers")

# %% [markdown]
# `full` is close to the paper's form, for photographs. This notebook trains on the drawings in
# every preset, 64 pixels wide but for `smoke`.
#
# ### A judge of patches
#
# Look at the shapes of $D$. Its answer is not one number but a map of them. Each sees only a patch
# of the picture and says whether *that* looks real: a **PatchGAN** (Isola et al. 2017).

# %%
source(translators.build_judge)

# %%
# NBVAL_CHECK_OUTPUT
for name in ("quick", "full"):
    p = cyclegan.PRESETS[name]
    D = translators.build_judge(p.shape, p.judge, p.judge_norm)
    steps = translators.steps_of(D)
    print(f"{name:6} (kernel, stride): {steps}: {translators.receptive_field(D)} pixels")

# %%
p = how.whole
steps = translators.steps_of(translators.build_judge(p.shape, p.judge, p.judge_norm))
figure = plots.show_receptive_field(data.y_train[3], steps)

# %% [markdown]
# **What you should see:** left a cone that hangs from one answer. It looks at four units of the
# layer below, these at seven together, then sixteen, and in the end at 34 pixels in a row. Where a
# layer has stride 2, its units lie twice as far apart as those below, so the cone widens faster.
# Right, these 34 × 34 pixels as a square on a zebra: enough to see whether the stripes are good,
# too little to see whether the whole animal is.
#
# That is on purpose. A small judge with few weights learns fast, and asks for *texture*. The shape
# is left to the translators, which keep things in their place, and to the cycle, which forbids
# losing it.
#
# **Beside being smaller, our judges differ from the paper's in one thing.** Those have instance
# normalisation, too (`full` above has it). Its means and variances are taken over the whole
# picture, so every answer hears what happens outside its patch. A translator can then get a better
# verdict on its *zebra* by painting into the *sky*: a few speckles there change the mean and the
# variance that the stripes are measured with. Ours painted such speckles. Without the normalisation
# an answer knows its patch and nothing else. The table of the parts, below, has both.
#
# ### A memory for the judges
#
# $D$ learns from the newest fakes, and forgets what fakes looked like a while ago. $G$ may then
# return to an old trick, and both go round in circles (lesson 04). Against this some 50 fakes of
# each kind are kept in a **pool**, and about every second fake that $D$ gets to see is an old one.
# (`judge` asks a discriminator about real and fake in one call.)

# %%
source(cyclegan.CycleGAN.discriminators_loss)

# %% [markdown]
# Watch the pool alone: let the fakes of step 7 all be the number 7.

# %%
pool, late = layers.ImagePool((1,), size=50, seed=0), []
for step in range(300):
    fakes = np.full((4, 1), step, "float32")
    shown = ops.convert_to_numpy(pool(fakes))
    late.extend(step - shown[:, 0])
late = np.array(late[400:])  # once it is full and has been stirred
print(f"new {np.mean(late == 0):.0%}; the old ones are {late[late > 0].mean():.0f} steps old")

# %% [markdown]
# About half of them are new. In each step about two of four pictures are swapped, each against one
# of 50 places, so a picture stays for 25 steps on average. Exercise 4 is the pool by hand.
#
# ### A learning rate that falls
#
# The last ingredient. A GAN at a constant rate keeps wandering about its goal; here the rate is
# held for the first half of the training and then falls in a straight line.

# %%
source(Anneal.factor)

# %% [markdown]
# ## Train
#
# One training of all four networks, for some minutes. At every report a few translations are held
# against their hidden partners; the training itself never sees these.

# %%
told = ("steps", "batch_size", "size", "channels", "blocks", "judge_norm", "learning_rate", "pool")
print(", ".join(f"{name} {getattr(how.whole, name)}" for name in told))

# %%
piles = how.whole.training_data(data)  # {"x": horses, "y": zebras}
follow = cyclegan_lab.Follow(data, how.follow)
trained = train(cyclegan, how.whole, piles, seed=seed, callbacks=[follow])
model = trained.model
print(f"{trained.seconds:.0f} seconds; alarms: {', '.join(trained.alarms) or 'none'}")

# %% [markdown]
# And a second, short one, for *Break it*: the same networks with the adversarial terms alone.

# %%
alone = train(cyclegan, how.alone, piles, seed=seed, verbose=False)
print(f"{alone.seconds:.0f} seconds; alarms: {', '.join(alone.alarms) or 'none'}")

# %% [markdown]
# ## Look

# %%
figure = plots.show_strip(translation.strip(model, data, 3), data.info["kinds"])

# %% [markdown]
# **What you should see** (after a quick or full training): three rows. From the left a horse; what
# $G$ makes of it; what $F$ makes of that; and the hidden partner, to compare with the second
# column. Then the same from a zebra. The meadow and the pose stay, the coat changes, and what comes
# back in the third column is nearly the picture of the first. Compare stripe by stripe with the
# truth: which are in their place, which have slipped? Nobody has ever told $G$ where they belong.

# %%
figure = plots.show_learning(follow.rows, follow.copying)

# %% [markdown]
# **What you should see:** left the likeness to the hidden partners over the training, with a dashed
# line for copying the picture; right the share of translations that the witness takes for the kind
# that was asked for. (Averaged translators, which lag a little behind in the first reports.)
# Compare which curve is up first. After a quick run it is usually the witness's: to *look like* a
# zebra is the easier half.
#
# Where does the brush paint?

# %%
figure = plots.show_masks(x[:4], cyclegan_lab.masks(model, x[:4]), model.translate(x[:4]))

# %% [markdown]
# **What you should see:** horses above, translations below, and between them the mask: white where
# $G$ paints, black where it leaves the picture alone. After a quick training you can recognise the
# animal in it. Nobody has drawn its outline for the network; it found out what has to change.
#
# And what does $D_y$ say about a translation, patch by patch?

# %%
zebra = model.translate(x[:1])
said = cyclegan_lab.verdicts(model.Dy, zebra)[0]
figure = plots.show_patches(zebra[0], said, lambda place: translators.patch(model.Dy, place))

# %% [markdown]
# **What you should see:** left a translation with one patch framed, right the map of $D_y$'s
# answers to it, the answer for that patch framed as well. Blue answers (near 1) take their patch
# for real, red ones do not. One discriminator gives many opinions on one picture, and each of them
# tells $G$ *where* something is wrong.

# %%
for name, ready in cyclegan_lab.beforehand().items():
    p = ready.preset
    print(f"{name}: {p.steps:,} steps of {p.batch_size} pictures, {p.blocks} blocks;", end=" ")
    print(f"here: {how.whole.steps:,} of {how.whole.batch_size}, {how.whole.blocks} blocks")
    rows = translation.strip(ready, ready.data, 2)
    figure = plots.show_strip(rows, ready.data.info["kinds"])

# %% [markdown]
# **What you should see:** the translators that come with the course; the line above says how much
# deeper they are and how much longer they were trained. The same columns as above. Now the stripes
# lie where the dark bars of the horse were, down to the legs, and most of them meet those of the
# truth. Where second and fourth column still differ, it is mostly in the tone of the coat, whiter
# here and creamier there.

# %% [markdown]
# ## Measure
#
# Three questions, three figures.
#
# - **Is it the right zebra?** SSIM and mean error to the hidden partner, over all pictures that
#   were held out.
# - **Is it a zebra?** The share that the witness takes for one (on the way back: for a horse).
# - **Can it be undone?** The error of the picture that went there and back.

# %%
score = translation.score(model, data, how.n)
directions = {
    "zebras by copying": translation.judged(x, data),
    f"zebras, with pairs ({how.pair_steps} steps)": translation.judged(made, data),
    f"zebras, trained here ({how.whole.steps:,} steps)": score.there,
    "horses, trained here": score.back,
    f"zebras, adversarial alone ({how.alone.steps} steps)": translation.direction(
        alone.model, data, n=how.n
    ),
}
for name, ready in cyclegan_lab.beforehand().items():
    directions[f"zebras, {name}"] = translation.direction(ready, ready.data, n=how.n)
print(cyclegan_lab.score_table(directions))

# %% [markdown]
# **How to read it.** The first line is what doing nothing gets. It has a good part of the SSIM for
# free, since the meadow is right, and the witness hardly ever falls for it. The second is what
# pairs are worth, in a few seconds of training. The CycleGAN has to find out by itself, from two
# piles, what line two was told. Error and witness have to be read together: the witness alone would
# be content with a permutation. (Mind the steps in brackets. If line three is better than line two,
# this says nothing against pairs. For "adversarial alone" the fair comparison is the table of
# several seeds below.)
#
# Was that a figure of speech? Now that there is a trained $D_y$, ask it about the four painters:

# %%
print(pairing.claims_table(pairing.claims(data, model.Dy, how.n)))

# %% [markdown]
# The first two rows agree in the witness's column and in $D_y$'s: they must, whoever the judge is.
# Yet the second row's error is larger than the last row's, which is doing nothing. **This is why
# the adversarial loss is not enough.**
#
# ### What each part is for
#
# One run is one throw of the dice. These are trainings of the preset `quick`, 1,700 steps each and
# several seeds, with one part taken out (`benchmarks/cyclegan.py`, run on a GPU). Two rows are
# special: "without brush" has the paper's weights, too, and "normalised judges" puts something in
# that we left out. *Fooled* is the share taken for the kind asked for, *returned* the error there
# and back. Means of both directions:

# %%
print(show.compared(cyclegan_lab.stored(), cyclegan_lab.FIGURES))
print("\nhere:", score, sep="\n")

# %% [markdown]
# And where one of the two cycles is missing, each direction by itself (*there* is to zebras;
# *returned, x*: how far $F(G(x))$ is from $x$):

# %%
print(show.compared(cyclegan_lab.stored(both=False), cyclegan_lab.EACH_WAY))

# %% [markdown]
# **How to read it.** Hold each line against the first one, and against the spread.
#
# - **Without cycles**, and **adversarial alone**: the witness is fooled just as before. But the
#   error to the hidden partners has at least doubled, and without both kinds of terms it is about
#   three times as large: zebras, only not the right ones. The spread has grown, too: *which* wrong
#   zebras depends on the throw of the dice.
# - **One cycle instead of two.** Without the backward one, $G(F(y)) = y$, the way to zebras
#   suffers; without the forward one, $F(G(x)) = x$, above all the way to horses. Turn it round, and
#   it is less of a surprise. Every $F(y)$ is a picture whose partner is known: $y$, the real zebra
#   that it was made from. So the backward cycle gives $G$ lessons with pairs (home-made horse, real
#   zebra), and the better $F$ gets, the truer they are. The forward cycle does the same for $F$.
#   (Zhu et al., section 5.1.4, report that with one cycle training becomes unstable and modes
#   collapse, above all in the direction that lost its cycle.)
# - **Without identity**: no difference beyond the spread. A brush leaves alone what needs no paint
#   anyway. On photographs and paintings the term keeps colours from drifting.
# - **Without pool**: no worse, if anything a little better. With patches and squares $D$ needed no
#   memory for these drawings in so short a training; old fakes may even have made it slower to see
#   the new ones.
# - **Without brush, with the paper's weights**: much worse; the error is nearly that of copying.
#   Both changes are in this row, so it does not say which does it. Painting 64 × 64 pixels anew
#   probably takes longer than this preset lasts.
# - **Normalised judges**: worse, and nearly all of it on the way to zebras. We think it is the
#   speckles of which you have read above.
#
# A part whose absence makes no difference within the spread was not needed *here*. That is worth
# knowing, too.
#
# ### Digits in two dresses
#
# Is it the brush that does it, because so much may stay? Here is a task where no pixel stays: black
# digits on paper, and bright digits on dark waves. Again no digit is in both piles.

# %%
dressed = cyclegan.DIGITS["quick"].load(verbose=False)
some = np.concatenate([dressed.x_train[:10], dressed.y_train[:10]])
figure = plots.show_images(some, columns=10, width=4)

# %% [markdown]
# **What you should see:** ten black digits on white, and below ten others, each in a bright colour
# on a dark pattern of its own. Which colour a black digit should get, nobody can know: there are
# many right answers. Which *digit* it is must stay. So the figure is the share of translations that
# the digit classifier of the course still reads as the same digit; the way to black has a hidden
# partner besides. (A digit that was left as it is would be read correctly, too. So read the share
# beside the SSIM and that of copying: the way to black is scored against the truth.)

# %%
print(show.compared(cyclegan_lab.stored_digits(), cyclegan_lab.DIGITS))

# %% [markdown]
# *There* is to colours, *back* is to black; chance would be a tenth. These translators have no
# brush and the paper's weights. Nothing in the adversarial loss speaks of digits, and nobody gave
# labels. That a 3 stays a 3 has two causes: the cycle forbids to merge digits, and of all ways to
# keep them apart the plainest, to a convolutional network, is to keep their form. (To make every 3
# an 8 and every 8 a 3 would please the cycle as well.)
#
# (The colours are a riddle in themselves: on the way to black they are lost, and $G(F(y))$ has to
# bring them back. How a network may manage that all the same, you find in *Break it*, under "fine
# print".)

# %% [markdown]
# ## Break it
#
# ### 1. Adversarial alone
#
# The second training of above: no cycle, no identity.

# %%
figure = plots.show_strip(translation.strip(alone.model, data, 2), data.info["kinds"])

# %% [markdown]
# **What you should see** (after a quick or full run): the same columns as above. The second column
# shows zebras of a kind, with stripes wherever $D_y$ likes them, and the sixth horses of a kind;
# look up in the table above whether the witness is content. Look at meadow and sky, too: nobody
# asked to keep *these*; to $D_y$ any meadow will do. And now the third and the seventh column:
# what comes back is not what went in. A grey horse may well return as a brown one. (The training
# had only a part of the steps; the table of several seeds has it at full length.)
#
# ### 2. One cycle for each
#
# A bug of the usual form with four losses and four optimizers: the cycle terms are computed from
# *finished* pictures, $G(x)$ is taken as data and its gradient cut. (A cousin gives the loss of $G$
# the forward term alone and that of $F$ the backward term; there nobody learns to come *back*.) The
# code runs.
# Who learns from the terms?

# %%
# NBVAL_CHECK_OUTPUT
with museum.switched_on("one cycle for each translator"):
    for term in cyclegan_lab.TERMS:
        print(f"{term:12}", cyclegan_lab.moved_by(term))

# %% [markdown]
# $F$ still learns to come back from whatever it is given. But $G$ is no longer asked to leave
# anything in its zebras to come back *by*, nor $F$ in its horses. What is left are the lessons with
# pairs of the table above (home-made horse, real zebra), and these are only as good as the
# home-made horses. We have not measured what that costs. Nothing crashes, and a loss curve need not
# show it. A test of gradients does.
#
# ### 3. Ask for a new shape
#
# Until now everything stayed in its place and got another coat. Now a task that is nothing but
# shape: black digits, and black digits that lie on their side, turned by a quarter. Beside it, with
# the same digits, networks and number of steps, a task that is nothing but colour: the negative.
# How close do they come to the hidden truth, and is a translated digit still the same digit? What
# has been turned is turned back before the digit classifier reads it. (It reads white on black and
# black on white. So beside both figures stands what one gets for leaving the digit untouched.)

# %%
strips, tasks = {}, turning.digit_tasks()
for name, task in tasks.items():
    run = turning.train_task(task, how.digits, seed)
    strips[name] = translation.strip(run.model, task, 2)
    print(f"{name} ({run.seconds:.0f} seconds)", *turning.task_report(run.model, task), sep="\n  ")

# %%
for name, rows in strips.items():
    figure = plots.show_strip(rows, tasks[name].info["kinds"])

# %% [markdown]
# **What you should see** (after a quick or full run): two strips with the columns that you know.
# Above the negatives: nearly every digit keeps its form in the other colour, and the second column
# is like the fourth. (A very thick stroke may still come out grey after so short a training.)
# Below, the truth in the fourth column is the digit of the first, lying on its side. The
# translation in the second column is not: much of the upright digit still stands there, smudged,
# with a stroke here and there that makes it look a little more as if it lay. The figures above say
# it in numbers: compare them with those of the untouched digit.
#
# Look also at the third column below, and at the last figure of each line. Compare the way back
# with that of the negatives: if it is about as good, the cycle is content with a digit that was
# never turned.
#
# Is it just too short a training? Much in the method is against a turn. A convolution does
# the same at every place, so it hardly knows *where* it is, and its layers keep things where they
# are. To leave the digit standing and touch it up is the easiest way to have it back. And the
# identity term, which asks $G$ to leave lying digits as they are, trains it to copy strokes. In
# larger pictures the patches of $D$ do not even see the whole. Trainings of 1,700 steps of 16, of
# several seeds, say (the way there, to negatives and to lying digits):

# %%
print(show.compared(cyclegan_lab.stored_tasks(), cyclegan_lab.TASKS))

# %% [markdown]
# The negatives are nearly perfect. Of the turned digits only a few more can be read as the right
# one than of those left untouched, and they are hardly closer to the truth. And yet they come back,
# with an error there and back that is not twice that of the negatives. So a longer training helps
# little. The paper reports the same of dogs and cats: colours and textures go well, geometric
# changes do not. And a network knows what it was shown and nothing else. The most famous failure of
# the paper is a rider: the piles of wild horses and zebras had none, and he got stripes himself.

# %% [markdown]
# ### 4. Fine print
#
# The cycle asks that the picture can be recovered, not that *you* can see from what. A network may
# hide what it needs in a pattern too faint for the eye (Chu, Zhmoginov and Sandler 2017 caught one
# hiding a whole aerial photograph in a street map). The test: add noise that you would not notice
# before going back.

# %%
rng, there = np.random.default_rng(seed), model.translate(x[:100])
zebras = y[:100] / np.float32(127.5) - 1
still, quiet = (model.translate(pictures, "x") for pictures in (there, zebras))
for spread in (0.02, 0.05):
    noise = rng.normal(0, spread, there.shape).astype("float32")
    moved = np.abs(model.translate(there + noise, "x") - still).mean() / 2
    usual = np.abs(model.translate(zebras + noise, "x") - quiet).mean() / 2
    print(f"noise of {np.abs(noise).mean() / 2:.4f} moves the way back by {moved:.4f};", end=" ")
    print(f"with real zebras by {usual:.4f}")

# %% [markdown]
# Read it as a bill. If a translation's way back moves by no more than that of a real zebra, which
# holds no secret, $F$ goes by what can be seen. If it moves by several times as much, suspect fine
# print. Where the way there *has* to lose something, such as the colours of a digit, a network
# under a strong cycle loss has every reason to cheat like this; our horses and zebras show each
# other's colours openly, so there is less to hide.

# %% [markdown]
# ## Exercises
#
# Write your answer in place of the `raise` line and run the cell, then the one below: it tells you
# whether the answer holds, and if not, which idea is missing. Worked solutions are in the
# `solutions` folder.

# %% tags=["setup"]
import numpy as np

from gan_lessons.checks import cyclegan as checks

# %% [markdown] tags=["exercise"]
# **1. Receptive field.** `steps` is a list of (kernel, stride), one for each convolution, the first
# one first. How many pixels wide is the patch that one answer of the last layer sees?


# %%
def receptive_field(steps):
    # BEGIN SOLUTION
    pixels = 1
    for kernel, stride in reversed(steps):  # from the answer down to the picture
        pixels = (pixels - 1) * stride + kernel
    return pixels
    # END SOLUTION


# %% tags=["check"]
checks.check_receptive_field(receptive_field)

# %% [markdown] tags=["exercise"]
# **2. Least squares.** `real` and `fake` are maps of a discriminator's raw answers, (n, rows,
# columns, 1), to real and to fake pictures. Return two losses, that of $D$ and that of $G$, with
# the factor ½ of Mao et al. before every mean.


# %%
def least_squares(real, fake):
    # BEGIN SOLUTION
    d = 0.5 * ((real - 1) ** 2).mean() + 0.5 * (fake**2).mean()
    return d, 0.5 * ((fake - 1) ** 2).mean()
    # END SOLUTION


# %% tags=["check"]
checks.check_least_squares(least_squares)

# %% [markdown] tags=["exercise"]
# **3. There and back.** `G` and `F` are functions of arrays, `x` and `y` arrays of the two kinds.
# Return both cycle terms together, without weights.


# %%
def cycle_loss(G, F, x, y):
    # BEGIN SOLUTION
    return np.abs(F(G(x)) - x).mean() + np.abs(G(F(y)) - y).mean()
    # END SOLUTION


# %% tags=["check"]
checks.check_cycle_loss(cycle_loss)

# %% [markdown] tags=["exercise"]
# **4. The pool.** `pool` is a list, `picture` a new fake. While the pool holds fewer than `size`
# pictures, put it in and return it. Afterwards, if `coin` (between 0 and 1) is below 0.5, return
# the picture that lies at `place` and put the new one there; else return the new one.


# %%
def from_pool(pool, size, picture, coin, place):
    # BEGIN SOLUTION
    if len(pool) < size:
        pool.append(picture)
        return picture
    if coin < 0.5:
        old, pool[place] = pool[place], picture
        return old
    return picture
    # END SOLUTION


# %% tags=["check"]
checks.check_pool(from_pool)

# %% [markdown] tags=["exercise"]
# **5. Instance normalisation.** Pictures `x` (n, height, width, channels): bring each channel of
# each picture to mean 0 and variance 1 by itself. Add `epsilon` to the variance before you take its
# root.


# %%
def instance_norm(x, epsilon):
    # BEGIN SOLUTION
    mean = x.mean(axis=(1, 2), keepdims=True)
    variance = x.var(axis=(1, 2), keepdims=True)
    return (x - mean) / np.sqrt(variance + epsilon)
    # END SOLUTION


# %% tags=["check"]
checks.check_instance_norm(instance_norm)

# %% [markdown]
# ### For the curious, without a check: your own two piles
#
# Put pictures of two kinds into folders `trainA` and `trainB`, of any size and in any usual format,
# some hundreds of each. In a terminal:
#
# ```
# gan-lessons train cyclegan --dataset my_pictures --out runs/mine
# gan-lessons translate --weights runs/mine --from my_pictures/trainA --to translated
# gan-lessons data list                              # the sets of the paper, and how to get them
# ```
#
# Without a GPU this takes the preset `quick` (64 pixels). Close to the paper's own form is the
# preset `full` (256 pixels, nine blocks, no brush, normalised judges); it needs a GPU and patience.
# Before you begin:
# can *you* tell the two kinds apart by texture and colour? Can you tell from a translation what it
# was?
#
# With the drawings: train with `brush=False`, with `judge_norm=True`, with the paper's weights
# (`**cyclegan.PAPER`) or with `pool=0`, as in `train(cyclegan, how.whole, piles, brush=False)`, and
# compare. And build a world in which the
# mirrored painter wins: what would you have to take away?
#
# ## Recap and further reading
#
# - With pairs, translation is regression. Without pairs, a discriminator compares *piles*: it
#   cannot prefer a translation to a permutation.
# - The way back forbids to lose anything. It does not say what is right: mirrored or drawn by lot,
#   what can be undone has no cycle error. The rest is done by what networks find easy. (The
#   identity term may help elsewhere; here it made no difference.)
# - Both cycle terms have to move both translators.
# - A PatchGAN judges texture, many times per picture. A pool is meant to keep it from forgetting;
#   what each part was worth here stands in the table.
# - Only hidden pairs tell how good a translation is. A witness and a cycle error can both be
#   perfect and the translation wrong.
# - New coats, yes; new shapes, no.
#
# Further reading:
#
# - J.-Y. Zhu, T. Park, P. Isola, A. A. Efros: *Unpaired image-to-image translation using
#   cycle-consistent adversarial networks* (2017),
#   [arXiv:1703.10593](https://arxiv.org/abs/1703.10593)
# - P. Isola, J.-Y. Zhu, T. Zhou, A. A. Efros: *Image-to-image translation with conditional
#   adversarial networks* (2017), [arXiv:1611.07004](https://arxiv.org/abs/1611.07004), with pairs;
#   the PatchGAN
# - T. Kim et al.: *Learning to discover cross-domain relations with generative adversarial
#   networks* (2017), [arXiv:1703.05192](https://arxiv.org/abs/1703.05192), DiscoGAN; Z. Yi et al.:
#   *DualGAN* (2017), [arXiv:1704.02510](https://arxiv.org/abs/1704.02510)
# - Y. Taigman, A. Polyak, L. Wolf: *Unsupervised cross-domain image generation* (2017),
#   [arXiv:1611.02200](https://arxiv.org/abs/1611.02200), the identity term
# - J. Johnson, A. Alahi, L. Fei-Fei: *Perceptual losses for real-time style transfer and
#   super-resolution* (2016), [arXiv:1603.08155](https://arxiv.org/abs/1603.08155), the translator;
#   K. He et al.: *Deep residual learning for image recognition* (2016),
#   [arXiv:1512.03385](https://arxiv.org/abs/1512.03385)
# - X. Mao et al.: *Least squares generative adversarial networks* (2017),
#   [arXiv:1611.04076](https://arxiv.org/abs/1611.04076)
# - D. Ulyanov, A. Vedaldi, V. Lempitsky: *Instance normalization* (2016),
#   [arXiv:1607.08022](https://arxiv.org/abs/1607.08022)
# - A. Shrivastava et al.: *Learning from simulated and unsupervised images through adversarial
#   training* (2017), [arXiv:1612.07828](https://arxiv.org/abs/1612.07828), the pool
# - A. Pumarola et al.: *GANimation* (2018), [arXiv:1807.09251](https://arxiv.org/abs/1807.09251),
#   the brush
# - C. Chu, A. Zhmoginov, M. Sandler: *CycleGAN, a master of steganography* (2017),
#   [arXiv:1712.02950](https://arxiv.org/abs/1712.02950)
# - T. Galanti, L. Wolf, S. Benaim: *The role of minimal complexity functions in unsupervised
#   learning of semantic mappings* (2018), [arXiv:1709.00074](https://arxiv.org/abs/1709.00074), on
#   why the plain way is found
# - N. Moriakov, J. Adler, J. Teuwen: *Kernel of CycleGAN as a principle homogeneous space* (2020),
#   [arXiv:2001.09061](https://arxiv.org/abs/2001.09061): what the way back leaves open, and
#   networks that went astray there
# - T. Park et al.: *Contrastive learning for unpaired image-to-image translation* (2020),
#   [arXiv:2007.15651](https://arxiv.org/abs/2007.15651): without a way back
#
# **Next:** lesson 10, where the discriminator says how far instead of whether.

# %%
peak = runtime.peak_megabytes()
print(f"peak memory: {peak:,.0f} MB" if peak else "peak memory: not known on this system")

# %%
footer(resolve_preset(), seed, started)
