"""Fitting the two probabilities by which the assistant answers, asks back, or says that it does not know."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict

from knowledge.search.decide import ANSWER_AT, ASK_AT, FEATURES, OUTSIDE_WEIGHT, features
from knowledge.search.index import Hit


@dataclass(frozen=True)
class Example:
    """One practice question: what was found, which codes are right (none: not in the catalogue)."""

    hits: tuple[Hit, ...]
    right: frozenset[str]


def fit(examples: Sequence[Example]) -> dict[str, object]:
    """One calibration as JSON, with the cross-validated Brier scores."""
    usable = [example for example in examples if example.hits]
    matrix = np.array([features(example.hits) for example in usable])
    first = np.array([example.hits[0].code in example.right for example in usable])
    three = np.array([any(hit.code in example.right for hit in example.hits[:3]) for example in usable])
    found: dict[str, object] = {"questions": len(usable)}
    for name, target in (("first", first), ("three", three)):
        model = LogisticRegression(C=1.0, max_iter=3000)
        expected = cross_val_predict(model, matrix, target, cv=5, method="predict_proba")[:, 1]
        model.fit(matrix, target)
        found[name] = [round(float(weight), 4) for weight in model.coef_[0]]
        found[f"{name}_bias"] = round(float(model.intercept_[0]), 4)
        found[f"{name}_brier"] = round(float(np.mean((expected - target) ** 2)), 4)
    return found


def write(on_words: dict[str, object], with_meaning: dict[str, object], path: Path) -> None:
    """``on_words``: fitted without the encoder."""
    whole = {
        "features": list(FEATURES),
        "answer_at": ANSWER_AT,
        "ask_at": ASK_AT,
        "outside_weight": OUTSIDE_WEIGHT,
        "on_words": on_words,
        "with_meaning": with_meaning,
    }
    path.write_text(json.dumps(whole, indent=2) + "\n", encoding="utf-8")
