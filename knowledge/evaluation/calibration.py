"""Whether the two probabilities mean what they say: of ten called 80 % sure, eight should be right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from pydantic import BaseModel, ConfigDict

from knowledge.evaluation.score import Row

_BINS = 10


class Bin(BaseModel):
    """``said``: the mean probability given; ``came``: the share that was right; of ``n`` answers."""

    model_config = ConfigDict(frozen=True)

    said: float
    came: float
    n: int


def bins(
    labels: Sequence[Row], given: Mapping[str, Row], key: str, right: Callable[[Row, Row], bool]
) -> tuple[Bin, ...]:
    """Tenths of the probability ``key`` over everything that was answered or asked back about a procedure."""
    groups: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for label in labels:
        answer = given.get(label["id"])
        if answer is None or answer["outcome"] not in ("answer", "clarify"):
            continue
        probability = answer.get(key)
        if isinstance(probability, int | float):
            groups[min(_BINS - 1, int(probability * _BINS))].append((probability, right(label, answer)))
    return tuple(
        Bin(
            said=round(sum(p for p, _ in rows) / len(rows), 4),
            came=round(sum(good for _, good in rows) / len(rows), 4),
            n=len(rows),
        )
        for _, rows in sorted(groups.items())
    )
