"""Health alarms: the common ways in which a GAN dies, noticed while it trains."""

import keras
import numpy as np

from gan_lessons.engine.callbacks import is_finite

DEAD = 1e-5  # spread, as a share of the real one, below which z has no effect
LESSON = "04_when_gans_fail"
# What each alarm says, and the section of that notebook which shows the failure and its cure.
ADVICE = {
    "not finite": (
        "A loss became infinite or undefined, so training stopped. The last checkpoint is from "
        "before. Lower the learning rates or add a gradient penalty.",
        "Too fast, too large",
    ),
    "collapse": (
        "The fakes look alike: their spread is {0:.0%} of the real one. This is mode collapse.",
        "Mode collapse",
    ),
    "dead generator": (
        "The fakes do not depend on z at all: whatever goes in, the same comes out.",
        "Dead ends",
    ),
    "standing still": (
        "The weights of the {0} have not changed by a single bit. Its gradient is 0, or nothing "
        "trains it.",
        "Dead ends",
    ),
    "saturation": (
        "Nearly every output sits at -1 or 1 ({0:.1%} lie between, against {1:.1%} in real data): "
        "the generator's tanh is saturated and passes no gradient.",
        "Dead ends",
    ),
    "discriminator wins": (
        "The discriminator is sure about everything (real {0:.3f}, fake {1:.3f}): it has little "
        "left to teach.",
        "Vanishing gradients",
    ),
}


def spread(x):
    """Mean distance between a sample and the next one: shape (n, ...) to a number."""
    flat = np.reshape(x, (len(x), -1)).astype("float32")
    return float(np.mean(np.linalg.norm(flat - np.roll(flat, 1, axis=0), axis=1)))


def between(x):
    """Share of the values that are clearly inside (-1, 1)."""
    return float(np.mean(np.abs(x) < 0.98))


class Alarms(keras.callbacks.Callback):
    """Looks at losses and at fresh samples after every report; each alarm sounds once.

    Args:
        real: some real samples as the model sees them, float, batch first.
        patience: reports in a row that must look bad.
        n: samples to look at.

    Attributes:
        raised: {name of an alarm that has sounded: report at which it did}, in order.
    """

    def __init__(self, real, patience=5, n=128, tell=print):
        super().__init__()
        self.real_spread, self.real_between = spread(real[:n]), between(real[:n])
        self.bounded = float(np.max(np.abs(real))) <= 1.0 and real.ndim == 4  # images
        self.patience, self.n, self.tell = patience, n, tell
        self.raised, self.counts, self.before, self.report = {}, {}, {}, 0

    def on_epoch_end(self, epoch, logs=None):
        self.report = epoch + 1
        if not is_finite(logs):
            self.model.stop_training = True
            return self.sound("not finite")
        for player in self.model.players:
            self.watch("standing still", not self.moved(player), player.name, of=player.name)
        fakes = self.model.sample(self.n, seed=epoch, averaged=False)
        ratio = spread(fakes) / max(self.real_spread, 1e-12)
        self.watch("dead generator", ratio < DEAD)
        self.watch("collapse", ratio < 0.25, ratio)
        if self.bounded:
            inside = between(fakes)
            self.watch("saturation", inside < 0.1 * self.real_between, inside, self.real_between)
        real, fake = logs.get("real_score"), logs.get("fake_score")
        if real is not None and fake is not None:
            self.watch("discriminator wins", real > 0.99 and fake < 0.01, real, fake)

    def moved(self, player):
        """Whether any weight of a player has changed since the last report."""
        before = self.before.get(player.name)
        now = [np.array(keras.ops.convert_to_numpy(v)) for v in player.variables]
        self.before[player.name] = now
        return before is None or not all(map(np.array_equal, before, now))

    def watch(self, name, bad, *figures, of=None):
        """Count how often in a row something looks bad; sound the alarm when it is too often."""
        self.counts[name, of] = self.counts.get((name, of), 0) + 1 if bad else 0
        if self.counts[name, of] >= self.patience:
            self.sound(name, *figures)

    def sound(self, name, *figures):
        """Say what is wrong, once."""
        if name not in self.raised:
            self.raised[name] = self.report
            advice, section = ADVICE[name]
            told = f"{advice.format(*figures)} See '{section}' in notebook {LESSON}."
            self.tell(f"\nALARM ({name}). {told}")
