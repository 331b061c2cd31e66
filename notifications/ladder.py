"""The order in which channels are tried; the first success ends it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from notifications.schemas import Channel, Purpose

OUTBOX_FILE = "outbox-file"
CHAT = "webchat"
"""The provider of chat rows: nobody sends them, the chat reads them."""

_BY_PHONE = (Channel.ZALO, Channel.SMS)
_BY_ACCOUNT = {Channel.ZALO_CHAT: "zalo", Channel.TELEGRAM: "telegram"}


@dataclass(frozen=True)
class Rung:
    """A channel, which decides the words, and the provider that carries them."""

    channel: Channel
    provider: str

    def as_json(self) -> dict[str, str]:
        return {"channel": self.channel.value, "provider": self.provider}


Ladders = Mapping[Purpose, tuple[Rung, ...]]


@dataclass(frozen=True)
class Reach:
    """What leads to a person. ``accounts``: the channels (``zalo``, ``telegram``) with a bound account.

    Whether a conversation's free window is open is seen by its provider at the moment of sending.
    """

    phone: str | None = None
    email: str | None = None
    accounts: Collection[str] = ()

    def address(self, channel: Channel) -> str | None:
        """Where a message on this channel goes; None when none can. Accounts are found by their telephone."""
        if channel is Channel.EMAIL:
            return self.email
        if channel in _BY_PHONE or _BY_ACCOUNT.get(channel) in self.accounts:
            return self.phone
        return None


def default_ladders(provider: str = OUTBOX_FILE) -> Ladders:
    """Zalo, then text message, then mail; everything through one provider until accounts are configured."""

    def rungs(*channels: Channel) -> tuple[Rung, ...]:
        return tuple(Rung(channel, provider) for channel in channels)

    return ladders_of(
        rungs(Channel.ZALO, Channel.SMS, Channel.EMAIL),
        sms=rungs(Channel.SMS),
        email=rungs(Channel.EMAIL),
    )


def ladders_of(everything: Sequence[Rung], *, sms: Sequence[Rung], email: Sequence[Rung]) -> Ladders:
    """By purpose, of the rungs that are connected. Their order is then the one of the published decisions."""
    return {
        Purpose.STATUS: tuple(everything),
        Purpose.SURVEY: tuple(everything),
        Purpose.REMINDER: tuple(everything),
        Purpose.COMPLAINT: tuple(everything),
        Purpose.CONFIRMATION: tuple(everything),
        Purpose.ALERT: tuple(email),
        Purpose.DIGEST: tuple(email),
        Purpose.CAMPAIGN: tuple(sms),
        Purpose.ONE_TIME_CODE: tuple(sms),
    }


def climbable(ladder: Sequence[Rung], reach: Reach, *, sample: bool = False) -> list[Rung]:
    """The rungs on which this person can be reached. News of a sample never leaves the machine."""
    found = [rung for rung in ladder if reach.address(rung.channel)]
    return [Rung(rung.channel, OUTBOX_FILE) for rung in found] if sample else found


def in_order(
    rungs: Sequence[Rung],
    *,
    order: Sequence[Channel] | None = None,
    chosen: Channel | None = None,
    reached_last: Channel | None = None,
    failed_last: Channel | None = None,
) -> list[Rung]:
    """The rungs as they are to be tried; a channel that ``order`` does not name is left out.

    First an open conversation, which is free and where the citizen has just been; then the channel they
    chose; then the one that reached them last; a channel that failed last time comes at the end.
    """
    if order is not None:
        rungs = sorted(
            (rung for rung in rungs if rung.channel in order), key=lambda rung: order.index(rung.channel)
        )

    def place(rung: Rung) -> int:
        if rung.channel is Channel.ZALO_CHAT:
            return 0
        if rung.channel is chosen:
            return 1
        if rung.channel is failed_last:
            return 4
        return 2 if rung.channel is reached_last else 3

    return sorted(rungs, key=place)  # keeps the order of equals
