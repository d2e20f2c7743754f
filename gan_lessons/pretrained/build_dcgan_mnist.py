"""Train the generator of digits that comes with the course, and write its card.

    python -m gan_lessons.pretrained.build_dcgan_mnist --source FOLDER

FOLDER holds the full MNIST; `download` fetches it. The training can be interrupted and taken up
again with the same command: it lives in a run folder (`--out`).
"""

from gan_lessons import dcgan
from gan_lessons.pretrained import building

RECIPE = building.Recipe(
    name="dcgan_mnist",
    lesson="dcgan",
    title="DCGAN generator of digits",
    what="Draws 28x28 digits from a latent point of {latent} normal numbers",
    preset=dcgan.PRETRAINED,
)

if __name__ == "__main__":
    building.main(RECIPE, __doc__)
