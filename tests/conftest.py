"""What all tests share: no network, no traces in the user's home, and which backend runs what."""

import os
import socket
import tempfile

# Before anything imports Keras, which writes its settings into KERAS_HOME at import.
_scratch = tempfile.TemporaryDirectory(prefix="gan-lessons-tests-", ignore_cleanup_errors=True)
os.environ["KERAS_HOME"] = os.path.join(_scratch.name, "keras")
os.environ["GAN_LESSONS_CACHE"] = os.path.join(_scratch.name, "cache")
os.environ["MPLBACKEND"] = "Agg"
# Many tests build the same small model anew; JAX then takes the program that it compiled before.
os.environ["JAX_COMPILATION_CACHE_DIR"] = os.path.join(_scratch.name, "jax")
os.environ["JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS"] = "0.2"
# And it compiles in half the time what will run for a few steps only.
os.environ["JAX_DISABLE_MOST_OPTIMIZATIONS"] = "1"
os.environ.pop("GAN_LESSONS_DATA", None)
os.environ.pop("GAN_LESSONS_PRESET", None)

import pytest  # noqa: E402

from gan_lessons import runtime  # noqa: E402

pytest.register_assert_rewrite("exercise_rules")

# Tests of which one run is enough: their result does not depend on KERAS_BACKEND, or they put
# together what is tested on every backend elsewhere (engine, layers, losses, guards). All others
# get the marker `backend` and run on each: a new test file is covered without being listed.
INDEPENDENT = (
    "checks/",
    "datasets/",
    "engine/test_backends_agree.py",  # starts every backend by itself
    "engine/test_resume.py",  # files and signals; guards restore every lesson on every backend
    "metrics/test_classifier.py",
    "metrics/test_conditional.py",
    "metrics/test_domains.py",
    "metrics/test_frechet.py",
    "metrics/test_kernel.py",
    "metrics/test_manifold.py",
    "metrics/test_modes.py",
    "metrics/test_neighbours.py",
    "metrics/test_panel.py",
    "metrics/test_pictures.py",
    "metrics/test_sharpness.py",
    "metrics/test_similarity.py",
    "metrics/test_stacked.py",
    "metrics/test_wasserstein.py",
    "pretrained/",
    "test_arms_race.py",
    "test_benchmark_table.py",
    "test_benchmarks.py",
    "test_cases.py",
    "test_celeba_import_benchmark.py",
    "test_cli.py",
    "test_comparing.py",
    "test_cyclegan_lab.py",
    "test_cyclegan_scores.py",
    "test_dcgan_faces.py",
    "test_doctor.py",
    "test_earth_mover.py",
    "test_face_arithmetic.py",
    "test_face_scores.py",
    "test_faces_lab.py",
    "test_faces_lesson_scores.py",
    "test_failing_scores.py",
    "test_failures.py",
    "test_hacks.py",
    "test_inception_fid.py",
    "test_lab.py",
    "test_measuring",
    "test_notebooks.py",
    "test_on_demand.py",
    "test_pairing.py",
    "test_photo_pairs.py",
    "test_photos.py",
    "test_portraits.py",
    "test_probability_game.py",
    "test_repository.py",
    "test_robustness.py",
    "test_rulers.py",
    "test_scoring.py",
    "test_spam_filter.py",
    "test_spoilt.py",
    "test_stacked.py",
    "test_start_here.py",
    "test_training.py",
    "test_turning.py",
    "test_vae_lesson_scores.py",
    "test_wgan_lab.py",
    "test_wgan_scores.py",
    "test_without_tensorflow.py",  # `make test-torch` runs it by its name
    "test_witnesses.py",
    "test_word_models.py",
)

# Tests of one lesson's model. Beside TensorFlow they run on torch, which has nothing to compile; on
# JAX the guards train every one of these models.
OF_ONE_LESSON = (
    "test_cgan.py",
    "test_cyclegan.py",
    "test_vae.py",
    "test_vae_gan.py",
    "test_wgan.py",
)


def pytest_collection_modifyitems(config, items):
    here = config.rootpath / "tests"
    for item in items:
        name = item.path.relative_to(here).as_posix() if item.path.is_relative_to(here) else ""
        guarded = runtime.backend() == "jax" and name.startswith(OF_ONE_LESSON)
        if name and not guarded and not name.startswith(INDEPENDENT):
            item.add_marker(pytest.mark.backend)
        for name in runtime.BACKENDS:
            if item.get_closest_marker(name) and runtime.backend() != name:
                item.add_marker(pytest.mark.skip(reason=f"only for the {name} backend"))


@pytest.fixture(autouse=True, scope="session")
def no_network():
    """The course must work offline: a test that leaves this machine fails."""
    connect = socket.socket.connect

    def connect_here_only(self, address):
        if self.family in (socket.AF_INET, socket.AF_INET6):
            host = str(address[0])
            if not (host.startswith("127.") or host in ("localhost", "::1")):
                raise AssertionError(f"a test tried to reach {host} over the network")
        return connect(self, address)

    socket.socket.connect = connect_here_only
    yield
    socket.socket.connect = connect
