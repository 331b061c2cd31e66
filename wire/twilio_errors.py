"""Twilio's error codes as data: the ones read in its documentation, and the remembered ones, marked."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    TEMPORARY = "temporary"
    BUSY = "busy"
    BAD_NUMBER = "bad_number"
    OPTED_OUT = "opted_out"
    CONFIGURATION = "configuration"
    ACCOUNT = "account"
    ROUTE = "route"
    CONTENT = "content"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class TwilioError:
    code: int
    kind: Kind
    meaning: str
    verified: bool


def _rows(*rows: tuple[int, Kind, str, bool]) -> dict[int, TwilioError]:
    return {code: TwilioError(code, kind, meaning, verified) for code, kind, meaning, verified in rows}


ERRORS = _rows(
    (30003, Kind.TEMPORARY, "handset unreachable", True),
    (30006, Kind.BAD_NUMBER, "landline or unreachable carrier", True),
    (21635, Kind.BAD_NUMBER, "landline", True),
    (21614, Kind.BAD_NUMBER, "not a mobile number", False),
    (21211, Kind.BAD_NUMBER, "invalid number", False),
    (21610, Kind.OPTED_OUT, "recipient opted out", False),
    (21408, Kind.ROUTE, "region not enabled", False),
    (21612, Kind.ROUTE, "no route for this sender and number", False),
    (21617, Kind.CONTENT, "longer than 1600 characters", False),
    (30001, Kind.BUSY, "queue overflow", False),
    (30002, Kind.ACCOUNT, "account suspended", False),
    (30004, Kind.BAD_NUMBER, "message blocked by the recipient's network", False),
    (30005, Kind.BAD_NUMBER, "unknown handset", False),
    (30007, Kind.CONTENT, "filtered by the carrier", False),
    (30008, Kind.TEMPORARY, "unknown error", False),
    (30034, Kind.ROUTE, "unregistered sender", False),
    (20003, Kind.CONFIGURATION, "credentials refused", False),
    (20429, Kind.BUSY, "too many requests", False),
    (14107, Kind.BUSY, "rate exceeded", False),
)
