"""The rating of one dossier by nine indicators of 0, 1 or 2 points (once Decree 61/2018, still in use).

A measure of its own: it is rated from data by the unit and is never merged with what citizens answer.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

INDICATORS = 9


class Band(StrEnum):
    EXCELLENT = "Xuất sắc"
    GOOD = "Tốt"
    FAIR = "Khá"
    AVERAGE = "Trung bình"
    WEAK = "Yếu"


def band(points: Collection[int]) -> Band:
    """The band of nine ratings; 15 points of 18 are already excellent. ``ValueError`` if they are not nine
    ratings of 0 to 2."""
    if len(points) != INDICATORS or not all(point in (0, 1, 2) for point in points):
        raise ValueError("nine ratings of 0, 1 or 2 are needed")
    return band_of(sum(points))


def band_of(total: int) -> Band:
    """The band of a sum of points, 0 to 18."""
    for least, name in ((15, Band.EXCELLENT), (12, Band.GOOD), (9, Band.FAIR), (6, Band.AVERAGE)):
        if total >= least:
            return name
    return Band.WEAK
