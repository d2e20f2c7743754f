"""The command line: `gan-lessons train | sample | translate | evaluate | data | doctor`."""

import argparse
import dataclasses
import sys
from pathlib import Path

from gan_lessons import runtime
from gan_lessons.lessons import LESSONS
from gan_lessons.lessons import get as get_lesson


def main(argv=None):
    """Run one command; returns the exit code: 0 done, 1 failed, 2 wrong use, 130 interrupted."""
    arguments = _parser().parse_args(argv)
    try:
        return arguments.run(arguments) or 0
    except (ValueError, OSError) as error:
        print(f"gan-lessons: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130


def _parser():
    parser = argparse.ArgumentParser(
        prog="gan-lessons", description="Train, look at and score GANs."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    train = commands.add_parser("train", help="train a lesson's model")
    train.add_argument("lesson", choices=LESSONS, metavar="LESSON", help=", ".join(LESSONS))
    train.add_argument("--preset", choices=runtime.PRESETS, help="default: by the hardware")
    train.add_argument(
        "--dataset",
        help="name of a data set, see `gan-lessons data list`; for CycleGAN also the path of a "
        "folder or .zip with trainA and trainB in it",
    )
    train.add_argument("--variant", help="of the WGAN: clip or gp; of the VAE: vae or autoencoder")
    train.add_argument("--network", help="of CGAN and WGAN: conv or dense")
    train.add_argument("--beta", type=float, help="of VAE and VAE-GAN: weight of the KL term")
    train.add_argument("--condition", help="of the CGAN: concat, projection or auxiliary")
    train.add_argument(
        "--source", help="bundled, few, auto, download, or the path of a folder or file"
    )
    train.add_argument("--steps", type=_positive(int), help="training steps")
    train.add_argument("--minutes", type=_positive(float), help="train for this long instead")
    train.add_argument("--seed", type=int, help="default: 0")
    train.add_argument("--out", type=Path, help="run folder; default: a new one in runs/")
    train.add_argument("--resume", action="store_true", help="go on with the run in --out")
    train.set_defaults(run=_train)

    sample = commands.add_parser("sample", help="save samples of a trained model as a picture")
    sample.add_argument("weights", help="a run folder, or the name of a pretrained generator")
    sample.add_argument("-n", type=_positive(int), default=64, help="how many (default 64)")
    sample.add_argument("--seed", type=int, default=0)
    sample.add_argument("--out", type=Path, default=Path("samples.png"), help="PNG file to write")
    sample.set_defaults(run=_sample)

    translate = commands.add_parser("translate", help="translate your own pictures (CycleGAN)")
    translate.add_argument(
        "--weights", required=True, help="a run folder, or the name of pretrained translators"
    )
    translate.add_argument(
        "--from", dest="source", type=Path, required=True, help="folder of pictures, or one picture"
    )
    translate.add_argument("--to", type=Path, required=True, help="folder to write them to")
    translate.add_argument(
        "--back", action="store_true", help="the other way, such as zebras to horses"
    )
    translate.set_defaults(run=_translate)

    evaluate = commands.add_parser("evaluate", help="measure a trained model")
    evaluate.add_argument("weights", help="a run folder, or the name of a pretrained generator")
    evaluate.add_argument(
        "-n", type=_positive(int), default=10_000, help="samples (default 10,000)"
    )
    evaluate.add_argument("--seed", type=int, default=0)
    evaluate.set_defaults(run=_evaluate)

    data = commands.add_parser("data", help="what data there is, and how to get more")
    actions = data.add_subparsers(required=True, metavar="ACTION")
    actions.add_parser("list", help="what is bundled, cached, found").set_defaults(run=_data_list)
    fetch = actions.add_parser("fetch", help="download a data set into the cache")
    fetch.add_argument("name")
    fetch.set_defaults(run=_data_fetch)
    take = actions.add_parser("import", help="take files that you already have into the cache")
    take.add_argument("name")
    take.add_argument("path", type=Path)
    take.add_argument("--size", type=_positive(int), help="pixels of celeba's pictures (64)")
    take.set_defaults(run=_data_import)

    doctor = commands.add_parser("doctor", help="check this machine")
    doctor.set_defaults(run=_doctor)
    return parser


def _positive(kind):
    def convert(text):
        value = kind(text)
        if not value > 0:
            raise argparse.ArgumentTypeError(f"must be above 0, received {text}")
        return value

    convert.__name__ = f"positive {kind.__name__}"
    return convert


def _train(arguments):
    from gan_lessons.engine.runs import read_config
    from gan_lessons.engine.training import choose_preset, train

    lesson = get_lesson(arguments.lesson)
    name = runtime.resolve_preset(arguments.preset)
    settings = ("dataset", "source", "steps", "variant", "network", "condition", "beta")
    changes = {setting: getattr(arguments, setting) for setting in settings}
    own = getattr(lesson, "FORMS", {}).get(arguments.network)  # presets of that network alone
    preset = own[name] if own else lesson.preset_for(name, arguments.dataset)
    preset = choose_preset(lesson, preset, **changes)
    out = arguments.out or _new_folder(f"{arguments.lesson}-{name}", arguments.resume)
    seed, minutes = arguments.seed or 0, arguments.minutes
    if arguments.resume and (out / "config.json").is_file():
        # A run goes on with its own settings; what is said again must agree with them.
        config = read_config(out)
        if config["lesson"] != arguments.lesson:
            raise ValueError(f"{out} holds a run of {config['lesson']}, not of {arguments.lesson}.")
        said = {k: v for k, v in changes.items() if v is not None}
        preset = dataclasses.replace(type(preset)(**config["preset"]), **said)
        seed = config["seed"] if arguments.seed is None else arguments.seed
        minutes = config["minutes"] if minutes is None else minutes

    print(runtime.describe())
    trained = train(lesson, preset, seed=seed, out=out, resume=arguments.resume, minutes=minutes)
    if trained.model.interrupted:
        step = int(trained.model.step_counter.value)
        print(f"\nStopped and saved at step {step}. To go on, run the same command with --resume:")
        print(f"    gan-lessons train {arguments.lesson} --resume --out {out}")
        return 130
    picture = _picture(lesson, trained.model, trained.preset, 64, seed, out / "samples.png")
    print(f"Pictures: {picture} and {out / 'samples.gif'}")
    print(_score(lesson, trained.model, trained.preset))
    return 0 if trained.finished else 1


def _score(lesson, model, preset, **options):
    """What a lesson measures, or why there is nothing to measure with."""
    if preset.dataset == "fashion_mnist":
        return "Not measured: the classifier behind the scores has only ever seen digits."
    return lesson.evaluate(model, preset, **options)


def _new_folder(name, resume):
    """`runs/NAME`, with the first free number behind it; the last one in use to resume."""
    number = 1
    folder = previous = Path("runs") / name
    while folder.exists():
        number, previous = number + 1, folder
        folder = Path("runs") / f"{name}-{number}"
    return previous if resume else folder


def _load(name):
    """Lesson, model and preset of a run folder or of a pretrained generator."""
    from gan_lessons import pretrained
    from gan_lessons.engine import checkpoint
    from gan_lessons.engine.runs import read_config

    if not Path(name).exists():
        return pretrained.load_generator(name)
    config = read_config(name)
    lesson = get_lesson(config["lesson"])
    preset = type(lesson.PRESETS["quick"])(**config["preset"])
    model = lesson.build(preset, seed=config["seed"])
    path, _ = checkpoint.latest(Path(name) / "checkpoints")
    if path is None:
        raise FileNotFoundError(f"{name} holds no whole checkpoint; train it first.")
    model.restore(path)
    return lesson, model, preset


def _picture(lesson, model, preset, n, seed, path):
    from PIL import Image

    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(lesson.draw(model.gallery(n, seed=seed))).save(path)
    return path


def _sample(arguments):
    if arguments.out.suffix.lower() != ".png":
        raise ValueError(f"--out must be a .png file, received {arguments.out}.")
    lesson, model, preset = _load(arguments.weights)
    print(_picture(lesson, model, preset, arguments.n, arguments.seed, arguments.out))


def _translate(arguments):
    from gan_lessons import photos

    _, model, _ = _load(arguments.weights)
    done = photos.translate(model, arguments.source, arguments.to, "x" if arguments.back else "y")
    for path, reason in done.skipped:
        print(f"Left out {path}: {reason}", file=sys.stderr)
    print(f"{len(done.written)} pictures in {arguments.to}")
    return 0 if done.written else 1


def _evaluate(arguments):
    lesson, model, preset = _load(arguments.weights)
    print(_score(lesson, model, preset, n=arguments.n, seed=arguments.seed))


def _data_list(_):
    from gan_lessons import datasets

    for row in datasets.status():
        print(row)


def _data_fetch(arguments):
    from gan_lessons import datasets

    print(f"In the cache: {datasets.fetch(arguments.name)}")


def _data_import(arguments):
    from gan_lessons import datasets

    path = datasets.import_data(arguments.name, arguments.path, size=arguments.size)
    print(f"In the cache: {path}")


def _doctor(_):
    from gan_lessons.doctor import main as doctor

    return doctor()


if __name__ == "__main__":
    sys.exit(main())
