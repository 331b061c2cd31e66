"""Who goes first when there is a queue: lanes, the lowest number first."""

from __future__ import annotations

from enum import IntEnum

from core.calendar import local_day
from dossiers.models import Dossier, DossierStep
from dossiers.schemas import DossierEventType
from notifications.schemas import Purpose


class Lane(IntEnum):
    """``URGENT``: somebody waits for it, at the counter or with the chat open."""

    URGENT = 0
    STATUTORY = 1
    COURTESY = 2
    CAMPAIGN = 3


_BY_PURPOSE = {
    Purpose.ONE_TIME_CODE: Lane.URGENT,
    Purpose.CONFIRMATION: Lane.URGENT,
    Purpose.STATUS: Lane.STATUTORY,
    Purpose.COMPLAINT: Lane.STATUTORY,
    Purpose.ALERT: Lane.STATUTORY,
    Purpose.CAMPAIGN: Lane.CAMPAIGN,
}
_CLOSES = frozenset(
    {
        DossierEventType.RESULT_READY,
        DossierEventType.RETURNED,
        DossierEventType.NOT_ACCEPTED,
        DossierEventType.REJECTED,
    }
)


def lane_of(purpose: Purpose, *, urgent: bool = False) -> Lane:
    return Lane.URGENT if urgent else _BY_PURPOSE.get(purpose, Lane.COURTESY)


def is_same_day_closure(step: DossierStep, dossier: Dossier) -> bool:
    """Decided on the day it was handed in: the citizen may still stand in the office."""
    if step.type not in _CLOSES or dossier.received_at is None:
        return False
    received, decided = (local_day(at) for at in (dossier.received_at, step.occurred_at))
    return received == decided
