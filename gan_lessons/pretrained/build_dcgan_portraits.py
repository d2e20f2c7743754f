"""Train the generator of portraits that comes with the course, and write its card.

    python -m gan_lessons.pretrained.build_dcgan_portraits

The portraits are drawn by the course, so nothing is needed but time: hours on two cores, minutes on
a GPU. The training can be interrupted and taken up again with the same command: it lives in a run
folder (`--out`).
"""

from gan_lessons import dcgan_faces
from gan_lessons.datasets import portraits
from gan_lessons.pretrained import building

RECIPE = building.Recipe(
    name="dcgan_portraits",
    lesson="dcgan_faces",
    title="DCGAN generator of portraits",
    what="Draws 64x64 portraits in colour from a latent point of {latent} normal numbers",
    preset=dcgan_faces.PORTRAITS,
    dataset="celeba",
    source="bundled",
    data=f"{{n:,}} procedural portraits of seed {portraits.SEED} (drawing code "
    f"`{portraits.code()}`), drawn by the course: no photographs",
    command="",
    warning="It draws drawings: nobody was the model, and some of its faces are flawed.",
)

if __name__ == "__main__":
    building.main(RECIPE, __doc__)
