"""Each check of lesson 09 accepts the solution and rejects plausible wrong answers, with words."""

import numpy as np
from exercise_rules import rules_for

from gan_lessons.checks import cyclegan as checks


def field(steps):
    pixels = 1
    for kernel, stride in reversed(steps):
        pixels = (pixels - 1) * stride + kernel
    return pixels


def field_by_adding(steps):
    return sum(kernel for kernel, _ in steps)


def field_without_strides(steps):
    return 1 + sum(kernel - 1 for kernel, _ in steps)


def field_from_the_wrong_end(steps):
    return field(list(reversed(steps)))


def field_with_strides_added(steps):
    pixels, apart = 1, 1
    for kernel, stride in steps:
        pixels += (kernel - 1) * apart
        apart += stride - 1
    return pixels


def squares(real, fake):
    return (((real - 1) ** 2).mean() + (fake**2).mean()) / 2, ((fake - 1) ** 2).mean() / 2


def squares_for_a_losing_generator(real, fake):
    return squares(real, fake)[0], -(fake**2).mean() / 2


def squares_after_a_sigmoid(real, fake):
    real, fake = (1 / (1 + np.exp(-20 * (v - 0.5))) for v in (real, fake))
    return squares(real, fake)


def squares_of_means(real, fake):
    return ((real.mean() - 1) ** 2 + fake.mean() ** 2) / 2, (fake.mean() - 1) ** 2 / 2


def squares_swapped(real, fake):
    return squares(fake, real)


def squares_summed_up(real, fake):
    return (((real - 1) ** 2).sum() + (fake**2).sum()) / 2, ((fake - 1) ** 2).sum() / 2


def cycles(G, F, x, y):
    return np.abs(F(G(x)) - x).mean() + np.abs(G(F(y)) - y).mean()


def forward_only(G, F, x, y):
    return np.abs(F(G(x)) - x).mean()


def backward_only(G, F, x, y):
    return np.abs(G(F(y)) - y).mean() + 0 * F(G(x)).mean()


def cycles_swapped(G, F, x, y):
    return cycles(F, G, x, y)


def cycles_squared(G, F, x, y):
    return ((F(G(x)) - x) ** 2).mean() + ((G(F(y)) - y) ** 2).mean()


def cycles_summed(G, F, x, y):
    return np.abs(F(G(x)) - x).sum() + np.abs(G(F(y)) - y).sum()


def cycles_of_means(G, F, x, y):
    return np.abs((F(G(x)) - x).mean()) + np.abs((G(F(y)) - y).mean())


def cycles_by_roots(G, F, x, y):
    return np.sqrt(((F(G(x)) - x) ** 2).mean()) + np.sqrt(((G(F(y)) - y) ** 2).mean())


def pool_with_the_coin_first(pool, size, picture, coin, place):
    if coin < 0.5 and pool:
        old, pool[place] = pool[place], picture
        return old
    if len(pool) < size:
        pool.append(picture)
    return picture


def pool_up_to_a_half(pool, size, picture, coin, place):
    if len(pool) < size:
        pool.append(picture)
        return picture
    if coin <= 0.5:
        old, pool[place] = pool[place], picture
        return old
    return picture


def no_cycle(G, F, x, y):
    return np.abs(G(x) - x).mean() + np.abs(F(y) - y).mean()


def cycles_without_absolute_values(G, F, x, y):
    return (F(G(x)) - x).mean() + (G(F(y)) - y).mean()


def pool(kept, size, picture, coin, place):
    if len(kept) < size:
        kept.append(picture)
        return picture
    if coin >= 0.5:
        return picture
    old, kept[place] = kept[place], picture
    return old


def pool_that_never_fills(kept, size, picture, coin, place):
    return kept[place] if kept and coin < 0.5 else picture


def pool_without_exchange(kept, size, picture, coin, place):
    if len(kept) < size:
        kept.append(picture)
        return picture
    return kept[place] if coin < 0.5 else picture


def pool_that_shows_the_new_one(kept, size, picture, coin, place):
    pool(kept, size, picture, coin, place)
    return picture


def pool_that_exchanges_always(kept, size, picture, coin, place):
    return pool(kept, size, picture, 0.0, place)


def pool_that_grows(kept, size, picture, coin, place):
    if len(kept) < size or coin < 0.5:
        kept.append(picture)
    return kept[place] if len(kept) > size else picture


def instance(x, epsilon):
    mean, variance = x.mean(axis=(1, 2), keepdims=True), x.var(axis=(1, 2), keepdims=True)
    return (x - mean) / np.sqrt(variance + epsilon)


def over(*axes):
    def normalised(x, epsilon):
        mean, variance = x.mean(axis=axes, keepdims=True), x.var(axis=axes, keepdims=True)
        return (x - mean) / np.sqrt(variance + epsilon)

    return normalised


def by_variance(x, epsilon):
    mean, variance = x.mean(axis=(1, 2), keepdims=True), x.var(axis=(1, 2), keepdims=True)
    return (x - mean) / (variance + epsilon)


def without_epsilon(x, epsilon):
    with np.errstate(invalid="ignore"):
        return instance(x, 0.0)


def epsilon_outside(x, epsilon):
    mean, std = x.mean(axis=(1, 2), keepdims=True), x.std(axis=(1, 2), keepdims=True)
    return (x - mean) / (std + epsilon)


RIGHT = [
    (checks.check_receptive_field, field),
    (checks.check_least_squares, squares),
    (checks.check_cycle_loss, cycles),
    (checks.check_pool, pool),
    (checks.check_instance_norm, instance),
]
WRONG = {
    "added": (checks.check_receptive_field, field_by_adding, "overlap"),
    "no strides": (checks.check_receptive_field, field_without_strides, "2 pixels apart"),
    "wrong end": (checks.check_receptive_field, field_from_the_wrong_end, "2 pixels apart"),
    "strides added": (checks.check_receptive_field, field_with_strides_added, "multiply up"),
    "loser": (checks.check_least_squares, squares_for_a_losing_generator, "wants to hear a 1"),
    "sigmoid": (checks.check_least_squares, squares_after_a_sigmoid, "no sigmoid"),
    "of means": (checks.check_least_squares, squares_of_means, "Square each patch"),
    "swapped": (checks.check_least_squares, squares_swapped, "has no loss"),
    "summed": (checks.check_least_squares, squares_summed_up, "half of one"),
    "forward": (checks.check_cycle_loss, forward_only, "a term of its own"),
    "backward": (checks.check_cycle_loss, backward_only, "held against x"),
    "wrong way round": (checks.check_cycle_loss, cycles_swapped, "first through G"),
    "squared": (checks.check_cycle_loss, cycles_squared, "a mean of absolute values"),
    "all summed": (checks.check_cycle_loss, cycles_summed, "a mean of absolute values"),
    "no cycle": (checks.check_cycle_loss, no_cycle, "both ways lead back"),
    "no absolute": (
        checks.check_cycle_loss,
        cycles_without_absolute_values,
        "a mean of absolute values",
    ),
    "mean first": (checks.check_cycle_loss, cycles_of_means, "First the absolute value"),
    "root mean square": (checks.check_cycle_loss, cycles_by_roots, "First the absolute value"),
    "coin first": (checks.check_pool, pool_with_the_coin_first, "whatever the coin says"),
    "coin of a half": (checks.check_pool, pool_up_to_a_half, "0.5 or more"),
    "empty": (checks.check_pool, pool_that_never_fills, "As long as there is room"),
    "no exchange": (checks.check_pool, pool_without_exchange, "takes the place"),
    "new": (checks.check_pool, pool_that_shows_the_new_one, "show an old picture"),
    "always": (checks.check_pool, pool_that_exchanges_always, "the new picture is shown"),
    "grows": (checks.check_pool, pool_that_grows, "takes the place"),
    "batch": (checks.check_instance_norm, over(0, 1, 2), "Every channel of every picture"),
    "layer": (checks.check_instance_norm, over(1, 2, 3), "Every channel of every picture"),
    "channels": (checks.check_instance_norm, over(3), "Every channel of every picture"),
    "variance": (checks.check_instance_norm, by_variance, "standard deviation 1"),
    "no epsilon": (checks.check_instance_norm, without_epsilon, "prevents 0 / 0"),
    "epsilon outside": (checks.check_instance_norm, epsilon_outside, "under the root"),
}

test_accepted, test_rejected, test_two_wrong_answers, test_stub_and_empty = rules_for(
    checks, RIGHT, WRONG
)
