"""Health alarms: the common ways in which a GAN dies, noticed while it trains."""

import keras
import numpy as np

from gan_lessons.engine.callbacks import is_finite

ADVICE = {
    "not finite": "A loss became infinite or undefined, so training stopped. The last checkpoint "
    "is from before. Lower the learning rates or add a gradient penalty.",
    "collapse": "The fakes look alike: their spread is {0:.0%} of the real one. This is mode "
    "collapse.",
    "saturation": "Nearly every output sits at -1 or 1 ({0:.1%} lie between, against {1:.1%} in "
    "real data): the generator's tanh is saturated and passes no gradient.",
    "discriminator wins": "The discriminator is sure about everything (real {0:.3f}, fake "
    "{1:.3f}): it has little left to teach.",
}
SECTION = "See 'Break it' in notebook 03_vanilla_gan."


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
        raised: names of the alarms that have sounded, in order.
    """

    def __init__(self, real, patience=5, n=128, tell=print):
        super().__init__()
        self.real_spread, self.real_between = spread(real[:n]), between(real[:n])
        self.bounded = float(np.max(np.abs(real))) <= 1.0 and real.ndim == 4  # images
        self.patience, self.n, self.tell = patience, n, tell
        self.raised, self.counts = [], {}

    def on_epoch_end(self, epoch, logs=None):
        if not is_finite(logs):
            self.model.stop_training = True
            return self.sound("not finite")
        fakes = self.model.sample(self.n, seed=epoch, averaged=False)
        ratio = spread(fakes) / max(self.real_spread, 1e-12)
        self.watch("collapse", ratio < 0.25, ratio)
        if self.bounded:
            inside = between(fakes)
            self.watch("saturation", inside < 0.1 * self.real_between, inside, self.real_between)
        real, fake = logs.get("real_score"), logs.get("fake_score")
        if real is not None and fake is not None:
            self.watch("discriminator wins", real > 0.99 and fake < 0.01, real, fake)

    def watch(self, name, bad, *figures):
        """Count how often in a row something looks bad; sound the alarm when it is too often."""
        self.counts[name] = self.counts.get(name, 0) + 1 if bad else 0
        if self.counts[name] >= self.patience:
            self.sound(name, *figures)

    def sound(self, name, *figures):
        """Say what is wrong, once."""
        if name not in self.raised:
            self.raised.append(name)
            self.tell(f"\nALARM ({name}). {ADVICE[name].format(*figures)} {SECTION}")
