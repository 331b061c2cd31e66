"""The Rasa environment and the model, for tests that need them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from bot import doors

REPOSITORY = Path(__file__).resolve().parents[2]
BOT_PYTHON = REPOSITORY / "bot" / ".venv" / "bin" / "python"
SECRET = "a-secret-that-lives-as-long-as-a-test"


def rasa_environment() -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": str(REPOSITORY),
        "OMP_NUM_THREADS": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        doors.VARIABLE: SECRET,
    }


@pytest.fixture(scope="session")
def in_rasa() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs a module in the Rasa environment."""
    if not BOT_PYTHON.exists():
        pytest.skip("the Rasa environment bot/.venv is not installed: make install-bot")

    def run(*arguments: str, seconds: float = 600.0) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(BOT_PYTHON), "-m", *arguments],
            cwd=REPOSITORY,
            env=rasa_environment(),
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def model(in_rasa: Callable[..., subprocess.CompletedProcess[str]]) -> Path:
    """The model of today's training data; trained once, then found again."""
    folder = Path(os.environ.get("MOTCUA_DATA_DIR", REPOSITORY / ".motcua")) / "models"
    trained = in_rasa("bot.train", "--out", str(folder))
    assert trained.returncode == 0, trained.stderr[-2000:]
    return Path(trained.stdout.strip().splitlines()[-1])
