"""Checks of the exercises in lesson 09, CycleGAN."""

import numpy as np

from gan_lessons.checks.core import as_array, check, expect, expect_close


@check("how many pixels one answer sees")
def check_receptive_field(fn):
    """fn(steps) is the side of the patch in pixels; steps are (kernel, stride), first one first."""
    expect_close(fn([(4, 2)]), 4, "One convolution sees as many pixels as its kernel is wide.")
    expect_close(
        fn([(3, 1), (3, 1)]),
        5,
        "Two neighbouring windows of 3 overlap: a second layer of 3 adds 2 pixels, not 3.",
    )
    expect_close(
        fn([(3, 2), (3, 1)]),
        7,
        "After a stride of 2, neighbours in the next layer are 2 pixels apart, so that each step "
        "of its kernel reaches 2 pixels further.",
    )
    expect_close(
        fn([(3, 1), (3, 2)]),
        5,
        "A stride spreads the layers that come *after* it. That of the last layer changes nothing "
        "for a single answer.",
    )
    expect_close(
        fn([(4, 2), (4, 2), (4, 2), (4, 1), (4, 1)]),
        70,
        "This is the discriminator of the paper, which sees 70 pixels: strides multiply up.",
    )


@check("least squares for both players")
def check_least_squares(fn):
    """fn(real, fake), maps of raw answers, is the pair (loss of D, loss of G)."""
    ones, zeros = np.ones((2, 3, 3, 1)), np.zeros((2, 3, 3, 1))
    d, g = _two(fn(ones, zeros))
    expect_close(d, 0.0, "D says 1 to all real patches and 0 to all fake ones: it has no loss.")
    expect_close(
        g, 0.5, "G wants to hear a 1 for its fakes and hears 0: half of one, squared. (Not 0!)"
    )
    d, g = _two(fn(ones, ones))
    expect_close(g, 0.0, "D believes every fake: G has no loss.")
    expect_close(d, 0.5, "D is right about real patches and wrong by 1 about fake ones.")
    d, g = _two(fn(3 * ones, 0.5 * ones))
    expect_close(
        d,
        0.5 * 4 + 0.5 * 0.25,
        "The answers are taken as they are, with no sigmoid: a 3 is too much of a good thing and "
        "costs as much as a -1.",
    )
    rng = np.random.default_rng(0)
    real, fake = rng.standard_normal((4, 5, 5, 1)), rng.standard_normal((6, 5, 5, 1))
    d, g = _two(fn(real, fake))
    expect_close(
        d,
        0.5 * ((real - 1) ** 2).mean() + 0.5 * (fake**2).mean(),
        "Square each patch's answer first, then take the mean over all patches and pictures.",
    )
    expect_close(g, 0.5 * ((fake - 1) ** 2).mean(), "The same for G, with the target 1.")


def _two(answer):
    """The two losses of an answer."""
    expect(answer is not None, "Your function returned nothing: did you forget `return`?")
    expect(
        isinstance(answer, (tuple, list)) and len(answer) == 2,
        "Return two losses, that of D and that of G.",
    )
    return answer


@check("both cycle terms of two functions")
def check_cycle_loss(fn):
    """fn(G, F, x, y) is mean |F(G(x)) - x| + mean |G(F(y)) - y|."""
    x, y = np.array([[0.0, 1.0], [2.0, 5.0]]), np.array([[1.0, 3.0]])
    asked = set()

    def spied(name, map_):
        def run(values):
            asked.add(name)
            return map_(np.asarray(values, "float64"))

        return run

    value = fn(spied("G", lambda v: 2 * v + 1), spied("F", lambda v: (v - 1) / 2), x, y)
    expect_close(value, 0.0, "F undoes G and G undoes F: both ways lead back, and nothing is lost.")
    expect(asked == {"G", "F"}, "Both functions have to be asked.")
    signed, plain = np.array([[-0.5]]), np.array([[0.5]])
    expect_close(
        fn(np.abs, lambda v: v, signed, plain),
        1.0,
        "G forgets the sign, so x does not come back: F(G(x)) has to be held against x.",
    )
    expect_close(
        fn(lambda v: v, np.abs, plain, signed),
        1.0,
        "F forgets the sign, so y does not come back: the way from y is a term of its own.",
    )
    expect_close(
        fn(lambda v: v + 1, lambda v: v - 3, np.zeros((4, 5)), np.zeros((3, 5))),
        4.0,
        "Every number comes back 2 lower, on both ways. Each term is a mean of absolute values, "
        "neither a sum nor squares, and both are added.",
    )
    expect_close(
        fn(lambda v: v, lambda v: 2 * v, np.array([[1.0, -3.0, 2.0]]), np.array([[0.0, -1.0]])),
        2.5,
        "First the absolute value, then the mean: errors of opposite sign must not cancel, and a "
        "large one counts no more than several small ones of the same sum.",
    )
    expect_close(
        fn(np.abs, lambda v: v - 1, np.array([[-0.5]]), np.array([[0.25]])),
        0.5,
        "G takes what is of the kind x: from x the way leads first through G, then through F; from "
        "y first through F.",
    )


@check("what the pool shows")
def check_pool(fn):
    """fn(pool, size, picture, coin, place) gives the picture to show; pool is a list it changes."""
    pool = []
    shown = [fn(pool, 3, *given) for given in (("a", 0.9, 0), ("b", 0.2, 0), ("c", 0.1, 0))]
    expect(None not in shown, "Your function returned nothing: did you forget `return`?")
    expect(
        pool == ["a", "b", "c"] and shown == ["a", "b", "c"],
        "As long as there is room, every picture goes into the pool, and is shown itself, whatever "
        "the coin says.",
    )
    for coin in (0.7, 0.5):
        expect(
            fn(pool, 3, "d", coin, 1) == "d" and pool == ["a", "b", "c"],
            "The pool is full and the coin is 0.5 or more: the new picture is shown, the pool "
            "stays.",
        )
    shown = fn(pool, 3, "e", 0.2, 1)
    expect(
        shown == "b",
        "The coin is below 0.5: show an old picture, the one that lies at `place`.",
    )
    expect(
        pool == ["a", "e", "c"],
        "The new picture takes the place of the one that was shown: otherwise the pool would show "
        "the fakes of the first steps for ever.",
    )
    expect(
        fn(pool, 3, "f", 0.2, 1) == "e" and len(pool) == 3,
        "And so on: the pool never grows beyond its size.",
    )


@check("instance normalisation")
def check_instance_norm(fn):
    """fn(x, epsilon) normalises every channel of every picture, (n, h, w, c)."""
    rng = np.random.default_rng(1)
    x = rng.standard_normal((3, 4, 5, 2)) * [2.0, 0.5] + [1.0, -3.0]
    expected = (x - x.mean(axis=(1, 2), keepdims=True)) / x.std(axis=(1, 2), keepdims=True)
    normal = as_array(fn(x, 0.0), x.shape)
    expect_close(
        normal.mean(axis=(1, 2)),
        np.zeros((3, 2)),
        "Every channel of every picture gets the mean 0: over height and width, nothing else.",
    )
    expect_close(
        normal.std(axis=(1, 2)), np.ones((3, 2)), "And the standard deviation 1, each by itself."
    )
    expect_close(normal, expected, "Subtract the mean, divide by the standard deviation.")
    other = np.concatenate([x[:1], 10 * x[1:]])
    expect_close(
        as_array(fn(other, 0.0), x.shape)[:1],
        expected[:1],
        "A picture must not depend on its neighbours in the batch.",
    )
    flat = np.full((1, 4, 4, 1), 7.0)
    expect_close(
        fn(flat, 1e-5),
        np.zeros_like(flat),
        "A picture of one colour has no variance: epsilon, added to it, prevents 0 / 0.",
    )
    expect_close(
        fn(x[:1], 0.25),
        (x[:1] - x[:1].mean(axis=(1, 2), keepdims=True))
        / np.sqrt(x[:1].var(axis=(1, 2), keepdims=True) + 0.25),
        "Epsilon is added to the variance, under the root.",
    )
