"""Answer, ask back, or say that it is not known: two calibrated probabilities decide.

``p_first``: the best record is right. ``p_three``: the right one is among the best three. Both are logistic
functions of how far the best is ahead, how much of the question it explains, and whether the two opinions
agree. A margin alone would answer a quarter of nonsense.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

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
    "meaning",
    "meaning_gap",
)

# Answer what is about as likely right as not: those who ask in stories were asked back too often at one half
# (docs/accuracy.md). Asking back costs a citizen one more message, so it is given up only
# where next to no practice question would have been helped by it. Both take the more, the more the classifier
# believes that the matter is none of the office's.
ANSWER_AT = 0.47
ASK_AT = 0.25
OUTSIDE_WEIGHT = 1.5
_OUTSIDE_TO_ANSWER = 1.0
# Cosines of the encoder lie between 0.75 and 0.95; brought to the scale of the other features.
_USUAL_COSINE, _COSINE_SCALE = 0.85, 10.0


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
class Fitted:
    """Weights of the two logistic functions."""

    first: tuple[float, ...]
    first_bias: float
    three: tuple[float, ...]
    three_bias: float

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Fitted:
        return cls(tuple(raw["first"]), raw["first_bias"], tuple(raw["three"]), raw["three_bias"])


@dataclass(frozen=True)
class Calibration:
    """Fitted on practice questions (``knowledge.search.practice``), apart for a search on words alone."""

    on_words: Fitted
    with_meaning: Fitted
    answer_at: float = ANSWER_AT
    ask_at: float = ASK_AT
    outside_weight: float = OUTSIDE_WEIGHT

    @classmethod
    def load(cls, path: Path = CALIBRATION_FILE) -> Calibration:
        raw = json.loads(path.read_text(encoding="utf-8"))
        if raw["features"] != list(FEATURES):
            raise ValueError(f"{path.name}: fitted for other features; run 'motcua calibrate' again")
        return cls(
            on_words=Fitted.of(raw["on_words"]),
            with_meaning=Fitted.of(raw["with_meaning"]),
            answer_at=raw["answer_at"],
            ask_at=raw["ask_at"],
            outside_weight=raw["outside_weight"],
        )


def features(hits: Sequence[Hit]) -> tuple[float, ...]:
    """What the decision looks at, in the order of ``FEATURES``."""
    first, others = hits[0], hits[1:]
    second = hits[1] if len(hits) > 1 else None
    fourth = hits[3] if len(hits) > 3 else None
    best_lexical = max(hit.lexical for hit in hits)
    best_characters = max(hit.characters for hit in hits)
    best_meaning = max(hit.meaning for hit in hits)
    return (
        first.score - (second.score if second else 0.0),
        first.score - (fourth.score if fourth else 0.0),
        first.fit,
        first.coverage,
        first.coverage - max((hit.coverage for hit in others), default=0.0),
        first.characters,
        first.characters - (second.characters if second else 0.0),
        float(first.lexical >= best_lexical)
        + float(first.characters >= best_characters)
        + float(first.meaning >= best_meaning > 0),
        first.prior,
        math.log1p(first.length),
        *_of_meaning(first.meaning, max((hit.meaning for hit in others), default=0.0)),
    )


def _of_meaning(first: float, next_best: float) -> tuple[float, float]:
    """Nothing where the search worked on words alone."""
    if not first:
        return 0.0, 0.0
    return _COSINE_SCALE * (first - _USUAL_COSINE), _COSINE_SCALE * (first - next_best)


def decide(hits: Sequence[Hit], calibration: Calibration, *, outside: float = 0.0) -> Decision:
    """``outside``: how far the classifier believes that the sentence is no matter of the office (0..1)."""
    if not hits:
        return Decision(Verdict.UNKNOWN, (), 0.0, 0.0)
    if hits[0].exact:
        return Decision(Verdict.ANSWER, tuple(hits), 1.0, 1.0)
    values = features(hits)
    fitted = calibration.with_meaning if any(hit.meaning for hit in hits) else calibration.on_words
    p_first = _logistic(values, fitted.first, fitted.first_bias)
    p_three = max(p_first, _logistic(values, fitted.three, fitted.three_bias))
    if p_first >= calibration.answer_at + _OUTSIDE_TO_ANSWER * outside:
        verdict = Verdict.ANSWER
    elif p_three >= calibration.ask_at + calibration.outside_weight * outside:
        verdict = Verdict.ASK
    else:
        verdict = Verdict.UNKNOWN
    return Decision(verdict, tuple(hits), p_first, p_three)


def _logistic(values: Sequence[float], weights: Sequence[float], bias: float) -> float:
    return 1 / (1 + math.exp(-(bias + sum(v * w for v, w in zip(values, weights, strict=True)))))
