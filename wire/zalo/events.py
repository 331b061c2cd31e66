"""Deliveries of Zalo as typed events. Identifiers are large numbers and stay texts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from core.json_text import read_json
from wire.zalo.client import Rating, from_millis


class EventKind(StrEnum):
    """What a delivery means to us."""

    SAID = "said"
    SENT_OTHER = "sent_other"
    """A picture, a place, a sticker: something without words."""
    FOLLOWED = "followed"
    UNFOLLOWED = "unfollowed"
    SUBMITTED_INFO = "submitted_info"
    CHAT_RECEIVED = "chat_received"
    TEMPLATE_RECEIVED = "template_received"
    SEEN = "seen"
    RATED = "rated"
    OTHER = "other"


@dataclass(frozen=True)
class Submitted:
    """What a citizen shared by the form of ``request_user_info``."""

    name: str
    phone: str


@dataclass(frozen=True)
class ZaloEvent:
    """``identity`` is the same for every repeat of a delivery.

    ``user_id`` is the citizen, empty where the event names none (the delivery of a template names only a
    phone's hash, which must not be taken for a user id).
    """

    kind: EventKind
    name: str
    identity: str
    at: datetime | None
    user_id: str = ""
    message_id: str = ""
    tracking_id: str = ""
    text: str = ""
    seen: tuple[str, ...] = ()
    submitted: Submitted | None = None
    rating: Rating | None = None


class NotAnEvent(ValueError):
    """A body that is no delivery of Zalo."""


_FROM_CITIZEN = "user_send_"


def read_event(raw: bytes | str) -> ZaloEvent:
    """Raises ``NotAnEvent``."""
    try:
        body = read_json(raw)
    except ValueError:
        raise NotAnEvent("not JSON") from None
    if not isinstance(body, dict) or not isinstance(body.get("event_name"), str):
        raise NotAnEvent("no event_name")
    name = body["event_name"]
    message = _object(body.get("message"))
    sender = _identifier(_object(body.get("sender")).get("id"))
    follower = _identifier(_object(body.get("follower")).get("id"))
    stamp = _identifier(body.get("timestamp"))
    message_id = _identifier(message.get("msg_id"))
    listed = message.get("msg_ids")
    seen = tuple(_identifier(one) for one in listed) if isinstance(listed, list) else ()
    common: dict[str, Any] = {
        "name": name,
        "identity": f"{name}:{message_id or f'{stamp}:{sender or follower}:' + ','.join(seen)}",
        "at": from_millis(stamp),
        "message_id": message_id,
        "tracking_id": _identifier(message.get("tracking_id")),
    }
    if name == "user_send_text" or (name == "user_send_link" and message.get("text")):
        return ZaloEvent(EventKind.SAID, user_id=sender, text=str(message.get("text", "")), **common)
    if name.startswith(_FROM_CITIZEN):
        return ZaloEvent(EventKind.SENT_OTHER, user_id=sender, text=str(message.get("text") or ""), **common)
    if name == "follow":
        return ZaloEvent(EventKind.FOLLOWED, user_id=follower or sender, **common)
    if name == "unfollow":
        return ZaloEvent(EventKind.UNFOLLOWED, user_id=follower or sender, **common)
    if name == "user_submit_info":
        return ZaloEvent(
            EventKind.SUBMITTED_INFO, user_id=sender, submitted=_submitted(body, message), **common
        )
    if name == "user_received_message":
        # One name for two things: only the delivery of a template has a delivery time.
        if message.get("delivery_time") is not None:
            common["at"] = from_millis(message["delivery_time"]) or common["at"]
            return ZaloEvent(EventKind.TEMPLATE_RECEIVED, **common)
        recipient = _identifier(_object(body.get("recipient")).get("id"))
        return ZaloEvent(EventKind.CHAT_RECEIVED, user_id=recipient, **common)
    if name == "user_seen_message":
        return ZaloEvent(
            EventKind.SEEN, user_id=sender, seen=seen or ((message_id,) if message_id else ()), **common
        )
    if name == "user_feedback":
        return ZaloEvent(EventKind.RATED, rating=_rating(message, common["at"]), **common)
    return ZaloEvent(EventKind.OTHER, user_id=sender or follower, **common)


def _submitted(body: dict[str, Any], message: dict[str, Any]) -> Submitted | None:
    """From ``info``, or from the JSON that old deliveries put into the message's text."""
    info = _object(body.get("info")) or _object(message.get("info"))
    if not info and isinstance(message.get("text"), str):
        try:
            info = _object(read_json(message["text"]))
        except ValueError:
            info = {}
    phone = "".join(char for char in _identifier(info.get("phone")) if char.isdigit())
    if not phone:
        return None
    if phone.startswith("84"):
        phone = f"+{phone}"
    return Submitted(name=str(info.get("name") or ""), phone=phone)


def _rating(message: dict[str, Any], at: datetime | None) -> Rating | None:
    moment = from_millis(message.get("submit_time")) or at
    try:
        rate = int(message["rate"])
    except (KeyError, TypeError, ValueError):
        return None
    message_id, feedbacks = _identifier(message.get("msg_id")), message.get("feedbacks")
    if not 1 <= rate <= 5 or moment is None or not message_id:
        return None
    return Rating(
        message_id=message_id,
        tracking_id=_identifier(message.get("tracking_id")),
        rate=rate,
        note=str(message.get("note") or ""),
        feedbacks=tuple(str(one) for one in feedbacks) if isinstance(feedbacks, list) else (),
        at=moment,
    )


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _identifier(value: Any) -> str:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
