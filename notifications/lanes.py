"""Who goes first when there is a queue: lanes, the lowest number first."""

from __future__ import annotations

from enum import IntEnum

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


def lane_of(purpose: Purpose, *, urgent: bool = False) -> Lane:
    return Lane.URGENT if urgent else _BY_PURPOSE.get(purpose, Lane.COURTESY)
