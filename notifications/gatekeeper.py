"""Gathers what the gate needs to know, for a whole batch at once, and keeps what changes rarely."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core.events import NewEvent, publish_all
from dossiers.vocabularies import TYPE_PREFIX
from notifications import peace_repository as repository
from notifications.gate import Earlier, Person, Surroundings, midnight_of_month
from notifications.informing import Informing
from notifications.quiet import QuietHours
from notifications.schemas import MessageStatus, Purpose
from notifications.spending import spent_this_month
from people import contact_repository as contacts
from people.consents import GUEST_LIST, NOTHING_SAID, Standing, standings

BUDGET_WARNING = "motcua.budget.warning"
"""Body {"month", "spent", "budget", "percent"}; once a month for each of the two marks."""

_LOOK_BACK = timedelta(days=8)
_REACHED_BACK = timedelta(days=180)
_KEEP = timedelta(seconds=30)
_NOTHING_DECIDED = Informing()


class Gatekeeper:
    """One for a process. ``informing`` gives the decisions as published now.

    ``history=False``: what was sent, and spent, is not looked at: for a replay, to which its own originals
    would look like repetitions.
    """

    def __init__(
        self, informing: Callable[[], Informing] = lambda: _NOTHING_DECIDED, *, history: bool = True
    ) -> None:
        self._informing = informing
        self._history = history
        self._spent: tuple[datetime, int] | None = None
        self._warnings: list[NewEvent] = []
        self._people: dict[str, Person] = {}
        self._guests_only: bool | None = None

    @property
    def informing(self) -> Informing:
        return self._informing()

    def forget(self) -> None:
        """A new transaction begins: what was read in the last one may be old."""
        self._people.clear()
        self._guests_only = None

    async def surroundings(
        self, session: AsyncSession, now: datetime, *, quiet: QuietHours | None = None
    ) -> Surroundings:
        """``quiet``: hours to be used instead of the published ones."""
        if self._guests_only is None:
            self._guests_only = await contacts.is_on(session, GUEST_LIST)
        informing = self._informing()
        money_left = await self._money_left(session, informing, now)
        return Surroundings(informing, self._guests_only, money_left, quiet)

    async def _money_left(self, session: AsyncSession, informing: Informing, now: datetime) -> int | None:
        budget = informing.policy.budget
        if not budget.month or not self._history:
            return None
        if self._spent is None or not self._spent[0] <= now < self._spent[0] + _KEEP:
            spent = await spent_this_month(session, informing.policy, now)
            self._spent = (now, spent)
            self._warnings = _warnings(spent, budget.month, budget.warn_percent, now)
        return budget.month - self._spent[1]

    async def warn(self, session: AsyncSession) -> None:
        """Publish the warnings of the budget that were due when it was looked at last."""
        warnings, self._warnings = self._warnings, []
        await publish_all(session, warnings)

    async def look_up(self, session: AsyncSession, hashes: Iterable[str], now: datetime) -> None:
        """Read everything about these people in a few statements, however many they are."""
        wanted = sorted(set(hashes) - self._people.keys())
        if not wanted:
            return
        said = await standings(session, wanted)
        accounts = await contacts.bindings_of(session, wanted)
        reached = await repository.reached(session, wanted, now - _REACHED_BACK)
        failed = await repository.climbed_past(session, wanted, now - _REACHED_BACK) if reached else {}
        earlier: dict[str, list[Earlier]] = {}
        recent = await repository.recent(session, wanted, now - _LOOK_BACK) if self._history else ()
        for row in recent:
            earlier.setdefault(row.recipient_hash, []).append(_earlier(row))
        for who in wanted:
            self._people[who] = Person(
                standing=said[who],
                accounts=accounts.get(who, ()),
                reached_last=reached.get(who),
                failed_last=failed.get(who),
                earlier=earlier.get(who, []),
            )

    async def person(self, session: AsyncSession, hashes: Sequence[str], now: datetime) -> Person:
        """One person, known by several contacts: what any of them refused is refused."""
        await self.look_up(session, hashes, now)
        found = [self._people[who] for who in hashes]
        if len(found) == 1:
            return found[0]
        first = found[0]
        return replace(first, standing=_together([one.standing for one in found]))

    def remember(self, recipient_hash: str, earlier: Earlier, *, folded: Collection[str] = ()) -> None:
        """A message was just planned: the next one of the same batch must know of it."""
        person = self._people.get(recipient_hash)
        if person is None:
            return
        kept = [one for one in person.earlier if one.id not in folded]
        self._people[recipient_hash] = replace(person, earlier=[*kept, earlier])


def _warnings(spent: int, budget: int, percent: int, now: datetime) -> list[NewEvent]:
    month = f"{midnight_of_month(now):%Y-%m}"
    return [
        NewEvent(
            type=BUDGET_WARNING,
            subject=month,
            # The same body every time: it is one warning, however often it is seen.
            body={"month": month, "budget": budget, "percent": mark},
            external_id=f"budget:{month}:{mark}:{budget}",
        )
        for mark in (percent, 100)
        if spent * 100 >= budget * mark
    ]


def _earlier(row: Any) -> Earlier:
    return Earlier(
        id=row.id,
        purpose=Purpose(row.purpose),
        event=row.event_type.removeprefix(TYPE_PREFIX),
        dossier_code=row.dossier_code,
        status=MessageStatus(row.status),
        text_hash=row.text_hash,
        goes_at=row.settled_at or row.due_at or row.created_at,
        created_at=row.created_at,
        untouched=row.attempts == 0,
    )


def _together(all_said: Sequence[Standing]) -> Standing:
    if not all_said:
        return NOTHING_SAID
    said: dict[tuple[str, str | None], bool] = {}
    for standing in all_said:
        for key, granted in standing.said.items():
            said[key] = granted and said.get(key, True)
    return Standing(
        said=said,
        blocked_dossiers=frozenset().union(*(one.blocked_dossiers for one in all_said)),
        chosen_channel=next((one.chosen_channel for one in all_said if one.chosen_channel), None),
        guest=any(one.guest for one in all_said),
    )
