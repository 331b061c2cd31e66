"""What the doctor says: one thing that was looked at, how it stands, and what to do about it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Level(StrEnum):
    """``bad`` must be mended before citizens are served; ``weak`` should be; ``note`` is to be known."""

    FINE = "fine"
    NOTE = "note"
    WEAK = "weak"
    BAD = "bad"


@dataclass(frozen=True)
class Finding:
    """``about`` names the check; ``remedy`` is empty where nothing is to be done."""

    about: str
    level: Level
    said: str
    remedy: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def fine(about: str, said: str) -> Finding:
    return Finding(about, Level.FINE, said)
