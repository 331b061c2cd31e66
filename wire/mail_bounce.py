"""What mail servers report about a mail afterwards: delivery status notifications (RFC 3464)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import Message
from email.utils import parsedate_to_datetime
from enum import StrEnum

from wire.provider import Confidence
from wire.receipt import Fate, Statement
from wire.smtp import NAME

# Our reference: an identifier of 26 characters and the number of the rung. Nobody guesses one.
_REFERENCE = re.compile(r"\b([0-9A-HJKMNP-TV-Z]{26}\d{1,2})\b")
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")


class Action(StrEnum):
    """The ``Action`` field of a report."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    RELAYED = "relayed"
    EXPANDED = "expanded"


_FATE = {
    Action.FAILED: Fate.FAILED,
    Action.DELIVERED: Fate.DELIVERED,
    Action.RELAYED: Fate.SENT,
    Action.EXPANDED: Fate.SENT,
}


@dataclass(frozen=True)
class Report:
    """One recipient of a report. ``status`` as in RFC 3463; ``permanent``: that address takes no mail."""

    reference: str
    action: Action
    status: str
    statement: Statement | None

    @property
    def permanent(self) -> bool:
        return self.action is Action.FAILED and self.status.startswith("5")


def read_report(raw: bytes) -> list[Report]:
    """Everything a report says about mails of ours; nothing for any other mail."""
    mail = message_from_bytes(raw, policy=policy.default)
    if mail.get_content_type() != "multipart/report":
        return []
    reference = _reference(mail)
    if reference is None:
        return []
    return [_report(fields, reference, mail) for fields in _recipients(mail) if _action(fields)]


def _recipients(mail: Message) -> Iterator[Message]:
    """The fields of each recipient: those about the whole mail come before them."""
    for part in mail.walk():
        if part.get_content_type() == "message/delivery-status":
            payload = part.get_payload()
            if isinstance(payload, list):
                yield from (block for block in payload[1:] if isinstance(block, Message))


def _reference(mail: Message) -> str | None:
    """From the envelope's name, else from the head of the mail that came back."""
    for part in mail.walk():
        payload, kind = part.get_payload(), part.get_content_type()
        first = payload[0] if isinstance(payload, list) and payload else None
        name = None
        if kind == "message/delivery-status" and isinstance(first, Message):
            name = first.get("Original-Envelope-Id")
        elif kind == "message/rfc822" and isinstance(first, Message):
            name = first.get("Message-ID")
        elif kind == "text/rfc822-headers":
            text = part.get_payload(decode=True)
            name = message_from_bytes(text).get("Message-ID") if isinstance(text, bytes) else None
        found = _REFERENCE.search(str(name)) if name else None
        if found:
            return found[1]
    return None


def _action(fields: Message) -> Action | None:
    word = str(fields.get("Action", "")).strip().lower()
    return Action(word) if word in set(Action) else None


def _report(fields: Message, reference: str, mail: Message) -> Report:
    action = _action(fields)
    assert action is not None  # noqa: S101 - the caller has looked
    found = _STATUS.search(str(fields.get("Status", "")))
    status = found[0] if found else ("5.0.0" if action is Action.FAILED else "2.0.0")
    fate = _FATE.get(action)
    statement = None
    if fate is not None:
        statement = Statement(
            provider=NAME,
            identity=f"{reference}:{action}:{status}",
            fate=fate,
            confidence=Confidence.NETWORK,
            at=_date(mail),
            reference=reference,
            code=status,
        )
    return Report(reference, action, status, statement)


def _date(mail: Message) -> datetime | None:
    try:
        at = parsedate_to_datetime(str(mail.get("Date", "")))
    except ValueError:
        return None
    return at if at.tzinfo else None
