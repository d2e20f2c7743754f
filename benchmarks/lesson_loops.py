"""Loops for the lessons that have data or turns of their own: labels, two piles, a critic.

For each the engine, with the lesson's model, and the loop of the usual tutorial: Python that calls
the networks eagerly under gradient tapes, one batch and one player at a time.
"""

import dataclasses

import numpy as np

PENALTY = 10.0


def labels_of(images):
    """Labels for the images: speed does not ask whether they are right."""
    return np.arange(len(images), dtype="int32") % 10


def piles_of(images):
    """Two piles of 64x64 pictures in three channels, made of digits: speed sees no difference."""
    large = np.pad(images[:1000], ((0, 0), (2, 2), (2, 2), (0, 0))).repeat(2, 1).repeat(2, 2)
    half = len(large) // 2
    return {"x": large[:half].repeat(3, -1), "y": 255 - large[half:].repeat(3, -1)}


def engine_model(case, generator, judge):
    """The lesson's model with the networks of the benchmark and the settings of the other loops."""
    from gan_lessons import cgan, critics, cyclegan, wgan
    from gan_lessons.engine import backends

    size = dict(batch_size=case.batch_size, report_every=1, steps_per_execution=1, jit=case.jit)
    if case.networks == "wgan":
        preset = dataclasses.replace(
            wgan.PRESETS["quick"], n_critic=case.real_batches, penalty=PENALTY, average=None, **size
        )
        return critics.compiled(wgan.WGAN(generator, judge, preset))
    if case.networks == "cyclegan":
        preset = dataclasses.replace(
            cyclegan.PRESETS["quick"],
            pool=0,
            average=None,
            **cyclegan.PAPER,
            **size,
        )
        named = dict(zip(("G", "F", "Dx", "Dy"), generator.parts + judge.parts, strict=True))
        model = cyclegan.CycleGAN(preset, networks=named)
        return model.set_up(preset, lambda player: backends.Adam(2e-4, 0.5))
    preset = dataclasses.replace(cgan.PRESETS["quick"], r1=0.0, shift=0, **size)
    if hasattr(preset, "mismatch"):
        preset = dataclasses.replace(preset, mismatch=0.0)
    model = cgan.CGAN(generator, judge, preset)
    return model.set_up(preset, lambda player: backends.Adam(2e-4, 0.5))


def engine(case, generator, judge, images, clock):
    """The engine, as the lesson sets it up."""
    from clock import ticking

    data = (images, labels_of(images)) if case.networks == "cgan" else images
    if case.networks == "cyclegan":
        data = piles_of(images)
    engine_model(case, generator, judge).fit(
        data, batch_size=case.batch_size, steps_per_epoch=10**9, verbose=0,
        callbacks=[ticking(clock)],
    )  # fmt: skip


def eager_wgan(case, generator, critic, images, clock):
    """WGAN-GP: five turns of the critic, each with its tapes, then one of the generator."""
    import keras
    import tensorflow as tf

    n, latent_dim = case.batch_size, generator.input_shape[-1]
    images = images.astype("float32") / 127.5 - 1.0
    rng = np.random.default_rng(0)
    of_critic, of_generator = (keras.optimizers.Adam(1e-4, 0.0, 0.9) for _ in range(2))
    going = True
    while going:
        for _ in range(case.real_batches):
            real = tf.constant(images[rng.integers(0, len(images), n)])
            fake = generator(tf.random.normal((n, latent_dim)), training=True)
            with tf.GradientTape() as tape:
                gap = tf.reduce_mean(critic(fake, training=True))
                gap -= tf.reduce_mean(critic(real, training=True))
                between = fake + tf.random.uniform((n, 1, 1, 1)) * (real - fake)
                with tf.GradientTape() as inner:
                    inner.watch(between)
                    value = critic(between, training=True)
                slope = inner.gradient(value, between)
                norm = tf.sqrt(tf.reduce_sum(tf.square(slope), axis=[1, 2, 3]) + 1e-12)
                loss = gap + PENALTY * tf.reduce_mean(tf.square(norm - 1.0))
            weights = critic.trainable_weights
            of_critic.apply_gradients(zip(tape.gradient(loss, weights), weights, strict=True))
        with tf.GradientTape() as tape:
            fake = generator(tf.random.normal((n, latent_dim)), training=True)
            loss = -tf.reduce_mean(critic(fake, training=True))
        weights = generator.trainable_weights
        of_generator.apply_gradients(zip(tape.gradient(loss, weights), weights, strict=True))
        going = clock.tick()


def eager_cgan(case, generator, discriminator, images, clock):
    """A conditional GAN: one turn of each player, labels as one-hot rows."""
    import keras
    import tensorflow as tf

    n, latent_dim = case.batch_size, generator.input_shape[-1] - 10
    images, labels = images.astype("float32") / 127.5 - 1.0, np.eye(10, dtype="float32")[
        labels_of(images)
    ]  # fmt: skip
    rng = np.random.default_rng(0)
    of_d, of_g = (keras.optimizers.Adam(2e-4, beta_1=0.5) for _ in range(2))
    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    going = True
    while going:
        chosen = rng.integers(0, len(images), n)
        real, label = tf.constant(images[chosen]), tf.constant(labels[chosen])
        order = tf.concat([tf.random.normal((n, latent_dim)), label], axis=1)
        fake = generator(order, training=True)
        with tf.GradientTape() as tape:
            real_logits = discriminator([real, label], training=True)
            fake_logits = discriminator([fake, label], training=True)
            loss = cross_entropy(tf.ones_like(real_logits), real_logits)
            loss += cross_entropy(tf.zeros_like(fake_logits), fake_logits)
        weights = discriminator.trainable_weights
        of_d.apply_gradients(zip(tape.gradient(loss, weights), weights, strict=True))
        order = tf.concat([tf.random.normal((n, latent_dim)), label], axis=1)
        with tf.GradientTape() as tape:
            logits = discriminator([generator(order, training=True), label], training=True)
            loss = cross_entropy(tf.ones_like(logits), logits)
        weights = generator.trainable_weights
        of_g.apply_gradients(zip(tape.gradient(loss, weights), weights, strict=True))
        going = clock.tick()


def plain_cyclegan(case, translators, judges, images, clock):
    """CycleGAN as tutorials have it: a tape and an optimizer for each network, inside tf.function.

    Every tape computes anew what it needs: the translations, the way back, the identity.
    """
    import keras
    import tensorflow as tf

    (g, f), (d_x, d_y) = translators.parts, judges.parts
    optimizers = [keras.optimizers.Adam(2e-4, beta_1=0.5) for _ in range(4)]
    floats = {k: pile.astype("float32") / 127.5 - 1.0 for k, pile in piles_of(images).items()}
    piles = [
        tf.data.Dataset.from_tensor_slices(pile).shuffle(1000).repeat().batch(case.batch_size)
        for pile in floats.values()
    ]

    def away(a, b):
        return tf.reduce_mean(tf.abs(a - b))

    def translators_loss(forth, back, judge, a, b):
        """Of the network `forth`: its adversarial and identity terms, and both cycles."""
        made = forth(a, training=True)
        verdict = judge(made, training=True)
        cycles = away(back(made, training=True), a)
        cycles += away(forth(back(b, training=True), training=True), b)
        same = away(forth(b, training=True), b)
        return tf.reduce_mean(tf.square(verdict - 1.0)) + 10.0 * cycles + 5.0 * same

    def judge_loss(judge, real, made):
        real, made = judge(real, training=True), judge(made, training=True)
        return 0.5 * (tf.reduce_mean(tf.square(real - 1.0)) + tf.reduce_mean(tf.square(made)))

    def move(network, optimizer, loss):
        with tf.GradientTape() as tape:
            value = loss()
        weights = network.trainable_weights
        optimizer.apply_gradients(zip(tape.gradient(value, weights), weights, strict=True))

    @tf.function
    def step(x, y):
        move(g, optimizers[0], lambda: translators_loss(g, f, d_y, x, y))
        move(f, optimizers[1], lambda: translators_loss(f, g, d_x, y, x))
        move(d_x, optimizers[2], lambda: judge_loss(d_x, x, f(y, training=True)))
        move(d_y, optimizers[3], lambda: judge_loss(d_y, y, g(x, training=True)))

    for optimizer, network in zip(optimizers, (g, f, d_x, d_y), strict=True):
        optimizer.build(network.trainable_weights)
    for x, y in zip(*piles, strict=False):
        step(x, y)
        if not clock.tick():
            break


def eager(case, *arguments):
    """The eager loop of the case."""
    return {"wgan": eager_wgan, "cgan": eager_cgan}[case.networks](case, *arguments)
