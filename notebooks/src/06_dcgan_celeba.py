# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# # 06 · DCGAN of faces: arithmetic with smiles
#
# **You will**
#
# - see a face as a point in 12,288 dimensions, and find out what lies half way between two of them;
# - take a DCGAN from digits to faces in colour: one block more for each doubling, and a first layer
#   that turns out to be an old acquaintance;
# - train one on portraits, and ask an independent network what it sees in them;
# - add a smile, and a pair of glasses: by adding and subtracting latent points as in the DCGAN
#   paper, and along a direction that is fitted so that, to first order, all else stays;
# - look for copies of the training set, with pictures that were held out as a yardstick;
# - find out what resolution costs, and break the arithmetic in three ways.
#
# **Time:** the last cell says how many minutes of computing it took here (most of them are one
# training, a good time to read on), and an hour and a half of yours.
# **Before:** lesson 05, the DCGAN on digits. Lesson 03 has met the loss that is used here.

# %%
import time

import matplotlib.pyplot as plt
import numpy as np

from gan_lessons import dcgan_faces, face_arithmetic, face_scores, faces_lab, metrics, plots
from gan_lessons.engine import losses
from gan_lessons.engine.training import train
from gan_lessons.latent import great_circle
from gan_lessons.metrics import faces
from gan_lessons.pretrained import load_generator
from gan_lessons.runtime import footer, resolve_preset, set_seed
from gan_lessons.show import source
from gan_lessons.stacked import StackedGAN

started, seed = time.perf_counter(), set_seed(0)

from keras import ops  # after gan_lessons, which prepares the ground for Keras

plt.rcParams["figure.dpi"] = 70
size = resolve_preset()
preset, how = faces_lab.portraits_preset(size), faces_lab.PRESETS[size]

# %% [markdown]
# First, where we are going. Two generators with the networks of this lesson, trained beforehand:
# one on *portraits* that the course draws itself, one on 10,000 *photographs*.

# %%
_, ready, _ = load_generator("dcgan_portraits")
_, photographs, _ = load_generator("dcgan_faces")
both = {"portraits": ready, "photographs": photographs}
figure = plots.show_rows({k: model.sample(7, seed=1) for k, model in both.items()}, height=0.62)

# %% [markdown]
# **What you should see:** above, seven drawn heads with different hair, skin, light and clothes.
# Below, seven faces in the manner of snapshots of famous people: some could be real, some have
# fallen apart. None is meant to be anybody. Whether a generator copies after all is tested below,
# for the portraits.
#
# A word about both. The **portraits** are procedural: a few hundred lines of code draw a head from
# random numbers, and write down what they drew (a smile, glasses, the colour of the hair). So we
# have as many as we like, free of anybody's rights, with attributes that are true by construction.
# The **photographs** are from CelebA (Liu and others, 2015), a collection that may be used for
# non-commercial research only; so it does not come with the course, and what was trained on it is
# bound by the same terms. Its people are celebrities, most of them young and light-skinned. What a
# generator learns from such a collection is as uneven as the collection.

# %%
loaded = preset.load()  # drawn when they are first asked for, which takes a minute or two
data = preset.training_data(loaded)
held_out, truth = face_scores.held_out(how.scored)  # no model has seen these

# %% [markdown]
# ## The idea
#
# ### A face is a point
#
# A picture of 64 × 64 pixels in three colours is a list of 12,288 numbers: one point in a space of
# 12,288 dimensions. Every picture that a screen of this size can show is one of its points, every
# face of everybody who has ever lived among them. How many points are there, and what does one look
# like that is chosen blindly?

# %%
# NBVAL_CHECK_OUTPUT
dimensions = 64 * 64 * 3
print(f"{dimensions:,} dimensions, 10^{dimensions * np.log10(256):,.0f} pictures")

# %% [markdown]
# Chosen blindly it is coloured noise; you could go on choosing for the age of the universe and
# would never meet a face. Faces are a vanishing part of all pictures. And yet they are not strewn
# at random. How many directions does it take to hold most of what makes a thousand portraits
# differ, and how many for a thousand pictures of noise?

# %%
some = held_out[:1000].reshape(-1, dimensions).astype("float32") / 127.5 - 1
noise = np.random.default_rng(seed).standard_normal(some.shape, dtype="float32")
print("share of all variation      50 %    80 %    90 %")
for name, points in {"portraits": some, "noise": noise}.items():
    points = points - points.mean(axis=0)
    # X X' is small and has the eigenvalues of X' X, that is, of the covariance (but for a factor).
    variances = np.linalg.eigvalsh(points @ points.T)[::-1]
    held = np.cumsum(variances) / variances.sum()
    print(
        f"directions, {name:12}" + "".join(f"{1 + np.argmax(held > q):8}" for q in (0.5, 0.8, 0.9))
    )

# %% [markdown]
# A thousand pictures span at most 999 directions, and noise needs most of them. Portraits make do
# with a few: they lie near a thin sheet in their space. But one cannot cross this sheet in a
# straight line. See what lies half way between two faces, once half way between the *pictures*,
# once half way between the latent points $z$ that the generator draws them from.

# %%
a, b = ready.latent(6, seed=5).reshape(2, 3, -1)
first, last = ready.sample(z=a), ready.sample(z=b)
rows = {"one face": first, "another": last, "half way, pictures": (first + last) / 2}
rows["half way, z"] = ready.sample(z=great_circle(a, b, 0.5))
figure = plots.show_rows(rows, height=0.62)

# %% [markdown]
# **What you should see:** three pairs of portraits in the two rows above. In the third row each
# pair lies over the other as in a double exposure, with half-transparent hair and ghostly rims (the
# less the two differ, the less you see of it). That is no face: the straight line leaves the sheet.
# In the last row there is one whole face each time. It takes after both in much, and has things
# that neither has, such as another wall.
#
# This is what a generator *is*: a map of the sheet. It takes 128 numbers that can be walked through
# in any direction, and bends this flat space into the shape of all faces. In lesson 05 we used it
# to walk from one digit to another. Here we ask for more: if $z$ is a map, there should be a
# direction on it in which people begin to smile.

# %% [markdown]
# ## The maths
#
# ### From a list of numbers to a picture of 4 × 4
#
# The DCGAN paper begins its generator with the words "project and reshape": 128 numbers become a
# picture of 4 × 4 pixels with many channels. It is a dense layer, a matrix, whose output is read
# as a picture:
#
# $$h_{i,j,c} = \sum_k W_{(i,j,c),\,k}\; z_k .$$
#
# Why 4 × 4, and what has a dense layer to do in a network of convolutions? Take $z$ for a picture
# of **1 × 1** pixel with 128 channels, and enlarge it by a transposed convolution with a kernel of
# 4 × 4. There is one pixel, so there is one stamp, and nothing overlaps.

# %%
# NBVAL_CHECK_OUTPUT
rng = np.random.default_rng(0)
z, kernel = rng.standard_normal(5), rng.standard_normal((4, 4, 3, 5))  # 5 numbers, 3 channels
stamp = ops.conv_transpose(z[None, None, None, :], kernel, strides=1, padding="valid")
projected = (kernel.reshape(48, 5) @ z).reshape(4, 4, 3)  # a dense layer with the same weights
print("stamp:", tuple(stamp.shape[1:]), "; same as the projection:", end=" ")
print(np.allclose(ops.convert_to_numpy(stamp)[0], projected, atol=1e-5))

# %% [markdown]
# So the projection *is* a transposed convolution, and the generator is made of them from the first
# layer to the last. Each number of $z$ has a stamp of its own, 4 × 4 pixels in all channels; the
# first picture is the sum of 128 stamps. It is a sketch: here hair, there a bright wall. All blocks
# after it only look around them and refine. (On the way back it is the same: the discriminator's
# last picture is 4 × 4 too, and a dense layer takes all of it at once.)

# %% [markdown]
# ### One block for each doubling

# %%
form = dcgan_faces.PRESETS["quick"]
G = dcgan_faces.build_generator(*form.drawing)
D = dcgan_faces.build_discriminator(*form.judging)
networks = {"generator": G, "discriminator": D}
figure = plots.show_blocks({name: faces_lab.stages(network) for name, network in networks.items()})

# %% [markdown]
# **What you should see:** two rows of boxes. Each box is what flows between two layers: its height
# stands for the height of the picture, its width for the number of channels, and both are written
# below. The generator (above, red): 128 numbers, then a small box of 4 × 4, then boxes that grow
# higher, and by and by thinner, from block to block ("rise"), to 64 × 64 in three colours. The
# discriminator (below, green) is its mirror image: "fall" halves height and width, until 4 × 4
# pixels are left; two dense layers make one number of them, the logit. (Before them, one number for
# how much the pictures of a small group differ is put beside the rest, as in lesson 04: a generator
# that draws everybody alike is found out by it.)
#
# Each block holds one convolution with a stride of 2, transposed in the generator, as in lesson 05
# and in the paper. Look at the boxes once more: 4, 8, 16, 32, 64. To double the picture, we add one
# block, and that is all.
#
# ### The game
#
# The loss is one that you have met in lesson 03. Real and fake are compared in **pairs**: with
# $\ell$ for the logit,
#
# $$L_D = -\,\mathbb{E}\log\sigma\bigl(\ell(x) - \ell(G(z))\bigr)
#   + \frac{\gamma}{2}\,\mathbb{E}\bigl[\lVert\nabla\ell(x)\rVert^2
#   + \lVert\nabla\ell(G(z))\rVert^2\bigr],
# \qquad
# L_G = -\,\mathbb{E}\log\sigma\bigl(\ell(G(z)) - \ell(x)\bigr).$$

# %%
source(losses.discriminator_relativistic, losses.generator_relativistic)

# %%
source(StackedGAN.discriminator_loss, StackedGAN.penalty)

# %% [markdown]
# The question is no longer "is this real?", it is "which of the two is?". If the generator neglects
# a kind of face, the real ones of that kind win every comparison by a wide margin, and the loss
# keeps saying so. (In lesson 04 this added nothing to R1 and R2; we keep it as a part of the
# recipe.) The two gradient penalties, R1 on real and R2 on fake pictures, keep the slopes small
# where the pictures are (Huang and others 2024). As before they are computed at every eighth step
# only, and weigh eight times as much there.
#
# Between pictures and discriminator stands one more step. Ten thousand photographs are few, and
# many passes over them would let the discriminator know them by heart; so with photographs it gets
# to see each picture mirrored in half of all cases, and moved by a few pixels, real and fake ones
# alike (Zhao and others 2020, Karras and others 2020). A face in a mirror is a face; a digit would
# not have been a digit. A quick training passes each of the 20,000 portraits less than ten times,
# too few to learn them by heart: there nothing is changed.

# %%
source(dcgan_faces.FacesGAN.seen)

# %% [markdown]
# ### Sums of latent points
#
# In the paper, Radford, Metz and Chintala took three samples of smiling women and averaged their
# $z$; took away the average of three women who do not smile; added that of three men who do not
# smile. The generator drew a smiling man (section 6.3.2). With a bar for the mean,
#
# $$z = \bar z_{\text{have it}} - \bar z_{\text{lack it}} + \bar z_{\text{others}} .$$

# %%
source(face_arithmetic.analogy)

# %% [markdown]
# They note that single samples gave unstable results, and that three were enough. Why three? In a
# mean, what the three have in common stays, and what each has for itself fades. Ten would be better
# still, should one think. But in lesson 05 we have learnt that *length* matters: nearly all $z$ lie
# in a thin shell of radius $\sqrt{d}$, and the generator knows nothing else. How long is a mean,
# and how long is the sum?

# %%
# NBVAL_CHECK_OUTPUT
d, rng = 128, np.random.default_rng(0)
print(f"sqrt(d) = {np.sqrt(d):.1f}\n\npoints    their mean    mean - mean + mean")
for m in (1, 3, 10):
    means = rng.standard_normal((3, 1000, m, d)).mean(axis=2)
    sums = means[0] - means[1] + means[2]
    lengths = [np.linalg.norm(v, axis=-1).mean() for v in (means, sums)]
    print(f"{m:6}{lengths[0]:14.1f}{lengths[1]:22.1f}")

# %% [markdown]
# A mean of $m$ independent points has a length of about $\sqrt{d/m}$, the sum of three such means
# of about $\sqrt{3d/m}$. With **three** points in each mean the sum is back in the shell, by
# itself! With one it lies far outside, with ten far inside. (Whether the authors chose three for
# this reason we do not know. They drew $z$ uniformly from a cube: the same count holds there, with
# another radius. And points that share a smile share a little of their direction, which makes their
# mean a little longer.)
#
# ### A direction, fitted
#
# Three samples chosen by eye are few. If there is a network that *sees* smiles, we can ask it about
# thousands of faces. Let $s_k(z)$ be what it says of attribute $k$ in the face $G(z)$, a logit:
# above 0 is yes. Fit a straight line through them, that is, a linear regression:
#
# $$s_k(z) \approx w_k^\top z + b_k .$$

# %%
source(face_arithmetic.slopes)

# %% [markdown]
# Along $w_k$ attribute $k$ grows fastest. But others may grow with it. To keep them where they are,
# leave out of $w_k$ all that can be put together from the others' slopes: project it onto the space
# at right angles to all of them.
#
# $$u = w_k - \sum_{j \ne k} c_j\, w_j, \qquad
#   c = \arg\min_c \Bigl\lVert w_k - \sum_{j \ne k} c_j\, w_j \Bigr\rVert^2 .$$

# %%
source(face_arithmetic.direction)

# %% [markdown]
# Then go along $u$ until the network sees the smile, and no further; and since a step leads out of
# the shell, draw the point back to the length it had. (That shrinks all its numbers a little, so
# the others are kept only nearly. And a straight line is only nearly what the network says.)

# %%
source(face_arithmetic.moved, face_arithmetic.change)

# %% [markdown]
# ## Build
#
# This is a block of each network, and the whole generator. A few lines, for a picture of any size:
# the loop runs once for each entry of `channels`.

# %%
source(dcgan_faces.rise, dcgan_faces.fall, dcgan_faces.build_generator)

# %% [markdown]
# What does a doubling cost? Count: the numbers to be learnt, and the multiplications for one
# picture.

# %%
# NBVAL_CHECK_OUTPUT
print("size    generator             discriminator         multiplications, both")
for side in faces_lab.CHANNELS:
    p = faces_lab.at_size(side, form)
    pair = dcgan_faces.build_generator(*p.drawing), dcgan_faces.build_discriminator(*p.judging)
    numbers = [f"{network.count_params():9,} numbers" for network in pair]
    work = sum(map(faces_lab.multiplications, pair))
    print(f"{side:4}   {numbers[0]}     {numbers[1]}   {work:15,}")

# %% [markdown]
# In numbers to learn a doubling costs one block of the deepest kind, some 66,000 in each network.
# In work it costs a factor of four: all the other blocks now run over four times as many pixels.

# %% [markdown]
# ## Train

# %%
told = ("steps", "batch_size", "channels", "latent_dim", "learning_rate", "r1", "r2", "average")
print(", ".join(f"{name} {getattr(preset, name)}" for name in told))

# %%
trained = train(dcgan_faces, preset=preset, data=data, seed=seed)
model = trained.model
print(f"{trained.seconds:.0f} seconds; alarms: {', '.join(trained.alarms) or 'none'}")

# %% [markdown]
# (Do not read the two scores of the progress line as in lesson 05. This discriminator only
# compares, so both may be near 1, or near 0: what counts is the distance between its logits.)
#
# ## Look
#
# Above, seven portraits of the training set; below, seven that you have just taught your computer
# to draw.

# %%
real = data[:7] / 127.5 - 1
figure = plots.show_rows({"real": real, "yours": model.sample(7, seed=2)}, height=0.62)

# %% [markdown]
# **What you should see** (after a quick or full training): heads with hair, eyes, a mouth, before
# some wall. From far away they pass. From near, eyes may not match, glasses lose a lens, hair
# frays. (The smoke preset trains for a moment only, on tiny pictures, to test that everything runs:
# it shows blots.)
#
# The same three latent points, again and again along the training:

# %%
side, rows = preset.size, {}
for i in np.unique(np.linspace(0, len(trained.frames) - 1, 4).astype(int)):
    step, sheet = trained.frames[i]  # a sheet of samples, with two pixels between
    cut = [sheet[:side, j * (side + 2) : j * (side + 2) + side] for j in range(3)]
    rows[f"step {step:,}"] = np.stack(cut)
figure = plots.show_rows(rows, height=0.62)

# %% [markdown]
# **What you should see:** first a blurred patch of colours, soon a head with eyes and hair; the
# details come last. Coarse before fine, as one would expect: what is coarse makes most of the
# difference to a discriminator that has just begun to look.
#
# ### A walk along the great circle
#
# From here on we use the generators that were trained beforehand, since they draw better. One walk
# through portraits, one through photographs, both in the shell (lesson 05).

# %%
t, rows = np.linspace(0, 1, 7), {}
for name, generator in both.items():
    a, b = generator.latent(2, seed=3)
    rows[name] = generator.sample(z=great_circle(a, b, t))
figure = plots.show_rows(rows, height=0.62)

# %% [markdown]
# **What you should see:** two rows in which one face turns into another, with no jump and no double
# exposure. Hair changes its colour by way of the colours between; something that cannot be there by
# half, such as a hat or a row of teeth, appears within a picture or two. Nothing forces a face on
# the way to be one of the training set.
#
# ### What the judge sees
#
# For what follows we need somebody who says whether a face smiles. It is a small network that was
# trained on *real* portraits to name sixteen attributes, and has never seen a fake. Can it be
# trusted? Ask it about portraits that nobody was trained on, whose attributes are known.

# %%
names = list(faces.names())
right = faces.accuracy(held_out, truth, names)
print(f"right about {np.mean(list(right.values())):.1%} of the verdicts on {len(truth):,} faces")
weakest = sorted(right, key=right.get)[:3]
print("least often right about:", ", ".join(f"{name} {right[name]:.1%}" for name in weakest))

# %% [markdown]
# So much for real portraits. On fakes, and on fakes that are pushed towards a yes, we have only its
# word: look at the pictures as well.
#
# Now ask it about generated ones. The attributes of the course's portraits are drawn by lot, so a
# good generator gives each of them just as often.

# %%
crowds = {"real": held_out / np.float32(127.5) - 1, "trained beforehand": ready.sample(how.scored)}
crowds["trained here"] = model.sample(how.scored)
shares = {}
for name, images in crowds.items():
    seen = face_scores.for_network(images, images.shape[1])
    shares[name] = (faces.predict(seen)[1] > 0).mean(axis=0)
figure = plots.show_dots(shares, names, "share of faces, as the network sees them")
for name in list(shares)[1:]:
    gap = np.abs(shares[name] - shares["real"]).mean()
    print(f"{name}: {gap:.1%} from the real share, a mean over the attributes")

# %% [markdown]
# **What you should see:** a line for each attribute, with a mark for real portraits (blue disc),
# for the generator trained beforehand (red square) and for yours (green diamond). The closer the
# marks of a line, the better. On the whole those of the generator trained beforehand lie nearer to
# the blue ones (the two lines below the figure say by how much), though not in every line: a young
# generator has favourites, and gets wrong what is small in the picture or rare.
#
# ### The sum of the paper
#
# Draw latent points, let the judge say what is in their faces, and take the first three of each
# group, as the authors did by eye.

# %%
z, read = ready.latent(how.fitted, seed=10), face_arithmetic.reader(ready)
logits = read(z)
wanted = face_arithmetic.groups("Eyeglasses", "Blond_Hair")
threes = [z[face_arithmetic.having(logits, names, group)[:3]] for group in wanted[:3]]
shown = [ready.sample(z=np.concatenate([g, g.mean(axis=0, keepdims=True)])) for g in threes]
result = ready.sample(z=face_arithmetic.analogy(*threes)[None])[0]
labels = ["glasses, not blond", "no glasses, not blond", "no glasses, blond", "the sum"]
figure = plots.show_analogy(shown, result, labels)

# %% [markdown]
# **What you should see:** three groups of three faces, and below each the face of their mean $z$,
# with a minus and a plus between them. On the right, larger, the face of the sum. Wanted are blond
# hair and glasses. The faces of the means are plainer than those above them: what was special about
# each of the three has faded, and their $z$ are shorter than any that the generator was trained on.

# %%
sums, right = face_arithmetic.analogies(read, z, logits, names, wanted, 3, tries=8, seed=seed)
figure = plots.show_rows({"eight more": ready.sample(z=sums)}, height=0.62)
print("blond, with glasses:", ", ".join(str(i + 1) for i in np.flatnonzero(right)) or "none")

# %% [markdown]
# **What you should see:** the sums of eight other draws. Glasses come nearly always, blond hair not
# always; the judge says who has both, and further down we count.
#
# The same with photographs. No judge here but your eyes: from 96 samples, three smiling women,
# three women and three men who do not smile were picked by hand. (Sixteen combinations of such
# picks were tried; the sum was a smiling man in every one of them.)

# %%
samples = photographs.latent(96, seed=1)
threes = [samples[[75, 76, 94]], samples[[44, 67, 88]], samples[[23, 27, 60]]]
shown = [photographs.sample(z=np.concatenate([g, g.mean(axis=0, keepdims=True)])) for g in threes]
result = photographs.sample(z=face_arithmetic.analogy(*threes)[None])[0]
labels = ["smiling women", "women, not smiling", "men, not smiling", "the sum"]
figure = plots.show_analogy(shown, result, labels)

# %% [markdown]
# **What you should see:** three smiling women, minus three women who do not smile, plus three men
# who do not smile. On the right the sum: a man with short hair and a broad smile that shows teeth,
# and none of the nine. Picked sums prove little. For portraits we count below.

# %% [markdown]
# ### Along a direction
#
# Now the fitted way: one line for each attribute through thousands of faces, all others projected
# out. Four faces without a smile and without glasses get first the one, then the other.

# %%
slopes, everything = face_arithmetic.slopes(z, logits), range(len(names))
columns = {name: names.index(name) for name in ("Smiling", "Eyeglasses", "Wearing_Lipstick")}
ways = {k: face_arithmetic.direction(slopes, c, everything) for k, c in columns.items()}
fresh = ready.latent(4 * how.changed, seed=11)  # none of those that the fit has seen
verdicts = read(fresh)
plain = {"Smiling": False, "Eyeglasses": False, "No_Beard": True, "Wearing_Hat": False}
four = fresh[face_arithmetic.having(verdicts, names, plain)[:4]]
rows = {"as they are": ready.sample(z=four)}
for label, name in (("with a smile", "Smiling"), ("with glasses", "Eyeglasses")):
    changed = face_arithmetic.change(read, four, ways[name], columns[name], sure=2.0)
    rows[label] = ready.sample(z=changed.z)
figure = plots.show_rows(rows, height=0.62)

# %% [markdown]
# **What you should see:** in each column the same person three times: as drawn, with a smile, with
# glasses. Most of the rest is that of the first row; sometimes skin, light or wall come along.
# Nobody has shown the generator a person with and without a smile. That there are such directions
# is a finding, and no law: any map that covers all combinations would have done.

# %% [markdown]
# ## Measure
#
# ### How good are the faces?
#
# As in lesson 05, the crowds are compared in the features of a network, here the one that names
# attributes: the **rFD** is the Fréchet distance of generated from held-out portraits, in units of
# the real crowd's size. (It is not the FID of the papers, and cannot be compared with it.) A number
# alone means nothing, so we give it as a share of what *blurred* real portraits get. **Coverage**
# is the share of real portraits that have a generated one nearer than their fifth-nearest real
# neighbour (lesson 11).


# %%
def scores(images):
    """rFD and coverage of images against held-out portraits, made as small as they are."""
    return face_scores.score(images, loaded)


n = how.scored
candidates = {
    "real training portraits": loaded.x_train[:n] / np.float32(127.5) - 1,
    "this generator": model.sample(n, seed=1),
    "trained beforehand": ready.sample(n, seed=1),
    "real, blurred": faces.blurred(loaded.x_train[:n]),
    "one face, again and again": np.repeat(ready.sample(1, seed=1), n, axis=0),
}
print(f"n = {n:,}{'':26}{'rFD':>8}{'of blurred':>12}{'coverage':>10}")
for name, images in candidates.items():
    found = scores(images)
    print(f"{name:32}{found.rfd:10.4f}{found.share:12.1%}{found.coverage:10.3f}")

# %%
print(f"expected of the preset {size}, several seeds:")
print(faces_lab.told(faces_lab.stored(f"portraits-{size}"), "portraits"))

# %% [markdown]
# **How to read it.** The first row is the best there is: other real portraits. The last two are two
# ways to fail: blurred portraits are varied, but each of them is wrong; one face again and again
# may be a perfect face, and covers hardly anybody. The rFD holds both faults against you in one
# number. Coverage asks only who is missing. The generator trained beforehand is wider and was
# trained many times as long. That is what it takes.
#
# ### Does it copy?
#
# For each of three generated faces the nearest portrait of the whole training set is searched: once
# by the pixels (of small copies, 16 × 16), once by the features of the network.

# %%
fakes = plots.to_uint8(ready.sample(how.compared, seed=4))
views = {"train": face_arithmetic.views(loaded.x_train), "fakes": face_arithmetic.views(fakes)}
rows = {"generated": fakes[:3]}
for name in ("pixels", "features"):
    _, index = metrics.nearest(views["train"][name], views["fakes"][name][:3])
    rows[f"nearest, {name}"] = loaded.x_train[index]
figure = plots.show_rows(rows, height=0.62)

# %% [markdown]
# **What you should see:** three generated faces, and below each its nearest training portrait by
# pixels, then by features. By pixels: the same light and dark in the same places. By features: the
# same kind of face, before another wall. Judge yourself whether one is the same person.
#
# "Not the same person" is a matter of taste, and the nearest of thousands will always be somewhat
# near. So we need a yardstick, and have one: portraits that were *held out*. They come from the
# same source as the training set, so an honest generator has no reason to be closer to the one than
# to the other. Beside it, a thief: it takes a training portrait and changes it a little.

# %%
rng = np.random.default_rng(seed)
noise = rng.normal(0, 6, loaded.x_train[: how.compared].shape)
stolen = np.clip(loaded.x_train[: how.compared] + noise, 0, 255).astype("uint8")
many, _ = face_scores.held_out(2 * how.scored)
strangers = face_arithmetic.views(many)
suspects = {"trained beforehand": views["fakes"], "a thief": face_arithmetic.views(stolen)}
print(f"{'':22}{'closer to training':>30}{'by chance':>12}{'near-copies':>14}")
for who, view in suspects.items():
    for name, found in face_arithmetic.copies(views["train"], strangers, view).items():
        label = f"{who}, {name}"
        print(f"{label:32}{found.closer:20.1%}{found.chance:12.1%}{found.copies:14.1%}")

# %% [markdown]
# *Closer to training* is the share of fakes whose nearest real portrait is one of the training set.
# There are more training portraits than held-out ones, so even chance gives a lot: compare with the
# third column. A point above it may be luck, several are a lean, and a lean is no copy yet. (Trust
# the pixels more: the network behind the features has itself been trained on the training
# portraits.) *Near-copies* are fakes that are as near to a training portrait as only one in a
# hundred held-out ones is: about 1 % is innocent, and far less only says that fakes lie a little
# beside all real portraits. The thief is caught in both columns.

# %% [markdown]
# ### How good is the arithmetic?
#
# Add a smile to faces that do not smile, glasses to those without. Count how often the network
# changes its verdict on this attribute ("flipped"), and how many of its verdicts on the fifteen
# others stay. Beside it the plain slope, with nothing projected out; and, for chance, a random
# direction along which the faces go just as far. The *step* is how far they go, in a shell whose
# radius is 11.3.

# %%
print(f"{'':28}{'faces':>7}{'flipped':>10}{'others stay':>13}{'step':>7}")
random_way = face_arithmetic.random_direction(ready.latent_dim, seed)
for name in ("Smiling", "Eyeglasses"):
    column = columns[name]
    lacking = fresh[verdicts[:, column] < 0][: how.changed]
    free = face_arithmetic.direction(slopes, column)
    found = {"others kept": face_arithmetic.change(read, lacking, ways[name], column)}
    found["others free"] = face_arithmetic.change(read, lacking, free, column)
    steps = found["others kept"].step
    found["random"] = face_arithmetic.gone(read, lacking, random_way, column, steps)
    for label, one in found.items():
        told = f"{len(lacking):7}{one.flipped.mean():10.1%}{one.stayed:13.1%}"
        print(f"{f'{name}, {label}':28}{told}{one.step.mean():7.2f}")

# %% [markdown]
# **How to read it.** "Flipped" is no great achievement: we went on until the judge said yes, and
# the same judge fitted the direction. Read the step, and what else has changed. These attributes
# were drawn independently of most others, so there is little to project out, and a projected way is
# longer: a longer way changes more by accident (compare the random one). It pays where attributes
# go together, see *Break it*.
#
# And the sums of the paper. In each of many tries, $m$ members of each group are drawn at random;
# the sum is right if the judge sees both what was carried over ("smile" onto bearded faces,
# "glasses" onto blond ones) and the third group's own mark. Half of all faces smile anyway. So
# there is a control: three of each, but the first group *lacks* what is to be carried over, like
# the second. And since ten are too short, they are tried once more, drawn back into the shell.

# %%
print(f"right of {how.tries} sums:")
for name, (what, kind, of_kind) in faces_lab.ANALOGIES.items():
    wanted = face_arithmetic.groups(what, kind, of_kind)
    found = faces_lab.sums(read, z, logits, names, wanted, how.tries)
    print(f"{name:8}", ", ".join(f"{label} {right:.1%}" for label, right in found.items()))

# %%
table = faces_lab.stored("arithmetic")
print(faces_lab.told(table, "directions"), "\n")
print(faces_lab.told(table, "analogies"))

# %% [markdown]
# **How to read it.** The last two tables are the same measurements with several draws of latent
# points. A sum of single points carries over all that the three happen to be, and lies far outside
# the shell. In a mean of three an accident weighs only $1/\sqrt 3$ as much; in a mean of ten still
# less, and what the groups have in common stands out more clearly. What ten lose is variety: they
# are short, and near to one another. A judge of attributes does not mind that; drawn back into the
# shell they are right less often, since what is accidental is enlarged with everything else.
# Compare all with the control: what is above it was carried over.

# %% [markdown]
# ### What does resolution cost?
#
# First, what does it buy? Make real portraits smaller, enlarge them again, and see what the judge
# can still make out. (It was trained at 64 × 64, so a part of what it loses is surprise.)

# %%
print("real portraits at   " + "".join(f"{name:>22}" for name in ("all", *columns)))
for side in (64, 32, 16):
    seen = face_scores.for_network(metrics.shrunk(held_out, side), side)
    right = faces.accuracy(seen, truth, names)
    told = [np.mean(list(right.values())), *(right[name] for name in columns)]
    print(f"{side:3} x {side:<14}" + "".join(f"{value:22.1%}" for value in told))

# %% [markdown]
# And what it costs: trainings of equally many steps, the same but for the number of blocks, each
# scored against portraits made as small as its own (those of 128 pixels are made smaller for it).

# %%
print(faces_lab.told(faces_lab.sizes("quick"), "resolution"))

# %% [markdown]
# Compare the time of a step with the multiplications counted under *Build*, and the numbers to be
# learnt with both. (Times of different machines cannot be compared: 128 × 128 asks for a GPU.) The
# last two columns say that small pictures are not simply easier. By coverage they came out worse,
# with networks that have a block less; and their share of blurred is large because blur hardly
# hurts a picture that is small, which makes the yardstick short. From 64 to 1024 pixels there are
# four more doublings; StyleGAN took about a week on eight GPUs for them (Karras and others 2019).
# One way to save is to begin with small pictures and to let the networks grow, which is what ProGAN
# does.

# %% [markdown]
# ## Break it
#
# ### 1. Forget the others
#
# In the portraits, lipstick is never worn by people with a beard. So where lipstick begins, beards
# end, and the slope of "lipstick" contains a good deal of "no beard". Add lipstick to faces *with*
# a beard, along the plain slope and along the direction that keeps the others.

# %%
lipstick, beard = columns["Wearing_Lipstick"], names.index("No_Beard")
bearded = fresh[(verdicts[:, beard] < -1) & (verdicts[:, lipstick] < 0)]
rows = {"as they are": ready.sample(z=bearded[:3])}
for label, keep in (("others free", ()), ("others kept", everything)):
    way = face_arithmetic.direction(slopes, lipstick, keep)
    found = face_arithmetic.change(read, bearded[: how.tries], way, lipstick)
    rows[label] = ready.sample(z=found.z[:3])
    told = (
        f"lipstick on {found.flipped.mean():.1%}, beard kept by {found.same[:, beard].mean():.1%}"
    )
    print(f"{label}: {told}, step {found.step.mean():.1f}")
figure = plots.show_rows(rows, height=0.62)

# %% [markdown]
# **What you should see:** three bearded faces, and below what becomes of them. Where the others are
# free, the lips turn red and the beard goes, as in the data. Where the others are kept, the beard
# stays for longer; but the generator has never seen the two together, and the network that has to
# judge them has not either. It takes a longer way, on which wall and light change as well, since a
# straight line fits only nearby; and not everybody arrives.
#
# The same happens in CelebA with everything that goes together *there*. Shen and others (2020)
# found that adding glasses there tends to add age and to turn women into men: not because glasses
# have a sex, but because of whom the photographers took pictures of. And a label like "attractive",
# which CelebA has, holds what those who labelled thought. A direction is a statement about a
# collection of pictures, not about people.
#
# ### 2. Leave the shell
#
# Take ever longer steps into the direction of a smile, and do not draw the point back.

# %%
one, far = four[:1], np.array([0.0, 4.0, 10.0, 20.0, 50.0])
path = one + far[:, None] * ways["Smiling"]
back = face_arithmetic.moved(np.repeat(one, len(far), axis=0), ways["Smiling"], far)
rows = {"not drawn back": ready.sample(z=path), "drawn back": ready.sample(z=back)}
print("lengths, not drawn back:", np.linalg.norm(path, axis=1).round(1))
figure = plots.show_rows(rows, height=0.62)

# %% [markdown]
# **What you should see:** both rows begin with the same face. Above, with growing steps, colours
# and contrasts are overdone and shapes burst. Below, the face changes too, since it goes nearly to
# the pole of smiles, where everybody is the same; but it stays a face.
#
# ### 3. Do it with pixels
#
# Is all this worth a generator? The same sums, with pictures instead of latent points: the mean of
# three pictures, minus, plus.

# %%
wanted, rng = face_arithmetic.groups("Eyeglasses", "Blond_Hair"), np.random.default_rng(seed)
members = [face_arithmetic.having(logits, names, group) for group in wanted[:3]]
chosen = np.array([[rng.choice(g, 3, replace=False) for g in members] for _ in range(how.tries)])
drawn = ready.sample(z=z[chosen.ravel()])
drawn = drawn.reshape(*chosen.shape, *drawn.shape[1:])  # (tries, groups, members, h, w, 3)
pictures = np.array([face_arithmetic.analogy(*three) for three in drawn])
in_z = np.array([face_arithmetic.analogy(*three) for three in z[chosen]])
crowds = {"sums of pictures": np.clip(pictures, -1, 1), "sums of z": ready.sample(z=in_z)}
figure = plots.show_rows({name: images[:4] for name, images in crowds.items()}, height=0.62)

# %%
kind = truth[:, columns["Eyeglasses"]] & truth[:, names.index("Blond_Hair")]
real, others = faces.features(held_out[kind][::2]), faces.features(held_out[kind][1::2])
usual = np.median(metrics.nearest(real, others)[0])
for name, images in crowds.items():
    described, said = faces.predict(images)
    right = face_arithmetic.having(said, names, wanted[3], sure=0.0)
    far = np.median(metrics.nearest(real, described[right])[0]) / usual
    print(
        f"{name}: {len(right) / len(images):.0%} are blond with glasses, says the judge;", end=" "
    )
    print(f"these are {far:.2f} times as far from a real such head as another real one")

# %% [markdown]
# **What you should see:** above, double exposures with ghostly rims; where there are glasses, they
# hang where they hung in other faces. Below, one whole face each time, though not each is blond and
# has glasses. The paper shows the same (its figure 7). Pixels know nothing of eyes: to add glasses
# in pixels, all faces would have to be in exactly the same place. In $z$ they need not be.
#
# Mind the figures. To the judge, sums of pixels are right far *more* often: it was asked for
# glasses and blond hair, and a ghost of glasses is enough for it. Nor does the distance to real
# portraits, as this network describes them, give the ghosts away: both are about equally near. It
# has never seen a double exposure. A judge answers the question that it was trained for, and no
# other; this one your eyes have to answer.

# %% [markdown]
# ## Exercises
#
# Write your answer in place of the `raise` line and run the cell, then the one below: it tells you
# whether the answer holds, and if not, which idea is missing. Worked solutions are in the
# `solutions` folder.

# %% tags=["setup"]
import numpy as np

from gan_lessons.checks import dcgan_celeba as checks

# %% [markdown] tags=["exercise"]
# **1. How much does it see?** A number in the discriminator's last picture depends on a square of
# the image. How wide is it? `layers` is a list of (kernel, stride), the first layer first. Without
# layers it sees one pixel. A kernel adds its width less one, in units of how far apart
# *neighbouring inputs of this layer* lie in the image; a stride moves them further apart.


# %%
def receptive_field(layers):
    # BEGIN SOLUTION
    seen, apart = 1, 1
    for kernel, stride in layers:
        seen += (kernel - 1) * apart
        apart *= stride
    return seen
    # END SOLUTION


# %% tags=["check"]
checks.check_receptive_field(receptive_field)

# %% [markdown] tags=["exercise"]
# **2. Back into the shell.** Give every latent point of `z` (n, d) the length $\sqrt d$, and keep
# its direction.


# %%
def into_the_shell(z):
    # BEGIN SOLUTION
    lengths = np.linalg.norm(z, axis=1, keepdims=True)  # one for each point
    return z * np.sqrt(z.shape[1]) / lengths
    # END SOLUTION


# %% tags=["check"]
checks.check_shell(into_the_shell)

# %% [markdown] tags=["exercise"]
# **3. Where does it grow?** `z` (n, d) are latent points, `logits` (n,) what the network said of
# their faces. Return the direction (d,) of the best straight line through them (a linear regression
# *with a constant*), with length 1.


# %%
def growing(z, logits):
    # BEGIN SOLUTION
    design = np.column_stack([z, np.ones(len(z))])  # the last column fits the constant
    slope = np.linalg.lstsq(design, logits, rcond=None)[0][:-1]
    return slope / np.linalg.norm(slope)
    # END SOLUTION


# %% tags=["check"]
checks.check_growing(growing)

# %% [markdown] tags=["exercise"]
# **4. Keep the others.** Return `slope` (d,) without all that can be put together from the `others`
# (k, d). What is left stands at right angles to each of them. The others need not stand at right
# angles to each other!


# %%
def keep_others(slope, others):
    # BEGIN SOLUTION
    shares = np.linalg.lstsq(others.T, slope, rcond=None)[0]  # the best combination of them
    return slope - shares @ others
    # END SOLUTION


# %% tags=["check"]
checks.check_keep_others(keep_others)

# %% [markdown] tags=["exercise"]
# **5. Catch the thief.** `fakes`, `train` and `held_out` are arrays (., d). Return the share of
# fakes whose nearest training point is closer to them than their nearest held-out point.


# %%
def closer_to_training(fakes, train, held_out):
    # BEGIN SOLUTION
    def nearest(real):
        apart = fakes[:, None].astype(float) - real[None]  # bytes cannot hold what is negative
        return np.linalg.norm(apart, axis=2).min(axis=1)

    return np.mean(nearest(train) < nearest(held_out))
    # END SOLUTION


# %% tags=["check"]
checks.check_closer(closer_to_training)

# %% [markdown]
# To go on by yourself: take another attribute (`names` lists them), or take a smile *away*
# (`change(..., wanted=False)`). Which attribute goes a long way before it changes? Or train on your
# own copy of CelebA: `gan-lessons data import celeba FOLDER`, then `gan-lessons train dcgan_faces
# --preset full`, for which you want a GPU; `gan_lessons.pretrained.build_face_attributes` trains a
# judge for it.
#
# ## Recap and further reading
#
# - A face is a point among 12,288 dimensions, near a thin, bent sheet. A generator is a map of it.
# - "Project and reshape" is a transposed convolution of a picture of one pixel. Each doubling is
#   one more block: few numbers, four times the work.
# - Sums of latent points carry a smile from one face to another. A mean is too short; three means
#   of three are, all together, as long as they should be.
# - A regression on the verdicts of a judge gives a direction; projected, it no longer takes along
#   what goes together with it, at the price of a longer way. Draw the point back into the shell.
# - What goes together in the data goes together along a slope. That is how bias travels.
# - A generator that copies is nearer to its training set than to pictures that were held out.
#
# Further reading:
#
# - A. Radford, L. Metz, S. Chintala: *Unsupervised representation learning with deep convolutional
#   generative adversarial networks* (2016), [arXiv:1511.06434](https://arxiv.org/abs/1511.06434),
#   section 6.3 on arithmetic
# - Z. Liu, P. Luo, X. Wang, X. Tang: *Deep learning face attributes in the wild* (2015),
#   [arXiv:1411.7766](https://arxiv.org/abs/1411.7766), CelebA
# - Y. Shen et al.: *Interpreting the latent space of GANs for semantic face editing* (2020),
#   [arXiv:1907.10786](https://arxiv.org/abs/1907.10786): directions from a classifier, with others
#   projected out
# - T. White: *Sampling generative networks* (2016),
#   [arXiv:1609.04468](https://arxiv.org/abs/1609.04468), on attribute vectors and their
#   entanglement
# - S. Zhao et al.: *Differentiable augmentation for data-efficient GAN training* (2020),
#   [arXiv:2006.10738](https://arxiv.org/abs/2006.10738); T. Karras et al.: *Training generative
#   adversarial networks with limited data* (2020),
#   [arXiv:2006.06676](https://arxiv.org/abs/2006.06676)
# - T. Karras, S. Laine, T. Aila: *A style-based generator architecture for generative adversarial
#   networks* (2019), [arXiv:1812.04948](https://arxiv.org/abs/1812.04948)
# - Y. Huang et al.: *The GAN is dead; long live the GAN!* (2024),
#   [arXiv:2501.05441](https://arxiv.org/abs/2501.05441), the loss and the penalties
# - C. Meehan, K. Chaudhuri, S. Dasgupta: *A non-parametric test to detect data-copying in
#   generative models* (2020), [arXiv:2004.05675](https://arxiv.org/abs/2004.05675)
# - J. Buolamwini, T. Gebru: *Gender shades* (2018),
#   [proceedings](https://proceedings.mlr.press/v81/buolamwini18a.html), on whom face data sets
#   forget
#
# **Next:** lesson 07 puts the DCGAN beside its great rival, the variational autoencoder.

# %%
footer(resolve_preset(), seed, started)
