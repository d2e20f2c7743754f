"""Each check of lesson 05 accepts the solution and rejects plausible wrong answers, with words."""

import numpy as np
import pytest
from keras import ops

from gan_lessons.checks import dcgan_mnist as checks


def verdict_of(check, answer, status, words=""):
    verdict = check(answer)
    assert verdict.status == status, verdict.message
    assert words in verdict.message, verdict.message
    return verdict


# --- size -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [lambda n, k, s: (n - 1) * s + k, lambda n, k, s: n * s + k - s, lambda n, k, s: k + s * ~-n],
)
def test_size_is_accepted(answer):
    verdict_of(checks.check_transposed_size, answer, "accepted")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda n, k, s: n * s, "single stamp"),  # what padding "same" leaves of it
        (lambda n, k, s: (n - k) // s + 1, "single stamp"),  # the convolution, not its transpose
        (lambda n, k, s: n * s + k, "single stamp"),  # one stride too many
        (lambda n, k, s: n + k - 1, "one stride of 3"),  # forgets the stride
        (lambda n, k, s: n * k, "one stride of 3"),  # stamps side by side
        (lambda n, k, s: (n - 1) * (s if n < 3 else 2) + k, "begins after 4 strides"),
    ],
)
def test_size_is_rejected(answer, words):
    verdict_of(checks.check_transposed_size, answer, "wrong", words)


# --- transposed convolution -----------------------------------------------------------------------


def stamps(x, kernel, stride, add=True, mirror=False, extra=0, step=None):
    """The solution, and with other arguments what goes wrong with it."""
    step = stride if step is None else step
    out = np.zeros((len(x) - 1) * step + len(kernel) + extra)
    for i, value in enumerate(x):
        part = slice(i * step, i * step + len(kernel))
        stamp = value * (kernel[::-1] if mirror else kernel)
        out[part] = out[part] + stamp if add else stamp
    return out


def by_dilation(x, kernel, stride):
    """Another right way: zeros between the numbers, then a full convolution."""
    spread = np.zeros((len(x) - 1) * stride + 1)
    spread[::stride] = x
    return np.convolve(spread, kernel)


def spoils_its_input(x, kernel, stride):
    out = stamps(x, kernel, stride)
    x[:] = 0
    return out


@pytest.mark.parametrize("answer", [stamps, by_dilation])
def test_transposed_convolution_is_accepted(answer):
    verdict_of(checks.check_transposed_convolution, answer, "accepted")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda *a: stamps(*a, mirror=True), "not mirrored"),
        (lambda *a: stamps(*a, step=1), "shape should be (8,)"),  # stride forgotten
        (lambda *a: stamps(*a, add=False), "they add up"),
        (lambda *a: stamps(*a, extra=1), "shape should be (3,)"),
        (lambda x, k, s: np.convolve(x, k)[::s], "shape should be (3,)"),  # strided convolution
        (spoils_its_input, "changed the array"),
        (lambda *a: None, "forget `return`"),
    ],
)
def test_transposed_convolution_is_rejected(answer, words):
    verdict_of(checks.check_transposed_convolution, answer, "wrong", words)


def test_the_oracle_is_keras_own_convolution():
    rng = np.random.default_rng(0)
    x, kernel = rng.standard_normal(11).astype("float32"), rng.standard_normal(4).astype("float32")
    theirs = ops.conv(x[None, :, None], kernel[:, None, None], strides=2, padding="valid")
    ours = checks.convolution_matrix(11, kernel, 2) @ x
    np.testing.assert_allclose(np.ravel(ops.convert_to_numpy(theirs)), ours, atol=1e-5)


# --- great circle ---------------------------------------------------------------------------------


def slerp(a, b, t):
    cosine = a @ b / (np.linalg.norm(a) * np.linalg.norm(b))
    w = np.arccos(np.clip(cosine, -1, 1))
    return (np.sin((1 - t) * w) * a + np.sin(t * w) * b) / np.sin(w)


def lerp(a, b, t):
    return (1 - t) * a + t * b


def lerp_back_on_the_sphere(a, b, t):
    return lerp(a, b, t) * np.linalg.norm(a) / np.linalg.norm(lerp(a, b, t))


def slerp_on_the_unit_sphere(a, b, t):
    w = np.arccos(np.clip(a @ b, -1, 1))
    return (np.sin((1 - t) * w) * a + np.sin(t * w) * b) / np.sin(w)


def only_half_way(a, b, t):
    return slerp(a, b, t) if len(a) == 2 or t in (0.0, 0.5, 1.0) else lerp(a, b, t)


def test_great_circle_is_accepted():
    verdict_of(checks.check_great_circle, slerp, "accepted")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lerp, "never leaves the sphere"),
        (lerp_back_on_the_sphere, "turns evenly"),
        (lambda a, b, t: slerp(b, a, t), "still at a"),
        (lambda a, b, t: a, "arrived at b"),
        (only_half_way, "leaves the great circle"),
        (lambda a, b, t: slerp(a, b, t * t), "turns evenly"),
        (lambda a, b, t: slerp(a, b, t) / np.linalg.norm(a), "still at a"),
        (slerp_on_the_unit_sphere, "NaN"),
    ],
)
@pytest.mark.filterwarnings("ignore:(invalid value|divide by zero):RuntimeWarning")
def test_great_circle_is_rejected(answer, words):
    verdict_of(checks.check_great_circle, answer, "wrong", words)


# --- even cover -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [lambda k, s: k % s == 0, lambda k, s: np.bool_(k // s * s == k), lambda k, s: not k % s],
)
def test_even_cover_is_accepted(answer):
    verdict_of(checks.check_even_cover, answer, "accepted")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda k, s: k % 2 == 0, "Kernel 6, stride 4: count the stamps"),
        (lambda k, s: k == 2 * s, "Kernel 3, stride 3"),
        (lambda k, s: k == 4, "Kernel 6, stride 3"),
        (lambda k, s: k > s, "Kernel 3, stride 2"),
        (lambda k, s: k % s, "They are 1 and 2."),
        (lambda k, s: "yes", "Numbers were expected"),
    ],
)
def test_even_cover_is_rejected(answer, words):
    verdict_of(checks.check_even_cover, answer, "wrong", words)


def test_interior_counts_by_hand():
    assert set(checks.interior_counts(3, 2)) == {1, 2}
    assert set(checks.interior_counts(5, 2)) == {2, 3}
    assert set(checks.interior_counts(4, 2)) == {2}
    assert set(checks.interior_counts(2, 3)) == {0, 1}


# --- pixels ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        lambda x: x / 127.5 - 1,
        lambda x: ops.cast(x, "float32") / 127.5 - 1,
        lambda x: (x.astype("float32") - 127.5) / 127.5,
    ],
)
def test_scale_is_accepted(answer):
    verdict_of(checks.check_scale_pixels, answer, "accepted")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda x: x / 255, "lower end of tanh"),
        (lambda x: (x - np.uint8(127)) / 128, "lower end of tanh"),  # uint8 wraps round
        (lambda x: (x / 127.5 - 1).astype(int), "Equal steps"),
        (lambda x: 2.0 * (x - x.min()) / (x.max() - x.min()) - 1, "stay dim"),
        (lambda x: 2 * np.sqrt(x / 255) - 1, "Equal steps"),
        (lambda x: x / 127.5, "lower end of tanh"),
        (lambda x: x / 128 - 1, "upper end of tanh"),
        (lambda x: (x / 127.5 - 1).reshape(len(x), -1), "shape should be"),
    ],
)
def test_scale_is_rejected(answer, words):
    verdict_of(checks.check_scale_pixels, answer, "wrong", words)


# --- all of them ----------------------------------------------------------------------------------

ALL = [check for name, check in vars(checks).items() if name.startswith("check_")]


@pytest.mark.parametrize("check", ALL)
def test_stub_is_not_attempted(check):
    def stub(*args):
        raise NotImplementedError("your turn")

    verdict_of(check, stub, "not attempted")


def test_there_are_five():
    assert len(ALL) == 5
