"""Names that the rooms of notices share: channels, purposes, states."""

from __future__ import annotations

from enum import StrEnum


class Channel(StrEnum):
    """How a notice travels. ``ZALO`` is a template message by phone, ``ZALO_CHAT`` an answer in a
    conversation whose free window is open, ``WEB`` the chat and pages of our own.
    """

    ZALO_CHAT = "zalo_chat"
    ZALO = "zalo"
    SMS = "sms"
    EMAIL = "email"
    TELEGRAM = "telegram"
    WEB = "web"


class Purpose(StrEnum):
    """Why a message is written. One event gives one recipient one message for a purpose."""

    STATUS = "status"
    ONE_TIME_CODE = "one_time_code"
    SURVEY = "survey"
    COMPLAINT = "complaint"
    REMINDER = "reminder"
    CAMPAIGN = "campaign"
    ALERT = "alert"
    DIGEST = "digest"
    CONFIRMATION = "confirmation"


STATUTORY = frozenset({Purpose.STATUS, Purpose.COMPLAINT, Purpose.ONE_TIME_CODE, Purpose.CONFIRMATION})
"""What law or the citizen's own request asks for: no consent, no budget and no cap holds it back."""


class MessageStatus(StrEnum):
    """How far a message has come. ``uncertain``: it may or may not have been sent, nobody can tell yet."""

    PLANNED = "planned"
    UNCERTAIN = "uncertain"
    ACCEPTED = "accepted"
    SENT = "sent"
    FAILED = "failed"
    DELIVERED = "delivered"
    READ = "read"
    CANCELLED = "cancelled"
    SUPPRESSED = "suppressed"


# Receipts only move a message forward along this line; a failure is final unless a delivery is seen later.
_FORWARD = (
    MessageStatus.PLANNED,
    MessageStatus.UNCERTAIN,
    MessageStatus.ACCEPTED,
    MessageStatus.SENT,
    MessageStatus.FAILED,
    MessageStatus.DELIVERED,
    MessageStatus.READ,
)


def before(status: MessageStatus) -> tuple[MessageStatus, ...]:
    """The states from which a message may come to ``status``: the WHERE of the UPDATE."""
    return _FORWARD[: _FORWARD.index(status)]


class Reason(StrEnum):
    """Why a message was not sent, or not sent on. Each has words for people in ``ledger``."""

    NO_CONTACT = "no_contact"
    OVERTAKEN = "overtaken"
    NO_WORDING = "no_wording"
    NOT_APPROVED = "not_approved"
    EXPIRED = "expired"
    CHANNELS_EXHAUSTED = "channels_exhausted"
    INVITATION_OVER = "invitation_over"
    TOLD_IN_CHAT = "told_in_chat"
    NO_CONSENT = "no_consent"
    OPTED_OUT = "opted_out"
    NOT_THEIRS = "not_theirs"
    GUESTS_ONLY = "guests_only"
    SHADOW = "shadow"
    ALREADY_INFORMED = "already_informed"
    SAME_TEXT = "same_text"
    DAILY_CAP = "daily_cap"
    FOLDED = "folded"
    BUDGET = "budget"
    CAMPAIGN_STOPPED = "campaign_stopped"
    CALLED_OFF = "called_off"
    UNSURE = "unsure"


class ClimbReason(StrEnum):
    """Why a message went on to its next channel. Each has words for people in ``telling``."""

    REFUSED = "refused"
    BUSY = "busy"
    """Refused for now, as often as a rung is tried."""
    FAILED = "failed"
    """Taken, and then a receipt said that it did not arrive."""
    NO_RECEIPT = "no_receipt"
    UNCERTAIN = "uncertain"
    OPTED_OUT = "opted_out"
    NO_ACCOUNT = "no_account"
    """The provider of the rung is connected no more."""


MAYBE_TWICE = frozenset({ClimbReason.NO_RECEIPT, ClimbReason.UNCERTAIN})
"""The channel before may have reached the citizen after all: the message is marked so."""


class AttemptOutcome(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED_PERMANENT = "rejected_permanent"
    REJECTED_TEMPORARY = "rejected_temporary"
    AMBIGUOUS = "ambiguous"
    NOT_SENT = "not_sent"


class EntryKind(StrEnum):
    """What a line of the ledger tells."""

    PLANNED = "planned"
    SUPPRESSED = "suppressed"
    ATTEMPT = "attempt"
    OUTCOME = "outcome"
    CLIMBED = "climbed"
    RECEIPT = "receipt"
    ENDED = "ended"
    TASK = "task"
    TASK_DONE = "task_done"
    # The head row was gone when this chain was written on: somebody took it away.
    HEAD_LOST = "head_lost"
