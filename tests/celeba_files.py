"""Small CelebAs for tests, in every layout, written without the course's code."""

import io
import zipfile

import numpy as np
from PIL import Image

LIST = (
    "5_o_Clock_Shadow Arched_Eyebrows Attractive Bags_Under_Eyes Bald Bangs Big_Lips Big_Nose "
    "Black_Hair Blond_Hair Blurry Brown_Hair Bushy_Eyebrows Chubby Double_Chin Eyeglasses Goatee "
    "Gray_Hair Heavy_Makeup High_Cheekbones Male Mouth_Slightly_Open Mustache Narrow_Eyes No_Beard "
    "Oval_Face Pale_Skin Pointy_Nose Receding_Hairline Rosy_Cheeks Sideburns Smiling Straight_Hair "
    "Wavy_Hair Wearing_Earrings Wearing_Hat Wearing_Lipstick Wearing_Necklace Wearing_Necktie Young"
)
NAMES = LIST.split()


def jpeg(rng, size=(89, 109)):
    """A .jpg of soft random colours."""
    small = rng.integers(0, 256, (5, 4, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(small).resize(size, Image.Resampling.BICUBIC).save(file, "JPEG", quality=90)
    return file.getvalue()


def make(n, seed=0):
    """{name: bytes} of n pictures, and {name: bool (40,)}."""
    rng = np.random.default_rng(seed)
    names = [f"{i:06d}.jpg" for i in range(1, n + 1)]
    return {name: jpeg(rng) for name in names}, {name: rng.random(40) < 0.5 for name in names}


def write(folder, pictures, table, layout="zip", form="txt", inside="img_align_celeba"):
    """Write pictures and table into a folder; the pictures in disorder, as a .zip may have them."""
    folder.mkdir(parents=True, exist_ok=True)
    if layout == "zip":
        with zipfile.ZipFile(folder / "img_align_celeba.zip", "w") as archive:
            for name in reversed(pictures):
                archive.writestr(f"{inside}/{name}", pictures[name])
    else:
        (folder / "img_align_celeba").mkdir()
        for name in reversed(pictures):
            (folder / "img_align_celeba" / name).write_bytes(pictures[name])
    rows = [[name, *("1" if v else "-1" for v in row)] for name, row in table.items()]
    if form == "txt":
        lines = [str(len(rows)), " ".join(NAMES) + " ", *("  ".join(r) + " " for r in rows)]
        (folder / "list_attr_celeba.txt").write_text("\n".join(lines) + "\n")
    elif form == "csv":
        lines = [",".join(["image_id", *NAMES]), *(",".join(row) for row in rows)]
        (folder / "list_attr_celeba.csv").write_text("\r\n".join(lines) + "\r\n")
    return folder
