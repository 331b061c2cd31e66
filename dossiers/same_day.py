"""A dossier decided on the day it was handed in: the citizen may still stand in the office."""

from __future__ import annotations

from datetime import datetime

from core.calendar import local_day
from dossiers.vocabularies import DossierEventType

_DECIDES = frozenset(
    {
        DossierEventType.RESULT_READY,
        DossierEventType.RETURNED,
        DossierEventType.NOT_ACCEPTED,
        DossierEventType.REJECTED,
    }
)


def decided_on_the_day(kind: str, received_at: datetime | None, decided_at: datetime) -> bool:
    """``kind``: of the event. Not so when nobody says when it was handed in."""
    if kind not in _DECIDES or received_at is None:
        return False
    return local_day(received_at) == local_day(decided_at)
