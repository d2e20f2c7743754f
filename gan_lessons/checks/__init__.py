"""Checks of the exercises, one module per notebook; ``core`` holds what they share."""
