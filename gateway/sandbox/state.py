"""What the sandbox knows: whom it plays, what arrived on their phones, what it was asked, what goes wrong."""

from __future__ import annotations

import itertools
import secrets
import time
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any


class Fault(StrEnum):
    """Things that go wrong on demand."""

    ERROR = "error"
    """The provider refuses with ``code``."""
    SERVER_ERROR = "server_error"
    HANG = "hang"
    DROP = "drop"
    """The message is taken, and the line drops before the answer."""
    UNREADABLE = "unreadable"
    LOST_RECEIPT = "lost_receipt"
    LATE_RECEIPT = "late_receipt"
    TWICE_RECEIPT = "twice_receipt"


RECEIPT_FAULTS = frozenset({Fault.LOST_RECEIPT, Fault.LATE_RECEIPT, Fault.TWICE_RECEIPT})


@dataclass
class PlannedFault:
    """``times`` it happens; None until it is switched off. ``seconds``: of a hang or of a late receipt.

    ``who``: the telephone of the one citizen for whom it goes wrong; None for everybody.
    """

    kind: Fault
    code: int | None = None
    times: int | None = 1
    seconds: float = 30.0
    who: str | None = None

    def concerns(self, about: str) -> bool:
        """``about``: whatever names the citizen; the last nine digits stand in every account of theirs."""
        return self.who is None or self.who[-9:] in about


@dataclass(frozen=True)
class Asked:
    """One request as it came over the wire."""

    provider: str
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Button:
    title: str
    payload: str | None = None
    url: str | None = None


@dataclass
class Arrival:
    """One message on somebody's phone. ``who`` is a phone number or a mail address."""

    id: str
    at: float
    who: str
    channel: str
    sender: str
    text: str
    title: str = ""
    rows: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)
    html: str = ""
    attachments: list[str] = field(default_factory=list)
    state: str = "delivered"
    outgoing: bool = False

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass
class Person:
    """An invented citizen with a telephone."""

    phone: str
    name: str
    has_zalo: bool = True
    email: str | None = None

    @property
    def zalo_id(self) -> str:
        return f"24684588{self.phone[-9:]}"

    @property
    def chat_id(self) -> int:
        return int(self.phone[-9:])


class Directory:
    """Everybody has a telephone; a number nobody named before belongs to somebody with Zalo."""

    def __init__(self, people: list[Person]) -> None:
        self._people = {person.phone: replace(person) for person in people}

    def by_phone(self, phone: str) -> Person:
        """``phone`` in any spelling; only its last nine digits count."""
        e164 = "+84" + "".join(char for char in phone if char.isdigit())[-9:]
        if e164 not in self._people:
            self._people[e164] = Person(e164, f"Người dùng thử {e164[-3:]}")
        return self._people[e164]

    def by_zalo(self, user_id: str) -> Person | None:
        digits = user_id[-9:]
        if len(user_id) != 17 or not user_id.isdigit() or not user_id.startswith("24684588"):
            return None
        return self.by_phone(digits)

    def by_chat(self, chat_id: int) -> Person | None:
        digits = str(chat_id)
        return self.by_phone(digits) if len(digits) == 9 else None

    def all(self) -> list[Person]:
        return list(self._people.values())


class State:
    """Shared by every server of the sandbox."""

    def __init__(self, people: list[Person] | None = None, *, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self.people = Directory(people or [])
        self.arrivals: list[Arrival] = []
        self.asked: deque[Asked] = deque(maxlen=5000)
        self._faults: dict[str, deque[PlannedFault]] = {}
        self._seen_by: list[Callable[[Arrival], None]] = []
        self._numbers = itertools.count(1)

    def seen_by(self, looker: Callable[[Arrival], None]) -> None:
        self._seen_by.append(looker)

    def arrive(self, arrival: Arrival) -> Arrival:
        self.arrivals.append(arrival)
        del self.arrivals[:-2000]
        for looker in self._seen_by:
            looker(arrival)
        return arrival

    def new(self, who: str, channel: str, sender: str, text: str, **more: Any) -> Arrival:
        """A message that has just arrived on a phone."""
        return self.arrive(
            Arrival(
                id=self.identity(),
                at=self.clock(),
                who=who,
                channel=channel,
                sender=sender,
                text=text,
                **more,
            )
        )

    def find(self, identity: str) -> Arrival | None:
        return next((one for one in reversed(self.arrivals) if one.id == identity), None)

    def identity(self) -> str:
        """A fresh message id of 20 hexadecimal digits, counting up within a run."""
        return f"{next(self._numbers):06x}{secrets.token_hex(7)}"

    def millis(self) -> str:
        return str(int(self.clock() * 1000))

    def plan(self, provider: str, fault: PlannedFault) -> None:
        self._faults.setdefault(provider, deque()).append(fault)

    def heal(self, provider: str | None = None) -> None:
        """No more faults."""
        if provider is None:
            self._faults.clear()
        else:
            self._faults.pop(provider, None)

    def heal_for(self, phone: str) -> None:
        """No more faults of this citizen alone."""
        for provider, planned in self._faults.items():
            self._faults[provider] = deque(one for one in planned if one.who != phone)

    def faults(self) -> dict[str, list[PlannedFault]]:
        return {provider: list(planned) for provider, planned in self._faults.items() if planned}

    def fault(self, provider: str, *, receipt: bool = False, about: str = "") -> PlannedFault | None:
        """The fault for the next request of a provider, used up by this; or for its next receipt."""
        for planned in self._faults.get(provider, deque()):
            if (planned.kind in RECEIPT_FAULTS) is receipt and planned.concerns(about):
                if planned.times is not None:
                    planned.times -= 1
                    if planned.times <= 0:
                        self._faults[provider].remove(planned)
                return planned
        return None
