"""Where the time of the engine's training step goes (TensorFlow only).

Each part is run on its own, at the sizes that it has in the step: the products (dense layers and
convolutions, forward and backward), normalisation and activations, the optimizers. What `fit`
adds to the bare step is data and Python; what the parts do not explain is called the rest.
"""

import time

import loops
import networks
import numpy as np
import tensorflow as tf
from clock import Clock


def milliseconds(run, seconds):
    """The shortest time of one call of `run`, tried for `seconds`, at least three times."""
    run()
    best, tries, end = float("inf"), 0, time.perf_counter() + seconds
    while tries < 3 or time.perf_counter() < end:
        began = time.perf_counter()
        run()
        best, tries = min(best, time.perf_counter() - began), tries + 1
    return 1000 * best


def layer_run(layer, batch_size, for_weights, for_input):
    """A function that runs a layer forward and as much of its backward pass as is asked for."""
    x = tf.random.normal((batch_size, *layer.input.shape[1:]))
    upstream = tf.random.normal((batch_size, *layer.output.shape[1:]))
    parameters = [w.value for w in layer.trainable_weights] if for_weights else []

    @tf.function
    def run():
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = layer(x, training=True)
        sources = parameters + ([x] if for_input else [])
        return y, tape.gradient(y, sources, output_gradients=upstream)

    return run


def turns(generator, discriminator):
    """All layer calls of one step: (layer, times, gradient of weights?, gradient of input?)."""
    for i, layer in enumerate(discriminator.layers):
        yield layer, 2, True, i > 0  # real and fake in the discriminator's own turn
        yield layer, 1, False, True  # the generator's turn
    for i, layer in enumerate(generator.layers):
        yield layer, 1, True, i > 0


def measure(case_name, seconds):
    """Milliseconds of each part, and the speed of each layer's products."""
    case = networks.CASES[case_name]
    generator, discriminator = networks.build(case)
    calls = list(turns(generator, discriminator))
    share = seconds / (len(calls) + 3)

    products, others, by_layer = 0.0, 0.0, {}
    for layer, times, for_weights, for_input in calls:
        run = layer_run(layer, case.batch_size, for_weights, for_input)
        duration = times * milliseconds(run, share)
        flops = networks.layer_flops(layer) * times * case.batch_size
        if not flops:
            others += duration
            continue
        products += duration
        past = by_layer.setdefault(layer.name, [0.0, 0.0])
        past[0] += flops * (1 + for_weights + for_input)
        past[1] += duration

    images = np.random.default_rng(0).integers(0, 256, (4096, 28, 28, 1), dtype="uint8")
    model = loops.engine_model(case, generator, discriminator)
    bare = tf.function(model.train_step, jit_compile=model.jit_compile)
    batch = tf.constant(images[: case.batch_size])
    bare_ms = milliseconds(lambda: bare(batch), 3 * share)
    optimizers = sum(milliseconds(optimizer_run(p), share) for p in model.players)
    clock = Clock(3 * share)
    loops.fit_engine(model, case, images, clock)
    return {
        "step under fit": clock.milliseconds,
        "step alone": bare_ms,
        "products": products,
        "normalisation and activations": others,
        "optimizers": optimizers,
        "gflops by layer": {k: f / ms / 1e6 for k, (f, ms) in by_layer.items()},
    }


def optimizer_run(player):
    """A function that applies one player's optimizer to gradients of the right shapes."""
    gradients = [tf.random.normal(v.shape) for v in player.variables]

    @tf.function
    def run():
        player.optimizer.apply(gradients, player.variables)

    return run
