"""Fitting the two probabilities by which the assistant answers, asks back, or says that it does not know.

Fitted on labelled questions that are kept apart from the exam; groups of the same question in several
writings stay together, so that the cross-validated figures are honest.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict

from knowledge.search.decide import FEATURES, features
from knowledge.search.index import Hit


@dataclass(frozen=True)
class Example:
    """One labelled question: what was found, which codes are right (none: not in the catalogue)."""

    group: str
    hits: tuple[Hit, ...]
    right: frozenset[str]


@dataclass(frozen=True)
class Thresholds:
    """Chosen by hand from the cross-validated table, never by the exam."""

    answer_at: float
    ask_at: float
    outside_weight: float


def fit(examples: Sequence[Example], thresholds: Thresholds) -> dict[str, object]:
    """The calibration as JSON, with the cross-validated Brier scores."""
    usable = [example for example in examples if example.hits]
    matrix = np.array([features(example.hits) for example in usable])
    groups = np.array([example.group for example in usable])
    first = np.array([example.hits[0].code in example.right for example in usable])
    three = np.array([any(hit.code in example.right for hit in example.hits[:3]) for example in usable])
    found: dict[str, object] = {
        "features": list(FEATURES),
        "answer_at": thresholds.answer_at,
        "ask_at": thresholds.ask_at,
        "outside_weight": thresholds.outside_weight,
        "questions": len(set(groups.tolist())),
    }
    for name, target in (("first", first), ("three", three)):
        model = LogisticRegression(C=1.0, max_iter=2000)
        expected = cross_val_predict(
            model, matrix, target, groups=groups, cv=GroupKFold(5), method="predict_proba"
        )[:, 1]
        model.fit(matrix, target)
        found[name] = [round(float(weight), 4) for weight in model.coef_[0]]
        found[f"{name}_bias"] = round(float(model.intercept_[0]), 4)
        found[f"{name}_brier"] = round(float(np.mean((expected - target) ** 2)), 4)
    return found


def write(calibration: dict[str, object], path: Path) -> None:
    path.write_text(json.dumps(calibration, indent=2) + "\n", encoding="utf-8")
