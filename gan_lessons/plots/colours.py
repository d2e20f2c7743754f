"""The colours that mean something: the same in every figure of the course."""

REAL, FAKE, DISCRIMINATOR = "#3b6ea8", "#d1603d", "#5a8f5a"
