"""The training loops that are compared, and the process that times one of them.

    python benchmarks/loops.py LOOP CASE IMAGES.npy SECONDS

Each loop takes networks, images and a `Clock`, and trains until the clock says stop. The result,
one line of JSON, is the last line printed.
"""

import dataclasses
import json
import sys
import time

import lesson_loops
import numpy as np
from clock import Clock, ticking


def adam(kind=None):
    """A new Adam, of the same settings for every player of every loop; Keras' own by default."""
    import keras

    return (kind or keras.optimizers.Adam)(2e-4, beta_1=0.5)


def as_floats(images):
    """uint8 images to float32 in [-1, 1], all at once, as learners do before training."""
    return images.astype("float32") / 127.5 - 1.0


def engine_model(case, generator, discriminator):
    """A lesson's model on the engine, without average, penalty and augmentation, compiled."""
    from gan_lessons import dcgan
    from gan_lessons.engine import backends
    from gan_lessons.engine.presets import Preset

    together = case.steps_per_execution
    preset = Preset("mnist", case.batch_size, steps=together, report_every=together, jit=case.jit)
    model = dcgan.DCGAN(generator, discriminator, r1=0.0, shift=0)
    model.compile(
        {p.name: adam(backends.Adam) for p in model.players},
        jit_compile=preset.jit_compile,
        steps_per_execution=together,
    )
    return model


def fit_engine(model, case, images, clock):
    """Train on the engine until the clock says stop."""
    model.fit(
        images,
        batch_size=case.batch_size,
        steps_per_epoch=10**9,
        verbose=0,
        callbacks=[ticking(clock)],
    )


def engine(case, generator, discriminator, images, clock):
    """(a) The course's engine."""
    if case.networks in ("cgan", "wgan", "cyclegan"):
        return lesson_loops.engine(case, generator, discriminator, images, clock)
    fit_engine(engine_model(case, generator, discriminator), case, images, clock)


def engine_other(case, generator, discriminator, images, clock):
    """The engine with the opposite choice about XLA."""
    engine(dataclasses.replace(case, jit=not case.jit), generator, discriminator, images, clock)


def classic(case, generator, discriminator, images, clock):
    """(b) The loop of most tutorials, mended so that the discriminator does train on Keras 3.

    Its idiom is to compile the discriminator, then to freeze it and to compile generator plus
    discriminator as a second model. On Keras 3 freezing before the discriminator's first batch
    freezes it for good, because its training function is only made then. Here its function is made
    while it is trainable, by one batch, and only then is it frozen for the combined model.
    """
    import keras

    n = case.batch_size
    images = as_floats(images)
    real, fake = np.ones((n, 1), "float32"), np.zeros((n, 1), "float32")
    rng = np.random.default_rng(0)

    def noise():
        return rng.normal(size=(n, generator.input_shape[-1])).astype("float32")

    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    discriminator.compile(optimizer=adam(), loss=loss)
    discriminator.train_on_batch(images[:n], real)
    discriminator.trainable = False
    combined = keras.Sequential([keras.Input(generator.input_shape[1:]), generator, discriminator])
    combined.compile(optimizer=adam(), loss=loss)

    going = True
    while going:
        batch = images[rng.integers(0, len(images), n)]
        made = generator.predict(noise(), verbose=0)
        discriminator.train_on_batch(batch, real)
        discriminator.train_on_batch(made, fake)
        combined.train_on_batch(noise(), real)
        going = clock.tick()


def plain(case, generator, discriminator, images, clock):
    """(c) A `train_step` of one's own with two tapes, under `fit`, not compiled by XLA."""
    if case.networks == "cyclegan":
        return lesson_loops.plain_cyclegan(case, generator, discriminator, images, clock)
    import keras
    import tensorflow as tf

    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)

    class PlainGAN(keras.Model):
        def __init__(self):
            super().__init__()
            self.generator, self.discriminator = generator, discriminator
            self.d_optimizer, self.g_optimizer = adam(), adam()

        def train_step(self, real):
            n = tf.shape(real)[0]
            z = tf.random.normal((n, generator.input_shape[-1]))
            fake = self.generator(z, training=True)
            with tf.GradientTape() as tape:
                real_logits = self.discriminator(real, training=True)
                fake_logits = self.discriminator(fake, training=True)
                d_loss = cross_entropy(tf.ones_like(real_logits), real_logits)
                d_loss += cross_entropy(tf.zeros_like(fake_logits), fake_logits)
            weights = self.discriminator.trainable_weights
            self.d_optimizer.apply_gradients(
                zip(tape.gradient(d_loss, weights), weights, strict=True)
            )

            z = tf.random.normal((n, generator.input_shape[-1]))
            with tf.GradientTape() as tape:
                logits = self.discriminator(self.generator(z, training=True), training=True)
                g_loss = cross_entropy(tf.ones_like(logits), logits)
            weights = self.generator.trainable_weights
            self.g_optimizer.apply_gradients(
                zip(tape.gradient(g_loss, weights), weights, strict=True)
            )
            return {"d_loss": d_loss, "g_loss": g_loss}

    model = PlainGAN()
    model.compile(jit_compile=False)
    model.fit(
        as_floats(images),
        batch_size=case.batch_size,
        epochs=10**9,
        verbose=0,
        callbacks=[ticking(clock)],
    )
    return None


LOOPS = {
    "engine": engine,
    "classic": classic,
    "plain": plain,
    "eager": lesson_loops.eager,
    "engine_other": engine_other,
    "engine_jax": engine,
}


def weights(network):
    """Copies of the trainable weights."""
    import keras

    return [np.array(keras.ops.convert_to_numpy(w)) for w in network.trainable_weights]


def moved(before, network):
    """How far the trainable weights went, as a share of their own length."""
    after = weights(network)
    distance = sum(float(np.sum((a - b) ** 2)) for a, b in zip(after, before, strict=True))
    return (distance / sum(float(np.sum(b**2)) for b in before)) ** 0.5


def measure(loop, case_name, images, seconds, warm_seconds=1.0):
    """Time one loop on one case, and check that both networks were trained.

    Raises:
        RuntimeError: a network did not move, or became infinite: then the time means nothing.
    """
    import networks  # not at the top: Keras must read the environment first

    case = networks.CASES[case_name]
    players = dict(zip(("generator", "discriminator"), networks.build(case), strict=True))
    before = {k: weights(v) for k, v in players.items()}
    clock = Clock(seconds, warm_seconds=warm_seconds)
    LOOPS[loop](case, players["generator"], players["discriminator"], images, clock)
    cpu, way = clock.cpu_milliseconds, {}
    for name, network in players.items():
        network.trainable = True
        way[name] = moved(before[name], network)
        if not 0.0 < way[name] < float("inf"):
            raise RuntimeError(f"{loop}, {case_name}: the {name} moved by {way[name]}, not trained")
    return {
        "milliseconds": clock.milliseconds,
        "cpu_milliseconds": cpu,
        "images_per_second": 1000 * case.batch_size * case.real_batches / clock.milliseconds,
        "steps": clock.seen - clock.base,
        "moved": way,
        # Counted for a plain turn of each player only: no penalty, no labels.
        "flops_per_image": networks.step_flops(**players)
        if case.networks in ("mlp", "dcgan")
        else None,
    }


def peak(seconds, size=2048):
    """The fastest product of two float32 matrices, by NumPy or by TensorFlow, in GFLOP/s."""
    import tensorflow as tf

    a = np.random.default_rng(0).standard_normal((size, size), dtype=np.float32)
    multiply, t = tf.function(tf.linalg.matmul), tf.constant(a)
    best = {}
    for name, run in {"numpy": lambda: a @ a, "tensorflow": lambda: multiply(t, t).numpy()}.items():
        run()
        end, times = time.perf_counter() + seconds / 2, []
        while time.perf_counter() < end or len(times) < 3:
            began = time.perf_counter()
            run()
            times.append(time.perf_counter() - began)
        best[name] = 2 * size**3 / min(times) / 1e9
    return {"gflops": max(best.values()), **best}


if __name__ == "__main__":
    loop, case_name, path, seconds = sys.argv[1:]
    if loop not in ("classic", "plain", "eager"):
        from gan_lessons import runtime  # noqa: F401  sets the environment of the lessons
    if loop == "peak":
        result = peak(float(seconds))
    elif loop == "breakdown":
        import breakdown

        result = breakdown.measure(case_name, float(seconds))
    else:
        result = measure(loop, case_name, np.load(path, allow_pickle=False), float(seconds))
    print(json.dumps(result))
