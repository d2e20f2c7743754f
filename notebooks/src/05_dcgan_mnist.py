# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# # 05 · DCGAN: digits made of convolutions
#
# **You will**
#
# - slide a convolution over a few numbers by hand, run it backwards, and see that "backwards" means
#   *the same matrix, transposed*;
# - find out where checkerboard patterns come from, and choose kernels that do not make them;
# - know the rules of the DCGAN, and the reason behind each;
# - train one on handwritten digits, watch it learn, and measure how good it is;
# - walk through its latent space, and learn why the straight way is not the best one;
# - break it in two ways, and recognise both when they happen to you.
#
# **Time:** about 4 minutes of computing on a laptop with two cores (3 of them are the training, a
# good time to read on), about an hour of yours.
# **Before:** lesson 03, the vanilla GAN: two players, two losses, one loop.

# %%
import time

import matplotlib.pyplot as plt
import numpy as np

from gan_lessons import datasets, dcgan, footer, plots, pretrained, resolve_preset, set_seed
from gan_lessons.engine.training import train
from gan_lessons.latent import great_circle, straight
from gan_lessons.layers import random_shift
from gan_lessons.metrics import digits
from gan_lessons.show import expected as seeds_reached
from gan_lessons.show import source

started, seed = time.perf_counter(), set_seed(0)

from keras import layers, ops  # after gan_lessons, which prepares the ground for Keras

plt.rcParams["figure.dpi"] = 80
preset = dcgan.PRESETS[resolve_preset()]


# %% [markdown]
# First, where we are going. This generator was trained beforehand; here are 40 digits that it makes
# up on the spot.

# %%
_, ready, _ = pretrained.load_generator("dcgan_mnist")
figure = plots.show_images(ready.sample(40, seed=1), columns=10)

# %% [markdown]
# **What you should see:** forty handwritten digits, most of which you could read out without
# thinking. Nobody wrote any of them.

# %% [markdown]
# ## The idea
#
# The networks of lesson 03 saw an image as a list of 784 numbers. Shuffle the pixels, the same way
# in every image, and those networks would learn just as well: they have no idea that two pixels are
# neighbours. They have to discover, anew for each place of the picture, what a stroke looks like.
#
# A **convolution** knows two things about images before it has seen one. What belongs together lies
# close together, so it looks through a small window. And a stroke is a stroke wherever it stands,
# so it uses the *same* few weights in every place.
#
# The discriminator goes from a large picture to one number: its convolutions take steps of two
# pixels, and the picture shrinks by half each time. The generator has to go the other way, from a
# short list of numbers to a large picture. It needs a convolution in reverse.
#
# People had tried to build GANs like this and mostly failed: training fell apart. In 2016 Alec
# Radford, Luke Metz and Soumith Chintala published a handful of rules under which it works, and
# called the result **DCGAN**, the deep convolutional GAN. Nearly every image GAN since descends
# from it.

# %% [markdown]
# ## The maths
#
# ### A convolution with a stride
#
# Take a signal $x$ of $n$ numbers and a kernel $w$ of $k$ numbers. Put the kernel under the first
# $k$ numbers, multiply what lies above each other, add up: that is the first output. Then move on
# by the **stride** $s$ and do it again:
#
# $$y_i = \sum_{j=0}^{k-1} w_j \, x_{i s + j}.$$

# %%
signal = np.array([1.0, 2.0, 0.0, 3.0, 1.0, 1.0, 2.0])
kernel = np.array([1.0, 0.0, 2.0])
figure = plots.convolution_steps(signal, kernel, stride=2)

# %% [markdown]
# **What you should see:** three steps, from left to right. The kernel (1, 0, 2) stands under the
# first three numbers (1, 2, 0) and gives 1·1 + 0·2 + 2·0 = 1. Two cells further on it gives 2, and
# two cells further 5. Seven numbers have become three.
#
# How many outputs are there? The window starts at 0, at $s$, at $2s$, and has to fit. With $p$
# zeros added at each end ("padding"),
#
# $$\text{outputs} = \left\lfloor \frac{n + 2p - k}{s} \right\rfloor + 1.$$

# %%
# NBVAL_CHECK_OUTPUT
print("size  kernel  stride   formula   Keras")
for n, k, s in [(7, 3, 2), (28, 4, 2), (28, 5, 1), (14, 3, 3)]:
    image = np.zeros((1, n, n, 1), "float32")
    keras_size = layers.Conv2D(1, k, s, padding="valid")(image).shape[1]
    print(f"{n:4} {k:7} {s:7} {(n - k) // s + 1:9} {keras_size:7}")

# %% [markdown]
# In our networks the padding is `"same"`: Keras adds just as many zeros as it takes for the output
# to have $\lceil n / s \rceil$ cells. So 28 becomes 14, and 14 becomes 7.
#
# ### The way back
#
# Now turn the arrows round. Before, one window of inputs was collected into one output. Now each
# input is spread over one window of outputs: it leaves a **stamp**, the kernel times its own value,
# and every next stamp begins a stride further on. Where stamps overlap, they add up:
#
# $$x_{i s + j} \mathrel{+}= w_j \, y_i .$$

# %%
figure = plots.transposed_steps(np.array([1.0, 2.0, 3.0]), kernel, stride=2)

# %% [markdown]
# **What you should see:** three inputs, 1, 2 and 3. The first leaves the stamp (1, 0, 2). The
# second leaves (2, 0, 4), two cells further on; in the cell that both reach, 2 + 2 = 4. The third
# adds (3, 0, 6), and again one cell is shared: 4 + 3 = 7. Three numbers have become seven.
#
# In two dimensions it is the same with square stamps.

# %%
figure = plots.transposed_steps_2d([[1, 2], [3, 4]], [[1, 2, 1], [0, 1, 0], [1, 0, 1]], stride=2)

# %% [markdown]
# **What you should see:** a 2 × 2 input and a 3 × 3 kernel (left), then the sum after each of four
# stamps, the cells just stamped in green. The stamps are worth 1, 2, 3 and 4 times the kernel. They
# overlap in a cross of one row and one column; the cell in the very middle is reached by all four,
# and ends at 1·1 + 2·1 + 3·1 + 4·1 = 10. The output is 5 × 5.

# %% [markdown]
# ### Why it is called "transposed"
#
# A convolution only multiplies and adds, so it is a matrix $C$, and $y = Cx$. We need not work out
# its entries: column $j$ of a matrix is what it makes of the $j$-th unit vector.


# %%
def convolve(x, kernel=kernel, stride=2):
    """Keras' convolution of a signal (n,)."""
    y = ops.conv(x[None, :, None], kernel[:, None, None], strides=stride, padding="valid")
    return ops.convert_to_numpy(y)[0, :, 0]


C = np.stack([convolve(unit) for unit in np.eye(7)], axis=1)
figure = plots.number_tables({"C (3 x 7)": C, "C transposed (7 x 3)": C.T})

# %% [markdown]
# **What you should see:** left, the matrix of our convolution. Each row is the kernel (1, 0, 2),
# moved on by the stride of two. Right, the same matrix transposed. Now each *column* is the kernel:
# multiplied by $y$, it adds up $y_1$ times the first column, $y_2$ times the second, and so on.
# Those are the stamps.
#
# So the operation of the last pictures is $C^\top$, exactly. The next cell compares Keras'
# `conv_transpose` with it, in one dimension and then in two, with the padding that our networks
# use.

# %%
# NBVAL_CHECK_OUTPUT
y = np.array([1.0, 2.0, 3.0])
back = ops.conv_transpose(y[None, :, None], kernel[:, None, None], strides=2, padding="valid")
back = ops.convert_to_numpy(back)[0, :, 0]
print("conv_transpose:", back.round(6), "\nC^T y:         ", C.T @ y)

rng = np.random.default_rng(0)
square = rng.standard_normal((4, 4, 1, 1)).astype("float32")  # a kernel of 4 x 4
y = rng.standard_normal((1, 3, 3, 1)).astype("float32")
units = np.eye(36, dtype="float32").reshape(36, 6, 6, 1)  # the 36 unit images of 6 x 6 pixels
C2 = ops.convert_to_numpy(ops.conv(units, square, strides=2, padding="same")).reshape(36, 9).T
back = ops.convert_to_numpy(ops.conv_transpose(y, square, strides=2, padding="same"))
print("in 2-D: C is", C2.shape, "and conv_transpose is C^T:", end=" ")
print(np.allclose(back.ravel(), C2.T @ y.ravel(), atol=1e-5))

# %% [markdown]
# Three remarks before we go on.
#
# - Transposed is not inverse. $C^\top C x$ has the *shape* of $x$, not its values. (The older name
#   "deconvolution" promises too much.)
# - You have used $C^\top$ all along: if $y = Cx$, then the gradient of a loss with respect to $x$
#   is $C^\top$ times its gradient with respect to $y$. The generator's forward step is the same
#   arithmetic as the discriminator's backward step.
# - Without cutting, the output has $(n - 1)\,s + k$ cells. `padding="same"` cuts the rim so that
#   $n\,s$ are left. So 7 becomes 14, and 14 becomes 28.

# %% [markdown]
# ### Checkerboards
#
# Look at the overlaps once more. With a kernel of 3 and a stride of 2, every other cell is reached
# by two stamps and the cells between by one. In two dimensions the counts multiply. Let every input
# and every weight be 1, and the transposed convolution counts the stamps for us.


# %%
def stamps_per_pixel(kernel, stride=2, size=6):
    """How many stamps fall on each pixel, (h, w), the uneven rim cut off."""
    ones, weights = np.ones((1, size, size, 1)), np.ones((kernel, kernel, 1, 1))
    count = ops.conv_transpose(ones, weights, strides=stride, padding="valid")
    return ops.convert_to_numpy(count)[0, kernel:-kernel, kernel:-kernel, 0].round()


figure = plots.number_tables({f"kernel {k}": stamps_per_pixel(k)[:4, :4] for k in (3, 5, 4)})

# %% [markdown]
# **What you should see:** three tables of 4 × 4 pixels from inside an image. Kernel 3: 1, 2, 1, 2
# in one row and 2, 4, 2, 4 in the next, a checkerboard. Kernel 5: 4 and 6, then 6 and 9, the same
# in paler. Kernel 4: 4 everywhere, because 4 is two whole strides, so that each stamp ends where
# another begins.
#
# Does it matter, as long as the weights can learn to make up for it? Measure it. We feed noise to
# layers that have not been trained and ask how strongly each output pixel varies. A sum of $m$
# independent terms has a standard deviation in proportion to $\sqrt m$, so for a kernel of 3 we
# expect $\sqrt{4/1} = 2$ between the loudest and the quietest pixel. A fourth candidate avoids the
# transposed convolution: first enlarge the picture by repeating pixels, then convolve as usual.


# %%
def loudness(layer):
    """Standard deviation of each output pixel, (h, w), over random inputs and channels."""
    noise = np.random.default_rng(0).standard_normal((64, 8, 8, 32)).astype("float32")
    pixels = ops.convert_to_numpy(layer(noise)).std(axis=(0, 3))[5:-5, 5:-5]
    return pixels[:6, :6] / pixels.mean()


def resize_and_convolve(x):
    """Nearest-neighbour enlargement, then an ordinary convolution."""
    return layers.Conv2D(512, 3, use_bias=False, padding="same")(layers.UpSampling2D(2)(x))


def transposed(kernel):
    """An untrained transposed convolution with stride 2."""
    return layers.Conv2DTranspose(512, kernel, 2, padding="valid", use_bias=False)


maps = {f"kernel {k}": loudness(transposed(k)) for k in (3, 5, 4)}
maps["resize, kernel 3"] = loudness(resize_and_convolve)
figure = plots.heat_maps(maps, low=0.5, high=1.5, label="standard deviation")

# %% [markdown]
# **What you should see:** four squares of 6 × 6 pixels. With kernel 3, bright, middling and dark
# pixels alternate; with kernel 5 the same pattern is fainter; with kernel 4, and after resizing,
# the square is one even green.

# %%
# NBVAL_CHECK_OUTPUT
counts = [stamps_per_pixel(k) for k in (3, 5, 4)] + [np.ones((4, 4))]
print("                   loudest / quietest   expected")
for (name, pixels), count in zip(maps.items(), counts, strict=True):
    kinds = [pixels[i::2, j::2].mean() for i in (0, 1) for j in (0, 1)]
    expected = np.sqrt(count.max() / count.min())
    print(f"{name:18} {max(kinds) / min(kinds):12.1f} {expected:17.1f}")

# %% [markdown]
# So a kernel of 3 starts out with a pattern of 2 : 1 in *every* layer, and the network has to spend
# its training on hiding it. A kernel that is a multiple of the stride starts out flat. (It does not
# forbid the pattern: the four kinds of pixel still use different weights. Resizing goes further,
# since on an even surface it gives an even surface whatever the weights are. Its price: a kernel of
# 3 on the enlarged picture takes four times the multiplications of a transposed kernel of 3, and 2¼
# times those of a transposed kernel of 4.) Odena, Dumoulin and Olah, who tracked this down in 2016,
# found the same checkerboard in gradients, which are transposed convolutions too. That is a reason
# to choose a multiple of the stride for the discriminator as well.

# %% [markdown]
# ### The game
#
# The losses are those of lesson 03 in their non-saturating form, with one new term. Write $\ell$
# for the logit of the discriminator, so that $D = \mathrm{sigmoid}(\ell)$:
#
# $$L_D = -\,\mathbb{E}\log D(x) - \mathbb{E}\log\bigl(1 - D(G(z))\bigr)
#   + \frac{\gamma}{2}\,\mathbb{E}\,\lVert \nabla_x\, \ell(x) \rVert^2,
# \qquad
# L_G = -\,\mathbb{E}\log D(G(z)).$$
#
# Beside it the code that computes it: first the discriminator's loss, then the generator's.

# %%
source(dcgan.DCGAN.discriminator_loss)

# %%
source(dcgan.DCGAN.generator_loss)

# %% [markdown]
# Three helpers in there, or around it, are younger than the DCGAN. Each can be switched off in the
# preset; in *Break it* we shall do so with two of them.
#
# **A gradient penalty, now and then (R1).** Suppose that the fakes have become perfect. The
# discriminator should then be flat, saying "even odds" everywhere. But nothing in the plain loss
# tells it to be: it keeps a slope at random, the generator follows it away from the data, the slope
# turns, and the two chase each other in circles. R1 puts a price on the slope *at real images*, the
# last term of $L_D$. Mescheder, Geiger and Nowozin (2018) showed that the circles then spiral
# inwards. A gradient of a gradient is expensive, so it is computed only in every few steps and
# multiplied by the number of steps left out: the same push on average, at a fraction of the cost
# ("lazily", Karras et al. 2020).
#
# **Shifted images (DiffAugment).** Ten thousand digits are few. A discriminator can learn them by
# heart, and from then on it tells real from fake by asking "have I seen this one?", which teaches
# the generator nothing about digits. So it seldom sees an image in the same place twice: each is
# moved by up to two pixels, at random. The essential point is that real *and* fake images are
# moved, in both players' turns, and that gradients pass through the move. Shift only the real ones,
# and the generator learns to make shifted digits (Zhao et al. 2020).
#
# **An averaged generator.** Two players who react to each other never quite stand still. The
# generator of this very step is a snapshot in mid-movement. Keep beside it a second set of weights
# that follows it slowly, $\bar\theta \leftarrow \beta\bar\theta + (1 - \beta)\,\theta$, and use
# that one for samples: the wobble averages out, the progress stays (Yazıcı et al. 2019). It
# costs next to nothing, and takes no part in the game.

# %%
data = datasets.load(preset.dataset, source=preset.source).x_train
ten_times = np.repeat(data[:4], 10, axis=0).astype("float32") / 127.5 - 1
seen = ops.convert_to_numpy(random_shift(ten_times, 2, seed))
figure = plots.show_images(seen, columns=10)

# %% [markdown]
# **What you should see:** four real digits, one in each row. Within a row the same digit sits a
# pixel or two higher, lower, further left or right. This is what the discriminator gets to see.

# %% [markdown]
# ## Build
#
# The rules of the paper, and why they help:
#
# - **Strides instead of pooling.** How to shrink and how to enlarge is learnt too, not laid down.
# - **Convolutions instead of hidden dense layers.** Few weights, and the same in every place.
# - **Batch normalisation in the generator.** It keeps the signal of every layer at a common size,
#   so that no layer goes silent or saturates.
# - **ReLU in the generator.** Simple, with strong gradients.
# - **tanh at its end, and data scaled to [-1, 1].** Fakes have the range of real images from the
#   start, and pixels can reach black and white.
# - **LeakyReLU in the discriminator.** All gradient that the generator gets passes through it; a
#   unit that is "off" still lets a fifth of it through.
# - **Adam with little momentum** (in our preset none). Momentum remembers where the opponent
#   *was*.
#
# The paper also uses batch normalisation in the discriminator. We do not: with it, the score of
# one image depends on the others in its batch, and then "the gradient at this image", which R1
# punishes, has no clear meaning. R1 keeps the discriminator in check instead.
#
# And we allow ourselves one hidden dense layer in each network. The discriminator's sees the whole
# image at once. The generator's bends the latent space before anything is drawn: $z$ is one
# connected cloud, but a 3 and a 7 are separate things, and whatever lies between them in the cloud
# becomes a cross between the two. A layer that can fold and stretch makes these borders narrow.
#
# Here are both networks, as they are.

# %%
source(dcgan.build_generator)

# %%
source(dcgan.build_discriminator)

# %% [markdown]
# Follow the shapes. After its bend, the generator writes a small picture of 7 × 7 with many
# channels. Each transposed convolution then doubles height and width; the channels become
# fewer. The discriminator is its mirror image.

# %%
# NBVAL_CHECK_OUTPUT
for network in (dcgan.build_generator(64, (32, 64), 4), dcgan.build_discriminator((32, 64), 4)):
    print(f"{network.name}: {network.count_params():,} numbers, of them")
    print(f"  {'input':22} {network.input_shape[1:]!s:14}")
    for layer in network.layers:
        kind, shape = type(layer).__name__, str(layer.output.shape[1:])
        print(f"  {kind:22} {shape:14} {layer.count_params():9,}")

# %% [markdown]
# Two rows to check by hand. A convolution from 32 to 64 channels with 4 × 4 kernels has 4 · 4 · 32
# · 64 = 32,768 weights, plus a bias for each of the 64 if it has one. Batch normalisation has four
# numbers per channel: a learnt scale and a learnt offset, and the running mean and variance that
# it will use when the training is over.

# %% [markdown]
# ## Train
#
# The preset of your machine says how large the networks are and how long to train:

# %%
print(preset)

# %%
trained = train(dcgan, preset=preset, data=data, seed=seed)
model = trained.model
print(f"{trained.seconds:.0f} seconds; alarms: {', '.join(trained.alarms) or 'none'}")

# %% [markdown]
# ## Look
#
# Above, 14 real digits; below, 14 made by the generator that you have just trained.

# %%
n = min(10_000, preset.steps * preset.batch_size)  # no more than it has seen real ones
fakes = model.sample(n, seed=seed + 1)
both = np.concatenate([plots.to_uint8(x[:14]) for x in (data, fakes)])
figure = plots.show_images(both, columns=14, width=9)

# %% [markdown]
# **What you should see** (after a quick or full training): at first glance no difference between
# the upper and the lower row. At the second, a fake here and there that is no digit, or two digits
# at once. (The smoke preset trains for seconds only, to test that everything runs: it shows
# blots.)
#
# The same latent points, seen again and again during the training:

# %%
figure = plots.show_frames(trained.frames, columns=4)

# %% [markdown]
# **What you should see:** the same 64 points of latent space at four moments. First grey noise or
# blots in the middle, where real digits have their ink; soon strokes, in a few kinds of shape only;
# then the other kinds split off from these; at last digits. Most of it happens early, so the
# pictures are taken more densely there. From the third picture to the last many points keep their
# digit and only get cleaner, but some still change their mind.

# %%
figure = plots.show_history(trained.history)

# %% [markdown]
# **What you should see:** left, the two losses. They are restless at first; after about a third of
# the training they change little. The discriminator's hovers not far from $2\log 2 = 1.39$, the
# value of one that only guesses. Right, what the discriminator says on average about real images
# (above one half) and fakes (below).
#
# **What the curves do not say:** whether the digits are good. In a classifier a falling loss means
# progress. Here each loss is measured against an opponent who is learning as well. At first the
# discriminator is ahead, and the generator's loss is high; then the fakes catch up, and it falls.
# From there on both get better and the curves stay where they are, while the pictures above still
# improve. A generator's loss that falls may just as well mean that the discriminator has become
# weak. Use loss curves to notice an accident (a loss that runs away, or scores stuck at 1 and 0).
# For quality, look at samples and use a ruler, below.

# %% [markdown]
# ### Did it learn the digits by heart?
#
# Below each of twelve fakes, the training digit that is closest to it, pixel by pixel. And as a
# yardstick, what real digits have for nearest neighbours among the *other* real digits.


# %%
def nearest(images, pool):
    """For each image the index of the closest one in pool, and the distance to it."""
    a, b = (x.reshape(len(x), -1).astype("float32") for x in (images, pool))
    squares = (a**2).sum(1)[:, None] + (b**2).sum(1)[None] - 2 * a @ b.T
    return squares.argmin(axis=1), np.sqrt(np.maximum(squares.min(axis=1), 0))


pool = data[:10_000] / 127.5 - 1
which, distance = nearest(fakes[:500], pool)
_, usual = nearest(pool[:500], pool[500:])
figure = plots.show_rows({"made up": fakes[:12], "nearest real": pool[which[:12]]})
print(f"median distance to the nearest training digit: fakes {np.median(distance):.1f}", end=", ")
print(f"other real digits {np.median(usual):.1f}")

# %% [markdown]
# **What you should see:** under each fake a real digit, mostly of the same kind (where not, the
# fake lies between two kinds), similar in slant and width, but never the same: other ends, other
# loops. The two median distances are of one size. Had the generator memorised, its digits would lie
# *much* closer to the training set than real digits do to each other.

# %% [markdown]
# ### A walk through the latent space
#
# Choose two latent points and go from one to the other. If the images change smoothly and are
# digits all the way, the generator has learnt more than a list of examples.
#
# Which way should we go? The obvious one is the straight line. But look at where latent points are.
# The squared length of a normal $z$ in $d$ dimensions is a sum of $d$ squares, each with mean 1 and
# variance 2, so
#
# $$\mathbb{E}\,\lVert z \rVert^2 = d, \qquad \lVert z \rVert \approx \sqrt{d} \pm 0.7 .$$
#
# The spread does not grow with $d$, the length does. In many dimensions nearly all points lie in a
# thin shell, like the paint on a ball, although the *density* is highest in the middle: there is
# just hardly any room in the middle. The straight line between two points of the shell leaves it.
# Two random directions are nearly at right angles, so half way the length is only about
# $\sqrt{d/2}$. The **great circle** stays in the shell:
#
# $$z(t) = \frac{\sin((1 - t)\,\omega)}{\sin\omega}\, a + \frac{\sin(t\,\omega)}{\sin\omega}\, b,
# \qquad \omega = \text{angle between } a \text{ and } b.$$

# %%
d = model.latent_dim
rng = np.random.default_rng(seed)
lengths = {f"d = {k}": np.linalg.norm(rng.standard_normal((20_000, k)), axis=1) for k in (2, 16, d)}
a, b = model.latent(2, seed=5)
t = np.linspace(0, 1, 50)
paths = {
    name: np.linalg.norm(walk(a, b, t), axis=1)
    for name, walk in {"straight": straight, "great circle": great_circle}.items()
}
figure = plots.show_lengths(lengths, paths, t, typical=np.sqrt(d))

# %% [markdown]
# **What you should see:** left, how long random latent points are. In 2 dimensions anything from
# near 0 to 2.5 is common; with more dimensions the hump moves to the right, to $\sqrt d$, but does
# not get wider. Right, the length along both ways from $a$ to $b$. The great circle stays in the
# grey band, where 95 % of all latent points are; the straight line sags far below it in the
# middle. The generator has practically never been trained on points as short as that.

# %%
t = np.linspace(0, 1, 12)
rows = {}
for pair in (5, 8):
    a, b = model.latent(2, seed=pair)
    rows[f"straight {len(rows) // 2 + 1}"] = model.sample(z=straight(a, b, t))
    rows[f"great circle {len(rows) // 2 + 1}"] = model.sample(z=great_circle(a, b, t))
figure = plots.show_rows(rows)

# %% [markdown]
# **What you should see:** two journeys, each in two rows: above the straight way, below the great
# circle. Both begin and end with the same digits and change little by little. In the middle of the
# straight rows the digits tend to be bolder or plainer; the eye finds little that is wrong with any
# one of them, as digits forgive much. So let a ruler judge the crowd: 2,000 pairs, and only the
# points half way. (The rFD is explained under *Measure*. For now: smaller is better, and the floor
# is what real digits get. "Legible" is the share of clear digits.)

# %%
pairs = min(2000, n)
a, b = model.latent(2 * pairs, seed=seed + 2).reshape(2, pairs, d)
places = {"ends": a, "straight": straight(a, b, 0.5), "circle": great_circle(a, b, 0.5)}
print(f"n = {pairs:,}; floor (real against real) {digits.floor(pairs):.4f}")
for name, z in places.items():
    score, length = digits.score(model.sample(z=z)), np.linalg.norm(z, axis=1).mean()
    print(f"{name:9} length {length:.2f}   rFD {score.rfd:.4f}   legible {score.legible:.1%}")

# %% [markdown]
# Points half way along the great circle do as well as the ends, since they are spread very nearly
# like any other latent points. Points half way along the straight line are too short, and as a
# crowd their images are further from real digits.

# %% [markdown]
# ## Measure
#
# The figure is the **rFD**, explained in full in lesson 11. In short: a small network that was
# trained to name digits describes each image by 64 numbers. Real digits form one cloud in that
# space, fakes another; the rFD says how far the two clouds are apart, in units of the real cloud's
# size. Around 1 and above is noise. Zero is out of reach: even real digits, compared with other
# real digits, have a small distance, the *floor*. "Legible" is the share of images that the
# network is more than 90 % sure about.
#
# A score means nothing alone. So here is the whole scale: the floor, our generator with and without
# averaging, the generator that was trained beforehand, and two crowds that should do badly.


# %%
def blurred(images):
    """Each pixel the mean of the 3 x 3 around it."""
    moves = [(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
    return np.mean([np.roll(images, move, axis=(1, 2)) for move in moves], axis=0)


noise = np.random.default_rng(seed).uniform(-1, 1, fakes.shape)
candidates = {
    "real training digits": data[:n],
    "this generator, averaged": fakes,
    "this generator, last step": model.sample(n, seed=seed + 1, averaged=False),
    "trained beforehand": ready.sample(n, seed=seed + 1),
    "real, blurred": blurred(data[:n] / 127.5 - 1),
    "noise": noise,
}
scores = {name: digits.score(x) for name, x in candidates.items()}
print(f"n = {n:,}; floor (real against real) {digits.floor(n):.4f}")
for name, score in scores.items():
    print(f"{name:26} rFD {score.rfd:7.4f}   legible {score.legible:6.1%}")

# %%
print("expected:", seeds_reached("dcgan-mnist", resolve_preset()))
print("reached: ", scores["this generator, averaged"])

# %% [markdown]
# **How to read it.** Real digits sit at the floor, blurred ones far above it although you can
# still read nearly all: the ruler wants sharp strokes. Look at *legible* for noise before you
# trust that column alone: a network that has only ever seen digits may well be sure that noise is
# an 8.
#
# The averaged generator is usually ahead of the last step's. When the learning rate has fallen to
# almost nothing by the end, as it does here, the last step is calm as well and the two come close.
# The one trained beforehand is the same generator with more time, a wider discriminator and six
# times the data. See what they buy: its distance is nearly that of real digits, and still about one
# digit in nine is not clearly legible, against one in fifty of the real ones. One in seven of ours:
# an unconditional generator has to draw *something* for the points between two kinds. Its score is
# on its card, and the table has just measured it again.
#
# One run is one throw of the dice. Another seed gives another score; that is why the expected
# figure comes from several.

# %% [markdown]
# ## Break it
#
# ### 1. Forget the statistics
#
# Batch normalisation does two different things. In training it uses the mean and variance of the
# batch at hand, and keeps running averages of them on the side. Afterwards it uses those averages.
# Mixing up the two is one of the most frequent bugs in GAN code, and it raises no error. We take
# the trained generator, leave every trained weight as it is, and make two of the classic mistakes:
#
# - **averages not kept**: they stay at their starting values, 0 and 1. This happens if an averaged
#   generator averages the trainable weights and leaves out the rest, or if only the trainable
#   weights are saved. (Without `training=True` in the training step they are never learnt at all,
#   and the layer only scales and shifts.)
# - **`training=True` when sampling**: each image is normalised by its neighbours.

# %%
generator = model.ema_generator
norms = [layer for layer in generator.layers if isinstance(layer, layers.BatchNormalization)]
kept = [layer.get_weights() for layer in norms]  # scale, offset, mean, variance
for layer, (scale, offset, mean, variance) in zip(norms, kept, strict=True):
    layer.set_weights([scale, offset, 0 * mean, 0 * variance + 1])
without = model.sample(n, seed=seed + 1)
for layer, weights in zip(norms, kept, strict=True):
    layer.set_weights(weights)

figure = plots.show_rows({"as it should be": fakes[:12], "averages not kept": without[:12]})
print("as it should be:  ", scores["this generator, averaged"])
print("averages not kept:", digits.score(without))

# %% [markdown]
# **What you should see:** good digits above; below, what the same weights make of the same latent
# points without their statistics: ragged and broken strokes, with a score to match. Now the second
# mistake.

# %%
z = model.latent(12, seed=3)
last = model.generator  # the averaged one is frozen, and there Keras ignores training=True
before = last.get_weights()
together = ops.convert_to_numpy(last(z, training=True))
alone = np.concatenate([ops.convert_to_numpy(last(one[None], training=True)) for one in z])
last.set_weights(before)  # training=True has moved the averages: put them back

right = model.sample(z=z, averaged=False)
figure = plots.show_rows(
    {"training=False": right, "True, together": together, "True, alone": alone}
)
for name, images in {"together": together, "alone": alone}.items():
    print(f"{name:9}: a pixel is off by {np.abs(images - right).mean():.3f} on average")

# %% [markdown]
# **What you should see:** twelve latent points, three times. First as they should be; then with
# `training=True`, all twelve in one batch; then with `training=True`, each in a batch of its own.
# Mostly the same digits in the batch of twelve, with strokes a little thicker, thinner or more
# ragged: the eye hardly notices, and that is why this bug lives long. In batches of one some are no
# digits any more. The numbers (on a scale from -1 to 1) notice both. The same $z$ no longer gives
# the same image, so no score of such a generator can be measured twice.
#
# Always say `training=` aloud, and keep *all* the state of a network, not only what is trained.

# %% [markdown]
# ### 2. Take away the helpers when data are few
#
# A hundred digits, a short training (without the bend, which gets going more slowly): with the
# gradient penalty and the shifts, without one of them, without either. Then we ask the
# discriminator about three crowds: the 100 digits it was trained on, 500 real digits that it has
# never met, and fakes.

# %%
few, unseen = data[:100], data[-500:]


def opinion(model, images):
    """Mean D(x), the probability that the discriminator gives to "real"."""
    return float(ops.mean(ops.sigmoid(model.discriminator(images, training=False))))


print("D says 'real' to      its 100 digits   unseen digits   fakes    rFD of the fakes")
no_r1, no_shift = dict(r1=0.0), dict(shift=0)
variants = {"both helpers": {}, "no R1": no_r1, "no shifts": no_shift, "neither": no_r1 | no_shift}
for name, changes in variants.items():
    short = dict(steps=-(-preset.steps // 15), hidden=0, verbose=False)
    small = train(dcgan, preset=preset, data=few, seed=seed, **short, **changes).model
    shown = few / 127.5 - 1, unseen / 127.5 - 1, small.sample(500, averaged=False)
    said = [opinion(small, x.astype("float32")) for x in shown]
    rfd = digits.score(small.sample(min(2000, n), seed=1)).rfd
    print(f"{name:18}" + "".join(f"{x:16.2f}" for x in said) + f"{rfd:16.3f}")

# %% [markdown]
# **What you should see:** with its helpers, the discriminator says about the same of digits it has
# seen and of digits it has not: it judges by what digits look like. Without either it is certain of
# its own 100, and doubts real digits that are new to it, as if they were fakes: it has learnt a
# list. What the generator can learn from such a judge is "be one of these 100", and its fakes score
# worse after the same training. The two rows between tell which helper did it: with the shifts and
# no R1 hardly anything is lost, with R1 and no shifts nearly everything. R1 keeps the game calm; it
# does not keep anybody from learning by heart.
#
# The gap between seen and unseen is worth watching in any GAN on few data. It needs only that you
# put some real images aside.

# %% [markdown]
# ## Exercises
#
# Write your answer in place of the `raise` line and run the cell, then the one below: it tells you
# whether the answer holds, and if not, which idea is missing. Worked solutions are in the
# `solutions` folder.

# %% tags=["setup"]
import numpy as np

from gan_lessons.checks import dcgan_mnist as checks

# %% [markdown] tags=["exercise"]
# **1. How large?** A transposed convolution takes `size` numbers, with this kernel and stride, and
# nothing is cut off. How many numbers come out?


# %%
def transposed_size(size, kernel, stride):
    # BEGIN SOLUTION
    return (size - 1) * stride + kernel  # where the last stamp begins, and its length
    # END SOLUTION


# %% tags=["check"]
checks.check_transposed_size(transposed_size)

# %% [markdown] tags=["exercise"]
# **2. Stamp it.** Write the transposed convolution of a 1-D signal `x` (n,) with a kernel (k,) in
# NumPy. Begin with an output of zeros.


# %%
def transposed_convolution(x, kernel, stride):
    # BEGIN SOLUTION
    out = np.zeros((len(x) - 1) * stride + len(kernel))
    for i, value in enumerate(x):
        out[i * stride : i * stride + len(kernel)] += value * kernel
    return out
    # END SOLUTION


# %% tags=["check"]
checks.check_transposed_convolution(transposed_convolution)

# %% [markdown] tags=["exercise"]
# **3. Even cover.** Return `True` if with this kernel and stride every pixel inside the image
# receives the same number of stamps, so that no checkerboard is built in.


# %%
def covers_evenly(kernel, stride):
    # BEGIN SOLUTION
    return kernel % stride == 0  # the kernel is made of whole strides
    # END SOLUTION


# %% tags=["check"]
checks.check_even_cover(covers_evenly)

# %% [markdown] tags=["exercise"]
# **4. Along the great circle.** `a` and `b` (d,) are equally long, though not of length 1. Return
# the point that has gone the share `t` of the way from `a` to `b`. For the angle, recall that
# $a \cdot b = \lVert a \rVert\, \lVert b \rVert \cos\omega$.


# %%
def walk(a, b, t):
    # BEGIN SOLUTION
    cosine = a @ b / (np.linalg.norm(a) * np.linalg.norm(b))
    angle = np.arccos(cosine)
    return (np.sin((1 - t) * angle) * a + np.sin(t * angle) * b) / np.sin(angle)
    # END SOLUTION


# %% tags=["check"]
checks.check_great_circle(walk)

# %% [markdown] tags=["exercise"]
# **5. The range of tanh.** Images come as `uint8`, 0 to 255. Return them as floats with black at -1
# and white at 1.


# %%
def scale_pixels(images):
    # BEGIN SOLUTION
    return images.astype("float32") / 127.5 - 1.0
    # END SOLUTION


# %% tags=["check"]
checks.check_scale_pixels(scale_pixels)

# %% [markdown]
# To go on by yourself: train with `average=None`, `hidden=0` or `kernel=3` (`train(dcgan,
# preset=preset, data=data, kernel=3)`) and compare scores; three seeds each, or the dice decide.
# Or replace the transposed convolutions by resizing and convolving.
#
# ## Recap and further reading
#
# - A convolution with stride collects windows; its transpose leaves stamps. They are one matrix and
#   its transpose, and each is the other's gradient.
# - Stamps that overlap unevenly are checkerboards. A kernel that is a multiple of the stride, or
#   resizing first, starts out even.
# - The DCGAN is a set of habits: strides, batch normalisation and ReLU in the generator, LeakyReLU
#   in the discriminator, tanh and data in its range, little momentum.
# - R1 flattens the discriminator where the data are, shifts stop it from learning them by heart, an
#   average calms the generator.
# - Losses tell of accidents, not of quality. Samples, neighbours and a score with its floor do.
# - Latent points live in a shell. Walk along it, not through it.
#
# Further reading:
#
# - A. Radford, L. Metz, S. Chintala: *Unsupervised representation learning with deep convolutional
#   generative adversarial networks* (2016), [arXiv:1511.06434](https://arxiv.org/abs/1511.06434)
# - V. Dumoulin, F. Visin: *A guide to convolution arithmetic for deep learning* (2016),
#   [arXiv:1603.07285](https://arxiv.org/abs/1603.07285), with many drawings
# - A. Odena, V. Dumoulin, C. Olah: *Deconvolution and checkerboard artifacts* (2016),
#   [distill.pub](https://distill.pub/2016/deconv-checkerboard/)
# - L. Mescheder, A. Geiger, S. Nowozin: *Which training methods for GANs do actually converge?*
#   (2018), [arXiv:1801.04406](https://arxiv.org/abs/1801.04406)
# - S. Zhao et al.: *Differentiable augmentation for data-efficient GAN training* (2020),
#   [arXiv:2006.10738](https://arxiv.org/abs/2006.10738)
# - T. Karras et al.: *Analyzing and improving the image quality of StyleGAN* (2020), section 3.1,
#   [arXiv:1912.04958](https://arxiv.org/abs/1912.04958)
# - Y. Yazıcı et al.: *The unusual effectiveness of averaging in GAN training* (2019),
#   [arXiv:1806.04498](https://arxiv.org/abs/1806.04498)
# - T. White: *Sampling generative networks* (2016),
#   [arXiv:1609.04468](https://arxiv.org/abs/1609.04468), on great circles
#
# **Next:** lesson 06 takes the same network to 64 × 64 faces.

# %%
footer(resolve_preset(), seed, started)
