"""The checks of lesson 06 accept the solutions and explain plausible wrong answers."""

import numpy as np
import pytest
from exercise_rules import rules_for

from gan_lessons import dcgan_faces, face_arithmetic, metrics
from gan_lessons.checks import dcgan_celeba as checks


def field(layers):
    seen, apart = 1, 1
    for kernel, stride in layers:
        seen += (kernel - 1) * apart
        apart *= stride
    return seen


def field_with_own_stride(layers):
    seen, apart = 1, 1
    for kernel, stride in layers:
        apart *= stride
        seen += (kernel - 1) * apart
    return seen


def field_with_last_stride_only(layers):
    seen, before = 1, 1
    for kernel, stride in layers:
        seen += (kernel - 1) * before
        before = stride
    return seen


def shell(z):
    return z * np.sqrt(z.shape[1]) / np.linalg.norm(z, axis=1, keepdims=True)


def shell_in_place(z):
    z *= np.sqrt(z.shape[1]) / np.linalg.norm(z, axis=1, keepdims=True)
    return z


def growing(z, logits):
    design = np.column_stack([z, np.ones(len(z))])
    slope = np.linalg.lstsq(design, logits, rcond=None)[0][:-1]
    return slope / np.linalg.norm(slope)


def growing_without_constant(z, logits):
    slope = np.linalg.lstsq(z, logits, rcond=None)[0]
    return slope / np.linalg.norm(slope)


def difference_of_means(z, logits):
    middle = np.median(logits)
    slope = z[logits > middle].mean(axis=0) - z[logits <= middle].mean(axis=0)
    return slope / np.linalg.norm(slope)


def correlations(z, logits):
    slope = (z - z.mean(axis=0)).T @ (logits - logits.mean())
    return slope / np.linalg.norm(slope)


def keep(slope, others):
    return slope - np.linalg.lstsq(others.T, slope, rcond=None)[0] @ others


def keep_one_by_one(slope, others):
    for other in others:
        slope = slope - (slope @ other) / (other @ other) * other
    return slope


def keep_as_if_units(slope, others):
    return slope - (others @ slope) @ others


def growing_in_place(z, logits):
    found = growing(z, logits)
    z -= z.mean(axis=0)
    return found


def keep_too_little(slope, others):
    return 0.5 * keep(slope, others)


def closer(fakes, train, held_out):
    def nearest(real):
        return np.linalg.norm(fakes[:, None] - real[None].astype(float), axis=2).min(axis=1)

    return np.mean(nearest(train) < nearest(held_out))


def closer_as_bytes(fakes, train, held_out):
    def nearest(real):
        return np.square(fakes[:, None] - real[None]).sum(axis=2).min(axis=1)

    return np.mean(nearest(train) < nearest(held_out))


def closer_on_average(fakes, train, held_out):
    def mean(real):
        return np.linalg.norm(fakes[:, None] - real[None], axis=2).mean(axis=1)

    return np.mean(mean(train) < mean(held_out))


def closer_by_city_blocks(fakes, train, held_out):
    def nearest(real):
        return np.abs(fakes[:, None] - real[None]).sum(axis=2).min(axis=1)

    return np.mean(nearest(train) < nearest(held_out))


RIGHT = [
    (checks.check_receptive_field, field),
    (checks.check_shell, shell),
    (checks.check_growing, growing),
    (checks.check_keep_others, keep),
    (checks.check_closer, closer),
]

WRONG = {
    "kernels added": (
        checks.check_receptive_field,
        lambda layers: sum(kernel for kernel, _ in layers) or 1,
        "kernels of 3 overlap",
    ),
    "its own stride": (checks.check_receptive_field, field_with_own_stride, "widens what later"),
    "no strides": (
        checks.check_receptive_field,
        lambda layers: 1 + sum(kernel - 1 for kernel, _ in layers),
        "2 pixels apart",
    ),
    "only the last stride": (
        checks.check_receptive_field,
        field_with_last_stride_only,
        "distances in the image multiply",
    ),
    "nothing at first": (
        checks.check_receptive_field,
        lambda layers: field(layers) if layers else 0,
        "sees itself",
    ),
    "one factor for all": (
        checks.check_shell,
        lambda z: z * np.sqrt(z.size) / np.linalg.norm(z),
        "measure each row",
    ),
    "length one": (checks.check_shell, lambda z: shell(z) / 4, "sqrt(16) = 4"),
    "by the number of points": (
        checks.check_shell,
        lambda z: shell(z) / 4 * np.sqrt(len(z)),
        "does not matter",
    ),
    "each number alone": (checks.check_shell, lambda z: np.sign(z) + 0 * z, "by one factor"),
    "in place": (checks.check_shell, shell_in_place, "changed the points"),
    "sixteen for ever": (
        checks.check_shell,
        lambda z: 4 * z / np.linalg.norm(z, axis=1, keepdims=True),
        "read d off",
    ),
    "fitted in place": (checks.check_growing, growing_in_place, "changed the arrays"),
    "as bytes": (checks.check_closer, closer_as_bytes, "cannot hold negative"),
    "not of length one": (
        checks.check_growing,
        lambda z, y: 2 * growing(z, y),
        "length 1",
    ),
    "downhill": (checks.check_growing, lambda z, y: -growing(z, y), "falls"),
    "no constant": (checks.check_growing, growing_without_constant, "needs a constant"),
    "means": (checks.check_growing, difference_of_means, "exactly linear"),
    "correlations": (checks.check_growing, correlations, "exactly linear"),
    "one by one": (checks.check_keep_others, keep_one_by_one, "puts some of the first back"),
    "as if units": (checks.check_keep_others, keep_as_if_units, "not of length 1"),
    "too little": (checks.check_keep_others, keep_too_little, "nothing else does"),
    "mean distance": (checks.check_closer, closer_on_average, "nearest"),
    "held out": (checks.check_closer, lambda f, t, h: closer(f, h, t), "*closer*"),
    "a number, no share": (
        checks.check_closer,
        lambda f, t, h: closer(f, t, h) * len(f),
        "*closer*",
    ),
    "city blocks": (checks.check_closer, closer_by_city_blocks, "Euclidean"),
}

test_accepted, test_rejected, test_two_wrong_answers, test_stub_and_empty = rules_for(
    checks, RIGHT, WRONG
)


def test_the_lesson_itself_passes_its_exercises():
    """What the lesson computes is what the exercises ask for."""
    rng = np.random.default_rng(0)
    z, slopes = rng.standard_normal((300, 8)), rng.standard_normal((4, 8))
    logits = z @ slopes.T + 0.2 + 0.1 * rng.standard_normal((300, 4))
    fitted = face_arithmetic.slopes(z, logits)
    np.testing.assert_allclose(face_arithmetic.direction(fitted, 1), growing(z, logits[:, 1]))
    own = keep(fitted[1], np.delete(fitted, 1, axis=0))
    way = face_arithmetic.direction(fitted, 1, range(4))
    np.testing.assert_allclose(way, own / np.linalg.norm(own), atol=1e-9)
    fakes, train, held_out = (rng.standard_normal((n, 5)) for n in (50, 40, 30))
    found = metrics.memorisation(train, held_out, fakes)
    assert found.closer == pytest.approx(closer(fakes, train, held_out))


def test_the_discriminator_sees_what_the_first_exercise_computes():
    """A change outside the square that a number of the last picture depends on changes nothing."""
    import keras

    network = dcgan_faces.build_discriminator((2, 2, 2, 2), extra=0, dense=2, group=0)
    inner = keras.Model(network.input, network.get_layer("picture_4").output)
    seen = field([(3, 1), *[(4, 2)] * 4])
    image = np.zeros((1, 64, 64, 3), "float32")
    answers = []
    for column in range(64):
        image[:] = 0
        image[0, :, column] = 1
        answers.append(keras.ops.convert_to_numpy(inner(image, training=False))[0, 2, 2])
    blank = keras.ops.convert_to_numpy(inner(0 * image, training=False))[0, 2, 2]
    matters = np.flatnonzero([np.abs(answer - blank).max() > 0 for answer in answers])
    assert matters[-1] - matters[0] + 1 <= seen == 48
    assert matters[-1] - matters[0] + 1 > 40  # the zeros beyond the edge may hide a few
