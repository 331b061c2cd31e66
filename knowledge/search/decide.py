"""Answer, ask back, or say that it is not known: two calibrated probabilities decide.

``p_first``: the best record is right. ``p_three``: the right one is among the best three. Both are logistic
functions of how far the best is ahead, how much of the question it explains, and whether the two opinions
agree. A margin alone would answer a quarter of nonsense.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from knowledge.search.index import Hit

CALIBRATION_FILE = Path(__file__).with_name("calibration.json")

FEATURES = (
    "margin_1_2",
    "margin_1_4",
    "fit",
    "coverage",
    "coverage_gap",
    "characters",
    "characters_gap",
    "agreement",
    "prior",
    "length",
)


class Verdict(StrEnum):
    ANSWER = "answer"
    ASK = "ask"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Decision:
    verdict: Verdict
    hits: tuple[Hit, ...]
    p_first: float
    p_three: float

    @property
    def best(self) -> Hit:
        return self.hits[0]


@dataclass(frozen=True)
class Calibration:
    """Weights of the two logistic functions, fitted on labelled questions kept apart from the exam."""

    first: tuple[float, ...]
    first_bias: float
    three: tuple[float, ...]
    three_bias: float
    answer_at: float = 0.7
    ask_at: float = 0.4
    outside_weight: float = 4.0

    @classmethod
    def load(cls, path: Path = CALIBRATION_FILE) -> Calibration:
        raw = json.loads(path.read_text(encoding="utf-8"))
        if raw["features"] != list(FEATURES):
            raise ValueError(f"{path.name}: fitted for other features; run 'motcua eval --calibrate' again")
        return cls(
            first=tuple(raw["first"]),
            first_bias=raw["first_bias"],
            three=tuple(raw["three"]),
            three_bias=raw["three_bias"],
            answer_at=raw["answer_at"],
            ask_at=raw["ask_at"],
            outside_weight=raw["outside_weight"],
        )


def features(hits: Sequence[Hit]) -> tuple[float, ...]:
    """What the decision looks at, in the order of ``FEATURES``."""
    first = hits[0]
    second = hits[1] if len(hits) > 1 else None
    fourth = hits[3] if len(hits) > 3 else None
    best_lexical = max(hit.lexical for hit in hits)
    best_characters = max(hit.characters for hit in hits)
    return (
        first.score - (second.score if second else 0.0),
        first.score - (fourth.score if fourth else 0.0),
        first.fit,
        first.coverage,
        first.coverage - (second.coverage if second else 0.0),
        first.characters,
        first.characters - (second.characters if second else 0.0),
        float(first.lexical >= best_lexical) + float(first.characters >= best_characters),
        first.prior,
        math.log1p(first.length),
    )


def decide(hits: Sequence[Hit], calibration: Calibration, *, outside: float = 0.0) -> Decision:
    """``outside``: how far the classifier believes that the sentence is no matter of the office (0..1).

    Asking back needs the more likeness, the more it believes so; a sure answer needs none of it.
    """
    if not hits:
        return Decision(Verdict.UNKNOWN, (), 0.0, 0.0)
    if hits[0].exact:
        return Decision(Verdict.ANSWER, tuple(hits), 1.0, 1.0)
    values = features(hits)
    p_first = _logistic(values, calibration.first, calibration.first_bias)
    p_three = max(p_first, _logistic(values, calibration.three, calibration.three_bias))
    if p_first >= calibration.answer_at:
        verdict = Verdict.ANSWER
    elif p_three >= calibration.ask_at + calibration.outside_weight * outside:
        verdict = Verdict.ASK
    else:
        verdict = Verdict.UNKNOWN
    return Decision(verdict, tuple(hits), p_first, p_three)


def _logistic(values: Sequence[float], weights: Sequence[float], bias: float) -> float:
    return 1 / (1 + math.exp(-(bias + sum(v * w for v, w in zip(values, weights, strict=True)))))
