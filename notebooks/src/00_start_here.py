# %% [markdown]
# # 00 · Start here
#
# Two networks fight. One forges, the other one tries to catch it. Nobody ever shows the forger a
# real note. All it learns is what the detective thought of its work, and which small change would
# have made that opinion better. In the end its forgeries are hard to tell from the real thing. That
# is a **generative adversarial network**, a GAN, and in this first lesson you will watch one do it.
#
# ## You will
#
# - see digits that nobody wrote, in the first minute;
# - know what a neural network is, because you will compute one with nothing but NumPy;
# - watch a GAN learn to make points that lie on a given shape, and measure how well it did;
# - know what GANs are used for, what harm they do, and what has become of them;
# - have a map of the course, a machine that is ready for it, and a list of what else to read.
#
# **Time:** about a minute of computing on two CPU cores (the last cell says how long it took), 45
# minutes for reading and exercises. **You need:** Python, NumPy, and to know what a derivative is.
# No deep learning: that starts here.

# %%
import time

started = time.perf_counter()

from gan_lessons import runtime  # before Keras: it chooses the backend and makes it quick

SEED = runtime.set_seed(0)
PRESET = runtime.resolve_preset()

import dataclasses

import matplotlib
import numpy as np
from keras import ops

from gan_lessons import doctor, metrics, plots, pretrained, show, start_here, vanilla_gan, watching
from gan_lessons.engine.training import train

matplotlib.rcParams["figure.dpi"] = 80
digits = pretrained.load_generator("dcgan_mnist")[1]
axis = plots.show_images(digits.sample(30, seed=1), columns=15, width=8)

# %% [markdown]
# **What you should see.** Thirty handwritten digits. Nobody wrote them: a network has just drawn
# them, out of random numbers. A few are no digits at all; by lesson 05 you will know why, and how
# to count them. (Two words in the code: a **seed** fixes the random numbers, so that a run can be
# repeated; a **preset** is the size of the trainings, and the part "Build" tells more.)

# %% [markdown]
# ## The idea
#
# ### What a neural network is
#
# A neural network is a function with many numbers in it that can be adjusted. That is all. Here are
# points of two kinds in the plane, and we want a function that takes a point and says how likely it
# is to be blue. The two kinds lie in crescents that reach into each other, so no straight line can
# separate them.
#
# Our network has two **layers**. The first one computes sixteen weighted sums of the two
# coordinates, each with an offset, and cuts them off at zero (this is called a **ReLU**). So each
# of the sixteen **units** is silent on one side of some straight line, and speaks up louder and
# louder on the other side. The second layer adds up what they say, with weights of its own. Out
# comes one number, a **logit**: large means "blue", far below zero means "red".
#
# At first the weights are random and the answers are nonsense. A **loss** is a number that says how
# bad the answers are. Ours is minus the logarithm of the probability that the network gave to the
# right answer, averaged over all points: 0 where it was certain and right, 0.69 where it only
# guessed, large where it was certain and wrong. It depends on the weights, and so it has a
# derivative with respect to each of them: which way, and how strongly, the loss would change if
# this weight were a little larger. Training means: move every weight a small step in the direction
# in which the loss falls, and do it again, a thousand times. Keras computes the derivatives.

# %%
points, which = start_here.moons(1000, seed=SEED)
before = start_here.build_classifier()
network, losses = start_here.train_classifier(points, which, start_here.EPOCHS[PRESET], seed=SEED)
opinions = {
    "a random network": start_here.answers_on_plane(before, side=180),
    "after training": start_here.answers_on_plane(network, side=180),
}
figure = plots.show_borders(opinions, points, which, start_here.LIMIT)

# %% [markdown]
# **What you should see.** Left: a network with random weights has opinions, but they have nothing
# to do with the points. Right: the background has taken on the colour of the points that lie there,
# and the pale border between blue and red winds its way between the crescents. If you look closely,
# it is made of straight pieces: each bend is the edge of one of the sixteen units.

# %% [markdown]
# ### What a GAN is
#
# The network above **discriminates**: it gets a point and says which kind it is. What we really
# want is a network that **generates**: it should make new points, as if they came from the same
# crescents. But what is its loss? Nobody has a formula for "looks like it came from there".
#
# Here is the trick (Goodfellow and others, 2014): *let a second network be that formula.*
#
# - The **generator** $G$ is a forger. It gets random numbers $z$ and turns them into a forged note,
#   here a point of the plane.
# - The **discriminator** $D$ is the police. It gets real notes and forged ones, and says for each
#   how likely it is to be real. That is the very task of the network above.
#
# They take turns. In its turn, $D$ is taught the truth: real is 1, fake is 0. In its turn, $G$
# changes its weights so that $D$ would rather say 1 to what it makes. It can do so because $D$'s
# answer has a derivative not only with respect to $D$'s weights, but also with respect to what $D$
# looks at, the point. That says in which direction to move a fake so that it looks *more real*,
# and, by the chain rule, how to change $G$'s weights.
#
# Each keeps making the other's task harder. If all goes well, this ends where the forgeries are as
# good as real and the police can only guess.
#
# Two fakes differ only because their random numbers $z$ differ. The space of all $z$ is called the
# **latent space**; whoever walks through it sees one fake turn gradually into another.

# %% [markdown]
# ## The maths
#
# There is little of it today. Here is a whole network, written out in NumPy. `@` is the product of
# matrices: every row of `x` is one point.

# %%
show.source(start_here.forward)

# %% [markdown]
# Is that really all that Keras does? We take the weights out of the trained network and compare.

# %%
# NBVAL_CHECK_OUTPUT
weights = network.get_weights()
print("shapes of the weights:", [w.shape for w in weights])
print("numbers to be adjusted:", sum(w.size for w in weights))
logits = ops.convert_to_numpy(network(ops.convert_to_tensor(points), training=False))
difference = np.abs(start_here.forward(weights, points) - logits).max()
print("Keras and NumPy agree to 0.0001:", bool(difference < 1e-4))

# %% [markdown]
# $2 \cdot 16$ weights and 16 offsets in the first layer, 16 weights and one offset in the second:
# 65. A large network of today has a thousand million times as many, and is trained in the same way.
#
# A logit $l$ becomes a probability by the **sigmoid** $\sigma(l) = 1 / (1 + e^{-l})$, which
# squeezes all numbers between 0 and 1:

# %%
# NBVAL_CHECK_OUTPUT
for logit in (-4.0, -1.0, 0.0, 1.0, 4.0):
    print(f"logit {logit:5.1f}   probability {1 / (1 + np.exp(-logit)):.3f}")

# %% [markdown]
# ### A ruler for points
#
# We shall need to say how far the forged points are from real ones. Think of two heaps of sand on a
# line. The **earth mover's distance**, $W_1$, is the least work that turns one into the other: mass
# times distance. For two samples of the same size it is easy to compute. Each heap weighs 1 in all,
# so each of its $n$ grains weighs $1/n$. Sort both; the $k$-th grain of one goes to the place of
# the $k$-th grain of the other:
#
# $$W_1(x, y) = \frac{1}{n} \sum_{k=1}^{n} \big|x_{(k)} - y_{(k)}\big|.$$
#
# In the plane there is no such order. So we look at the points from many directions, each time as a
# shadow on a line, and take the mean: the **sliced** distance.

# %%
# NBVAL_CHECK_OUTPUT
x = np.array([0.0, 1.0, 2.0])
print(f"moved by 3:             {metrics.wasserstein_1d(x, x + 3):.3f}")
print(f"in another order:       {metrics.wasserstein_1d(x, x[::-1]):.3f}")
print(f"the middle one by 0.6:  {metrics.wasserstein_1d(x, [0.0, 1.6, 2.0]):.3f}")
cloud = np.random.default_rng(0).normal(size=(500, 2))
moved = metrics.sliced_wasserstein(cloud, cloud + np.array([1.0, 0.0]), directions=5000)
print(f"points moved by 1 in the plane: {moved:.2f}, and 2 / pi is {2 / np.pi:.2f}")

# %% [markdown]
# The last line is worth a thought. Points that moved by 1 are only $2/\pi$ apart, because most
# directions see the move shortened: one along the move sees all of it, one across it sees nothing.

# %% [markdown]
# ## Build
#
# First, is your machine fit for the course? `gan-lessons doctor` in a terminal tells everything;
# here is its opinion in short.

# %%
facts = doctor.gather()
findings = doctor.diagnose(facts)
print(f"Python {'.'.join(map(str, facts.python))}, Keras {facts.keras} on {facts.backend}")
print(f"devices: {', '.join(facts.devices)}; preset: {PRESET}")
for finding in findings:
    print(f"{finding.level}: {finding.what}\n  -> {finding.mend}")
if not any(finding.level == doctor.PROBLEM for finding in findings):
    print("This machine is ready for the course.")

# %% [markdown]
# A **preset** sets the size of every training. `quick` is for a laptop without a GPU, `full` for a
# GPU, `smoke` runs everything in seconds and learns nothing. The course chooses by your hardware;
# the environment variable `GAN_LESSONS_PRESET` overrules it. Set it before you start Jupyter.
#
# Now the forger and the police. Each is a small network like the one above, with more layers. The
# two moons are one pile now: a forger of points need not know which crescent is which.

# %%
preset = start_here.PRESETS[PRESET]
G, D = vanilla_gan.build_generator(preset), vanilla_gan.build_discriminator(preset)
print(f"G: {preset.latent_dim} random numbers -> a point, {G.count_params():,} weights")
print(f"D: a point -> one logit, {D.count_params():,} weights")

# %% [markdown]
# ## Train
#
# The course's helper lets the two take turns, a few thousand times. (Lesson 03 writes these turns
# out by hand.) Meanwhile a film keeps what there is to see.

# %%
real, _ = start_here.moons(4000, seed=SEED)
film = watching.Film(preset, count=12, look=start_here.look_at_plane)
duel = train(vanilla_gan, preset, real, seed=SEED, callbacks=[film], verbose=False)
print(f"{duel.seconds:.0f} seconds")

# %% [markdown]
# ## Look

# %%
plots.animate_duel(
    film.shots,
    real[:600],
    start_here.LIMIT,
    "Red fakes start as a shapeless cloud and settle on the blue crescents.",
)

# %% [markdown]
# **What you should see** (a film, or four moments of it). Blue points are real, red ones are fakes.
# The colour behind them is $D$'s opinion about each place: blue for "real", red for "fake", white
# for "cannot tell". At the start the fakes are a cloud somewhere and $D$'s opinion is a random
# pattern. Then $D$ is blue wherever real points outnumber the fakes, and the fakes move there;
# where they come too often, $D$ turns red and drives them on. Now and then a whole arm of them
# shoots past the crescent and comes back. In the end red dots lie on blue ones, a few stray ones
# apart, and the background has faded: the police can do little more than guess.

# %% [markdown]
# ## Measure
#
# Looking is not enough. We compare 10,000 fakes with 10,000 fresh real points, and put two more
# numbers beside the result: what *real* points score against real points (the **floor**: two
# samples are never equal), and what an untrained generator scores (**chance**).

# %%
fresh, more = (start_here.moons(10_000, seed=seed)[0] for seed in (101, 102))
reached = metrics.sliced_wasserstein(duel.model.sample(10_000, seed=1), fresh)
floor = metrics.sliced_wasserstein(more, fresh)
chance = metrics.sliced_wasserstein(start_here.untrained(preset, 10_000), fresh)
print(f"real points (floor)        {floor:.4f}")
print(f"this generator             {reached:.4f}")
print(f"an untrained generator     {chance:.4f}")
print("expected:", show.expected("start_here", PRESET))

# %% [markdown]
# The unit is that of the data, and the crescents are about four units wide: so in an average shadow
# a grain of sand had to be moved by half a hundredth of their width. That is far better than what
# an untrained generator does, and still several times the floor. The eye is satisfied, the ruler is
# not: look for the stray dots between the crescents. The line "expected" holds what several seeds
# reached on one machine, with their spread, measured by a program in `benchmarks/`. You will find
# such a line in every lesson: a single run proves little.

# %% [markdown]
# ## Break it
#
# What if the police never learn? How large a step of the training is, is set by a number called the
# **learning rate**. We set $D$'s to zero, so that it never changes, and train for a quarter of the
# steps, which is enough to see what happens. **Predict first**, before you look at what stands
# below: will the forger still find the crescents?

# %%
asleep = dataclasses.replace(preset, rates=(0.0, preset.rates[1]), steps=preset.steps // 4)
film = watching.Film(asleep, count=4, look=start_here.look_at_plane)
lost = train(vanilla_gan, asleep, real, seed=SEED, callbacks=[film], verbose=False)
far = metrics.sliced_wasserstein(lost.model.sample(10_000, seed=1), fresh)
print(f"police asleep: {far:.3f} (chance: {chance:.3f})")
loss = lost.history["generator_loss"]
print(f"loss of the forger: {loss[0]:.3f} at first, {loss[-1]:.3f} at the end")
ends = {"police awake": duel.model, "police asleep": lost.model}
clouds = {name: model.sample(1000, seed=1) for name, model in ends.items()}
figure = plots.show_clouds(clouds, real[:1000], start_here.LIMIT)

# %% [markdown]
# **What you should see.** With the police awake, red on blue as before. With the police asleep
# there is hardly a red dot in the picture: the fakes have run away, and the distance says how far.
# And yet the forger's loss has *fallen*. Near 0 it means that this $D$ takes every fake for real,
# so the forger would say that it is doing splendidly: it has found a direction that a random $D$
# happens to like, and nobody ever told $D$ that nothing is there. A GAN is only ever as good as its
# police. And a loss that falls proves nothing: remember this picture when you meet, in lesson 03, a
# well-known piece of code that puts the police to sleep by mistake.

# %% [markdown]
# ## What GANs are used for
#
# - **Content creation:** faces, rooms and animals that do not exist. Karras, Laine, Aila, *A
#   Style-Based Generator Architecture for Generative Adversarial Networks* (StyleGAN), 2019,
#   [1812.04948](https://arxiv.org/abs/1812.04948).
# - **Editing:** change a smile, a pose, an age by moving in latent space. Shen and others,
#   *Interpreting the Latent Space of GANs for Semantic Face Editing*, 2020,
#   [1907.10786](https://arxiv.org/abs/1907.10786).
# - **Face ageing:** the same person, thirty years on. Antipov, Baccouche, Dugelay, *Face Aging with
#   Conditional Generative Adversarial Networks*, 2017,
#   [1702.01983](https://arxiv.org/abs/1702.01983).
# - **Expression:** one photo, any expression. Pumarola and others, *GANimation*, 2018,
#   [1807.09251](https://arxiv.org/abs/1807.09251).
# - **Style transfer:** horses to zebras, photos to paintings, without a single pair of pictures
#   that show the same. Zhu, Park, Isola, Efros, *Unpaired Image-to-Image Translation using
#   Cycle-Consistent Adversarial Networks* (CycleGAN), 2017,
#   [1703.10593](https://arxiv.org/abs/1703.10593).
# - **Motion transfer:** you dance as somebody else does. Chan and others, *Everybody Dance Now*,
#   2019, [1808.07371](https://arxiv.org/abs/1808.07371).
# - **Super-resolution:** four times as wide and high, with plausible detail. Ledig and others,
#   *Photo-Realistic Single Image Super-Resolution Using a Generative Adversarial Network* (SRGAN),
#   2017,
#   [1609.04802](https://arxiv.org/abs/1609.04802).
# - **Inpainting:** fill a hole in a picture. Yu and others, *Generative Image Inpainting with
#   Contextual Attention*, 2018, [1801.07892](https://arxiv.org/abs/1801.07892).
# - **Data synthesis:** tables with the statistics of the real ones; rare medical images. Xu and
#   others, *Modeling Tabular Data Using Conditional GAN*, 2019,
#   [1907.00503](https://arxiv.org/abs/1907.00503); Frid-Adar and others, *GAN-Based Synthetic
#   Medical Image Augmentation*, 2018, [1803.01229](https://arxiv.org/abs/1803.01229).
#
# ### Where they do harm
#
# A machine that makes faces makes false ones. **Deepfakes** put people into films that they never
# played in; most of the victims are women, and hardly any of them consented. Forged voices and
# faces are used for fraud. Faces made by StyleGAN are, to most people, indistinguishable from
# photographs, and are even trusted a little more. Detectors exist. They carry over to similar
# generators surprisingly well, but nobody can promise that for the next kind. And even a true film
# can now be called a fake.
#
# - Mirsky and Lee, *The Creation and Detection of Deepfakes: A Survey*, 2021,
#   [2004.11138](https://arxiv.org/abs/2004.11138)
# - Rössler and others, *FaceForensics++: Learning to Detect Manipulated Facial Images*, 2019,
#   [1901.08971](https://arxiv.org/abs/1901.08971)
# - Wang and others, *CNN-Generated Images Are Surprisingly Easy to Spot... for Now*, 2020,
#   [1912.11035](https://arxiv.org/abs/1912.11035)
# - Nightingale and Farid, *AI-Synthesized Faces Are Indistinguishable from Real Faces and More
#   Trustworthy*, PNAS 2022, [e2120481119](https://doi.org/10.1073/pnas.2120481119)
# - Chesney and Citron, *Deep Fakes: A Looming Challenge for Privacy, Democracy, and National
#   Security*, California Law Review 2019
#
# The rule of this course: we imitate no real person, and synthetic pictures are called synthetic.
#
# ### What has become of them
#
# Since about 2021 most large image generators are **diffusion models** (Dhariwal and Nichol,
# *Diffusion Models Beat GANs on Image Synthesis*, [2105.05233](https://arxiv.org/abs/2105.05233)).
# They are easier to train and cover more of the data. But they need many passes through a network
# for one picture, and a GAN needs one. So adversarial training lives on where time counts, in
# super-resolution and in voices (Kong and others, *HiFi-GAN*,
# [2010.05646](https://arxiv.org/abs/2010.05646)), and inside diffusion itself, to make it quick
# (Sauer and others, *Adversarial Diffusion Distillation*,
# [2311.17042](https://arxiv.org/abs/2311.17042)). And the idea that a loss can be *learned* is
# worth knowing whatever you build.

# %% [markdown]
# ## The map of the course

# %%
lessons = start_here.course()
figure = plots.show_course(lessons)

# %% [markdown]
# **What you should see.** Boxes, numbered as the notebooks are, and arrows from each lesson to
# those that stand on it. Filled boxes are here; dashed ones are still to come. Start at the left.
# Up to 03 it is one road; 04 is a detour worth taking, and 05 opens the rest.

# %%
for lesson in lessons:
    print(f"{lesson.stem:22} {'' if lesson.here else '(to come)':10} {lesson.adds}")

# %% [markdown]
# ### How to use the notebooks
#
# - **Run the cells from top to bottom.** While a training runs, read on. The stored outputs show
#   what you should get; your numbers will differ in the last digits, and with another seed or
#   machine perhaps in the first.
# - **Change something and run again.** Every preset is a small record:
#   `dataclasses.replace(preset, steps=100)` is a shorter training.
# - **Do the exercises.** Each has a stub and a check. The check says *not attempted yet*, tells you
#   which idea is missing, or accepts; it never stops the notebook. Worked solutions are in the
#   folder `solutions`; they are worth more after you have been stuck for a while.
# - **Run longer trainings in a terminal:** `gan-lessons train dcgan --out runs/mine`. Stop them
#   with Ctrl-C whenever you like, and go on with `--resume`.
# - **If something is wrong**, ask `gan-lessons doctor` first.

# %% [markdown]
# ## Exercises
#
# Replace the line that raises `NotImplementedError`, run the cell, then run the check below it.

# %% tags=["setup"]
import numpy as np

from gan_lessons.checks import start_here as checks

# %% [markdown] tags=["exercise"]
# ### 1. A hidden layer by hand
#
# `x` holds points, one in each row: its shape is (n, inputs). `matrix` is (inputs, units),
# `offsets` is (units,). Return what the first layer of our network gives, (n, units): weighted
# sums, plus offsets, cut off at zero.


# %%
def hidden_layer(x, matrix, offsets):
    # BEGIN SOLUTION
    return np.maximum(x @ matrix + offsets, 0.0)
    # END SOLUTION


# %% tags=["check"]
checks.check_hidden_layer(hidden_layer)

# %% [markdown] tags=["exercise"]
# ### 2. Who wants which answer?
#
# In $D$'s turn the police are taught the answers to `n_real` real notes, followed by `n_fake`
# fakes. In $G$'s turn the forger would like to hear certain answers to its fakes. Return both as
# arrays, the first one of length `n_real + n_fake`, the second one of length `n_fake`.


# %%
def wanted_answers(n_real, n_fake):
    # BEGIN SOLUTION
    taught = np.concatenate([np.ones(n_real), np.zeros(n_fake)])
    liked = np.ones(n_fake)
    return taught, liked
    # END SOLUTION


# %% tags=["check"]
checks.check_wanted_answers(wanted_answers)

# %% [markdown] tags=["exercise"]
# ### 3. Moving earth
#
# Two samples on a line, of the same size. Return the least work that moves the one onto the other,
# if each sample has the mass 1 in all.


# %%
def earth_moved(x, y):
    # BEGIN SOLUTION
    return np.abs(np.sort(x) - np.sort(y)).mean()
    # END SOLUTION


# %% tags=["check"]
checks.check_earth_moved(earth_moved)

# %% [markdown] tags=["exercise"]
# ### 4. A score on its scale
#
# A distance of 0.02 means nothing alone. Put it on a scale on which real data score 0 and an
# untrained generator scores 1: a straight line through both, and on beyond 1.


# %%
def on_the_scale(score, floor, chance):
    # BEGIN SOLUTION
    return (score - floor) / (chance - floor)
    # END SOLUTION


# %% tags=["check"]
checks.check_on_the_scale(on_the_scale)

# %% [markdown]
# ### For the curious, without a check
#
# - Train the classifier with `hidden=2` and `hidden=4` units instead of 16. How many straight
#   pieces does the border have, and how many does it need?
# - Give the forger one random number instead of two: `dataclasses.replace(preset, latent_dim=1)`. A
#   crescent is almost a line: is one number enough for two of them?

# %% [markdown]
# ## Recap and further reading
#
# - A neural network is a function with adjustable numbers. Training moves each of them a little in
#   the direction in which a loss falls.
# - A discriminative network answers questions about data; a generative one makes new data.
# - In a GAN the loss of the generator is learned: it is the opinion of a second network, which is
#   taught at the same time to tell real (1) from fake (0).
# - If the discriminator stops learning, the generator runs away, and its loss does not show it.
# - Measure, and state the floor and the chance level beside it.
#
# ### Lectures and courses
#
# - I. Goodfellow, *NIPS 2016 Tutorial: Generative Adversarial Networks*,
#   [1701.00160](https://arxiv.org/abs/1701.00160): the inventor explains; the written form is the
#   best first long read.
# - Stanford *CS236: Deep Generative Models* ([site](https://deepgenerativemodels.github.io/)):
#   GANs among their relatives, with the mathematics.
# - Berkeley *CS294-158: Deep Unsupervised Learning*
#   ([site](https://sites.google.com/view/berkeley-cs294-158-sp24/home)): recordings and slides.
# - DeepLearning.AI, *Generative Adversarial Networks (GANs) Specialization* (Coursera): guided, in
#   PyTorch.
#
# ### Books
#
# - I. Goodfellow, Y. Bengio, A. Courville, *Deep Learning*, MIT Press 2016: the foundations; free
#   [online](https://www.deeplearningbook.org/).
# - S. Prince, *Understanding Deep Learning*, MIT Press 2023: the clearest pictures; has a chapter
#   on GANs; free [online](https://udlbook.github.io/udlbook/).
# - D. Foster, *Generative Deep Learning*, O'Reilly, second edition 2023: in Keras, broad.
# - J. Langr, V. Bok, *GANs in Action*, Manning 2019: gentle; its code switches $D$'s learning on
#   and off in a way that today's Keras reads differently (lesson 03 shows what then happens).
# - F. Chollet, *Deep Learning with Python*, Manning, second edition 2021: Keras by its author.
#
# ### Papers by topic
#
# - **The first of all:** Goodfellow and others, *Generative Adversarial Nets*, 2014,
#   [1406.2661](https://arxiv.org/abs/1406.2661).
# - **Generation:** Radford and others, *DCGAN*, [1511.06434](https://arxiv.org/abs/1511.06434).
#   Karras and others, *Progressive Growing of GANs*,
#   [1710.10196](https://arxiv.org/abs/1710.10196). Brock and others, *BigGAN*,
#   [1809.11096](https://arxiv.org/abs/1809.11096). Huang and others, *The GAN Is Dead; Long Live
#   the GAN! A Modern GAN Baseline*, [2501.05441](https://arxiv.org/abs/2501.05441): plain and new.
# - **Translation:** Isola and others, *pix2pix*, [1611.07004](https://arxiv.org/abs/1611.07004),
#   with pairs. Choi and others, *StarGAN*, [1711.09020](https://arxiv.org/abs/1711.09020), between
#   many kinds of pictures at once. Park and others, *Contrastive Learning for Unpaired
#   Image-to-Image Translation*, [2007.15651](https://arxiv.org/abs/2007.15651), without the way
#   back that CycleGAN needs.
# - **Super-resolution:** Wang and others, *ESRGAN*, [1809.00219](https://arxiv.org/abs/1809.00219),
#   and *Real-ESRGAN*, [2107.10833](https://arxiv.org/abs/2107.10833), for pictures as they come.
# - **Inpainting:** Pathak and others, *Context Encoders*,
#   [1604.07379](https://arxiv.org/abs/1604.07379): the first to fill holes with an adversarial
#   loss.
# - **Semi-supervised:** Salimans and others, *Improved Techniques for Training GANs*,
#   [1606.03498](https://arxiv.org/abs/1606.03498). Dai and others, *Good Semi-Supervised Learning
#   That Requires a Bad GAN*, [1705.09783](https://arxiv.org/abs/1705.09783).
# - **Theory:** Arjovsky and Bottou, *Towards Principled Methods for Training GANs*,
#   [1701.04862](https://arxiv.org/abs/1701.04862). Mescheder and others, *Which Training Methods
#   for GANs do actually Converge?*, [1801.04406](https://arxiv.org/abs/1801.04406). Arora and
#   others, *Generalization and Equilibrium in Generative Adversarial Nets*,
#   [1703.00573](https://arxiv.org/abs/1703.00573).
# - **Video:** Vondrick and others, *Generating Videos with Scene Dynamics*,
#   [1609.02612](https://arxiv.org/abs/1609.02612). Tulyakov and others, *MoCoGAN*,
#   [1707.04993](https://arxiv.org/abs/1707.04993): motion and content apart.
# - **Music and sound:** Dong and others, *MuseGAN*, [1709.06298](https://arxiv.org/abs/1709.06298).
#   Engel and others, *GANSynth*, [1902.08710](https://arxiv.org/abs/1902.08710).
# - **3-D:** Wu and others, *3D-GAN*, [1610.07584](https://arxiv.org/abs/1610.07584). Chan and
#   others, *EG3D*, [2112.07945](https://arxiv.org/abs/2112.07945): learned from photos that each
#   show another object, from one side.
# - **Discrete data:** Yu and others, *SeqGAN*, [1609.05473](https://arxiv.org/abs/1609.05473):
#   words have no derivative, so it takes reinforcement learning. Caccia and others, *Language GANs
#   Falling Short*, [1811.02549](https://arxiv.org/abs/1811.02549): an honest measurement.
#
# ### Code
#
# - K. S. Lee, C. Town, *Mimicry* ([GitHub](https://github.com/kwotsin/mimicry)): PyTorch GANs whose
#   scores were reproduced and can be compared.
# - NVlabs, *StyleGAN3* ([GitHub](https://github.com/NVlabs/stylegan3)): how the authors do it.
# - *Keras code examples*, generative part ([site](https://keras.io/examples/generative/)).
#
# Next, lesson 01: the same game without any network, between a marketer and a spam filter.

# %%
runtime.footer(PRESET, SEED, started)
