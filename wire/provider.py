"""What every provider of messages is to the sender: four outcomes and one question.

A provider is one small module. Whatever it cannot be sure of is ``Ambiguous``: a timeout, a lost connection,
an answer that cannot be read. An exception that escapes from ``send`` is taken as ambiguous too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Confidence(StrEnum):
    """What stands behind a statement that a message arrived."""

    HANDSET = "handset"
    NETWORK = "network"
    ACCEPTED = "accepted"


@dataclass(frozen=True)
class Attachment:
    """A file that travels with a message, where the channel can carry files."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class OutgoingNotice:
    """``reference`` is ours (at most 40 letters and digits) and the same whenever this is tried again.

    ``to``: a phone in E.164 or a mail address; ``parameters``: for providers with templates of their own.
    ``unsubscribe_url``: where one POST ends notices of this purpose (RFC 8058), if they can be ended.
    """

    reference: str
    channel: str
    to: str
    text: str
    title: str | None = None
    dossier_code: str | None = None
    written_at: datetime | None = None
    parameters: dict[str, str] = field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()
    unsubscribe_url: str | None = None


@dataclass(frozen=True)
class Accepted:
    """The provider has taken the message. ``provider_message_id`` is what its receipts will name."""

    provider_message_id: str | None = None
    confidence: Confidence = Confidence.ACCEPTED


class About(StrEnum):
    """Whose matter a lasting refusal is: by it another provider of the same channel is tried, or is not."""

    PERSON = "person"
    """The number is wrong or blocked, or its owner refused, has no account, has not written for long:
    nobody's fault, and every day's business."""
    ROUTE = "route"
    """This provider does not carry this text to this number: a brandname that is not registered with that
    network, a wording it does not know, a network it does not reach."""
    ACCOUNT = "account"
    """This provider takes nothing from us until somebody acts: balance, key, permission."""
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Rejected:
    """The provider has certainly not taken it. ``permanent``: this provider will not take it later either.

    ``after``: seconds before which it does not want to be asked again.
    """

    permanent: bool
    code: str
    about: About = About.UNKNOWN
    after: float = 0.0

    @property
    def another_may_take_it(self) -> bool:
        """What nobody understands is not tried elsewhere: the first may have meant "taken"."""
        return self.about in (About.ROUTE, About.ACCOUNT)


@dataclass(frozen=True)
class Ambiguous:
    """Nobody knows whether it was taken. It must not be sent again on its own."""

    code: str


Outcome = Accepted | Rejected | Ambiguous


class Lookup(StrEnum):
    """The answer to "did you get the message with this reference?"."""

    TAKEN = "taken"
    NOT_TAKEN = "not_taken"
    CANNOT_TELL = "cannot_tell"


def can_be_settled(provider: object) -> bool:
    """Whether an uncertain message is no trouble: the provider can be asked, or refuses a second copy.

    A provider says so with ``can_be_settled = True``. With any other, few calls are under way at once, so
    that few messages are in doubt when a process dies.
    """
    return bool(getattr(provider, "can_be_settled", False))


class Provider(Protocol):
    name: str

    async def send(self, notice: OutgoingNotice) -> Outcome:
        """Hand over one message; returns an outcome rather than raising."""
        ...

    async def lookup(self, reference: str) -> Lookup:
        """Whether a message with our reference was taken. A provider without such a question cannot tell."""
        ...
