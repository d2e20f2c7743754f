"""How players train: players and their turns, losses, penalties, callbacks, checkpoints.

The engine knows no lesson. A lesson is networks and one loss per player; see `model`.
"""
