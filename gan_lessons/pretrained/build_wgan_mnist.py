"""Train the WGAN-GP generator of digits that comes with the course, and write its card.

    python -m gan_lessons.pretrained.build_wgan_mnist --source FOLDER

FOLDER holds the full MNIST; `download` fetches it. The training can be interrupted and taken up
again with the same command: it lives in a run folder (`--out`).
"""

from gan_lessons import wgan
from gan_lessons.pretrained import building

RECIPE = building.Recipe(
    name="wgan_mnist",
    lesson="wgan",
    title="WGAN-GP generator of digits",
    what="Draws 28x28 digits from a latent point of {latent} normal numbers",
    preset=wgan.PRETRAINED,
)

if __name__ == "__main__":
    building.main(RECIPE, __doc__)
