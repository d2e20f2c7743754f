"""Train the generator of digits on demand that comes with the course, and write its card.

    python -m gan_lessons.pretrained.build_cgan_mnist --source FOLDER

FOLDER holds the full MNIST; `download` fetches it. The training can be interrupted and taken up
again with the same command: it lives in a run folder (`--out`).
"""

from gan_lessons import cgan
from gan_lessons.pretrained import building

RECIPE = building.Recipe(
    name="cgan_mnist",
    lesson="cgan",
    title="CGAN generator of digits on demand",
    what=(
        "Draws the 28x28 digit that it is asked for, from a latent point of {latent} normal "
        "numbers and a label from 0 to 9"
    ),
    preset=cgan.PRETRAINED,
)

if __name__ == "__main__":
    building.main(RECIPE, __doc__)
