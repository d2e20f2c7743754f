"""Every figure of the course, one module per subject; all names can be used from here."""

from gan_lessons.plots.animation import Animation, animate
from gan_lessons.plots.colours import DISCRIMINATOR, FAKE, REAL
from gan_lessons.plots.conditional import show_asked_and_read, show_between, show_orders
from gan_lessons.plots.convolutions import (
    convolution_steps,
    number_cells,
    number_tables,
    transposed_steps,
    transposed_steps_2d,
)
from gan_lessons.plots.failures import (
    show_distances,
    show_effects,
    show_patient,
    show_pulls,
    show_sensitivity,
    show_sight,
)
from gan_lessons.plots.maths import (
    heat_maps,
    show_best_answer,
    show_landscapes,
    show_lengths,
    show_loss_shapes,
)
from gan_lessons.plots.measures import (
    show_balls,
    show_bias,
    show_losses_and_score,
    show_shifts,
)
from gan_lessons.plots.probability import (
    animate_game,
    animate_shares,
    animate_transformation,
    show_curves,
    show_four_moments,
    show_learned,
    show_paths,
    show_trained_answer,
    show_transformed,
)
from gan_lessons.plots.samples import (
    points_picture,
    show_clouds,
    show_frames,
    show_images,
    show_points,
    show_rows,
    tile,
    to_uint8,
)
from gan_lessons.plots.spam import (
    show_across_time,
    show_base_rates,
    show_confusions,
    show_race,
    show_races,
    show_two_stories,
    show_word_weights,
)
from gan_lessons.plots.start import animate_duel, show_borders, show_course
from gan_lessons.plots.training import (
    show_history,
    show_loss_and_score,
)

__all__ = [
    "DISCRIMINATOR",
    "FAKE",
    "REAL",
    "Animation",
    "animate",
    "animate_duel",
    "animate_game",
    "animate_shares",
    "animate_transformation",
    "convolution_steps",
    "heat_maps",
    "number_cells",
    "number_tables",
    "points_picture",
    "show_across_time",
    "show_asked_and_read",
    "show_balls",
    "show_base_rates",
    "show_best_answer",
    "show_between",
    "show_bias",
    "show_borders",
    "show_clouds",
    "show_confusions",
    "show_course",
    "show_curves",
    "show_distances",
    "show_effects",
    "show_four_moments",
    "show_frames",
    "show_history",
    "show_images",
    "show_landscapes",
    "show_learned",
    "show_lengths",
    "show_loss_and_score",
    "show_loss_shapes",
    "show_losses_and_score",
    "show_orders",
    "show_paths",
    "show_patient",
    "show_points",
    "show_pulls",
    "show_race",
    "show_races",
    "show_rows",
    "show_sensitivity",
    "show_shifts",
    "show_sight",
    "show_trained_answer",
    "show_transformed",
    "show_two_stories",
    "show_word_weights",
    "tile",
    "to_uint8",
    "transposed_steps",
    "transposed_steps_2d",
]
