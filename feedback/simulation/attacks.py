"""Ways in which somebody makes a unit look better, told as people do it. Nothing here knows a detector."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta

from feedback.simulation.people import NOT_ASKED, Ask

Attack = Callable[[Sequence[Ask], random.Random], None]
"""Takes some of a unit's drawn dossiers, in the order in which they closed, and answers them."""

_LAZY = "5" + NOT_ASKED * 5


def phone_at_the_counter(asks: Sequence[Ask], chance: random.Random) -> None:
    """The clerk takes each link at once on the phone that lies at the counter, and taps the best word."""
    for ask in asks:
        _answer(ask, ask.closed_at + timedelta(seconds=chance.uniform(15, 200)), "counter phone", chance)


def stack_in_the_evening(asks: Sequence[Ask], chance: random.Random) -> None:
    """Somebody collects links for a week and works through the pile after dinner, on one phone or two."""
    for pile in _weekly(asks):
        evening = datetime.combine(
            max(ask.sent_at for ask in pile).date(), time(12, 30), pile[0].sent_at.tzinfo
        ) + timedelta(minutes=chance.uniform(0, 90))
        for ask in pile:
            evening += timedelta(seconds=chance.uniform(15, 70))
            _answer(ask, evening, f"kitchen phone {chance.randint(1, 2)}", chance)


def under_watchful_eyes(asks: Sequence[Ask], chance: random.Random) -> None:
    """The citizen is asked to answer now, on the own phone, with the clerk looking on."""
    for ask in asks:
        _answer(
            ask, ask.closed_at + timedelta(seconds=chance.uniform(30, 270)), f"phone {ask.number}", chance
        )


def small_program(asks: Sequence[Ask], chance: random.Random) -> None:
    """A relative who can program posts a week's links in a row, pretending another browser each time."""
    for pile in _weekly(asks):
        moment = max(ask.sent_at for ask in pile) + timedelta(hours=chance.uniform(1, 30))
        for ask in pile:
            moment += timedelta(seconds=chance.uniform(0.5, 6))
            _answer(ask, moment, f"pretended {ask.number}", chance, pattern="555555")
            ask.seconds = chance.uniform(0.2, 2)


def careful_hand(asks: Sequence[Ask], chance: random.Random) -> None:
    """Some a day at sensible hours, now "satisfied", now "very satisfied", from a dozen of phones."""
    for ask in asks:
        moment = ask.sent_at + timedelta(hours=chance.uniform(1, 9))
        pattern = chance.choice(("4-----", "5-----", "544544", "555455"))
        phone = f"one of a dozen {chance.randint(1, 12)}"
        _answer(ask, moment, phone, chance, pattern=pattern)
        ask.seconds = chance.uniform(20, 60) if pattern[1] != NOT_ASKED else None


ATTACKS: tuple[Attack, ...] = (
    phone_at_the_counter,
    stack_in_the_evening,
    under_watchful_eyes,
    small_program,
    careful_hand,
)


def _answer(
    ask: Ask, at: datetime, device: str, chance: random.Random, *, pattern: str | None = None
) -> None:
    if pattern is None:
        pattern = _LAZY if chance.random() < 0.7 else "555555"
    ask.answered_at, ask.pattern, ask.device = at, pattern, f"{ask.unit} {device}"
    ask.seconds = chance.uniform(4, 15) if pattern[1] != NOT_ASKED else None
    ask.comment = None


def _weekly(asks: Sequence[Ask]) -> list[list[Ask]]:
    weeks: dict[tuple[int, int], list[Ask]] = {}
    for ask in asks:
        year, week, _ = ask.sent_at.isocalendar()
        weeks.setdefault((year, week), []).append(ask)
    return list(weeks.values())
