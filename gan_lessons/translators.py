"""The networks that translate pictures and judge them (Zhu et al. 2017, section 7.2)."""

import keras
from keras import layers

from gan_lessons.layers import InstanceNormalization, ReflectionPadding


def build_translator(shape, channels=64, blocks=9, kernel=7, brush=False, name="translator"):
    """Pictures (batch, height, width, colours) to pictures of the same shape, in [-1, 1].

    Two steps down, residual blocks that change a picture little by little, two steps up. Height and
    width must be multiples of 4.

    Args:
        channels: of the first layer; the blocks have four times as many. blocks: how many.
        kernel: of the first and the last layer, odd.
        brush: paint over the picture instead of painting it anew. A fourth channel, the mask, says
            how much of the painting is laid on at each place; what is to stay need not be learned.
            (Not in the paper; Pumarola et al. 2018, "GANimation", section 4.)
    """
    x = image = keras.Input(shape)
    x = _padded(x, channels, kernel)  # (h, w, c)
    for step in (2, 4):  # to (h / 4, w / 4, 4 c)
        x = _normalised(layers.Conv2D(step * channels, 3, 2, "same", use_bias=False)(x))
    for _ in range(blocks):
        inner = _padded(x, 4 * channels, 3)
        x = layers.Add()([x, _padded(inner, 4 * channels, 3, bend=False)])
    for step in (2, 1):
        # Kernels of 4 and steps of 2 touch every pixel equally often: no checkerboard.
        up = layers.Conv2DTranspose(step * channels, 4, 2, "same", use_bias=False)
        x = _normalised(up(x))
    x = ReflectionPadding(kernel // 2)(x)
    painting = layers.Conv2D(shape[-1], kernel, activation="tanh", name="painting")(x)
    painting = _in_float32(painting)
    if brush:
        mask = _in_float32(layers.Conv2D(1, kernel, activation="sigmoid", name="mask")(x))
        painting = image + mask * (painting - image)
    return keras.Model(image, painting, name=name)


def _in_float32(x):
    """What leaves a network has 32 bits, whatever it computes in."""
    return layers.Activation("linear", dtype="float32")(x)


def _padded(x, channels, kernel, bend=True):
    x = ReflectionPadding(kernel // 2)(x)
    return _normalised(layers.Conv2D(channels, kernel, use_bias=False)(x), bend)


def _normalised(x, bend=True):
    x = InstanceNormalization()(x)
    return layers.ReLU()(x) if bend else x


def build_judge(shape, channels=(64, 128, 256, 512), normalised=True, name="judge"):
    """PatchGAN: pictures to a map of answers (batch, rows, columns, 1), one for each patch.

    Every answer sees a patch of `receptive_field(layers)` pixels. Many small verdicts need fewer
    weights than one large one, and ask for texture; the shape is left to the translators, which
    keep things in their place.

    Args:
        channels: of the layers before the last; all of them but the last halve the picture.
        normalised: with instance normalisation, as in the paper. Its means and variances are those
            of the whole picture, so every answer hears of what lies outside its patch.
    """
    x = image = keras.Input(shape)
    for number, width in enumerate(channels):
        stride = 2 if number < len(channels) - 1 else 1
        norm = normalised and number > 0
        x = layers.Conv2D(width, 4, stride, "same", use_bias=not norm)(x)
        x = InstanceNormalization()(x) if norm else x
        x = layers.LeakyReLU(0.2)(x)
    return keras.Model(image, _in_float32(layers.Conv2D(1, 4, 1, "same")(x)), name=name)


def receptive_field(steps):
    """How many pixels wide the patch is that one output of a row of convolutions sees.

    Args:
        steps: (kernel, stride) of each convolution, the first one first; or a Keras model, whose
            convolutions are taken in their order.
    """
    pixels = 1
    for kernel, stride in reversed(steps_of(steps)):
        pixels = pixels * stride + (kernel - stride)
    return pixels


def patch(steps, place):
    """The first and the last pixel that the output at a place of a row depends on.

    Both may lie beyond the edge, where the padding "same" has put zeros.

    Args:
        steps: as in `receptive_field`. place: of the output, from 0.
    """
    first = last = place
    for kernel, stride in reversed(steps_of(steps)):
        first = first * stride - (kernel - stride) // 2  # what is odd is added behind
        last = last * stride - (kernel - stride) // 2 + kernel - 1
    return first, last


def steps_of(network):
    """(kernel, stride) of each convolution of a Keras model, in their order; a list stays one."""
    if not isinstance(network, keras.Model):
        return list(network)
    found = [layer for layer in network.layers if isinstance(layer, layers.Conv2D)]
    return [(layer.kernel_size[0], layer.strides[0]) for layer in found]
