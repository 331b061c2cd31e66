"""The order in which channels are tried; the first success ends it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from notifications.schemas import Channel, Purpose

OUTBOX_FILE = "outbox-file"
CHAT = "webchat"
"""The provider of chat rows: nobody sends them, the chat reads them."""

_BY_PHONE = (Channel.ZALO, Channel.TELEGRAM, Channel.SMS)


@dataclass(frozen=True)
class Rung:
    """A channel, which decides the words, and the provider that carries them."""

    channel: Channel
    provider: str

    def as_json(self) -> dict[str, str]:
        return {"channel": self.channel.value, "provider": self.provider}


Ladders = Mapping[Purpose, tuple[Rung, ...]]


def default_ladders(provider: str = OUTBOX_FILE) -> Ladders:
    """Zalo, then text message, then mail; everything through one provider until accounts are configured."""

    def rungs(*channels: Channel) -> tuple[Rung, ...]:
        return tuple(Rung(channel, provider) for channel in channels)

    everything = rungs(Channel.ZALO, Channel.SMS, Channel.EMAIL)
    return {
        Purpose.STATUS: everything,
        Purpose.SURVEY: everything,
        Purpose.COMPLAINT: rungs(Channel.SMS),
        Purpose.ONE_TIME_CODE: rungs(Channel.SMS),
    }


def climbable(ladder: tuple[Rung, ...], *, phone: str | None, email: str | None, sample: bool) -> list[Rung]:
    """The rungs on which this person can be reached. News of a sample never leaves the machine."""
    found = [
        rung
        for rung in ladder
        if (rung.channel in _BY_PHONE and phone) or (rung.channel is Channel.EMAIL and email)
    ]
    return [Rung(rung.channel, OUTBOX_FILE) for rung in found] if sample else found
