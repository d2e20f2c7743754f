"""Attribute arithmetic, in a world in which what is seen is a known function of z."""

import numpy as np
import pytest

from gan_lessons import face_arithmetic as arithmetic
from gan_lessons import metrics, portraits
from gan_lessons.metrics import faces

D, NAMES = 12, ["smile", "glasses", "beard", "hat"]
RNG = np.random.default_rng(0)
# Glasses share much with the smile, and the beard with both: nothing stands at right angles.
W = RNG.standard_normal((4, D))
W[1] += W[0]
W[2] += 0.5 * (W[0] - W[1])
B = np.array([0.3, -0.2, 0.0, 0.5])
Z = RNG.standard_normal((300, D))


def read(z):
    return z @ W.T + B


def read_without_constant(z):
    """Here what is seen depends on the direction of z alone, not on its length."""
    return z @ W.T


class Album:
    """A "generator" whose faces are portraits: z[:, 0] is the number of the page."""

    def __init__(self, pages):
        self.pages = pages / np.float32(127.5) - 1

    def sample(self, z):
        return self.pages[np.asarray(z)[:, 0].astype(int)]


def test_the_reader_says_what_the_network_sees_in_the_face_of_each_point():
    pages = portraits.draw(6)[0]
    z = np.array([[4.0, 9.0], [0.0, 9.0], [4.0, 1.0]])
    expected = faces.predict(pages[[4, 0, 4]])[1]
    np.testing.assert_allclose(arithmetic.reader(Album(pages))(z), expected, atol=1e-3)
    small = metrics.shrunk(pages, 32)
    seen = arithmetic.reader(Album(small))(z)
    assert seen.shape == (3, 16) and np.abs(seen - expected).max() > 0.1


def test_faces_are_found_by_what_they_have_and_have_not():
    logits = np.array([[2, -2, 0, 0], [2, 2, 0, 0], [0.5, -2, 0, 0], [2, -3, 9, -9]])
    find = arithmetic.having
    assert find(logits, NAMES, {"smile": True, "glasses": False}).tolist() == [0, 3]
    assert find(logits, NAMES, {"smile": True}, sure=0.0).tolist() == [0, 1, 2, 3]
    assert find(logits, NAMES, {}).tolist() == [0, 1, 2, 3]
    with pytest.raises(ValueError, match="no attribute 'frown'; there are smile, glasses"):
        find(logits, NAMES, {"frown": True})


def test_the_groups_of_an_analogy():
    """Smiling women - women + men = smiling men, where "beard" tells men from women."""
    have, lack, others, result = arithmetic.groups("smile", "beard")
    assert have == {"smile": True, "beard": False} and lack == {"smile": False, "beard": False}
    assert others == {"smile": False, "beard": True} and result == {"smile": True, "beard": True}
    assert arithmetic.groups("smile", "beardless", of_kind=False)[3] == {
        "smile": True,
        "beardless": False,
    }


def test_an_analogy_is_the_sum_of_three_means():
    have, lack, others = [[1.0, 2], [3, 4]], [[0.0, 1], [0, 3]], [[5.0, 5], [7, 9]]
    found = arithmetic.analogy(*map(np.array, (have, lack, others)))
    np.testing.assert_allclose(found, [2 - 0 + 6, 3 - 2 + 7])


def test_analogies_are_drawn_from_their_groups_and_judged():
    logits, wanted = read(Z), arithmetic.groups("smile", "hat")
    sums, right = arithmetic.analogies(read, Z, logits, NAMES, wanted, 3, tries=40, seed=1)
    assert sums.shape == (40, D) and right.shape == (40,)
    seen = read(sums)
    np.testing.assert_array_equal(right, (seen[:, 0] > 0) & (seen[:, 3] > 0))
    # In a linear world the logit of a sum is the sum of the logits: so of means of each group.
    members = [arithmetic.having(logits, NAMES, group) for group in wanted[:3]]
    expected = sum(s * logits[m].mean(axis=0) for s, m in zip((1, -1, 1), members, strict=True))
    np.testing.assert_allclose(seen.mean(axis=0), expected, atol=1.5)
    drawn_back, _ = arithmetic.analogies(read, Z, logits, NAMES, wanted, 3, 40, 1, in_shell=True)
    factor = Z.shape[1] ** 0.5 / np.linalg.norm(sums, axis=1, keepdims=True)
    np.testing.assert_allclose(drawn_back, sums * factor)
    again, _ = arithmetic.analogies(read, Z, logits, NAMES, wanted, 3, tries=40, seed=2)
    assert np.abs(again - sums).max() > 0.1
    with pytest.raises(ValueError, match="300 faces of each group are needed; there are"):
        arithmetic.analogies(read, Z, logits, NAMES, wanted, 300, tries=1)


def test_slopes_are_those_of_the_world():
    np.testing.assert_allclose(arithmetic.slopes(Z, read(Z)), W, atol=1e-9)
    noisy = read(Z) + 0.1 * RNG.standard_normal((300, 4))
    np.testing.assert_allclose(arithmetic.slopes(Z, noisy), W, atol=0.05)
    with pytest.raises(ValueError, match="13 points are too few to fit 13 numbers"):
        arithmetic.slopes(Z[:13], read(Z[:13]))


def test_along_a_direction_one_logit_grows_and_those_to_keep_stay():
    way = arithmetic.direction(W, 0, keep=range(4))
    effect = W @ way
    assert np.linalg.norm(way) == pytest.approx(1)
    np.testing.assert_allclose(effect[1:], 0, atol=1e-12)
    # None of length 1 that keeps the others gains more: compare with many that keep them.
    kept = np.linalg.svd(W[1:])[2][3:]
    others = RNG.standard_normal((500, D - 3)) @ kept
    others /= np.linalg.norm(others, axis=1, keepdims=True)
    assert effect[0] >= (others @ W[0]).max() > 0
    free = arithmetic.direction(W, 0)
    np.testing.assert_allclose(free, W[0] / np.linalg.norm(W[0]))
    assert np.abs(W[1:] @ free).min() > 0.1


def test_a_move_keeps_the_length():
    way = np.eye(D)[0]
    there = arithmetic.moved(Z, way, 2.0)
    np.testing.assert_allclose(np.linalg.norm(there, axis=1), np.linalg.norm(Z, axis=1))
    straight = Z + 2.0 * way
    cosines = (there * straight).sum(axis=1) / np.prod(
        [np.linalg.norm(x, axis=1) for x in (there, straight)], axis=0
    )
    np.testing.assert_allclose(cosines, 1.0)
    np.testing.assert_allclose(arithmetic.moved(Z, way, 0.0), Z)
    each = arithmetic.moved(Z[:2], way, np.array([0.0, 2.0]))
    np.testing.assert_allclose(each, [Z[0], there[1]])


@pytest.mark.parametrize("wanted", [True, False])
def test_each_face_goes_as_far_as_it_must_and_no_further(wanted):
    way, steps = arithmetic.direction(W, 0, range(4)), np.arange(0.25, 12, 0.25)
    found = arithmetic.change(read, Z, way, 0, wanted, steps)
    sign = 1 if wanted else -1
    for z, step, flipped in zip(Z[:60], found.step, found.flipped, strict=False):
        logits = []
        for s in (0.0, *steps):
            there = z + s * sign * way
            there = there * np.linalg.norm(z) / np.linalg.norm(there)
            logits.append(sign * (W[0] @ there + B[0]))
        reached = np.flatnonzero(np.array(logits) > 0)
        assert flipped == (len(reached) > 0)
        if flipped:
            assert step == (0.0, *steps)[reached[0]]
    assert found.flipped.mean() > 0.95
    had = sign * read(Z)[:, 0] > 0
    assert (found.step[had] == 0).all() and (found.step[~had] > 0).all()


def test_what_is_projected_out_stays_and_what_is_not_travels_along():
    lacking = Z[read_without_constant(Z)[:, 0] < 0]
    kept = arithmetic.direction(W, 0, range(4))
    sound = arithmetic.change(read_without_constant, lacking, kept, 0)
    assert sound.stayed == 1.0 and sound.flipped.mean() > 0.95
    free = arithmetic.change(read_without_constant, lacking, arithmetic.direction(W, 0), 0)
    before, after = (read_without_constant(z) > 0 for z in (lacking, free.z))
    same = (before == after)[:, 1:]
    assert free.stayed == pytest.approx(same.mean()) and free.stayed < 0.95
    assert free.figures()["step"] < sound.figures()["step"]


def test_who_cannot_change_goes_to_the_end_and_is_counted():
    """A world in which nobody ever smiles."""

    def deaf(z):
        return np.full((len(z), 4), -1.0)

    found = arithmetic.change(deaf, Z[:5], np.eye(D)[0], 0, steps=(1.0, 2.0))
    assert found.step.tolist() == [2.0] * 5 and not found.flipped.any()
    assert found.figures() == {"flipped": 0.0, "stayed": 1.0, "step": 2.0}


def test_a_random_way_leads_nowhere_in_particular():
    ways = np.array([arithmetic.random_direction(D, seed) for seed in range(400)])
    np.testing.assert_allclose(np.linalg.norm(ways, axis=1), 1.0)
    assert np.linalg.norm(ways.mean(axis=0)) < 0.15
    lacking = Z[read(Z)[:, 0] < 0]
    step = np.linspace(0, 3, len(lacking))
    found = arithmetic.gone(read, lacking, ways[0], 0, step)
    there = arithmetic.moved(lacking, ways[0], step)
    np.testing.assert_array_equal(found.z, there)
    np.testing.assert_array_equal(found.flipped, read(there)[:, 0] > 0)
    np.testing.assert_array_equal(found.same, (read(there) > 0) == (read(lacking) > 0))
    away = arithmetic.gone(read, Z[:5], ways[0], 0, 1.0, wanted=False)
    np.testing.assert_array_equal(away.z, arithmetic.moved(Z[:5], -ways[0], 1.0))
    assert away.step.tolist() == [1.0] * 5


def test_being_sure_takes_longer():
    lacking = Z[read(Z)[:, 0] < 0]
    way = arithmetic.direction(W, 0, range(4))
    steps = np.arange(0.1, 12, 0.1)
    barely = arithmetic.change(read, lacking, way, 0, steps=steps)
    surely = arithmetic.change(read, lacking, way, 0, steps=steps, sure=1.0)
    assert (surely.step >= barely.step).all() and surely.step.mean() > barely.step.mean()
    assert (read(surely.z)[surely.step < steps[-1]][:, 0] > 1.0).all()


def test_a_thief_is_caught_and_an_honest_painter_is_not():
    train, held_out, honest = (portraits.draw(80, seed)[0] for seed in (0, 1, 2))
    noise = np.random.default_rng(0).normal(0, 4, (40, 64, 64, 3))
    stolen = np.clip(train[:40] + noise, 0, 255) / 127.5 - 1  # floats, as from a generator
    known = arithmetic.views(train), arithmetic.views(held_out)
    assert known[0]["pixels"].shape == (80, 16 * 16 * 3) and known[0]["features"].shape == (80, 64)
    thief = arithmetic.copies(*known, arithmetic.views(stolen))
    painter = arithmetic.copies(*known, arithmetic.views(honest))
    for name in ("pixels", "features"):
        assert thief[name].closer > 0.95 and thief[name].copies > 0.9, name
        assert 0.3 < painter[name].closer < 0.7 and painter[name].copies < 0.15, name
