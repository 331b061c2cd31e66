"""One answer as each channel shows it: a card on the web, choices in a chat, parts of a text message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.message import Card, OutboundMessage
from core.text.choices import numbered
from core.text.sms import choose
from gateway.channels.sms import shorten

SMS_PARTS = 3
"""As many parts as an answer by text message may have."""


@dataclass(frozen=True)
class Skin:
    """``card`` for the web alone; ``note`` counts what it costs or how long it is."""

    channel: str
    text: str
    buttons: Sequence[str] = ()
    card: Card | None = None
    note: str | None = None


def skins_of(message: OutboundMessage) -> list[Skin]:
    titles = [button.title for button in message.buttons]
    choices = numbered(message.text, titles)
    text = shorten("\n".join([message.text, *choices]), SMS_PARTS)
    sms = choose(text)
    return [
        Skin("Trang web", message.text, titles, message.card),
        Skin("Zalo", message.text, titles, note=f"{len(message.text)} trên 2000 ký tự"),
        Skin("Telegram", message.text, titles),
        Skin("SMS", sms.text, note=f"{sms.size.segments} tin, {sms.size.characters} ký tự"),
    ]
