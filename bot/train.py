"""Trains the model if the training data changed: ``python -m bot.train --out FOLDER``.

Prints the model's path alone on standard output. The name is a hash of everything that decides what the
model knows, so an unchanged one is found and not trained again.
"""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import sys
import tempfile
import time
from pathlib import Path

from bot.fingerprint import ROOT, model_path


def train(folder: Path) -> Path:
    """The model for the present training data, trained now unless it is in ``folder`` already."""
    target = model_path(folder)
    if target.is_file():
        return target
    # Rasa's own cache knows a component by its class, not by what it imports from core.text: never use it.
    os.environ.update(RASA_MAX_CACHE_SIZE="0", RASA_TELEMETRY_ENABLED="false", TF_CPP_MIN_LOG_LEVEL="3")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("MOTCUA_ACTIONS_URL", "http://127.0.0.1:0")
    folder.mkdir(parents=True, exist_ok=True)
    print("training the assistant, about a minute ...", file=sys.stderr, flush=True)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(dir=folder, prefix="training-") as scratch:
        os.environ["RASA_CACHE_DIRECTORY"] = str(Path(scratch) / "cache")
        # Rasa writes its progress, and a step of every rule, on standard output.
        with contextlib.redirect_stdout(sys.stderr):
            import rasa
            import structlog

            structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
            result = rasa.train(
                domain=str(ROOT / "bot" / "domain"),
                config=str(ROOT / "config.yml"),
                training_files=[str(ROOT / "bot" / "data")],
                output=scratch,
                fixed_model_name=target.name,
                force_training=True,
            )
        if not result.model:
            raise RuntimeError("Rasa trained no model; run rasa data validate to see why")
        Path(result.model).replace(target)
    print(f"trained in {time.monotonic() - started:.0f} s", file=sys.stderr)
    return target


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bot.train", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder the models are kept in")
    target = train(parser.parse_args().out.resolve())
    print(target)


if __name__ == "__main__":
    main()
