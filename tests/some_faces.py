"""Some pictures of faces for tests, drawn by the course's own code."""

from gan_lessons import portraits


def some_faces(n, seed=5):
    """Pictures (n, 64, 64, 3) uint8; the same n and seed give the same."""
    return portraits.draw(n, seed)[0]
