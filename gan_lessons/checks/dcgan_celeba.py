"""Checks of the exercises in lesson 06, the DCGAN of faces."""

import numpy as np

from gan_lessons.checks.core import as_array, check, expect, expect_close


@check("how much of the image a number depends on")
def check_receptive_field(fn):
    """fn([(kernel, stride), ...]) is the width of the square that one number depends on."""
    expect_close(fn([]), 1, "Without layers each number is one pixel, and sees itself.")
    expect_close(fn([(5, 1)]), 5, "One layer with a kernel of 5 sees 5 pixels.")
    expect_close(
        fn([(4, 2)]),
        4,
        "The stride of a layer says how far apart its *outputs* lie: it widens what later layers "
        "see, and not this one.",
    )
    expect_close(
        fn([(3, 1), (3, 1)]),
        5,
        "Two kernels of 3 overlap: the second adds a pixel on either side of what the first sees.",
    )
    expect_close(
        fn([(4, 2), (4, 2)]),
        10,
        "After a stride of 2 neighbouring numbers are 2 pixels apart, so that three more of them "
        "add 6 to the first 4.",
    )
    for layers in ([(3, 1), *[(4, 2)] * 4], [(5, 3), (3, 2), (2, 1), (3, 1)], [(1, 2), (3, 1)]):
        expect_close(
            fn(list(layers)),
            _seen(layers),
            f"Layers {layers}: distances in the image multiply, the stride of each layer with "
            "those of all before it.",
        )


def _seen(layers):
    """The same by following one output back to all the pixels that it depends on."""
    places = {0}
    for kernel, stride in reversed(layers):
        places = {place * stride + tap for place in places for tap in range(kernel)}
    return max(places) - min(places) + 1


@check("back into the shell")
def check_shell(fn):
    """fn(z (n, d)) has the directions of z, and all lengths sqrt(d)."""
    rng = np.random.default_rng(0)
    z = rng.standard_normal((5, 16)) * np.array([0.1, 1.0, 3.0, 10.0, 0.5])[:, None]
    before = z.copy()
    there = as_array(fn(z), (5, 16))
    lengths = np.linalg.norm(there, axis=1)
    expect(
        np.ptp(lengths) < 1e-6 * lengths.max(),
        "All points should get the *same* length, so each needs a factor of its own: measure each "
        "row, not the whole array.",
    )
    expect_close(
        lengths,
        np.full(5, 4.0),
        "With d = 16 dimensions the shell has the radius sqrt(16) = 4; how many points there are "
        "does not matter.",
    )
    expect_close(
        there / 4,
        before / np.linalg.norm(before, axis=1, keepdims=True),
        "A point stands for its direction: multiply all of its numbers by one factor.",
    )
    expect(np.array_equal(z, before), "Your function changed the points it was given.")
    few = as_array(fn(rng.standard_normal((3, 7))), (3, 7))
    expect_close(
        np.linalg.norm(few, axis=1),
        np.full(3, 7**0.5),
        "With d = 7 dimensions the radius is the root of 7: read d off the points.",
    )


@check("the direction in which a logit grows")
def check_growing(fn):
    """fn(z (n, d), logits (n,)) is the unit vector of the best linear fit's slope, (d,)."""
    rng = np.random.default_rng(1)
    slope = np.array([3.0, 0.0, -4.0])
    z = rng.standard_normal((200, 3))
    found = as_array(fn(z, z @ slope), (3,))
    expect_close(
        np.linalg.norm(found), 1.0, "A direction has length 1: only where it points counts."
    )
    expect(
        found @ slope > 0,
        "Along your direction the logit falls. It should grow.",
    )
    expect_close(found, slope / 5, "Here the logit is exactly linear in z, so its slope is known.")
    given = z.copy(), z @ slope
    fn(*given)
    unchanged = np.array_equal(given[0], z) and np.array_equal(given[1], z @ slope)
    expect(unchanged, "Your function changed the arrays it was given.")
    expect_close(
        fn(z + 2.0, (z + 2.0) @ slope + 7.0),
        slope / 5,
        "A network may say yes or no to most faces, whatever z is: the line needs a constant.",
    )
    mixed = z @ np.array([[1.0, 0.8, 0.0], [0.0, 0.6, 0.0], [0.0, 0.0, 1.0]])
    noisy = mixed @ slope + 0.1 * rng.standard_normal(200)
    expect_close(
        fn(mixed, noisy),
        slope / 5,
        "In these z two numbers are large together. A regression tells whose work it is; the mean "
        "of the z with high logits, or a correlation with each number alone, does not.",
        atol=0.02,
    )


@check("a direction that leaves the others alone")
def check_keep_others(fn):
    """fn(slope (d,), others (k, d)) is slope without what the others can make up."""
    slope = np.array([1.0, 2.0, 3.0])
    expect_close(
        fn(slope, np.array([[0.0, 5.0, 0.0]])),
        [1.0, 0.0, 3.0],
        "One other, along the second axis and not of length 1: all of the second number goes, and "
        "nothing else does.",
    )
    others = np.array([[1.0, 0.0, 0.0, 0.0], [1.0, 1.0, 0.0, 0.0]])
    left = as_array(fn(np.array([2.0, 3.0, 4.0, 0.0]), others), (4,))
    expect(
        np.abs(others @ left).max() < 1e-6,
        "A step along your direction still moves one of the others. They are not at right angles "
        "to each other, so that taking them away one by one puts some of the first back: look for "
        "the best combination of all of them at once.",
    )
    rng = np.random.default_rng(2)
    slope, others = rng.standard_normal(12), rng.standard_normal((5, 12))
    before = slope.copy(), others.copy()
    q, _ = np.linalg.qr(others.T)
    expect_close(
        fn(slope, others),
        before[0] - q @ (q.T @ before[0]),
        "What is left should be the slope less its projection onto the space of the others, and no "
        "less: do not give away more than you must.",
    )
    unchanged = np.array_equal(slope, before[0]) and np.array_equal(others, before[1])
    expect(unchanged, "Your function changed the arrays it was given.")


@check("the share of fakes that are closer to the training set")
def check_closer(fn):
    """fn(fakes, train, held_out) is the share of fakes nearer to a training than a held-out one."""
    train = np.array([[0.0, 0.0], [10.0, 0.0], [0.0, 10.0]])
    held_out = np.array([[5.0, 5.0], [-5.0, 5.0], [5.0, -5.0]])
    expect_close(
        fn(train + 0.1, train, held_out),
        1.0,
        "Each of these fakes lies right beside a training point, so all of them, a share of 1, are "
        "*closer* to the training set.",
    )
    expect_close(
        fn(np.array([[0.5, 0.0]]), np.array([[0.0, 0.0], [99.0, 0.0]]), np.array([[4.0, 0.0]] * 2)),
        1.0,
        "Of each set only the *nearest* point counts, however far off the others are.",
    )
    expect_close(
        fn(held_out + 0.1, train, held_out),
        0.0,
        "These lie right beside held-out points: none is closer to the training set.",
    )
    expect_close(
        fn(np.concatenate([train[:1] + 0.1, held_out + 0.1]), train, held_out),
        0.25,
        "One of these four fakes lies beside a training point, so the share is a quarter.",
    )
    rng = np.random.default_rng(3)
    fakes, train, held_out = (rng.standard_normal((n, 6)) for n in (40, 30, 20))
    nearer = [
        min(((x - y) ** 2).sum() for y in train) < min(((x - y) ** 2).sum() for y in held_out)
        for x in fakes
    ]
    given = [array.copy() for array in (fakes, train, held_out)]
    expect_close(
        fn(*given),
        np.mean(nearer),
        "The sets need not be equally large. Each fake is judged alone, by Euclidean distance.",
    )
    unchanged = all(map(np.array_equal, given, (fakes, train, held_out)))
    expect(unchanged, "Your function changed the arrays it was given.")
    one, two, far = (np.array([[v]], "uint8") for v in (0, 20, 100))
    expect_close(
        fn(one, two, far),
        1.0,
        "Pictures may come as bytes, which cannot hold negative differences: 0 - 20 becomes 236. "
        "Make them floats first.",
    )
